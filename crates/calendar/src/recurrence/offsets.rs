//! Wall clock to instant and back, many times over in one zone.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::time::place;

/// Seconds of the wall clock since 1 January 1970.
pub(crate) fn seconds_of(local: DateTime) -> i64 {
    Offset::UTC.to_timestamp(local).unwrap_or(Timestamp::MAX).as_second()
}

/// The wall clock time at `seconds` of the wall clock.
pub(crate) fn from_seconds(seconds: i64) -> DateTime {
    let bounded = seconds.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    Offset::UTC.to_datetime(Timestamp::from_second(bounded).unwrap_or(Timestamp::MAX))
}

/// No zone has moved its clocks by more than this.
const LARGEST_SHIFT: i64 = 26 * 3600;

/// A zone that remembers the stretch of one offset it was last asked about: an occurrence a week later mostly lies in it.
#[derive(Clone)]
pub(crate) struct Offsets<'a> {
    time_zone: &'a TimeZone,
    from: i64,
    to: i64,
    offset: i64,
    /// The wall clock time that was last asked about outside the stretch.
    missed: i64,
}

/// Within this time a second question is likely to be about the same stretch: it is worth finding its ends.
const NEAR: i64 = 45 * 86_400;

impl<'a> Offsets<'a> {
    pub(crate) fn new(time_zone: &'a TimeZone) -> Self {
        Self { time_zone, from: 0, to: 0, offset: 0, missed: i64::MIN }
    }

    /// The instant of a wall clock time, both in seconds.
    pub(crate) fn instant(&mut self, local: i64) -> i64 {
        let instant = local - self.offset;
        if self.from.saturating_add(LARGEST_SHIFT) <= instant && instant < self.to.saturating_sub(LARGEST_SHIFT) {
            return instant;
        }
        let instant = place(from_seconds(local), self.time_zone);
        self.miss(local, instant);
        instant.as_second()
    }

    /// The wall clock time of an instant, both in seconds.
    pub(crate) fn local(&mut self, instant: i64) -> i64 {
        if (self.from..self.to).contains(&instant) {
            return instant + self.offset;
        }
        let bounded = instant.clamp(Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        let timestamp = Timestamp::from_second(bounded).unwrap_or(Timestamp::MAX);
        let local = instant + i64::from(self.time_zone.to_offset(timestamp).seconds());
        self.miss(local, timestamp);
        local
    }

    fn miss(&mut self, local: i64, instant: Timestamp) {
        if local.abs_diff(self.missed) < NEAR.unsigned_abs() {
            self.enter(instant);
        }
        self.missed = local;
    }

    fn enter(&mut self, instant: Timestamp) {
        if (self.from..self.to).contains(&instant.as_second()) {
            return;
        }
        let just_after = instant.checked_add(SignedDuration::from_nanos(1)).unwrap_or(instant);
        self.from = self.time_zone.preceding(just_after).next().map_or(i64::MIN, |change| change.timestamp().as_second());
        self.to = self.time_zone.following(instant).next().map_or(i64::MAX, |change| change.timestamp().as_second());
        self.offset = i64::from(self.time_zone.to_offset(instant).seconds());
    }
}
