//! What a provider had when it was last looked at, item by item: what both sides last had in common.

use std::collections::HashMap;

use anyhow::{Context as _, Result};
use calendar::remote::{Content, RemoteItem};
use rusqlite::{OptionalExtension as _, Row, params};

use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE remote_item (
    calendar  INTEGER NOT NULL REFERENCES calendar (id),
    remote_id TEXT    NOT NULL,              -- the provider's name for it
    etag      TEXT    NOT NULL,
    series    TEXT,                          -- the item that this one is an exception of
    uid       TEXT    NOT NULL DEFAULT '',   -- UID here; '' until its series is known
    content   TEXT    NOT NULL,              -- JSON of a Content
    edited    INTEGER,                       -- by the provider's clock
    PRIMARY KEY (calendar, remote_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX remote_item_uid ON remote_item (calendar, uid);
CREATE INDEX remote_item_series ON remote_item (calendar, series) WHERE series IS NOT NULL;
";

const COLUMNS: &str = "remote_id, etag, series, content, edited";

/// An item that is known.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, calendar: i64, id: &str) -> Result<Option<RemoteItem>> {
    let sql = format!("SELECT {COLUMNS} FROM remote_item WHERE calendar = ?1 AND remote_id = ?2");
    r.0.prepare_cached(&sql)?.query_row((calendar, id), item_of).optional().context("Read an item of a provider")
}

/// The UID here of the series that an item holds or belongs to; none where it is not known.
///
/// # Errors
/// When the database cannot be read.
pub fn uid(r: &Reader<'_>, calendar: i64, id: &str) -> Result<Option<String>> {
    let mut select = r.0.prepare_cached("SELECT uid FROM remote_item WHERE calendar = ?1 AND remote_id = ?2 AND uid > ''")?;
    Ok(select.query_row((calendar, id), |row| row.get(0)).optional()?)
}

/// The items that hold a series.
///
/// # Errors
/// When the database cannot be read.
pub fn of_uid(r: &Reader<'_>, calendar: i64, uid: &str) -> Result<Vec<RemoteItem>> {
    // Left to itself the planner walks the whole calendar by its primary key.
    let sql = format!("SELECT {COLUMNS} FROM remote_item INDEXED BY remote_item_uid WHERE calendar = ?1 AND uid = ?2 AND uid > ''");
    let mut statement = r.0.prepare_cached(&sql)?;
    let items = statement.query_map((calendar, uid), item_of)?;
    items.collect::<Result<_, _>>().context("Read what a provider holds of a series")
}

/// Name and version of every item of a calendar.
///
/// # Errors
/// When the database cannot be read.
pub fn etags(r: &Reader<'_>, calendar: i64) -> Result<HashMap<String, String>> {
    let mut statement = r.0.prepare_cached("SELECT remote_id, etag FROM remote_item WHERE calendar = ?1")?;
    let rows = statement.query_map([calendar], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect::<Result<_, _>>().context("Read what a provider holds")
}

/// Keeps an item as it was last seen, under the UID that it has here; empty where that is not known yet.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, calendar: i64, uid: &str, item: &RemoteItem) -> Result<()> {
    w.0.prepare_cached(
        "INSERT OR REPLACE INTO remote_item (calendar, remote_id, etag, series, uid, content, edited) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        calendar,
        item.id,
        item.etag,
        item.series,
        uid,
        serde_json::to_string(&item.content)?,
        item.edited.map(millis)
    ])?;
    Ok(())
}

/// Gives the exceptions that came before their series the UID that it has here.
///
/// # Errors
/// When the database cannot be written.
pub fn adopt(w: &Writer<'_>, calendar: i64, series: &str, uid: &str) -> Result<()> {
    w.0.prepare_cached("UPDATE remote_item INDEXED BY remote_item_series SET uid = ?3 WHERE calendar = ?1 AND series = ?2 AND uid = ''")?
        .execute((calendar, series, uid))?;
    Ok(())
}

/// Forgets an item that is gone, and with a series its exceptions, whether or not the provider names them.
///
/// # Errors
/// When the database cannot be written.
pub fn remove(w: &Writer<'_>, calendar: i64, id: &str) -> Result<()> {
    w.0.prepare_cached("DELETE FROM remote_item WHERE calendar = ?1 AND remote_id = ?2")?.execute((calendar, id))?;
    w.0.prepare_cached("DELETE FROM remote_item INDEXED BY remote_item_series WHERE calendar = ?1 AND series = ?2")?
        .execute((calendar, id))?;
    Ok(())
}

/// Forgets all that was known of a calendar.
///
/// # Errors
/// When the database cannot be written.
pub fn remove_all(w: &Writer<'_>, calendar: i64) -> Result<()> {
    w.0.prepare_cached("DELETE FROM remote_item WHERE calendar = ?1")?.execute([calendar])?;
    Ok(())
}

fn item_of(row: &Row<'_>) -> rusqlite::Result<RemoteItem> {
    let content: String = row.get(3)?;
    Ok(RemoteItem {
        id: row.get(0)?,
        etag: row.get(1)?,
        series: row.get(2)?,
        // What cannot be read any more is looked at anew.
        content: serde_json::from_str(&content).unwrap_or(Content::Listed),
        edited: row.get::<_, Option<i64>>(4)?.map(instant),
    })
}
