use std::time::Instant;

use calendar::EventTime;
use calendar::Zone;
use calendar::remote::{Access, Content, From, Next, RemoteFailure, RemoteItem, WriteOutcome};
use jiff::civil::date;
use serde_json::json;
use testkit::fake_google::FakeGoogle;

use super::{ANN, game, google, listed, write, written};

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
