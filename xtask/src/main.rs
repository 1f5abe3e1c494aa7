//! Everything one does with this repository: `cargo xtask start | test | lint | bench | fuzz | package | types`.
#![expect(clippy::print_stdout, reason = "a task talks to whoever started it")]

mod arrows;
mod bench;
mod command;
mod fuzz;
mod lint;
mod package;
mod setup;
mod sizes;
mod start;
mod test;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tasks of the Rollcall repository")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what is missing, build, and open the window; without a display, run the rehearsal in the terminal.
    Start,
    /// Install what is missing and run every test: Rust, the window's contents, real servers, the real window.
    Test(test::Options),
    /// Formatting, lints, arrows between crates, file sizes, types in step.
    Lint,
    /// Measure against the goals, and against peers in the same run.
    Bench(bench::Options),
    /// Throw bytes at everything that reads what others wrote.
    Fuzz(fuzz::Options),
    /// Build the installer of this system.
    Package(package::Options),
    /// Write the TypeScript of every command, event and type anew.
    Types,
}

fn main() -> Result<()> {
    match Arguments::parse().task {
        Task::Start => start::run(),
        Task::Test(options) => test::run(&options),
        Task::Lint => lint::run(),
        Task::Bench(options) => bench::run(&options),
        Task::Fuzz(options) => fuzz::run(&options),
        Task::Package(options) => package::run(&options),
        Task::Types => lint::write_types(),
    }
}
