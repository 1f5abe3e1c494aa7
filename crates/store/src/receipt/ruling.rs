//! What the organizer ruled on a message that waited for it, and how it stood before: every ruling can be taken back, and none is forgotten.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use super::{About, MatchedBy, State};
use crate::words::words;
use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE ruling (
    id                INTEGER PRIMARY KEY,
    receipt           INTEGER NOT NULL REFERENCES receipt (id),
    verb              TEXT    NOT NULL,              -- guest, same_person, count, meant, dismiss, add_guest, accept, decline, invite, withdraw, keep, follows
    guest             INTEGER REFERENCES guest (id), -- whose it is by this ruling
    alias             TEXT    NOT NULL DEFAULT '',   -- another address of the guest, learned by this ruling
    cause             INTEGER REFERENCES ruling (id),-- the ruling that it follows from
    source            TEXT    NOT NULL,              -- window, command line
    at                INTEGER NOT NULL,
    undone_at         INTEGER,
    before_state      TEXT    NOT NULL,              -- the receipt as it stood
    before_reason     TEXT    NOT NULL,
    before_invitation INTEGER REFERENCES invitation (id),
    before_delivery   INTEGER REFERENCES delivery (id),
    before_guest      INTEGER REFERENCES guest (id),
    before_matched_by TEXT    NOT NULL,
    moved             TEXT    NOT NULL DEFAULT ''    -- JSON of the event that it moved and of its time before
) STRICT;
CREATE INDEX ruling_receipt ON ruling (receipt, id);
CREATE INDEX ruling_cause ON ruling (cause) WHERE cause IS NOT NULL;
";

words! {
    /// What was ruled.
    pub enum Verb {
        /// It is this guest's.
        Guest = "guest",
        /// It is this guest's, and so is whatever comes from that address.
        SamePerson = "same_person",
        /// It counts as it is.
        Count = "count",
        /// A letter says so in its own words.
        Meant = "meant",
        /// It is nothing.
        Dismiss = "dismiss",
        /// Whoever wrote it becomes a guest.
        AddGuest = "add_guest",
        /// The event moves to the proposed time.
        Accept = "accept",
        /// The proposed time is declined.
        Decline = "decline",
        /// Whom the guest passed it on to is invited.
        Invite = "invite",
        /// Whoever wants no more mail keeps no entry either.
        Withdraw = "withdraw",
        /// Whoever wants no more mail keeps the entries that they have.
        Keep = "keep",
        /// It follows from a ruling on another message.
        Follows = "follows",
    }
}

/// A ruling before it is kept.
#[derive(Clone, Copy, Debug)]
pub struct NewRuling<'a> {
    /// On which message.
    pub receipt: i64,
    /// What was ruled.
    pub verb: Verb,
    /// Whose it is now.
    pub guest: Option<i64>,
    /// Another address of the guest that was learned.
    pub alias: &'a str,
    /// The ruling that it follows from.
    pub cause: Option<i64>,
    /// Where the organizer ruled.
    pub source: &'a str,
    /// JSON of the event that it moved and of its time before; may be empty.
    pub moved: &'a str,
}

/// A ruling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// Row id.
    pub id: i64,
    /// On which message.
    pub receipt: i64,
    /// What was ruled.
    pub verb: Verb,
    /// Whose it was ruled to be.
    pub guest: Option<i64>,
    /// Another address of the guest that was learned.
    pub alias: String,
    /// The ruling that it follows from.
    pub cause: Option<i64>,
    /// Where the organizer ruled.
    pub source: String,
    /// When.
    pub at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
    /// What the message was tied to before.
    pub before: About,
    /// Where it stood before.
    pub before_state: State,
    /// Why, in words.
    pub before_reason: String,
    /// JSON of the event that it moved and of its time before; may be empty.
    pub moved: String,
}

const COLUMNS: &str = "id, receipt, verb, guest, alias, cause, source, at, undone_at, before_state, before_reason, before_invitation,
    before_delivery, before_guest, before_matched_by, moved";

fn row(row: &Row<'_>) -> rusqlite::Result<Ruling> {
    let matched_by: String = row.get(14)?;
    Ok(Ruling {
        id: row.get(0)?,
        receipt: row.get(1)?,
        verb: row.get(2)?,
        guest: row.get(3)?,
        alias: row.get(4)?,
        cause: row.get(5)?,
        source: row.get(6)?,
        at: instant(row.get(7)?),
        undone_at: row.get::<_, Option<i64>>(8)?.map(instant),
        before_state: row.get(9)?,
        before_reason: row.get(10)?,
        before: About {
            invitation: row.get(11)?,
            delivery: row.get(12)?,
            guest: row.get(13)?,
            matched_by: MatchedBy::from_word(&matched_by),
        },
        moved: row.get(15)?,
    })
}

/// Keeps a ruling together with how its message stands now; its id.
///
/// # Errors
/// When the database cannot be written.
pub fn add(w: &Writer<'_>, new: &NewRuling<'_>, now: Timestamp) -> Result<i64> {
    w.0.prepare_cached(
        "INSERT INTO ruling (receipt, verb, guest, alias, cause, source, at, moved, before_state, before_reason,
             before_invitation, before_delivery, before_guest, before_matched_by)
         SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, state, reason, invitation, delivery, guest, matched_by FROM receipt WHERE id = ?1",
    )?
    .execute(params![new.receipt, new.verb, new.guest, new.alias, new.cause, new.source, millis(now), new.moved])?;
    Ok(w.0.last_insert_rowid())
}

/// The ruling in force on a message.
///
/// # Errors
/// When the database cannot be read.
pub fn in_force(r: &Reader<'_>, receipt: i64) -> Result<Option<Ruling>> {
    let sql = format!("SELECT {COLUMNS} FROM ruling WHERE receipt = ?1 AND undone_at IS NULL ORDER BY id DESC LIMIT 1");
    Ok(r.0.prepare_cached(&sql)?.query_row([receipt], row).optional()?)
}

/// Every ruling on a message, also those that were taken back, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn of(r: &Reader<'_>, receipt: i64) -> Result<Vec<Ruling>> {
    let mut select = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM ruling WHERE receipt = ?1 ORDER BY id"))?;
    Ok(select.query_map([receipt], row)?.collect::<rusqlite::Result<_>>()?)
}

/// What followed from a ruling and is still in force.
///
/// # Errors
/// When the database cannot be read.
pub fn followers(r: &Reader<'_>, cause: i64) -> Result<Vec<Ruling>> {
    let mut select = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM ruling WHERE cause = ?1 AND undone_at IS NULL ORDER BY id"))?;
    Ok(select.query_map([cause], row)?.collect::<rusqlite::Result<_>>()?)
}

/// Notes that a ruling was taken back.
///
/// # Errors
/// When the database cannot be written.
pub fn put_undone(w: &Writer<'_>, id: i64, now: Timestamp) -> Result<()> {
    w.0.prepare_cached("UPDATE ruling SET undone_at = ?2 WHERE id = ?1")?.execute((id, millis(now)))?;
    Ok(())
}
