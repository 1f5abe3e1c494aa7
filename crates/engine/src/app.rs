//! The app as a whole: overview, practice, backup, log.

#![expect(missing_docs, reason = "a field is named by the word of the window; what needs more has it")]

mod overview;
mod settings;

use serde::Serialize;
use specta::Type;

pub use overview::{mark_answers_seen, overview};
pub use settings::{get_setting, put_setting};

/// What the first screen needs.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Overview {
    pub version: String,
    /// Practice: nothing leaves this computer.
    pub rehearsal: bool,
    pub calendars: u32,
    pub events: u32,
    pub guests: u32,
    pub senders: u32,
    pub inboxes: u32,
    pub campaigns: u32,
    /// Invitations ever sent from here.
    pub invitations: u32,
    /// Answers nobody has looked at yet.
    pub new_answers: u32,
    /// Receipts at the desk.
    pub desk: u32,
    /// Events whose guests hold old details.
    pub changes: u32,
    /// This database may not send before `adopt_ledger`: why, in a sentence; empty otherwise.
    pub lease: String,
    /// Secrets are locked: why, in a sentence; empty otherwise.
    pub locked: String,
}

/// How far the practice round is.
#[derive(Clone, Debug, Serialize, Type)]
pub struct RehearsalState {
    pub sent: u32,
    pub answered: u32,
    pub bounced: u32,
    /// Everyone who will ever answer has.
    pub finished: bool,
}
