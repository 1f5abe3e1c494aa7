//! The occurrences of a series in a window.

use std::collections::HashSet;
use std::ops::Range;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::offsets::{Offsets, from_seconds, seconds_of};
use super::pattern::DAY;
use super::series::{Checkpoint, Series, Starts};
use crate::event::{Event, EventStatus, EventTime};

/// One occurrence of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// When the rule has it start: what a RECURRENCE-ID names.
    pub original_start: EventTime,
    /// When it starts.
    pub start: EventTime,
    /// When it ends, exclusive.
    pub end: EventTime,
    /// `start` as an instant.
    pub start_utc: Timestamp,
    /// `end` as an instant.
    pub end_utc: Timestamp,
    /// Its place in [`Series::exceptions`], where it differs from the master.
    pub exception: Option<usize>,
    /// Whether it does not take place: its exception, or the whole series, is cancelled.
    pub cancelled: bool,
}

/// Iterator over the occurrences of a series in a window, by start.
pub struct Occurrences<'a> {
    starts: Starts,
    template: Template<'a>,
    excluded: Moments,
    /// Original starts that an exception or RDATE speaks for.
    taken: Moments,
    ranges: Vec<RangeShift>,
    /// Exceptions and added dates, latest first.
    extras: Vec<Occurrence>,
    waiting: Option<Occurrence>,
    window: Range<i64>,
    /// The wall clock times outside of which no start can matter to the window.
    first_local: i64,
    last_local: i64,
    ended: bool,
}

/// Instants and whole days, each ascending.
#[derive(Default)]
struct Moments {
    instants: Vec<i64>,
    days: Vec<i64>,
}

/// How an occurrence follows from its start.
struct Template<'a> {
    start: EventTime,
    end: EventTime,
    cancelled: bool,
    /// Seconds from start to end: elapsed for a time in a zone, of the wall clock for the others.
    length: i64,
    start_offsets: Offsets<'a>,
    end_offsets: Offsets<'a>,
}

/// An exception with RANGE=THISANDFUTURE: what it does to the occurrences after it.
struct RangeShift {
    from: i64,
    shift: i64,
    exception: usize,
    length: i64,
    end: EventTime,
    cancelled: bool,
}

impl<'a> Occurrences<'a> {
    pub(super) fn new(series: &'a Series, window: Range<Timestamp>, floating_zone: &'a TimeZone, checkpoints: &[Checkpoint]) -> Self {
        let master = &series.master;
        let mut template = Template::new(master, floating_zone);
        let window = window.start.as_second()..window.end.as_second() + i64::from(window.end.subsec_nanosecond() > 0);
        let ranges = range_shifts(series, floating_zone);
        // A day each way covers what clocks and zones can move; the exact test is made on each occurrence.
        let reach = ranges.iter().map(|range| range.shift.abs() + range.length).fold(template.length, i64::max) + 2 * DAY;
        let first_local = template.start_offsets.local(window.start.saturating_sub(reach));
        let last_local = template.start_offsets.local(window.end).saturating_add(reach);

        let mut excluded = Moments::default();
        for time in &master.recurrence.excluded {
            excluded.add(time, &master.start, floating_zone);
        }
        excluded.sort();
        let mut taken = Moments::default();
        let mut extras = Vec::new();
        for (place, exception) in series.exceptions.iter().enumerate() {
            let Some(original) = exception.recurrence_id else { continue };
            taken.add(&original, &master.start, floating_zone);
            extras.push(of_exception(exception, place, original, master, floating_zone));
        }
        taken.sort();
        add_dates(series, &mut template, &mut taken, &excluded, &mut extras, floating_zone);
        extras.retain(|extra| overlaps(extra, &window));
        extras.sort_by_key(|extra| std::cmp::Reverse((extra.start_utc, extra.original_start)));

        let rule = series.rule();
        let starts = Starts::from(rule.as_ref(), series, first_local, checkpoints);
        Self { starts, template, excluded, taken, ranges, extras, waiting: None, window, first_local, last_local, ended: false }
    }

