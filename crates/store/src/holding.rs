//! What each guest holds of an event, and what they answered.

use anyhow::Result;
use rusqlite::OptionalExtension as _;

use crate::invitation::provider::Provider;
use crate::{Reader, Writer};

pub mod answer;
pub mod board;
pub mod given;
pub mod tally;

pub(crate) const CREATE: &str = "
CREATE TABLE holding (
    invitation        INTEGER NOT NULL REFERENCES invitation (id) DEFERRABLE INITIALLY DEFERRED,
    recurrence_id     TEXT    NOT NULL DEFAULT '',       -- '' is the whole; else one occurrence that differs
    event             INTEGER NOT NULL,                  -- the invitation's, for the board
    guest             INTEGER NOT NULL,
    revision_sent     INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED,
    revision_accepted INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED, -- their server took it
    cancelled         INTEGER NOT NULL DEFAULT 0,        -- they were told that it is off
    answer            TEXT    NOT NULL DEFAULT '',       -- yes, no, maybe or ''
    answered_revision INTEGER REFERENCES revision (id) DEFERRABLE INITIALLY DEFERRED,
    answered_at       INTEGER,
    answer_sequence   INTEGER,                           -- SEQUENCE that was answered, at most what was sent
    answer_dtstamp    INTEGER,                           -- the guest's own clock: order of answers
    extra_guests      INTEGER NOT NULL DEFAULT 0,
    comment           TEXT    NOT NULL DEFAULT '',
    receipt           INTEGER REFERENCES receipt (id) DEFERRABLE INITIALLY DEFERRED, -- the evidence
    campaign          INTEGER NOT NULL DEFAULT 0,        -- from here on, for the charts: the one that invited them; 0 none did
    provider          TEXT    NOT NULL DEFAULT 'other',  -- the invitation's
    channel           TEXT    NOT NULL DEFAULT '',       -- how the answer came: calendar, link, by-hand or ''
    waited            INTEGER NOT NULL DEFAULT 0,        -- how long the first answer took, as a step from 1; 0 unknown
    reach             TEXT    NOT NULL GENERATED ALWAYS AS
        (iif(revision_accepted IS NOT NULL, 'taken', iif(revision_sent IS NOT NULL, 'sent', iif(cancelled, 'withdrawn', 'missed')))) VIRTUAL,
    PRIMARY KEY (invitation, recurrence_id)
) STRICT, WITHOUT ROWID;
-- The board is paged by guest, also where few of a million are shown.
CREATE INDEX holding_answer ON holding (event, answer, guest) WHERE recurrence_id = '';
CREATE INDEX holding_revision ON holding (event, revision_sent, guest) WHERE recurrence_id = '';

-- Guests per revision sent and answer to the whole, kept by triggers: who holds old details is a look-up.
CREATE TABLE holding_count (
    event     INTEGER NOT NULL,
    revision  INTEGER NOT NULL,   -- 0 before anything was sent
    answer    TEXT    NOT NULL,
    count     INTEGER NOT NULL,
    PRIMARY KEY (event, revision, answer)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER holding_counted AFTER INSERT ON holding WHEN new.recurrence_id = '' BEGIN
    INSERT INTO holding_count (event, revision, answer, count)
    VALUES (new.event, coalesce(new.revision_sent, 0), new.answer, 0) ON CONFLICT DO NOTHING;
    UPDATE holding_count SET count = count + 1
    WHERE event = new.event AND revision = coalesce(new.revision_sent, 0) AND answer = new.answer;
END;
CREATE TRIGGER holding_recounted AFTER UPDATE OF revision_sent, answer ON holding
WHEN new.recurrence_id = '' AND (old.revision_sent IS NOT new.revision_sent OR old.answer <> new.answer) BEGIN
    UPDATE holding_count SET count = count - 1
    WHERE event = old.event AND revision = coalesce(old.revision_sent, 0) AND answer = old.answer;
    INSERT INTO holding_count (event, revision, answer, count)
    VALUES (new.event, coalesce(new.revision_sent, 0), new.answer, 0) ON CONFLICT DO NOTHING;
    UPDATE holding_count SET count = count + 1
    WHERE event = new.event AND revision = coalesce(new.revision_sent, 0) AND answer = new.answer;
END;
";

/// Guests of one event who were sent the same revision and answered the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldingCount {
    /// The revision last sent; 0 before anything was.
    pub revision: i64,
    /// yes, no, maybe or empty.
    pub answer: String,
    /// How many.
    pub guests: u64,
}

