//! A real CalDAV server, Radicale: one user with a password, the principal at `/alice/`.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;

use crate::http;
use crate::program::{Running, free_port, python, scratch, until_it_listens};

/// The user's name.
pub const USER: &str = "alice";
/// The user's password.
pub const PASSWORD: &str = "open-sesame";

/// A running one, with its folder.
#[derive(Debug)]
pub struct Radicale {
    port: u16,
    folder: TempDir,
    _running: Running,
}

impl Radicale {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When the Python packages are not installed, or it does not start.
    pub fn start() -> anyhow::Result<Self> {
        let (folder, port) = (scratch()?, free_port()?);
        let within = |name: &str| folder.path().join(name);
        std::fs::write(within("users"), format!("{USER}:{PASSWORD}\n")).context("Write the users")?;
        let config = format!(
            "[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {}\nhtpasswd_encryption = plain\ndelay = 0\n\
             [storage]\nfilesystem_folder = {}\n[logging]\nlevel = error\n",
            within("users").display(),
            within("data").display()
        );
        std::fs::write(within("config"), config).context("Write the configuration")?;
        let mut command = Command::new(python()?);
        command.args(["-m", "radicale", "--config"]).arg(within("config")).stderr(Stdio::null());
        let mut running = Running::start(&mut command)?;
        until_it_listens("radicale", port, &mut running)?;
        Ok(Self { port, folder, _running: running })
    }

    /// The address of the server.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where its collections lie as files.
    pub fn collections(&self) -> PathBuf {
        self.folder.path().join("data/collection-root")
    }

    /// A request of another client; the answer's body when it is a success.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn call(&self, method: &str, path: &str, headers: &str, body: &str) -> anyhow::Result<String> {
        let login = STANDARD.encode(format!("{USER}:{PASSWORD}"));
        let headers = format!("Authorization: Basic {login}\r\n{headers}");
        Ok(String::from_utf8(http::call(self.port, method, path, &headers, body.as_bytes())?)?)
    }
}
