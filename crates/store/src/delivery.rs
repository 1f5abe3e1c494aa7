//! The ledger: what was handed to a server for whom, and what became of it.
//!
//! A row is entered once ([`enqueue`]), moves in [`turn`]s of the sender, and is ruled on by the organizer or by what
//! comes back ([`settle`]). Every move changes the counts of its campaign in the same transaction, by trigger.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::words::words;
use crate::{Reader, millis};

pub mod due;
pub mod enqueue;
pub mod handed;
pub(crate) mod kept;
pub mod page;
pub mod settle;
#[cfg(test)]
mod tests;
pub mod told;
pub mod trouble;
pub mod turn;

// Each message changes its row twice. What keeps SQLite from a journal for each of these statements, whose pages it would copy, is that none
// can be half done: references are looked at when the transaction ends, and the triggers replace nothing.
pub(crate) const CREATE: &str = "
CREATE TABLE delivery (
    id          INTEGER PRIMARY KEY,
    campaign    INTEGER NOT NULL REFERENCES campaign (id) DEFERRABLE INITIALLY DEFERRED,
    guest       INTEGER NOT NULL REFERENCES guest (id) DEFERRABLE INITIALLY DEFERRED,
    invitation  INTEGER REFERENCES invitation (id) DEFERRABLE INITIALLY DEFERRED, -- NULL for a plain message, and where the guest was left out
    revision    INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED,
    base        INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED, -- the revision since which single dates are taken away, by this row (cancel) or after it
    method      TEXT    NOT NULL,                     -- request, cancel, withdraw, decline, message
    channel     TEXT    NOT NULL DEFAULT 'bulk',      -- bulk, page, link, mail, api
    attempt     INTEGER NOT NULL DEFAULT 1,
    state       TEXT    NOT NULL,                     -- queued, retry, handed_over, accepted, refused, uncertain, skipped, superseded, bounced, complained
    not_before  INTEGER NOT NULL DEFAULT 0,           -- of a retry, or of a revision that waits for an uncertain one
    tries       INTEGER NOT NULL DEFAULT 0,
    claim       INTEGER NOT NULL DEFAULT 0,           -- number of the claim that handed it over
    sequence    INTEGER NOT NULL DEFAULT 0,           -- frozen with the claim
    claimed_at  INTEGER,                              -- its Date and DTSTAMP
    begun_at    INTEGER,                              -- when it began to leave; written with the result
    finished_at INTEGER,
    remote_id   TEXT    NOT NULL DEFAULT '',          -- the server's name for it
    reason      TEXT    NOT NULL DEFAULT '',          -- the server's words, or why it was skipped
    trouble     TEXT    NOT NULL DEFAULT '',          -- why it did not arrive, as a group of reasons; '' it did, as far as is known
    kept        INTEGER NOT NULL DEFAULT 0,           -- the claim that its message is kept with, until its result and while uncertain; 0 none
    UNIQUE (invitation, revision, method, attempt)
) STRICT;
-- Conditions of three words are written with OR: for IN, SQLite builds a small table at every change of a row.
-- One row of an invitation is open at a time: a guest's messages go out in order.
CREATE UNIQUE INDEX delivery_open ON delivery (invitation) WHERE invitation IS NOT NULL AND (state = 'queued' OR state = 'retry' OR state = 'handed_over');
CREATE UNIQUE INDEX delivery_message ON delivery (campaign, guest) WHERE method = 'message';
CREATE INDEX delivery_due ON delivery (campaign, not_before, id) WHERE state IN ('queued', 'retry');
CREATE INDEX delivery_state ON delivery (campaign, state, id);
CREATE INDEX delivery_unsettled ON delivery (state, id) WHERE state IN ('handed_over', 'uncertain');
CREATE INDEX delivery_guest ON delivery (guest);
CREATE INDEX delivery_invitation ON delivery (invitation, id);
-- What did not arrive, for the board of an event.
CREATE INDEX delivery_trouble ON delivery (invitation, id) WHERE (state = 'refused' OR state = 'uncertain' OR state = 'bounced');
CREATE INDEX delivery_kept ON delivery (kept) WHERE kept > 0;
CREATE INDEX delivery_remote ON delivery (remote_id) WHERE remote_id <> '';
";

