//! Every answer that was given, by message or by hand. The last one of a guest and occurrence is what they hold.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

use crate::receipt::{self, Answer, State};
use crate::{Reader, Writer, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE given (
    invitation    INTEGER NOT NULL REFERENCES invitation (id),
    event         INTEGER NOT NULL,            -- the invitation's
    recurrence_id TEXT    NOT NULL,            -- '' is the whole; else one occurrence
    receipt       INTEGER NOT NULL REFERENCES receipt (id),
    answer        TEXT    NOT NULL,            -- yes, no, maybe; '' where the organizer took an answer away
    revision      INTEGER REFERENCES revision (id),
    sequence      INTEGER NOT NULL,            -- SEQUENCE that was answered, at most what was sent
    dtstamp       INTEGER NOT NULL,            -- the guest's own clock
    at            INTEGER NOT NULL,            -- when it arrived
    extra_guests  INTEGER NOT NULL,
    comment       TEXT    NOT NULL,
    PRIMARY KEY (invitation, recurrence_id, receipt)
) STRICT, WITHOUT ROWID;
";

/// An answer as a message gave it.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// Of which invitation.
    pub invitation: i64,
    /// Original start of the occurrence in UTC; empty for the whole.
    pub recurrence_id: &'a str,
    /// What was said.
    pub answer: Answer,
    /// The guest's own clock.
    pub dtstamp: Timestamp,
    /// When it arrived.
    pub at: Timestamp,
    /// How many they bring.
    pub extra_guests: u32,
    /// In their words.
    pub comment: &'a str,
    /// The message that said so.
    pub receipt: i64,
}

/// Notes an answer; false where a later one stands: by the SEQUENCE that it answers, then by the guest's own clock, then by arrival.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, given: &Given<'_>) -> Result<bool> {
    enter(w, given, given.answer.as_str())
}

/// The last answer to an invitation as a whole that had arrived by a moment; empty where there was none.
///
/// # Errors
/// When the database cannot be read.
pub fn answer_by(r: &Reader<'_>, invitation: i64, by: Timestamp) -> Result<String> {
    let mut select = r.0.prepare_cached(
        "SELECT answer FROM given WHERE invitation = ?1 AND recurrence_id = '' AND at <= ?2 ORDER BY sequence DESC, dtstamp DESC, at DESC, receipt DESC
         LIMIT 1",
    )?;
    Ok(select.query_row((invitation, millis(by)), |row| row.get(0)).optional()?.unwrap_or_default())
}

/// Notes that the organizer took an answer away; `given.answer` is not looked at.
///
/// # Errors
/// When the database cannot be written.
pub fn put_none(w: &Writer<'_>, given: &Given<'_>) -> Result<bool> {
    enter(w, given, "")
}

fn enter(w: &Writer<'_>, given: &Given<'_>, answer: &str) -> Result<bool> {
    let (at, dtstamp) = (millis(given.at), millis(given.dtstamp));
    w.0.prepare_cached(
        "INSERT OR REPLACE INTO given (invitation, event, recurrence_id, receipt, answer, revision, sequence, dtstamp, at, extra_guests, comment)
         SELECT i.id, i.event, ?2, ?3, ?4, (SELECT revision_sent FROM holding WHERE invitation = ?1 AND recurrence_id = ''),
                min(coalesce(r.sequence, i.sequence), i.sequence), ?5, ?6, ?7, ?8
         FROM invitation i JOIN receipt r ON r.id = ?3 WHERE i.id = ?1",
    )?
    .execute(params![given.invitation, given.recurrence_id, given.receipt, answer, dtstamp, at, given.extra_guests, given.comment])?;
    let waited = waited(w, given.invitation, given.recurrence_id)?;
    let changed =
        w.0.prepare_cached(
            "INSERT INTO holding (invitation, recurrence_id, event, guest, answer, answered_revision, answered_at, answer_sequence,
                                  answer_dtstamp, extra_guests, comment, receipt, provider, channel, waited)
             SELECT g.invitation, g.recurrence_id, i.event, i.guest, g.answer, g.revision, g.at, g.sequence, g.dtstamp, g.extra_guests,
                    g.comment, g.receipt, i.provider,
                    CASE WHEN g.answer = '' THEN '' WHEN r.kind = 'by-hand' THEN 'by-hand' WHEN r.uid = '' THEN 'link' ELSE 'calendar' END,
                    iif(g.answer = '', 0, ?4)
             FROM given g JOIN invitation i ON i.id = g.invitation JOIN receipt r ON r.id = g.receipt
             WHERE g.invitation = ?1 AND g.recurrence_id = ?2 AND g.receipt = ?3
             ON CONFLICT DO UPDATE SET answer = excluded.answer,
                 answered_revision = coalesce(excluded.answered_revision, revision_sent),
                 answered_at = excluded.answered_at, answer_sequence = excluded.answer_sequence, answer_dtstamp = excluded.answer_dtstamp,
                 extra_guests = excluded.extra_guests, comment = excluded.comment, receipt = excluded.receipt,
                 channel = excluded.channel, waited = excluded.waited
             WHERE answer_dtstamp IS NULL
                OR (excluded.answer_sequence, excluded.answer_dtstamp, excluded.answered_at) >= (answer_sequence, answer_dtstamp, answered_at)",
        )?
        .execute((given.invitation, given.recurrence_id, given.receipt, waited))?;
    Ok(changed == 1)
}

