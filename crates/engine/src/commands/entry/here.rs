//! The event here that an entry of the organizer's own calendar became.

use std::fmt::Write as _;

use anyhow::Result;
use calendar::recurrence::Series;
use calendar::{Event, EventStatus, EventTime, Recurrence, diff, edit};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use mail::incoming::Incoming;
use sha2::{Digest as _, Sha256};
use store::event_version::{self, Current, Draft, Origin, Source};
use store::mail_command::MailCommand;
use store::mail_command::entry::{self, Stamp};
use store::{Reader, Writer, event};

use crate::answers::occurrence_key;

/// What a message speaks of: the whole, or one date of it.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// UID, theirs.
    pub(super) uid: String,
    /// RECURRENCE-ID.
    pub(super) original: Option<EventTime>,
    /// What the date is filed under; empty for the whole.
    pub(super) occurrence: String,
    pub(super) stamp: Stamp,
}

/// Every component of a message once, whoever is invited to it.
pub(super) fn words_of(incoming: &Incoming, received_at: Timestamp) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    for entry in &incoming.answers {
        let occurrence = entry.recurrence_id.as_ref().map_or_else(|| entry.recurrence_id_text.clone(), occurrence_key);
        if words.iter().any(|word| word.uid == entry.uid && word.occurrence == occurrence) {
            continue;
        }
        // A clock that runs ahead would keep every later word out.
        let dtstamp = entry.dtstamp.or(incoming.date).unwrap_or(received_at).min(received_at);
        let stamp = Stamp { sequence: entry.sequence.unwrap_or(0), dtstamp };
        words.push(Word { uid: entry.uid.clone(), original: entry.recurrence_id, occurrence, stamp });
    }
    words
}

/// Whether a word is newer than what was said of it before, and than a cancellation of the whole.
pub(super) fn fresh(r: &Reader<'_>, command: &MailCommand, here: &Here, word: &Word) -> Result<bool> {
    let last = entry::stamp(r, command.id, &word.uid, &word.occurrence)?;
    if last.is_some_and(|last| word.stamp <= last) {
        return Ok(false);
    }
    let Some(original) = &word.original else { return Ok(true) };
    let Some(whole) = entry::stamp(r, command.id, &word.uid, "")? else { return Ok(true) };
    let is_older = word.stamp.dtstamp <= whole.dtstamp && word.stamp <= whole;
    let stands =
        here.series().is_some_and(|series| series.master.status != EventStatus::Cancelled && has(&series.master, &here.placed(original)));
    Ok(stands || !is_older)
}

/// The event as it is here; nothing, before the first invitation to it.
#[derive(Clone, Debug)]
pub(super) struct Here {
    pub(super) calendar: i64,
    pub(super) own_uid: String,
    /// Deleted ones too.
    known: Vec<Current>,
}

impl Here {
    pub(super) fn find(r: &Reader<'_>, command: &MailCommand, uid: &str) -> Result<Self> {
        let own_uid = entry::own_uid(r, command.id, uid)?.unwrap_or_else(|| own_uid(&command.does.address, uid));
        // It stays in the calendar that it was put into, also when the address writes to another one by now.
        let rows = event::find_uid(r, &own_uid)?;
        let row = rows.iter().find(|row| !row.deleted).or_else(|| rows.first());
        let calendar = row.map_or(command.does.calendar, |row| row.calendar);
        let known = event_version::of_uid(r, calendar, &own_uid)?;
        Ok(Self { calendar, own_uid, known })
    }

    /// The same a moment later.
    pub(super) fn find_again(r: &Reader<'_>, before: &Self) -> Result<Self> {
        Ok(Self { known: event_version::of_uid(r, before.calendar, &before.own_uid)?, ..before.clone() })
    }

    fn current(&self) -> impl Iterator<Item = &Current> {
        self.known.iter().filter(|current| !current.row.deleted)
    }

    pub(super) fn is_there(&self) -> bool {
        self.current().next().is_some()
    }

    /// Its row: the series', or that of a date which came without one.
    pub(super) fn event(&self) -> Option<i64> {
        let whole = self.known.iter().find(|current| current.content.recurrence_id.is_none());
        whole.or(self.known.first()).map(|current| current.row.id)
    }

    pub(super) fn events(&self) -> Vec<&Event> {
        self.current().map(|current| &current.content).collect()
    }

    pub(super) fn master(&self) -> Option<Event> {
        self.events().into_iter().find(|event| event.recurrence_id.is_none()).cloned()
    }

    pub(super) fn exception(&self, original: &EventTime) -> Option<&Event> {
        self.events().into_iter().find(|event| event.recurrence_id.as_ref() == Some(original))
    }

