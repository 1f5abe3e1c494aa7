//! A feed whose server answers with anything but the feed.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use engine::sync::view::{AccountSynced, CalendarAccountForm, CalendarAccountView};
use engine::vault::Vault;
use engine::{Engine, sync};
use jiff::SignedDuration;
use store::event_version;
use testkit::scripted_http::{Reply, ScriptedHttp};

use crate::sandbox::Keychain;
use crate::sync::world::Ticking;

/// What makes the address a secret.
const KEY: &str = "private-planted-key";
/// What is read of each trouble; made anew with `ROLLCALL_UPDATE_WORDS=1`.
const WORDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sync/failing/words/feed.txt");

struct World {
    server: ScriptedHttp,
    reply: Arc<Mutex<Reply>>,
    clock: Arc<Ticking>,
    engine: Engine,
    calendar: i64,
    _folder: tempfile::TempDir,
}

fn game(number: u32, place: &str) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:{number}@league\r\nDTSTART:20270{number}14T180000Z\r\nSUMMARY:Round {number}\r\nLOCATION:{place}\r\nEND:VEVENT\r\n"
    )
}

fn feed(places: &[&str]) -> String {
    let games: String = (4..).zip(places).map(|(number, place)| game(number, place)).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:League\r\n{games}END:VCALENDAR\r\n")
}

fn published(text: &str) -> Reply {
    let etag = format!("\"{}\"", text.len());
    let reply = Reply::new(200).header("Content-Type", "text/calendar").header("ETag", &etag);
    reply.header("Last-Modified", "Sun, 28 Feb 2027 08:00:00 GMT").body(text)
}

impl World {
    async fn new() -> Self {
        let reply = Arc::new(Mutex::new(published(&feed(&["North", "South", "East"]))));
        let answers = Arc::clone(&reply);
        let server = ScriptedHttp::start(move |_| answers.lock().expect("the answer").clone()).expect("a free port");
        let (folder, clock) = (tempfile::tempdir().expect("a folder"), Ticking::at("2027-03-01T09:00:00Z"));
        let (data, state) = (folder.path().join("data"), folder.path().join("state"));
        let vault = Vault::keychain(Keychain::default().store());
        let engine =
            Engine::open_with_state(&data, &state, clock.clone(), vec![connect::adapters()], vault).await.expect("the engine opens");
        let form = CalendarAccountForm::Feed { label: "League".into(), url: server.url(&format!("/{KEY}/basic.ics")) };
        let account = sync::connect(&engine, form).await.expect("it connects").account;
        let listed = sync::mirror_calendars(&engine, &account, &["feed".to_owned()]).await.expect("it is mirrored");
        let calendar = listed.first().expect("the feed").calendar.parse().expect("a row");
        let world = Self { server, reply, clock, engine, calendar, _folder: folder };
        world.sync().await;
        assert_eq!(world.here().await, ["Round 4, North", "Round 5, South", "Round 6, East"], "the feed is here");
        world
    }

    fn answers(&self, reply: Reply) {
        *self.reply.lock().expect("the answer") = reply;
    }

    async fn sync(&self) -> AccountSynced {
        self.clock.advance(SignedDuration::from_mins(1));
        sync::sync(&self.engine, None).await.expect("it can be looked at").into_iter().next().expect("the account")
    }

    async fn shown(&self) -> CalendarAccountView {
        sync::named(&self.engine, "League").await.expect("the account")
    }

    async fn here(&self) -> Vec<String> {
        let calendar = self.calendar;
        let rows = self.engine.store().read(move |r| event_version::current_of_calendar(r, calendar)).await.expect("it can be read");
        let mut said: Vec<String> = rows.into_iter().map(|row| format!("{}, {}", row.content.summary, row.content.place)).collect();
        said.sort();
        said
    }

    async fn versions(&self) -> usize {
        let calendar = self.calendar;
        let count = self.engine.store().read(move |r| {
            let rows = store::event::of_calendar(r, calendar)?;
            rows.into_iter().map(|row| Ok(event_version::history(r, row)?.len())).sum::<anyhow::Result<usize>>()
        });
        count.await.expect("it can be read")
    }
}

