//! Calendars at Google, against the fake of it.

mod answers;
mod reading;
mod series;
mod writing;

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::remote::{CalendarRemote, From, Next, RemoteItem, SeriesWrite, WriteOutcome};
use calendar::sync::Series;
use calendar::{Event, EventTime, Zone};
use jiff::civil::date;
use testkit::fake_google::FakeGoogle;

use crate::account::account;
use crate::sign_in::NoKeeper;

pub(crate) const ANN: &str = FakeGoogle::ACCOUNT;

pub(crate) fn google(fake: &FakeGoogle) -> Arc<dyn CalendarRemote> {
    let secrets = fake.secrets();
    let config = account("google", fake.settings(), &secrets.each_ref().map(|(name, value)| (*name, value.as_str())));
    connect::adapters().calendars(&config, Arc::new(NoKeeper)).expect("the kind is known").expect("the settings are right")
}

/// Every page of a listing: its items, the last of each, and where the next one begins.
pub(crate) async fn listed(remote: &dyn CalendarRemote, calendar: &str, token: Option<&str>) -> (Vec<RemoteItem>, String, bool) {
    let mut items: BTreeMap<String, RemoteItem> = BTreeMap::new();
    let mut changes = remote.changes(calendar, token.map_or(From::Beginning, From::Token)).await.unwrap();
    loop {
        items.extend(changes.items.into_iter().map(|item| (item.id.clone(), item)));
        match changes.next {
            Next::Done { token, complete } => return (items.into_values().collect(), token, complete),
            Next::Page(page) => changes = remote.changes(calendar, From::Page(&page)).await.unwrap(),
        }
    }
}

pub(super) fn at(day: i8, hour: i8) -> EventTime {
    EventTime::Zoned(date(2027, 3, day).at(hour, 0, 0, 0), Zone::parse("America/Chicago").unwrap())
}

pub(super) fn game(uid: &str) -> Event {
    Event { summary: "Game".to_owned(), place: "Field 1".to_owned(), ..Event::new(uid.to_owned(), at(2, 13), at(2, 16)) }
}

/// Every Tuesday in March, over the change of clocks.
pub(super) fn season(uid: &str) -> Event {
    let mut season = game(uid);
    season.recurrence.rule = Some("FREQ=WEEKLY;COUNT=5".to_owned());
    season
}

pub(super) fn exception(master: &Event, day: i8, summary: &str) -> Event {
    let mut event = calendar::edit::occurrence_event(&calendar::recurrence::Series::single(master.clone()), at(day, 13));
    summary.clone_into(&mut event.summary);
    event
}

pub(super) async fn write(remote: &dyn CalendarRemote, before: &[RemoteItem], after: &[Event]) -> WriteOutcome {
    let uid = after.first().map_or("game-1@example.org", |event| event.uid.as_str()).to_owned();
    remote.write(ANN, &SeriesWrite { uid, before: before.to_vec(), after: after.to_vec() }).await.unwrap()
}

pub(super) async fn written(remote: &dyn CalendarRemote, before: &[RemoteItem], after: &[Event]) -> Vec<RemoteItem> {
    match write(remote, before, after).await {
        WriteOutcome::Written(items) => items,
        other => panic!("it was not written: {other:?}"),
    }
}

/// What lies there is what was written, as far as it can be held.
pub(super) async fn assert_stands(remote: &dyn CalendarRemote, after: &[Event], why: &str) {
    let (items, ..) = listed(remote, ANN, None).await;
    let uid = &after[0].uid;
    let there = Series::from_items(uid, &items).unwrap_or_default();
    let held = Series::of(remote.held(after));
    assert!(there.says_the_same(&held), "{why}:\n{there:#?}\n{held:#?}");
}

/// Nobody is invited by Google, and nobody is written to.
pub(super) fn assert_quiet(fake: &FakeGoogle) {
    let writes: Vec<_> = fake.requests().into_iter().filter(|request| request.method != "GET").collect();
    for request in &writes {
        assert!(request.body.get("attendees").is_none(), "no guest is named: {request:?}");
        let says = request.query.iter().any(|(name, value)| name == "sendUpdates" && value == "none");
        assert!(says || !request.path.contains("/events"), "nobody is to be told: {request:?}");
    }
    assert_eq!(fake.mails(), 0, "no mail");
}

pub(super) fn count(fake: &FakeGoogle, method: &str) -> usize {
    fake.requests().iter().filter(|request| request.method == method).count()
}

pub(super) fn last(fake: &FakeGoogle, method: &str) -> testkit::fake_google::Seen {
    fake.requests().into_iter().rev().find(|request| request.method == method).expect("there was one")
}
