//! `rollcall-cli sender`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use engine::accounts;
use engine::accounts::view::{AccountForm, AccountRole, AccountView, OwnLimits, SenderForm};

use crate::account::{self, LoginChoice, ServerChange, TlsChoice, put};
use crate::output::Output;
use crate::session::Session;

/// What `sender` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Add an account that sends.
    #[command(subcommand)]
    Add(Kind),
    /// Change a sender, or sign in to it again. What is not named stays as it is; a limit of 0 is lifted.
    #[command(alias = "edit")]
    Set(Box<Edit>),
    /// The pre-flight check: each line ✓ or what to do.
    Check {
        /// Its name.
        name: String,
    },
    /// Every sender.
    List,
    /// Remove a sender and its secrets.
    Remove {
        /// Its name.
        name: String,
    },
}

/// Which kind of sender.
#[derive(Subcommand)]
pub(crate) enum Kind {
    /// An SMTP server.
    Smtp(Smtp),
    /// Amazon SES.
    Ses(Ses),
    /// The practice outbox: nothing leaves this computer.
    Rehearsal {
        /// Your name for it.
        name: String,
    },
}

/// What to change of a sender.
#[derive(Args)]
pub(crate) struct Edit {
    /// Its name now.
    name: String,
    /// Another name for it.
    #[arg(long, value_name = "NAME")]
    rename: Option<String>,
    /// The address that messages come from.
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// The name that guests see beside the address.
    #[arg(long, value_name = "NAME")]
    shown_as: Option<String>,
    /// Give its password or secret key again: from --secret-file, else `ROLLCALL_SECRET`, else a prompt.
    #[arg(long)]
    sign_in: bool,
    /// File with the password; else `ROLLCALL_SECRET`, else a prompt.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    #[command(flatten)]
    limits: Limits,
    #[command(flatten)]
    server: ServerChange,
    /// Connections at once.
    #[arg(long, value_name = "N")]
    connections: Option<u32>,
    /// Amazon SES: the region.
    #[arg(long)]
    region: Option<String>,
    /// Amazon SES: another access key, with its secret key.
    #[arg(long, value_name = "KEY")]
    access_key: Option<String>,
    /// Amazon SES: another endpoint.
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
}

/// What the account may send at most, below what its service allows.
#[derive(Args)]
pub(crate) struct Limits {
    /// Messages a second.
    #[arg(long, value_name = "N")]
    rate: Option<f64>,
    /// Messages a minute.
    #[arg(long, value_name = "N")]
    per_minute: Option<u32>,
    /// Messages an hour.
    #[arg(long, value_name = "N")]
    per_hour: Option<u32>,
    /// Messages in 24 hours.
    #[arg(long, value_name = "N")]
    per_day: Option<u32>,
    /// Messages before a pause; goes with --batch-gap.
    #[arg(long, value_name = "N")]
    batch: Option<u32>,
    /// Seconds of the pause after each batch.
    #[arg(long, value_name = "SECONDS")]
    batch_gap: Option<u32>,
}

impl Limits {
    fn into_limits(self) -> OwnLimits {
        let Self { rate, per_minute, per_hour, per_day, batch, batch_gap } = self;
        OwnLimits { per_second: rate, per_minute, per_hour, per_day, batch, batch_gap_seconds: batch_gap }
    }

    fn change(self, old: &mut OwnLimits) {
        let lifts_batch = self.batch == Some(0);
        let changed = |new: Option<u32>, old: Option<u32>| new.or(old).filter(|most| *most > 0);
        *old = OwnLimits {
            per_second: self.rate.or(old.per_second).filter(|rate| *rate != 0.0),
            per_minute: changed(self.per_minute, old.per_minute),
            per_hour: changed(self.per_hour, old.per_hour),
            per_day: changed(self.per_day, old.per_day),
            batch: changed(self.batch, old.batch),
            batch_gap_seconds: changed(self.batch_gap, old.batch_gap_seconds.filter(|_| !lifts_batch)),
        };
    }

