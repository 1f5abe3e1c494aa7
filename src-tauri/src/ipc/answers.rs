//! Answers, receipts and charts.

use std::path::Path;

use engine::answers::view::{AnswersOf, AnswersView, ChartKind, ChartView, EventAnswers, GuestAnswerPage, PullResult, ReceiptView, Theme};
use engine::{Engine, Failure, answers};
use tauri::State;

/// The answers to an event or a campaign.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_answers(engine: State<'_, Engine>, of: AnswersOf) -> Result<AnswersView, Failure> {
    answers::show(engine.store(), of).await
}

/// Every event that has invitations, with its answers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_event_answers(engine: State<'_, Engine>) -> Result<Vec<EventAnswers>, Failure> {
    answers::events(engine.store()).await
}

/// Guests and what they said; `answer` is yes, maybe, no, none or empty for all.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_guest_answers(
    engine: State<'_, Engine>,
    of: AnswersOf,
    answer: String,
    cursor: String,
    limit: u32,
) -> Result<GuestAnswerPage, Failure> {
    answers::guests(engine.store(), of, answer, cursor, limit).await
}

/// A message that came back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_receipt(engine: State<'_, Engine>, id: String) -> Result<ReceiptView, Failure> {
    answers::receipt(engine.store(), &id).await
}

/// What waits for the organizer's ruling.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_desk(engine: State<'_, Engine>) -> Result<Vec<ReceiptView>, Failure> {
    answers::desk(engine.store()).await
}

/// Reads every inbox now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pull_inboxes(engine: State<'_, Engine>) -> Result<PullResult, Failure> {
    answers::pull_all(&engine).await
}

/// A chart in the window's colours, with its numbers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_chart(
    engine: State<'_, Engine>,
    kind: ChartKind,
    of: Option<AnswersOf>,
    theme: Theme,
    width: u32,
    height: u32,
) -> Result<ChartView, Failure> {
    answers::chart(engine.store(), kind, of, theme, (width, height)).await
}

/// Writes a chart as .svg or .png.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_chart(engine: State<'_, Engine>, kind: ChartKind, of: Option<AnswersOf>, path: String) -> Result<(), Failure> {
    answers::export_chart(engine.store(), kind, of, Path::new(&path)).await
}

/// Writes the answers as .csv.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_answers(engine: State<'_, Engine>, of: AnswersOf, path: String) -> Result<(), Failure> {
    answers::export_csv(engine.store(), of, Path::new(&path)).await
}
