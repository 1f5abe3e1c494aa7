//! What takes place: for the window's views, and in pages for lists.

use std::collections::HashSet;

use ::calendar::colour::{colour_of, word_for};
use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use store::event_version::{self, Current};
use store::instance::{self, Calendars, Occurrence, Place};
use store::{Reader, calendar, event};

use super::invited::Invited;
use super::time;
use super::view::OccurrenceView;
use crate::engine::Engine;
use crate::error::{Code, Failure};

/// A list that no filter narrows ends here.
const LONGEST_LIST: usize = 1_000_000;
const YEAR: SignedDuration = SignedDuration::from_hours(366 * 24);

/// What ends at or after `from` and starts before `to` (RFC 3339) in the calendars that are shown.
///
/// # Errors
/// `InvalidInput` where a time cannot be read.
pub async fn list_occurrences(engine: &Engine, from: &str, to: &str) -> Result<Vec<OccurrenceView>, Failure> {
    let zone = engine.clock().zone();
    let (from, to) = (time::parse_instant("from", from, &zone)?, time::parse_instant("to", to, &zone)?);
    let listed = engine.store().read(move |r| {
        let occurrences = instance::between(r, Calendars::Shown, from, to, None, LONGEST_LIST)?;
        views(r, occurrences)
    });
    Ok(listed.await?)
}

/// What [`list_events`] is asked for.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Begin of the range; none is today, or the beginning of time for `masters` and `deleted`.
    pub from: Option<String>,
    /// End of the range, exclusive; none is a year after `from`, or the end of time.
    pub to: Option<String>,
    /// Only of the calendar of this name.
    pub calendar: Option<String>,
    /// Only what holds words that begin like these.
    pub search: Option<String>,
    /// Longest page.
    pub limit: Option<usize>,
    /// Where the last page ended; empty for the first one.
    pub cursor: String,
    /// What comes first.
    pub order: Order,
    /// What was deleted instead of what is there; not expanded.
    pub deleted: bool,
    /// Series as one row, not expanded.
    pub masters: bool,
}

/// What comes first in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The earliest start.
    #[default]
    Start,
    /// The oldest change.
    Updated,
}

/// A part of a list. Each row comes with the cursor of the page that begins after it.
#[derive(Clone, Debug)]
pub struct Page {
    /// Row and cursor.
    pub rows: Vec<(OccurrenceView, String)>,
}

/// A page of events or occurrences.
///
/// # Errors
/// `NotFound` for an unknown calendar, `InvalidInput` where a time or the cursor cannot be read.
pub async fn list_events(engine: &Engine, listing: Listing) -> Result<Page, Failure> {
    let zone = engine.clock().zone();
    let whole = listing.masters || listing.deleted;
    let instant = |field: &str, text: &Option<String>| text.as_deref().map(|text| time::parse_instant(field, text, &zone)).transpose();
    let today = time::parse_instant("from", &time::day_in(engine.clock().now(), &zone), &zone)?;
    let from = instant("from", &listing.from)?.unwrap_or(if whole { Timestamp::MIN } else { today });
    let to = instant("to", &listing.to)?.unwrap_or(if whole { Timestamp::MAX } else { time::moved(from, YEAR) });
    let calendars = match &listing.calendar {
        Some(name) => Calendars::One(super::sub_calendar::parse_id(&super::find_calendar(engine, name).await?.id)?),
        None => Calendars::All,
    };
    let after = if listing.cursor.is_empty() { None } else { Some(parse_cursor(&listing.cursor)?) };
    let page = engine.store().read(move |r| page(r, &listing, calendars, (from, to), after.as_ref()));
    Ok(page.await?)
}

fn page(
    r: &Reader<'_>,
    listing: &Listing,
    calendars: Calendars,
    (from, to): (Timestamp, Timestamp),
    after: Option<&Place>,
) -> Result<Page> {
    let limit = listing.limit.unwrap_or(LONGEST_LIST);
    let plain = listing.order == Order::Start && listing.search.is_none() && !listing.masters && !listing.deleted;
    let mut occurrences = if plain {
        instance::between(r, calendars, from, to, after, limit)?
    } else if listing.deleted {
        deleted_between(r, calendars, from, to)?
    } else if listing.masters {
        let masters = event_version::current_of_ids(r, &instance::masters_between(r, calendars, from, to)?)?;
        unexpanded(r, &masters)?
    } else {
        instance::between(r, calendars, from, to, None, LONGEST_LIST)?
    };
    let key = |occurrence: &Occurrence| match listing.order {
        Order::Start => occurrence.order(),
        Order::Updated => (occurrence.updated_at, occurrence.event, occurrence.recurrence_id.clone()),
    };
    if !plain {
        if let Some(text) = &listing.search {
            let found: HashSet<i64> = event::search(r, text, u32::MAX)?.into_iter().map(|row| row.id).collect();
            occurrences.retain(|occurrence| found.contains(&occurrence.event));
        }
        occurrences.sort_by_cached_key(key);
        if let Some(after) = after {
            occurrences.retain(|occurrence| key(occurrence) > *after);
        }
        occurrences.truncate(limit);
    }
    let cursors: Vec<String> = occurrences.iter().map(|occurrence| cursor(&key(occurrence))).collect();
    Ok(Page { rows: views(r, occurrences)?.into_iter().zip(cursors).collect() })
}

