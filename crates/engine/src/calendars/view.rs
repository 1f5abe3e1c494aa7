//! Calendars and events as the window and the command line see them.
#![expect(missing_docs, reason = "a field is named by the word of the window; what needs more has it")]

use serde::{Deserialize, Serialize};
use specta::Type;

/// A sub-calendar in the sidebar.
#[derive(Clone, Debug, Serialize, Type)]
pub struct CalendarView {
    pub id: String,
    pub name: String,
    /// A name of the window's palette: indigo, blue, teal, green, amber, orange, red, pink, violet or grey.
    pub colour: String,
    /// IANA name; empty where the system's zone holds.
    pub zone: String,
    pub role: CalendarRole,
    pub hidden: bool,
    /// Changes are told to those who said yes or maybe without asking.
    pub standing_order: bool,
    /// Single events and series.
    pub events: u32,
    /// First and last day that has an event, e.g. `2027-03-14`; empty without events.
    pub first_day: String,
    pub last_day: String,
}

/// What the organizer may do in a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum CalendarRole {
    Owner,
    Writer,
    Reader,
}

/// One occurrence in a view. `id` and `original_start` together name it.
#[derive(Clone, Debug, Serialize, Type)]
pub struct OccurrenceView {
    /// The event's id: its master for an occurrence of a series.
    pub id: String,
    pub calendar: String,
    pub uid: String,
    /// RECURRENCE-ID value, e.g. `20270314T130000`; empty for a single event.
    pub recurrence_id: String,
    pub summary: String,
    pub place: String,
    /// RFC 3339 with offset; a plain date for a whole day.
    pub start: String,
    pub end: String,
    /// IANA name of the start's zone; empty for floating times and whole days.
    pub tzid: String,
    pub all_day: bool,
    pub recurring: bool,
    /// confirmed, tentative or cancelled
    pub status: String,
    /// Its own colour, as the nearest of the window's palette; empty where it has its calendar's.
    pub colour: String,
    /// Guests invited, and how many of them said yes.
    pub invited: u32,
    pub yes: u32,
}

/// An event opened beside the calendar.
#[derive(Clone, Debug, Serialize, Type)]
pub struct EventDetail {
    pub id: String,
    pub calendar: String,
    pub uid: String,
    pub summary: String,
    pub description: String,
    pub place: String,
    pub start: String,
    pub end: String,
    /// Wall clock time without offset, e.g. `2027-03-14T13:00:00`, for the editor.
    pub start_local: String,
    pub end_local: String,
    pub start_zone: String,
    pub end_zone: String,
    pub all_day: bool,
    /// RRULE value; empty for a single event.
    pub rrule: String,
    /// The rule in words, e.g. "Every Saturday until 5 June 2027".
    pub repeats: String,
    pub status: String,
    pub visibility: String,
    pub transparency: String,
    pub url: String,
    pub video_link: String,
    pub categories: Vec<String>,
    /// Its own colour, as the nearest of the window's palette; empty where it has its calendar's.
    pub colour: String,
    pub attendees: Vec<AttendeeView>,
    pub attachments: Vec<String>,
    pub alarms: u32,
    /// Where the calendar came from forbids changes: why, in a sentence; empty where it can be edited.
    pub read_only: String,
    pub versions: Vec<VersionView>,
    pub invitations: InvitationSummary,
}

/// Who an imported event says is invited.
#[derive(Clone, Debug, Serialize, Type)]
pub struct AttendeeView {
    pub address: String,
    pub name: String,
    /// required, optional or resource
    pub role: String,
    /// needs-action, accepted, declined, tentative or delegated
    pub participation: String,
}

/// How an event's invitations stand.
#[derive(Clone, Debug, Default, Serialize, Type)]
pub struct InvitationSummary {
    pub invited: u32,
    pub yes: u32,
    pub maybe: u32,
    pub no: u32,
    pub none: u32,
    /// Guests who hold an older revision than the current one.
    pub outdated: u32,
}

/// One version of an event.
#[derive(Clone, Debug, Serialize, Type)]
pub struct VersionView {
    pub number: u32,
    /// RFC 3339.
    pub at: String,
    /// import, window, `command_line`, undo, restore, or `account:` and the id of a connected account.
    pub source: String,
    /// Name of that account; empty where it came from none.
    pub account: String,
    /// google, microsoft, caldav or feed; empty where it came from no account.
    pub account_kind: String,
    /// What kind of change it was, e.g. "Moved, place changed".
    pub words: String,
    pub fields: Vec<FieldChangeView>,
}

/// An event as it was at some time.
#[derive(Clone, Debug, Serialize, Type)]
pub struct PastEvent {
    /// The version that held then, and since when.
    pub number: u32,
    pub at: String,
    /// As in a version.
    pub source: String,
    pub account: String,
    pub account_kind: String,
    pub summary: String,
    pub description: String,
    pub place: String,
    pub start: String,
    pub end: String,
    pub tzid: String,
    pub all_day: bool,
    pub repeats: String,
    pub status: String,
    pub url: String,
    pub video_link: String,
    /// It was deleted then.
    pub deleted: bool,
}

