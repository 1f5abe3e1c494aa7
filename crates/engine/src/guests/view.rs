//! Guests and lists as the window and the command line see them.
#![expect(missing_docs, reason = "a field is named by the word of the window; what needs more has it")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::calendars::view::FieldChangeView;

/// A row of the guest table.
#[derive(Clone, Debug, Serialize, Type)]
pub struct GuestView {
    pub id: String,
    pub address: String,
    pub name: String,
    pub first_name: String,
    pub last_name: String,
    pub zone: String,
    pub language: String,
    /// required, optional or resource
    pub role: String,
    pub fields: BTreeMap<String, String>,
    pub lists: Vec<String>,
    /// yes, maybe, no or empty: the latest answer to anything.
    pub last_answer: String,
    /// Why this address is not mailed: unsubscribed, `hard_bounce`, `soft_bounces`, complaint, `by_hand`; empty if it is.
    pub suppressed: String,
}

/// A page of guests, by name then id.
#[derive(Clone, Debug, Serialize, Type)]
pub struct GuestPage {
    pub rows: Vec<GuestView>,
    pub total: u32,
}

/// Which guests to show.
#[derive(Clone, Debug, Default, Deserialize, Type)]
#[serde(default)]
pub struct GuestQuery {
    pub search: String,
    /// A list's id; empty for all.
    pub list: String,
    /// First row wanted: the store seeks there by keyset checkpoints.
    pub from: u32,
    pub limit: u32,
}

/// A list of guests.
#[derive(Clone, Debug, Serialize, Type)]
pub struct GuestListView {
    pub id: String,
    pub name: String,
    pub guests: u32,
}

/// A guest typed by hand, or its new values.
#[derive(Clone, Debug, Default, Deserialize, Type)]
#[serde(default)]
pub struct GuestDraft {
    pub address: String,
    pub name: String,
    pub zone: String,
    pub language: String,
    pub role: String,
    pub fields: BTreeMap<String, String>,
}

/// Where the rows of an import come from.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum GuestSource {
    /// CSV, XLSX or vCard on this computer.
    File { path: String },
    /// Pasted text: one address a line, `Name <address>` separated by commas, or cells from a spreadsheet.
    Text { text: String },
}

/// What a file of guests would do, before anything is stored.
#[derive(Clone, Debug, Serialize, Type)]
pub struct GuestPreview {
    /// Names the preview for `remap_guests` and `apply_guests`; it is kept until the app ends.
    pub id: String,
    pub source: String,
    pub suggested_list: String,
    pub columns: Vec<ColumnView>,
    /// The first rows as they stand in the file.
    pub sample: Vec<Vec<String>>,
    pub rows: u32,
    pub new: u32,
    pub updated: u32,
    pub unchanged: u32,
    pub duplicate: u32,
    pub suppressed: u32,
    pub invalid: Vec<GuestProblem>,
    pub duplicates: Vec<GuestProblem>,
    /// Usable, but looked at twice: likely typos, domains that take no mail.
    pub warnings: Vec<GuestProblem>,
    /// The first hundred guests as they would be stored.
    pub guests: Vec<GuestView>,
}

/// One column and where it goes.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ColumnView {
    pub index: u32,
    pub header: String,
    /// Three values from the file.
    pub samples: Vec<String>,
    pub field: ColumnField,
}

/// Where a column goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum ColumnField {
    Email,
    Name,
    FirstName,
    LastName,
    Zone,
    Language,
    Role,
    Consent,
    /// An own field by this name, for `{{ name }}` in a message.
    Own(String),
    Skip,
}

/// A row that cannot be used, or should be looked at.
#[derive(Clone, Debug, Serialize, Type)]
pub struct GuestProblem {
    /// Line in the file, from 1 with the header.
    pub line: u32,
    pub address: String,
    pub reason: String,
    /// What was probably meant; empty if unknown.
    pub suggestion: String,
}

/// What an import of guests did.
#[derive(Clone, Debug, Serialize, Type)]
pub struct GuestImportResult {
    /// For `undo_guest_import`.
    pub id: String,
    pub list: String,
    pub list_name: String,
    pub new: u32,
    pub updated: u32,
    pub duplicate: u32,
    pub invalid: u32,
    pub suppressed: u32,
}

/// An address that gets no mail.
#[derive(Clone, Debug, Serialize, Type)]
pub struct SuppressionView {
    pub id: String,
    pub address: String,
    /// `unsubscribed`, `hard_bounce`, `soft_bounces`, `complaint` or `by_hand`
    pub reason: String,
    /// The reason in words.
    pub words: String,
    /// What said so, such as their server's words; may be empty.
    pub evidence: String,
    /// The message that said so; may be empty.
    pub receipt: String,
    /// RFC 3339.
    pub at: String,
}

/// A page of addresses that get no mail.
#[derive(Clone, Debug, Serialize, Type)]
pub struct SuppressionPage {
    pub rows: Vec<SuppressionView>,
    pub total: u32,
    /// For the next page; empty at the end.
    pub next: String,
}

/// What a guest held of an event at some moment.
#[derive(Clone, Debug, Serialize, Type)]
pub struct HeldThen {
    /// Id of the event.
    pub event: String,
    pub uid: String,
    pub calendar_name: String,
    /// invitation, update, cancellation or withdrawal
    pub kind: String,
    /// Which of the event's revisions it was, from 1.
    pub revision: u32,
    /// RFC 3339
    pub sent_at: String,
    /// Name of the campaign.
    pub campaign: String,
    /// It may not have arrived.
    pub uncertain: bool,
    /// By it the event is off for the guest.
    pub cancelled: bool,
    /// Local.
    pub start: String,
    /// When it is, in words.
    pub when: String,
    pub summary: String,
    pub place: String,
    pub description: String,
    /// yes, no, maybe; empty before an answer
    pub answer: String,
    /// What the event says otherwise now: `old` is what the guest was sent.
    pub changes: Vec<FieldChangeView>,
}
