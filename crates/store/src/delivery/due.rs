//! What is to be sent next, with all that its message is made from.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Row;

use super::{Method, kept};
use crate::invitation::Invitation;
use crate::{Reader, Writer, millis};

/// A row that waits, with what its message is made from.
#[derive(Clone, Debug)]
pub struct Due {
    /// Row id.
    pub id: i64,
    /// Where it stands in the queue.
    pub place: Place,
    /// What it does.
    pub method: Method,
    /// How often it was handed over before.
    pub tries: u32,
    /// To whom.
    pub recipient: Recipient,
    /// Of which invitation; none for a plain message.
    pub invitation: Option<Invitation>,
    /// The revision it was entered for; none for a plain message.
    pub revision: Option<i64>,
    /// The revision that the guest was last sent.
    pub held: Option<i64>,
    /// The revision since which this row takes single dates away, where that is all that it does.
    pub base: Option<i64>,
    /// The revision since which single dates are still to be taken away by a message after this one.
    pub owed: Option<i64>,
    /// What the guest answered: yes, no, maybe or empty.
    pub answer: String,
    /// SEQUENCE of the revision that they answered.
    pub answered: Option<u32>,
    /// The message of the invitation before this one that may have reached them; none before the first.
    pub before: Option<Before>,
    /// The message as it left before: it leaves again byte for byte.
    pub kept: Option<Vec<u8>>,
}

/// A message that may have reached a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    /// What it did.
    pub method: Method,
    /// SEQUENCE in it.
    pub sequence: u32,
    /// SEQUENCE of the revision that it told, which a withdrawal leaves behind.
    pub revision: u32,
}

/// A place in a campaign's queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    not_before: i64,
    id: i64,
}

/// A guest as a message names them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipient {
    /// Row id.
    pub guest: i64,
    /// Normalised address.
    pub address: String,
    /// Full name; may be empty.
    pub name: String,
    /// First name; may be empty.
    pub first_name: String,
    /// Last name; may be empty.
    pub last_name: String,
    /// required, optional or resource.
    pub role: String,
    /// Zone; may be empty.
    pub zone: String,
    /// Language; may be empty.
    pub language: String,
    /// JSON of own fields, name to text.
    pub fields: String,
}

/// Columns of a [`Recipient`] from `guest g`.
pub(crate) const RECIPIENT: &str = "g.id, g.address, g.name, g.first_name, g.last_name, g.role, g.zone, g.language, g.fields";

pub(crate) fn recipient(row: &Row<'_>) -> rusqlite::Result<Recipient> {
    Ok(Recipient {
        guest: row.get(0)?,
        address: row.get(1)?,
        name: row.get(2)?,
        first_name: row.get(3)?,
        last_name: row.get(4)?,
        role: row.get(5)?,
        zone: row.get(6)?,
        language: row.get(7)?,
        fields: row.get(8)?,
    })
}

/// One guest as a message names them.
///
/// # Errors
/// When the database cannot be read.
pub fn recipient_of(r: &Reader<'_>, guest: i64) -> Result<Option<Recipient>> {
    use rusqlite::OptionalExtension as _;
    Ok(r.0.prepare_cached(&format!("SELECT {RECIPIENT} FROM guest g WHERE g.id = ?1"))?.query_row([guest], recipient).optional()?)
}

pub(super) fn sql() -> String {
    format!(
        "SELECT {RECIPIENT}, d.id, d.not_before, d.method, d.tries, d.kept,
                i.id, i.event, i.token, i.uid, i.organizer, i.address, i.sequence, i.dtstamp, h.revision_sent, d.revision, coalesce(h.answer, ''),
                a.sequence, b.method, b.sequence, iif(d.method = 'cancel', d.base, NULL), iif(d.method = 'cancel', NULL, d.base),
                coalesce((SELECT t.sequence FROM revision t WHERE t.id = b.revision), 0)
         FROM delivery d JOIN guest g ON g.id = d.guest
              LEFT JOIN invitation i ON i.id = d.invitation
              LEFT JOIN holding h ON h.invitation = d.invitation AND h.recurrence_id = ''
              LEFT JOIN revision a ON a.id = h.answered_revision
              LEFT JOIN delivery b ON b.id = (SELECT o.id FROM delivery o WHERE o.invitation = d.invitation AND o.id < d.id
                  AND o.claimed_at IS NOT NULL AND o.state <> 'refused' ORDER BY o.id DESC LIMIT 1)
         WHERE d.campaign = ?1 AND d.state IN ('queued', 'retry') AND (d.not_before, d.id) > (?2, ?3) AND d.not_before <= ?4
         ORDER BY d.not_before, d.id LIMIT ?5"
    )
}

/// The rows of a campaign that may leave now, after a place in its queue.
///
/// # Errors
/// When the database cannot be read.
pub fn after(r: &Reader<'_>, campaign: i64, place: Place, now: Timestamp, limit: usize) -> Result<Vec<Due>> {
    let mut select = r.0.prepare_cached(&sql())?;
    let rows = select.query_map((campaign, place.not_before, place.id, millis(now), i64::try_from(limit)?), due)?;
    let rows: Vec<(Due, i64)> = rows.collect::<rusqlite::Result<_>>()?;
    let with_kept = |(due, claim): (Due, i64)| match claim {
        0 => Ok(due),
        claim => Ok(Due { kept: Some(kept::get(r, claim, due.id)?), ..due }),
    };
    rows.into_iter().map(with_kept).collect()
}

/// A row, and the claim that its message is kept with.
fn due(row: &Row<'_>) -> rusqlite::Result<(Due, i64)> {
    let recipient = recipient(row)?;
    let invitation = match row.get::<_, Option<i64>>(14)? {
        None => None,
        Some(id) => Some(Invitation {
            id,
            guest: recipient.guest,
            event: row.get(15)?,
            token: row.get(16)?,
            uid: row.get(17)?,
            organizer: row.get(18)?,
            address: row.get(19)?,
            sequence: row.get(20)?,
            dtstamp: row.get(21)?,
        }),
    };
    let id = row.get(9)?;
    let due = Due {
        id,
        place: Place { not_before: row.get(10)?, id },
        method: row.get(11)?,
        tries: row.get(12)?,
        kept: None,
        recipient,
        invitation,
        held: row.get(22)?,
        base: row.get(28)?,
        owed: row.get(29)?,
        revision: row.get(23)?,
        answer: row.get(24)?,
        answered: row.get(25)?,
        before: match row.get::<_, Option<Method>>(26)? {
            None => None,
            Some(method) => Some(Before { method, sequence: row.get(27)?, revision: row.get(30)? }),
        },
    };
    Ok((due, row.get(13)?))
}

/// Rows of an account that wait for a moment wait for one that is so much earlier: the clock was put back to `now`.
///
/// # Errors
/// When the database cannot be written.
pub fn bring_forward(w: &Writer<'_>, account: i64, by: SignedDuration, now: Timestamp) -> Result<()> {
    w.0.prepare_cached(
        "UPDATE delivery SET not_before = max(0, not_before - ?2) WHERE state IN ('queued', 'retry') AND not_before > ?3
             AND campaign IN (SELECT id FROM campaign WHERE sender = ?1 AND state IN ('sending', 'paused'))",
    )?
    .execute((account, i64::try_from(by.as_millis())?, millis(now)))?;
    Ok(())
}
