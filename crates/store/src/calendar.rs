//! Sub-calendars.

pub mod mirror;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE calendar (
    id         INTEGER PRIMARY KEY,
    account    INTEGER REFERENCES account (id),   -- NULL: lives only here
    remote_id  TEXT    NOT NULL DEFAULT '',       -- the account's name for it
    name       TEXT    NOT NULL,
    colour     TEXT    NOT NULL,                  -- name of a colour of the window's palette
    zone       TEXT    NOT NULL DEFAULT 'UTC',    -- IANA; for floating times, whole days and new events
    role       TEXT    NOT NULL DEFAULT 'owner',  -- owner, writer, reader
    sync_token TEXT    NOT NULL DEFAULT '',       -- '': everything is to be looked at
    synced_at  INTEGER,                           -- when that last came to its end
    changes    INTEGER NOT NULL DEFAULT 0,        -- how many it brought
    problem    TEXT    NOT NULL DEFAULT '',       -- why it did not, in words
    passing    INTEGER NOT NULL DEFAULT 0,        -- 1: that passes by itself
    hidden     INTEGER NOT NULL DEFAULT 0,
    position   INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    deleted_at INTEGER,                           -- kept for its history
    standing_order INTEGER                        -- what changes from then on is told to Yes and Maybe unasked; NULL: the organizer is asked
) STRICT;
CREATE UNIQUE INDEX calendar_name ON calendar (name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX calendar_remote ON calendar (account, remote_id) WHERE account IS NOT NULL AND deleted_at IS NULL;
";

const COLUMNS: &str = "id, name, colour, zone, role, hidden, created_at, deleted_at, standing_order, account";

/// A sub-calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Its id.
    pub id: i64,
    /// Unique among those that are not deleted.
    pub name: String,
    /// Name of a colour of the window's palette.
    pub colour: String,
    /// IANA name of the zone that floating times and whole days are placed in.
    pub zone: String,
    /// What the organizer may do in it.
    pub role: Role,
    /// Not shown in views.
    pub hidden: bool,
    /// When it came to be.
    pub created_at: Timestamp,
    /// When it was deleted; its events and their history are kept.
    pub deleted_at: Option<Timestamp>,
    /// Changes from then on are told to those who said yes or maybe without asking; none where the organizer is asked.
    pub standing_order: Option<Timestamp>,
    /// The account whose calendar it mirrors; none where it lives only here.
    pub account: Option<i64>,
}

/// What the organizer may do in a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Owner,
    /// Change events.
    Writer,
    /// Look.
    Reader,
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Writer => "writer",
            Self::Reader => "reader",
        }
    }

    fn of(text: &str) -> Self {
        match text {
            "owner" => Self::Owner,
            "writer" => Self::Writer,
            _ => Self::Reader,
        }
    }
}

/// How much a calendar holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Single events and series.
    pub events: u32,
    /// Start of the first occurrence.
    pub first: Option<Timestamp>,
    /// Start of the last occurrence; of an endless series the last one that is expanded.
    pub last: Option<Timestamp>,
}

/// Every calendar that is not deleted, in the organizer's order.
///
/// # Errors
/// When the database cannot be read.
pub fn list(r: &Reader<'_>) -> Result<Vec<Calendar>> {
    let mut statement = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM calendar WHERE deleted_at IS NULL ORDER BY position, id"))?;
    let calendars = statement.query_map([], calendar_of)?;
    calendars.collect::<Result<_, _>>().context("Read the calendars")
}

/// A calendar, deleted or not.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<Calendar>> {
    Ok(r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM calendar WHERE id = ?1"))?.query_row([id], calendar_of).optional()?)
}

/// The calendar of that name that is not deleted.
///
/// # Errors
/// When the database cannot be read.
pub fn find(r: &Reader<'_>, name: &str) -> Result<Option<Calendar>> {
    let mut statement = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM calendar WHERE name = ?1 AND deleted_at IS NULL"))?;
    Ok(statement.query_row([name], calendar_of).optional()?)
}

/// How much a calendar holds.
///
/// # Errors
/// When the database cannot be read.
pub fn extent(r: &Reader<'_>, id: i64) -> Result<Extent> {
    let events =
        r.0.prepare_cached("SELECT count(*) FROM event WHERE calendar = ?1 AND deleted = 0 AND master IS NULL")?
            .query_row([id], |row| row.get(0))?;
    let edge = |sql: &str| -> Result<Option<i64>> { Ok(r.0.prepare_cached(sql)?.query_row([id], |row| row.get(0))?) };
    let of_instances = [
        edge("SELECT min(start_utc) FROM instance WHERE calendar = ?1")?,
        edge("SELECT max(start_utc) FROM instance WHERE calendar = ?1")?,
    ];
    let of_series = [
        edge("SELECT min(first_utc) FROM series WHERE calendar = ?1")?,
        edge("SELECT max(coalesce(last_utc, first_utc)) FROM series WHERE calendar = ?1")?,
    ];
    let all = || of_instances.into_iter().chain(of_series).flatten();
    Ok(Extent { events, first: all().min().map(instant), last: all().max().map(instant) })
}

/// Creates a calendar at the end of the list.
///
/// # Errors
/// When the database cannot be written, or the name is taken.
pub fn create(w: &Writer<'_>, name: &str, colour: &str, zone: &str, at: Timestamp) -> Result<i64> {
    w.0.prepare_cached(
        "INSERT INTO calendar (name, colour, zone, created_at, position)
         VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(position), 0) + 1 FROM calendar))",
    )?
    .execute((name, colour, zone, millis(at)))
    .context("Create the calendar")?;
    Ok(w.0.last_insert_rowid())
}

/// Keeps a calendar's name, colour, whether it is hidden, and its standing order.
///
/// # Errors
/// When the database cannot be written, or the name is taken.
pub fn update(w: &Writer<'_>, calendar: &Calendar) -> Result<()> {
    w.0.prepare_cached("UPDATE calendar SET name = ?2, colour = ?3, hidden = ?4, standing_order = ?5 WHERE id = ?1")?
        .execute((calendar.id, &calendar.name, &calendar.colour, calendar.hidden, calendar.standing_order.map(millis)))
        .context("Change the calendar")?;
    Ok(())
}

/// Takes a calendar out of view, or brings it back where `at` is none.
///
/// # Errors
/// When the database cannot be written, or the name was taken in the meantime.
pub fn set_deleted(w: &Writer<'_>, id: i64, at: Option<Timestamp>) -> Result<()> {
    w.0.prepare_cached("UPDATE calendar SET deleted_at = ?2 WHERE id = ?1")?
        .execute((id, at.map(millis)))
        .context("Delete or restore the calendar")?;
    Ok(())
}

fn calendar_of(row: &Row<'_>) -> rusqlite::Result<Calendar> {
    Ok(Calendar {
        id: row.get(0)?,
        name: row.get(1)?,
        colour: row.get(2)?,
        zone: row.get(3)?,
        role: Role::of(row.get_ref(4)?.as_str()?),
        hidden: row.get(5)?,
        created_at: instant(row.get(6)?),
        deleted_at: row.get::<_, Option<i64>>(7)?.map(instant),
        standing_order: row.get::<_, Option<i64>>(8)?.map(instant),
        account: row.get(9)?,
    })
}
