//! Copies of one calendar's events in another, as a rule of the organizer's wants them: planned here, without a clock or a database.
//!
//! A copy carries the name of its event in [`SOURCE`]. What the source changes is merged into the copy field by field, so that an edit by hand
//! outlives it; a copy that was deleted by hand is never made again.

mod plan;
mod twin;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::colour::{COLOUR, colour_of};
use crate::recurrence;
use crate::sync::Series;
use crate::{Event, EventStatus, EventTime, Recurrence, Zone};

pub use plan::{Known, Step, plan};
pub use twin::is_twin;

/// The property in which a copy names the UID of its event.
pub const SOURCE: &str = "X-ROLLCALL-SOURCE";

/// What happens to a copy whose event is gone, or is no longer one that the rule asks for. What is over stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// It stays and says that it is cancelled.
    Cancel,
    /// It is deleted.
    Delete,
    /// It stays as it is.
    Keep,
}

/// Which events are copied, and how the copies look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The title of a copy: `{title}`, `{place}` and `{calendar}` stand for what the event says.
    pub title: String,
    /// Name of the calendar that is copied from.
    pub calendar: String,
    /// Name of a colour (CSS); empty for the calendar's own.
    pub colour: String,
    /// The zone that single events are put into. A series keeps its own: its rule counts in it.
    pub zone: Option<Zone>,
    /// One of these words stands in the title, the place or the description; empty for every event.
    pub words: Vec<String>,
    /// Only what takes place for certain.
    pub only_confirmed: bool,
    /// Only what is not over at this instant, unless it has a copy already.
    pub not_over_at: Option<Timestamp>,
    /// What happens to a copy whose event is gone.
    pub gone: Gone,
}

/// The words between braces that a title may hold.
pub const PLACEHOLDERS: [&str; 3] = ["title", "place", "calendar"];

/// The first word between braces that stands for nothing.
#[must_use]
pub fn unknown_placeholder(title: &str) -> Option<&str> {
    let parts = title.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(word, _)| word));
    parts.into_iter().find(|word| !PLACEHOLDERS.contains(word))
}

/// The UID of the event that this one is a copy of.
#[must_use]
pub fn source_of(event: &Event) -> Option<&str> {
    let value = event.own_properties.iter().find_map(|line| line.strip_prefix(SOURCE)?.strip_prefix(':'));
    value.filter(|value| !value.is_empty())
}

/// A line that says of an event whose copy it is.
#[must_use]
pub fn source_line(uid: &str) -> String {
    format!("{SOURCE}:{uid}")
}

impl Rule {
    /// Whether the rule asks for a series. Days and floating times are read in `zone`.
    #[must_use]
    pub fn wants(&self, source: &Series, zone: &TimeZone, is_copied: bool) -> bool {
        let Some(master) = source.master() else { return false };
        if source_of(master).is_some() || (self.only_confirmed && master.status != EventStatus::Confirmed) {
            return false;
        }
        let is_early = self.not_over_at.is_some_and(|at| is_over(source, zone, at));
        (is_copied || !is_early) && (self.words.is_empty() || source.events().any(|event| self.has_word(event)))
    }

    fn has_word(&self, event: &Event) -> bool {
        let text = [&event.summary, &event.place, &event.description].map(|text| text.to_lowercase());
        self.words.iter().map(|word| word.to_lowercase()).any(|word| text.iter().any(|text| text.contains(&word)))
    }

    /// The series as it is to stand in the other calendar under `uid`. Whom the event invites stays with it.
    #[must_use]
    pub fn copy(&self, source: &Series, uid: &str) -> Series {
        let is_single = source.events().count() == 1 && source.master().is_some_and(|master| master.recurrence == Recurrence::default());
        let zone = self.zone.filter(|_| is_single);
        Series::of(source.events().map(|event| Event {
            uid: uid.to_owned(),
            sequence: 0,
            summary: self.title_of(event),
            start: put_into(event.start, zone),
            end: put_into(event.end, zone),
            organizer: None,
            attendees: Vec::new(),
            own_properties: self.properties(event),
            ..event.clone()
        }))
    }

    fn title_of(&self, event: &Event) -> String {
        let mut title = self.title.clone();
        for (name, text) in PLACEHOLDERS.into_iter().zip([&event.summary, &event.place, &self.calendar]) {
            title = title.replace(&format!("{{{name}}}"), text);
        }
        title.trim().to_owned()
    }

    fn properties(&self, event: &Event) -> Vec<String> {
        let colour = Some(self.colour.as_str()).filter(|colour| !colour.is_empty()).or(colour_of(event));
        let colour = colour.map(|colour| format!("{COLOUR}:{colour}"));
        colour.into_iter().chain([source_line(&event.uid)]).collect()
    }
}

/// A time of day in another zone; one that has none is read in it.
fn put_into(time: EventTime, zone: Option<Zone>) -> EventTime {
    match (time, zone) {
        (EventTime::Floating(local), Some(zone)) => EventTime::Zoned(local, zone),
        (EventTime::Zoned(..), Some(zone)) => EventTime::Zoned(zone.time_zone().to_datetime(time.to_instant(&TimeZone::UTC)), zone),
        _ => time,
    }
}

/// Whether all of a series is over; one without end never is.
#[must_use]
pub fn is_over(series: &Series, zone: &TimeZone, at: Timestamp) -> bool {
    let Some(master) = series.master() else { return true };
    let exceptions: Vec<Event> = series.events().filter(|event| event.recurrence_id.is_some()).cloned().collect();
    let moved = exceptions.iter().map(|exception| exception.end.to_instant(zone)).max();
    let last = recurrence::Series { master: master.clone(), exceptions }.last_instant(zone);
    last.is_some_and(|last| moved.map_or(last, |moved| moved.max(last)) <= at)
}