    fn given(&self) -> [(&'static str, bool); 6] {
        [
            ("--rate", self.rate.is_some()),
            ("--per-minute", self.per_minute.is_some()),
            ("--per-hour", self.per_hour.is_some()),
            ("--per-day", self.per_day.is_some()),
            ("--batch", self.batch.is_some()),
            ("--batch-gap", self.batch_gap.is_some()),
        ]
    }
}

/// An SMTP server.
#[derive(Args)]
pub(crate) struct Smtp {
    /// Your name for it.
    name: String,
    /// The address that messages come from.
    #[arg(long, value_name = "ADDRESS")]
    from: String,
    /// The name that guests see beside the address.
    #[arg(long, value_name = "NAME")]
    shown_as: Option<String>,
    /// Name of the server.
    #[arg(long)]
    host: String,
    /// Its port: for mail that leaves 465 or 587, for IMAP 993 or 143.
    #[arg(long)]
    port: u16,
    /// How the connection is encrypted.
    #[arg(long, default_value = "implicit")]
    tls: TlsChoice,
    /// Login; without it the server is used without one.
    #[arg(long)]
    user: Option<String>,
    /// What the server is shown at the login.
    #[arg(long, value_name = "KIND", default_value = "password")]
    login: LoginChoice,
    /// File with the password; else `ROLLCALL_SECRET`, else a prompt.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    #[command(flatten)]
    limits: Limits,
    /// Connections at once; 3 unless told.
    #[arg(long, value_name = "N")]
    connections: Option<u32>,
}

/// Amazon SES.
#[derive(Args)]
pub(crate) struct Ses {
    /// Your name for it.
    name: String,
    /// The address that messages come from.
    #[arg(long, value_name = "ADDRESS")]
    from: String,
    /// The name that guests see beside the address.
    #[arg(long, value_name = "NAME")]
    shown_as: Option<String>,
    /// AWS region, such as eu-central-1.
    #[arg(long)]
    region: String,
    /// Access key; without it this computer's own AWS credentials are used.
    #[arg(long, value_name = "KEY")]
    access_key: Option<String>,
    /// File with the secret key; else `ROLLCALL_SECRET`, else a prompt.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// Another endpoint, for tests and compatible services.
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    #[command(flatten)]
    limits: Limits,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::Add(kind) => {
            let added = accounts::add_sender(&engine, form(kind)?).await?;
            output.result(&added, |added| format!("Added the sender “{}” ({}).", added.label, added.address))?;
        }
        Verb::Set(change) => {
            let sender = accounts::named(engine.store(), AccountRole::Sender, &change.name).await?;
            let mut form = accounts::show(&engine, &sender.id).await?;
            if let AccountForm::Sender(form) = &mut form {
                apply(form, *change)?;
            }
            let changed = accounts::edit(&engine, &sender.id, form).await?;
            output.result(&changed, |changed| format!("Changed the sender “{}” ({}).", changed.label, changed.address))?;
        }
        Verb::Check { name } => {
            let sender = accounts::named(engine.store(), AccountRole::Sender, &name).await?;
            return account::print_checks(&accounts::check(&engine, &sender.id).await?, output);
        }
        Verb::List => {
            let senders: Vec<AccountView> = account::of_role(accounts::list(engine.store()).await?, AccountRole::Sender);
            output.result(&senders, |senders| account::table(senders))?;
        }
        Verb::Remove { name } => {
            let sender = accounts::named(engine.store(), AccountRole::Sender, &name).await?;
            accounts::remove(&engine, &sender.id).await?;
            output.result(&sender, |sender| format!("Removed the sender “{}”.", sender.label))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn form(kind: Kind) -> Result<SenderForm> {
    Ok(match kind {
        Kind::Smtp(Smtp { name, from, shown_as, host, port, tls, user, login, secret_file, limits, connections }) => {
            let (tls, login, limits) = (tls.into(), login.into(), limits.into_limits());
            let password = match &user {
                Some(user) => account::secret(secret_file.as_deref(), &account::prompt(login, user, &host))?,
                None => String::new(),
            };
            let (user, label, name) = (user.unwrap_or_default(), name, shown_as.unwrap_or_default());
            SenderForm::Smtp { label, from, name, host, port, tls, user, login, password, limits, connections }
        }
        Kind::Ses(Ses { name, from, shown_as, region, access_key, secret_file, endpoint, limits }) => {
            let secret_key = match &access_key {
                Some(key) => account::secret(secret_file.as_deref(), &format!("Secret key of {key}"))?,
                None => String::new(),
            };
            let (access_key, endpoint) = (access_key.unwrap_or_default(), endpoint.unwrap_or_default());
            let (label, name) = (name, shown_as.unwrap_or_default());
            SenderForm::Ses { label, from, name, region, access_key, secret_key, endpoint, limits: limits.into_limits() }
        }
        Kind::Rehearsal { name } => SenderForm::Rehearsal { label: name },
    })
}

fn apply(form: &mut SenderForm, change: Edit) -> Result<()> {
    let Edit { rename, from: sender, shown_as, sign_in, secret_file, limits: own, server, connections: lines, .. } = change;
    let ses =
        [("--region", change.region.is_some()), ("--access-key", change.access_key.is_some()), ("--endpoint", change.endpoint.is_some())];
    let smtp = [("--connections", lines.is_some())];
    match form {
        SenderForm::Smtp { label, from, name, host, port, tls, user, login, password, limits, connections } => {
            account::refuse_unused("smtp", &ses)?;
            server.apply(host, port, tls, user, login);
            put(label, rename);
            put(from, sender);
            put(name, shown_as);
            own.change(limits);
            *connections = lines.or(*connections);
            *password = account::renewed(sign_in, secret_file.as_deref(), &account::prompt(*login, user, host))?;
        }
        SenderForm::Ses { label, from, name, region, access_key, secret_key, endpoint, limits } => {
            account::refuse_unused("ses", &smtp)?;
            account::refuse_unused("ses", &server.given())?;
            put(label, rename);
            put(from, sender);
            put(name, shown_as);
            put(region, change.region);
            put(endpoint, change.endpoint);
            own.change(limits);
            if let Some(key) = change.access_key {
                *secret_key = account::secret(secret_file.as_deref(), &format!("Secret key of {key}"))?;
                *access_key = key;
            } else if sign_in || secret_file.is_some() {
                anyhow::bail!("A secret key belongs to its access key: give --access-key too.");
            }
        }
        SenderForm::Rehearsal { label } => {
            account::refuse_unused("rehearsal", &[ses.as_slice(), &smtp, &server.given(), &own.given()].concat())?;
            put(label, rename);
        }
    }
    Ok(())
}
