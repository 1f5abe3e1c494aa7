//! Writing instances, and moving their window along with time.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use anyhow::{Context as _, Result};
use calendar::colour::colour_of;
use calendar::recurrence::{Checkpoint, Series};
use calendar::{Event, EventTime, Zone};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rusqlite::params;

use crate::event_version::{self, Current, CurrentSeries, Draft};
use crate::{Reader, Writer, instant, millis, setting};

const WINDOW: &str = "instance_window";
const TARGET: &str = "instance_target";
const BACK: SignedDuration = SignedDuration::from_hours(366 * 24);
const AHEAD: SignedDuration = SignedDuration::from_hours(3 * 366 * 24);
/// The window follows the clock in steps of this.
const STEP: i64 = 30 * 24 * 3_600_000;
const SECOND: i64 = 1000;
/// A rule with COUNT is entered at most this many occurrences before the range that is asked for.
const CHECKPOINT_EVERY: u32 = 1000;
/// So many series are expanded in one transaction: other writers wait for it.
const SERIES_AT_ONCE: u32 = 200;

/// A range of time, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    from: i64,
    to: i64,
}

impl Window {
    fn around(now: Timestamp) -> Self {
        let edge = |distance: SignedDuration| now.checked_add(distance).map_or_else(|_| millis(now), millis);
        Self { from: edge(-BACK), to: edge(AHEAD) }
    }

    /// Whether everything that ends at or after `from` and starts before `to` lies in it. What lasts longer than a week
    /// and reaches in from before the window is there too: it is expanded by its end.
    pub(super) fn contains(self, from: i64, to: i64) -> bool {
        self.from <= from && to <= self.to
    }

    fn overlap(self, other: Self) -> Option<Self> {
        let both = Self { from: self.from.max(other.from), to: self.to.min(other.to) };
        (both.from < both.to).then_some(both)
    }

    fn parse(text: &str) -> Option<Self> {
        let (from, to) = text.split_once(' ')?;
        Some(Self { from: from.parse().ok()?, to: to.parse().ok()? })
    }

    fn text(self) -> String {
        format!("{} {}", self.from, self.to)
    }
}

/// The range in which the rows of every series are complete; none before they were first filled.
pub(super) fn window(r: &Reader<'_>) -> Result<Option<Window>> {
    Ok(setting::get(r, WINDOW)?.as_deref().and_then(Window::parse))
}

/// Where events take place: the zones of their calendars, and the range that series are written for.
pub(crate) struct Places {
    target: Option<Window>,
    zones: BTreeMap<i64, TimeZone>,
}

impl Places {
    /// What the database says.
    pub(crate) fn of(r: &Reader<'_>) -> Result<Self> {
        let target = setting::get(r, TARGET)?.as_deref().and_then(Window::parse);
        Ok(Self { target, zones: BTreeMap::new() })
    }

    /// The zone that a calendar's whole days and floating times are in.
    pub(super) fn zone(&mut self, r: &Reader<'_>, calendar: i64) -> Result<TimeZone> {
        Ok(match self.zones.entry(calendar) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(unknown) => {
                let row = crate::calendar::get(r, calendar)?.with_context(|| format!("there is no calendar {calendar}"))?;
                unknown.insert(Zone::parse(&row.zone).map_or(TimeZone::UTC, |zone| zone.time_zone().clone())).clone()
            }
        })
    }
}

/// A row of the table, without its event.
pub(super) struct Instance {
    pub(super) recurrence_id: String,
    pub(super) start_utc: i64,
    pub(super) end_utc: i64,
    pub(super) start_local: String,
    pub(super) end_local: String,
    pub(super) colour: String,
}

impl Instance {
    /// The one row of a single event, or of an exception of that master.
    pub(super) fn own(event: &Event, master: Option<&Event>, zone: &TimeZone) -> Self {
        let start = event.start.to_instant(zone);
        let end = event.end.to_instant(zone);
        Self {
            recurrence_id: event.recurrence_id.map(|id| id.value()).unwrap_or_default(),
            start_utc: millis(start),
            end_utc: millis(end),
            // By way of the instant: a time inside a gap is shown as the clock will show it.
            start_local: event.start.with_instant(start, zone).iso_local(),
            end_local: event.end.with_instant(end, zone).iso_local(),
            colour: colour_in(event, master),
        }
    }
}

