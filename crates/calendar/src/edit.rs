//! Edits of a series: one occurrence, this and the following ones, or all.

mod shift;
mod split;

use jiff::tz::TimeZone;

use crate::colour::set_colour;
use crate::event::{Alarm, Attachment, Attendee, Event, EventStatus, EventTime, Recurrence, Transparency, Visibility};
use crate::recurrence::{Rule, Series, wall_clock_between};

/// The fields of an event that change: what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventPatch {
    /// SUMMARY.
    pub summary: Option<String>,
    /// DESCRIPTION.
    pub description: Option<String>,
    /// LOCATION.
    pub place: Option<String>,
    /// The new start: of the occurrence that the scope names, or of the master. Without `end` the length stays.
    pub start: Option<EventTime>,
    /// The new end.
    pub end: Option<EventTime>,
    /// The new recurrence; of no effect on a single occurrence.
    pub recurrence: Option<Recurrence>,
    /// STATUS.
    pub status: Option<EventStatus>,
    /// CLASS.
    pub visibility: Option<Visibility>,
    /// TRANSP.
    pub transparency: Option<Transparency>,
    /// URL.
    pub url: Option<String>,
    /// The address of the video call.
    pub video_link: Option<String>,
    /// CATEGORIES.
    pub categories: Option<Vec<String>>,
    /// ORGANIZER; `Some(None)` takes it away.
    pub organizer: Option<Option<Attendee>>,
    /// ATTENDEE.
    pub attendees: Option<Vec<Attendee>>,
    /// ATTACH.
    pub attachments: Option<Vec<Attachment>>,
    /// The name of its own colour; empty takes it away.
    pub colour: Option<String>,
    /// VALARM.
    pub alarms: Option<Vec<Alarm>>,
}

/// Which occurrences an edit is about. Times are original starts, as in [`crate::recurrence::Occurrence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One.
    This {
        /// When the rule has it start.
        original_start: EventTime,
    },
    /// One and all after it: the series ends before it and a new one begins.
    Following {
        /// When the rule has the first of them start.
        original_start: EventTime,
    },
    /// The whole series.
    All,
}

/// What becomes of one occurrence that is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// It is taken out of the series without a trace (EXDATE).
    Exclude,
    /// It stays as a cancelled one, so that those who hold it can be told.
    Cancel,
}

/// A series after an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesEdit {
    /// The series itself.
    pub master: Event,
    /// All its exceptions.
    pub exceptions: Vec<Event>,
    /// The series that "this and following" began.
    pub split: Option<Series>,
}

/// Why an edit cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The end is before the start, or a whole day has no length.
    #[error("The end must be after the start")]
    EndBeforeStart,
    /// The series has no such occurrence.
    #[error("The series has no occurrence on {0}")]
    NoSuchOccurrence(String),
    /// The rule says nothing that can be expanded.
    #[error("{0}")]
    Rule(String),
}

/// Applies a patch. A series that "this and following" begins gets `split_uid`; other scopes do not use it.
///
/// # Errors
/// When the event would end before it starts, the occurrence is not there, or the rule cannot be read.
pub fn apply(series: &Series, patch: &EventPatch, scope: Scope, split_uid: &str) -> Result<SeriesEdit, EditError> {
    match scope {
        Scope::This { original_start } if repeats(series) => edit_one(series, patch, original_start),
        Scope::Following { original_start } if repeats(series) && !is_first(series, original_start) => {
            let (before, mut after) = split::at(series, original_start, split_uid)?;
            if let Some(recurrence) = &patch.recurrence {
                after.master.recurrence = recurrence.clone();
            }
            let changed = shift::edit_all(&after, &patch.as_seen_from(original_start, &after.master))?;
            let split = Series { master: changed.master, exceptions: changed.exceptions };
            Ok(SeriesEdit { master: before.master, exceptions: before.exceptions, split: Some(split) })
        }
        Scope::This { .. } | Scope::Following { .. } | Scope::All => shift::edit_all(series, patch),
    }
}

/// Deletes occurrences. Deleting all cancels the events; whether they are also removed is the caller's choice.
///
/// # Errors
/// When the occurrence is not there or the rule cannot be read.
pub fn delete(series: &Series, scope: Scope, deletion: Deletion) -> Result<SeriesEdit, EditError> {
    match scope {
        Scope::This { original_start } if repeats(series) => match deletion {
            Deletion::Cancel => {
                let patch = EventPatch { status: Some(EventStatus::Cancelled), ..EventPatch::default() };
                edit_one(series, &patch, original_start)
            }
            Deletion::Exclude => exclude(series, original_start),
        },
        Scope::Following { original_start } if repeats(series) && !is_first(series, original_start) => {
            let (before, _) = split::at(series, original_start, "")?;
            Ok(SeriesEdit { master: before.master, exceptions: before.exceptions, split: None })
        }
        Scope::This { .. } | Scope::Following { .. } | Scope::All => {
            let mut edit = unchanged(series);
            for event in std::iter::once(&mut edit.master).chain(&mut edit.exceptions) {
                event.status = EventStatus::Cancelled;
            }
            Ok(edit)
        }
    }
}

