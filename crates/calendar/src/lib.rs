//! Calendars without I/O: events, recurrence, time zones, iCalendar in and out.
#![doc = ""]

mod event;

pub use event::{
    Alarm, Attachment, Attendee, Event, EventStatus, EventTime, Participation, Recurrence, Role, Transparency, Visibility, Zone,
};
