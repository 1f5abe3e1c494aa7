//! `rollcall-cli rehearse`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::output::Output;
use crate::session::Session;
/// What to rehearse.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The file.
    file: Option<PathBuf>,
}

pub(crate) async fn run(arguments: &Arguments, _session: &Session, _output: &Output) -> Result<ExitCode> {
    bail!("not built yet: {:?}", arguments.file)
}
