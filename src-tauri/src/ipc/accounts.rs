//! Senders and inboxes.

use engine::Failure;
use engine::accounts;
use engine::accounts::view::{AccountForm, AccountView, CheckView, InboxForm, SenderForm};
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

/// An account with everything that can be changed of it; its secrets stay sealed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_account(open: State<'_, Open>, id: String) -> Result<AccountForm, Failure> {
    Ok(accounts::show(&open.engine(), &id).await?)
}

/// Changes an account and tries it again. A secret that is left empty stays what it was.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_account(open: State<'_, Open>, id: String, form: AccountForm) -> Result<AccountView, Failure> {
    Ok(accounts::edit(&open.engine(), &id, form).await?)
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
