//! Events as Graph tells them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::world::{Name, Stored, World, zoned};

/// What a request wants told besides the event itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wants {
    /// Our own properties.
    pub(super) properties: bool,
    /// Exceptions, and dates that are off.
    pub(super) dates: bool,
    /// The text as text, not as HTML.
    pub(super) plain: bool,
}

pub(super) fn whole(number: u64, stored: &Stored, wants: Wants) -> Value {
    let mut json = told(&stored.fields, stored.span(), wants);
    let kind = if stored.is_series() { "seriesMaster" } else { "singleInstance" };
    name(&mut json, Name::Whole(number), kind, stored.version, stored.modified);
    set(&mut json, "iCalUId", json!(format!("040000008200E00074C5B7101A82E008{number:08X}")));
    if wants.properties && !stored.properties.is_empty() {
        let list: Vec<Value> = stored.properties.iter().map(|(id, value)| json!({ "id": id, "value": value })).collect();
        set(&mut json, "singleValueExtendedProperties", Value::Array(list));
    }
    if wants.dates && stored.is_series() {
        let off: Vec<String> = stored.cancelled.iter().map(|date| format!("OID.{}.{date}", Name::Whole(number).id())).collect();
        set(&mut json, "cancelledOccurrences", json!(off));
        let exceptions = stored.exceptions.keys().map(|day| date(number, stored, *day, Wants { properties: false, ..wants }));
        set(&mut json, "exceptionOccurrences", Value::Array(exceptions.collect()));
    }
    json
}

/// One date of a series.
pub(super) fn date(number: u64, stored: &Stored, day: Date, wants: Wants) -> Value {
    let exception = stored.exceptions.get(&day);
    let mut fields = stored.fields.clone();
    fields.insert("recurrence".to_owned(), Value::Null);
    let (mut version, mut modified) = (stored.version, stored.modified);
    if let Some(exception) = exception {
        fields.extend(exception.fields.clone());
        (version, modified) = (exception.version, exception.modified);
    }
    let mut json = told(&fields, stored.span_of(day), wants);
    let kind = if exception.is_some() { "exception" } else { "occurrence" };
    name(&mut json, Name::Date(number, day), kind, version, modified);
    set(&mut json, "iCalUId", json!(format!("040000008200E00074C5B7101A82E008{number:08X}{}", day.strftime("%Y%m%d"))));
    set(&mut json, "seriesMasterId", json!(Name::Whole(number).id()));
    set(&mut json, "occurrenceId", json!(format!("OID.{}.{day}", Name::Whole(number).id())));
    set(&mut json, "originalStart", json!(stored.original(day).0.to_string()));
    json
}

/// A date of a series as the list of changes tells it: little more than its name.
pub(super) fn listed_date(number: u64, stored: &Stored, day: Date) -> Value {
    if stored.exceptions.contains_key(&day) {
        return date(number, stored, day, Wants::default());
    }
    let (start, end) = stored.span_of(day);
    json!({
        "@odata.etag": format!("W/\"{}\"", stored.version),
        "id": Name::Date(number, day).id(),
        "type": "occurrence",
        "seriesMasterId": Name::Whole(number).id(),
        "start": time(start),
        "end": time(end),
    })
}

pub(super) fn removed(name: Name) -> Value {
    json!({ "@removed": { "reason": "deleted" }, "id": name.id() })
}

/// What an id names, told whole.
pub(super) fn named(world: &World, name: Name, wants: Wants) -> Option<Value> {
    match name {
        Name::Whole(number) => Some(whole(number, world.events.get(&number)?, wants)),
        Name::Date(number, day) => {
            let stored = world.events.get(&number)?;
            stored.dates().contains(&day).then(|| date(number, stored, day, wants))
        }
    }
}

fn told(fields: &Map<String, Value>, span: (Timestamp, Timestamp), wants: Wants) -> Value {
    let mut json = fields.clone();
    let given = |name: &str, usual: Value| fields.get(name).cloned().filter(|value| !value.is_null()).unwrap_or(usual);
    for (name, usual) in [
        ("subject", json!("")),
        ("isAllDay", json!(false)),
        ("isCancelled", json!(false)),
        ("isOrganizer", json!(true)),
        ("showAs", json!("busy")),
        ("sensitivity", json!("normal")),
        ("categories", json!([])),
        ("attendees", json!([])),
        ("organizer", json!({ "emailAddress": { "name": "Club", "address": "club@outlook.example" } })),
        ("location", json!({ "displayName": "" })),
        ("onlineMeeting", Value::Null),
        ("recurrence", Value::Null),
    ] {
        json.insert(name.to_owned(), given(name, usual));
    }
    let content = fields.get("body").and_then(|body| body.get("content")).and_then(Value::as_str).unwrap_or_default();
    let lines = content.replace('\n', "\r\n");
    let body = if wants.plain {
        json!({ "contentType": "text", "content": if lines.is_empty() { lines } else { format!("{lines}\r\n") } })
    } else {
        json!({ "contentType": "html", "content": format!("<html><body>{lines}</body></html>") })
    };
    json.insert("body".to_owned(), body);
    json.insert("bodyPreview".to_owned(), json!(content));
    for (name, original) in [("start", "originalStartTimeZone"), ("end", "originalEndTimeZone")] {
        let zone = fields.get(name).and_then(|time| time.get("timeZone")).cloned().unwrap_or(json!("UTC"));
        json.entry(original).or_insert(zone);
    }
    let is_all_day = fields.get("isAllDay").and_then(Value::as_bool).unwrap_or(false);
    if is_all_day {
        // Days are told at midnight, whatever zone was asked for.
        let midnight = |name: &str, instant: Timestamp| {
            let (zone, _) = zoned(fields, name);
            json!({ "dateTime": format!("{}T00:00:00.0000000", zone.time_zone().to_datetime(instant).date()), "timeZone": "UTC" })
        };
        json.insert("start".to_owned(), midnight("start", span.0));
        json.insert("end".to_owned(), midnight("end", span.1));
    } else {
        json.insert("start".to_owned(), time(span.0));
        json.insert("end".to_owned(), time(span.1));
    }
    Value::Object(json)
}

fn time(instant: Timestamp) -> Value {
    let local = TimeZone::UTC.to_datetime(instant);
    json!({ "dateTime": format!("{}.0000000", local.strftime("%Y-%m-%dT%H:%M:%S")), "timeZone": "UTC" })
}

fn name(json: &mut Value, name: Name, kind: &str, version: u64, modified: Timestamp) {
    set(json, "@odata.etag", json!(etag(version)));
    set(json, "id", json!(name.id()));
    set(json, "type", json!(kind));
    set(json, "changeKey", json!(version.to_string()));
    set(json, "lastModifiedDateTime", json!(modified.to_string()));
}

pub(super) fn etag(version: u64) -> String {
    format!("W/\"{version}\"")
}

fn set(json: &mut Value, name: &str, value: Value) {
    if let Some(object) = json.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}
