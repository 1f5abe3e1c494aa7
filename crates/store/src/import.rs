//! Imports of files, each of which can be undone as a whole.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::OptionalExtension as _;

use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE import (
    id               INTEGER PRIMARY KEY,
    calendar         INTEGER NOT NULL REFERENCES calendar (id),
    created_calendar INTEGER NOT NULL DEFAULT 0,  -- undoing removes the calendar too
    at               INTEGER NOT NULL,
    undone_at        INTEGER
) STRICT;

-- What an import was read from. The same name in the same calendar is the same source come again.
CREATE TABLE import_source (
    import INTEGER NOT NULL REFERENCES import (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,             -- from 0, in the order given
    name   TEXT    NOT NULL,             -- file name without its folder; '' for what was pasted
    PRIMARY KEY (import, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_source_name ON import_source (name, import);

-- Which events an import held, and what each of them was before.
CREATE TABLE import_event (
    import         INTEGER NOT NULL REFERENCES import (id) ON DELETE CASCADE,
    event          INTEGER NOT NULL,
    source         INTEGER NOT NULL,    -- import_source.number
    version_before INTEGER,             -- NULL: the import created the event
    version_after  INTEGER NOT NULL,    -- equal to version_before where nothing changed
    PRIMARY KEY (import, event)
) STRICT, WITHOUT ROWID;
";

/// An import of one or many files into a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: i64,
    /// Where the events went.
    pub calendar: i64,
    /// The calendar came to be with it.
    pub created_calendar: bool,
    /// When.
    pub at: Timestamp,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
}

/// One event of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Imported {
    /// The event.
    pub event: i64,
    /// Which of the import's sources held it, from 0.
    pub source: u32,
    /// The version before; none where the import created the event.
    pub version_before: Option<u32>,
    /// The version after; the same where nothing changed.
    pub version_after: u32,
}

/// An import that is there.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<Import>> {
    let mut statement = r.0.prepare_cached("SELECT id, calendar, created_calendar, at, undone_at FROM import WHERE id = ?1")?;
    let import = statement.query_row([id], |row| {
        Ok(Import {
            id: row.get(0)?,
            calendar: row.get(1)?,
            created_calendar: row.get(2)?,
            at: instant(row.get(3)?),
            undone_at: row.get::<_, Option<i64>>(4)?.map(instant),
        })
    });
    import.optional().context("Read an import")
}

/// The events of an import.
///
/// # Errors
/// When the database cannot be read.
pub fn events(r: &Reader<'_>, import: i64) -> Result<Vec<Imported>> {
    let mut statement =
        r.0.prepare_cached("SELECT event, source, version_before, version_after FROM import_event WHERE import = ?1 ORDER BY event")?;
    let events = statement.query_map([import], |row| {
        Ok(Imported { event: row.get(0)?, source: row.get(1)?, version_before: row.get(2)?, version_after: row.get(3)? })
    })?;
    events.collect::<Result<_, _>>().context("Read the events of an import")
}

/// The ids of the events that the last import of this source into this calendar held; empty where it is the first.
///
/// # Errors
/// When the database cannot be read.
pub fn last_events_of(r: &Reader<'_>, calendar: i64, source: &str) -> Result<Vec<i64>> {
    let mut statement = r.0.prepare_cached(
        "SELECT event FROM import_event JOIN (
             SELECT s.import AS last, s.number FROM import_source s JOIN import i ON i.id = s.import
             WHERE s.name = ?2 AND i.calendar = ?1 AND i.undone_at IS NULL
             ORDER BY s.import DESC LIMIT 1)
         ON import = last AND source = number",
    )?;
    let events = statement.query_map((calendar, source), |row| row.get(0))?;
    events.collect::<Result<_, _>>().context("Read the last import of a source")
}

/// Writes an import down. Its events follow with [`put_events`].
///
/// # Errors
/// When the database cannot be written.
pub fn create(w: &Writer<'_>, calendar: i64, sources: &[&str], created_calendar: bool, at: Timestamp) -> Result<i64> {
    w.0.prepare_cached("INSERT INTO import (calendar, created_calendar, at) VALUES (?1, ?2, ?3)")?.execute((
        calendar,
        created_calendar,
        millis(at),
    ))?;
    let import = w.0.last_insert_rowid();
    let mut statement = w.0.prepare_cached("INSERT INTO import_source (import, number, name) VALUES (?1, ?2, ?3)")?;
    for (number, name) in (0_u32..).zip(sources) {
        statement.execute((import, number, name))?;
    }
    Ok(import)
}

/// Writes down which events an import held. Where it holds one twice, the first counts as its source, and the last version as what it became.
///
/// # Errors
/// When the database cannot be written.
pub fn put_events(w: &Writer<'_>, import: i64, events: &[Imported]) -> Result<()> {
    let mut statement = w.0.prepare_cached(
        "INSERT INTO import_event (import, event, source, version_before, version_after) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET version_after = max(version_after, excluded.version_after)",
    )?;
    for row in events {
        statement.execute((import, row.event, row.source, row.version_before, row.version_after))?;
    }
    Ok(())
}

/// Marks an import as undone.
///
/// # Errors
/// When the database cannot be written.
pub fn mark_undone(w: &Writer<'_>, import: i64, at: Timestamp) -> Result<()> {
    w.0.prepare_cached("UPDATE import SET undone_at = ?2 WHERE id = ?1")?.execute((import, millis(at)))?;
    Ok(())
}
