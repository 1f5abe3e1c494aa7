use std::collections::BTreeSet;
use std::fmt::Write as _;

use engine::sync;
use jiff::SignedDuration;
use serde_json::json;
use testkit::scripted_http::Reply;
use testkit::troubled_line::{Trouble, When};

use super::world::{Provider, World};

/// What is read of each trouble, a file a provider; made anew with `ROLLCALL_UPDATE_WORDS=1`.
const WORDS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sync/failing/words");
/// No look is tried more often until everything is right.
const LOOKS: usize = 60;

/// An answer of the provider's own that refuses.
fn refusal(provider: &Provider, status: u16, retry_after: Option<u64>) -> Reply {
    let (code, message) = match status {
        410 => ("fullSyncRequired", "Sync token is no longer valid, a full sync is required."),
        412 => ("conditionNotMet", "Precondition Failed"),
        429 => ("rateLimitExceeded", "Rate Limit Exceeded"),
        _ => ("backendError", "Backend Error"),
    };
    let reply = match provider {
        Provider::Google(_) => {
            let body = json!({ "error": { "code": status, "message": message, "errors": [{ "domain": "global", "reason": code }] } });
            Reply::new(status).header("Content-Type", "application/json").body(body.to_string())
        }
        Provider::Microsoft(_) => {
            let body = json!({ "error": { "code": code, "message": message } });
            Reply::new(status).header("Content-Type", "application/json").body(body.to_string())
        }
        Provider::Radicale(_) | Provider::Xandikos(_) => Reply::new(status).header("Content-Type", "text/plain").body(message),
    };
    retry_after.into_iter().fold(reply, |reply, seconds| reply.header("Retry-After", seconds.to_string()))
}

fn page() -> Reply {
    Reply::new(200)
        .header("Content-Type", "text/html; charset=utf-8")
        .header("ETag", "\"hotel\"")
        .body("<!doctype html><title>Hotel</title>")
}

/// What may come in the place of an answer, or befall it.
fn troubles(provider: &Provider) -> Vec<(&'static str, Trouble)> {
    let answered = |reply: Reply| Trouble::Answered(reply);
    vec![
        ("429", answered(refusal(provider, 429, None))),
        ("429, Retry-After: 600", answered(refusal(provider, 429, Some(600)))),
        ("503", answered(refusal(provider, 503, None))),
        ("410", answered(refusal(provider, 410, None))),
        ("412", answered(refusal(provider, 412, None))),
        ("304", answered(Reply::new(304))),
        ("a web page", answered(page())),
        ("an empty answer", answered(Reply::new(200))),
        ("an answer too large", answered(Reply::new(200).header("Content-Length", "99000000"))),
        ("cut before it is heard", Trouble::Unheard),
        ("cut before the answer", Trouble::Lost),
        ("cut within the head", Trouble::CutInHead),
        ("cut within the body", Trouble::CutInBody),
        ("half an answer", Trouble::Halved),
    ]
}

/// What the organizer reads of it, in a line.
async fn read(world: &World<'_>, report: &sync::view::AccountSynced) -> String {
    let shown = world.shown().await;
    let troubled = shown.calendars[0].troubled.iter().map(|event| format!(" [{}: {}]", event.summary, event.problem));
    let said = if shown.words.is_empty() { "" } else { " " };
    let read = format!("{}{said}{}{}", shown.state.word(), shown.words, troubled.collect::<String>());
    // At the first look both say the same.
    let reported = &report.calendars.last().expect("its calendar").problem;
    assert!(reported.is_empty() || read.contains(reported.as_str()), "the report says what the account shows: {reported}\n{read}");
    read
}

/// While every request is in trouble nothing changes on either side; afterwards everything is right.
async fn at_every_request(provider: &Provider, number: usize, name: &str, trouble: Trouble) -> String {
    let mut world = World::new(provider, &format!("Team {number}")).await;
    world.edit_both().await;
    let (here, there, versions, writes) = (world.here().await, world.there().await, world.versions().await, world.line.writes());
    world.line.trouble(When::Always, trouble);
    let report = world.sync().await;
    let words = read(&world, &report).await;
    let who = format!("{}, {name}", provider.name());
    assert!(!report.calendars[0].problem.is_empty(), "{who}: the report says that it did not come to its end");
    assert_eq!((world.here().await, world.versions().await), (here.clone(), versions), "{who}: nothing changed here");
    assert_eq!((world.there().await, world.line.writes()), (there.clone(), writes), "{who}: nothing was written there");
    assert_eq!(world.shown().await.calendars[0].waiting, 3, "{who}: the edits wait");

    let is_pause = name.contains("Retry-After");
    let requests = world.line.requests();
    world.restart().await;
    let again = world.sync().await;
    assert_eq!(world.line.requests() == requests, is_pause, "{who}: a pause that was asked for is kept, also after a restart");
    if is_pause {
        assert!(again.problem.contains("asked for a pause"), "{who}: the report says why: {}", again.problem);
        assert!(again.problem.contains("10:11"), "{who}: and until when: {}", again.problem);
        world.wait(SignedDuration::from_mins(10));
    }
    world.line.mend();
    let report = world.sync().await;
    assert_eq!(report.problem, "", "{who}: the next look comes to its end");
    world.assert_right(&format!("after {name} at every request")).await;
    words
}

