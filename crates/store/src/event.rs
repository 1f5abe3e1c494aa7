//! Events: who they are, and what a view needs of their current version.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::{Reader, Writer, instant};

pub(crate) const CREATE: &str = "
CREATE TABLE event (
    id            INTEGER PRIMARY KEY,
    calendar      INTEGER NOT NULL REFERENCES calendar (id),
    uid           TEXT    NOT NULL,
    recurrence_id TEXT    NOT NULL DEFAULT '',  -- '' is the master: NULL would let a UNIQUE index admit two
    master        INTEGER REFERENCES event (id),-- of an exception
    version       INTEGER NOT NULL,             -- the current event_version.number
    deleted       INTEGER NOT NULL DEFAULT 0,   -- its last version says when and by whom
    split_from    INTEGER REFERENCES event (id),-- the series that 'this and following' ended
    summary       TEXT    NOT NULL DEFAULT '',  -- from here on: of the current version, so that a view reads one row
    place         TEXT    NOT NULL DEFAULT '',
    start_zone    TEXT    NOT NULL DEFAULT '',
    all_day       INTEGER NOT NULL DEFAULT 0,
    repeats       INTEGER NOT NULL DEFAULT 0,
    updated_at    INTEGER NOT NULL,
    UNIQUE (calendar, uid, recurrence_id)
) STRICT;
CREATE INDEX event_uid ON event (uid);
CREATE INDEX event_master ON event (master) WHERE master IS NOT NULL;
CREATE INDEX event_top ON event (calendar, id) WHERE deleted = 0 AND master IS NULL;
CREATE INDEX event_split ON event (split_from) WHERE split_from IS NOT NULL;
CREATE INDEX event_deleted ON event (id) WHERE deleted = 1;

CREATE VIRTUAL TABLE event_search USING fts5 (summary, description, place, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
";

pub(crate) const COLUMNS: &str = "e.id, e.calendar, e.uid, e.recurrence_id, e.master, e.version, e.deleted, e.split_from, e.summary, e.place, e.start_zone, e.all_day, \
     e.repeats, e.updated_at";
pub(crate) const COLUMN_COUNT: usize = 14;

/// An event: a single one, the master of a series, or an exception of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// Its id.
    pub id: i64,
    /// Its calendar.
    pub calendar: i64,
    /// UID.
    pub uid: String,
    /// RECURRENCE-ID value of an exception, e.g. `20270314T130000`; empty for all others.
    pub recurrence_id: String,
    /// The master of an exception. An exception that came without its series has none.
    pub master: Option<i64>,
    /// Number of the current version.
    pub version: u32,
    /// It is gone; its history stays.
    pub deleted: bool,
    /// The series that "this and following" ended.
    pub split_from: Option<i64>,
    /// Title.
    pub summary: String,
    /// Place.
    pub place: String,
    /// IANA name of the start's zone; empty for floating times and whole days.
    pub start_zone: String,
    /// It takes whole days.
    pub all_day: bool,
    /// It is the master of a series.
    pub repeats: bool,
    /// When the current version was made.
    pub updated_at: Timestamp,
}

impl EventRow {
    /// The series' master, or the event itself.
    #[must_use]
    pub fn series(&self) -> i64 {
        self.master.unwrap_or(self.id)
    }
}

/// An event, deleted or not.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<EventRow>> {
    let mut statement = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM event e WHERE e.id = ?1"))?;
    statement.query_row([id], row_of).optional().context("Read an event")
}

/// The event of that name in a calendar, deleted or not. `recurrence_id` is empty for a single event or a master.
///
/// # Errors
/// When the database cannot be read.
pub fn find(r: &Reader<'_>, calendar: i64, uid: &str, recurrence_id: &str) -> Result<Option<EventRow>> {
    let sql = format!("SELECT {COLUMNS} FROM event e WHERE e.calendar = ?1 AND e.uid = ?2 AND e.recurrence_id = ?3");
    r.0.prepare_cached(&sql)?.query_row((calendar, uid, recurrence_id), row_of).optional().context("Find an event")
}

/// Single events and masters with this UID, one a calendar, deleted or not; calendars that were deleted do not count.
/// Where a calendar holds only exceptions without their series, they stand in for it.
///
/// # Errors
/// When the database cannot be read.
pub fn find_uid(r: &Reader<'_>, uid: &str) -> Result<Vec<EventRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM event e JOIN calendar c ON c.id = e.calendar
         WHERE e.uid = ?1 AND e.master IS NULL AND c.deleted_at IS NULL ORDER BY e.calendar, e.recurrence_id"
    );
    let mut statement = r.0.prepare_cached(&sql)?;
    let events = statement.query_map([uid], row_of)?;
    events.collect::<Result<_, _>>().context("Find events by UID")
}

