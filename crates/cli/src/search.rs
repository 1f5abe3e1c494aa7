//! `rollcall-cli search`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use engine::calendars;
use engine::calendars::view::SearchHit;

use crate::output::Output;
use crate::session::Session;

/// What to find.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Beginnings of words, in any order.
    #[arg(required = true)]
    words: Vec<String>,
}

pub(crate) async fn run(arguments: &Arguments, session: &Session, output: &Output) -> Result<ExitCode> {
    let hits = calendars::search(&session.engine().await?, &arguments.words.join(" ")).await?;
    output.result(&hits, |hits| hits.iter().map(line).collect::<Vec<_>>().join("\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn line(hit: &SearchHit) -> String {
    let parts = [&hit.kind, &hit.id, &hit.title, &hit.detail, &hit.day];
    parts.map(String::as_str).join("\t").trim_end().to_owned()
}
