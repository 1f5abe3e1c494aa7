//! Turning an audience into rows of the ledger, a batch of guests a transaction.

use std::collections::BTreeSet;

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use super::due::{RECIPIENT, Recipient, recipient};
use super::{Method, State, patience};
use crate::holding::{self, Held};
use crate::invitation::{self, Invitation};
use crate::{Reader, Writer};

/// A guest who may be in an audience.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Who it is.
    pub recipient: Recipient,
    /// Why the address must not be mailed: `unsubscribed`, `hard_bounce`, `soft_bounces`, `complaint`, `by_hand`.
    pub suppressions: BTreeSet<String>,
    /// Removed from the organizer's sight.
    pub deleted: bool,
}

const SUPPRESSIONS: &str = "(SELECT group_concat(s.reason) FROM suppression s WHERE s.address = g.address AND s.lifted_at IS NULL)";

fn candidate(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    let suppressions: Option<String> = row.get(9)?;
    Ok(Candidate {
        recipient: recipient(row)?,
        suppressions: suppressions.into_iter().flat_map(|reasons| reasons.split(',').map(str::to_owned).collect::<Vec<_>>()).collect(),
        deleted: row.get(10)?,
    })
}

pub(super) fn members_sql() -> String {
    format!(
        "SELECT {RECIPIENT}, {SUPPRESSIONS}, g.deleted_at IS NOT NULL, m.role
         FROM guest_list_member m JOIN guest g ON g.id = m.guest
         WHERE m.list = ?1 AND m.guest > ?2 ORDER BY m.guest LIMIT ?3"
    )
}

