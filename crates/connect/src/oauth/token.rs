//! The token endpoint: codes, refresh tokens and signed statements against access tokens (RFC 6749 §4.1.3, §5, §6; RFC 7009).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use calendar::remote::RemoteFailure;
use mail::consent::Withdrawal;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::{Client, Provider, words};
use crate::web::{Answer, Request, Web};

/// A provider that does not say how long a token lasts means an hour.
const USUAL_LIFETIME: u64 = 3_600;

/// What an exchange gave.
#[derive(Debug)]
pub(super) struct Tokens {
    pub(super) access: SecretString,
    pub(super) lifetime: Duration,
    /// A refresh token that takes the place of the one that is known, if any.
    pub(super) refresh: Option<SecretString>,
    scope: Option<String>,
    identity: Option<SecretString>,
}

/// Why there is no token.
#[derive(Debug)]
pub(super) enum TokenFailure {
    /// The consent, or the code, is no longer good.
    Ended(String),
    /// The provider will not have this program.
    Refused(String),
    /// Not now.
    Later { reason: String, after_seconds: Option<u64> },
}

impl Tokens {
    /// Whether a scope was granted. A provider that does not say granted what was asked for (RFC 6749 §5.1).
    pub(super) fn covers(&self, scope: &str) -> bool {
        let Some(granted) = &self.scope else { return true };
        granted.split_whitespace().any(|granted| {
            granted.eq_ignore_ascii_case(scope)
                || granted.rsplit_once('/').is_some_and(|(_, last)| last.eq_ignore_ascii_case(scope))
                || scope.rsplit_once('/').is_some_and(|(_, last)| last.eq_ignore_ascii_case(granted))
        })
    }

    /// The account's address by the identity token; empty where there is none. The token came from the provider itself over TLS, so that its
    /// signature says nothing more (`OpenID` Connect Core §3.1.3.7); that it was made for this program is checked.
    pub(super) fn address(&self, client: &str) -> String {
        let claims = self.identity.as_ref().and_then(|token| {
            let body = token.expose_secret().split('.').nth(1)?;
            serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(body.trim_end_matches('=')).ok()?).ok()
        });
        let Some(claims) = claims else { return String::new() };
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        if text("aud") != Some(client) {
            return String::new();
        }
        let address = [text("email"), text("preferred_username")].into_iter().flatten().find(|address| address.contains('@'));
        address.unwrap_or_default().to_owned()
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    expires_in: Option<Value>,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    id_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorAnswer {
    error: String,
    error_description: String,
}

/// Asks for tokens in the client's own name.
pub(super) async fn ask(web: &Web, provider: &Provider, client: &Client, fields: &[(&str, &str)]) -> Result<Tokens, TokenFailure> {
    let mut all = fields.to_vec();
    all.push(("client_id", &client.id));
    if let Some(secret) = &client.secret {
        all.push(("client_secret", secret.expose_secret()));
    }
    let address = provider.endpoints.token(web).await;
    let ended = format!("{} no longer accepts the consent that was given. {}", provider.name, provider.ended);
    exchange(web, provider.name, address, &all, &ended).await
}

/// Asks for tokens. `ended` says that what is shown is no longer good, and why that may be.
pub(super) async fn exchange(web: &Web, name: &str, address: Url, fields: &[(&str, &str)], ended: &str) -> Result<Tokens, TokenFailure> {
    let answer = post(web, address, fields).await.map_err(|failure| match failure {
        RemoteFailure::Later { reason, after_seconds } => TokenFailure::Later { reason, after_seconds },
        other => TokenFailure::Refused(other.to_string()),
    })?;
    if answer.is_page() {
        return Err(TokenFailure::Later { reason: Answer::not_now(name).to_string(), after_seconds: None });
    }
    if answer.status.is_success() {
        return read(&answer, name);
    }
    let secrets: Vec<&str> =
        fields.iter().filter(|(name, _)| !matches!(*name, "grant_type" | "client_id")).map(|(_, value)| *value).collect();
    Err(failure(&answer, name, ended, &secrets))
}

fn read(answer: &Answer, name: &str) -> Result<Tokens, TokenFailure> {
    let tokens: TokenAnswer = serde_json::from_slice(&answer.body).map_err(|_| TokenFailure::Later {
        reason: format!("{name} answered the sign-in with something that cannot be read."),
        after_seconds: None,
    })?;
    // Microsoft's older endpoint writes the number as text.
    let lifetime = tokens.expires_in.and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()));
    Ok(Tokens {
        access: tokens.access_token.into(),
        lifetime: Duration::from_secs(lifetime.unwrap_or(USUAL_LIFETIME)),
        refresh: tokens.refresh_token.filter(|token| !token.is_empty()).map(Into::into),
        scope: tokens.scope,
        identity: tokens.id_token.map(Into::into),
    })
}

