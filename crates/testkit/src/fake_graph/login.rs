//! The sign-in: consent is given at once, refresh tokens are replaced with each use, and an access token is for Graph or for mail.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{State, lock};
use crate::dovecot;
use crate::http::{Reply, Request};

/// What a scope of mail begins with.
const MAIL: &str = "https://outlook.office.com/";
const CALENDARS: &str = "openid User.Read Calendars.ReadWrite";

/// Tokens and codes that are good.
#[derive(Debug, Default)]
pub(super) struct Login {
    /// Whose mailbox tokens for mail open, until a second since 1970.
    pub(super) mailbox: Option<(String, i64)>,
    good: BTreeSet<String>,
    next: u64,
}

impl Login {
    /// A refresh token.
    pub(super) fn grant(&mut self) -> String {
        self.make("refresh")
    }

    /// Whether an access token is good for Graph.
    pub(super) fn accepts(&self, token: &str) -> bool {
        token.starts_with("fake-access") && self.good.contains(token)
    }

    pub(super) fn forget(&mut self, token: &str) -> bool {
        self.good.remove(token)
    }

    /// No access token is good any more.
    pub(super) fn end_access(&mut self) {
        self.good.retain(|token| !token.starts_with("fake-access"));
    }

    /// A token for mail is one that the testkit's Dovecot takes, where a mailbox is to be opened.
    fn access(&mut self, scope: &str) -> String {
        if !scope.contains(MAIL) {
            return self.make("access");
        }
        let token = self.make("mail");
        self.mailbox.as_ref().map_or(token, |(user, until)| dovecot::token_of(user, *until, self.next))
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
    let scope = value("scope");
    {
        let mut counts = lock(&state.counts);
        counts.refreshes += usize::from(value("grant_type") == "refresh_token");
        counts.scopes.push(scope.to_owned());
    }
    if scope.contains(MAIL) && scope.contains("Calendars") {
        let words = "AADSTS28000: Provided value for the input parameter scope is not valid because it contains more than one resource.";
        return Reply::json(400, &json!({ "error": "invalid_request", "error_description": words }));
    }
    let (ended, again) = {
        let conduct = lock(&state.conduct);
        (conduct.invalid_grant, conduct.takes_tokens_again && value("grant_type") == "refresh_token")
    };
    let mut login = lock(&state.login);
    let is_good = if again { login.good.contains(shown) } else { login.forget(shown) };
    if ended || !is_good {
        let words = "AADSTS70008: The provided authorization code or refresh token has expired.";
        return Reply::json(400, &json!({ "error": "invalid_grant", "error_description": words }));
    }
    let (access, refresh) = (login.access(scope), login.make("refresh"));
    Reply::json(
        200,
        &json!({
            "token_type": "Bearer", "expires_in": 3599, "scope": if scope.contains(MAIL) { scope } else { CALENDARS },
            "access_token": access, "refresh_token": refresh, "id_token": identity(value("client_id")),
        }),
    )
}

fn identity(client: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({ "aud": client, "email": "club@outlook.example", "preferred_username": "club@outlook.example" });
    format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims))
}
