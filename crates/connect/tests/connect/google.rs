use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use calendar::remote::{Access, CalendarRemote, Content, From, Next, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome};
use calendar::sync::Series;
use calendar::{Event, EventStatus, EventTime, Zone};
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::json;
use testkit::fake_google::{Failure, FakeGoogle};

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

fn at(day: i8, hour: i8) -> EventTime {
    EventTime::Zoned(date(2027, 3, day).at(hour, 0, 0, 0), Zone::parse("America/Chicago").unwrap())
}

fn game(uid: &str) -> Event {
    Event { summary: "Game".to_owned(), place: "Field 1".to_owned(), ..Event::new(uid.to_owned(), at(2, 13), at(2, 16)) }
}

/// Every Tuesday in March, over the change of clocks.
fn season(uid: &str) -> Event {
    let mut season = game(uid);
    season.recurrence.rule = Some("FREQ=WEEKLY;COUNT=5".to_owned());
    season
}

fn exception(master: &Event, day: i8, summary: &str) -> Event {
    let mut event = calendar::edit::occurrence_event(&calendar::recurrence::Series::single(master.clone()), at(day, 13));
    summary.clone_into(&mut event.summary);
    event
}

async fn write(remote: &dyn CalendarRemote, before: &[RemoteItem], after: &[Event]) -> WriteOutcome {
    let uid = after.first().map_or("game-1@example.org", |event| event.uid.as_str()).to_owned();
    remote.write(ANN, &SeriesWrite { uid, before: before.to_vec(), after: after.to_vec() }).await.unwrap()
}

async fn written(remote: &dyn CalendarRemote, before: &[RemoteItem], after: &[Event]) -> Vec<RemoteItem> {
    match write(remote, before, after).await {
        WriteOutcome::Written(items) => items,
        other => panic!("it was not written: {other:?}"),
    }
}

/// What lies there is what was written, as far as it can be held.
async fn assert_stands(remote: &dyn CalendarRemote, after: &[Event], why: &str) {
    let (items, ..) = listed(remote, ANN, None).await;
    let uid = &after[0].uid;
    let there = Series::from_items(uid, &items).unwrap_or_default();
    let held = Series::of(remote.held(after));
    assert!(there.says_the_same(&held), "{why}:\n{there:#?}\n{held:#?}");
}

/// Nobody is invited by Google, and nobody is written to.
fn assert_quiet(fake: &FakeGoogle) {
    let writes: Vec<_> = fake.requests().into_iter().filter(|request| request.method != "GET").collect();
    for request in &writes {
        assert!(request.body.get("attendees").is_none(), "no guest is named: {request:?}");
        let says = request.query.iter().any(|(name, value)| name == "sendUpdates" && value == "none");
        assert!(says || !request.path.contains("/events"), "nobody is to be told: {request:?}");
    }
    assert_eq!(fake.mails(), 0, "no mail");
}

fn count(fake: &FakeGoogle, method: &str) -> usize {
    fake.requests().iter().filter(|request| request.method == method).count()
}

fn last(fake: &FakeGoogle, method: &str) -> testkit::fake_google::Seen {
    fake.requests().into_iter().rev().find(|request| request.method == method).expect("there was one")
}

#[tokio::test]
async fn every_calendar_is_listed_with_what_may_be_done_in_it() {
    let fake = FakeGoogle::start().unwrap();
    for (id, role) in [("b@group", "writer"), ("c#holiday@group", "reader"), ("d@group", "freeBusyReader")] {
        fake.add_calendar(id, id, "America/Chicago", role);
    }
    fake.set_page_size(2);
    let calendars = google(&fake).calendars().await.unwrap();
    let access: Vec<_> = calendars.iter().map(|calendar| (calendar.id.as_str(), calendar.access, calendar.primary)).collect();
    let expected = [
        (ANN, Access::Owner, true),
        ("b@group", Access::Writer, false),
        ("c#holiday@group", Access::Reader, false),
        ("d@group", Access::Reader, false),
    ];
    assert_eq!(access, expected, "over both pages");
    assert_eq!(calendars[1].zone, "America/Chicago", "each in its zone");
    let (items, ..) = listed(&*google(&fake), "c#holiday@group", None).await;
    assert!(items.is_empty(), "an id with signs in it is one id");
}