fn deleted_between(r: &Reader<'_>, calendars: Calendars, from: Timestamp, to: Timestamp) -> Result<Vec<Occurrence>> {
    let calendar = match calendars {
        Calendars::One(id) => Some(id),
        Calendars::All | Calendars::Shown => None,
    };
    let ids: Vec<i64> = event::list_deleted(r, calendar)?.iter().map(|row| row.id).collect();
    let mut deleted = unexpanded(r, &event_version::current_of_ids(r, &ids)?)?;
    // A series is deleted as a whole: where it began decides.
    deleted.retain(|event| event.end_utc >= from.as_millisecond() && event.start_utc < to.as_millisecond());
    Ok(deleted)
}

/// Events as rows of a list, a series as one.
fn unexpanded(r: &Reader<'_>, events: &[Current]) -> Result<Vec<Occurrence>> {
    let zones: std::collections::HashMap<i64, String> =
        calendar::list(r)?.into_iter().map(|calendar| (calendar.id, calendar.zone)).collect();
    let row = |Current { row, content }: &Current| {
        let zone = time::time_zone(zones.get(&row.calendar).map_or("", String::as_str));
        let (start, end) = (content.start.to_instant(&zone), content.end.to_instant(&zone));
        Occurrence {
            event: row.id,
            series: row.series(),
            calendar: row.calendar,
            uid: row.uid.clone(),
            recurrence_id: row.recurrence_id.clone(),
            summary: row.summary.clone(),
            place: row.place.clone(),
            start_utc: start.as_millisecond(),
            end_utc: end.as_millisecond(),
            start_local: content.start.with_instant(start, &zone).iso_local(),
            end_local: content.end.with_instant(end, &zone).iso_local(),
            start_zone: row.start_zone.clone(),
            all_day: row.all_day,
            recurring: row.repeats || !row.recurrence_id.is_empty(),
            status: super::show::status(content.status).to_owned(),
            updated_at: row.updated_at.as_millisecond(),
            colour: colour_of(content).unwrap_or_default().to_owned(),
        }
    };
    Ok(events.iter().map(row).collect())
}

/// Occurrences as the window sees them.
fn views(r: &Reader<'_>, occurrences: Vec<Occurrence>) -> Result<Vec<OccurrenceView>> {
    let mut invited = Invited::of(r)?;
    let view = |occurrence: Occurrence| {
        let counts = invited.count(r, occurrence.series)?;
        Ok(view(occurrence, counts))
    };
    occurrences.into_iter().map(view).collect()
}

fn view(occurrence: Occurrence, (invited, yes): (u32, u32)) -> OccurrenceView {
    OccurrenceView {
        id: occurrence.series.to_string(),
        calendar: occurrence.calendar.to_string(),
        start: time::rfc3339(&occurrence.start_local, occurrence.start_utc),
        end: time::rfc3339(&occurrence.end_local, occurrence.end_utc),
        uid: occurrence.uid,
        recurrence_id: occurrence.recurrence_id,
        summary: occurrence.summary,
        place: occurrence.place,
        tzid: occurrence.start_zone,
        all_day: occurrence.all_day,
        recurring: occurrence.recurring,
        status: occurrence.status,
        colour: word_for(&occurrence.colour).unwrap_or_default().to_owned(),
        invited,
        yes,
    }
}

fn cursor((first, event, recurrence_id): &Place) -> String {
    format!("{first}.{event}.{recurrence_id}")
}

fn parse_cursor(text: &str) -> Result<Place, Failure> {
    let place = || -> Option<Place> {
        let mut parts = text.splitn(3, '.');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.to_owned()))
    };
    place().ok_or_else(|| {
        Failure::new(Code::InvalidInput, format!("“{text}” is no cursor: take the one of the last row of the page before."))
            .with("field", "cursor")
    })
}
