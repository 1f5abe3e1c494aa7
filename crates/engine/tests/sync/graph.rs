//! Mirroring a calendar at Microsoft: the adapter itself, over HTTP, against the fake of Graph.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use calendar::Event;
use calendar::remote::{CalendarRemote, From, Next, RemoteItem};
use calendar::sync::Series;
use engine::calendars::view::{EventDraft, Scope};
use engine::calendars::{EventEdit, NewEvent, Surface};
use engine::sync;
use engine::sync::view::{AccountSynced, CalendarAccountForm};
use jiff::SignedDuration;
use jiff::civil::Date;
use mail::consent::SecretKeeper;
use mail::port::AccountConfig;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use secrecy::SecretString;
use serde_json::{Value, json};
use store::event_version;
use testkit::fake_graph::{CALENDAR, FakeGraph, Fault, Forgets};
use testkit::sandbox::{Opened, Sandbox};

struct World {
    graph: FakeGraph,
    opened: Opened,
    calendar: i64,
}

/// Keeps nothing: whoever only looks has no use for it.
struct Careless;

#[async_trait]
impl SecretKeeper for Careless {
    async fn keep(&self, _name: &str, _secret: SecretString) -> Result<(), String> {
        Ok(())
    }
}

impl World {
    async fn new() -> Self {
        let opened = Sandbox::new().with_adapters(connect::adapters()).open().await.expect("the engine opens");
        let graph = FakeGraph::start().expect("a free port");
        let form = CalendarAccountForm::Microsoft {
            label: "Club".into(),
            client_id: "rollcall".into(),
            tenant: String::new(),
            endpoint: graph.endpoint(),
            mail_attendees: false,
        };
        let page = sync::connect(&opened.engine, form).await.expect("consent is asked for").page;
        let account = sync::pasted(&opened.engine, &graph.consent(&page)).await.expect("consent is given");
        let listed = sync::mirror_calendars(&opened.engine, &account, &[CALENDAR.to_owned()]).await.expect("it is mirrored");
        let calendar = listed.iter().find_map(|listed| listed.calendar.parse().ok()).expect("a row");
        let world = Self { graph, opened, calendar };
        world.sync().await;
        world
    }

    /// Time goes on here and there.
    fn wait(&self, by: SignedDuration) {
        use engine::Clock as _;
        self.opened.clock.advance(by);
        let now = self.opened.clock.now();
        self.graph.behave(|conduct| conduct.now = Some(now));
    }

    async fn sync(&self) -> AccountSynced {
        self.wait(SignedDuration::from_secs(60));
        sync::sync(&self.opened.engine, None).await.expect("it can be looked at").into_iter().next().expect("the account")
    }

    async fn here(&self) -> BTreeMap<String, Series> {
        let calendar = self.calendar;
        let rows = self.opened.engine.store().read(move |r| event_version::current_of_calendar(r, calendar)).await.expect("it can be read");
        let mut events: BTreeMap<String, Vec<Event>> = BTreeMap::new();
        for row in rows {
            events.entry(row.content.uid.clone()).or_default().push(row.content);
        }
        events.into_iter().map(|(uid, events)| (uid, Series::of(events))).collect()
    }

    fn remote(&self) -> Arc<dyn CalendarRemote> {
        let account = AccountConfig {
            kind: "microsoft".into(),
            settings: json!({ "client_id": "rollcall", "endpoint": self.graph.endpoint() }),
            secrets: [("refresh_token".to_owned(), self.graph.refresh_token().into())].into(),
            ..AccountConfig::default()
        };
        connect::adapters().calendars(&account, Arc::new(Careless)).expect("the kind is known").expect("the settings are right")
    }

