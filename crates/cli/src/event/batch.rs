//! Several events from a JSON file.

use std::path::Path;

use anyhow::{Context as _, Result};
use engine::calendars::view::{EventDraft, Scope};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// An event to create.
#[derive(Deserialize)]
pub(super) struct Creation {
    /// Name of its calendar.
    pub(super) calendar: Option<String>,
    #[serde(flatten)]
    pub(super) draft: EventDraft,
}

/// An event to change.
#[derive(Deserialize)]
pub(super) struct Change {
    #[serde(flatten)]
    pub(super) target: Target,
    #[serde(flatten)]
    pub(super) draft: EventDraft,
}

/// The event that is meant, and how far it reaches.
#[derive(Deserialize)]
pub(super) struct Target {
    pub(super) uid: String,
    pub(super) calendar: Option<String>,
    pub(super) occurrence: Option<String>,
    pub(super) scope: Option<Scope>,
}

/// A row that may leave its calendar to the call.
pub(super) trait Row: DeserializeOwned {
    /// The calendar that the row names.
    fn calendar(&mut self) -> &mut Option<String>;
}

impl Row for Creation {
    fn calendar(&mut self) -> &mut Option<String> {
        &mut self.calendar
    }
}

impl Row for Change {
    fn calendar(&mut self) -> &mut Option<String> {
        &mut self.target.calendar
    }
}

impl Row for Target {
    fn calendar(&mut self) -> &mut Option<String> {
        &mut self.calendar
    }
}

/// Reads the rows of a file; `calendar` holds where a row names none.
pub(super) fn read<T: Row>(file: &Path, calendar: Option<&str>) -> Result<Vec<T>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut rows: Vec<T> = serde_json::from_str(&text)
        .with_context(|| format!("{} is not what is wanted: a JSON array of objects, one an event", file.display()))?;
    for row in &mut rows {
        row.calendar().get_or_insert_with(|| calendar.unwrap_or_default().to_owned());
        if row.calendar().as_deref() == Some("") {
            *row.calendar() = None;
        }
    }
    Ok(rows)
}
