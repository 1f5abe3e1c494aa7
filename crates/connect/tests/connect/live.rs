//! The real services, with an account of whoever runs this. What each needs stands in the environment; see README.md.

use std::env;
use std::sync::Arc;

use async_trait::async_trait;
use calendar::remote::{Access, CalendarRemote, Content, RemoteItem, SeriesWrite, WriteOutcome};
use calendar::{Event, EventTime, Zone};
use jiff::SignedDuration;
use mail::consent::SecretKeeper;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::account::account;

/// The sub-calendar that is made once, and used again by every later run.
const CALENDAR: &str = "Rollcall live test";

/// A refresh token that is replaced: the one before stays good for the next run.
struct NotKept;

#[async_trait]
impl SecretKeeper for NotKept {
    async fn keep(&self, _: &str, _: SecretString) -> Result<(), String> {
        Ok(())
    }
}

fn given(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

fn opened(kind: &str, settings: Value, secrets: &[(&str, &str)]) -> Arc<dyn CalendarRemote> {
    let config = account(kind, settings, secrets);
    connect::adapters().calendars(&config, Arc::new(NotKept)).expect("the kind is known").expect("the settings are right")
}

async fn written(remote: &dyn CalendarRemote, calendar: &str, uid: &str, before: Vec<RemoteItem>, after: Vec<Event>) -> Vec<RemoteItem> {
    match remote.write(calendar, &SeriesWrite { uid: uid.to_owned(), before, after }).await.expect("the service answers") {
        WriteOutcome::Written(items) => items,
        other => panic!("it is written: {other:?}"),
    }
}

fn said(items: &[RemoteItem]) -> Vec<(String, String)> {
    let events = items.iter().flat_map(|item| match &item.content {
        Content::Events(events) => events.clone(),
        _ => Vec::new(),
    });
    events.map(|event| (event.summary, event.place)).collect()
}

/// A calendar is found or made; an event is written, changed, read back, and deleted.
async fn round(remote: &dyn CalendarRemote) {
    let there = remote.calendars().await.expect("the calendars are listed");
    let calendar = match there.into_iter().find(|calendar| calendar.name == CALENDAR && calendar.access != Access::Reader) {
        Some(calendar) => calendar.id,
        None => remote.create_calendar(CALENDAR, "Europe/Vienna", "#0b8043").await.expect("a calendar is made").id,
    };
    let uid = format!("live-{}@rollcall.example", rand::random::<u64>());
    let start = EventTime::parse_value("20350305T180000", Zone::parse("Europe/Vienna")).expect("a time");
    let event = Event { summary: "Live test".into(), ..Event::new(uid.clone(), start, start.moved_by(SignedDuration::from_hours(2))) };
    let first = written(remote, &calendar, &uid, Vec::new(), vec![event.clone()]).await;
    let changed = Event { place: "Hall 2".into(), ..event };
    let second = written(remote, &calendar, &uid, first.clone(), vec![changed.clone()]).await;
    assert_eq!(said(&second), [("Live test".to_owned(), "Hall 2".to_owned())], "the change is there");
    let found = remote.find(&calendar, &uid).await.expect("it is looked for");
    assert_eq!(said(&found), said(&second), "and is read back");
    let late = SeriesWrite { uid: uid.clone(), before: first, after: vec![Event { summary: "Too late".into(), ..changed }] };
    let outcome = remote.write(&calendar, &late).await.expect("the service answers");
    assert_eq!(outcome, WriteOutcome::Changed, "what rests on an older version is not written");
    written(remote, &calendar, &uid, found, Vec::new()).await;
    assert_eq!(said(&remote.find(&calendar, &uid).await.expect("it is looked for")), [], "it is gone");
}

#[tokio::test]
#[ignore = "asks Google, with a client ID and a refresh token from the environment"]
async fn google_by_consent_takes_changes_and_gives_back_an_event() {
    let secret = given("ROLLCALL_LIVE_GOOGLE_CLIENT_SECRET");
    let token = given("ROLLCALL_LIVE_GOOGLE_REFRESH_TOKEN");
    let settings = json!({ "client_id": given("ROLLCALL_LIVE_GOOGLE_CLIENT_ID") });
    round(&*opened("google", settings, &[("client_secret", &secret), ("refresh_token", &token)])).await;
}

#[tokio::test]
#[ignore = "asks Google, with the key file of a service account that the environment names"]
async fn google_by_key_takes_changes_and_gives_back_an_event() {
    let key = std::fs::read_to_string(given("ROLLCALL_LIVE_GOOGLE_SERVICE_ACCOUNT")).expect("the key file can be read");
    round(&*opened("google", json!({ "client_id": "" }), &[("service_account", &key)])).await;
}

#[tokio::test]
#[ignore = "asks Microsoft, with a client ID and a refresh token from the environment"]
async fn microsoft_takes_changes_and_gives_back_an_event() {
    let token = given("ROLLCALL_LIVE_MICROSOFT_REFRESH_TOKEN");
    let settings = json!({ "client_id": given("ROLLCALL_LIVE_MICROSOFT_CLIENT_ID") });
    round(&*opened("microsoft", settings, &[("refresh_token", &token)])).await;
}

#[tokio::test]
#[ignore = "asks a CalDAV server, with an address, a user and a password from the environment"]
async fn caldav_takes_changes_and_gives_back_an_event() {
    let password = given("ROLLCALL_LIVE_CALDAV_PASSWORD");
    let settings = json!({ "url": given("ROLLCALL_LIVE_CALDAV_URL"), "user": given("ROLLCALL_LIVE_CALDAV_USER") });
    round(&*opened("caldav", settings, &[("password", &password)])).await;
}
