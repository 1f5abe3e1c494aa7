//! A guest proposes another time, or passes the invitation on: what the organizer rules on it reaches the event, or people.

use anyhow::{Context as _, Result};
use calendar::EventTime;
use jiff::tz::TimeZone;
use mail::audience::LeftOut;
use serde::{Deserialize, Serialize};
use store::{Reader, Writer, event_version};

use super::likely::written_time;
use super::ruling::{Bench, refused};
use super::undo::put_back;
use super::view::{Proposal, Ruled};
use super::waiting::{self, Waiting};
use crate::calendars::view::{EventDraft, Scope};
use crate::calendars::{self, EventEdit, Surface};
use crate::campaigns::view::{BoardAct, BoardChoice};
use crate::event::Changed;
use crate::{Engine, Failure, campaigns};

/// How an event stood before it moved.
#[derive(Debug, Serialize, Deserialize)]
struct Before {
    event: String,
    recurrence_id: String,
    start: String,
    end: String,
    all_day: bool,
}

/// The time that a message proposes; none where it cannot be read, or the event is gone.
pub(super) fn of(r: &Reader<'_>, waiting: &Waiting) -> Result<Option<Proposal>> {
    let Some((named, _)) = &waiting.named else { return Ok(None) };
    let Some(series) = event_version::series(r, named.event)?.filter(|series| !series.master.row.deleted) else { return Ok(None) };
    let Some(answer) = waiting.incoming.answers.iter().find(|answer| answer.proposed.is_some()) else { return Ok(None) };
    let Some((start, end)) = &answer.proposed else { return Ok(None) };
    let Some(start) = written_time(start) else { return Ok(None) };
    let master = &series.master.content;
    let original = answer.recurrence_id.filter(|_| series.master.row.repeats);
    // Clients write the date of a series in UTC or in a zone of their own.
    let original = original.map(|original| placed(&original, &master.start));
    let current = match &original {
        Some(original) => campaigns::occurrence(r, named.event, original)?,
        None => master.clone(),
    };
    let start = placed(&start, &current.start);
    let length = current.start.local().duration_until(current.end.local());
    let end = written_time(end).map(|end| placed(&end, &current.end)).filter(|end| end.local() > start.local());
    let end = end.unwrap_or_else(|| start.with_local(start.local().saturating_add(length)));
    Ok(Some(Proposal {
        event: named.event.to_string(),
        recurrence_id: original.map(|original| original.value()).unwrap_or_default(),
        old_start: current.start.iso_local(),
        old_end: current.end.iso_local(),
        start: start.iso_local(),
        end: end.iso_local(),
        tzid: start.zone().map(|zone| zone.as_str().to_owned()).unwrap_or_default(),
        all_day: start.is_all_day(),
    }))
}

/// A time as a client wrote it, in the zone of the event's own.
fn placed(time: &EventTime, own: &EventTime) -> EventTime {
    match (time, own) {
        (EventTime::Zoned(..), EventTime::Zoned(..)) => own.with_instant(time.to_instant(&TimeZone::UTC), &TimeZone::UTC),
        (EventTime::Floating(local), EventTime::Zoned(..)) => own.with_local(*local),
        _ => *time,
    }
}

/// Reads a message that has to wait still.
async fn waiting(engine: &Engine, id: &str) -> Result<Waiting, Failure> {
    let row = waiting::row(id)?;
    let read = engine.store().read(move |r| {
        let waiting = Waiting::load(r, row)?;
        waiting.expect_waiting()?;
        Ok(waiting)
    });
    Ok(read.await?)
}

/// Keeps a ruling on it.
async fn keep(
    engine: &Engine,
    surface: Surface,
    waiting: Waiting,
    rule: impl FnOnce(&mut Bench<'_, '_>, &Waiting) -> Result<()> + Send + 'static,
) -> Result<Ruled, Failure> {
    let now = engine.clock().now();
    let ruled = engine.store().write(move |w| {
        let mut bench = Bench::new(w, surface, now);
        rule(&mut bench, &waiting)?;
        Ok(bench.ruled)
    });
    let ruled = ruled.await?;
    engine.tell_changed(&[Changed::Answers, Changed::Guests, Changed::Campaigns]);
    Ok(ruled)
}

/// Moves the events to the proposed times. Who is told of it is a matter of Changes, as after any edit.
pub(super) async fn accept(engine: &Engine, surface: Surface, ids: &[String]) -> Result<Ruled, Failure> {
    let mut all = Ruled::default();
    for id in ids {
        let waiting = waiting(engine, id).await?;
        let row = waiting::row(id)?;
        let proposal = engine.store().read(move |r| of(r, &Waiting::load(r, row)?)).await?;
        let proposal = proposal.ok_or_else(|| refused("ruling", "It proposes no time that could be read: move the event yourself."))?;
        let Proposal { event, recurrence_id, .. } = &proposal;
        let before = Before {
            event: event.clone(),
            recurrence_id: recurrence_id.clone(),
            start: proposal.old_start.clone(),
            end: proposal.old_end.clone(),
            all_day: !proposal.old_start.contains('T'),
        };
        let moved = serde_json::to_string(&before).context("Write down how the event stood")?;
        calendars::edit_event(engine, surface, edit(event, recurrence_id, &proposal.start, &proposal.end, proposal.all_day)).await?;
        let ruled = keep(engine, surface, waiting, move |bench, waiting| bench.moved(waiting, &moved)).await?;
        all.receipts.extend(ruled.receipts);
    }
    Ok(all)
}

