//! Every change of an event in order: the token that whatever follows from a change reads on from.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE change (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,   -- never given twice
    calendar INTEGER NOT NULL,
    event    INTEGER NOT NULL,
    version  INTEGER NOT NULL,
    kind     TEXT    NOT NULL,                    -- created, updated, deleted
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX change_calendar ON change (calendar, number);
";

/// What happened to an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new, or was brought back after a deletion.
    Created,
    /// Another version took its place.
    Updated,
    /// It is gone; its history stays.
    Deleted,
}

impl ChangeKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }

    fn of(text: &str) -> Self {
        match text {
            "created" => Self::Created,
            "deleted" => Self::Deleted,
            _ => Self::Updated,
        }
    }
}

/// One change of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its place in the order of all changes.
    pub number: i64,
    /// The event's calendar.
    pub calendar: i64,
    /// The event.
    pub event: i64,
    /// The version that it brought.
    pub version: u32,
    /// What happened.
    pub kind: ChangeKind,
    /// When.
    pub at: Timestamp,
}

/// Up to `limit` changes after `number`, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn since(r: &Reader<'_>, number: i64, limit: u32) -> Result<Vec<Change>> {
    let mut statement =
        r.0.prepare_cached("SELECT number, calendar, event, version, kind, at FROM change WHERE number > ?1 ORDER BY number LIMIT ?2")?;
    let changes = statement.query_map((number, limit), change_of)?;
    changes.collect::<Result<_, _>>().context("Read changes")
}

/// Up to `limit` changes of a calendar before `number`, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn of_calendar(r: &Reader<'_>, calendar: i64, number: i64, limit: u32) -> Result<Vec<Change>> {
    let mut statement = r.0.prepare_cached(
        "SELECT number, calendar, event, version, kind, at FROM change WHERE calendar = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3",
    )?;
    let changes = statement.query_map((calendar, number, limit), change_of)?;
    changes.collect::<Result<_, _>>().context("Read the changes of a calendar")
}

/// The UIDs of a calendar's events that changed after `number`.
///
/// # Errors
/// When the database cannot be read.
pub fn uids_since(r: &Reader<'_>, calendar: i64, number: i64) -> Result<Vec<String>> {
    let mut statement = r.0.prepare_cached(
        "SELECT DISTINCT e.uid FROM change c JOIN event e ON e.id = c.event WHERE c.calendar = ?1 AND c.number > ?2 ORDER BY c.number",
    )?;
    let uids = statement.query_map((calendar, number), |row| row.get(0))?;
    uids.collect::<Result<_, _>>().context("Read what changed in a calendar")
}

/// The number of the latest change of a calendar that is in the log, 0 where none is.
///
/// # Errors
/// When the database cannot be read.
pub fn latest_of(r: &Reader<'_>, calendar: i64) -> Result<i64> {
    Ok(r.0.prepare_cached("SELECT coalesce(max(number), 0) FROM change WHERE calendar = ?1")?.query_row([calendar], |row| row.get(0))?)
}

/// The number of the latest change, also where it is no longer in the log; 0 before the first.
///
/// # Errors
/// When the database cannot be read.
pub fn latest(r: &Reader<'_>) -> Result<i64> {
    let number = r.0.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'change'")?.query_row([], |row| row.get(0)).optional()?;
    Ok(number.unwrap_or(0))
}

/// Takes up to `limit` changes out of the log that were made before a moment. How many they were. Whoever had not read them begins anew.
///
/// # Errors
/// When the database cannot be written.
pub fn prune(w: &Writer<'_>, before: Timestamp, limit: u32) -> Result<usize> {
    // What follows a later one stays with it, so that the log has no gaps.
    let last: Option<i64> =
        w.0.prepare_cached(
            "SELECT max(number) FROM (SELECT number FROM change
             WHERE number < coalesce((SELECT min(number) FROM change WHERE at >= ?1), 9223372036854775807) ORDER BY number LIMIT ?2)",
        )?
        .query_row((millis(before), limit), |row| row.get(0))?;
    let Some(last) = last else { return Ok(0) };
    crate::bookmark::put(w, crate::bookmark::PRUNED, last)?;
    Ok(w.0.prepare_cached("DELETE FROM change WHERE number <= ?1")?.execute([last])?)
}

/// Writes a change down, in the transaction of the version that it brought.
pub(crate) fn put(w: &Writer<'_>, calendar: i64, event: i64, version: u32, kind: ChangeKind, at: Timestamp) -> Result<()> {
    w.0.prepare_cached("INSERT INTO change (calendar, event, version, kind, at) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute((
        calendar,
        event,
        version,
        kind.as_str(),
        millis(at),
    ))?;
    Ok(())
}

fn change_of(row: &Row<'_>) -> rusqlite::Result<Change> {
    Ok(Change {
        number: row.get(0)?,
        calendar: row.get(1)?,
        event: row.get(2)?,
        version: row.get(3)?,
        kind: ChangeKind::of(row.get_ref(4)?.as_str()?),
        at: instant(row.get(5)?),
    })
}
