//! What Google tells of an event, as an event here.

use std::collections::BTreeMap;

use calendar::remote::{Content, RemoteItem};
use calendar::{Attachment, Attendee, Event, EventStatus, EventTime, Participation, Role, Transparency, Visibility, Zone};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::alarms::Reminders;
use super::held::held;
use super::times::When;
use super::{FLOATING, SOURCE, UID, VIDEO_LINK, names, own, recurrence};

/// The parts of an event at Google that have a place here.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct GoogleEvent {
    id: String,
    etag: String,
    event_type: String,
    status: String,
    summary: String,
    description: String,
    location: String,
    start: When,
    end: When,
    recurrence: Vec<String>,
    recurring_event_id: Option<String>,
    original_start_time: When,
    #[serde(rename = "iCalUID")]
    ical_uid: String,
    sequence: u32,
    updated: Option<Timestamp>,
    visibility: String,
    transparency: String,
    source: Link,
    hangout_link: String,
    conference_data: Conference,
    attachments: Vec<GoogleAttachment>,
    reminders: Reminders,
    attendees: Vec<Person>,
    organizer: Person,
    extended_properties: Properties,
    color_id: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Link {
    url: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Conference {
    entry_points: Vec<EntryPoint>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct EntryPoint {
    entry_point_type: String,
    uri: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct GoogleAttachment {
    file_url: String,
    title: String,
    mime_type: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Person {
    email: String,
    display_name: String,
    optional: bool,
    resource: bool,
    response_status: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Properties {
    private: BTreeMap<String, String>,
}

/// Reads an item; none where it is no event of the organizer's: a contact's birthday, or where somebody works that day. `zone` is the calendar's.
pub(super) fn item(json: &Value, zone: Zone) -> Option<RemoteItem> {
    let id = json.get("id")?.as_str()?.to_owned();
    let Ok(google) = GoogleEvent::deserialize(json) else {
        let etag = json.get("etag").and_then(Value::as_str).unwrap_or_default().to_owned();
        let content = Content::Unreadable("Google tells of it in a way that Rollcall does not know.".to_owned());
        return Some(RemoteItem { id, etag, content, ..RemoteItem::default() });
    };
    // Time out of office and time to focus make their owner busy, and a mail's booking is an event like any other: these stay.
    if matches!(google.event_type.as_str(), "birthday" | "workingLocation") {
        return None;
    }
    let content = google.content(zone);
    Some(RemoteItem { id, etag: google.etag, series: google.recurring_event_id, content, edited: google.updated })
}

impl GoogleEvent {
    fn content(&self, zone: Zone) -> Content {
        if self.status == "cancelled" {
            // Of a cancelled exception only its names and its original start are told, of anything else only its id.
            return match (&self.recurring_event_id, self.original(zone)) {
                (Some(_), Some(original)) => Content::Dropped(original),
                _ => Content::Deleted,
            };
        }
        match self.event(zone) {
            Ok(event) => Content::Events(vec![event]),
            Err(reason) => Content::Unreadable(reason),
        }
    }

    fn event(&self, zone: Zone) -> Result<Event, String> {
        let (Some(start), Some(end)) = (self.start.read(zone), self.end.read(zone)) else {
            return Err("It has no start or no end that can be read.".to_owned());
        };
        if start.is_all_day() != end.is_all_day() {
            return Err("Only one of its start and its end is a whole day.".to_owned());
        }
        let recurrence = recurrence::read(&self.recurrence, &start)?;
        let recurrence_id = match (&self.recurring_event_id, self.original(zone)) {
            (None, _) => None,
            (Some(_), Some(original)) => Some(original),
            (Some(_), None) => return Err("It does not say which occurrence of its series it is.".to_owned()),
        };
        let mut event = Event {
            recurrence_id,
            sequence: self.sequence,
            recurrence,
            summary: self.summary.clone(),
            description: self.description.clone(),
            place: self.location.clone(),
            status: if self.status == "tentative" { EventStatus::Tentative } else { EventStatus::Confirmed },
            visibility: if matches!(self.visibility.as_str(), "private" | "confidential") {
                Visibility::Private
            } else {
                Visibility::Public
            },
            transparency: if self.transparency == "transparent" { Transparency::Transparent } else { Transparency::Opaque },
            url: self.source.url.clone(),
            video_link: self.video_link(),
            attachments: self.attachments.iter().map(GoogleAttachment::read).collect(),
            alarms: self.reminders.read(),
            own_properties: own::lines(self.color_id.as_deref(), self.property(SOURCE)),
            ..Event::new(self.uid(), start, end)
        };
        // Google names an organizer for every event; where nobody is invited that says nothing.
        if !self.attendees.is_empty() {
            event.attendees = self.attendees.iter().map(Person::read).collect();
            event.organizer = (!self.organizer.email.is_empty()).then(|| self.organizer.read());
        }
        if self.property(FLOATING).is_some() {
            event = floating(event);
        }
        // What is told is in the form that is held, or it would seem to have been changed here.
        let told = held(std::slice::from_ref(&event)).into_iter().next();
        Ok(told.map_or(event, |told| Event { sequence: self.sequence, ..told }))
    }

    /// The UID here, where the event was made for it. A copy of such an event, or the second half of a series that was cut in two, still carries
    /// its property, but not its name.
    fn uid(&self) -> String {
        let own = self.recurring_event_id.as_ref().unwrap_or(&self.id);
        self.property(UID).filter(|uid| names::event(uid) == *own).unwrap_or(&self.ical_uid).to_owned()
    }

    fn original(&self, zone: Zone) -> Option<EventTime> {
        self.original_start_time.read(zone)
    }

    fn video_link(&self) -> String {
        let video = self.conference_data.entry_points.iter().find(|entry| entry.entry_point_type == "video");
        self.property(VIDEO_LINK).or(video.map(|entry| entry.uri.as_str())).unwrap_or(&self.hangout_link).to_owned()
    }

    fn property(&self, name: &str) -> Option<&str> {
        self.extended_properties.private.get(name).map(String::as_str)
    }
}

/// An event that was written in the calendar's zone because it has none.
fn floating(event: Event) -> Event {
    let bare = |time: EventTime| if time.is_all_day() { time } else { EventTime::Floating(time.local()) };
    Event {
        recurrence: recurrence::floating(event.recurrence.clone(), &event.start),
        start: bare(event.start),
        end: bare(event.end),
        recurrence_id: event.recurrence_id.map(bare),
        ..event
    }
}

impl GoogleAttachment {
    fn read(&self) -> Attachment {
        Attachment { uri: self.file_url.clone(), media_type: self.mime_type.clone(), name: self.title.clone() }
    }
}

impl Person {
    fn read(&self) -> Attendee {
        Attendee {
            address: self.email.clone(),
            name: self.display_name.clone(),
            role: match (self.resource, self.optional) {
                (true, _) => Role::Resource,
                (false, true) => Role::Optional,
                (false, false) => Role::Required,
            },
            participation: match self.response_status.as_str() {
                "accepted" => Participation::Accepted,
                "declined" => Participation::Declined,
                "tentative" => Participation::Tentative,
                _ => Participation::NeedsAction,
            },
        }
    }
}
