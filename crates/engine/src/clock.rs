//! The one place that reads the time.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use mail::port::Practice;

/// Tells the time, and where it is told. `now` is an argument everywhere below.
pub trait Clock: Send + Sync {
    /// This instant.
    fn now(&self) -> Timestamp;

    /// IANA name of the zone that the organizer lives in.
    fn zone(&self) -> String;
}

/// A moment as the organizer's clock shows it, with the day where it is not today.
pub(crate) fn words(clock: &dyn Clock, at: Timestamp) -> String {
    let zone = TimeZone::get(&clock.zone()).unwrap_or(TimeZone::UTC);
    let (at, now) = (at.to_zoned(zone.clone()), clock.now().to_zoned(zone));
    let form = if at.date() == now.date() { "%H:%M" } else { "%H:%M on %-d %B" };
    at.strftime(form).to_string()
}

/// The computer's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn zone(&self) -> String {
        TimeZone::system().iana_name().unwrap_or("UTC").to_owned()
    }
}

/// The clock of a practice world: ahead of the computer's by as much as was let pass.
pub struct PracticeClock(pub Arc<dyn Practice>);

impl Clock for PracticeClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn zone(&self) -> String {
        SystemClock.zone()
    }
}
