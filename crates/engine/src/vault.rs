//! Secrets, sealed: one random key encrypts the rows of `secret`. It lies in the system's keychain, or in the database under a passphrase.
//!
//! The key is fetched when the first secret is touched, so that a computer without a keychain is asked for a passphrase only then. Which of
//! the two a database uses is decided with its first secret and written down, together with a text sealed by the key: a wrong
//! passphrase or the key of another database is known before anything is opened with it.

mod key;

use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use store::{Store, secret, setting};

pub use key::{Key, WrappedKey};

use crate::error::{Code, Failure};

/// Name of the setting that says how the key is found.
const SETTING: &str = "vault";

/// Reads the key of a name; none where there is no key yet. An error says that there is no usable keychain.
pub type LoadKey = Box<dyn Fn(&str) -> Result<Option<[u8; 32]>> + Send + Sync>;
/// Keeps a key by a name.
pub type SaveKey = Box<dyn Fn(&str, &[u8; 32]) -> Result<()> + Send + Sync>;

/// Where the key lies. The program hands in the system's keychain. A key has the name of its database.
pub struct KeyStore {
    /// Reads.
    pub load: LoadKey,
    /// Keeps.
    pub save: SaveKey,
}

/// Seals and unseals secrets.
pub struct Vault {
    keys: Option<KeyStore>,
    passphrase: Mutex<Option<SecretString>>,
    found: Mutex<Option<Key>>,
}

/// How a vault stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was ever sealed.
    Unused,
    /// The key is at hand.
    Open,
    /// It opens with its passphrase: why it is closed, in a sentence.
    WantsPassphrase(String),
    /// The key should be in the keychain: why it does not come, in a sentence.
    WantsKeychain(String),
}

/// How the key of a database is found, as the setting says it.
#[derive(Serialize, Deserialize)]
enum Lock {
    /// In the keychain by this name, with a known text under it.
    Keychain { name: String, nonce: [u8; 24], check: Vec<u8> },
    /// Here, under a passphrase.
    Passphrase(WrappedKey),
}

impl Vault {
    /// A vault whose key lies in the keychain.
    #[must_use]
    pub fn keychain(keys: KeyStore) -> Self {
        Self::new(Some(keys), None)
    }

    /// A vault whose key is made from a passphrase by Argon2id.
    #[must_use]
    pub fn passphrase(passphrase: SecretString) -> Self {
        Self::new(None, Some(passphrase))
    }

    /// A vault with what there is of both. A new database takes the passphrase where one is given.
    #[must_use]
    pub fn new(keys: Option<KeyStore>, passphrase: Option<SecretString>) -> Self {
        Self { keys, passphrase: Mutex::new(passphrase), found: Mutex::new(None) }
    }

    /// Forgets the key in memory: the database may have become another one.
    pub(crate) fn forget(&self) {
        *lock(&self.found) = None;
    }

    /// Opens the vault with a passphrase that was typed after the start. Where nothing was sealed yet it is chosen by this.
    ///
    /// # Errors
    /// [`Code::Locked`] when it is not the right one, [`Code::InvalidInput`] when it is to be chosen and is short. Then the one before counts.
    pub async fn unlock(&self, store: &Store, passphrase: SecretString) -> Result<()> {
        let before = lock(&self.passphrase).replace(passphrase);
        self.forget();
        let opened = self.key(store).await;
        if opened.is_err() {
            *lock(&self.passphrase) = before;
        }
        opened.map(|_| ())
    }

