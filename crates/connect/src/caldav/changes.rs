//! What changed in a calendar: by its server's own token (RFC 6578), else by comparing all that is there.

use calendar::remote::{Changes, Content, From, Next, RemoteFailure, RemoteItem};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use super::multistatus::{Multistatus, Response};
use super::outcome::{is_expired, is_not_spoken, listed};
use super::server::{Depth, Server, path_of};
use super::xml::{NAMES, Namespace, escaped};
use crate::web::{Answer, later};

/// Where a listing goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
enum Token {
    /// The server's own token. `whole`: this listing began with nothing.
    Sync { token: String, whole: bool },
    /// The calendar's tag when all of it was listed; empty where the server has none.
    Tag { tag: String },
}

/// A part of what changed.
pub(super) async fn changes(server: &Server, calendar: &Url, from: From<'_>) -> Result<Changes, RemoteFailure> {
    match from {
        From::Beginning => beginning(server, calendar).await,
        From::Token(text) => match serde_json::from_str(text) {
            Ok(Token::Sync { token, .. }) => sync(server, calendar, token, false).await,
            Ok(Token::Tag { tag }) => compare(server, calendar, Some(&tag)).await,
            Err(_) => Err(RemoteFailure::TokenExpired),
        },
        From::Page(text) => match serde_json::from_str(text) {
            Ok(Token::Sync { token, whole }) => sync(server, calendar, token, whole).await,
            Ok(Token::Tag { .. }) | Err(_) => Err(RemoteFailure::TokenExpired),
        },
    }
}

async fn beginning(server: &Server, calendar: &Url) -> Result<Changes, RemoteFailure> {
    let answer = report(server, calendar, "").await?;
    if is_not_spoken(&answer) { compare(server, calendar, None).await } else { read(calendar, &listed(&answer)?, true) }
}

async fn sync(server: &Server, calendar: &Url, token: String, whole: bool) -> Result<Changes, RemoteFailure> {
    let answer = report(server, calendar, &token).await?;
    if is_expired(&answer) { Err(RemoteFailure::TokenExpired) } else { read(calendar, &listed(&answer)?, whole) }
}

/// No limit is asked for: one server ignores it, and another leaves out what is beyond it without saying so.
async fn report(server: &Server, calendar: &Url, token: &str) -> Result<Answer, RemoteFailure> {
    let token = escaped(token);
    let body = format!(
        "<d:sync-collection {NAMES}><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level><d:prop><d:getetag/></d:prop></d:sync-collection>"
    );
    // RFC 6578 §3.2: the depth is in the body, and 0 in the header.
    server.report(calendar.clone(), Depth::Itself, body).await
}

fn read(calendar: &Url, listing: &Multistatus, whole: bool) -> Result<Changes, RemoteFailure> {
    let Some(token) = listing.sync_token.clone().filter(|token| !token.is_empty()) else {
        return Err(later("The server listed what changed, but not where to go on. Nothing of it was used."));
    };
    let itself = path_of(calendar, "").unwrap_or_default();
    let (mut items, mut is_cut) = (Vec::new(), false);
    for response in &listing.responses {
        let Some(path) = path_of(calendar, &response.href) else { continue };
        if path.trim_end_matches('/') == itself.trim_end_matches('/') {
            // RFC 6578 §3.6: the server stopped in the middle, and says so of the calendar itself.
            is_cut |= response.status == Some(507);
        } else {
            items.extend(item(path, response)?);
        }
    }
    let text = |token: &Token| serde_json::to_string(token).unwrap_or_default();
    let next = if is_cut {
        Next::Page(text(&Token::Sync { token, whole }))
    } else {
        Next::Done { token: text(&Token::Sync { token, whole: false }), complete: whole }
    };
    Ok(Changes { items, next })
}

