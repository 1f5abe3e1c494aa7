//! Access tokens that are good when they are used.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use calendar::remote::RemoteFailure;
use mail::consent::SecretKeeper;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::token::{self, TokenFailure};
use super::{Client, Provider, REFRESH_TOKEN, ServiceAccount};
use crate::web::Web;

/// A token is replaced this long before it ends: it must last until the request it goes with has arrived.
const SPARE: Duration = Duration::from_mins(1);

/// The access tokens of one account. Whoever asks while one is being fetched gets that one.
pub(crate) struct AccessTokens {
    web: Arc<Web>,
    source: Source,
    held: Mutex<Held>,
}

/// What access tokens follow from.
pub(crate) enum Source {
    /// The consent of the account's owner.
    Consent {
        /// Who gave it.
        provider: Provider,
        /// To whom.
        client: Client,
        /// What is known of it.
        refresh_token: SecretString,
        /// Takes its successor.
        keeper: Arc<dyn SecretKeeper>,
    },
    /// A key that the account is a machine's own.
    Key(ServiceAccount),
}

#[derive(Default)]
struct Held {
    good: Option<Fresh>,
    /// The refresh token that took the place of the one in [`Source`].
    replaced: Option<SecretString>,
    /// What was fetched and must not be used before its refresh token is kept.
    unkept: Option<Fresh>,
}

/// What was fetched.
#[derive(Clone)]
struct Fresh {
    access: SecretString,
    until: Instant,
    refresh: Option<SecretString>,
}

impl AccessTokens {
    /// Fetches nothing yet.
    pub(crate) fn new(web: Arc<Web>, source: Source) -> Self {
        Self { web, source, held: Mutex::new(Held::default()) }
    }

    /// One that is good for another minute.
    pub(crate) async fn get(&self) -> Result<SecretString, RemoteFailure> {
        let mut held = self.held.lock().await;
        if let Some(good) = held.good.as_ref().filter(|good| Instant::now() < good.until) {
            return Ok(good.access.clone());
        }
        held.good = None;
        let fresh =
            if let Some(unkept) = held.unkept.clone() { unkept } else { self.fetch(held.replaced.as_ref()).await.map_err(outcome)? };
        if let (Source::Consent { keeper, refresh_token, .. }, Some(new)) = (&self.source, &fresh.refresh)
            && new.expose_secret() != held.replaced.as_ref().unwrap_or(refresh_token).expose_secret()
        {
            // Whoever fails, or gives up waiting, leaves it to the next: the one before may be good no more.
            held.unkept = Some(fresh.clone());
            let kept = keeper.keep(REFRESH_TOKEN, new.clone()).await;
            kept.map_err(|reason| RemoteFailure::Later { reason, after_seconds: None })?;
            held.replaced = Some(new.clone());
            held.unkept = None;
        }
        held.good = Some(fresh.clone());
        Ok(fresh.access)
    }

    /// Uses this one no more: the provider did not accept it. What was fetched since stays.
    pub(crate) async fn forget(&self, token: &SecretString) {
        let mut held = self.held.lock().await;
        if held.good.as_ref().is_some_and(|good| good.access.expose_secret() == token.expose_secret()) {
            held.good = None;
        }
    }

    async fn fetch(&self, replaced: Option<&SecretString>) -> Result<Fresh, TokenFailure> {
        let asked = Instant::now();
        let tokens = match &self.source {
            Source::Consent { provider, client, refresh_token, .. } => {
                let token = replaced.unwrap_or(refresh_token).expose_secret();
                token::ask(&self.web, provider, client, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await?
            }
            Source::Key(account) => account.fetch(&self.web).await?,
        };
        // One that lasts hardly longer than that is used for half its time.
        let until = asked + tokens.lifetime.saturating_sub(SPARE).max(tokens.lifetime / 2);
        Ok(Fresh { access: tokens.access, until, refresh: tokens.refresh })
    }
}

fn outcome(failure: TokenFailure) -> RemoteFailure {
    match failure {
        TokenFailure::Ended(reason) | TokenFailure::Refused(reason) => RemoteFailure::NeedsLogin { reason },
        TokenFailure::Later { reason, after_seconds, .. } => RemoteFailure::Later { reason, after_seconds },
    }
}

impl fmt::Debug for AccessTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AccessTokens").finish_non_exhaustive()
    }
}