/// The members of a list, by guest, after one of them.
///
/// # Errors
/// When the database cannot be read.
pub fn members(r: &Reader<'_>, list: i64, after: i64, limit: usize) -> Result<Vec<Candidate>> {
    let mut select = r.0.prepare_cached(&members_sql())?;
    let rows = select.query_map((list, after, i64::try_from(limit)?), |row| {
        let mut candidate = candidate(row)?;
        // A list may say that someone is a resource or optional there.
        let role: String = row.get(11)?;
        if !role.is_empty() {
            candidate.recipient.role = role;
        }
        Ok(candidate)
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn holders_sql() -> String {
    format!(
        "SELECT {RECIPIENT}, {SUPPRESSIONS}, 0
         FROM invitation i JOIN guest g ON g.id = i.guest
              JOIN holding h ON h.invitation = i.id AND h.recurrence_id = ''
         WHERE i.event = ?1 AND i.guest > ?2 AND h.revision_sent IS NOT NULL ORDER BY i.guest LIMIT ?3"
    )
}

/// Who was ever sent an event, by guest, after one of them. Whoever the organizer removed since still holds it.
///
/// # Errors
/// When the database cannot be read.
pub fn holders(r: &Reader<'_>, event: i64, after: i64, limit: usize) -> Result<Vec<Candidate>> {
    let mut select = r.0.prepare_cached(&holders_sql())?;
    let rows = select.query_map((event, after, i64::try_from(limit)?), candidate)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The guests chosen for a campaign, by guest, after one of them. Whoever the organizer removed since may hold something still.
///
/// # Errors
/// When the database cannot be read.
pub fn chosen(r: &Reader<'_>, campaign: i64, after: i64, limit: usize) -> Result<Vec<Candidate>> {
    let mut select = r.0.prepare_cached(&format!(
        "SELECT {RECIPIENT}, {SUPPRESSIONS}, 0 FROM campaign_guest c JOIN guest g ON g.id = c.guest
         WHERE c.campaign = ?1 AND c.guest > ?2 ORDER BY c.guest LIMIT ?3"
    ))?;
    let rows = select.query_map((campaign, after, i64::try_from(limit)?), candidate)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How one guest stands towards one event before a row is entered.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The thread between them, if it began.
    pub invitation: Option<Invitation>,
    /// What they hold.
    pub held: Option<Held>,
    /// Every row of the invitation, the oldest first.
    pub rows: Vec<StandingRow>,
}

/// One earlier row of an invitation.
#[derive(Clone, Debug)]
pub struct StandingRow {
    /// Row id.
    pub id: i64,
    /// What it told.
    pub revision: Option<i64>,
    /// What it did.
    pub method: Method,
    /// How often this was entered.
    pub attempt: i64,
    /// Where it stands.
    pub state: State,
    base: Option<i64>,
    finished_at: Option<i64>,
}

/// How a guest stands towards an event.
///
/// # Errors
/// When the database cannot be read.
pub fn standing(r: &Reader<'_>, guest: i64, event: i64) -> Result<Standing> {
    let Some(invitation) = invitation::of(r, guest, event)? else { return Ok(Standing::default()) };
    let held = holding::held(r, invitation.id)?;
    let mut select = r
        .0
        .prepare_cached("SELECT id, revision, method, attempt, state, finished_at, base FROM delivery WHERE invitation = ?1 ORDER BY id")?;
    let rows = select.query_map([invitation.id], |row| {
        Ok(StandingRow {
            id: row.get(0)?,
            revision: row.get(1)?,
            method: row.get(2)?,
            attempt: row.get(3)?,
            state: row.get(4)?,
            finished_at: row.get(5)?,
            base: row.get(6)?,
        })
    })?;
    let rows = rows.collect::<rusqlite::Result<_>>()?;
    Ok(Standing { invitation: Some(invitation), held, rows })
}

impl Standing {
    /// A row of the invitation is on its way right now: nothing can be entered before its result.
    #[must_use]
    pub fn is_on_its_way(&self) -> bool {
        self.rows.iter().any(|row| row.state == State::HandedOver)
    }

    /// The revision since which the guest may still have single dates that are off: the message that was to take them away was overtaken,
    /// or nobody knows whether it arrived.
    #[must_use]
    pub fn owed(&self) -> Option<i64> {
        let mut owed: Option<i64> = None;
        for row in &self.rows {
            let is_done = !matches!(row.state, State::Queued | State::Retry | State::Uncertain | State::Superseded | State::Refused);
            match (row.method, row.base) {
                (Method::Cancel | Method::Withdraw, _) if is_done => owed = None,
                (_, Some(base)) => owed = Some(owed.map_or(base, |owed| owed.min(base))),
                (_, None) => {}
            }
        }
        owed
    }

    fn next_attempt(&self, revision: i64, method: Method) -> i64 {
        let same = self.rows.iter().filter(|row| row.revision == Some(revision) && row.method == method);
        same.map(|row| row.attempt).max().unwrap_or(0) + 1
    }
}

/// What is queued of an invitation.
#[derive(Clone, Copy, Debug)]
pub struct News {
    /// By which campaign.
    pub campaign: i64,
    /// Which revision.
    pub revision: i64,
    /// What it does.
    pub method: Method,
    /// It may not leave before this moment.
    pub not_before: Option<Timestamp>,
}

/// Queues an invitation's revision, to leave not before a moment. What an older revision still had waiting gives way, but for the dates that
/// it was to take away: they are taken away after this. An uncertain one is waited for.
///
/// # Errors
/// When the database cannot be written.
pub fn queue(w: &Writer<'_>, news: News, invitation: &Invitation, standing: &Standing, now: Timestamp) -> Result<()> {
    let News { campaign, revision, method, not_before } = news;
    for row in standing.rows.iter().filter(|row| matches!(row.state, State::Queued | State::Retry)) {
        super::settle::supersede(w, row.id, now)?;
    }
    let uncertain = standing.rows.iter().rfind(|row| row.state == State::Uncertain);
    let not_before = uncertain.map_or(0, |row| patience(row.finished_at, now)).max(not_before.map_or(0, crate::millis));
    let owed = standing.owed().filter(|_| matches!(method, Method::Request | Method::Decline));
    w.0.prepare_cached(
        "INSERT OR FAIL INTO delivery (campaign, guest, invitation, revision, method, attempt, state, not_before, base)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'queued', ?7, ?8)",
    )?
    .execute(params![
        campaign,
        invitation.guest,
        invitation.id,
        revision,
        method,
        standing.next_attempt(revision, method),
        not_before,
        owed
    ])?;
    Ok(())
}

/// Queues what follows a message that was taken: the cancellation of dates that the guest heard of one by one. Some calendars keep those
/// whatever the series says. Answers by which campaign; none where nothing follows.
pub(super) fn follow(w: &Writer<'_>, delivery: i64) -> Result<Option<i64>> {
    let mut insert = w.0.prepare_cached(
        "INSERT OR IGNORE INTO delivery (campaign, guest, invitation, revision, method, attempt, state, base)
         SELECT d.campaign, d.guest, d.invitation, d.revision, 'cancel', 1 + coalesce((SELECT max(o.attempt) FROM delivery o
             WHERE o.invitation = d.invitation AND o.revision = d.revision AND o.method = 'cancel'), 0), 'queued', d.base
         FROM delivery d WHERE d.id = ?1 AND d.method IN ('request', 'decline') AND d.base IS NOT NULL RETURNING campaign",
    )?;
    Ok(insert.query_row([delivery], |row| row.get(0)).optional()?)
}

/// Queues a plain message.
///
/// # Errors
/// When the database cannot be written.
pub fn queue_message(w: &Writer<'_>, campaign: i64, guest: i64) -> Result<()> {
    w.0.prepare_cached("INSERT OR IGNORE INTO delivery (campaign, guest, method, state) VALUES (?1, ?2, 'message', 'queued')")?
        .execute((campaign, guest))?;
    Ok(())
}

/// Enters that a guest was left out, and why.
///
/// # Errors
/// When the database cannot be written.
pub fn leave_out(
    w: &Writer<'_>,
    campaign: i64,
    guest: i64,
    revision: Option<i64>,
    method: Method,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    w.0.prepare_cached(
        "INSERT OR IGNORE INTO delivery (campaign, guest, revision, method, state, reason, finished_at)
         VALUES (?1, ?2, ?3, ?4, 'skipped', ?5, ?6)",
    )?
    .execute(params![campaign, guest, revision, method, reason, crate::millis(now)])?;
    Ok(())
}
