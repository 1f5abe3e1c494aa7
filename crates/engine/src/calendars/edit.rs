//! Creating, changing, deleting and restoring events. Several at once are all done, or none.

mod together;

use std::collections::HashSet;

use anyhow::Result;
use calendar::edit::{self, Deletion, SeriesEdit};
use calendar::recurrence::Series;
use calendar::{Event, EventTime};
use jiff::Timestamp;
use store::event_version::{self, Current, CurrentSeries, Draft, Origin, Source};
use store::{Writer, event};

use super::view::{EventDetail, EventDraft, Scope};
use super::{draft, show, sub_calendar};
use crate::engine::Engine;
use crate::error::{Code, Failure};
use crate::event::Changed;

/// Where the organizer acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// In the window.
    Window,
    /// By the command line.
    CommandLine,
}

/// An event to create.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Id of its calendar.
    pub calendar: String,
    /// What it says.
    pub draft: EventDraft,
}

/// A change of an event.
#[derive(Clone, Debug)]
pub struct EventEdit {
    /// Id of the single event or series.
    pub id: String,
    /// The occurrence that the change begins with; empty for a single event or the whole series.
    pub recurrence_id: String,
    /// How far it reaches.
    pub scope: Scope,
    /// The fields that change.
    pub draft: EventDraft,
}

/// A deletion of an event.
#[derive(Clone, Debug)]
pub struct EventDelete {
    /// Id of the single event or series.
    pub id: String,
    /// The occurrence that it begins with; empty for a single event or the whole series.
    pub recurrence_id: String,
    /// How far it reaches.
    pub scope: Scope,
}

impl Surface {
    /// As a ruling names it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::CommandLine => "command line",
        }
    }

    fn source(self) -> Source {
        match self {
            Self::Window => Source::Window,
            Self::CommandLine => Source::CommandLine,
        }
    }
}

/// Creates an event or a series.
///
/// # Errors
/// `NotFound` for the calendar, `InvalidInput` that names the field.
pub async fn create_event(engine: &Engine, surface: Surface, calendar: &str, draft: EventDraft) -> Result<EventDetail, Failure> {
    only(create_events(engine, surface, vec![NewEvent { calendar: calendar.to_owned(), draft }]).await?)
}

/// Creates events: all of them, or none.
///
/// # Errors
/// As [`create_event`], or `BatchRefused` that names the first fault where there are several events.
pub async fn create_events(engine: &Engine, surface: Surface, events: Vec<NewEvent>) -> Result<Vec<EventDetail>, Failure> {
    let uids: Vec<String> = events.iter().map(|_| fresh_uid()).collect();
    write(engine, surface, move |w, origin| {
        let count = events.len();
        let rows = events.into_iter().zip(uids).enumerate();
        rows.map(|(place, (new, uid))| batched(place, count, create_in(w, &new, uid, origin))).collect()
    })
    .await
}

/// Changes an event, one occurrence, or a series from there on.
///
/// # Errors
/// `NotFound`, `InvalidInput` that names the field.
pub async fn edit_event(engine: &Engine, surface: Surface, edit: EventEdit) -> Result<EventDetail, Failure> {
    only(edit_events(engine, surface, vec![edit]).await?)
}

/// Changes events: all of them, or none.
///
/// # Errors
/// As [`edit_event`], or `BatchRefused` that names the first fault where there are several.
pub async fn edit_events(engine: &Engine, surface: Surface, edits: Vec<EventEdit>) -> Result<Vec<EventDetail>, Failure> {
    let uids: Vec<String> = edits.iter().map(|_| fresh_uid()).collect();
    write(engine, surface, move |w, origin| {
        let rows = edits.iter().zip(uids).enumerate();
        rows.map(|(place, (change, uid))| batched(place, edits.len(), edit_in(w, change, &uid, origin))).collect()
    })
    .await
}

/// Deletes an event, one occurrence, or a series from there on. History keeps it.
///
/// # Errors
/// `NotFound`.
pub async fn delete_event(engine: &Engine, surface: Surface, id: &str, recurrence_id: &str, scope: Scope) -> Result<(), Failure> {
    delete_events(engine, surface, vec![EventDelete { id: id.to_owned(), recurrence_id: recurrence_id.to_owned(), scope }]).await
}

/// Deletes events: all of them, or none.
///
/// # Errors
/// As [`delete_event`], or `BatchRefused` that names the first fault where there are several.
pub async fn delete_events(engine: &Engine, surface: Surface, deletions: Vec<EventDelete>) -> Result<(), Failure> {
    write(engine, surface, move |w, origin| {
        for (place, deletion) in deletions.iter().enumerate() {
            batched(place, deletions.len(), delete_in(w, deletion, origin))?;
        }
        Ok(())
    })
    .await
}