words! {
    /// Where a delivery stands.
    pub enum State {
        /// Waits for its turn.
        Queued = "queued",
        /// Was not taken and waits for its next try.
        Retry = "retry",
        /// On its way: claimed, and no result yet.
        HandedOver = "handed_over",
        /// The server took it.
        Accepted = "accepted",
        /// Not taken, for ever.
        Refused = "refused",
        /// Nobody can know whether the server took it.
        Uncertain = "uncertain",
        /// Left out, with its reason.
        Skipped = "skipped",
        /// A later revision took its place.
        Superseded = "superseded",
        /// Taken, and came back.
        Bounced = "bounced",
        /// Taken, and reported as spam.
        Complained = "complained",
    }
}

words! {
    /// What a delivery does at its guest.
    pub enum Method {
        /// Invites, or brings new details.
        Request = "request",
        /// Takes the entry, or some of its occurrences, away.
        Cancel = "cancel",
        /// Takes the entry away from this guest alone.
        Withdraw = "withdraw",
        /// Declines another time that the guest proposed; what they hold stays.
        Decline = "decline",
        /// A mail without an entry.
        Message = "message",
    }
}

/// What names a delivery from the outside: a bounce, an event of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryKey {
    /// Row id.
    pub id: i64,
    /// Its campaign.
    pub campaign: i64,
    /// To whom.
    pub guest: i64,
    /// Of which invitation; none for a plain message.
    pub invitation: Option<i64>,
    /// Where it stands.
    pub state: State,
}

const KEY: &str = "id, campaign, guest, invitation, state";

fn key(row: &Row<'_>) -> rusqlite::Result<DeliveryKey> {
    Ok(DeliveryKey { id: row.get(0)?, campaign: row.get(1)?, guest: row.get(2)?, invitation: row.get(3)?, state: row.get(4)? })
}

/// A delivery by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<DeliveryKey>> {
    Ok(r.0.prepare_cached(&format!("SELECT {KEY} FROM delivery WHERE id = ?1"))?.query_row([id], key).optional()?)
}

/// The delivery that a server's own name for it names.
///
/// # Errors
/// When the database cannot be read.
pub fn by_remote_id(r: &Reader<'_>, remote_id: &str) -> Result<Option<DeliveryKey>> {
    let mut select =
        r.0.prepare_cached(&format!("SELECT {KEY} FROM delivery WHERE remote_id = ?1 AND remote_id <> '' ORDER BY id DESC LIMIT 1"))?;
    Ok(select.query_row([remote_id], key).optional()?)
}

/// The last delivery of an invitation that may have left this computer.
///
/// # Errors
/// When the database cannot be read.
pub fn last_of(r: &Reader<'_>, invitation: i64) -> Result<Option<DeliveryKey>> {
    let mut select = r
        .0
        .prepare_cached(&format!("SELECT {KEY} FROM delivery WHERE invitation = ?1 AND claimed_at IS NOT NULL ORDER BY id DESC LIMIT 1"))?;
    Ok(select.query_row([invitation], key).optional()?)
}

/// When the next row of a campaign is due, and where it stands; none where none waits.
///
/// # Errors
/// When the database cannot be read.
pub fn next_due(r: &Reader<'_>, campaign: i64) -> Result<Option<(Timestamp, State)>> {
    let mut select = r.0.prepare_cached(
        "SELECT not_before, state FROM delivery WHERE campaign = ?1 AND state IN ('queued', 'retry') ORDER BY not_before, id LIMIT 1",
    )?;
    Ok(select.query_row([campaign], |row| Ok((crate::instant(row.get(0)?), row.get(1)?))).optional()?)
}

/// Whether anything of a campaign waits or is on its way.
///
/// # Errors
/// When the database cannot be read.
pub fn is_unfinished(r: &Reader<'_>, campaign: i64) -> Result<bool> {
    let mut select = r.0.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM delivery WHERE campaign = ?1 AND state IN ('queued', 'retry'))
             OR EXISTS (SELECT 1 FROM delivery WHERE campaign = ?1 AND state = 'handed_over')",
    )?;
    Ok(select.query_row([campaign], |row| row.get(0))?)
}

/// Until when a later revision leaves an uncertain one to be settled.
pub(crate) fn patience(finished: Option<i64>, now: Timestamp) -> i64 {
    const TEN_MINUTES: i64 = 10 * 60 * 1000;
    // A clock that was put back makes no wait longer.
    finished.map_or(millis(now), |finished| finished.min(millis(now))) + TEN_MINUTES
}
