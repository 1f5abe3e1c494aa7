//! Calendars, events and imports.

use engine::Failure;
use engine::calendars::view::{
    CalendarView, EventDetail, EventDraft, ImportPreview, ImportResult, ImportTarget, OccurrenceView, Scope, SearchHit,
};

/// Every calendar, in the organizer's order.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_calendars() -> Result<Vec<CalendarView>, Failure> {
    super::unbuilt()
}

/// Creates a calendar.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_calendar(name: String, colour: String) -> Result<CalendarView, Failure> {
    super::unbuilt()
}

/// Renames, recolours, shows or hides a calendar; what is none stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn update_calendar(
    id: String,
    name: Option<String>,
    colour: Option<String>,
    hidden: Option<bool>,
) -> Result<CalendarView, Failure> {
    super::unbuilt()
}

/// Removes a calendar from view; its history is kept. Undone by `restore_calendar`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_calendar(id: String) -> Result<(), Failure> {
    super::unbuilt()
}

/// Brings a deleted calendar back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_calendar(id: String) -> Result<CalendarView, Failure> {
    super::unbuilt()
}

/// What ends at or after `from` and starts before `to` (RFC 3339) in the calendars that are shown.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_occurrences(from: String, to: String) -> Result<Vec<OccurrenceView>, Failure> {
    super::unbuilt()
}

/// An event with its history.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_event(id: String) -> Result<EventDetail, Failure> {
    super::unbuilt()
}

/// Creates an event or a simple series.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_event(calendar: String, draft: EventDraft) -> Result<EventDetail, Failure> {
    super::unbuilt()
}

/// Changes an event, one occurrence, or a series from there on. `recurrence_id` is empty for a single event or the whole series.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_event(id: String, recurrence_id: String, scope: Scope, draft: EventDraft) -> Result<EventDetail, Failure> {
    super::unbuilt()
}

/// Deletes an event, one occurrence, or a series from there on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_event(id: String, recurrence_id: String, scope: Scope) -> Result<(), Failure> {
    super::unbuilt()
}

/// Makes an earlier version the current one again, as a new version; undoes an edit or a deletion.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_event(id: String, version: u32) -> Result<EventDetail, Failure> {
    super::unbuilt()
}

/// What these files would do, before anything is stored.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_import(paths: Vec<String>, target: Option<ImportTarget>, shift_weeks: i32) -> Result<ImportPreview, Failure> {
    super::unbuilt()
}

/// What pasted iCalendar text would do.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_pasted(text: String, target: Option<ImportTarget>, shift_weeks: i32) -> Result<ImportPreview, Failure> {
    super::unbuilt()
}

/// Stores a preview. `cancel_missing` cancels what is no longer in the source.
#[tauri::command]
#[specta::specta]
pub(crate) async fn apply_import(preview: String, target: ImportTarget, cancel_missing: bool) -> Result<ImportResult, Failure> {
    super::unbuilt()
}

/// Undoes an import as a whole.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_import(id: String) -> Result<(), Failure> {
    super::unbuilt()
}

/// Writes a calendar as an .ics file.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_calendar(id: String, path: String) -> Result<(), Failure> {
    super::unbuilt()
}

/// Finds events, guests, campaigns and calendars.
#[tauri::command]
#[specta::specta]
pub(crate) async fn search(text: String) -> Result<Vec<SearchHit>, Failure> {
    super::unbuilt()
}
