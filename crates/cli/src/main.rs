//! The command line: the same engine as the window's, without a window. Its shape is a contract for scripts.

mod account;
mod answers;
mod archive;
mod backup;
mod calendar;
mod calendar_account;
mod campaign;
mod changes;
mod chart;
mod command;
mod desk;
mod event;
mod expand;
mod guests;
mod holding;
mod inbox;
mod inspect;
mod ledger;
mod list;
mod output;
mod rehearse;
mod report;
mod run;
mod search;
mod sender;
mod session;
mod settings;
mod suppression;
mod sync;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::output::Output;
use crate::session::{Session, SessionOptions};

/// Calendar invitations from your own account, thousands at a click.
#[derive(Parser)]
#[command(name = "rollcall-cli", version)]
struct Arguments {
    #[command(flatten)]
    session: SessionOptions,
    /// Print one JSON document (or one a line for a stream) on standard output and nothing else there.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    noun: Noun,
}

#[derive(Subcommand)]
enum Noun {
    /// Calendars: import, list, export.
    #[command(subcommand)]
    Calendar(calendar::Verb),
    /// Calendars at Google, Microsoft, CalDAV or by feed: add, list, calendars, mirror, create-calendar, stop-mirroring, reconnect, remove.
    #[command(subcommand)]
    Account(calendar_account::Verb),
    /// Look at connected calendars now: take in what changed there, write what changed here.
    Sync(sync::Arguments),
    /// What was edited here and at a provider: list, settle.
    #[command(subcommand)]
    Clash(sync::Verb),
    /// Events: list, create, show, history, diff, edit, delete, restore.
    #[command(subcommand)]
    Event(Box<event::Verb>),
    /// Occurrences of a file, without a database.
    Expand(expand::Arguments),
    /// What Rollcall understands of a mail or a calendar file.
    Inspect(inspect::Arguments),
    /// Guests: import, undo an import.
    #[command(subcommand)]
    Guests(guests::Verb),
    /// Lists of guests: all, show, delete, restore.
    #[command(subcommand)]
    List(list::Verb),
    /// Addresses that get no mail: list, add, remove.
    #[command(subcommand)]
    Suppression(suppression::Verb),
    /// Accounts that send: add, set, check, list, remove.
    #[command(subcommand)]
    Sender(sender::Verb),
    /// Inboxes that answers come back to: add, probe, edit, check, list, remove, pull, import.
    #[command(subcommand)]
    Inbox(inbox::Verb),
    /// Addresses that take invitations of your own calendar: add, set, list, remove, log, words.
    #[command(subcommand)]
    Command(command::Verb),
    /// Campaigns: create, preview, test, send, status, pause, resume, stop, list.
    #[command(subcommand)]
    Campaign(Box<campaign::Verb>),
    /// The ledger of what was sent: list, settle, adopt.
    #[command(subcommand)]
    Ledger(ledger::Verb),
    /// Events whose guests hold old details: list, send.
    #[command(subcommand)]
    Changes(changes::Verb),
    /// What each guest of an event holds and said: list, update, remind, again, withdraw.
    #[command(subcommand)]
    Holding(holding::Verb),
    /// Answers: show, export, set.
    #[command(subcommand)]
    Answers(answers::Verb),
    /// The messages that came back, as they came: search, export, copy.
    #[command(subcommand)]
    Archive(archive::Verb),
    /// What came back and waits for your ruling: list, show, rule, undo, leavers, leaver.
    #[command(subcommand)]
    Desk(desk::Verb),
    /// Charts as .svg, .png or .csv: answers, timeline, season, funnel, waits, providers, channels, bounces, compare.
    #[command(subcommand)]
    Chart(chart::Verb),
    /// A report of one page about an event or a campaign, as .pdf.
    Report(report::Arguments),
    /// The background work without a window, until stopped.
    Run,
    /// Write a backup.
    Backup(backup::Backup),
    /// Put a backup in place.
    Restore(backup::Restore),
    /// Find events, calendars, guests, lists and campaigns by the beginnings of their words.
    Search(search::Arguments),
    /// Passphrases, the folder of backups, patience with bounces and reminders: show, recovery, backup-folder, bounces, reminders.
    #[command(subcommand)]
    Settings(settings::Verb),
    /// The whole round with practice guests: needs no account, no secret and no display.
    Rehearse(rehearse::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return output.fail(anyhow::Error::new(error).context("Start the background threads")),
    };
    match runtime.block_on(dispatch(arguments.noun, Session::new(arguments.session), &output)) {
        Ok(code) => code,
        Err(error) => output.fail(error),
    }
}

async fn dispatch(noun: Noun, session: Session, output: &Output) -> anyhow::Result<ExitCode> {
    match noun {
        Noun::Calendar(verb) => calendar::run(verb, &session, output).await,
        Noun::Account(verb) => calendar_account::run(verb, &session, output).await,
        Noun::Sync(arguments) => sync::run(arguments, &session, output).await,
        Noun::Clash(verb) => sync::clash(verb, &session, output).await,
        Noun::Event(verb) => event::run(*verb, &session, output).await,
        Noun::Expand(arguments) => expand::run(&arguments, output),
        Noun::Inspect(arguments) => inspect::run(&arguments, output),
        Noun::Guests(verb) => guests::run(verb, &session, output).await,
        Noun::List(verb) => list::run(verb, &session, output).await,
        Noun::Suppression(verb) => suppression::run(verb, &session, output).await,
        Noun::Sender(verb) => sender::run(verb, &session, output).await,
        Noun::Inbox(verb) => inbox::run(verb, &session, output).await,
        Noun::Command(verb) => command::run(verb, &session, output).await,
        Noun::Campaign(verb) => campaign::run(*verb, &session, output).await,
        Noun::Ledger(verb) => ledger::run(verb, &session, output).await,
        Noun::Changes(verb) => changes::run(verb, &session, output).await,
        Noun::Holding(verb) => holding::run(verb, &session, output).await,
        Noun::Answers(verb) => answers::run(verb, &session, output).await,
        Noun::Archive(verb) => archive::run(verb, &session, output).await,
        Noun::Desk(verb) => desk::run(verb, &session, output).await,
        Noun::Report(arguments) => report::run(arguments, &session, output).await,
        Noun::Chart(verb) => chart::run(verb, &session, output).await,
        Noun::Run => run::run(&session, output).await,
        Noun::Backup(arguments) => backup::back_up(&arguments, &session, output).await,
        Noun::Restore(arguments) => backup::restore(&arguments, &session, output).await,
        Noun::Search(arguments) => search::run(&arguments, &session, output).await,
        Noun::Settings(verb) => settings::run(verb, &session, output).await,
        Noun::Rehearse(arguments) => rehearse::run(&arguments, output).await,
    }
}
