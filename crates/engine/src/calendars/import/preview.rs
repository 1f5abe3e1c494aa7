//! What an import would do, before anything is stored.

use std::path::PathBuf;

use anyhow::Result;
use calendar::Event;
use calendar::recurrence::Series;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::{Reader, calendar as sub_calendar};

use super::pending::Pending;
use super::plan::{Brought, Plan, plan};
use crate::calendars::view::{FieldChangeView, ImportPreview, ImportRow, ImportTarget};
use crate::calendars::{show, time};
use crate::engine::Engine;
use crate::error::Failure;

/// As many new events as a preview lists for a look.
const ROWS: usize = 100;
const WEEKS_A_YEAR: f64 = 365.2425 / 7.0;

/// What these files would do. Nothing is stored until [`super::apply`].
///
/// # Errors
/// When the database cannot be read. A file that cannot be read is named in the preview.
pub async fn preview_files(
    engine: &Engine,
    paths: Vec<PathBuf>,
    target: Option<ImportTarget>,
    shift_weeks: i32,
) -> Result<ImportPreview, Failure> {
    let read = tokio::task::spawn_blocking(move || Pending::read_files(&paths, shift_weeks)).await;
    preview(engine, read.map_err(anyhow::Error::from)?, target).await
}

/// What pasted iCalendar text would do.
///
/// # Errors
/// When the database cannot be read.
pub async fn preview_pasted(
    engine: &Engine,
    text: String,
    target: Option<ImportTarget>,
    shift_weeks: i32,
) -> Result<ImportPreview, Failure> {
    let read = tokio::task::spawn_blocking(move || Pending::read_text(&text, shift_weeks)).await;
    preview(engine, read.map_err(anyhow::Error::from)?, target).await
}

async fn preview(engine: &Engine, pending: Pending, target: Option<ImportTarget>) -> Result<ImportPreview, Failure> {
    let suggested = pending.suggested_name();
    let target = target.unwrap_or(ImportTarget::Named { name: suggested });
    let (now, zone) = (engine.clock().now(), engine.clock().zone());
    let read = engine.store().read(move |r| {
        let view = view(r, &pending, &target, now, &zone)?;
        Ok((pending, view))
    });
    let (pending, mut view) = read.await?;
    view.id = engine.imports().keep(pending);
    Ok(view)
}

fn view(r: &Reader<'_>, pending: &Pending, target: &ImportTarget, now: Timestamp, zone: &str) -> Result<ImportPreview> {
    let calendar = match target {
        ImportTarget::Existing { id } => sub_calendar::get(r, id.parse().unwrap_or_default())?,
        ImportTarget::Named { name } => sub_calendar::find(r, name.trim())?,
    };
    let zone = match &calendar {
        Some(calendar) => calendar.zone.clone(),
        None => pending.zone().unwrap_or(zone).to_owned(),
    };
    let plan = plan(r, pending, calendar.map(|calendar| calendar.id))?;
    let row = |event: &Event, fields: Vec<FieldChangeView>| ImportRow {
        uid: event.uid.clone(),
        summary: event.summary.clone(),
        start: time::shown(&event.start, &zone),
        tzid: event.start.zone().map_or("", calendar::Zone::as_str).to_owned(),
        all_day: event.start.is_all_day(),
        place: event.place.clone(),
        repeats: show::repeats(event),
        fields,
    };
    let time_zone = time::time_zone(&zone);
    let mut first: Vec<&Event> = plan.new.iter().map(|brought| &brought.event).collect();
    first.sort_by_cached_key(|event| event.start.to_instant(&time_zone));
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(ImportPreview {
        id: String::new(),
        files: pending.file_views(),
        suggested_name: pending.suggested_name(),
        new: count(plan.new.len()),
        updated: count(plan.updated.len()),
        unchanged: count(plan.unchanged.len()),
        missing: plan.missing.iter().map(|missing| row(&missing.current.content, Vec::new())).collect(),
        rows: first.into_iter().take(ROWS).map(|event| row(event, Vec::new())).collect(),
        updates: plan.updated.iter().map(|brought| row(&brought.event, changes(brought))).collect(),
        invalid: pending.problem_views(),
        shift_weeks: offered_shift(&plan, &time_zone, now),
    })
}

fn changes(brought: &Brought) -> Vec<FieldChangeView> {
    brought.known.as_ref().map(|known| show::fields(&known.content, &brought.event)).unwrap_or_default()
}

/// Weeks that bring a season of past years to the same time of the coming one; 0 where anything of it still lies ahead.
fn offered_shift(plan: &Plan, zone: &TimeZone, now: Timestamp) -> u32 {
    let past = plan.new.iter().all(|brought| Series::single(brought.event.clone()).last_instant(zone).is_some_and(|end| end < now));
    let first = plan.new.iter().map(|brought| brought.event.start.to_instant(zone)).min();
    let Some(first) = first.filter(|_| past) else { return 0 };
    let weeks = |years: u32| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 26,089")]
        let weeks = (f64::from(years) * WEEKS_A_YEAR).round() as u32;
        weeks
    };
    (1..=500).map(weeks).find(|weeks| time::moved(first, SignedDuration::from_hours(i64::from(*weeks) * 7 * 24)) > now).unwrap_or(0)
}
