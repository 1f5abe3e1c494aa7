//! The whole round without a window: invite, wait for answers, move a game, cancel a game, draw the charts.

use std::path::Path;

use jiff::ToSpan as _;
use jiff::civil::DateTime;
use mail::port::Practice;
use serde::Serialize;

use super::setup::{Sample, set_up};
use crate::answers::view::{AnswersOf, ChartKind};
use crate::calendars::view::{EventDraft, Scope};
use crate::calendars::{EventEdit, Surface};
use crate::campaigns::view::{CampaignStatus, Tell};
use crate::{Code, Engine, Failure, answers, calendars, campaigns};

/// What a round brought.
#[derive(Clone, Debug, Serialize)]
pub struct Rehearsed {
    /// Events of the season.
    pub events: u32,
    /// Guests who were invited.
    pub guests: u32,
    /// Invitations that were accepted by the practice outbox.
    pub sent: u32,
    /// What guests said in the end.
    pub answers: Said,
    /// Updates that were sent for the game that moved.
    pub updated: u32,
    /// Cancellations that were sent for the game that is off.
    pub cancelled: u32,
    /// Messages that came back as undeliverable.
    pub bounced: u32,
    /// Files with the charts.
    pub charts: Vec<String>,
}

/// Answers, counted.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Said {
    /// Said yes.
    pub yes: u32,
    /// Said maybe.
    pub maybe: u32,
    /// Said no.
    pub no: u32,
    /// Said nothing.
    pub none: u32,
}

/// Where the charts go.
pub struct Charts<'p> {
    /// A folder that exists.
    pub folder: &'p Path,
}

/// Goes through the whole round; `say` hears each step in a sentence.
///
/// # Errors
/// What any step of it can fail with.
pub async fn rehearse(
    engine: &Engine,
    practice: &dyn Practice,
    sample: Sample,
    charts: Option<Charts<'_>>,
    say: &(dyn Fn(&str) + Sync),
) -> Result<Rehearsed, Failure> {
    campaigns::start_sending(engine);
    let campaign = set_up(engine, sample).await?;
    let audience = campaigns::preview_audience(engine, &campaign.id).await?;
    say(&format!(
        "Practice: inviting {} guests to {} events, {} messages. Nothing leaves this computer.",
        audience.guests,
        campaign.events.len(),
        audience.mails
    ));
    campaigns::send_campaign(engine, &campaign.id, audience.mails).await?;
    let sent = until_done(engine, &campaign.id).await?.accepted;
    say(&format!("{sent} invitations are in the outbox. Days pass, guests answer."));
    until_everyone_answered(engine, practice).await?;
    let of = AnswersOf::Campaign(campaign.id.clone());
    let after_first = answers::show(engine.store(), of.clone()).await?;
    say(&format!("Yes {}, maybe {}, no {}, no answer {}.", after_first.yes, after_first.maybe, after_first.no, after_first.none));

    let first = campaign.events.first().ok_or_else(|| Failure::new(Code::InvalidInput, "The season has no event."))?;
    move_game(engine, &first.id).await?;
    let updated = tell(engine, &first.id, Tell::All, "The start has moved: please answer again.").await?;
    say(&format!("“{}” moved: {updated} guests were told.", first.summary));
    until_everyone_answered(engine, practice).await?;

    let last = campaign.events.last().unwrap_or(first);
    calendars::delete_event(engine, Surface::CommandLine, &last.id, "", Scope::All).await?;
    let cancelled = tell(engine, &last.id, Tell::YesMaybe, "We are sorry.").await?;
    say(&format!("“{}” is off: {cancelled} guests who had said yes or maybe were told.", last.summary));
    until_everyone_answered(engine, practice).await?;

    let finally = answers::show(engine.store(), of.clone()).await?;
    let bounced = campaigns::campaign_status(engine, &campaign.id).await?.bounced;
    Ok(Rehearsed {
        events: u32::try_from(campaign.events.len()).unwrap_or(u32::MAX),
        guests: audience.guests,
        sent,
        answers: Said { yes: finally.yes, maybe: finally.maybe, no: finally.no, none: finally.none },
        updated,
        cancelled,
        bounced,
        charts: match charts {
            Some(charts) => draw(engine, &of, charts.folder).await?,
            None => Vec::new(),
        },
    })
}

/// Two and a half hours later than it was.
async fn move_game(engine: &Engine, event: &str) -> Result<(), Failure> {
    let shown = calendars::show_event(engine, event, "").await?;
    let later = |local: &str| local.parse::<DateTime>().map(|at| at.saturating_add(150.minutes()).to_string()).ok();
    let draft = EventDraft { start: later(&shown.start_local), end: later(&shown.end_local), ..EventDraft::default() };
    let edit = EventEdit { id: event.to_owned(), recurrence_id: String::new(), scope: Scope::All, draft };
    calendars::edit_event(engine, Surface::CommandLine, edit).await?;
    Ok(())
}

/// Sends the update or cancellation of an event and waits for it; returns how many were accepted.
async fn tell(engine: &Engine, event: &str, to: Tell, message: &str) -> Result<u32, Failure> {
    let mails = campaigns::preview_update(engine, event, to).await?.mails;
    if mails == 0 {
        return Ok(0);
    }
    let campaign = campaigns::send_update(engine, event, to, message, mails).await?;
    Ok(until_done(engine, &campaign.id).await?.accepted)
}

async fn until_everyone_answered(engine: &Engine, practice: &dyn Practice) -> Result<(), Failure> {
    answers::pull_all(engine).await?;
    while practice.state().coming > 0 {
        super::advance(engine, practice).await?;
    }
    Ok(())
}

/// Waits until nothing is left to send.
async fn until_done(engine: &Engine, campaign: &str) -> Result<CampaignStatus, Failure> {
    let mut events = engine.subscribe();
    loop {
        let status = campaigns::campaign_status(engine, campaign).await?;
        match status.state.as_str() {
            "done" => return Ok(status),
            "sending" => {}
            state => {
                let sentence = format!("The practice campaign is {state}: {}", status.waiting);
                return Err(Failure::new(Code::WrongState, sentence).with("state", state));
            }
        }
        // Whatever happened next, or a moment without anything: the state is read again.
        drop(tokio::time::timeout(std::time::Duration::from_millis(200), events.recv()).await);
    }
}

async fn draw(engine: &Engine, of: &AnswersOf, folder: &Path) -> Result<Vec<String>, Failure> {
    let mut files = Vec::new();
    for (kind, name) in [(ChartKind::Answers, "answers"), (ChartKind::Timeline, "timeline"), (ChartKind::Season, "season")] {
        for ending in ["svg", "png"] {
            let path = folder.join(format!("{name}.{ending}"));
            answers::export_chart(engine.store(), kind, Some(of.clone()), &path).await?;
            files.push(path.display().to_string());
        }
    }
    Ok(files)
}
