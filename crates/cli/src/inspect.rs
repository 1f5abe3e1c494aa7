//! `rollcall-cli inspect`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::output::Output;

/// What to inspect.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The file.
    file: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, _output: &Output) -> Result<ExitCode> {
    bail!("not built yet: {:?}", arguments.file)
}
