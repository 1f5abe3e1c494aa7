//! What guests answered: one answer a guest and occurrence, the latest by the guest's own clock.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::params;

use crate::receipt::Answer;
use crate::{Reader, Writer, instant, millis};

#[cfg(test)]
mod tests;

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

/// Notes an answer; false where a later one stands, by the guest's own clock and then by arrival.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, given: &Given<'_>) -> Result<bool> {
    let changed =
        w.0.prepare_cached(
            "INSERT INTO holding (invitation, recurrence_id, event, guest, answer, answered_revision, answered_at, answer_dtstamp, extra_guests,
                                  comment, receipt)
             SELECT i.id, ?2, i.event, i.guest, ?3, (SELECT revision_sent FROM holding WHERE invitation = ?1 AND recurrence_id = ''),
                    ?4, ?5, ?6, ?7, ?8 FROM invitation i WHERE i.id = ?1
             ON CONFLICT DO UPDATE SET answer = excluded.answer,
                 answered_revision = coalesce(excluded.answered_revision, revision_sent),
                 answered_at = excluded.answered_at, answer_dtstamp = excluded.answer_dtstamp,
                 extra_guests = excluded.extra_guests, comment = excluded.comment, receipt = excluded.receipt
             WHERE answer_dtstamp IS NULL OR (excluded.answer_dtstamp, excluded.answered_at) >= (answer_dtstamp, answered_at)",
        )?
        .execute(params![
            given.invitation,
            given.recurrence_id,
            given.answer,
            millis(given.at),
            millis(given.dtstamp),
            given.extra_guests,
            given.comment,
            given.receipt
        ])?;
    Ok(changed == 1)
}

/// What answers are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody invited to an event.
    Event(i64),
    /// Everybody a campaign invited, to any of its events.
    Campaign(i64),
}

/// How many invitations stand at which answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Yes.
    pub yes: u32,
    /// Maybe.
    pub maybe: u32,
    /// No.
    pub no: u32,
    /// Hold it and have not answered.
    pub none: u32,
}

impl Counts {
    fn add(&mut self, answer: &str, guests: u32) {
        let count = match answer {
            "yes" => &mut self.yes,
            "maybe" => &mut self.maybe,
            "no" => &mut self.no,
            _ => &mut self.none,
        };
        *count = count.saturating_add(guests);
    }
}

const EVENT_COUNTS: &str =
    "SELECT answer, sum(count) FROM holding_count WHERE event = ?1 AND (revision > 0 OR answer <> '') GROUP BY answer";
const CAMPAIGN_COUNTS: &str = "SELECT h.answer, count(*)
    FROM (SELECT DISTINCT invitation FROM delivery WHERE campaign = ?1 AND invitation IS NOT NULL) d
         JOIN holding h ON h.invitation = d.invitation AND h.recurrence_id = ''
    WHERE h.revision_sent IS NOT NULL OR h.answer <> '' GROUP BY h.answer";

/// The answers to an event or of a campaign's guests. Whoever was sent nothing yet is not counted.
///
/// # Errors
/// When the database cannot be read.
pub fn counts(r: &Reader<'_>, scope: Scope) -> Result<Counts> {
    let (sql, id) = match scope {
        Scope::Event(id) => (EVENT_COUNTS, id),
        Scope::Campaign(id) => (CAMPAIGN_COUNTS, id),
    };
    let mut counts = Counts::default();
    let mut select = r.0.prepare_cached(sql)?;
    let mut rows = select.query([id])?;
    while let Some(row) = rows.next()? {
        counts.add(&row.get::<_, String>(0)?, row.get(1)?);
    }
    Ok(counts)
}

/// One answer to the whole of an invitation, in the order in which answers took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Whose.
    pub invitation: i64,
    /// What was said.
    pub answer: Answer,
    /// When it arrived.
    pub at: Timestamp,
}

const EVENT_TURNS: &str = "SELECT r.invitation, r.answer, r.received_at
    FROM invitation i JOIN receipt r ON r.invitation = i.id
    WHERE i.event = ?1 AND r.state = 'counted' AND r.answer <> '' AND r.recurrence_id = '' ORDER BY r.id";
