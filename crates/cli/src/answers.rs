//! `rollcall-cli answers`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use engine::answers::view::AnswersOf;
use engine::{Engine, answers, guests};

use crate::output::Output;
use crate::session::Session;

/// What `answers` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Yes, maybe, no and no answer, and who said what.
    Show(Show),
    /// Everybody's answer as CSV.
    Export(Export),
    /// Enter an answer in a guest's place, such as one given by phone; `desk undo` takes it back.
    Set(Set),
}

/// What was said.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Said {
    Yes,
    Maybe,
    No,
    /// Takes away what was there.
    None,
}

/// Who said it, and to what.
#[derive(Args)]
pub(crate) struct Set {
    /// UID of the event.
    #[arg(long, value_name = "UID")]
    event: String,
    /// Whose answer it is; may be given several times.
    #[arg(long, value_name = "EMAIL", required = true)]
    guest: Vec<String>,
    answer: Said,
    /// How you know.
    #[arg(long, default_value = "")]
    note: String,
}

/// Whose answers.
#[derive(Args)]
pub(crate) struct Show {
    /// UID of the event.
    #[arg(long, value_name = "UID")]
    event: String,
}

/// Whose answers, and where to.
#[derive(Args)]
pub(crate) struct Export {
    /// UID of the event.
    #[arg(long, value_name = "UID")]
    event: String,
    /// As CSV, the only form there is.
    #[arg(long, required = true)]
    csv: bool,
    /// Into this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    match verb {
        Verb::Show(arguments) => show(&arguments, session, output).await,
        Verb::Export(arguments) => export(&arguments, session, output).await,
        Verb::Set(arguments) => set(&arguments, session, output).await,
    }
}

async fn show(arguments: &Show, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let of = answers::event_named(engine.store(), &arguments.event).await?;
    let report = answers::report(engine.store(), of).await?;
    output.result(&report, |report| {
        let mut words = format!("{} yes, {} maybe, {} no, {} without an answer\n", report.yes, report.maybe, report.no, report.none);
        for guest in &report.guests {
            // Writing to a string cannot fail.
            let _ = writeln!(words, "{:<5}  {}{}", guest.answer, guest.email, if guest.by_hand { "  (entered by hand)" } else { "" });
        }
        words
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn export(arguments: &Export, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let of = answers::event_named(engine.store(), &arguments.event).await?;
    match &arguments.out {
        Some(path) => {
            answers::export_csv(engine.store(), of, path).await?;
            output.result(&path.display().to_string(), Clone::clone)?;
        }
        None => output.result(&answers::csv(engine.store(), of).await?, Clone::clone)?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn set(arguments: &Set, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let event = event_id(&engine, &arguments.event).await?;
    let mut named = Vec::new();
    for address in &arguments.guest {
        named.push(guests::named(engine.store(), address).await?.id);
    }
    let answer = match arguments.answer {
        Said::Yes => "yes",
        Said::Maybe => "maybe",
        Said::No => "no",
        Said::None => "none",
    };
    let set = answers::set_by_hand(&engine, &event, &named, answer, &arguments.note).await?;
    output.result(&set, |set| format!("Entered. Taken back with: desk undo {}", set.receipts.join(" ")))?;
    Ok(ExitCode::SUCCESS)
}

/// The event with this UID.
pub(crate) async fn event_id(engine: &Engine, uid: &str) -> Result<String> {
    match answers::event_named(engine.store(), uid).await? {
        AnswersOf::Event(event) => Ok(event),
        AnswersOf::Campaign(_) => anyhow::bail!("{uid} is no event."),
    }
}
