//! Addresses that must not be mailed, with the reason and its evidence.

use anyhow::Result;
use jiff::Timestamp;

use crate::{Writer, millis};

pub(crate) const CREATE: &str = "
CREATE TABLE suppression (
    id        INTEGER PRIMARY KEY,
    address   TEXT    NOT NULL,             -- normalised
    reason    TEXT    NOT NULL,             -- unsubscribed, hard_bounce, complaint, by_hand
    evidence  TEXT    NOT NULL DEFAULT '',  -- the words that said so
    receipt   INTEGER,                      -- the message that said so
    at        INTEGER NOT NULL,
    lifted_at INTEGER                       -- reversible
) STRICT;
CREATE UNIQUE INDEX suppression_address ON suppression (address, reason) WHERE lifted_at IS NULL;
";

/// Stops mail to an address, normalised, until that is lifted; false where it is stopped for this reason already.
///
/// # Errors
/// When the database cannot be written.
pub fn add(w: &Writer<'_>, address: &str, reason: &str, evidence: &str, receipt: Option<i64>, now: Timestamp) -> Result<bool> {
    let added =
        w.0.prepare_cached(
            "INSERT INTO suppression (address, reason, evidence, receipt, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?
        .execute((address, reason, evidence, receipt, millis(now)))?;
    Ok(added == 1)
}
