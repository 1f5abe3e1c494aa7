//! A CalDAV server of a script: what it does not mind about is answered as an empty calendar would.

use std::sync::Arc;

use calendar::remote::CalendarRemote;
use serde_json::json;
use testkit::http::Request;
use testkit::scripted_http::{Reply, ScriptedHttp};

use super::servers::open;

pub(super) const PASSWORD: &str = "planted-secret";

/// A server, and its calendar at `/c/`.
pub(super) struct Scripted {
    pub(super) server: ScriptedHttp,
    pub(super) remote: Arc<dyn CalendarRemote>,
    pub(super) calendar: String,
}

impl Scripted {
    pub(super) fn start(script: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let server = ScriptedHttp::start(move |request| script(request).unwrap_or_else(|| usual(request))).unwrap();
        let remote = open("caldav", json!({ "url": server.url("/"), "user": "alice" }), &[("password", PASSWORD)]).unwrap();
        let calendar = server.url("/c/");
        Self { server, remote, calendar }
    }

    /// The methods and paths that it was asked for.
    pub(super) fn asked(&self) -> Vec<String> {
        self.server.requests().iter().map(|request| format!("{} {}", request.method, request.path)).collect()
    }
}

fn usual(request: &Request) -> Reply {
    match (request.method.as_str(), request.path.as_str()) {
        ("PROPFIND", _) => found(&request.path, "<d:resourcetype><c:calendar/></d:resourcetype>"),
        ("REPORT", _) => list("<d:sync-token>t1</d:sync-token>"),
        _ => Reply::new(404),
    }
}

pub(super) fn list(inside: &str) -> Reply {
    Reply::new(207).body(format!(
        r#"<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/">{inside}</d:multistatus>"#
    ))
}

pub(super) fn entry(href: &str, properties: &str) -> String {
    format!(
        "<d:response><d:href>{href}</d:href><d:propstat><d:prop>{properties}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    )
}

pub(super) fn found(href: &str, properties: &str) -> Reply {
    list(&entry(href, properties))
}
