//! Consent of an account's owner, given in the system's browser (OAuth 2.0, RFC 6749 and RFC 8252), and what becomes of it.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::port::AccountConfig;

/// Keeps a secret that a provider replaced while the account was used. It is on disk when this returns, and only then may the new one be used.
#[async_trait]
pub trait SecretKeeper: Send + Sync {
    /// Puts `secret` in the place of the one of that name.
    ///
    /// # Errors
    /// A sentence that says why it could not be kept.
    async fn keep(&self, name: &str, secret: SecretString) -> Result<(), String>;
}

/// The consent of another account, for one that is used by it: an address that sends, a mailbox that is read.
#[derive(Clone)]
pub struct Consent {
    /// The account that its owner consented to.
    pub account: Box<AccountConfig>,
    /// Takes what its provider replaces.
    pub keeper: Arc<dyn SecretKeeper>,
}

impl fmt::Debug for Consent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Consent").field("account", &self.account.label).finish_non_exhaustive()
    }
}

/// The mail servers that come with an account which is consented to in the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServers {
    /// Takes what is sent: name, port, and whether TLS is there from the first byte or by STARTTLS.
    pub smtp: (String, u16, bool),
    /// Has the mailbox, with TLS from the first byte.
    pub imap: (String, u16),
    /// What the mailbox's server calls itself in `Authentication-Results`; empty where that is not known.
    pub authserv_id: String,
}

/// What the owner consented to.
#[derive(Debug)]
pub struct Granted {
    /// The address of the account, as the provider states it; may be empty.
    pub address: String,
    /// Secrets to seal, by name.
    pub secrets: BTreeMap<String, SecretString>,
}

/// The provider being told that consent is withdrawn; what went wrong, in words.
pub type Withdrawal = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Why consent was not given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGranted {
    /// The owner, or the provider, said no: in words.
    #[error("{0}")]
    Refused(String),
    /// The address that came back does not belong to what was asked: another `state`, another issuer, no code.
    #[error("{0}")]
    NotOurs(String),
    /// The provider could not be reached, or answered what cannot be read.
    #[error("{0}")]
    Failed(String),
}

/// A consent that was asked for and is being waited for. Dropped, it is no longer listened for.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// The page to open in the system's browser. It holds no secret.
    fn page(&self) -> &str;

    /// Waits until the browser comes back to this computer.
    async fn wait(&self) -> Result<Granted, NotGranted>;

    /// Goes on with the address that the browser ended on, pasted by the owner where it could not come back by itself.
    async fn pasted(&self, address: &str) -> Result<Granted, NotGranted>;
}