#[tokio::test]
async fn a_calendar_is_made_named_and_painted() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let made = remote.create_calendar("Arizona Cardinals", "America/Phoenix", "#97233f").await.unwrap();
    assert_eq!(
        (made.name.as_str(), made.zone.as_str(), made.colour.as_str()),
        ("Arizona Cardinals", "America/Phoenix", "#97233f"),
        "as asked"
    );
    remote.change_calendar(&made.id, "Cardinals", Some("#000000")).await.unwrap();
    let listed = remote.calendars().await.unwrap();
    let found = listed.iter().find(|calendar| calendar.id == made.id).expect("it is in the list");
    assert_eq!((found.name.as_str(), found.colour.as_str()), ("Cardinals", "#000000"), "as changed");
}

#[tokio::test]
async fn what_a_phone_does_is_seen_once_and_in_full() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let when = |hour: u8| json!({ "dateTime": format!("2027-03-01T{hour:02}:00:00"), "timeZone": "America/Chicago" });
    let id = fake.put_event(ANN, &json!({
        "summary": "Practice", "start": when(9), "end": when(10), "recurrence": ["RRULE:FREQ=DAILY;COUNT=10", "EXDATE;TZID=America/Chicago:20270303T090000"],
        "reminders": { "useDefault": false, "overrides": [{ "method": "popup", "minutes": 30 }] },
        "source": { "url": "https://example.org" }, "hangoutLink": "https://meet.google.com/abc", "colorId": "3",
        "attendees": [{ "email": "bo@example.org", "optional": true, "responseStatus": "accepted" }],
    }));
    fake.put_event(ANN, &json!({ "eventType": "birthday", "start": { "date": "2027-03-01" }, "end": { "date": "2027-03-02" } }));
    let (items, token, complete) = listed(&*remote, ANN, None).await;
    assert!(complete, "everything was listed");
    let [RemoteItem { content: Content::Events(events), series: None, .. }] = items.as_slice() else { panic!("one event: {items:#?}") };
    let event = &events[0];
    let chicago = Zone::parse("America/Chicago").unwrap();
    assert_eq!(event.start, EventTime::Zoned(date(2027, 3, 1).at(9, 0, 0, 0), chicago), "in its own zone, not in the calendar's");
    assert_eq!(event.recurrence.excluded, [EventTime::Zoned(date(2027, 3, 3).at(9, 0, 0, 0), chicago)], "without a date");
    assert_eq!((event.alarms[0].trigger.as_str(), event.url.as_str()), ("-PT30M", "https://example.org"), "reminder and source");
    assert_eq!(event.video_link, "https://meet.google.com/abc", "the call");
    assert_eq!(event.attendees[0].address, "bo@example.org", "who is invited there");
    assert_eq!(event.uid, format!("{id}@google.com"), "under Google's name");

    // The change of clocks lies between: the instance is named by its instant.
    fake.put_event(ANN, &json!({ "id": format!("{id}_20270305T150000Z"), "summary": "Moved", "start": when(11), "end": when(12) }));
    fake.delete_event(ANN, &format!("{id}_20270304T150000Z"));
    let (items, next, complete) = listed(&*remote, ANN, Some(&token)).await;
    assert!(!complete, "only what changed");
    assert_eq!(items.len(), 2, "the two exceptions: {items:#?}");
    assert_eq!(items[0].content, Content::Dropped(EventTime::Zoned(date(2027, 3, 4).at(9, 0, 0, 0), chicago)), "one is off");
    let Content::Events(moved) = &items[1].content else { panic!("{items:#?}") };
    assert_eq!(moved[0].recurrence_id, Some(EventTime::Zoned(date(2027, 3, 5).at(9, 0, 0, 0), chicago)), "by its original start");
    assert_eq!(items[1].series.as_deref(), Some(id.as_str()), "of its series");

    fake.delete_event(ANN, &id);
    let (items, last, _) = listed(&*remote, ANN, Some(&next)).await;
    assert!(items.iter().any(|item| item.id == id && item.content == Content::Deleted), "the series is gone: {items:#?}");
    let (items, ..) = listed(&*remote, ANN, Some(&last)).await;
    assert!(items.is_empty(), "and then there is nothing new");
}

