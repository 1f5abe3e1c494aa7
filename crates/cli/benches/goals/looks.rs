//! How long the organizer waits: for a pause, a stop, and the screens of a large campaign.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use engine::answers::view::AnswersOf;
use engine::campaigns::view::CampaignDraft;
use engine::{Clock as _, Engine, SystemClock};
use engine::{answers, campaigns};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engines::Disk;

/// What the organizer waited for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Look {
    /// For what.
    pub(crate) what: String,
    /// The longest of all tries, in milliseconds.
    pub(crate) worst: f64,
    /// What it is to stay under.
    pub(crate) goal: f64,
}

const TRIES: usize = 20;
/// What the window asks for at once.
const PAGE: u32 = 200;
const SCREEN: f64 = 100.0;
const SECOND: f64 = 1_000.0;

fn milliseconds(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

/// The longest of several tries.
async fn worst<F: Future<Output = Result<()>>>(what: &str, look: impl Fn() -> F) -> Result<Look> {
    let mut worst = 0.0_f64;
    for _ in 0..TRIES {
        let began = Instant::now();
        look().await.with_context(|| what.to_owned())?;
        worst = worst.max(milliseconds(began.elapsed()));
    }
    Ok(Look { what: format!("screens: {what}"), worst, goal: SCREEN })
}

/// Opens the campaign, pauses it and goes on. Answers for how long nothing could be sent.
pub(crate) async fn while_it_sends(engine: &Engine, campaign: &str) -> Result<(Vec<Look>, Duration)> {
    let open = worst("a campaign opens while it sends", || open(engine, campaign, "")).await?;
    let asked = SystemClock.now();
    let began = Instant::now();
    campaigns::pause_campaign(engine, campaign).await?;
    let settled = settle(engine, campaign, "paused", began).await?;
    let last = last_begun(engine, campaign).await?.duration_since(asked).as_secs_f64().max(0.0) * 1_000.0;
    campaigns::resume_campaign(engine, campaign).await?;
    let looks = vec![
        open,
        Look { what: "pause: until the last message begins to leave".to_owned(), worst: last, goal: SECOND },
        Look { what: "pause: until every result is written down".to_owned(), worst: settled, goal: SECOND },
    ];
    Ok((looks, began.elapsed()))
}

/// What the window asks for when a campaign is opened.
async fn open(engine: &Engine, campaign: &str, state: &str) -> Result<()> {
    campaigns::show_campaign(engine, campaign).await?;
    campaigns::list_deliveries(engine, campaign, state, "", PAGE).await?;
    Ok(())
}

/// The screens of a campaign, of its ledger, and of its event.
pub(crate) async fn when_it_is_done(engine: &Engine, campaign: &str) -> Result<Vec<Look>> {
    let detail = campaigns::show_campaign(engine, campaign).await?;
    let event = detail.draft.events.first().context("The campaign has an event")?;
    let middle = detail.status.total / 2;
    let row =
        campaigns::list_deliveries(engine, campaign, "", "", 1).await?.rows.first().context("The ledger has rows")?.id.parse::<u32>()?;
    let middle = format!("{campaign}-{}", row + middle);
    let store = engine.store();
    let board = |filter: &'static str| {
        move || async move {
            answers::guests(store, AnswersOf::Event(event.clone()), filter.to_owned(), String::new(), PAGE).await?;
            Ok(())
        }
    };
    Ok(vec![
        worst("a campaign opens with its first 200 rows", || open(engine, campaign, "")).await?,
        worst("a campaign opens on whom it left out", || open(engine, campaign, "skipped")).await?,
        worst("the ledger goes on in its middle", || async {
            campaigns::list_deliveries(engine, campaign, "accepted", &middle, PAGE).await?;
            Ok(())
        })
        .await?,
        worst("the list of campaigns opens", || async {
            campaigns::list_campaigns(engine).await?;
            Ok(())
        })
        .await?,
        worst("the answers to an event open", || async {
            answers::show(store, AnswersOf::Event(event.clone())).await?;
            answers::guests(store, AnswersOf::Event(event.clone()), String::new(), String::new(), PAGE).await?;
            Ok(())
        })
        .await?,
        worst("the board shows who has not answered", board("none")).await?,
        worst("the board shows who holds old details", board("old")).await?,
        worst("the board shows what is uncertain", board("uncertain")).await?,
        worst("the changes open", || async {
            campaigns::list_changes(engine).await?;
            Ok(())
        })
        .await?,
    ])
}

/// A plain message to the same guests is stopped as soon as it leaves.
pub(crate) async fn stop_another(disk: &Disk, campaign: &str) -> Result<Look> {
    let engine = &disk.engine;
    let detail = campaigns::show_campaign(engine, campaign).await?;
    let draft = CampaignDraft {
        kind: "message".to_owned(),
        events: Vec::new(),
        subject: "A word".to_owned(),
        body: "See you there.".to_owned(),
        ..detail.draft
    };
    let other = campaigns::create_campaign(engine, draft).await?.id;
    let mails = campaigns::preview_audience(engine, &other).await?.mails;
    campaigns::send_campaign(engine, &other, mails).await?;
    while campaigns::campaign_status(engine, &other).await?.accepted < 1_000 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let began = Instant::now();
    campaigns::stop_campaign(engine, &other).await?;
    let worst = settle(engine, &other, "stopped", began).await?;
    Ok(Look { what: "stop: until every result is written down".to_owned(), worst, goal: SECOND })
}

/// Milliseconds until nothing of a campaign is on its way.
async fn settle(engine: &Engine, campaign: &str, state: &str, began: Instant) -> Result<f64> {
    loop {
        let status = campaigns::campaign_status(engine, campaign).await?;
        ensure!(status.state == state, "the campaign is {}, not {state}", status.state);
        if status.handed_over == 0 {
            return Ok(milliseconds(began.elapsed()));
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// When the last message of a campaign began to leave.
async fn last_begun(engine: &Engine, campaign: &str) -> Result<Timestamp> {
    let accepted = campaigns::campaign_status(engine, campaign).await?.accepted;
    let first =
        campaigns::list_deliveries(engine, campaign, "", "", 1).await?.rows.first().context("The ledger has rows")?.id.parse::<u32>()?;
    // Messages leave in the order of their rows: the last ones lie around here.
    let cursor = format!("{campaign}-{}", (first + accepted).saturating_sub(500));
    let page = campaigns::list_deliveries(engine, campaign, "accepted", &cursor, 1_000).await?;
    let begun = page.rows.iter().filter_map(|row| row.begun_at.parse().ok()).max();
    begun.context("Something left before the pause")
}