/// A series whose master goes back to an earlier state. The dates that differ go with its start; those that it does not have are gone.
#[must_use]
pub fn go_back(series: &Series, master: Event) -> SeriesEdit {
    let mut exceptions = series.exceptions.clone();
    shift::go_along(series, &master, &mut exceptions);
    if (master.start, &master.recurrence) != (series.master.start, &series.master.recurrence) {
        let bare = Series::single(master.clone());
        exceptions.retain(|exception| repeats(&bare) && exception.recurrence_id.is_some_and(|original| has_occurrence(&bare, original)));
    }
    SeriesEdit { master, exceptions, split: None }
}

/// A series whose dates have the names that they have where it begins as another does, as far as that one has such dates. The master stays.
pub(crate) fn named_like(series: &Series, other: &Event) -> Series {
    shift::named_like(series, other)
}

/// Whether a series has such a date, be it taken out or not.
#[must_use]
pub fn is_date(master: &Event, original_start: &EventTime) -> bool {
    repeats(&Series::single(master.clone())) && shift::is_date(master, original_start)
}

fn unchanged(series: &Series) -> SeriesEdit {
    SeriesEdit { master: series.master.clone(), exceptions: series.exceptions.clone(), split: None }
}

fn repeats(series: &Series) -> bool {
    let recurrence = &series.master.recurrence;
    recurrence.rule.is_some() || !recurrence.added.is_empty()
}

fn is_first(series: &Series, original_start: EventTime) -> bool {
    instant(series, &original_start) <= instant(series, &series.master.start)
}

/// The instant of a time of the series, for comparison within it.
fn instant(series: &Series, time: &EventTime) -> jiff::Timestamp {
    time.to_instant(series.master.start.time_zone(&TimeZone::UTC))
}

fn same_occurrence(series: &Series, left: &EventTime, right: &EventTime) -> bool {
    if left.is_all_day() || right.is_all_day() { left.date() == right.date() } else { instant(series, left) == instant(series, right) }
}

fn edit_one(series: &Series, patch: &EventPatch, original_start: EventTime) -> Result<SeriesEdit, EditError> {
    let mut edit = unchanged(series);
    let known = edit
        .exceptions
        .iter()
        .position(|exception| exception.recurrence_id.is_some_and(|original| same_occurrence(series, &original, &original_start)));
    let by_rule = occurrence_event(series, original_start);
    let mut event = if let Some(exception) = known.and_then(|place| series.exceptions.get(place)) {
        exception.clone()
    } else {
        let excluded = |time: &EventTime| same_occurrence(series, time, &original_start);
        let was_excluded = series.master.recurrence.excluded.iter().any(excluded);
        edit.master.recurrence.excluded.retain(|time| !excluded(time));
        if !was_excluded && !has_occurrence(series, original_start) {
            return Err(EditError::NoSuchOccurrence(crate::words::time(&original_start, None)));
        }
        by_rule.clone()
    };
    patch.apply_to(&mut event)?;
    let back_to_series = crate::diff::same_content(&event, &by_rule) && event.status == by_rule.status;
    match known {
        Some(place) if back_to_series => drop(edit.exceptions.remove(place)),
        Some(place) => {
            if let Some(exception) = edit.exceptions.get_mut(place) {
                *exception = event;
            }
        }
        None if back_to_series => {}
        None => edit.exceptions.push(event),
    }
    Ok(edit)
}

fn exclude(series: &Series, original_start: EventTime) -> Result<SeriesEdit, EditError> {
    let mut edit = unchanged(series);
    let is_it = |time: &EventTime| same_occurrence(series, time, &original_start);
    let by_exception = series.exceptions.iter().any(|exception| exception.recurrence_id.as_ref().is_some_and(is_it));
    if !by_exception && !has_occurrence(series, original_start) {
        return Err(EditError::NoSuchOccurrence(crate::words::time(&original_start, None)));
    }
    edit.exceptions.retain(|exception| !exception.recurrence_id.as_ref().is_some_and(is_it));
    let recurrence = &mut edit.master.recurrence;
    recurrence.added.retain(|time| !is_it(time));
    if !recurrence.excluded.iter().any(is_it) {
        recurrence.excluded.push(original_start);
    }
    Ok(edit)
}