#[tokio::test]
async fn a_listing_in_pages_loses_nothing_that_changes_meanwhile() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let day =
        |day: usize| json!({ "start": { "date": format!("2027-03-{day:02}") }, "end": { "date": format!("2027-03-{:02}", day + 1) } });
    let ids: Vec<String> = (1..=10).map(|number| fake.put_event(ANN, &day(number))).collect();
    fake.set_page_size(3);
    let first = remote.changes(ANN, From::Beginning).await.unwrap();
    let Next::Page(page) = &first.next else { panic!("there is more: {first:?}") };
    fake.put_event(ANN, &json!({ "id": ids[9], "summary": "changed" }));
    fake.put_event(ANN, &json!({ "id": ids[0], "summary": "changed" }));
    let mut seen = first.items;
    let mut page = page.clone();
    let token = loop {
        let more = remote.changes(ANN, From::Page(&page)).await.unwrap();
        seen.extend(more.items);
        match more.next {
            Next::Page(next) => page = next,
            Next::Done { token, complete } => {
                assert!(complete, "the listing was one of everything");
                break token;
            }
        }
    };
    let (changed, ..) = listed(&*remote, ANN, Some(&token)).await;
    seen.extend(changed);
    for id in &ids {
        assert!(seen.iter().any(|item| item.id == *id), "{id} was told");
    }
    let of_changed = |item: &&RemoteItem| matches!(&item.content, Content::Events(events) if events[0].summary == "changed");
    assert_eq!(seen.iter().filter(of_changed).count(), 2, "both changes were");
}

#[tokio::test]
async fn a_token_that_google_forgot_begins_anew() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let (_, token, _) = listed(&*remote, ANN, None).await;
    fake.forget_sync_tokens();
    assert_eq!(remote.changes(ANN, From::Token(&token)).await, Err(RemoteFailure::TokenExpired), "410");
    for odd in ["", "{}", "{\"shape\":0,\"sync\":\"s0.false\"}", "{\"shape\":1,\"sync\":\"nonsense\"}"] {
        assert_eq!(remote.changes(ANN, From::Token(odd)).await, Err(RemoteFailure::TokenExpired), "{odd}");
    }
    let (_, token, complete) = listed(&*remote, ANN, None).await;
    assert!(complete && remote.changes(ANN, From::Token(&token)).await.is_ok(), "the new one is good");
}

#[tokio::test]
async fn what_is_written_twice_is_there_once() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    fake.fail_next_of("POST", Failure::LostAnswer);
    let write_it = SeriesWrite { uid: "game-1@example.org".to_owned(), before: Vec::new(), after: vec![game("game-1@example.org")] };
    let lost = remote.write(ANN, &write_it).await;
    assert!(matches!(lost, Err(RemoteFailure::Later { .. })), "it is not known whether it stands: {lost:?}");
    let found = remote.find(ANN, "game-1@example.org").await.unwrap();
    assert_eq!(found.len(), 1, "it does");
    let again = remote.write(ANN, &write_it).await.unwrap();
    assert_eq!(again, WriteOutcome::Written(found), "written again it is the same one");
    assert_eq!(fake.events(ANN).len(), 1, "there is one");
    assert_stands(&*remote, &[game("game-1@example.org")], "under its own UID").await;
    assert!(remote.find(ANN, "other@example.org").await.unwrap().is_empty(), "and nothing of what was never written");
    assert_quiet(&fake);
}

