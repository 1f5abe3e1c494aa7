//! What was edited here and at a provider, differently: what was kept, and what the other had.

use anyhow::{Context as _, Result};
use calendar::Event;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::words::words;
use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE clash (
    id            INTEGER PRIMARY KEY,
    calendar      INTEGER NOT NULL REFERENCES calendar (id),
    uid           TEXT    NOT NULL,
    recurrence_id TEXT    NOT NULL DEFAULT '',
    field         TEXT    NOT NULL,              -- of an event, or event: one side deleted it
    here          TEXT    NOT NULL,              -- in words
    there         TEXT    NOT NULL,
    feed          INTEGER REFERENCES calendar (id), -- the other is no provider but this calendar, which is written here by a rule
    kept          TEXT    NOT NULL,              -- here or there
    other         TEXT    NOT NULL DEFAULT '',   -- JSON of the event as the other had it; '' where it was deleted
    at            INTEGER NOT NULL,
    settled_at    INTEGER                        -- the organizer has seen to it
) STRICT;
CREATE INDEX clash_open ON clash (at) WHERE settled_at IS NULL;
";

words! {
    /// One of two places.
    pub enum Place {
        /// This computer.
        Here = "here",
        /// The provider.
        There = "there",
    }
}

/// A field that was edited in both places.
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    /// Row; 0 before it is written.
    pub id: i64,
    /// The calendar.
    pub calendar: i64,
    /// The series.
    pub uid: String,
    /// The occurrence; empty for the single event or the series.
    pub recurrence_id: String,
    /// The field, or `event` where one place deleted what the other changed.
    pub field: String,
    /// What it said here, in words.
    pub here: String,
    /// What it said at the provider, in words.
    pub there: String,
    /// The calendar that said so by way of a rule; none where it was the provider.
    pub feed: Option<i64>,
    /// Which was kept.
    pub kept: Place,
    /// The event as the other had it; none where that one deleted it.
    pub other: Option<Event>,
    /// When.
    pub at: Timestamp,
}

const COLUMNS: &str = "id, calendar, uid, recurrence_id, field, here, there, kept, other, at, feed";

/// Writes a clash down. Of an older one on the same field only the newer is asked about.
///
/// # Errors
/// When the database cannot be written.
pub fn insert(w: &Writer<'_>, clash: &Clash) -> Result<()> {
    let other = clash.other.as_ref().map(serde_json::to_string).transpose()?.unwrap_or_default();
    w.0.prepare_cached(
        "UPDATE clash SET settled_at = ?5 WHERE calendar = ?1 AND uid = ?2 AND recurrence_id = ?3 AND field = ?4 AND settled_at IS NULL",
    )?
    .execute(params![clash.calendar, clash.uid, clash.recurrence_id, clash.field, millis(clash.at)])?;
    w.0.prepare_cached(
        "INSERT INTO clash (calendar, uid, recurrence_id, field, here, there, kept, other, at, feed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        clash.calendar,
        clash.uid,
        clash.recurrence_id,
        clash.field,
        clash.here,
        clash.there,
        clash.kept,
        other,
        millis(clash.at),
        clash.feed
    ])?;
    Ok(())
}

/// What the organizer has not seen to yet, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub fn open(r: &Reader<'_>, limit: u32) -> Result<Vec<Clash>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM clash WHERE settled_at IS NULL AND calendar IN (SELECT id FROM calendar WHERE deleted_at IS NULL)
         ORDER BY at DESC, id DESC LIMIT ?1"
    );
    let mut statement = r.0.prepare_cached(&sql)?;
    let rows = statement.query_map([limit], row_of)?;
    rows.collect::<Result<_, _>>().context("Read clashes")
}

/// How many the organizer has not seen to yet.
///
/// # Errors
/// When the database cannot be read.
pub fn count(r: &Reader<'_>) -> Result<u32> {
    let sql = "SELECT count(*) FROM clash WHERE settled_at IS NULL AND calendar IN (SELECT id FROM calendar WHERE deleted_at IS NULL)";
    Ok(r.0.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// One that is open.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<Clash>> {
    let sql = format!("SELECT {COLUMNS} FROM clash WHERE id = ?1 AND settled_at IS NULL");
    r.0.prepare_cached(&sql)?.query_row([id], row_of).optional().context("Read a clash")
}

/// Notes that the organizer has seen to one.
///
/// # Errors
/// When the database cannot be written.
pub fn settle(w: &Writer<'_>, id: i64, at: Timestamp) -> Result<()> {
    w.0.prepare_cached("UPDATE clash SET settled_at = ?2 WHERE id = ?1")?.execute((id, millis(at)))?;
    Ok(())
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<Clash> {
    let other: String = row.get(8)?;
    Ok(Clash {
        id: row.get(0)?,
        calendar: row.get(1)?,
        uid: row.get(2)?,
        recurrence_id: row.get(3)?,
        field: row.get(4)?,
        here: row.get(5)?,
        there: row.get(6)?,
        kept: row.get(7)?,
        other: serde_json::from_str(&other).ok(),
        at: instant(row.get(9)?),
        feed: row.get(10)?,
    })
}
