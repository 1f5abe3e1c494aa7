//! The ledger as it is looked at: pages by id.

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::{Row, params};

use super::{Method, State};
use crate::{Reader, campaign, instant};

/// A row as it is looked at.
#[derive(Clone, Debug)]
pub struct Line {
    /// Row id.
    pub id: i64,
    /// Its campaign.
    pub campaign: i64,
    /// To whom.
    pub guest: i64,
    /// The guest's address.
    pub address: String,
    /// The guest's name.
    pub name: String,
    /// The event; none for a plain message.
    pub event: Option<i64>,
    /// What the event is called now.
    pub summary: String,
    /// What it does.
    pub method: Method,
    /// Where it stands.
    pub state: State,
    /// How often this was entered for the guest.
    pub attempt: u32,
    /// The server's words, or why it was left out.
    pub reason: String,
    /// When it finished, or else was claimed.
    pub at: Option<Timestamp>,
    /// When it began to leave, last; written with the result.
    pub begun: Option<Timestamp>,
    /// The server's name for it.
    pub remote_id: String,
}

const LINE: &str =
    "SELECT d.id, d.campaign, d.guest, g.address_shown, g.name, r.event, coalesce(v.summary, ''), d.method, d.state, d.attempt,
        d.reason, coalesce(d.finished_at, d.claimed_at), d.remote_id, d.begun_at
    FROM delivery d JOIN guest g ON g.id = d.guest LEFT JOIN revision r ON r.id = d.revision LEFT JOIN event e ON e.id = r.event
         LEFT JOIN event_version v ON v.event = e.id AND v.number = e.version";

fn line(row: &Row<'_>) -> rusqlite::Result<Line> {
    Ok(Line {
        id: row.get(0)?,
        campaign: row.get(1)?,
        guest: row.get(2)?,
        address: row.get(3)?,
        name: row.get(4)?,
        event: row.get(5)?,
        summary: row.get(6)?,
        method: row.get(7)?,
        state: row.get(8)?,
        attempt: row.get(9)?,
        reason: row.get(10)?,
        at: row.get::<_, Option<i64>>(11)?.map(instant),
        remote_id: row.get(12)?,
        begun: row.get::<_, Option<i64>>(13)?.map(instant),
    })
}

/// A place between two pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The campaign the next page begins in; 0 for the first.
    pub campaign: i64,
    /// The last row of the page before; 0 for none.
    pub delivery: i64,
}

/// A page of one campaign.
///
/// # Errors
/// When the database cannot be read.
pub fn of_campaign(r: &Reader<'_>, campaign: i64, state: Option<State>, after: i64, limit: u32) -> Result<Vec<Line>> {
    // One look-up a state: an index that leads from campaign to id alone would have to be kept with every row.
    let states = state.map_or(State::ALL.to_vec(), |state| vec![state]);
    let mut ids: Vec<i64> = Vec::new();
    for state in states {
        let mut select = r.0.prepare_cached(IDS)?;
        let of_state = select.query_map(params![campaign, state, after, limit], |row| row.get(0))?;
        ids.extend(of_state.collect::<rusqlite::Result<Vec<i64>>>()?);
    }
    ids.sort_unstable();
    ids.truncate(usize::try_from(limit)?);
    let mut select = r.0.prepare_cached(&format!("{LINE} WHERE d.id = ?1"))?;
    let mut lines = Vec::with_capacity(ids.len());
    for id in ids {
        lines.push(select.query_row([id], line)?);
    }
    Ok(lines)
}

pub(super) const IDS: &str = "SELECT id FROM delivery WHERE campaign = ?1 AND state = ?2 AND id > ?3 ORDER BY id LIMIT ?4";

/// A page of the whole ledger, campaign by campaign.
///
/// # Errors
/// When the database cannot be read.
pub fn of_all(r: &Reader<'_>, state: Option<State>, cursor: Cursor, limit: u32) -> Result<(Vec<Line>, Option<Cursor>)> {
    let mut lines: Vec<Line> = Vec::new();
    let mut campaigns = campaign::list(r)?;
    campaigns.reverse();
    for campaign in campaigns.iter().filter(|campaign| campaign.id >= cursor.campaign) {
        let after = if campaign.id == cursor.campaign { cursor.delivery } else { 0 };
        let room = limit.saturating_sub(u32::try_from(lines.len())?);
        if room == 0 {
            return Ok((lines, Some(Cursor { campaign: campaign.id, delivery: after })));
        }
        lines.extend(of_campaign(r, campaign.id, state, after, room)?);
        if u32::try_from(lines.len())? == limit {
            let last = lines.last().map_or(0, |line| line.id);
            return Ok((lines, Some(Cursor { campaign: campaign.id, delivery: last })));
        }
    }
    Ok((lines, None))
}