#[tokio::test]
async fn an_event_that_was_deleted_there_can_be_written_again() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let items = written(&*remote, &[], &[game("game-1@example.org")]).await;
    fake.delete_event(ANN, &items[0].id);
    assert!(remote.find(ANN, "game-1@example.org").await.unwrap().is_empty(), "it is gone");
    written(&*remote, &[], &[game("game-1@example.org")]).await;
    assert_stands(&*remote, &[game("game-1@example.org")], "its id was taken, and is used again").await;
}

#[tokio::test]
async fn an_update_says_only_what_differs_and_what_is_not_ours_stays() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let mut event = Event { description: "Bring water".to_owned(), url: "https://example.org".to_owned(), ..game("game-1@example.org") };
    event.video_link = "https://call.example.org/1".to_owned();
    let items = written(&*remote, &[], &[event.clone()]).await;
    let id = items[0].id.clone();
    fake.put_event(ANN, &json!({ "id": id, "colorId": "5", "attendees": [{ "email": "bo@example.org" }] }));
    let seen = remote.fetch(ANN, std::slice::from_ref(&id)).await.unwrap();
    event.place = "Field 2".to_owned();
    event.description.clear();
    event.url.clear();
    event.video_link.clear();
    let items = written(&*remote, &seen, &[event.clone()]).await;
    let request = last(&fake, "PATCH");
    assert_eq!(request.if_match.as_deref(), Some(seen[0].etag.as_str()), "only if it is as it was seen");
    let expected = json!({
        "location": "Field 2", "description": null, "source": null, "conferenceData": null,
        "extendedProperties": { "private": { "rollcall_video_link": null } },
    });
    assert_eq!(request.body, expected, "no more than that");
    let stored = fake.event(ANN, &id).unwrap();
    assert_eq!(
        (&stored["colorId"], stored["attendees"][0]["email"].as_str()),
        (&json!("5"), Some("bo@example.org")),
        "the rest is Google's"
    );
    assert!(stored.get("description").is_none() && stored.get("source").is_none(), "what was cleared is gone: {stored}");
    let patches = count(&fake, "PATCH");
    assert_eq!(written(&*remote, &items, &[event]).await, items, "what stands already");
    assert_eq!(count(&fake, "PATCH"), patches, "costs no request");
    assert_quiet(&fake);
}

#[tokio::test]
async fn nothing_is_written_over_what_somebody_changed() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let items = written(&*remote, &[], &[game("game-1@example.org")]).await;
    fake.put_event(ANN, &json!({ "id": items[0].id, "summary": "Changed on the phone" }));
    let moved = Event { place: "Field 2".to_owned(), ..game("game-1@example.org") };
    assert_eq!(write(&*remote, &items, &[moved]).await, WriteOutcome::Changed, "an update");
    assert_eq!(write(&*remote, &items, &[]).await, WriteOutcome::Changed, "a deletion");
    assert_eq!(write(&*remote, &[], &[game("game-1@example.org")]).await, WriteOutcome::Changed, "and one that thinks it is new");
    let stored = fake.event(ANN, &items[0].id).unwrap();
    assert_eq!(
        (stored["summary"].as_str(), stored["location"].as_str()),
        (Some("Changed on the phone"), Some("Field 1")),
        "it stands as it was"
    );
    fake.delete_event(ANN, &items[0].id);
    assert_eq!(
        write(&*remote, &items, &[Event { place: "x".to_owned(), ..game("game-1@example.org") }]).await,
        WriteOutcome::Changed,
        "gone"
    );
    assert!(matches!(write(&*remote, &items, &[]).await, WriteOutcome::Written(_)), "to be deleted it need only be gone");
}

