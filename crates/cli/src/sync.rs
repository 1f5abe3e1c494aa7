//! `rollcall-cli sync` and `rollcall-cli clash`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use engine::sync;
use engine::sync::view::{AccountSynced, CalendarSynced};

use crate::output::Output;
use crate::session::Session;

/// What to look at.
#[derive(Args)]
pub(crate) struct Arguments {
    /// One account; else all.
    account: Option<String>,
}

/// What `clash` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// What was edited here and at a provider: what was kept, and what the other had.
    List,
    /// See to one: what was kept stays.
    Settle {
        id: String,
        /// What the other had takes its place.
        #[arg(long)]
        other: bool,
    },
}

/// Looks at accounts once. Exit status 3 where something could not be looked at or written.
pub(crate) async fn run(arguments: Arguments, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let reports = sync::sync(&engine, arguments.account.as_deref()).await?;
    output.result(&reports, |reports| reports.iter().map(shown).collect::<Vec<_>>().join("\n"))?;
    let is_whole = reports.iter().all(|report| {
        report.problem.is_empty() && report.calendars.iter().all(|calendar| calendar.problem.is_empty() && calendar.refused == 0)
    });
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

pub(crate) async fn clash(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::List => output.result(&sync::clashes(&engine).await?, |clashes| {
            let line = |clash: &sync::view::ClashView| {
                format!(
                    "{}\t{}\t{}: here “{}”, there “{}”, kept {}",
                    clash.id, clash.summary, clash.field, clash.here, clash.there, clash.kept
                )
            };
            clashes.iter().map(line).collect::<Vec<_>>().join("\n")
        })?,
        Verb::Settle { id, other } => {
            sync::settle_clash(&engine, &id, other).await?;
            output.say("Settled.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn shown(report: &AccountSynced) -> String {
    let mut lines = vec![format!("{}\t{}", report.label, report.problem)];
    for calendar in &report.calendars {
        // What stops the whole account is said once.
        let problem = Some(&calendar.problem).filter(|problem| !problem.is_empty() && **problem != report.problem);
        let mut said: Vec<String> = counts(calendar).into_iter().chain(problem.cloned()).collect();
        if said.is_empty() {
            said.push(if calendar.problem.is_empty() { "nothing new" } else { "not looked at to its end" }.to_owned());
        }
        lines.push(format!("  {}: {}", calendar.name, said.join(", ")));
    }
    lines.join("\n")
}

/// What a look did, where it did anything.
fn counts(calendar: &CalendarSynced) -> Vec<String> {
    let counts = [
        (calendar.changes, "changed here"),
        (calendar.written, "written there"),
        (calendar.refused, "refused there"),
        (calendar.clashes, "edited in both places"),
        (calendar.unreadable, "cannot be read"),
    ];
    counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect()
}
