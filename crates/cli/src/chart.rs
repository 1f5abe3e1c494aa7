//! `rollcall-cli chart`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use engine::answers::{self, view::ChartKind};
use serde::Serialize;

use crate::output::Output;
use crate::session::Session;

/// What `chart` draws.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Yes, maybe, no and no answer to one event.
    Answers(Drawing),
    /// The answers to one event over time since its invitations went out.
    Timeline(Drawing),
    /// The answers to every event of the calendar that the event stands in.
    Season(Drawing),
}

/// Of what, and where to.
#[derive(Args)]
pub(crate) struct Drawing {
    /// UID of the event.
    #[arg(long, value_name = "UID")]
    event: String,
    /// A name that ends in .svg or .png.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Drawn {
    chart: ChartKind,
    file: PathBuf,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let (kind, drawing) = match verb {
        Verb::Answers(drawing) => (ChartKind::Answers, drawing),
        Verb::Timeline(drawing) => (ChartKind::Timeline, drawing),
        Verb::Season(drawing) => (ChartKind::Season, drawing),
    };
    let engine = session.engine().await?;
    let of = answers::event_named(engine.store(), &drawing.event).await?;
    answers::export_chart(engine.store(), kind, Some(of), &drawing.out).await?;
    output.result(&Drawn { chart: kind, file: drawing.out }, |drawn| drawn.file.display().to_string())?;
    Ok(ExitCode::SUCCESS)
}
