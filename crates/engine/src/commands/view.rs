//! Commands by mail as the window and the command line see them.
#![expect(missing_docs, reason = "a field is named by the word of the window; what needs more has it")]

use serde::{Deserialize, Serialize};
use specta::Type;

/// An address that takes invitations as commands, to be added or changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CommandForm {
    /// What the organizer invites.
    pub address: String,
    /// Id of the inbox that its mail arrives in.
    pub inbox: String,
    /// Id of the calendar that it writes to.
    pub calendar: String,
    /// Id of the account that confirms.
    pub sender: String,
    /// Addresses that may command.
    pub allowed: Vec<String>,
    /// It obeys where the inbox's server does not say whether a sender is genuine.
    pub trusts_silence: bool,
}

/// An address that takes invitations as commands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct CommandView {
    pub id: String,
    pub address: String,
    /// Name of the inbox.
    pub inbox: String,
    /// Name of the calendar.
    pub calendar: String,
    /// Name of the account that confirms.
    pub sender: String,
    pub allowed: Vec<String>,
    pub trusts_silence: bool,
    /// What stands in its way, and what to do; empty where nothing does.
    pub problem: String,
}

/// What became of a message to such an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct CommandLogView {
    /// When it was taken in.
    pub at: String,
    pub address: String,
    pub from: String,
    pub subject: String,
    /// created, updated, cancelled, unchanged, failed, refused
    pub outcome: String,
    /// What changed, or what was wrong.
    pub detail: String,
    /// UID of the event here; may be empty.
    pub uid: String,
    /// Id of the event, while it is there; else empty.
    pub event: String,
    /// none, due, handed, sent, lost
    pub reply: String,
    /// Why the answer is not sent; may be empty.
    pub reply_problem: String,
    /// Id of the message in the archive.
    pub receipt: String,
}

/// The words of one kind of answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct WordingView {
    /// created, updated, cancelled, failed
    pub kind: String,
    pub subject: String,
    pub body: String,
    /// 0 for the words that come with Rollcall.
    pub version: u32,
}
