//! What changed in a calendar (`calendarView/delta`).
//!
//! Graph tells changes only within a window of time that each round is bound to: from three months before its beginning to eighteen after, begun anew
//! with each month. It tells dates of series, never their masters, and nothing of our own properties. So it is taken only for names: whatever it
//! names is read by its id, a date by way of its series.
//!
//! The first listing also walks through all events, so that what lies outside the window is mirrored too. A later change there is told as removed,
//! says the reference, and is read like any other; where it is not told, it is missed until the next month's first listing, which finds it.
//!
//! That something is removed means only that it is not in the window: it is gone once reading it finds nothing, or finds it in another calendar.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use calendar::remote::{Changes, From, Next, RemoteFailure, RemoteItem};
use futures::future::try_join_all;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::graph::{Call, Graph, values};
use super::outcome::Trouble;
use super::read::{self, text};
use super::{fields, series};
use crate::web::later;

const PAGE: usize = 500;
/// No calendar has more pages; more are a listing that does not end (<https://learn.microsoft.com/answers/a/12762375>).
const MOST_PAGES: usize = 2_000;
/// How often the walk through all events is begun: an event that is taken out meanwhile moves the pages after it.
const WALKS: u8 = 2;

/// Where a listing begins that follows another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Token {
    /// The link that Graph gave.
    link: String,
    round: Round,
    /// When the listing before began, by the server's clock.
    since: Timestamp,
}

/// A series of listings over one window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Round {
    month: String,
    from: Timestamp,
    until: Timestamp,
}

/// Where a listing goes on.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "step")]
enum Step {
    /// The first listing of a round: only its end is wanted, the walk gives more.
    Names { link: String, round: Round, since: Timestamp, seen: Vec<u64> },
    /// The walk through all events.
    Walk { link: Option<String>, token: Token, seen: Vec<u64>, walks: u8 },
    /// What changed.
    Changed { link: String, token: Token, since: Option<Timestamp>, seen: Vec<u64> },
}

/// A part of what changed.
pub(super) async fn changes(graph: &Graph, calendar: &str, from: From<'_>) -> Result<Changes, RemoteFailure> {
    let listing = Listing { graph, calendar };
    let step = match from {
        From::Beginning => listing.begin().await.map_err(Trouble::of_calendar)?,
        From::Token(token) => {
            let token: Token = serde_json::from_str(token).map_err(|_| RemoteFailure::TokenExpired)?;
            Step::Changed { link: token.link.clone(), token, since: None, seen: Vec::new() }
        }
        From::Page(page) => serde_json::from_str(page).map_err(|_| later("The listing cannot go on from there."))?,
    };
    listing.take(step).await.map_err(Trouble::of_calendar)
}

struct Listing<'a> {
    graph: &'a Graph,
    calendar: &'a str,
}

