//! Versions of events: append only. [`append`] is the one place that changes an event.

mod append;
mod columns;
pub mod retention;
#[cfg(test)]
mod tests;

use anyhow::{Context as _, Result};
use calendar::Event;
use calendar::diff::FieldChange;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

pub use append::{Draft, Origin, Written, append};
pub(crate) use columns::{repeats, status, transparency};

use crate::event::{self, EventRow};
use crate::{Reader, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE event_version (
    event            INTEGER NOT NULL REFERENCES event (id),
    number           INTEGER NOT NULL,             -- from 1
    sequence         INTEGER NOT NULL DEFAULT 0,   -- SEQUENCE as read; never sent
    start_local      TEXT    NOT NULL,             -- 2027-03-14T13:00:00, or 2027-03-14 for a whole day
    start_zone       TEXT    NOT NULL DEFAULT '',  -- IANA; '' is floating
    end_local        TEXT    NOT NULL,             -- exclusive
    end_zone         TEXT    NOT NULL DEFAULT '',
    all_day          INTEGER NOT NULL DEFAULT 0,
    recurrence_start TEXT    NOT NULL DEFAULT '',  -- RECURRENCE-ID of an exception, as JSON of an EventTime
    rrule            TEXT    NOT NULL DEFAULT '',
    exdate           TEXT    NOT NULL DEFAULT '[]',-- JSON of EventTimes
    rdate            TEXT    NOT NULL DEFAULT '[]',
    summary          TEXT    NOT NULL DEFAULT '',
    description      TEXT    NOT NULL DEFAULT '',
    place            TEXT    NOT NULL DEFAULT '',
    status           TEXT    NOT NULL DEFAULT 'confirmed',
    visibility       TEXT    NOT NULL DEFAULT 'public',
    transparency     TEXT    NOT NULL DEFAULT 'opaque',
    url              TEXT    NOT NULL DEFAULT '',
    video_link       TEXT    NOT NULL DEFAULT '',
    video_request    TEXT    NOT NULL DEFAULT '',  -- id of the request that is to make the link
    categories       TEXT    NOT NULL DEFAULT '[]',
    organizer        TEXT    NOT NULL DEFAULT '',  -- JSON of an Attendee
    attendees        TEXT    NOT NULL DEFAULT '[]',-- JSON of Attendees
    attachments      TEXT    NOT NULL DEFAULT '[]',
    alarms           TEXT    NOT NULL DEFAULT '[]',
    own_properties   TEXT    NOT NULL DEFAULT '[]',-- unfolded lines
    ical             TEXT    NOT NULL DEFAULT '',  -- the component as it was read
    deleted          INTEGER NOT NULL DEFAULT 0,   -- this version is a deletion
    source           TEXT    NOT NULL,             -- import, window, command_line, undo, restore, account:ID, copy:CALENDAR, command:ID
    import           INTEGER REFERENCES import (id),
    at               INTEGER NOT NULL,
    changed          TEXT    NOT NULL DEFAULT '[]',-- JSON of FieldChanges against the version before
    PRIMARY KEY (event, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_version_import ON event_version (import) WHERE import IS NOT NULL;
";

/// From where a version came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file or pasted text.
    Import,
    /// The organizer, in the window.
    Window,
    /// The organizer, by the command line.
    CommandLine,
    /// An import was undone.
    Undo,
    /// An earlier version was restored.
    Restore,
    /// A connected account, by its id.
    Account(i64),
    /// A rule that writes another calendar's events here too, by the other calendar's id.
    Copy(i64),
    /// An invitation to an address that takes commands, by the address' id.
    Command(i64),
}

impl Source {
    /// Its name for ever, as in `import` or `account:3`.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Import => "import".to_owned(),
            Self::Window => "window".to_owned(),
            Self::CommandLine => "command_line".to_owned(),
            Self::Undo => "undo".to_owned(),
            Self::Restore => "restore".to_owned(),
            Self::Account(id) => format!("account:{id}"),
            Self::Copy(id) => format!("copy:{id}"),
            Self::Command(id) => format!("command:{id}"),
        }
    }
}