#[tokio::test]
async fn a_series_goes_through_every_state_of_its_dates() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let uid = "season-1@example.org";
    let master = season(uid);
    let mut items = written(&*remote, &[], &[master.clone(), exception(&master, 9, "Derby")]).await;
    assert_stands(&*remote, &[master.clone(), exception(&master, 9, "Derby")], "a date of its own").await;

    let mut cancelled = exception(&master, 16, "Game");
    cancelled.status = EventStatus::Cancelled;
    let after = [master.clone(), exception(&master, 9, "Derby!"), cancelled];
    items = written(&*remote, &items, &after).await;
    assert_stands(&*remote, &after, "a date that is off, beside one that is over the change of clocks").await;

    let mut without = master.clone();
    without.recurrence.excluded = vec![at(9, 13), at(16, 13)];
    items = written(&*remote, &items, &[without.clone()]).await;
    assert_stands(&*remote, &[without], "the date of its own is off too").await;

    let back = [master.clone(), exception(&master, 9, "Derby again")];
    items = written(&*remote, &items, &back).await;
    assert_stands(&*remote, &back, "both are back, one as its own").await;

    let found = remote.find(ANN, uid).await.unwrap();
    let (mut left, mut right) = (found, items.clone());
    left.sort_by(|a, b| a.id.cmp(&b.id));
    right.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(left, right, "they are found by their UID");

    let mut daily = master.clone();
    daily.recurrence.rule = Some("FREQ=DAILY;COUNT=3".to_owned());
    items = remote.find(ANN, uid).await.unwrap();
    written(&*remote, &items, &[daily.clone()]).await;
    assert_stands(&*remote, &[daily], "another rule").await;
    let items = remote.find(ANN, uid).await.unwrap();
    written(&*remote, &items, &[]).await;
    assert!(remote.find(ANN, uid).await.unwrap().is_empty(), "and gone");
    assert_quiet(&fake);
}

#[tokio::test]
async fn dates_that_a_phone_took_out_are_brought_back() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let master = season("season-1@example.org");
    let items = written(&*remote, &[], std::slice::from_ref(&master)).await;
    fake.delete_event(ANN, &format!("{}_20270309T190000Z", items[0].id));
    let items = remote.find(ANN, "season-1@example.org").await.unwrap();
    assert_eq!(items.len(), 2, "the series and what is off: {items:#?}");
    written(&*remote, &items, std::slice::from_ref(&master)).await;
    let (items, ..) = listed(&*remote, ANN, None).await;
    let there = Series::from_items("season-1@example.org", &items).unwrap();
    assert!(there.master().unwrap().recurrence.excluded.is_empty(), "nothing is off any more");
    assert!(there.events().all(|event| event.summary == "Game"), "it is again what the series says: {there:#?}");
}

#[tokio::test]
async fn a_series_that_broke_off_half_way_goes_on() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let master = season("season-1@example.org");
    let after = [master.clone(), exception(&master, 9, "One"), exception(&master, 23, "Two")];
    fake.fail_next_of("PATCH", Failure::LostAnswer);
    let write_it = SeriesWrite { uid: master.uid.clone(), before: Vec::new(), after: after.to_vec() };
    let broken = remote.write(ANN, &write_it).await;
    assert!(matches!(broken, Err(RemoteFailure::Later { .. })), "{broken:?}");
    assert!(matches!(remote.write(ANN, &write_it).await, Ok(WriteOutcome::Written(_))), "the same write goes on from there");
    assert_stands(&*remote, &after, "all of it").await;
    assert_eq!(count(&fake, "POST"), 2, "the second time it was there already");
    let occurrence = fake.events(ANN).into_iter().filter(|event| event.get("recurringEventId").is_some()).count();
    assert_eq!(occurrence, 2, "nothing is there twice");
}

