//! `rollcall-cli inbox`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use crate::output::Output;
use crate::session::Session;

/// What `inbox` does.
#[derive(Subcommand)]
pub(crate) enum Verb {}

pub(crate) async fn run(verb: Verb, _session: &Session, _output: &Output) -> Result<ExitCode> {
    match verb {}
}
