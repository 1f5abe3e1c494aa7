//! Another client of a CalDAV collection, by the Python library `icalendar`: it edits, and says what takes place there.

use serde_json::{Value, json};

use crate::conversation::Conversation;

const CLIENT: &str = include_str!("../python/other_client.py");

/// A running client; ends on drop.
#[derive(Debug)]
pub struct OtherClient(Conversation);

impl OtherClient {
    /// A client of the collection at a path, such as `/alice/team/`, of a server on this computer.
    ///
    /// # Errors
    /// When the Python packages are not installed.
    pub fn of_collection(port: u16, path: &str, login: Option<(&str, &str)>) -> anyhow::Result<Self> {
        let (user, password) = login.unwrap_or_default();
        Self::start(&json!({ "port": port, "path": path, "user": user, "password": password }))
    }

    /// One without a server, which only says what takes place.
    ///
    /// # Errors
    /// When the Python packages are not installed.
    pub fn without_server() -> anyhow::Result<Self> {
        Self::start(&json!({}))
    }

    fn start(settings: &Value) -> anyhow::Result<Self> {
        Ok(Self(Conversation::start(CLIENT, settings)?))
    }

    /// Does what a command says: `{kind, …}` with the kinds `create`, `title`, `place`, `time`, `rule`, `name`, `move`, `off`, `following`, `delete`,
    /// `restore`, `names` and `occurrences`. Null where it cannot be done, such as an edit of a date of a single event.
    ///
    /// # Errors
    /// When the client itself fails.
    pub fn call(&mut self, command: &Value) -> anyhow::Result<Value> {
        self.0.ask(command)
    }

    /// What takes place there in the years 2026 to 2028: start and end in UTC or as days, title, place; in order.
    ///
    /// # Errors
    /// When the client itself fails.
    pub fn occurrences(&mut self) -> anyhow::Result<Vec<[String; 4]>> {
        Ok(serde_json::from_value(self.call(&json!({ "kind": "occurrences" }))?)?)
    }

    /// The same of the text of a calendar.
    ///
    /// # Errors
    /// When the client itself fails, or the text is no calendar.
    pub fn occurrences_of(&mut self, calendar: &str) -> anyhow::Result<Vec<[String; 4]>> {
        Ok(serde_json::from_value(self.call(&json!({ "kind": "occurrences", "calendar": calendar }))?)?)
    }
}