/// One version of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1.
    pub number: u32,
    /// What the event said.
    pub content: Event,
    /// The component as it was read; empty where it was made here.
    pub ical: String,
    /// This version is a deletion: `content` is what was deleted.
    pub deleted: bool,
    /// From where it came: [`Source::name`].
    pub source: String,
    /// The import that brought it.
    pub import: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// What changed against the version before.
    pub changed: Vec<FieldChange>,
}

/// An entry of an event's history: a version without what the event said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The version's number, from 1.
    pub number: u32,
    /// It is a deletion.
    pub deleted: bool,
    /// From where it came: [`Source::name`].
    pub source: String,
    /// When.
    pub at: Timestamp,
    /// What changed against the version before.
    pub changed: Vec<FieldChange>,
}

impl Version {
    /// Its entry in the history.
    #[must_use]
    pub fn entry(&self) -> Entry {
        let Self { number, deleted, at, .. } = *self;
        Entry { number, deleted, at, source: self.source.clone(), changed: self.changed.clone() }
    }
}

/// An event with its current version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Current {
    /// Who it is.
    pub row: EventRow,
    /// What it says.
    pub content: Event,
}

/// A series as it stands: its master (or a single event) and its exceptions that are not deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentSeries {
    /// The master, or the single event.
    pub master: Current,
    /// Exceptions in the order of their RECURRENCE-IDs.
    pub exceptions: Vec<Current>,
}

/// A version of an event.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, event: i64, number: u32) -> Result<Option<Version>> {
    let mut statement = r.0.prepare_cached(&select_version("v.event = ?1 AND v.number = ?2"))?;
    statement.query_row((event, number), version_of).optional().context("Read a version of an event")
}

/// The version of an event that stood at an instant, deleted or not; none where the event was not here yet.
///
/// # Errors
/// When the database cannot be read.
pub fn at(r: &Reader<'_>, event: i64, instant: Timestamp) -> Result<Option<Version>> {
    let sql = format!("{} ORDER BY v.number DESC LIMIT 1", select_version("v.event = ?1 AND v.at <= ?2"));
    let mut statement = r.0.prepare_cached(&sql)?;
    statement.query_row((event, millis(instant)), version_of).optional().context("Read how an event was")
}

/// The entries of an event's history, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn entries(r: &Reader<'_>, event: i64) -> Result<Vec<Entry>> {
    let mut statement =
        r.0.prepare_cached("SELECT number, deleted, source, at, changed FROM event_version WHERE event = ?1 ORDER BY number")?;
    let entries = statement.query_map([event], |row| {
        Ok(Entry {
            number: row.get(0)?,
            deleted: row.get(1)?,
            source: row.get(2)?,
            at: instant(row.get(3)?),
            changed: columns::json(row, 4)?,
        })
    })?;
    entries.collect::<Result<_, _>>().context("Read the entries of an event's history")
}

/// All versions of an event, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn history(r: &Reader<'_>, event: i64) -> Result<Vec<Version>> {
    let mut statement = r.0.prepare_cached(&format!("{} ORDER BY v.number", select_version("v.event = ?1")))?;
    let versions = statement.query_map([event], version_of)?;
    versions.collect::<Result<_, _>>().context("Read the history of an event")
}

/// An event with its current version, deleted or not.
///
/// # Errors
/// When the database cannot be read.
pub fn current(r: &Reader<'_>, event: i64) -> Result<Option<Current>> {
    r.0.prepare_cached(&select_current("e.id = ?1"))?.query_row([event], current_of).optional().context("Read an event")
}

/// Events of a calendar with these UIDs, their exceptions too, deleted or not.
///
/// # Errors
/// When the database cannot be read.
pub fn current_of_uids(r: &Reader<'_>, calendar: i64, uids: &[&str]) -> Result<Vec<Current>> {
    let uids = serde_json::to_string(uids)?;
    let mut statement = r.0.prepare_cached(&select_current("e.calendar = ?1 AND e.uid IN (SELECT value FROM json_each(?2))"))?;
    let events = statement.query_map((calendar, uids), current_of)?;
    events.collect::<Result<_, _>>().context("Read the events that an import may change")
}

