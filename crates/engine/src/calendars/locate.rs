//! From the names that a person types to the event they mean.

use anyhow::Result;
use jiff::SignedDuration;
use store::event::{self, EventRow};
use store::{Reader, calendar, instance};

use super::{show, time};
use crate::engine::Engine;
use crate::error::{Code, Failure};

/// An event by the names that a person types.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// UID.
    pub uid: String,
    /// Name of its calendar; needed where the UID stands in several.
    pub calendar: Option<String>,
    /// Start of the occurrence that is meant, or its RECURRENCE-ID value.
    pub occurrence: Option<String>,
}

/// Ids of the event, and of the occurrence where one was named, else empty.
///
/// # Errors
/// `NotFound`, or `AmbiguousEvent` where the UID stands in several calendars and none was named.
pub async fn locate(engine: &Engine, named: Named) -> Result<(String, String), Failure> {
    let (id, recurrence_id) = engine.store().read(move |r| find(r, &named)).await?;
    Ok((id.to_string(), recurrence_id))
}

/// The event and the recurrence id that the names mean.
pub(super) fn find(r: &Reader<'_>, named: &Named) -> Result<(i64, String)> {
    let row = find_row(r, named)?;
    match &named.occurrence {
        None => Ok((row.id, String::new())),
        Some(start) => Ok((row.series(), occurrence(r, &row, start)?)),
    }
}

fn find_row(r: &Reader<'_>, named: &Named) -> Result<EventRow> {
    let mut found = event::find_uid(r, &named.uid)?;
    if let Some(name) = &named.calendar {
        let calendar = calendar::find(r, name)?.ok_or_else(|| {
            Failure::new(Code::NotFound, format!("There is no calendar “{name}”.")).with("what", "calendar").with("name", name)
        })?;
        found.retain(|row| row.calendar == calendar.id);
    }
    // What was deleted is meant only where nothing else bears the name: to look at its history, or restore it.
    if found.iter().any(|row| !row.deleted) {
        found.retain(|row| !row.deleted);
    }
    // Exceptions that came without their series share its UID; the first stands for them.
    found.dedup_by_key(|row| row.calendar);
    if found.len() > 1 {
        return Err(ambiguous(r, &named.uid, &found)?.into());
    }
    Ok(found.into_iter().next().ok_or_else(|| show::not_found(&named.uid))?)
}

fn ambiguous(r: &Reader<'_>, uid: &str, found: &[EventRow]) -> Result<Failure> {
    let ids: Vec<i64> = found.iter().map(|row| row.calendar).collect();
    let names: Vec<String> =
        calendar::list(r)?.into_iter().filter(|calendar| ids.contains(&calendar.id)).map(|calendar| calendar.name).collect();
    let calendars = names.join(", ");
    Ok(Failure::new(Code::AmbiguousEvent, format!("The UID {uid} stands in several calendars: {calendars}. Say which one is meant."))
        .with("uid", uid)
        .with("calendars", calendars))
}

/// The recurrence id of the occurrence that starts, or was to start, at `start`.
fn occurrence(r: &Reader<'_>, row: &EventRow, start: &str) -> Result<String> {
    let zone = if row.start_zone.is_empty() {
        calendar::get(r, row.calendar)?.map(|calendar| calendar.zone).unwrap_or_default()
    } else {
        row.start_zone.clone()
    };
    let named = |at: jiff::Timestamp| -> Result<Vec<instance::Occurrence>> {
        // Wide enough for a day that was typed without its time.
        let day = SignedDuration::from_hours(24);
        instance::of_series(r, row.id, time::moved(at, -day), time::moved(at, day))
    };
    let typed = calendar_value(start, &zone).map_or_else(|| time::parse_instant("occurrence", start, &zone), Ok)?;
    let near = named(typed)?;
    let exact = near
        .iter()
        .find(|occurrence| occurrence.recurrence_id == start || original_instant(occurrence, &zone) == Some(typed.as_millisecond()));
    let moved = || near.iter().find(|occurrence| occurrence.start_utc == typed.as_millisecond());
    let on_that_day = || {
        let mut that_day = near.iter().filter(|occurrence| occurrence.start_local.starts_with(start));
        that_day.next().filter(|_| that_day.next().is_none() && start.len() == "2027-03-14".len())
    };
    let found = exact.or_else(moved).or_else(on_that_day).ok_or_else(|| {
        Failure::new(Code::NotFound, format!("{} does not take place at {start}.", row.uid)).with("what", "occurrence").with("name", start)
    })?;
    Ok(found.recurrence_id.clone())
}

fn original_instant(occurrence: &instance::Occurrence, zone: &str) -> Option<i64> {
    calendar_value(&occurrence.recurrence_id, zone).map(jiff::Timestamp::as_millisecond)
}

/// The instant of a value as iCalendar writes it: `20270314T130000`.
fn calendar_value(text: &str, zone: &str) -> Option<jiff::Timestamp> {
    let compact = text.len() >= 8 && text.bytes().take(8).all(|byte| byte.is_ascii_digit());
    let value = ::calendar::EventTime::parse_value(text, None)?;
    compact.then(|| value.to_instant(&time::time_zone(zone)))
}
