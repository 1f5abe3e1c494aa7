//! `rollcall-cli archive`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use engine::archive;
use engine::archive::view::{ArchiveChoice, ArchiveCopy};
use mail::port::CopyTarget;

use crate::account;
use crate::output::Output;
use crate::session::Session;

/// What `archive` does.
#[derive(Subcommand)]
pub(crate) enum Verb {
    /// Find messages by beginnings of words in their addresses, subject, comment and text, the newest first.
    Search {
        #[arg(required = true)]
        words: Vec<String>,
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: u32,
        /// Where the last page ended: its `next`.
        #[arg(long, value_name = "NEXT", default_value = "")]
        cursor: String,
    },
    /// Write messages to a mailbox file that every mail program reads.
    Export(Export),
    /// Copy messages to a bucket of your own. What is there already is not put a second time.
    Copy(Copy),
}

/// Which messages, and where to.
#[derive(Args)]
pub(crate) struct Export {
    /// The mailbox file (mbox).
    #[arg(long, value_name = "FILE")]
    mbox: PathBuf,
    /// Only those that came on this day or later; also a moment in RFC 3339.
    #[arg(long, value_name = "DAY", default_value = "")]
    since: String,
    /// Only those about this event.
    #[arg(long, value_name = "UID", default_value = "")]
    event: String,
    /// Only those about what this campaign sent.
    #[arg(long, value_name = "ID", default_value = "")]
    campaign: String,
}

/// Where to.
#[derive(Args)]
pub(crate) struct Copy {
    /// Bucket and folder.
    #[arg(long, value_name = "s3://BUCKET/FOLDER")]
    to: String,
    /// AWS region; by default `AWS_REGION`, else us-east-1.
    #[arg(long, default_value = "")]
    region: String,
    /// Another endpoint, for tests and compatible services.
    #[arg(long, value_name = "URL", default_value = "")]
    endpoint: String,
    /// Access key; without it this computer's own AWS credentials are used.
    #[arg(long, value_name = "KEY")]
    access_key: Option<String>,
    /// File with the secret key; else `ROLLCALL_SECRET`, else a prompt.
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

pub(crate) async fn run(verb: Verb, session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    match verb {
        Verb::Search { words, limit, cursor } => {
            let found = archive::search(engine.store(), &words.join(" "), &cursor, limit).await?;
            output.result(&found, |found| {
                let line = |row: &engine::answers::view::ReceiptView| {
                    [&row.id, &row.at, &row.kind, &row.from, &row.subject].map(String::as_str).join("\t")
                };
                found.rows.iter().map(line).collect::<Vec<_>>().join("\n")
            })?;
        }
        Verb::Export(Export { mbox, since, event, campaign }) => {
            let exported = archive::export(&engine, &ArchiveChoice { since, event, campaign }, &mbox).await?;
            output.result(&exported, |exported| format!("Wrote {} messages to {}.", exported.messages, exported.file))?;
        }
        Verb::Copy(Copy { to, region, endpoint, access_key, secret_file }) => {
            let key = match access_key {
                Some(name) => {
                    let secret = account::secret(secret_file.as_deref(), &format!("Secret key of {name}"))?;
                    Some((name, secret.into()))
                }
                None => None,
            };
            let copied = archive::copy(&engine, &CopyTarget { url: to, region, endpoint, key }).await?;
            output.result(&copied, |ArchiveCopy { messages, copied, known }| {
                format!("{messages} messages: {copied} copied, {known} were there already.")
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
