//! Addresses that take invitations as commands.

use engine::Failure;
use engine::commands;
use engine::commands::view::{CommandForm, CommandLogView, CommandView, WordingView};
use tauri::State;

use crate::shell::Open;

/// Every address that takes invitations.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_mail_commands(open: State<'_, Open>) -> Result<Vec<CommandView>, Failure> {
    commands::list(&open.engine()).await
}

/// An address of this inbox that needs no setting up where it takes plus-parts.
#[tauri::command]
#[specta::specta]
pub(crate) async fn suggest_command_address(open: State<'_, Open>, inbox: String) -> Result<String, Failure> {
    commands::suggest(&open.engine(), &inbox).await
}

/// Takes invitations at an address.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_mail_command(open: State<'_, Open>, form: CommandForm) -> Result<CommandView, Failure> {
    commands::add(&open.engine(), form).await
}

/// An address with everything that can be changed of it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_mail_command(open: State<'_, Open>, address: String) -> Result<CommandForm, Failure> {
    commands::show(&open.engine(), &address).await
}

/// Changes what an address does.
#[tauri::command]
#[specta::specta]
pub(crate) async fn change_mail_command(open: State<'_, Open>, form: CommandForm) -> Result<CommandView, Failure> {
    commands::change(&open.engine(), form).await
}

/// Takes invitations at an address no more; its events stay.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_mail_command(open: State<'_, Open>, address: String) -> Result<(), Failure> {
    commands::remove(&open.engine(), &address).await
}

/// What became of each message to an address, or to all, the latest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_command_log(open: State<'_, Open>, address: Option<String>, limit: u32) -> Result<Vec<CommandLogView>, Failure> {
    commands::log(&open.engine(), address.as_deref(), limit).await
}

/// The words that invitations are answered with.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_command_wordings(open: State<'_, Open>) -> Result<Vec<WordingView>, Failure> {
    commands::wordings(&open.engine()).await
}

/// Changes the words of one kind of answer.
#[tauri::command]
#[specta::specta]
pub(crate) async fn put_command_wording(
    open: State<'_, Open>,
    kind: String,
    subject: String,
    body: String,
) -> Result<WordingView, Failure> {
    commands::put_wording(&open.engine(), &kind, &subject, &body).await
}
