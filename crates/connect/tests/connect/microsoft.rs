//! Calendars at Microsoft, against the fake of Graph.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use calendar::remote::{Access, CalendarRemote, Content, From, Next, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome};
use calendar::{Event, EventStatus, EventTime, Transparency, Visibility, Zone};
use jiff::Timestamp;
use jiff::civil::date;
use mail::consent::SecretKeeper;
use proptest::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use testkit::fake_graph::{CALENDAR, FakeGraph, Fault, Forgets};

use crate::account::account;

/// Noon of 1 March 2027.
const NOW: Timestamp = Timestamp::constant(1_803_902_400, 0);

/// Remembers what it was given to keep.
#[derive(Default)]
struct Keeper(Mutex<Vec<String>>);

#[async_trait]
impl SecretKeeper for Keeper {
    async fn keep(&self, name: &str, secret: SecretString) -> Result<(), String> {
        assert_eq!(name, "refresh_token", "nothing else is replaced");
        self.0.lock().unwrap().push(secret.expose_secret().to_owned());
        Ok(())
    }
}

fn graph() -> FakeGraph {
    let graph = FakeGraph::start().unwrap();
    graph.behave(|conduct| conduct.now = Some(NOW));
    graph
}

fn settings(graph: &FakeGraph) -> Value {
    json!({ "client_id": "rollcall", "endpoint": graph.endpoint(), "login_endpoint": graph.login_endpoint() })
}

fn connected(graph: &FakeGraph, settings: Value) -> (Arc<dyn CalendarRemote>, Arc<Keeper>) {
    let keeper = Arc::new(Keeper::default());
    let account = account("microsoft", settings, &[("refresh_token", &graph.refresh_token())]);
    let remote = connect::adapters().calendars(&account, Arc::clone(&keeper) as Arc<dyn SecretKeeper>);
    (remote.expect("the kind is known").expect("the settings are right"), keeper)
}

fn remote(graph: &FakeGraph) -> Arc<dyn CalendarRemote> {
    connected(graph, settings(graph)).0
}

