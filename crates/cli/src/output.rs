//! What goes to standard output and what goes to standard error.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use engine::Failure;
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
        self.say(&json.unwrap_or(failure.message));
        ExitCode::FAILURE
    }
}
