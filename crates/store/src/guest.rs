//! People and rooms.

mod page;

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};
use serde::{Deserialize, Serialize};

use crate::{Reader, Writer, millis};

pub use page::{PageQuery, Standing, count_matching, page, standing};

pub(crate) const CREATE: &str = "
CREATE TABLE guest (
    id             INTEGER PRIMARY KEY,
    address        TEXT    NOT NULL UNIQUE,           -- normalised: lower case, domain in ASCII
    address_shown  TEXT    NOT NULL,                  -- as it was written
    name           TEXT    NOT NULL DEFAULT '',
    first_name     TEXT    NOT NULL DEFAULT '',
    last_name      TEXT    NOT NULL DEFAULT '',
    zone           TEXT    NOT NULL DEFAULT '',
    language       TEXT    NOT NULL DEFAULT '',
    role           TEXT    NOT NULL DEFAULT 'required',
    fields         TEXT    NOT NULL DEFAULT '{}',     -- JSON of own fields, name to text
    consent        TEXT    NOT NULL DEFAULT '',
    consent_source TEXT    NOT NULL DEFAULT '',
    created_at     INTEGER NOT NULL,
    deleted_at     INTEGER                            -- kept while invitations or history name it
) STRICT;
CREATE INDEX guest_name ON guest (name COLLATE NOCASE, id) WHERE deleted_at IS NULL;
CREATE INDEX guest_deleted ON guest (id) WHERE deleted_at IS NOT NULL;

-- Other addresses that a guest answers from.
CREATE TABLE guest_alias (
    address TEXT    NOT NULL PRIMARY KEY,
    guest   INTEGER NOT NULL REFERENCES guest (id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE guest_search USING fts5 (address, name, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
";

const COLUMNS: &str =
    "id, address, address_shown, name, first_name, last_name, zone, language, role, fields, consent, consent_source, deleted_at";

/// What is known of a guest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Normalised: lower case, domain in ASCII.
    pub address: String,
    /// As it was written.
    pub address_shown: String,
    /// The whole name.
    pub name: String,
    /// First name; may be empty.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// IANA zone; may be empty.
    pub zone: String,
    /// Language tag; may be empty.
    pub language: String,
    /// required, optional or resource.
    pub role: String,
    /// Own fields.
    pub fields: BTreeMap<String, String>,
    /// What they agreed to; may be empty.
    pub consent: String,
    /// Where the consent was noted.
    pub consent_source: String,
}

/// A stored guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// Row.
    pub id: i64,
    /// Removed from view.
    pub deleted: bool,
    /// What is known.
    pub profile: Profile,
}

/// One guest, also a removed one: invitations and history name it.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<Guest>> {
    let mut statement = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM guest WHERE id = ?1"))?;
    Ok(statement.query_row([id], guest).optional()?)
}

/// The guest of a normalised address, also a removed one.
///
/// # Errors
/// When the database cannot be read.
pub fn by_address(r: &Reader<'_>, address: &str) -> Result<Option<Guest>> {
    let mut statement = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM guest WHERE address = ?1"))?;
    Ok(statement.query_row([address], guest).optional()?)
}

/// Adds a guest.
///
/// # Errors
/// When the address is taken, or the database cannot be written.
pub fn insert(w: &Writer<'_>, profile: &Profile, now: Timestamp) -> Result<i64> {
    w.0.prepare_cached(
        "INSERT INTO guest (address, address_shown, name, first_name, last_name, zone, language, role, fields, consent, consent_source, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute((
        &profile.address,
        &profile.address_shown,
        &profile.name,
        &profile.first_name,
        &profile.last_name,
        &profile.zone,
        &profile.language,
        &profile.role,
        serde_json::to_string(&profile.fields)?,
        &profile.consent,
        &profile.consent_source,
        millis(now),
    ))?;
    let id = w.0.last_insert_rowid();
    w.0.prepare_cached("INSERT INTO guest_search (rowid, address, name) VALUES (?1, ?2, ?3)")?.execute((
        id,
        &profile.address_shown,
        &profile.name,
    ))?;
    Ok(id)
}

