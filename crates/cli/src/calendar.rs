//! `rollcall-cli calendar`.

mod rule;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use engine::Engine;
use engine::calendars::import;
use engine::calendars::view::{CalendarView, DeletedEvent, ImportPreview, ImportProblem, ImportRow, ImportTarget, RecentChange};
use engine::calendars::{calendar_changes, deleted_events, export_calendar, find_calendar, list_calendars, set_standing_order};
use serde::Serialize;

use crate::event::{field_line, from_whom};
use crate::output::Output;
use crate::session::Session;

/// What `calendar` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Bring events in from .ics files. What is there already is updated.
    Import(Import),
    /// Name every calendar.
    List,
    /// Change how a calendar behaves.
    Set {
        /// The calendar.
        name: String,
        /// `yes-maybe` tells those who said yes or maybe of every change without asking, once edits have rested for five minutes; `off` asks.
        #[arg(long, value_name = "ORDER")]
        standing_order: StandingOrder,
    },
    /// Name what changed in a calendar, the newest first.
    Changes {
        /// The calendar.
        name: String,
        /// How many at most.
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: usize,
        /// Name what was deleted instead; `event restore` brings it back.
        #[arg(long)]
        deleted: bool,
    },
    /// Rules that write one calendar's events into another too: set, list, remove.
    #[command(subcommand)]
    Rule(rule::Verb),
    /// Events that look like one that somebody made by hand in a rule's calendar: list, settle.
    #[command(subcommand)]
    Twin(rule::Twin),
    /// Write iCalendar to standard output, one VCALENDAR a calendar.
    Export {
        /// Only this one.
        #[arg(long, value_name = "NAME")]
        calendar: Option<String>,
    },
}

/// Who hears of changes without the organizer being asked.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum StandingOrder {
    /// The organizer is asked.
    Off,
    /// Those who said yes or maybe.
    YesMaybe,
}

/// What to import, and where to.
#[derive(clap::Args)]
pub(crate) struct Import {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Calendar to put them in, new or existing; by default named after the file.
    #[arg(long, value_name = "NAME")]
    calendar: Option<String>,
    /// Move every event later by so many weeks; earlier where negative.
    #[arg(long, value_name = "N", default_value_t = 0, allow_negative_numbers = true)]
    shift_weeks: i32,
    /// Say what would happen and store nothing.
    #[arg(long)]
    dry_run: bool,
    /// Cancel what the last import of the same file held and this one does not.
    #[arg(long)]
    cancel_missing: bool,
}

/// What `calendar import` prints.
#[derive(Serialize)]
struct Imported {
    calendar: String,
    new: u32,
    updated: u32,
    unchanged: u32,
    missing: usize,
    missing_events: Vec<ImportRow>,
    invalid: Vec<ImportProblem>,
    /// For undoing it in the window; empty where nothing was stored.
    import: String,
}

