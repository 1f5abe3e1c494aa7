//! Addresses that take invitations as commands, for organizers whose own calendar is not connected.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::{Reader, Writer, instant, millis};

pub mod entry;
pub mod taken;
#[cfg(test)]
mod tests;
pub mod wording;

pub(crate) const CREATE: &str = "
CREATE TABLE mail_command (
    id             INTEGER PRIMARY KEY,
    address        TEXT    NOT NULL UNIQUE,               -- normalised: what an organizer invites
    inbox          INTEGER NOT NULL REFERENCES account (id), -- that its mail arrives in
    calendar       INTEGER NOT NULL REFERENCES calendar (id),
    sender         INTEGER NOT NULL REFERENCES account (id), -- that confirms
    allowed        TEXT    NOT NULL,                      -- JSON of normalised addresses
    trusts_silence INTEGER NOT NULL DEFAULT 0,            -- obeys where the inbox's server says nothing of senders
    created_at     INTEGER NOT NULL,
    deleted_at     INTEGER                                -- kept: added once more it knows its events again
) STRICT;
";

/// What an address that takes commands does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCommand {
    /// Normalised.
    pub address: String,
    /// The inbox that its mail arrives in.
    pub inbox: i64,
    /// The calendar that it writes to.
    pub calendar: i64,
    /// The account that confirms.
    pub sender: i64,
    /// Who may command, normalised.
    pub allowed: Vec<String>,
    /// It obeys where the inbox's server says nothing of senders.
    pub trusts_silence: bool,
}

/// An address that takes commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailCommand {
    /// Row.
    pub id: i64,
    /// What it does.
    pub does: NewCommand,
    /// Since when.
    pub created_at: Timestamp,
    /// It takes none any more.
    pub is_removed: bool,
}

const COLUMNS: &str = "id, address, inbox, calendar, sender, allowed, trusts_silence, created_at, deleted_at IS NOT NULL";

fn row(row: &Row<'_>) -> rusqlite::Result<MailCommand> {
    let allowed: String = row.get(5)?;
    Ok(MailCommand {
        id: row.get(0)?,
        does: NewCommand {
            address: row.get(1)?,
            inbox: row.get(2)?,
            calendar: row.get(3)?,
            sender: row.get(4)?,
            allowed: serde_json::from_str(&allowed).unwrap_or_default(),
            trusts_silence: row.get(6)?,
        },
        created_at: instant(row.get(7)?),
        is_removed: row.get(8)?,
    })
}

/// Every address that takes commands, by address.
///
/// # Errors
/// When the database cannot be read.
pub fn all(r: &Reader<'_>) -> Result<Vec<MailCommand>> {
    let mut select = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM mail_command WHERE deleted_at IS NULL ORDER BY address"))?;
    Ok(select.query_map([], row)?.collect::<rusqlite::Result<_>>()?)
}

/// One of them, also a removed one: its log names it.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<MailCommand>> {
    Ok(r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM mail_command WHERE id = ?1"))?.query_row([id], row).optional()?)
}

/// The one of that address, also a removed one.
///
/// # Errors
/// When the database cannot be read.
pub fn by_address(r: &Reader<'_>, address: &str) -> Result<Option<MailCommand>> {
    Ok(r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM mail_command WHERE address = ?1"))?.query_row([address], row).optional()?)
}

/// Adds an address, changes what it does, or brings a removed one back with the events that it knows; its id.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, new: &NewCommand, now: Timestamp) -> Result<i64> {
    w.0.prepare_cached(
        "INSERT INTO mail_command (address, inbox, calendar, sender, allowed, trusts_silence, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (address) DO UPDATE SET inbox = ?2, calendar = ?3, sender = ?4, allowed = ?5, trusts_silence = ?6, deleted_at = NULL",
    )?
    .execute(params![
        new.address,
        new.inbox,
        new.calendar,
        new.sender,
        serde_json::to_string(&new.allowed)?,
        new.trusts_silence,
        millis(now)
    ])
    .context("Keep an address that takes commands")?;
    Ok(w.0.query_row("SELECT id FROM mail_command WHERE address = ?1", [&new.address], |row| row.get(0))?)
}

/// Takes commands at this address no more. Whether it did.
///
/// # Errors
/// When the database cannot be written.
pub fn remove(w: &Writer<'_>, id: i64, now: Timestamp) -> Result<bool> {
    let mut update = w.0.prepare_cached("UPDATE mail_command SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL")?;
    Ok(update.execute((id, millis(now)))? > 0)
}

/// When the first address of an inbox was added; none without one. No command can have come before.
///
/// # Errors
/// When the database cannot be read.
pub fn first_added_at(r: &Reader<'_>, inbox: i64) -> Result<Option<Timestamp>> {
    let mut select = r.0.prepare_cached("SELECT min(created_at) FROM mail_command WHERE inbox = ?1 AND deleted_at IS NULL")?;
    let first: Option<i64> = select.query_row([inbox], |row| row.get(0))?;
    Ok(first.map(instant))
}
