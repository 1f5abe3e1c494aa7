//! `google-api-python-client`: Google's own client, with Google's own description of Calendar v3, pointed at a server that stands in for Google.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::fake_google::FakeGoogle;
use crate::program::python;

const CALLER: &str = include_str!("../python/call_google.py");

/// A running client; ends on drop.
#[derive(Debug)]
pub struct GoogleClient {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl GoogleClient {
    /// Starts one that uses the account of a fake.
    ///
    /// # Errors
    /// When the Python packages are not installed.
    pub fn start(fake: &FakeGoogle) -> anyhow::Result<Self> {
        let mut settings = fake.settings();
        if let Some(settings) = settings.as_object_mut() {
            settings.extend(fake.secrets().map(|(name, value)| (name.to_owned(), json!(value))));
        }
        let mut command = Command::new(python()?);
        let mut child = command
            .args(["-c", CALLER, &settings.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("Start Python")?;
        let input = child.stdin.take().context("Python's input")?;
        let output = BufReader::new(child.stdout.take().context("Python's output")?);
        Ok(Self { child, input, output })
    }

    /// Calls a method, such as `insert` of `events`, and gives the status and the body.
    ///
    /// # Errors
    /// When the client itself fails: it does not take such arguments, or cannot read the answer.
    pub fn call(&mut self, resource: &str, method: &str, arguments: &Value, if_match: Option<&str>) -> anyhow::Result<(u16, Value)> {
        let call = json!({ "resource": resource, "method": method, "arguments": arguments, "if_match": if_match });
        writeln!(self.input, "{call}")?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        let mut answer: Value = serde_json::from_str(&line).with_context(|| format!("Call {resource}.{method}: Google's client failed"))?;
        let status = answer.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok()).context("A status")?;
        Ok((status, answer.get_mut("body").map(Value::take).unwrap_or_default()))
    }
}

impl Drop for GoogleClient {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
