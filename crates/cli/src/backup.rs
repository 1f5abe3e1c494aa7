//! `rollcall-cli backup` and `restore`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Args;

use crate::output::Output;
use crate::session::Session;

/// Where the backup goes.
#[derive(Args)]
pub(crate) struct Backup {
    file: PathBuf,
}

/// Which backup to put in place.
#[derive(Args)]
pub(crate) struct Restore {
    file: PathBuf,
}

pub(crate) async fn back_up(arguments: &Backup, _session: &Session, _output: &Output) -> Result<ExitCode> {
    bail!("not built yet: {:?}", arguments.file)
}

pub(crate) async fn restore(arguments: &Restore, _session: &Session, _output: &Output) -> Result<ExitCode> {
    bail!("not built yet: {:?}", arguments.file)
}
