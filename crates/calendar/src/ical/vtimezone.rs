//! VTIMEZONE components, made from the rules of the zones themselves (RFC 5545 §3.6.5).

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::{Dst, TimeZone};
use jiff::{SignedDuration, Timestamp};

use super::writer::Writer;
use crate::event::{Event, EventTime};
use crate::recurrence::{Bound, Frequency, NthWeekday, Rule, Until};
use crate::zone::Zone;

/// What part of a zone's history the events need.
#[derive(Clone, Copy)]
struct Span {
    first: Timestamp,
    /// `None` where a series has no end.
    last: Option<Timestamp>,
}

/// A change of the clocks.
struct Onset {
    instant: Timestamp,
    local: DateTime,
    kind: Kind,
}

/// What a change does. Two alike can be one observance.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    daylight: bool,
    offset_before: i32,
    offset: i32,
    name: String,
}

/// Changes of one kind: one each year by a rule, or by their dates.
struct Observance {
    kind: Kind,
    onsets: Vec<(Timestamp, DateTime)>,
    rule: Option<NthWeekday>,
    /// Whether the rule still holds at the end of what was looked at.
    goes_on: bool,
}

/// A rule is told from its dates over at least so many years.
const YEARS_TO_TELL: i16 = 12;
/// A series without end is served at least up to this year.
const HORIZON: i16 = 2045;

/// The VTIMEZONE components of every zone that the events use, folded and ended; empty where all is UTC or floating.
pub fn vtimezones<'a>(events: impl IntoIterator<Item = &'a Event>) -> String {
    let mut spans: BTreeMap<Zone, Span> = BTreeMap::new();
    for event in events {
        let endless = event.recurrence.rule.as_deref().and_then(|rule| Rule::parse(rule).ok()).map(|(rule, _)| rule.bound);
        let until = match endless {
            Some(Bound::Never | Bound::Count(_)) => None,
            Some(Bound::Until(Until::Date(date))) => Some(EventTime::Date(date).to_instant(&TimeZone::UTC)),
            Some(Bound::Until(Until::Local(time) | Until::Utc(time))) => {
                Some(EventTime::Zoned(time, Zone::utc()).to_instant(&TimeZone::UTC))
            }
            None => Some(Timestamp::MIN),
        };
        let lists = event.recurrence.excluded.iter().chain(&event.recurrence.added);
        for time in [&event.start, &event.end].into_iter().chain(&event.recurrence_id).chain(lists) {
            let Some(zone) = time.zone().filter(|zone| !zone.is_utc()) else { continue };
            let instant = time.to_instant(&TimeZone::UTC);
            let last = until.map(|until| until.max(instant));
            let span = spans.entry(zone).or_insert(Span { first: instant, last });
            span.first = span.first.min(instant);
            span.last = span.last.zip(last).map(|(known, last)| known.max(last));
        }
    }
    let mut writer = Writer::new();
    for (zone, span) in spans {
        write_zone(&mut writer, zone, span);
    }
    writer.finish()
}

fn write_zone(writer: &mut Writer, zone: Zone, span: Span) {
    writer.begin("VTIMEZONE");
    writer.property("TZID", &[], zone.as_str());
    for observance in observances(zone.time_zone(), span) {
        write_observance(writer, &observance);
    }
    writer.end("VTIMEZONE");
}

fn observances(time_zone: &TimeZone, span: Span) -> Vec<Observance> {
    let first_year = time_zone.to_datetime(span.first).year();
    let last_year = span.last.map_or(HORIZON, |last| time_zone.to_datetime(last).year().saturating_add(1));
    let horizon = last_year.max(first_year.saturating_add(YEARS_TO_TELL)).min(9998);
    // Two changes before the first time: so both offsets of a zone with summer time are described.
    let mut before: Vec<Timestamp> = time_zone.preceding(span.first).take(2).map(|change| change.timestamp()).collect();
    before.reverse();
    let from = before.first().map_or(span.first, |first| first.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(*first));
    let onsets: Vec<Onset> = time_zone
        .following(from)
        .map(|change| onset(time_zone, change.timestamp(), change.abbreviation(), change.dst()))
        .take_while(|onset| onset.local.year() <= horizon)
        .collect();
    let mut observances = Vec::new();
    if onsets.first().is_none_or(|first| first.instant > span.first) {
        observances.push(base(time_zone, span.first));
    }
    let mut by_date: BTreeMap<Kind, Observance> = BTreeMap::new();
    for run in runs(onsets, horizon) {
        if run.rule.is_some() && run.onsets.len() > 1 {
            observances.push(run);
            continue;
        }
        // Single changes beyond what the events need say nothing.
        let needed = run.onsets.iter().all(|(instant, _)| {
            span.last.is_none_or(|last| *instant <= last.saturating_add(SignedDuration::from_hours(24 * 366)).unwrap_or(last))
        });
        if needed {
            by_date
                .entry(run.kind.clone())
                .or_insert_with(|| Observance { kind: run.kind, onsets: Vec::new(), rule: None, goes_on: false })
                .onsets
                .extend(run.onsets);
        }
    }
    observances.extend(by_date.into_values());
    observances.sort_by_key(|observance| observance.onsets.first().map(|(instant, _)| *instant));
    observances
}

