//! A recurrence rule as data.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;

use super::pattern::Pattern;
use super::walk::Walk;
use crate::event::EventTime;
use crate::recurrence::offsets::{from_seconds, seconds_of};
use crate::time::place;
use crate::zone::Zone;

/// An RRULE value (RFC 5545 §3.3.10). Lists are sorted and hold nothing twice; an empty list says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// FREQ.
    pub frequency: Frequency,
    /// INTERVAL, at least 1.
    pub interval: i64,
    /// COUNT or UNTIL.
    pub bound: Bound,
    /// BYMONTH, 1 to 12.
    pub months: Vec<i64>,
    /// BYWEEKNO, 1 to 53 or counted from the end.
    pub week_numbers: Vec<i64>,
    /// BYYEARDAY, 1 to 366 or counted from the end.
    pub year_days: Vec<i64>,
    /// BYMONTHDAY, 1 to 31 or counted from the end.
    pub month_days: Vec<i64>,
    /// BYDAY.
    pub weekdays: Vec<NthWeekday>,
    /// BYHOUR, 0 to 23.
    pub hours: Vec<i64>,
    /// BYMINUTE, 0 to 59.
    pub minutes: Vec<i64>,
    /// BYSECOND, 0 to 59.
    pub seconds: Vec<i64>,
    /// BYSETPOS, 1 to 366 or counted from the end.
    pub positions: Vec<i64>,
    /// WKST.
    pub week_start: Weekday,
}

/// FREQ, from the longest period to the shortest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frequency {
    /// Every year.
    Yearly,
    /// Every month.
    Monthly,
    /// Every week.
    Weekly,
    /// Every day.
    Daily,
    /// Every hour.
    Hourly,
    /// Every minute.
    Minutely,
    /// Every second.
    Secondly,
}

/// A weekday of BYDAY: every one where `nth` is 0, else the nth of its month or year, from the end where negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NthWeekday {
    /// Which one.
    pub nth: i64,
    /// The day.
    pub weekday: Weekday,
}

/// Where a rule ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It does not.
    Never,
    /// After so many occurrences, DTSTART included.
    Count(u32),
    /// With the last occurrence at or before this.
    Until(Until),
}

/// UNTIL in one of its three forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The end of this day.
    Date(Date),
    /// This wall clock time.
    Local(DateTime),
    /// This time in UTC.
    Utc(DateTime),
}

impl Rule {
    /// A rule that only says how often.
    pub fn every(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            bound: Bound::Never,
            months: Vec::new(),
            week_numbers: Vec::new(),
            year_days: Vec::new(),
            month_days: Vec::new(),
            weekdays: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            seconds: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Monday,
        }
    }

    /// The starts that the rule gives from `start` on as wall clock times, `start` first, without end where it has none.
    pub fn local_starts(&self, start: DateTime) -> impl Iterator<Item = DateTime> + use<> {
        let first = seconds_of(start);
        let count = self.count().map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
        let last = self.last_local_second(&EventTime::Floating(start));
        let walk = Walk::new(Pattern::new(self, start), last);
        std::iter::once(first).chain(walk.filter(move |second| *second > first)).take(count).map(from_seconds)
    }

    /// The last start at or before `second` of the wall clock in a series that starts at `start`.
    pub(crate) fn last_start_by(&self, start: DateTime, second: i64) -> Option<i64> {
        let first = seconds_of(start);
        if first > second {
            return None;
        }
        if self.count().is_some() {
            return self.local_starts(start).map(seconds_of).take_while(|start| *start <= second).last();
        }
        let mut walk = Walk::new(Pattern::new(self, start), self.last_local_second(&EventTime::Floating(start)));
        Some(walk.last_before(second).unwrap_or(first))
    }

    /// COUNT.
    pub fn count(&self) -> Option<u32> {
        match self.bound {
            Bound::Count(count) => Some(count),
            Bound::Never | Bound::Until(_) => None,
        }
    }

    /// The last wall clock time that UNTIL admits for a series that starts at `start`, as seconds of the wall clock.
    pub(crate) fn last_local_second(&self, start: &EventTime) -> i64 {
        let Bound::Until(until) = self.bound else { return i64::MAX };
        let end_of = |date: Date| date.to_datetime(Time::constant(23, 59, 59, 0));
        seconds_of(match (until, start) {
            (Until::Date(date), _) => end_of(date),
            (Until::Local(local) | Until::Utc(local), EventTime::Date(_)) => end_of(local.date()),
            (Until::Local(local), _) | (Until::Utc(local), EventTime::Floating(_)) => local,
            (Until::Utc(utc), EventTime::Zoned(_, zone)) => zone.time_zone().to_datetime(place(utc, &TimeZone::UTC)),
        })
    }

    /// Puts UNTIL into the form that RFC 5545 asks for beside such a DTSTART: a date beside a date, UTC beside a time
    /// in a zone, else local.
    #[must_use]
    pub fn for_start(mut self, start: &EventTime) -> Self {
        if matches!(self.bound, Bound::Until(_)) {
            let last = from_seconds(self.last_local_second(start));
            self.bound = Bound::Until(Until::at(last, start));
        }
        self
    }
}

impl Until {
    /// The UNTIL that admits `last` and nothing later in a series that starts at `start`.
    pub fn at(last: DateTime, start: &EventTime) -> Self {
        match *start {
            EventTime::Date(_) => Self::Date(last.date()),
            EventTime::Floating(_) => Self::Local(last),
            EventTime::Zoned(_, zone) if zone == Zone::utc() => Self::Utc(last),
            EventTime::Zoned(_, zone) => Self::Utc(TimeZone::UTC.to_datetime(place(last, zone.time_zone()))),
        }
    }
}
