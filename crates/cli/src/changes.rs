//! `rollcall-cli changes`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use engine::campaigns::view::{ChangeView, SettledView, Tell};
use engine::{Code, Engine, Failure, campaigns};
use serde_json::json;

use crate::campaign;
use crate::output::{Output, count};
use crate::session::Session;

/// What `changes` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Events whose guests hold old details.
    List {
        /// Those on which was decided, where some guests keep what they hold.
        #[arg(long)]
        settled: bool,
    },
    /// Tell nobody of a change: guests keep what they hold until the event changes again.
    Settle {
        /// UID of the event.
        uid: String,
    },
    /// Open a change again that was settled, or stop what a standing order would send.
    Reopen {
        /// UID of the event.
        uid: String,
    },
    /// Send the update or cancellation of an event; without --yes only the preview is shown.
    Send(Send),
}

/// What to send to whom.
#[derive(Args)]
pub(crate) struct Send {
    /// UID of the event.
    uid: String,
    /// By default everyone who holds it; of a cancellation those who said yes or maybe.
    #[arg(long)]
    to: Option<To>,
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

/// Whom to tell.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum To {
    /// Everyone who holds old details.
    All,
    /// Those of them who have not said no.
    Affected,
    /// Those of them who said yes or maybe.
    YesMaybe,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let exit = match verb {
        Verb::List { settled: true } => {
            output.result(&campaigns::list_settled(&engine).await?, |settled| settled.iter().map(settled_words).collect())?;
            ExitCode::SUCCESS
        }
        Verb::Settle { uid } => {
            campaigns::tell_nobody(&engine, &event_of(&engine, &uid).await?).await?;
            output.result(&json!({ "uid": uid, "settled": true }), |_| "Nobody is told. `changes reopen` asks again.".to_owned())?;
            ExitCode::SUCCESS
        }
        Verb::Reopen { uid } => {
            campaigns::ask_again(&engine, &event_of(&engine, &uid).await?).await?;
            output.result(&json!({ "uid": uid, "settled": false }), |_| "It stands in `changes list` again.".to_owned())?;
            ExitCode::SUCCESS
        }
        Verb::List { settled: false } => {
            output.result(&campaigns::list_changes(&engine).await?, |changes| {
                if changes.is_empty() { "Every guest knows how things stand.".to_owned() } else { changes.iter().map(words).collect() }
            })?;
            ExitCode::SUCCESS
        }
        Verb::Send(arguments) => send(&engine, &arguments, output).await?,
    };
    engine.stop().await;
    Ok(exit)
}

async fn send(engine: &Engine, arguments: &Send, output: &Output) -> Result<ExitCode> {
    let (event, cancelled) = change_of(engine, &arguments.uid).await?;
    let to = match arguments.to {
        Some(To::Affected) => Tell::Affected,
        Some(To::YesMaybe) => Tell::YesMaybe,
        None if cancelled => Tell::YesMaybe,
        Some(To::All) | None => Tell::All,
    };
    let preview = campaigns::preview_update(engine, &event, to).await?;
    if !arguments.yes {
        campaign::print_audience(&preview, output)?;
        output.say("Nothing was sent. With --yes it is.");
        return Ok(ExitCode::SUCCESS);
    }
    let sent = campaigns::send_update(engine, &event, to, &arguments.message, preview.mails).await?;
    campaign::drive(engine, &sent.id, arguments.max_wait, output).await
}

async fn event_of(engine: &Engine, uid: &str) -> Result<String> {
    Ok(change_of(engine, uid).await?.0)
}

/// The event of a change, decided or not, and whether it is off.
async fn change_of(engine: &Engine, uid: &str) -> Result<(String, bool)> {
    let open = campaigns::list_changes(engine).await?.into_iter().find(|change| change.uid == uid);
    if let Some(open) = open {
        return Ok((open.event, open.cancelled));
    }
    let settled = campaigns::list_settled(engine).await?.into_iter().find(|settled| settled.uid == uid);
    settled.map(|settled| (settled.event, settled.cancelled)).ok_or_else(|| {
        let sentence = format!("No guest holds old details of {uid}. See `changes list`.");
        Failure::new(Code::NotFound, sentence).with("what", "change").with("name", uid).into()
    })
}

fn settled_words(settled: &SettledView) -> String {
    let SettledView { summary, uid, told_words, guests, .. } = settled;
    format!("{summary} ({uid}): {told_words}, {} {} old details\n", count(*guests, "guest"), if *guests == 1 { "keeps" } else { "keep" })
}

fn words(change: &ChangeView) -> String {
    let mut words = format!("{} ({}): {} guests hold old details\n", change.summary, change.uid, change.guests);
    if !change.sends_at.is_empty() {
        words.extend(["    the standing order tells Yes and Maybe at ", &change.sends_at, "\n"]);
    }
    words.extend(change.fields.iter().map(|field| format!("    {}: {} → {}\n", field.name, field.old, field.new)));
    words
}
