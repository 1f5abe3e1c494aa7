//! Rulings on rows: by the organizer, by what came back, by a later revision.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::params;

use super::trouble::Trouble;
use super::{DeliveryKey, State};
use crate::{Writer, campaign, holding, millis};

/// A later revision takes a row's place.
pub(crate) fn supersede(w: &Writer<'_>, delivery: i64, now: Timestamp) -> Result<()> {
    w.0.prepare_cached("UPDATE delivery SET state = 'superseded', finished_at = ?2, kept = 0 WHERE id = ?1")?
        .execute((delivery, millis(now)))?;
    Ok(())
}

/// A later revision, now claimed, makes it idle to know what became of the uncertain ones before it.
pub(crate) fn supersede_uncertain(w: &Writer<'_>, invitation: i64, now: Timestamp) -> Result<()> {
    w.0.prepare_cached(
        "UPDATE delivery SET state = 'superseded', finished_at = ?2, kept = 0 WHERE invitation = ?1 AND state = 'uncertain'",
    )?
    .execute((invitation, millis(now)))?;
    Ok(())
}

/// What is known of an uncertain delivery now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It arrived.
    Sent,
    /// It did not.
    NotSent,
}

/// Settles an uncertain delivery; false where it is not uncertain any more.
///
/// # Errors
/// When the database cannot be written.
pub fn settle(w: &Writer<'_>, delivery: i64, known: Known, reason: &str, now: Timestamp) -> Result<bool> {
    let (state, trouble) = match known {
        Known::Sent => (State::Accepted, ""),
        Known::NotSent => (State::Refused, Trouble::Other.as_str()),
    };
    let settled =
        w.0.prepare_cached(
            "UPDATE delivery SET state = ?2, reason = ?3, finished_at = ?4, kept = 0, trouble = ?5 WHERE id = ?1 AND state = 'uncertain'",
        )?
        .execute(params![delivery, state, reason, millis(now), trouble])?;
    if settled == 1 {
        match known {
            Known::Sent => {
                holding::put_sent(w, delivery, true)?;
                if let Some(campaign) = super::enqueue::follow(w, delivery)? {
                    campaign::advance(w, campaign, &[campaign::State::Done], campaign::State::Sending, "", now)?;
                }
            }
            Known::NotSent => holding::take_back(w, delivery)?,
        }
    }
    Ok(settled == 1)
}

/// Queues an uncertain delivery once more, with the message as it left; false where it is not uncertain any more.
///
/// # Errors
/// When the database cannot be written, or another row of the invitation is open.
pub fn send_again(w: &Writer<'_>, delivery: &DeliveryKey, now: Timestamp) -> Result<bool> {
    let queued =
        w.0.prepare_cached(
            "UPDATE delivery SET state = 'queued', not_before = 0, finished_at = NULL, tries = 0 WHERE id = ?1 AND state = 'uncertain'",
        )?
        .execute([delivery.id])?;
    if queued == 1 {
        campaign::advance(w, delivery.campaign, &[campaign::State::Done, campaign::State::Stopped], campaign::State::Sending, "", now)?;
    }
    Ok(queued == 1)
}

/// Whether another row of the same invitation waits or is on its way.
///
/// # Errors
/// When the database cannot be read.
pub fn has_open(r: &crate::Reader<'_>, invitation: i64) -> Result<bool> {
    let mut select = r.0.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM delivery WHERE invitation = ?1 AND invitation IS NOT NULL AND (state = 'queued' OR state = 'retry' OR state = 'handed_over'))",
    )?;
    Ok(select.query_row([invitation], |row| row.get(0))?)
}

/// A delivery that was taken, or may have been, came back. False where it was neither.
///
/// # Errors
/// When the database cannot be written.
pub fn came_back(w: &Writer<'_>, delivery: i64, trouble: Trouble, reason: &str) -> Result<bool> {
    let state = if trouble == Trouble::Complaint { State::Complained } else { State::Bounced };
    let changed =
        w.0.prepare_cached(
            "UPDATE delivery SET state = ?2, reason = ?3, kept = 0, trouble = ?4
             WHERE id = ?1 AND state IN ('accepted', 'uncertain', 'bounced', 'handed_over')",
        )?
        .execute(params![delivery, state, reason, trouble])?;
    Ok(changed == 1)
}

/// Evidence that a guest has got a message of an invitation. It settles the uncertain one only where no other can be meant: `echoed` is the
/// SEQUENCE that the evidence repeats, which tells a message from those before the last change of time or place.
///
/// # Errors
/// When the database cannot be written.
pub fn arrived(w: &Writer<'_>, invitation: i64, echoed: Option<u32>, now: Timestamp) -> Result<()> {
    let mut select = w.0.prepare_cached(
        "SELECT u.id FROM delivery u WHERE u.invitation = ?1 AND u.state = 'uncertain' AND (?2 IS NULL OR u.sequence <= ?2)
             AND NOT EXISTS (SELECT 1 FROM delivery o WHERE o.invitation = ?1 AND o.id <> u.id AND o.claimed_at IS NOT NULL
                 AND o.state <> 'refused' AND (?2 IS NULL OR o.sequence >= u.sequence))",
    )?;
    let uncertain: Vec<i64> = select.query_map((invitation, echoed), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for delivery in uncertain {
        settle(w, delivery, Known::Sent, "", now)?;
    }
    Ok(())
}
