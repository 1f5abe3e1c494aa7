//! What Outlook has no field for, and what it would name anew, in properties of our own (`singleValueExtendedProperties`).

use std::collections::BTreeMap;

use calendar::copies::source_of;
use calendar::{Event, EventStatus};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Our own set of properties; nobody else's have this number.
const SET: &str = "{6f1d2c9e-3b7a-4f58-9c41-8a5e0d7b2f13}";

/// What stands before the title of what was called off, as Outlook itself writes it.
const CALLED_OFF: &str = "Canceled:";

/// Name of the property that holds the UID here.
pub(super) fn uid_property() -> String {
    format!("String {SET} Name rollcall_uid")
}

fn fields_property() -> String {
    format!("String {SET} Name rollcall_fields")
}

/// `$expand` of a request that is to bring them.
pub(super) fn expansion() -> String {
    format!("singleValueExtendedProperties($filter=id eq '{}' or id eq '{}')", uid_property(), fields_property())
}

/// `$filter` for the events of a UID.
pub(super) fn filter(uid: &str) -> String {
    let (id, uid) = (uid_property(), uid.replace('\'', "''"));
    format!("singleValueExtendedProperties/Any(ep: ep/id eq '{id}' and ep/value eq '{uid}')")
}

/// What an event says that Outlook has no field for.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) video_link: String,
    /// Of which event of another calendar it is the copy.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) source: String,
    /// It was called off here. It counts while its title says so too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) called_off: bool,
}

impl Fields {
    pub(super) fn of(event: &Event) -> Self {
        let source = source_of(event).unwrap_or_default().to_owned();
        Self { url: event.url.clone(), video_link: event.video_link.clone(), source, called_off: event.status == EventStatus::Cancelled }
    }

    /// Reads them from an event that was asked for with [`expansion`].
    pub(super) fn read(json: &Value) -> Self {
        value(json, &fields_property()).and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    /// Both properties, as Graph takes them.
    pub(super) fn to_json(&self, uid: &str) -> Value {
        let fields = serde_json::to_string(self).unwrap_or_default();
        let values = BTreeMap::from([(uid_property(), uid.to_owned()), (fields_property(), fields)]);
        Value::Array(values.into_iter().map(|(id, value)| json!({ "id": id, "value": value })).collect())
    }
}

/// The UID here of an event that was made here.
pub(super) fn uid(json: &Value) -> Option<&str> {
    value(json, &uid_property()).filter(|uid| !uid.is_empty())
}

/// An event as it is told now, with our own properties as they were told, or written, before.
pub(super) fn carried(before: &Value, mut now: Value) -> Value {
    const NAME: &str = "singleValueExtendedProperties";
    if let (Some(now), Some(properties)) = (now.as_object_mut(), before.get(NAME)) {
        now.insert(NAME.to_owned(), properties.clone());
    }
    now
}

fn value<'j>(json: &'j Value, id: &str) -> Option<&'j str> {
    let properties = json.get("singleValueExtendedProperties")?.as_array()?;
    let named = |property: &&Value| property.get("id").and_then(Value::as_str).is_some_and(|known| known.eq_ignore_ascii_case(id));
    properties.iter().find(named)?.get("value")?.as_str()
}

/// The title there of an event.
pub(super) fn subject(event: &Event) -> String {
    match event.status {
        EventStatus::Cancelled => format!("{CALLED_OFF} {}", event.summary).trim_end().to_owned(),
        EventStatus::Confirmed | EventStatus::Tentative => event.summary.clone(),
    }
}

/// The title here of an event that was called off here; none where its title no longer says so.
pub(super) fn called_off(subject: &str) -> Option<&str> {
    subject.strip_prefix(CALLED_OFF).map(str::trim_start)
}