fn onset(time_zone: &TimeZone, instant: Timestamp, name: &str, dst: Dst) -> Onset {
    let just_before = instant.saturating_sub(SignedDuration::from_secs(1)).unwrap_or(instant);
    let offset_before = time_zone.to_offset(just_before);
    let kind = Kind {
        daylight: dst.is_dst(),
        offset_before: offset_before.seconds(),
        offset: time_zone.to_offset(instant).seconds(),
        name: name.to_owned(),
    };
    Onset { instant, local: offset_before.to_datetime(instant), kind }
}

/// The offset that holds before any change that is described.
fn base(time_zone: &TimeZone, first: Timestamp) -> Observance {
    let info = time_zone.to_offset_info(first);
    let offset = info.offset().seconds();
    let year = if first >= Timestamp::UNIX_EPOCH { 1970 } else { 1601 };
    let local = jiff::civil::Date::new(year, 1, 1).unwrap_or(jiff::civil::Date::ZERO).at(0, 0, 0, 0);
    let kind = Kind { daylight: false, offset_before: offset, offset, name: info.abbreviation().to_owned() };
    Observance { kind, onsets: vec![(Timestamp::MIN, local)], rule: None, goes_on: false }
}

/// Changes of one kind in successive years on the same weekday of the same month at the same time.
struct Run {
    observance: Observance,
    from_start: Option<i64>,
    from_end: Option<i64>,
}

fn runs(onsets: Vec<Onset>, horizon: i16) -> Vec<Observance> {
    let mut open: Vec<Run> = Vec::new();
    let mut closed = Vec::new();
    for onset in onsets {
        let (from_start, from_end) = places_in_month(onset.local);
        let continued = open.iter_mut().find_map(|run| {
            let (_, last) = run.observance.onsets.last()?;
            let alike = run.observance.kind == onset.kind
                && last.year() + 1 == onset.local.year()
                && last.month() == onset.local.month()
                && last.weekday() == onset.local.weekday()
                && last.time() == onset.local.time();
            let (start, end) =
                (run.from_start.filter(|place| Some(*place) == from_start), run.from_end.filter(|place| Some(*place) == from_end));
            (alike && (start.is_some() || end.is_some())).then_some((run, start, end))
        });
        if let Some((run, start, end)) = continued {
            run.observance.onsets.push((onset.instant, onset.local));
            (run.from_start, run.from_end) = (start, end);
            continue;
        }
        let observance = Observance { kind: onset.kind, onsets: vec![(onset.instant, onset.local)], rule: None, goes_on: false };
        open.push(Run { observance, from_start, from_end });
        // A run that missed a year is over.
        let ended = |run: &mut Run| run.observance.onsets.last().is_some_and(|(_, last)| last.year() + 1 < onset.local.year());
        closed.extend(open.extract_if(.., ended));
    }
    closed.extend(open);
    closed
        .into_iter()
        .map(|Run { mut observance, from_start, from_end }| {
            if let Some((_, last)) = observance.onsets.last() {
                observance.goes_on = last.year() == horizon;
                let nth = from_start.or(from_end);
                observance.rule = nth.map(|nth| NthWeekday { nth, weekday: last.weekday() });
            }
            observance
        })
        .collect()
}

/// Which of its weekday a day is in its month, from the start and from the end.
fn places_in_month(local: DateTime) -> (Option<i64>, Option<i64>) {
    let day = i64::from(local.day());
    let from_start = (day - 1) / 7 + 1;
    let from_end = -((i64::from(local.days_in_month()) - day) / 7 + 1);
    // A fifth weekday is not in every month: only "the last" can repeat.
    (Some(from_start).filter(|place| *place < 5), Some(from_end).filter(|place| *place > -5))
}

fn write_observance(writer: &mut Writer, observance: &Observance) {
    let Some((_, start)) = observance.onsets.first() else { return };
    let component = if observance.kind.daylight { "DAYLIGHT" } else { "STANDARD" };
    writer.begin(component);
    writer.event_time("DTSTART", &EventTime::Floating(*start));
    writer.property("TZOFFSETFROM", &[], &offset_value(observance.kind.offset_before));
    writer.property("TZOFFSETTO", &[], &offset_value(observance.kind.offset));
    match (&observance.rule, observance.onsets.last()) {
        (Some(day), Some((last, _))) if observance.onsets.len() > 1 => {
            let mut rule = Rule::every(Frequency::Yearly);
            rule.months.push(i64::from(start.month()));
            rule.weekdays.push(*day);
            if !observance.goes_on {
                // A day of grace: some readers take this for a wall clock time, and would lose the last change of the clocks.
                let until = last.saturating_add(SignedDuration::from_hours(24)).unwrap_or(*last);
                rule.bound = Bound::Until(Until::Utc(TimeZone::UTC.to_datetime(until)));
            }
            writer.property("RRULE", &[], &rule.to_string());
        }
        _ => {
            for (_, local) in observance.onsets.iter().skip(1) {
                writer.event_time("RDATE", &EventTime::Floating(*local));
            }
        }
    }
    if !observance.kind.name.is_empty() {
        writer.text("TZNAME", &observance.kind.name);
    }
    writer.end(component);
}

/// `-0600`, and with seconds where a zone of old has them.
fn offset_value(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let total = seconds.abs();
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60);
    if rest == 0 { format!("{sign}{hours:02}{minutes:02}") } else { format!("{sign}{hours:02}{minutes:02}{rest:02}") }
}
