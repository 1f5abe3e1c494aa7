//! Access tokens that are good when they are used, one for each resource of a provider's.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError};
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

/// What a token is for, where a provider has tokens for parts of what was consented to: the scopes to name. Empty for what the account is for first.
pub(crate) type Resource = &'static str;

/// The access tokens of one account. Whoever asks while one is being fetched gets that one.
pub(crate) struct AccessTokens {
    web: Arc<Web>,
    source: Source,
    held: Mutex<Held>,
    /// The refresh token that took the place of the one in [`Source`].
    replaced: std::sync::Mutex<Option<SecretString>>,
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
    good: HashMap<Resource, Fresh>,
    /// What was fetched and must not be used before its refresh token is kept.
    unkept: Option<(Resource, Fresh)>,
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
        Self { web, source, held: Mutex::default(), replaced: std::sync::Mutex::default() }
    }

    /// One that is good for another minute.
    pub(crate) async fn get(&self) -> Result<SecretString, RemoteFailure> {
        self.of("").await
    }

    /// One for a resource that is good for another minute.
    pub(crate) async fn of(&self, resource: Resource) -> Result<SecretString, RemoteFailure> {
        let mut held = self.held.lock().await;
        if let Some(good) = held.good.get(resource).filter(|good| Instant::now() < good.until) {
            return Ok(good.access.clone());
        }
        held.good.remove(resource);
        if let Some((other, unkept)) = held.unkept.clone() {
            self.keep(&mut held, other, &unkept).await?;
            if other == resource {
                return Ok(unkept.access);
            }
        }
        let fresh = self.fetch(resource).await.map_err(outcome)?;
        self.keep(&mut held, resource, &fresh).await?;
        Ok(fresh.access)
    }

    /// Puts what was fetched to use, once its refresh token is kept.
    async fn keep(&self, held: &mut Held, resource: Resource, fresh: &Fresh) -> Result<(), RemoteFailure> {
        if let (Source::Consent { keeper, refresh_token, .. }, Some(new)) = (&self.source, &fresh.refresh)
            && new.expose_secret() != self.latest(refresh_token).expose_secret()
        {
            // Whoever fails, or gives up waiting, leaves it to the next: the one before may be good no more.
            held.unkept = Some((resource, fresh.clone()));
            let kept = keeper.keep(REFRESH_TOKEN, new.clone()).await;
            kept.map_err(|reason| RemoteFailure::Later { reason, after_seconds: None })?;
            *self.replaced.lock().unwrap_or_else(PoisonError::into_inner) = Some(new.clone());
            held.unkept = None;
        }
        held.good.insert(resource, fresh.clone());
        Ok(())
    }

    /// Uses this one no more: the provider did not accept it. What was fetched since stays.
    pub(crate) async fn forget(&self, token: &SecretString) {
        let mut held = self.held.lock().await;
        held.good.retain(|_, good| good.access.expose_secret() != token.expose_secret());
    }

    /// Whether they follow from this refresh token, or from one that took its place.
    pub(crate) fn follow_from(&self, token: &SecretString) -> bool {
        let Source::Consent { refresh_token, .. } = &self.source else { return false };
        [refresh_token, &self.latest(refresh_token)].iter().any(|known| known.expose_secret() == token.expose_secret())
    }

    fn latest(&self, first: &SecretString) -> SecretString {
        self.replaced.lock().unwrap_or_else(PoisonError::into_inner).as_ref().unwrap_or(first).clone()
    }

    async fn fetch(&self, resource: Resource) -> Result<Fresh, TokenFailure> {
        let asked = Instant::now();
        let tokens = match &self.source {
            Source::Consent { provider, client, refresh_token, .. } => {
                let latest = self.latest(refresh_token);
                let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", latest.expose_secret())];
                fields.extend(Some(("scope", resource)).filter(|(_, scopes)| !scopes.is_empty()));
                token::ask(&self.web, provider, client, &fields).await?
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
