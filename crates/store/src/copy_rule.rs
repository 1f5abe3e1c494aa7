//! Rules by which the events of one calendar are written into another too, and what became of each of them.

pub mod copy;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::words::words;
use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE copy_rule (
    id             INTEGER PRIMARY KEY,
    source         INTEGER NOT NULL REFERENCES calendar (id),
    target         INTEGER NOT NULL REFERENCES calendar (id),
    title          TEXT    NOT NULL,               -- of a copy, with {title} for the event's
    colour         TEXT    NOT NULL DEFAULT '',    -- name of a colour; '' the target's own
    zone           TEXT    NOT NULL DEFAULT '',    -- IANA; '' as the event has it
    words          TEXT    NOT NULL DEFAULT '[]',  -- JSON: only events with one of these
    only_confirmed INTEGER NOT NULL DEFAULT 0,
    not_over_at    INTEGER,                        -- only what was not over then; NULL: also what is
    gone           TEXT    NOT NULL,               -- what happens to the copy of what is gone: cancel, delete, keep
    created_at     INTEGER NOT NULL,
    followed_at    INTEGER,                        -- when something was last written by it
    UNIQUE (source, target)
) STRICT;
";

words! {
    /// What happens to a copy whose event is gone.
    pub enum Gone {
        /// It says that it is cancelled.
        Cancel = "cancel",
        /// It is deleted.
        Delete = "delete",
        /// It stays.
        Keep = "keep",
    }
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyRule {
    /// Its id; 0 before it is written.
    pub id: i64,
    /// The calendar that is copied from.
    pub source: i64,
    /// The calendar that is written into.
    pub target: i64,
    /// Title of a copy.
    pub title: String,
    /// Name of a colour; may be empty.
    pub colour: String,
    /// IANA name of a zone; may be empty.
    pub zone: String,
    /// Only events with one of these.
    pub words: Vec<String>,
    /// Only what takes place for certain.
    pub only_confirmed: bool,
    /// Only what was not over then.
    pub not_over_at: Option<Timestamp>,
    /// What happens to the copy of what is gone.
    pub gone: Gone,
    /// When it was made.
    pub created_at: Timestamp,
    /// When something was last written by it.
    pub followed_at: Option<Timestamp>,
}

const COLUMNS: &str = "id, source, target, title, colour, zone, words, only_confirmed, not_over_at, gone, created_at, followed_at";

/// Every rule, in the order in which they were made.
///
/// # Errors
/// When the database cannot be read.
pub fn list(r: &Reader<'_>) -> Result<Vec<CopyRule>> {
    let mut statement = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM copy_rule ORDER BY id"))?;
    let rules = statement.query_map([], row_of)?;
    rules.collect::<Result<_, _>>().context("Read the rules for copies")
}

/// A rule.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<CopyRule>> {
    let sql = format!("SELECT {COLUMNS} FROM copy_rule WHERE id = ?1");
    r.0.prepare_cached(&sql)?.query_row([id], row_of).optional().context("Read a rule for copies")
}

/// The rule between two calendars.
///
/// # Errors
/// When the database cannot be read.
pub fn between(r: &Reader<'_>, source: i64, target: i64) -> Result<Option<CopyRule>> {
    let sql = format!("SELECT {COLUMNS} FROM copy_rule WHERE source = ?1 AND target = ?2");
    r.0.prepare_cached(&sql)?.query_row((source, target), row_of).optional().context("Find a rule for copies")
}

/// Writes a rule down, new where its id is 0. It begins anew with every event of its source. Its id.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, rule: &CopyRule) -> Result<i64> {
    let words = serde_json::to_string(&rule.words)?;
    w.0.prepare_cached(
        "INSERT INTO copy_rule (id, source, target, title, colour, zone, words, only_confirmed, not_over_at, gone, created_at)
         VALUES (nullif(?1, 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (id) DO UPDATE SET source = ?2, target = ?3, title = ?4, colour = ?5, zone = ?6, words = ?7, only_confirmed = ?8,
             not_over_at = ?9, gone = ?10",
    )?
    .execute(params![
        rule.id,
        rule.source,
        rule.target,
        rule.title,
        rule.colour,
        rule.zone,
        words,
        rule.only_confirmed,
        rule.not_over_at.map(millis),
        rule.gone,
        millis(rule.created_at)
    ])?;
    let id = if rule.id == 0 { w.0.last_insert_rowid() } else { rule.id };
    crate::bookmark::remove(w, &bookmark(id))?;
    Ok(id)
}

/// Notes when something was written by a rule.
///
/// # Errors
/// When the database cannot be written.
pub fn put_followed(w: &Writer<'_>, id: i64, at: Timestamp) -> Result<()> {
    w.0.prepare_cached("UPDATE copy_rule SET followed_at = ?2 WHERE id = ?1")?.execute((id, millis(at)))?;
    Ok(())
}

/// Forgets a rule, and whose copies its copies are. They stay.
///
/// # Errors
/// When the database cannot be written.
pub fn remove(w: &Writer<'_>, id: i64) -> Result<()> {
    w.0.prepare_cached("DELETE FROM copy_rule WHERE id = ?1")?.execute([id])?;
    crate::bookmark::remove(w, &bookmark(id))
}

/// The name of a rule's bookmark in the log of changes.
#[must_use]
pub fn bookmark(id: i64) -> String {
    format!("copy_rule:{id}")
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<CopyRule> {
    let words: String = row.get(6)?;
    Ok(CopyRule {
        id: row.get(0)?,
        source: row.get(1)?,
        target: row.get(2)?,
        title: row.get(3)?,
        colour: row.get(4)?,
        zone: row.get(5)?,
        words: serde_json::from_str(&words).unwrap_or_default(),
        only_confirmed: row.get(7)?,
        not_over_at: row.get::<_, Option<i64>>(8)?.map(instant),
        gone: row.get(9)?,
        created_at: instant(row.get(10)?),
        followed_at: row.get::<_, Option<i64>>(11)?.map(instant),
    })
}
