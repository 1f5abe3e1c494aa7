//! How many answered what: of an event, of a campaign, of a season.

use anyhow::Result;
use jiff::Timestamp;

use crate::receipt::Answer;
use crate::{Reader, instant};

use super::tally;

pub use super::given::{Given, put};

#[cfg(test)]
mod tests;

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

/// The answers to an event or of a campaign's guests. Whoever was sent nothing yet is not counted.
///
/// # Errors
/// When the database cannot be read.
pub fn counts(r: &Reader<'_>, scope: Scope) -> Result<Counts> {
    let mut counts = Counts::default();
    let Scope::Event(event) = scope else {
        for tally in tally::tallies(r, scope)?.iter().filter(|tally| tally.is_counted()) {
            counts.add(tally.answer.map_or("", Answer::as_str), tally.guests);
        }
        return Ok(counts);
    };
    let mut select = r.0.prepare_cached(EVENT_COUNTS)?;
    let mut rows = select.query([event])?;
    while let Some(row) = rows.next()? {
        counts.add(&row.get::<_, String>(0)?, row.get(1)?);
    }
    Ok(counts)
}

/// Invitations of a campaign whose guests are counted one by one; of more it takes longer than a page may.
const MOST_COUNTED: u32 = 50_000;
const CAMPAIGN_GUESTS: &str = "SELECT count(DISTINCT h.guest)
    FROM (SELECT DISTINCT invitation FROM delivery WHERE campaign = ?1 AND invitation IS NOT NULL) d
         CROSS JOIN holding h ON h.invitation = d.invitation AND h.recurrence_id = '' WHERE h.answer <> '' OR h.reach IN ('taken', 'sent')";

/// How many guests the invitations of a campaign, which are so many, are to; none where that is not known.
///
/// # Errors
/// When the database cannot be read.
pub fn guests(r: &Reader<'_>, campaign: i64, invitations: u32) -> Result<Option<u32>> {
    if invitations > MOST_COUNTED {
        return Ok(None);
    }
    Ok(r.0.prepare_cached(CAMPAIGN_GUESTS)?.query_row([campaign], |row| row.get(0))?)
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
    /// It is off, or was deleted.
    pub cancelled: bool,
    /// Its answers.
    pub counts: Counts,
}

/// Every event that has invitations, by start.
///
/// # Errors
/// When the database cannot be read.
pub fn events(r: &Reader<'_>) -> Result<Vec<EventCounts>> {
    let mut select = r.0.prepare_cached(
        "SELECT e.id, e.calendar, e.uid, v.summary, v.start_local, v.start_zone, v.all_day, v.deleted OR v.status = 'cancelled', c.answer, sum(c.count)
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
                cancelled: row.get(7)?,
                counts: Counts::default(),
            });
        }
        if let Some(last) = events.last_mut() {
            last.counts.add(&row.get::<_, String>(8)?, row.get(9)?);
        }
    }
    Ok(events)
}
