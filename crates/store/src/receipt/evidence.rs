//! What ties a message to a guest: their address, the address they were invited at, or another one they are known by.

use anyhow::Result;
use rusqlite::OptionalExtension as _;

use crate::{Reader, Writer};

/// Whether an address, normalised, is one of a guest's.
///
/// # Errors
/// When the database cannot be read.
pub fn is_of_guest(r: &Reader<'_>, guest: i64, address: &str) -> Result<bool> {
    let mut select = r.0.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM guest WHERE id = ?1 AND address = ?2)
             OR EXISTS (SELECT 1 FROM guest_alias WHERE address = ?2 AND guest = ?1)",
    )?;
    Ok(select.query_row((guest, address), |row| row.get(0))?)
}

/// The guest whom an address, normalised, belongs to.
///
/// # Errors
/// When the database cannot be read.
pub fn guest_of(r: &Reader<'_>, address: &str) -> Result<Option<i64>> {
    let mut select =
        r.0.prepare_cached("SELECT id FROM guest WHERE address = ?1 UNION ALL SELECT guest FROM guest_alias WHERE address = ?1 LIMIT 1")?;
    Ok(select.query_row([address], |row| row.get(0)).optional()?)
}

/// Learns another address, normalised, of a guest; false where it is known already, also as another guest's.
///
/// # Errors
/// When the database cannot be written.
pub fn add_alias(w: &Writer<'_>, guest: i64, address: &str) -> Result<bool> {
    let mut insert = w.0.prepare_cached("INSERT OR IGNORE INTO guest_alias (address, guest) VALUES (?2, ?1)")?;
    Ok(insert.execute((guest, address))? > 0)
}

/// Forgets another address of a guest.
///
/// # Errors
/// When the database cannot be written.
pub fn remove_alias(w: &Writer<'_>, guest: i64, address: &str) -> Result<()> {
    w.0.prepare_cached("DELETE FROM guest_alias WHERE guest = ?1 AND address = ?2")?.execute((guest, address))?;
    Ok(())
}

/// A guest's address, normalised.
///
/// # Errors
/// When the database cannot be read, or there is no such guest.
pub fn address_of(r: &Reader<'_>, guest: i64) -> Result<String> {
    Ok(r.0.prepare_cached("SELECT address FROM guest WHERE id = ?1")?.query_row([guest], |row| row.get(0))?)
}

/// How many messages to a guest were put off or given up for now by their server, one after the other: since they were last heard of, and
/// since mail to them was last stopped for it.
///
/// # Errors
/// When the database cannot be read.
pub fn put_off_in_a_row(r: &Reader<'_>, guest: i64) -> Result<u32> {
    let mut select = r.0.prepare_cached(
        "SELECT count(DISTINCT b.delivery) FROM receipt b
         WHERE b.guest = ?1 AND b.bounce_kind IN ('soft', 'delayed') AND b.id > max(
             coalesce((SELECT max(h.id) FROM invitation i JOIN receipt h ON h.invitation = i.id
                       WHERE i.guest = ?1 AND (h.bounce_kind = 'relayed' OR h.kind NOT IN ('bounce', 'complaint'))), 0),
             coalesce((SELECT max(s.receipt) FROM suppression s JOIN guest g ON g.address = s.address
                       WHERE g.id = ?1 AND s.reason = 'soft_bounces'), 0))",
    )?;
    Ok(select.query_row([guest], |row| row.get(0))?)
}
