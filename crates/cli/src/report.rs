//! `rollcall-cli report`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use engine::answers;
use serde::Serialize;

use crate::chart::Of;
use crate::output::Output;
use crate::session::Session;

/// About what, and where to.
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    of: Of,
    /// A name that ends in .pdf.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Saved {
    file: PathBuf,
}

pub(crate) async fn run(arguments: Arguments, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let of = arguments.of.named(&engine).await?;
    answers::save_report(&engine, of, &arguments.out).await?;
    output.result(&Saved { file: arguments.out }, |saved| saved.file.display().to_string())?;
    Ok(ExitCode::SUCCESS)
}