/// A whole listing: its items by id as they stand at its end, its token, and whether it was complete.
async fn listed(remote: &dyn CalendarRemote, from: From<'_>) -> Result<(BTreeMap<String, RemoteItem>, String, bool), RemoteFailure> {
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

fn titles(items: &BTreeMap<String, RemoteItem>) -> Vec<String> {
    let mut titles: Vec<String> = items.values().flat_map(events).map(|event| event.summary.clone()).collect();
    titles.sort_unstable();
    titles
}

fn events(item: &RemoteItem) -> &[Event] {
    match &item.content {
        Content::Events(events) => events,
        _ => &[],
    }
}

fn outlook(title: &str, start: &str, end: &str) -> Value {
    let time = |text: &str| json!({ "dateTime": text, "timeZone": "Central Standard Time" });
    json!({ "subject": title, "start": time(start), "end": time(end), "isReminderOn": false })
}

fn weekly(title: &str) -> Value {
    let mut event = outlook(title, "2027-03-06T18:00:00", "2027-03-06T20:00:00");
    event["recurrence"] = json!({
        "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["saturday"], "firstDayOfWeek": "sunday" },
        "range": { "type": "numbered", "startDate": "2027-03-06", "numberOfOccurrences": 6, "recurrenceTimeZone": "Central Standard Time" },
    });
    event
}

fn at(value: &str) -> EventTime {
    EventTime::parse_value(value, Zone::parse("America/Chicago")).unwrap()
}

fn game(uid: &str) -> Event {
    let mut event = Event::new(uid.to_owned(), at("20270306T180000"), at("20270306T200000"));
    (event.summary, event.place, event.description) = ("Game".into(), "Arena".into(), "Doors 5 pm".into());
    event
}

fn season(uid: &str) -> Event {
    let mut event = game(uid);
    event.recurrence.rule = Some("FREQ=WEEKLY;BYDAY=SA;COUNT=6".into());
    event
}

fn exception(uid: &str, original: &str, title: &str) -> Event {
    let mut event = game(uid);
    (event.recurrence_id, event.start, event.summary) = (Some(at(original)), at(original), title.into());
    event.end = event.start.moved_by(jiff::SignedDuration::from_hours(2));
    event
}

async fn put(remote: &dyn CalendarRemote, before: Vec<RemoteItem>, after: Vec<Event>) -> WriteOutcome {
    let uid = after.first().map_or_else(|| "game-1".to_owned(), |event| event.uid.clone());
    remote.write(CALENDAR, &SeriesWrite { uid, before, after }).await.unwrap()
}

fn there(outcome: WriteOutcome) -> Vec<RemoteItem> {
    match outcome {
        WriteOutcome::Written(items) => items,
        other => panic!("it is written, not {other:?}"),
    }
}

fn all(items: &[RemoteItem]) -> Vec<Event> {
    let mut all: Vec<Event> = items.iter().flat_map(events).cloned().collect();
    all.sort_by_key(|event| event.recurrence_id);
    all
}

#[tokio::test]
async fn calendars_come_with_what_may_be_done_in_them() {
    let graph = graph();
    graph.add_calendar("Holidays", false);
    let (remote, keeper) = connected(&graph, settings(&graph));
    graph.behave(|conduct| conduct.page_size = 1);
    let made = remote.create_calendar("Cardinals", "America/Phoenix", "#f88c9a").await.unwrap();
    assert_eq!(made.colour, "#f88c9b", "the nearest of the colours there are");
    remote.change_calendar(&made.id, "Arizona Cardinals", None).await.unwrap();
    let all = remote.calendars().await.unwrap();
    let seen: Vec<_> = all.iter().map(|calendar| (calendar.name.as_str(), calendar.access, calendar.primary)).collect();
    let wanted = [("Calendar", Access::Owner, true), ("Holidays", Access::Reader, false), ("Arizona Cardinals", Access::Owner, false)];
    assert_eq!(seen, wanted, "every page was read");
    let twice = remote.create_calendar("Holidays", "", "").await.unwrap_err();
    assert!(matches!(&twice, RemoteFailure::Refused { reason } if reason.contains("Holidays")), "a name is there once: {twice:?}");
    assert_eq!(keeper.0.lock().unwrap().len(), 1, "the refresh token that replaced the first one was kept");
}

#[tokio::test]
async fn a_first_look_brings_everything_also_outside_the_window() {
    let graph = graph();
    for (title, year) in [("Long ago", 2009), ("Soon", 2027), ("Far off", 2031)] {
        graph.add_event(CALENDAR, &outlook(title, &format!("{year}-04-01T18:00:00"), &format!("{year}-04-01T20:00:00")));
    }
    let series = graph.add_event(CALENDAR, &weekly("Training"));
    graph.edit_event(&graph.date_of(&series, date(2027, 3, 13)), &json!({ "subject": "Match" }));
    graph.delete_event(&graph.date_of(&series, date(2027, 3, 20)));
    graph.behave(|conduct| conduct.page_size = 2);
    let remote = remote(&graph);
    let (items, token, complete) = listed(&*remote, From::Beginning).await.unwrap();
    assert_eq!(titles(&items), ["Far off", "Long ago", "Match", "Soon", "Training"], "all there is");
    assert!(complete, "what was not listed is not there");
    let master = &events(&items[&series])[0];
    assert_eq!(master.recurrence.rule.as_deref(), Some("FREQ=WEEKLY;BYDAY=SA;COUNT=6"), "the rule");
    assert_eq!(master.recurrence.excluded, [at("20270320T180000")], "the date that is off");
    let exception = items.values().find(|item| item.series.as_deref() == Some(&series)).unwrap();
    assert_eq!(events(exception)[0].recurrence_id, Some(at("20270313T180000")), "the date that differs");
    assert_eq!(events(exception)[0].uid, master.uid, "is of its series");

    graph.count_anew();
    let (items, again, complete) = listed(&*remote, From::Token(&token)).await.unwrap();
    assert!(items.is_empty() && !complete, "nothing changed");
    assert_eq!(graph.counts().all(), 1, "which takes one request");
    assert!(listed(&*remote, From::Token(&again)).await.is_ok(), "and goes on from there");
}

#[tokio::test]
async fn edits_in_outlook_arrive_whatever_the_order_of_pages() {
    for replays in [false, true] {
        let graph = graph();
        let single = graph.add_event(CALENDAR, &outlook("Cup", "2027-04-01T18:00:00", "2027-04-01T20:00:00"));
        let away = graph.add_event(CALENDAR, &outlook("Away", "2027-04-02T18:00:00", "2027-04-02T20:00:00"));
        let left = graph.add_event(CALENDAR, &outlook("Left", "2027-04-03T18:00:00", "2027-04-03T20:00:00"));
        let carried = graph.add_event(CALENDAR, &outlook("Carried", "2027-04-04T18:00:00", "2027-04-04T20:00:00"));
        let old = graph.add_event(CALENDAR, &outlook("Old", "2011-04-04T18:00:00", "2011-04-04T20:00:00"));
        let series = graph.add_event(CALENDAR, &weekly("Training"));
        let remote = remote(&graph);
        let (_, token, _) = listed(&*remote, From::Beginning).await.unwrap();
        graph.behave(|conduct| (conduct.replays, conduct.page_size) = (replays, 3));
        graph.edit_event(&single, &json!({ "subject": "Cup final" }));
        graph.delete_event(&away);
        let far = outlook("Left", "2030-04-03T18:00:00", "2030-04-03T20:00:00");
        graph.edit_event(&left, &json!({ "start": far["start"], "end": far["end"] }));
        graph.move_event(&carried, &graph.add_calendar("Other", true));
        graph.edit_event(&old, &json!({ "subject": "Old times" }));
        graph.edit_event(&graph.date_of(&series, date(2027, 3, 13)), &json!({ "subject": "Match" }));
        graph.delete_event(&graph.date_of(&series, date(2027, 3, 20)));
        let (items, _, complete) = listed(&*remote, From::Token(&token)).await.unwrap();
        assert!(!complete, "only what changed was listed");
        assert_eq!(events(&items[&single])[0].summary, "Cup final", "a change");
        assert_eq!(items[&away].content, Content::Deleted, "a deletion");
        assert_eq!(events(&items[&left])[0].start, at("20300403T180000"), "what only left the window is not gone");
        assert_eq!(items[&carried].content, Content::Deleted, "what was moved to another calendar is gone from this one");
        assert_eq!(events(&items[&old])[0].summary, "Old times", "a change outside the window");
        assert_eq!(events(&items[&series])[0].recurrence.excluded, [at("20270320T180000")], "a date that was deleted");
        let match_day = &items[&graph.date_of(&series, date(2027, 3, 13))];
        assert_eq!(
            (events(match_day)[0].summary.as_str(), match_day.series.as_deref()),
            ("Match", Some(series.as_str())),
            "a date that was changed"
        );
    }
}

#[tokio::test]
async fn a_date_that_is_no_exception_any_more_is_told_as_gone() {
    let graph = graph();
    let series = graph.add_event(CALENDAR, &weekly("Training"));
    let day = graph.date_of(&series, date(2027, 3, 13));
    graph.edit_event(&day, &json!({ "subject": "Match" }));
    let remote = remote(&graph);
    let (items, token, _) = listed(&*remote, From::Beginning).await.unwrap();
    assert!(items.contains_key(&day), "it is an exception");
    let later = weekly("Training");
    let moved = outlook("", "2027-03-06T19:00:00", "2027-03-06T21:00:00");
    graph.edit_event(&series, &json!({ "start": moved["start"], "end": moved["end"], "recurrence": later["recurrence"] }));
    let (items, ..) = listed(&*remote, From::Token(&token)).await.unwrap();
    assert_eq!(items[&day].content, Content::Deleted, "the series took it back");
    assert_eq!(events(&items[&series])[0].start, at("20270306T190000"), "with its new time");
}

#[tokio::test]
async fn a_list_that_repeats_itself_is_left_in_words() {
    let graph = graph();
    for day in 1..=9 {
        graph.add_event(CALENDAR, &outlook("Cup", &format!("2027-04-0{day}T18:00:00"), &format!("2027-04-0{day}T20:00:00")));
    }
    graph.behave(|conduct| (conduct.loops, conduct.page_size) = (true, 3));
    let failure = listed(&*remote(&graph), From::Beginning).await.unwrap_err();
    assert!(matches!(&failure, RemoteFailure::Later { reason, .. } if reason.contains("repeats")), "{failure:?}");
    assert!(graph.counts().all() < 10, "and soon");
}

#[tokio::test]
async fn a_place_that_is_forgotten_means_from_the_beginning() {
    let graph = graph();
    let remote = remote(&graph);
    let (_, token, _) = listed(&*remote, From::Beginning).await.unwrap();
    for forgets in [Forgets::Gone, Forgets::SyncState] {
        graph.behave(|conduct| conduct.forgets = Some(forgets));
        assert_eq!(listed(&*remote, From::Token(&token)).await.unwrap_err(), RemoteFailure::TokenExpired, "{forgets:?}");
    }
    graph.behave(|conduct| conduct.forgets = None);
    assert!(listed(&*remote, From::Token(&token)).await.is_ok(), "else it is known");
    graph.behave(|conduct| conduct.now = Some(NOW + jiff::SignedDuration::from_hours(24 * 31)));
    assert_eq!(listed(&*remote, From::Token(&token)).await.unwrap_err(), RemoteFailure::TokenExpired, "a new month moves the window");
    assert_eq!(listed(&*remote, From::Token("{}")).await.unwrap_err(), RemoteFailure::TokenExpired, "and so does a token of another make");
}

#[tokio::test]
async fn a_calendar_that_is_gone_is_told_as_gone() {
    let graph = graph();
    let failure = remote(&graph).changes("AAMk+calendar/9==", From::Beginning).await.unwrap_err();
    assert!(matches!(failure, RemoteFailure::CalendarGone { .. }), "{failure:?}");
}

#[tokio::test]
async fn faults_on_the_way_are_told_and_nothing_of_them_is_used() {
    let graph = graph();
    graph.add_event(CALENDAR, &outlook("Cup", "2027-04-01T18:00:00", "2027-04-01T20:00:00"));
    let befalls = |fault| graph.behave(|conduct| conduct.faults.push_back(("", fault)));
    for fault in [Fault::Html, Fault::Cut, Fault::Lost, Fault::OutOfOrder, Fault::Throttled(None)] {
        befalls(fault);
        let failure = remote(&graph).changes(CALENDAR, From::Beginning).await.unwrap_err();
        assert!(matches!(&failure, RemoteFailure::Later { reason, after_seconds: None } if !reason.is_empty()), "{fault:?}: {failure:?}");
    }
    let remote = remote(&graph);
    befalls(Fault::Throttled(Some(120)));
    let asked = |failure: RemoteFailure| match failure {
        RemoteFailure::Later { after_seconds, .. } => after_seconds.unwrap_or(0),
        _ => 0,
    };
    assert_eq!(asked(remote.calendars().await.unwrap_err()), 120, "the pause that was asked for is told");
    graph.count_anew();
    assert!(asked(remote.calendars().await.unwrap_err()) > 100, "and kept");
    assert_eq!(graph.counts().all(), 0, "without asking");
}

#[tokio::test]
async fn a_read_that_is_in_conflict_with_itself_is_tried_again() {
    let graph = graph();
    graph.behave(|conduct| conduct.faults.extend([("GET", Fault::Conflict); 2]));
    assert_eq!(remote(&graph).calendars().await.unwrap().len(), 1, "it passes by the third try");
    graph.behave(|conduct| conduct.faults.extend([("GET", Fault::Conflict); 3]));
    let failure = remote(&graph).calendars().await.unwrap_err();
    assert!(matches!(failure, RemoteFailure::Later { .. }), "or later: {failure:?}");
}

#[tokio::test]
async fn a_token_that_ended_is_replaced_and_a_consent_that_ended_is_asked_for() {
    let graph = graph();
    let (remote, keeper) = connected(&graph, settings(&graph));
    graph.behave(|conduct| conduct.faults.push_back(("GET", Fault::TokenRefused)));
    assert!(remote.calendars().await.is_ok(), "a fresh token is fetched on the way");
    assert_eq!(keeper.0.lock().unwrap().len(), 2, "and its refresh token kept");
    graph.behave(|conduct| {
        conduct.invalid_grant = true;
        conduct.faults.push_back(("GET", Fault::TokenRefused));
    });
    let failure = remote.calendars().await.unwrap_err();
    assert!(matches!(failure, RemoteFailure::NeedsLogin { .. }), "{failure:?}");
}

#[tokio::test]
async fn no_more_than_four_requests_are_under_way() {
    let graph = graph();
    for title in 0..30 {
        graph.add_event(CALENDAR, &weekly(&title.to_string()));
    }
    graph.behave(|conduct| conduct.latency = Duration::from_millis(2));
    let (items, ..) = listed(&*remote(&graph), From::Beginning).await.unwrap();
    assert_eq!(items.len(), 30, "every series was read by itself");
    let most = graph.counts().most_at_once;
    assert!((2..=4).contains(&most), "{most} at once: more than one, and no more than Microsoft takes");
}

#[tokio::test]
async fn the_clock_of_the_server_is_known() {
    let graph = FakeGraph::start().unwrap();
    graph.behave(|conduct| conduct.clock_ahead = 3_600);
    let remote = remote(&graph);
    remote.calendars().await.unwrap();
    let minutes = remote.clock_ahead() / 60_000;
    assert!((59..=60).contains(&minutes), "{minutes} minutes ahead, where an hour was set");
    assert!(listed(&*remote, From::Beginning).await.unwrap().2, "which does no harm");
}

#[tokio::test]
async fn a_series_is_written_changed_and_deleted() {
    let graph = graph();
    let remote = remote(&graph);
    let mut master = season("game-1");
    master.recurrence.excluded = vec![at("20270320T180000")];
    let after = vec![master.clone(), exception("game-1", "20270313T180000", "Final")];
    let items = there(put(&*remote, Vec::new(), after.clone()).await);
    assert_eq!(all(&items), remote.held(&after), "it stands there as it can be held");
    assert_eq!(remote.find(CALENDAR, "game-1").await.unwrap(), items, "and is found by its UID");
    let days: Vec<i8> = graph.dates(&items[0].id).iter().map(|date| date.day()).collect();
    assert_eq!(days, [6, 13, 27, 3, 10], "on the dates that it has here");

    graph.count_anew();
    let same = there(put(&*remote, items.clone(), after.clone()).await);
    assert_eq!((same, graph.counts().writes()), (items.clone(), 0), "written again, nothing is written");

    let mut changed = after.clone();
    changed[0].place = "Hall 9".into();
    changed[1].place = "Hall 9".into();
    changed[0].recurrence.excluded.push(at("20270327T180000"));
    changed.push(exception("game-1", "20270403T180000", "Farewell"));
    let items = there(put(&*remote, items, changed.clone()).await);
    assert_eq!(all(&items), remote.held(&changed), "master, dates that differ and dates that are off");

    let mut plain = changed.clone();
    plain.truncate(2);
    let items = there(put(&*remote, items, plain.clone()).await);
    assert_eq!(remote.held(&all(&items)), remote.held(&plain), "a date that differs no more says what its series says");

    let mut later = plain;
    for event in &mut later {
        (event.start, event.end) =
            (event.start.moved_by(jiff::SignedDuration::from_hours(1)), event.end.moved_by(jiff::SignedDuration::from_hours(1)));
        event.recurrence_id = event.recurrence_id.map(|original| original.moved_by(jiff::SignedDuration::from_hours(1)));
    }
    later[0].recurrence.excluded =
        later[0].recurrence.excluded.iter().map(|date| date.moved_by(jiff::SignedDuration::from_hours(1))).collect();
    let items = there(put(&*remote, items, later.clone()).await);
    assert_eq!(all(&items), remote.held(&later), "Outlook forgets the dates of a series that is moved, and gets them again");

    let gone = there(put(&*remote, items.clone(), Vec::new()).await);
    assert!(gone.iter().all(|item| item.content == Content::Deleted) && gone.len() == items.len(), "deleted, all of it is gone");
    assert!(graph.events(CALENDAR).is_empty(), "there too");
    let again = there(put(&*remote, Vec::new(), vec![game("game-1")]).await);
    assert_eq!(all(&again), remote.held(&[game("game-1")]), "and can be made once more, though its name was used up");
}

#[tokio::test]
async fn what_somebody_changed_is_not_written_over() {
    let graph = graph();
    let remote = remote(&graph);
    let items = there(put(&*remote, Vec::new(), vec![season("game-1")]).await);
    let mut wanted = season("game-1");
    wanted.summary = "Mine".into();
    graph.edit_event(&graph.date_of(&items[0].id, date(2027, 3, 13)), &json!({ "subject": "Theirs" }));
    assert_eq!(put(&*remote, items.clone(), vec![wanted.clone()]).await, WriteOutcome::Changed, "one date of it was changed");
    let now = remote.fetch(CALENDAR, &[items[0].id.clone()]).await.unwrap();
    assert_eq!(now.len(), 2, "fetched anew, the date comes along");
    graph.behave(|conduct| conduct.faults.push_back(("PATCH", Fault::Conflict)));
    assert_eq!(put(&*remote, now.clone(), vec![wanted]).await, WriteOutcome::Changed, "changed between looking and writing");
    graph.delete_event(&items[0].id);
    assert_eq!(put(&*remote, now, vec![season("game-1")]).await, WriteOutcome::Changed, "it was deleted");
}

#[tokio::test]
async fn an_answer_that_was_lost_makes_nothing_twice() {
    let graph = graph();
    let remote = remote(&graph);
    let write = SeriesWrite {
        uid: "game-1".into(),
        before: Vec::new(),
        after: vec![season("game-1"), exception("game-1", "20270313T180000", "Final")],
    };
    for fault in [Fault::Lost, Fault::Cut] {
        graph.behave(|conduct| conduct.faults.push_back((if fault == Fault::Lost { "POST" } else { "PATCH" }, fault)));
        let failure = remote.write(CALENDAR, &write).await.unwrap_err();
        assert!(matches!(failure, RemoteFailure::Later { .. }), "{failure:?}");
    }
    assert_eq!(remote.find(CALENDAR, "game-1").await.unwrap().len(), 2, "what was made is found");
    let items = there(remote.write(CALENDAR, &write).await.unwrap());
    assert_eq!((all(&items), graph.events(CALENDAR).len()), (remote.held(&write.after), 1), "and stands there once");
}

#[tokio::test]
async fn what_microsoft_would_mail_people_about_is_left_alone() {
    let graph = graph();
    let mut meeting = outlook("Board", "2027-04-01T18:00:00", "2027-04-01T20:00:00");
    meeting["attendees"] = json!([
        { "type": "required", "emailAddress": { "address": "ann@example.org", "name": "Ann" } },
        { "type": "required", "emailAddress": { "address": "bob@example.org", "name": "Bob" } },
    ]);
    let id = graph.add_event(CALENDAR, &meeting);
    let remote_items = |remote: Arc<dyn CalendarRemote>, id: String| async move { remote.fetch(CALENDAR, &[id]).await.unwrap() };
    let careful = remote(&graph);
    let items = remote_items(Arc::clone(&careful), id.clone()).await;
    let mut wanted = all(&items);
    assert_eq!(
        put(&*careful, items.clone(), wanted.clone()).await,
        WriteOutcome::Written(items.clone()),
        "without a change there is nothing to mail"
    );
    wanted[0].place = "Hall 9".into();
    for after in [wanted.clone(), Vec::new()] {
        let WriteOutcome::Refused(words) = put(&*careful, items.clone(), after).await else { panic!("it is refused") };
        assert!(words.contains("2 people") && words.contains("Board"), "how many, and about what: {words}");
    }
    let mut bold = settings(&graph);
    bold["mail_attendees"] = json!(true);
    let bold = connected(&graph, bold).0;
    let written = there(put(&*bold, items, wanted).await);
    assert_eq!(
        (events(&written[0])[0].place.as_str(), events(&written[0])[0].attendees.len()),
        ("Hall 9", 2),
        "unless the organizer wants it"
    );
}

#[tokio::test]
async fn guests_of_ours_are_never_told_to_microsoft() {
    let graph = graph();
    let mut event = game("game-1");
    let person = |address: &str| calendar::Attendee {
        address: address.into(),
        name: String::new(),
        role: calendar::Role::Required,
        participation: calendar::Participation::NeedsAction,
    };
    (event.organizer, event.attendees) = (Some(person("club@example.org")), vec![person("ann@example.org")]);
    there(put(&*remote(&graph), Vec::new(), vec![event]).await);
    assert_eq!(graph.counts().with_attendees, 0, "no request had them");
}

#[tokio::test]
async fn a_date_that_was_off_comes_back_with_a_new_series_in_place_of_the_old() {
    let graph = graph();
    let remote = remote(&graph);
    let mut off = season("game-1");
    off.recurrence.excluded = vec![at("20270313T180000"), at("20270320T180000")];
    let items = there(put(&*remote, Vec::new(), vec![off.clone()]).await);
    off.recurrence.excluded.pop();
    graph.behave(|conduct| conduct.faults.push_back(("POST", Fault::Lost)));
    let write = SeriesWrite { uid: "game-1".into(), before: items.clone(), after: vec![off.clone()] };
    assert!(remote.write(CALENDAR, &write).await.is_err(), "the answer is lost while there are two");
    let now = there(remote.write(CALENDAR, &write).await.unwrap());
    assert_eq!((all(&now), graph.events(CALENDAR).len()), (remote.held(&[off]), 1), "the date is on, and the series there once");
    let old = now.iter().find(|item| item.id == items[0].id).map(|item| &item.content);
    assert_eq!(old, Some(&Content::Deleted), "the old one is told as gone");
}

#[tokio::test]
async fn what_was_called_off_says_so_until_outlook_says_otherwise() {
    let graph = graph();
    let remote = remote(&graph);
    let mut event = game("game-1");
    event.status = EventStatus::Cancelled;
    let items = there(put(&*remote, Vec::new(), vec![event.clone()]).await);
    assert_eq!(graph.events(CALENDAR)[0]["subject"], "Canceled: Game", "as Outlook writes it");
    assert_eq!(all(&items), remote.held(&[event]), "and it is read as called off");
    graph.edit_event(&items[0].id, &json!({ "subject": "Game" }));
    let now = remote.fetch(CALENDAR, &[items[0].id.clone()]).await.unwrap();
    assert_eq!(events(&now[0])[0].status, EventStatus::Confirmed, "reinstated there");
}

#[tokio::test]
async fn ten_thousand_events_are_mirrored_at_once() {
    let graph = graph();
    for number in 0..10_000 {
        let (month, day) = (number % 12 + 1, number / 12 % 28 + 1);
        graph.add_event(
            CALENDAR,
            &outlook(
                &format!("Game {number}"),
                &format!("2027-{month:02}-{day:02}T18:00:00"),
                &format!("2027-{month:02}-{day:02}T20:00:00"),
            ),
        );
    }
    let remote = remote(&graph);
    let begun = Instant::now();
    let (items, _, complete) = listed(&*remote, From::Beginning).await.unwrap();
    println!("10,000 events in {:?} and {} requests", begun.elapsed(), graph.counts().all());
    assert_eq!((items.len(), complete), (10_000, true), "all of them");
    assert!(graph.counts().all() < 50, "page by page");
}

#[tokio::test]
async fn a_browser_brings_the_consent_back() {
    let graph = graph();
    let account = account("microsoft", json!({ "client_id": "rollcall", "endpoint": graph.endpoint() }), &[]);
    let sign_in = connect::adapters().sign_in(&account).unwrap().unwrap();
    let page = sign_in.page().to_owned();
    for wanted in ["/common/oauth2/v2.0/authorize?", "code_challenge_method=S256", "offline_access", "Calendars.ReadWrite"] {
        assert!(page.contains(wanted), "{wanted} in {page}");
    }
    let port: u16 = graph.login_endpoint().rsplit(':').next().unwrap().parse().unwrap();
    let back = tokio::task::spawn_blocking(move || {
        let path = page.split_once(&format!(":{port}")).unwrap().1.to_owned();
        redirect(port, &path)
    })
    .await
    .unwrap();
    let granted = sign_in.pasted(&back).await.unwrap();
    assert_eq!(granted.address, "club@outlook.example", "whose account it is");
    assert_eq!(granted.secrets.keys().collect::<Vec<_>>(), ["refresh_token"], "a public client has no secret");
}

/// Where a page sends the browser.
fn redirect(port: u16, path: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").unwrap();
    let mut answer = vec![0; 8_192];
    let length = stream.read(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(answer.contains("X-Fake: graph"), "the fake says that it is one");
    answer.lines().find_map(|line| line.strip_prefix("Location: ")).unwrap().to_owned()
}

fn wall_clock() -> impl Strategy<Value = EventTime> {
    let zones = ["America/Chicago", "Europe/Vienna", "UTC", "Asia/Kolkata", "Australia/Sydney", "America/Detroit", "Africa/Nairobi"];
    (0..zones.len(), 0..700_i64, 0..24_i8, 0..4_i8, any::<bool>()).prop_map(move |(zone, day, hour, quarter, is_day)| {
        let day = date(2027, 1, 1).saturating_add(jiff::Span::new().days(day));
        if is_day { EventTime::Date(day) } else { EventTime::Zoned(day.at(hour, quarter * 15, 0, 0), Zone::parse(zones[zone]).unwrap()) }
    })
}

fn event() -> impl Strategy<Value = Event> {
    let texts = ("\\PC{0,20}", "[a-zé \n\r]{0,40}", "\\PC{0,20}", prop::collection::vec("[A-Za-z ]{0,8}", 0..3), "[a-z:/]{0,12}");
    let rules = [
        None,
        Some("FREQ=DAILY;COUNT=9"),
        Some("FREQ=WEEKLY;COUNT=5"),
        Some("FREQ=WEEKLY;INTERVAL=2;UNTIL=20290101"),
        Some("FREQ=MONTHLY;COUNT=4"),
        Some("FREQ=YEARLY;COUNT=2"),
        Some("FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=7"),
    ];
    let enums = (0..3_u8, 0..3_u8, any::<bool>(), 0..rules.len(), prop::option::of(0..200_i64));
    (wall_clock(), 0..72_i64, texts, enums, prop::collection::vec(0..6_i64, 0..3), 0..3_u8).prop_map(
        move |(start, hours, (summary, description, place, categories, url), (status, visibility, free, rule, alarm), off, _)| {
            let mut event = Event::new("game-1".into(), start, start.moved_by(jiff::SignedDuration::from_hours(hours)));
            (event.summary, event.description, event.place, event.categories) = (summary, description, place, categories);
            (event.url, event.video_link) = (url.clone(), url);
            event.status = [EventStatus::Confirmed, EventStatus::Tentative, EventStatus::Cancelled][usize::from(status)];
            event.visibility = [Visibility::Public, Visibility::Private, Visibility::Confidential][usize::from(visibility)];
            event.transparency = if free { Transparency::Transparent } else { Transparency::Opaque };
            event.recurrence.rule = rules[rule].map(str::to_owned);
            event.recurrence.excluded = if rules[rule].is_some() {
                off.iter().map(|days| start.moved_by(jiff::SignedDuration::from_hours(24 * 7 * (days + 1)))).collect()
            } else {
                Vec::new()
            };
            event.alarms = alarm
                .map(|minutes| calendar::Alarm { action: "AUDIO".into(), trigger: format!("-PT{minutes}M"), other: Vec::new() })
                .into_iter()
                .collect();
            event
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn what_is_held_is_what_stands_there(event in event(), moved in 0..3_i64) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let graph = graph();
            let remote = remote(&graph);
            let mut series = vec![event.clone()];
            let first = remote.held(&series).into_iter().next().unwrap();
            if first.recurrence.rule.is_some() && moved > 0 {
                let mut exception = calendar::edit::occurrence_event(&calendar::recurrence::Series::single(event.clone()), event.start);
                (exception.summary, exception.status) = (format!("Moved {moved}"), EventStatus::Confirmed);
                series.push(exception);
            }
            let held = remote.held(&series);
            prop_assert_eq!(remote.held(&held), held.clone(), "what is held is held");
            match put(&*remote, Vec::new(), series.clone()).await {
                WriteOutcome::Written(items) => {
                    prop_assert_eq!(all(&items), held.clone(), "as it was written");
                    prop_assert_eq!(all(&remote.find(CALENDAR, "game-1").await.unwrap()), held.clone(), "and as it is read");
                    let (listed, ..) = listed(&*remote, From::Beginning).await.unwrap();
                    prop_assert_eq!(all(&listed.into_values().collect::<Vec<_>>()), held, "and as it is listed");
                    prop_assert_eq!(remote.held(&series), remote.held(&all(&items)), "so that nothing is left to write");
                    prop_assert_eq!(graph.events(CALENDAR).len(), 1, "once");
                }
                WriteOutcome::Refused(words) => prop_assert!(event.recurrence.rule.is_some(), "only repetitions are refused: {words}"),
                WriteOutcome::Changed => prop_assert!(false, "nobody else was there"),
            }
            Ok(())
        })?;
    }
}
