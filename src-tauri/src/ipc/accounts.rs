//! Senders and inboxes.

use engine::Failure;
use engine::accounts;
use engine::accounts::view::{AccountView, CheckView, InboxForm, SenderForm};
use tauri::State;

use crate::shell::Open;

/// Every sender and inbox.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_accounts(open: State<'_, Open>) -> Result<Vec<AccountView>, Failure> {
    Ok(accounts::list(open.engine().store()).await?)
}

/// Adds a sender; its secrets are sealed at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_sender(open: State<'_, Open>, form: SenderForm) -> Result<AccountView, Failure> {
    Ok(accounts::add_sender(&open.engine(), form).await?)
}

/// Adds an inbox; its secrets are sealed at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_inbox(open: State<'_, Open>, form: InboxForm) -> Result<AccountView, Failure> {
    Ok(accounts::add_inbox(&open.engine(), form).await?)
}

/// Removes an account and its secrets.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_account(open: State<'_, Open>, id: String) -> Result<(), Failure> {
    Ok(accounts::remove(&open.engine(), &id).await?)
}

/// The pre-flight check of a sender or inbox.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_account(open: State<'_, Open>, id: String) -> Result<Vec<CheckView>, Failure> {
    Ok(accounts::check(&open.engine(), &id).await?)
}

/// Sends a test mail to the inbox's own address with a plus-part and sees whether it arrives.
#[tauri::command]
#[specta::specta]
pub(crate) async fn probe_inbox(open: State<'_, Open>, id: String, sender: String) -> Result<Vec<CheckView>, Failure> {
    Ok(accounts::probe_inbox(&open.engine(), &id, &sender, accounts::PROBE_PATIENCE).await?)
}
