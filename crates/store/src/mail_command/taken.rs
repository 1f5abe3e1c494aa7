//! What became of each message to such an address, and the mail that answers it: the log, and what is still to be sent.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::words::words;
use crate::{Reader, Writer, instant, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE mail_command_taken (
    id          INTEGER PRIMARY KEY,
    command     INTEGER NOT NULL REFERENCES mail_command (id),
    receipt     INTEGER NOT NULL UNIQUE REFERENCES receipt (id),
    outcome     TEXT    NOT NULL,             -- created, updated, cancelled, unchanged, failed, refused
    event       INTEGER REFERENCES event (id),
    detail      TEXT    NOT NULL DEFAULT '',  -- what changed, or what was wrong, in words
    reply       TEXT    NOT NULL,             -- none, due, handed, sent, lost
    reply_to    TEXT    NOT NULL DEFAULT '',
    letter      TEXT    NOT NULL DEFAULT '',  -- JSON of what the answer says
    wording     INTEGER REFERENCES template_version (id), -- the words that it was written with
    attempts    INTEGER NOT NULL DEFAULT 0,
    not_before  INTEGER NOT NULL DEFAULT 0,
    problem     TEXT    NOT NULL DEFAULT '',  -- why the mail is not sent, in the service's words
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_command_taken_due ON mail_command_taken (not_before) WHERE reply = 'due';
CREATE INDEX mail_command_taken_command ON mail_command_taken (command, id);
";

words! {
    /// What became of a command.
    pub enum Outcome {
        /// An event was made.
        Created = "created",
        /// An event was changed.
        Updated = "updated",
        /// An event, or a date of one, is off.
        Cancelled = "cancelled",
        /// It said nothing new.
        Unchanged = "unchanged",
        /// It could not be done; whoever sent it is told why.
        Failed = "failed",
        /// It was not looked at: nobody knows who sent it, or they may not. Never answered.
        Refused = "refused",
    }
}

words! {
    /// How the mail that answers stands.
    pub enum ReplyState {
        /// There is none.
        None = "none",
        /// To be sent.
        Due = "due",
        /// Handed over; where this stays, nobody knows whether it arrived, and it is not sent again.
        Handed = "handed",
        /// The service took it.
        Sent = "sent",
        /// The service would not take it.
        Lost = "lost",
    }
}

/// What became of a message, before it is kept.
#[derive(Clone, Debug)]
pub struct NewTaken<'a> {
    /// The address it was sent to.
    pub command: i64,
    /// The message.
    pub receipt: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// The event that it made or changed.
    pub event: Option<i64>,
    /// What changed, or what was wrong.
    pub detail: &'a str,
    /// Who is answered; empty for nobody.
    pub reply_to: &'a str,
    /// JSON of what the answer says.
    pub letter: &'a str,
    /// The words of the answer.
    pub wording: Option<i64>,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Row.
    pub id: i64,
    /// The address it was sent to.
    pub command: i64,
    /// The message.
    pub receipt: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// The event that it made or changed.
    pub event: Option<i64>,
    /// What changed, or what was wrong.
    pub detail: String,
    /// How the answer stands.
    pub reply: ReplyState,
    /// Who is answered.
    pub reply_to: String,
    /// JSON of what the answer says.
    pub letter: String,
    /// The words of the answer.
    pub wording: Option<i64>,
    /// How often it was tried to send it.
    pub attempts: u32,
    /// Why it is not sent.
    pub problem: String,
    /// When the message was taken in.
    pub at: Timestamp,
}

const COLUMNS: &str = "id, command, receipt, outcome, event, detail, reply, reply_to, letter, wording, attempts, problem, at";

fn row(row: &Row<'_>) -> rusqlite::Result<Taken> {
    Ok(Taken {
        id: row.get(0)?,
        command: row.get(1)?,
        receipt: row.get(2)?,
        outcome: row.get(3)?,
        event: row.get(4)?,
        detail: row.get(5)?,
        reply: row.get(6)?,
        reply_to: row.get(7)?,
        letter: row.get(8)?,
        wording: row.get(9)?,
        attempts: row.get(10)?,
        problem: row.get(11)?,
        at: instant(row.get(12)?),
    })
}

/// Keeps what became of a message; its row. Where somebody is answered, the answer is due.
///
/// # Errors
/// When the database cannot be written.
pub fn add(w: &Writer<'_>, new: &NewTaken<'_>, now: Timestamp) -> Result<i64> {
    let reply = if new.reply_to.is_empty() { ReplyState::None } else { ReplyState::Due };
    w.0.prepare_cached(
        "INSERT INTO mail_command_taken (command, receipt, outcome, event, detail, reply, reply_to, letter, wording, at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        new.command,
        new.receipt,
        new.outcome,
        new.event,
        new.detail,
        reply,
        new.reply_to,
        new.letter,
        new.wording,
        millis(now)
    ])
    .context("Keep what became of a command")?;
    Ok(w.0.last_insert_rowid())
}

/// The log, the newest first: of one address, or of all.
///
/// # Errors
/// When the database cannot be read.
pub fn log(r: &Reader<'_>, command: Option<i64>, limit: u32) -> Result<Vec<Taken>> {
    let sql = format!("SELECT {COLUMNS} FROM mail_command_taken WHERE ?1 IS NULL OR command = ?1 ORDER BY id DESC LIMIT ?2");
    Ok(r.0.prepare_cached(&sql)?.query_map((command, limit), row)?.collect::<rusqlite::Result<_>>()?)
}

/// Answers that may be sent now, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn due(r: &Reader<'_>, now: Timestamp, limit: u32) -> Result<Vec<Taken>> {
    let sql = format!("SELECT {COLUMNS} FROM mail_command_taken WHERE reply = 'due' AND not_before <= ?1 ORDER BY id LIMIT ?2");
    Ok(r.0.prepare_cached(&sql)?.query_map((millis(now), limit), row)?.collect::<rusqlite::Result<_>>()?)
}

/// Takes an answer to send it; false where another process did.
///
/// # Errors
/// When the database cannot be written.
pub fn claim(w: &Writer<'_>, id: i64) -> Result<bool> {
    let mut update =
        w.0.prepare_cached("UPDATE mail_command_taken SET reply = 'handed', attempts = attempts + 1 WHERE id = ?1 AND reply = 'due'")?;
    Ok(update.execute([id])? > 0)
}

/// Notes what became of an answer that was taken.
///
/// # Errors
/// When the database cannot be written.
pub fn finish(w: &Writer<'_>, id: i64, reply: ReplyState, problem: &str, not_before: Timestamp) -> Result<()> {
    w.0.prepare_cached("UPDATE mail_command_taken SET reply = ?2, problem = ?3, not_before = ?4 WHERE id = ?1")?.execute(params![
        id,
        reply,
        problem,
        millis(not_before)
    ])?;
    Ok(())
}

/// How many failures somebody was told of since a moment.
///
/// # Errors
/// When the database cannot be read.
pub fn failures_told(r: &Reader<'_>, reply_to: &str, since: Timestamp) -> Result<u32> {
    let sql = "SELECT count(*) FROM mail_command_taken WHERE outcome = 'failed' AND reply <> 'none' AND reply_to = ?1 AND at > ?2";
    Ok(r.0.prepare_cached(sql)?.query_row((reply_to, millis(since)), |row| row.get(0)).optional()?.unwrap_or(0))
}