/// How the guests of an event stand, also those who hold nothing of it any more, or never did.
///
/// # Errors
/// When the database cannot be read.
pub fn counts(r: &Reader<'_>, event: i64) -> Result<Vec<HoldingCount>> {
    let mut select = r.0.prepare_cached("SELECT revision, answer, count FROM holding_count WHERE event = ?1 AND count > 0")?;
    let counts = select.query_map([event], |row| {
        Ok(HoldingCount { revision: row.get(0)?, answer: row.get(1)?, guests: row.get::<_, i64>(2)?.unsigned_abs() })
    })?;
    Ok(counts.collect::<rusqlite::Result<_>>()?)
}

/// How the guests of an event stand whose address must not be written to, though they hold it.
///
/// # Errors
/// When the database cannot be read.
pub fn out_of_reach(r: &Reader<'_>, event: i64) -> Result<Vec<HoldingCount>> {
    let mut select = r.0.prepare_cached(
        "SELECT coalesce(h.revision_sent, 0), h.answer, count(DISTINCT i.id)
         FROM suppression s CROSS JOIN guest g ON g.address = s.address
              CROSS JOIN invitation i ON i.guest = g.id AND i.event = ?1
              JOIN holding h ON h.invitation = i.id AND h.recurrence_id = ''
         WHERE s.lifted_at IS NULL AND s.reason <> 'unsubscribed' GROUP BY 1, 2",
    )?;
    let counts = select.query_map([event], |row| {
        Ok(HoldingCount { revision: row.get(0)?, answer: row.get(1)?, guests: row.get::<_, i64>(2)?.unsigned_abs() })
    })?;
    Ok(counts.collect::<rusqlite::Result<_>>()?)
}

/// What a guest answered to single occurrences, by what the answer calls them.
///
/// # Errors
/// When the database cannot be read.
pub fn occurrence_answers(r: &Reader<'_>, invitation: i64) -> Result<Vec<(String, String)>> {
    let mut select =
        r.0.prepare_cached("SELECT recurrence_id, answer FROM holding WHERE invitation = ?1 AND recurrence_id <> '' AND answer <> ''")?;
    let answers = select.query_map([invitation], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(answers.collect::<rusqlite::Result<_>>()?)
}

/// What was last sent of the whole to a guest, and their answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The revision last sent, whether or not their server surely took it.
    pub revision: Option<i64>,
    /// They were told that it is off.
    pub cancelled: bool,
    /// yes, no, maybe or empty.
    pub answer: String,
}

/// What a guest holds of the whole of an invitation.
///
/// # Errors
/// When the database cannot be read.
pub fn held(r: &Reader<'_>, invitation: i64) -> Result<Option<Held>> {
    let mut select =
        r.0.prepare_cached("SELECT revision_sent, cancelled, answer FROM holding WHERE invitation = ?1 AND recurrence_id = ''")?;
    let held = select.query_row([invitation], |row| Ok(Held { revision: row.get(0)?, cancelled: row.get(1)?, answer: row.get(2)? }));
    Ok(held.optional()?)
}

/// What a delivery brings its guest.
struct Brought {
    invitation: i64,
    event: i64,
    guest: i64,
    revision: i64,
    cancelled: bool,
    is_withdrawn: bool,
    campaign: i64,
    provider: Provider,
}

