//! Sealed secrets of accounts. This crate sees only what the vault encrypted.

use anyhow::Result;

use crate::{Reader, Writer};

pub(crate) const CREATE: &str = "
CREATE TABLE secret (
    account INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name    TEXT    NOT NULL,   -- password, access_key, refresh_token, ...
    nonce   BLOB    NOT NULL,   -- 24 bytes
    sealed  BLOB    NOT NULL,   -- XChaCha20-Poly1305, account and name as associated data
    PRIMARY KEY (account, name)
) STRICT, WITHOUT ROWID;
";

/// A secret as it lies on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Never used twice with the same key.
    pub nonce: [u8; 24],
    /// Cipher text and tag.
    pub sealed: Vec<u8>,
}

/// Keeps a sealed secret in place of an older one of that name.
///
/// # Errors
/// When the database cannot be written.
pub fn put(w: &Writer<'_>, account: i64, name: &str, secret: &Sealed) -> Result<()> {
    w.0.prepare_cached(
        "INSERT INTO secret (account, name, nonce, sealed) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET nonce = excluded.nonce, sealed = excluded.sealed",
    )?
    .execute((account, name, &secret.nonce, &secret.sealed))?;
    Ok(())
}

/// The sealed secrets of an account by name.
///
/// # Errors
/// When the database cannot be read.
pub fn of_account(r: &Reader<'_>, account: i64) -> Result<Vec<(String, Sealed)>> {
    let mut statement = r.0.prepare_cached("SELECT name, nonce, sealed FROM secret WHERE account = ?1")?;
    let rows = statement.query_map([account], |row| Ok((row.get(0)?, Sealed { nonce: row.get(1)?, sealed: row.get(2)? })))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether any account has a secret.
///
/// # Errors
/// When the database cannot be read.
pub fn any(r: &Reader<'_>) -> Result<bool> {
    Ok(r.0.query_row("SELECT EXISTS (SELECT 1 FROM secret)", [], |row| row.get(0))?)
}
