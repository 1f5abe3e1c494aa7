//! Everything that came back: answers, bounces, complaints, auto-replies. Append only.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, Row, params};

use crate::words::words;
use crate::{Reader, Writer, instant, millis};

pub mod archive;
pub mod evidence;
pub mod ruling;
#[cfg(test)]
mod tests;

pub(crate) const CREATE: &str = "
CREATE TABLE receipt (
    id            INTEGER PRIMARY KEY,
    inbox         INTEGER REFERENCES account (id), -- NULL for what the organizer entered by hand
    identity      TEXT    NOT NULL,             -- the same for the same message wherever it lies; '' for what was entered by hand
    received_at   INTEGER NOT NULL,
    read_at       INTEGER NOT NULL,
    kind          TEXT    NOT NULL,             -- reply, counter, bounce, complaint, auto-reply, unsubscribe, by-hand, ...
    state         TEXT    NOT NULL,             -- counted, outdated, desk, shown, ignored
    invitation    INTEGER REFERENCES invitation (id),
    delivery      INTEGER REFERENCES delivery (id),
    guest         INTEGER REFERENCES guest (id),
    matched_by    TEXT    NOT NULL DEFAULT '',  -- token, uid_attendee, uid_from, message_id, address, by_hand
    reason        TEXT    NOT NULL DEFAULT '',  -- why it is not counted, in words
    sender        TEXT    NOT NULL DEFAULT '',
    subject       TEXT    NOT NULL DEFAULT '',
    uid           TEXT    NOT NULL DEFAULT '',
    recurrence_id TEXT    NOT NULL DEFAULT '',
    attendee      TEXT    NOT NULL DEFAULT '',
    answer        TEXT    NOT NULL DEFAULT '',  -- yes, no, maybe, by hand also none, or ''
    comment       TEXT    NOT NULL DEFAULT '',
    extra_guests  INTEGER NOT NULL DEFAULT 0,
    sequence      INTEGER,
    dtstamp       INTEGER,
    bounce_kind   TEXT    NOT NULL DEFAULT '',  -- hard, soft, delayed, relayed
    status        TEXT    NOT NULL DEFAULT '',  -- enhanced status code (RFC 3463)
    raw           BLOB    NOT NULL               -- the message, packed; empty once it was let go, and of what was entered by hand
) STRICT;
-- In two folders, in two inboxes, in a file: a message is kept once.
CREATE UNIQUE INDEX receipt_identity ON receipt (identity) WHERE identity <> '';
CREATE INDEX receipt_invitation ON receipt (invitation, id) WHERE invitation IS NOT NULL;
CREATE INDEX receipt_put_off ON receipt (guest, id) WHERE bounce_kind IN ('soft', 'delayed');
CREATE INDEX receipt_guest ON receipt (guest, id) WHERE guest IS NOT NULL;
CREATE INDEX receipt_desk ON receipt (id) WHERE state = 'desk';
CREATE INDEX receipt_kept ON receipt (received_at) WHERE length(raw) > 0;

CREATE VIRTUAL TABLE receipt_search USING fts5 (sender, attendee, subject, comment, words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2');
";

words! {
    /// What became of a message that came back.
    pub enum State {
        /// It took effect.
        Counted = "counted",
        /// An answer to details that have since changed: shown, not applied.
        Outdated = "outdated",
        /// Waits for the organizer's ruling.
        Desk = "desk",
        /// Kept to be looked at; it changes nothing.
        Shown = "shown",
        /// The organizer ruled that it is nothing.
        Ignored = "ignored",
    }
}

words! {
    /// How a message was tied to an invitation or a guest.
    pub enum MatchedBy {
        /// A token of ours.
        Token = "token",
        /// The UID, and the ATTENDEE is the guest.
        UidAttendee = "uid_attendee",
        /// The UID, and From is the guest.
        UidFrom = "uid_from",
        /// The server's name for what came back.
        MessageId = "message_id",
        /// Only by an address of the guest.
        Address = "address",
        /// By the organizer.
        ByHand = "by_hand",
    }
}

words! {
    /// What a guest said.
    pub enum Answer {
        /// They come.
        Yes = "yes",
        /// They may come.
        Maybe = "maybe",
        /// They do not come.
        No = "no",
    }
}

/// A message that came back, before it is kept.
#[derive(Clone, Debug)]
pub struct NewReceipt<'a> {
    /// The inbox it lies in.
    pub inbox: i64,
    /// The same for the same message wherever it lies.
    pub identity: &'a str,
    /// When it reached the inbox.
    pub received_at: Timestamp,
    /// reply, counter, bounce, complaint, auto-reply, unsubscribe, ...
    pub kind: &'a str,
    /// What became of it.
    pub state: State,
    /// What it is about.
    pub about: About,
    /// Why it is not counted, in words.
    pub reason: &'a str,
    /// From.
    pub sender: &'a str,
    /// Subject.
    pub subject: &'a str,
    /// The answer in it.
    pub said: Said<'a>,
    /// hard, soft, delayed, relayed; empty where it is no bounce.
    pub bounce_kind: &'a str,
    /// Enhanced status code (RFC 3463); may be empty.
    pub status: &'a str,
    /// What a person can read of it, as far as it is to be found by.
    pub words: &'a str,
    /// The whole message.
    pub raw: &'a [u8],
}