/// Whether the rule, DTSTART or RDATE give an occurrence that starts then.
fn has_occurrence(series: &Series, original_start: EventTime) -> bool {
    let bare = Series::single(series.master.clone());
    let utc = &TimeZone::UTC;
    let from = original_start.to_instant(utc);
    let to = from.saturating_add(jiff::SignedDuration::from_secs(1)).unwrap_or(from);
    bare.occurrences(from..to, utc).any(|occurrence| same_occurrence(series, &occurrence.original_start, &original_start))
}

/// One occurrence as the series has it, as an event of its own.
pub fn occurrence_event(series: &Series, original_start: EventTime) -> Event {
    let master = &series.master;
    let length = wall_clock_between(&master.start, &master.end);
    let end = match (master.start.zone(), master.end.zone()) {
        (Some(_), Some(_)) => {
            let utc = &TimeZone::UTC;
            let elapsed = master.end.to_instant(utc).duration_since(master.start.to_instant(utc));
            let instant = original_start.to_instant(utc).saturating_add(elapsed).unwrap_or(jiff::Timestamp::MAX);
            master.end.with_instant(instant, utc)
        }
        _ => original_start.moved_by(length),
    };
    Event { recurrence_id: Some(original_start), start: original_start, end, recurrence: Recurrence::default(), ..master.clone() }
}

impl EventPatch {
    /// The patch of an occurrence as a patch of the series that begins with it or, where it was an added date, after it.
    fn as_seen_from(&self, original_start: EventTime, master: &Event) -> Self {
        let later = wall_clock_between(&original_start, &master.start);
        let moved = |time: EventTime| time.moved_by(later);
        Self { start: self.start.map(moved), end: self.end.map(moved), ..self.clone() }
    }

    /// Puts the fields that change into one event.
    ///
    /// # Errors
    /// When the event would end before it starts, or the rule cannot be read.
    pub fn apply_to(&self, event: &mut Event) -> Result<(), EditError> {
        self.apply_times(event)?;
        let master = event.recurrence_id.is_none();
        if let Some(recurrence) = self.recurrence.as_ref().filter(|_| master) {
            event.recurrence = recurrence.clone();
        }
        if let Some(text) = &event.recurrence.rule {
            let (rule, _) = Rule::parse(text).map_err(|error| EditError::Rule(error.to_string()))?;
            event.recurrence.rule = Some(rule.for_start(&event.start).to_string());
        }
        set(&mut event.summary, self.summary.as_ref());
        set(&mut event.description, self.description.as_ref());
        set(&mut event.place, self.place.as_ref());
        set(&mut event.status, self.status.as_ref());
        set(&mut event.visibility, self.visibility.as_ref());
        set(&mut event.transparency, self.transparency.as_ref());
        set(&mut event.url, self.url.as_ref());
        set(&mut event.video_link, self.video_link.as_ref());
        set(&mut event.categories, self.categories.as_ref());
        set(&mut event.organizer, self.organizer.as_ref());
        set(&mut event.attendees, self.attendees.as_ref());
        set(&mut event.attachments, self.attachments.as_ref());
        set(&mut event.alarms, self.alarms.as_ref());
        if let Some(name) = &self.colour {
            set_colour(event, name);
        }
        Ok(())
    }

    fn apply_times(&self, event: &mut Event) -> Result<(), EditError> {
        let start = self.start.unwrap_or(event.start);
        let end = match self.end {
            Some(end) => end,
            None if start.is_all_day() == event.start.is_all_day() => {
                let length = wall_clock_between(&event.start, &event.end);
                let zone_stays = start.zone() == event.start.zone();
                // A flight keeps its landing zone while it only moves in time.
                let moved = if zone_stays { event.end.moved_by(wall_clock_between(&event.start, &start)) } else { start.moved_by(length) };
                if self.start.is_some() { moved } else { event.end }
            }
            None if start.is_all_day() => start.moved_by(jiff::SignedDuration::from_hours(24)),
            None => start.moved_by(jiff::SignedDuration::from_hours(1)),
        };
        let utc = &TimeZone::UTC;
        let alike = start.is_all_day() == end.is_all_day() && start.zone().is_some() == end.zone().is_some();
        let in_order = if start.is_all_day() { end.date() > start.date() } else { end.to_instant(utc) >= start.to_instant(utc) };
        if !alike || !in_order {
            return Err(EditError::EndBeforeStart);
        }
        (event.start, event.end) = (start, end);
        Ok(())
    }
}

fn set<T: Clone>(field: &mut T, value: Option<&T>) {
    if let Some(value) = value {
        field.clone_from(value);
    }
}

#[cfg(test)]
mod tests;
