//! Calendar accounts, what they mirror, and what was edited in two places.

use engine::Failure;
use engine::sync;
use engine::sync::view::{AccountSynced, CalendarAccountForm, CalendarAccountView, ClashView, Connecting, RemoteCalendarView};
use tauri::State;

use crate::shell::Open;

/// Every account whose calendars are mirrored.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_calendar_accounts(open: State<'_, Open>) -> Result<Vec<CalendarAccountView>, Failure> {
    Ok(sync::list(&open.engine()).await?)
}

/// Connects an account. One that is consented to in the browser gives the page to open; `await_consent` waits for its owner.
#[tauri::command]
#[specta::specta]
pub(crate) async fn connect_calendar_account(open: State<'_, Open>, form: CalendarAccountForm) -> Result<Connecting, Failure> {
    Ok(sync::connect(&open.engine(), form).await?)
}

/// Waits until the owner consented in the browser. The account's id.
#[tauri::command]
#[specta::specta]
pub(crate) async fn await_consent(open: State<'_, Open>) -> Result<String, Failure> {
    Ok(sync::consented(&open.engine()).await?)
}

/// Goes on with the address that the browser ended on. The account's id.
#[tauri::command]
#[specta::specta]
pub(crate) async fn paste_consent(open: State<'_, Open>, address: String) -> Result<String, Failure> {
    Ok(sync::pasted(&open.engine(), &address).await?)
}

/// Waits no more for consent that was asked for.
#[tauri::command]
#[specta::specta]
pub(crate) async fn abandon_consent(open: State<'_, Open>) -> Result<(), Failure> {
    sync::abandon(&open.engine()).await;
    Ok(())
}

/// Asks for consent to an account again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn reconnect_calendar_account(open: State<'_, Open>, id: String) -> Result<Connecting, Failure> {
    Ok(sync::reconnect(&open.engine(), &id).await?)
}

/// Asks for consent to send and read an account's mail too.
#[tauri::command]
#[specta::specta]
pub(crate) async fn connect_account_mail(open: State<'_, Open>, id: String) -> Result<Connecting, Failure> {
    Ok(sync::connect_mail(&open.engine(), &id).await?)
}

/// Gives an account its new password, or a feed its new address, and tries it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn renew_calendar_account(open: State<'_, Open>, id: String, secret: String) -> Result<(), Failure> {
    Ok(sync::renew(&open.engine(), &id, &secret).await?)
}

/// Lets go of an account; what was mirrored stays. What went wrong at the provider, in a sentence.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_calendar_account(open: State<'_, Open>, id: String) -> Result<String, Failure> {
    Ok(sync::remove(&open.engine(), &id).await?)
}

/// The calendars that an account has at its provider.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_remote_calendars(open: State<'_, Open>, account: String) -> Result<Vec<RemoteCalendarView>, Failure> {
    Ok(sync::remote_calendars(&open.engine(), &account).await?)
}

/// Mirrors calendars of an account from now on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mirror_calendars(
    open: State<'_, Open>,
    account: String,
    remote_ids: Vec<String>,
) -> Result<Vec<RemoteCalendarView>, Failure> {
    Ok(sync::mirror_calendars(&open.engine(), &account, &remote_ids).await?)
}

/// Makes a calendar at the provider, and mirrors it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_remote_calendar(open: State<'_, Open>, account: String, name: String) -> Result<RemoteCalendarView, Failure> {
    Ok(sync::create_remote_calendar(&open.engine(), &account, &name).await?)
}

/// Mirrors a calendar no more. What was mirrored of it stays here.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_mirroring(open: State<'_, Open>, calendar: String) -> Result<(), Failure> {
    Ok(sync::stop_mirroring(&open.engine(), &calendar).await?)
}

/// Looks at every calendar of an account now, or of all of them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sync_calendars(open: State<'_, Open>, label: Option<String>) -> Result<Vec<AccountSynced>, Failure> {
    Ok(sync::sync(&open.engine(), label.as_deref()).await?)
}

/// What was edited in two places and is not seen to yet.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_clashes(open: State<'_, Open>) -> Result<Vec<ClashView>, Failure> {
    Ok(sync::clashes(&open.engine()).await?)
}

/// Sees to one: what was kept stays, or what the other had takes its place.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle_clash(open: State<'_, Open>, id: String, take_other: bool) -> Result<(), Failure> {
    Ok(sync::settle_clash(&open.engine(), &id, take_other).await?)
}