    /// The next occurrence of the rule in the window that no exception speaks for.
    fn next_of_rule(&mut self) -> Option<Occurrence> {
        while !self.ended {
            let Some(local) = self.starts.next().filter(|local| *local <= self.last_local) else {
                self.ended = true;
                break;
            };
            // A series with COUNT is walked from its start: most of it ends here.
            if local < self.first_local {
                continue;
            }
            let instant = self.template.start_offsets.instant(local);
            let range = self.ranges.iter().rev().find(|range| range.from <= instant);
            if self.excluded.hold(instant, local) || self.taken.hold(instant, local) {
                continue;
            }
            let occurrence = match range {
                None => self.template.occurrence(local, instant),
                Some(range) => self.template.shifted(local, range),
            };
            if overlaps(&occurrence, &self.window) {
                return Some(occurrence);
            }
        }
        None
    }
}

impl Iterator for Occurrences<'_> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        if self.waiting.is_none() {
            self.waiting = self.next_of_rule();
        }
        match (&self.waiting, self.extras.last()) {
            (Some(waiting), Some(extra)) if extra.start_utc < waiting.start_utc => self.extras.pop(),
            (Some(_), _) => self.waiting.take(),
            (None, _) => self.extras.pop(),
        }
    }
}

fn overlaps(occurrence: &Occurrence, window: &Range<i64>) -> bool {
    let (start, end) = (occurrence.start_utc.as_second(), occurrence.end_utc.as_second());
    start < window.end && (end > window.start || start >= window.start)
}

impl Moments {
    /// Adds a time as what it names in a series that starts at `start`: a day names every start on it.
    fn add(&mut self, time: &EventTime, start: &EventTime, floating_zone: &TimeZone) {
        if time.is_all_day() || start.is_all_day() {
            self.days.push(seconds_of(time.local()).div_euclid(DAY));
        } else {
            self.instants.push(instant(time, start, floating_zone));
        }
    }

    fn sort(&mut self) {
        self.instants.sort_unstable();
        self.days.sort_unstable();
    }

    fn hold(&self, instant: i64, local: i64) -> bool {
        (!self.instants.is_empty() && self.instants.binary_search(&instant).is_ok())
            || (!self.days.is_empty() && self.days.binary_search(&local.div_euclid(DAY)).is_ok())
    }
}

/// The instant of a time of a series; a floating one beside a master in a zone is in that zone.
fn instant(time: &EventTime, start: &EventTime, floating_zone: &TimeZone) -> i64 {
    time.to_instant(start.time_zone(floating_zone)).as_second()
}

impl<'a> Template<'a> {
    fn new(master: &Event, floating_zone: &'a TimeZone) -> Self {
        Self {
            start: master.start,
            end: master.end,
            cancelled: master.status == EventStatus::Cancelled,
            length: length(master),
            start_offsets: Offsets::new(master.start.time_zone(floating_zone)),
            end_offsets: Offsets::new(master.end.time_zone(floating_zone)),
        }
    }

    fn occurrence(&mut self, local: i64, instant: i64) -> Occurrence {
        let (end_local, end_instant) = match self.start {
            EventTime::Zoned(..) => (self.end_offsets.local(instant + self.length), instant + self.length),
            EventTime::Date(_) | EventTime::Floating(_) => (local + self.length, self.start_offsets.instant(local + self.length)),
        };
        let start = self.start.with_local(from_seconds(local));
        Occurrence {
            original_start: start,
            start,
            end: self.end.with_local(from_seconds(end_local)),
            start_utc: timestamp(instant),
            end_utc: timestamp(end_instant),
            exception: None,
            cancelled: self.cancelled,
        }
    }

    fn shifted(&mut self, local: i64, range: &RangeShift) -> Occurrence {
        let original_start = self.start.with_local(from_seconds(local));
        let instant = self.start_offsets.instant(local + range.shift);
        let length = std::mem::replace(&mut self.length, range.length);
        let moved = self.occurrence(local + range.shift, instant);
        self.length = length;
        let end = if range.end.zone().is_some() { range.end.with_instant(moved.end_utc, &TimeZone::UTC) } else { moved.end };
        Occurrence { original_start, end, exception: Some(range.exception), cancelled: range.cancelled, ..moved }
    }
}

fn timestamp(second: i64) -> Timestamp {
    Timestamp::from_second(second.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second())).unwrap_or(Timestamp::MAX)
}

