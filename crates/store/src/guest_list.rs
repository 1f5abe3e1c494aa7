//! Lists of guests.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::{Reader, Writer, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE guest_list (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX guest_list_name ON guest_list (name) WHERE deleted_at IS NULL;

-- A removed guest stays here and does not count: it comes back to its lists when it is restored.
CREATE TABLE guest_list_member (
    list  INTEGER NOT NULL REFERENCES guest_list (id) ON DELETE CASCADE,
    guest INTEGER NOT NULL REFERENCES guest (id) ON DELETE CASCADE,
    role  TEXT    NOT NULL DEFAULT '',   -- '' takes the guest's own
    PRIMARY KEY (list, guest)
) STRICT, WITHOUT ROWID;
CREATE INDEX guest_list_member_guest ON guest_list_member (guest);
";

/// A list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestList {
    /// Row.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Removed from view.
    pub deleted: bool,
}

/// Adds an empty list.
///
/// # Errors
/// When the name is taken, or the database cannot be written.
pub fn insert(w: &Writer<'_>, name: &str, now: Timestamp) -> Result<i64> {
    w.0.prepare_cached("INSERT INTO guest_list (name, created_at) VALUES (?1, ?2)")?.execute((name, millis(now)))?;
    Ok(w.0.last_insert_rowid())
}

/// Every list that was not deleted, by name.
///
/// # Errors
/// When the database cannot be read.
pub fn all(r: &Reader<'_>) -> Result<Vec<GuestList>> {
    let mut statement =
        r.0.prepare_cached("SELECT id, name, deleted_at FROM guest_list WHERE deleted_at IS NULL ORDER BY name COLLATE NOCASE, id")?;
    let rows = statement.query_map([], list)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One list, also a deleted one.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<GuestList>> {
    Ok(r.0.prepare_cached("SELECT id, name, deleted_at FROM guest_list WHERE id = ?1")?.query_row([id], list).optional()?)
}

/// The list of that name.
///
/// # Errors
/// When the database cannot be read.
pub fn by_name(r: &Reader<'_>, name: &str) -> Result<Option<GuestList>> {
    let mut statement = r.0.prepare_cached("SELECT id, name, deleted_at FROM guest_list WHERE name = ?1 AND deleted_at IS NULL")?;
    Ok(statement.query_row([name], list).optional()?)
}

/// How many guests are on a list.
///
/// # Errors
/// When the database cannot be read.
pub fn count_members(r: &Reader<'_>, list: i64) -> Result<u32> {
    // Few guests are removed ones: counting them apart saves a look at each of the others.
    let mut statement = r.0.prepare_cached(
        "SELECT (SELECT count(*) FROM guest_list_member WHERE list = ?1)
              - (SELECT count(*) FROM guest g INDEXED BY guest_deleted CROSS JOIN guest_list_member m ON m.list = ?1 AND m.guest = g.id
                 WHERE g.deleted_at IS NOT NULL)",
    )?;
    Ok(statement.query_row([list], |row| row.get(0))?)
}

/// Gives a list another name.
///
/// # Errors
/// When the name is taken, or the database cannot be written.
pub fn rename(w: &Writer<'_>, id: i64, name: &str) -> Result<()> {
    w.0.prepare_cached("UPDATE guest_list SET name = ?2 WHERE id = ?1")?.execute((id, name))?;
    Ok(())
}

/// Deletes a list, not its guests.
///
/// # Errors
/// When the database cannot be written.
pub fn remove(w: &Writer<'_>, id: i64, now: Timestamp) -> Result<()> {
    w.0.prepare_cached("UPDATE guest_list SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL")?.execute((id, millis(now)))?;
    Ok(())
}

/// Brings a deleted list back.
///
/// # Errors
/// When its name was taken meanwhile, or the database cannot be written.
pub fn restore(w: &Writer<'_>, id: i64) -> Result<()> {
    w.0.prepare_cached("UPDATE guest_list SET deleted_at = NULL WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// Puts a guest on a list; false where it stood there already.
///
/// # Errors
/// When the database cannot be written.
pub fn add_member(w: &Writer<'_>, list: i64, guest: i64) -> Result<bool> {
    let mut statement = w.0.prepare_cached("INSERT INTO guest_list_member (list, guest) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    Ok(statement.execute((list, guest))? > 0)
}

/// Takes a guest off a list.
///
/// # Errors
/// When the database cannot be written.
pub fn remove_member(w: &Writer<'_>, list: i64, guest: i64) -> Result<()> {
    w.0.prepare_cached("DELETE FROM guest_list_member WHERE list = ?1 AND guest = ?2")?.execute((list, guest))?;
    Ok(())
}

fn list(row: &Row<'_>) -> rusqlite::Result<GuestList> {
    let deleted_at: Option<i64> = row.get(2)?;
    Ok(GuestList { id: row.get(0)?, name: row.get(1)?, deleted: deleted_at.is_some() })
}