/// Events with these ids, deleted or not.
///
/// # Errors
/// When the database cannot be read.
pub fn current_of_ids(r: &Reader<'_>, ids: &[i64]) -> Result<Vec<Current>> {
    let ids = serde_json::to_string(ids)?;
    let mut statement = r.0.prepare_cached(&select_current("e.id IN (SELECT value FROM json_each(?1))"))?;
    let events = statement.query_map([ids], current_of)?;
    events.collect::<Result<_, _>>().context("Read events")
}

/// Everything a calendar holds that is not deleted: masters, single events and exceptions in the order they came.
///
/// # Errors
/// When the database cannot be read.
pub fn current_of_calendar(r: &Reader<'_>, calendar: i64) -> Result<Vec<Current>> {
    let sql = format!("{} ORDER BY e.id", select_current("e.calendar = ?1 AND e.deleted = 0"));
    let mut statement = r.0.prepare_cached(&sql)?;
    let events = statement.query_map([calendar], current_of)?;
    events.collect::<Result<_, _>>().context("Read a calendar's events")
}

/// A series, or a single event, as it stands; `event` may be its master or one of its exceptions.
///
/// # Errors
/// When the database cannot be read.
pub fn series(r: &Reader<'_>, event: i64) -> Result<Option<CurrentSeries>> {
    let Some(row) = event::get(r, event)? else { return Ok(None) };
    let Some(master) = current(r, row.series())? else { return Ok(None) };
    let sql = format!("{} ORDER BY e.recurrence_id", select_current("e.master = ?1 AND e.deleted = 0"));
    let mut statement = r.0.prepare_cached(&sql)?;
    let exceptions = statement.query_map([master.row.id], current_of)?;
    let exceptions = exceptions.collect::<Result<_, _>>().context("Read the exceptions of a series")?;
    Ok(Some(CurrentSeries { master, exceptions }))
}

/// Every event of a UID in a calendar, deleted or not, the master first.
///
/// # Errors
/// When the database cannot be read.
pub fn of_uid(r: &Reader<'_>, calendar: i64, uid: &str) -> Result<Vec<Current>> {
    let sql = format!("{} ORDER BY e.recurrence_id", select_current("e.calendar = ?1 AND e.uid = ?2"));
    let mut statement = r.0.prepare_cached(&sql)?;
    let events = statement.query_map((calendar, uid), current_of)?;
    events.collect::<Result<_, _>>().context("Read the events of a UID")
}

/// When a series, or anything of it, was last changed by anybody but this source; none where nobody else did.
///
/// # Errors
/// When the database cannot be read.
pub fn changed_by_others(r: &Reader<'_>, calendar: i64, uid: &str, source: Source) -> Result<Option<Timestamp>> {
    let sql =
        "SELECT max(v.at) FROM event e JOIN event_version v ON v.event = e.id WHERE e.calendar = ?1 AND e.uid = ?2 AND v.source <> ?3";
    let at: Option<i64> = r.0.prepare_cached(sql)?.query_row((calendar, uid, source.name()), |row| row.get(0))?;
    Ok(at.map(instant))
}

const VERSION_COLUMNS: usize = 7;

fn select_version(condition: &str) -> String {
    format!(
        "SELECT v.number, v.ical, v.deleted, v.source, v.import, v.at, v.changed, {}
         FROM event_version v JOIN event e ON e.id = v.event WHERE {condition}",
        columns::CONTENT
    )
}

fn version_of(row: &Row<'_>) -> rusqlite::Result<Version> {
    Ok(Version {
        number: row.get(0)?,
        ical: row.get(1)?,
        deleted: row.get(2)?,
        source: row.get(3)?,
        import: row.get(4)?,
        at: instant(row.get(5)?),
        changed: columns::json(row, 6)?,
        content: columns::event_of(row, VERSION_COLUMNS)?,
    })
}

fn select_current(condition: &str) -> String {
    format!(
        "SELECT {}, {} FROM event e JOIN event_version v ON v.event = e.id AND v.number = e.version WHERE {condition}",
        event::COLUMNS,
        columns::CONTENT
    )
}

fn current_of(row: &Row<'_>) -> rusqlite::Result<Current> {
    Ok(Current { row: event::row_of(row)?, content: columns::event_of(row, event::COLUMN_COUNT)? })
}
