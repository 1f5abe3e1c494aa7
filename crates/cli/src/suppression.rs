//! `rollcall-cli suppression`.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use engine::guests;
use engine::guests::view::SuppressionView;
use serde_json::json;

use crate::output::Output;
use crate::session::Session;

/// Addresses of one page.
const PAGE: u32 = 1_000;

/// What `suppression` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Every address that gets no mail, the latest first, with the reason and what said so.
    List {
        /// Only addresses that hold these letters.
        #[arg(long, value_name = "TEXT", default_value = "")]
        search: String,
    },
    /// Stop mail to addresses, whether or not they are guests.
    Add {
        #[arg(required = true, value_name = "EMAIL")]
        addresses: Vec<String>,
        /// Why, in your words.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Let mail to addresses again, whatever stopped it.
    Remove {
        #[arg(required = true, value_name = "EMAIL")]
        addresses: Vec<String>,
    },
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::List { search } => {
            let mut all = Vec::new();
            let mut cursor = String::new();
            loop {
                let page = guests::suppressions(engine.store(), &search, &cursor, PAGE).await?;
                all.extend(page.rows);
                cursor = page.next;
                if cursor.is_empty() {
                    break;
                }
            }
            output.result(&all, |all| words(all))?;
        }
        Verb::Add { addresses, note } => {
            let added = guests::add_suppressions(&engine, &addresses, &note).await?;
            output.result(&json!({ "added": added }), |_| format!("{added} addresses get no mail from now on."))?;
        }
        Verb::Remove { addresses } => {
            let removed = guests::lift_suppressions(&engine, &addresses).await?;
            output.result(&json!({ "removed": removed }), |_| format!("{removed} addresses get mail again."))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn words(all: &[SuppressionView]) -> String {
    let mut words = String::new();
    for SuppressionView { address, words: why, evidence, at, .. } in all {
        let evidence = if evidence.is_empty() { String::new() } else { format!(" “{evidence}”") };
        // Writing to a string cannot fail.
        let _ = writeln!(words, "{address}\t{why}{evidence}\t{at}");
    }
    if words.is_empty() { "Every address gets mail.".to_owned() } else { words }
}
