//! Connected services: what sends, what receives, where calendars come from.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row};

use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE account (
    id         INTEGER PRIMARY KEY,
    role       TEXT    NOT NULL,             -- sender, inbox or calendar
    kind       TEXT    NOT NULL,             -- smtp, ses, imap, maildir, rehearsal, google, ...
    label      TEXT    NOT NULL,             -- the organizer's name for it
    address    TEXT    NOT NULL DEFAULT '',  -- From of a sender, ORGANIZER of an inbox
    settings   TEXT    NOT NULL DEFAULT '{}',-- JSON of the kind's own settings, never a secret
    state      TEXT    NOT NULL DEFAULT 'ok',-- ok, needs_login, stopped
    problem    TEXT    NOT NULL DEFAULT '',  -- why it is not ok, in the service's words
    rest_until INTEGER,                      -- the service asked to be left alone until then
    created_at INTEGER NOT NULL,
    deleted_at INTEGER                       -- kept while campaigns or receipts name it
) STRICT;
CREATE UNIQUE INDEX account_label ON account (role, label) WHERE deleted_at IS NULL;
";

const COLUMNS: &str = "id, role, kind, label, address, settings, state, problem, rest_until";

/// What an account is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It sends.
    Sender,
    /// Answers come back to it.
    Inbox,
    /// It holds calendars.
    Calendar,
}

impl Role {
    /// The word for it: sender, inbox or calendar.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Inbox => "inbox",
            Self::Calendar => "calendar",
        }
    }

    fn read(word: &str) -> Self {
        match word {
            "sender" => Self::Sender,
            "inbox" => Self::Inbox,
            _ => Self::Calendar,
        }
    }
}

/// How an account stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Usable.
    Ok,
    /// Its password, key or consent is needed again: the service's words.
    NeedsLogin(String),
    /// The service stopped it: the service's words.
    Stopped(String),
}

/// A connected service.
#[derive(Clone, Debug)]
pub struct Account {
    /// Row.
    pub id: i64,
    /// What it is for.
    pub role: Role,
    /// Which adapter serves it.
    pub kind: String,
    /// The organizer's name for it.
    pub label: String,
    /// From of a sender, ORGANIZER of an inbox.
    pub address: String,
    /// The kind's own settings.
    pub settings: serde_json::Value,
    /// How it stands.
    pub state: State,
    /// Until when the service asked to be left alone, whether or not that is over.
    pub rest_until: Option<Timestamp>,
}

/// An account to be added.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// What it is for.
    pub role: Role,
    /// Which adapter serves it.
    pub kind: String,
    /// The organizer's name for it.
    pub label: String,
    /// From of a sender, ORGANIZER of an inbox.
    pub address: String,
    /// The kind's own settings, never a secret.
    pub settings: serde_json::Value,
}

/// Adds an account.
///
/// # Errors
/// When its label is taken, or the database cannot be written.
pub fn insert(w: &Writer<'_>, account: &NewAccount, now: Timestamp) -> Result<i64> {
    w.0.prepare_cached("INSERT INTO account (role, kind, label, address, settings, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute((account.role.word(), &account.kind, &account.label, &account.address, account.settings.to_string(), millis(now)))?;
    Ok(w.0.last_insert_rowid())
}

/// Changes what an account is called, its address and the kind's own settings.
///
/// # Errors
/// When its label is taken, or the database cannot be written.
pub fn update(w: &Writer<'_>, id: i64, account: &NewAccount) -> Result<()> {
    w.0.prepare_cached("UPDATE account SET label = ?2, address = ?3, settings = ?4 WHERE id = ?1")?.execute((
        id,
        &account.label,
        &account.address,
        account.settings.to_string(),
    ))?;
    Ok(())
}

/// Every account that was not removed, by role and label.
///
/// # Errors
/// When the database cannot be read.
pub fn all(r: &Reader<'_>) -> Result<Vec<Account>> {
    let mut statement = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM account WHERE deleted_at IS NULL ORDER BY role DESC, label"))?;
    let rows = statement.query_map([], account)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One account, also a removed one: history names it.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<Account>> {
    let mut statement = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM account WHERE id = ?1"))?;
    Ok(statement.query_row([id], account).optional()?)
}

/// The account of that name.
///
/// # Errors
/// When the database cannot be read.
pub fn by_label(r: &Reader<'_>, role: Role, label: &str) -> Result<Option<Account>> {
    let mut statement =
        r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM account WHERE role = ?1 AND label = ?2 AND deleted_at IS NULL"))?;
    Ok(statement.query_row((role.word(), label), account).optional()?)
}

/// How many accounts of a role there are.
///
/// # Errors
/// When the database cannot be read.
pub fn count(r: &Reader<'_>, role: Role) -> Result<u32> {
    let mut statement = r.0.prepare_cached("SELECT count(*) FROM account WHERE role = ?1 AND deleted_at IS NULL")?;
    Ok(statement.query_row([role.word()], |row| row.get(0))?)
}

/// Changes the kind's own settings.
///
/// # Errors
/// When the database cannot be written.
pub fn put_settings(w: &Writer<'_>, id: i64, settings: &serde_json::Value) -> Result<()> {
    w.0.prepare_cached("UPDATE account SET settings = ?2 WHERE id = ?1")?.execute((id, settings.to_string()))?;
    Ok(())
}

/// Notes how an account stands.
///
/// # Errors
/// When the database cannot be written.
pub fn put_state(w: &Writer<'_>, id: i64, state: &State) -> Result<()> {
    let (word, problem) = match state {
        State::Ok => ("ok", ""),
        State::NeedsLogin(problem) => ("needs_login", problem.as_str()),
        State::Stopped(problem) => ("stopped", problem.as_str()),
    };
    w.0.prepare_cached("UPDATE account SET state = ?2, problem = ?3 WHERE id = ?1")?.execute((id, word, problem))?;
    Ok(())
}

/// Notes until when the service asked to be left alone; none where it need not be.
///
/// # Errors
/// When the database cannot be written.
pub fn put_rest(w: &Writer<'_>, id: i64, until: Option<Timestamp>) -> Result<()> {
    w.0.prepare_cached("UPDATE account SET rest_until = ?2 WHERE id = ?1")?.execute((id, until.map(millis)))?;
    Ok(())
}

/// Removes an account and its secrets; what history says of it stays.
///
/// # Errors
/// When the database cannot be written.
pub fn remove(w: &Writer<'_>, id: i64, now: Timestamp) -> Result<bool> {
    w.0.prepare_cached("DELETE FROM secret WHERE account = ?1")?.execute([id])?;
    let removed =
        w.0.prepare_cached("UPDATE account SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL")?.execute((id, millis(now)))?;
    Ok(removed > 0)
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    let role: String = row.get(1)?;
    let settings: String = row.get(5)?;
    let state: String = row.get(6)?;
    let problem: String = row.get(7)?;
    Ok(Account {
        id: row.get(0)?,
        role: Role::read(&role),
        kind: row.get(2)?,
        label: row.get(3)?,
        address: row.get(4)?,
        settings: serde_json::from_str(&settings).unwrap_or_default(),
        state: match state.as_str() {
            "needs_login" => State::NeedsLogin(problem),
            "stopped" => State::Stopped(problem),
            _ => State::Ok,
        },
        rest_until: row.get::<_, Option<i64>>(8)?.map(instant),
    })
}
