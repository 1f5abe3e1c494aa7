//! Guests, lists and their imports.

use engine::Failure;
use engine::guests::view::{
    ColumnField, GuestDraft, GuestImportResult, GuestListView, GuestPage, GuestPreview, GuestQuery, GuestSource, GuestView,
};

/// A page of guests.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_guests(query: GuestQuery) -> Result<GuestPage, Failure> {
    super::unbuilt()
}

/// One guest.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_guest(id: String) -> Result<GuestView, Failure> {
    super::unbuilt()
}

/// Adds a guest (empty id) or changes one.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_guest(id: String, draft: GuestDraft, list: String) -> Result<GuestView, Failure> {
    super::unbuilt()
}

/// Removes guests from view and from every list. Undone by `restore_guests`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_guests(ids: Vec<String>) -> Result<(), Failure> {
    super::unbuilt()
}

/// Brings removed guests back, with their lists.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_guests(ids: Vec<String>) -> Result<(), Failure> {
    super::unbuilt()
}

/// Every list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_guest_lists() -> Result<Vec<GuestListView>, Failure> {
    super::unbuilt()
}

/// Creates an empty list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_guest_list(name: String) -> Result<GuestListView, Failure> {
    super::unbuilt()
}

/// Renames a list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rename_guest_list(id: String, name: String) -> Result<GuestListView, Failure> {
    super::unbuilt()
}

/// Deletes a list, not its guests. Undone by `restore_guest_list`.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_guest_list(id: String) -> Result<(), Failure> {
    super::unbuilt()
}

/// Brings a deleted list back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_guest_list(id: String) -> Result<GuestListView, Failure> {
    super::unbuilt()
}

/// Puts guests on a list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_to_list(list: String, guests: Vec<String>) -> Result<(), Failure> {
    super::unbuilt()
}

/// Takes guests off a list.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_from_list(list: String, guests: Vec<String>) -> Result<(), Failure> {
    super::unbuilt()
}

/// What a file or pasted text of guests would do.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_guests(source: GuestSource) -> Result<GuestPreview, Failure> {
    super::unbuilt()
}

/// The same preview with columns put right by hand.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remap_guests(preview: String, columns: Vec<ColumnField>) -> Result<GuestPreview, Failure> {
    super::unbuilt()
}

/// Stores a preview into a list, new or existing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn apply_guests(preview: String, list: String) -> Result<GuestImportResult, Failure> {
    super::unbuilt()
}

/// Undoes an import of guests as a whole.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_guest_import(id: String) -> Result<(), Failure> {
    super::unbuilt()
}

/// Stops mail to these guests by hand, or lifts every reason.
#[tauri::command]
#[specta::specta]
pub(crate) async fn suppress_guests(ids: Vec<String>, suppressed: bool) -> Result<(), Failure> {
    super::unbuilt()
}