    /// Both sides say the same, in what Outlook can hold.
    async fn assert_same(&self, when: &str) {
        let (here, remote) = (self.here().await, self.remote());
        let mut items: Vec<RemoteItem> = Vec::new();
        let mut page = None;
        loop {
            let from = page.as_deref().map_or(From::Beginning, From::Page);
            let changes = remote.changes(CALENDAR, from).await.expect("it can be listed");
            items.extend(changes.items);
            match changes.next {
                Next::Page(next) => page = Some(next),
                Next::Done { .. } => break,
            }
        }
        let masters = items.iter().filter(|item| item.series.is_none());
        let mut there: BTreeMap<String, Series> = BTreeMap::new();
        for master in masters {
            let calendar::remote::Content::Events(events) = &master.content else { continue };
            let own = items.iter().filter(|item| item.id == master.id || item.series.as_ref() == Some(&master.id));
            let before = there.insert(events[0].uid.clone(), Series::from_items(&events[0].uid, own).expect("a whole series"));
            assert!(before.is_none(), "{} stands there once {when}", events[0].uid);
        }
        assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>(), "the same series stand on both sides {when}");
        for (uid, series) in here {
            let held = Series::of(remote.held(&series.to_events()));
            let there = Series::of(remote.held(&there[&uid].to_events()));
            assert!(held.says_the_same(&there), "{uid} says the same on both sides {when}\nhere {held:#?}\nthere {there:#?}");
        }
    }

    async fn create(&self, summary: &str, rule: &str) {
        let draft = EventDraft {
            summary: Some(summary.into()),
            start: Some("2027-03-06T18:00:00".into()),
            tzid: Some("Europe/Vienna".into()),
            rrule: Some(rule.into()).filter(|rule: &String| !rule.is_empty()),
            ..EventDraft::default()
        };
        let event = NewEvent { calendar: self.calendar.to_string(), draft };
        engine::calendars::create_events(&self.opened.engine, Surface::Window, vec![event]).await.expect("it is made");
    }

    async fn row(&self, uid: &str) -> Option<String> {
        let (calendar, uid) = (self.calendar, uid.to_owned());
        let rows = self.opened.engine.store().read(move |r| event_version::of_uid(r, calendar, &uid)).await.expect("it can be read");
        rows.into_iter().find(|row| row.row.recurrence_id.is_empty() && !row.row.deleted).map(|row| row.row.id.to_string())
    }

    /// Whether it could be changed: a date that is out cannot.
    async fn edit(&self, uid: &str, date: &str, draft: EventDraft) -> bool {
        let Some(id) = self.row(uid).await else { return false };
        let scope = if date.is_empty() { Scope::All } else { Scope::This };
        let edit = EventEdit { id, recurrence_id: date.to_owned(), scope, draft };
        engine::calendars::edit_event(&self.opened.engine, Surface::Window, edit).await.is_ok()
    }

    async fn delete(&self, uid: &str, date: &str) {
        let Some(id) = self.row(uid).await else { return };
        let scope = if date.is_empty() { Scope::All } else { Scope::This };
        drop(engine::calendars::delete_event(&self.opened.engine, Surface::Window, &id, date, scope).await);
    }
}

#[tokio::test]
async fn random_edits_here_and_in_outlook_end_the_same_on_both_sides() {
    walk(7, 120).await;
}

/// The long walk.
#[tokio::test]
#[ignore = "takes minutes: run by `cargo xtask test --faults`"]
async fn two_thousand_edits_here_and_in_outlook_end_the_same_on_both_sides() {
    walk(17, 2000).await;
}

