//! HTTP as the calendars of providers are spoken to: encrypted, with limits on time and size, one try each, and every failure in plain words.
//!
//! An answer is an answer whatever its status: what a status means is decided beside its protocol. A request that brought none at all is a
//! [`RemoteFailure::Later`]. Words name the host and never the address, which may hold a secret.

mod answer;
mod redirects;

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use calendar::remote::RemoteFailure;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url, redirect};
use rustls::CertificateError;

use crate::wire::{client_config, is_loopback, unreachable};

pub(crate) use answer::Answer;
pub(crate) use redirects::Redirects;

const CONNECT_PATIENCE: Duration = Duration::from_secs(20);
const SILENCE_PATIENCE: Duration = Duration::from_mins(1);
const WHOLE_PATIENCE: Duration = Duration::from_mins(5);
/// No page of a listing, and no feed, is larger.
const MOST_BYTES: usize = 64 << 20;

/// A way to the web. It is cheap to use often and costly to make often.
#[derive(Debug)]
pub(crate) struct Web {
    client: reqwest::Client,
    clock_ahead: AtomicI64,
}

/// What is asked of a server.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// A request without headers and body.
    pub(crate) fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: Vec::new() }
    }

    /// With one more header. A value that is none is left out: no header that is made here has line ends in it.
    pub(crate) fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// With one more header, whose value no log shows.
    pub(crate) fn secret_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(value) {
            value.set_sensitive(true);
            self.headers.insert(name, value);
        }
        self
    }

    /// With a body.
    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }
}

impl Web {
    /// Trusts what the operating system trusts, and the authority in the PEM file `ca_file` besides.
    ///
    /// # Errors
    /// A sentence that says why TLS cannot be set up.
    pub(crate) fn new(ca_file: Option<&Path>) -> Result<Self, String> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(client_config(ca_file)?)
            .user_agent(concat!("Rollcall/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .connect_timeout(CONNECT_PATIENCE)
            .read_timeout(SILENCE_PATIENCE)
            .timeout(WHOLE_PATIENCE)
            .tcp_nodelay(true)
            .build()
            .map_err(|error| format!("Connections to the web cannot be set up: {}.", root_of(&error)))?;
        Ok(Self { client, clock_ahead: AtomicI64::new(0) })
    }

    /// Sends a request once, and reads the whole answer. No redirect is followed.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, RemoteFailure> {
        check_address(&request.url).map_err(|reason| RemoteFailure::Refused { reason })?;
        let host = host_of(&request.url);
        let url = request.url.clone();
        let sent = now();
        let call = self.client.request(request.method, request.url).headers(request.headers).body(request.body);
        let mut response = call.send().await.map_err(|error| later(words(&error, &host)))?;
        let received = now();
        let (status, headers) = (response.status(), response.headers().clone());
        if response.content_length().is_some_and(|length| usize::try_from(length).is_ok_and(|length| length > MOST_BYTES)) {
            return Err(later(too_large(&host)));
        }
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| later(words(&error, &host)))? {
            if body.len() + piece.len() > MOST_BYTES {
                return Err(later(too_large(&host)));
            }
            body.extend_from_slice(&piece);
        }
        let answer = Answer { status, headers, url, body, received };
        if let Some(date) = answer.date() {
            // `Date` has whole seconds; it was written somewhere between asking and hearing.
            let middle = i64::midpoint(sent.as_millisecond(), received.as_millisecond());
            self.clock_ahead.store(date.as_millisecond() + 500 - middle, Ordering::Relaxed);
        }
        Ok(answer)
    }

    /// How far the clock of the server that answered last is ahead of this computer's, in milliseconds.
    pub(crate) fn clock_ahead(&self) -> i64 {
        self.clock_ahead.load(Ordering::Relaxed)
    }

    /// What time it is by that clock.
    pub(crate) fn now_there(&self) -> Timestamp {
        now().saturating_add(SignedDuration::from_millis(self.clock_ahead())).unwrap_or(Timestamp::MAX)
    }
}

/// Whether something may be sent to an address: encrypted, or on this computer.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(crate) fn check_address(url: &Url) -> Result<(), String> {
    let host = url.host_str().unwrap_or_default();
    match url.scheme() {
        _ if host.is_empty() => Err("The address names no server.".to_owned()),
        "https" => Ok(()),
        "http" if is_loopback(host.trim_matches(['[', ']'])) => Ok(()),
        "http" => Err(format!("{host} would be asked without encryption (http). Use its address with https.")),
        other => Err(format!("An address begins with https, and this one with {other}.")),
    }
}

/// How sentences name a server.
pub(crate) fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or("The server").to_owned()
}

/// Not now, for a reason in words.
pub(crate) fn later(reason: impl Into<String>) -> RemoteFailure {
    RemoteFailure::Later { reason: reason.into(), after_seconds: None }
}

fn too_large(host: &str) -> String {
    format!("{host} answered with more than {} MB, which is no calendar. Nothing of it was used.", MOST_BYTES >> 20)
}

/// Why no answer came, or only a part of one.
fn words(error: &reqwest::Error, host: &str) -> String {
    if let Some(rustls::Error::InvalidCertificate(problem)) = certificate_problem(error) {
        return certificate_words(problem, host);
    }
    if error.is_timeout() {
        format!("{host} did not answer in time.")
    } else if error.is_connect() {
        format!("{host} cannot be reached: {}.", root_of(error))
    } else if error.is_body() || error.is_decode() {
        format!("The answer of {host} broke off before its end. Nothing of it was used.")
    } else {
        format!("The line to {host} broke before an answer came.")
    }
}

fn certificate_words(problem: &CertificateError, host: &str) -> String {
    match problem {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => {
            let today = now().strftime("%-d %B %Y, %H:%M");
            format!(
                "The certificate of {host} is not valid at this time. Check the clock of this computer, which says {today} UTC; if it is right, the server’s certificate has run out. Nothing was sent."
            )
        }
        problem => format!("The certificate of {host} is not to be trusted ({problem:?}). Check the address; nothing was sent."),
    }
}

/// The innermost reason, which knows nothing of the address.
fn root_of(error: &(dyn std::error::Error + 'static)) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    if let Some(error) = root.downcast_ref::<std::io::Error>() {
        return unreachable(error);
    }
    match root.downcast_ref::<reqwest::Error>() {
        Some(_) => "it cannot be said why".to_owned(),
        None => root.to_string().trim_end_matches('.').to_owned(),
    }
}

fn certificate_problem<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e rustls::Error> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        // An I/O error tells its own source as the source of what it wraps.
        let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let tls = wrapped.and_then(|inner| inner.downcast_ref()).or_else(|| error.downcast_ref::<rustls::Error>());
        if tls.is_some() {
            return tls;
        }
        cause = match wrapped {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

#[expect(clippy::disallowed_methods, reason = "how far two clocks are apart is seen only where the answer comes in")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests;
