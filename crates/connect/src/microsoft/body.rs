//! An event of ours as Graph takes it.

use calendar::recurrence::Rule;
use calendar::{Event, EventStatus, EventTime, Transparency, Visibility};
use serde_json::{Map, Value, json};

use super::fields::{self, Fields};
use super::recurrence::Repeat;
use super::{held, times};

/// The properties of an event, of which a change writes those that differ. There are never attendees among them: Microsoft would mail them.
pub(super) fn of(event: &Event) -> Map<String, Value> {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
    put("subject", json!(fields::subject(event)));
    put("body", json!({ "contentType": "text", "content": event.description }));
    put("location", json!({ "displayName": event.place }));
    put("isAllDay", json!(event.start.is_all_day()));
    put("start", times::to_json(&event.start).unwrap_or_default());
    put("end", times::to_json(&event.end).unwrap_or_default());
    put("showAs", json!(shown(event)));
    let sensitivity = match event.visibility {
        Visibility::Public => "normal",
        Visibility::Private => "private",
        Visibility::Confidential => "confidential",
    };
    put("sensitivity", json!(sensitivity));
    put("categories", json!(event.categories));
    let reminder = held::reminder(event);
    put("isReminderOn", json!(reminder.is_some()));
    if let Some(minutes) = reminder {
        put("reminderMinutesBeforeStart", json!(minutes));
    }
    if event.recurrence_id.is_none() {
        put("recurrence", repeat(event));
        put("singleValueExtendedProperties", Fields::of(event).to_json(&event.uid));
    }
    body
}

/// What of `after` differs from `before`.
pub(super) fn changes(before: &Event, after: &Event) -> Map<String, Value> {
    let (before, mut after) = (of(before), of(after));
    let moves = ["isAllDay", "start", "end"].iter().any(|name| before.get(*name) != after.get(*name));
    after.retain(|name, value| match name.as_str() {
        // One without the others means something else.
        "isAllDay" | "start" | "end" => moves,
        _ => before.get(name) != Some(value),
    });
    after
}

fn shown(event: &Event) -> &'static str {
    match (event.transparency, event.status) {
        (Transparency::Transparent, _) | (_, EventStatus::Cancelled) => "free",
        (Transparency::Opaque, EventStatus::Tentative) => "tentative",
        (Transparency::Opaque, EventStatus::Confirmed) => "busy",
    }
}

fn repeat(event: &Event) -> Value {
    let rule = event.recurrence.rule.as_deref().and_then(|rule| Rule::parse(rule).ok());
    let repeat = rule.and_then(|(rule, _)| Repeat::of_rule(&rule, &event.start));
    repeat.map_or(Value::Null, |repeat| repeat.to_json(&event.start, event.start.zone().map_or("UTC", times::name)))
}

/// Why Outlook cannot hold a series, in a sentence; none where it can.
pub(super) fn refusal(series: &[Event]) -> Option<String> {
    let master = series.iter().find(|event| event.recurrence_id.is_none());
    let named = |event: &Event| if event.summary.is_empty() { "An event".to_owned() } else { format!("“{}”", event.summary) };
    if let Some(event) = series.iter().find(|event| [event.start, event.end].iter().any(|time| matches!(time, EventTime::Floating(_)))) {
        return Some(format!("{} has no time zone, and every time in Outlook has one. Give it a time zone.", named(event)));
    }
    let Some(master) = master else {
        return Some("A date of a series cannot stand in Outlook without its series.".to_owned());
    };
    if let Some(event) = series.iter().find(|event| event.applies_to_following()) {
        return Some(format!(
            "{} changes all later dates of its series at once, which Outlook cannot hold. Split the series there.",
            named(event)
        ));
    }
    if !master.recurrence.added.is_empty() {
        return Some(format!(
            "{} takes place on further dates besides its rule, which Outlook cannot hold. Make them events of their own.",
            named(master)
        ));
    }
    let rule = master.recurrence.rule.as_deref()?;
    if held::rule_of(master).is_none() {
        return Some(format!(
            "Outlook has no such repetition as that of {}: {}. Its rule must name one day, or begin with a date of its own; split the series or choose another rule.",
            named(master),
            words(rule, &master.start)
        ));
    }
    None
}

fn words(rule: &str, start: &EventTime) -> String {
    match Rule::parse(rule) {
        Ok((parsed, _)) => format!("{} ({rule})", calendar::words::rule(&parsed, start)),
        Err(error) => error.to_string(),
    }
}