fn troubles() -> Vec<(&'static str, Reply)> {
    let whole = feed(&["Elsewhere", "Elsewhere", "Elsewhere"]);
    let (kept, _) = whole.split_at(whole.find("BEGIN:VEVENT\r\nUID:5").expect("the second game"));
    let page = "<!doctype html><html><body>BEGIN:VCALENDAR is a line of it</body></html>";
    let head = published(&whole);
    vec![
        ("half a file", published(&whole).halved()),
        ("a file that ends between two events", published(kept)),
        ("a file cut within its body", published(&whole).cut_after(260)),
        ("an answer cut within its head", head.clone().cut_after(60)),
        ("a line that ends at once", Reply::nothing()),
        ("a web page", Reply::new(200).header("Content-Type", "text/html; charset=utf-8").body(page)),
        ("a web page that calls itself a calendar", published(page)),
        ("an empty body", published("")),
        ("a file too large", Reply::new(200).header("Content-Type", "text/calendar").header("Content-Length", "99000000")),
        ("404", Reply::new(404)),
        ("410", Reply::new(410)),
        ("401", Reply::new(401).header("WWW-Authenticate", "Basic realm=\"x\"")),
        ("403", Reply::new(403)),
        ("412", Reply::new(412)),
        ("429", Reply::new(429)),
        ("429, Retry-After: 600", Reply::new(429).header("Retry-After", "600")),
        (
            "503, Retry-After: a date",
            Reply::new(503).header("Date", "Mon, 01 Mar 2027 09:00:00 GMT").header("Retry-After", "Mon, 01 Mar 2027 09:10:00 GMT"),
        ),
        ("a way to another address without end", Reply::new(302).header("Location", "/again")),
    ]
}

#[tokio::test]
async fn every_trouble_of_a_feed_is_told_and_harms_nothing() {
    let mut read = String::new();
    for (name, reply) in troubles() {
        let world = World::new().await;
        let (here, versions) = (world.here().await, world.versions().await);
        world.answers(reply);
        let report = world.sync().await;
        let shown = world.shown().await;
        assert!(!shown.words.contains(KEY) && !report.calendars[0].problem.contains(KEY), "{name}: the address stays a secret");
        assert_eq!(report.calendars[0].problem, shown.calendars[0].problem, "{name}: the report says what is shown");
        assert_eq!((world.here().await, world.versions().await), (here, versions), "{name}: nothing was changed or deleted");
        write!(read, "{name}\n    {} {}\n", shown.state.word(), shown.words).expect("a string takes it");

        let asked = world.server.requests().len();
        let again = world.sync().await;
        let is_pause = name.contains("Retry-After");
        assert_eq!(world.server.requests().len() == asked, is_pause, "{name}: a pause that was asked for is kept");
        if is_pause {
            assert!(again.problem.contains("asked for a pause"), "{name}: and told: {}", again.problem);
            world.clock.advance(SignedDuration::from_mins(10));
        }
        world.answers(published(&feed(&["North", "Harbor"])));
        let report = world.sync().await;
        assert_eq!(report.problem, "", "{name}: the next look comes to its end");
        assert_eq!(world.here().await, ["Round 4, North", "Round 5, Harbor"], "{name}: what a whole feed no longer has is gone");
        assert_eq!((world.shown().await.state.word(), world.shown().await.words.as_str()), ("ok", ""), "{name}: the account is well");
    }
    if std::env::var_os("ROLLCALL_UPDATE_WORDS").is_some() {
        std::fs::write(WORDS, &read).expect("the words can be kept");
    }
    let kept = std::fs::read_to_string(WORDS).expect("the words are kept");
    for (now, before) in read.lines().zip(kept.lines()) {
        assert_eq!(now, before, "the organizer reads what was judged to be clear");
    }
    assert_eq!(read.lines().count(), kept.lines().count(), "of every trouble");
}

#[tokio::test]
async fn a_feed_that_did_not_change_is_well_whatever_the_clocks_say() {
    let world = World::new().await;
    let versions = world.versions().await;
    world.answers(Reply::new(304));
    let report = world.sync().await;
    assert_eq!((report.calendars[0].changes, report.calendars[0].problem.as_str()), (0, ""), "there is nothing new");
    assert_eq!((world.shown().await.state.word(), world.versions().await), ("ok", versions), "and nothing to tell");
    let asked = world.server.requests().pop().expect("a request");
    assert_eq!(asked.header("if-modified-since"), Some("Sun, 28 Feb 2027 08:00:00 GMT"), "the server's own time is shown to it again");
    assert!(asked.header("if-none-match").is_some(), "and its tag");
    assert!(!world.shown().await.calendars[0].synced_at.is_empty(), "it was looked at");
}
