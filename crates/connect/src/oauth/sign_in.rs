//! A consent that is asked for and waited for.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mail::consent::{Granted, NotGranted, SignIn};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use url::form_urlencoded::Serializer;

use super::answer::{self, Answer};
use super::loopback::Loopback;
use super::token::{self, TokenFailure, Tokens};
use super::{CLIENT_SECRET, Client, Provider, REFRESH_TOKEN};
use crate::web::Web;

/// A consent that is asked for and waited for. It takes one answer.
pub(crate) struct BrowserSignIn {
    provider: Provider,
    client: Client,
    web: Arc<Web>,
    page: String,
    redirect: String,
    state: SecretString,
    verifier: SecretString,
    loopback: Loopback,
    answered: AtomicBool,
}

impl BrowserSignIn {
    /// Begins to listen. `random` must be fresh and unforeseeable: `state` and the verifier of PKCE (RFC 7636) are made from it.
    pub(crate) fn begin(provider: Provider, client: Client, web: Arc<Web>, random: [u8; 64]) -> Result<Self, String> {
        let loopback = Loopback::bind()?;
        let redirect = format!("http://{}:{}", provider.loopback, loopback.port);
        let (state, verifier) = random.split_at(32);
        let (state, verifier) = (URL_SAFE_NO_PAD.encode(state), URL_SAFE_NO_PAD.encode(verifier));
        let page = page(&provider, &client, &redirect, &state, &verifier);
        Ok(Self {
            provider,
            client,
            web,
            page,
            redirect,
            state: state.into(),
            verifier: verifier.into(),
            loopback,
            answered: AtomicBool::new(false),
        })
    }

    /// Whether this is the one answer that is taken.
    fn takes_it(&self) -> bool {
        !self.answered.swap(true, Ordering::AcqRel)
    }

    async fn exchange(&self, code: &SecretString) -> Result<Granted, NotGranted> {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code.expose_secret()),
            ("redirect_uri", &self.redirect),
            ("code_verifier", self.verifier.expose_secret()),
        ];
        fields.extend(Some(("scope", self.provider.first)).filter(|(_, scopes)| !scopes.is_empty()));
        let tokens = token::ask(&self.web, &self.provider, &self.client, &fields).await.map_err(|failure| match failure {
            TokenFailure::Ended(_) => NotGranted::Failed(format!(
                "{} no longer takes this answer: it was used already, or took too long. Sign in again.",
                self.provider.name
            )),
            TokenFailure::Refused(reason) => NotGranted::Refused(reason),
            TokenFailure::Later { reason, .. } => NotGranted::Failed(reason),
        })?;
        self.granted(tokens)
    }

    fn granted(&self, tokens: Tokens) -> Result<Granted, NotGranted> {
        let name = self.provider.name;
        if let Some((_, missing)) = self.provider.required.iter().find(|(scope, _)| !tokens.covers(scope)) {
            return Err(NotGranted::Refused(format!(
                "{name} was not allowed to give Rollcall access to your {missing}. Sign in again and tick every box on its page."
            )));
        }
        let address = tokens.address(&self.client.id);
        let refresh = tokens.refresh.ok_or_else(|| {
            NotGranted::Refused(format!(
                "{name} allowed access for one hour only. Remove Rollcall from the account's connected apps there, then sign in again."
            ))
        })?;
        let mut secrets = BTreeMap::from([(REFRESH_TOKEN.to_owned(), refresh)]);
        if let Some(secret) = &self.client.secret {
            secrets.insert(CLIENT_SECRET.to_owned(), secret.clone());
        }
        Ok(Granted { address, secrets })
    }
}

#[async_trait]
impl SignIn for BrowserSignIn {
    fn page(&self) -> &str {
        &self.page
    }

    async fn wait(&self) -> Result<Granted, NotGranted> {
        let mut visits = self.loopback.visits();
        loop {
            let visit = visits.next().await;
            // Any page in the browser can call here, so a stranger's call must not end the wait.
            let Answer::Ours(code) = answer::read(&visit.query, &self.state, &self.provider) else {
                visit.show("This is another sign-in", "Go back to Rollcall, and begin to sign in there again.").await;
                continue;
            };
            if !self.takes_it() {
                visit.show("Already answered", "This sign-in was answered before. You can close this window.").await;
                continue;
            }
            let outcome = match code {
                Ok(code) => self.exchange(&code).await,
                Err(refused) => Err(refused),
            };
            match &outcome {
                Ok(_) => visit.show("You are connected", "You can close this window and go back to Rollcall.").await,
                Err(why) => visit.show("Not connected", &format!("{why} You can close this window and go back to Rollcall.")).await,
            }
            return outcome;
        }
    }

    async fn pasted(&self, address: &str) -> Result<Granted, NotGranted> {
        let Answer::Ours(code) = answer::read(answer::query_of(address), &self.state, &self.provider) else {
            return Err(NotGranted::NotOurs(
                "This is not the address that this sign-in ended on. Copy the whole address of the page that could not be shown: it begins with http:// and holds “state” and “code”."
                    .to_owned(),
            ));
        };
        if !self.takes_it() {
            return Err(NotGranted::NotOurs("This sign-in was answered already. To connect again, begin a new one.".to_owned()));
        }
        self.exchange(&code?).await
    }
}

fn page(provider: &Provider, client: &Client, redirect: &str, state: &str, verifier: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let mut query = Serializer::new(String::new());
    query
        .append_pair("response_type", "code")
        .append_pair("client_id", &client.id)
        .append_pair("redirect_uri", redirect)
        .append_pair("scope", &provider.scopes.join(" "))
        .append_pair("state", state)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    for (name, value) in &provider.parameters {
        query.append_pair(name, value);
    }
    let separator = if provider.authorize.contains('?') { '&' } else { '?' };
    format!("{}{separator}{}", provider.authorize, query.finish())
}