fn edit(event: &str, recurrence_id: &str, start: &str, end: &str, all_day: bool) -> EventEdit {
    EventEdit {
        id: event.to_owned(),
        recurrence_id: recurrence_id.to_owned(),
        scope: if recurrence_id.is_empty() { Scope::All } else { Scope::This },
        draft: EventDraft { start: Some(start.to_owned()), end: Some(end.to_owned()), all_day: Some(all_day), ..EventDraft::default() },
    }
}

/// The event stands again where it stood before it moved.
pub(super) async fn move_back(engine: &Engine, surface: Surface, before: &str) -> Result<(), Failure> {
    let before: Before = serde_json::from_str(before).context("Read how the event stood")?;
    let back = edit(&before.event, &before.recurrence_id, &before.start, &before.end, before.all_day);
    calendars::edit_event(engine, surface, back).await?;
    Ok(())
}

/// Declines the proposed times, by a mail through the account that sent the invitations.
pub(super) async fn decline(engine: &Engine, surface: Surface, ids: &[String], comment: &str) -> Result<Ruled, Failure> {
    let mut all = Ruled::default();
    for id in ids {
        let waiting = waiting(engine, id).await?;
        let (event, guest) = match &waiting.named {
            Some((named, _)) => (named.event, named.guest),
            None => return Err(refused("ruling", "The message names no invitation of yours, so there is nobody to tell.").into()),
        };
        let (row, now) = (waiting.receipt.id, engine.clock().now());
        let decline = move |w: &Writer<'_>| -> Result<Ruled> {
            let waiting = Waiting::load(w, row)?;
            waiting.expect_waiting()?;
            let mut bench = Bench::new(w, surface, now);
            bench.declined(&waiting)?;
            Ok(bench.ruled)
        };
        // The mail and the ruling are one: neither can be without the other, so that no mail leaves twice.
        let (campaign, ruled) = send(engine, event, guest, BoardAct::Decline, comment, decline).await?;
        engine.tell_changed(&[Changed::Answers, Changed::Guests, Changed::Campaigns]);
        all.receipts.extend(ruled.receipts);
        all.campaigns.push(campaign);
    }
    Ok(all)
}

/// Invites whom guests passed their invitations on to.
pub(super) async fn invite(engine: &Engine, surface: Surface, ids: &[String]) -> Result<Ruled, Failure> {
    let mut all = Ruled::default();
    for id in ids {
        let (waiting, row, now) = (waiting(engine, id).await?, waiting::row(id)?, engine.clock().now());
        let (Some((named, _)), Some(delegate)) = (waiting.named.clone(), waiting.delegate().map(str::to_owned)) else {
            return Err(refused("ruling", "The message does not say whom the invitation was passed on to.").into());
        };
        let ruled = keep(engine, surface, waiting, move |bench, waiting| bench.passed_on(waiting, &delegate).map(drop)).await?;
        let ruling = engine.store().read(move |r| store::receipt::ruling::in_force(r, row)).await?;
        let guest = ruling.as_ref().and_then(|ruling| ruling.guest).unwrap_or_default();
        match send(engine, named.event, guest, BoardAct::Again, "", |_| Ok(())).await {
            Ok((campaign, ())) => all.campaigns.push(campaign),
            Err(failure) => {
                // Nobody was told: it waits as before.
                let back = move |w: &Writer<'_>| ruling.map_or(Ok(()), |ruling| put_back(w, &ruling, now, &mut Ruled::default()));
                engine.store().write(back).await?;
                return Err(failure);
            }
        }
        all.receipts.extend(ruled.receipts);
    }
    Ok(all)
}

/// Sends one guest something of an event, together with what else is written in that moment; the campaign that does.
pub(super) async fn send<T: Send + 'static>(
    engine: &Engine,
    event: i64,
    guest: i64,
    act: BoardAct,
    message: &str,
    also: impl FnOnce(&Writer<'_>) -> Result<T> + Send + 'static,
) -> Result<(String, T), Failure> {
    let (event, choice) = (event.to_string(), BoardChoice { filter: String::new(), guests: vec![guest.to_string()] });
    let preview = campaigns::preview_act(engine, &event, act, choice.clone()).await?;
    if preview.mails == 0
        && let Some(reason) = preview.left_out.first()
    {
        let words = LeftOut::from_code(&reason.reason).map_or_else(|| reason.reason.clone(), |known| known.words().to_owned());
        return Err(refused("guest", format!("This guest gets no mail ({words}), so nothing was sent and nothing was ruled.")).into());
    }
    let (campaign, done) = campaigns::act_together(engine, &event, act, choice, (message, 1), also).await?;
    Ok((campaign.id, done))
}