    /// How the vault of this database stands.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn standing(&self, store: &Store) -> Result<Standing> {
        let Some(known) = read_lock(store).await? else { return Ok(Standing::Unused) };
        let wants = match known {
            Lock::Passphrase(_) => Standing::WantsPassphrase,
            Lock::Keychain { .. } => Standing::WantsKeychain,
        };
        // Fetching the key costs a question of the keychain once; afterwards it is in memory.
        Ok(match self.key(store).await {
            Ok(_) => Standing::Open,
            Err(error) => wants(Failure::from(error).message),
        })
    }

    /// The key of this database, made if there is none yet.
    ///
    /// # Errors
    /// [`Code::Locked`] when there is neither a keychain nor the right passphrase.
    pub async fn key(&self, store: &Store) -> Result<Key> {
        if let Some(key) = lock(&self.found).clone() {
            return Ok(key);
        }
        let key = match read_lock(store).await? {
            Some(known) => self.reopen(known).await?,
            None => self.make(store).await?,
        };
        *lock(&self.found) = Some(key.clone());
        Ok(key)
    }

    /// Why secrets of this database cannot be opened as things are, in a sentence; none where they can or where there are none.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn trouble(&self, store: &Store) -> Result<Option<String>> {
        if !store.read(secret::any).await? {
            return Ok(None);
        }
        Ok(match self.standing(store).await? {
            Standing::Unused | Standing::Open => None,
            Standing::WantsPassphrase(why) | Standing::WantsKeychain(why) => Some(why),
        })
    }

    /// Takes over a key that came with a backup, and keeps it as this computer keeps its keys.
    ///
    /// # Errors
    /// [`Code::Locked`] when there is neither a keychain nor a passphrase.
    pub async fn adopt(&self, store: &Store, key: Key) -> Result<()> {
        self.keep(store, &key).await?;
        *lock(&self.found) = Some(key);
        Ok(())
    }

    async fn reopen(&self, known: Lock) -> Result<Key> {
        match known {
            Lock::Passphrase(wrapped) => {
                let Some(passphrase) = lock(&self.passphrase).clone() else {
                    return Err(without_passphrase("The passwords here are sealed with a passphrase. Enter it."));
                };
                let key = at_leisure(move || wrapped.unwrap_key(passphrase.expose_secret())).await?;
                key.ok_or_else(|| locked("That is not the passphrase that the passwords here are sealed with. Try again."))
            }
            Lock::Keychain { name, nonce, check } => {
                let key = self.load(&name)?.ok_or_else(|| {
                    locked(
                        "The keychain of this computer does not hold the key to the passwords here. \
                         Restore a backup with its recovery passphrase, or remove the accounts and add them again.",
                    )
                })?;
                match key.open(CHECK, &nonce, &check) {
                    Some(_) => Ok(key),
                    None => Err(locked(
                        "The key in this computer's keychain does not fit the passwords here. Restore a backup with its recovery passphrase.",
                    )),
                }
            }
        }
    }

    /// Refuses the passphrase that new secrets would be sealed with where it can be guessed.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] when it is short.
    pub(crate) fn refuse_short_passphrase(&self) -> Result<()> {
        let given = lock(&self.passphrase).clone();
        given.map_or(Ok(()), |passphrase| refuse_short(&passphrase, "passphrase", "A passphrase"))
    }

    async fn make(&self, store: &Store) -> Result<Key> {
        self.refuse_short_passphrase()?;
        let key = Key::new(rand::random());
        self.keep(store, &key).await?;
        Ok(key)
    }

    /// Keeps a key where this computer keeps its keys, before anything is sealed with it.
    async fn keep(&self, store: &Store, key: &Key) -> Result<()> {
        let given = lock(&self.passphrase).clone();
        let kept = if let Some(passphrase) = given {
            let key = key.clone();
            Lock::Passphrase(at_leisure(move || key.wrap(passphrase.expose_secret())).await?)
        } else {
            let name = format!("{:032x}", rand::random::<u128>());
            self.save(&name, key)?;
            let check = key.seal(CHECK, b"")?;
            Lock::Keychain { name, nonce: check.nonce, check: check.sealed }
        };
        let text = serde_json::to_string(&kept)?;
        store.write(move |w| setting::put(w, SETTING, &text)).await
    }

    fn load(&self, name: &str) -> Result<Option<Key>> {
        let keys = self.keys.as_ref().ok_or_else(no_keychain)?;
        let found = (keys.load)(name).map_err(|error| {
            tracing::warn!("the keychain cannot be used: {error:#}");
            locked("The key to the passwords here lies in this computer's keychain, which does not open now. Unlock it and try again.")
        })?;
        Ok(found.map(Key::new))
    }

    fn save(&self, name: &str, key: &Key) -> Result<()> {
        let keys = self.keys.as_ref().ok_or_else(no_keychain)?;
        (keys.save)(name, key.expose()).map_err(|error| {
            tracing::warn!("the keychain cannot be used: {error:#}");
            no_keychain()
        })
    }
}

const CHECK: &str = "vault";
const SHORTEST: usize = 12;

/// Refuses a new passphrase that can be guessed.
pub(crate) fn refuse_short(passphrase: &SecretString, field: &str, what: &str) -> Result<()> {
    if passphrase.expose_secret().chars().count() >= SHORTEST {
        return Ok(());
    }
    let sentence = format!("{what} has at least {SHORTEST} characters: whoever guesses it can read every password here.");
    Err(Failure::new(Code::InvalidInput, sentence).with("field", field).into())
}

async fn read_lock(store: &Store) -> Result<Option<Lock>> {
    let text = store.read(|r| setting::get(r, SETTING)).await?;
    text.map(|text| serde_json::from_str(&text).context("Read how the secrets are sealed")).transpose()
}

/// Argon2id takes its time by design: not on a thread that others wait for.
async fn at_leisure<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await?
}

fn no_keychain() -> anyhow::Error {
    without_passphrase(
        "This computer has no keychain that can be used, so passwords need a passphrase to be sealed with. \
         Choose one; it is asked for again after each start, before mail is sent.",
    )
}

/// What a passphrase would open: the window asks for it, the command line says how it is given.
fn without_passphrase(sentence: &str) -> anyhow::Error {
    Failure::new(Code::Locked, sentence).with("wants", "passphrase").into()
}

fn locked(sentence: &str) -> anyhow::Error {
    Failure::new(Code::Locked, sentence).into()
}

/// A panic elsewhere leaves a whole value behind.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
