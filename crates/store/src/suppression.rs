//! Addresses that must not be mailed, with the reason and its evidence.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::Row;

use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE suppression (
    id        INTEGER PRIMARY KEY,
    address   TEXT    NOT NULL,             -- normalised
    reason    TEXT    NOT NULL,             -- unsubscribed, hard_bounce, soft_bounces, complaint, by_hand
    evidence  TEXT    NOT NULL DEFAULT '',  -- the words that said so
    receipt   INTEGER,                      -- the message that said so
    at        INTEGER NOT NULL,
    lifted_at INTEGER                       -- reversible
) STRICT;
CREATE UNIQUE INDEX suppression_address ON suppression (address, reason) WHERE lifted_at IS NULL;
";

/// Why an address is not mailed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The guest asked for it: stops new invitations and messages, not news of what they hold.
    Unsubscribed,
    /// The address does not exist.
    HardBounce,
    /// Its server put off too many messages in a row.
    SoftBounces,
    /// The guest called it spam.
    Complaint,
    /// The organizer.
    ByHand,
}

impl Reason {
    /// As the table and the views spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unsubscribed => "unsubscribed",
            Self::HardBounce => "hard_bounce",
            Self::SoftBounces => "soft_bounces",
            Self::Complaint => "complaint",
            Self::ByHand => "by_hand",
        }
    }

    fn read(word: &str) -> Self {
        match word {
            "unsubscribed" => Self::Unsubscribed,
            "hard_bounce" => Self::HardBounce,
            "soft_bounces" => Self::SoftBounces,
            "complaint" => Self::Complaint,
            _ => Self::ByHand,
        }
    }
}

/// A suppression in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// Why.
    pub reason: Reason,
    /// The words that said so.
    pub evidence: String,
    /// The receipt that said so.
    pub receipt: Option<i64>,
    /// Since when.
    pub at: Timestamp,
}

fn suppression(row: &Row<'_>) -> rusqlite::Result<Suppression> {
    let reason: String = row.get(0)?;
    Ok(Suppression { reason: Reason::read(&reason), evidence: row.get(1)?, receipt: row.get(2)?, at: instant(row.get(3)?) })
}

/// Suppresses a normalised address; false where it was suppressed for this reason already.
///
/// # Errors
/// When the database cannot be written.
pub fn add(w: &Writer<'_>, address: &str, reason: Reason, evidence: &str, receipt: Option<i64>, now: Timestamp) -> Result<bool> {
    let mut statement = w.0.prepare_cached(
        "INSERT INTO suppression (address, reason, evidence, receipt, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
    )?;
    Ok(statement.execute((address, reason.word(), evidence, receipt, millis(now)))? > 0)
}

/// Lifts every reason of an address; false where there was none.
///
/// # Errors
/// When the database cannot be written.
pub fn lift(w: &Writer<'_>, address: &str, now: Timestamp) -> Result<bool> {
    let mut update = w.0.prepare_cached("UPDATE suppression SET lifted_at = ?2 WHERE address = ?1 AND lifted_at IS NULL")?;
    Ok(update.execute((address, millis(now)))? > 0)
}

/// Lifts what a message brought about; false where it brought nothing about.
///
/// # Errors
/// When the database cannot be written.
pub fn lift_for(w: &Writer<'_>, receipt: i64, now: Timestamp) -> Result<bool> {
    let mut update = w.0.prepare_cached("UPDATE suppression SET lifted_at = ?2 WHERE receipt = ?1 AND lifted_at IS NULL")?;
    Ok(update.execute((receipt, millis(now)))? > 0)
}

/// Every reason in force for a normalised address, latest first.
///
/// # Errors
/// When the database cannot be read.
pub fn of_address(r: &Reader<'_>, address: &str) -> Result<Vec<Suppression>> {
    let mut statement = r.0.prepare_cached(
        "SELECT reason, evidence, receipt, at FROM suppression WHERE address = ?1 AND lifted_at IS NULL ORDER BY at DESC, id DESC",
    )?;
    let rows = statement.query_map([address], suppression)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// An entry that a guest still holds who unsubscribed by a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// The message that said so.
    pub receipt: i64,
    /// The guest.
    pub guest: i64,
    /// Since when they want no mail.
    pub at: Timestamp,
    /// The event that they hold.
    pub event: i64,
}

/// What guests still hold who unsubscribed, where nothing was ruled on it yet; the entries of a guest lie together.
///
/// # Errors
/// When the database cannot be read.
pub fn leftovers(r: &Reader<'_>, limit: u32) -> Result<Vec<Leftover>> {
    let mut select = r.0.prepare_cached(
        "SELECT s.receipt, g.id, s.at, i.event
         FROM suppression s CROSS JOIN guest g ON g.address = s.address CROSS JOIN invitation i ON i.guest = g.id
              CROSS JOIN holding h ON h.invitation = i.id AND h.recurrence_id = ''
         WHERE s.lifted_at IS NULL AND s.reason = 'unsubscribed' AND s.receipt IS NOT NULL AND h.revision_sent IS NOT NULL AND h.cancelled = 0
           AND NOT EXISTS (SELECT 1 FROM ruling u WHERE u.receipt = s.receipt AND u.undone_at IS NULL)
         ORDER BY s.id, i.event LIMIT ?1",
    )?;
    let leftovers = select.query_map([limit], |row| {
        Ok(Leftover { receipt: row.get(0)?, guest: row.get(1)?, at: instant(row.get(2)?), event: row.get(3)? })
    })?;
    Ok(leftovers.collect::<rusqlite::Result<_>>()?)
}

/// An address that is not mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Row id.
    pub id: i64,
    /// Normalised.
    pub address: String,
    /// Why, and who said so.
    pub suppression: Suppression,
}

/// Addresses that are not mailed and hold these letters, the latest first, before a row (`i64::MAX` begins).
///
/// # Errors
/// When the database cannot be read.
pub fn page(r: &Reader<'_>, search: &str, before: i64, limit: u32) -> Result<Vec<Entry>> {
    let mut statement = r.0.prepare_cached(
        "SELECT reason, evidence, receipt, at, id, address FROM suppression
         WHERE lifted_at IS NULL AND id < ?2 AND (?1 = '' OR instr(address, ?1) > 0) ORDER BY id DESC LIMIT ?3",
    )?;
    let rows = statement
        .query_map((search, before, limit), |row| Ok(Entry { id: row.get(4)?, address: row.get(5)?, suppression: suppression(row)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many there are.
///
/// # Errors
/// When the database cannot be read.
pub fn count(r: &Reader<'_>, search: &str) -> Result<u32> {
    let mut statement =
        r.0.prepare_cached("SELECT count(*) FROM suppression WHERE lifted_at IS NULL AND (?1 = '' OR instr(address, ?1) > 0)")?;
    Ok(statement.query_row([search], |row| row.get(0))?)
}

/// Whether an address is suppressed for any reason.
///
/// # Errors
/// When the database cannot be read.
pub fn is_suppressed(r: &Reader<'_>, address: &str) -> Result<bool> {
    let mut statement = r.0.prepare_cached("SELECT EXISTS (SELECT 1 FROM suppression WHERE address = ?1 AND lifted_at IS NULL)")?;
    Ok(statement.query_row([address], |row| row.get(0))?)
}
