//! A VTIMEZONE of a file, for zones that only the file knows (RFC 5545 §3.6.5).

use jiff::civil::{DateTime, date};

use super::lines::Line;
use super::property::Property;
use crate::event::EventTime;
use crate::recurrence::offsets::{from_seconds, seconds_of};
use crate::recurrence::{Bound, Rule, Until};
use crate::zone::Zone;

/// A zone as a file describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ForeignZone {
    pub(super) tzid: String,
    /// X-LIC-LOCATION: an IANA name that some calendars add.
    location: String,
    observances: Vec<Observance>,
}

/// A STANDARD or DAYLIGHT: from when on which offset holds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Observance {
    start: DateTime,
    rule: Option<Rule>,
    dates: Vec<i64>,
    offset_before: i64,
    offset: i64,
}

/// Lists of dates longer than this are not from a calendar.
const MOST_DATES: usize = 2000;

impl ForeignZone {
    /// Reads the lines between BEGIN:VTIMEZONE and its end.
    pub(super) fn read(lines: &[Line<'_>]) -> Option<Self> {
        let mut zone = Self { tzid: String::new(), location: String::new(), observances: Vec::new() };
        let mut open: Option<Observance> = None;
        for line in lines {
            let Some(property) = Property::parse(&line.text) else { continue };
            let value = property.plain();
            match (property.name.as_ref(), &mut open) {
                ("BEGIN", _) => open = Some(Observance::empty()),
                ("END", _) => zone.observances.extend(open.take()),
                ("TZID", None) => value.clone_into(&mut zone.tzid),
                ("X-LIC-LOCATION", None) => value.clone_into(&mut zone.location),
                (_, Some(observance)) => observance.take(&property),
                _ => {}
            }
        }
        zone.observances.extend(open);
        (!zone.tzid.is_empty() && !zone.observances.is_empty()).then_some(zone)
    }

    /// An IANA zone with the same offsets in the two years around a wall clock time. Zones that many people live in are
    /// tried first.
    pub(super) fn equal(&self, around: DateTime) -> Option<Zone> {
        const POPULOUS: [&str; 28] = [
            "America/New_York",
            "America/Chicago",
            "America/Denver",
            "America/Phoenix",
            "America/Los_Angeles",
            "America/Anchorage",
            "Pacific/Honolulu",
            "America/Halifax",
            "America/St_Johns",
            "America/Sao_Paulo",
            "America/Argentina/Buenos_Aires",
            "Europe/London",
            "Europe/Berlin",
            "Europe/Helsinki",
            "Europe/Istanbul",
            "Europe/Moscow",
            "Asia/Dubai",
            "Asia/Karachi",
            "Asia/Kolkata",
            "Asia/Bangkok",
            "Asia/Shanghai",
            "Asia/Tokyo",
            "Australia/Brisbane",
            "Australia/Sydney",
            "Australia/Adelaide",
            "Australia/Darwin",
            "Australia/Perth",
            "Pacific/Auckland",
        ];
        let samples: Vec<(i64, i64)> = sample_times(around).map(|local| (local, self.offset_at(local))).collect();
        let same = |zone: &Zone| samples.iter().all(|(local, offset)| offset_of(*zone, *local) == *offset);
        let named = Zone::parse(&self.location).or_else(|| Zone::parse(&self.tzid)).filter(same);
        named.or_else(|| POPULOUS.iter().filter_map(|name| Zone::parse(name)).chain(Zone::all()).find(same))
    }

    /// The offset from UTC in seconds at a wall clock time.
    pub(super) fn offset_at(&self, local: i64) -> i64 {
        let latest = self.observances.iter().filter_map(|observance| Some((observance.last_onset(local)?, observance.offset))).max();
        let before_all = || self.observances.iter().min_by_key(|observance| observance.start).map_or(0, |first| first.offset_before);
        latest.map_or_else(before_all, |(_, offset)| offset)
    }
}

/// Noon on two days of each month, from a year before to a year after.
fn sample_times(around: DateTime) -> impl Iterator<Item = i64> {
    let first_year = around.year().clamp(1, 9997) - 1;
    (0..3).flat_map(move |year| {
        (1..=12).flat_map(move |month| {
            [1, 15].map(|day| seconds_of(jiff::civil::Date::new(first_year + year, month, day).unwrap_or(date(1970, 1, 1)).at(12, 0, 0, 0)))
        })
    })
}

fn offset_of(zone: Zone, local: i64) -> i64 {
    let instant = crate::time::place(from_seconds(local), zone.time_zone());
    i64::from(zone.time_zone().to_offset(instant).seconds())
}

impl Observance {
    fn empty() -> Self {
        Self { start: date(1601, 1, 1).at(0, 0, 0, 0), rule: None, dates: Vec::new(), offset_before: 0, offset: 0 }
    }

    fn take(&mut self, property: &Property<'_>) {
        let value = property.plain();
        match property.name.as_ref() {
            "DTSTART" => self.start = EventTime::parse_value(value, None).map_or(self.start, |time| time.local()),
            "TZOFFSETFROM" => self.offset_before = parse_offset(value).unwrap_or(self.offset_before),
            "TZOFFSETTO" => self.offset = parse_offset(value).unwrap_or(self.offset),
            "RRULE" => self.rule = Rule::parse(value).ok().map(|(rule, _)| rule),
            "RDATE" => {
                let room = MOST_DATES.saturating_sub(self.dates.len());
                let dates = value.split(',').take(room).filter_map(|value| EventTime::parse_value(value.split('/').next()?, None));
                self.dates.extend(dates.map(|time| seconds_of(time.local())));
            }
            _ => {}
        }
    }

    /// When it last came into force by a wall clock time.
    fn last_onset(&self, local: i64) -> Option<i64> {
        let by_rule = match &self.rule {
            Some(rule) => self.with_local_until(rule).last_start_by(self.start, local),
            None => Some(seconds_of(self.start)).filter(|start| *start <= local),
        };
        let by_date = self.dates.iter().copied().filter(|start| *start <= local).max();
        by_rule.max(by_date)
    }

    /// UNTIL of an observance is in UTC, its starts are in the offset before it.
    fn with_local_until(&self, rule: &Rule) -> Rule {
        let mut rule = rule.clone();
        if let Bound::Until(Until::Utc(utc)) = rule.bound {
            rule.bound = Bound::Until(Until::Local(from_seconds(seconds_of(utc) + self.offset_before)));
        }
        rule
    }
}

/// `-0600`, `+013000`, `+01:00`, in seconds.
fn parse_offset(value: &str) -> Option<i64> {
    let sign = if value.starts_with('-') { -1 } else { 1 };
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let number = |from: usize| digits.get(from..from + 2).map_or(Some(0), |part| part.parse::<i64>().ok());
    let seconds = digits.get(..2)?.parse::<i64>().ok()? * 3600 + number(2)? * 60 + number(4)?;
    (seconds <= 26 * 3600).then_some(sign * seconds)
}
