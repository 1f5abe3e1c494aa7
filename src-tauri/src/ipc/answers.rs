//! Answers, receipts and charts.

use engine::Failure;
use engine::answers::view::{AnswersOf, AnswersView, ChartKind, ChartView, EventAnswers, GuestAnswerPage, PullResult, ReceiptView, Theme};

/// The answers to an event or a campaign.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_answers(of: AnswersOf) -> Result<AnswersView, Failure> {
    super::unbuilt()
}

/// Every event that has invitations, with its answers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_event_answers() -> Result<Vec<EventAnswers>, Failure> {
    super::unbuilt()
}

/// Guests and what they said; `answer` is yes, maybe, no, none or empty for all.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_guest_answers(of: AnswersOf, answer: String, cursor: String, limit: u32) -> Result<GuestAnswerPage, Failure> {
    super::unbuilt()
}

/// A message that came back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_receipt(id: String) -> Result<ReceiptView, Failure> {
    super::unbuilt()
}

/// What waits for the organizer's ruling.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_desk() -> Result<Vec<ReceiptView>, Failure> {
    super::unbuilt()
}

/// Reads every inbox now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pull_inboxes() -> Result<PullResult, Failure> {
    super::unbuilt()
}

/// A chart in the window's colours, with its numbers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_chart(
    kind: ChartKind,
    of: Option<AnswersOf>,
    theme: Theme,
    width: u32,
    height: u32,
) -> Result<ChartView, Failure> {
    super::unbuilt()
}

/// Writes a chart as .svg or .png.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_chart(kind: ChartKind, of: Option<AnswersOf>, path: String) -> Result<(), Failure> {
    super::unbuilt()
}

/// Writes the answers as .csv.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_answers(of: AnswersOf, path: String) -> Result<(), Failure> {
    super::unbuilt()
}
