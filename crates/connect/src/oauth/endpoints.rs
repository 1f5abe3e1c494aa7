//! Where an authorization server takes what follows from a consent: as everybody knows it, or as the server publishes it itself
//! (`OpenID` Connect Discovery 1.0 §4, RFC 8414).

use std::sync::{Arc, OnceLock};

use reqwest::header::ACCEPT;
use reqwest::{Method, Url};
use serde::Deserialize;

use crate::web::{Answer, Request, Web};
use crate::wire::is_loopback;

const DOCUMENT: &str = "/.well-known/openid-configuration";

/// The addresses of one authorization server. What it publishes is read when the first of them is needed, and kept.
#[derive(Clone, Debug)]
pub(crate) struct Endpoints {
    usual: Addresses,
    /// Whoever may publish others, by an address of theirs.
    server: Option<Url>,
    published: Arc<OnceLock<Addresses>>,
}

#[derive(Clone, Debug)]
struct Addresses {
    token: Url,
    revocation: Option<Url>,
}

/// As much of the document as is used.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Document {
    issuer: String,
    token_endpoint: String,
    revocation_endpoint: String,
}

impl Endpoints {
    /// Addresses that need not be asked for. One to withdraw consents at is none where the provider has no such place.
    pub(crate) fn known(token: Url, revocation: Option<Url>) -> Self {
        Self { usual: Addresses { token, revocation }, server: None, published: Arc::default() }
    }

    /// The addresses that `server` publishes take their place.
    pub(crate) fn or_published_by(self, server: Url) -> Self {
        Self { server: Some(server), ..self }
    }

    /// Where codes and refresh tokens are exchanged (RFC 6749 §3.2).
    pub(crate) async fn token(&self, web: &Web) -> Url {
        self.addresses(web).await.token
    }

    /// Where consent is withdrawn (RFC 7009 §2).
    pub(crate) async fn revocation(&self, web: &Web) -> Option<Url> {
        self.addresses(web).await.revocation
    }

    async fn addresses(&self, web: &Web) -> Addresses {
        let Some(server) = &self.server else { return self.usual.clone() };
        if let Some(published) = self.published.get() {
            return published.clone();
        }
        let request = Request::new(Method::GET, at(server, DOCUMENT, None)).header(ACCEPT, "application/json");
        match web.send(request).await {
            Ok(answer) if is_an_answer(&answer) => self.published.get_or_init(|| self.told(server, &answer)).clone(),
            // Whoever does not answer has not said that there is nothing to read.
            _ => self.usual.clone(),
        }
    }

    /// The addresses by a document. Where it says nothing that can be used, the usual ones stand.
    fn told(&self, server: &Url, answer: &Answer) -> Addresses {
        let document: Document =
            if answer.status.is_success() { serde_json::from_slice(&answer.body).ok() } else { None }.unwrap_or_default();
        if on(server, &document.issuer).is_none() {
            return self.usual.clone();
        }
        Addresses {
            token: on(server, &document.token_endpoint).unwrap_or_else(|| self.usual.token.clone()),
            revocation: on(server, &document.revocation_endpoint).or_else(|| self.usual.revocation.clone()),
        }
    }
}

fn is_an_answer(answer: &Answer) -> bool {
    !(answer.is_page() || answer.status.is_server_error() || answer.status.as_u16() == 429)
}

/// A published address as a place on `server`; none where it is elsewhere, since secrets go there. A server on this computer may call the
/// computer by another of its names, and is asked by the one that the organizer gave.
fn on(server: &Url, published: &str) -> Option<Url> {
    let url = Url::parse(published).ok()?;
    let is_here = |url: &Url| url.host_str().is_some_and(|host| is_loopback(host.trim_matches(['[', ']'])));
    let same_host = url.host_str() == server.host_str() || (is_here(&url) && is_here(server));
    let is_there = same_host && url.scheme() == server.scheme() && url.port_or_known_default() == server.port_or_known_default();
    is_there.then(|| at(server, url.path(), url.query()))
}

