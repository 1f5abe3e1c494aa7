//! `rollcall-cli inbox`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use engine::Engine;
use engine::accounts;
use engine::accounts::view::{AccountRole, AccountView, InboxForm};
use engine::answers;

use crate::account::{self, TlsChoice};
use crate::output::Output;
use crate::session::Session;

/// What `inbox` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Add an inbox that answers come back to. Its address is the organizer of invitations.
    #[command(subcommand)]
    Add(Kind),
    /// Check an inbox, and send it a test mail to see whether answers to a plus-part of its address arrive.
    Probe {
        name: String,
        /// The sender of the test mail; by default the only one there is.
        #[arg(long, value_name = "NAME")]
        sender: Option<String>,
    },
    /// The pre-flight check: each line ✓ or what to do.
    Check { name: String },
    /// Every inbox.
    List,
    /// Remove an inbox and its secrets.
    Remove { name: String },
    /// Read what came back, in one inbox or in all.
    Pull {
        /// The inbox's name; all without one.
        name: Option<String>,
    },
}

/// Which kind of inbox.
#[derive(Subcommand)]
pub(crate) enum Kind {
    /// A mailbox on an IMAP server.
    Imap(Imap),
    /// A Maildir on this computer.
    Maildir {
        /// Your name for it.
        name: String,
        /// Where answers go.
        #[arg(long)]
        address: String,
        #[arg(long, value_name = "DIR")]
        path: PathBuf,
    },
    /// The practice inbox.
    Rehearsal { name: String },
}

/// A mailbox on an IMAP server.
#[derive(Args)]
pub(crate) struct Imap {
    /// Your name for it.
    name: String,
    /// Where answers go.
    #[arg(long)]
    address: String,
    #[arg(long)]
    host: String,
    #[arg(long)]
    port: u16,
    #[arg(long, default_value = "implicit")]
    tls: TlsChoice,
    #[arg(long)]
    user: String,
    /// File with the password; else `ROLLCALL_SECRET`, else a prompt.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::Add(kind) => {
            let added = accounts::add_inbox(&engine, form(kind)?).await?;
            output.result(&added, |added| format!("Added the inbox “{}”: answers go to {}.", added.label, added.address))?;
        }
        Verb::Probe { name, sender } => {
            let inbox = named(&engine, &name).await?;
            let sender = sending(&engine, sender.as_deref()).await?;
            let mut checks = accounts::check(&engine, &inbox.id).await?;
            checks.retain(|check| check.code != "plus_addressing");
            if checks.iter().all(|check| check.state != "bad") {
                checks.extend(accounts::probe_inbox(&engine, &inbox.id, &sender.id, accounts::PROBE_PATIENCE).await?);
            }
            return account::print_checks(&checks, output);
        }
        Verb::Check { name } => {
            let inbox = named(&engine, &name).await?;
            return account::print_checks(&accounts::check(&engine, &inbox.id).await?, output);
        }
        Verb::List => {
            let inboxes = account::of_role(accounts::list(engine.store()).await?, AccountRole::Inbox);
            output.result(&inboxes, |inboxes| account::table(inboxes))?;
        }
        Verb::Remove { name } => {
            let inbox = named(&engine, &name).await?;
            accounts::remove(&engine, &inbox.id).await?;
            output.result(&inbox, |inbox| format!("Removed the inbox “{}”.", inbox.label))?;
        }
        Verb::Pull { name } => pull(&engine, name.as_deref(), output).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn pull(engine: &Engine, name: Option<&str>, output: &Output) -> Result<()> {
    let result = match name {
        Some(name) => answers::pull_named(engine, name).await?,
        None => answers::pull_all(engine).await?,
    };
    output.result(&result, |result| {
        format!(
            "{} messages read: {} answers, {} came back, {} wait for you, {} others",
            result.messages, result.answers, result.bounces, result.desk, result.other
        )
    })
}

async fn named(engine: &Engine, name: &str) -> Result<AccountView> {
    accounts::named(engine.store(), AccountRole::Inbox, name).await
}

async fn sending(engine: &Engine, name: Option<&str>) -> Result<AccountView> {
    if let Some(name) = name {
        return accounts::named(engine.store(), AccountRole::Sender, name).await;
    }
    let mut senders = account::of_role(accounts::list(engine.store()).await?, AccountRole::Sender);
    let only = senders.pop().context("The probe sends a test mail: add a sender first (`sender add`).")?;
    if senders.is_empty() { Ok(only) } else { anyhow::bail!("There are several senders: choose one with --sender NAME.") }
}

fn form(kind: Kind) -> Result<InboxForm> {
    Ok(match kind {
        Kind::Imap(Imap { name, address, host, port, tls, user, secret_file }) => {
            let password = account::secret(secret_file.as_deref(), &format!("Password of {user} at {host}"))?;
            InboxForm::Imap { label: name, address, host, port, tls: tls.into(), user, password }
        }
        Kind::Maildir { name, address, path } => InboxForm::Maildir { label: name, address, path: path.display().to_string() },
        Kind::Rehearsal { name } => InboxForm::Rehearsal { label: name },
    })
}
