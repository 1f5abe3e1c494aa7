//! The access tokens of each account, once for all that is done with it: its calendars, what it sends, its mailbox.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use calendar::remote::RemoteFailure;
use mail::consent::SecretKeeper;
use mail::port::AccountConfig;
use secrecy::SecretString;

use super::{AccessTokens, Client, Provider, REFRESH_TOKEN, Resource, Source};
use crate::settings;
use crate::web::Web;

/// The tokens that an account's mail is sent and read with.
#[derive(Clone, Debug)]
pub(crate) struct MailTokens {
    pub(crate) tokens: Arc<AccessTokens>,
    pub(crate) resource: Resource,
}

impl MailTokens {
    /// One that is good for another minute.
    pub(crate) async fn get(&self) -> Result<SecretString, RemoteFailure> {
        self.tokens.of(self.resource).await
    }

    /// Uses this one no more: the server did not accept it.
    pub(crate) async fn forget(&self, token: &SecretString) {
        self.tokens.forget(token).await;
    }
}

/// The tokens that are in use, by account. Two refreshes of one consent side by side would each replace its refresh token.
#[derive(Debug, Default)]
pub(crate) struct Consents(Mutex<HashMap<i64, Weak<AccessTokens>>>);

impl Consents {
    /// The tokens that follow from an account's consent. Those of an earlier consent are left to whoever still has them.
    pub(crate) fn of(
        &self,
        account: &AccountConfig,
        provider: Provider,
        client: Client,
        keeper: Arc<dyn SecretKeeper>,
    ) -> Result<Arc<AccessTokens>, String> {
        let refresh_token = settings::secret(account, REFRESH_TOKEN)?;
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tokens) = known.get(&account.id).and_then(Weak::upgrade).filter(|tokens| tokens.follow_from(&refresh_token)) {
            return Ok(tokens);
        }
        let source = Source::Consent { provider, client, refresh_token, keeper };
        let tokens = Arc::new(AccessTokens::new(Arc::new(Web::new(None)?), source));
        known.insert(account.id, Arc::downgrade(&tokens));
        Ok(tokens)
    }
}