/// Makes an earlier version the current one again, as a new version: undoes an edit or a deletion.
///
/// # Errors
/// `NotFound`, or `InvalidInput` for a version that is a deletion.
pub async fn restore_event(engine: &Engine, id: &str, recurrence_id: &str, version: u32) -> Result<EventDetail, Failure> {
    let id = show::parse_id(id)?;
    let recurrence_id = recurrence_id.to_owned();
    let now = engine.clock().now();
    let restored = engine.store().write(move |w| restore_in(w, id, &recurrence_id, version, now)).await?;
    engine.tell_changed(&[Changed::Events]);
    Ok(restored)
}

async fn write<T, F>(engine: &Engine, surface: Surface, work: F) -> Result<T, Failure>
where
    T: Send + 'static,
    F: FnOnce(&Writer<'_>, &Origin) -> Result<T> + Send + 'static,
{
    let origin = Origin { source: surface.source(), import: None, at: engine.clock().now() };
    let done = engine.store().write(move |w| work(w, &origin)).await?;
    engine.tell_changed(&[Changed::Events]);
    Ok(done)
}

fn create_in(w: &Writer<'_>, new: &NewEvent, uid: String, origin: &Origin) -> Result<EventDetail> {
    let calendar = sub_calendar::writable(w, sub_calendar::parse_id(&new.calendar)?)?;
    let content = draft::event(&new.draft, uid, &calendar.zone)?;
    let draft = Draft { calendar: calendar.id, event: None, content: &content, ical: "", deleted: false, split_from: None };
    let written = event_version::append(w, &[draft], origin)?;
    let id = written.first().map(|written| written.event).unwrap_or_default();
    show::detail(w, id, "")
}

fn edit_in(w: &Writer<'_>, change: &EventEdit, split_uid: &str, origin: &Origin) -> Result<EventDetail> {
    let (stored, scope) = target(w, &change.id, &change.recurrence_id, change.scope)?;
    let calendar = sub_calendar::writable(w, stored.master.row.calendar)?;
    let base = match scope {
        edit::Scope::All => stored.master.content.clone(),
        edit::Scope::This { .. } | edit::Scope::Following { .. } => {
            show::current_of(w, stored.master.row.id, &change.recurrence_id)?.content
        }
    };
    let patch = draft::patch(&change.draft, &base, &calendar.zone)?;
    let edited = edit::apply(&series_of(&stored), &patch, scope, split_uid).map_err(|error| draft::refused(&error))?;
    let split = put(w, &stored, &edited, origin)?;
    match (split, change.scope) {
        (Some(split), _) => show::detail(w, split, ""),
        (None, Scope::This) if stored.master.row.repeats => show::detail(w, stored.master.row.id, &change.recurrence_id),
        (None, _) => show::detail(w, stored.master.row.id, ""),
    }
}

fn delete_in(w: &Writer<'_>, deletion: &EventDelete, origin: &Origin) -> Result<()> {
    let (stored, scope) = target(w, &deletion.id, &deletion.recurrence_id, deletion.scope)?;
    sub_calendar::writable(w, stored.master.row.calendar)?;
    let series = series_of(&stored);
    let whole = !stored.master.row.repeats
        || match scope {
            edit::Scope::All => true,
            edit::Scope::Following { original_start } => original_start == series.master.start,
            edit::Scope::This { .. } => false,
        };
    if whole {
        let events: Vec<&Current> = std::iter::once(&stored.master).chain(&stored.exceptions).collect();
        let drafts: Vec<Draft<'_>> = events.into_iter().map(|current| gone(current)).collect();
        event_version::append(w, &drafts, origin)?;
        return Ok(());
    }
    let edited = edit::delete(&series, scope, Deletion::Exclude).map_err(|error| draft::refused(&error))?;
    put(w, &stored, &edited, origin)?;
    Ok(())
}

/// The series that is meant, and how far an edit of it reaches.
fn target(w: &Writer<'_>, id: &str, recurrence_id: &str, scope: Scope) -> Result<(CurrentSeries, edit::Scope)> {
    let stored = event_version::series(w, show::parse_id(id)?)?.filter(|series| !series.master.row.deleted);
    let stored = stored.ok_or_else(|| show::not_found(id))?;
    if scope == Scope::All || !stored.master.row.repeats {
        return Ok((stored, edit::Scope::All));
    }
    let exception = stored.exceptions.iter().find(|exception| exception.row.recurrence_id == recurrence_id);
    let original_start = match exception {
        Some(exception) => exception.content.recurrence_id,
        None => EventTime::parse_value(recurrence_id, stored.master.content.start.zone()),
    };
    let original_start = original_start.ok_or_else(|| {
        Failure::new(Code::InvalidInput, "Say which occurrence of the series is meant, by its start.").with("field", "occurrence")
    })?;
    let scope = if scope == Scope::This { edit::Scope::This { original_start } } else { edit::Scope::Following { original_start } };
    Ok((stored, scope))
}

fn series_of(stored: &CurrentSeries) -> Series {
    Series {
        master: stored.master.content.clone(),
        exceptions: stored.exceptions.iter().map(|exception| exception.content.clone()).collect(),
    }
}

/// Writes an edited series. Gives the master of the series that it was split into.
fn put(w: &Writer<'_>, stored: &CurrentSeries, edited: &SeriesEdit, origin: &Origin) -> Result<Option<i64>> {
    let calendar = stored.master.row.calendar;
    let draft = |content, event, split_from| Draft { calendar, event, content, ical: "", deleted: false, split_from };
    let kept: HashSet<String> = edited.exceptions.iter().filter_map(|exception| exception.recurrence_id).map(|id| id.value()).collect();
    // What an exception was called may have moved with the series: then it goes on under its new name.
    let mut drafts: Vec<Draft<'_>> =
        stored.exceptions.iter().filter(|exception| !kept.contains(&exception.row.recurrence_id)).map(gone).collect();
    drafts.push(draft(&edited.master, Some(stored.master.row.id), None));
    drafts.extend(edited.exceptions.iter().map(|exception| draft(exception, None, None)));
    event_version::append(w, &drafts, origin)?;
    let Some(split) = &edited.split else { return Ok(None) };
    let events: Vec<&Event> = std::iter::once(&split.master).chain(&split.exceptions).collect();
    let drafts: Vec<Draft<'_>> = events.into_iter().map(|event| draft(event, None, Some(stored.master.row.id))).collect();
    Ok(event_version::append(w, &drafts, origin)?.first().map(|written| written.event))
}

fn gone(current: &Current) -> Draft<'_> {
    Draft {
        calendar: current.row.calendar,
        event: Some(current.row.id),
        content: &current.content,
        ical: "",
        deleted: true,
        split_from: None,
    }
}

