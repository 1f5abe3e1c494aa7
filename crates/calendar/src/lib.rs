//! Calendars without I/O: events, recurrence, time zones, iCalendar in and out.

pub mod colour;
pub mod copies;
pub mod diff;
pub mod edit;
mod event;
pub mod ical;
pub mod plan;
pub mod recurrence;
pub mod remote;
pub mod sync;
mod time;
pub mod words;
mod zone;

pub use event::{Alarm, Attachment, Attendee, Event, EventStatus, EventTime, Participation, Recurrence, Role, Transparency, Visibility};
pub use zone::Zone;