#[tokio::test]
async fn an_occurrence_that_a_phone_changed_meanwhile_is_not_written_over() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let master = season("season-1@example.org");
    let items = written(&*remote, &[], std::slice::from_ref(&master)).await;
    fake.put_event(ANN, &json!({ "id": format!("{}_20270309T190000Z", items[0].id), "summary": "Changed on the phone" }));
    let outcome = write(&*remote, &items, &[master.clone(), exception(&master, 9, "Derby")]).await;
    assert_eq!(outcome, WriteOutcome::Changed, "the master is as it was, the occurrence is not");
    let missing = write(&*remote, &items, &[master.clone(), exception(&master, 10, "Derby")]).await;
    assert!(
        matches!(&missing, WriteOutcome::Refused(words) if words.contains("no occurrence")),
        "what is no occurrence cannot be one: {missing:?}"
    );
}

#[tokio::test]
async fn what_only_looks_like_ours_keeps_googles_name() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let items = written(&*remote, &[], &[game("game-1@example.org")]).await;
    let mut copy = fake.event(ANN, &items[0].id).unwrap();
    copy["id"] = json!("copy1");
    copy["iCalUID"] = json!("copy1@google.com");
    fake.put_event(ANN, &copy);
    let (items, ..) = listed(&*remote, ANN, None).await;
    let uids: Vec<&str> = items
        .iter()
        .filter_map(|item| match &item.content {
            Content::Events(events) => Some(events[0].uid.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(uids, ["copy1@google.com", "game-1@example.org"], "a copy of an event of ours is another event");
}

#[tokio::test]
async fn times_without_a_zone_and_whole_days_come_back_as_they_are() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let floating = |day: i8, hour: i8| EventTime::Floating(date(2027, 3, day).at(hour, 30, 0, 0));
    let mut everywhere = Event::new("float@example.org".to_owned(), floating(25, 9), floating(25, 10));
    everywhere.recurrence.rule = Some("FREQ=DAILY;UNTIL=20270402T093000".to_owned());
    everywhere.recurrence.excluded = vec![floating(29, 9)];
    written(&*remote, &[], &[everywhere.clone()]).await;
    assert_stands(&*remote, &[everywhere], "the wall clock over the change of clocks in Zurich").await;
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let day = |day: i8| EventTime::Date(date(2027, 3, day));
    let mut camp = Event::new("camp@example.org".to_owned(), day(1), day(4));
    camp.recurrence.rule = Some("FREQ=WEEKLY;UNTIL=20270331".to_owned());
    camp.recurrence.excluded = vec![day(8)];
    let mut other = calendar::edit::occurrence_event(&calendar::recurrence::Series::single(camp.clone()), day(15));
    other.summary = "Other".to_owned();
    written(&*remote, &[], &[camp.clone(), other.clone()]).await;
    assert_stands(&*remote, &[camp, other], "whole days").await;
}

/// Whether a failure is what an answer means.
type Meaning<'a> = &'a dyn Fn(&RemoteFailure) -> bool;

#[tokio::test]
async fn each_answer_leads_to_what_it_means() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let later = |after: Option<u64>| move |failure: &RemoteFailure| matches!(failure, RemoteFailure::Later { after_seconds, .. } if *after_seconds == after);
    let refused = |failure: &RemoteFailure| matches!(failure, RemoteFailure::Refused { .. });
    let answer = |status: u16, reason: &str, after: Option<u64>| Failure::Refused(status, reason.to_owned(), after);
    let table: [(Failure, Meaning<'_>); 15] = [
        (Failure::throttled(403, None), &later(None)),
        (Failure::throttled(403, Some(30)), &later(Some(30))),
        (Failure::throttled(429, None), &later(None)),
        (Failure::throttled(429, Some(30)), &later(Some(30))),
        (answer(403, "userRateLimitExceeded", None), &later(None)),
        (answer(403, "quotaExceeded", None), &later(None)),
        (answer(403, "forbidden", None), &refused),
        (answer(403, "accessNotConfigured", None), &refused),
        (answer(403, "insufficientPermissions", None), &|failure| matches!(failure, RemoteFailure::NeedsLogin { .. })),
        (answer(404, "notFound", None), &|failure| matches!(failure, RemoteFailure::CalendarGone { .. })),
        (answer(500, "backendError", None), &later(None)),
        (answer(503, "backendError", Some(5)), &later(Some(5))),
        (Failure::Cut, &later(None)),
        (Failure::Half, &later(None)),
        (Failure::Html, &later(None)),
    ];
    for (failure, meaning) in table {
        fake.fail_next(1, failure.clone());
        let told = remote.changes(ANN, From::Beginning).await.unwrap_err();
        assert!(meaning(&told), "{failure:?} is not {told:?}");
    }
    fake.remove_calendar(ANN);
    let gone = remote.changes(ANN, From::Beginning).await.unwrap_err();
    assert!(matches!(gone, RemoteFailure::CalendarGone { .. }), "a calendar that is no longer shared: {gone:?}");
    let gone = remote.fetch(ANN, &["abcde".to_owned()]).await;
    assert!(matches!(gone, Err(RemoteFailure::CalendarGone { .. })), "its events are not thereby deleted: {gone:?}");
}

#[tokio::test]
async fn a_token_that_ended_early_is_replaced_once_and_a_consent_that_ended_is_told() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    remote.calendars().await.unwrap();
    fake.end_access_tokens();
    remote.calendars().await.expect("one refresh mends it");
    assert_eq!(fake.token_requests(), 2, "one more token");
    fake.fail_next(2, Failure::Refused(401, "authError".to_owned(), None));
    let told = remote.calendars().await.unwrap_err();
    assert!(matches!(told, RemoteFailure::NeedsLogin { .. }), "refused with a fresh token too: {told:?}");
    fake.withdraw_consent();
    let told = remote.calendars().await.unwrap_err();
    assert!(matches!(told, RemoteFailure::NeedsLogin { .. }), "{told:?}");
}

