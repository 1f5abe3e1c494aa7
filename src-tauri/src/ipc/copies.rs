//! Rules by which one calendar's events are written into another too, and twins that were made by hand.

use engine::Failure;
use engine::copies;
use engine::copies::view::{RuleForm, RulePreview, RuleView, TwinView};
use tauri::State;

use crate::shell::Open;

/// Every rule.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_copy_rules(open: State<'_, Open>) -> Result<Vec<RuleView>, Failure> {
    Ok(copies::list_rules(&open.engine()).await?)
}

/// What a rule would do, without doing it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preview_copy_rule(open: State<'_, Open>, form: RuleForm) -> Result<RulePreview, Failure> {
    copies::preview_rule(&open.engine(), form).await
}

/// Makes a rule, or changes the one that is named, and follows it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn put_copy_rule(open: State<'_, Open>, id: String, form: RuleForm) -> Result<RuleView, Failure> {
    copies::put_rule(&open.engine(), &id, form).await
}

/// Ends a rule. What it wrote stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_copy_rule(open: State<'_, Open>, id: String) -> Result<(), Failure> {
    copies::remove_rule(&open.engine(), &id).await
}

/// Events that look like one that somebody made by hand.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_twins(open: State<'_, Open>) -> Result<Vec<TwinView>, Failure> {
    Ok(copies::list_twins(&open.engine()).await?)
}

/// Settles a twin: the two are merged, or both kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn settle_twin(open: State<'_, Open>, id: String, merge: bool) -> Result<(), Failure> {
    copies::settle_twin(&open.engine(), &id, merge).await
}
