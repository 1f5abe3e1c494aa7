//! Guests chosen one by one for a campaign, where it does not go to a list.

use anyhow::Result;

use crate::{Reader, Writer, millis};
use jiff::Timestamp;

pub(crate) const CREATE: &str = "
CREATE TABLE campaign_guest (
    campaign INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    guest    INTEGER NOT NULL REFERENCES guest (id),
    PRIMARY KEY (campaign, guest)
) STRICT, WITHOUT ROWID;
";

/// Chooses guests for a campaign. Who was chosen already stays so.
///
/// # Errors
/// When the database cannot be written, or there is no such guest.
pub fn add(w: &Writer<'_>, campaign: i64, guests: impl IntoIterator<Item = i64>) -> Result<()> {
    let mut insert = w.0.prepare_cached("INSERT OR IGNORE INTO campaign_guest (campaign, guest) VALUES (?1, ?2)")?;
    for guest in guests {
        insert.execute((campaign, guest))?;
    }
    Ok(())
}

/// Whether a guest was reminded of any event since then.
///
/// # Errors
/// When the database cannot be read.
pub fn was_reminded(r: &Reader<'_>, guest: i64, since: Timestamp) -> Result<bool> {
    let mut select = r.0.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM invitation i JOIN delivery d ON d.invitation = i.id JOIN campaign c ON c.id = d.campaign
             WHERE i.guest = ?1 AND c.kind = 'reminder' AND d.claimed_at >= ?2 AND d.state <> 'refused')",
    )?;
    Ok(select.query_row((guest, millis(since)), |row| row.get(0))?)
}
