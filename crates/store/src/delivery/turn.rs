//! One turn of the sender: the results that came in and the next claim, durable together.
//!
//! Results ride with the next claim, so that the rows which a crash leaves in doubt are never more than those on their
//! way, and so that both cost one commit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use super::trouble::Trouble;
use super::{Method, handed, kept};
use crate::campaign::State as CampaignState;
use crate::{Reader, Writer, holding, invitation, millis, setting};

const CLAIM_NUMBER: &str = "claim_number";

/// What became of a row that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finished {
    /// The server took it.
    Accepted {
        /// The server's name for it.
        remote_id: String,
    },
    /// Not taken: to be tried again.
    Retry {
        /// Not before.
        at: Timestamp,
        /// The server's words.
        reason: String,
        /// It counts as a try.
        counts: bool,
    },
    /// Not taken, for ever.
    Refused {
        /// The server's words.
        reason: String,
    },
    /// Nobody can know.
    Uncertain {
        /// What is known.
        reason: String,
    },
    /// Was claimed and never begun.
    PutBack {
        /// Its message left before and is to leave again byte for byte.
        keep: bool,
    },
}

/// The result of a row that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The row.
    pub delivery: i64,
    /// When it began to leave; none where it did not.
    pub begun: Option<Timestamp>,
    /// What became of it.
    pub finished: Finished,
}

/// A row that is about to be handed over.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The row.
    pub delivery: i64,
    /// Its campaign.
    pub campaign: i64,
    /// What the guest is told; none for a plain message.
    pub told: Option<Told>,
    /// The message as it will leave.
    pub message: Arc<[u8]>,
}

/// What a claimed row tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Of which invitation.
    pub invitation: i64,
    /// Which revision.
    pub revision: i64,
    /// How.
    pub method: Method,
    /// SEQUENCE in the message.
    pub sequence: u32,
    /// DTSTAMP in the message, in seconds.
    pub dtstamp: i64,
    /// The revision since which dates that the guest heard of one by one are off, where they are taken away by a message of their own.
    pub base: Option<i64>,
}

/// Everything that becomes durable in one turn.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    /// The account that sends; none where its limits do not count this.
    pub account: Option<i64>,
    /// Results that came in.
    pub finished: Vec<Outcome>,
    /// Rows left out at the last moment, with the reason.
    pub left_out: Vec<(i64, String)>,
    /// Rows that may not leave before a moment.
    pub postponed: Vec<(i64, Timestamp)>,
    /// The next rows to hand over.
    pub claims: Vec<Claim>,
}

/// What a turn did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turned {
    /// Number of the claim: rises with every turn that claimed something.
    pub number: i64,
    /// The rows that may be handed over now. What was claimed and is not among them must not leave.
    pub claimed: Vec<i64>,
}

/// Number of the last claim of this database.
///
/// # Errors
/// When the database cannot be read.
pub fn last_claim(r: &Reader<'_>) -> Result<i64> {
    match setting::get(r, CLAIM_NUMBER)? {
        Some(number) => number.parse().context("the claim number of the database cannot be read"),
        None => Ok(0),
    }
}

/// Raises the claim number to at least `number`.
///
/// # Errors
/// When the database cannot be written.
pub fn raise_last_claim(w: &Writer<'_>, number: i64) -> Result<()> {
    if last_claim(w)? < number {
        setting::put(w, CLAIM_NUMBER, &number.to_string())?;
    }
    Ok(())
}

/// Writes results, then claims. A campaign that no longer sends gives nothing.
///
/// # Errors
/// When the database cannot be written: then nothing was claimed.
pub fn turn(w: &Writer<'_>, turn: &Turn, now: Timestamp) -> Result<Turned> {
    let mut done = BTreeSet::new();
    for outcome in &turn.finished {
        done.extend(finish(w, outcome, now)?);
    }
    kept::drop_unused(w, &done)?;
    for (delivery, until) in &turn.postponed {
        w.0.prepare_cached("UPDATE delivery SET not_before = ?2 WHERE id = ?1 AND state IN ('queued', 'retry')")?
            .execute((delivery, millis(*until)))?;
    }
    for (delivery, reason) in &turn.left_out {
        w.0.prepare_cached(
            "UPDATE delivery SET state = 'skipped', reason = ?2, finished_at = ?3, kept = 0 WHERE id = ?1 AND state IN ('queued', 'retry')",
        )?
        .execute((delivery, reason, millis(now)))?;
    }
    if turn.claims.is_empty() {
        return Ok(Turned::default());
    }
    let number = last_claim(w)? + 1;
    let supersedes = exists_uncertain(w)?;
    let mut sends = BTreeMap::new();
    let mut taken = Vec::with_capacity(turn.claims.len());
    for claim in &turn.claims {
        let spacing = match sends.get(&claim.campaign) {
            Some(spacing) => *spacing,
            None => *sends.entry(claim.campaign).or_insert(spacing_of(w, claim.campaign)?),
        };
        let Some(spacing) = spacing else { continue };
        if spacing > 0 && !is_due(w, claim.delivery, now)? {
            continue;
        }
        if take(w, claim, number, now)? {
            taken.push(claim);
            if spacing > 0 {
                space_out(w, claim.delivery, spacing, now)?;
            }
            if let Some(told) = claim.told.as_ref().filter(|_| supersedes) {
                super::settle::supersede_uncertain(w, told.invitation, now)?;
            }
        }
    }
    if !taken.is_empty() {
        setting::put(w, CLAIM_NUMBER, &number.to_string())?;
        kept::put(w, number, taken.iter().map(|claim| (claim.delivery, claim.message.as_ref())))?;
        if let Some(account) = turn.account {
            handed::count(w, account, now, taken.len())?;
        }
    }
    Ok(Turned { number, claimed: taken.iter().map(|claim| claim.delivery).collect() })
}

