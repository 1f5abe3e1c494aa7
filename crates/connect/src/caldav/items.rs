//! Things of a calendar whole: many by name, or one by its UID.

use std::collections::{HashMap, HashSet};

use calendar::remote::{Content, RemoteFailure, RemoteItem};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::Url;
use reqwest::header::ETAG;

use super::multistatus::{Response, strong};
use super::outcome::{failure, is_not_spoken, listed};
use super::server::{Depth, Server, path_of};
use super::write::address_of;
use super::xml::{NAMES, Namespace, escaped};
use crate::ical;
use crate::web::{Answer, later};

/// Names in one request.
const AT_ONCE: usize = 100;
/// Requests at a time: the server looks for the next while what came is read.
const REQUESTS: usize = 2;

/// Things by their paths.
pub(super) async fn fetch(server: &Server, calendar: &Url, ids: &[String]) -> Result<Vec<RemoteItem>, RemoteFailure> {
    let asked: Vec<_> = ids.chunks(AT_ONCE).map(|ids| some(server, calendar, ids)).collect();
    stream::iter(asked).buffered(REQUESTS).try_concat().await
}

/// As many as one request may name.
async fn some(server: &Server, calendar: &Url, ids: &[String]) -> Result<Vec<RemoteItem>, RemoteFailure> {
    let mut found = many(server, calendar, ids).await?;
    let mut items = Vec::with_capacity(ids.len());
    for id in ids {
        // One that the server passed over in silence is asked for by itself: silence deletes nothing.
        items.push(match found.remove(id) {
            Some(item) => item,
            None => one(server, calendar, id).await?,
        });
    }
    Ok(items)
}

/// RFC 4791 §7.9; nothing where the server does not speak it.
async fn many(server: &Server, calendar: &Url, ids: &[String]) -> Result<HashMap<String, RemoteItem>, RemoteFailure> {
    let hrefs: Vec<String> = ids.iter().map(|id| format!("<d:href>{}</d:href>", escaped(id))).collect();
    let hrefs = hrefs.concat();
    let body = format!("<c:calendar-multiget {NAMES}><d:prop><d:getetag/><c:calendar-data/></d:prop>{hrefs}</c:calendar-multiget>");
    let answer = server.report(calendar.clone(), Depth::Children, body).await?;
    if is_not_spoken(&answer) {
        return Ok(HashMap::new());
    }
    let wanted: HashSet<&String> = ids.iter().collect();
    let listing = listed(&answer)?;
    let found = listing.responses.iter().filter_map(|response| item(calendar, response));
    Ok(found.filter(|item| wanted.contains(&item.id)).map(|item| (item.id.clone(), item)).collect())
}

/// What a response holds; none where it says too little.
fn item(calendar: &Url, response: &Response) -> Option<RemoteItem> {
    let id = path_of(calendar, &response.href)?;
    if matches!(response.status, Some(404 | 410)) {
        return Some(RemoteItem { id, content: Content::Deleted, ..RemoteItem::default() });
    }
    let data = response.property(Namespace::CalDav, "calendar-data")?;
    Some(ical::item(id, response.etag()?, data.text.as_bytes()))
}

/// One thing by its path.
async fn one(server: &Server, calendar: &Url, id: &str) -> Result<RemoteItem, RemoteFailure> {
    let url = calendar.join(id).map_err(|error| later(format!("“{id}” is no address at this server: {error}.")))?;
    let answer = server.get(url).await?;
    Ok(match answer.status.as_u16() {
        404 | 410 => RemoteItem { id: id.to_owned(), content: Content::Deleted, ..RemoteItem::default() },
        _ if answer.status.is_success() => from_answer(id, &answer),
        _ => return Err(failure(&answer)),
    })
}

/// The thing that was got.
pub(super) fn from_answer(id: &str, answer: &Answer) -> RemoteItem {
    ical::item(id.to_owned(), answer.header(&ETAG).map(strong).unwrap_or_default(), &answer.body)
}

/// What holds a series: at the name that a new one gets here, else wherever the server finds its UID.
pub(super) async fn find(server: &Server, calendar: &Url, uid: &str) -> Result<Vec<RemoteItem>, RemoteFailure> {
    let path = path_of(calendar, &address_of(uid)).ok_or_else(|| later("The calendar has no address."))?;
    let own = one(server, calendar, &path).await?;
    if own.content != Content::Deleted {
        return Ok(vec![own]);
    }
    let query = format!(
        r#"<c:calendar-query {NAMES}><d:prop><d:getetag/><c:calendar-data/></d:prop><c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:prop-filter name="UID"><c:text-match collation="i;octet">{}</c:text-match></c:prop-filter></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"#,
        escaped(uid)
    );
    let answer = server.report(calendar.clone(), Depth::Children, query).await?;
    if is_not_spoken(&answer) {
        return Ok(Vec::new());
    }
    let listing = listed(&answer)?;
    // A text matches where it is a part of the UID too (RFC 4791 §9.7.5).
    let has_uid = |item: &RemoteItem| matches!(&item.content, Content::Events(events) if events.iter().any(|event| event.uid == uid));
    Ok(listing.responses.iter().filter_map(|response| item(calendar, response)).filter(has_uid).collect())
}
