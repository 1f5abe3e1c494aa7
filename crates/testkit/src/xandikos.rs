//! A real CalDAV server, Xandikos: no login, the principal at `/alice/`.

use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::http;
use crate::program::{Running, free_port, python, scratch, until_it_listens};

/// A running one, with its folder.
#[derive(Debug)]
pub struct Xandikos {
    port: u16,
    _folder: TempDir,
    _running: Running,
}

impl Xandikos {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When the Python packages are not installed, or it does not start.
    pub fn start() -> anyhow::Result<Self> {
        let (folder, port) = (scratch()?, free_port()?);
        let mut command = Command::new(python()?);
        command.args(["-m", "xandikos", "serve", "-d"]).arg(folder.path().join("data")).args(["-l", "127.0.0.1", "-p", &port.to_string()]);
        command.args(["--defaults", "--current-user-principal", "/alice/"]).stderr(Stdio::null());
        let mut running = Running::start(&mut command)?;
        until_it_listens("xandikos", port, &mut running)?;
        Ok(Self { port, _folder: folder, _running: running })
    }

    /// The address of the server.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A request of another client; the answer's body when it is a success.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn call(&self, method: &str, path: &str, headers: &str, body: &str) -> anyhow::Result<String> {
        Ok(String::from_utf8(http::call(self.port, method, path, headers, body.as_bytes())?)?)
    }
}
