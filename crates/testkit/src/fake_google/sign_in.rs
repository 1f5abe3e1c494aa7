//! Google's sign-in: the page that asks for consent and answers itself at once, tokens, and their end.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{Answer, Failure, FakeGoogle};
use crate::dovecot;
use crate::scripted_http::Reply;

const CALENDARS: &str = "https://www.googleapis.com/auth/calendar";
const MAIL: &str = "https://mail.google.com/";

/// Consents and tokens.
#[derive(Debug)]
pub(super) struct SignIn {
    pub(super) answer: Answer,
    /// What was given last.
    pub(super) refresh_token: String,
    /// Every one that is good, and what it was consented to: a new consent ends none that was given before.
    consents: BTreeMap<String, String>,
    pub(super) access_tokens: BTreeSet<String>,
    pub(super) lifetime: u64,
    pub(super) rotating: bool,
    pub(super) failures: VecDeque<Failure>,
    pub(super) requests: usize,
    /// Access tokens open this user's mailbox until then, a second since 1970.
    pub(super) mailbox: Option<(String, i64)>,
    codes: BTreeMap<String, Asked>,
    given: u64,
    /// How many keys were downloaded, and how many of these were deleted.
    keys: (u64, u64),
}

/// What a code belongs to.
#[derive(Debug)]
struct Asked {
    redirect: String,
    challenge: String,
    scope: String,
}

impl SignIn {
    pub(super) fn new() -> Self {
        Self {
            answer: Answer::default(),
            refresh_token: FakeGoogle::REFRESH_TOKEN.to_owned(),
            consents: BTreeMap::from([(FakeGoogle::REFRESH_TOKEN.to_owned(), format!("{CALENDARS} openid email"))]),
            access_tokens: BTreeSet::new(),
            lifetime: 3_599,
            rotating: false,
            failures: VecDeque::new(),
            requests: 0,
            mailbox: None,
            codes: BTreeMap::new(),
            given: 0,
            keys: (0, 0),
        }
    }

    pub(super) fn admits(&self, token: &str) -> bool {
        self.access_tokens.contains(token)
    }

    pub(super) fn withdraw(&mut self) {
        self.refresh_token.clear();
        self.consents.clear();
        self.access_tokens.clear();
    }

    /// The name of another key.
    pub(super) fn name_key(&mut self) -> String {
        self.keys.0 += 1;
        format!("k{}", self.keys.0)
    }

    pub(super) fn delete_keys(&mut self) {
        self.keys.1 = self.keys.0;
        self.access_tokens.clear();
    }

    pub(super) fn answer(
        &mut self,
        method: &str,
        path: &str,
        query: &[(String, String)],
        form: &[(String, String)],
        origin: &str,
        now: Timestamp,
    ) -> Reply {
        match (method, path) {
            ("GET", "/o/oauth2/v2/auth") => self.authorize(query, origin),
            ("POST", "/token") => self.token(form, origin, now),
            ("POST", "/revoke") => self.revoke(form),
            _ => Reply::new(404),
        }
    }

    fn authorize(&mut self, query: &[(String, String)], origin: &str) -> Reply {
        match self.consent(query, origin) {
            Ok(back) => Reply::new(302).header("Location", back.as_str()),
            Err((status, words)) => Reply::new(status).body(words),
        }
    }

    /// Where Google would show its page, an owner would press a button, and their browser would be sent back.
    pub(super) fn consent(&mut self, query: &[(String, String)], origin: &str) -> Result<Url, (u16, &'static str)> {
        let redirect = value(query, "redirect_uri");
        let Some(mut back) = Url::parse(redirect).ok().filter(|url| matches!(url.host_str(), Some("127.0.0.1" | "localhost"))) else {
            return Err((400, "Error 400: redirect_uri_mismatch"));
        };
        if value(query, "client_id") != FakeGoogle::CLIENT {
            return Err((401, "Error 401: invalid_client"));
        }
        let is_fit = value(query, "response_type") == "code" && value(query, "code_challenge_method") == "S256";
        let issuer = if self.answer == Answer::OfAnotherIssuer { "https://accounts.example.com" } else { origin };
        back.query_pairs_mut().append_pair("state", value(query, "state")).append_pair("iss", issuer);
        if !is_fit {
            back.query_pairs_mut().append_pair("error", "invalid_request");
        } else if self.answer == Answer::Denied {
            back.query_pairs_mut().append_pair("error", "access_denied");
        } else {
            let asked = value(query, "scope");
            let unticked = match self.answer {
                Answer::WithoutCalendars => CALENDARS,
                Answer::WithoutMail => MAIL,
                _ => "",
            };
            let scope: Vec<&str> = asked.split(' ').filter(|scope| *scope != unticked).collect();
            let scope = scope.join(" ");
            let code = self.fresh("4/code");
            back.query_pairs_mut().append_pair("code", &code).append_pair("scope", &scope);
            let challenge = value(query, "code_challenge").to_owned();
            self.codes.insert(code, Asked { redirect: redirect.to_owned(), challenge, scope });
        }
        Ok(back)
    }

