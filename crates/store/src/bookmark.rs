//! How far each reader of the change log has come.

use anyhow::Result;
use rusqlite::OptionalExtension as _;

use crate::{Reader, Writer};

/// Stands at the last change that is no longer in the log.
pub(crate) const PRUNED: &str = "pruned";

pub(crate) const CREATE: &str = "
CREATE TABLE bookmark (
    name   TEXT    NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL               -- of the last change that was followed
) STRICT, WITHOUT ROWID;
";

fn find(r: &Reader<'_>, name: &str) -> Result<Option<i64>> {
    Ok(r.0.prepare_cached("SELECT number FROM bookmark WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()?)
}

/// Where a reader goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// After this change.
    After(i64),
    /// It follows from everything there is: it never read, or what it did not read yet is no longer in the log.
    Anew,
}

/// Where a reader goes on.
///
/// # Errors
/// When the database cannot be read.
pub fn position(r: &Reader<'_>, name: &str) -> Result<Position> {
    let pruned = find(r, PRUNED)?.unwrap_or(0);
    Ok(find(r, name)?.filter(|number| *number >= pruned).map_or(Position::Anew, Position::After))
}

/// Forgets how far a reader came: it begins anew.
///
/// # Errors
/// When the database cannot be written.
pub fn remove(w: &Writer<'_>, name: &str) -> Result<()> {
    w.0.prepare_cached("DELETE FROM bookmark WHERE name = ?1")?.execute([name])?;
    Ok(())
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
