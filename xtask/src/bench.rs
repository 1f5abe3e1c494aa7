//! `cargo xtask bench`: the goals, measured, beside peers in the same run.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::command::{self, cargo, program, target};
use crate::setup;

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// Without the campaigns to 100,000 and to 1,000,000 guests, and with short measurements of pace.
    #[arg(long)]
    quick: bool,
    /// Only benchmarks whose name contains this: import, month, mirror, recurrence, receipts, pace, sending, window.
    filter: Option<String>,
}

/// Runs the benchmarks, with the window as it is released.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::system_libraries()?;
    setup::test_world()?;
    setup::window_contents()?;
    command::run(&mut cargo(&["build", "--release", "--package", "rollcall", "--bin", "rollcall"]))?;
    let mut arguments = vec!["bench", "--package", "cli", "--bench", "goals", "--"];
    arguments.extend(options.quick.then_some("--quick"));
    arguments.extend(options.filter.as_deref());
    let mut bench = on_display(&cargo(&arguments));
    bench.env("ROLLCALL_PYTHON", setup::test_python()?).env("ROLLCALL_TOOLS", setup::tools()?);
    command::run(bench.env("ROLLCALL_WINDOW", target()?.join("release/rollcall")))
}

/// The same command with a display and a session of its own, whatever else is on this machine.
fn on_display(command: &Command) -> Command {
    let mut with_display = program("xvfb-run", &["--auto-servernum", "--server-args=-screen 0 1400x1000x24", "dbus-run-session", "--"]);
    with_display.arg(command.get_program()).args(command.get_args());
    with_display
}
