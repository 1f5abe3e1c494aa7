//! Imports of guests, each of which can be undone as a whole.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::OptionalExtension as _;
use serde::{Deserialize, Serialize};

use crate::guest::Profile;
use crate::{Reader, Writer, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE guest_import (
    id           INTEGER PRIMARY KEY,
    list         INTEGER NOT NULL REFERENCES guest_list (id),
    created_list INTEGER NOT NULL DEFAULT 0,
    source       TEXT    NOT NULL,
    at           INTEGER NOT NULL,
    undone_at    INTEGER
) STRICT;

-- Only what the import changed.
CREATE TABLE guest_import_row (
    import      INTEGER NOT NULL REFERENCES guest_import (id) ON DELETE CASCADE,
    guest       INTEGER NOT NULL,
    before      TEXT    NOT NULL DEFAULT '',   -- JSON of the guest as it was; '' if the import created it
    was_member  INTEGER NOT NULL,              -- stood on the list already
    PRIMARY KEY (import, guest)
) STRICT, WITHOUT ROWID;
";

/// An import as it was noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestImport {
    /// The list that the guests were put on.
    pub list: i64,
    /// The import made the list.
    pub created_list: bool,
    /// Taken back already.
    pub undone: bool,
}

/// What a guest was before an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// It was removed from view.
    pub deleted: bool,
    /// Its values.
    pub profile: Profile,
}

/// One guest of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedRow {
    /// The guest.
    pub guest: i64,
    /// As it was; none if the import created it.
    pub before: Option<Before>,
    /// It stood on the list already.
    pub was_member: bool,
}

/// Notes an import.
///
/// # Errors
/// When the database cannot be written.
pub fn insert(w: &Writer<'_>, list: i64, created_list: bool, source: &str, now: Timestamp) -> Result<i64> {
    w.0.prepare_cached("INSERT INTO guest_import (list, created_list, source, at) VALUES (?1, ?2, ?3, ?4)")?.execute((
        list,
        created_list,
        source,
        millis(now),
    ))?;
    Ok(w.0.last_insert_rowid())
}

/// Notes what an import changed.
///
/// # Errors
/// When the database cannot be written.
pub fn insert_row(w: &Writer<'_>, import: i64, row: &ImportedRow) -> Result<()> {
    let before = row.before.as_ref().map(serde_json::to_string).transpose()?.unwrap_or_default();
    w.0.prepare_cached("INSERT INTO guest_import_row (import, guest, before, was_member) VALUES (?1, ?2, ?3, ?4)")?.execute((
        import,
        row.guest,
        before,
        row.was_member,
    ))?;
    Ok(())
}

/// An import.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<GuestImport>> {
    let mut statement = r.0.prepare_cached("SELECT list, created_list, undone_at IS NOT NULL FROM guest_import WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| Ok(GuestImport { list: row.get(0)?, created_list: row.get(1)?, undone: row.get(2)? })).optional()?)
}

/// What an import changed.
///
/// # Errors
/// When the database cannot be read.
pub fn rows(r: &Reader<'_>, import: i64) -> Result<Vec<ImportedRow>> {
    let mut statement = r.0.prepare_cached("SELECT guest, before, was_member FROM guest_import_row WHERE import = ?1")?;
    let mut rows = statement.query([import])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let before: String = row.get(1)?;
        let before = if before.is_empty() { None } else { Some(serde_json::from_str(&before)?) };
        found.push(ImportedRow { guest: row.get(0)?, before, was_member: row.get(2)? });
    }
    Ok(found)
}

/// A later import, not undone, that changed a guest of this one too: its source.
///
/// # Errors
/// When the database cannot be read.
pub fn later_overlap(r: &Reader<'_>, import: i64) -> Result<Option<String>> {
    let mut statement = r.0.prepare_cached(
        "SELECT i.source FROM guest_import i JOIN guest_import_row later ON later.import = i.id
         WHERE i.id > ?1 AND i.undone_at IS NULL
           AND EXISTS (SELECT 1 FROM guest_import_row mine WHERE mine.import = ?1 AND mine.guest = later.guest) LIMIT 1",
    )?;
    Ok(statement.query_row([import], |row| row.get(0)).optional()?)
}

/// Notes that an import was taken back.
///
/// # Errors
/// When the database cannot be written.
pub fn mark_undone(w: &Writer<'_>, id: i64, now: Timestamp) -> Result<()> {
    w.0.prepare_cached("UPDATE guest_import SET undone_at = ?2 WHERE id = ?1")?.execute((id, millis(now)))?;
    Ok(())
}
