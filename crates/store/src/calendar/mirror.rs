//! Sub-calendars of an account: which of its calendars each mirrors, and how far.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use super::Role;
use crate::{Reader, Writer, instant, millis};

/// A calendar that mirrors one of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mirror {
    /// The calendar here.
    pub calendar: i64,
    /// The account.
    pub account: i64,
    /// The account's name for its calendar.
    pub remote_id: String,
    /// What it is called here.
    pub name: String,
    /// IANA name of its zone.
    pub zone: String,
    /// What the account may do in it.
    pub role: Role,
    /// From where to go on; empty where everything is to be looked at.
    pub token: String,
    /// When it was last looked at to the end.
    pub synced_at: Option<Timestamp>,
    /// How many changes that brought.
    pub changes: u32,
    /// Why the last look did not come to its end.
    pub problem: Problem,
}

/// Why a look did not come to its end, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Problem {
    /// It did.
    #[default]
    None,
    /// It passes by itself: the next look may come to its end.
    Passing(String),
    /// It stays until somebody does something.
    Lasting(String),
}

impl Problem {
    /// The words; empty where there is none.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::None => "",
            Self::Passing(words) | Self::Lasting(words) => words,
        }
    }

    fn of(words: String, passing: bool) -> Self {
        match (words.as_str(), passing) {
            ("", _) => Self::None,
            (_, true) => Self::Passing(words),
            (_, false) => Self::Lasting(words),
        }
    }
}

const COLUMNS: &str = "id, account, remote_id, name, zone, role, sync_token, synced_at, changes, problem, passing";

/// The mirrored calendars of an account.
///
/// # Errors
/// When the database cannot be read.
pub fn of_account(r: &Reader<'_>, account: i64) -> Result<Vec<Mirror>> {
    let sql = format!("SELECT {COLUMNS} FROM calendar WHERE account = ?1 AND deleted_at IS NULL ORDER BY position, id");
    let mut statement = r.0.prepare_cached(&sql)?;
    let rows = statement.query_map([account], mirror_of)?;
    rows.collect::<Result<_, _>>().context("Read an account's calendars")
}

/// What a calendar mirrors; none where it lives only here.
///
/// # Errors
/// When the database cannot be read.
pub fn of_calendar(r: &Reader<'_>, calendar: i64) -> Result<Option<Mirror>> {
    let sql = format!("SELECT {COLUMNS} FROM calendar WHERE id = ?1 AND account IS NOT NULL AND deleted_at IS NULL");
    r.0.prepare_cached(&sql)?.query_row([calendar], mirror_of).optional().context("Read what a calendar mirrors")
}

/// Makes a calendar a mirror.
///
/// # Errors
/// When the database cannot be written.
pub fn link(w: &Writer<'_>, calendar: i64, account: i64, remote_id: &str, role: Role) -> Result<()> {
    w.0.prepare_cached(
        "UPDATE calendar SET account = ?2, remote_id = ?3, role = ?4, sync_token = '', problem = '', passing = 0 WHERE id = ?1",
    )?
    .execute((calendar, account, remote_id, role.word()))?;
    Ok(())
}

/// Makes a mirror a calendar that lives only here.
///
/// # Errors
/// When the database cannot be written.
pub fn unlink(w: &Writer<'_>, calendar: i64) -> Result<()> {
    w.0.prepare_cached(
        "UPDATE calendar SET account = NULL, remote_id = '', role = 'owner', sync_token = '', synced_at = NULL, changes = 0, problem = '',
             passing = 0
         WHERE id = ?1",
    )?
    .execute([calendar])?;
    Ok(())
}

/// Keeps what the account may do in a calendar now, and its zone.
///
/// # Errors
/// When the database cannot be written.
pub fn put_role(w: &Writer<'_>, calendar: i64, role: Role) -> Result<()> {
    w.0.prepare_cached("UPDATE calendar SET role = ?2 WHERE id = ?1")?.execute((calendar, role.word()))?;
    Ok(())
}

/// Keeps from where to go on, in the transaction of what came before it.
///
/// # Errors
/// When the database cannot be written.
pub fn put_token(w: &Writer<'_>, calendar: i64, token: &str) -> Result<()> {
    w.0.prepare_cached("UPDATE calendar SET sync_token = ?2 WHERE id = ?1")?.execute((calendar, token))?;
    Ok(())
}

/// Notes that a look came to its end, and what it brought. One that brought nothing leaves the last one's number.
///
/// # Errors
/// When the database cannot be written.
pub fn put_synced(w: &Writer<'_>, calendar: i64, at: Timestamp, changes: u32) -> Result<()> {
    w.0.prepare_cached("UPDATE calendar SET synced_at = ?2, changes = ?3, problem = '', passing = 0 WHERE id = ?1")?.execute((
        calendar,
        millis(at),
        changes,
    ))?;
    Ok(())
}

/// Notes why a look did not come to its end.
///
/// # Errors
/// When the database cannot be written.
pub fn put_problem(w: &Writer<'_>, calendar: i64, problem: &Problem) -> Result<()> {
    let passing = matches!(problem, Problem::Passing(_));
    w.0.prepare_cached("UPDATE calendar SET problem = ?2, passing = ?3 WHERE id = ?1")?.execute((calendar, problem.words(), passing))?;
    Ok(())
}

fn mirror_of(row: &Row<'_>) -> rusqlite::Result<Mirror> {
    Ok(Mirror {
        calendar: row.get(0)?,
        account: row.get(1)?,
        remote_id: row.get(2)?,
        name: row.get(3)?,
        zone: row.get(4)?,
        role: Role::of(row.get_ref(5)?.as_str()?),
        token: row.get(6)?,
        synced_at: row.get::<_, Option<i64>>(7)?.map(instant),
        changes: row.get(8)?,
        problem: Problem::of(row.get(9)?, row.get(10)?),
    })
}
