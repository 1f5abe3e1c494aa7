//! What a guest was told by some moment.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;

use super::{Method, State};
use crate::{Reader, instant, millis};

/// The last message to a guest about an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The invitation.
    pub invitation: i64,
    /// The revision that it brought.
    pub revision: i64,
    /// How.
    pub method: Method,
    /// Only single dates were taken away by it.
    pub only_dates: bool,
    /// What became of it. One that is uncertain may not have arrived.
    pub state: State,
    /// When it left.
    pub at: Timestamp,
    /// Name of its campaign.
    pub campaign: String,
}

/// The last message to a guest about each event that left by a moment, by invitation. What was refused or came back told them nothing.
///
/// # Errors
/// When the database cannot be read.
pub fn last_by(r: &Reader<'_>, guest: i64, by: Timestamp) -> Result<Vec<Told>> {
    let mut statement = r.0.prepare_cached(
        "SELECT d.invitation, d.revision, d.method, d.base IS NOT NULL, d.state, d.claimed_at, c.name
         FROM delivery d JOIN campaign c ON c.id = d.campaign
         WHERE d.guest = ?1 AND d.invitation IS NOT NULL AND d.revision IS NOT NULL AND d.claimed_at <= ?2
           AND d.method IN ('request', 'cancel', 'withdraw') AND d.state IN ('accepted', 'complained', 'uncertain', 'handed_over')
         ORDER BY d.claimed_at, d.id",
    )?;
    let rows = statement.query_map((guest, millis(by)), |row| {
        let method: Method = row.get(2)?;
        Ok(Told {
            invitation: row.get(0)?,
            revision: row.get(1)?,
            method,
            only_dates: method == Method::Cancel && row.get(3)?,
            state: row.get(4)?,
            at: instant(row.get(5)?),
            campaign: row.get(6)?,
        })
    })?;
    let mut last = BTreeMap::new();
    for told in rows {
        let told = told?;
        last.insert(told.invitation, told);
    }
    Ok(last.into_values().collect())
}
