//! Occurrences of a series, as Google names and tells them.

use calendar::ical::Property;
use calendar::recurrence::Series;
use calendar::{Event, EventTime, Recurrence, Zone};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::FakeGoogle;
use super::state::Calendar;

impl FakeGoogle {
    /// Every date of a series, the cancelled ones too.
    pub fn instances(&self, calendar: &str, series: &str) -> Vec<Value> {
        let state = self.lock();
        let found = state.calendar(calendar).and_then(|calendar| list(calendar, series, None, usize::MAX));
        found.unwrap_or_default()
    }
}

/// A master as the calendar crate expands it.
fn series(calendar: &Calendar, master: &Value) -> Option<Series> {
    let lines = master.get("recurrence")?.as_array()?;
    let start = moment(calendar, master.get("start")?)?;
    let end = moment(calendar, master.get("end")?)?;
    let mut recurrence = Recurrence::default();
    for line in lines.iter().filter_map(Value::as_str) {
        let property = Property::parse(line)?;
        let zone = property.parameter("TZID").and_then(Zone::parse).or(start.zone());
        let times = || property.value.split(',').filter_map(|value| EventTime::parse_value(value, zone));
        match property.name.as_ref() {
            "RRULE" => recurrence.rule = Some(property.value.to_owned()),
            "EXDATE" => recurrence.excluded.extend(times()),
            "RDATE" => recurrence.added.extend(times()),
            _ => {}
        }
    }
    Some(Series::single(Event { recurrence, ..Event::new(String::new(), start, end) }))
}

fn moment(calendar: &Calendar, time: &Value) -> Option<EventTime> {
    if let Some(date) = time.get("date").and_then(Value::as_str) {
        return date.parse().ok().map(EventTime::Date);
    }
    let zone = Zone::parse(time.get("timeZone").and_then(Value::as_str).unwrap_or(&calendar.zone))?;
    let instant: Timestamp = time.get("dateTime")?.as_str()?.parse().ok()?;
    Some(EventTime::Zoned(zone.time_zone().to_datetime(instant), zone))
}

/// The start and end of the occurrence that begins at a moment.
fn occurrence(series: &Series, original: Timestamp) -> Option<(EventTime, EventTime)> {
    let to = original.saturating_add(SignedDuration::from_secs(1)).ok()?;
    let found = series.occurrences(original..to, &TimeZone::UTC).find(|one| one.start_utc == original)?;
    Some((found.start, found.end))
}

/// An occurrence that nobody changed, by its id.
pub(super) fn generated(calendar: &Calendar, id: &str) -> Option<Value> {
    let (master_id, moment) = id.rsplit_once('_')?;
    let master = calendar.events.get(master_id).filter(|stored| !stored.is_cancelled())?;
    let series = series(calendar, &master.json)?;
    let original = EventTime::parse_value(moment, None)?;
    let (start, end) = occurrence(&series, original.to_instant(&TimeZone::UTC))?;
    let mut event = master.json.clone();
    let fields = event.as_object_mut()?;
    fields.remove("recurrence");
    fields.insert("id".to_owned(), json!(id));
    fields.insert("recurringEventId".to_owned(), json!(master_id));
    fields.insert("originalStartTime".to_owned(), told(calendar, &start));
    fields.insert("start".to_owned(), told(calendar, &start));
    fields.insert("end".to_owned(), told(calendar, &end));
    Some(event)
}

fn told(calendar: &Calendar, time: &EventTime) -> Value {
    if let EventTime::Date(date) = time {
        return json!({ "date": date.to_string() });
    }
    let instant = time.to_instant(&TimeZone::UTC);
    let shown = TimeZone::get(&calendar.zone).unwrap_or(TimeZone::UTC);
    let zone = time.zone().map_or("UTC", Zone::as_str);
    json!({ "dateTime": instant.display_with_offset(shown.to_offset(instant)).to_string(), "timeZone": zone })
}

/// Exceptions of a master that its rule has no more.
pub(super) fn orphans(calendar: &Calendar, master: &Value) -> Vec<String> {
    let Some(id) = master.get("id").and_then(Value::as_str) else { return Vec::new() };
    let series = series(calendar, master);
    let has = |exception: &Value| {
        let original = moment(calendar, exception.get("originalStartTime")?)?.to_instant(&TimeZone::UTC);
        occurrence(series.as_ref()?, original)
    };
    let exceptions = calendar.exceptions(id).into_iter();
    exceptions.filter(|exception| calendar.events.get(exception).is_some_and(|stored| has(&stored.json).is_none())).collect()
}

/// Occurrences of a series, at most `most`: all, or the one that began at `original`.
pub(super) fn list(calendar: &Calendar, master: &str, original: Option<&str>, most: usize) -> Option<Vec<Value>> {
    let stored = calendar.events.get(master)?;
    let series = series(calendar, &stored.json)?;
    let begin = series.master.start.to_instant(&TimeZone::UTC);
    let name = |instant: Timestamp| {
        let moment = match series.master.start {
            EventTime::Date(_) => EventTime::Date(TimeZone::UTC.to_datetime(instant).date()),
            _ => EventTime::Zoned(TimeZone::UTC.to_datetime(instant), Zone::utc()),
        };
        format!("{master}_{}", moment.value())
    };
    let wanted = original
        .map(|text| text.parse::<Timestamp>().ok().or_else(|| Some(EventTime::parse_iso_local(text, None)?.to_instant(&TimeZone::UTC))));
    let starts: Vec<Timestamp> = match wanted {
        Some(wanted) => vec![wanted?],
        None => series.occurrences(begin..Timestamp::MAX, &TimeZone::UTC).take(most).map(|one| one.start_utc).collect(),
    };
    Some(starts.into_iter().filter_map(|start| calendar.find(&name(start))).collect())
}
