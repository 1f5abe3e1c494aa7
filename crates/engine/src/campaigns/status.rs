//! How far a campaign is.

use anyhow::Result;
use jiff::SignedDuration;
use store::campaign::{self, Campaign, Counts, State};
use store::delivery::{self, State as DeliveryState};

use super::view::CampaignStatus;
use crate::event::EngineEvent;
use crate::{Engine, clock};

/// How far a campaign is.
///
/// # Errors
/// [`Code::NotFound`](crate::Code::NotFound).
pub async fn campaign_status(engine: &Engine, id: &str) -> Result<CampaignStatus> {
    let id = super::row(id, "campaign")?;
    Ok(read(engine, id).await?.1)
}

/// Whether a campaign has nothing to do for longer than this.
///
/// # Errors
/// [`Code::NotFound`](crate::Code::NotFound).
pub async fn waits_longer_than(engine: &Engine, id: &str, patience: std::time::Duration) -> Result<bool> {
    let row = super::row(id, "campaign")?;
    let (campaign, next) = engine.store().read(move |r| Ok((campaign::get(r, row)?, delivery::next_due(r, row)?))).await?;
    let campaign = campaign.ok_or_else(|| super::not_found("campaign", row))?;
    let wait = engine.sending().wait(row).and_then(|wait| wait.until);
    let next = match campaign.state {
        State::Scheduled => campaign.scheduled_at,
        State::Sending if campaign.enqueued => next.map(|(at, _)| at).max(wait),
        State::Sending => wait,
        _ => None,
    };
    Ok(next
        .is_some_and(|next| next.duration_since(engine.clock().now()) > SignedDuration::try_from(patience).unwrap_or(SignedDuration::MAX)))
}

/// Whether a campaign waits for its organizer to sign in to the sending account again.
///
/// # Errors
/// [`Code::NotFound`](crate::Code::NotFound).
pub async fn waits_for_login(engine: &Engine, id: &str) -> Result<bool> {
    let (campaign, _) = read(engine, super::row(id, "campaign")?).await?;
    match campaign.sender.filter(|_| campaign.state == State::Sending) {
        Some(sender) => Ok(crate::accounts::awaits_login(engine, sender).await?.is_some()),
        None => Ok(false),
    }
}

pub(super) async fn read(engine: &Engine, id: i64) -> Result<(Campaign, CampaignStatus)> {
    let found = engine.store().read(move |r| Ok((campaign::get(r, id)?, campaign::counts(r, id)?))).await?;
    let (Some(campaign), counts) = found else { return Err(super::not_found("campaign", id)) };
    let status = of(engine, &campaign, &counts);
    Ok((campaign, status))
}

pub(super) fn of(engine: &Engine, campaign: &Campaign, counts: &Counts) -> CampaignStatus {
    let count = |state| u32::try_from(counts.of(state)).unwrap_or(u32::MAX);
    let rate = if campaign.state == State::Sending { engine.sending().rate(campaign.id) } else { 0.0 };
    let left = counts.of(DeliveryState::Queued) + counts.of(DeliveryState::Retry);
    CampaignStatus {
        state: campaign.state.as_str().to_owned(),
        waiting: waiting(engine, campaign),
        total: u32::try_from(counts.total()).unwrap_or(u32::MAX),
        queued: count(DeliveryState::Queued),
        handed_over: count(DeliveryState::HandedOver),
        retry: count(DeliveryState::Retry),
        accepted: count(DeliveryState::Accepted),
        refused: count(DeliveryState::Refused),
        uncertain: count(DeliveryState::Uncertain),
        skipped: count(DeliveryState::Skipped),
        superseded: count(DeliveryState::Superseded),
        bounced: count(DeliveryState::Bounced),
        complained: count(DeliveryState::Complained),
        rate,
        seconds_left: seconds(left, rate),
    }
}

fn waiting(engine: &Engine, campaign: &Campaign) -> String {
    match (campaign.state, campaign.scheduled_at) {
        (State::Scheduled, Some(at)) => format!("Starts at {}.", clock::words(engine.clock(), at)),
        (State::Sending, _) if let Some(wait) = engine.sending().wait(campaign.id) => wait.reason,
        (State::Sending, _) if campaign.reason.is_empty() && engine.sending().is_elsewhere() => {
            "Another Rollcall on this computer sends.".to_owned()
        }
        _ => campaign.reason.clone(),
    }
}

/// Seconds that so many messages take; none where the pace is not known.
pub(super) fn seconds(messages: u64, rate: f64) -> Option<u32> {
    if rate <= 0.0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate")]
    let seconds = (messages as f64 / rate).ceil().min(f64::from(u32::MAX)) as u32;
    Some(seconds)
}

/// Tells whoever watches how far a campaign is.
pub(super) async fn tell(engine: &Engine, id: i64) -> Result<()> {
    let (campaign, status) = read(engine, id).await?;
    engine.tell(EngineEvent::Sending { campaign: id.to_string(), name: campaign.name, status });
    Ok(())
}
