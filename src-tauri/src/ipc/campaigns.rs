//! Campaigns, the ledger and what changed since guests were told.

use engine::Failure;
use engine::campaigns;
use engine::campaigns::view::{
    AudiencePreview, BoardAct, BoardChoice, CampaignDetail, CampaignDraft, CampaignView, ChangeView, DeliveryPage, MessagePreview, Ruling,
    SettledView, Tell,
};
use tauri::State;

use crate::shell::Open;

/// Every campaign, the newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_campaigns(open: State<'_, Open>) -> Result<Vec<CampaignView>, Failure> {
    Ok(campaigns::list_campaigns(&open.engine()).await?)
}

/// Creates a draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_campaign(open: State<'_, Open>, draft: CampaignDraft) -> Result<CampaignDetail, Failure> {
    Ok(campaigns::create_campaign(&open.engine(), draft).await?)
}

/// Changes a draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn update_campaign(open: State<'_, Open>, id: String, draft: CampaignDraft) -> Result<CampaignDetail, Failure> {
    Ok(campaigns::update_campaign(&open.engine(), &id, draft).await?)
}

/// Deletes a draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_campaign(open: State<'_, Open>, id: String) -> Result<(), Failure> {
    Ok(campaigns::delete_campaign(&open.engine(), &id).await?)
}

/// A campaign with all that was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_campaign(open: State<'_, Open>, id: String) -> Result<CampaignDetail, Failure> {
    Ok(campaigns::show_campaign(&open.engine(), &id).await?)
}

/// Who gets it, who does not and why, how long it takes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_audience(open: State<'_, Open>, id: String) -> Result<AudiencePreview, Failure> {
    Ok(campaigns::preview_audience(&open.engine(), &id).await?)
}

/// The message as one guest gets it; the first guest where `guest` is empty.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_message(open: State<'_, Open>, id: String, guest: String, event: String) -> Result<MessagePreview, Failure> {
    Ok(campaigns::preview_message(&open.engine(), &id, &guest, &event).await?)
}

/// Sends a test to an address of the organizer's; it counts nowhere.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_campaign(open: State<'_, Open>, id: String, to: String) -> Result<(), Failure> {
    Ok(campaigns::test_campaign(&open.engine(), &id, &to).await?)
}

/// Starts to send, or schedules. `confirmed` is the number of mails that the button named.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_campaign(open: State<'_, Open>, id: String, confirmed: u32) -> Result<CampaignDetail, Failure> {
    Ok(campaigns::send_campaign(&open.engine(), &id, confirmed).await?)
}

/// Pauses.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_campaign(open: State<'_, Open>, id: String) -> Result<CampaignDetail, Failure> {
    Ok(campaigns::pause_campaign(&open.engine(), &id).await?)
}

/// Goes on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_campaign(open: State<'_, Open>, id: String) -> Result<CampaignDetail, Failure> {
    Ok(campaigns::resume_campaign(&open.engine(), &id).await?)
}

/// Stops for good: what is still queued stays unsent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_campaign(open: State<'_, Open>, id: String) -> Result<CampaignDetail, Failure> {
    Ok(campaigns::stop_campaign(&open.engine(), &id).await?)
}

/// A page of the ledger; `state` empty for all.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_deliveries(
    open: State<'_, Open>,
    campaign: String,
    state: String,
    cursor: String,
    limit: u32,
) -> Result<DeliveryPage, Failure> {
    Ok(campaigns::list_deliveries(&open.engine(), &campaign, &state, &cursor, limit).await?)
}

/// Rules on an uncertain delivery.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle_delivery(open: State<'_, Open>, id: String, ruling: Ruling) -> Result<(), Failure> {
    Ok(campaigns::settle_delivery(&open.engine(), &id, ruling).await?)
}

/// Gives this database the right to send, after a restore or a copy.
#[tauri::command]
#[specta::specta]
pub(crate) async fn adopt_ledger(open: State<'_, Open>) -> Result<(), Failure> {
    Ok(campaigns::adopt_ledger(&open.engine()).await?)
}

/// Events whose guests hold old details.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_changes(open: State<'_, Open>) -> Result<Vec<ChangeView>, Failure> {
    Ok(campaigns::list_changes(&open.engine()).await?)
}

/// How many mails an update or cancellation would be.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_update(open: State<'_, Open>, event: String, to: Tell) -> Result<AudiencePreview, Failure> {
    Ok(campaigns::preview_update(&open.engine(), &event, to).await?)
}

/// Sends the update or cancellation of an event.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_update(
    open: State<'_, Open>,
    event: String,
    to: Tell,
    message: String,
    confirmed: u32,
) -> Result<CampaignDetail, Failure> {
    Ok(campaigns::send_update(&open.engine(), &event, to, &message, confirmed).await?)
}

/// Changes that were decided, where some guests keep what they hold.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_settled(open: State<'_, Open>) -> Result<Vec<SettledView>, Failure> {
    Ok(campaigns::list_settled(&open.engine()).await?)
}

/// Decides that nobody is told of a change.
#[tauri::command]
#[specta::specta]
pub(crate) async fn tell_nobody(open: State<'_, Open>, event: String) -> Result<(), Failure> {
    Ok(campaigns::tell_nobody(&open.engine(), &event).await?)
}

/// Opens a change that was decided, and stops what a standing order would send.
#[tauri::command]
#[specta::specta]
pub(crate) async fn ask_again(open: State<'_, Open>, event: String) -> Result<(), Failure> {
    Ok(campaigns::ask_again(&open.engine(), &event).await?)
}

/// How many mails an act for guests chosen on the board of an event would be.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_act(
    open: State<'_, Open>,
    event: String,
    act: BoardAct,
    choice: BoardChoice,
) -> Result<AudiencePreview, Failure> {
    Ok(campaigns::preview_act(&open.engine(), &event, act, choice).await?)
}

/// Sends the update to guests chosen on the board, reminds them, sends it again or withdraws their invitation.
#[tauri::command]
#[specta::specta]
pub(crate) async fn act_on_guests(
    open: State<'_, Open>,
    event: String,
    act: BoardAct,
    choice: BoardChoice,
    message: String,
    confirmed: u32,
) -> Result<CampaignDetail, Failure> {
    Ok(campaigns::act_on_guests(&open.engine(), &event, act, choice, &message, confirmed).await?)
}

/// How many days a guest who was reminded is left alone; 0 is none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_reminder_days(open: State<'_, Open>) -> Result<u32, Failure> {
    campaigns::reminder_days(&open.engine()).await
}

/// Chooses it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_reminder_days(open: State<'_, Open>, days: u32) -> Result<u32, Failure> {
    campaigns::choose_reminder_days(&open.engine(), days).await
}
