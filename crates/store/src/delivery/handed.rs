//! How many messages each account handed over in each second: what its limits are counted by after a restart.
//!
//! Written with the claim, so that a crash forgets nothing; what was claimed and put back counts all the same.

use anyhow::Result;
use jiff::Timestamp;

use crate::{Reader, Writer};

pub(crate) const CREATE: &str = "
CREATE TABLE handed (
    account INTEGER NOT NULL,
    second  INTEGER NOT NULL,   -- of UNIX time
    count   INTEGER NOT NULL,
    PRIMARY KEY (account, second)
) STRICT, WITHOUT ROWID;
";

/// Counts messages of an account.
pub(super) fn count(w: &Writer<'_>, account: i64, now: Timestamp, messages: usize) -> Result<()> {
    w.0.prepare_cached(
        "INSERT INTO handed (account, second, count) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET count = count + excluded.count",
    )?
    .execute((account, now.as_second(), i64::try_from(messages)?))?;
    Ok(())
}

/// The seconds since a moment in which an account handed messages over, the first one first, and how many they were.
///
/// # Errors
/// When the database cannot be read.
pub fn since(r: &Reader<'_>, account: i64, from: Timestamp) -> Result<Vec<(i64, usize)>> {
    let mut select = r.0.prepare_cached("SELECT second, count FROM handed WHERE account = ?1 AND second >= ?2 ORDER BY second")?;
    let rows = select.query_map((account, from.as_second()), |row| Ok((row.get(0)?, row.get::<_, u32>(1)? as usize)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Forgets what no limit looks back to.
///
/// # Errors
/// When the database cannot be written.
pub fn forget(w: &Writer<'_>, before: Timestamp) -> Result<()> {
    w.0.prepare_cached("DELETE FROM handed WHERE second < ?1")?.execute([before.as_second()])?;
    Ok(())
}
