//! The hours of the day in which messages may leave.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// From one time of the day to another; over midnight where the second comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hours {
    from: Time,
    to: Time,
}

impl Hours {
    /// Reads `08:00-20:00`; nothing where it is empty.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, String> {
        if text.trim().is_empty() {
            return Ok(None);
        }
        let wrong = || format!("“{text}” are no sending hours. Write them like 08:00-20:00.");
        let (from, to) = text.split_once('-').ok_or_else(wrong)?;
        let time = |text: &str| Time::strptime("%H:%M", text.trim()).map_err(|_| wrong());
        let hours = Self { from: time(from)?, to: time(to)? };
        if hours.from == hours.to { Err(wrong()) } else { Ok(Some(hours)) }
    }

    /// When they begin next in a zone; none where it is within them now.
    pub(crate) fn closed_until(self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = now.to_zoned(zone.clone()).datetime();
        let time = local.time();
        let open = if self.from < self.to { self.from <= time && time < self.to } else { self.from <= time || time < self.to };
        if open {
            return None;
        }
        let day = if time < self.from { local.date() } else { local.date().checked_add(1.day()).ok()? };
        zone.to_zoned(DateTime::from_parts(day, self.from)).ok().map(|at| at.timestamp())
    }
}

impl std::fmt::Display for Hours {
    fn fmt(&self, form: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(form, "{} to {}", self.from.strftime("%H:%M"), self.to.strftime("%H:%M"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(hours: &str, now: &str, zone: &str) -> Option<String> {
        let hours = Hours::parse(hours).expect("hours").expect("some");
        let zone = TimeZone::get(zone).expect("a zone");
        hours.closed_until(now.parse().expect("a moment"), &zone).map(|at| at.to_string())
    }

    #[test]
    fn outside_the_hours_they_begin_in_the_morning_of_the_zone() {
        assert_eq!(until("08:00-20:00", "2027-03-10T12:00:00Z", "Europe/Berlin"), None, "noon is inside");
        assert_eq!(
            until("08:00-20:00", "2027-03-10T19:00:00Z", "Europe/Berlin").as_deref(),
            Some("2027-03-11T07:00:00Z"),
            "20:00 is outside"
        );
        assert_eq!(
            until("08:00-20:00", "2027-03-10T12:00:00Z", "America/Los_Angeles").as_deref(),
            Some("2027-03-10T16:00:00Z"),
            "their own morning"
        );
        assert_eq!(until("22:00-06:00", "2027-03-10T23:30:00Z", "UTC"), None, "hours may go over midnight");
        assert_eq!(until("02:30-05:00", "2027-03-14T08:00:00Z", "America/Chicago").as_deref(), None, "03:00 after the gap is inside");
        assert_eq!(
            until("02:30-05:00", "2027-03-14T06:00:00Z", "America/Chicago").as_deref(),
            Some("2027-03-14T08:30:00Z"),
            "02:30 does not exist that night"
        );
    }

    #[test]
    fn what_are_no_hours_is_said() {
        for text in ["8-20", "08:00", "25:00-26:00", "08:00-08:00"] {
            assert!(Hours::parse(text).is_err_and(|sentence| sentence.contains(text)), "{text} is named");
        }
        assert_eq!(Hours::parse(" "), Ok(None), "nothing is no limit");
    }
}
