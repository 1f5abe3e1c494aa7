//! `rollcall-cli command`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use engine::accounts::view::AccountRole;
use engine::commands::view::{CommandForm, CommandLogView, CommandView, WordingView};
use engine::{Engine, accounts, calendars, commands};
use serde_json::json;

use crate::campaign;
use crate::output::Output;
use crate::session::Session;

/// What `command` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Take invitations at an address: who adds it as a guest to an event of their own calendar has the event here too.
    Add(Form),
    /// Change what an address does.
    Set(Form),
    /// Every address that takes invitations.
    List,
    /// Take invitations at an address no more; its events stay.
    Remove { address: String },
    /// What became of each message to such an address, the latest first.
    Log {
        address: Option<String>,
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// The words that invitations are answered with; with --template they are changed.
    Words {
        /// created, updated, cancelled or failed.
        #[arg(requires = "template")]
        kind: Option<String>,
        /// File with the message; a first line `Subject: …` is its subject.
        #[arg(long, value_name = "FILE", requires = "kind")]
        template: Option<PathBuf>,
    },
}

/// What an address does.
#[derive(Args)]
pub(crate) struct Form {
    /// Delivered into the inbox, such as the inbox's own address with `+create` before the @.
    address: String,
    /// Inbox that its mail arrives in.
    #[arg(long, value_name = "NAME")]
    inbox: String,
    /// Calendar that the events are put into.
    #[arg(long, value_name = "NAME")]
    calendar: String,
    /// Account that confirms.
    #[arg(long, value_name = "NAME")]
    sender: String,
    /// Who may do so: the address that their calendar sends invitations from.
    #[arg(long, required = true, num_args = 1.., value_name = "ADDRESS")]
    from: Vec<String>,
    /// Also take invitations that no server checked. Anyone who knows both addresses can then forge one.
    #[arg(long)]
    allow_unchecked: bool,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::Add(form) => {
            let added = commands::add(&engine, read(&engine, form).await?).await?;
            output.result(&added, |added| words(std::slice::from_ref(added)))?;
        }
        Verb::Set(form) => {
            let changed = commands::change(&engine, read(&engine, form).await?).await?;
            output.result(&changed, |changed| words(std::slice::from_ref(changed)))?;
        }
        Verb::List => output.result(&commands::list(&engine).await?, |all| words(all))?,
        Verb::Remove { address } => {
            let removed = commands::find(&engine, &address).await?.address;
            commands::remove(&engine, &removed).await?;
            output.result(&json!({ "removed": removed }), |_| format!("{removed} takes no invitations any more. Its events stay."))?;
        }
        Verb::Log { address, limit } => {
            let log = commands::log(&engine, address.as_deref(), limit).await?;
            output.result(&log, |log| log_words(log))?;
        }
        Verb::Words { kind: Some(kind), template } => {
            let (subject, body) = campaign::message(template, None)?;
            let written = commands::put_wording(&engine, &kind, &subject, &body).await?;
            output.result(&written, wording_words)?;
        }
        Verb::Words { kind: None, .. } => {
            let all = commands::wordings(&engine).await?;
            output.result(&all, |all| all.iter().map(wording_words).collect::<Vec<_>>().join("\n\n"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn read(engine: &Engine, form: Form) -> Result<CommandForm> {
    let Form { address, inbox, calendar, sender, from, allow_unchecked } = form;
    Ok(CommandForm {
        address,
        inbox: accounts::named(engine.store(), AccountRole::Inbox, &inbox).await?.id,
        calendar: calendars::find_calendar(engine, &calendar).await?.id,
        sender: accounts::named(engine.store(), AccountRole::Sender, &sender).await?.id,
        allowed: from,
        trusts_silence: allow_unchecked,
    })
}

fn words(all: &[CommandView]) -> String {
    let mut words = String::new();
    for CommandView { address, calendar, allowed, problem, .. } in all {
        // Writing to a string cannot fail.
        let _ = writeln!(words, "{address}\tputs invitations of {} into {calendar}", allowed.join(", "));
        if !problem.is_empty() {
            let _ = writeln!(words, "\t{problem}");
        }
    }
    if words.is_empty() { "No address takes invitations. `command add` adds one.".to_owned() } else { words }
}

fn log_words(log: &[CommandLogView]) -> String {
    let mut words = String::new();
    for CommandLogView { at, from, subject, outcome, detail, reply, reply_problem, .. } in log {
        let detail = if detail.is_empty() { String::new() } else { format!("\t{detail}") };
        let problem = if reply_problem.is_empty() { String::new() } else { format!(" ({reply_problem})") };
        // Writing to a string cannot fail.
        let _ = writeln!(words, "{at}\t{outcome}\t{from}\t{subject}{detail}\tanswer: {reply}{problem}");
    }
    if words.is_empty() { "No invitation came yet. `inbox pull` looks for new ones.".to_owned() } else { words }
}

fn wording_words(wording: &WordingView) -> String {
    let WordingView { kind, subject, body, version } = wording;
    let whose = if *version == 0 { "as they come with Rollcall".to_owned() } else { format!("version {version}") };
    format!("{kind} ({whose})\nSubject: {subject}\n\n{body}")
}
