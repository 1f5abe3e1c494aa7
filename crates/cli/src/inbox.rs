//! `rollcall-cli inbox`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use engine::Engine;
use engine::accounts;
use engine::accounts::view::{AccountForm, AccountRole, AccountView, InboxForm};
use engine::answers;

use crate::account::{self, ServerChange, TlsChoice, put};
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
    /// Change an inbox, or sign in to it again. What is not named stays as it is.
    Edit(Box<Edit>),
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

/// What to change of an inbox.
#[derive(Args)]
pub(crate) struct Edit {
    /// Its name now.
    name: String,
    /// Another name for it.
    #[arg(long, value_name = "NAME")]
    rename: Option<String>,
    /// Where answers go. Invitations that were sent keep the address they were sent with.
    #[arg(long)]
    address: Option<String>,
    /// Give its password again: from --secret-file, else `ROLLCALL_SECRET`, else a prompt.
    #[arg(long)]
    sign_in: bool,
    /// File with the password; else `ROLLCALL_SECRET`, else a prompt.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    #[command(flatten)]
    server: ServerChange,
    /// One more folder that answers are filed into; empty for none.
    #[arg(long)]
    folder: Option<String>,
    /// What the inbox's own server calls itself in Authentication-Results; empty for nothing.
    #[arg(long, value_name = "NAME")]
    authserv_id: Option<String>,
    /// Of a Maildir: its folder.
    #[arg(long, value_name = "DIR")]
    path: Option<PathBuf>,
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
        /// Its folder.
        #[arg(long, value_name = "DIR")]
        path: PathBuf,
        /// What the inbox's own server calls itself in Authentication-Results: what it says of forged answers counts.
        #[arg(long, value_name = "NAME")]
        authserv_id: Option<String>,
    },
    /// The practice inbox.
    Rehearsal {
        /// Your name for it.
        name: String,
    },
}

/// A mailbox on an IMAP server.
#[derive(Args)]
pub(crate) struct Imap {
    /// Your name for it.
    name: String,
    /// Where answers go.
    #[arg(long)]
    address: String,
    /// Name of the server.
    #[arg(long)]
    host: String,
    /// Its port: for mail that leaves 465 or 587, for IMAP 993 or 143.
    #[arg(long)]
    port: u16,
    /// How the connection is encrypted.
    #[arg(long, default_value = "implicit")]
    tls: TlsChoice,
    /// Login.
    #[arg(long)]
    user: String,
    /// One more folder that answers are filed into.
    #[arg(long)]
    folder: Option<String>,
    /// What the inbox's own server calls itself in Authentication-Results: what it says of forged answers counts.
    #[arg(long, value_name = "NAME")]
    authserv_id: Option<String>,
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
        Verb::Edit(change) => {
            let inbox = named(&engine, &change.name).await?;
            let mut form = accounts::show(&engine, &inbox.id).await?;
            if let AccountForm::Inbox(form) = &mut form {
                apply(form, *change)?;
            }
            let changed = accounts::edit(&engine, &inbox.id, form).await?;
            output.result(&changed, |changed| format!("Changed the inbox “{}”: answers go to {}.", changed.label, changed.address))?;
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
    let is_none = name.is_none() && accounts::list(engine.store()).await?.iter().all(|account| account.role != AccountRole::Inbox);
    output.result(&result, |result| {
        if is_none {
            return "There is no inbox to read. `inbox add` adds one.".to_owned();
        }
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
        Kind::Imap(Imap { name, address, host, port, tls, user, folder, authserv_id, secret_file }) => {
            let password = account::secret(secret_file.as_deref(), &format!("Password of {user} at {host}"))?;
            let (folder, authserv_id) = (folder.unwrap_or_default(), authserv_id.unwrap_or_default());
            InboxForm::Imap { label: name, address, host, port, tls: tls.into(), user, password, folder, authserv_id }
        }
        Kind::Maildir { name, address, path, authserv_id } => {
            InboxForm::Maildir { label: name, address, path: path.display().to_string(), authserv_id: authserv_id.unwrap_or_default() }
        }
        Kind::Rehearsal { name } => InboxForm::Rehearsal { label: name },
    })
}

fn apply(form: &mut InboxForm, change: Edit) -> Result<()> {
    let Edit { rename, address: organizer, sign_in, secret_file, server, folder: filed, authserv_id: judge, path: place, .. } = change;
    let of_path = [("--path", place.is_some())];
    let of_server =
        [server.given().as_slice(), &[("--folder", filed.is_some()), ("--sign-in", sign_in), ("--secret-file", secret_file.is_some())]]
            .concat();
    match form {
        InboxForm::Imap { label, address, host, port, tls, user, password, folder, authserv_id } => {
            account::refuse_unused("imap", &of_path)?;
            server.apply(host, port, tls, user);
            put(label, rename);
            put(address, organizer);
            put(folder, filed);
            put(authserv_id, judge);
            *password = account::renewed(sign_in, secret_file.as_deref(), &format!("Password of {user} at {host}"))?;
        }
        InboxForm::Maildir { label, address, path, authserv_id } => {
            account::refuse_unused("maildir", &of_server)?;
            put(label, rename);
            put(address, organizer);
            put(path, place.map(|place| place.display().to_string()));
            put(authserv_id, judge);
        }
        InboxForm::Rehearsal { label } => {
            account::refuse_unused("rehearsal", &[of_server.as_slice(), &of_path].concat())?;
            put(label, rename);
        }
    }
    Ok(())
}
