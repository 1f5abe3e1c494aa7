//! What a server answered.

use calendar::remote::RemoteFailure;
use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::{StatusCode, Url};

use super::later;

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Where it came from.
    pub(crate) url: Url,
    pub(crate) body: Vec<u8>,
    pub(super) received: Timestamp,
}

/// Nobody waits longer for a server that asks for more.
const LONGEST_WAIT: u64 = 24 * 60 * 60;
/// How much of a server's own words a sentence repeats.
const MOST_WORDS: usize = 200;

impl Answer {
    /// A header as text.
    pub(crate) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }

    /// When the server says that it answered.
    pub(crate) fn date(&self) -> Option<Timestamp> {
        self.header(&DATE).and_then(http_date)
    }

    /// For how many seconds the server wants to be left alone (RFC 9110 §10.2.3: seconds, or a date by its own clock).
    pub(crate) fn retry_after(&self) -> Option<u64> {
        let value = self.header(&RETRY_AFTER)?;
        let seconds = value.parse().ok().or_else(|| {
            let until = http_date(value)?;
            let now = self.date().unwrap_or(self.received);
            u64::try_from(until.as_second() - now.as_second()).ok().or(Some(0))
        })?;
        Some(seconds.min(LONGEST_WAIT))
    }

    /// Where the server says that it is to be found instead.
    pub(crate) fn location(&self) -> Option<Url> {
        self.status.is_redirection().then_some(())?;
        self.url.join(self.header(&LOCATION)?).ok()
    }

    /// Whether it is a web page in place of what was asked for. Whatever else its status is, nothing was done for it.
    pub(crate) fn is_page(&self) -> bool {
        self.status == StatusCode::OK && self.header(&CONTENT_TYPE).is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"))
    }

    /// What a web page in place of an answer of `who` means.
    pub(crate) fn not_now(who: &str) -> RemoteFailure {
        later(format!(
            "A web page came in place of an answer of {who}. Networks that want a sign-in of their own send one: open any page in a browser to see."
        ))
    }

    /// What the server says besides its status, on one line and not too long; empty where it says nothing in plain words.
    pub(crate) fn words(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        if text.trim_start().starts_with(['<', '{', '[']) {
            return String::new();
        }
        let line: Vec<_> = text.split_whitespace().collect();
        line.join(" ").chars().filter(|character| !character.is_control()).take(MOST_WORDS).collect()
    }
}

/// A date of HTTP (RFC 9110 §5.6.7).
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|zoned| zoned.timestamp())
}