/// The exceptions of a series, deleted or not.
///
/// # Errors
/// When the database cannot be read.
pub fn exceptions(r: &Reader<'_>, master: i64) -> Result<Vec<EventRow>> {
    let mut statement = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM event e WHERE e.master = ?1 ORDER BY e.recurrence_id"))?;
    let events = statement.query_map([master], row_of)?;
    events.collect::<Result<_, _>>().context("Read the exceptions of a series")
}

/// The series that "this and following" began from this one, deleted or not.
///
/// # Errors
/// When the database cannot be read.
pub fn split_from(r: &Reader<'_>, series: i64) -> Result<Vec<EventRow>> {
    let sql = format!("SELECT {COLUMNS} FROM event e WHERE e.split_from = ?1 AND e.master IS NULL ORDER BY e.id");
    let mut statement = r.0.prepare_cached(&sql)?;
    let rows = statement.query_map([series], row_of)?;
    rows.collect::<Result<_, _>>().context("Read what was split from a series")
}

/// Every event that a calendar holds or held.
///
/// # Errors
/// When the database cannot be read.
pub fn of_calendar(r: &Reader<'_>, calendar: i64) -> Result<Vec<i64>> {
    let mut statement = r.0.prepare_cached("SELECT id FROM event WHERE calendar = ?1 ORDER BY id")?;
    let events = statement.query_map([calendar], |row| row.get(0))?;
    events.collect::<Result<_, _>>().context("List a calendar's events")
}

/// Events that were deleted, in one calendar or in all that are there, in the order in which they came.
///
/// # Errors
/// When the database cannot be read.
pub fn list_deleted(r: &Reader<'_>, calendar: Option<i64>) -> Result<Vec<EventRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM event e INDEXED BY event_deleted JOIN calendar c ON c.id = e.calendar
         WHERE e.deleted = 1 AND e.calendar = coalesce(?1, e.calendar) AND c.deleted_at IS NULL ORDER BY e.id"
    );
    let mut statement = r.0.prepare_cached(&sql)?;
    let events = statement.query_map([calendar], row_of)?;
    events.collect::<Result<_, _>>().context("List deleted events")
}

/// How many single events and series there are in calendars that are not deleted.
///
/// # Errors
/// When the database cannot be read.
pub fn count(r: &Reader<'_>) -> Result<u32> {
    let sql = "SELECT count(*) FROM calendar c JOIN event e ON e.calendar = c.id
               WHERE c.deleted_at IS NULL AND e.deleted = 0 AND e.master IS NULL";
    Ok(r.0.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Events whose title, description or place hold words that begin like these, the best first.
///
/// # Errors
/// When the database cannot be read.
pub fn search(r: &Reader<'_>, text: &str, limit: u32) -> Result<Vec<EventRow>> {
    let Some(query) = crate::search_query(text) else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT {COLUMNS} FROM event_search s JOIN event e ON e.id = s.rowid JOIN calendar c ON c.id = e.calendar
         WHERE event_search MATCH ?1 AND e.deleted = 0 AND c.deleted_at IS NULL ORDER BY s.rank, e.id LIMIT ?2"
    );
    let mut statement = r.0.prepare_cached(&sql)?;
    let events = statement.query_map((query, limit), row_of)?;
    events.collect::<Result<_, _>>().context("Search events")
}

/// Makes the event findable by its current words, or by none where it is gone.
pub(crate) fn index_words(w: &Writer<'_>, id: i64, known: bool, words: Option<[&str; 3]>) -> Result<()> {
    if known {
        w.0.prepare_cached("DELETE FROM event_search WHERE rowid = ?1")?.execute([id])?;
    }
    if let Some([summary, description, place]) = words {
        w.0.prepare_cached("INSERT INTO event_search (rowid, summary, description, place) VALUES (?1, ?2, ?3, ?4)")?.execute((
            id,
            summary,
            description,
            place,
        ))?;
    }
    Ok(())
}

pub(crate) fn row_of(row: &Row<'_>) -> rusqlite::Result<EventRow> {
    Ok(EventRow {
        id: row.get(0)?,
        calendar: row.get(1)?,
        uid: row.get(2)?,
        recurrence_id: row.get(3)?,
        master: row.get(4)?,
        version: row.get(5)?,
        deleted: row.get(6)?,
        split_from: row.get(7)?,
        summary: row.get(8)?,
        place: row.get(9)?,
        start_zone: row.get(10)?,
        all_day: row.get(11)?,
        repeats: row.get(12)?,
        updated_at: instant(row.get(13)?),
    })
}
