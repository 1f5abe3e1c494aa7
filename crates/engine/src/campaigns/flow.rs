//! Starting, pausing and ending campaigns.

use anyhow::Result;
use store::Writer;
use store::campaign::{self, Campaign, State};

use super::pilot::Pilot;
use super::view::CampaignDetail;
use super::{content, draft, preview, status};
use crate::error::{Code, Failure};
use crate::{Engine, event};

/// Starts to send, or schedules. `confirmed` is the number of mails that the organizer saw.
///
/// # Errors
/// [`Code::WrongState`], [`Code::MissingFields`], or [`Code::InvalidInput`] where something is missing or the number is another one now.
pub async fn send_campaign(engine: &Engine, id: &str, confirmed: u32) -> Result<CampaignDetail> {
    send_together(engine, id, confirmed, |_| Ok(())).await.map(|(detail, ())| detail)
}

/// The same, together with what else is written in the moment that it begins: both, or nothing.
pub(super) async fn send_together<T: Send + 'static>(
    engine: &Engine,
    id: &str,
    confirmed: u32,
    also: impl FnOnce(&Writer<'_>) -> Result<T> + Send + 'static,
) -> Result<(CampaignDetail, T)> {
    let row = super::row(id, "campaign")?;
    let (campaign, _) = status::read(engine, row).await?;
    if campaign.state != State::Draft {
        return Err(wrong_state(&campaign, "sent"));
    }
    let preview = preview::preview_audience(engine, id).await?;
    if let Some(blocker) = preview.blockers.first() {
        return Err(Failure::new(Code::InvalidInput, blocker.message.clone()).with("field", &blocker.step).into());
    }
    if let Some(missing) = preview.missing.first() {
        let names = missing.examples.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
        let more = if missing.guests > 5 { format!(" and {} more", missing.guests - 5) } else { String::new() };
        let sentence = format!(
            "The message needs “{field}”, which is empty for {names}{more}. Fill it in, or write {{{{ {field} | default(\"…\") }}}}.",
            field = missing.field
        );
        return Err(Failure::new(Code::MissingFields, sentence).with("field", &missing.field).with("guests", missing.guests).into());
    }
    if preview.mails != confirmed {
        let sentence = format!("It would be {} messages now, not {confirmed}: look at who gets it, then send.", preview.mails);
        return Err(Failure::new(Code::InvalidInput, sentence).with("field", "confirmed").with("mails", preview.mails).into());
    }
    let now = engine.clock().now();
    let pilot = Pilot::parse(&campaign.pilot).map_err(|sentence| draft::invalid("pilot", sentence))?;
    if let Some(size) = pilot.and_then(|pilot| pilot.of(preview.mails.into())) {
        engine.store().write(move |w| campaign::put_pilot(w, row, size)).await?;
    }
    let done = engine
        .store()
        .write(move |w| {
            let begun = if campaign.scheduled_at.is_some_and(|at| at > now) {
                campaign::advance(w, row, &[State::Draft], State::Scheduled, "", now)?
            } else {
                freeze_and_start(w, row, &[State::Draft], now)?
            };
            if begun { also(w) } else { Err(wrong_state(&campaign, "sent")) }
        })
        .await?;
    engine.sending().wake();
    changed(engine, row).await?;
    Ok((draft::show_campaign(engine, id).await?, done))
}

/// Freezes what guests are told and lets the sender begin, or go on.
pub(super) async fn begin(engine: &Engine, id: i64, from: &'static [State]) -> Result<bool> {
    let now = engine.clock().now();
    let begun = engine.store().write(move |w| freeze_and_start(w, id, from, now)).await?;
    engine.sending().wake();
    changed(engine, id).await?;
    Ok(begun)
}

/// Freezes what guests are told and starts; false where the campaign is in none of the states `from`.
pub(super) fn freeze_and_start(w: &Writer<'_>, id: i64, from: &[State], now: jiff::Timestamp) -> Result<bool> {
    if !campaign::advance(w, id, from, State::Sending, "", now)? {
        return Ok(false);
    }
    for event in campaign::events(w, id)? {
        let revision = content::current_or_create(w, event.event, now)?;
        campaign::freeze(w, id, event.event, revision.id)?;
    }
    Ok(true)
}

/// Pauses: nothing more leaves within a second.
///
/// # Errors
/// [`Code::WrongState`].
pub async fn pause_campaign(engine: &Engine, id: &str) -> Result<CampaignDetail> {
    let now = engine.clock().now();
    let pause =
        move |w: &Writer<'_>, row| campaign::advance(w, row, &[State::Sending, State::Scheduled], State::Paused, "Paused by you.", now);
    step(engine, id, "paused", pause).await
}

/// Goes on. Where an event changed meanwhile, the rest is sent with the new details. One that was paused before its time waits for it again.
///
/// # Errors
/// [`Code::WrongState`].
pub async fn resume_campaign(engine: &Engine, id: &str) -> Result<CampaignDetail> {
    let (row, now) = (super::row(id, "campaign")?, engine.clock().now());
    let waits_again = engine
        .store()
        .write(move |w| {
            let waits = campaign::get(w, row)?
                .is_some_and(|campaign| campaign.started_at.is_none() && campaign.scheduled_at.is_some_and(|at| at > now));
            Ok(waits && campaign::advance(w, row, &[State::Paused], State::Scheduled, "", now)?)
        })
        .await?;
    if waits_again {
        changed(engine, row).await?;
    } else if !begin(engine, row, &[State::Paused]).await? {
        let (campaign, _) = status::read(engine, row).await?;
        return Err(wrong_state(&campaign, "resumed"));
    }
    draft::show_campaign(engine, id).await
}

/// Stops for good: what is still queued stays unsent.
///
/// # Errors
/// [`Code::WrongState`].
pub async fn stop_campaign(engine: &Engine, id: &str) -> Result<CampaignDetail> {
    let now = engine.clock().now();
    let stop = move |w: &Writer<'_>, row| {
        campaign::advance(w, row, &[State::Sending, State::Scheduled, State::Paused], State::Stopped, "Stopped by you.", now)
    };
    step(engine, id, "stopped", stop).await
}

async fn step(
    engine: &Engine,
    id: &str,
    done: &str,
    advance: impl FnOnce(&Writer<'_>, i64) -> Result<bool> + Send + 'static,
) -> Result<CampaignDetail> {
    let row = super::row(id, "campaign")?;
    if !engine.store().write(move |w| advance(w, row)).await? {
        let (campaign, _) = status::read(engine, row).await?;
        return Err(wrong_state(&campaign, done));
    }
    engine.sending().wake();
    changed(engine, row).await?;
    draft::show_campaign(engine, id).await
}

pub(super) async fn changed(engine: &Engine, id: i64) -> Result<()> {
    engine.tell(event::EngineEvent::Changed { what: vec![event::Changed::Campaigns] });
    status::tell(engine, id).await
}

pub(super) fn wrong_state(campaign: &Campaign, done: &str) -> anyhow::Error {
    let state = match campaign.state {
        State::Draft => "a draft",
        State::Scheduled => "scheduled",
        State::Sending => "being sent",
        State::Paused => "paused",
        State::Done => "done",
        State::Stopped => "stopped",
    };
    Failure::new(Code::WrongState, format!("“{}” is {state}: it cannot be {done}.", campaign.name))
        .with("state", campaign.state.as_str())
        .into()
}