    fn token(&mut self, form: &[(String, String)], origin: &str, now: Timestamp) -> Reply {
        self.requests += 1;
        if value(form, "grant_type") == "urn:ietf:params:oauth:grant-type:jwt-bearer" {
            return self.for_statement(value(form, "assertion"), origin, now);
        }
        if value(form, "client_id") != FakeGoogle::CLIENT || value(form, "client_secret") != FakeGoogle::CLIENT_SECRET {
            return error(401, "invalid_client", "The OAuth client was not found.");
        }
        match value(form, "grant_type") {
            "authorization_code" => self.for_code(form, origin),
            "refresh_token" => self.for_refresh_token(value(form, "refresh_token")),
            _ => error(400, "unsupported_grant_type", "Invalid grant_type"),
        }
    }

    fn for_code(&mut self, form: &[(String, String)], origin: &str) -> Reply {
        let Some(asked) = self.codes.remove(value(form, "code")) else { return error(400, "invalid_grant", "Malformed auth code.") };
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(value(form, "code_verifier").as_bytes()));
        if challenge != asked.challenge || value(form, "redirect_uri") != asked.redirect {
            return error(400, "invalid_grant", "Bad Request");
        }
        self.consent_to(asked.scope.clone());
        let claims = json!({ "iss": origin, "aud": FakeGoogle::CLIENT, "email": FakeGoogle::ACCOUNT, "email_verified": true });
        let identity = format!("{}.{}.unsigned", URL_SAFE_NO_PAD.encode("{\"alg\":\"none\"}"), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let access = self.access();
        told(&with(access, &[("refresh_token", &self.refresh_token), ("scope", &asked.scope), ("id_token", &identity)]))
    }

    fn for_refresh_token(&mut self, given: &str) -> Reply {
        let Some(scope) = self.consents.get(given).cloned() else {
            return error(400, "invalid_grant", "Token has been expired or revoked.");
        };
        let mut answer = with(self.access(), &[("scope", &scope)]);
        if self.rotating {
            self.consents.remove(given);
            self.consent_to(scope);
            answer = with(answer, &[("refresh_token", &self.refresh_token)]);
        }
        told(&answer)
    }

    /// A service account's statement. Who signed it is not looked at.
    fn for_statement(&mut self, statement: &str, origin: &str, now: Timestamp) -> Reply {
        let read = |part: usize| -> Value {
            let bytes = statement.split('.').nth(part).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
            bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
        };
        let (header, claims) = (read(0), read(1));
        let key = header.get("kid").and_then(Value::as_str).and_then(|name| name.strip_prefix('k')?.parse().ok());
        if key.is_none_or(|key: u64| key <= self.keys.1) {
            return error(400, "invalid_grant", "Invalid JWT Signature.");
        }
        let seconds = |name: &str| claims.get(name).and_then(Value::as_i64).unwrap_or_default();
        let is_timely =
            seconds("iat") <= now.as_second() + 10 && seconds("exp") > now.as_second() && seconds("exp") <= seconds("iat") + 3_600;
        if statement.split('.').count() != 3 || claims.get("aud").and_then(Value::as_str) != Some(&format!("{origin}/token")) || !is_timely
        {
            return error(
                400,
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.",
            );
        }
        told(&self.access())
    }

    fn revoke(&mut self, form: &[(String, String)]) -> Reply {
        let token = value(form, "token");
        if self.consents.contains_key(token) || self.access_tokens.contains(token) {
            self.withdraw();
            return told(&json!({}));
        }
        error(400, "invalid_token", "Token expired or revoked")
    }

    fn consent_to(&mut self, scope: String) {
        self.refresh_token = self.fresh("1//refresh");
        self.consents.insert(self.refresh_token.clone(), scope);
    }

    fn access(&mut self) -> Value {
        let mut token = self.fresh("ya29.fake-access");
        if let Some((user, until)) = &self.mailbox {
            token = dovecot::token_of(user, *until, self.given);
        }
        self.access_tokens.insert(token.clone());
        json!({ "access_token": token, "expires_in": self.lifetime, "token_type": "Bearer" })
    }

    fn fresh(&mut self, kind: &str) -> String {
        self.given += 1;
        format!("{kind}-{}", self.given)
    }
}

fn with(mut answer: Value, fields: &[(&str, &str)]) -> Value {
    if let Some(answer) = answer.as_object_mut() {
        answer.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), json!(value))));
    }
    answer
}

fn value<'p>(pairs: &'p [(String, String)], name: &str) -> &'p str {
    pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
}

fn told(body: &Value) -> Reply {
    Reply::new(200).header("Content-Type", "application/json").body(body.to_string())
}

fn error(status: u16, name: &str, description: &str) -> Reply {
    let body = json!({ "error": name, "error_description": description });
    Reply::new(status).header("Content-Type", "application/json").body(body.to_string())
}