/// What a receipt was tied to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The invitation.
    pub invitation: Option<i64>,
    /// The delivery that came back.
    pub delivery: Option<i64>,
    /// The guest.
    pub guest: Option<i64>,
    /// By what.
    pub matched_by: Option<MatchedBy>,
}

/// The answer in a receipt.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// UID.
    pub uid: &'a str,
    /// The occurrence; empty for the whole.
    pub recurrence_id: &'a str,
    /// ATTENDEE.
    pub attendee: &'a str,
    /// What was said.
    pub answer: Option<Answer>,
    /// In the guest's words.
    pub comment: &'a str,
    /// How many they bring.
    pub extra_guests: u32,
    /// SEQUENCE that it echoes.
    pub sequence: Option<u32>,
    /// The guest's own clock.
    pub dtstamp: Option<Timestamp>,
}

/// A receipt as it is looked at, without its raw message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Row id.
    pub id: i64,
    /// The inbox it lies in; none for what the organizer entered by hand.
    pub inbox: Option<i64>,
    /// When it reached the inbox.
    pub received_at: Timestamp,
    /// reply, counter, bounce, complaint, auto-reply, unsubscribe, ...
    pub kind: String,
    /// What became of it.
    pub state: State,
    /// The invitation it is about.
    pub invitation: Option<i64>,
    /// The guest it is about.
    pub guest: Option<i64>,
    /// By what it was matched.
    pub matched_by: String,
    /// Why it is not counted.
    pub reason: String,
    /// From.
    pub sender: String,
    /// Subject.
    pub subject: String,
    /// yes, maybe, no, by hand also none, or empty.
    pub answer: String,
    /// In the guest's words.
    pub comment: String,
}

const COLUMNS: &str = "id, inbox, received_at, kind, state, invitation, guest, matched_by, reason, sender, subject, answer, comment";

fn row(row: &Row<'_>) -> rusqlite::Result<Receipt> {
    Ok(Receipt {
        id: row.get(0)?,
        inbox: row.get(1)?,
        received_at: instant(row.get(2)?),
        kind: row.get(3)?,
        state: row.get(4)?,
        invitation: row.get(5)?,
        guest: row.get(6)?,
        matched_by: row.get(7)?,
        reason: row.get(8)?,
        sender: row.get(9)?,
        subject: row.get(10)?,
        answer: row.get(11)?,
        comment: row.get(12)?,
    })
}

/// The receipt of this message, where it was read before.
///
/// # Errors
/// When the database cannot be read.
pub fn by_identity(r: &Reader<'_>, identity: &str) -> Result<Option<Receipt>> {
    let sql = format!("SELECT {COLUMNS} FROM receipt WHERE identity = ?1 AND identity <> ''");
    Ok(r.0.prepare_cached(&sql)?.query_row([identity], row).optional()?)
}

/// Whether this message was read before.
///
/// # Errors
/// When the database cannot be read.
pub fn is_known(r: &Reader<'_>, identity: &str) -> Result<bool> {
    let mut select = r.0.prepare_cached("SELECT EXISTS (SELECT 1 FROM receipt WHERE identity = ?1 AND identity <> '')")?;
    Ok(select.query_row([identity], |row| row.get(0))?)
}

