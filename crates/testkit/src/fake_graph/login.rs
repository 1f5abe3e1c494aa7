//! The sign-in: consent is given at once, refresh tokens are replaced with each use.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{State, lock};
use crate::http::{Reply, Request};

/// Tokens and codes that are good.
#[derive(Debug, Default)]
pub(super) struct Login {
    good: BTreeSet<String>,
    next: usize,
}

impl Login {
    /// A refresh token.
    pub(super) fn grant(&mut self) -> String {
        self.make("refresh")
    }

    /// Whether an access token is good.
    pub(super) fn accepts(&self, token: &str) -> bool {
        self.good.contains(token)
    }

    pub(super) fn forget(&mut self, token: &str) -> bool {
        self.good.remove(token)
    }

    /// No access token is good any more.
    pub(super) fn end_access(&mut self) {
        self.good.retain(|token| !token.starts_with("fake-access"));
    }

    fn make(&mut self, kind: &str) -> String {
        self.next += 1;
        let token = format!("fake-{kind}-{}", self.next);
        self.good.insert(token.clone());
        token
    }
}

/// Sends the browser back at once.
pub(super) fn authorize(state: &State, query: &[(String, String)]) -> Reply {
    match consent(state, query) {
        Some(back) => Reply::new(302).header("Location", back),
        None => Reply::json(400, &json!({ "error": "invalid_request", "error_description": "The redirect URI is not this computer's." })),
    }
}

/// The address that the browser is sent back to; none where that is not this computer.
pub(super) fn consent(state: &State, query: &[(String, String)]) -> Option<String> {
    let value = |name: &str| query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let back = value("redirect_uri");
    let is_here = back.starts_with("http://localhost") || back.starts_with("http://127.0.0.1");
    is_here.then(|| format!("{back}?code={}&state={}", lock(&state.login).make("code"), value("state")))
}

/// Exchanges a code or a refresh token.
pub(super) fn token(state: &State, request: &Request) -> Reply {
    let fields = super::routes::pairs(&request.text());
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    if !value("client_secret").is_empty() {
        let words = "AADSTS700025: Client is public so neither client_assertion nor client_secret should be presented.";
        return Reply::json(401, &json!({ "error": "invalid_client", "error_description": words }));
    }
    let shown = match value("grant_type") {
        "refresh_token" => value("refresh_token"),
        _ => value("code"),
    };
    lock(&state.counts).refreshes += usize::from(value("grant_type") == "refresh_token");
    let (ended, again) = {
        let conduct = lock(&state.conduct);
        (conduct.invalid_grant, conduct.takes_tokens_again && value("grant_type") == "refresh_token")
    };
    let mut login = lock(&state.login);
    let is_good = if again { login.accepts(shown) } else { login.forget(shown) };
    if ended || !is_good {
        let words = "AADSTS70008: The provided authorization code or refresh token has expired.";
        return Reply::json(400, &json!({ "error": "invalid_grant", "error_description": words }));
    }
    let (access, refresh) = (login.make("access"), login.make("refresh"));
    Reply::json(
        200,
        &json!({
            "token_type": "Bearer", "expires_in": 3599, "scope": "openid User.Read Calendars.ReadWrite",
            "access_token": access, "refresh_token": refresh, "id_token": identity(value("client_id")),
        }),
    )
}

fn identity(client: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({ "aud": client, "email": "club@outlook.example", "preferred_username": "club@outlook.example" });
    format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims))
}
