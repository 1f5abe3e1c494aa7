//! Times as they are typed and shown.

use calendar::{EventTime, Zone};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::error::{Code, Failure};

/// An instant as it was typed: RFC 3339, or a wall clock time or a day (its beginning) in `zone`.
///
/// # Errors
/// `InvalidInput` that names the field.
pub fn parse_instant(field: &str, text: &str, zone: &str) -> Result<Timestamp, Failure> {
    let text = text.trim();
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let time_zone = time_zone(zone);
    let local = text.parse::<DateTime>().ok().or_else(|| text.parse::<Date>().ok().map(Date::into));
    local.map(|local| EventTime::Floating(local).to_instant(&time_zone)).ok_or_else(|| {
        Failure::new(
            Code::InvalidInput,
            format!("“{text}” is no time for {field}: write it like 2027-03-14T13:00:00Z, 2027-03-14T13:00:00-05:00 or 2027-03-14."),
        )
        .with("field", field)
    })
}

/// A wall clock time with the offset that its instant gives it; a whole day stays a day.
pub(super) fn rfc3339(local: &str, instant: i64) -> String {
    let Ok(civil) = local.parse::<DateTime>() else { return local.to_owned() };
    if !local.contains('T') {
        return local.to_owned();
    }
    let wall = TimeZone::UTC.to_timestamp(civil).map_or(instant, Timestamp::as_millisecond);
    let offset = wall.saturating_sub(instant) / 60_000;
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.unsigned_abs();
    format!("{local}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// A time of an event in RFC 3339, or its day.
pub(super) fn shown(time: &EventTime, zone: &str) -> String {
    let floating = time_zone(zone);
    let instant = time.to_instant(&floating);
    rfc3339(&time.with_instant(instant, &floating).iso_local(), instant.as_millisecond())
}

/// The day of an instant in a zone.
pub(super) fn day_in(at: Timestamp, zone: &str) -> String {
    time_zone(zone).to_datetime(at).date().to_string()
}

/// The rules of a zone; those of UTC where the name is unknown.
pub(super) fn time_zone(name: &str) -> TimeZone {
    Zone::parse(name).map_or(TimeZone::UTC, |zone| zone.time_zone().clone())
}

/// The instant, or the end of time that lies in that direction.
pub(super) fn moved(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wall_clock_time_shows_its_offset() {
        let at: Timestamp = "2027-03-14T18:00:00Z".parse().expect("an instant");
        assert_eq!(rfc3339("2027-03-14T13:00:00", at.as_millisecond()), "2027-03-14T13:00:00-05:00", "Chicago is five hours behind");
        assert_eq!(rfc3339("2027-03-14T23:45:00", at.as_millisecond()), "2027-03-14T23:45:00+05:45", "Kathmandu is ahead by 5:45");
        assert_eq!(rfc3339("2027-03-14", at.as_millisecond()), "2027-03-14", "a whole day has no offset");
    }

    #[test]
    fn a_typed_time_is_read_in_the_zone_where_it_names_none() {
        let expected: Timestamp = "2027-03-14T18:00:00Z".parse().expect("an instant");
        for text in ["2027-03-14T18:00:00Z", "2027-03-14T13:00:00-05:00", "2027-03-14T13:00:00", "2027-03-14T13:00"] {
            assert_eq!(parse_instant("from", text, "America/Chicago").ok(), Some(expected), "{text} is the same instant");
        }
        assert!(parse_instant("from", "tomorrow", "UTC").is_err(), "words are no time");
    }
}