/// Changes of a calendar, the newest first.
#[derive(Clone, Debug, Serialize, Type)]
pub struct RecentChanges {
    pub rows: Vec<RecentChange>,
    /// Cursor of the next page; empty on the last.
    pub next: String,
}

/// One change in a calendar.
#[derive(Clone, Debug, Serialize, Type)]
pub struct RecentChange {
    pub event: String,
    pub recurrence_id: String,
    pub uid: String,
    pub summary: String,
    pub start: String,
    pub tzid: String,
    pub all_day: bool,
    /// The import or sync that brought it, for undoing all of that; empty for a change of its own.
    pub import: String,
    pub version: VersionView,
}

/// An event or a series that was deleted.
#[derive(Clone, Debug, Serialize, Type)]
pub struct DeletedEvent {
    pub event: String,
    pub recurrence_id: String,
    pub uid: String,
    pub summary: String,
    pub start: String,
    pub tzid: String,
    pub all_day: bool,
    pub repeats: String,
    /// When and by whom it was deleted, as in a version.
    pub at: String,
    pub source: String,
    pub account: String,
    pub account_kind: String,
    /// The version that restores it.
    pub version: u32,
}

/// One field that changed.
#[derive(Clone, Debug, Serialize, Type)]
pub struct FieldChangeView {
    /// summary, description, place, start, end, recurrence, status, ...
    pub name: String,
    pub old: String,
    pub new: String,
    /// Guests must know: time, recurrence, place, cancelled, reinstated.
    pub significant: bool,
}

/// A new event, or the fields of one that change: what is none stays as it is.
#[derive(Clone, Debug, Default, Deserialize, Type)]
#[serde(default)]
pub struct EventDraft {
    pub summary: Option<String>,
    pub description: Option<String>,
    pub place: Option<String>,
    /// Wall clock time without offset, or a date for a whole day; with an offset it is placed in `tzid`.
    pub start: Option<String>,
    pub end: Option<String>,
    pub tzid: Option<String>,
    /// Of the end, where it differs.
    pub end_tzid: Option<String>,
    pub all_day: Option<bool>,
    /// RRULE value; empty makes it a single event.
    pub rrule: Option<String>,
    pub status: Option<String>,
    pub url: Option<String>,
    pub video_link: Option<String>,
    /// A name of the window's palette; empty for its calendar's.
    pub colour: Option<String>,
}

/// How far an edit of a series reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    This,
    Following,
    All,
}

/// What a set of files would do, before anything is stored.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ImportPreview {
    /// Names the preview for `apply_import`; it is kept until the app ends.
    pub id: String,
    pub files: Vec<ImportFile>,
    /// From the file's own name for itself, or the file name.
    pub suggested_name: String,
    pub new: u32,
    pub updated: u32,
    pub unchanged: u32,
    /// Were in the last import of this source and are not in this one.
    pub missing: Vec<ImportRow>,
    /// The first hundred new ones by start, for a look.
    pub rows: Vec<ImportRow>,
    /// Every update with what it changes.
    pub updates: Vec<ImportRow>,
    pub invalid: Vec<ImportProblem>,
    /// The latest start lies in the past: offer to shift by this many weeks; 0 otherwise.
    pub shift_weeks: u32,
}

/// One file of an import.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ImportFile {
    pub name: String,
    pub events: u32,
    /// Why nothing of it can be used; empty if something can.
    pub unreadable: String,
}

/// One event of an import.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ImportRow {
    pub uid: String,
    pub summary: String,
    pub start: String,
    pub tzid: String,
    pub all_day: bool,
    pub place: String,
    /// How it repeats, in words; empty where it does not.
    pub repeats: String,
    pub fields: Vec<FieldChangeView>,
}

/// A place in a file that cannot be used.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ImportProblem {
    pub file: String,
    pub line: u32,
    pub reason: String,
    /// The event is not imported; else it was mended as the reason says.
    pub left_out: bool,
}

/// Where an import goes.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ImportTarget {
    /// A calendar that exists.
    Existing { id: String },
    /// A new calendar, or the existing one of that name.
    Named { name: String },
}

/// What an import did.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ImportResult {
    /// For `undo_import`.
    pub id: String,
    pub calendar: String,
    pub calendar_name: String,
    pub new: u32,
    pub updated: u32,
    pub unchanged: u32,
}

/// What undoing an import did.
#[derive(Clone, Debug, Serialize, Type)]
pub struct UndoResult {
    /// Events that are as they were before.
    pub undone: u32,
    /// Titles of those that were changed since: they are left as they are.
    pub left: Vec<String>,
    /// The calendar that the import had created is gone too.
    pub calendar_removed: bool,
}

/// Something found by search, by the palette of Ctrl K.
#[derive(Clone, Debug, Serialize, Type)]
pub struct SearchHit {
    /// event, guest, list, campaign or calendar
    pub kind: String,
    pub id: String,
    pub title: String,
    pub detail: String,
    /// For an event: the day to show.
    pub day: String,
}

/// How much history of events there is, and how long it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
pub struct HistoryKept {
    /// 0 is for ever.
    pub years: u32,
    pub versions: u32,
    /// Roughly.
    pub kilobytes: u32,
}
