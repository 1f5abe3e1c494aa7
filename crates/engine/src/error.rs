//! What can go wrong at the engine's surface: a stable code, one sentence, and the facts behind it.

use std::collections::BTreeMap;

use serde::Serialize;
use specta::Type;

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
    /// Secrets cannot be opened: no keychain, or a wrong passphrase.
    Locked,
    /// The database lies where it must not, or is not ours.
    UnusableDatabase,
    /// The disk is full or read-only.
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

impl From<anyhow::Error> for Failure {
    /// The failure that a function below named, or an internal one: its chain goes to the log, not to the window.
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<Self>() {
            Ok(failure) => failure,
            Err(error) => {
                tracing::error!("{error:?}");
                Self::new(Code::Internal, format!("{error:#}"))
            }
        }
    }
}
