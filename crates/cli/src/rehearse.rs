//! `rollcall-cli rehearse`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::Args;
use engine::guests::view::GuestSource;
use engine::rehearsal::{Charts, Rehearsed, Sample};
use engine::vault::Vault;
use engine::{Clock as _, Engine, PracticeClock, SystemClock, rehearsal as round};
use rehearsal::World;

use crate::output::Output;

/// What a practice round is made of.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A season of your own; by default 17 games of a team that does not exist.
    #[arg(long, value_name = "FILE.ics")]
    events: Option<PathBuf>,
    /// Guests of your own; by default 250 who do not exist.
    #[arg(long, value_name = "FILE.csv")]
    guests: Option<PathBuf>,
    /// Keep the database, the outbox and the charts here; by default nothing is kept.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Decides who answers what and when.
    #[arg(long, default_value_t = 7)]
    seed: u64,
}

pub(crate) async fn run(arguments: &Arguments, output: &Output) -> Result<ExitCode> {
    let passing = tempfile::tempdir().context("Make a folder for the practice round")?;
    let folder = arguments.out.clone().unwrap_or_else(|| passing.path().to_owned());
    std::fs::create_dir_all(&folder).with_context(|| format!("Make {}", folder.display()))?;
    // A round begins anew: what an earlier one left in its folders would be counted again.
    let data = folder.join("practice");
    if data.exists() {
        std::fs::remove_dir_all(&data).with_context(|| format!("Clear {}", data.display()))?;
    }
    let world = Arc::new(World::open(&data.join("world"), arguments.seed, Box::new(|| SystemClock.now()))?);
    let clock = Arc::new(PracticeClock(world.clone()));
    let engine =
        Engine::open_with_state(&data, &data.join("state"), clock, vec![rehearsal::adapters(world.clone())], Vault::new(None, None))
            .await?;
    let charts = arguments.out.as_deref().map(|folder| Charts { folder });
    let rehearsed = round::rehearse(&engine, world.as_ref(), sample(arguments)?, charts, &|words| output.say(words)).await;
    engine.stop().await;
    output.result(&rehearsed?, words)?;
    Ok(ExitCode::SUCCESS)
}

fn sample(arguments: &Arguments) -> Result<Sample> {
    let season = match &arguments.events {
        Some(file) => std::fs::read_to_string(file).with_context(|| format!("Read {}", file.display()))?,
        None => rehearsal::SEASON.to_owned(),
    };
    let guests = match &arguments.guests {
        Some(file) => GuestSource::File { path: file.display().to_string() },
        None => GuestSource::Text { text: rehearsal::GUESTS.to_owned() },
    };
    Ok(Sample { season, guests })
}

fn words(rehearsed: &Rehearsed) -> String {
    let answers = rehearsed.answers;
    let mut lines = vec![
        format!("{} invitations to {} events for {} guests", rehearsed.sent, rehearsed.events, rehearsed.guests),
        format!("Yes {}, maybe {}, no {}, no answer {}", answers.yes, answers.maybe, answers.no, answers.none),
        format!("{} told of a new time, {} of a cancellation, {} bounced", rehearsed.updated, rehearsed.cancelled, rehearsed.bounced),
    ];
    lines.extend(rehearsed.charts.iter().map(|file| format!("Chart: {file}")));
    lines.join("\n")
}
