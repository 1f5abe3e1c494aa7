//! Requests to one server, by one user.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use calendar::remote::RemoteFailure;
use jiff::Timestamp;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, IF_MATCH, IF_NONE_MATCH};
use reqwest::{Method, StatusCode, Url};
use secrecy::{ExposeSecret as _, SecretString};

use super::multistatus::{Multistatus, Response, read_multistatus};
use super::outcome::listed;
use super::xml::NAMES;
use crate::web::{Answer, Redirects, Request, Web};

/// A server and who asks it.
pub(super) struct Server {
    web: Web,
    login: Option<Login>,
}

/// User and password.
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: SecretString,
}

/// How far below a thing is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    Itself,
    Children,
}

/// What must hold for a write to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum If<'a> {
    /// It is as it was seen.
    Is(&'a str),
    /// There is nothing yet.
    Nothing,
}

impl Server {
    pub(super) fn new(login: Option<Login>, web: Web) -> Self {
        Self { web, login }
    }

    pub(super) fn clock_ahead(&self) -> i64 {
        self.web.clock_ahead()
    }

    /// What time it is there.
    pub(super) fn now_there(&self) -> Timestamp {
        self.web.now_there()
    }

    /// Asks without a login and follows nobody: where a domain says that its calendars are.
    pub(super) async fn look(&self, url: Url) -> Result<Answer, RemoteFailure> {
        self.web.send(Request::new(method("PROPFIND"), url).header(DEPTH, "0")).await
    }

    pub(super) async fn get(&self, url: Url) -> Result<Answer, RemoteFailure> {
        self.send(Request::new(Method::GET, url)).await
    }

    /// Properties of a thing, and of what is in it. `properties` is XML.
    pub(super) async fn properties(&self, url: Url, depth: Depth, properties: &str) -> Result<Answer, RemoteFailure> {
        let body = format!("<d:propfind {NAMES}><d:prop>{properties}</d:prop></d:propfind>");
        let mut answer = self.ask("PROPFIND", url, depth, body).await?;
        if let Some(status) = of_itself(&answer) {
            answer.status = status;
        }
        Ok(answer)
    }

    /// The same where the answer has to be a list.
    pub(super) async fn listed(&self, url: Url, depth: Depth, properties: &str) -> Result<Multistatus, RemoteFailure> {
        listed(&self.properties(url, depth, properties).await?)
    }

    /// A report (RFC 3253 §3.6); `body` is XML.
    pub(super) async fn report(&self, url: Url, depth: Depth, body: String) -> Result<Answer, RemoteFailure> {
        self.ask("REPORT", url, depth, body).await
    }

    /// Any other method with a body of XML.
    pub(super) async fn ask(&self, name: &str, url: Url, depth: Depth, body: String) -> Result<Answer, RemoteFailure> {
        let depth = if depth == Depth::Itself { "0" } else { "1" };
        let body = format!(r#"<?xml version="1.0" encoding="utf-8"?>{body}"#);
        let request = Request::new(method(name), url).header(DEPTH, depth).header(CONTENT_TYPE, "application/xml; charset=utf-8");
        self.send(request.body(body)).await
    }

    /// Puts a calendar there, if.
    pub(super) async fn put(&self, url: Url, calendar: String, condition: If<'_>) -> Result<Answer, RemoteFailure> {
        let request = Request::new(Method::PUT, url).header(CONTENT_TYPE, "text/calendar; charset=utf-8").body(calendar);
        self.send(conditional(request, condition)).await
    }

    /// Deletes a thing, if.
    pub(super) async fn delete(&self, url: Url, condition: If<'_>) -> Result<Answer, RemoteFailure> {
        self.send(conditional(Request::new(Method::DELETE, url), condition)).await
    }

    async fn send(&self, request: Request) -> Result<Answer, RemoteFailure> {
        let request = match &self.login {
            None => request,
            Some(Login { user, password }) => {
                let shown = STANDARD.encode(format!("{user}:{}", password.expose_secret()));
                request.secret_header(AUTHORIZATION, &format!("Basic {shown}"))
            }
        };
        self.web.follow(request, Redirects::SameHost).await
    }
}

/// The status of the thing that was asked for, where a server puts it into a list of one.
fn of_itself(answer: &Answer) -> Option<StatusCode> {
    const MOST_BYTES: usize = 4096;
    if answer.status != StatusCode::MULTI_STATUS || answer.body.len() > MOST_BYTES {
        return None;
    }
    match read_multistatus(&answer.body).ok()?.responses.as_slice() {
        [Response { status: Some(status @ 400..), .. }] => StatusCode::from_u16(*status).ok(),
        _ => None,
    }
}

const DEPTH: HeaderName = HeaderName::from_static("depth");

fn conditional(request: Request, condition: If<'_>) -> Request {
    match condition {
        If::Is(etag) => request.header(IF_MATCH, etag),
        If::Nothing => request.header(IF_NONE_MATCH, "*"),
    }
}

/// A method of `WebDAV`. Every name that is written here is one.
fn method(name: &str) -> Method {
    Method::from_bytes(name.as_bytes()).unwrap_or(Method::GET)
}

/// Everything but what may stand in a path as it is (RFC 3986 §3.3).
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The one way in which this computer writes the path of a thing; servers write one and the same path in several.
pub(super) fn path_of(base: &Url, href: &str) -> Option<String> {
    let url = base.join(href).ok()?;
    let segments = url.path().split('/').map(|segment| {
        let plain: Vec<u8> = percent_decode_str(segment).collect();
        match String::from_utf8(plain) {
            // A slash or a backslash that is escaped is none that parts the path.
            Ok(plain) if !plain.contains(['/', '\\']) => utf8_percent_encode(&plain, ESCAPED).to_string(),
            _ => segment.to_owned(),
        }
    });
    Some(segments.collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_has_one_path_however_it_is_written() {
        let base = Url::parse("https://dav.example.org/cal/alice%40example.org/").unwrap();
        let expected = "/cal/alice@example.org/a%20b.ics";
        for href in ["/cal/alice%40example.org/a%20b.ics", "a b.ics", "https://dav.example.org/cal/alice@example.org/%61%20b.ics"] {
            assert_eq!(path_of(&base, href).as_deref(), Some(expected), "{href}");
        }
        assert_eq!(path_of(&base, "/x%2Fy.ics").as_deref(), Some("/x%2Fy.ics"), "an escaped slash stays one");
        assert_eq!(path_of(&base, "/%FF.ics").as_deref(), Some("/%FF.ics"), "what is no text stays as it is");
        let again = path_of(&base, expected).unwrap();
        assert_eq!(again, expected, "written twice it is the same");
    }
}
