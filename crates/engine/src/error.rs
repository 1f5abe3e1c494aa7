//! What can go wrong at the engine's surface: a stable code, one sentence, and the facts behind it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use specta::Type;
use store::Fault;

/// Names a failure for ever. The window and the command line have one entry of words for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// There is no such thing: `what`, `name`.
    NotFound,
    /// A name is taken: `what`, `name`.
    NameTaken,
    /// What was typed cannot be used: `field`, and why.
    InvalidInput,
    /// A file cannot be read: `file`.
    UnreadableFile,
    /// A batch was refused as a whole: the facts name each fault.
    BatchRefused,
    /// A UID stands in several calendars: `uid`, `calendars`.
    AmbiguousEvent,
    /// Required fields are empty for some guests: `field`, `guests`.
    MissingFields,
    /// A template has an error: `line`.
    InvalidTemplate,
    /// The campaign's state does not allow it: `state`.
    WrongState,
    /// Another process, or another copy, has the right to send: `holder`.
    NoLease,
    /// The account needs its password, key or consent again: `account`.
    NeedsLogin,
    /// The account cannot be reached: `account`.
    Unreachable,
    /// The account's check failed: `account`.
    CheckFailed,
    /// Secrets cannot be opened: no keychain, or a wrong passphrase. `wants`: `passphrase` where none was given.
    Locked,
    /// The database lies where it must not, or cannot be opened: `file` or `folder`.
    UnusableDatabase,
    /// The file is not a database of ours: `file`.
    ForeignDatabase,
    /// The database was written by a newer Rollcall: `file`.
    NewerDatabase,
    /// The database is damaged: `file`.
    DamagedDatabase,
    /// Another program holds the database.
    DatabaseBusy,
    /// Nothing may be written to the folder or disk.
    ReadOnly,
    /// The disk is full.
    DiskFull,
    /// A fault of ours; the log has the chain.
    Internal,
}

/// A failure as it crosses to the window and the command line.
#[derive(Clone, Debug, Serialize, Type, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind of failure.
    pub code: Code,
    /// One sentence that names the thing, then what is allowed or what to do next.
    pub message: String,
    /// The facts behind it, by name.
    pub details: BTreeMap<String, String>,
}

impl Failure {
    /// A failure with its sentence.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: BTreeMap::new() }
    }

    /// Adds a fact.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a fact is a number as often as a text")]
    pub fn with(mut self, name: &str, fact: impl ToString) -> Self {
        self.details.insert(name.to_owned(), fact.to_string());
        self
    }
}

/// Words of a service as a sentence: begun with a capital letter and ended with a stop.
pub(crate) fn as_sentence(words: &str) -> String {
    let words = words.trim();
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    // A quotation ends with its own stop.
    let end = if words.trim_end_matches('”').ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

impl From<anyhow::Error> for Failure {
    /// The failure that a function below named, or an internal one: its chain goes to the log, not to the window.
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(failure) => failure,
            Err(error) => {
                tracing::error!("{error:?}");
                match store::fault(&error) {
                    Some(fault) => of_fault(fault, "Rollcall’s data"),
                    None => Self::new(Code::Internal, format!("{error:#}")),
                }
            }
        }
    }
}

/// The failure that a fault of the database `name` is.
fn of_fault(fault: Fault, name: &str) -> Failure {
    let (code, sentence) = match fault {
        Fault::Full => (Code::DiskFull, format!("The disk that holds {name} is full. Free some space, then try again.")),
        Fault::ReadOnly => (
            Code::ReadOnly,
            format!(
                "Nothing may be written to {name}: the folder or its disk is read-only. Give yourself the right to write there, then try again."
            ),
        ),
        Fault::Busy => (
            Code::DatabaseBusy,
            format!("Another program holds {name}. Close what has it open, such as a backup or a second Rollcall, then try again."),
        ),
        Fault::Foreign => (
            Code::ForeignDatabase,
            format!(
                "{name} is not a database of Rollcall, so it was left as it is. Move it away or choose another folder, then start again."
            ),
        ),
        Fault::Newer => (Code::NewerDatabase, format!("{name} was written by a newer Rollcall. Update this one, then start again.")),
        Fault::Damaged => (
            Code::DamagedDatabase,
            format!("{name} is damaged. Move it away and restore the newest file of the folder “backups” beside it."),
        ),
        Fault::Closed => (
            Code::UnusableDatabase,
            format!("{name} cannot be opened: the system does not allow it. Give yourself the right to read and write it, then try again."),
        ),
    };
    Failure::new(code, sentence)
}

/// Names the file in what is wrong with it.
pub(crate) fn naming(error: anyhow::Error, file: &Path) -> anyhow::Error {
    match store::fault(&error) {
        Some(fault) => {
            tracing::error!("{error:?}");
            of_fault(fault, &file.display().to_string()).with("file", file.display()).into()
        }
        None => error,
    }
}
