//! `rollcall-cli holding`.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use engine::answers::view::{AnswersOf, GuestAnswer};
use engine::{Engine, answers};
use serde::Serialize;

use crate::output::Output;
use crate::session::Session;

/// Guests of one page.
const PAGE: u32 = 1_000;

/// What `holding` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Which version each guest was sent, whether their server took it, what they answered and to which version.
    List(List),
}

/// Whose.
#[derive(Args)]
pub(crate) struct List {
    /// UID of the event.
    #[arg(long, value_name = "UID")]
    event: String,
    /// Only these guests.
    #[arg(long)]
    state: Option<State>,
}

/// How guests stand towards an event.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum State {
    /// They hold details that have changed since.
    Old,
    /// They hold it and have not answered.
    NoAnswer,
    /// Their last message came back or was refused.
    Bounced,
    /// Nobody knows whether their last message arrived.
    Uncertain,
    Yes,
    Maybe,
    No,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::NoAnswer => "none",
            Self::Bounced => "bounced",
            Self::Uncertain => "uncertain",
            Self::Yes => "yes",
            Self::Maybe => "maybe",
            Self::No => "no",
        }
    }
}

/// What one guest holds.
#[derive(Serialize)]
struct Holding {
    email: String,
    name: String,
    /// Number of the version last sent.
    sent: u32,
    /// Number of the version that their server last took.
    accepted: u32,
    holds_old: bool,
    /// yes, maybe, no or none.
    answer: String,
    /// Number of the version that was answered.
    answered: u32,
    at: String,
    /// State of the last delivery.
    delivery: String,
    invitation: String,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::List(arguments) => {
            let of = answers::event_named(engine.store(), &arguments.event).await?;
            let holdings = every(&engine, &of, arguments.state.map_or("", State::word)).await?;
            output.result(&holdings, |holdings| words(holdings))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn every(engine: &Engine, of: &AnswersOf, filter: &str) -> Result<Vec<Holding>> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = answers::guests(engine.store(), of.clone(), filter.to_owned(), cursor, PAGE).await?;
        all.extend(page.rows.into_iter().map(holding));
        if page.next.is_empty() {
            return Ok(all);
        }
        cursor = page.next;
    }
}

fn holding(row: GuestAnswer) -> Holding {
    Holding {
        email: row.address,
        name: row.name,
        sent: row.sent,
        accepted: row.accepted,
        holds_old: row.holds_old,
        answer: if row.answer.is_empty() { "none".to_owned() } else { row.answer },
        answered: row.revision,
        at: row.at,
        delivery: row.delivery,
        invitation: row.invitation,
    }
}

fn words(holdings: &[Holding]) -> String {
    let mut words = String::new();
    for Holding { email, sent, accepted, holds_old, answer, delivery, .. } in holdings {
        let old = if *holds_old { ", holds old details" } else { "" };
        // Writing to a string cannot fail.
        let _ = writeln!(words, "{answer:<5}  {email}  sent version {sent}, their server took {accepted}{old} ({delivery})");
    }
    if words.is_empty() { "Nobody.".to_owned() } else { words }
}
