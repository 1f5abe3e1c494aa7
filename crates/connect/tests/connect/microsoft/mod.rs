//! Calendars at Microsoft, against the fake of Graph.

mod answers;
mod chance;
mod reading;
mod tokens;
mod writing;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use calendar::remote::{CalendarRemote, Content, From, Next, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome};
use calendar::{Event, EventTime, Zone};
use jiff::Timestamp;
use mail::consent::SecretKeeper;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use testkit::fake_graph::{CALENDAR, FakeGraph};

use crate::account::account;

/// Noon of 1 March 2027.
pub(super) const NOW: Timestamp = Timestamp::constant(1_803_902_400, 0);

/// Remembers what it was given to keep, unless the disk is full.
#[derive(Default)]
pub(super) struct Keeper(Mutex<Vec<String>>, AtomicBool);

#[async_trait]
impl SecretKeeper for Keeper {
    async fn keep(&self, name: &str, secret: SecretString) -> Result<(), String> {
        assert_eq!(name, "refresh_token", "nothing else is replaced");
        if self.1.load(Ordering::SeqCst) {
            return Err("The disk is full.".to_owned());
        }
        self.0.lock().unwrap().push(secret.expose_secret().to_owned());
        Ok(())
    }
}

pub(super) fn graph() -> FakeGraph {
    let graph = FakeGraph::start().unwrap();
    graph.behave(|conduct| conduct.now = Some(NOW));
    graph
}

pub(super) fn settings(graph: &FakeGraph) -> Value {
    json!({ "client_id": "rollcall", "endpoint": graph.endpoint(), "login_endpoint": graph.login_endpoint() })
}

pub(super) fn connected(graph: &FakeGraph, settings: Value) -> (Arc<dyn CalendarRemote>, Arc<Keeper>) {
    let keeper = Arc::new(Keeper::default());
    let account = account("microsoft", settings, &[("refresh_token", &graph.refresh_token())]);
    let remote = connect::adapters().calendars(&account, Arc::clone(&keeper) as Arc<dyn SecretKeeper>);
    (remote.expect("the kind is known").expect("the settings are right"), keeper)
}

pub(super) fn remote(graph: &FakeGraph) -> Arc<dyn CalendarRemote> {
    connected(graph, settings(graph)).0
}

/// A whole listing: its items by id as they stand at its end, its token, and whether it was complete.
pub(super) async fn listed(
    remote: &dyn CalendarRemote,
    from: From<'_>,
) -> Result<(BTreeMap<String, RemoteItem>, String, bool), RemoteFailure> {
    let mut items = BTreeMap::new();
    let mut changes = remote.changes(CALENDAR, from).await?;
    loop {
        items.extend(changes.items.into_iter().map(|item| (item.id.clone(), item)));
        match changes.next {
            Next::Page(page) => changes = remote.changes(CALENDAR, From::Page(&page)).await?,
            Next::Done { token, complete } => return Ok((items, token, complete)),
        }
    }
}

pub(super) fn titles(items: &BTreeMap<String, RemoteItem>) -> Vec<String> {
    let mut titles: Vec<String> = items.values().flat_map(events).map(|event| event.summary.clone()).collect();
    titles.sort_unstable();
    titles
}

pub(super) fn events(item: &RemoteItem) -> &[Event] {
    match &item.content {
        Content::Events(events) => events,
        _ => &[],
    }
}

pub(super) fn outlook(title: &str, start: &str, end: &str) -> Value {
    let time = |text: &str| json!({ "dateTime": text, "timeZone": "Central Standard Time" });
    json!({ "subject": title, "start": time(start), "end": time(end), "isReminderOn": false })
}

pub(super) fn weekly(title: &str) -> Value {
    let mut event = outlook(title, "2027-03-06T18:00:00", "2027-03-06T20:00:00");
    event["recurrence"] = json!({
        "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["saturday"], "firstDayOfWeek": "sunday" },
        "range": { "type": "numbered", "startDate": "2027-03-06", "numberOfOccurrences": 6, "recurrenceTimeZone": "Central Standard Time" },
    });
    event
}

pub(super) fn at(value: &str) -> EventTime {
    EventTime::parse_value(value, Zone::parse("America/Chicago")).unwrap()
}

pub(super) fn game(uid: &str) -> Event {
    let mut event = Event::new(uid.to_owned(), at("20270306T180000"), at("20270306T200000"));
    (event.summary, event.place, event.description) = ("Game".into(), "Arena".into(), "Doors 5 pm".into());
    event
}

pub(super) fn season(uid: &str) -> Event {
    let mut event = game(uid);
    event.recurrence.rule = Some("FREQ=WEEKLY;BYDAY=SA;COUNT=6".into());
    event
}

pub(super) fn exception(uid: &str, original: &str, title: &str) -> Event {
    let mut event = game(uid);
    (event.recurrence_id, event.start, event.summary) = (Some(at(original)), at(original), title.into());
    event.end = event.start.moved_by(jiff::SignedDuration::from_hours(2));
    event
}

pub(super) async fn put(remote: &dyn CalendarRemote, before: Vec<RemoteItem>, after: Vec<Event>) -> WriteOutcome {
    let uid = after.first().map_or_else(|| "game-1".to_owned(), |event| event.uid.clone());
    remote.write(CALENDAR, &SeriesWrite { uid, before, after }).await.unwrap()
}

pub(super) fn there(outcome: WriteOutcome) -> Vec<RemoteItem> {
    match outcome {
        WriteOutcome::Written(items) => items,
        other => panic!("it is written, not {other:?}"),
    }
}

pub(super) fn all(items: &[RemoteItem]) -> Vec<Event> {
    let mut all: Vec<Event> = items.iter().flat_map(events).cloned().collect();
    all.sort_by_key(|event| event.recurrence_id);
    all
}