const CAMPAIGN_TURNS: &str = "SELECT r.invitation, r.answer, r.received_at
    FROM (SELECT DISTINCT invitation FROM delivery WHERE campaign = ?1 AND invitation IS NOT NULL) d
         JOIN receipt r ON r.invitation = d.invitation
    WHERE r.state = 'counted' AND r.answer <> '' AND r.recurrence_id = '' ORDER BY r.id";

/// Every answer that took effect, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn turns(r: &Reader<'_>, scope: Scope) -> Result<Vec<Turn>> {
    let (sql, id) = match scope {
        Scope::Event(id) => (EVENT_TURNS, id),
        Scope::Campaign(id) => (CAMPAIGN_TURNS, id),
    };
    let mut select = r.0.prepare_cached(sql)?;
    let turns = select.query_map([id], |row| Ok(Turn { invitation: row.get(0)?, answer: row.get(1)?, at: instant(row.get(2)?) }))?;
    Ok(turns.collect::<rusqlite::Result<_>>()?)
}

/// Something that went out to the guests: the first invitations, an update or a cancellation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// invitation, update or cancellation.
    pub kind: String,
    /// When the first of it left.
    pub at: Timestamp,
}

const EVENT_SENDINGS: &str = "SELECT c.kind, c.started_at FROM campaign_event e JOIN campaign c ON c.id = e.campaign
    WHERE e.event = ?1 AND c.started_at IS NOT NULL AND c.kind IN ('invitation', 'update', 'cancellation', 'single') ORDER BY c.started_at";
const CAMPAIGN_SENDINGS: &str = "SELECT DISTINCT c.kind, c.started_at
    FROM campaign_event mine JOIN campaign_event e ON e.event = mine.event JOIN campaign c ON c.id = e.campaign
    WHERE mine.campaign = ?1 AND c.started_at IS NOT NULL AND (c.id = ?1 OR c.kind IN ('update', 'cancellation')) ORDER BY c.started_at";

/// What went out about an event or a campaign's events, the oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn sendings(r: &Reader<'_>, scope: Scope) -> Result<Vec<Sending>> {
    let (sql, id) = match scope {
        Scope::Event(id) => (EVENT_SENDINGS, id),
        Scope::Campaign(id) => (CAMPAIGN_SENDINGS, id),
    };
    let mut select = r.0.prepare_cached(sql)?;
    let sendings = select.query_map([id], |row| Ok(Sending { kind: row.get(0)?, at: instant(row.get(1)?) }))?;
    Ok(sendings.collect::<rusqlite::Result<_>>()?)
}

/// One event with invitations, for the season's table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventCounts {
    /// The event.
    pub event: i64,
    /// Its calendar.
    pub calendar: i64,
    /// Its UID.
    pub uid: String,
    /// Its title.
    pub summary: String,
    /// Local start, e.g. `2027-03-14T13:00:00`, or a date for a whole day.
    pub start_local: String,
    /// IANA name; empty for floating times and whole days.
    pub start_zone: String,
    /// It takes whole days.
    pub all_day: bool,
    /// Its answers.
    pub counts: Counts,
}

/// Every event that has invitations, by start.
///
/// # Errors
/// When the database cannot be read.
pub fn events(r: &Reader<'_>) -> Result<Vec<EventCounts>> {
    let mut select = r.0.prepare_cached(
        "SELECT e.id, e.calendar, e.uid, v.summary, v.start_local, v.start_zone, v.all_day, c.answer, sum(c.count)
         FROM holding_count c JOIN event e ON e.id = c.event JOIN event_version v ON v.event = e.id AND v.number = e.version
         WHERE c.count > 0 AND (c.revision > 0 OR c.answer <> '') GROUP BY e.id, c.answer ORDER BY v.start_local, e.id",
    )?;
    let mut rows = select.query([])?;
    let mut events: Vec<EventCounts> = Vec::new();
    while let Some(row) = rows.next()? {
        let event: i64 = row.get(0)?;
        if events.last().is_none_or(|last| last.event != event) {
            events.push(EventCounts {
                event,
                calendar: row.get(1)?,
                uid: row.get(2)?,
                summary: row.get(3)?,
                start_local: row.get(4)?,
                start_zone: row.get(5)?,
                all_day: row.get(6)?,
                counts: Counts::default(),
            });
        }
        if let Some(last) = events.last_mut() {
            last.counts.add(&row.get::<_, String>(7)?, row.get(8)?);
        }
    }
    Ok(events)
}
