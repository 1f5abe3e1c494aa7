//! `rollcall-cli desk`.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::{ArgGroup, Args, Subcommand};
use engine::answers::view::{DeskItem, DeskRuling, Leaver, ReceiptView};
use engine::calendars::Surface;
use engine::{Engine, answers, guests};

use crate::answers::event_id;
use crate::campaign;
use crate::output::Output;
use crate::session::Session;

/// Seconds to wait for what a ruling sends; what is left then goes with the next run.
const PATIENCE: u64 = 30;

/// What `desk` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// What waits for your ruling, the oldest first.
    List,
    /// A message with its evidence, its likely guests and what can be ruled.
    Show { id: String },
    /// Rule on messages: on all of them, or on none.
    Rule(Rule),
    /// Guests who want no more mail and still have entries to come.
    Leavers,
    /// Withdraw the entries of such guests by mail, or leave them; by the message that `leavers` names.
    #[command(group(ArgGroup::new("choice").required(true)))]
    Leaver {
        id: String,
        #[arg(long, group = "choice")]
        withdraw: bool,
        #[arg(long, group = "choice")]
        keep: bool,
    },
    /// Take rulings back, or answers that were entered by hand.
    Undo {
        #[arg(required = true, value_name = "ID")]
        ids: Vec<String>,
    },
}

/// What is ruled.
#[derive(Args)]
#[command(group(ArgGroup::new("ruling").required(true)))]
#[expect(clippy::struct_excessive_bools, reason = "each is an option, and the group lets only one of them be")]
pub(crate) struct Rule {
    #[arg(required = true, value_name = "ID")]
    ids: Vec<String>,
    /// It is this guest's answer.
    #[arg(long, value_name = "EMAIL", group = "ruling")]
    guest: Option<String>,
    /// To this event, where the message does not say which.
    #[arg(long, value_name = "UID", requires = "guest")]
    event: Option<String>,
    /// It is the answer of the guest whom it names, and so is whatever comes from that address from now on.
    #[arg(long, group = "ruling")]
    same_person: bool,
    /// Whoever wrote it becomes a guest of the event.
    #[arg(long, group = "ruling")]
    add_guest: bool,
    /// The event moves to the proposed time; `changes send` tells its guests.
    #[arg(long, group = "ruling")]
    accept: bool,
    /// The proposed time is declined by mail.
    #[arg(long, group = "ruling")]
    decline: bool,
    /// Your own words in that mail.
    #[arg(long, default_value = "", requires = "decline")]
    message: String,
    /// Whom the guest passed it on to is sent an invitation.
    #[arg(long, group = "ruling")]
    invite: bool,
    /// It counts, whatever spoke against it.
    #[arg(long, group = "ruling")]
    count: bool,
    /// The guest said yes in it, in their own words.
    #[arg(long, group = "ruling")]
    yes: bool,
    /// They said maybe.
    #[arg(long, group = "ruling")]
    maybe: bool,
    /// They said no.
    #[arg(long, group = "ruling")]
    no: bool,
    /// It is nothing.
    #[arg(long, group = "ruling")]
    dismiss: bool,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::List => {
            let page = answers::desk(engine.store()).await?;
            output.result(&page.rows, |rows| list(rows))?;
            let shown = u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
            if page.total > shown {
                output.say(&format!("{} more wait behind these.", page.total - shown));
            }
        }
        Verb::Show { id } => output.result(&answers::item(engine.store(), &id).await?, words)?,
        Verb::Rule(arguments) => {
            let ruling = ruling(&engine, &arguments).await?;
            let ruled = answers::rule(&engine, Surface::CommandLine, &arguments.ids, ruling).await?;
            for campaign in &ruled.campaigns {
                campaign::wait(&engine, campaign, Some(PATIENCE), output).await?;
            }
            output.result(&ruled, |ruled| format!("{} messages settled, {} answers counted.", ruled.receipts.len(), ruled.counted))?;
        }
        Verb::Leavers => {
            let line = |leaver: &Leaver| format!("{:>6}  {}  {} entries to come\n", leaver.receipt, leaver.address, leaver.entries.len());
            output.result(&answers::leavers(&engine).await?, |leavers| leavers.iter().map(line).collect())?;
        }
        Verb::Leaver { id, withdraw, keep: _ } => {
            let ruled = answers::settle_leaver(&engine, Surface::CommandLine, &id, withdraw).await?;
            for campaign in &ruled.campaigns {
                campaign::wait(&engine, campaign, Some(PATIENCE), output).await?;
            }
            output.result(&ruled, |ruled| format!("{} entries withdrawn.", ruled.campaigns.len()))?;
        }
        Verb::Undo { ids } => {
            let undone = answers::undo(&engine, Surface::CommandLine, &ids).await?;
            output.result(&undone, |undone| format!("Taken back: {}.", undone.receipts.join(", ")))?;
        }
    }
    engine.stop().await;
    Ok(ExitCode::SUCCESS)
}

async fn ruling(engine: &Engine, arguments: &Rule) -> Result<DeskRuling> {
    if let Some(address) = &arguments.guest {
        let guest = guests::named(engine.store(), address).await?.id;
        let event = match &arguments.event {
            Some(uid) => event_id(engine, uid).await?,
            None => String::new(),
        };
        return Ok(DeskRuling::Guest { guest, event });
    }
    Ok(match arguments {
        Rule { same_person: true, .. } => DeskRuling::SamePerson,
        Rule { add_guest: true, .. } => DeskRuling::AddGuest,
        Rule { accept: true, .. } => DeskRuling::Accept,
        Rule { decline: true, .. } => DeskRuling::Decline { comment: arguments.message.clone() },
        Rule { invite: true, .. } => DeskRuling::Invite,
        Rule { count: true, .. } => DeskRuling::Count,
        Rule { yes: true, .. } => DeskRuling::Yes,
        Rule { maybe: true, .. } => DeskRuling::Maybe,
        Rule { no: true, .. } => DeskRuling::No,
        _ => DeskRuling::Dismiss,
    })
}

fn list(rows: &[ReceiptView]) -> String {
    if rows.is_empty() {
        return "Nothing waits.".to_owned();
    }
    let line = |row: &ReceiptView| format!("{:>6}  {:<6}  {}  {}  ({})\n", row.id, row.answer, row.from, row.subject, row.reason);
    rows.iter().map(line).collect()
}

fn words(item: &DeskItem) -> String {
    let receipt = &item.receipt;
    let mut words = format!("{}\n{}  {}\n{}\n", receipt.subject, receipt.from, receipt.at, receipt.reason);
    // Writing to a string cannot fail.
    for said in &item.evidence {
        let _ = writeln!(words, "- {said}");
    }
    for guest in &item.guests {
        let _ = writeln!(words, "  {}  {}: {}", guest.address, guest.summary, guest.reason);
    }
    if !receipt.text.trim().is_empty() {
        let _ = writeln!(words, "\n{}", receipt.text.trim());
    }
    words
}
