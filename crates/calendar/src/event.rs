//! The event: what an organizer puts in a calendar, in local time with its zones.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::zone::Zone;

/// One VEVENT: a single event, the master of a series, or an exception of one (RFC 5545 §3.6.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// UID, the same for a master and its exceptions.
    pub uid: String,
    /// RECURRENCE-ID: the original start of the occurrence that this exception replaces.
    pub recurrence_id: Option<EventTime>,
    /// SEQUENCE as it was read; never sent to a guest.
    pub sequence: u32,
    /// When it starts, in local time with its own zone.
    pub start: EventTime,
    /// When it ends, exclusive; has the same form as `start` but may lie in another zone.
    pub end: EventTime,
    /// RRULE, RDATE and EXDATE; empty for a single event and for an exception.
    pub recurrence: Recurrence,
    /// SUMMARY; may be empty.
    pub summary: String,
    /// DESCRIPTION as plain text; may be empty.
    pub description: String,
    /// LOCATION; may be empty.
    pub place: String,
    /// STATUS, confirmed where the source is silent.
    pub status: EventStatus,
    /// CLASS.
    pub visibility: Visibility,
    /// TRANSP: whether it makes its owner busy.
    pub transparency: Transparency,
    /// URL.
    pub url: String,
    /// CONFERENCE (RFC 7986) or the provider's own property for a video call.
    pub video_link: String,
    /// CATEGORIES in source order.
    pub categories: Vec<String>,
    /// ORGANIZER, if there is one.
    pub organizer: Option<Attendee>,
    /// ATTENDEE lines in source order.
    pub attendees: Vec<Attendee>,
    /// ATTACH lines in source order.
    pub attachments: Vec<Attachment>,
    /// VALARM components in source order.
    pub alarms: Vec<Alarm>,
    /// Whatever else the source says, line by line and unfolded, so that an export loses nothing.
    pub own_properties: Vec<String>,
}

impl Event {
    /// An event that says nothing but when it is.
    #[must_use]
    pub fn new(uid: String, start: EventTime, end: EventTime) -> Self {
        Self {
            uid,
            recurrence_id: None,
            sequence: 0,
            start,
            end,
            recurrence: Recurrence::default(),
            summary: String::new(),
            description: String::new(),
            place: String::new(),
            status: EventStatus::Confirmed,
            visibility: Visibility::Public,
            transparency: Transparency::Opaque,
            url: String::new(),
            video_link: String::new(),
            categories: Vec::new(),
            organizer: None,
            attendees: Vec::new(),
            attachments: Vec::new(),
            alarms: Vec::new(),
            own_properties: Vec::new(),
        }
    }
}

/// A point in a calendar. Local where it says so: an instant only follows from it by way of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "form", content = "value")]
pub enum EventTime {
    /// A whole day (VALUE=DATE).
    Date(Date),
    /// The same wall clock time wherever one is.
    Floating(DateTime),
    /// A wall clock time in an IANA zone; UTC is the zone `UTC`.
    Zoned(DateTime, Zone),
}

/// How an event repeats (RFC 5545 §3.8.5). `rule` holds the RRULE value in its normal form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// RRULE value without its name, e.g. `FREQ=WEEKLY;BYDAY=MO;UNTIL=20270301T120000Z`.
    pub rule: Option<String>,
    /// EXDATE: starts of occurrences that do not take place.
    pub excluded: Vec<EventTime>,
    /// RDATE: further starts.
    pub added: Vec<EventTime>,
}

/// STATUS of a VEVENT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventStatus {
    /// It takes place.
    #[default]
    Confirmed,
    /// It may take place.
    Tentative,
    /// It does not take place.
    Cancelled,
}

/// CLASS of a VEVENT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Anyone may see it.
    #[default]
    Public,
    /// Only its owner may see what it is.
    Private,
    /// Named in RFC 5545; shown as private.
    Confidential,
}

/// TRANSP of a VEVENT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transparency {
    /// Its time is taken.
    #[default]
    Opaque,
    /// Its time stays free.
    Transparent,
}

/// An ATTENDEE or ORGANIZER.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    /// The address without `mailto:`, as written.
    pub address: String,
    /// CN; may be empty.
    pub name: String,
    /// ROLE and CUTYPE as one.
    pub role: Role,
    /// PARTSTAT.
    pub participation: Participation,
}

/// What someone is at an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// REQ-PARTICIPANT, and CHAIR.
    #[default]
    Required,
    /// OPT-PARTICIPANT and NON-PARTICIPANT.
    Optional,
    /// CUTYPE RESOURCE or ROOM.
    Resource,
}

/// PARTSTAT (RFC 5545 §3.2.12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Participation {
    /// No answer yet.
    #[default]
    NeedsAction,
    /// Yes.
    Accepted,
    /// No.
    Declined,
    /// Maybe.
    Tentative,
    /// Passed on to someone else.
    Delegated,
}

/// An ATTACH.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Where it is, or `data:` where the source holds it inline.
    pub uri: String,
    /// FMTTYPE; may be empty.
    pub media_type: String,
    /// FILENAME; may be empty.
    pub name: String,
}

/// A VALARM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// ACTION, upper case.
    pub action: String,
    /// TRIGGER as written, e.g. `-PT15M`, with its parameters before a colon where it has any.
    pub trigger: String,
    /// Every other line of the component, unfolded.
    pub other: Vec<String>,
}
