//! The operating system's keychain: one entry per database, whose name is the database's own.

use anyhow::{Context as _, Result, bail};
use keyring::{Entry, Error};

const SERVICE: &str = "rollcall";

/// The key of that name; none where the keychain holds none.
///
/// # Errors
/// When there is no keychain, or it stays locked.
pub fn load(name: &str) -> Result<Option<[u8; 32]>> {
    match entry(name)?.get_secret() {
        Ok(bytes) => match bytes.try_into() {
            Ok(key) => Ok(Some(key)),
            Err(_) => bail!("the entry {name} of the keychain is not a key of ours"),
        },
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error).context("Read the keychain"),
    }
}

/// Keeps a key.
///
/// # Errors
/// When there is no keychain, or it stays locked.
pub fn save(name: &str, key: &[u8; 32]) -> Result<()> {
    entry(name)?.set_secret(key).context("Write to the keychain")
}

/// Whether this session has a keychain.
#[must_use]
pub fn is_available() -> bool {
    Entry::store_status().is_ok()
}

fn entry(name: &str) -> Result<Entry> {
    if let Err(error) = Entry::store_status() {
        bail!("this session has no keychain: {error}");
    }
    Entry::new(SERVICE, name).context("Open the keychain")
}
