//! Reading guests from what people have: CSV of every dialect, spreadsheets, address-book cards, pasted text. All become one [`Table`].

mod card;
mod delimited;
mod encoding;
mod pasted;
mod sheet;

use std::path::Path;

use anyhow::Result;

use super::view::{ColumnField, GuestSource};
use crate::error::{Code, Failure};

/// A list of a million guests has some 100 MB.
const LARGEST_FILE: u64 = 512 << 20;

/// Rows of cells, and where each of them stands.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// Names of the columns; empty where there are none or they are not known yet.
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// Where the columns go, if the form of the source says it.
    pub(super) fields: Option<Vec<ColumnField>>,
    /// What could not be read as it stands: line and reason.
    pub(super) problems: Vec<(u32, String)>,
}

/// One row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Its line in the file, from 1.
    pub(super) line: u32,
    pub(super) cells: Vec<String>,
}

/// Reads a source.
///
/// # Errors
/// [`Code::UnreadableFile`] with a sentence.
pub(super) fn read(source: &GuestSource) -> Result<Table> {
    match source {
        GuestSource::Text { text } => Ok(pasted::read(&encoding::unify_lines(text.trim_start_matches('\u{feff}')))),
        GuestSource::File { path } => {
            let path = Path::new(path);
            let bytes = load(path)?;
            read_bytes(&bytes).map_err(|reason| unreadable(path, &reason))
        }
    }
}

/// What a source is called, and what a list made from it could be.
pub(super) fn names(source: &GuestSource) -> (String, String) {
    match source {
        GuestSource::Text { .. } => ("pasted text".to_owned(), "Pasted guests".to_owned()),
        GuestSource::File { path } => {
            let path = Path::new(path);
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().replace(['_', '-'], " ");
            (name, stem.trim().to_owned())
        }
    }
}

fn load(path: &Path) -> Result<Vec<u8>> {
    let size = std::fs::metadata(path).map_err(|error| unreadable(path, &format!("it cannot be opened: {error}")))?.len();
    if size > LARGEST_FILE {
        return Err(unreadable(path, "it is larger than 512 MB. Split it into several files"));
    }
    std::fs::read(path).map_err(|error| unreadable(path, &format!("it cannot be read: {error}")))
}

fn read_bytes(bytes: &[u8]) -> Result<Table, String> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return sheet::read(bytes);
    }
    if bytes.starts_with(b"%PDF") {
        return Err("it is a PDF. Export the list as CSV or XLSX".to_owned());
    }
    let text = encoding::decode(bytes).ok_or("it is not text, and not a spreadsheet of a known kind. Export the list as CSV or XLSX")?;
    let text = encoding::unify_lines(&text);
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    if card::is_card(&text) {
        return Ok(card::read(&text));
    }
    Ok(pasted::read(&text))
}

fn unreadable(path: &Path, reason: &str) -> anyhow::Error {
    Failure::new(Code::UnreadableFile, format!("{} cannot be used: {reason}.", path.display())).with("file", path.display()).into()
}

#[cfg(test)]
mod tests;
