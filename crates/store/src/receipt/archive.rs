//! The messages themselves: packed, searched, gone through one after the other, and let go when they are too old. What they said stays.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::params;

use super::{COLUMNS, NewReceipt, Receipt, row};
use crate::{Reader, Writer, instant, millis, search_query};

/// Which messages.
#[derive(Clone, Copy, Debug, Default)]
pub struct Which {
    /// Those that came at this moment or later.
    pub since: Option<Timestamp>,
    /// Those about this event or series.
    pub event: Option<i64>,
    /// Those about what this campaign sent.
    pub campaign: Option<i64>,
}

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The receipt's id.
    pub id: i64,
    /// When it came.
    pub received_at: Timestamp,
    /// From.
    pub sender: String,
    /// The whole message.
    pub raw: Vec<u8>,
}

const WHICH: &str = "length(raw) > 0 AND (?1 IS NULL OR received_at >= ?1)
    AND (?2 IS NULL OR invitation IN (SELECT id FROM invitation WHERE event = ?2))
    AND (?3 IS NULL OR invitation IN (SELECT invitation FROM delivery WHERE campaign = ?3)
                    OR delivery IN (SELECT id FROM delivery WHERE campaign = ?3))";

/// How many messages these are.
///
/// # Errors
/// When the database cannot be read.
pub fn count(r: &Reader<'_>, which: Which) -> Result<u32> {
    let mut select = r.0.prepare_cached(&format!("SELECT count(*) FROM receipt WHERE {WHICH}"))?;
    Ok(select.query_row(params![which.since.map(millis), which.event, which.campaign], |row| row.get(0))?)
}

/// The messages after one of them, in the order in which they were read.
///
/// # Errors
/// When the database cannot be read.
pub fn after(r: &Reader<'_>, which: Which, id: i64, limit: u32) -> Result<Vec<Kept>> {
    let sql = format!("SELECT id, received_at, sender, raw FROM receipt WHERE {WHICH} AND id > ?4 ORDER BY id LIMIT ?5");
    let mut select = r.0.prepare_cached(&sql)?;
    let mut rows = select.query(params![which.since.map(millis), which.event, which.campaign, id, limit])?;
    let mut kept = Vec::new();
    while let Some(row) = rows.next()? {
        let raw = unpacked(&row.get::<_, Vec<u8>>(3)?)?.unwrap_or_default();
        kept.push(Kept { id: row.get(0)?, received_at: instant(row.get(1)?), sender: row.get(2)?, raw });
    }
    Ok(kept)
}

/// What has words that begin like these, the newest first, before a receipt or from the newest on.
///
/// # Errors
/// When the database cannot be read.
pub fn search(r: &Reader<'_>, text: &str, before: Option<i64>, limit: u32) -> Result<Vec<Receipt>> {
    let Some(query) = search_query(text) else { return Ok(Vec::new()) };
    let sql = format!(
        "SELECT {COLUMNS} FROM receipt WHERE id IN
             (SELECT rowid FROM receipt_search WHERE receipt_search MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC LIMIT ?3)
         ORDER BY id DESC"
    );
    let mut select = r.0.prepare_cached(&sql)?;
    let found = select.query_map(params![query, before.unwrap_or(i64::MAX), limit], row)?;
    found.collect::<rusqlite::Result<_>>().context("Search what came back")
}

/// Lets go of messages that came before a moment, so many at most, and gives how many they were. What still waits for a ruling is kept.
///
/// # Errors
/// When the database cannot be written.
pub fn let_go(w: &Writer<'_>, before: Timestamp, limit: u32) -> Result<usize> {
    let sql = "UPDATE receipt SET raw = x'' WHERE id IN
        (SELECT id FROM receipt WHERE length(raw) > 0 AND received_at < ?1 AND state <> 'desk' ORDER BY received_at LIMIT ?2)";
    Ok(w.0.prepare_cached(sql)?.execute((millis(before), limit))?)
}

/// A message as the table holds it.
pub(super) fn packed(raw: &[u8]) -> Vec<u8> {
    if raw.is_empty() { Vec::new() } else { lz4_flex::block::compress_prepend_size(raw) }
}

pub(super) fn unpacked(packed: &[u8]) -> Result<Option<Vec<u8>>> {
    if packed.is_empty() {
        return Ok(None);
    }
    Ok(Some(lz4_flex::block::decompress_size_prepended(packed).context("Unpack a message that came back")?))
}

/// Makes a message findable.
pub(super) fn index(w: &Writer<'_>, id: i64, new: &NewReceipt<'_>) -> Result<()> {
    w.0.prepare_cached("INSERT INTO receipt_search (rowid, sender, attendee, subject, comment, words) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute((id, new.sender, new.said.attendee, new.subject, new.said.comment, new.words))?;
    Ok(())
}