/// Gives a guest new values, and brings it back if it was removed.
///
/// # Errors
/// When the address is another guest's, or the database cannot be written.
pub fn update(w: &Writer<'_>, id: i64, profile: &Profile) -> Result<()> {
    w.0.prepare_cached(
        "UPDATE guest SET address = ?2, address_shown = ?3, name = ?4, first_name = ?5, last_name = ?6, zone = ?7, language = ?8, role = ?9,
                          fields = ?10, consent = ?11, consent_source = ?12, deleted_at = NULL
         WHERE id = ?1",
    )?
    .execute((
        id,
        &profile.address,
        &profile.address_shown,
        &profile.name,
        &profile.first_name,
        &profile.last_name,
        &profile.zone,
        &profile.language,
        &profile.role,
        serde_json::to_string(&profile.fields)?,
        &profile.consent,
        &profile.consent_source,
    ))?;
    w.0.prepare_cached("INSERT OR REPLACE INTO guest_search (rowid, address, name) VALUES (?1, ?2, ?3)")?.execute((
        id,
        &profile.address_shown,
        &profile.name,
    ))?;
    Ok(())
}

/// Removes a guest from view; its lists remember it.
///
/// # Errors
/// When the database cannot be written.
pub fn remove(w: &Writer<'_>, id: i64, now: Timestamp) -> Result<()> {
    w.0.prepare_cached("UPDATE guest SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL")?.execute((id, millis(now)))?;
    Ok(())
}

/// Brings a removed guest back.
///
/// # Errors
/// When the database cannot be written.
pub fn restore(w: &Writer<'_>, id: i64) -> Result<()> {
    w.0.prepare_cached("UPDATE guest SET deleted_at = NULL WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// Forgets a guest altogether, or only removes it from view where invitations or receipts name it.
///
/// # Errors
/// When the database cannot be written.
pub fn forget(w: &Writer<'_>, id: i64, now: Timestamp) -> Result<()> {
    // Of all that names a guest, only a delivery is looked at when the transaction ends, which is too late to think again.
    if w.0.prepare_cached("SELECT EXISTS (SELECT 1 FROM delivery WHERE guest = ?1)")?.query_row([id], |row| row.get(0))? {
        return remove(w, id, now);
    }
    match w.0.prepare_cached("DELETE FROM guest WHERE id = ?1")?.execute([id]) {
        Ok(_) => {
            w.0.prepare_cached("DELETE FROM guest_search WHERE rowid = ?1")?.execute([id])?;
            Ok(())
        }
        Err(rusqlite::Error::SqliteFailure(failure, _)) if failure.code == rusqlite::ErrorCode::ConstraintViolation => remove(w, id, now),
        Err(error) => Err(error.into()),
    }
}

/// How many guests there are.
///
/// # Errors
/// When the database cannot be read.
pub fn count(r: &Reader<'_>) -> Result<u32> {
    Ok(r.0.query_row("SELECT (SELECT count(*) FROM guest) - (SELECT count(*) FROM guest WHERE deleted_at IS NOT NULL)", [], |row| {
        row.get(0)
    })?)
}

fn guest(row: &Row<'_>) -> rusqlite::Result<Guest> {
    let fields: String = row.get(9)?;
    let deleted_at: Option<i64> = row.get(12)?;
    Ok(Guest {
        id: row.get(0)?,
        deleted: deleted_at.is_some(),
        profile: Profile {
            address: row.get(1)?,
            address_shown: row.get(2)?,
            name: row.get(3)?,
            first_name: row.get(4)?,
            last_name: row.get(5)?,
            zone: row.get(6)?,
            language: row.get(7)?,
            role: row.get(8)?,
            fields: serde_json::from_str(&fields).unwrap_or_default(),
            consent: row.get(10)?,
            consent_source: row.get(11)?,
        },
    })
}
