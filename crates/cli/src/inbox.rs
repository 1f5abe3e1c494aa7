//! `rollcall-cli inbox`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use engine::Engine;
use engine::accounts;
use engine::accounts::view::{AccountForm, AccountRole, AccountView, InboxForm};
use engine::answers;
use engine::answers::view::AnswerImport;

use crate::account::{self, LoginChoice, ServerChange, TlsChoice, put};
use crate::output::{Output, count};
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
    /// Read answers from files: mailbox files (mbox), Maildirs, folders of messages, single messages (.eml).
    Import {
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// The inbox whose answers they are; by default the one that each was sent to.
        #[arg(long, value_name = "NAME")]
        inbox: Option<String>,
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
    /// A folder that answers are filed into besides the inbox and the bin; may be given several times, and takes the place of those before.
    /// Empty for none.
    #[arg(long, value_name = "NAME")]
    folder: Vec<String>,
    /// Put handled messages into this folder; empty leaves them where they are.
    #[arg(long, value_name = "FOLDER")]
    handled: Option<String>,
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
    /// What the server is shown at the login.
    #[arg(long, value_name = "KIND", default_value = "password")]
    login: LoginChoice,
    /// A folder that answers are filed into besides the inbox and the bin; may be given several times.
    #[arg(long, value_name = "NAME")]
    folder: Vec<String>,
    /// Put handled messages into this folder. Without it nothing in the mailbox is changed.
    #[arg(long, value_name = "FOLDER")]
    handled: Option<String>,
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
        Verb::Import { paths, inbox } => {
            let imported = answers::import(&engine, inbox.as_deref(), &paths).await?;
            output.result(&imported, imported_in_words)?;
            if !imported.problems.is_empty() {
                return Ok(ExitCode::FAILURE);
            }
        }
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
        let waits = if result.desk > 0 { "\n`desk list` shows what waits for you." } else { "" };
        format!(
            "{} read: {}, {} came back, {} wait for you, {}, {} known already{waits}",
            count(result.messages, "message"),
            count(result.answers, "answer"),
            result.bounces,
            result.desk,
            count(result.other, "other"),
            result.known
        )
    })
}

fn imported_in_words(imported: &AnswerImport) -> String {
    let AnswerImport { messages, answers, bounces, desk, other, known, problems } = imported;
    let counts = format!(
        "{messages} messages read: {answers} answers, {bounces} came back, {desk} wait for you, {other} others, {known} known already"
    );
    let problems = problems.iter().map(|problem| format!("{}: {}", problem.file, problem.reason));
    std::iter::once(counts).chain(problems).collect::<Vec<_>>().join("\n")
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
        Kind::Imap(Imap { name, address, host, port, tls, user, login, folder, handled, authserv_id, secret_file }) => {
            let login = login.into();
            let password = account::secret(secret_file.as_deref(), &account::prompt(login, &user, &host))?;
            let (handled, authserv_id) = (handled.unwrap_or_default(), authserv_id.unwrap_or_default());
            let tls = tls.into();
            InboxForm::Imap { label: name, address, host, port, tls, user, login, password, folders: folder, handled, authserv_id }
        }
        Kind::Maildir { name, address, path, authserv_id } => {
            InboxForm::Maildir { label: name, address, path: path.display().to_string(), authserv_id: authserv_id.unwrap_or_default() }
        }
        Kind::Rehearsal { name } => InboxForm::Rehearsal { label: name },
    })
}

fn apply(form: &mut InboxForm, change: Edit) -> Result<()> {
    let Edit {
        rename,
        address: organizer,
        sign_in,
        secret_file,
        server,
        folder: filed,
        handled: away,
        authserv_id: judge,
        path: place,
        ..
    } = change;
    let of_path = [("--path", place.is_some())];
    let of_mailbox =
        [("--folder", !filed.is_empty()), ("--handled", away.is_some()), ("--sign-in", sign_in), ("--secret-file", secret_file.is_some())];
    let of_server = [server.given().as_slice(), &of_mailbox].concat();
    match form {
        InboxForm::Imap { label, address, host, port, tls, user, login, password, folders, handled, authserv_id } => {
            account::refuse_unused("imap", &of_path)?;
            server.apply(host, port, tls, user, login);
            put(label, rename);
            put(address, organizer);
            put(folders, Some(filed).filter(|filed| !filed.is_empty()));
            put(handled, away);
            put(authserv_id, judge);
            *password = account::renewed(sign_in, secret_file.as_deref(), &account::prompt(*login, user, host))?;
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
