//! What became of events: one as it was at some time, two versions side by side, what changed in a calendar, and what was deleted from it.

use anyhow::Result;
use calendar::Zone;
use jiff::Timestamp;
use jiff::civil::Date;
use store::event_version::{self, Current, Version};
use store::{Reader, change, event, import};

use super::view::{DeletedEvent, FieldChangeView, PastEvent, RecentChange, RecentChanges};
use super::{show, sub_calendar, time};
use crate::engine::Engine;
use crate::error::{Code, Failure};

/// Rows of a page.
const PAGE: u32 = 50;
const MOST_DELETED: usize = 500;

/// What differs between two versions of an event, or of one occurrence that has versions of its own.
///
/// # Errors
/// `NotFound` for the event or one of the versions.
pub async fn compare_versions(engine: &Engine, id: &str, recurrence_id: &str, from: u32, to: u32) -> Result<Vec<FieldChangeView>, Failure> {
    let (id, recurrence_id) = (show::parse_id(id)?, recurrence_id.to_owned());
    let differences = engine.store().read(move |r| {
        let row = show::current_of(r, id, &recurrence_id)?.row.id;
        let [from, to] = [version(r, row, from)?, version(r, row, to)?];
        Ok(show::fields(&from.content, &to.content))
    });
    Ok(differences.await?)
}

/// An event as it was at an instant, or at the end of a day where the organizer is.
///
/// # Errors
/// `NotFound` where it was not here yet, or `InvalidInput` for the time.
pub async fn event_at(engine: &Engine, id: &str, recurrence_id: &str, at: &str) -> Result<PastEvent, Failure> {
    let (id, recurrence_id, own_zone) = (show::parse_id(id)?, recurrence_id.to_owned(), engine.clock().zone());
    let until = moment_or_day(at, &own_zone)?;
    let at = at.to_owned();
    let past = engine.store().read(move |r| past(r, id, &recurrence_id, until)).await?;
    let day = |instant| time::day_in(instant, &own_zone);
    past.map_err(|begins| {
        let message = match begins {
            Some(begins) => format!("What the event said on {} is no longer kept: its history begins on {}.", day(until), day(begins)),
            None => format!("The event was not here yet on {}. Choose a later day.", day(until)),
        };
        Failure::new(Code::NotFound, message).with("what", "version").with("name", at)
    })
}

/// What changed in a calendar, the newest first. `cursor` is empty for the first page.
///
/// # Errors
/// `NotFound` for the calendar, or when the database cannot be read.
pub async fn calendar_changes(engine: &Engine, calendar: &str, cursor: &str) -> Result<RecentChanges, Failure> {
    let calendar = sub_calendar::parse_id(calendar)?;
    let before = cursor.parse().unwrap_or(i64::MAX);
    Ok(engine.store().read(move |r| changes(r, calendar, before)).await?)
}

/// Events and series that were deleted from a calendar, the latest first: each can be restored.
///
/// # Errors
/// `NotFound` for the calendar, or when the database cannot be read.
pub async fn deleted_events(engine: &Engine, calendar: &str) -> Result<Vec<DeletedEvent>, Failure> {
    let calendar = sub_calendar::parse_id(calendar)?;
    Ok(engine.store().read(move |r| deleted(r, calendar)).await?)
}

fn version(r: &Reader<'_>, event: i64, number: u32) -> Result<Version> {
    Ok(event_version::get(r, event, number)?.ok_or_else(|| {
        Failure::new(Code::NotFound, format!("The event has no version {number}.")).with("what", "version").with("name", number)
    })?)
}

/// Where it is not known, from when on its history is kept; nothing where it was not here yet.
fn past(r: &Reader<'_>, id: i64, recurrence_id: &str, until: Timestamp) -> Result<Result<PastEvent, Option<Timestamp>>> {
    let Current { row, .. } = show::current_of(r, id, recurrence_id)?;
    let zone = store::calendar::get(r, row.calendar)?.map(|calendar| calendar.zone).unwrap_or_default();
    let Some(version) = event_version::at(r, row.id, until)? else {
        let first = event_version::entries(r, row.id)?.into_iter().next();
        return Ok(Err(first.filter(|first| first.number > 1).map(|first| first.at)));
    };
    let from = show::origin(r, &version.source)?;
    let content = &version.content;
    Ok(Ok(PastEvent {
        number: version.number,
        at: version.at.to_string(),
        source: version.source,
        account: from.account,
        account_kind: from.kind,
        summary: content.summary.clone(),
        description: content.description.clone(),
        place: content.place.clone(),
        start: time::shown(&content.start, &zone),
        end: time::shown(&content.end, &zone),
        tzid: content.start.zone().map_or("", Zone::as_str).to_owned(),
        all_day: content.start.is_all_day(),
        repeats: show::repeats(content),
        status: show::status(content.status).to_owned(),
        url: content.url.clone(),
        video_link: content.video_link.clone(),
        deleted: version.deleted,
    }))
}

