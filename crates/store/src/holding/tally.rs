//! How the guests of an event stand in every respect that a chart asks about, kept by triggers: a chart of a million is a look-up.

use anyhow::Result;
use jiff::Timestamp;

use super::answer::Scope;
use crate::invitation::provider::Provider;
use crate::receipt::Answer;
use crate::words::words;
use crate::{Reader, instant};

#[cfg(test)]
mod tests;

// As for the ledger's, nothing here replaces a row: SQLite then needs no journal of the statement.
pub(crate) const CREATE: &str = "
-- Guests who stand the same towards an event.
CREATE TABLE holding_tally (
    event    INTEGER NOT NULL,
    campaign INTEGER NOT NULL,   -- of these: as in holding
    reach    TEXT    NOT NULL,   -- taken, sent, missed, withdrawn
    answer   TEXT    NOT NULL,
    provider TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    waited   INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (event, campaign, reach, answer, provider, channel, waited)
) STRICT, WITHOUT ROWID;
CREATE INDEX holding_tally_campaign ON holding_tally (campaign);
CREATE TRIGGER holding_tallied AFTER INSERT ON holding WHEN new.recurrence_id = '' BEGIN
    INSERT INTO holding_tally (event, campaign, reach, answer, provider, channel, waited, count)
    VALUES (new.event, new.campaign, new.reach, new.answer, new.provider, new.channel, new.waited, 0) ON CONFLICT DO NOTHING;
    UPDATE holding_tally SET count = count + 1 WHERE event = new.event AND campaign = new.campaign AND reach = new.reach AND answer = new.answer
        AND provider = new.provider AND channel = new.channel AND waited = new.waited;
END;
CREATE TRIGGER holding_retallied AFTER UPDATE OF revision_sent, revision_accepted, cancelled, campaign, answer, provider, channel, waited ON holding
WHEN new.recurrence_id = '' AND (old.reach <> new.reach OR old.answer <> new.answer OR old.campaign <> new.campaign
    OR old.provider <> new.provider OR old.channel <> new.channel OR old.waited <> new.waited) BEGIN
    UPDATE holding_tally SET count = count - 1 WHERE event = old.event AND campaign = old.campaign AND reach = old.reach AND answer = old.answer
        AND provider = old.provider AND channel = old.channel AND waited = old.waited;
    INSERT INTO holding_tally (event, campaign, reach, answer, provider, channel, waited, count)
    VALUES (new.event, new.campaign, new.reach, new.answer, new.provider, new.channel, new.waited, 0) ON CONFLICT DO NOTHING;
    UPDATE holding_tally SET count = count + 1 WHERE event = new.event AND campaign = new.campaign AND reach = new.reach AND answer = new.answer
        AND provider = new.provider AND channel = new.channel AND waited = new.waited;
END;

-- How the standing answers to an event became what they are, by the minute in which a guest turned.
CREATE TABLE answer_course (
    event    INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    minute   INTEGER NOT NULL,   -- since 1970
    answer   TEXT    NOT NULL,
    change   INTEGER NOT NULL,   -- so many more guests stand at it, or fewer
    PRIMARY KEY (event, campaign, minute, answer)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER answer_came AFTER INSERT ON holding WHEN new.recurrence_id = '' AND new.answer <> '' BEGIN
    INSERT INTO answer_course (event, campaign, minute, answer, change)
    VALUES (new.event, new.campaign, coalesce(new.answered_at, 0) / 60000, new.answer, 0) ON CONFLICT DO NOTHING;
    UPDATE answer_course SET change = change + 1
    WHERE event = new.event AND campaign = new.campaign AND minute = coalesce(new.answered_at, 0) / 60000 AND answer = new.answer;
END;
-- What is taken back is taken from the minute in which it came, which is the later of the two.
CREATE TRIGGER answer_turned AFTER UPDATE OF campaign, answer ON holding
WHEN new.recurrence_id = '' AND (old.answer <> new.answer OR (old.campaign <> new.campaign AND new.answer <> '')) BEGIN
    INSERT INTO answer_course (event, campaign, minute, answer, change)
    SELECT old.event, old.campaign, max(coalesce(new.answered_at, 0), coalesce(old.answered_at, 0)) / 60000, old.answer, 0 WHERE old.answer <> '' ON CONFLICT DO NOTHING;
    UPDATE answer_course SET change = change - 1
    WHERE event = old.event AND campaign = old.campaign AND minute = max(coalesce(new.answered_at, 0), coalesce(old.answered_at, 0)) / 60000 AND answer = old.answer;
    INSERT INTO answer_course (event, campaign, minute, answer, change)
    SELECT new.event, new.campaign, max(coalesce(new.answered_at, 0), coalesce(old.answered_at, 0)) / 60000, new.answer, 0 WHERE new.answer <> '' ON CONFLICT DO NOTHING;
    UPDATE answer_course SET change = change + 1
    WHERE event = new.event AND campaign = new.campaign AND minute = max(coalesce(new.answered_at, 0), coalesce(old.answered_at, 0)) / 60000 AND answer = new.answer;
END;
";

words! {
    /// How far an invitation came.
    pub enum Reach {
        /// The guest's server took it.
        Taken = "taken",
        /// Nobody knows.
        Sent = "sent",
        /// It was refused or did not arrive.
        Missed = "missed",
        /// The guest is no longer invited.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// How an answer came.
    pub enum Channel {
        /// There is none.
        None = "",
        /// By the buttons of the guest's calendar.
        Calendar = "calendar",
        /// By the links in the mail.
        Link = "link",
        /// The organizer entered it.
        ByHand = "by-hand",
    }
}

/// How long a first answer may take to count as one of this step, in minutes. What takes longer is the step after the last.
pub const STEPS: [u32; 7] = [60, 3 * 60, 12 * 60, 24 * 60, 2 * 24 * 60, 7 * 24 * 60, 14 * 24 * 60];

/// The step of a time in milliseconds, from 1; 0 where it is not known.
pub(super) fn step(waited: Option<i64>) -> i64 {
    let Some(waited) = waited else { return 0 };
    (1..).zip(STEPS).find(|(_, minutes)| waited <= i64::from(*minutes) * 60_000).map_or(8, |(step, _)| step)
}

/// Guests who stand the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How far their invitation came.
    pub reach: Reach,
    /// What stands; none where they have not answered.
    pub answer: Option<Answer>,
    /// Who keeps their mailbox.
    pub provider: Provider,
    /// How their answer came.
    pub channel: Channel,
    /// The place of their time to answer in [`STEPS`], or behind its end; none without an answer, or where it is not known when they were invited.
    pub waited: Option<usize>,
    /// How many.
    pub guests: u32,
}

impl Tally {
    /// Whether they hold the invitation, or answered it.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.answer.is_some() || matches!(self.reach, Reach::Taken | Reach::Sent)
    }
}