/// An entry of a listing; none for a folder.
fn item(path: String, response: &Response) -> Result<Option<RemoteItem>, RemoteFailure> {
    if path.ends_with('/') {
        return Ok(None);
    }
    let gone = RemoteItem { id: path.clone(), content: Content::Deleted, ..RemoteItem::default() };
    match response.status {
        Some(404 | 410) => Ok(Some(gone)),
        Some(status) if !(200..300).contains(&status) => Err(later(format!("The server does not say how it is with {path} ({status})."))),
        _ => Ok(Some(RemoteItem { id: path, etag: response.etag().unwrap_or_default(), ..RemoteItem::default() })),
    }
}

/// Lists everything, unless the calendar's tag is the one it was.
async fn compare(server: &Server, calendar: &Url, known: Option<&str>) -> Result<Changes, RemoteFailure> {
    let shown = server.listed(calendar.clone(), Depth::Itself, "<s:getctag/>").await?;
    let tag =
        shown.responses.iter().find_map(|response| response.text(Namespace::CalendarServer, "getctag")).unwrap_or_default().to_owned();
    let is_same = !tag.is_empty() && known == Some(tag.as_str());
    let token = serde_json::to_string(&Token::Tag { tag }).unwrap_or_default();
    if is_same {
        return Ok(Changes { items: Vec::new(), next: Next::Done { token, complete: false } });
    }
    let answer = server.properties(calendar.clone(), Depth::Children, "<d:getetag/><d:resourcetype/>").await?;
    let mut items = Vec::new();
    for response in &listed(&answer)?.responses {
        let is_folder = response.property(Namespace::Dav, "resourcetype").is_some_and(|kind| !kind.children.is_empty());
        if let Some(path) = path_of(calendar, &response.href).filter(|_| !is_folder) {
            items.extend(item(path, response)?);
        }
    }
    Ok(Changes { items, next: Next::Done { token, complete: true } })
}

#[cfg(test)]
mod tests {
    use super::super::multistatus::read_multistatus;
    use super::*;

    const LISTING: &str = r#"<d:multistatus xmlns:d="DAV:"><d:response><d:href>/c/1.ics</d:href><d:propstat><d:prop><d:getetag>"1"</d:getetag>
        </d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response><d:response><d:href>/c/inner/</d:href><d:propstat><d:prop/>
        <d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>REST<d:sync-token>t2</d:sync-token></d:multistatus>"#;

    fn reading(rest: &str) -> Result<Changes, RemoteFailure> {
        let listing = read_multistatus(LISTING.replace("REST", rest).as_bytes()).unwrap();
        read(&Url::parse("https://dav.example.org/c/").unwrap(), &listing, true)
    }

    #[test]
    fn a_server_that_stops_in_the_middle_is_asked_to_go_on() {
        let cut = "<d:response><d:href>/c/</d:href><d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response>";
        let changes = reading(cut).unwrap();
        assert_eq!(changes.items.len(), 1, "neither the calendar nor a folder in it is an item");
        let Next::Page(page) = changes.next else { panic!("{:?}", changes.next) };
        let token: Token = serde_json::from_str(&page).unwrap();
        assert_eq!(token, Token::Sync { token: "t2".to_owned(), whole: true }, "what began with nothing is complete at its end");
        let Next::Done { complete, .. } = reading("").unwrap().next else { panic!("it is done") };
        assert!(complete, "from the beginning to the end");
    }

    #[test]
    fn what_a_server_does_not_know_is_no_deletion() {
        let broken = "<d:response><d:href>/c/2.ics</d:href><d:status>HTTP/1.1 500 Oops</d:status></d:response>";
        assert!(matches!(reading(broken), Err(RemoteFailure::Later { .. })), "it is asked again later");
        let gone = "<d:response><d:href>2.ics</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>";
        let items = reading(gone).unwrap().items;
        assert_eq!((items[1].id.as_str(), &items[1].content), ("/c/2.ics", &Content::Deleted), "what is gone is gone");
    }
}
