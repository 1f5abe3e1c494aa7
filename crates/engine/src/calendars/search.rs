//! Finding anything by a few letters of its words.

use std::collections::HashSet;

use anyhow::Result;
use store::guest::{self, PageQuery, Profile};
use store::{Reader, calendar, event, event_version, guest_list};

use super::time;
use super::view::SearchHit;
use crate::engine::Engine;
use crate::error::Failure;

/// As many hits of a kind as a list under a search field can show.
const HITS: u32 = 20;

/// Events, calendars, guests, their lists and campaigns whose words begin like these.
///
/// # Errors
/// When the database cannot be read.
pub async fn search(engine: &Engine, text: &str) -> Result<Vec<SearchHit>, Failure> {
    let text = text.to_owned();
    let found = engine.store().read(move |r| {
        let mut hits = calendars(r, &text)?;
        hits.extend(events(r, &text)?);
        hits.extend(guests(r, &text)?);
        hits.extend(lists(r, &text)?);
        hits.extend(campaigns(r, &text)?);
        Ok(hits)
    });
    Ok(found.await?)
}

fn calendars(r: &Reader<'_>, text: &str) -> Result<Vec<SearchHit>> {
    let found = calendar::list(r)?.into_iter().filter(|calendar| matches(&calendar.name, text));
    Ok(found
        .map(|calendar| SearchHit {
            kind: "calendar".to_owned(),
            id: calendar.id.to_string(),
            title: calendar.name,
            detail: String::new(),
            day: String::new(),
        })
        .collect())
}

fn events(r: &Reader<'_>, text: &str) -> Result<Vec<SearchHit>> {
    let mut seen = HashSet::new();
    let mut hits = Vec::new();
    for row in event::search(r, text, HITS)? {
        // A series is one hit, however many of its occurrences differ.
        let Some(current) = seen.insert(row.series()).then(|| event_version::current(r, row.id)).transpose()?.flatten() else { continue };
        let zone = calendar::get(r, row.calendar)?.map(|calendar| calendar.zone).unwrap_or_default();
        hits.push(SearchHit {
            kind: "event".to_owned(),
            id: row.series().to_string(),
            title: row.summary,
            detail: row.place,
            day: time::day_in(
                current.content.start.to_instant(&time::time_zone(&zone)),
                current.content.start.zone().map_or(&zone, |zone| zone.as_str()),
            ),
        });
    }
    Ok(hits)
}

fn guests(r: &Reader<'_>, text: &str) -> Result<Vec<SearchHit>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let query = PageQuery { search: text.to_owned(), list: None, from: 0, limit: HITS };
    let found = guest::page(r, &query)?.into_iter().map(|guest| {
        let Profile { name, address_shown, .. } = guest.profile;
        let (title, detail) = if name.is_empty() { (address_shown, String::new()) } else { (name, address_shown) };
        SearchHit { kind: "guest".to_owned(), id: guest.id.to_string(), title, detail, day: String::new() }
    });
    Ok(found.collect())
}

fn lists(r: &Reader<'_>, text: &str) -> Result<Vec<SearchHit>> {
    let found = guest_list::all(r)?.into_iter().filter(|list| matches(&list.name, text)).take(HITS as usize);
    Ok(found
        .map(|list| SearchHit {
            kind: "list".to_owned(),
            id: list.id.to_string(),
            title: list.name,
            detail: String::new(),
            day: String::new(),
        })
        .collect())
}

fn campaigns(r: &Reader<'_>, text: &str) -> Result<Vec<SearchHit>> {
    let found = store::campaign::list(r)?.into_iter().filter(|campaign| matches(&campaign.name, text)).take(HITS as usize);
    Ok(found
        .map(|campaign| SearchHit {
            kind: "campaign".to_owned(),
            id: campaign.id.to_string(),
            title: campaign.name,
            detail: String::new(),
            day: String::new(),
        })
        .collect())
}

/// Every word of `text` begins a word of `name`.
fn matches(name: &str, text: &str) -> bool {
    let name = name.to_lowercase();
    let text = text.to_lowercase();
    let mut words = text.split_whitespace().peekable();
    words.peek().is_some() && words.all(|word| name.split(|c: char| !c.is_alphanumeric()).any(|of_name| of_name.starts_with(word)))
}
