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
    /// ok, unchecked, failed, `needs_login` or stopped
    pub state: String,
    /// One line of state in words, e.g. "Ready, 14 messages a second".
    pub words: String,
    /// Practice only: nothing leaves this computer.
    pub rehearsal: bool,
    /// Answers to a plus-part of the address were seen to arrive.
    pub plus_addressing: bool,
    /// The calendar account whose consent it is used by; empty for one that signs in by itself.
    pub consent: String,
}

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum AccountRole {
    Sender,
    Inbox,
}

/// A sender, new or to be changed. Secrets are sealed at once and never come back: those of an account that is changed are
/// empty, and stay what they were where they are left so.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SenderForm {
    Smtp {
        label: String,
        from: String,
        /// The name that guests see beside the address; may be empty.
        name: String,
        host: String,
        port: u16,
        tls: Tls,
        user: String,
        login: Login,
        /// The password, or the token.
        password: String,
        limits: OwnLimits,
        connections: Option<u32>,
    },
    Ses {
        label: String,
        from: String,
        name: String,
        region: String,
        access_key: String,
        secret_key: String,
        endpoint: String,
        limits: OwnLimits,
    },
    Rehearsal {
        label: String,
    },
}

/// What the organizer lets an account send at most, below what its service allows. An empty one limits nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Type)]
pub struct OwnLimits {
    pub per_second: Option<f64>,
    pub per_minute: Option<u32>,
    pub per_hour: Option<u32>,
    pub per_day: Option<u32>,
    /// Messages of a batch, after which comes the gap.
    pub batch: Option<u32>,
    pub batch_gap_seconds: Option<u32>,
}

/// An inbox, new or to be changed. Of its password the same holds as of a sender's.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum InboxForm {
    Imap {
        label: String,
        address: String,
        host: String,
        port: u16,
        tls: Tls,
        user: String,
        login: Login,
        /// The password, or the token.
        password: String,
        /// Further folders that answers are filed into.
        folders: Vec<String>,
        /// A folder that handled messages are put into; empty leaves them where they are.
        handled: String,
        /// What the inbox's own server calls itself in `Authentication-Results`: what it says of forged answers counts. May be empty.
        authserv_id: String,
    },
    Maildir {
        label: String,
        address: String,
        path: String,
        authserv_id: String,
    },
    Rehearsal {
        label: String,
    },
}

/// An account with everything that can be changed of it.
#[derive(Clone, Debug, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "role", content = "form")]
pub enum AccountForm {
    Sender(SenderForm),
    Inbox(InboxForm),
}

/// What a mail server is shown at the login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Login {
    #[default]
    Password,
    /// A token of OAuth.
    Xoauth2,
    /// A token that the consent to a calendar account gives whenever it is needed.
    Consent,
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
