//! Undoing an import: every event becomes what it was before, by a new version.

use anyhow::Result;
use calendar::Event;
use jiff::Timestamp;
use store::event_version::{self, Current, Draft, Origin, Source};
use store::import::{self as record, Imported};
use store::{Writer, calendar as calendars};

use crate::calendars::view::UndoResult;
use crate::engine::Engine;
use crate::error::{Code, Failure};
use crate::event::Changed;

/// Undoes an import as a whole. What was changed since is left and named.
///
/// # Errors
/// `NotFound`, or `WrongState` where it is undone already.
pub async fn undo(engine: &Engine, id: &str) -> Result<UndoResult, Failure> {
    let import: i64 = id.parse().map_err(|_| not_found(id))?;
    let now = engine.clock().now();
    let undone = engine.store().write(move |w| undo_in(w, import, now)).await?;
    engine.tell_changed(&[Changed::Calendars, Changed::Events]);
    Ok(undone)
}

fn undo_in(w: &Writer<'_>, id: i64, now: Timestamp) -> Result<UndoResult> {
    let import = record::get(w, id)?.ok_or_else(|| not_found(&id.to_string()))?;
    if import.undone_at.is_some() {
        return Err(Failure::new(Code::WrongState, "This import is undone already.").with("state", "undone").into());
    }
    let mut back: Vec<(i64, Event, bool)> = Vec::new();
    let mut left = Vec::new();
    for row in record::events(w, id)?.into_iter().filter(|row| row.version_before != Some(row.version_after)) {
        let Some(current) = event_version::current(w, row.event)? else { continue };
        match before(w, &row, &current)? {
            Some((content, deleted)) => back.push((row.event, content, deleted)),
            None if current.row.deleted => {}
            None => left.push(current.content.summary),
        }
    }
    let drafts: Vec<Draft<'_>> = back
        .iter()
        .map(|(event, content, deleted)| Draft {
            calendar: import.calendar,
            event: Some(*event),
            content,
            ical: "",
            deleted: *deleted,
            split_from: None,
        })
        .collect();
    event_version::append(w, &drafts, &Origin { source: Source::Undo, import: None, at: now })?;
    record::mark_undone(w, id, now)?;
    let empty = calendars::extent(w, import.calendar)?.events == 0;
    let calendar_removed = import.created_calendar && empty;
    if calendar_removed {
        calendars::set_deleted(w, import.calendar, Some(now))?;
    }
    Ok(UndoResult { undone: u32::try_from(back.len()).unwrap_or(u32::MAX), left, calendar_removed })
}

/// What the event was before the import, and whether it was not there; none where it was changed since.
fn before(w: &Writer<'_>, row: &Imported, current: &Current) -> Result<Option<(Event, bool)>> {
    if current.row.version != row.version_after {
        return Ok(None);
    }
    Ok(match row.version_before {
        None => Some((current.content.clone(), true)),
        Some(number) => event_version::get(w, row.event, number)?.map(|version| (version.content, version.deleted)),
    })
}

fn not_found(id: &str) -> Failure {
    Failure::new(Code::NotFound, "There is no such import.").with("what", "import").with("name", id)
}
