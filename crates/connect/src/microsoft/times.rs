//! Times of Graph (`dateTimeTimeZone`) and of iCalendar.
//!
//! Times are asked for in UTC, which names each instant once; the zone that was set stands beside them (`originalStartTimeZone`), and puts the wall
//! clock back. A custom zone of old Outlook (`tzone://Microsoft/Custom`) names no rules that Graph would tell: its times stay in UTC.

use calendar::{EventTime, Zone};
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// Reads a start or an end, in the zone that was set for it.
pub(super) fn read(json: Option<&Value>, zone: Option<&str>, is_all_day: bool) -> Option<EventTime> {
    let json = json?;
    let local = whole_seconds(json.get("dateTime")?.as_str()?.trim_end_matches('Z').parse().ok()?);
    if is_all_day {
        return Some(EventTime::Date(local.date()));
    }
    let said = json.get("timeZone").and_then(Value::as_str).and_then(Zone::parse).unwrap_or(Zone::utc());
    let instant = EventTime::Zoned(local, said).to_instant(&TimeZone::UTC);
    Some(in_zone(instant, zone.and_then(Zone::parse).unwrap_or(said)))
}

/// Reads `originalStart` of an occurrence, as its series counts time.
pub(super) fn read_original(instant: Timestamp, like: &EventTime, zone: Option<&str>) -> EventTime {
    let EventTime::Date(_) = like else {
        return in_zone(instant, like.zone().unwrap_or(Zone::utc()));
    };
    // A day begins at its midnight: in UTC, or in the zone that was set.
    let utc = TimeZone::UTC.to_datetime(instant);
    let set = zone.and_then(Zone::parse).map(|zone| zone.time_zone().to_datetime(instant));
    let local = set.filter(|local| local.time() == Time::midnight() && utc.time() != Time::midnight()).unwrap_or(utc);
    EventTime::Date(local.date())
}

/// As Graph takes it. None for a time without a zone, which Outlook does not have.
pub(super) fn to_json(time: &EventTime) -> Option<Value> {
    let written = |local: DateTime, zone: &str| json!({ "dateTime": local.to_string(), "timeZone": zone });
    match time {
        EventTime::Date(date) => Some(written(date.to_datetime(Time::midnight()), "UTC")),
        EventTime::Floating(_) => None,
        EventTime::Zoned(local, zone) => Some(written(*local, name(*zone))),
    }
}

/// What a zone is called there.
pub(super) fn name(zone: Zone) -> &'static str {
    zone.windows_name().unwrap_or(zone.as_str())
}

/// A time as it would be told again: Outlook knows fewer zones, each of which stands for all with the same clocks.
pub(super) fn told(time: EventTime) -> EventTime {
    match time {
        EventTime::Zoned(local, zone) => EventTime::Zoned(whole_seconds(local), Zone::parse(name(zone)).unwrap_or(zone)),
        EventTime::Date(_) | EventTime::Floating(_) => time,
    }
}

/// In the zone that stands for all with the same clocks, so that a time is told in one way whoever set it.
fn in_zone(instant: Timestamp, zone: Zone) -> EventTime {
    told(EventTime::Zoned(zone.time_zone().to_datetime(instant), zone))
}

fn whole_seconds(local: DateTime) -> DateTime {
    local.with().subsec_nanosecond(0).build().unwrap_or(local)
}
