//! What is still to be written to a provider. A change of an event in a calendar of an account puts its series here by itself.

use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Row;

use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE remote_write (
    calendar   INTEGER NOT NULL REFERENCES calendar (id),
    uid        TEXT    NOT NULL,
    change     INTEGER NOT NULL,              -- the last one that is to be written
    begun      INTEGER NOT NULL DEFAULT 0,    -- the answer to a writing that makes something may have been lost
    attempt    INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    refused    INTEGER NOT NULL DEFAULT 0,    -- not tried again until it changes
    problem    TEXT    NOT NULL DEFAULT '',   -- why it is not written yet, in words
    PRIMARY KEY (calendar, uid)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER change_to_write AFTER INSERT ON change
WHEN (SELECT account FROM calendar WHERE id = new.calendar) IS NOT NULL BEGIN
    INSERT INTO remote_write (calendar, uid, change) SELECT new.calendar, uid, new.number FROM event WHERE id = new.event
    ON CONFLICT DO UPDATE SET change = excluded.change, attempt = 0, not_before = 0, refused = 0, problem = '';
END;
";

/// A series that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteWrite {
    /// Its UID.
    pub uid: String,
    /// The last change of it.
    pub change: i64,
    /// A writing that makes something has begun, and its answer may have been lost.
    pub begun: bool,
    /// How often it was tried in vain.
    pub attempt: u32,
    /// The provider will not have it, until it changes.
    pub refused: bool,
    /// Why it is not written yet, in words; may be empty.
    pub problem: String,
    /// When it is tried again.
    pub not_before: Timestamp,
}

const COLUMNS: &str = "uid, change, begun, attempt, refused, problem, not_before";

/// Up to `limit` series after `uid` that may be written to a calendar now. Nothing is put off for longer than `longest`: what seems to be was so
/// by a clock that was wrong.
///
/// # Errors
/// When the database cannot be read.
pub fn due(r: &Reader<'_>, calendar: i64, uid: &str, now: Timestamp, longest: SignedDuration, limit: u32) -> Result<Vec<RemoteWrite>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM remote_write WHERE calendar = ?1 AND uid > ?2 AND refused = 0 AND (not_before <= ?3 OR not_before > ?4)
         ORDER BY uid LIMIT ?5"
    );
    let mut statement = r.0.prepare_cached(&sql)?;
    let latest = now.checked_add(longest).unwrap_or(now);
    let rows = statement.query_map((calendar, uid, millis(now), millis(latest), limit), row_of)?;
    rows.collect::<Result<_, _>>().context("Read what is to be written")
}

/// Series whose making has begun, and its answer may have been lost.
///
/// # Errors
/// When the database cannot be read.
pub fn begun(r: &Reader<'_>, calendar: i64) -> Result<Vec<RemoteWrite>> {
    let mut statement = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM remote_write WHERE calendar = ?1 AND begun = 1"))?;
    let rows = statement.query_map([calendar], row_of)?;
    rows.collect::<Result<_, _>>().context("Read what was begun")
}

/// Series that wait with a reason.
///
/// # Errors
/// When the database cannot be read.
pub fn troubled(r: &Reader<'_>, calendar: i64) -> Result<Vec<RemoteWrite>> {
    let mut statement =
        r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM remote_write WHERE calendar = ?1 AND problem > '' ORDER BY uid LIMIT 1000"))?;
    let rows = statement.query_map([calendar], row_of)?;
    rows.collect::<Result<_, _>>().context("Read what could not be written")
}

/// How many series wait to be written to a calendar.
///
/// # Errors
/// When the database cannot be read.
pub fn count(r: &Reader<'_>, calendar: i64) -> Result<u32> {
    Ok(r.0.prepare_cached("SELECT count(*) FROM remote_write WHERE calendar = ?1")?.query_row([calendar], |row| row.get(0))?)
}

/// When the next series of a calendar may be tried; none where none waits.
///
/// # Errors
/// When the database cannot be read.
pub fn next_at(r: &Reader<'_>, calendar: i64) -> Result<Option<Timestamp>> {
    let mut select = r.0.prepare_cached("SELECT min(not_before) FROM remote_write WHERE calendar = ?1 AND refused = 0")?;
    Ok(select.query_row([calendar], |row| row.get::<_, Option<i64>>(0))?.map(instant))
}

