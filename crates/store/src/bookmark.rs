//! How far each reader of the change log has come.

use anyhow::Result;
use rusqlite::OptionalExtension as _;

use crate::{Reader, Writer};

pub(crate) const CREATE: &str = "
CREATE TABLE bookmark (
    name   TEXT    NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL               -- of the last change that was followed
) STRICT, WITHOUT ROWID;
";

/// The number of the last change that this reader followed, 0 before its first.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, name: &str) -> Result<i64> {
    let number = r.0.prepare_cached("SELECT number FROM bookmark WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()?;
    Ok(number.unwrap_or(0))
}

/// Remembers how far a reader came, in the transaction of what followed from it: so it follows once.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, name: &str, number: i64) -> Result<()> {
    w.0.prepare_cached("INSERT INTO bookmark (name, number) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET number = excluded.number")?
        .execute((name, number))?;
    Ok(())
}