/// Keeps a message that came back; its id.
///
/// # Errors
/// When the database cannot be written, or the message is there already.
pub fn add(w: &Writer<'_>, new: &NewReceipt<'_>, now: Timestamp) -> Result<i64> {
    w.0.prepare_cached(
        "INSERT INTO receipt (inbox, identity, received_at, read_at, kind, state, invitation, delivery, guest, matched_by, reason, sender,
             subject, uid, recurrence_id, attendee, answer, comment, extra_guests, sequence, dtstamp, bounce_kind, status, raw)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
    )?
    .execute(params![
        new.inbox,
        new.identity,
        millis(new.received_at),
        millis(now),
        new.kind,
        new.state,
        new.about.invitation,
        new.about.delivery,
        new.about.guest,
        new.about.matched_by.map_or("", MatchedBy::as_str),
        new.reason,
        new.sender,
        new.subject,
        new.said.uid,
        new.said.recurrence_id,
        new.said.attendee,
        new.said.answer.map_or("", Answer::as_str),
        new.said.comment,
        new.said.extra_guests,
        new.said.sequence,
        new.said.dtstamp.map(millis),
        new.bounce_kind,
        new.status,
        archive::packed(new.raw),
    ])
    .context("Keep a message that came back")?;
    let id = w.0.last_insert_rowid();
    archive::index(w, id, new)?;
    Ok(id)
}

/// An answer that the organizer enters in a guest's place.
#[derive(Clone, Copy, Debug)]
pub struct ByHand<'a> {
    /// Of which invitation.
    pub invitation: i64,
    /// The guest.
    pub guest: i64,
    /// What they said; none takes away what was there.
    pub answer: Option<Answer>,
    /// How the organizer knows.
    pub note: &'a str,
}

/// Keeps an answer that was entered by hand, as its own evidence; its id.
///
/// # Errors
/// When the database cannot be written.
pub fn add_by_hand(w: &Writer<'_>, new: &ByHand<'_>, now: Timestamp) -> Result<i64> {
    w.0.prepare_cached(
        "INSERT INTO receipt (identity, received_at, read_at, kind, state, invitation, guest, matched_by, answer, comment, dtstamp, raw)
         VALUES ('', ?1, ?1, 'by-hand', 'counted', ?2, ?3, 'by_hand', ?4, ?5, ?1, x'')",
    )?
    .execute(params![millis(now), new.invitation, new.guest, new.answer.map_or("none", Answer::as_str), new.note])
    .context("Keep an answer that was entered by hand")?;
    Ok(w.0.last_insert_rowid())
}

/// Says what became of a receipt after its effects are known.
///
/// # Errors
/// When the database cannot be written.
pub fn put_state(w: &Writer<'_>, id: i64, state: State, reason: &str) -> Result<()> {
    w.0.prepare_cached("UPDATE receipt SET state = ?2, reason = ?3 WHERE id = ?1")?.execute(params![id, state, reason])?;
    Ok(())
}

/// Says what answer a letter is.
///
/// # Errors
/// When the database cannot be written.
pub fn put_answer(w: &Writer<'_>, id: i64, answer: Option<Answer>) -> Result<()> {
    let answer = answer.map_or("", |answer| answer.as_str());
    w.0.prepare_cached("UPDATE receipt SET answer = ?2 WHERE id = ?1")?.execute(params![id, answer])?;
    Ok(())
}

/// A receipt by its id.
///
/// # Errors
/// When the database cannot be read.
pub fn get(r: &Reader<'_>, id: i64) -> Result<Option<Receipt>> {
    Ok(r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM receipt WHERE id = ?1"))?.query_row([id], row).optional()?)
}

/// The whole message of a receipt; none where it was entered by hand, or was let go.
///
/// # Errors
/// When the database cannot be read, or there is no such receipt.
pub fn raw(r: &Reader<'_>, id: i64) -> Result<Option<Vec<u8>>> {
    let mut select = r.0.prepare_cached("SELECT raw FROM receipt WHERE id = ?1")?;
    let packed: Vec<u8> = select.query_row([id], |row| row.get(0)).context("Read a message that came back")?;
    archive::unpacked(&packed)
}

/// What a receipt is tied to, and what became of it.
///
/// # Errors
/// When the database cannot be written.
pub fn put_about(w: &Writer<'_>, id: i64, about: About, state: State, reason: &str) -> Result<()> {
    w.0.prepare_cached(
        "UPDATE receipt SET invitation = ?2, delivery = ?3, guest = ?4, matched_by = ?5, state = ?6, reason = ?7 WHERE id = ?1",
    )?
    .execute(params![
        id,
        about.invitation,
        about.delivery,
        about.guest,
        about.matched_by.map_or("", MatchedBy::as_str),
        state,
        reason
    ])?;
    Ok(())
}

/// What a receipt is tied to.
///
/// # Errors
/// When the database cannot be read, or there is no such receipt.
pub fn about(r: &Reader<'_>, id: i64) -> Result<About> {
    let mut select = r.0.prepare_cached("SELECT invitation, delivery, guest, matched_by FROM receipt WHERE id = ?1")?;
    Ok(select.query_row([id], |row| {
        let matched_by: String = row.get(3)?;
        Ok(About { invitation: row.get(0)?, delivery: row.get(1)?, guest: row.get(2)?, matched_by: MatchedBy::from_word(&matched_by) })
    })?)
}

/// The latest messages of a guest that stand at `state`, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn of_guest(r: &Reader<'_>, guest: i64, state: State, limit: u32) -> Result<Vec<Receipt>> {
    let sql = format!("SELECT {COLUMNS} FROM receipt WHERE guest = ?1 AND state = ?2 ORDER BY id DESC LIMIT ?3");
    let mut rows = r.0.prepare_cached(&sql)?.query_map(params![guest, state, limit], row)?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.reverse();
    Ok(rows)
}

