//! What an invitation or a cancellation makes of the event here.

mod here;
mod words;

use anyhow::{Context as _, Result};
use calendar::edit::{self, Deletion, EditError, Scope};
use calendar::ical::{self, Effect, ReadEvent};
use calendar::{Event, EventStatus, EventTime};
use jiff::Timestamp;
use mail::incoming::{Incoming, Kind};
use store::Writer;
use store::mail_command::MailCommand;
use store::mail_command::entry::{self, Stamp};
use store::mail_command::taken::Outcome;

use self::here::{Here, Word, fresh, words_of};
use crate::answers::occurrence_key;
use crate::calendars;
use crate::error::Failure;

/// What became of a command.
#[derive(Clone, Debug)]
pub(super) struct Done {
    pub(super) outcome: Outcome,
    /// The single event or series.
    pub(super) event: Option<i64>,
    /// What changed, or what was wrong.
    pub(super) detail: String,
    /// What the answer tells of: the event, or the one date that it was about.
    pub(super) told: Option<Event>,
    /// Whom the organizer invited besides.
    pub(super) others: Vec<String>,
}

impl Done {
    fn new(outcome: Outcome, detail: impl Into<String>) -> Self {
        Self { outcome, event: None, detail: detail.into(), told: None, others: Vec::new() }
    }

    pub(super) fn refused(why: impl Into<String>) -> Self {
        Self::new(Outcome::Refused, why)
    }

    fn failed(why: impl Into<String>) -> Self {
        Self::new(Outcome::Failed, why)
    }

    fn unchanged(event: Option<i64>, why: &str) -> Self {
        Self { event, ..Self::new(Outcome::Unchanged, why) }
    }
}

/// Where a command is carried out.
struct Desk<'w, 'c> {
    w: &'w Writer<'c>,
    command: &'w MailCommand,
    incoming: &'w Incoming,
    received_at: Timestamp,
    now: Timestamp,
}

/// Does what a message says, and says what that was.
pub(super) fn carry_out(
    w: &Writer<'_>,
    command: &MailCommand,
    incoming: &Incoming,
    received_at: Timestamp,
    now: Timestamp,
) -> Result<Done> {
    let desk = Desk { w, command, incoming, received_at, now };
    match (incoming.kind, incoming.method.as_deref()) {
        (Kind::Cancellation, _) => desk.cancel(),
        (Kind::Invitation, Some("REQUEST")) => desk.request(),
        (Kind::Invitation, _) => {
            Ok(Done::failed("It only adds a date to an invitation. Change the event itself in your calendar, and save it for all guests."))
        }
        (Kind::Calendar, _) => Ok(Done::failed(
            "The calendar in it is no invitation. Open the event in your calendar and add this address as a guest, instead of sending a file.",
        )),
        _ => Ok(Done::failed("There is no invitation in it. Open the event in your calendar and add this address as a guest.")),
    }
}

impl Desk<'_, '_> {
    fn request(&self) -> Result<Done> {
        let text = self.incoming.calendar.as_deref().unwrap_or_default();
        let reading = ical::read(text.as_bytes());
        if let Some(problem) = reading.problems.iter().find(|problem| problem.effect == Effect::EventLeftOut) {
            return Ok(Done::failed(format!(
                "Line {} of its calendar cannot be read: {}",
                problem.line,
                crate::error::as_sentence(&problem.reason)
            )));
        }
        let words = words_of(self.incoming, self.received_at);
        let uid = match one_uid(&words) {
            Ok(uid) if !reading.events.is_empty() => uid,
            Ok(_) => return Ok(Done::failed("The calendar in it has no event.")),
            Err(why) => return Ok(Done::failed(why)),
        };
        let here = Here::find(self.w, self.command, uid)?;
        if let Err(error) = calendars::writable(self.w, here.calendar) {
            return error.downcast::<Failure>().map(|failure| Done::failed(failure.message));
        }
        let others = self.others(&reading.events);
        let mut brought: Vec<(Event, Word)> = Vec::new();
        for ReadEvent { event, .. } in reading.events {
            let key = event.recurrence_id.as_ref().map(occurrence_key).unwrap_or_default();
            let said = words.iter().find(|word| word.occurrence == key).map(|word| word.stamp);
            let stamp = said.unwrap_or(Stamp { sequence: event.sequence, dtstamp: self.received_at });
            let word = Word { uid: uid.to_owned(), original: event.recurrence_id, occurrence: key, stamp };
            if fresh(self.w, self.command, &here, &word)? {
                brought.push((here.ours(event), word));
            }
        }
        if brought.is_empty() {
            return Ok(Done::unchanged(here.event(), "It was followed before, or what came later already says otherwise."));
        }
        for (_, word) in &brought {
            entry::put(self.w, self.command.id, uid, &word.occurrence, &here.own_uid, word.stamp)?;
        }
        let brought: Vec<Event> = brought.into_iter().map(|(event, _)| event).collect();
        let done = self.write(&here, &brought, others)?;
        self.take_off_what_waited(&here, uid)?;
        Ok(done)
    }

    /// Dates that were called off before their series was here.
    fn take_off_what_waited(&self, before: &Here, uid: &str) -> Result<()> {
        let here = Here::find_again(self.w, before)?;
        if here.series().is_none() {
            return Ok(());
        }
        let mut off = Vec::new();
        for original in entry::take_awaiting(self.w, self.command.id, uid)? {
            let original: EventTime = serde_json::from_str(&original).context("Read a date that is off")?;
            // The series that came may not have it.
            off.extend(taken_off(&here, Some(&original)).unwrap_or_default());
        }
        here.put(self.w, self.command, &off, self.now)?;
        Ok(())
    }

