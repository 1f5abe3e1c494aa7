//! The account's list of calendars.

use calendar::remote::{Access, RemoteCalendar, RemoteFailure};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::calls::{Call, Calls};
use super::outcome::{self, About};

const PAGE: &str = "250";
/// No list is longer; one that has no end is a fault.
const MOST_PAGES: usize = 1_000;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Page {
    items: Vec<Entry>,
    next_page_token: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Entry {
    id: String,
    summary: String,
    summary_override: String,
    time_zone: String,
    background_color: String,
    access_role: String,
    primary: bool,
    deleted: bool,
    hidden: bool,
}

impl Entry {
    fn read(self) -> RemoteCalendar {
        RemoteCalendar {
            id: self.id,
            name: if self.summary_override.is_empty() { self.summary } else { self.summary_override },
            zone: self.time_zone,
            colour: self.background_color,
            access: match self.access_role.as_str() {
                "owner" => Access::Owner,
                "writer" => Access::Writer,
                // One who sees only when somebody is busy sees events without titles.
                _ => Access::Reader,
            },
            primary: self.primary,
        }
    }
}

/// Every calendar that is not hidden.
pub(super) async fn list(calls: &Calls) -> Result<Vec<RemoteCalendar>, RemoteFailure> {
    let (mut calendars, mut next) = (Vec::new(), None::<String>);
    for _ in 0..MOST_PAGES {
        let mut call = Call::get(&["users", "me", "calendarList"]).query("maxResults", PAGE);
        if let Some(page) = &next {
            call = call.query("pageToken", page);
        }
        let page: Page = outcome::body(&calls.send(&call).await?, About::Account)?;
        calendars.extend(page.items.into_iter().filter(|entry| !entry.deleted && !entry.hidden).map(Entry::read));
        next = page.next_page_token;
        if next.is_none() {
            return Ok(calendars);
        }
    }
    Err(RemoteFailure::Later { reason: "Google's list of calendars has no end.".to_owned(), after_seconds: None })
}

/// Makes a calendar. That its colour was not taken is no reason to make another one.
pub(super) async fn create(calls: &Calls, name: &str, zone: &str, colour: &str) -> Result<RemoteCalendar, RemoteFailure> {
    let mut body = Map::from_iter([("summary".to_owned(), json!(name))]);
    if !zone.is_empty() {
        body.insert("timeZone".to_owned(), json!(zone));
    }
    let made: Entry = outcome::body(&calls.send(&Call::new(Method::POST, &["calendars"]).body(&body)).await?, About::Account)?;
    let painted = colour.is_empty() || paint(calls, &made.id, Some(colour)).await.is_ok();
    let colour = if painted { colour.to_owned() } else { String::new() };
    Ok(RemoteCalendar { colour, access: Access::Owner, primary: false, ..made.read() })
}

/// Renames and paints a calendar.
pub(super) async fn change(calls: &Calls, id: &str, name: &str, colour: Option<&str>) -> Result<(), RemoteFailure> {
    let body = Map::from_iter([("summary".to_owned(), json!(name))]);
    let _: Value = outcome::body(&calls.send(&Call::new(Method::PATCH, &["calendars", id]).body(&body)).await?, About::Calendar)?;
    paint(calls, id, colour).await
}

/// Gives the organizer's view of a calendar a colour, and its own name back.
async fn paint(calls: &Calls, id: &str, colour: Option<&str>) -> Result<(), RemoteFailure> {
    let mut body = Map::from_iter([("summaryOverride".to_owned(), Value::Null)]);
    if let Some(colour) = colour {
        body.insert("backgroundColor".to_owned(), json!(colour));
        body.insert("foregroundColor".to_owned(), json!(if is_light(colour) { "#000000" } else { "#ffffff" }));
    }
    let call = Call::new(Method::PATCH, &["users", "me", "calendarList", id]).query("colorRgbFormat", "true").body(&body);
    let _: Value = outcome::body(&calls.send(&call).await?, About::Calendar)?;
    Ok(())
}

/// Whether black is easier to read on a colour than white.
fn is_light(colour: &str) -> bool {
    let part = |from: usize| colour.get(from..from + 2).and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(0);
    299 * part(1) + 587 * part(3) + 114 * part(5) > 140_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_on_a_colour_can_be_read() {
        assert!(is_light("#ffd700") && !is_light("#7b1113"), "black on gold, white on crimson");
        assert!(!is_light("red"), "what is no colour harms nothing");
    }
}
