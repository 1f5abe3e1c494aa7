//! Which event is the copy of which, and what the rule last wanted it to say.

use anyhow::{Context as _, Result};
use calendar::Event;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::words::words;
use crate::{Reader, Writer};

pub(crate) const CREATE: &str = "
CREATE TABLE copy (
    rule       INTEGER NOT NULL REFERENCES copy_rule (id) ON DELETE CASCADE,
    source_uid TEXT    NOT NULL,
    target_uid TEXT    NOT NULL,               -- of the copy, or of the twin
    state      TEXT    NOT NULL,               -- copied, taken_away, declined, twin
    base       TEXT    NOT NULL DEFAULT '[]',  -- JSON of the events as the rule last wanted them
    PRIMARY KEY (rule, source_uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_target ON copy (rule, target_uid);
CREATE INDEX copy_twin ON copy (rule) WHERE state = 'twin';
";

words! {
    /// What became of the copy of an event.
    pub enum State {
        /// It is there, or was deleted by hand since.
        Copied = "copied",
        /// The rule took it away again.
        TakenAway = "taken_away",
        /// The organizer deleted it.
        Declined = "declined",
        /// Somebody made the same by hand: the organizer is asked.
        Twin = "twin",
    }
}

/// A copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// The rule.
    pub rule: i64,
    /// UID of the event.
    pub source_uid: String,
    /// UID of the copy, or of the twin.
    pub target_uid: String,
    /// What became of it.
    pub state: State,
    /// The copy as the rule last wanted it, a master first.
    pub base: Vec<Event>,
}

const COLUMNS: &str = "rule, source_uid, target_uid, state, base";

/// What became of the copy of an event.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, rule: i64, source_uid: &str) -> Result<Option<Copy>> {
    let sql = format!("SELECT {COLUMNS} FROM copy WHERE rule = ?1 AND source_uid = ?2");
    r.0.prepare_cached(&sql)?.query_row((rule, source_uid), row_of).optional().context("Read a copy")
}

/// The UIDs of the events whose copy, or whose twin, has this UID.
///
/// # Errors
/// When the database cannot be read.
pub fn sources_of(r: &Reader<'_>, rule: i64, target_uid: &str) -> Result<Vec<String>> {
    let mut statement = r.0.prepare_cached("SELECT source_uid FROM copy WHERE rule = ?1 AND target_uid = ?2")?;
    let uids = statement.query_map((rule, target_uid), |row| row.get(0))?;
    uids.collect::<Result<_, _>>().context("Find what an event is the copy of")
}

/// The UIDs of every event of a rule that has or had a copy.
///
/// # Errors
/// When the database cannot be read.
pub fn sources(r: &Reader<'_>, rule: i64) -> Result<Vec<String>> {
    let mut statement = r.0.prepare_cached("SELECT source_uid FROM copy WHERE rule = ?1 ORDER BY source_uid")?;
    let uids = statement.query_map([rule], |row| row.get(0))?;
    uids.collect::<Result<_, _>>().context("Read what was copied")
}

/// How many copies of a rule stand in this state.
///
/// # Errors
/// When the database cannot be read.
pub fn count(r: &Reader<'_>, rule: i64, state: State) -> Result<u32> {
    Ok(r.0.prepare_cached("SELECT count(*) FROM copy WHERE rule = ?1 AND state = ?2")?.query_row((rule, state), |row| row.get(0))?)
}

/// How many twins wait for the organizer.
///
/// # Errors
/// When the database cannot be read.
pub fn waiting(r: &Reader<'_>) -> Result<u32> {
    Ok(r.0.prepare_cached("SELECT count(*) FROM copy WHERE state = 'twin'")?.query_row([], |row| row.get(0))?)
}

/// What the organizer is to be asked about, of every rule.
///
/// # Errors
/// When the database cannot be read.
pub fn twins(r: &Reader<'_>) -> Result<Vec<Copy>> {
    let mut statement = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM copy WHERE state = 'twin' ORDER BY rule, source_uid"))?;
    let twins = statement.query_map([], row_of)?;
    twins.collect::<Result<_, _>>().context("Read the twins")
}

/// Writes down what became of a copy.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, copy: &Copy) -> Result<()> {
    w.0.prepare_cached(
        "INSERT INTO copy (rule, source_uid, target_uid, state, base) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET target_uid = excluded.target_uid, state = excluded.state, base = excluded.base",
    )?
    .execute(params![copy.rule, copy.source_uid, copy.target_uid, copy.state, serde_json::to_string(&copy.base)?])?;
    Ok(())
}

/// Forgets about the copy of an event.
///
/// # Errors
/// When the database cannot be written.
pub fn remove(w: &Writer<'_>, rule: i64, source_uid: &str) -> Result<()> {
    w.0.prepare_cached("DELETE FROM copy WHERE rule = ?1 AND source_uid = ?2")?.execute((rule, source_uid))?;
    Ok(())
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<Copy> {
    let base: String = row.get(4)?;
    Ok(Copy {
        rule: row.get(0)?,
        source_uid: row.get(1)?,
        target_uid: row.get(2)?,
        state: row.get(3)?,
        base: serde_json::from_str(&base).unwrap_or_default(),
    })
}
