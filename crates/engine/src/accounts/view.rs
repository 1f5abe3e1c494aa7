//! Senders and inboxes as the window and the command line see them.
#![expect(missing_docs, reason = "a field is named by the word of the window; what needs more has it")]

use serde::{Deserialize, Serialize};
use specta::Type;

/// A connected service.
#[derive(Clone, Debug, Serialize, Type)]
pub struct AccountView {
    pub id: String,
    pub role: AccountRole,
    /// smtp, ses, imap, maildir or rehearsal
    pub kind: String,
    pub label: String,
    pub address: String,
    /// ok, `needs_login` or stopped
    pub state: String,
    /// One line of state in words, e.g. "Ready, 14 messages a second".
    pub words: String,
    /// Practice only: nothing leaves this computer.
    pub rehearsal: bool,
    /// Answers to a plus-part of the address were seen to arrive.
    pub plus_addressing: bool,
}

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AccountRole {
    Sender,
    Inbox,
}

/// A new sender. Secrets are sealed at once and never come back.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SenderForm {
    Smtp {
        label: String,
        from: String,
        host: String,
        port: u16,
        tls: Tls,
        user: String,
        password: String,
        per_second: Option<f64>,
        connections: Option<u32>,
    },
    Ses {
        label: String,
        from: String,
        region: String,
        access_key: String,
        secret_key: String,
        endpoint: String,
        per_second: Option<f64>,
    },
    Rehearsal {
        label: String,
    },
}

/// A new inbox.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum InboxForm {
    Imap { label: String, address: String, host: String, port: u16, tls: Tls, user: String, password: String },
    Maildir { label: String, address: String, path: String },
    Rehearsal { label: String },
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// From the first byte (465, 993).
    Implicit,
    /// Upgraded before anything is said (587, 143).
    Starttls,
    /// Not at all: only to this computer.
    None,
}

/// One line of a check.
#[derive(Clone, Debug, Serialize, Type)]
pub struct CheckView {
    pub code: String,
    /// good, warning or bad
    pub state: String,
    pub message: String,
    /// Text to copy; may be empty.
    pub copy: String,
}
