//! Guests, lists and their imports.

use engine::Failure;
use engine::guests;
use engine::guests::view::{
    ColumnField, GuestDraft, GuestImportResult, GuestListView, GuestPage, GuestPreview, GuestQuery, GuestSource, GuestView, HeldThen,
    SuppressionPage,
};
use tauri::State;

use crate::shell::Open;

/// A page of guests.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_guests(open: State<'_, Open>, query: GuestQuery) -> Result<GuestPage, Failure> {
    Ok(guests::page(open.engine().store(), query).await?)
}

/// One guest.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_guest(open: State<'_, Open>, id: String) -> Result<GuestView, Failure> {
    Ok(guests::show(open.engine().store(), &id).await?)
}

/// What a guest held of each event at a moment, or at the end of a day.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_guest_at(open: State<'_, Open>, id: String, at: String) -> Result<Vec<HeldThen>, Failure> {
    guests::show_at(&open.engine(), &id, &at).await
}

/// Adds a guest (empty id) or changes one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_guest(open: State<'_, Open>, id: String, draft: GuestDraft, list: String) -> Result<GuestView, Failure> {
    Ok(guests::save(&open.engine(), &id, draft, &list).await?)
}

/// Removes guests from view and from every list. Undone by `restore_guests`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_guests(open: State<'_, Open>, ids: Vec<String>) -> Result<(), Failure> {
    Ok(guests::delete(&open.engine(), &ids).await?)
}

/// Brings removed guests back, with their lists.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_guests(open: State<'_, Open>, ids: Vec<String>) -> Result<(), Failure> {
    Ok(guests::restore(&open.engine(), &ids).await?)
}

/// Every list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_guest_lists(open: State<'_, Open>) -> Result<Vec<GuestListView>, Failure> {
    Ok(guests::all_lists(open.engine().store()).await?)
}

/// Creates an empty list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_guest_list(open: State<'_, Open>, name: String) -> Result<GuestListView, Failure> {
    Ok(guests::create_list(&open.engine(), &name).await?)
}

/// Renames a list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rename_guest_list(open: State<'_, Open>, id: String, name: String) -> Result<GuestListView, Failure> {
    Ok(guests::rename_list(&open.engine(), &id, &name).await?)
}

/// Deletes a list, not its guests. Undone by `restore_guest_list`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_guest_list(open: State<'_, Open>, id: String) -> Result<(), Failure> {
    Ok(guests::delete_list(&open.engine(), &id).await?)
}

/// Brings a deleted list back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_guest_list(open: State<'_, Open>, id: String) -> Result<GuestListView, Failure> {
    Ok(guests::restore_list(&open.engine(), &id).await?)
}

/// Puts guests on a list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_to_list(open: State<'_, Open>, list: String, guests: Vec<String>) -> Result<(), Failure> {
    Ok(engine::guests::add_members(&open.engine(), &list, &guests).await?)
}

/// Takes guests off a list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_from_list(open: State<'_, Open>, list: String, guests: Vec<String>) -> Result<(), Failure> {
    Ok(engine::guests::remove_members(&open.engine(), &list, &guests).await?)
}

/// What a file or pasted text of guests would do.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_guests(open: State<'_, Open>, source: GuestSource) -> Result<GuestPreview, Failure> {
    Ok(guests::preview(&open.engine(), source).await?)
}

/// The same preview with columns put right by hand.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remap_guests(open: State<'_, Open>, preview: String, columns: Vec<ColumnField>) -> Result<GuestPreview, Failure> {
    Ok(guests::remap(&open.engine(), &preview, columns).await?)
}

/// The same preview with the suggested address taken on these lines.
#[tauri::command]
#[specta::specta]
pub(crate) async fn correct_guests(open: State<'_, Open>, preview: String, lines: Vec<u32>) -> Result<GuestPreview, Failure> {
    Ok(guests::correct(&open.engine(), &preview, &lines).await?)
}

/// Stores a preview into a list, new or existing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn apply_guests(open: State<'_, Open>, preview: String, list: String) -> Result<GuestImportResult, Failure> {
    Ok(guests::apply(&open.engine(), &preview, &list).await?)
}

/// Undoes an import of guests as a whole.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_guest_import(open: State<'_, Open>, id: String) -> Result<(), Failure> {
    Ok(guests::undo(&open.engine(), &id).await?)
}

/// Stops mail to these guests by hand, or lifts every reason.
#[tauri::command]
#[specta::specta]
pub(crate) async fn suppress_guests(open: State<'_, Open>, ids: Vec<String>, suppressed: bool) -> Result<(), Failure> {
    Ok(guests::suppress(&open.engine(), &ids, suppressed).await?)
}

/// Addresses that get no mail, the latest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_suppressions(
    open: State<'_, Open>,
    search: String,
    cursor: String,
    limit: u32,
) -> Result<SuppressionPage, Failure> {
    Ok(guests::suppressions(open.engine().store(), &search, &cursor, limit).await?)
}

/// Stops mail to addresses, whether or not they are guests.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_suppressions(open: State<'_, Open>, addresses: Vec<String>, note: String) -> Result<u32, Failure> {
    Ok(guests::add_suppressions(&open.engine(), &addresses, &note).await?)
}

/// Lets mail to addresses again, whatever stopped it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn lift_suppressions(open: State<'_, Open>, addresses: Vec<String>) -> Result<u32, Failure> {
    Ok(guests::lift_suppressions(&open.engine(), &addresses).await?)
}