/// A moment, or a day, which means its end: how things stood when the day was over.
pub(crate) fn moment_or_day(at: &str, zone: &str) -> Result<Timestamp, Failure> {
    let typed = time::parse_instant("at", at, zone)?;
    let Some(next) = at.trim().parse::<Date>().ok().and_then(|day| day.tomorrow().ok()) else { return Ok(typed) };
    let next = time::parse_instant("at", &next.to_string(), zone)?;
    Ok(time::moved(next, jiff::SignedDuration::from_millis(-1)))
}

fn changes(r: &Reader<'_>, calendar: i64, before: i64) -> Result<RecentChanges> {
    let found = sub_calendar::existing(r, calendar)?;
    let listed = change::of_calendar(r, calendar, before, PAGE)?;
    let next =
        if listed.len() < PAGE as usize { String::new() } else { listed.last().map(|last| last.number.to_string()).unwrap_or_default() };
    let mut rows = Vec::with_capacity(listed.len());
    for change in listed {
        let Some(row) = event::get(r, change.event)? else { continue };
        let Some(version) = event_version::get(r, change.event, change.version)? else { continue };
        let earlier = match change.version.checked_sub(1) {
            Some(number) if number > 0 => event_version::get(r, change.event, number)?.map(|earlier| earlier.entry()),
            _ => None,
        };
        rows.push(RecentChange {
            event: row.series().to_string(),
            recurrence_id: row.recurrence_id,
            uid: row.uid,
            summary: version.content.summary.clone(),
            start: time::shown(&version.content.start, &found.zone),
            tzid: version.content.start.zone().map_or("", Zone::as_str).to_owned(),
            all_day: version.content.start.is_all_day(),
            import: undoable(r, &version)?,
            version: show::version_view(&version.entry(), earlier.as_ref(), show::origin(r, &version.source)?),
        });
    }
    Ok(RecentChanges { rows, next })
}

/// The import or sync that brought a version, where it can be undone. What an account brought anew is not: that would delete it there too.
fn undoable(r: &Reader<'_>, version: &Version) -> Result<String> {
    let Some(id) = version.import else { return Ok(String::new()) };
    let is_first = version.number == 1 && version.source.starts_with("account:");
    let is_done = import::get(r, id)?.is_none_or(|import| import.undone_at.is_some());
    Ok(if is_first || is_done { String::new() } else { id.to_string() })
}

fn deleted(r: &Reader<'_>, calendar: i64) -> Result<Vec<DeletedEvent>> {
    let found = sub_calendar::existing(r, calendar)?;
    let mut rows: Vec<_> = event::list_deleted(r, Some(calendar))?.into_iter().filter(|row| row.master.is_none()).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.updated_at));
    let mut events = Vec::new();
    for row in rows.into_iter().take(MOST_DELETED) {
        let entries = event_version::entries(r, row.id)?;
        let Some(deletion) = entries.last() else { continue };
        let Some(number) = entries.iter().rev().find(|entry| !entry.deleted).map(|kept| kept.number) else { continue };
        let Some(kept) = event_version::get(r, row.id, number)? else { continue };
        let from = show::origin(r, &deletion.source)?;
        events.push(DeletedEvent {
            event: row.id.to_string(),
            recurrence_id: row.recurrence_id,
            uid: row.uid,
            summary: kept.content.summary.clone(),
            start: time::shown(&kept.content.start, &found.zone),
            tzid: kept.content.start.zone().map_or("", Zone::as_str).to_owned(),
            all_day: kept.content.start.is_all_day(),
            repeats: show::repeats(&kept.content),
            at: deletion.at.to_string(),
            source: deletion.source.clone(),
            account: from.account,
            account_kind: from.kind,
            version: kept.number,
        });
    }
    Ok(events)
}
