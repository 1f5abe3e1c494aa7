//! Calls of the built program on a data folder of the test's own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use serde_json::Value;

/// Opens the secrets of every test.
pub(crate) const PASSPHRASE: &str = "a test's passphrase";

/// A data folder and the program that works on it.
pub(crate) struct Program {
    folder: Arc<tempfile::TempDir>,
    data: PathBuf,
}

/// What a call gave.
pub(crate) struct Answer {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Program {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        Self { folder: Arc::new(folder), data }
    }

    /// With its data somewhere else.
    pub(crate) fn with_data(data: &Path) -> Self {
        Self { data: data.to_owned(), ..Self::new() }
    }

    /// The program on another data folder of the same computer.
    pub(crate) fn beside(&self, name: &str) -> Self {
        Self { folder: Arc::clone(&self.folder), data: self.folder.path().join(name) }
    }

    /// Where the database lies.
    pub(crate) fn data(&self) -> PathBuf {
        self.data.clone()
    }

    /// Writes a file for a call.
    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    /// Calls it with `--json`.
    pub(crate) fn call(&self, arguments: &[&str]) -> Answer {
        self.run(&[&["--json"], arguments].concat())
    }

    /// Calls it as a person would.
    pub(crate) fn run(&self, arguments: &[&str]) -> Answer {
        let Output { status, stdout, stderr } = self.command().args(arguments).output().expect("the program can be started");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Answer { status: status.code().expect("it ended by itself"), stdout: text(stdout), stderr: text(stderr) }
    }

    /// The program on this data folder, to be started with arguments.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rollcall-cli"));
        command
            .env("ROLLCALL_DATA", &self.data)
            .env("XDG_STATE_HOME", self.folder.path().join("state"))
            .env("ROLLCALL_PASSPHRASE", PASSPHRASE);
        command
    }

    /// Where a file of the test would lie.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Calls it with `--json`, and expects that all went well.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let answer = self.call(arguments);
        assert_eq!(answer.status, 0, "{arguments:?} ends well: {}", answer.stderr);
        answer.json()
    }
}

impl Answer {
    /// The one JSON document on standard output.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("standard output is JSON: {error}\n{}\n{}", self.stdout, self.stderr))
    }
}

/// Files of other people's programs to try ours on, where they are at hand.
pub(crate) fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("ROLLCALL_CORPUS").map_or_else(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}