impl Listing<'_> {
    /// The time is the server's: by its own clock it must say what is within the window.
    async fn begin(&self) -> Result<Step, Trouble> {
        let reply = self.graph.ask(&Call::get(self.graph.address(&["me", "calendars", self.calendar], &[("$select", "id")]))).await?;
        let since = reply.date.ok_or_else(|| later("Microsoft's answer does not say when it was given."))?;
        let round = Round::at(since);
        let query = [("startDateTime", &*round.from.to_string()), ("endDateTime", &*round.until.to_string())];
        let link = self.graph.address(&["me", "calendars", self.calendar, "calendarView", "delta"], &query).to_string();
        Ok(Step::Names { link, round, since, seen: Vec::new() })
    }

    async fn take(&self, step: Step) -> Result<Changes, Trouble> {
        match step {
            Step::Names { link, round, since, seen } => self.names(&link, round, since, seen).await,
            Step::Walk { link, token, seen, walks } => self.walk(link, token, seen, walks).await,
            Step::Changed { link, token, since, seen } => self.changed(&link, token, since, seen).await,
        }
    }

    async fn names(&self, link: &str, round: Round, since: Timestamp, mut seen: Vec<u64>) -> Result<Changes, Trouble> {
        let page = self.page(link).await?.json;
        note(&mut seen, &page)?;
        let step = match Onward::of(&page)? {
            Onward::Page(link) => Step::Names { link, round, since, seen },
            Onward::End(link) => Step::Walk { link: None, token: Token { link, round, since }, seen: Vec::new(), walks: 1 },
        };
        Ok(Changes { items: Vec::new(), next: page_of(&step)? })
    }

    async fn walk(&self, link: Option<String>, token: Token, mut seen: Vec<u64>, walks: u8) -> Result<Changes, Trouble> {
        let url = if let Some(link) = &link {
            self.graph.link(link)?
        } else {
            let (size, expand) = (PAGE.to_string(), fields::expansion());
            let query = [("$top", &*size), ("$select", read::SELECT), ("$expand", &*expand)];
            self.graph.address(&["me", "calendars", self.calendar, "events"], &query)
        };
        let page = self.graph.ask(&Call::get(url)).await?.json;
        note(&mut seen, &page)?;
        let events = values(&page).iter().cloned();
        let whole = try_join_all(events.map(|json| series::whole(self.graph, self.calendar, json))).await?;
        let items = whole.into_iter().flatten().flat_map(|standing| standing.items).collect();
        let next = match text(&page, "/@odata.nextLink") {
            "" => self.after_walk(token, walks).await?,
            link => page_of(&Step::Walk { link: Some(link.to_owned()), token, seen, walks })?,
        };
        Ok(Changes { items, next })
    }

    /// Pages of the walk are counted from its beginning: if anything changed meanwhile, something may have slipped between two of them.
    async fn after_walk(&self, token: Token, walks: u8) -> Result<Next, Trouble> {
        let page = self.page(&token.link).await?.json;
        match Onward::of(&page)? {
            Onward::End(link) if values(&page).is_empty() => done(&Token { link, ..token }, true),
            // What changed is told once more by the listing that begins from the same place.
            _ if walks >= WALKS => done(&token, false),
            _ => page_of(&Step::Walk { link: None, token, seen: Vec::new(), walks: walks + 1 }),
        }
    }

    async fn changed(&self, link: &str, token: Token, since: Option<Timestamp>, mut seen: Vec<u64>) -> Result<Changes, Trouble> {
        let reply = self.page(link).await?;
        let now = since.or(reply.date).unwrap_or(token.since);
        // With a new month the window moves on, and everything is listed once.
        if since.is_none() && Round::at(now).month > token.round.month {
            return Err(Trouble::Forgotten);
        }
        note(&mut seen, &reply.json)?;
        let mut named = Named::of(values(&reply.json));
        let (mut items, lost) = self.removed(&named.removed).await?;
        if lost {
            named.whole.extend(self.series_changed_since(token.since).await?);
        }
        let ids: Vec<String> = named.whole.into_iter().collect();
        items.extend(series::read_all(self.graph, self.calendar, &ids).await?);
        // Pages may tell what was before: what has just been read counts.
        let exceptions: BTreeSet<&str> = items.iter().map(|item| item.id.as_str()).collect();
        let plain: Vec<RemoteItem> = named.dates.iter().filter(|id| !exceptions.contains(id.as_str())).map(|id| series::gone(id)).collect();
        items.extend(plain);
        let next = match Onward::of(&reply.json)? {
            Onward::Page(link) => page_of(&Step::Changed { link, token, since: Some(now), seen })?,
            Onward::End(link) => done(&Token { link, round: token.round, since: now }, false)?,
        };
        Ok(Changes { items, next })
    }

    /// What became of what is said to be removed, and whether any of it is really gone: it may have been a date, and its series does not say so.
    async fn removed(&self, ids: &[String]) -> Result<(Vec<RemoteItem>, bool), Trouble> {
        let found = try_join_all(ids.iter().map(|id| async move {
            let Some(standing) = series::read_whole(self.graph, self.calendar, id).await? else { return Ok(None) };
            Ok::<_, Trouble>(series::is_in(self.graph, self.calendar, text(&standing.json, "/id")).await?.then_some(standing))
        }))
        .await?;
        let lost = found.iter().any(Option::is_none);
        let mut items: Vec<RemoteItem> = Vec::new();
        for (id, standing) in ids.iter().zip(found) {
            match standing {
                Some(standing) => items.extend(standing.items),
                None => items.push(series::gone(id)),
            }
        }
        Ok((items, lost))
    }

    async fn series_changed_since(&self, since: Timestamp) -> Result<Vec<String>, Trouble> {
        // Clocks of many servers: a few minutes are asked for twice.
        let since = since.saturating_sub(SignedDuration::from_mins(10)).unwrap_or(since);
        let filter = format!("lastModifiedDateTime ge {since:.0}");
        let query = [("$filter", &*filter), ("$select", "id,type")];
        let found = self.graph.all(Call::get(self.graph.address(&["me", "calendars", self.calendar, "events"], &query))).await?;
        let series = found.iter().filter(|event| text(event, "/type") == "seriesMaster");
        Ok(series.map(|event| text(event, "/id").to_owned()).collect())
    }

    async fn page(&self, link: &str) -> Result<super::graph::Reply, Trouble> {
        self.graph.ask(&Call::get(self.graph.link(link)?).page_size(PAGE)).await
    }
}

