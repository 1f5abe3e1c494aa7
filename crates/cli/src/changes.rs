//! `rollcall-cli changes`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use engine::campaigns::view::{ChangeView, Tell};
use engine::{Code, Engine, Failure, campaigns};

use crate::campaign;
use crate::output::Output;
use crate::session::Session;

/// What `changes` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Events whose guests hold old details.
    List,
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
        Verb::List => {
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
    let change = campaigns::list_changes(engine).await?.into_iter().find(|change| change.uid == arguments.uid);
    let nothing = || {
        let sentence = format!("No guest holds old details of {}. See `changes list`.", arguments.uid);
        Failure::new(Code::NotFound, sentence).with("what", "change").with("name", &arguments.uid)
    };
    let change = change.ok_or_else(nothing)?;
    let to = match arguments.to {
        Some(To::Affected) => Tell::Affected,
        Some(To::YesMaybe) => Tell::YesMaybe,
        None if change.cancelled => Tell::YesMaybe,
        Some(To::All) | None => Tell::All,
    };
    let preview = campaigns::preview_update(engine, &change.event, to).await?;
    if !arguments.yes {
        campaign::print_audience(&preview, output)?;
        output.say("Nothing was sent. With --yes it is.");
        return Ok(ExitCode::SUCCESS);
    }
    let sent = campaigns::send_update(engine, &change.event, to, &arguments.message, preview.mails).await?;
    campaign::drive(engine, &sent.id, arguments.max_wait, output).await
}

fn words(change: &ChangeView) -> String {
    let mut words = format!("{} ({}): {} guests hold old details\n", change.summary, change.uid, change.guests);
    words.extend(change.fields.iter().map(|field| format!("    {}: {} → {}\n", field.name, field.old, field.new)));
    words
}
