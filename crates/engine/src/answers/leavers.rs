//! Guests who want no more mail and still have entries to come: the organizer may withdraw those, or leave them.

use anyhow::Result;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::receipt::ruling::{self, NewRuling, Verb};
use store::suppression::{self, Leftover};
use store::{Reader, Writer, event_version, guest};

use super::view::{Leaver, Ruled};
use super::{likely, proposal, waiting};
use crate::calendars::Surface;
use crate::campaigns::view::BoardAct;
use crate::event::Changed;
use crate::{Engine, Failure};

/// More entries than anyone decides on before looking again.
const MOST: u32 = 1_000;

/// Guests who unsubscribed and still have entries to come, where nothing was ruled on it.
///
/// # Errors
/// When the database cannot be read.
pub async fn leavers(engine: &Engine) -> Result<Vec<Leaver>, Failure> {
    let now = engine.clock().now();
    Ok(engine.store().read(move |r| read(r, now)).await?)
}

fn read(r: &Reader<'_>, now: Timestamp) -> Result<Vec<Leaver>> {
    let mut leavers: Vec<Leaver> = Vec::new();
    for leftover in to_come(r, now)? {
        let receipt = leftover.receipt.to_string();
        if leavers.last().is_none_or(|last| last.receipt != receipt) {
            let Some(found) = guest::get(r, leftover.guest)? else { continue };
            let (name, address) = (found.profile.name, found.profile.address_shown);
            leavers.push(Leaver { receipt, name, address, at: leftover.at.to_string(), entries: Vec::new() });
        }
        if let Some(last) = leavers.last_mut() {
            last.entries.extend(likely::view(r, leftover.guest, leftover.event, "")?);
        }
    }
    Ok(leavers)
}

/// What is held of events that are not over; a series may go on.
fn to_come(r: &Reader<'_>, now: Timestamp) -> Result<Vec<Leftover>> {
    let mut held = Vec::new();
    for leftover in suppression::leftovers(r, MOST)? {
        let current = event_version::current(r, leftover.event)?.filter(|current| !current.row.deleted);
        let is_to_come = |current: &event_version::Current| current.row.repeats || current.content.end.to_instant(&TimeZone::UTC) > now;
        if current.as_ref().is_some_and(is_to_come) {
            held.push(leftover);
        }
    }
    Ok(held)
}

/// Withdraws what a guest who unsubscribed by this message has to come, by mail, or leaves it to them.
///
/// # Errors
/// [`crate::Code::NotFound`] where nothing of it waits, or what keeps a mail from being sent.
pub async fn settle_leaver(engine: &Engine, surface: Surface, receipt: &str, withdraw: bool) -> Result<Ruled, Failure> {
    let (row, now) = (waiting::row(receipt)?, engine.clock().now());
    let mut held = engine.store().read(move |r| to_come(r, now)).await?;
    held.retain(|leftover| leftover.receipt == row);
    let Some(guest) = held.first().map(|leftover| leftover.guest) else { return Err(waiting::missing(receipt).into()) };
    let mut ruled = Ruled { receipts: vec![receipt.to_owned()], ..Ruled::default() };
    let verb = if withdraw { Verb::Withdraw } else { Verb::Keep };
    let new = NewRuling { receipt: row, verb, guest: Some(guest), alias: "", cause: None, source: surface.word(), moved: "" };
    match held.pop().filter(|_| withdraw) {
        Some(last) => {
            let withdraw = BoardAct::Withdraw;
            for leftover in held {
                ruled.campaigns.push(proposal::send(engine, leftover.event, guest, withdraw, "", |_| Ok(())).await?.0);
            }
            // It is ruled on with the last of them: what was not reached before that is offered again.
            let rule = move |w: &Writer<'_>| ruling::add(w, &new, now);
            ruled.campaigns.push(proposal::send(engine, last.event, guest, withdraw, "", rule).await?.0);
        }
        None => {
            engine.store().write(move |w| ruling::add(w, &new, now)).await?;
        }
    }
    engine.tell_changed(&[Changed::Answers, Changed::Campaigns]);
    Ok(ruled)
}
