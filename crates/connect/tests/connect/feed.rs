use std::sync::{Arc, Mutex};

use calendar::remote::{Access, CalendarRemote, Changes, Content, From, Next, RemoteFailure, SeriesWrite, WriteOutcome};
use serde_json::json;
use testkit::http::Request;
use testkit::scripted_http::{Reply, ScriptedHttp};

use crate::caldav::servers::open;

/// What makes the address a secret.
const KEY: &str = "private-planted-key";

/// A published feed whose answer the test changes.
struct Published {
    server: ScriptedHttp,
    reply: Arc<Mutex<Reply>>,
    remote: Arc<dyn CalendarRemote>,
}

impl Published {
    fn start(reply: Reply) -> Self {
        let reply = Arc::new(Mutex::new(reply));
        let answers = Arc::clone(&reply);
        let server = ScriptedHttp::start(move |_| answers.lock().unwrap().clone()).unwrap();
        let remote = open("feed", json!({}), &[("url", &server.url(&format!("/{KEY}/basic.ics")))]).unwrap();
        Self { server, reply, remote }
    }

    fn answers(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }

    async fn changes(&self, token: &str) -> Changes {
        self.remote.changes("feed", if token.is_empty() { From::Beginning } else { From::Token(token) }).await.unwrap()
    }

    async fn failure(&self, token: &str) -> RemoteFailure {
        let failure = self.remote.changes("feed", From::Token(token)).await.unwrap_err();
        let words = failure.to_string();
        assert!(!words.contains(KEY) && words.contains("127.0.0.1"), "words name the host and nothing more: {words}");
        failure
    }

    fn last(&self) -> Request {
        self.server.requests().pop().unwrap()
    }
}

fn game(uid: &str, hour: u32) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261101T080000Z\r\nDTSTART;TZID=Mars Time:20270314T{hour}0000\r\nSUMMARY:Game {uid}\r\nEND:VEVENT\r\n"
    )
}

fn feed(events: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Games\r\nX-WR-TIMEZONE:America/Denver\r\n{events}END:VCALENDAR\r\n")
}

fn token(changes: &Changes) -> (String, bool) {
    match &changes.next {
        Next::Done { token, complete } => (token.clone(), *complete),
        Next::Page(_) => panic!("a feed has no pages"),
    }
}

#[tokio::test]
async fn a_feed_is_one_calendar_that_is_only_read() {
    let published = Published::start(Reply::new(200).body(feed(&(game("1", 13) + &game("2", 14)))));
    let [calendar] = published.remote.calendars().await.unwrap().try_into().unwrap();
    let told = (calendar.name.as_str(), calendar.zone.as_str(), calendar.access);
    assert_eq!(told, ("Games", "America/Denver", Access::Reader), "as it says of itself");
    let changes = published.changes("").await;
    assert_eq!((changes.items.len(), token(&changes).1), (2, true), "all that is in it");
    let Content::Events(events) = &changes.items[0].content else { panic!("{:?}", changes.items[0]) };
    assert_eq!(events[0].start.zone().unwrap().as_str(), "America/Denver", "a zone that nobody knows is read as the feed's own");
    assert_eq!(published.remote.held(events), *events, "it is held as it is told");
    let fetched = published.remote.fetch("feed", &["2".to_owned(), "3".to_owned()]).await.unwrap();
    assert_eq!((&fetched[0], &fetched[1].content), (&changes.items[1], &Content::Deleted), "one of it, and one that is not in it");
    let write = SeriesWrite { uid: "1".to_owned(), before: Vec::new(), after: Vec::new() };
    assert!(matches!(published.remote.write("feed", &write).await, Ok(WriteOutcome::Refused(_))), "nothing is written");
    assert!(published.remote.create_calendar("x", "", "").await.is_err(), "nothing is made");
    let named = open("feed", json!({ "url": published.server.url("/a.ics"), "name": "Ours" }), &[]).unwrap();
    assert_eq!(named.calendars().await.unwrap()[0].name, "Ours", "the organizer's name for it goes first");
}

