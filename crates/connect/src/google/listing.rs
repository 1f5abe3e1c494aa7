//! What is in a calendar, and what changed since (<https://developers.google.com/workspace/calendar/api/guides/sync>).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use calendar::Zone;
use calendar::remote::{Changes, Content, From, Next, RemoteFailure, RemoteItem};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::calls::{Call, Calls};
use super::outcome::{self, About};
use super::read;

/// The parameters of the listing. A token belongs to them, and is worth nothing beside others: whoever changes one counts [`SHAPE`] up.
const PARAMETERS: [(&str, &str); 3] = [("singleEvents", "false"), ("showDeleted", "true"), ("maxResults", "2500")];
const SHAPE: u32 = 1;
/// Google's limit for one request of `find`.
const MOST_PAGES: usize = 100;

/// How a listing goes on, or begins: with a page of one, a token of an earlier one, or both.
#[derive(Default, Serialize, Deserialize)]
struct Place {
    shape: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sync: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

impl Place {
    fn read(text: &str) -> Result<Self, RemoteFailure> {
        serde_json::from_str(text).ok().filter(|place: &Self| place.shape == SHAPE).ok_or(RemoteFailure::TokenExpired)
    }

    fn write(sync: Option<String>, page: Option<String>) -> String {
        serde_json::to_string(&Self { shape: SHAPE, sync, page }).unwrap_or_default()
    }
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Page {
    kind: String,
    time_zone: String,
    items: Vec<Value>,
    next_page_token: Option<String>,
    next_sync_token: Option<String>,
}

/// The zones of calendars, for times that name none.
#[derive(Debug, Default)]
pub(super) struct Zones(Mutex<HashMap<String, Zone>>);

impl Zones {
    /// What a calendar's zone is said to be; UTC where that cannot be understood.
    pub(super) fn keep(&self, calendar: &str, name: &str) -> Zone {
        let zone = Zone::parse(name).unwrap_or(Zone::utc());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(calendar.to_owned(), zone);
        zone
    }

    /// The zone of a calendar, asked for where it was not met yet.
    pub(super) async fn of(&self, calls: &Calls, calendar: &str) -> Result<Zone, RemoteFailure> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(calendar).copied();
        if let Some(zone) = known {
            return Ok(zone);
        }
        let told: Page = outcome::body(&calls.send(&Call::get(&["calendars", calendar])).await?, About::Calendar)?;
        Ok(self.keep(calendar, &told.time_zone))
    }
}

/// A page of what is there, or of what changed.
pub(super) async fn changes(calls: &Calls, zones: &Zones, calendar: &str, from: From<'_>) -> Result<Changes, RemoteFailure> {
    let place = match from {
        From::Beginning => Place::default(),
        From::Token(text) | From::Page(text) => Place::read(text)?,
    };
    let mut call = Call::get(&["calendars", calendar, "events"]);
    for (name, value) in PARAMETERS {
        call = call.query(name, value);
    }
    for (name, value) in [("syncToken", &place.sync), ("pageToken", &place.page)] {
        if let Some(value) = value {
            call = call.query(name, value);
        }
    }
    let about = if place.sync.is_some() || place.page.is_some() { About::Token } else { About::Calendar };
    let page = read_page(&calls.send(&call).await?, about)?;
    let zone = zones.keep(calendar, &page.time_zone);
    let items = page.items.iter().filter_map(|item| read::item(item, zone)).collect();
    let next = match (page.next_page_token, page.next_sync_token) {
        (Some(next), _) => Next::Page(Place::write(place.sync, Some(next))),
        (None, Some(token)) => Next::Done { token: Place::write(Some(token), None), complete: place.sync.is_none() },
        // Google itself always says where to go on. Another server may know no changes, and is listed from the beginning each time.
        (None, None) if calls.stands_in() && place.sync.is_none() => Next::Done { token: Place::write(None, None), complete: true },
        (None, None) => return Err(endless()),
    };
    Ok(Changes { items, next })
}

fn read_page(answer: &crate::web::Answer, about: About) -> Result<Page, RemoteFailure> {
    let page: Page = outcome::body(answer, about)?;
    if page.kind == "calendar#events" { Ok(page) } else { Err(unfinished()) }
}

fn unfinished() -> RemoteFailure {
    RemoteFailure::Later { reason: "Google's answer breaks off before its end. Nothing of it was used.".to_owned(), after_seconds: None }
}

fn endless() -> RemoteFailure {
    RemoteFailure::Later {
        reason: "Google listed events, but not where to go on from there. Nothing of it was used.".to_owned(),
        after_seconds: None,
    }
}

/// One item; none where there is none of that id.
pub(super) async fn item(calls: &Calls, calendar: &str, zone: Zone, id: &str) -> Result<Option<RemoteItem>, RemoteFailure> {
    let answer = calls.send(&Call::get(&["calendars", calendar, "events", id])).await?;
    if matches!(answer.status.as_u16(), 404 | 410) {
        return Ok(None);
    }
    let json: Value = outcome::body(&answer, About::Calendar)?;
    Ok(read::item(&json, zone))
}

/// Items by their ids.
pub(super) async fn fetch(calls: &Calls, zones: &Zones, calendar: &str, ids: &[String]) -> Result<Vec<RemoteItem>, RemoteFailure> {
    let zone = zones.of(calls, calendar).await?;
    let mut items = Vec::with_capacity(ids.len());
    let mut is_there = false;
    for id in ids {
        let found = item(calls, calendar, zone, id).await?;
        if found.is_none() && !is_there {
            // Google says the same of an event that is gone and of a calendar that is.
            let _: Value = outcome::body(&calls.send(&Call::get(&["calendars", calendar])).await?, About::Calendar)?;
            is_there = true;
        }
        let gone = RemoteItem { id: id.clone(), content: Content::Deleted, ..RemoteItem::default() };
        items.push(found.unwrap_or(gone));
    }
    Ok(items)
}

/// A series with its exceptions, by the id of its master; empty where there is none.
pub(super) async fn series(calls: &Calls, zones: &Zones, calendar: &str, master: &str) -> Result<Vec<RemoteItem>, RemoteFailure> {
    let zone = zones.of(calls, calendar).await?;
    let answer = calls.send(&Call::get(&["calendars", calendar, "events", master])).await?;
    if matches!(answer.status.as_u16(), 404 | 410) {
        return Ok(Vec::new());
    }
    let json: Value = outcome::body(&answer, About::Calendar)?;
    let Some(found) = read::item(&json, zone).filter(|item| item.content != Content::Deleted) else { return Ok(Vec::new()) };
    let mut items = vec![found];
    let Some(uid) = json.get("iCalUID").and_then(Value::as_str).filter(|_| json.get("recurrence").is_some()) else { return Ok(items) };
    let mut next = None::<String>;
    for _ in 0..MOST_PAGES {
        let mut call = Call::get(&["calendars", calendar, "events"]).query("iCalUID", uid);
        for (name, value) in PARAMETERS {
            call = call.query(name, value);
        }
        if let Some(page) = &next {
            call = call.query("pageToken", page);
        }
        let page = read_page(&calls.send(&call).await?, About::Calendar)?;
        items.extend(page.items.iter().filter_map(|item| read::item(item, zone)).filter(|item| item.series.as_deref() == Some(master)));
        next = page.next_page_token;
        if next.is_none() {
            return Ok(items);
        }
    }
    Err(unfinished())
}