    /// Writes what a newer word says: the whole, or single dates of it.
    fn write(&self, here: &Here, brought: &[Event], others: Vec<String>) -> Result<Done> {
        let was_there = here.is_there();
        let written = here.put(self.w, self.command, brought, self.now)?;
        let after = Here::find_again(self.w, here)?;
        let Some(told) = written.first() else {
            return Ok(Done::unchanged(after.event(), "It says nothing that is new here."));
        };
        let before = told.recurrence_id.as_ref().map_or_else(|| here.master(), |original| here.date(original));
        let is_off = |event: &Event| event.status == EventStatus::Cancelled;
        let outcome = match &before {
            _ if !was_there => Outcome::Created,
            Some(before) if is_off(told) && !is_off(before) => Outcome::Cancelled,
            _ => Outcome::Updated,
        };
        let detail = match (&before, outcome) {
            (Some(before), Outcome::Updated) => words::changes(before, told),
            _ => String::new(),
        };
        Ok(Done { outcome, event: after.event(), detail, told: Some(told.clone()), others: if was_there { Vec::new() } else { others } })
    }

    fn cancel(&self) -> Result<Done> {
        let words = words_of(self.incoming, self.received_at);
        let uid = match one_uid(&words) {
            Ok(uid) => uid,
            Err(why) => return Ok(Done::failed(why)),
        };
        let here = Here::find(self.w, self.command, uid)?;
        if let Err(error) = calendars::writable(self.w, here.calendar) {
            return error.downcast::<Failure>().map(|failure| Done::failed(failure.message));
        }
        let (mut off, mut problem) = (Vec::new(), None);
        for word in &words {
            let last = entry::stamp(self.w, self.command.id, uid, &word.occurrence)?;
            // Some calendars cancel under a SEQUENCE that is lower than that of the last update: their clock says which is newer.
            if last.is_some_and(|last| word.stamp <= last && word.stamp.dtstamp <= last.dtstamp) {
                continue;
            }
            match taken_off(&here, word.original.as_ref()) {
                Ok(events) => off.extend(events),
                Err(why) => {
                    problem = Some(why);
                    continue;
                }
            }
            let newest = last.map_or(word.stamp, |last| Stamp {
                sequence: word.stamp.sequence.max(last.sequence),
                dtstamp: word.stamp.dtstamp.max(last.dtstamp),
            });
            entry::put(self.w, self.command.id, uid, &word.occurrence, &here.own_uid, newest)?;
            if let Some(original) = word.original.filter(|_| here.series().is_none()) {
                let original = serde_json::to_string(&original).context("Write down a date that is off")?;
                entry::await_series(self.w, self.command.id, uid, &word.occurrence, &original)?;
            }
        }
        if !here.is_there() {
            return Ok(Done::failed(
                "It cancels an event that is not here, so nothing was changed. Should its invitation still arrive, what it cancels stays off.",
            ));
        }
        if let Some(problem) = problem.filter(|_| off.is_empty()) {
            return Ok(Done::failed(problem));
        }
        self.write(&here, &off, Vec::new())
    }

    /// Whom the invitation names besides the address itself and whoever sent it.
    fn others(&self, events: &[ReadEvent]) -> Vec<String> {
        const MOST: usize = 20;
        let mut own = vec![self.command.does.address.clone(), super::form::normalised(&self.incoming.from)];
        // Some calendars name their account here by an alias.
        own.extend(events.iter().filter_map(|read| read.event.organizer.as_ref()).map(|own| super::form::normalised(&own.address)));
        let mut others: Vec<String> = Vec::new();
        for attendee in events.iter().flat_map(|read| &read.event.attendees) {
            let address = super::form::normalised(&attendee.address);
            let is_own = own.contains(&address) || self.command.does.allowed.contains(&address);
            if !is_own && others.len() < MOST && !others.contains(&address) {
                others.push(address);
            }
        }
        others
    }
}

/// The events that are off: every one of the series, or one date.
fn taken_off(here: &Here, original: Option<&EventTime>) -> Result<Vec<Event>, String> {
    let off = |event: &Event| Event { status: EventStatus::Cancelled, ..event.clone() };
    let Some(original) = original else { return Ok(here.events().iter().map(|event| off(event)).collect()) };
    let original = here.placed(original);
    if let Some(exception) = here.exception(&original) {
        return Ok(vec![off(exception)]);
    }
    let Some(series) = here.series() else { return Ok(Vec::new()) };
    if series.master.recurrence == calendar::Recurrence::default() {
        return if series.master.start == original { Ok(vec![off(&series.master)]) } else { Err(no_such_date(&original)) };
    }
    let edited = edit::delete(&series, Scope::This { original_start: original }, Deletion::Cancel).map_err(|error| match error {
        EditError::NoSuchOccurrence(_) => no_such_date(&original),
        other => other.to_string(),
    })?;
    Ok(edited.exceptions.into_iter().filter(|exception| exception.recurrence_id == Some(original)).collect())
}

fn no_such_date(original: &EventTime) -> String {
    format!("It cancels the date {}, which the event does not have here. Nothing was changed.", calendar::words::time(original, None))
}

/// The one event that a message is about.
fn one_uid(words: &[Word]) -> Result<&str, &'static str> {
    let Some(first) = words.first().filter(|word| !word.uid.is_empty()) else {
        return Err("The calendar in it names no event.");
    };
    if words.iter().any(|word| word.uid != first.uid) {
        return Err("It holds several events at once. Invite this address to each of them.");
    }
    Ok(&first.uid)
}