fn restore_in(w: &Writer<'_>, id: i64, recurrence_id: &str, number: u32, now: Timestamp) -> Result<EventDetail> {
    let master = event::get(w, id)?.ok_or_else(|| show::not_found(&id.to_string()))?;
    sub_calendar::writable(w, master.calendar)?;
    let exception = if recurrence_id.is_empty() { None } else { event::find(w, master.calendar, &master.uid, recurrence_id)? };
    let row = exception.unwrap_or(master);
    let version = event_version::get(w, row.id, number)?.ok_or_else(|| {
        Failure::new(Code::NotFound, format!("The event has no version {number}.")).with("what", "version").with("name", number)
    })?;
    if version.deleted {
        let message = format!("Version {number} is the deletion of the event. Choose the one before, or delete it.");
        return Err(Failure::new(Code::InvalidInput, message).with("field", "version").into());
    }
    let back = |event, content, ical| Draft { calendar: row.calendar, event: Some(event), content, ical, deleted: false, split_from: None };
    let together = together::undone(w, &row, number, &version.content)?;
    let mut drafts = vec![back(row.id, &version.content, version.ical.as_str())];
    drafts.extend(together.iter().map(|dated| Draft { deleted: dated.deleted, ..back(dated.event, &dated.content, &dated.ical) }));
    let alone = together::left_alone(w, &row, &together)?;
    let gone_along = alone.as_ref().map(|series| edit::go_back(&series_of(series), version.content.clone()).exceptions);
    if let Some((alone, kept)) = alone.as_ref().zip(gone_along.as_ref()) {
        let is_kept = |exception: &&Current| kept.iter().any(|kept| kept.recurrence_id == exception.content.recurrence_id);
        drafts.extend(alone.exceptions.iter().filter(|exception| !is_kept(exception)).map(gone));
        drafts.extend(kept.iter().map(|content| Draft { event: None, ..back(row.id, content, "") }));
    }
    event_version::append(w, &drafts, &Origin { source: Source::Restore, import: None, at: now })?;
    show::detail(w, row.series(), &row.recurrence_id)
}

/// Names the row of a batch that a fault stands in.
fn batched<T>(place: usize, count: usize, result: Result<T>) -> Result<T> {
    if count < 2 {
        return result;
    }
    result.map_err(|error| match error.downcast::<Failure>() {
        Ok(failure) => {
            Failure::new(Code::BatchRefused, format!("Event {} of {count}: {} Nothing was changed.", place + 1, failure.message))
                .with("event", place + 1)
                .with("reason", failure.message)
                .into()
        }
        Err(error) => error,
    })
}

fn only(events: Vec<EventDetail>) -> Result<EventDetail, Failure> {
    events.into_iter().next().ok_or_else(|| Failure::new(Code::Internal, "The event was written and cannot be found."))
}

/// Unlike any other UID, here or elsewhere (RFC 7986 §5.3).
fn fresh_uid() -> String {
    format!("{:032x}", rand::random::<u128>())
}