async fn walk(seed: u64, edits: u32) {
    let mut random = StdRng::seed_from_u64(seed);
    let world = World::new().await;
    world.graph.behave(|conduct| conduct.page_size = 7);
    let mut typed: BTreeSet<String> = BTreeSet::new();
    for number in 0..edits {
        world.wait(SignedDuration::from_secs(60));
        if random.random_bool(0.5) {
            edit_here(&world, &mut random, number, &mut typed).await;
        } else {
            edit_there(&world, &mut random, number);
        }
        if random.random_bool(0.2) {
            let faults: Vec<Fault> = (0..random.random_range(0..3)).map(|_| fault(&mut random)).collect();
            let forgets = random.random_bool(0.1).then_some(Forgets::SyncState);
            world.graph.behave(|conduct| {
                conduct.faults.extend(faults.into_iter().map(|fault| ("", fault)));
                conduct.replays = !conduct.replays;
                conduct.forgets = forgets;
            });
            world.sync().await;
            world.graph.behave(|conduct| conduct.forgets = None);
        }
    }
    world.graph.behave(|conduct| conduct.faults.clear());
    for _ in 0..6 {
        world.wait(SignedDuration::from_hours(3));
        world.sync().await;
    }
    let written = world.graph.counts().writes();
    assert!(written > edits as usize / 8, "much was written on the way: {written}");
    world.graph.count_anew();
    let last = world.sync().await;
    assert_eq!(last.problem, "", "nothing is in the way (seed {seed})");
    assert_eq!(last.calendars.iter().map(|calendar| calendar.changes + calendar.written).sum::<u32>(), 0, "nothing is left to do");
    assert_eq!(world.graph.counts().writes(), 0, "and nothing is written (seed {seed})");
    world.assert_same(&format!("after {edits} edits (seed {seed})")).await;
    let history = history(&world).await;
    let lost: Vec<&String> = typed.iter().filter(|said| !history.contains(said.as_str())).collect();
    assert!(lost.is_empty(), "everything that was typed here is in the history: {lost:?}");
}

async fn history(world: &World) -> String {
    let calendar = world.calendar;
    let read = move |r: &store::Reader<'_>| {
        let mut said = String::new();
        for row in store::event::of_calendar(r, calendar)? {
            for version in event_version::history(r, row)? {
                said += &version.content.summary;
                said += &version.content.place;
            }
        }
        Ok(said)
    };
    world.opened.engine.store().read(read).await.expect("it can be read")
}

fn fault(random: &mut StdRng) -> Fault {
    let all = [
        Fault::Lost,
        Fault::Lost,
        Fault::Cut,
        Fault::Html,
        Fault::Throttled(None),
        Fault::OutOfOrder,
        Fault::Conflict,
        Fault::TokenRefused,
    ];
    all[random.random_range(0..all.len())]
}

async fn edit_here(world: &World, random: &mut StdRng, number: u32, typed: &mut BTreeSet<String>) {
    let said = format!("here{number}.");
    let all: Vec<String> = world.here().await.into_keys().collect();
    let date = format!("202703{:02}T180000", 6 + 7 * random.random_range(0..4));
    let kind = if all.is_empty() { 0 } else { random.random_range(0..9) };
    let uid = if all.is_empty() { "" } else { all[random.random_range(0..all.len())].as_str() };
    let summary = EventDraft { summary: Some(said.clone()), ..EventDraft::default() };
    let is_said = match kind {
        0 | 1 => {
            world.create(&said, ["", "FREQ=WEEKLY;COUNT=8", "FREQ=DAILY;COUNT=30"][random.random_range(0..3)]).await;
            true
        }
        2 => {
            world.delete(uid, "").await;
            false
        }
        3 => {
            world.delete(uid, &date).await;
            false
        }
        4 => world.edit(uid, &date, summary).await,
        5 => {
            let start = Some(format!("2027-03-06T{:02}:00:00", random.random_range(8..20)));
            world.edit(uid, "", EventDraft { start, ..EventDraft::default() }).await;
            false
        }
        6 => world.edit(uid, "", EventDraft { place: Some(said.clone()), ..EventDraft::default() }).await,
        _ => world.edit(uid, "", summary).await,
    };
    if is_said {
        typed.insert(said);
    }
}

