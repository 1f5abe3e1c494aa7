//! `moto`: an imitation of AWS that others wrote. It checks how we speak to SES and S3; its SES has no quota, no throttling and no `GetAccount`.

use std::process::{Command, Stdio};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::http;
use crate::program::{Running, free_port, python, until};

/// Names the service, as moto asks; not a real signature.
const SIGNATURE: &str = "Content-Type: application/json\r\n\
     Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ses/aws4_request, SignedHeaders=host, Signature=0\r\n";

/// The same for S3, which shows objects to nobody who does not sign.
const OBJECT_SIGNATURE: &str =
    "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0\r\n";

/// A running moto.
#[derive(Debug)]
pub struct Moto {
    port: u16,
    _running: Running,
}

/// A raw message that moto took.
#[derive(Clone, Debug)]
pub struct RawMessage {
    /// The name that it gave the message.
    pub id: String,
    /// Who sent it.
    pub source: String,
    /// Everyone it goes to: the envelope's recipients, then those of its headers.
    pub destinations: Vec<String>,
    /// The message as it was handed over.
    pub data: String,
}

impl Moto {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When the Python packages are not installed, or it does not start.
    pub fn start() -> anyhow::Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(python()?);
        command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]).stderr(Stdio::null());
        let mut running = Running::start(&mut command)?;
        until("moto", &mut running, || http::call(port, "GET", "/moto-api/data.json", "", b"").is_ok())?;
        Ok(Self { port, _running: running })
    }

    /// Where it listens on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The setting `endpoint`.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Lets an address or a domain send.
    ///
    /// # Errors
    /// When moto refuses.
    pub fn verify(&self, identity: &str) -> anyhow::Result<()> {
        let body = json!({ "EmailIdentity": identity }).to_string();
        http::call(self.port, "POST", "/v2/email/identities", SIGNATURE, body.as_bytes()).context("Create the identity")?;
        Ok(())
    }

    /// Makes a bucket of S3.
    ///
    /// # Errors
    /// When moto refuses.
    pub fn create_bucket(&self, name: &str) -> anyhow::Result<()> {
        http::call(self.port, "PUT", &format!("/{name}"), "", b"").context("Create the bucket")?;
        Ok(())
    }

    /// Names of what lies in a bucket, up to a thousand.
    ///
    /// # Errors
    /// When moto does not answer.
    pub fn objects(&self, bucket: &str) -> anyhow::Result<Vec<String>> {
        let listed = String::from_utf8(http::call(self.port, "GET", &format!("/{bucket}?list-type=2"), "", b"")?)?;
        Ok(listed.split("<Key>").skip(1).filter_map(|rest| rest.split_once("</Key>")).map(|(key, _)| key.to_owned()).collect())
    }

    /// Keeps everything that is put into a bucket from now on, also what takes another's place.
    ///
    /// # Errors
    /// When moto refuses.
    pub fn keep_versions(&self, bucket: &str) -> anyhow::Result<()> {
        let body =
            "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>Enabled</Status></VersioningConfiguration>";
        http::call(self.port, "PUT", &format!("/{bucket}?versioning"), OBJECT_SIGNATURE, body.as_bytes()).context("Keep versions")?;
        Ok(())
    }

    /// How often something was put into a bucket that keeps versions, up to a thousand.
    ///
    /// # Errors
    /// When moto does not answer.
    pub fn versions(&self, bucket: &str) -> anyhow::Result<usize> {
        let listed = String::from_utf8(http::call(self.port, "GET", &format!("/{bucket}?versions"), "", b"")?)?;
        Ok(listed.matches("<VersionId>").count())
    }

    /// What lies in a bucket under a name.
    ///
    /// # Errors
    /// When there is nothing.
    pub fn object(&self, bucket: &str, key: &str) -> anyhow::Result<Vec<u8>> {
        http::call(self.port, "GET", &format!("/{bucket}/{key}"), OBJECT_SIGNATURE, b"")
    }

    /// Every raw message it took, in that order.
    ///
    /// # Errors
    /// When moto does not answer.
    pub fn messages(&self) -> anyhow::Result<Vec<RawMessage>> {
        let data: Value = serde_json::from_slice(&http::call(self.port, "GET", "/moto-api/data.json", "", b"")?)?;
        let text = |message: &Value, key: &str| message.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let texts = |message: &Value, key: &str| {
            let values = message.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let messages = data.pointer("/ses/RawMessage").and_then(Value::as_array).cloned().unwrap_or_default();
        Ok(messages
            .iter()
            .map(|message| RawMessage {
                id: text(message, "id"),
                source: text(message, "source"),
                destinations: texts(message, "destinations"),
                data: text(message, "raw_data"),
            })
            .collect())
    }

    /// Makes it check signatures against its own users from now on; nobody has a key then.
    ///
    /// # Errors
    /// When moto does not answer.
    pub fn check_signatures(&self) -> anyhow::Result<()> {
        http::call(self.port, "POST", "/moto-api/reset-auth", "", b"0")?;
        Ok(())
    }
}
