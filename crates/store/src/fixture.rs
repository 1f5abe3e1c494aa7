//! Events and a database for the tests of this crate.

use calendar::{Event, EventTime, Recurrence, Zone};
use jiff::Timestamp;

use crate::Store;
use crate::event_version::{Draft, Origin, Source, Written, append};

/// A database in a folder that goes with it.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) calendar: i64,
    _folder: tempfile::TempDir,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub(crate) fn time(local: &str) -> EventTime {
    EventTime::Zoned(local.parse().expect("a wall clock time"), Zone::parse("America/Chicago").expect("a zone"))
}

/// An event of two hours in Chicago.
pub(crate) fn event(uid: &str, start: &str) -> Event {
    Event {
        summary: format!("Game {uid}"),
        place: "Lambeau Field".to_owned(),
        ..Event::new(uid.to_owned(), time(start), time(start).moved_by(jiff::SignedDuration::from_hours(2)))
    }
}

pub(crate) fn series(uid: &str, start: &str, rule: &str) -> Event {
    Event { recurrence: Recurrence { rule: Some(rule.to_owned()), ..Recurrence::default() }, ..event(uid, start) }
}

/// The occurrence of a series that was to start at `original`, somewhere else.
pub(crate) fn exception(uid: &str, original: &str, start: &str) -> Event {
    Event { recurrence_id: Some(time(original)), ..event(uid, start) }
}

impl Desk {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("test.db")).await.expect("a database");
        let calendar = store
            .write(|w| crate::calendar::create(w, "Packers", "green", "America/Chicago", at("2027-01-01T00:00:00Z")))
            .await
            .expect("a calendar");
        Self { store, calendar, _folder: folder }
    }

    /// Appends a version of each.
    pub(crate) async fn put(&self, events: Vec<Event>) -> Vec<Written> {
        self.write(events, false).await
    }

    pub(crate) async fn delete(&self, events: Vec<Event>) -> Vec<Written> {
        self.write(events, true).await
    }

    async fn write(&self, events: Vec<Event>, deleted: bool) -> Vec<Written> {
        let calendar = self.calendar;
        self.store
            .write(move |w| {
                let origin = Origin { source: Source::Import, import: None, at: at("2027-01-02T00:00:00Z") };
                let draft = |content| Draft { calendar, event: None, content, ical: "", deleted, split_from: None };
                append(w, &events.iter().map(draft).collect::<Vec<_>>(), &origin)
            })
            .await
            .expect("the versions are written")
    }
}

fn plan(r: &crate::Reader<'_>, sql: &str) -> anyhow::Result<String> {
    let mut explain = r.0.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let count = explain.parameter_count();
    let steps = explain.query_map(rusqlite::params_from_iter(vec![1; count]), |row| row.get::<_, String>(3))?;
    Ok(steps.collect::<rusqlite::Result<Vec<_>>>()?.join("\n"))
}

/// How the database would go about these statements.
pub(crate) async fn plans(statements: Vec<String>) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&folder.path().join("rollcall.db")).await.expect("a database");
    store.read(move |r| statements.iter().map(|sql| plan(r, sql)).collect()).await.expect("plans")
}