#[tokio::test]
async fn a_calendar_to_look_at_is_not_written() {
    let fake = FakeGoogle::start().unwrap();
    fake.add_calendar("team@group", "Team", "UTC", "reader");
    let write_it = SeriesWrite { uid: "a@b".to_owned(), before: Vec::new(), after: vec![game("a@b")] };
    let outcome = google(&fake).write("team@group", &write_it).await.unwrap();
    assert!(matches!(&outcome, WriteOutcome::Refused(words) if words.contains("writer access")), "in Google's words: {outcome:?}");
}

#[tokio::test]
async fn googles_clock_is_known() {
    let fake = FakeGoogle::start().unwrap();
    fake.set_clock_ahead(3_600);
    let remote = google(&fake);
    remote.calendars().await.unwrap();
    let ahead = remote.clock_ahead();
    assert!((3_500_000..3_700_000).contains(&ahead), "about an hour: {ahead} ms");
}

#[tokio::test]
async fn ten_thousand_events_are_mirrored_in_pages() {
    let fake = FakeGoogle::start().unwrap();
    for number in 0..10_000 {
        let start = json!({ "dateTime": format!("2027-{:02}-{:02}T{:02}:00:00Z", number % 12 + 1, number % 28 + 1, number % 23), "timeZone": "America/Chicago" });
        fake.put_event(ANN, &json!({ "summary": format!("Game {number}"), "location": "Field", "start": start, "end": start, "description": "x".repeat(300) }));
    }
    let remote = google(&fake);
    let begin = Instant::now();
    let (items, ..) = listed(&*remote, ANN, None).await;
    println!("first mirror of {} events: {:?}, {} requests", items.len(), begin.elapsed(), fake.requests().len());
    assert!(items.iter().all(|item| matches!(item.content, Content::Events(_))), "every one is read");
    assert_eq!((items.len(), fake.requests().len()), (10_000, 4), "2,500 at a time");
}

