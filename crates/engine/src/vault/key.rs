//! The key itself: XChaCha20-Poly1305 for each secret, Argon2id for passphrases.

use std::sync::Arc;

use anyhow::{Result, anyhow};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret as _, SecretBox};
use serde::{Deserialize, Serialize};
use store::secret::Sealed;

/// A sealing key. Cheap to clone, wiped when the last clone goes, never printed.
#[derive(Clone)]
pub struct Key(Arc<SecretBox<[u8; 32]>>);

/// A sealing key under a recovery passphrase, as a backup carries it.
#[derive(Serialize, Deserialize)]
pub struct WrappedKey {
    salt: [u8; 16],
    nonce: [u8; 24],
    sealed: Vec<u8>,
}

impl Key {
    pub(super) fn new(bytes: [u8; 32]) -> Self {
        Self(Arc::new(SecretBox::new(Box::new(bytes))))
    }

    pub(super) fn expose(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    /// RFC 9106 §4, second recommended option: 64 MiB and three passes.
    pub(super) fn from_passphrase(passphrase: &str, salt: &[u8; 16]) -> Result<Self> {
        let params = Params::new(64 * 1024, 3, 4, Some(32)).map_err(|error| anyhow!("Argon2: {error}"))?;
        let mut bytes = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), salt, &mut bytes)
            .map_err(|error| anyhow!("Argon2: {error}"))?;
        Ok(Self::new(bytes))
    }

    /// Seals a text; it can only be opened under the same name.
    ///
    /// # Errors
    /// When the text is longer than the cipher takes (256 GiB).
    pub fn seal(&self, name: &str, text: &[u8]) -> Result<Sealed> {
        let nonce: [u8; 24] = rand::random();
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: text, aad: name.as_bytes() })
            .map_err(|_| anyhow!("the secret could not be sealed"))?;
        Ok(Sealed { nonce, sealed })
    }

    /// Opens what was sealed; none where key, name or bytes are not the same.
    #[must_use]
    pub fn open(&self, name: &str, nonce: &[u8; 24], sealed: &[u8]) -> Option<Vec<u8>> {
        self.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: name.as_bytes() }).ok()
    }

    /// The key under a recovery passphrase.
    ///
    /// # Errors
    /// When there is not the memory that Argon2 needs.
    pub fn wrap(&self, passphrase: &str) -> Result<WrappedKey> {
        let salt: [u8; 16] = rand::random();
        let Sealed { nonce, sealed } = Self::from_passphrase(passphrase, &salt)?.seal(RECOVERY, self.expose())?;
        Ok(WrappedKey { salt, nonce, sealed })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.expose().into())
    }
}

const RECOVERY: &str = "recovery";

impl WrappedKey {
    /// The key; none where the recovery passphrase is not the right one.
    ///
    /// # Errors
    /// When there is not the memory that Argon2 needs.
    pub fn unwrap_key(&self, passphrase: &str) -> Result<Option<Key>> {
        let bytes = Key::from_passphrase(passphrase, &self.salt)?.open(RECOVERY, &self.nonce, &self.sealed);
        Ok(bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).map(Key::new))
    }
}
