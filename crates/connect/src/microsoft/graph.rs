//! Asking Graph: four requests at a time, immutable ids, pauses kept.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use calendar::remote::RemoteFailure;
use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, IF_MATCH};
use reqwest::{Method, StatusCode, Url};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tokio::sync::Semaphore;

use super::outcome::{self, Trouble};
use super::read::text;
use crate::oauth::AccessTokens;
use crate::web::{Answer, Request, Web, later};

/// Microsoft throttles a mailbox beyond this (<https://learn.microsoft.com/graph/throttling-limits>).
pub(super) const AT_ONCE: usize = 4;

/// How often a read is tried that is said to be in conflict with itself: it passes by the next try.
const READS: usize = 3;

/// Ids that stay when an item is moved, times in UTC, and texts without HTML.
const PREFERENCES: &str = r#"IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="text""#;

/// The Graph of one account.
pub(super) struct Graph {
    web: Arc<Web>,
    tokens: Arc<AccessTokens>,
    base: Url,
    places: Semaphore,
    rest: Mutex<Option<Instant>>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(super) struct Call {
    method: Method,
    url: Url,
    body: Option<Value>,
    etag: Option<String>,
    page_size: Option<usize>,
}

/// What was answered, and when by the server's clock.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) json: Value,
    pub(super) date: Option<Timestamp>,
}

impl Call {
    pub(super) fn get(url: Url) -> Self {
        Self { method: Method::GET, url, body: None, etag: None, page_size: None }
    }

    pub(super) fn post(url: Url, body: Value) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(url) }
    }

    pub(super) fn patch(url: Url, body: Value) -> Self {
        Self { method: Method::PATCH, body: Some(body), ..Self::get(url) }
    }

    pub(super) fn delete(url: Url) -> Self {
        Self { method: Method::DELETE, ..Self::get(url) }
    }

    /// Only if it is still of this version.
    pub(super) fn if_match(mut self, etag: &str) -> Self {
        self.etag = Some(etag.to_owned()).filter(|etag| !etag.is_empty());
        self
    }

    /// With so many items on a page.
    pub(super) fn page_size(mut self, items: usize) -> Self {
        self.page_size = Some(items);
        self
    }
}

impl Graph {
    pub(super) fn new(web: Arc<Web>, tokens: Arc<AccessTokens>, base: Url) -> Self {
        Self { web, tokens, base, places: Semaphore::new(AT_ONCE), rest: Mutex::new(None) }
    }

    /// An address below the service's own, of names that are escaped here.
    pub(super) fn address(&self, names: &[&str], query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(names);
        }
        if !query.is_empty() {
            let parts: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
            url.set_query(Some(&parts.join("&")));
        }
        url
    }

    /// A link that Graph gave. It is followed only to Graph: it is shown the token.
    pub(super) fn link(&self, link: &str) -> Result<Url, RemoteFailure> {
        let url = Url::parse(link).map_err(|_| later("Microsoft's answer has a link that cannot be read."))?;
        if url.origin() == self.base.origin() {
            Ok(url)
        } else {
            Err(later("Microsoft's answer has a link to another server, which is not followed."))
        }
    }

    pub(super) fn clock_ahead(&self) -> i64 {
        self.web.clock_ahead()
    }

    /// Asks once, and once more with a fresh token where the one at hand was not taken. A read is tried again where Exchange says that it is in conflict.
    pub(super) async fn ask(&self, call: &Call) -> Result<Reply, Trouble> {
        let mut reads = READS;
        loop {
            let answer = self.answer(call).await?;
            self.keep_pause(&answer);
            reads -= 1;
            if call.method == Method::GET && answer.status == StatusCode::PRECONDITION_FAILED {
                if reads > 0 {
                    continue;
                }
                return Err(later("Microsoft says again and again that it is busy with the same item (ErrorIrresolvableConflict).").into());
            }
            return Ok(Reply { json: outcome::read(&answer)?, date: answer.date() });
        }
    }

    /// Every item of a listing, page by page.
    pub(super) async fn all(&self, first: Call) -> Result<Vec<Value>, Trouble> {
        const MOST_PAGES: usize = 1_000;
        let mut items = Vec::new();
        let mut call = first;
        for _ in 0..MOST_PAGES {
            let reply = self.ask(&call).await?;
            items.extend(values(&reply.json).iter().cloned());
            match text(&reply.json, "/@odata.nextLink") {
                "" => return Ok(items),
                next => call.url = self.link(next)?,
            }
        }
        Err(later("Microsoft's list has no end.").into())
    }

    async fn answer(&self, call: &Call) -> Result<Answer, RemoteFailure> {
        let _place = self.places.acquire().await.map_err(|_| later("The account is being closed."))?;
        self.check_pause()?;
        let token = self.tokens.get().await?;
        let answer = self.web.send(request(call, token.expose_secret())).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        self.tokens.forget(&token).await;
        let token = self.tokens.get().await?;
        self.web.send(request(call, token.expose_secret())).await
    }

    /// A pause that was asked for is kept: what is asked during it counts against the account.
    fn check_pause(&self) -> Result<(), RemoteFailure> {
        let rest = *self.rest.lock().unwrap_or_else(PoisonError::into_inner);
        match rest.map(|until| until.saturating_duration_since(Instant::now())) {
            Some(left) if !left.is_zero() => Err(RemoteFailure::Later {
                reason: "Microsoft asked for a pause, and it is not over.".to_owned(),
                after_seconds: Some(left.as_secs() + 1),
            }),
            _ => Ok(()),
        }
    }

    fn keep_pause(&self, answer: &Answer) {
        if matches!(answer.status.as_u16(), 429 | 503)
            && let Some(seconds) = answer.retry_after()
        {
            *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now().checked_add(Duration::from_secs(seconds));
        }
    }
}

/// The items of a page.
pub(super) fn values(page: &Value) -> &[Value] {
    page.get("value").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn request(call: &Call, token: &str) -> Request {
    let preferences = match call.page_size {
        Some(size) => format!("{PREFERENCES}, odata.maxpagesize={size}"),
        None => PREFERENCES.to_owned(),
    };
    let mut request = Request::new(call.method.clone(), call.url.clone())
        .secret_header(AUTHORIZATION, &format!("Bearer {token}"))
        .header(HeaderName::from_static("prefer"), &preferences);
    if let Some(etag) = &call.etag {
        request = request.header(IF_MATCH, etag);
    }
    if let Some(body) = &call.body {
        request = request.header(CONTENT_TYPE, "application/json").body(body.to_string());
    }
    request
}

/// A value of a query.
fn escaped(value: &str) -> String {
    url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>().replace('+', "%20")
}
