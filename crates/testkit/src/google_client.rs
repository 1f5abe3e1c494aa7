//! `google-api-python-client`: Google's own client, with Google's own description of Calendar v3, pointed at a server that stands in for Google.

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::conversation::Conversation;
use crate::fake_google::FakeGoogle;

const CALLER: &str = include_str!("../python/call_google.py");

/// A running client; ends on drop.
#[derive(Debug)]
pub struct GoogleClient(Conversation);

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
        Ok(Self(Conversation::start(CALLER, &settings)?))
    }

    /// Calls a method, such as `insert` of `events`, and gives the status and the body.
    ///
    /// # Errors
    /// When the client itself fails: it does not take such arguments, or cannot read the answer.
    pub fn call(&mut self, resource: &str, method: &str, arguments: &Value, if_match: Option<&str>) -> anyhow::Result<(u16, Value)> {
        let call = json!({ "resource": resource, "method": method, "arguments": arguments, "if_match": if_match });
        let mut answer = self.0.ask(&call)?;
        let status = answer.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok()).context("A status")?;
        Ok((status, answer.get_mut("body").map(Value::take).unwrap_or_default()))
    }
}
