//! Reading what stands there: single events, and series with their exceptions.

use std::collections::{BTreeMap, BTreeSet};

use calendar::Event;
use calendar::remote::{Content, RemoteItem};
use futures::future::try_join_all;
use reqwest::Url;
use serde_json::Value;

use super::graph::{Call, Graph};
use super::outcome::Trouble;
use super::read::{self, text};
use super::{fields, times};

/// A single event, or a series with every exception, as it stands there.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    /// The event itself, or the master.
    pub(super) json: Value,
    /// What it holds: itself first, then its exceptions.
    pub(super) items: Vec<RemoteItem>,
    /// How many people Microsoft would mail about a change of it.
    pub(super) mailed: usize,
}

impl Standing {
    /// The events that can be read, the master first.
    pub(super) fn events(&self) -> Vec<Event> {
        self.items.iter().flat_map(events_of).cloned().collect()
    }
}

/// The events of an item.
pub(super) fn events_of(item: &RemoteItem) -> &[Event] {
    match &item.content {
        Content::Events(events) => events,
        Content::Listed | Content::Dropped(_) | Content::Deleted | Content::Unreadable(_) => &[],
    }
}

/// What an id names.
pub(super) enum Found {
    /// Nothing any more.
    Gone,
    /// A single event or a series.
    Whole(Standing),
    /// A date of this series.
    Date(String),
}

/// Reads what an id names, with the exceptions of a series.
pub(super) async fn read(graph: &Graph, calendar: &str, id: &str) -> Result<Found, Trouble> {
    let Some(json) = there(graph, address(graph, calendar, id)).await? else { return Ok(Found::Gone) };
    let series = text(&json, "/seriesMasterId");
    if !series.is_empty() && text(&json, "/type") != "seriesMaster" {
        return Ok(Found::Date(series.to_owned()));
    }
    Ok(whole(graph, calendar, json).await?.map_or(Found::Gone, Found::Whole))
}

/// Reads the whole that an id names, or that it is a date of.
pub(super) async fn read_whole(graph: &Graph, calendar: &str, id: &str) -> Result<Option<Standing>, Trouble> {
    let mut id = id.to_owned();
    for _ in 0..2 {
        match read(graph, calendar, &id).await? {
            Found::Gone => return Ok(None),
            Found::Whole(standing) => return Ok(Some(standing)),
            Found::Date(series) => id = series,
        }
    }
    Ok(None)
}

/// The items of these ids, with all others of the same series; those that are no longer there are told as gone.
pub(super) async fn read_all(graph: &Graph, calendar: &str, ids: &[String]) -> Result<Vec<RemoteItem>, Trouble> {
    let mut whole: BTreeMap<String, Standing> = BTreeMap::new();
    let mut wanted: BTreeSet<String> = ids.iter().cloned().collect();
    // Ids of dates lead to their series.
    for _ in 0..2 {
        let found = try_join_all(wanted.iter().map(|id| read(graph, calendar, id))).await?;
        let mut series = BTreeSet::new();
        for (id, found) in std::mem::take(&mut wanted).into_iter().zip(found) {
            match found {
                Found::Gone => {}
                Found::Whole(standing) => drop(whole.insert(id, standing)),
                Found::Date(id) => drop(series.insert(id)),
            }
        }
        wanted = series.into_iter().filter(|id| !whole.contains_key(id)).collect();
    }
    let mut items: Vec<RemoteItem> = whole.into_values().flat_map(|standing| standing.items).collect();
    let known: BTreeSet<String> = items.iter().map(|item| item.id.clone()).collect();
    items.extend(ids.iter().filter(|id| !known.contains(*id)).map(|id| gone(id)));
    Ok(items)
}

/// As [`read_all`], where only what is in this calendar counts as there.
pub(super) async fn read_here(graph: &Graph, calendar: &str, ids: &[String]) -> Result<Vec<RemoteItem>, Trouble> {
    let items = read_all(graph, calendar, ids).await?;
    let whole = items.iter().filter(|item| item.series.is_none() && item.content != Content::Deleted);
    let away =
        try_join_all(whole.map(|item| async { Ok::<_, Trouble>((item.id.clone(), is_in(graph, calendar, &item.id).await?)) })).await?;
    let away: BTreeSet<String> = away.into_iter().filter(|(_, is_here)| !is_here).map(|(id, _)| id).collect();
    let is_away = |item: &RemoteItem| away.contains(&item.id) || item.series.as_ref().is_some_and(|series| away.contains(series));
    Ok(items.into_iter().map(|item| if is_away(&item) { gone(&item.id) } else { item }).collect())
}

/// Whether an event is in a calendar: one that was moved to another keeps its id, and so may one that was deleted.
pub(super) async fn is_in(graph: &Graph, calendar: &str, id: &str) -> Result<bool, Trouble> {
    let url = graph.address(&["me", "calendars", calendar, "events", id, "calendar"], &[("$select", "id")]);
    match graph.ask(&Call::get(url)).await {
        Ok(reply) => Ok(text(&reply.json, "/id") == calendar),
        Err(Trouble::Missing(_)) => Ok(false),
        Err(trouble) => Err(trouble),
    }
}

