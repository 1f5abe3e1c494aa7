//! `rollcall-cli settings`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use engine::app::{self, Safety, VaultState};
use engine::calendars::retention;
use engine::calendars::view::HistoryKept;
use engine::{answers, archive, campaigns};
use serde_json::json;

use crate::backup;
use crate::output::Output;
use crate::session::Session;

/// What `settings` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// How passwords are sealed and where backups go.
    Show,
    /// Choose the recovery passphrase: with it the passwords in backups can be opened on another computer.
    Recovery {
        #[arg(long, value_name = "FILE")]
        recovery_file: PathBuf,
    },
    /// After how many messages in a row that a guest's server put off mail to the address stops.
    Bounces {
        /// How many, or 0 for never; without it what holds now is shown.
        messages: Option<u32>,
    },
    /// How many days a guest who was reminded is left alone.
    Reminders {
        /// How many, or 0 for none; without it what holds now is shown.
        days: Option<u32>,
    },
    /// How many months the messages that came back are kept. What they said stays for ever.
    Archive {
        /// How many, or 0 for ever; without it what holds now is shown. What is older is let go of at once, for good.
        months: Option<u32>,
    },
    /// How many years the history of events is kept, and what it takes.
    History {
        /// How many, or 0 for ever; without it what holds now is shown. What is older is let go of at once, for good.
        years: Option<u32>,
    },
    /// Choose a second folder for the daily backups, and write today's there.
    BackupFolder {
        /// The folder; without one there is none any more.
        folder: Option<PathBuf>,
    },
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let safety = match verb {
        Verb::Bounces { messages } => {
            let holds = match messages {
                Some(messages) => answers::choose_bounce_patience(&engine, messages).await?,
                None => answers::bounce_patience(&engine).await?,
            };
            output.result(&json!({ "bounces": holds }), |_| bounces_in_words(holds))?;
            return Ok(ExitCode::SUCCESS);
        }
        Verb::Reminders { days } => {
            let holds = match days {
                Some(days) => campaigns::choose_reminder_days(&engine, days).await?,
                None => campaigns::reminder_days(&engine).await?,
            };
            output.result(&json!({ "reminders": holds }), |_| format!("A guest who was reminded is left alone for {holds} days."))?;
            return Ok(ExitCode::SUCCESS);
        }
        Verb::Archive { months } => {
            let holds = match months {
                Some(months) => archive::choose_retention(&engine, months).await?,
                None => archive::retention(&engine).await?,
            };
            output.result(&json!({ "months": holds }), |_| kept_in_words(holds))?;
            return Ok(ExitCode::SUCCESS);
        }
        Verb::History { years } => {
            let holds = match years {
                Some(years) => retention::choose_years(&engine, years).await?,
                None => retention::history_kept(&engine).await?,
            };
            output.result(&holds, history_in_words)?;
            return Ok(ExitCode::SUCCESS);
        }
        Verb::Show => app::safety(&engine).await?,
        Verb::Recovery { recovery_file } => app::choose_recovery(&engine, backup::passphrase(&recovery_file)?.into()).await?,
        Verb::BackupFolder { folder } => {
            let folder = folder.map(|folder| folder.display().to_string()).unwrap_or_default();
            app::choose_backup_folder(&engine, &folder).await?
        }
    };
    output.result(&safety, words)?;
    Ok(ExitCode::SUCCESS)
}

fn kept_in_words(months: u32) -> String {
    match months {
        0 => "Messages that came back are kept for ever.".to_owned(),
        1 => "Messages that came back are kept for a month; what they said stays.".to_owned(),
        more => format!("Messages that came back are kept for {more} months; what they said stays."),
    }
}

fn history_in_words(kept: &HistoryKept) -> String {
    let HistoryKept { years, versions, kilobytes } = kept;
    let how_long = match years {
        0 => "kept for ever".to_owned(),
        1 => "kept for a year".to_owned(),
        more => format!("kept for {more} years"),
    };
    format!("History has {versions} versions of events and takes about {kilobytes} KB; {how_long}.")
}

fn bounces_in_words(messages: u32) -> String {
    match messages {
        0 => "Mail to an address never stops because its server put messages off.".to_owned(),
        1 => "Mail to an address stops after one message that its server put off.".to_owned(),
        more => format!("Mail to an address stops after {more} messages in a row that its server put off."),
    }
}

fn words(safety: &Safety) -> String {
    let vault = match safety.vault {
        VaultState::Unused => "No passwords are stored yet.",
        VaultState::Open => "Passwords are sealed, and open here.",
        VaultState::WantsPassphrase | VaultState::WantsKeychain => safety.why.as_str(),
    };
    let recovery = if safety.recovery {
        "Backups open anywhere with the recovery passphrase."
    } else {
        "Backups have no recovery passphrase: on another computer passwords are entered again."
    };
    let folder = if safety.folder.is_empty() {
        "Daily backups lie beside the data only.".to_owned()
    } else {
        format!("Daily backups are also written to {}.", safety.folder)
    };
    [vault, recovery, &folder].join("\n")
}
