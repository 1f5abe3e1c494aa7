//! Secrets, sealed: one key in the system's keychain, or made from a passphrase, encrypts the rows of `secret`.

use anyhow::Result;

/// Where the key lies. The program hands in the system's keychain.
pub struct KeyStore {
    /// Reads the key; none where there is no key yet.
    pub load: Box<dyn Fn() -> Result<Option<[u8; 32]>> + Send + Sync>,
    /// Keeps a new key.
    pub save: Box<dyn Fn(&[u8; 32]) -> Result<()> + Send + Sync>,
}

/// Seals and unseals secrets. The key is fetched when the first secret is touched.
pub struct Vault {
    keys: Option<KeyStore>,
    passphrase: Option<secrecy::SecretString>,
}

impl Vault {
    /// A vault whose key lies in the keychain.
    #[must_use]
    pub fn keychain(keys: KeyStore) -> Self {
        Self { keys: Some(keys), passphrase: None }
    }

    /// A vault whose key is made from a passphrase by Argon2id.
    #[must_use]
    pub fn passphrase(passphrase: secrecy::SecretString) -> Self {
        Self { keys: None, passphrase: Some(passphrase) }
    }
}