/// The colour of an event: an exception that has none of its own has its series'.
fn colour_in(event: &Event, master: Option<&Event>) -> String {
    colour_of(event).or_else(|| master.and_then(colour_of)).unwrap_or_default().to_owned()
}

/// One occurrence of a series, and the event that it comes from.
pub(super) struct Expanded<'a> {
    pub(super) source: &'a Current,
    pub(super) instance: Instance,
}

/// The occurrences of a series that end at or after `from` and start before `to`, but for those that an exception has a
/// row of its own for.
pub(super) fn expand<'a>(
    series: &'a CurrentSeries,
    checkpoints: &[Checkpoint],
    zone: &TimeZone,
    (from, to): (i64, i64),
) -> Vec<Expanded<'a>> {
    let rule = rule_of(series);
    // The expansion leaves out what ends at the very beginning of its range.
    let range = instant(from.saturating_sub(SECOND))..instant(to);
    let occurrences = rule.occurrences_from(checkpoints, range, zone);
    let expanded = occurrences.filter_map(|occurrence| {
        let source = match occurrence.exception {
            None => &series.master,
            Some(place) => {
                let exception = series.exceptions.get(place)?;
                let own = exception.content.recurrence_id?.to_instant(zone) == occurrence.original_start.to_instant(zone);
                if own || !exception.content.applies_to_following() {
                    return None;
                }
                exception
            }
        };
        let single = occurrence.exception.is_none() && !series.master.row.repeats;
        let instance = Instance {
            recurrence_id: if single { series.master.row.recurrence_id.clone() } else { occurrence.original_start.value() },
            start_utc: millis(occurrence.start_utc),
            end_utc: millis(occurrence.end_utc),
            start_local: occurrence.start.with_instant(occurrence.start_utc, zone).iso_local(),
            end_local: occurrence.end.with_instant(occurrence.end_utc, zone).iso_local(),
            colour: colour_in(&source.content, Some(&series.master.content)),
        };
        (instance.end_utc >= from && instance.start_utc < to).then_some(Expanded { source, instance })
    });
    expanded.collect()
}

fn rule_of(series: &CurrentSeries) -> Series {
    Series {
        master: series.master.content.clone(),
        exceptions: series.exceptions.iter().map(|exception| exception.content.clone()).collect(),
    }
}

/// Writes the row of a single event or an exception anew. A master's rows follow with [`refill_series`].
pub(crate) fn put_own(w: &Writer<'_>, id: i64, draft: &Draft<'_>, at: Timestamp, known: bool, places: &mut Places) -> Result<()> {
    if known {
        forget(w, id)?;
    }
    if draft.deleted || event_version::repeats(draft.content) {
        return Ok(());
    }
    let zone = places.zone(w, draft.calendar)?;
    // An exception that has a series is written anew with it, and learns it then.
    let of = Of { event: id, series: id, calendar: draft.calendar, content: draft.content, at: millis(at) };
    put_row(w, &of, &Instance::own(draft.content, None, &zone))
}

/// Writes the rows of a master anew, inside the window.
pub(crate) fn refill_series(w: &Writer<'_>, master: i64, places: &mut Places) -> Result<()> {
    forget(w, master)?;
    let Some(series) = event_version::series(w, master)? else { return Ok(()) };
    let row = &series.master.row;
    if row.deleted {
        return Ok(());
    }
    let zone = places.zone(w, row.calendar)?;
    for exception in &series.exceptions {
        // What one with THISANDFUTURE wrote for later occurrences is written anew below.
        forget(w, exception.row.id)?;
        put(w, exception, &Instance::own(&exception.content, Some(&series.master.content), &zone))?;
    }
    if !row.repeats {
        // A single event has no rule, but an exception may have taken its place.
        let own = Instance::own(&series.master.content, None, &zone);
        for expanded in expand(&series, &[], &zone, (own.start_utc, own.end_utc.max(own.start_utc + 1))) {
            put(w, expanded.source, &expanded.instance)?;
        }
        return Ok(());
    }
    let checkpoints = put_series(w, &series, &zone)?;
    let Some(target) = places.target else { return Ok(()) };
    for expanded in expand(&series, &checkpoints, &zone, (target.from, target.to)) {
        put(w, expanded.source, &expanded.instance)?;
    }
    Ok(())
}

