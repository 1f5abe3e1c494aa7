use std::sync::atomic::{AtomicUsize, Ordering};

use calendar::remote::{Content, From, Next, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome};
use serde_json::json;
use testkit::scripted_http::{Reply, ScriptedHttp};

use super::scripted::{PASSWORD, Scripted, entry, found, list};
use super::servers::{events, events_of, file, listing, new, open};

/// What `changes` says when every request is answered so.
async fn failure(reply: Reply) -> RemoteFailure {
    let scripted = Scripted::start(move |_| Some(reply.clone()));
    let failure = scripted.remote.changes(&scripted.calendar, From::Beginning).await.unwrap_err();
    let words = failure.to_string();
    assert!(!words.contains(PASSWORD) && !words.contains("http"), "words hold neither password nor address: {words}");
    failure
}

#[tokio::test]
async fn what_a_server_says_is_understood_once() {
    let login = failure(Reply::new(401).header("WWW-Authenticate", "Basic realm=\"x\"")).await;
    assert!(matches!(&login, RemoteFailure::NeedsLogin { reason } if reason.contains("app password")), "{login:?}");
    let digest = failure(Reply::new(401).header("WWW-Authenticate", "Digest realm=\"x\", nonce=\"y\"")).await;
    assert!(matches!(&digest, RemoteFailure::NeedsLogin { reason } if reason.contains("way of logging in")), "{digest:?}");
    let throttled = failure(Reply::new(429).header("Retry-After", "77")).await;
    assert!(matches!(throttled, RemoteFailure::Later { after_seconds: Some(77), .. }), "{throttled:?}");
    let busy = failure(Reply::new(503)).await;
    assert!(matches!(busy, RemoteFailure::Later { after_seconds: None, .. }), "{busy:?}");
    for reply in [
        Reply::new(500).body("out of memory"),
        Reply::new(207).body("<html>"),
        Reply::new(200).body("<html>Log in to the hotel's network</html>"),
        Reply::new(207)
            .body(r#"<!DOCTYPE x [<!ENTITY a "b">]><d:multistatus xmlns:d="DAV:"><d:sync-token>&a;</d:sync-token></d:multistatus>"#),
        list(&entry("/c/1.ics", "<d:getetag>1</d:getetag>")),
        list("<d:sync-token>t</d:sync-token>").cut_after(150),
    ] {
        let failure = failure(reply.clone()).await;
        assert!(matches!(failure, RemoteFailure::Later { .. }), "{reply:?}: {failure:?}");
    }
    let gone = failure(Reply::new(404)).await;
    assert!(matches!(gone, RemoteFailure::CalendarGone { .. }), "{gone:?}");
}

#[tokio::test]
async fn a_server_without_tokens_is_compared_by_its_tag_and_listed_whole() {
    static TAG: AtomicUsize = AtomicUsize::new(1);
    let scripted = Scripted::start(|request| match (request.method.as_str(), request.header("depth")) {
        ("REPORT", _) if request.text().contains("sync-collection") => Some(Reply::new(501)),
        ("PROPFIND", Some("0")) => Some(found("/c/", &format!("<s:getctag>tag-{}</s:getctag>", TAG.load(Ordering::SeqCst)))),
        ("PROPFIND", _) => {
            let itself = entry("/c/", "<d:resourcetype><d:collection/></d:resourcetype>");
            Some(list(&(itself + &entry("/c/1.ics", "<d:getetag>\"1\"</d:getetag><d:resourcetype/>"))))
        }
        _ => None,
    });
    let (items, token, complete) = listing(&*scripted.remote, &scripted.calendar, From::Beginning).await;
    assert_eq!((items[0].id.as_str(), items[0].etag.as_str(), items.len(), complete), ("/c/1.ics", "\"1\"", 1, true), "all of it");
    let (items, again, complete) = listing(&*scripted.remote, &scripted.calendar, From::Token(&token)).await;
    assert_eq!((items.len(), &again, complete), (0, &token, false), "the tag is the same, and nothing is said of what is not listed");
    TAG.store(2, Ordering::SeqCst);
    let (items, _, complete) = listing(&*scripted.remote, &scripted.calendar, From::Token(&token)).await;
    assert_eq!((items.len(), complete), (1, true), "another tag, another listing");
}

#[tokio::test]
async fn a_listing_that_stops_in_the_middle_goes_on() {
    let scripted = Scripted::start(|request| {
        let text = request.text();
        let page = if text.contains(">t1<") { 2 } else { 1 };
        let stopped = "<d:response><d:href>/c/</d:href><d:status>HTTP/1.1 507 Insufficient Storage</d:status></d:response>";
        let item = entry(&format!("/c/{page}.ics"), "<d:getetag>1</d:getetag>");
        text.contains("sync-collection")
            .then(|| list(&format!("{item}{}<d:sync-token>t{page}</d:sync-token>", if page == 1 { stopped } else { "" })))
    });
    let first = scripted.remote.changes(&scripted.calendar, From::Beginning).await.unwrap();
    assert!(matches!(first.next, Next::Page(_)), "there is more: {:?}", first.next);
    let (items, _, complete) = listing(&*scripted.remote, &scripted.calendar, From::Beginning).await;
    assert_eq!((items.len(), complete), (2, true), "both pages together are everything");
}

#[tokio::test]
async fn what_a_server_passes_over_in_silence_is_asked_for_by_itself() {
    let scripted = Scripted::start(|request| match (request.method.as_str(), request.path.as_str()) {
        ("REPORT", _) => Some(list("")),
        ("GET", "/c/1.ics") => Some(Reply::new(200).header("ETag", "W/\"1\"").body(file("1", "SUMMARY:One"))),
        _ => None,
    });
    let items = scripted.remote.fetch(&scripted.calendar, &["/c/1.ics".to_owned(), "/c/2.ics".to_owned()]).await.unwrap();
    assert_eq!((events_of(&items[0])[0].summary.as_str(), items[0].etag.as_str()), ("One", "\"1\""), "it is there");
    assert_eq!(items[1].content, Content::Deleted, "this one the server says is not there");
}

#[tokio::test]
async fn an_answer_to_a_write_is_understood_once() {
    let event = || new("a@x", events(&file("a@x", "SUMMARY:A")));
    let condition = |name: &str, words: &str| {
        format!("<d:error xmlns:d=\"DAV:\"><d:{name}/><d:responsedescription>{words}</d:responsedescription></d:error>")
    };
    for (reply, expected) in [
        (Reply::new(507), "no room"),
        (Reply::new(413), "larger"),
        (Reply::new(403).body(condition("need-privileges", "")), "need privileges"),
        (Reply::new(412).body(condition("valid-calendar-data", "Not a valid file.")), "Not a valid file"),
        (Reply::new(409).body(condition("no-uid-conflict", "")), "another calendar"),
        (Reply::new(400).body("Bad Request"), "Bad Request"),
    ] {
        let scripted = Scripted::start(move |request| (request.method == "PUT").then(|| reply.clone()));
        let outcome = scripted.remote.write(&scripted.calendar, &event()).await.unwrap();
        assert!(matches!(&outcome, WriteOutcome::Refused(words) if words.contains(expected)), "{expected}: {outcome:?}");
    }
    for (reply, seconds) in
        [(Reply::new(429).header("Retry-After", "5"), Some(5)), (Reply::new(502), None), (Reply::new(201).cut_after(10), None)]
    {
        let scripted = Scripted::start(move |request| (request.method == "PUT").then(|| reply.clone()));
        let failure = scripted.remote.write(&scripted.calendar, &event()).await.unwrap_err();
        assert!(matches!(failure, RemoteFailure::Later { after_seconds, .. } if after_seconds == seconds), "{failure:?}");
        let puts = scripted.asked().iter().filter(|asked| asked.starts_with("PUT")).count();
        assert_eq!(puts, 1, "nothing is written twice by itself");
    }
}

#[tokio::test]
async fn a_write_that_tells_no_version_is_looked_at() {
    let ours = file("a@x", "SUMMARY:A\r\nSTATUS:CONFIRMED");
    for (there, expected) in [(ours.clone(), true), (file("a@x", "SUMMARY:Another was faster"), false)] {
        let scripted = Scripted::start(move |request| match request.method.as_str() {
            "PUT" => Some(Reply::new(201)),
            "GET" => Some(Reply::new(200).header("ETag", "\"7\"").body(there.clone())),
            _ => None,
        });
        let outcome = scripted.remote.write(&scripted.calendar, &new("a@x", events(&ours))).await.unwrap();
        match outcome {
            WriteOutcome::Written(items) => assert!(expected && items[0].etag == "\"7\"", "{items:?}"),
            other => assert!(!expected && other == WriteOutcome::Changed, "{other:?}"),
        }
    }
}

#[tokio::test]
async fn without_versions_nothing_is_written_over() {
    let scripted = Scripted::start(|_| None);
    let before = vec![RemoteItem { id: "/c/1.ics".to_owned(), content: Content::Events(Vec::new()), ..RemoteItem::default() }];
    let write = SeriesWrite { before, ..new("a@x", events(&file("a@x", "SUMMARY:A"))) };
    let outcome = scripted.remote.write(&scripted.calendar, &write).await.unwrap();
    assert!(matches!(&outcome, WriteOutcome::Refused(words) if words.contains("ETag")), "{outcome:?}");
    assert!(scripted.asked().is_empty(), "nothing was asked: {:?}", scripted.asked());
}

#[tokio::test]
async fn calendars_are_found_from_the_well_known_address_by_way_of_the_principal() {
    let scripted = Scripted::start(|request| match request.path.as_str() {
        "/" => Some(Reply::new(404)),
        "/.well-known/caldav" => Some(Reply::new(301).header("Location", "/dav")),
        "/dav" if request.header("authorization").is_some() => {
            Some(found("/dav", "<d:current-user-principal><d:href>/dav/principals/alice/</d:href></d:current-user-principal>"))
        }
        "/dav/principals/alice/" => {
            Some(found("/dav/principals/alice/", "<c:calendar-home-set><d:href>/dav/home</d:href></c:calendar-home-set>"))
        }
        "/dav/home/" => {
            Some(found("/dav/home/games/", "<d:resourcetype><c:calendar/></d:resourcetype><d:displayname>Games</d:displayname>"))
        }
        _ => Some(Reply::new(401)),
    });
    let calendars = scripted.remote.calendars().await.unwrap();
    let told: Vec<_> = calendars.iter().map(|calendar| (calendar.name.as_str(), calendar.id.as_str())).collect();
    assert_eq!(told, [("Games", scripted.server.url("/dav/home/games/").as_str())], "one step after the other");
    let shown = scripted.server.requests().into_iter().filter(|request| request.path.starts_with("/.well-known"));
    assert!(shown.into_iter().all(|request| request.header("authorization").is_none()), "who asks is shown only where it leads");
}

#[tokio::test]
async fn a_password_goes_to_the_server_it_is_for() {
    let thief = ScriptedHttp::start(|_| list("")).unwrap();
    let elsewhere = thief.url("/c/").replace("127.0.0.1", "localhost");
    let scripted = Scripted::start(move |_| Some(Reply::new(302).header("Location", &elsewhere)));
    let failure = scripted.remote.changes(&scripted.calendar, From::Beginning).await.unwrap_err();
    assert!(matches!(&failure, RemoteFailure::Refused { reason } if reason.contains("localhost")), "{failure:?}");
    assert!(thief.requests().is_empty(), "the other one was not asked");
}

#[test]
fn settings_that_cannot_work_are_told_in_words() {
    for (settings, expected) in [
        (json!({ "url": "http://club.example", "user": "anna" }), "https"),
        (json!({ "url": "https://anna:pw@club.example", "user": "anna" }), "own fields"),
        (json!({ "user": "anna" }), "url"),
        (json!({ "url": "https://club.example", "user": "anna" }), "password"),
    ] {
        let told = open("caldav", settings, &[]).err().expect("it cannot work");
        assert!(told.contains(expected), "{expected}: {told}");
    }
}
