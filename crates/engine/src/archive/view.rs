//! The archive as the window and the command line see it.
#![expect(missing_docs, reason = "a field is named by the word of the window; what needs more has it")]

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::answers::view::ReceiptView;

/// What was found, the newest first.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// Without their texts.
    pub rows: Vec<ReceiptView>,
    /// Where the next page begins; empty at the end.
    pub next: String,
}

/// Which messages; what is empty limits nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Type)]
pub struct ArchiveChoice {
    /// Those that came at this moment or later, RFC 3339, or on this day.
    pub since: String,
    /// UID of an event.
    pub event: String,
    /// Id of a campaign.
    pub campaign: String,
}

/// A file that messages were written to.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ArchiveExport {
    pub file: String,
    pub messages: u32,
}

/// What a copy elsewhere brought.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ArchiveCopy {
    pub messages: u32,
    /// Put there now.
    pub copied: u32,
    /// There already.
    pub known: u32,
}
