//! `cargo xtask bench`: the goals, measured, beside peers in the same run.

use anyhow::Result;
use clap::Args;

use crate::command::{self, cargo};
use crate::setup;

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// Only benchmarks whose name contains this.
    filter: Option<String>,
}

/// Runs the benchmarks.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::system_libraries()?;
    setup::test_world()?;
    let arguments: Vec<&str> =
        ["bench", "--package", "cli", "--bench", "goals", "--"].into_iter().chain(options.filter.as_deref()).collect();
    command::run(cargo(&arguments).env("ROLLCALL_PYTHON", setup::test_python()?))
}
