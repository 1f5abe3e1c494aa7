//! Storing an import: all of it in one transaction.

use std::sync::Arc;

use anyhow::Result;
use calendar::{Event, EventStatus};
use jiff::Timestamp;
use store::event_version::{self, Draft, Origin, Source};
use store::import::{self as record, Imported};
use store::{Writer, calendar as calendars};

use super::pending::Pending;
use super::plan::{Brought, Plan, plan};
use crate::calendars::sub_calendar;
use crate::calendars::view::{ImportResult, ImportTarget};
use crate::engine::Engine;
use crate::error::{Code, Failure};
use crate::event::Changed;

/// Stores a preview. `cancel_missing` cancels what the last import of the same files held and these do not.
/// What the files say already changes nothing.
///
/// # Errors
/// `NotFound` for a preview or a calendar that is gone, `UnreadableFile` where nothing could be read.
pub async fn apply(engine: &Engine, preview: &str, target: ImportTarget, cancel_missing: bool) -> Result<ImportResult, Failure> {
    let pending = engine.imports().get(preview).ok_or_else(|| {
        Failure::new(Code::NotFound, "This preview is gone. Choose the files once more.").with("what", "preview").with("name", preview)
    })?;
    if pending.is_unreadable() {
        return Err(unreadable(&pending));
    }
    let (now, zone) = (engine.clock().now(), engine.clock().zone());
    let stored = engine.store().write(move |w| store(w, &pending, &target, cancel_missing, now, &zone)).await?;
    engine.tell_changed(&[Changed::Calendars, Changed::Events]);
    Ok(stored)
}

fn unreadable(pending: &Arc<Pending>) -> Failure {
    let files = pending.file_views();
    let reasons: Vec<String> = files.iter().map(|file| format!("{}: {}", file.name, file.unreadable)).collect();
    Failure::new(Code::UnreadableFile, format!("Nothing could be read. {}", reasons.join(" ")))
        .with("file", files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", "))
}

fn store(
    w: &Writer<'_>,
    pending: &Pending,
    target: &ImportTarget,
    cancel_missing: bool,
    now: Timestamp,
    zone: &str,
) -> Result<ImportResult> {
    let (calendar, created) = goal(w, pending, target, now, zone)?;
    // Planned once more: much may have happened since the preview.
    let plan = plan(w, pending, (!created).then_some(calendar.id))?;
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let mut result = ImportResult {
        id: String::new(),
        calendar: calendar.id.to_string(),
        calendar_name: calendar.name,
        new: count(plan.new.len()),
        updated: count(plan.updated.len()),
        unchanged: count(plan.unchanged.len()),
    };
    let cancels = cancel_missing && !plan.missing.is_empty();
    let as_last_time = plan.new.is_empty() && plan.updated.is_empty() && plan.missing.is_empty() && !plan.first_seen;
    if !created && as_last_time {
        return Ok(result);
    }
    let names: Vec<&str> = pending.files.iter().map(|file| file.name.as_str()).collect();
    let import = record::create(w, calendar.id, &names, created, now)?;
    let origin = Origin { source: Source::Import, import: Some(import), at: now };
    record::put_events(w, import, &write(w, calendar.id, &plan, &origin)?)?;
    if cancels {
        record::put_events(w, import, &cancel(w, calendar.id, &plan, &origin)?)?;
    }
    result.id = import.to_string();
    Ok(result)
}

/// The calendar that the import goes to, and whether it was created for it.
fn goal(w: &Writer<'_>, pending: &Pending, target: &ImportTarget, now: Timestamp, zone: &str) -> Result<(calendars::Calendar, bool)> {
    let name = match target {
        ImportTarget::Existing { id } => return Ok((sub_calendar::writable(w, sub_calendar::parse_id(id)?)?, false)),
        ImportTarget::Named { name } => sub_calendar::usable_name(name)?,
    };
    if let Some(known) = calendars::find(w, &name)? {
        return Ok((sub_calendar::writable(w, known.id)?, false));
    }
    let zone = pending.zone().unwrap_or(zone);
    let id = sub_calendar::create(w, &name, "", zone, now)?;
    Ok((sub_calendar::existing(w, id)?, true))
}

fn write(w: &Writer<'_>, calendar: i64, plan: &Plan, origin: &Origin) -> Result<Vec<Imported>> {
    let changing: Vec<&Brought> = plan.new.iter().chain(&plan.updated).collect();
    let drafts: Vec<Draft<'_>> = changing
        .iter()
        .map(|brought| Draft {
            calendar,
            event: brought.known.as_ref().map(|known| known.row.id),
            content: &brought.event,
            ical: &brought.raw,
            deleted: false,
            split_from: None,
        })
        .collect();
    let written = event_version::append(w, &drafts, origin)?;
    let changed = changing.iter().zip(written).map(|(brought, written)| imported(brought.source, written));
    let unchanged = plan.unchanged.iter().map(|(source, current)| Imported {
        event: current.row.id,
        source: number(*source),
        version_before: Some(current.row.version),
        version_after: current.row.version,
    });
    Ok(changed.chain(unchanged).collect())
}

fn cancel(w: &Writer<'_>, calendar: i64, plan: &Plan, origin: &Origin) -> Result<Vec<Imported>> {
    let cancelled: Vec<Event> = plan
        .missing
        .iter()
        .map(|missing| {
            let content = missing.current.content.clone();
            if missing.back_to_series { content } else { Event { status: EventStatus::Cancelled, ..content } }
        })
        .collect();
    let drafts: Vec<Draft<'_>> = plan
        .missing
        .iter()
        .zip(&cancelled)
        .map(|(missing, content)| Draft {
            calendar,
            event: Some(missing.current.row.id),
            content,
            ical: "",
            deleted: missing.back_to_series,
            split_from: None,
        })
        .collect();
    let written = event_version::append(w, &drafts, origin)?;
    Ok(plan.missing.iter().zip(written).map(|(missing, written)| imported(missing.source, written)).collect())
}

fn imported(source: usize, written: event_version::Written) -> Imported {
    Imported { event: written.event, source: number(source), version_before: written.before, version_after: written.version }
}

fn number(source: usize) -> u32 {
    u32::try_from(source).unwrap_or(u32::MAX)
}
