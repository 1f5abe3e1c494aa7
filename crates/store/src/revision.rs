//! Revisions: what a guest can be told. A series' master with its exceptions at one moment, or one single event.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE revision (
    id         INTEGER PRIMARY KEY,
    event      INTEGER NOT NULL REFERENCES event (id),   -- the master or single event
    number     INTEGER NOT NULL,                         -- from 1
    sequence   INTEGER NOT NULL,                         -- what SEQUENCE says to guests
    cancelled  INTEGER NOT NULL DEFAULT 0,
    changed    TEXT    NOT NULL DEFAULT '[]',            -- JSON of FieldChanges against the revision before
    at         INTEGER NOT NULL,
    UNIQUE (event, number)
) STRICT;

-- The versions that a revision is made of: nothing is copied, and these versions are kept for ever.
CREATE TABLE revision_version (
    revision INTEGER NOT NULL REFERENCES revision (id) ON DELETE CASCADE,
    event    INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    PRIMARY KEY (revision, event),
    FOREIGN KEY (event, number) REFERENCES event_version (event, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX revision_version_version ON revision_version (event, number);
";

/// What guests can be told of an event since one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Row id.
    pub id: i64,
    /// The master or single event.
    pub event: i64,
    /// From 1.
    pub number: u32,
    /// What SEQUENCE says.
    pub sequence: u32,
    /// The event is off.
    pub cancelled: bool,
    /// JSON of what changed against the revision before.
    pub changed: String,
    /// When it was made.
    pub at: Timestamp,
}

/// A version of an event that a revision is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Component {
    /// The master, the single event, or an exception.
    pub event: i64,
    /// Its version.
    pub number: u32,
}

/// What a new revision says.
#[derive(Clone, Debug)]
pub struct NewRevision<'a> {
    /// The master or single event.
    pub event: i64,
    /// What SEQUENCE says.
    pub sequence: u32,
    /// The event is off.
    pub cancelled: bool,
    /// JSON of what changed.
    pub changed: &'a str,
    /// What it is made of.
    pub components: &'a [Component],
}

const COLUMNS: &str = "id, event, number, sequence, cancelled, changed, at";

fn row(row: &Row<'_>) -> rusqlite::Result<Revision> {
    Ok(Revision {
        id: row.get(0)?,
        event: row.get(1)?,
        number: row.get(2)?,
        sequence: row.get(3)?,
        cancelled: row.get(4)?,
        changed: row.get(5)?,
        at: instant(row.get(6)?),
    })
}

/// A revision by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<Revision>> {
    Ok(r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM revision WHERE id = ?1"))?.query_row([id], row).optional()?)
}

/// The newest revision of an event, if guests were ever to be told of it.
///
/// # Errors
/// When the database cannot be read.
pub fn latest(r: &Reader<'_>, event: i64) -> Result<Option<Revision>> {
    let mut select = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM revision WHERE event = ?1 ORDER BY number DESC LIMIT 1"))?;
    Ok(select.query_row([event], row).optional()?)
}

/// What a revision is made of, its master first.
///
/// # Errors
/// When the database cannot be read.
pub fn components(r: &Reader<'_>, revision: &Revision) -> Result<Vec<Component>> {
    let mut select = r.0.prepare_cached("SELECT event, number FROM revision_version WHERE revision = ?1 ORDER BY event <> ?2, event")?;
    Ok(select.query_map((revision.id, revision.event), component)?.collect::<rusqlite::Result<_>>()?)
}

/// The revisions of an event from one to another, both with it, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn between(r: &Reader<'_>, from: &Revision, to: &Revision) -> Result<Vec<Revision>> {
    let mut select =
        r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM revision WHERE event = ?1 AND number BETWEEN ?2 AND ?3 ORDER BY number"))?;
    Ok(select.query_map((from.event, from.number, to.number), row)?.collect::<rusqlite::Result<_>>()?)
}

/// Every version that guests were told of by a revision or by one before it.
///
/// # Errors
/// When the database cannot be read.
pub fn components_until(r: &Reader<'_>, revision: &Revision) -> Result<Vec<Component>> {
    let mut select = r.0.prepare_cached(
        "SELECT DISTINCT v.event, v.number FROM revision r JOIN revision_version v ON v.revision = r.id
         WHERE r.event = ?1 AND r.number <= ?2",
    )?;
    Ok(select.query_map((revision.event, revision.number), component)?.collect::<rusqlite::Result<_>>()?)
}

/// What an event is made of now: its master, then the exceptions that stand.
///
/// # Errors
/// When the database cannot be read.
pub fn current_components(r: &Reader<'_>, event: i64) -> Result<Vec<Component>> {
    let mut components =
        r.0.prepare_cached("SELECT id, version FROM event WHERE id = ?1")?
            .query_map([event], component)?
            .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut exceptions = r.0.prepare_cached("SELECT id, version FROM event WHERE master = ?1 AND deleted = 0 ORDER BY id")?;
    for exception in exceptions.query_map([event], component)? {
        components.push(exception?);
    }
    Ok(components)
}

/// When an event, or an occurrence of it, was last edited.
///
/// # Errors
/// When the database cannot be read.
pub fn edited_at(r: &Reader<'_>, event: i64) -> Result<Timestamp> {
    let mut select = r.0.prepare_cached(
        "SELECT coalesce(max(v.at), 0) FROM event e JOIN event_version v ON v.event = e.id AND v.number = e.version
         WHERE e.id = ?1 OR e.master = ?1",
    )?;
    Ok(instant(select.query_row([event], |row| row.get(0))?))
}

fn component(row: &Row<'_>) -> rusqlite::Result<Component> {
    Ok(Component { event: row.get(0)?, number: row.get(1)? })
}

/// Adds the next revision of an event.
///
/// # Errors
/// When the database cannot be written.
pub fn add(w: &Writer<'_>, new: &NewRevision<'_>, now: Timestamp) -> Result<Revision> {
    let number = latest(w, new.event)?.map_or(1, |latest| latest.number + 1);
    w.0.prepare_cached("INSERT INTO revision (event, number, sequence, cancelled, changed, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![new.event, number, new.sequence, new.cancelled, new.changed, millis(now)])?;
    let id = w.0.last_insert_rowid();
    let mut insert = w.0.prepare_cached("INSERT INTO revision_version (revision, event, number) VALUES (?1, ?2, ?3)")?;
    for component in new.components {
        insert.execute((id, component.event, component.number))?;
    }
    Ok(Revision {
        id,
        event: new.event,
        number,
        sequence: new.sequence,
        cancelled: new.cancelled,
        changed: new.changed.to_owned(),
        at: instant(millis(now)),
    })
}
