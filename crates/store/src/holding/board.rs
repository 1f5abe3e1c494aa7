//! The board of an event: which details each guest was sent, whether their server took them, what they answered and to which.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{Row, ToSql, named_params};

use super::answer::Scope;
use crate::words::words;
use crate::{Reader, instant};

#[cfg(test)]
mod tests;

words! {
    /// Which guests the board shows.
    pub enum Filter {
        /// Everyone who was sent it or answered.
        All = "",
        /// Who comes.
        Yes = "yes",
        /// Who may come.
        Maybe = "maybe",
        /// Who does not come.
        No = "no",
        /// Who holds it and has not answered.
        NoAnswer = "none",
        /// Who holds details that have changed since.
        Old = "old",
        /// Whose last message came back or was refused.
        Bounced = "bounced",
        /// Nobody knows whether their last message arrived.
        Uncertain = "uncertain",
    }
}

/// A guest and how they stand towards one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestAnswer {
    /// The invitation.
    pub invitation: i64,
    /// The guest.
    pub guest: i64,
    /// Their address as it was written.
    pub address: String,
    /// Their name.
    pub name: String,
    /// The event.
    pub event: i64,
    /// Its title.
    pub summary: String,
    /// yes, maybe, no or empty.
    pub answer: String,
    /// When it arrived.
    pub at: Option<Timestamp>,
    /// Number of the revision that was answered; 0 without an answer.
    pub revision: u32,
    /// The details have since changed in a way that matters.
    pub outdated: bool,
    /// How many they bring.
    pub extra_guests: u32,
    /// In their words.
    pub comment: String,
    /// The message that said so.
    pub receipt: Option<i64>,
    /// The organizer entered it.
    pub by_hand: bool,
    /// State of the latest delivery.
    pub delivery: String,
    /// The revision last sent.
    pub sent: Option<i64>,
    /// Its number; 0 before anything was sent.
    pub sent_number: u32,
    /// Number of the revision that their server last took; 0 where it took none.
    pub accepted_number: u32,
}

/// Where a page ends and the next one goes on; the first begins at 0, 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The revision that the guest was sent, where the board is in that order.
    pub revision: i64,
    /// The guest, or the invitation where the board is in that order.
    pub row: i64,
}

impl GuestAnswer {
    /// Where the next page of [`guests`] goes on.
    #[must_use]
    pub fn place(&self, scope: Scope, filter: Filter) -> Place {
        match (scope, filter) {
            (Scope::Campaign(_), _) | (_, Filter::Bounced | Filter::Uncertain) => Place { revision: 0, row: self.invitation },
            (_, Filter::Old) => Place { revision: self.sent.unwrap_or_default(), row: self.guest },
            _ => Place { revision: 0, row: self.guest },
        }
    }
}

const COLUMNS: &str = "i.id, i.guest, g.address_shown, g.name, i.event, coalesce(v.summary, ''), coalesce(h.answer, ''), h.answered_at,
        coalesce(a.number, 0), coalesce(a.sequence < s.sequence, 0), coalesce(h.extra_guests, 0), coalesce(h.comment, ''), h.receipt,
        coalesce((SELECT d.state FROM delivery d WHERE d.invitation = i.id ORDER BY d.id DESC LIMIT 1), ''),
        h.revision_sent, coalesce(s.number, 0), coalesce(t.number, 0),
        coalesce((SELECT q.inbox IS NULL FROM receipt q WHERE q.id = h.receipt), 0)";
const DETAILS: &str = "JOIN guest g ON g.id = i.guest JOIN event e ON e.id = i.event
        LEFT JOIN event_version v ON v.event = e.id AND v.number = e.version
        LEFT JOIN revision a ON a.id = h.answered_revision LEFT JOIN revision s ON s.id = h.revision_sent
        LEFT JOIN revision t ON t.id = h.revision_accepted";

fn row(row: &Row<'_>) -> rusqlite::Result<GuestAnswer> {
    Ok(GuestAnswer {
        invitation: row.get(0)?,
        guest: row.get(1)?,
        address: row.get(2)?,
        name: row.get(3)?,
        event: row.get(4)?,
        summary: row.get(5)?,
        answer: row.get(6)?,
        at: row.get::<_, Option<i64>>(7)?.map(instant),
        revision: row.get(8)?,
        outdated: row.get(9)?,
        extra_guests: row.get(10)?,
        comment: row.get(11)?,
        receipt: row.get(12)?,
        delivery: row.get(13)?,
        sent: row.get(14)?,
        sent_number: row.get(15)?,
        accepted_number: row.get(16)?,
        by_hand: row.get(17)?,
    })
}