fn put_series(w: &Writer<'_>, series: &CurrentSeries, zone: &TimeZone) -> Result<Vec<Checkpoint>> {
    let rule = rule_of(series);
    let checkpoints = rule.checkpoints(CHECKPOINT_EVERY);
    let starts =
        rule.master.recurrence.added.iter().chain([&rule.master.start]).chain(rule.exceptions.iter().map(|exception| &exception.start));
    w.0.prepare_cached("INSERT INTO series (event, calendar, first_utc, last_utc, checkpoints) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute((
        series.master.row.id,
        series.master.row.calendar,
        starts.map(|start| millis(start.to_instant(zone))).min(),
        rule.last_instant(zone).map(millis),
        serde_json::to_string(&checkpoints)?,
    ))?;
    Ok(checkpoints)
}

fn forget(w: &Writer<'_>, event: i64) -> Result<()> {
    w.0.prepare_cached("DELETE FROM instance WHERE event = ?1")?.execute([event])?;
    w.0.prepare_cached("DELETE FROM series WHERE event = ?1")?.execute([event])?;
    Ok(())
}

fn put(w: &Writer<'_>, source: &Current, instance: &Instance) -> Result<()> {
    let row = &source.row;
    let of = Of { event: row.id, series: row.series(), calendar: row.calendar, content: &source.content, at: millis(row.updated_at) };
    put_row(w, &of, instance)
}

/// What a row repeats of its event.
struct Of<'a> {
    event: i64,
    series: i64,
    calendar: i64,
    content: &'a Event,
    at: i64,
}

fn put_row(w: &Writer<'_>, of: &Of<'_>, instance: &Instance) -> Result<()> {
    let content = of.content;
    let own_id = content.recurrence_id.map(|id| id.value()).unwrap_or_default();
    w.0.prepare_cached(
        "INSERT INTO instance (start_utc, event, recurrence_id, calendar, end_utc, start_local, end_local, status, transparency, own, series, uid,
             summary, place, start_zone, all_day, recurring, updated_at, colour)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19) ON CONFLICT DO NOTHING",
    )?
    .execute(params![
        instance.start_utc,
        of.event,
        instance.recurrence_id,
        of.calendar,
        instance.end_utc,
        instance.start_local,
        instance.end_local,
        event_version::status(content.status),
        event_version::transparency(content.transparency),
        instance.recurrence_id == own_id,
        of.series,
        content.uid,
        content.summary,
        content.place,
        content.start.zone().map_or("", Zone::as_str),
        matches!(content.start, EventTime::Date(_)),
        event_version::repeats(content) || !own_id.is_empty(),
        of.at,
        instance.colour,
    ])?;
    Ok(())
}

/// How far [`roll_window`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roll {
    /// Go on with this.
    More(i64),
    /// The window is where it should be.
    Done,
}

/// Whether the clock has moved on so far that the window must follow.
///
/// # Errors
/// When the database cannot be read.
pub fn window_is_due(r: &Reader<'_>, now: Timestamp) -> Result<bool> {
    let wanted = Window::around(now);
    Ok(window(r)?.is_none_or(|window| window.to < wanted.to - STEP || window.from > wanted.from + STEP))
}

/// Moves the window a step: `after` is 0 at first, then what [`Roll::More`] says, with the same `now`. Between the steps,
/// and if it never ends, views are right: they look only where the rows are complete.
///
/// # Errors
/// When the database cannot be written.
pub fn roll_window(w: &Writer<'_>, now: Timestamp, after: i64) -> Result<Roll> {
    let target = Window::around(now);
    if after == 0 {
        let complete = window(w)?.and_then(|window| window.overlap(target));
        setting::put(w, WINDOW, &complete.map(Window::text).unwrap_or_default())?;
        setting::put(w, TARGET, &target.text())?;
    }
    let mut places = Places::of(w)?;
    let series: Vec<i64> = {
        let mut statement = w.0.prepare_cached("SELECT event FROM series WHERE event > ?1 ORDER BY event LIMIT ?2")?;
        let rows = statement.query_map((after, SERIES_AT_ONCE), |row| row.get(0))?;
        rows.collect::<Result<_, _>>().context("Find the series to expand")?
    };
    for master in &series {
        refill_series(w, *master, &mut places)?;
    }
    if let Some(last) = series.last() {
        return Ok(Roll::More(*last));
    }
    setting::put(w, WINDOW, &target.text())?;
    Ok(Roll::Done)
}