/// The errors of RFC 6749 §5.2, and Microsoft's `interaction_required`.
fn failure(answer: &Answer, name: &str, ended: &str, secrets: &[&str]) -> TokenFailure {
    let error: ErrorAnswer = serde_json::from_slice(&answer.body).unwrap_or_default();
    let told = match words(&error.error_description, secrets) {
        words if words.is_empty() => String::new(),
        words => format!(" Its words: “{words}”"),
    };
    match error.error.as_str() {
        "invalid_grant" | "interaction_required" | "login_required" | "consent_required" => TokenFailure::Ended(format!("{ended}{told}")),
        "invalid_client" | "unauthorized_client" => TokenFailure::Refused(format!(
            "{name} does not know this client ID, or its secret is another one. Check both, and connect the account again.{told}"
        )),
        "" | "temporarily_unavailable" | "server_error" | "slow_down" => TokenFailure::Later {
            reason: format!("{name} cannot sign in at the moment (status {}).{told}", answer.status.as_u16()),
            after_seconds: answer.retry_after(),
        },
        _ if answer.status.is_server_error() || answer.status.as_u16() == 429 => TokenFailure::Later {
            reason: format!("{name} cannot sign in at the moment ({}).{told}", words(&error.error, secrets)),
            after_seconds: answer.retry_after(),
        },
        other => TokenFailure::Refused(format!("{name} refused the sign-in ({}).{told}", words(other, secrets))),
    }
}

async fn post(web: &Web, address: Url, fields: &[(&str, &str)]) -> Result<Answer, RemoteFailure> {
    let form = Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = Request::new(Method::POST, address)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json")
        .body(form);
    web.send(request).await
}

/// Withdraws a consent (RFC 7009); none where nothing was granted. One that has ended already is withdrawn, and one of a provider that has no
/// place for that ends with what is forgotten here.
pub(crate) fn revoke(provider: Provider, refresh_token: Option<SecretString>) -> Option<Withdrawal> {
    let token = refresh_token?;
    Some(Box::pin(async move {
        let (name, web) = (provider.name, Web::new(None)?);
        let Some(address) = provider.endpoints.revocation(&web).await else { return Ok(()) };
        let answer = post(&web, address, &[("token", token.expose_secret())]).await.map_err(|failure| failure.to_string())?;
        let error: ErrorAnswer = serde_json::from_slice(&answer.body).unwrap_or_default();
        if answer.status.is_success() || matches!(error.error.as_str(), "invalid_token" | "invalid_grant") {
            return Ok(());
        }
        Err(format!(
            "{name} did not withdraw the consent (status {}). Remove Rollcall in the settings of your {name} account, under connected apps.",
            answer.status.as_u16()
        ))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(scope: Option<&str>) -> Tokens {
        Tokens { access: "a".into(), lifetime: Duration::ZERO, refresh: None, scope: scope.map(str::to_owned), identity: None }
    }

    #[test]
    fn a_scope_is_recognised_with_and_without_its_address() {
        let calendar = "https://www.googleapis.com/auth/calendar";
        assert!(granted(Some("openid https://www.googleapis.com/auth/calendar")).covers(calendar), "as it was asked for");
        assert!(granted(Some("https://graph.microsoft.com/Calendars.ReadWrite")).covers("Calendars.ReadWrite"), "longer than asked");
        assert!(!granted(Some("openid email")).covers(calendar), "its box was not ticked");
        assert!(granted(None).covers(calendar), "silence grants everything");
    }

    #[test]
    fn an_address_counts_only_from_a_token_made_for_this_program() {
        let claims = URL_SAFE_NO_PAD.encode(r#"{"aud":"me","email":"ann@example.org"}"#);
        let tokens = Tokens { identity: Some(format!("h.{claims}.s").into()), ..granted(None) };
        assert_eq!(tokens.address("me"), "ann@example.org", "ours");
        assert_eq!(tokens.address("other"), "", "made for another program");
    }
}
