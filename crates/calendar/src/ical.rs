//! iCalendar (RFC 5545, 5546, 6868, 7986, 7529) in and out.
//!
//! The scanner is our own. Every problem must name its line, a 75,000-byte line, a CR-only file, a missing END or a
//! byte that is no UTF-8 must not cost more than the event it stands in, and the time must stay linear in the size of
//! the file whatever it holds; the readers that exist give up one or the other.
//!
//! Reading keeps what it understands as an [`Event`](crate::Event), the rest of a component line by line in
//! [`own_properties`](crate::Event::own_properties), and names in [`Reading::problems`] whatever it changed or could not use. Writing the
//! result and reading it again gives the same events.

mod duration;
mod event_lines;
mod export;
mod foreign_zone;
mod lines;
mod people;
mod property;
mod read;
mod text;
mod vtimezone;
mod writer;
mod zones;

pub use export::write;
pub use lines::{Line, Lines};
pub use property::{Parameter, Property};
pub use read::{Effect, Problem, ReadEvent, Reading, read};
pub use vtimezone::vtimezones;
pub use writer::Writer;

#[cfg(test)]
mod tests;
