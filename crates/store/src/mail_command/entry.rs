//! Which event here an entry of an organizer's own calendar became, and the last word that was taken of it.
//!
//! A row a component: the series or single event, and each date that was spoken of alone. So that no message takes effect twice or out of order.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE mail_command_event (
    command    INTEGER NOT NULL REFERENCES mail_command (id),
    uid        TEXT    NOT NULL,             -- theirs
    occurrence TEXT    NOT NULL DEFAULT '',  -- the date that it is of, by its instant; '' for the whole
    own_uid    TEXT    NOT NULL,             -- ours, the same for every date
    sequence   INTEGER NOT NULL,
    dtstamp    INTEGER NOT NULL,
    awaits     TEXT    NOT NULL DEFAULT '',  -- JSON of a date that was called off before its series came; '' for all others
    PRIMARY KEY (command, uid, occurrence)
) STRICT, WITHOUT ROWID;
";

/// The place of a word in the order of an event's words (RFC 5546 §2.1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// SEQUENCE.
    pub sequence: u32,
    /// DTSTAMP.
    pub dtstamp: Timestamp,
}

/// The UID that an entry has here; none where it was never spoken of.
///
/// # Errors
/// When the database cannot be read.
pub fn own_uid(r: &Reader<'_>, command: i64, uid: &str) -> Result<Option<String>> {
    let mut select = r.0.prepare_cached("SELECT own_uid FROM mail_command_event WHERE command = ?1 AND uid = ?2 LIMIT 1")?;
    Ok(select.query_row((command, uid), |row| row.get(0)).optional()?)
}

/// The last word that was taken of a component.
///
/// # Errors
/// When the database cannot be read.
pub fn stamp(r: &Reader<'_>, command: i64, uid: &str, occurrence: &str) -> Result<Option<Stamp>> {
    let mut select =
        r.0.prepare_cached("SELECT sequence, dtstamp FROM mail_command_event WHERE command = ?1 AND uid = ?2 AND occurrence = ?3")?;
    let stamp = |row: &rusqlite::Row<'_>| Ok(Stamp { sequence: row.get(0)?, dtstamp: instant(row.get(1)?) });
    Ok(select.query_row((command, uid, occurrence), stamp).optional()?)
}

/// Notes the last word of a component.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, command: i64, uid: &str, occurrence: &str, own_uid: &str, stamp: Stamp) -> Result<()> {
    w.0.prepare_cached(
        "INSERT INTO mail_command_event (command, uid, occurrence, own_uid, sequence, dtstamp) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (command, uid, occurrence) DO UPDATE SET sequence = ?5, dtstamp = ?6, awaits = ''",
    )?
    .execute(params![command, uid, occurrence, own_uid, stamp.sequence, millis(stamp.dtstamp)])
    .context("Keep which event an entry became")?;
    Ok(())
}

/// Notes that a date is off as soon as its series is here; `original` is its start, as JSON.
///
/// # Errors
/// When the database cannot be written.
pub fn await_series(w: &Writer<'_>, command: i64, uid: &str, occurrence: &str, original: &str) -> Result<()> {
    let mut update = w.0.prepare_cached("UPDATE mail_command_event SET awaits = ?4 WHERE command = ?1 AND uid = ?2 AND occurrence = ?3")?;
    update.execute((command, uid, occurrence, original)).context("Keep a date that is off")?;
    Ok(())
}

/// The dates that are off as soon as their series is here, as JSON; they wait no longer.
///
/// # Errors
/// When the database cannot be written.
pub fn take_awaiting(w: &Writer<'_>, command: i64, uid: &str) -> Result<Vec<String>> {
    let select = "SELECT awaits FROM mail_command_event WHERE command = ?1 AND uid = ?2 AND awaits > '' ORDER BY occurrence";
    let waiting = w.0.prepare_cached(select)?.query_map((command, uid), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    w.0.prepare_cached("UPDATE mail_command_event SET awaits = '' WHERE command = ?1 AND uid = ?2 AND awaits > ''")?
        .execute((command, uid))?;
    Ok(waiting)
}
