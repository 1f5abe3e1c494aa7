//! How far each folder of an inbox was read.

use anyhow::Result;
use mail::port::FolderCursor;

use crate::{Reader, Writer};

pub(crate) const CREATE: &str = "
CREATE TABLE inbox_cursor (
    inbox    INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    folder   TEXT    NOT NULL,
    validity INTEGER NOT NULL,
    last_uid INTEGER NOT NULL,
    PRIMARY KEY (inbox, folder)
) STRICT, WITHOUT ROWID;
";

/// Where to go on in each folder that was ever read.
///
/// # Errors
/// When the database cannot be read.
pub fn of(r: &Reader<'_>, inbox: i64) -> Result<Vec<FolderCursor>> {
    let mut select = r.0.prepare_cached("SELECT folder, validity, last_uid FROM inbox_cursor WHERE inbox = ?1 ORDER BY folder")?;
    let cursors = select.query_map([inbox], |row| {
        Ok(FolderCursor { folder: row.get(0)?, validity: unsigned(row.get(1)?), last_uid: unsigned(row.get(2)?) })
    })?;
    Ok(cursors.collect::<rusqlite::Result<_>>()?)
}

/// Remembers where to go on, in the transaction of the messages that were read.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, inbox: i64, cursors: &[FolderCursor]) -> Result<()> {
    let mut put = w.0.prepare_cached(
        "INSERT INTO inbox_cursor (inbox, folder, validity, last_uid) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET validity = excluded.validity, last_uid = excluded.last_uid",
    )?;
    for cursor in cursors {
        put.execute((inbox, &cursor.folder, signed(cursor.validity), signed(cursor.last_uid)))?;
    }
    Ok(())
}

/// SQLite has no unsigned integers: the bits are kept as they are.
pub(crate) fn signed(number: u64) -> i64 {
    i64::from_ne_bytes(number.to_ne_bytes())
}

pub(crate) fn unsigned(number: i64) -> u64 {
    u64::from_ne_bytes(number.to_ne_bytes())
}