#[tokio::test]
async fn what_did_not_change_is_not_told_again() {
    let body = feed(&game("1", 13));
    let published = Published::start(
        Reply::new(200).header("ETag", "\"v1\"").header("Last-Modified", "Sat, 14 Nov 2026 10:00:00 GMT").body(body.clone()),
    );
    let (first, _) = token(&published.changes("").await);
    published.answers(Reply::new(304));
    let same = published.changes(&first).await;
    assert_eq!((same.items.len(), token(&same)), (0, (first.clone(), false)), "304: nothing, and nothing is gone");
    let asked = published.last();
    let conditions = (asked.header("if-none-match"), asked.header("if-modified-since"));
    assert_eq!(conditions, (Some("\"v1\""), Some("Sat, 14 Nov 2026 10:00:00 GMT")), "it was asked whether it changed");
    published.answers(Reply::new(200).body(body.replace("20261101T080000Z", "20261109T080000Z")));
    let stamped = published.changes(&first).await;
    assert_eq!((stamped.items.len(), token(&stamped).1), (0, false), "only stamps are new");
    published.answers(Reply::new(200).body(feed(&(game("1", 15) + &game("2", 14)))));
    let changed = published.changes(&first).await;
    assert_eq!((changed.items.len(), token(&changed).1), (2, true), "a time changed, and an event came");
    published.answers(Reply::new(200).body(feed(&game("2", 14))));
    let fewer = published.changes(&token(&changed).0).await;
    assert_eq!((fewer.items.len(), token(&fewer).1), (1, true), "what is not in a whole feed is gone");
    let unknown = published.remote.changes("feed", From::Token("junk")).await.unwrap_err();
    assert_eq!(unknown, RemoteFailure::TokenExpired, "a token of something else means nothing");
}

#[tokio::test]
async fn a_bad_answer_deletes_nothing() {
    let whole = feed(&(game("1", 13) + &game("2", 14)));
    let published = Published::start(Reply::new(200).body(whole.clone()));
    let (seen, _) = token(&published.changes("").await);
    for reply in [
        Reply::new(200).body(whole.get(..whole.len() / 2).unwrap()),
        Reply::new(200).header("Content-Length", (whole.len() + 100).to_string()).body(whole.clone()),
        Reply::new(200).body(whole.clone()).cut_after(200),
        Reply::new(200).header("Content-Type", "text/html; charset=utf-8").body("<!DOCTYPE html><title>Sign in</title>"),
        Reply::new(200).body("<html>Sign in</html>"),
        Reply::new(200).body(""),
        Reply::new(204),
        Reply::new(500).body(whole.clone()),
        Reply::new(403),
    ] {
        published.answers(reply.clone());
        let failure = published.failure(&seen).await;
        assert!(matches!(failure, RemoteFailure::Later { .. }), "{reply:?}: {failure:?}");
    }
    published.answers(Reply::new(429).header("Retry-After", "90"));
    assert!(matches!(published.failure(&seen).await, RemoteFailure::Later { after_seconds: Some(90), .. }), "when to ask again is told");
    for status in [404, 410] {
        published.answers(Reply::new(status));
        assert!(matches!(published.failure(&seen).await, RemoteFailure::CalendarGone { .. }), "{status}: it is published no more");
    }
    published.answers(Reply::new(401));
    assert!(matches!(published.failure(&seen).await, RemoteFailure::NeedsLogin { .. }), "the address is no longer enough");
}

#[tokio::test]
async fn a_feed_that_moved_is_followed_and_its_address_is_told_to_nobody() {
    let there = ScriptedHttp::start(|_| Reply::new(200).body(feed(&game("1", 13)))).unwrap();
    let published = Published::start(Reply::new(302).header("Location", there.url("/new.ics").replace("127.0.0.1", "localhost")));
    assert_eq!(published.changes("").await.items.len(), 1, "it is elsewhere now");
    let told: Vec<_> = there.requests()[0].headers.iter().map(|(_, value)| value.clone()).collect();
    assert!(told.iter().all(|value| !value.contains(KEY)), "where it came from is not said: {told:?}");
    let wrong = open("feed", json!({}), &[("url", &format!("ftp://club.example/{KEY}"))]).err().unwrap();
    assert!(!wrong.contains(KEY), "nor in words about a wrong one: {wrong}");
}