impl Round {
    /// From three months before a time to eighteen after it.
    fn at(now: Timestamp) -> Self {
        let local = TimeZone::UTC.to_datetime(now);
        let moved = |months: i64| {
            let day = local.date().first_of_month().saturating_add(Span::new().months(months));
            TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).unwrap_or(now)
        };
        Self { month: format!("{:04}-{:02}", local.year(), local.month()), from: moved(-3), until: moved(19) }
    }
}

/// What a page names.
#[derive(Default)]
struct Named {
    removed: Vec<String>,
    /// Single events and series, the latter also by their dates.
    whole: BTreeSet<String>,
    /// Dates that are as their series says. One of them may have been an exception before.
    dates: Vec<String>,
}

impl Named {
    fn of(events: &[Value]) -> Self {
        let mut named = Self::default();
        for event in events {
            let id = text(event, "/id").to_owned();
            let series = text(event, "/seriesMasterId");
            match text(event, "/type") {
                _ if event.get("@removed").is_some() => named.removed.push(id),
                "occurrence" => {
                    named.dates.push(id);
                    named.whole.insert(series.to_owned());
                }
                "exception" if !series.is_empty() => drop(named.whole.insert(series.to_owned())),
                _ => drop(named.whole.insert(id)),
            }
        }
        named.removed.sort_unstable();
        named.removed.dedup();
        named.whole.remove("");
        named
    }
}

/// How a page says that it goes on.
enum Onward {
    Page(String),
    End(String),
}

impl Onward {
    fn of(page: &Value) -> Result<Self, RemoteFailure> {
        match (text(page, "/@odata.nextLink"), text(page, "/@odata.deltaLink")) {
            ("", "") => Err(later("Microsoft's list of changes breaks off. Nothing of this page was used.")),
            ("", end) => Ok(Self::End(end.to_owned())),
            (next, _) => Ok(Self::Page(next.to_owned())),
        }
    }
}

/// Notes the ids of a page; a page that was there before, or too many of them, end the listing.
fn note(seen: &mut Vec<u64>, page: &Value) -> Result<(), RemoteFailure> {
    let mut ids: Vec<&str> = values(page).iter().map(|event| text(event, "/id")).collect();
    ids.sort_unstable();
    let mut hasher = DefaultHasher::new();
    ids.hash(&mut hasher);
    if ids.is_empty() {
        // A page may be empty, and another too.
        seen.len().hash(&mut hasher);
    }
    let hash = hasher.finish();
    if seen.contains(&hash) {
        return Err(later(
            "Microsoft repeats the same page of this calendar instead of going on. It is tried again later; nothing is lost.",
        ));
    }
    seen.push(hash);
    if seen.len() > MOST_PAGES {
        return Err(later("Microsoft's list of this calendar does not end. It is tried again later; nothing is lost."));
    }
    Ok(())
}

fn page_of(step: &Step) -> Result<Next, Trouble> {
    Ok(Next::Page(serde_json::to_string(step).map_err(|error| later(format!("The listing cannot go on: {error}.")))?))
}

fn done(token: &Token, complete: bool) -> Result<Next, Trouble> {
    let token = serde_json::to_string(token).map_err(|error| later(format!("The listing cannot be kept: {error}.")))?;
    Ok(Next::Done { token, complete })
}