fn edit_there(world: &World, random: &mut StdRng, number: u32) {
    let said = format!("there{number}.");
    let time = |text: String| json!({ "dateTime": text, "timeZone": "W. Europe Standard Time" });
    let hour = random.random_range(8..20);
    let (start, end) = (time(format!("2027-03-06T{hour:02}:00:00")), time(format!("2027-03-06T{:02}:00:00", hour + 2)));
    let all = world.graph.events(CALENDAR);
    let kind = if all.is_empty() { 0 } else { random.random_range(0..9) };
    if kind < 2 {
        let mut event = json!({ "subject": said, "start": start, "end": end });
        if kind == 0 {
            event["recurrence"] = json!({
                "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": ["saturday"], "firstDayOfWeek": "sunday" },
                "range": { "type": "numbered", "startDate": "2027-03-06", "numberOfOccurrences": 8 },
            });
        }
        world.graph.add_event(CALENDAR, &event);
        return;
    }
    let id = all[random.random_range(0..all.len())]["id"].as_str().unwrap_or_default().to_owned();
    let dates: Vec<Date> = world.graph.dates(&id);
    let date = (!dates.is_empty()).then(|| world.graph.date_of(&id, dates[random.random_range(0..dates.len())]));
    let subject: Value = json!({ "subject": said });
    match (kind, date) {
        (2, _) => world.graph.delete_event(&id),
        (3, Some(date)) => world.graph.delete_event(&date),
        (4, Some(date)) => world.graph.edit_event(&date, &subject),
        (5, _) => world.graph.edit_event(&id, &json!({ "start": start, "end": end })),
        (6, _) => world.graph.edit_event(&id, &json!({ "location": { "displayName": said } })),
        _ => world.graph.edit_event(&id, &subject),
    }
}

#[tokio::test]
async fn a_copy_that_somebody_makes_in_outlook_is_another_event() {
    let world = World::new().await;
    world.create("Home game", "").await;
    world.sync().await;
    let original = world.graph.events(CALENDAR).remove(0);
    let copy = world.graph.add_event(CALENDAR, &copied(&original, "Home game, again"));
    world.sync().await;
    let titles = |here: &BTreeMap<String, Series>| {
        let mut titles: Vec<String> = here.values().filter_map(Series::master).map(|event| event.summary.clone()).collect();
        titles.sort_unstable();
        titles
    };
    assert_eq!(titles(&world.here().await), ["Home game", "Home game, again"], "both are here, each as itself");
    world.graph.edit_event(original["id"].as_str().unwrap_or_default(), &json!({ "subject": "Away game" }));
    world.sync().await;
    let here = world.here().await;
    // Deleted and brought back, the original is not looked for in its copy.
    let (first, _) = here.iter().find(|(_, series)| series.master().is_some_and(|event| event.summary == "Away game")).expect("the first");
    let row = world.row(first).await.expect("a row");
    world.delete(first, "").await;
    world.sync().await;
    engine::calendars::restore_event(&world.opened.engine, &row, "", 2).await.expect("it is back here");
    world.sync().await;
    let (uid, _) =
        here.iter().find(|(_, series)| series.master().is_some_and(|event| event.summary == "Home game, again")).expect("a copy");
    world.edit(uid, "", EventDraft { place: Some("Arena".into()), ..EventDraft::default() }).await;
    world.sync().await;
    let there: BTreeSet<(String, String)> = world
        .graph
        .events(CALENDAR)
        .iter()
        .map(|event| [&event["subject"], &event["location"]["displayName"]].map(|text| text.as_str().unwrap_or_default().to_owned()))
        .map(|[title, place]| (title, place))
        .collect();
    let wanted = [("Away game", ""), ("Home game, again", "Arena")].map(|(title, place)| (title.to_owned(), place.to_owned()));
    assert_eq!(there, wanted.into(), "and each is changed for itself, from either side");
    let restored = world.graph.events(CALENDAR).into_iter().find(|event| event["subject"] == "Away game").expect("the first");
    world.graph.delete_event(restored["id"].as_str().unwrap_or_default());
    world.sync().await;
    assert_eq!(titles(&world.here().await), ["Home game, again"], "one goes without the other");
    world.graph.delete_event(&copy);
    world.sync().await;
    assert!(world.here().await.is_empty(), "and so does that one");
}

