//! Calendars without I/O: events, recurrence, time zones, iCalendar in and out.

mod event;
pub mod ical;
pub mod recurrence;
mod time;
mod zone;

pub use event::{Alarm, Attachment, Attendee, Event, EventStatus, EventTime, Participation, Recurrence, Role, Transparency, Visibility};
pub use zone::Zone;
