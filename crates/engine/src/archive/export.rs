//! Messages as a mailbox file, which every mail program reads.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use mail::mailbox_file;
use store::receipt::archive::{self, Which};
use tokio::fs::File;
use tokio::io::{AsyncWriteExt as _, BufWriter};

use super::view::{ArchiveChoice, ArchiveExport};
use crate::answers::event_named;
use crate::answers::view::AnswersOf;
use crate::{Code, Engine, Failure};

/// Messages that are in memory at once.
pub(super) const PAGE: u32 = 200;

/// Writes messages to a mailbox file, in the order in which they were read. An older file gives way only to a whole one.
///
/// # Errors
/// When the choice names nothing, or the file cannot be written.
pub async fn export(engine: &Engine, choice: &ArchiveChoice, path: &Path) -> Result<ArchiveExport, Failure> {
    let which = which(engine, choice).await?;
    let part = path.with_extension("part");
    let written = match write(engine, which, &part).await {
        Ok(messages) => tokio::fs::rename(&part, path).await.map(|()| messages).map_err(|error| unwritable(path, &error)),
        Err(failure) => Err(failure),
    };
    match written {
        Ok(messages) => Ok(ArchiveExport { file: path.display().to_string(), messages }),
        Err(failure) => {
            // What is there of it is of no use.
            drop(tokio::fs::remove_file(&part).await);
            Err(failure)
        }
    }
}

async fn write(engine: &Engine, which: Which, part: &Path) -> Result<u32, Failure> {
    let refused = |error: std::io::Error| unwritable(part, &error);
    let mut file = BufWriter::new(File::create(part).await.map_err(refused)?);
    let (mut messages, mut last) = (0, 0);
    loop {
        let page = engine.store().read(move |r| archive::after(r, which, last, PAGE)).await?;
        let Some(newest) = page.last() else { break };
        last = newest.id;
        for message in page {
            file.write_all(&mailbox_file::entry(&message.sender, message.received_at, &message.raw)).await.map_err(refused)?;
            messages += 1;
        }
    }
    file.flush().await.map_err(refused)?;
    file.into_inner().sync_all().await.map_err(refused)?;
    Ok(messages)
}

/// What the organizer chose, as the database knows it.
pub(super) async fn which(engine: &Engine, choice: &ArchiveChoice) -> Result<Which, Failure> {
    let invalid = |field: &str, sentence: String| Failure::new(Code::InvalidInput, sentence).with("field", field);
    let since = match choice.since.trim() {
        "" => None,
        text => Some(moment(engine, text).ok_or_else(|| {
            invalid(
                "since",
                format!("“{text}” is no day and no moment. Write a day like 2027-03-01, or a moment like 2027-03-01T12:00:00Z."),
            )
        })?),
    };
    let event = match choice.event.trim() {
        "" => None,
        uid => match event_named(engine.store(), uid).await? {
            AnswersOf::Event(event) => event.parse().ok(),
            AnswersOf::Campaign(_) => None,
        },
    };
    let campaign = match choice.campaign.trim() {
        "" => None,
        id => Some(known_campaign(engine, id).await?),
    };
    let event = match event {
        Some(event) => engine.store().read(move |r| store::event::get(r, event)).await?.map(|row| row.series()),
        None => None,
    };
    Ok(Which { since, event, campaign })
}

async fn known_campaign(engine: &Engine, id: &str) -> Result<i64, Failure> {
    let missing = || Failure::new(Code::NotFound, "This campaign is no longer here.").with("what", "campaign").with("name", id);
    let row: i64 = id.parse().map_err(|_| missing())?;
    let found = engine.store().read(move |r| store::campaign::get(r, row)).await?;
    found.map(|_| row).ok_or_else(missing)
}

/// A moment, or the first one of a day where the computer is.
fn moment(engine: &Engine, text: &str) -> Option<Timestamp> {
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    let day: Date = text.parse().ok()?;
    let zone = TimeZone::get(&engine.clock().zone()).unwrap_or(TimeZone::UTC);
    Some(day.to_zoned(zone).ok()?.timestamp())
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    let words = format!("{} cannot be written: {error}. Choose another folder.", path.display());
    Failure::new(Code::UnreadableFile, words).with("file", path.display())
}
