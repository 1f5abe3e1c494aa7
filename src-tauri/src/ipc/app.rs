//! The app itself: overview, practice, backup, log.

use engine::Failure;
use engine::app::{Overview, RehearsalState};

/// What the first screen needs.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_overview() -> Result<Overview, Failure> {
    super::unbuilt()
}

/// Sets up the practice season, guests, outbox and a draft campaign in a database of its own, and switches to it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_rehearsal() -> Result<Overview, Failure> {
    super::unbuilt()
}

/// Lets practice time pass: guests answer, some bounce.
#[tauri::command]
#[specta::specta]
pub(crate) async fn advance_rehearsal() -> Result<RehearsalState, Failure> {
    super::unbuilt()
}

/// Goes back to the organizer's own data.
#[tauri::command]
#[specta::specta]
pub(crate) async fn end_rehearsal() -> Result<Overview, Failure> {
    super::unbuilt()
}

/// Writes a backup of everything to a file.
#[tauri::command]
#[specta::specta]
pub(crate) async fn back_up(path: String) -> Result<(), Failure> {
    super::unbuilt()
}

/// Puts a backup in the place of what is here; what was here is kept beside it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_backup(path: String) -> Result<Overview, Failure> {
    super::unbuilt()
}

/// Writes the app's log for a bug report, without secrets or addresses.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_log(path: String) -> Result<(), Failure> {
    super::unbuilt()
}

/// Keeps a setting of the window, such as its theme.
#[tauri::command]
#[specta::specta]
pub(crate) async fn put_setting(name: String, value: String) -> Result<(), Failure> {
    super::unbuilt()
}

/// Reads a setting of the window.
#[tauri::command]
#[specta::specta]
pub(crate) async fn get_setting(name: String) -> Result<Option<String>, Failure> {
    super::unbuilt()
}
