//! Writing versions: the event, its version, the change log, the words for search and the instances, together.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use calendar::diff::{FieldChange, diff};
use calendar::{Event, EventTime};
use jiff::Timestamp;
use rusqlite::params;

use super::{Current, Source, columns};
use crate::change::{self, ChangeKind};
use crate::event::{self, EventRow};
use crate::{Writer, instance, millis};

/// A version that is to be written.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// The calendar of the event.
    pub calendar: i64,
    /// The event; none creates it, or goes on with the deleted one of the same UID and RECURRENCE-ID.
    pub event: Option<i64>,
    /// What it says. Of a deletion: what is deleted.
    pub content: &'a Event,
    /// The component as it was read; empty where it is made here.
    pub ical: &'a str,
    /// The version is a deletion.
    pub deleted: bool,
    /// The series that this new one was split from.
    pub split_from: Option<i64>,
}

/// Who makes versions, and when.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// From where.
    pub source: Source,
    /// The import that brings them.
    pub import: Option<i64>,
    /// When.
    pub at: Timestamp,
}

/// What became of a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The event.
    pub event: i64,
    /// Number of the version before; none where the event is new.
    pub before: Option<u32>,
    /// Number of the version that is current now: the same as before where the draft said nothing new.
    pub version: u32,
}

/// Writes versions, in their order: all of it in the caller's transaction. A draft that says what the event says already
/// writes nothing. Masters come before their exceptions.
///
/// # Errors
/// When the database cannot be written, or a draft names an event that is not there.
pub fn append(w: &Writer<'_>, drafts: &[Draft<'_>], origin: &Origin) -> Result<Vec<Written>> {
    let mut written = Vec::with_capacity(drafts.len());
    // A series is expanded once, however many of its exceptions change.
    let mut series = BTreeSet::new();
    let mut places = instance::Places::of(w)?;
    for draft in drafts {
        let done = append_one(w, draft, origin, &mut series, &mut places)
            .with_context(|| format!("Write a version of the event {}", draft.content.uid))?;
        written.push(done);
    }
    for master in series {
        instance::refill_series(w, master, &mut places)?;
    }
    Ok(written)
}

fn append_one(
    w: &Writer<'_>,
    draft: &Draft<'_>,
    origin: &Origin,
    series: &mut BTreeSet<i64>,
    places: &mut instance::Places,
) -> Result<Written> {
    let event = draft.content;
    let recurrence_id = event.recurrence_id.as_ref().map(EventTime::value).unwrap_or_default();
    let known = known(w, draft, &recurrence_id)?;
    if let Some(known) = &known
        && known.row.deleted == draft.deleted
        && known.content == *event
    {
        return Ok(Written { event: known.row.id, before: Some(known.row.version), version: known.row.version });
    }
    let before = known.as_ref().map(|known| known.row.version);
    let (id, version) = match &known {
        Some(known) => (known.row.id, update_event(w, known, draft, origin)?),
        None => (insert_event(w, draft, &recurrence_id, origin)?, 1),
    };
    if known.is_none() && event.recurrence_id.is_none() && adopt_exceptions(w, id, draft)? {
        series.insert(id);
    }
    insert_version(w, id, version, draft, origin, &changes(known.as_ref(), draft))?;
    let was_there = known.as_ref().is_some_and(|known| !known.row.deleted);
    let kind = match (was_there, draft.deleted) {
        (_, true) => ChangeKind::Deleted,
        (true, false) => ChangeKind::Updated,
        (false, false) => ChangeKind::Created,
    };
    change::put(w, draft.calendar, id, version, kind, origin.at)?;
    let words = [event.summary.as_str(), event.description.as_str(), event.place.as_str()];
    event::index_words(w, id, was_there, (!draft.deleted).then_some(words))?;
    instance::put_own(w, id, draft, origin.at, known.is_some(), places)?;
    let had_series = known.as_ref().is_some_and(|known| known.row.repeats);
    if had_series || columns::repeats(event) {
        series.insert(id);
    }
    if event.recurrence_id.is_some()
        && let Some(master) = master_of(w, draft.calendar, &event.uid)?
    {
        series.insert(master.id);
    }
    Ok(Written { event: id, before, version })
}

fn known(w: &Writer<'_>, draft: &Draft<'_>, recurrence_id: &str) -> Result<Option<Current>> {
    let id = match draft.event {
        Some(id) => Some(id),
        None => event::find(w, draft.calendar, &draft.content.uid, recurrence_id)?.map(|row| row.id),
    };
    let Some(id) = id else { return Ok(None) };
    let known = super::current(w, id)?;
    ensure!(known.is_some(), "there is no event {id}");
    Ok(known)
}