fn at(server: &Url, path: &str, query: Option<&str>) -> Url {
    let mut url = server.clone();
    url.set_path(path);
    url.set_query(query);
    url
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use testkit::scripted_http::{Reply, ScriptedHttp};

    use super::*;

    fn server(status: u16, body: impl Fn(&str) -> String + Send + Sync + 'static) -> ScriptedHttp {
        ScriptedHttp::start(move |request| Reply::new(status).body(body(request.header("host").unwrap_or_default()))).unwrap()
    }

    fn document(origin: &str, token: &str, revocation: &str) -> String {
        json!({ "issuer": origin, "token_endpoint": token, "revocation_endpoint": revocation }).to_string()
    }

    fn endpoints(server: &ScriptedHttp) -> Endpoints {
        let at = |path: &str| Url::parse(&server.url(path)).unwrap();
        Endpoints::known(at("/token"), Some(at("/revoke"))).or_published_by(at("/calendar/v3"))
    }

    async fn paths(endpoints: &Endpoints, server: &ScriptedHttp) -> [String; 2] {
        let web = Web::new(None).unwrap();
        let path = |url: Url| url.as_str().strip_prefix(&server.url("")).map_or_else(|| format!("elsewhere: {url}"), str::to_owned);
        [path(endpoints.token(&web).await), endpoints.revocation(&web).await.map(path).unwrap_or_default()]
    }

    #[tokio::test]
    async fn what_a_server_publishes_is_read_once_and_used() {
        let server = server(200, |host| document(&format!("http://{host}"), &format!("http://{host}/a?b=c"), &format!("http://{host}/d")));
        let endpoints = endpoints(&server);
        assert_eq!(server.requests().len(), 0, "nothing is asked before it is needed");
        assert_eq!(paths(&endpoints, &server).await, ["/a?b=c", "/d"], "its own addresses");
        assert_eq!(paths(&endpoints.clone(), &server).await, ["/a?b=c", "/d"], "they are kept");
        let asked: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
        assert_eq!(asked, [DOCUMENT], "asked for once, where documents are");
    }

    #[tokio::test]
    async fn a_document_sends_no_secret_elsewhere() {
        let foreign = server(200, |host| document(&format!("http://{host}"), "https://example.org/token", "http://127.0.0.1:9/revoke"));
        assert_eq!(paths(&endpoints(&foreign), &foreign).await, ["/token", "/revoke"], "another server, and another port");
        let encrypted = server(200, |host| document(&format!("http://{host}"), &format!("https://{host}/a"), "/b"));
        assert_eq!(paths(&endpoints(&encrypted), &encrypted).await, ["/token", "/revoke"], "another scheme, and no whole address");
        let issued = server(200, |host| document("https://example.org", &format!("http://{host}/a"), &format!("http://{host}/b")));
        assert_eq!(paths(&endpoints(&issued), &issued).await, ["/token", "/revoke"], "the document of another server");
        let named = server(200, |host| {
            let origin = format!("http://{}", host.replace("127.0.0.1", "localhost"));
            document(&origin, &format!("{origin}/a"), &format!("http://user:secret@{host}/b"))
        });
        assert_eq!(
            paths(&endpoints(&named), &named).await,
            ["/a", "/b"],
            "this computer by another name is asked by the name that was given"
        );
    }

    #[tokio::test]
    async fn where_nothing_is_published_the_usual_places_stand() {
        for (status, body, asked) in [
            (404, "", 1),
            (302, "", 1),
            (200, "{}", 1),
            (200, "{\"issuer\":", 1),
            // These say nothing of whether there is a document.
            (503, "", 2),
            (429, "", 2),
        ] {
            let server = server(status, |_| body.to_owned());
            assert_eq!(paths(&endpoints(&server), &server).await, ["/token", "/revoke"], "{status} {body}");
            assert_eq!(server.requests().len(), asked, "asked again only where no answer came: {status} {body}");
        }
    }

    #[tokio::test]
    async fn a_provider_whose_places_are_known_is_asked_for_nothing() {
        let server = server(200, |_| Value::Null.to_string());
        let endpoints = Endpoints { server: None, ..endpoints(&server) };
        assert_eq!(paths(&endpoints, &server).await, ["/token", "/revoke"], "as everybody knows them");
        assert_eq!(server.requests().len(), 0, "no request");
    }
}
