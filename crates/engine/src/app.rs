//! The app as a whole: overview, practice, backup, log.

#![expect(missing_docs, reason = "a field is named by the word of the window; what needs more has it")]

mod overview;
mod safety;
mod settings;

use serde::Serialize;
use specta::Type;

pub use overview::{mark_answers_seen, overview};
pub use safety::{choose_backup_folder, choose_recovery, inspect_backup, safety, unlock};
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
    /// Accounts whose calendars are mirrored.
    pub calendar_accounts: u32,
    /// Fields that were edited here and at a provider, and were not looked at yet.
    pub clashes: u32,
    /// Bookings of a feed that were entered by hand already.
    pub twins: u32,
    /// This database may not send before `adopt_ledger`: why, in a sentence; empty otherwise.
    pub lease: String,
    /// Secrets are locked: why, in a sentence; empty otherwise.
    pub locked: String,
}

/// How passwords are sealed here and where backups go.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Safety {
    pub vault: VaultState,
    /// Why the vault does not open, in a sentence; empty where it does.
    pub why: String,
    /// Backups carry the key under a recovery passphrase.
    pub recovery: bool,
    /// The second folder of the daily backups; empty for none.
    pub folder: String,
}

/// How the vault of sealed passwords stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// Nothing was ever sealed.
    Unused,
    Open,
    /// It opens with the passphrase that was chosen.
    WantsPassphrase,
    /// Its key should be in this computer's keychain.
    WantsKeychain,
}

/// A backup that may be put in place.
#[derive(Clone, Debug, Serialize, Type)]
pub struct BackupView {
    /// A recovery passphrase opens its passwords on any computer.
    pub recovery: bool,
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