/// How many messages of a kind a guest sent since a moment: of all, and of this invitation.
///
/// # Errors
/// When the database cannot be read.
pub fn count_since(r: &Reader<'_>, guest: i64, invitation: i64, kind: &str, state: State, since: Timestamp) -> Result<(u32, u32)> {
    let mut select = r.0.prepare_cached(
        "SELECT count(*), count(*) FILTER (WHERE invitation = ?2) FROM receipt
         WHERE guest = ?1 AND kind = ?3 AND state = ?4 AND read_at > ?5",
    )?;
    Ok(select.query_row(params![guest, invitation, kind, state, millis(since)], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Everything that came back about an invitation, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn of_invitation(r: &Reader<'_>, invitation: i64) -> Result<Vec<Receipt>> {
    let mut select = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM receipt WHERE invitation = ?1 ORDER BY id"))?;
    Ok(select.query_map([invitation], row)?.collect::<rusqlite::Result<_>>()?)
}

/// What waits for the organizer's ruling, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn desk(r: &Reader<'_>, limit: u32) -> Result<Vec<Receipt>> {
    let mut select = r.0.prepare_cached(&format!("SELECT {COLUMNS} FROM receipt WHERE state = 'desk' ORDER BY id LIMIT ?1"))?;
    Ok(select.query_map([limit], row)?.collect::<rusqlite::Result<_>>()?)
}

/// How many messages wait for the organizer's ruling.
///
/// # Errors
/// When the database cannot be read.
pub fn desk_count(r: &Reader<'_>) -> Result<u32> {
    Ok(r.0.prepare_cached("SELECT count(*) FROM receipt WHERE state = 'desk'")?.query_row([], |row| row.get(0))?)
}

/// Answers that came and were counted after a receipt, for "12 new answers".
///
/// # Errors
/// When the database cannot be read.
pub fn counted_after(r: &Reader<'_>, id: i64) -> Result<u32> {
    let mut select =
        r.0.prepare_cached("SELECT count(*) FROM receipt WHERE id > ?1 AND state = 'counted' AND answer <> '' AND inbox IS NOT NULL")?;
    Ok(select.query_row([id], |row| row.get(0))?)
}

/// What came and was counted after a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// Answers.
    pub answers: u32,
    /// To how many events.
    pub events: u32,
    /// One of these events.
    pub event: Option<i64>,
    /// The newest of these answers' receipts.
    pub newest: i64,
}

/// Answers that came and were counted after a receipt, with what they are to; none where there are none.
///
/// # Errors
/// When the database cannot be read.
pub fn news_after(r: &Reader<'_>, id: i64) -> Result<Option<News>> {
    let mut select = r.0.prepare_cached(
        "SELECT count(*), count(DISTINCT i.event), min(i.event), coalesce(max(q.id), 0) FROM receipt q LEFT JOIN invitation i ON i.id = q.invitation
         WHERE q.id > ?1 AND q.state = 'counted' AND q.answer <> '' AND q.inbox IS NOT NULL",
    )?;
    let news =
        select.query_row([id], |row| Ok(News { answers: row.get(0)?, events: row.get(1)?, event: row.get(2)?, newest: row.get(3)? }))?;
    Ok((news.answers > 0).then_some(news))
}

/// The newest receipt's id; 0 before the first.
///
/// # Errors
/// When the database cannot be read.
pub fn newest(r: &Reader<'_>) -> Result<i64> {
    Ok(r.0.prepare_cached("SELECT coalesce(max(id), 0) FROM receipt")?.query_row([], |row| row.get(0))?)
}