/// Minutes between two mails to one guest of a campaign; none where it does not send.
fn spacing_of(r: &Reader<'_>, campaign: i64) -> Result<Option<i64>> {
    let mut select = r.0.prepare_cached("SELECT state, spacing FROM campaign WHERE id = ?1")?;
    let found: Option<(CampaignState, i64)> = select.query_row([campaign], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.filter(|(state, _)| *state == CampaignState::Sending).map(|(_, spacing)| spacing))
}

/// A message that was built with others of its guest may have to follow them later.
fn is_due(r: &Reader<'_>, delivery: i64, now: Timestamp) -> Result<bool> {
    Ok(r.0.prepare_cached("SELECT 1 FROM delivery WHERE id = ?1 AND not_before <= ?2")?.exists((delivery, millis(now)))?)
}

/// The guest's next mails of a campaign follow the one that leaves now by their spacing, also where something had held all of them up.
fn space_out(w: &Writer<'_>, delivery: i64, minutes: i64, now: Timestamp) -> Result<()> {
    w.0.prepare_cached(
        "UPDATE delivery SET not_before = max(not_before, ?2 + ?3 * (SELECT count(*) FROM delivery o
             WHERE o.guest = delivery.guest AND o.campaign = delivery.campaign AND o.id <= delivery.id AND o.state IN ('queued', 'retry')))
         WHERE guest = (SELECT guest FROM delivery WHERE id = ?1) AND campaign = (SELECT campaign FROM delivery WHERE id = ?1)
             AND state IN ('queued', 'retry')",
    )?
    .execute((delivery, millis(now), minutes * 60_000))?;
    Ok(())
}

fn exists_uncertain(r: &Reader<'_>) -> Result<bool> {
    // The first condition names the small index of what is not settled.
    let mut select =
        r.0.prepare_cached("SELECT EXISTS (SELECT 1 FROM delivery WHERE state IN ('handed_over', 'uncertain') AND state = 'uncertain')")?;
    Ok(select.query_row([], |row| row.get(0))?)
}

fn take(w: &Writer<'_>, claim: &Claim, number: i64, now: Timestamp) -> Result<bool> {
    let Some(told) = &claim.told else {
        let taken =
            w.0.prepare_cached(
                "UPDATE delivery SET state = 'handed_over', claim = ?2, kept = ?2, claimed_at = ?3, tries = tries + 1
                 WHERE id = ?1 AND state IN ('queued', 'retry')",
            )?
            .execute((claim.delivery, number, millis(now)))?;
        return Ok(taken == 1);
    };
    // Nearly every row tells what it was entered for: its revision and method, and the indices of them, stay as they are.
    // FAIL spares SQLite a journal of the statement: what fails here takes the whole transaction back.
    let taken =
        w.0.prepare_cached(
            "UPDATE OR FAIL delivery SET state = 'handed_over', claim = ?2, kept = ?2, claimed_at = ?3, tries = tries + 1, sequence = ?4, base = ?7
             WHERE id = ?1 AND state IN ('queued', 'retry') AND revision = ?5 AND method = ?6",
        )?
        .execute(params![claim.delivery, number, millis(now), told.sequence, told.revision, told.method, told.base])?;
    if taken == 0 && !take_moved(w, claim.delivery, told, number, now)? {
        return Ok(false);
    }
    invitation::put_sent(w, told.invitation, told.sequence, told.dtstamp)?;
    Ok(true)
}

/// Takes a row that moved to a newer revision since it was entered.
fn take_moved(w: &Writer<'_>, delivery: i64, told: &Told, number: i64, now: Timestamp) -> Result<bool> {
    // The guest may have been told that one by another campaign.
    if is_told(w, delivery, told)? {
        super::settle::supersede(w, delivery, now)?;
        return Ok(false);
    }
    let taken =
        w.0.prepare_cached(
            "UPDATE delivery SET state = 'handed_over', claim = ?2, kept = ?2, claimed_at = ?3, tries = tries + 1, sequence = ?4,
                    revision = ?5, method = ?6, base = ?7
             WHERE id = ?1 AND state IN ('queued', 'retry')",
        )?
        .execute(params![delivery, number, millis(now), told.sequence, told.revision, told.method, told.base])?;
    Ok(taken == 1)
}

