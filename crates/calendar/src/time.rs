//! What an [`EventTime`] means, and its written forms.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::event::EventTime;
use crate::zone::Zone;

impl EventTime {
    /// The day it falls on where it takes place.
    pub fn date(&self) -> Date {
        self.local().date()
    }

    /// The wall clock where it takes place; midnight for a whole day.
    pub fn local(&self) -> DateTime {
        match *self {
            Self::Date(date) => date.to_datetime(Time::midnight()),
            Self::Floating(local) | Self::Zoned(local, _) => local,
        }
    }

    /// Whether it is a whole day.
    pub fn is_all_day(&self) -> bool {
        matches!(self, Self::Date(_))
    }

    /// Its own zone; a whole day and a floating time have none.
    pub fn zone(&self) -> Option<Zone> {
        match *self {
            Self::Zoned(_, zone) => Some(zone),
            Self::Date(_) | Self::Floating(_) => None,
        }
    }

    /// The zone that its wall clock is read in.
    pub fn time_zone<'a>(&self, floating_zone: &'a TimeZone) -> &'a TimeZone {
        match self.zone() {
            Some(zone) => zone.time_zone(),
            None => floating_zone,
        }
    }

    /// The instant it stands for. A wall clock time that does not exist takes the offset before the gap, and one that
    /// exists twice is the first (RFC 5545 §3.3.5). Days and floating times are read in `floating_zone`.
    pub fn to_instant(&self, floating_zone: &TimeZone) -> Timestamp {
        place(self.local(), self.time_zone(floating_zone))
    }

    /// The same form and zone at another wall clock time.
    #[must_use]
    pub fn with_local(&self, local: DateTime) -> Self {
        match *self {
            Self::Date(_) => Self::Date(local.date()),
            Self::Floating(_) => Self::Floating(local),
            Self::Zoned(_, zone) => Self::Zoned(local, zone),
        }
    }

    /// `instant` in the form and zone of `self`.
    #[must_use]
    pub fn with_instant(&self, instant: Timestamp, floating_zone: &TimeZone) -> Self {
        self.with_local(self.time_zone(floating_zone).to_datetime(instant))
    }

    /// The same time later by `duration` of the wall clock, or earlier where it is negative.
    #[must_use]
    pub fn moved_by(&self, duration: SignedDuration) -> Self {
        self.with_local(self.local().saturating_add(duration))
    }

    /// The value as iCalendar writes it: `20270314`, `20270314T130000`, and with a `Z` where the zone is UTC.
    pub fn value(&self) -> String {
        use std::fmt::Write as _;
        let local = self.local();
        let mut value = String::with_capacity(16);
        // Writing to a string cannot fail.
        let _ = write!(value, "{:04}{:02}{:02}", local.year(), local.month(), local.day());
        if !self.is_all_day() {
            let _ = write!(value, "T{:02}{:02}{:02}", local.hour(), local.minute(), local.second());
        }
        if self.zone().is_some_and(Zone::is_utc) {
            value.push('Z');
        }
        value
    }

    /// Reads a value as iCalendar writes it. A time without `Z` is in `zone`, or floating where there is none.
    pub fn parse_value(value: &str, zone: Option<Zone>) -> Option<Self> {
        let value = value.trim();
        let (value, zone) = match value.strip_suffix(['Z', 'z']) {
            Some(local) => (local, Some(Zone::utc())),
            None => (value, zone),
        };
        let (date, time) = value.split_once(['T', 't', ' ']).map_or((value, None), |(date, time)| (date, Some(time)));
        let date = parse_date(date)?;
        let Some(time) = time else { return Some(Self::Date(date)) };
        let (time, offset) = match time.find(['+', '-']).and_then(|at| time.split_at_checked(at)) {
            Some((time, offset)) => (time, Some(Zone::parse(offset)?)),
            None => (time, None),
        };
        let local = parse_time(date, time)?;
        Some(match offset.or(zone) {
            Some(zone) => Self::Zoned(local, zone),
            None => Self::Floating(local),
        })
    }

    /// The wall clock as ISO 8601 writes it, without a zone: `2027-03-14T13:00:00`, or `2027-03-14` for a whole day.
    pub fn iso_local(&self) -> String {
        match self {
            Self::Date(date) => date.to_string(),
            Self::Floating(local) | Self::Zoned(local, _) => local.to_string(),
        }
    }

    /// Reads what [`EventTime::iso_local`] writes, in `zone`.
    pub fn parse_iso_local(text: &str, zone: Option<Zone>) -> Option<Self> {
        if let Ok(date) = text.parse::<Date>()
            && !text.contains(['T', ' '])
        {
            return Some(Self::Date(date));
        }
        let local = text.parse::<DateTime>().ok()?;
        Some(zone.map_or(Self::Floating(local), |zone| Self::Zoned(local, zone)))
    }
}

/// The instant of a wall clock time in a zone, by the rule of RFC 5545 §3.3.5 for gaps and overlaps.
pub(crate) fn place(local: DateTime, time_zone: &TimeZone) -> Timestamp {
    time_zone.to_ambiguous_timestamp(local).compatible().unwrap_or(if local.year() > 0 { Timestamp::MAX } else { Timestamp::MIN })
}

/// Eight digits, or with hyphens as ISO 8601 has them.
fn parse_date(text: &str) -> Option<Date> {
    let number = |from: usize, to: usize| -> Option<i16> { digits(text.get(from..to)?) };
    let (year, month, day) = match text.len() {
        8 => (number(0, 4)?, number(4, 6)?, number(6, 8)?),
        10 if text.get(4..5) == Some("-") && text.get(7..8) == Some("-") => (number(0, 4)?, number(5, 7)?, number(8, 10)?),
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `HHMMSS`, `HHMM` or with colons. `240000` is the next midnight, and a leap second is the second before it.
fn parse_time(date: Date, text: &str) -> Option<DateTime> {
    let text = text.split(['.', ',']).next()?.trim();
    let number = |from: usize| -> Option<i8> { i8::try_from(digits(text.get(from..from + 2)?)?).ok() };
    let (hour, minute, second) = match text.len() {
        8 => (number(0)?, number(3)?, number(6)?),
        6 => (number(0)?, number(2)?, number(4)?),
        5 => (number(0)?, number(3)?, 0),
        4 => (number(0)?, number(2)?, 0),
        2 => (number(0)?, 0, 0),
        _ => return None,
    };
    if (hour, minute, second) == (24, 0, 0) {
        return Some(date.tomorrow().ok()?.to_datetime(Time::midnight()));
    }
    Some(date.to_datetime(Time::new(hour, minute, if second == 60 { 59 } else { second }, 0).ok()?))
}

fn digits(text: &str) -> Option<i16> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;
