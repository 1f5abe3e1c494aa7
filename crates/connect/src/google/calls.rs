//! A request to Google in the account's name.

use std::sync::Arc;

use calendar::remote::RemoteFailure;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_MATCH};
use reqwest::{Method, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};

use super::pace::Pace;
use crate::oauth::AccessTokens;
use crate::web::{Answer, Request, Web};

/// A way to one account at Google.
#[derive(Debug)]
pub(super) struct Calls {
    web: Arc<Web>,
    tokens: Arc<AccessTokens>,
    endpoint: Url,
    stands_in: bool,
    pace: Pace,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Call<'a> {
    method: Method,
    path: Vec<&'a str>,
    query: Vec<(&'a str, &'a str)>,
    if_match: Option<&'a str>,
    body: Option<Vec<u8>>,
}

impl<'a> Call<'a> {
    pub(super) fn new(method: Method, path: &[&'a str]) -> Self {
        Self { method, path: path.to_vec(), query: Vec::new(), if_match: None, body: None }
    }

    pub(super) fn get(path: &[&'a str]) -> Self {
        Self::new(Method::GET, path)
    }

    pub(super) fn query(mut self, name: &'a str, value: &'a str) -> Self {
        self.query.push((name, value));
        self
    }

    /// Only if it is still of this version. Of what has none, any.
    pub(super) fn if_match(mut self, etag: &'a str) -> Self {
        self.if_match = Some(etag).filter(|etag| !etag.is_empty());
        self
    }

    pub(super) fn body(mut self, body: &Map<String, Value>) -> Self {
        self.body = serde_json::to_vec(body).ok();
        self
    }
}

impl Calls {
    pub(super) fn new(web: Arc<Web>, tokens: Arc<AccessTokens>, endpoint: Url, stands_in: bool) -> Self {
        Self { web, tokens, endpoint, stands_in, pace: Pace::default() }
    }

    /// Whether a server is asked that stands in for Google.
    pub(super) fn stands_in(&self) -> bool {
        self.stands_in
    }

    pub(super) fn clock_ahead(&self) -> i64 {
        self.web.clock_ahead()
    }

    /// Asks. A token that is not accepted is replaced once: it may have been withdrawn before its time.
    pub(super) async fn send(&self, call: &Call<'_>) -> Result<Answer, RemoteFailure> {
        let token = self.tokens.get().await?;
        let answer = self.ask(call, &token).await?;
        if answer.status.as_u16() != 401 {
            return Ok(answer);
        }
        self.tokens.forget(&token).await;
        let token = self.tokens.get().await?;
        self.ask(call, &token).await
    }

    async fn ask(&self, call: &Call<'_>, token: &SecretString) -> Result<Answer, RemoteFailure> {
        let mut url = self.endpoint.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(&call.path);
        }
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let mut request = Request::new(call.method.clone(), url)
            .header(ACCEPT, "application/json")
            .secret_header(AUTHORIZATION, &format!("Bearer {}", token.expose_secret()));
        if let Some(etag) = call.if_match {
            request = request.header(IF_MATCH, etag);
        }
        if let Some(body) = &call.body {
            request = request.header(CONTENT_TYPE, "application/json; charset=utf-8").body(body.clone());
        }
        self.pace.turn().await;
        self.web.send(request).await
    }
}