/// RFC 5545 §3.8.5.3: each occurrence lasts exactly as long as the first.
fn length(event: &Event) -> i64 {
    let seconds = match event.start {
        EventTime::Zoned(..) => {
            event.end.to_instant(&TimeZone::UTC).as_second().saturating_sub(event.start.to_instant(&TimeZone::UTC).as_second())
        }
        EventTime::Date(_) | EventTime::Floating(_) => seconds_of(event.end.local()) - seconds_of(event.start.local()),
    };
    seconds.max(0)
}

fn of_exception(exception: &Event, place: usize, original: EventTime, master: &Event, floating_zone: &TimeZone) -> Occurrence {
    let alike = original.is_all_day() == master.start.is_all_day();
    let zone = master.start.time_zone(floating_zone);
    let original_start =
        if alike && !original.is_all_day() { master.start.with_instant(original.to_instant(zone), floating_zone) } else { original };
    Occurrence {
        original_start,
        start: exception.start,
        end: exception.end,
        start_utc: exception.start.to_instant(floating_zone),
        end_utc: exception.end.to_instant(floating_zone),
        exception: Some(place),
        cancelled: exception.status == EventStatus::Cancelled || master.status == EventStatus::Cancelled,
    }
}

/// RDATE, and the start of an exception that stands as its own master.
fn add_dates(
    series: &Series,
    template: &mut Template<'_>,
    taken: &mut Moments,
    excluded: &Moments,
    extras: &mut Vec<Occurrence>,
    floating_zone: &TimeZone,
) {
    let master = &series.master;
    if let Some(original) = master.recurrence_id {
        let start = seconds_of(master.start.local());
        let instant = template.start_offsets.instant(start);
        let occurrence = template.occurrence(start, instant);
        extras.push(Occurrence { original_start: original, ..occurrence });
        // The start itself is what `starts` would give: it is spoken for.
        taken.instants.push(instant);
        taken.sort();
        return;
    }
    let mut added = HashSet::new();
    for time in &master.recurrence.added {
        let local = if time.is_all_day() && !master.start.is_all_day() {
            // A day beside a timed series is that day at the series' time.
            seconds_of(time.date().to_datetime(master.start.local().time()))
        } else {
            template.start_offsets.local(instant(time, &master.start, floating_zone))
        };
        let local = if master.start.is_all_day() { seconds_of(time.local()).div_euclid(DAY) * DAY } else { local };
        let instant = template.start_offsets.instant(local);
        if !excluded.hold(instant, local) && !taken.hold(instant, local) && added.insert(instant) {
            extras.push(template.occurrence(local, instant));
        }
    }
    taken.instants.extend(added);
    taken.sort();
}

fn range_shifts(series: &Series, floating_zone: &TimeZone) -> Vec<RangeShift> {
    let mut ranges: Vec<RangeShift> = series
        .exceptions
        .iter()
        .enumerate()
        .filter(|(_, exception)| exception.applies_to_following())
        .filter_map(|(place, exception)| {
            let original = exception.recurrence_id?;
            let from = instant(&original, &series.master.start, floating_zone);
            let zone = series.master.start.time_zone(floating_zone);
            let start = exception.start.to_instant(zone).as_second();
            Some(RangeShift {
                from,
                shift: Offsets::new(zone).local(start) - Offsets::new(zone).local(from),
                exception: place,
                length: length(exception),
                end: exception.end,
                cancelled: exception.status == EventStatus::Cancelled,
            })
        })
        .collect();
    ranges.sort_by_key(|range| range.from);
    ranges
}

impl Event {
    /// Whether it is an exception that holds for all later occurrences too (RANGE=THISANDFUTURE), as some calendars
    /// send it. Rollcall never sends one.
    pub fn applies_to_following(&self) -> bool {
        self.recurrence_id.is_some() && self.own_properties.iter().any(|line| line == RANGE_LINE)
    }
}

/// How the range of an exception is kept among the lines that are not ours.
pub(crate) const RANGE_LINE: &str = "X-ROLLCALL-RANGE:THISANDFUTURE";

/// The wall clock duration between two times of one zone.
pub(crate) fn wall_clock_between(from: &EventTime, to: &EventTime) -> SignedDuration {
    SignedDuration::from_secs(seconds_of(to.local()) - seconds_of(from.local()))
}
