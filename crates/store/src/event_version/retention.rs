//! Letting go of history that is older than the organizer keeps. What an event says, what guests were told, and what a provider still needs stays.

use anyhow::Result;
use jiff::Timestamp;

use crate::{Reader, Writer, millis};

/// How much history there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Versions of all events.
    pub versions: u32,
    /// Roughly what they take, in bytes.
    pub bytes: i64,
}

/// How much history there is.
///
/// # Errors
/// When the database cannot be read.
pub fn extent(r: &Reader<'_>) -> Result<Extent> {
    // The columns that are short in every version take about so much together.
    let sql = "SELECT count(*), coalesce(sum(300 + length(summary) + length(description) + length(place) + length(ical) + length(changed)
                   + length(attendees) + length(attachments) + length(own_properties)), 0) FROM event_version";
    Ok(r.0.prepare_cached(sql)?.query_row([], |row| Ok(Extent { versions: row.get(0)?, bytes: row.get(1)? }))?)
}

/// The last of up to `limit` events after one of them; none where there is no more.
///
/// # Errors
/// When the database cannot be read.
pub fn next_events(r: &Reader<'_>, after: i64, limit: u32) -> Result<Option<i64>> {
    let sql = "SELECT max(id) FROM (SELECT id FROM event WHERE id > ?1 ORDER BY id LIMIT ?2)";
    Ok(r.0.prepare_cached(sql)?.query_row((after, limit), |row| row.get(0))?)
}

/// Lets go of the versions of the events after one and up to another that others took the place of before a moment. How many they were.
///
/// # Errors
/// When the database cannot be written.
pub fn let_go_of_versions(w: &Writer<'_>, after: i64, last: i64, before: Timestamp) -> Result<usize> {
    let sql = "DELETE FROM event_version AS v WHERE v.event > ?1 AND v.event <= ?2 AND v.at < ?3
               AND v.number < (SELECT e.version FROM event e WHERE e.id = v.event)
               AND EXISTS (SELECT 1 FROM event_version n WHERE n.event = v.event AND n.number > v.number AND n.at < ?3)
               AND NOT EXISTS (SELECT 1 FROM revision_version r WHERE r.event = v.event AND r.number = v.number)";
    Ok(w.0.prepare_cached(sql)?.execute((after, last, millis(before)))?)
}

/// Lets go of the events after one and up to another that were deleted before a moment and that nothing refers to. How many they were.
///
/// # Errors
/// When the database cannot be written.
pub fn let_go_of_events(w: &Writer<'_>, after: i64, last: i64, before: Timestamp) -> Result<usize> {
    // A series goes once its exceptions are gone. The newest event stays, so that its number is never given to another one.
    let sql = "SELECT e.id FROM event e WHERE e.id > ?1 AND e.id <= ?2 AND e.deleted = 1 AND e.updated_at < ?3
               AND e.id < (SELECT max(id) FROM event)
               AND NOT EXISTS (SELECT 1 FROM event o WHERE o.master = e.id OR o.split_from = e.id)
               AND NOT EXISTS (SELECT 1 FROM revision r WHERE r.event = e.id)
               AND NOT EXISTS (SELECT 1 FROM revision_version r WHERE r.event = e.id)
               AND NOT EXISTS (SELECT 1 FROM invitation i WHERE i.event = e.id)
               AND NOT EXISTS (SELECT 1 FROM campaign_event c WHERE c.event = e.id)
               AND NOT EXISTS (SELECT 1 FROM telling t WHERE t.event = e.id)
               AND NOT EXISTS (SELECT 1 FROM mail_command_taken m WHERE m.event = e.id)
               AND NOT EXISTS (SELECT 1 FROM remote_item i INDEXED BY remote_item_uid WHERE i.calendar = e.calendar AND i.uid = e.uid)
               AND NOT EXISTS (SELECT 1 FROM remote_write p WHERE p.calendar = e.calendar AND p.uid = e.uid)
               AND NOT EXISTS (SELECT 1 FROM clash c WHERE c.calendar = e.calendar AND c.uid = e.uid AND c.settled_at IS NULL)
               ORDER BY e.master IS NULL, e.id";
    let mut statement = w.0.prepare_cached(sql)?;
    let ids: Vec<i64> = statement.query_map((after, last, millis(before)), |row| row.get(0))?.collect::<Result<_, _>>()?;
    for id in &ids {
        w.0.prepare_cached("DELETE FROM event_version WHERE event = ?1")?.execute([id])?;
        w.0.prepare_cached("DELETE FROM event WHERE id = ?1")?.execute([id])?;
    }
    Ok(ids.len())
}

#[cfg(test)]
mod tests;
