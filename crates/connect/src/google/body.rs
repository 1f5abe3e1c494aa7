//! An event here as Google takes it, and what of it differs.

use std::sync::LazyLock;

use calendar::copies::source_of;
use calendar::{Attachment, Event, EventStatus, EventTime, Transparency, Visibility, Zone};
use serde_json::{Map, Value, json};

use super::{FLOATING, SOURCE, UID, VIDEO_LINK, alarms, own, recurrence, times};

/// What Google takes of attachments.
const MOST_ATTACHMENTS: usize = 25;
/// Of the value of a private property.
const LONGEST_PROPERTY: usize = 1_024;

/// Everything that is written of an event, nobody who is invited to it. A floating time is written in `zone`.
pub(super) fn whole(event: &Event, zone: Zone) -> Map<String, Value> {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
    for (name, text) in [("summary", &event.summary), ("description", &event.description), ("location", &event.place)] {
        if !text.is_empty() {
            put(name, json!(text));
        }
    }
    put("start", times::write(&event.start, zone));
    put("end", times::write(&event.end, zone));
    let lines = recurrence::write(&event.recurrence, &event.start, zone);
    if !lines.is_empty() {
        put("recurrence", json!(lines));
    }
    put("status", json!(if event.status == EventStatus::Tentative { "tentative" } else { "confirmed" }));
    // `default` is what the calendar says; `public` would show the event of a calendar that is not.
    put("visibility", json!(if event.visibility == Visibility::Public { "default" } else { "private" }));
    put("transparency", json!(if event.transparency == Transparency::Transparent { "transparent" } else { "opaque" }));
    if !event.url.is_empty() {
        put("source", json!({ "url": event.url }));
    }
    if !event.attachments.is_empty() {
        put("attachments", event.attachments.iter().map(attachment).collect());
    }
    if !event.alarms.is_empty() {
        put("reminders", alarms::write(&event.alarms));
    }
    let mut private = Map::new();
    if !event.video_link.is_empty() {
        private.insert(VIDEO_LINK.to_owned(), json!(event.video_link));
    }
    if matches!(event.start, EventTime::Floating(_)) {
        private.insert(FLOATING.to_owned(), json!("yes"));
    }
    if event.recurrence_id.is_none() {
        if let Some(colour) = own::colour_id(event) {
            put("colorId", json!(colour));
        }
        if let Some(source) = source_of(event).filter(|uid| uid.chars().count() <= LONGEST_PROPERTY) {
            private.insert(SOURCE.to_owned(), json!(source));
        }
    }
    put("extendedProperties", json!({ "private": private }));
    body
}

/// Everything, for an event that is made for a UID.
pub(super) fn made_for(uid: &str, event: &Event, zone: Zone) -> Map<String, Value> {
    let mut body = whole(event, zone);
    if let Some(Value::Object(private)) = body.get_mut("extendedProperties").and_then(|properties| properties.get_mut("private")) {
        private.insert(UID.to_owned(), json!(uid));
    }
    body
}

/// What must be said so that `after` stands where `before` does; empty where nothing must. A patch leaves what it does not name, and null takes away.
pub(super) fn patch(before: &Map<String, Value>, after: &Map<String, Value>) -> Map<String, Value> {
    let mut patch = Map::new();
    let differs = |name: &str| before.get(name) != after.get(name);
    let names = before.keys().chain(after.keys().filter(|name| !before.contains_key(*name)));
    for name in names.filter(|name| differs(name)) {
        let value = match (name.as_str(), after.get(name)) {
            ("start" | "end", _) => continue,
            ("extendedProperties", _) => properties(private(before), private(after)),
            // Without reminders of its own the event would get the calendar's back.
            ("reminders", None) => alarms::write(&[]),
            (_, Some(value)) => value.clone(),
            (_, None) => Value::Null,
        };
        patch.insert(name.clone(), value);
    }
    if differs("start") || differs("end") {
        for name in ["start", "end"] {
            patch.insert(name.to_owned(), times::replacing(after.get(name).unwrap_or(&Value::Null)));
        }
    }
    if private(before).contains_key(VIDEO_LINK) && !private(after).contains_key(VIDEO_LINK) {
        patch.insert("conferenceData".to_owned(), Value::Null);
    }
    patch
}

/// Everything, where whatever stands there is to go.
pub(super) fn replacing(after: &Map<String, Value>) -> Map<String, Value> {
    let mut body = after.clone();
    for name in ["summary", "description", "location", "recurrence", "source", "attachments", "colorId"] {
        body.entry(name.to_owned()).or_insert(Value::Null);
    }
    for name in ["start", "end"] {
        body.insert(name.to_owned(), times::replacing(after.get(name).unwrap_or(&Value::Null)));
    }
    body
}

static NOTHING: LazyLock<Map<String, Value>> = LazyLock::new(Map::new);

fn private(body: &Map<String, Value>) -> &Map<String, Value> {
    body.get("extendedProperties").and_then(|properties| properties.get("private")).and_then(Value::as_object).unwrap_or(&NOTHING)
}

fn properties(before: &Map<String, Value>, after: &Map<String, Value>) -> Value {
    let mut private: Map<String, Value> = before.keys().map(|name| (name.clone(), Value::Null)).collect();
    private.extend(after.clone());
    json!({ "private": private })
}

fn attachment(attachment: &Attachment) -> Value {
    let mut value = Map::from_iter([("fileUrl".to_owned(), json!(attachment.uri))]);
    for (name, text) in [("title", &attachment.name), ("mimeType", &attachment.media_type)] {
        if !text.is_empty() {
            value.insert(name.to_owned(), json!(text));
        }
    }
    Value::Object(value)
}

/// What Google keeps of an event by itself, its series aside. Who is invited there is Google's to say, so that stays as it was told.
pub(super) fn held(event: &Event) -> Event {
    let is_link = |address: &str| address.starts_with("https://") || address.starts_with("http://");
    let fits = |text: &str| text.chars().count() <= LONGEST_PROPERTY;
    Event {
        sequence: 0,
        start: times::existing(&event.start),
        end: times::existing(&event.end),
        visibility: if event.visibility == Visibility::Confidential { Visibility::Private } else { event.visibility },
        url: Some(event.url.clone()).filter(|url| is_link(url)).unwrap_or_default(),
        video_link: Some(event.video_link.clone()).filter(|link| fits(link)).unwrap_or_default(),
        attachments: event.attachments.iter().filter(|one| is_link(&one.uri)).take(MOST_ATTACHMENTS).cloned().collect(),
        alarms: alarms::held(&event.alarms),
        categories: Vec::new(),
        organizer: event.organizer.clone().filter(|_| !event.attendees.is_empty()),
        attendees: if event.organizer.is_some() { event.attendees.clone() } else { Vec::new() },
        own_properties: own::held(event, LONGEST_PROPERTY),
        ..event.clone()
    }
}