/// Notes that a writing that makes something begins, before it does.
///
/// # Errors
/// When the database cannot be written.
pub fn begin(w: &Writer<'_>, calendar: i64, uid: &str) -> Result<()> {
    w.0.prepare_cached("UPDATE remote_write SET begun = 1 WHERE calendar = ?1 AND uid = ?2")?.execute((calendar, uid))?;
    Ok(())
}

/// Notes that it is known what became of a writing.
///
/// # Errors
/// When the database cannot be written.
pub fn settle(w: &Writer<'_>, calendar: i64, uid: &str) -> Result<()> {
    w.0.prepare_cached("UPDATE remote_write SET begun = 0 WHERE calendar = ?1 AND uid = ?2")?.execute((calendar, uid))?;
    Ok(())
}

/// Ends what was written, unless the series changed again after `change`.
///
/// # Errors
/// When the database cannot be written.
pub fn done(w: &Writer<'_>, calendar: i64, uid: &str, change: i64) -> Result<()> {
    w.0.prepare_cached("DELETE FROM remote_write WHERE calendar = ?1 AND uid = ?2 AND change <= ?3")?.execute((calendar, uid, change))?;
    settle(w, calendar, uid)
}

/// Puts a writing off, with the reason.
///
/// # Errors
/// When the database cannot be written.
pub fn put_off(w: &Writer<'_>, calendar: i64, uid: &str, until: Timestamp, problem: &str) -> Result<()> {
    w.0.prepare_cached("UPDATE remote_write SET attempt = attempt + 1, not_before = ?3, problem = ?4 WHERE calendar = ?1 AND uid = ?2")?
        .execute((calendar, uid, millis(until), problem))?;
    Ok(())
}

/// Notes that the provider will not have it, unless it changed after `change`.
///
/// # Errors
/// When the database cannot be written.
pub fn refuse(w: &Writer<'_>, calendar: i64, uid: &str, change: i64, problem: &str) -> Result<()> {
    w.0.prepare_cached("UPDATE remote_write SET refused = 1, begun = 0, problem = ?4 WHERE calendar = ?1 AND uid = ?2 AND change <= ?3")?
        .execute((calendar, uid, change, problem))?;
    Ok(())
}

/// Lets everything that waits be tried at once.
///
/// # Errors
/// When the database cannot be written.
pub fn try_now(w: &Writer<'_>, calendar: i64) -> Result<()> {
    w.0.prepare_cached("UPDATE remote_write SET not_before = 0, refused = 0 WHERE calendar = ?1")?.execute([calendar])?;
    Ok(())
}

/// Forgets what was to be written to a calendar.
///
/// # Errors
/// When the database cannot be written.
pub fn remove_all(w: &Writer<'_>, calendar: i64) -> Result<()> {
    w.0.prepare_cached("DELETE FROM remote_write WHERE calendar = ?1")?.execute([calendar])?;
    Ok(())
}

/// Asks for a series to be written, unless it waits already.
///
/// # Errors
/// When the database cannot be written.
pub fn ask(w: &Writer<'_>, calendar: i64, uid: &str) -> Result<()> {
    w.0.prepare_cached(
        "INSERT INTO remote_write (calendar, uid, change)
         VALUES (?1, ?2, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'change'), 0)) ON CONFLICT DO NOTHING",
    )?
    .execute((calendar, uid))?;
    Ok(())
}

/// Asks for every series of a calendar to be written.
///
/// # Errors
/// When the database cannot be written.
pub fn ask_all(w: &Writer<'_>, calendar: i64) -> Result<()> {
    w.0.prepare_cached(
        "INSERT INTO remote_write (calendar, uid, change)
         SELECT DISTINCT calendar, uid, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'change'), 0) FROM event WHERE calendar = ?1 AND deleted = 0
         ON CONFLICT DO NOTHING",
    )?
    .execute([calendar])?;
    Ok(())
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<RemoteWrite> {
    Ok(RemoteWrite {
        uid: row.get(0)?,
        change: row.get(1)?,
        begun: row.get(2)?,
        attempt: row.get(3)?,
        refused: row.get(4)?,
        problem: row.get(5)?,
        not_before: instant(row.get(6)?),
    })
}
