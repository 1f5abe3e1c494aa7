//! An event as Google takes and tells it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::FakeGoogle;
use super::state::Calendar;

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) status: u16,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

impl Problem {
    pub(super) fn new(status: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self { status, reason, message: message.into() }
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, "notFound", "Not Found")
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(400, "invalid", message)
    }
}

/// A patch laid over what is there: objects go together, null takes away, everything else replaces (RFC 7396).
pub(super) fn merged(before: Option<&Value>, changes: &Value) -> Value {
    let (Some(changes), before) = (changes.as_object(), before.and_then(Value::as_object)) else { return changes.clone() };
    let mut merged = before.cloned().unwrap_or_default();
    for (name, value) in changes {
        match value {
            Value::Null => drop(merged.remove(name)),
            Value::Object(_) => {
                let inner = self::merged(merged.get(name), value);
                merged.insert(name.clone(), inner);
            }
            _ => drop(merged.insert(name.clone(), value.clone())),
        }
    }
    Value::Object(merged)
}

/// An event with what Google adds, and without what it takes for granted.
pub(super) fn checked(calendar: &Calendar, id: &str, event: Value) -> Result<Value, Problem> {
    let Value::Object(mut event) = event else { return Err(Problem::invalid("Parse Error")) };
    let is_cancelled = event.get("status").and_then(Value::as_str) == Some("cancelled");
    if is_cancelled {
        event.retain(|name, _| matches!(name.as_str(), "status" | "recurringEventId" | "originalStartTime"));
        return Ok(Value::Object(event));
    }
    let repeats = event.get("recurrence").and_then(Value::as_array).is_some_and(|lines| !lines.is_empty());
    if !repeats {
        event.remove("recurrence");
    }
    let mut ends = Vec::new();
    for name in ["start", "end"] {
        let given =
            event.get(name).and_then(Value::as_object).ok_or_else(|| Problem::new(400, "required", format!("Missing {name} time.")))?;
        let (told, moment) = time(calendar, given, repeats)?;
        event.insert(name.to_owned(), told);
        ends.push(moment);
    }
    if ends.first() > ends.last() {
        return Err(Problem::new(400, "timeRangeEmpty", "The specified time range is empty."));
    }
    if event.get("start").map(|start| start.get("date").is_some()) != event.get("end").map(|end| end.get("date").is_some()) {
        return Err(Problem::invalid("Start and end times must either both be date or both be dateTime."));
    }
    let taken_for_granted = [("visibility", "default"), ("transparency", "opaque"), ("description", ""), ("location", ""), ("summary", "")];
    event.retain(|name, value| !taken_for_granted.iter().any(|(known, usual)| name == known && value == usual));
    let (name, organizer) = (&calendar.name, &calendar.id);
    let added = [
        ("status", json!("confirmed")),
        ("eventType", json!("default")),
        ("iCalUID", json!(format!("{id}@google.com"))),
        ("sequence", json!(0)),
        ("htmlLink", json!(format!("https://www.google.com/calendar/event?eid={id}"))),
        ("creator", json!({ "email": FakeGoogle::ACCOUNT, "self": true })),
        ("organizer", json!({ "email": organizer, "displayName": name, "self": true })),
        ("reminders", json!({ "useDefault": true })),
    ];
    for (name, value) in added {
        event.entry(name).or_insert(value);
    }
    let properties = event.get("extendedProperties").and_then(|properties| properties.get("private")).and_then(Value::as_object);
    if properties.is_some_and(Map::is_empty) {
        event.remove("extendedProperties");
    }
    let reminders = event.get("reminders").and_then(|reminders| reminders.get("overrides")).and_then(Value::as_array);
    if reminders.is_some_and(|reminders| reminders.len() > 5) {
        return Err(Problem::new(400, "invalid", "Too many override reminders."));
    }
    Ok(Value::Object(event))
}

/// A time as Google tells it, with the calendar's offset and the event's own zone, and the moment it stands for.
fn time(calendar: &Calendar, given: &Map<String, Value>, repeats: bool) -> Result<(Value, Timestamp), Problem> {
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    if let Some(date) = text("date") {
        if text("dateTime").is_some() {
            return Err(Problem::invalid("Invalid value for: date and dateTime"));
        }
        let date: Date = date.parse().map_err(|_| Problem::invalid("Invalid start time."))?;
        let moment = date.to_zoned(TimeZone::UTC).map_err(|_| Problem::invalid("Invalid start time."))?.timestamp();
        return Ok((json!({ "date": date.to_string() }), moment));
    }
    let written = text("dateTime").ok_or_else(|| Problem::new(400, "required", "Missing end time."))?;
    let named = text("timeZone");
    if repeats && named.is_none() {
        return Err(Problem::new(400, "required", "Missing time zone definition for start time."));
    }
    let zone_name = named.unwrap_or(&calendar.zone);
    let zone = TimeZone::get(zone_name).map_err(|_| Problem::invalid(format!("Invalid time zone definition: {zone_name}")))?;
    let moment = match (written.parse::<Timestamp>(), written.parse::<DateTime>()) {
        (Ok(moment), _) => moment,
        (Err(_), Ok(local)) if named.is_some() => zone.to_timestamp(local).map_err(|_| Problem::invalid("Invalid start time."))?,
        _ => return Err(Problem::invalid("Missing time zone definition for start time.")),
    };
    let shown = TimeZone::get(&calendar.zone).unwrap_or(TimeZone::UTC);
    let told = moment.display_with_offset(shown.to_offset(moment)).to_string();
    Ok((json!({ "dateTime": told, "timeZone": zone_name }), moment))
}