#[tokio::test]
async fn an_event_that_cannot_be_read_stands_in_nobodys_way() {
    let fake = FakeGoogle::start().unwrap();
    let day = json!({ "date": "2027-03-01" });
    let next = json!({ "date": "2027-03-02" });
    fake.put_event(ANN, &json!({ "id": "odd01", "start": day, "end": next, "recurrence": ["EXRULE:FREQ=DAILY"] }));
    fake.put_event(ANN, &json!({ "id": "even1", "start": day, "end": next }));
    let remote = google(&fake);
    let (items, ..) = listed(&*remote, ANN, None).await;
    assert!(matches!(items[0].content, Content::Events(_)), "the one is read: {items:?}");
    let Content::Unreadable(reason) = &items[1].content else { panic!("{items:?}") };
    assert!(reason.contains("EXRULE"), "the other says why not: {reason}");
    let outcome = write(&*remote, &items[1..], &[game("odd")]).await;
    assert!(matches!(outcome, WriteOutcome::Refused(_)), "and is not written over: {outcome:?}");
    assert!(fake.event(ANN, "odd01").is_some(), "it is still there");
}

/// What may be done to the dates of a series.
#[derive(Clone, Copy, Debug)]
enum Date {
    Own(u8),
    Off,
    Cancelled,
}

fn state() -> impl Strategy<Value = (usize, BTreeMap<usize, Date>)> {
    let of_date = prop_oneof![(0_u8..3).prop_map(Date::Own), Just(Date::Off), Just(Date::Cancelled)];
    (0_usize..3, prop::collection::btree_map(0_usize..4, of_date, 0..4))
}

fn series_in(state: &(usize, BTreeMap<usize, Date>)) -> Vec<Event> {
    let mut master = season("season-1@example.org");
    master.recurrence.rule =
        Some(["FREQ=WEEKLY;COUNT=5", "FREQ=WEEKLY;UNTIL=20270323T180000Z", "FREQ=DAILY;INTERVAL=7;COUNT=4"][state.0].to_owned());
    let mut after = vec![master.clone()];
    for (place, what) in &state.1 {
        let day = [2, 9, 16, 23][*place];
        match what {
            Date::Own(number) => after.push(exception(&master, day, &format!("Own {number}"))),
            Date::Off => after[0].recurrence.excluded.push(at(day, 13)),
            Date::Cancelled => after.push(Event { status: EventStatus::Cancelled, ..exception(&master, day, "Game") }),
        }
    }
    after
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_state_of_a_series_follows_any_other(states in prop::collection::vec(state(), 1..5)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let fake = FakeGoogle::start().unwrap();
            let remote = google(&fake);
            for state in &states {
                let after = series_in(state);
                let mut rounds = 0;
                loop {
                    let before = remote.find(ANN, "season-1@example.org").await.unwrap();
                    match write(&*remote, &before, &after).await {
                        WriteOutcome::Written(_) => break,
                        WriteOutcome::Changed if rounds < 2 => rounds += 1,
                        other => panic!("{state:?} of {states:?}: {other:?}"),
                    }
                }
                let items = remote.find(ANN, "season-1@example.org").await.unwrap();
                let there = Series::from_items("season-1@example.org", &items).unwrap();
                let held = Series::of(remote.held(&after));
                // An occurrence that was one of its own stays one at Google, and says what its series says.
                let own = |series: &Series| -> Vec<Event> {
                    let master = series.master().cloned().unwrap();
                    let bare = calendar::recurrence::Series::single(master);
                    let says_more = |event: &&Event| {
                        event.recurrence_id.is_none_or(|original| !calendar::diff::same_content(event, &calendar::edit::occurrence_event(&bare, original)))
                    };
                    series.events().filter(says_more).cloned().collect()
                };
                let (there, held) = (Series::of(own(&there)), Series::of(own(&held)));
                assert!(there.says_the_same(&held), "{state:?} of {states:?}:\n{there:#?}\n{held:#?}");
            }
            assert_quiet(&fake);
        });
    }
}
