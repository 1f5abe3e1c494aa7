//! Messages as they left, kept from their claim to their result, and as long as nobody can know what became of them.
//!
//! Those of one claim are kept together: they differ in little, so that packed they are a tenth of their size.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use rusqlite::OptionalExtension as _;

use crate::{Reader, Writer};

pub(crate) const CREATE: &str = "
CREATE TABLE kept (
    claim    INTEGER PRIMARY KEY,   -- delivery.kept names it
    messages BLOB    NOT NULL       -- packed: of each its delivery, its length, its bytes
) STRICT;
";

/// Keeps the messages of a claim.
pub(super) fn put<'m>(w: &Writer<'_>, claim: i64, messages: impl Iterator<Item = (i64, &'m [u8])>) -> Result<()> {
    let mut together = Vec::new();
    for (delivery, message) in messages {
        together.extend_from_slice(&delivery.to_le_bytes());
        together.extend_from_slice(&u32::try_from(message.len())?.to_le_bytes());
        together.extend_from_slice(message);
    }
    // Guests' messages repeat one another within the window of the packer.
    let packed = lz4_flex::block::compress_prepend_size(&together);
    w.0.prepare_cached("INSERT INTO kept (claim, messages) VALUES (?1, ?2)")?.execute((claim, packed))?;
    Ok(())
}

/// The message of a delivery, kept with a claim.
pub(super) fn get(r: &Reader<'_>, claim: i64, delivery: i64) -> Result<Vec<u8>> {
    let mut select = r.0.prepare_cached("SELECT messages FROM kept WHERE claim = ?1")?;
    let packed: Option<Vec<u8>> = select.query_row([claim], |row| row.get(0)).optional()?;
    let packed = packed.with_context(|| format!("the messages of claim {claim} are gone"))?;
    let together = lz4_flex::block::decompress_size_prepended(&packed).context("Unpack the messages of a claim")?;
    let mut rest = together.as_slice();
    while let Some((own, after)) = rest.split_first_chunk::<8>() {
        let (length, after) = after.split_first_chunk::<4>().context("the messages of a claim are cut off")?;
        let length = usize::try_from(u32::from_le_bytes(*length))?;
        let (message, after) = after.split_at_checked(length).context("the messages of a claim are cut off")?;
        if i64::from_le_bytes(*own) == delivery {
            return Ok(message.to_vec());
        }
        rest = after;
    }
    anyhow::bail!("claim {claim} kept no message of delivery {delivery}")
}

/// Drops the messages of claims that no delivery needs any more.
pub(super) fn drop_unused(w: &Writer<'_>, claims: &BTreeSet<i64>) -> Result<()> {
    let mut delete =
        w.0.prepare_cached("DELETE FROM kept WHERE claim = ?1 AND NOT EXISTS (SELECT 1 FROM delivery WHERE kept = ?1 AND kept > 0)")?;
    for claim in claims {
        delete.execute([claim])?;
    }
    Ok(())
}

/// Drops whatever no delivery needs any more: rulings on single rows leave it behind.
pub(super) fn sweep(w: &Writer<'_>) -> Result<()> {
    w.0.prepare_cached("DELETE FROM kept WHERE claim NOT IN (SELECT kept FROM delivery WHERE kept > 0)")?.execute([])?;
    Ok(())
}
