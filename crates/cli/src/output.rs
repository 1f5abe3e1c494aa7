//! What goes to standard output and what goes to standard error.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use engine::{Code, Failure};
use serde::Serialize;

/// Prints results, as words or as JSON.
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints a result: `value` as one line of JSON, or `words` for a person.
    pub(crate) fn result<T: Serialize>(&self, value: &T, words: impl FnOnce(&T) -> String) -> Result<()> {
        let line = if self.json { serde_json::to_string(value)? } else { words(value) };
        writeln!(std::io::stdout(), "{}", line.trim_end())?;
        Ok(())
    }

    /// Prints a result that is a text of its own kind, such as a file: as it is, or `value` as one line of JSON.
    pub(crate) fn text<T: Serialize>(&self, value: &T, text: &str) -> Result<()> {
        if self.json {
            return self.result(value, |_| String::new());
        }
        std::io::stdout().write_all(text.as_bytes())?;
        Ok(())
    }

    /// A message for a person, on standard error.
    #[expect(clippy::unused_self, reason = "where words go is for the output to decide")]
    pub(crate) fn say(&self, words: &str) {
        // A closed standard error has nobody to tell.
        drop(writeln!(std::io::stderr(), "{words}"));
    }

    /// Reports a failure. With `--json` its code and facts go to standard error as JSON.
    pub(crate) fn fail(&self, error: anyhow::Error) -> ExitCode {
        let failure = Failure::from(error);
        let json = if self.json { serde_json::to_string(&failure).ok() } else { None };
        self.say(&json.unwrap_or_else(|| words(&failure)));
        ExitCode::FAILURE
    }
}

/// `1 guest`, `17 guests`.
pub(crate) fn count(number: impl Into<u64>, one: &str) -> String {
    match number.into() {
        1 => format!("1 {one}"),
        number => format!("{number} {one}s"),
    }
}

/// A failure's sentence, and how the command line does what it asks for.
fn words(failure: &Failure) -> String {
    let fact = |name: &str| failure.details.get(name).map_or("", String::as_str);
    let hint = match (failure.code, fact("what")) {
        (Code::Locked, _) if fact("wants") == "passphrase" => "Give it with --passphrase-file FILE or in ROLLCALL_PASSPHRASE.",
        (Code::AmbiguousEvent, _) => "Say so with --calendar NAME.",
        (Code::UnusableDatabase | Code::ReadOnly, _) if !fact("folder").is_empty() => "Another folder is chosen with --data DIR.",
        (Code::NotFound, "calendar") => "`calendar list` names those that are there.",
        (Code::NotFound, "remote_calendar") => "`account calendars` names those that it has.",
        (Code::NotFound, "event") => "`event list --masters` names every event with its UID.",
        (Code::NotFound, "occurrence") => "`event list` names each occurrence.",
        (Code::NotFound, "version") => "`event history` names those that it has.",
        (Code::NotFound, "sender") => "`sender list` names those that are there, `sender add` adds one.",
        (Code::NotFound, "inbox") => "`inbox list` names those that are there, `inbox add` adds one.",
        (Code::NotFound, "command") => "`command list` names those that are there, `command add` adds one.",
        (Code::NotFound, "campaign") => "`campaign list` names those that are there.",
        (Code::NotFound, "list") => "`list all` names those that are there.",
        _ => return failure.message.clone(),
    };
    format!("{}\n{hint}", failure.message)
}
