//! Answers, receipts and charts.

use std::path::{Path, PathBuf};

use engine::answers::view::{
    AnswerImport, AnswersOf, AnswersView, ChartKind, ChartView, DeskGuest, DeskItem, DeskPage, DeskRuling, EventAnswers, GuestAnswerPage,
    Leaver, PullResult, ReceiptView, Ruled, Theme,
};
use engine::calendars::Surface;
use engine::{Failure, answers};
use tauri::State;

use crate::shell::Open;

/// The answers to an event or a campaign.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_answers(open: State<'_, Open>, of: AnswersOf) -> Result<AnswersView, Failure> {
    answers::show(open.engine().store(), of).await
}

/// Every event that has invitations, with its answers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_event_answers(open: State<'_, Open>) -> Result<Vec<EventAnswers>, Failure> {
    answers::events(open.engine().store()).await
}

/// Guests and what they said; `answer` is yes, maybe, no, none or empty for all.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_guest_answers(
    open: State<'_, Open>,
    of: AnswersOf,
    answer: String,
    cursor: String,
    limit: u32,
) -> Result<GuestAnswerPage, Failure> {
    answers::guests(open.engine().store(), of, answer, cursor, limit).await
}

/// A message that came back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_receipt(open: State<'_, Open>, id: String) -> Result<ReceiptView, Failure> {
    answers::receipt(open.engine().store(), &id).await
}

/// What waits for the organizer's ruling, the oldest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_desk(open: State<'_, Open>) -> Result<DeskPage, Failure> {
    answers::desk(open.engine().store()).await
}

/// A message that waits, with its evidence, its likely guests and what can be ruled.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_desk_item(open: State<'_, Open>, id: String) -> Result<DeskItem, Failure> {
    answers::item(open.engine().store(), &id).await
}

/// Guests whose name or address begins so, for the event that a message names.
#[tauri::command]
#[specta::specta]
pub(crate) async fn find_desk_guests(open: State<'_, Open>, id: String, search: String) -> Result<Vec<DeskGuest>, Failure> {
    answers::find_guests(open.engine().store(), &id, &search).await
}

/// Rules on messages that wait: on all of them, or on none.
#[tauri::command]
#[specta::specta]
pub(crate) async fn rule_desk(open: State<'_, Open>, ids: Vec<String>, ruling: DeskRuling) -> Result<Ruled, Failure> {
    answers::rule(&open.engine(), Surface::Window, &ids, ruling).await
}

/// Guests who want no more mail and still have entries to come.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_leavers(open: State<'_, Open>) -> Result<Vec<Leaver>, Failure> {
    answers::leavers(&open.engine()).await
}

/// Withdraws what such a guest has to come, by mail, or leaves it to them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle_leaver(open: State<'_, Open>, receipt: String, withdraw: bool) -> Result<Ruled, Failure> {
    answers::settle_leaver(&open.engine(), Surface::Window, &receipt, withdraw).await
}

/// Takes rulings back, or answers that were entered by hand.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_rulings(open: State<'_, Open>, ids: Vec<String>) -> Result<Ruled, Failure> {
    answers::undo(&open.engine(), Surface::Window, &ids).await
}

/// Enters what guests said by phone or in person: yes, maybe, no, or none, which takes away what was there.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_answers(
    open: State<'_, Open>,
    event: String,
    guests: Vec<String>,
    answer: String,
    note: String,
) -> Result<Ruled, Failure> {
    answers::set_by_hand(&open.engine(), &event, &guests, &answer, &note).await
}

/// Reads every inbox now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn pull_inboxes(open: State<'_, Open>) -> Result<PullResult, Failure> {
    answers::pull_all(&open.engine()).await
}

/// Reads answers from mailbox files, mail folders and single messages.
#[tauri::command]
#[specta::specta]
pub(crate) async fn import_answers(open: State<'_, Open>, paths: Vec<String>) -> Result<AnswerImport, Failure> {
    let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
    answers::import(&open.engine(), None, &paths).await
}

/// A chart in the window's colours, with its numbers.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_chart(
    open: State<'_, Open>,
    kind: ChartKind,
    of: Option<AnswersOf>,
    theme: Theme,
    width: u32,
    height: u32,
) -> Result<ChartView, Failure> {
    answers::chart(open.engine().store(), kind, of, theme, (width, height)).await
}

/// Writes a chart as .svg or .png, or its numbers as .csv.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_chart(open: State<'_, Open>, kind: ChartKind, of: Option<AnswersOf>, path: String) -> Result<(), Failure> {
    answers::export_chart(open.engine().store(), kind, of, Path::new(&path)).await
}

/// Two to six events side by side, in the window's colours.
#[tauri::command]
#[specta::specta]
pub(crate) async fn compare_events(
    open: State<'_, Open>,
    events: Vec<String>,
    theme: Theme,
    width: u32,
    height: u32,
) -> Result<ChartView, Failure> {
    answers::compare(open.engine().store(), events, theme, (width, height)).await
}

/// Writes events side by side as .svg, .png or .csv.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_comparison(open: State<'_, Open>, events: Vec<String>, path: String) -> Result<(), Failure> {
    answers::export_comparison(open.engine().store(), events, Path::new(&path)).await
}

/// Writes the answers as .csv.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_answers(open: State<'_, Open>, of: AnswersOf, path: String) -> Result<(), Failure> {
    answers::export_csv(open.engine().store(), of, Path::new(&path)).await
}

/// Writes a report of one page as .pdf.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_report(open: State<'_, Open>, of: AnswersOf, path: String) -> Result<(), Failure> {
    answers::save_report(&open.engine(), of, Path::new(&path)).await
}

/// After how many messages in a row that a guest's server put off mail to the address stops; 0 is never.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_bounce_patience(open: State<'_, Open>) -> Result<u32, Failure> {
    answers::bounce_patience(&open.engine()).await
}

/// Chooses it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_bounce_patience(open: State<'_, Open>, messages: u32) -> Result<u32, Failure> {
    answers::choose_bounce_patience(&open.engine(), messages).await
}
