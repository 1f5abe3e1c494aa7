//! `cargo xtask test`: every test, on a machine that had nothing but Rust, Node, Python and git.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::command::{self, cargo, program};
use crate::{fuzz, lint, setup};

/// Which tests.
#[derive(Args)]
pub(crate) struct Options {
    /// Leave out the real window.
    #[arg(long)]
    no_window: bool,
    /// Only what happens when something breaks, and all of it: takes a while.
    #[arg(long)]
    faults: bool,
    /// Only the largest screens, with a million rows, and the largest mailbox: takes a few minutes.
    #[arg(long)]
    many: bool,
    /// Passed on to the Rust tests: a name to filter by.
    filter: Option<String>,
}

/// Installs and runs them.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::system_libraries()?;
    setup::test_world()?;
    if options.faults {
        return faults();
    }
    setup::window_contents()?;
    if options.many {
        return many();
    }
    if options.filter.is_none() {
        lint::run()?;
        command::run(&mut program("npm", &["--prefix", "ui", "test"]))?;
    }
    rust_tests(options)?;
    if options.filter.is_none() {
        fuzz::short()?;
    }
    Ok(())
}

fn rust_tests(options: &Options) -> Result<()> {
    let filter = options.filter.as_deref();
    let arguments: Vec<&str> = ["test", "--workspace", "--exclude", "rollcall"].into_iter().chain(filter).collect();
    command::run(with_servers(&mut cargo(&arguments))?)?;
    let mut arguments: Vec<&str> = vec!["test", "--package", "rollcall"];
    if options.no_window {
        arguments.extend(["--lib", "--test", "types"]);
    }
    arguments.extend(filter);
    command::run(with_servers(&mut cargo(&arguments))?)
}

/// Five hundred kills of what sends, every byte of a dialogue, a full disk, copies and old states, a hundred thousand guests, and two thousand
/// edits on both sides of a mirror. Built as it is shipped: a debug build signs and builds so many messages too slowly.
fn faults() -> Result<()> {
    let mut tests = cargo(&["test", "--release", "--package", "cli", "--test", "cli", "faults", "--", "--nocapture"]);
    command::run(with_servers(tests.env("ROLLCALL_FAULTS", "all"))?)?;
    let walks = ["test", "--release", "--package", "engine", "--test", "engine", "two_thousand_edits", "--", "--ignored", "--nocapture"];
    command::run(with_servers(&mut cargo(&walks))?)
}

/// A million guests and deliveries, and a hundred thousand answers, in the real window; and as many messages in a mailbox. That is read by a
/// program that is built as it is shipped, for a debug build takes longer to read than a server to hand out.
fn many() -> Result<()> {
    let reading = ["test", "--release", "--package", "engine", "--test", "engine", "first_pull", "--", "--nocapture"];
    command::run(with_servers(cargo(&reading).env("ROLLCALL_MANY", "1"))?)?;
    let mut window = cargo(&["test", "--package", "rollcall", "--test", "window", "--", "rows::", "answers::", "charts::"]);
    command::run(with_servers(window.env("ROLLCALL_MANY", "1"))?)
}

fn with_servers(command: &mut Command) -> Result<&mut Command> {
    Ok(command.env("ROLLCALL_PYTHON", setup::test_python()?).env("ROLLCALL_TOOLS", setup::tools()?))
}
