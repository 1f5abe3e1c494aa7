//! `smtp-sink`, Postfix's own receiver: takes everything, keeps nothing, as fast as can be.

use std::process::{Command, Stdio};

use crate::program::{Running, find, free_port, is_root, until_it_listens};

/// A running `smtp-sink`.
#[derive(Debug)]
pub struct SmtpSink {
    port: u16,
    _running: Running,
}

impl SmtpSink {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When Postfix is not installed, or does not start.
    pub fn start() -> anyhow::Result<Self> {
        Self::start_with(&[])
    }

    /// Starts one that refuses every recipient.
    ///
    /// # Errors
    /// When Postfix is not installed, or does not start.
    pub fn refusing(reply: &str) -> anyhow::Result<Self> {
        Self::start_with(&["-f", "RCPT", "-B", reply])
    }

    fn start_with(options: &[&str]) -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(find("smtp-sink", "postfix")?);
        if is_root() {
            command.args(["-u", "nobody"]);
        }
        let mut running = Running::start(command.args(options).arg(format!("127.0.0.1:{port}")).arg("100").stderr(Stdio::null()))?;
        until_it_listens("smtp-sink", port, &mut running)?;
        Ok(Self { port, _running: running })
    }

    /// Where it listens, on 127.0.0.1, in clear.
    pub fn port(&self) -> u16 {
        self.port
    }
}
