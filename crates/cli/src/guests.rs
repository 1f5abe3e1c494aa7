//! `rollcall-cli guests`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use engine::guests;
use engine::guests::view::{GuestPreview, GuestProblem, GuestSource, HeldThen};
use serde::Serialize;

use crate::output::Output;
use crate::session::Session;

/// What `guests` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Import guests from CSV, XLSX or vCard into a list.
    Import(Import),
    /// What a guest held of each event at a moment: which revision they were last sent, with its words, and what is otherwise now.
    Show {
        /// The guest's address.
        address: String,
        /// A day, which means its end, or an instant; by default now.
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
    /// Undo an import as a whole.
    Undo {
        /// Which one: `guests import` ends with it.
        id: String,
    },
}

/// What to import.
#[derive(Args)]
pub(crate) struct Import {
    file: PathBuf,
    /// The list; made where there is none of that name.
    #[arg(long, value_name = "NAME")]
    list: String,
    /// Where columns go, by their name or number: email, name, `first_name`, `last_name`, zone, language, role, consent, skip, or a field of your own.
    #[arg(long, value_name = "FIELD=COLUMN", value_delimiter = ',', value_parser = choice)]
    map: Vec<(String, String)>,
    /// Take the suggested address wherever a typing error is likely.
    #[arg(long)]
    take_suggestions: bool,
    /// Show what it would do, and store nothing.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Serialize)]
struct Report {
    /// For `guests undo`; empty for a dry run.
    id: String,
    list: String,
    rows: u32,
    new: u32,
    updated: u32,
    unchanged: u32,
    duplicate: u32,
    suppressed: u32,
    invalid: Vec<GuestProblem>,
    duplicates: Vec<GuestProblem>,
    warnings: Vec<GuestProblem>,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    match verb {
        Verb::Import(arguments) => import(arguments, session, output).await,
        Verb::Show { address, at } => {
            let engine = session.engine().await?;
            let guest = guests::named(engine.store(), &address).await?;
            let at = at.unwrap_or_else(|| engine.clock().now().to_string());
            output.result(&guests::show_at(&engine, &guest.id, &at).await?, |held| held_lines(held))?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Undo { id } => {
            guests::undo(&session.engine().await?, &id).await?;
            output.result(&serde_json::json!({ "undone": id }), |_| "The import was undone.".to_owned())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn held_lines(held: &[HeldThen]) -> String {
    if held.is_empty() {
        return "Nothing had been sent to this guest by then.".to_owned();
    }
    held.iter().map(held_line).collect::<Vec<_>>().join("\n")
}

fn held_line(held: &HeldThen) -> String {
    let HeldThen { uid, kind, revision, sent_at, when, summary, place, answer, .. } = held;
    let answer = if answer.is_empty() { "no answer yet" } else { answer };
    let doubt = if held.uncertain { ", which may not have arrived" } else { "" };
    let place = if place.is_empty() { String::new() } else { format!(", {place}") };
    let head = format!("{summary} ({uid})\n  {kind} of {sent_at}, revision {revision}{doubt}; {answer}\n  {when}{place}");
    let now = held.changes.iter().map(|change| format!("  now {}", crate::event::field_line(change)));
    std::iter::once(head).chain(now).collect::<Vec<_>>().join("\n")
}

async fn import(arguments: Import, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let source = GuestSource::File { path: arguments.file.display().to_string() };
    let mut preview = guests::preview(&engine, source).await?;
    if !arguments.map.is_empty() {
        let fields = guests::choose(&preview.columns, &arguments.map)?;
        preview = guests::remap(&engine, &preview.id, fields).await?;
    }
    if arguments.take_suggestions {
        let doubtful = preview.invalid.iter().chain(&preview.warnings).filter(|problem| !problem.suggestion.is_empty());
        let lines: Vec<u32> = doubtful.map(|problem| problem.line).collect();
        preview = guests::correct(&engine, &preview.id, &lines).await?;
    }
    let usable = preview.new + preview.updated + preview.unchanged > 0;
    let report = if arguments.dry_run || !usable {
        report(preview, String::new(), arguments.list)
    } else {
        let stored = guests::apply(&engine, &preview.id, &arguments.list).await?;
        report(preview, stored.id, stored.list_name)
    };
    output.result(&report, words)?;
    Ok(if usable { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(preview: GuestPreview, id: String, list: String) -> Report {
    let GuestPreview { rows, new, updated, unchanged, duplicate, suppressed, invalid, duplicates, warnings, .. } = preview;
    Report { id, list, rows, new, updated, unchanged, duplicate, suppressed, invalid, duplicates, warnings }
}

fn words(report: &Report) -> String {
    let done = if report.id.is_empty() { "Would be put" } else { "Put" };
    let mut lines = vec![format!(
        "{done} on “{}”: {} new, {} updated, {} unchanged. Left out: {} duplicate, {} invalid. {} are suppressed and get no mail.",
        report.list,
        report.new,
        report.updated,
        report.unchanged,
        report.duplicate,
        report.invalid.len(),
        report.suppressed
    )];
    let kinds = [("invalid", &report.invalid), ("duplicate", &report.duplicates), ("look at", &report.warnings)];
    for (kind, problems) in kinds {
        lines.extend(problems.iter().map(|problem| {
            let suggestion = if problem.suggestion.is_empty() { String::new() } else { format!(" Perhaps {}?", problem.suggestion) };
            // Most reasons name the address themselves.
            let names = problem.address.is_empty() || problem.reason.contains(&problem.address);
            let address = if names { String::new() } else { format!("{} ", problem.address) };
            format!("line {}: {kind}: {address}{}.{suggestion}", problem.line, problem.reason)
        }));
    }
    if !report.id.is_empty() {
        lines.push(format!("`guests undo {}` takes this back.", report.id));
    }
    lines.join("\n")
}

fn choice(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((field, column)) if !field.trim().is_empty() && !column.trim().is_empty() => {
            Ok((field.trim().to_owned(), column.trim().to_owned()))
        }
        _ => Err("write FIELD=COLUMN, such as email=Contact".to_owned()),
    }
}
