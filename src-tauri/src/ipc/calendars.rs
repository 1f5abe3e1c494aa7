//! Calendars, events and imports.

use std::path::{Path, PathBuf};

use engine::Failure;
use engine::calendars::view::{
    CalendarView, DeletedEvent, EventDetail, EventDraft, FieldChangeView, HistoryKept, ImportPreview, ImportResult, ImportTarget,
    OccurrenceView, PastEvent, RecentChanges, Scope, SearchHit, UndoResult,
};
use engine::calendars::{self, EventEdit, Surface, import, retention};
use tauri::State;

use crate::shell::Open;

/// Every calendar, in the organizer's order.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_calendars(open: State<'_, Open>) -> Result<Vec<CalendarView>, Failure> {
    calendars::list_calendars(&open.engine()).await
}

/// Creates a calendar.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_calendar(open: State<'_, Open>, name: String, colour: String) -> Result<CalendarView, Failure> {
    calendars::create_calendar(&open.engine(), &name, &colour).await
}

/// Renames, recolours, shows or hides a calendar; what is none stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn update_calendar(
    open: State<'_, Open>,
    id: String,
    name: Option<String>,
    colour: Option<String>,
    hidden: Option<bool>,
) -> Result<CalendarView, Failure> {
    calendars::update_calendar(&open.engine(), &id, name, colour, hidden).await
}

/// Switches whether changes are told to those who said yes or maybe without asking.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_standing_order(open: State<'_, Open>, id: String, on: bool) -> Result<CalendarView, Failure> {
    calendars::set_standing_order(&open.engine(), &id, on).await
}

/// Removes a calendar from view; its history is kept. Undone by `restore_calendar`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_calendar(open: State<'_, Open>, id: String) -> Result<(), Failure> {
    calendars::delete_calendar(&open.engine(), &id).await
}

/// Brings a deleted calendar back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_calendar(open: State<'_, Open>, id: String) -> Result<CalendarView, Failure> {
    calendars::restore_calendar(&open.engine(), &id).await
}

/// What ends at or after `from` and starts before `to` (RFC 3339) in the calendars that are shown.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_occurrences(open: State<'_, Open>, from: String, to: String) -> Result<Vec<OccurrenceView>, Failure> {
    calendars::list_occurrences(&open.engine(), &from, &to).await
}

/// An event with its history, or one occurrence of a series where `recurrence_id` is not empty.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_event(open: State<'_, Open>, id: String, recurrence_id: String) -> Result<EventDetail, Failure> {
    calendars::show_event(&open.engine(), &id, &recurrence_id).await
}

/// Creates an event or a simple series.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_event(open: State<'_, Open>, calendar: String, draft: EventDraft) -> Result<EventDetail, Failure> {
    calendars::create_event(&open.engine(), Surface::Window, &calendar, draft).await
}

/// Changes an event, one occurrence, or a series from there on. `recurrence_id` is empty for a single event or the whole series.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_event(
    open: State<'_, Open>,
    id: String,
    recurrence_id: String,
    scope: Scope,
    draft: EventDraft,
) -> Result<EventDetail, Failure> {
    calendars::edit_event(&open.engine(), Surface::Window, EventEdit { id, recurrence_id, scope, draft }).await
}

/// Deletes an event, one occurrence, or a series from there on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_event(open: State<'_, Open>, id: String, recurrence_id: String, scope: Scope) -> Result<(), Failure> {
    calendars::delete_event(&open.engine(), Surface::Window, &id, &recurrence_id, scope).await
}

/// Makes an earlier version the current one again, as a new version; undoes an edit or a deletion. `recurrence_id` names
/// an occurrence that has versions of its own; else it is empty.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_event(open: State<'_, Open>, id: String, recurrence_id: String, version: u32) -> Result<EventDetail, Failure> {
    calendars::restore_event(&open.engine(), &id, &recurrence_id, version).await
}

/// What differs between two versions of an event.
#[tauri::command]
#[specta::specta]
pub(crate) async fn compare_versions(
    open: State<'_, Open>,
    id: String,
    recurrence_id: String,
    from: u32,
    to: u32,
) -> Result<Vec<FieldChangeView>, Failure> {
    calendars::compare_versions(&open.engine(), &id, &recurrence_id, from, to).await
}

/// An event as it was at the end of a day, or at an instant.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_event_at(open: State<'_, Open>, id: String, recurrence_id: String, at: String) -> Result<PastEvent, Failure> {
    calendars::event_at(&open.engine(), &id, &recurrence_id, &at).await
}

/// What changed in a calendar, the newest first, page by page.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_calendar_changes(open: State<'_, Open>, id: String, cursor: String) -> Result<RecentChanges, Failure> {
    calendars::calendar_changes(&open.engine(), &id, &cursor).await
}

/// What was deleted from a calendar, the latest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_deleted_events(open: State<'_, Open>, id: String) -> Result<Vec<DeletedEvent>, Failure> {
    calendars::deleted_events(&open.engine(), &id).await
}

/// What these files would do, before anything is stored.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_import(
    open: State<'_, Open>,
    paths: Vec<String>,
    target: Option<ImportTarget>,
    shift_weeks: i32,
) -> Result<ImportPreview, Failure> {
    let paths = paths.into_iter().map(PathBuf::from).collect();
    import::preview_files(&open.engine(), paths, target, shift_weeks).await
}

/// What pasted iCalendar text would do.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_pasted(
    open: State<'_, Open>,
    text: String,
    target: Option<ImportTarget>,
    shift_weeks: i32,
) -> Result<ImportPreview, Failure> {
    import::preview_pasted(&open.engine(), text, target, shift_weeks).await
}

/// Stores a preview. `cancel_missing` cancels what is no longer in the source.
#[tauri::command]
#[specta::specta]
pub(crate) async fn apply_import(
    open: State<'_, Open>,
    preview: String,
    target: ImportTarget,
    cancel_missing: bool,
) -> Result<ImportResult, Failure> {
    import::apply(&open.engine(), &preview, target, cancel_missing).await
}

/// Undoes an import as a whole; what was changed since is left and named.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_import(open: State<'_, Open>, id: String) -> Result<UndoResult, Failure> {
    import::undo(&open.engine(), &id).await
}

/// Writes a calendar as an .ics file.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_calendar(open: State<'_, Open>, id: String, path: String) -> Result<(), Failure> {
    calendars::export_to_file(&open.engine(), &id, Path::new(&path)).await
}

/// Finds events, guests, campaigns and calendars.
#[tauri::command]
#[specta::specta]
pub(crate) async fn search(open: State<'_, Open>, text: String) -> Result<Vec<SearchHit>, Failure> {
    calendars::search(&open.engine(), &text).await
}

/// How much history of events there is, and how long it is kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_history_kept(open: State<'_, Open>) -> Result<HistoryKept, Failure> {
    retention::history_kept(&open.engine()).await
}

/// Chooses how many years it is kept, 0 for ever, and lets go of what is older, for good.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_history_years(open: State<'_, Open>, years: u32) -> Result<HistoryKept, Failure> {
    retention::choose_years(&open.engine(), years).await
}