fn changes(known: Option<&Current>, draft: &Draft<'_>) -> Vec<FieldChange> {
    known.map(|known| diff(&known.content, draft.content)).unwrap_or_default()
}

fn master_of(w: &Writer<'_>, calendar: i64, uid: &str) -> Result<Option<EventRow>> {
    event::find(w, calendar, uid, "")
}

fn insert_event(w: &Writer<'_>, draft: &Draft<'_>, recurrence_id: &str, origin: &Origin) -> Result<i64> {
    let event = draft.content;
    let master = match &event.recurrence_id {
        Some(_) => master_of(w, draft.calendar, &event.uid)?.map(|row| row.id),
        None => None,
    };
    w.0.prepare_cached(
        "INSERT INTO event (calendar, uid, recurrence_id, master, version, deleted, split_from, summary, place, start_zone, all_day,
             repeats, updated_at)
         VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        draft.calendar,
        event.uid,
        recurrence_id,
        master,
        draft.deleted,
        draft.split_from,
        event.summary,
        event.place,
        columns::local(&event.start).1,
        matches!(event.start, EventTime::Date(_)),
        columns::repeats(event),
        millis(origin.at),
    ])?;
    Ok(w.0.last_insert_rowid())
}

/// Exceptions that came before their series now have one. Whether there are any.
fn adopt_exceptions(w: &Writer<'_>, master: i64, draft: &Draft<'_>) -> Result<bool> {
    let adopt = "UPDATE event SET master = ?1 WHERE calendar = ?2 AND uid = ?3 AND recurrence_id > ''";
    Ok(w.0.prepare_cached(adopt)?.execute((master, draft.calendar, &draft.content.uid))? > 0)
}

fn update_event(w: &Writer<'_>, known: &Current, draft: &Draft<'_>, origin: &Origin) -> Result<u32> {
    let event = draft.content;
    let version = known.row.version + 1;
    w.0.prepare_cached(
        "UPDATE event SET version = ?2, deleted = ?3, summary = ?4, place = ?5, start_zone = ?6, all_day = ?7, repeats = ?8, updated_at = ?9
         WHERE id = ?1",
    )?
    .execute(params![
        known.row.id,
        version,
        draft.deleted,
        event.summary,
        event.place,
        columns::local(&event.start).1,
        matches!(event.start, EventTime::Date(_)),
        columns::repeats(event),
        millis(origin.at),
    ])?;
    Ok(version)
}

fn insert_version(w: &Writer<'_>, id: i64, version: u32, draft: &Draft<'_>, origin: &Origin, changed: &[FieldChange]) -> Result<()> {
    let event = draft.content;
    let (start_local, start_zone) = columns::local(&event.start);
    let (end_local, end_zone) = columns::local(&event.end);
    w.0.prepare_cached(
        "INSERT INTO event_version (event, number, sequence, start_local, start_zone, end_local, end_zone, all_day, recurrence_start, rrule,
             exdate, rdate, summary, description, place, status, visibility, transparency, url, video_link, categories, organizer,
             attendees, attachments, alarms, own_properties, ical, deleted, source, import, at, changed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26,
             ?27, ?28, ?29, ?30, ?31, ?32)",
    )?
    .execute(params![
        id,
        version,
        event.sequence,
        start_local,
        start_zone,
        end_local,
        end_zone,
        matches!(event.start, EventTime::Date(_)),
        columns::maybe(event.recurrence_id.as_ref())?,
        event.recurrence.rule.as_deref().unwrap_or_default(),
        columns::list(&event.recurrence.excluded)?,
        columns::list(&event.recurrence.added)?,
        event.summary,
        event.description,
        event.place,
        columns::status(event.status),
        columns::visibility(event.visibility),
        columns::transparency(event.transparency),
        event.url,
        event.video_link,
        columns::list(&event.categories)?,
        columns::maybe(event.organizer.as_ref())?,
        columns::list(&event.attendees)?,
        columns::list(&event.attachments)?,
        columns::list(&event.alarms)?,
        columns::list(&event.own_properties)?,
        draft.ical,
        draft.deleted,
        origin.source.name(),
        origin.import,
        millis(origin.at),
        columns::list(changed)?,
    ])?;
    Ok(())
}
