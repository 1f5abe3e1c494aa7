//! A Python program that is talked with: JSON, a line each way.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::Context as _;
use serde_json::Value;

use crate::program::python;

/// A running one; ends on drop.
#[derive(Debug)]
pub(crate) struct Conversation {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Conversation {
    pub(crate) fn start(script: &str, settings: &Value) -> anyhow::Result<Self> {
        let mut command = Command::new(python()?);
        let mut child = command
            .args(["-c", script, &settings.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("Start Python")?;
        let input = child.stdin.take().context("Python's input")?;
        let output = BufReader::new(child.stdout.take().context("Python's output")?);
        Ok(Self { child, input, output })
    }

    pub(crate) fn ask(&mut self, question: &Value) -> anyhow::Result<Value> {
        writeln!(self.input, "{question}")?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        serde_json::from_str(&line).with_context(|| format!("{question}: the program failed"))
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
