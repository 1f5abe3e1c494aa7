//! The app itself: overview, practice, backup, log.

use std::path::Path;

use engine::app::{self, Overview, RehearsalState};
use engine::{Failure, backup, log, rehearsal};
use tauri::State;

use crate::shell::Open;

/// What the first screen needs.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_overview(open: State<'_, Open>) -> Result<Overview, Failure> {
    app::overview(&open.engine(), open.is_rehearsal()).await
}

/// Sets up the practice season, guests, outbox and a draft campaign in a database of its own, and switches to it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_rehearsal(open: State<'_, Open>) -> Result<Overview, Failure> {
    open.start_practice().await?;
    app::overview(&open.engine(), true).await
}

/// Lets practice time pass: guests answer, some bounce.
#[tauri::command]
#[specta::specta]
pub(crate) async fn advance_rehearsal(open: State<'_, Open>) -> Result<RehearsalState, Failure> {
    let (engine, practice) = open.practice()?;
    rehearsal::advance(&engine, practice.as_ref()).await
}

/// Goes back to the organizer's own data.
#[tauri::command]
#[specta::specta]
pub(crate) async fn end_rehearsal(open: State<'_, Open>) -> Result<Overview, Failure> {
    open.end_practice().await;
    app::overview(&open.engine(), false).await
}

/// Writes a backup of everything to a file.
#[tauri::command]
#[specta::specta]
pub(crate) async fn back_up(open: State<'_, Open>, path: String) -> Result<(), Failure> {
    Ok(backup::back_up(&open.engine(), Path::new(&path)).await?)
}

/// Puts a backup in the place of what is here; what was here is kept beside it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_backup(open: State<'_, Open>, path: String) -> Result<Overview, Failure> {
    backup::restore(&open.engine(), Path::new(&path), None).await?;
    app::overview(&open.engine(), open.is_rehearsal()).await
}

/// Writes the app's log for a bug report, without secrets or addresses.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_log(path: String) -> Result<(), Failure> {
    Ok(log::export(Path::new(&path))?)
}

/// Keeps a setting of the window, such as its theme.
#[tauri::command]
#[specta::specta]
pub(crate) async fn put_setting(open: State<'_, Open>, name: String, value: String) -> Result<(), Failure> {
    app::put_setting(&open.engine(), &name, &value).await
}

/// Reads a setting of the window.
#[tauri::command]
#[specta::specta]
pub(crate) async fn get_setting(open: State<'_, Open>, name: String) -> Result<Option<String>, Failure> {
    app::get_setting(&open.engine(), &name).await
}

/// Notes that the organizer has seen every answer there is.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mark_answers_seen(open: State<'_, Open>) -> Result<(), Failure> {
    app::mark_answers_seen(&open.engine()).await
}
