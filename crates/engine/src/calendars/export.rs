//! Calendars out, as iCalendar.

use std::path::Path;

use store::event_version;

use super::sub_calendar;
use crate::engine::Engine;
use crate::error::{Code, Failure};

/// A calendar as the text of an .ics file.
///
/// # Errors
/// `NotFound`.
pub async fn export_calendar(engine: &Engine, id: &str) -> Result<String, Failure> {
    let id = sub_calendar::parse_id(id)?;
    let text = engine.store().read(move |r| {
        let calendar = sub_calendar::existing(r, id)?;
        let events: Vec<calendar::Event> = event_version::current_of_calendar(r, id)?.into_iter().map(|current| current.content).collect();
        Ok(calendar::ical::write(&calendar.name, &events))
    });
    Ok(text.await?)
}

/// Writes a calendar as an .ics file.
///
/// # Errors
/// `NotFound`, or `UnreadableFile` where the file cannot be written.
pub async fn export_to_file(engine: &Engine, id: &str, path: &Path) -> Result<(), Failure> {
    let text = export_calendar(engine, id).await?;
    tokio::fs::write(path, text).await.map_err(|error| {
        Failure::new(Code::UnreadableFile, format!("{} cannot be written: {error}. Choose another place.", path.display()))
            .with("file", path.display())
    })
}
