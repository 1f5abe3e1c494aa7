//! The app itself: overview, practice, backup, log.

use std::path::Path;

use engine::app::{self, BackupView, Overview, RehearsalState, Safety};
use engine::{Failure, backup, log, rehearsal};
use tauri::{AppHandle, State};

use crate::shell::{self, Open};

/// Opens the organizer's data, where that did not succeed as the app started.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_data(app: AppHandle) -> Result<(), Failure> {
    shell::open_data(&app).await
}

/// Puts the newest daily backup in the place of data that cannot be opened, which is kept beside it, and opens it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn put_back_newest(app: AppHandle) -> Result<(), Failure> {
    shell::put_back_newest(&app).await
}

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

/// What a file would bring if it were put in place.
#[tauri::command]
#[specta::specta]
pub(crate) async fn inspect_backup(path: String) -> Result<BackupView, Failure> {
    app::inspect_backup(Path::new(&path)).await
}

/// Puts a backup in the place of what is here; what was here is kept beside it. With its recovery passphrase its passwords open too; without
/// one that stays empty.
#[tauri::command]
#[specta::specta]
pub(crate) async fn restore_backup(open: State<'_, Open>, path: String, recovery: String) -> Result<Overview, Failure> {
    let recovery = Some(recovery).filter(|passphrase| !passphrase.is_empty());
    backup::restore(&open.engine(), Path::new(&path), recovery.map(Into::into)).await?;
    app::overview(&open.engine(), open.is_rehearsal()).await
}

/// How passwords are sealed here and where backups go.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_safety(open: State<'_, Open>) -> Result<Safety, Failure> {
    app::safety(&open.engine()).await
}

/// Opens the vault with its passphrase, or chooses one where nothing is sealed yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unlock_vault(open: State<'_, Open>, passphrase: String) -> Result<Safety, Failure> {
    app::unlock(&open.engine(), passphrase.into()).await
}

/// Chooses the recovery passphrase of backups.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_recovery(open: State<'_, Open>, passphrase: String) -> Result<Safety, Failure> {
    app::choose_recovery(&open.engine(), passphrase.into()).await
}

/// Chooses the second folder of the daily backups; empty for none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_backup_folder(open: State<'_, Open>, path: String) -> Result<Safety, Failure> {
    app::choose_backup_folder(&open.engine(), &path).await
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
