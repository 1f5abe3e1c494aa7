//! Times as Google writes them: a day, or an instant with the name of the zone that it is meant in.

use calendar::{EventTime, Zone};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// `start`, `end` and `originalStartTime` of an event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct When {
    date: Option<String>,
    date_time: Option<String>,
    time_zone: Option<String>,
}

impl When {
    /// As wall clock time in its own zone, or in `zone` where it names none.
    pub(super) fn read(&self, zone: Zone) -> Option<EventTime> {
        if let Some(date) = &self.date {
            return date.parse::<Date>().ok().map(EventTime::Date);
        }
        let text = self.date_time.as_deref()?;
        let zone = self.time_zone.as_deref().and_then(Zone::parse).unwrap_or(zone);
        let Ok(instant) = text.parse::<Timestamp>() else {
            return text.parse::<DateTime>().ok().map(|local| EventTime::Zoned(local, zone));
        };
        let time = EventTime::Zoned(zone.time_zone().to_datetime(instant), zone);
        // Of an hour that the clocks repeat, a wall clock time is the first: the second has a name only in UTC.
        let is_exact = time.to_instant(&TimeZone::UTC) == instant;
        Some(if is_exact { time } else { EventTime::Zoned(TimeZone::UTC.to_datetime(instant), Zone::utc()) })
    }
}

/// For Google; a floating time is written in `floating`.
pub(super) fn write(time: &EventTime, floating: Zone) -> Value {
    if let EventTime::Date(date) = time {
        return json!({ "date": date.to_string() });
    }
    let zone = time.zone().unwrap_or(floating);
    let instant = time.to_instant(floating.time_zone());
    let written = instant.display_with_offset(zone.time_zone().to_offset(instant)).to_string();
    json!({ "dateTime": written, "timeZone": zone.as_str() })
}

/// The same, where something else may stand there now: a patch leaves what it does not name.
pub(super) fn replacing(written: &Value) -> Value {
    let mut whole: Map<String, Value> = ["date", "dateTime", "timeZone"].iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
    whole.extend(written.as_object().cloned().unwrap_or_default());
    Value::Object(whole)
}

/// A time in the form and zone of the start of its series.
pub(super) fn in_form_of(start: &EventTime, time: &EventTime) -> EventTime {
    match (start, time) {
        (EventTime::Date(_), _) => EventTime::Date(time.date()),
        (_, EventTime::Date(date)) => start.with_local(date.to_datetime(start.local().time())),
        (EventTime::Zoned(..), EventTime::Zoned(..)) => start.with_instant(time.to_instant(&TimeZone::UTC), &TimeZone::UTC),
        _ => start.with_local(time.local()),
    }
}

/// A wall clock time that exists: one that the clocks skip is the one that it stands for.
pub(super) fn existing(time: &EventTime) -> EventTime {
    match time {
        EventTime::Zoned(..) => time.with_instant(time.to_instant(&TimeZone::UTC), &TimeZone::UTC),
        EventTime::Date(_) | EventTime::Floating(_) => *time,
    }
}