/// Notes what a delivery brought: `accepted` where their server took it, else only that it may have arrived.
pub(crate) fn put_sent(w: &Writer<'_>, delivery: i64, accepted: bool) -> Result<()> {
    let mut select = w.0.prepare_cached(
        "SELECT d.invitation, r.event, d.guest, r.id, r.cancelled, d.method = 'withdraw', d.campaign, i.provider
         FROM delivery d JOIN revision r ON r.id = d.revision JOIN invitation i ON i.id = d.invitation
         WHERE d.id = ?1 AND d.method IN ('request', 'cancel', 'withdraw')",
    )?;
    let brought = select.query_row([delivery], |row| {
        Ok(Brought {
            invitation: row.get(0)?,
            event: row.get(1)?,
            guest: row.get(2)?,
            revision: row.get(3)?,
            cancelled: row.get(4)?,
            is_withdrawn: row.get(5)?,
            campaign: row.get(6)?,
            provider: row.get(7)?,
        })
    });
    let Some(Brought { invitation, event, guest, revision, cancelled, is_withdrawn, campaign, provider }) = brought.optional()? else {
        return Ok(());
    };
    if is_withdrawn {
        return if accepted { put_withdrawn(w, invitation) } else { Ok(()) };
    }
    let taken = accepted.then_some(revision);
    let noted =
        w.0.prepare_cached(
            "UPDATE holding SET revision_sent = ?2, cancelled = ?3, revision_accepted = coalesce(?4, revision_accepted)
             WHERE invitation = ?1 AND recurrence_id = ''",
        )?
        .execute((invitation, revision, cancelled, taken))?;
    if noted == 0 {
        w.0.prepare_cached(
            "INSERT OR FAIL INTO holding (invitation, event, guest, revision_sent, revision_accepted, cancelled, campaign, provider)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute((invitation, event, guest, revision, taken, cancelled, campaign, provider))?;
        return Ok(());
    }
    own(w, invitation, campaign)
}

/// A guest whom no campaign invited is this one's; whoever is another's makes it a campaign that is counted one by one.
fn own(w: &Writer<'_>, invitation: i64, campaign: i64) -> Result<()> {
    let mut select = w.0.prepare_cached("SELECT campaign FROM holding WHERE invitation = ?1 AND recurrence_id = ''")?;
    match select.query_row([invitation], |row| row.get::<_, i64>(0))? {
        0 => {
            w.0.prepare_cached("UPDATE holding SET campaign = ?2 WHERE invitation = ?1 AND recurrence_id = ''")?
                .execute((invitation, campaign))?;
        }
        owner if owner == campaign => {}
        _ => {
            w.0.prepare_cached("UPDATE campaign SET shared = 1 WHERE id = ?1 AND shared = 0")?.execute([campaign])?;
        }
    }
    Ok(())
}

/// The first message of an invitation did not arrive: the guest holds nothing of it, and is known to have been written to.
pub(crate) fn put_missed(w: &Writer<'_>, delivery: i64) -> Result<()> {
    w.0.prepare_cached(
        "INSERT INTO holding (invitation, event, guest, campaign, provider)
         SELECT i.id, i.event, i.guest, d.campaign, i.provider FROM delivery d JOIN invitation i ON i.id = d.invitation
         WHERE d.id = ?1 AND d.method = 'request' ON CONFLICT DO NOTHING",
    )?
    .execute([delivery])?;
    Ok(())
}

/// A guest was told that they are no longer invited: they hold nothing, and what they answered is past.
fn put_withdrawn(w: &Writer<'_>, invitation: i64) -> Result<()> {
    w.0.prepare_cached(
        "UPDATE holding SET revision_sent = NULL, revision_accepted = NULL, cancelled = 1, answer = '', answered_revision = NULL,
                answered_at = NULL, answer_sequence = NULL, answer_dtstamp = NULL, extra_guests = 0, comment = '', receipt = NULL,
                channel = '', waited = 0
         WHERE invitation = ?1",
    )?
    .execute([invitation])?;
    given::forget(w, invitation)
}

/// An uncertain delivery is known not to have arrived: the guest holds what their server last took.
pub(crate) fn take_back(w: &Writer<'_>, delivery: i64) -> Result<()> {
    w.0.prepare_cached(
        "UPDATE holding SET revision_sent = revision_accepted,
                cancelled = coalesce((SELECT cancelled FROM revision WHERE id = revision_accepted), 0)
         WHERE recurrence_id = '' AND invitation = (SELECT invitation FROM delivery WHERE id = ?1)
           AND revision_sent = (SELECT revision FROM delivery WHERE id = ?1)",
    )?
    .execute([delivery])?;
    Ok(())
}
