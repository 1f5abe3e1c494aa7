//! `rollcall-cli list`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use engine::guests;
use engine::guests::view::{GuestQuery, GuestView};
use serde::Serialize;

use crate::output::Output;
use crate::session::Session;

/// Rows read at once.
const PAGE: u32 = 500;

/// What `list` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Every list.
    All,
    /// The guests of a list.
    Show { name: String },
    /// Delete a list, not its guests.
    Delete { name: String },
    /// Bring a deleted list back.
    Restore {
        /// What `list delete` printed as `id`.
        id: String,
    },
}

#[derive(Serialize)]
struct Shown {
    id: String,
    name: String,
    total: u32,
    guests: Vec<GuestView>,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::All => {
            let lists = guests::all_lists(engine.store()).await?;
            output.result(&lists, |lists| {
                lists.iter().map(|list| format!("{}\t{}", list.name, list.guests)).collect::<Vec<_>>().join("\n")
            })?;
        }
        Verb::Show { name } => {
            let list = guests::list_named(engine.store(), &name).await?;
            let mut shown = Shown { id: list.id.clone(), name: list.name, total: list.guests, guests: Vec::new() };
            loop {
                let from = u32::try_from(shown.guests.len())?;
                let query = GuestQuery { search: String::new(), list: list.id.clone(), from, limit: PAGE };
                let page = guests::page(engine.store(), query).await?.rows;
                if page.is_empty() {
                    break;
                }
                shown.guests.extend(page);
            }
            output.result(&shown, words)?;
        }
        Verb::Delete { name } => {
            let list = guests::list_named(engine.store(), &name).await?;
            guests::delete_list(&engine, &list.id).await?;
            output.result(&list, |list| {
                format!("Deleted the list “{}”; its guests are still here. Undo: list restore {}", list.name, list.id)
            })?;
        }
        Verb::Restore { id } => {
            let list = guests::restore_list(&engine, &id).await?;
            output.result(&list, |list| format!("The list “{}” is back.", list.name))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn words(shown: &Shown) -> String {
    let head = format!("{}: {} guests", shown.name, shown.total);
    let rows = shown.guests.iter().map(|guest| {
        let state =
            if guest.suppressed.is_empty() { String::new() } else { format!("\t(no mail: {})", guest.suppressed.replace('_', " ")) };
        format!("{}\t{}{state}", guest.address, guest.name)
    });
    std::iter::once(head).chain(rows).collect::<Vec<_>>().join("\n")
}