fn is_told(r: &Reader<'_>, delivery: i64, told: &Told) -> Result<bool> {
    let mut select = r.0.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM delivery o, delivery d WHERE d.id = ?1 AND o.id <> d.id
             AND o.invitation = ?2 AND o.revision = ?3 AND o.method = ?4 AND o.attempt = d.attempt)",
    )?;
    Ok(select.query_row(params![delivery, told.invitation, told.revision, told.method], |row| row.get(0))?)
}

/// Writes one result. Answers the claim whose message it needs no more; it needs it on where nobody can know.
fn finish(w: &Writer<'_>, outcome: &Outcome, now: Timestamp) -> Result<Option<i64>> {
    let (delivery, begun, now) = (outcome.delivery, outcome.begun.map(millis), millis(now));
    let mut select = w.0.prepare_cached("SELECT claim, base FROM delivery WHERE id = ?1")?;
    let known: Option<(i64, Option<i64>)> = select.query_row([delivery], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    match &outcome.finished {
        Finished::Accepted { remote_id } => {
            w.0.prepare_cached(
                "UPDATE OR FAIL delivery SET state = 'accepted', finished_at = ?2, remote_id = ?3, begun_at = ?4, reason = '', kept = 0
                 WHERE id = ?1 AND state = 'handed_over'",
            )?
            .execute((delivery, now, remote_id, begun))?;
            holding::put_sent(w, delivery, true)?;
            if known.is_some_and(|(_, base)| base.is_some()) {
                super::enqueue::follow(w, delivery)?;
            }
        }
        Finished::Retry { at, reason, counts } => {
            w.0.prepare_cached(
                "UPDATE delivery SET state = 'retry', not_before = ?2, reason = ?3, tries = tries - ?4, begun_at = ?5, kept = 0
                 WHERE id = ?1 AND state = 'handed_over'",
            )?
            .execute((delivery, millis(*at), reason, i64::from(!counts), begun))?;
        }
        Finished::Refused { reason } => {
            w.0.prepare_cached(
                "UPDATE delivery SET state = 'refused', finished_at = ?2, reason = ?3, begun_at = ?4, kept = 0, trouble = ?5
                 WHERE id = ?1 AND state = 'handed_over'",
            )?
            .execute((delivery, now, reason, begun, Trouble::of("", reason)))?;
            holding::put_missed(w, delivery)?;
        }
        Finished::Uncertain { reason } => {
            w.0.prepare_cached(
                "UPDATE delivery SET state = 'uncertain', finished_at = ?2, reason = ?3, begun_at = ?4
                 WHERE id = ?1 AND state = 'handed_over'",
            )?
            .execute((delivery, now, reason, begun))?;
            holding::put_sent(w, delivery, false)?;
            return Ok(None);
        }
        Finished::PutBack { keep } => {
            w.0.prepare_cached(
                "UPDATE delivery SET state = iif(tries > 1, 'retry', 'queued'), tries = tries - 1, kept = iif(?2, kept, 0)
                 WHERE id = ?1 AND state = 'handed_over'",
            )?
            .execute((delivery, keep))?;
        }
    }
    Ok(known.map(|(claim, _)| claim))
}

// The first condition names the small index of what is not settled.
pub(super) const ON_THEIR_WAY: &str = "SELECT id FROM delivery WHERE state IN ('handed_over', 'uncertain') AND state = 'handed_over'
    AND (?1 IS NULL OR (SELECT sender FROM campaign c WHERE c.id = delivery.campaign) = ?1)";

/// Whether anything of an account, or of all, is on its way as far as the ledger knows.
///
/// # Errors
/// When the database cannot be read.
pub fn is_on_its_way(r: &Reader<'_>, account: Option<i64>) -> Result<bool> {
    Ok(r.0.prepare_cached(ON_THEIR_WAY)?.exists([account])?)
}

/// What was handed over when the last sender of an account, or of all, ended may or may not have arrived: it becomes uncertain. Answers how
/// many.
///
/// # Errors
/// When the database cannot be written.
pub fn recover(w: &Writer<'_>, account: Option<i64>, reason: &str, now: Timestamp) -> Result<usize> {
    let mut select = w.0.prepare_cached(ON_THEIR_WAY)?;
    let left: Vec<i64> = select.query_map([account], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for delivery in &left {
        let finished = Finished::Uncertain { reason: reason.to_owned() };
        finish(w, &Outcome { delivery: *delivery, begun: None, finished }, now)?;
    }
    kept::sweep(w)?;
    Ok(left.len())
}