/// A calendar as `calendar export` prints it with `--json`.
#[derive(Serialize)]
struct Exported {
    calendar: String,
    ical: String,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::Import(arguments) => import(arguments, &engine, output).await,
        Verb::List => {
            output.result(&list_calendars(&engine).await?, |calendars| lines(calendars, calendar_line))?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Set { name, standing_order } => {
            let calendar = find_calendar(&engine, &name).await?;
            let on = matches!(standing_order, StandingOrder::YesMaybe);
            output.result(&set_standing_order(&engine, &calendar.id, on).await?, calendar_line)?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Changes { name, deleted: true, limit } => {
            let calendar = find_calendar(&engine, &name).await?;
            let mut events = deleted_events(&engine, &calendar.id).await?;
            events.truncate(limit);
            output.result(&events, |events| lines(events, deleted_line))?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Changes { name, deleted: false, limit } => {
            output.result(&changes(&engine, &name, limit).await?, |changes| lines(changes, change_line))?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Rule(verb) => rule::run(verb, &engine, output).await,
        Verb::Twin(verb) => rule::twin(verb, &engine, output).await,
        Verb::Export { calendar } => export(calendar, &engine, output).await,
    }
}

async fn changes(engine: &Engine, name: &str, limit: usize) -> Result<Vec<RecentChange>> {
    let calendar = find_calendar(engine, name).await?;
    let mut rows: Vec<RecentChange> = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = calendar_changes(engine, &calendar.id, &cursor).await?;
        rows.extend(page.rows);
        cursor = page.next;
        if cursor.is_empty() || rows.len() >= limit {
            rows.truncate(limit);
            return Ok(rows);
        }
    }
}

async fn export(calendar: Option<String>, engine: &Engine, output: &Output) -> Result<ExitCode> {
    let calendars = match calendar {
        Some(name) => vec![find_calendar(engine, &name).await?],
        None => list_calendars(engine).await?,
    };
    let mut exported = Vec::with_capacity(calendars.len());
    for calendar in calendars {
        exported.push(Exported { ical: export_calendar(engine, &calendar.id).await?, calendar: calendar.name });
    }
    let text: String = exported.iter().map(|exported| exported.ical.as_str()).collect();
    output.text(&exported, &text)?;
    Ok(ExitCode::SUCCESS)
}

async fn import(arguments: Import, engine: &Engine, output: &Output) -> Result<ExitCode> {
    let target = arguments.calendar.map(|name| ImportTarget::Named { name });
    let preview = import::preview_files(engine, arguments.files, target.clone(), arguments.shift_weeks).await?;
    let name = match target {
        Some(ImportTarget::Named { name }) => name,
        _ => preview.suggested_name.clone(),
    };
    let nothing_read = preview.files.iter().all(|file| !file.unreadable.is_empty());
    let mut imported = imported(preview, name.clone());
    if !arguments.dry_run && !nothing_read {
        let result = import::apply(engine, &imported.import, ImportTarget::Named { name }, arguments.cancel_missing).await?;
        (imported.new, imported.updated, imported.unchanged) = (result.new, result.updated, result.unchanged);
        (imported.calendar, imported.import) = (result.calendar_name, result.id);
    } else {
        imported.import.clear();
    }
    output.result(&imported, words)?;
    Ok(if nothing_read { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn imported(preview: ImportPreview, calendar: String) -> Imported {
    let ImportPreview { id, new, updated, unchanged, missing, invalid, .. } = preview;
    Imported { calendar, new, updated, unchanged, missing: missing.len(), missing_events: missing, invalid, import: id }
}

fn words(imported: &Imported) -> String {
    let Imported { calendar, new, updated, unchanged, missing_events, invalid, .. } = imported;
    let counts = format!("{calendar}: {new} new, {updated} updated, {unchanged} unchanged");
    let missing = missing_events.iter().map(|row| format!("no longer in the file: {} {} ({})", row.start, row.summary, row.uid));
    let invalid = invalid.iter().map(|problem| format!("{}, line {}: {}", problem.file, problem.line, problem.reason));
    std::iter::once(counts).chain(missing).chain(invalid).collect::<Vec<_>>().join("\n")
}

fn calendar_line(calendar: &CalendarView) -> String {
    let CalendarView { name, events, first_day, last_day, standing_order, .. } = calendar;
    let order = if *standing_order { "; tells Yes and Maybe of changes without asking" } else { "" };
    if first_day.is_empty() {
        format!("{name}: no events{order}")
    } else {
        format!("{name}: {events} events, {first_day} to {last_day}{order}")
    }
}

fn change_line(change: &RecentChange) -> String {
    let RecentChange { summary, uid, version, .. } = change;
    let from = from_whom(&version.source, &version.account);
    let fields = version.fields.iter().map(|field| format!("    {}", field_line(field)));
    let head = format!("{}  {from}  {summary}: {} ({uid})", version.at, version.words);
    std::iter::once(head).chain(fields).collect::<Vec<_>>().join("\n")
}

fn deleted_line(event: &DeletedEvent) -> String {
    let DeletedEvent { at, summary, start, uid, version, .. } = event;
    format!("{at}  {}  {summary}, {start} ({uid}, version {version})", from_whom(&event.source, &event.account))
}

/// A line each.
pub(crate) fn lines<T>(items: &[T], line: impl Fn(&T) -> String) -> String {
    items.iter().map(line).collect::<Vec<_>>().join("\n")
}
