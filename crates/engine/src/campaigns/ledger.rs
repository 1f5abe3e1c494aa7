//! The ledger as the organizer looks at it and rules on it.

use anyhow::Result;
use jiff::Timestamp;
use mail::audience::LeftOut;
use store::campaign::{self, State as CampaignState};
use store::delivery::page::{self, Cursor, Line};
use store::delivery::settle::{self, Known};
use store::delivery::{self, State};
use store::{Reader, Writer};

use super::view::{DeliveryPage, DeliveryView, Ruling};
use super::{flow, sending};
use crate::Engine;
use crate::error::{Code, Failure};
use crate::lease::{self, Identity};

/// The most rows of one page.
const MOST: u32 = 1_000;

/// A page of the ledger; an empty `campaign` or `state` takes all.
///
/// # Errors
/// [`Code::InvalidInput`] where the state or the cursor is none.
pub async fn list_deliveries(engine: &Engine, campaign: &str, state: &str, cursor: &str, limit: u32) -> Result<DeliveryPage> {
    let state = match state {
        "" => None,
        word => Some(State::from_word(word).ok_or_else(|| unknown_state(word))?),
    };
    let campaign = if campaign.is_empty() { None } else { Some(super::row(campaign, "campaign")?) };
    let (cursor, limit) = (read_cursor(cursor)?, limit.clamp(1, MOST));
    engine.store().read(move |r| list(r, campaign, state, cursor, limit)).await
}

fn list(r: &Reader<'_>, campaign: Option<i64>, state: Option<State>, cursor: Cursor, limit: u32) -> Result<DeliveryPage> {
    let (lines, next) = match campaign {
        Some(campaign) => {
            let lines = page::of_campaign(r, campaign, state, cursor.delivery, limit)?;
            let is_full = u32::try_from(lines.len())? == limit;
            let next = lines.last().filter(|_| is_full).map(|last| Cursor { campaign, delivery: last.id });
            (lines, next)
        }
        None => page::of_all(r, state, cursor, limit)?,
    };
    Ok(DeliveryPage {
        rows: lines.into_iter().map(view).collect(),
        total: u32::try_from(total(r, campaign, state)?).unwrap_or(u32::MAX),
        next: next.map(|next| format!("{}-{}", next.campaign, next.delivery)).unwrap_or_default(),
    })
}

fn total(r: &Reader<'_>, campaign: Option<i64>, state: Option<State>) -> Result<u64> {
    let campaigns = match campaign {
        Some(campaign) => vec![campaign],
        None => campaign::list(r)?.into_iter().map(|campaign| campaign.id).collect(),
    };
    let mut total = 0;
    for campaign in campaigns {
        let counts = campaign::counts(r, campaign)?;
        total += state.map_or(counts.total(), |state| counts.of(state));
    }
    Ok(total)
}

fn view(line: Line) -> DeliveryView {
    let reason = match line.state {
        State::Skipped => LeftOut::from_code(&line.reason).map_or(line.reason, |reason| reason.words().to_owned()),
        _ => line.reason,
    };
    DeliveryView {
        id: line.id.to_string(),
        campaign: line.campaign.to_string(),
        guest: line.guest.to_string(),
        address: line.address,
        name: line.name,
        event: line.event.map(|event| event.to_string()).unwrap_or_default(),
        summary: line.summary,
        method: line.method.as_str().to_owned(),
        state: line.state.as_str().to_owned(),
        attempt: line.attempt,
        reason,
        at: line.at.map(|at| at.to_string()).unwrap_or_default(),
        begun_at: line.begun.map(|at| at.to_string()).unwrap_or_default(),
        remote_id: line.remote_id,
    }
}

fn read_cursor(text: &str) -> Result<Cursor> {
    if text.is_empty() {
        return Ok(Cursor::default());
    }
    let parts = text.split_once('-').and_then(|(campaign, delivery)| Some((campaign.parse().ok()?, delivery.parse().ok()?)));
    let (campaign, delivery) = parts.ok_or_else(|| super::draft::invalid("cursor", format!("“{text}” is not a place in the ledger.")))?;
    Ok(Cursor { campaign, delivery })
}

fn unknown_state(word: &str) -> anyhow::Error {
    let known = State::ALL.iter().map(|state| state.as_str()).collect::<Vec<_>>().join(", ");
    super::draft::invalid("state", format!("“{word}” is no state of a delivery; there are {known}."))
}

/// Rules on an uncertain delivery.
///
/// # Errors
/// [`Code::NotFound`], or [`Code::WrongState`] where it is not uncertain, or a later message to the guest waits already.
pub async fn settle_delivery(engine: &Engine, id: &str, ruling: Ruling) -> Result<()> {
    let (row, now) = (super::row(id, "delivery")?, engine.clock().now());
    let campaign = engine.store().write(move |w| rule(w, row, ruling, now)).await?;
    engine.sending().wake();
    flow::changed(engine, campaign).await
}

fn rule(w: &Writer<'_>, id: i64, ruling: Ruling, now: Timestamp) -> Result<i64> {
    let delivery = delivery::get(w, id)?.ok_or_else(|| super::not_found("delivery", id))?;
    if delivery.state != State::Uncertain {
        let sentence =
            format!("Delivery {id} is {}, not uncertain: there is nothing to settle.", delivery.state.as_str().replace('_', " "));
        return Err(Failure::new(Code::WrongState, sentence).with("state", delivery.state.as_str()).into());
    }
    match ruling {
        Ruling::Sent => settle::settle(w, id, Known::Sent, "Settled by you: it arrived.", now)?,
        Ruling::NotSent => settle::settle(w, id, Known::NotSent, "Settled by you: it did not arrive.", now)?,
        Ruling::Again => {
            if let Some(invitation) = delivery.invitation
                && settle::has_open(w, invitation)?
            {
                let sentence = "A later message to this guest waits already and takes its place.";
                return Err(Failure::new(Code::WrongState, sentence).with("state", "queued").into());
            }
            settle::send_again(w, &delivery, now)?
        }
    };
    Ok(delivery.campaign)
}

/// Why this database may not send before it is adopted; empty where it may.
///
/// # Errors
/// When the database or the state folder cannot be read.
pub async fn lease_refusal(engine: &Engine) -> Result<String> {
    Ok(lease::refusal(engine.store(), engine.sending().state()).await?.unwrap_or_default())
}

/// Gives this database the right to send, after a restore or a copy. What was being sent pauses: this state of it may not
/// know what left since.
///
/// # Errors
/// [`Code::NoLease`] while another process sends.
pub async fn adopt_ledger(engine: &Engine) -> Result<()> {
    let state = engine.sending().state().to_owned();
    let identity = Identity::of(engine.store(), &state).await?;
    let was_refused = lease::refusal(engine.store(), &state).await?.is_some();
    let Some(claim) = lease::adopt(&state, &identity).await? else {
        let sentence = "Another Rollcall sends from this database right now. Close it first.";
        return Err(Failure::new(Code::NoLease, sentence).with("holder", "another process").into());
    };
    let now = engine.clock().now();
    engine
        .store()
        .write(move |w| {
            delivery::turn::raise_last_claim(w, claim)?;
            if !was_refused {
                return Ok(());
            }
            let reason = "This database was restored or copied: what left since is not known here. Look at the ledger, then resume.";
            for campaign in campaign::in_state(w, CampaignState::Sending)? {
                campaign::advance(w, campaign.id, &[CampaignState::Sending], CampaignState::Paused, reason, now)?;
            }
            Ok(())
        })
        .await?;
    sending::start_sending(engine);
    engine.sending().wake();
    Ok(())
}
