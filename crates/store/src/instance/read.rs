//! What takes place in a range of time.

use anyhow::{Context as _, Result};
use calendar::recurrence::Checkpoint;
use jiff::Timestamp;
use rusqlite::{Row, params};

use super::WEEK;
use super::fill::{self, Expanded, Instance, Places};
use crate::event_version;
use crate::{Reader, millis};

/// Which calendars to look at. Deleted ones never count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendars {
    /// Those that are shown.
    Shown,
    /// Hidden ones too.
    All,
    /// One of them.
    One(i64),
}

/// A place in the order of occurrences: instant of the start in milliseconds, event, recurrence id.
pub type Place = (i64, i64, String);

/// Something that takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The master, single event or exception that it comes from.
    pub event: i64,
    /// The master of the series, or the event itself.
    pub series: i64,
    /// Its calendar.
    pub calendar: i64,
    /// UID.
    pub uid: String,
    /// RECURRENCE-ID value: which occurrence of the series it is; empty for a single event.
    pub recurrence_id: String,
    /// Title.
    pub summary: String,
    /// Place.
    pub place: String,
    /// Start as an instant in milliseconds.
    pub start_utc: i64,
    /// End as an instant in milliseconds.
    pub end_utc: i64,
    /// Start on the wall clock: `2027-03-14T13:00:00`, or `2027-03-14` for a whole day.
    pub start_local: String,
    /// End on the wall clock, exclusive.
    pub end_local: String,
    /// IANA name of the start's zone; empty for floating times and whole days.
    pub start_zone: String,
    /// It takes whole days.
    pub all_day: bool,
    /// It belongs to a series.
    pub recurring: bool,
    /// confirmed, tentative or cancelled
    pub status: String,
    /// When the event was last changed, in milliseconds.
    pub updated_at: i64,
    /// Name (CSS) of the colour that it has of its own or from its series; empty for its calendar's.
    pub colour: String,
}

impl Occurrence {
    /// Where it stands in the order.
    #[must_use]
    pub fn order(&self) -> Place {
        (self.start_utc, self.event, self.recurrence_id.clone())
    }
}

const COLUMNS: &str = "event, series, calendar, uid, recurrence_id, summary, place, start_utc, end_utc, start_local, end_local, start_zone,
    all_day, recurring, status, updated_at, colour";

/// What ends at or after `from` and starts before `to`, by start; the first `limit` after the place where a page ended.
///
/// # Errors
/// When the database cannot be read.
pub fn between(
    r: &Reader<'_>,
    calendars: Calendars,
    from: Timestamp,
    to: Timestamp,
    after: Option<&Place>,
    limit: usize,
) -> Result<Vec<Occurrence>> {
    let (from, to) = (millis(from), millis(to));
    let inside = fill::window(r)?.is_some_and(|window| window.contains(from, to));
    let wanted = wanted(r, calendars)?;
    let mut occurrences = stored(r, calendars, &wanted, (from, to), after, if inside { Kinds::All } else { Kinds::Own }, limit)?;
    if !inside {
        expand(r, &wanted, (from, to), &mut occurrences)?;
        if let Some(after) = after {
            occurrences.retain(|occurrence| occurrence.order() > *after);
        }
    }
    occurrences.sort_by(|a, b| (a.start_utc, a.event, &a.recurrence_id).cmp(&(b.start_utc, b.event, &b.recurrence_id)));
    occurrences.truncate(limit);
    Ok(occurrences)
}

/// The occurrences of one series, or of a single event, that end at or after `from` and start before `to`, by start.
///
/// # Errors
/// When the database cannot be read.
pub fn of_series(r: &Reader<'_>, event: i64, from: Timestamp, to: Timestamp) -> Result<Vec<Occurrence>> {
    let Some(series) = event_version::series(r, event)? else { return Ok(Vec::new()) };
    if series.master.row.deleted {
        return Ok(Vec::new());
    }
    let zone = Places::of(r)?.zone(r, series.master.row.calendar)?;
    let range = (millis(from), millis(to));
    let mut occurrences: Vec<Occurrence> = fill::expand(&series, &[], &zone, range).iter().map(occurrence_of).collect();
    for source in &series.exceptions {
        let instance = Instance::own(&source.content, Some(&series.master.content), &zone);
        if instance.end_utc >= range.0 && instance.start_utc < range.1 {
            occurrences.push(occurrence_of(&Expanded { source, instance }));
        }
    }
    occurrences.sort_by_key(Occurrence::order);
    Ok(occurrences)
}

/// Which rows to take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kinds {
    /// All of them.
    All,
    /// Not those of a series, which are there for the window only.
    Own,
}

/// The two look-ups of a range: what lasts up to a week, and what lasts longer.
pub(super) fn sql(calendars: Calendars, kinds: Kinds) -> [String; 2] {
    let kinds = if kinds == Kinds::All { "" } else { "AND own" };
    // `+` keeps the index of calendars out of the plan: the range of time narrows more, but in one calendar alone.
    let calendar = match calendars {
        Calendars::One(_) => "calendar = (SELECT value FROM json_each(?7))",
        Calendars::Shown | Calendars::All => "+calendar IN (SELECT value FROM json_each(?7))",
    };
    let rest = format!(
        "AND (start_utc, event, recurrence_id) > (?3, ?4, ?5) AND {calendar} {kinds} ORDER BY start_utc, event, recurrence_id LIMIT ?6"
    );
    let short = format!(
        "SELECT {COLUMNS} FROM instance
         WHERE start_utc >= max(?1 - {WEEK}, ?3) AND start_utc < ?2 AND end_utc >= ?1 AND end_utc - start_utc <= {WEEK} {rest}"
    );
    let long = format!(
        "SELECT {COLUMNS} FROM instance INDEXED BY instance_long
         WHERE end_utc >= ?1 AND start_utc < ?2 AND end_utc - start_utc > {WEEK} {rest}"
    );
    [short, long]
}

