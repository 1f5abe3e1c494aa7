//! Senders and inboxes.

use engine::Failure;
use engine::accounts::view::{AccountView, CheckView, InboxForm, SenderForm};

/// Every sender and inbox.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_accounts() -> Result<Vec<AccountView>, Failure> {
    super::unbuilt()
}

/// Adds a sender; its secrets are sealed at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_sender(form: SenderForm) -> Result<AccountView, Failure> {
    super::unbuilt()
}

/// Adds an inbox; its secrets are sealed at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_inbox(form: InboxForm) -> Result<AccountView, Failure> {
    super::unbuilt()
}

/// Removes an account and its secrets.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_account(id: String) -> Result<(), Failure> {
    super::unbuilt()
}

/// The pre-flight check of a sender or inbox.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_account(id: String) -> Result<Vec<CheckView>, Failure> {
    super::unbuilt()
}

/// Sends a test mail to the inbox's own address with a plus-part and sees whether it arrives.
#[tauri::command]
#[specta::specta]
pub(crate) async fn probe_inbox(id: String, sender: String) -> Result<Vec<CheckView>, Failure> {
    super::unbuilt()
}
