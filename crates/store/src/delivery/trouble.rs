//! Why messages did not arrive: the reasons of servers in a few groups, counted by triggers.

use anyhow::Result;
use mail::incoming::status_of;

use crate::Reader;
use crate::holding::answer::Scope;
use crate::words::words;

pub(crate) const CREATE: &str = "
-- Messages that did not arrive or were reported, by reason.
CREATE TABLE trouble_count (
    campaign INTEGER NOT NULL,
    event    INTEGER NOT NULL,   -- 0 for a plain message
    trouble  TEXT    NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (campaign, event, trouble)
) STRICT, WITHOUT ROWID;
CREATE INDEX trouble_count_event ON trouble_count (event);
CREATE TRIGGER delivery_troubled AFTER UPDATE OF trouble ON delivery WHEN old.trouble <> new.trouble BEGIN
    UPDATE trouble_count SET count = count - 1 WHERE campaign = old.campaign AND trouble = old.trouble
        AND event = coalesce((SELECT event FROM invitation WHERE id = old.invitation), 0);
    INSERT INTO trouble_count (campaign, event, trouble, count)
    SELECT new.campaign, coalesce((SELECT event FROM invitation WHERE id = new.invitation), 0), new.trouble, 0 WHERE new.trouble <> ''
    ON CONFLICT DO NOTHING;
    UPDATE trouble_count SET count = count + 1 WHERE campaign = new.campaign AND trouble = new.trouble
        AND event = coalesce((SELECT event FROM invitation WHERE id = new.invitation), 0);
END;
";

words! {
    /// Why a message did not arrive.
    pub enum Trouble {
        /// The address does not exist.
        NoAddress = "no_address",
        /// The mailbox is closed or not in use.
        Closed = "closed",
        /// The mailbox is full.
        Full = "full",
        /// The server takes no such mail, or none from this sender.
        Blocked = "blocked",
        /// The guest's server could not be reached, or did not take it in time.
        Unreachable = "unreachable",
        /// It is too large.
        TooLarge = "too_large",
        /// The guest reported it as spam.
        Complaint = "complaint",
        /// Anything else, also what the organizer ruled.
        Other = "other",
    }
}

impl Trouble {
    /// The reason that a status code (RFC 3463) or, where it is vague, a server's words amount to.
    #[must_use]
    pub fn of(status: &str, words: &str) -> Self {
        let told = if status.is_empty() || status.ends_with(".0.0") { status_of(words) } else { status.to_owned() };
        let mut parts = told.split('.').skip(1).map(|part| part.parse::<u16>().unwrap_or(0));
        match (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) {
            (1, 2) | (4, _) => Self::Unreachable,
            (1, 7 | 8) | (7, _) => Self::Blocked,
            (1, _) => Self::NoAddress,
            (2, 1) => Self::Closed,
            (2, 2) => Self::Full,
            (2, 3) | (3, 4) => Self::TooLarge,
            _ => Self::Other,
        }
    }
}

pub(crate) const EVENT: &str = "SELECT trouble, sum(count) FROM trouble_count WHERE event = ?1 GROUP BY trouble";
pub(crate) const CAMPAIGN: &str = "SELECT trouble, sum(count) FROM trouble_count WHERE campaign = ?1 GROUP BY trouble";

/// How many messages of an event or a campaign did not arrive, or were reported, for which reason.
///
/// # Errors
/// When the database cannot be read.
pub fn counts(r: &Reader<'_>, scope: Scope) -> Result<Vec<(Trouble, u32)>> {
    let (sql, id) = match scope {
        Scope::Event(id) => (EVENT, id),
        Scope::Campaign(id) => (CAMPAIGN, id),
    };
    let mut select = r.0.prepare_cached(sql)?;
    let counts = select.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut counts: Vec<(Trouble, u32)> = counts.collect::<rusqlite::Result<_>>()?;
    counts.retain(|(_, count)| *count > 0);
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::Trouble;

    #[test]
    fn reasons_are_told_by_code_or_by_words() {
        let known = [
            ("5.1.1", "", Trouble::NoAddress),
            ("", "550 5.1.1 <ada@club.example>: Recipient address rejected: User unknown", Trouble::NoAddress),
            ("5.0.0", "550 no such user here", Trouble::NoAddress),
            ("", "552 mailbox full", Trouble::Full),
            ("5.2.1", "", Trouble::Closed),
            ("5.7.26", "", Trouble::Blocked),
            ("", "554 message rejected as spam", Trouble::Blocked),
            ("4.4.7", "", Trouble::Unreachable),
            ("5.1.2", "", Trouble::Unreachable),
            ("5.3.4", "", Trouble::TooLarge),
            ("", "We do not say why", Trouble::Other),
        ];
        for (status, words, trouble) in known {
            assert_eq!(Trouble::of(status, words), trouble, "{status} {words}");
        }
    }
}