/// The names of the events that were made for a UID.
pub(super) async fn ids_of(graph: &Graph, calendar: &str, uid: &str) -> Result<Vec<String>, Trouble> {
    let query = [("$filter", &*fields::filter(uid)), ("$select", "id")];
    let found = graph.all(Call::get(graph.address(&["me", "calendars", calendar, "events"], &query))).await?;
    Ok(found.iter().map(|event| text(event, "/id").to_owned()).collect())
}

/// The instances of a series that overlap a span.
pub(super) async fn instances(graph: &Graph, calendar: &str, id: &str, from: &str, to: &str) -> Result<Vec<Value>, Trouble> {
    let query = [("startDateTime", from), ("endDateTime", to), ("$select", read::SELECT)];
    graph.all(Call::get(graph.address(&["me", "calendars", calendar, "events", id, "instances"], &query))).await
}

/// Where an event is asked for, with what only we put there.
fn address(graph: &Graph, calendar: &str, id: &str) -> Url {
    graph.address(&["me", "calendars", calendar, "events", id], &[("$select", read::SELECT), ("$expand", &fields::expansion())])
}

/// Where a master is asked for with its dates, in the one form that the reference shows.
fn dates_address(graph: &Graph, calendar: &str, id: &str) -> Url {
    let select = format!("{},exceptionOccurrences,cancelledOccurrences", read::SELECT);
    graph.address(&["me", "calendars", calendar, "events", id], &[("$select", &select), ("$expand", "exceptionOccurrences")])
}

/// What stands at an address; none where nothing does.
async fn there(graph: &Graph, url: Url) -> Result<Option<Value>, Trouble> {
    match graph.ask(&Call::get(url)).await {
        Ok(reply) => Ok(Some(reply.json)),
        Err(Trouble::Missing(_)) => Ok(None),
        Err(trouble) => Err(trouble),
    }
}

/// A single event, as a listing tells it.
pub(super) fn single(json: &Value) -> RemoteItem {
    item(json, None, read::event(json).map(|event| vec![event]))
}

/// An item that is no longer there.
pub(super) fn gone(id: &str) -> RemoteItem {
    RemoteItem { id: id.to_owned(), content: Content::Deleted, ..RemoteItem::default() }
}

/// A single event or a master that was told with our own properties, with all that belongs to it. None where it is gone meanwhile.
pub(super) async fn whole(graph: &Graph, calendar: &str, json: Value) -> Result<Option<Standing>, Trouble> {
    if text(&json, "/type") != "seriesMaster" {
        let mailed = read::mailed(&json);
        return Ok(Some(Standing { items: vec![single(&json)], json, mailed }));
    }
    let Some(dated) = there(graph, dates_address(graph, calendar, text(&json, "/id"))).await? else { return Ok(None) };
    let json = fields::carried(&json, dated);
    let mailed = read::mailed(&json);
    let mut master = match read::event(&json) {
        Ok(master) => master,
        Err(words) => return Ok(Some(Standing { items: vec![item(&json, None, Err(words))], json, mailed })),
    };
    master.recurrence.excluded = read::cancelled(&json, &master);
    let exceptions = exceptions(graph, calendar, &json).await?;
    let id = text(&json, "/id");
    let mailed = exceptions.iter().map(read::mailed).fold(mailed, usize::max);
    let mut items = vec![item(&json, None, Ok(vec![master.clone()]))];
    items.extend(exceptions.iter().map(|json| item(json, Some(id), read::exception(json, &master).map(|event| vec![event]))));
    Ok(Some(Standing { json, items, mailed }))
}

/// The exceptions of a master. The reference leaves open how much of each stands beside the master: what is too little is asked for.
async fn exceptions(graph: &Graph, calendar: &str, master: &Value) -> Result<Vec<Value>, Trouble> {
    let mut told = master.get("exceptionOccurrences").and_then(Value::as_array).cloned().unwrap_or_default();
    match text(master, "/exceptionOccurrences@odata.nextLink") {
        "" => {}
        next => told.extend(graph.all(Call::get(graph.link(next)?)).await?),
    }
    let full = told.into_iter().map(|json| async move {
        let suffices =
            ["originalStart", "start", "end", "subject", "body", "showAs", "@odata.etag"].iter().all(|name| json.get(*name).is_some());
        if suffices {
            return Ok(Some(json));
        }
        there(graph, address(graph, calendar, text(&json, "/id"))).await
    });
    Ok(try_join_all(full).await?.into_iter().flatten().collect())
}

fn item(json: &Value, series: Option<&str>, events: Result<Vec<Event>, String>) -> RemoteItem {
    RemoteItem {
        id: text(json, "/id").to_owned(),
        etag: etag(json),
        series: series.map(str::to_owned),
        content: events.map_or_else(Content::Unreadable, Content::Events),
        edited: text(json, "/lastModifiedDateTime").parse().ok(),
    }
}

/// The version of an event.
pub(super) fn etag(json: &Value) -> String {
    match (json.get("@odata.etag").and_then(Value::as_str), text(json, "/changeKey")) {
        (Some(etag), _) => etag.to_owned(),
        (None, "") => String::new(),
        (None, key) => format!("W/\"{key}\""),
    }
}

/// The original start of an item's exception, as it would be told again.
pub(super) fn original_of(item: &RemoteItem) -> Option<calendar::EventTime> {
    events_of(item).first()?.recurrence_id.map(times::told)
}
