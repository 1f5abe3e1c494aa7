//! Taking a ruling back: its message waits again, and what was said before it stands.

use anyhow::Result;
use jiff::Timestamp;
use store::holding::given;
use store::receipt::ruling::{self, Ruling, Verb};
use store::receipt::{self, State, evidence};
use store::{Writer, guest, suppression};

use super::view::Ruled;
use super::waiting::{self, Waiting};
use super::{by_hand, proposal};
use crate::calendars::Surface;
use crate::event::Changed;
use crate::{Code, Engine, Failure};

/// As many answers of one guest as are looked at again when an address of theirs is forgotten.
const MOST_ANSWERS: u32 = 1_000;

/// Takes back the rulings on these messages, or answers that were entered by hand: all of them, or none.
///
/// # Errors
/// [`Code::NotFound`], or [`Code::WrongState`] where there is nothing to take back.
pub async fn undo(engine: &Engine, surface: Surface, ids: &[String]) -> Result<Ruled, Failure> {
    let rows = ids.iter().map(|id| waiting::row(id)).collect::<Result<Vec<_>>>()?;
    let now = engine.clock().now();
    let (undone, moved) = engine
        .store()
        .write(move |w| {
            let (mut undone, mut moved) = (Ruled::default(), Vec::new());
            for row in rows {
                if !undone.receipts.contains(&row.to_string()) {
                    moved.extend(undo_one(w, row, now, &mut undone)?);
                }
            }
            Ok((undone, moved))
        })
        .await?;
    for before in moved {
        proposal::move_back(engine, surface, &before).await?;
    }
    engine.tell_changed(&[Changed::Answers, Changed::Guests, Changed::Campaigns]);
    Ok(undone)
}

/// Gives how an event stood that the ruling moved.
fn undo_one(w: &Writer<'_>, row: i64, now: Timestamp, undone: &mut Ruled) -> Result<Option<String>> {
    let receipt = receipt::get(w, row)?.ok_or_else(|| waiting::missing(&row.to_string()))?;
    if receipt.kind == by_hand::KIND && receipt.state == State::Counted {
        undone.receipts.push(row.to_string());
        by_hand::take_back(w, &receipt)?;
        return Ok(None);
    }
    let Some(ruling) = ruling::in_force(w, row)? else {
        let sentence = format!("Nothing was ruled on “{}” that could be taken back.", receipt.subject);
        return Err(Failure::new(Code::WrongState, sentence).with("state", receipt.state.as_str()).into());
    };
    if matches!(ruling.verb, Verb::Decline | Verb::Invite | Verb::Withdraw) {
        let sentence = "A mail went out with this ruling, so it cannot be taken back. Whoever was invited by it can be withdrawn on the event's board.";
        return Err(Failure::new(Code::WrongState, sentence).with("state", ruling.verb.as_str()).into());
    }
    for follower in ruling::followers(w, ruling.id)? {
        put_back(w, &follower, now, undone)?;
    }
    put_back(w, &ruling, now, undone)?;
    match (ruling.verb, ruling.guest, ruling.alias.as_str()) {
        (_, None, _) | (_, _, "") => {}
        (Verb::AddGuest, Some(guest), _) => guest::forget(w, guest, now)?,
        (_, Some(guest), alias) => unlearn(w, guest, alias)?,
    }
    Ok(Some(ruling.moved).filter(|moved| !moved.is_empty()))
}

/// The message stands as it stood before the ruling.
pub(super) fn put_back(w: &Writer<'_>, ruling: &Ruling, now: Timestamp, undone: &mut Ruled) -> Result<()> {
    if let Some(invitation) = receipt::about(w, ruling.receipt)?.invitation {
        given::take_back(w, invitation, ruling.receipt)?;
    }
    if ruling.verb == Verb::Count {
        suppression::lift_for(w, ruling.receipt, now)?;
    }
    if ruling.verb == Verb::Meant {
        receipt::put_answer(w, ruling.receipt, None)?;
    }
    receipt::put_about(w, ruling.receipt, ruling.before, ruling.before_state, &ruling.before_reason)?;
    undone.receipts.push(ruling.receipt.to_string());
    ruling::put_undone(w, ruling.id, now)
}

/// An address is the guest's no longer: what counted only because of it waits again.
fn unlearn(w: &Writer<'_>, guest: i64, alias: &str) -> Result<()> {
    evidence::remove_alias(w, guest, alias)?;
    for row in receipt::of_guest(w, guest, State::Counted, MOST_ANSWERS)? {
        // Of a message that is no longer kept nobody can say any more why it counted.
        let is_gone = receipt::raw(w, row.id)?.is_none();
        if row.inbox.is_none() || row.answer.is_empty() || is_gone || ruling::in_force(w, row.id)?.is_some() {
            continue;
        }
        let waiting = Waiting::load(w, row.id)?;
        let Some(verdict) = waiting.verdict(w)?.filter(|verdict| verdict.state == State::Desk) else { continue };
        if let Some(invitation) = row.invitation {
            given::take_back(w, invitation, row.id)?;
        }
        receipt::put_about(w, row.id, verdict.about, State::Desk, &verdict.reason)?;
    }
    Ok(())
}
