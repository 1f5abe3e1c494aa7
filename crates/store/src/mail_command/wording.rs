//! The words that commands are answered with: a message of the organizer's for each kind of answer, with its versions.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::OptionalExtension as _;

use crate::template::{self, TemplateVersion};
use crate::{Reader, Writer};

pub(crate) const CREATE: &str = "
CREATE TABLE mail_command_wording (
    kind     TEXT    NOT NULL PRIMARY KEY,  -- created, updated, cancelled, failed
    template INTEGER NOT NULL REFERENCES template (id)
) STRICT, WITHOUT ROWID;
";

/// The newest words of a kind; none where nobody wrote any.
///
/// # Errors
/// When the database cannot be read.
pub fn newest(r: &Reader<'_>, kind: &str) -> Result<Option<TemplateVersion>> {
    let mut select = r.0.prepare_cached(
        "SELECT v.id FROM mail_command_wording w JOIN template_version v ON v.template = w.template
         WHERE w.kind = ?1 ORDER BY v.number DESC LIMIT 1",
    )?;
    let version: Option<i64> = select.query_row([kind], |row| row.get(0)).optional()?;
    version.map_or(Ok(None), |version| template::version(r, version))
}

/// Writes the words of a kind: a new version, or the newest one where it says the same already.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, kind: &str, subject: &str, body: &str, now: Timestamp) -> Result<TemplateVersion> {
    let known: Option<i64> =
        w.0.prepare_cached("SELECT template FROM mail_command_wording WHERE kind = ?1")?.query_row([kind], |row| row.get(0)).optional()?;
    let template = if let Some(known) = known {
        known
    } else {
        let template = template::create(w, &format!("Invitation by mail: {kind}"), now)?;
        w.0.prepare_cached("INSERT INTO mail_command_wording (kind, template) VALUES (?1, ?2)")?.execute((kind, template))?;
        template
    };
    template::add_version(w, template, subject, body, now)
}