fn stored(
    r: &Reader<'_>,
    calendars: Calendars,
    wanted: &[i64],
    (from, to): (i64, i64),
    after: Option<&Place>,
    kinds: Kinds,
    limit: usize,
) -> Result<Vec<Occurrence>> {
    let (after_start, after_event, after_id) = after.map_or((i64::MIN, i64::MIN, ""), |(start, event, id)| (*start, *event, id.as_str()));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let wanted = serde_json::to_string(wanted)?;
    let mut occurrences = Vec::new();
    for sql in sql(calendars, kinds) {
        let mut statement = r.0.prepare_cached(&sql)?;
        let rows = statement.query_map(params![from, to, after_start, after_event, after_id, limit, wanted], row_of)?;
        for row in rows {
            occurrences.push(row.context("Read what takes place")?);
        }
    }
    Ok(occurrences)
}

/// Single events and masters that have something that ends at or after `from` and starts before `to`.
///
/// # Errors
/// When the database cannot be read.
pub fn masters_between(r: &Reader<'_>, calendars: Calendars, from: Timestamp, to: Timestamp) -> Result<Vec<i64>> {
    let wanted = wanted(r, calendars)?;
    let sql = format!(
        "SELECT event, calendar FROM instance
         WHERE start_utc >= ?1 - {WEEK} AND start_utc < ?2 AND end_utc >= ?1 AND end_utc - start_utc <= {WEEK} AND own AND series = event
         UNION SELECT event, calendar FROM instance INDEXED BY instance_long
         WHERE end_utc >= ?1 AND start_utc < ?2 AND end_utc - start_utc > {WEEK} AND own AND series = event
         UNION SELECT event, calendar FROM series WHERE first_utc < ?2 AND (last_utc IS NULL OR last_utc >= ?1)"
    );
    let mut statement = r.0.prepare_cached(&sql)?;
    let rows = statement.query_map((millis(from), millis(to)), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    let mut masters = Vec::new();
    for row in rows {
        let (event, calendar) = row.context("Find the events of a range of time")?;
        if wanted.contains(&calendar) {
            masters.push(event);
        }
    }
    Ok(masters)
}

fn wanted(r: &Reader<'_>, calendars: Calendars) -> Result<Vec<i64>> {
    Ok(crate::calendar::list(r)?
        .into_iter()
        .filter(|calendar| match calendars {
            Calendars::Shown => !calendar.hidden,
            Calendars::All => true,
            Calendars::One(id) => calendar.id == id,
        })
        .map(|calendar| calendar.id)
        .collect())
}

fn series_within(r: &Reader<'_>, from: i64, to: i64) -> Result<Vec<(i64, String)>> {
    let sql = "SELECT event, checkpoints FROM series WHERE first_utc < ?2 AND (last_utc IS NULL OR last_utc >= ?1)";
    let mut statement = r.0.prepare_cached(sql)?;
    let series = statement.query_map((from, to), |row| Ok((row.get(0)?, row.get(1)?)))?;
    series.collect::<Result<_, _>>().context("Find the series that reach a range of time")
}

fn expand(r: &Reader<'_>, wanted: &[i64], range: (i64, i64), occurrences: &mut Vec<Occurrence>) -> Result<()> {
    let mut places = Places::of(r)?;
    for (master, checkpoints) in series_within(r, range.0, range.1)? {
        let Some(series) = event_version::series(r, master)? else { continue };
        if wanted.contains(&series.master.row.calendar) {
            let checkpoints: Vec<Checkpoint> = serde_json::from_str(&checkpoints).context("Read where a series may be entered")?;
            let zone = places.zone(r, series.master.row.calendar)?;
            occurrences.extend(fill::expand(&series, &checkpoints, &zone, range).iter().map(occurrence_of));
        }
    }
    Ok(())
}

fn occurrence_of(Expanded { source, instance }: &Expanded<'_>) -> Occurrence {
    Occurrence {
        event: source.row.id,
        series: source.row.series(),
        calendar: source.row.calendar,
        uid: source.row.uid.clone(),
        recurrence_id: instance.recurrence_id.clone(),
        summary: source.row.summary.clone(),
        place: source.row.place.clone(),
        start_utc: instance.start_utc,
        end_utc: instance.end_utc,
        start_local: instance.start_local.clone(),
        end_local: instance.end_local.clone(),
        start_zone: source.row.start_zone.clone(),
        all_day: source.row.all_day,
        recurring: source.row.repeats || !source.row.recurrence_id.is_empty(),
        status: event_version::status(source.content.status).to_owned(),
        updated_at: millis(source.row.updated_at),
        colour: instance.colour.clone(),
    }
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<Occurrence> {
    Ok(Occurrence {
        event: row.get(0)?,
        series: row.get(1)?,
        calendar: row.get(2)?,
        uid: row.get(3)?,
        recurrence_id: row.get(4)?,
        summary: row.get(5)?,
        place: row.get(6)?,
        start_utc: row.get(7)?,
        end_utc: row.get(8)?,
        start_local: row.get(9)?,
        end_local: row.get(10)?,
        start_zone: row.get(11)?,
        all_day: row.get(12)?,
        recurring: row.get(13)?,
        status: row.get(14)?,
        updated_at: row.get(15)?,
        colour: row.get(16)?,
    })
}
