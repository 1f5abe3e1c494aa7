//! Settings of this database, by name.

use anyhow::Result;
use rusqlite::OptionalExtension as _;

use crate::{Reader, Writer};

pub(crate) const CREATE: &str = "
CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

/// The value of a setting, if it was ever put.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, name: &str) -> Result<Option<String>> {
    Ok(r.0.prepare_cached("SELECT value FROM setting WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()?)
}

/// Puts a setting.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, name: &str, value: &str) -> Result<()> {
    w.0.prepare_cached("INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value")?
        .execute([name, value])?;
    Ok(())
}