/// Where the rows of a board come from, in the order of which index. What is looked up first stands first: CROSS JOIN keeps it so.
fn source(scope: Scope, filter: Filter) -> &'static str {
    match (scope, filter) {
        (Scope::Event(_), Filter::All) => {
            "invitation i CROSS JOIN holding h ON h.invitation = i.id AND h.recurrence_id = '' {details}
             WHERE i.event = :of AND i.guest > :row AND (h.revision_sent IS NOT NULL OR h.answer <> '') ORDER BY i.guest"
        }
        (Scope::Event(_), Filter::Yes | Filter::Maybe | Filter::No | Filter::NoAnswer) => {
            "holding h CROSS JOIN invitation i ON i.id = h.invitation {details}
             WHERE h.recurrence_id = '' AND h.event = :of AND h.answer = iif(:filter = 'none', '', :filter) AND h.guest > :row
               AND (h.answer <> '' OR h.revision_sent IS NOT NULL) ORDER BY h.guest"
        }
        (Scope::Event(_), Filter::Old) => {
            "holding h CROSS JOIN invitation i ON i.id = h.invitation {details}
             WHERE h.recurrence_id = '' AND h.event = :of AND h.revision_sent < :current AND (h.revision_sent, h.guest) > (:revision, :row)
             ORDER BY h.revision_sent, h.guest"
        }
        (Scope::Event(_), Filter::Bounced | Filter::Uncertain) => {
            "delivery d CROSS JOIN invitation i ON i.id = d.invitation LEFT JOIN holding h ON h.invitation = i.id AND h.recurrence_id = '' {details}
             WHERE (d.state = 'refused' OR d.state = 'uncertain' OR d.state = 'bounced') AND (d.state = 'uncertain') = (:filter = 'uncertain')
               AND d.invitation > :row AND i.event = :of
               AND NOT EXISTS (SELECT 1 FROM delivery l WHERE l.invitation = d.invitation AND l.id > d.id)
             ORDER BY d.invitation"
        }
        (Scope::Campaign(_), _) => {
            "invitation i JOIN holding h ON h.invitation = i.id AND h.recurrence_id = '' {details}
             WHERE EXISTS (SELECT 1 FROM delivery d WHERE d.invitation = i.id AND d.campaign = :of) AND i.id > :row
               AND (h.revision_sent IS NOT NULL OR h.answer <> '')
               AND (:filter = '' OR h.answer = iif(:filter = 'none', '', :filter)) ORDER BY i.id"
        }
    }
}

fn sql(scope: Scope, filter: Filter) -> String {
    format!("SELECT {COLUMNS} FROM {} LIMIT :limit", source(scope, filter).replace("{details}", DETAILS))
}

/// Guests after a [`GuestAnswer::place`]. `current` is the revision that says how things stand, if guests were told of it at all. What
/// became of a message is asked of an event only, not of a campaign.
///
/// # Errors
/// When the database cannot be read.
pub fn guests(r: &Reader<'_>, scope: Scope, filter: Filter, current: Option<i64>, after: Place, limit: u32) -> Result<Vec<GuestAnswer>> {
    let sql = sql(scope, filter);
    let (Scope::Event(of) | Scope::Campaign(of)) = scope;
    let current = current.unwrap_or(i64::MAX);
    let known = named_params! {
        ":of": of, ":filter": filter, ":current": current, ":revision": after.revision, ":row": after.row, ":limit": limit
    };
    // Only what this source asks about may be bound.
    let asked: Vec<(&str, &dyn ToSql)> = known.iter().filter(|(name, _)| sql.contains(name)).copied().collect();
    let mut select = r.0.prepare_cached(&sql)?;
    Ok(select.query_map(asked.as_slice(), row)?.collect::<rusqlite::Result<_>>()?)
}

/// How many guests' last message did not arrive, or may not have.
///
/// # Errors
/// When the database cannot be read.
pub fn troubled(r: &Reader<'_>, event: i64, filter: Filter) -> Result<u32> {
    let mut select = r.0.prepare_cached(
        "SELECT count(*) FROM delivery d CROSS JOIN invitation i ON i.id = d.invitation
         WHERE (d.state = 'refused' OR d.state = 'uncertain' OR d.state = 'bounced') AND (d.state = 'uncertain') = (?2 = 'uncertain') AND i.event = ?1
           AND NOT EXISTS (SELECT 1 FROM delivery l WHERE l.invitation = d.invitation AND l.id > d.id)",
    )?;
    Ok(select.query_row((event, filter), |row| row.get(0))?)
}
