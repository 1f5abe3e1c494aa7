//! `rollcall-cli run`.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::output::Output;
use crate::session::Session;

pub(crate) async fn run(_session: &Session, _output: &Output) -> Result<ExitCode> {
    bail!("not built yet")
}
