//! Campaigns, the ledger and what changed since guests were told.

use engine::Failure;
use engine::campaigns::view::{
    AudiencePreview, CampaignDetail, CampaignDraft, CampaignView, ChangeView, DeliveryPage, MessagePreview, Ruling, Tell,
};

/// Every campaign, the newest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_campaigns() -> Result<Vec<CampaignView>, Failure> {
    super::unbuilt()
}

/// Creates a draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_campaign(draft: CampaignDraft) -> Result<CampaignDetail, Failure> {
    super::unbuilt()
}

/// Changes a draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn update_campaign(id: String, draft: CampaignDraft) -> Result<CampaignDetail, Failure> {
    super::unbuilt()
}

/// Deletes a draft.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_campaign(id: String) -> Result<(), Failure> {
    super::unbuilt()
}

/// A campaign with all that was chosen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_campaign(id: String) -> Result<CampaignDetail, Failure> {
    super::unbuilt()
}

/// Who gets it, who does not and why, how long it takes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_audience(id: String) -> Result<AudiencePreview, Failure> {
    super::unbuilt()
}

/// The message as one guest gets it; the first guest where `guest` is empty.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_message(id: String, guest: String, event: String) -> Result<MessagePreview, Failure> {
    super::unbuilt()
}

/// Sends a test to an address of the organizer's; it counts nowhere.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_campaign(id: String, to: String) -> Result<(), Failure> {
    super::unbuilt()
}

/// Starts to send, or schedules. `confirmed` is the number of mails that the button named.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_campaign(id: String, confirmed: u32) -> Result<CampaignDetail, Failure> {
    super::unbuilt()
}

/// Pauses.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pause_campaign(id: String) -> Result<CampaignDetail, Failure> {
    super::unbuilt()
}

/// Goes on.
#[tauri::command]
#[specta::specta]
pub(crate) async fn resume_campaign(id: String) -> Result<CampaignDetail, Failure> {
    super::unbuilt()
}

/// Stops for good: what is still queued stays unsent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_campaign(id: String) -> Result<CampaignDetail, Failure> {
    super::unbuilt()
}

/// A page of the ledger; `state` empty for all.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_deliveries(campaign: String, state: String, cursor: String, limit: u32) -> Result<DeliveryPage, Failure> {
    super::unbuilt()
}

/// Rules on an uncertain delivery.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle_delivery(id: String, ruling: Ruling) -> Result<(), Failure> {
    super::unbuilt()
}

/// Gives this database the right to send, after a restore or a copy.
#[tauri::command]
#[specta::specta]
pub(crate) async fn adopt_ledger() -> Result<(), Failure> {
    super::unbuilt()
}

/// Events whose guests hold old details.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_changes() -> Result<Vec<ChangeView>, Failure> {
    super::unbuilt()
}

/// How many mails an update or cancellation would be.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_update(event: String, to: Tell) -> Result<AudiencePreview, Failure> {
    super::unbuilt()
}

/// Sends the update or cancellation of an event.
#[tauri::command]
#[specta::specta]
pub(crate) async fn send_update(event: String, to: Tell, message: String, confirmed: u32) -> Result<CampaignDetail, Failure> {
    super::unbuilt()
}
