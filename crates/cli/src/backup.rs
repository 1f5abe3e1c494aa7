//! `rollcall-cli backup` and `restore`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Args;
use engine::backup;
use serde_json::json;

use crate::output::Output;
use crate::session::Session;

/// Where the backup goes.
#[derive(Args)]
pub(crate) struct Backup {
    /// The file to write.
    file: PathBuf,
    /// File with a recovery passphrase: with it the secrets can be opened on another computer. It holds for later backups too.
    #[arg(long, value_name = "FILE")]
    recovery_file: Option<PathBuf>,
}

/// Which backup to put in place.
#[derive(Args)]
pub(crate) struct Restore {
    /// The backup. What is there now is kept beside it.
    file: PathBuf,
    /// File with the recovery passphrase, to open the secrets on a computer that does not hold their key.
    #[arg(long, value_name = "FILE")]
    recovery_file: Option<PathBuf>,
}

pub(crate) async fn back_up(arguments: &Backup, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    if let Some(file) = &arguments.recovery_file {
        backup::choose_recovery(&engine, passphrase(file)?.into()).await?;
    }
    backup::back_up(&engine, &arguments.file).await?;
    let bytes = std::fs::metadata(&arguments.file).context("Look at the backup")?.len();
    output
        .result(&json!({ "file": arguments.file, "bytes": bytes }), |_| format!("Wrote {} ({bytes} bytes).", arguments.file.display()))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) async fn restore(arguments: &Restore, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let recovery = arguments.recovery_file.as_deref().map(passphrase).transpose()?;
    let kept = backup::restore(&engine, &arguments.file, recovery.map(Into::into)).await?;
    output.result(&json!({ "restored": arguments.file, "kept": kept }), |_| {
        format!(
            "Restored {}. What was here is kept as {}.\nBefore it sends, say that this is the database to send from: ledger adopt",
            arguments.file.display(),
            kept.display()
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The passphrase in a file.
pub(crate) fn passphrase(file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file).with_context(|| format!("Read the recovery passphrase from {}", file.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