/// While every write is in trouble, what changed there comes here; afterwards everything is right.
async fn at_every_write(provider: &Provider, number: usize, name: &str, trouble: Trouble) -> String {
    let mut world = World::new(provider, &format!("Team {number}")).await;
    world.edit_both().await;
    world.line.trouble(When::AtWrites, trouble);
    let report = world.sync().await;
    let words = read(&world, &report).await;
    let who = format!("{}, {name} at every write", provider.name());
    let here: BTreeSet<String> = world.here().await.into_iter().map(|(summary, _)| summary).collect();
    assert!(here.contains("Late party") && here.contains("Picnic"), "{who}: what changed there is here: {here:?}");
    assert!(here.contains("Match") && !here.contains("Old"), "{who}: what changed here stands: {here:?}");
    world.restart().await;
    world.line.mend();
    // What was put off is tried again in its own time.
    world.wait(SignedDuration::from_mins(11));
    let report = world.sync().await;
    assert_eq!(report.problem, "", "{who}: the next look comes to its end");
    world.assert_right(&format!("after {name} at every write")).await;
    words
}

/// Each request, whatever it is, meets the trouble once.
async fn at_each_request_once(provider: &Provider, number: usize, name: &str, trouble: Trouble) {
    let mut world = World::new(provider, &format!("Team {number}")).await;
    world.edit_both().await;
    world.line.trouble(When::AtFirst, trouble);
    let who = format!("{}, {name} at each request once", provider.name());
    let mut looks = 0;
    loop {
        let report = world.sync().await;
        let is_over = report.problem.is_empty() && world.shown().await.calendars[0].waiting == 0;
        if is_over {
            break;
        }
        looks += 1;
        assert!(looks < LOOKS, "{who}: it comes to its end: {report:?}");
        world.wait(SignedDuration::from_mins(61));
        // Within a process a pause is kept by a clock that no test moves.
        if looks % 5 == 0 || name.contains("Retry-After") {
            world.restart().await;
        }
    }
    world.line.mend();
    world.assert_right(&format!("after {name} at each request once")).await;
}

/// An answer that says of a write that it is done, or not needed, is believed.
fn is_believed(name: &str) -> bool {
    ["410", "an empty answer"].contains(&name)
}

async fn every_trouble(provider: &Provider) {
    let mut read = String::new();
    for (number, (name, trouble)) in troubles(provider).into_iter().enumerate() {
        let looking = at_every_request(provider, 3 * number, name, trouble.clone()).await;
        write!(read, "{name}\n    at a look: {looking}\n").expect("a string takes it");
        if !is_believed(name) {
            let writing = at_every_write(provider, 3 * number + 1, name, trouble.clone()).await;
            writeln!(read, "    at a write: {writing}").expect("a string takes it");
            at_each_request_once(provider, 3 * number + 2, name, trouble).await;
        }
    }
    let file = format!("{WORDS}/{}.txt", provider.name().to_lowercase());
    if std::env::var_os("ROLLCALL_UPDATE_WORDS").is_some() {
        std::fs::write(&file, &read).expect("the words can be kept");
    }
    let kept = std::fs::read_to_string(&file).expect("the words are kept");
    for (now, before) in read.lines().zip(kept.lines()) {
        assert_eq!(now, before, "{}: the organizer reads what was judged to be clear", provider.name());
    }
    assert_eq!(read.lines().count(), kept.lines().count(), "{}: of every trouble", provider.name());
}

#[tokio::test]
async fn every_trouble_at_google_is_told_and_harms_nothing() {
    every_trouble(&Provider::google()).await;
}

#[tokio::test]
async fn every_trouble_at_microsoft_is_told_and_harms_nothing() {
    every_trouble(&Provider::microsoft()).await;
}

#[tokio::test]
async fn every_trouble_at_radicale_is_told_and_harms_nothing() {
    every_trouble(&Provider::radicale()).await;
}

#[tokio::test]
async fn every_trouble_at_xandikos_is_told_and_harms_nothing() {
    every_trouble(&Provider::xandikos()).await;
}
