//! Messages and their versions.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE template (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;

-- Append only: what was sent can be looked at for ever.
CREATE TABLE template_version (
    id       INTEGER PRIMARY KEY,
    template INTEGER NOT NULL REFERENCES template (id),
    number   INTEGER NOT NULL,             -- from 1
    variant  TEXT    NOT NULL DEFAULT '',  -- A, B, ... or '' for all
    subject  TEXT    NOT NULL,
    body     TEXT    NOT NULL,             -- text with fields in double braces; blank lines part paragraphs
    at       INTEGER NOT NULL,
    UNIQUE (template, number, variant)
) STRICT;
";

/// A message as it was written at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateVersion {
    /// Row id: what a campaign freezes.
    pub id: i64,
    /// The message it is a version of.
    pub template: i64,
    /// From 1.
    pub number: i64,
    /// Subject with fields.
    pub subject: String,
    /// Body with fields.
    pub body: String,
    /// When it was written.
    pub at: Timestamp,
}

const COLUMNS: &str = "id, template, number, subject, body, at";

fn row(row: &Row<'_>) -> rusqlite::Result<TemplateVersion> {
    Ok(TemplateVersion {
        id: row.get(0)?,
        template: row.get(1)?,
        number: row.get(2)?,
        subject: row.get(3)?,
        body: row.get(4)?,
        at: instant(row.get(5)?),
    })
}

/// Creates a message without a version.
///
/// # Errors
/// When the database cannot be written.
pub fn create(w: &Writer<'_>, name: &str, now: Timestamp) -> Result<i64> {
    w.0.prepare_cached("INSERT INTO template (name, created_at) VALUES (?1, ?2)")?.execute((name, millis(now)))?;
    Ok(w.0.last_insert_rowid())
}

/// Writes a message: a new version, or the newest one where it says the same already.
///
/// # Errors
/// When the database cannot be written.
pub fn add_version(w: &Writer<'_>, template: i64, subject: &str, body: &str, now: Timestamp) -> Result<TemplateVersion> {
    let newest =
        w.0.prepare_cached(&format!("SELECT {COLUMNS} FROM template_version WHERE template = ?1 ORDER BY number DESC LIMIT 1"))?
            .query_row([template], row)
            .optional()?;
    let number = match newest {
        Some(newest) if newest.subject == subject && newest.body == body => return Ok(newest),
        Some(newest) => newest.number + 1,
        None => 1,
    };
    w.0.prepare_cached("INSERT INTO template_version (template, number, subject, body, at) VALUES (?1, ?2, ?3, ?4, ?5)")?.execute((
        template,
        number,
        subject,
        body,
        millis(now),
    ))?;
    Ok(TemplateVersion {
        id: w.0.last_insert_rowid(),
        template,
        number,
        subject: subject.to_owned(),
        body: body.to_owned(),
        at: instant(millis(now)),
    })
}

/// A version by its row id.
///
/// # Errors
/// When the database cannot be read.
pub fn version(r: &Reader<'_>, id: i64) -> Result<Option<TemplateVersion>> {
    Ok(r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM template_version WHERE id = ?1"))?.query_row([id], row).optional()?)
}
