//! `rollcall-cli chart`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use engine::Engine;
use engine::answers::{
    self,
    view::{AnswersOf, ChartKind},
};
use serde::Serialize;

use crate::output::Output;
use crate::session::Session;

/// What `chart` draws.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Yes, maybe, no and no answer.
    Answers(Drawing),
    /// The answers over time since the invitations went out, with what was sent since.
    Timeline(Drawing),
    /// The answers to every event of the calendar that the event stands in, or of the campaign.
    Season(Drawing),
    /// From sent over accepted by the server and answered to yes.
    Funnel(Drawing),
    /// How long guests took to answer.
    Waits(Drawing),
    /// The answers by the provider of the guests' mailboxes.
    Providers(Drawing),
    /// The answers by the way in which they came.
    Channels(Drawing),
    /// Why messages did not arrive.
    Bounces(Drawing),
    /// Two to six events side by side.
    Compare(Comparison),
}

/// Of what.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Of {
    /// UID of the event.
    #[arg(long, value_name = "UID")]
    event: Option<String>,
    /// The campaign.
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
}

impl Of {
    /// The event or the campaign that is named.
    pub(crate) async fn named(self, engine: &Engine) -> Result<AnswersOf> {
        Ok(match (self.event, self.campaign) {
            (Some(uid), _) => answers::event_named(engine.store(), &uid).await?,
            (None, campaign) => AnswersOf::Campaign(campaign.unwrap_or_default()),
        })
    }
}

/// Of what, and where to.
#[derive(Args)]
pub(crate) struct Drawing {
    #[command(flatten)]
    of: Of,
    /// A name that ends in .svg or .png for the picture, or in .csv for its numbers.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Of which events, and where to.
#[derive(Args)]
pub(crate) struct Comparison {
    /// UID of an event; two to six of them.
    #[arg(long = "event", value_name = "UID", required = true)]
    events: Vec<String>,
    /// A name that ends in .svg or .png for the picture, or in .csv for its numbers.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Drawn {
    chart: &'static str,
    file: PathBuf,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let (chart, kind, drawing) = match verb {
        Verb::Answers(drawing) => ("answers", ChartKind::Answers, drawing),
        Verb::Timeline(drawing) => ("timeline", ChartKind::Timeline, drawing),
        Verb::Season(drawing) => ("season", ChartKind::Season, drawing),
        Verb::Funnel(drawing) => ("funnel", ChartKind::Funnel, drawing),
        Verb::Waits(drawing) => ("waits", ChartKind::Waits, drawing),
        Verb::Providers(drawing) => ("providers", ChartKind::Providers, drawing),
        Verb::Channels(drawing) => ("channels", ChartKind::Channels, drawing),
        Verb::Bounces(drawing) => ("bounces", ChartKind::Bounces, drawing),
        Verb::Compare(comparison) => return compare(comparison, session, output).await,
    };
    let engine = session.engine().await?;
    let of = drawing.of.named(&engine).await?;
    answers::export_chart(engine.store(), kind, Some(of), &drawing.out).await?;
    say(output, chart, drawing.out)
}

async fn compare(comparison: Comparison, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let mut events = Vec::new();
    for uid in &comparison.events {
        if let AnswersOf::Event(id) = answers::event_named(engine.store(), uid).await? {
            events.push(id);
        }
    }
    answers::export_comparison(engine.store(), events, &comparison.out).await?;
    say(output, "compare", comparison.out)
}

fn say(output: &Output, chart: &'static str, file: PathBuf) -> Result<ExitCode> {
    output.result(&Drawn { chart, file }, |drawn| drawn.file.display().to_string())?;
    Ok(ExitCode::SUCCESS)
}