#[tokio::test]
async fn a_series_that_is_made_anew_stands_once_and_whole_whatever_gets_lost() {
    let world = World::new().await;
    for (method, lost) in [("DELETE", 1), ("POST", 1), ("PATCH", 1), ("GET", 3), ("GET", 5), ("GET", 8)] {
        world.create("Training", "FREQ=WEEKLY;COUNT=6").await;
        world.sync().await;
        let uid = world.here().await.into_keys().next().expect("a series");
        let named = EventDraft { summary: Some("Final".into()), ..EventDraft::default() };
        assert!(world.edit(&uid, "20270327T180000", named).await, "one date has a title of its own");
        for date in ["20270320T180000", "20270313T180000"] {
            world.delete(&uid, date).await;
            world.sync().await;
        }
        let id = world.row(&uid).await.expect("a row");
        engine::calendars::restore_event(&world.opened.engine, &id, "", 2).await.expect("one of two dates is back here");
        world.graph.behave(|conduct| conduct.faults.extend(std::iter::repeat_n((method, Fault::Lost), lost)));
        for _ in 0..lost + 2 {
            world.sync().await;
            world.wait(SignedDuration::from_hours(1));
        }
        world.graph.behave(|conduct| conduct.faults.clear());
        world.sync().await;
        let when = format!("after {lost} lost answers to {method}");
        let there = world.graph.events(CALENDAR);
        let count = |name: &str| there[0][name].as_array().map_or(0, Vec::len);
        let stands = (there.len(), count("cancelledOccurrences"), count("exceptionOccurrences"));
        assert_eq!(stands, (1, 1, 1), "it stands there once, without the other date and with its own title of one {when}");
        world.assert_same(&when).await;
        let clashes = world.opened.engine.store().read(|r| store::clash::open(r, 10)).await.expect("they can be read");
        assert!(clashes.is_empty(), "nobody is told of an edit that nobody made {when}: {clashes:?}");
        world.delete(&uid, "").await;
        world.sync().await;
    }
}

#[tokio::test]
async fn what_is_gone_under_one_name_and_there_under_another_is_the_same_event() {
    let world = World::new().await;
    world.create("Home game", "").await;
    world.sync().await;
    let uid = world.here().await.into_keys().next().expect("an event");
    let original = world.graph.events(CALENDAR).remove(0);
    world.graph.add_event(CALENDAR, &copied(&original, "Home game"));
    world.graph.delete_event(original["id"].as_str().unwrap_or_default());
    world.graph.add_event(CALENDAR, &json!({ "subject": "Party", "start": original["start"], "end": original["end"] }));
    // With a new month what is there is listed, page by page, and what is gone is found to be so only at the end.
    world.graph.behave(|conduct| conduct.page_size = 1);
    world.wait(SignedDuration::from_hours(24 * 40));
    world.sync().await;
    assert!(world.here().await.contains_key(&uid), "the event stays who it is");
    assert_eq!(world.here().await.len(), 2, "and stands here once, beside the other");
    let calendar = world.calendar;
    let rows = world.opened.engine.store().read(move |r| event_version::of_uid(r, calendar, &uid)).await.expect("it can be read");
    assert!(rows.iter().all(|row| !row.row.deleted), "and was never gone here: {rows:?}");
}

/// Outlook on a desktop copies what others put into an event along with it, and so the UID here.
fn copied(original: &Value, subject: &str) -> Value {
    let fields = ["start", "end", "singleValueExtendedProperties", "isReminderOn", "showAs"];
    let mut copy: Value = fields.iter().map(|name| ((*name).to_owned(), original[*name].clone())).collect();
    copy["subject"] = json!(subject);
    copy
}
