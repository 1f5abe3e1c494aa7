//! Answers as CSV.

use std::path::Path;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use store::Store;

use super::show::{every_guest, subject};
use super::view::AnswersOf;
use crate::{Code, Failure};

const HEADINGS: [&str; 10] =
    ["email", "name", "event", "answer", "answered_at", "revision", "outdated", "extra_guests", "by_hand", "comment"];

/// Everybody's answer as CSV text.
///
/// # Errors
/// When there is no such event or campaign.
pub async fn csv(store: &Store, of: AnswersOf) -> Result<String, Failure> {
    let text = store.read(move |r| {
        let scope = subject(r, &of)?.scope;
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(HEADINGS)?;
        let rows = every_guest(r, scope, |row| {
            let cells = [
                row.address,
                row.name,
                row.summary,
                if row.answer.is_empty() { "none".to_owned() } else { row.answer },
                row.at.as_ref().map(Timestamp::to_string).unwrap_or_default(),
                row.revision.to_string(),
                if row.outdated { "yes" } else { "no" }.to_owned(),
                row.extra_guests.to_string(),
                if row.by_hand { "yes" } else { "no" }.to_owned(),
                row.comment,
            ];
            cells.map(|cell| neutral(&cell))
        })?;
        for row in rows {
            writer.write_record(row)?;
        }
        Ok(String::from_utf8(writer.into_inner().context("Finish the CSV")?)?)
    });
    Ok(text.await?)
}

/// Writes everybody's answer to a file.
///
/// # Errors
/// When there is no such event or campaign, or the file cannot be written.
pub async fn export_csv(store: &Store, of: AnswersOf, path: &Path) -> Result<(), Failure> {
    let text = csv(store, of).await?;
    write(path, text.into_bytes()).await
}

/// Writes a file for the organizer.
pub(super) async fn write(path: &Path, bytes: Vec<u8>) -> Result<(), Failure> {
    tokio::fs::write(path, bytes).await.map_err(|error| {
        let words = format!("{} cannot be written: {error}. Choose another folder", path.display());
        Failure::new(Code::UnreadableFile, words).with("file", path.display())
    })
}

/// A cell that no spreadsheet runs as a formula: an apostrophe makes it text.
pub(super) fn neutral(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::neutral;

    #[test]
    fn formulas_become_text() {
        for cell in ["=1+1", "+44 20", "-2", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(neutral(cell), format!("'{cell}"), "{cell:?} would be run");
        }
        assert_eq!(neutral("Ada = Lovelace"), "Ada = Lovelace", "a sign inside is harmless");
    }
}
