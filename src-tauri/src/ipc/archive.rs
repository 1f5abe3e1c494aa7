//! The messages that came back, as they came.

use std::path::Path;

use engine::archive::view::{ArchiveChoice, ArchiveExport};
use engine::{Failure, archive};
use tauri::State;

use crate::shell::Open;

/// Writes messages to a mailbox file.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_archive(open: State<'_, Open>, choice: ArchiveChoice, path: String) -> Result<ArchiveExport, Failure> {
    archive::export(&open.engine(), &choice, Path::new(&path)).await
}

/// How many months messages are kept; 0 is for ever.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_retention(open: State<'_, Open>) -> Result<u32, Failure> {
    archive::retention(&open.engine()).await
}

/// Chooses it, and lets go of what is older, for good.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_retention(open: State<'_, Open>, months: u32) -> Result<u32, Failure> {
    archive::choose_retention(&open.engine(), months).await
}