/// How long the first answer took from the first message of the invitation, as a step of [`super::tally::STEPS`].
fn waited(w: &Writer<'_>, invitation: i64, occurrence: &str) -> Result<i64> {
    let mut select = w.0.prepare_cached(
        "SELECT (SELECT min(at) FROM given WHERE invitation = ?1 AND recurrence_id = ?2 AND answer <> '')
              - (SELECT coalesce(begun_at, claimed_at) FROM delivery WHERE invitation = ?1 AND claimed_at IS NOT NULL ORDER BY id LIMIT 1)",
    )?;
    Ok(super::tally::step(select.query_row((invitation, occurrence), |row| row.get(0))?))
}

/// Takes the answers of a receipt back, as if it had never come: what was said before it stands again.
///
/// # Errors
/// When the database cannot be written.
pub fn take_back(w: &Writer<'_>, invitation: i64, receipt: i64) -> Result<()> {
    let mut select = w.0.prepare_cached("SELECT recurrence_id FROM given WHERE invitation = ?1 AND receipt = ?2")?;
    let occurrences: Vec<String> = select.query_map((invitation, receipt), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    w.0.prepare_cached("DELETE FROM given WHERE invitation = ?1 AND receipt = ?2")?.execute((invitation, receipt))?;
    for occurrence in occurrences {
        stand(w, invitation, &occurrence)?;
    }
    Ok(())
}

/// Puts the last answer that was given, or none, into what the guest holds.
fn stand(w: &Writer<'_>, invitation: i64, occurrence: &str) -> Result<()> {
    let mut select = w.0.prepare_cached(
        "SELECT receipt FROM given WHERE invitation = ?1 AND recurrence_id = ?2
         ORDER BY sequence DESC, dtstamp DESC, at DESC, receipt DESC LIMIT 1",
    )?;
    let last: Option<i64> = select.query_row((invitation, occurrence), |row| row.get(0)).optional()?;
    w.0.prepare_cached(
        "UPDATE holding SET answer = coalesce(g.answer, ''), answered_revision = g.revision, answered_at = g.at, answer_sequence = g.sequence,
                answer_dtstamp = g.dtstamp, extra_guests = coalesce(g.extra_guests, 0), comment = coalesce(g.comment, ''), receipt = g.receipt,
                channel = CASE WHEN coalesce(g.answer, '') = '' THEN '' WHEN r.kind = 'by-hand' THEN 'by-hand' WHEN r.uid = '' THEN 'link'
                               ELSE 'calendar' END,
                waited = iif(coalesce(g.answer, '') = '', 0, ?4)
         FROM (SELECT 1) LEFT JOIN given g ON g.invitation = ?1 AND g.recurrence_id = ?2 AND g.receipt = ?3
              LEFT JOIN receipt r ON r.id = g.receipt
         WHERE holding.invitation = ?1 AND holding.recurrence_id = ?2",
    )?
    .execute((invitation, occurrence, last, waited(w, invitation, occurrence)?))?;
    if let Some(last) = last {
        // It may have been overtaken by what was taken back.
        receipt::put_state(w, last, State::Counted, "")?;
    }
    Ok(())
}

/// Forgets what a guest answered who was told that they are no longer invited.
pub(super) fn forget(w: &Writer<'_>, invitation: i64) -> Result<()> {
    w.0.prepare_cached("DELETE FROM given WHERE invitation = ?1")?.execute([invitation])?;
    Ok(())
}