pub(super) const EVENT: &str = "SELECT reach, answer, provider, channel, waited, count FROM holding_tally WHERE event = ?1 AND count > 0";
pub(super) const CAMPAIGN: &str =
    "SELECT reach, answer, provider, channel, waited, count FROM holding_tally WHERE campaign = ?1 AND count > 0";
/// Guests of others too: one by one.
pub(super) const SHARED: &str = "SELECT h.reach, h.answer, h.provider, h.channel, h.waited, count(*)
    FROM (SELECT DISTINCT invitation FROM delivery WHERE campaign = ?1 AND invitation IS NOT NULL) d
         CROSS JOIN holding h ON h.invitation = d.invitation AND h.recurrence_id = '' GROUP BY 1, 2, 3, 4, 5";

/// How the guests of an event or a campaign stand.
///
/// # Errors
/// When the database cannot be read.
pub fn tallies(r: &Reader<'_>, scope: Scope) -> Result<Vec<Tally>> {
    let (sql, id) = match scope {
        Scope::Event(id) => (EVENT, id),
        Scope::Campaign(id) if is_shared(r, id)? => (SHARED, id),
        Scope::Campaign(id) => (CAMPAIGN, id),
    };
    let mut select = r.0.prepare_cached(sql)?;
    let tallies = select.query_map([id], |row| {
        Ok(Tally {
            reach: row.get(0)?,
            answer: Answer::from_word(&row.get::<_, String>(1)?),
            provider: row.get(2)?,
            channel: row.get(3)?,
            waited: usize::from(row.get::<_, u16>(4)?).checked_sub(1),
            guests: row.get(5)?,
        })
    })?;
    Ok(tallies.collect::<rusqlite::Result<_>>()?)
}

/// Whether a campaign also reached guests whom another one invited.
fn is_shared(r: &Reader<'_>, campaign: i64) -> Result<bool> {
    let mut select = r.0.prepare_cached("SELECT coalesce((SELECT shared FROM campaign WHERE id = ?1), 0)")?;
    Ok(select.query_row([campaign], |row| row.get(0))?)
}

/// So many more guests stand at an answer, or fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The end of the minute in which they turned.
    pub at: Timestamp,
    /// To which answer, or away from it.
    pub answer: Answer,
    /// How many.
    pub change: i64,
}

pub(super) const EVENT_COURSE: &str = "SELECT minute, answer, change FROM answer_course WHERE event = ?1";
pub(super) const CAMPAIGN_COURSE: &str = "SELECT c.minute, c.answer, c.change
    FROM (SELECT DISTINCT event FROM holding_tally WHERE campaign = ?1) e CROSS JOIN answer_course c ON c.event = e.event AND c.campaign = ?1";
pub(super) const SHARED_COURSE: &str = "SELECT h.answered_at / 60000, h.answer, count(*)
    FROM (SELECT DISTINCT invitation FROM delivery WHERE campaign = ?1 AND invitation IS NOT NULL) d
         CROSS JOIN holding h ON h.invitation = d.invitation AND h.recurrence_id = '' AND h.answer <> '' GROUP BY 1, 2";

/// How the standing answers became what they are, in the order of time.
///
/// # Errors
/// When the database cannot be read.
pub fn course(r: &Reader<'_>, scope: Scope) -> Result<Vec<Turn>> {
    let (sql, id) = match scope {
        Scope::Event(id) => (EVENT_COURSE, id),
        Scope::Campaign(id) if is_shared(r, id)? => (SHARED_COURSE, id),
        Scope::Campaign(id) => (CAMPAIGN_COURSE, id),
    };
    let mut select = r.0.prepare_cached(sql)?;
    let turns = select.query_map([id], |row| {
        let minute: i64 = row.get(0)?;
        Ok(Turn { at: instant(minute.saturating_add(1).saturating_mul(60_000)), answer: row.get(1)?, change: row.get(2)? })
    })?;
    let mut turns: Vec<Turn> = turns.collect::<rusqlite::Result<_>>()?;
    turns.sort_by_key(|turn| turn.at);
    Ok(turns)
}
