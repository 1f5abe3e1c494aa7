//! `rollcall-cli holding`.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use engine::answers::view::{AnswersOf, GuestAnswer};
use engine::campaigns::view::{BoardAct, BoardChoice};
use engine::{Code, Engine, Failure, answers, campaigns};
use serde::Serialize;

use crate::campaign;
use crate::output::Output;
use crate::session::Session;

/// Guests of one page.
const PAGE: u32 = 1_000;

/// What `holding` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Which version each guest was sent, whether their server took it, what they answered and to which version.
    List(List),
    /// Send the details as they are now to those who hold old ones; without --yes only the preview is shown.
    Update(Act),
    /// Send the entry once more to those who have not answered.
    Remind(Act),
    /// Send the entry once more, whatever they answered.
    Again(Act),
    /// Tell them that they are no longer invited.
    Withdraw(Act),
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

/// For whom.
#[derive(Args)]
pub(crate) struct Act {
    /// UID of the event.
    #[arg(long, value_name = "UID")]
    event: String,
    /// Only these guests.
    #[arg(long)]
    state: Option<State>,
    /// Only this guest; may be given several times.
    #[arg(long, value_name = "EMAIL")]
    guest: Vec<String>,
    /// Your own words in the mail.
    #[arg(long, default_value = "")]
    message: String,
    /// It was looked at: send.
    #[arg(long)]
    yes: bool,
    /// Come back rather than wait longer than this.
    #[arg(long, value_name = "SECONDS")]
    max_wait: Option<u64>,
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
    guest: String,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let exit = match verb {
        Verb::List(arguments) => {
            let of = answers::event_named(engine.store(), &arguments.event).await?;
            let holdings = every(&engine, &of, arguments.state.map_or("", State::word)).await?;
            output.result(&holdings, |holdings| words(holdings))?;
            ExitCode::SUCCESS
        }
        Verb::Update(arguments) => act(&engine, BoardAct::Update, &arguments, output).await?,
        Verb::Remind(arguments) => act(&engine, BoardAct::Remind, &arguments, output).await?,
        Verb::Again(arguments) => act(&engine, BoardAct::Again, &arguments, output).await?,
        Verb::Withdraw(arguments) => act(&engine, BoardAct::Withdraw, &arguments, output).await?,
    };
    engine.stop().await;
    Ok(exit)
}

async fn act(engine: &Engine, act: BoardAct, arguments: &Act, output: &Output) -> Result<ExitCode> {
    let of = answers::event_named(engine.store(), &arguments.event).await?;
    let AnswersOf::Event(event) = &of else { anyhow::bail!("{} is no event.", arguments.event) };
    let choice = choice(engine, &of, act, arguments).await?;
    let preview = campaigns::preview_act(engine, event, act, choice.clone()).await?;
    if !arguments.yes {
        campaign::print_audience(&preview, output)?;
        output.say("Nothing was sent. With --yes it is.");
        return Ok(ExitCode::SUCCESS);
    }
    let sent = campaigns::act_on_guests(engine, event, act, choice, &arguments.message, preview.mails).await?;
    campaign::drive(engine, &sent.id, arguments.max_wait, output).await
}

/// Nobody is withdrawn or sent something twice because nobody was named: that is for `changes` and for the event itself.
async fn choice(engine: &Engine, of: &AnswersOf, act: BoardAct, arguments: &Act) -> Result<BoardChoice> {
    let filter = match (act, arguments.state) {
        (_, Some(state)) => state.word(),
        (BoardAct::Update, None) => "old",
        (BoardAct::Remind, None) => "none",
        (BoardAct::Again | BoardAct::Withdraw | BoardAct::Decline, None) if arguments.guest.is_empty() => {
            let sentence = "Say for whom: --state STATE, or --guest EMAIL for each guest.";
            return Err(Failure::new(Code::InvalidInput, sentence).with("field", "guest").into());
        }
        (BoardAct::Again | BoardAct::Withdraw | BoardAct::Decline, None) => "",
    };
    if arguments.guest.is_empty() {
        return Ok(BoardChoice { filter: filter.to_owned(), guests: Vec::new() });
    }
    // A guest who is named counts whatever they hold; only a state that is asked for narrows it down.
    let shown = every(engine, of, arguments.state.map_or("", State::word)).await?;
    let mut guests = Vec::new();
    for email in &arguments.guest {
        let found = shown.iter().find(|holding| holding.email.eq_ignore_ascii_case(email));
        let missing = || {
            let sentence = format!("{email} is not among these guests of {}. See `holding list`.", arguments.event);
            Failure::new(Code::NotFound, sentence).with("what", "guest").with("name", email)
        };
        guests.push(found.ok_or_else(missing)?.guest.clone());
    }
    Ok(BoardChoice { filter: String::new(), guests })
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
        guest: row.guest,
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