    pub(super) fn series(&self) -> Option<Series> {
        let exceptions = self.events().into_iter().filter(|event| event.recurrence_id.is_some()).cloned().collect();
        Some(Series { master: self.master()?, exceptions })
    }

    /// One date as it stands; none where there is nothing that could have it.
    pub(super) fn date(&self, original: &EventTime) -> Option<Event> {
        self.exception(original).cloned().or_else(|| Some(edit::occurrence_event(&self.series()?, *original)))
    }

    /// A date in the zone of the event's own: calendars write it in UTC or in one of their own.
    pub(super) fn placed(&self, original: &EventTime) -> EventTime {
        self.master().map_or(*original, |master| placed(original, &master.start))
    }

    /// An event of theirs as one of ours: under our UID, and without what stays with them.
    pub(super) fn ours(&self, event: Event) -> Event {
        Event { uid: self.own_uid.clone(), organizer: None, attendees: Vec::new(), alarms: Vec::new(), own_properties: Vec::new(), ..event }
    }

    /// Writes events of a newer word; those that differ from what was here, the whole first.
    pub(super) fn put(&self, w: &Writer<'_>, command: &MailCommand, brought: &[Event], now: Timestamp) -> Result<Vec<Event>> {
        let whole = brought.iter().find(|event| event.recurrence_id.is_none());
        let start = whole.map(|whole| whole.start).or_else(|| self.master().map(|master| master.start));
        let dates = brought.iter().filter_map(|event| {
            let original = event.recurrence_id?;
            let original = start.map_or(original, |start| placed(&original, &start));
            Some(Event { recurrence_id: Some(original), recurrence: Recurrence::default(), ..event.clone() })
        });
        let next: Vec<Event> = whole.cloned().into_iter().chain(dates).collect();
        let is_new = |event: &&Event| {
            let known = self.events().into_iter().find(|known| known.recurrence_id == event.recurrence_id);
            known.is_none_or(|known| !diff::same_content(known, event))
        };
        let changed: Vec<Event> = next.iter().filter(is_new).cloned().collect();
        let gone = whole.map(|whole| self.left_behind(whole, &next)).unwrap_or_default();
        let draft = |content, event, deleted| Draft { calendar: self.calendar, event, content, ical: "", deleted, split_from: None };
        let mut drafts: Vec<Draft<'_>> = gone.iter().map(|gone| draft(&gone.content, Some(gone.row.id), true)).collect();
        drafts.extend(changed.iter().map(|event| draft(event, None, false)));
        event_version::append(w, &drafts, &Origin { source: Source::Command(command.id), import: None, at: now })?;
        Ok(changed)
    }

    /// Dates that the whole, said anew, no longer has; of one that was off, all that are not said with it.
    fn left_behind(&self, whole: &Event, next: &[Event]) -> Vec<&Current> {
        let was_off = self.master().is_none_or(|master| master.status == EventStatus::Cancelled) && whole.status != EventStatus::Cancelled;
        let is_named = |original: &EventTime| next.iter().any(|event| event.recurrence_id.as_ref() == Some(original));
        let is_left = |current: &&Current| {
            let original = current.content.recurrence_id;
            original.is_some_and(|original| !is_named(&original) && (was_off || !has(whole, &placed(&original, &whole.start))))
        };
        let had_master = self.master().is_some();
        // Dates that came before their series wait for it.
        self.current().filter(|_| had_master).filter(is_left).collect()
    }
}

fn placed(time: &EventTime, own: &EventTime) -> EventTime {
    match (time, own) {
        (EventTime::Zoned(..), EventTime::Zoned(..)) => own.with_instant(time.to_instant(&TimeZone::UTC), &TimeZone::UTC),
        (EventTime::Floating(local), EventTime::Zoned(..)) => own.with_local(*local),
        _ => *time,
    }
}

/// Whether a series has a date, by its rule.
fn has(master: &Event, original: &EventTime) -> bool {
    let utc = &TimeZone::UTC;
    let at = original.to_instant(utc);
    let after = at.saturating_add(SignedDuration::from_secs(1)).unwrap_or(at);
    Series::single(master.clone()).occurrences(at..after, utc).any(|date| date.original_start.to_instant(utc) == at)
}

/// Unlike any other UID (RFC 7986 §5.3), and the same for the same entry: a mailbox that is read by two computers makes one event of it.
fn own_uid(address: &str, uid: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(address.as_bytes());
    hash.update([0]);
    hash.update(uid.as_bytes());
    hash.finalize().iter().take(16).fold(String::with_capacity(32), |mut name, byte| {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}
