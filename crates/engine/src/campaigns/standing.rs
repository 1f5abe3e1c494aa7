//! A calendar's standing order: whoever said Yes or Maybe hears of every change without the organizer being asked.

use std::time::Duration;

use anyhow::Result;
use calendar::Zone;
use calendar::recurrence::Series;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::campaign::{self, State};
use store::{Reader, Writer, calendar as calendars, event, event_version, revision};
use tokio::sync::broadcast::error::RecvError;

use super::pending::{Pending, Stage};
use super::view::Tell;
use super::{changes, flow};
use crate::Engine;
use crate::error::Failure;
use crate::event::{Changed, EngineEvent};

/// Edits that follow each other within this time are one message.
const COLLECTING: SignedDuration = SignedDuration::from_mins(5);
/// However quiet it is: an account may have been mended in another program.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// When a standing order sends a change; none where the organizer is asked.
pub(super) fn due(r: &Reader<'_>, event: i64, pending: &Pending) -> Result<Option<Timestamp>> {
    let hears = ["yes", "maybe"].iter().any(|answer| pending.answered(answer) > 0);
    if pending.stage != Stage::Open || !hears {
        return Ok(None);
    }
    let Some(row) = event::get(r, event)? else { return Ok(None) };
    let order = calendars::get(r, row.calendar)?.filter(|calendar| calendar.deleted_at.is_none());
    let Some((since, zone)) = order.and_then(|calendar| Some((calendar.standing_order?, calendar.zone))) else { return Ok(None) };
    let edited = revision::edited_at(r, event)?;
    // Whoever puts the record of something past right is asked whether anybody is to hear of it.
    let is_over = ends(r, event, &zone)?.is_some_and(|end| end < edited);
    Ok((edited >= since && !is_over).then(|| edited.saturating_add(COLLECTING).unwrap_or(edited)))
}

/// When an event and all its dates are over; none for a series without end.
fn ends(r: &Reader<'_>, event: i64, calendar_zone: &str) -> Result<Option<Timestamp>> {
    let Some(current) = event_version::series(r, event)? else { return Ok(None) };
    let zone = Zone::parse(calendar_zone).map_or(TimeZone::UTC, |zone| zone.time_zone().clone());
    let exceptions: Vec<_> = current.exceptions.into_iter().map(|exception| exception.content).collect();
    let moved = exceptions.iter().map(|exception| exception.end.to_instant(&zone)).max();
    let last = Series { master: current.master.content, exceptions }.last_instant(&zone);
    Ok(last.map(|last| moved.map_or(last, |moved| moved.max(last))))
}

/// Starts to carry out standing orders.
pub fn start_standing_orders(engine: &Engine) {
    let loop_engine = engine.clone();
    engine.spawn(async move { run(loop_engine).await });
}

async fn run(engine: Engine) {
    let mut happened = engine.subscribe();
    let stopping = engine.stopping().clone();
    loop {
        let wait = match round(&engine).await {
            Ok(next) => next.map_or(LOOK_EVERY, |next| until(&engine, next)),
            Err(error) => {
                tracing::error!("standing orders wait: {error:#}");
                LOOK_EVERY
            }
        };
        let wait = tokio::time::sleep(wait);
        tokio::pin!(wait);
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                () = &mut wait => break,
                told = happened.recv() => match told {
                    Ok(event) if concerns(&event) => break,
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return,
                },
            }
        }
    }
}

fn until(engine: &Engine, next: Timestamp) -> Duration {
    let wait = next.duration_since(engine.clock().now());
    Duration::try_from(wait).unwrap_or_default().clamp(Duration::from_secs(1), LOOK_EVERY)
}

fn concerns(event: &EngineEvent) -> bool {
    match event {
        EngineEvent::Changed { what } => what.iter().any(|what| matches!(what, Changed::Calendars | Changed::Events | Changed::Campaigns)),
        EngineEvent::Answers { .. } => true,
        EngineEvent::Sending { .. } | EngineEvent::Progress { .. } => false,
    }
}

/// Sends what is due; answers when the next is.
async fn round(engine: &Engine) -> Result<Option<Timestamp>> {
    let now = engine.clock().now();
    let dues = engine.store().read(dues).await?;
    let mut next: Option<Timestamp> = None;
    for (event, due) in dues {
        if due > now {
            next = Some(next.map_or(due, |next| next.min(due)));
        } else if let Err(error) = send(engine, event, now).await {
            // One event that cannot be told keeps no other back; it stays on Changes.
            tracing::warn!("the standing order for event {event} waits: {error:#}");
        }
    }
    Ok(next)
}

fn dues(r: &Reader<'_>) -> Result<Vec<(i64, Timestamp)>> {
    let mut dues = Vec::new();
    for calendar in calendars::list(r)? {
        let Some(since) = calendar.standing_order else { continue };
        for event in campaign::invited_events_edited_since(r, calendar.id, since)? {
            let Some(pending) = Pending::of(r, event)? else { continue };
            dues.extend(due(r, event, &pending)?.map(|due| (event, due)));
        }
    }
    Ok(dues)
}

/// Confirms in the organizer's place: the campaign begins and the decision is noted in one transaction.
async fn send(engine: &Engine, event: i64, now: Timestamp) -> Result<()> {
    let preview = changes::preview_update(engine, &event.to_string(), Tell::YesMaybe).await?;
    if let Some(blocker) = preview.blockers.first() {
        return Err(Failure::new(crate::Code::InvalidInput, blocker.message.clone()).with("field", &blocker.step).into());
    }
    let begun = engine.store().write(move |w| begin(w, event, now)).await?;
    if let Some(campaign) = begun {
        engine.sending().wake();
        flow::changed(engine, campaign).await?;
    }
    Ok(())
}

fn begin(w: &Writer<'_>, event: i64, now: Timestamp) -> Result<Option<i64>> {
    // Another program, or the organizer, may have decided meanwhile.
    let Some(pending) = Pending::of(w, event)? else { return Ok(None) };
    if due(w, event, &pending)?.is_none_or(|due| due > now) {
        return Ok(None);
    }
    let campaign = changes::draft_update(w, event, Tell::YesMaybe, "", now)?.id;
    flow::freeze_and_start(w, campaign, &[State::Draft], now)?;
    changes::note_told(w, campaign, Tell::YesMaybe, now)?;
    Ok(Some(campaign))
}
