use calendar::remote::{Content, RemoteFailure, SeriesWrite, WriteOutcome};
use calendar::{Event, EventTime};
use jiff::civil::date;
use serde_json::json;
use testkit::fake_google::{Failure, FakeGoogle};

use super::{ANN, assert_quiet, assert_stands, count, game, google, last, listed, write, written};

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
    fake.put_event(ANN, &json!({ "id": id, "guestsCanModify": true, "attendees": [{ "email": "bo@example.org" }] }));
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
        (&stored["guestsCanModify"], stored["attendees"][0]["email"].as_str()),
        (&json!(true), Some("bo@example.org")),
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
async fn a_calendar_to_look_at_is_not_written() {
    let fake = FakeGoogle::start().unwrap();
    fake.add_calendar("team@group", "Team", "UTC", "reader");
    let write_it = SeriesWrite { uid: "a@b".to_owned(), before: Vec::new(), after: vec![game("a@b")] };
    let outcome = google(&fake).write("team@group", &write_it).await.unwrap();
    assert!(matches!(&outcome, WriteOutcome::Refused(words) if words.contains("writer access")), "in Google's words: {outcome:?}");
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

#[tokio::test]
async fn what_google_made_comes_back_as_what_it_was() {
    let fake = FakeGoogle::start().unwrap();
    let remote = google(&fake);
    let time = |hour: u32| json!({ "dateTime": format!("2027-03-02T{hour}:00:00-06:00"), "timeZone": "America/Chicago" });
    for restored_there in [false, true] {
        let made = json!({ "summary": "Game", "location": "Field 1", "start": time(13), "end": time(16) });
        let id = fake.put_event(ANN, &made);
        let (items, ..) = listed(&*remote, ANN, None).await;
        let seen = items.into_iter().find(|item| item.id == id).unwrap();
        let Content::Events(events) = &seen.content else { panic!("it is an event: {seen:?}") };
        fake.delete_event(ANN, &id);
        if restored_there {
            let mut back = made;
            back["id"] = json!(id);
            fake.put_event(ANN, &back);
        }
        let restored = SeriesWrite { uid: events[0].uid.clone(), before: Vec::new(), after: events.clone() };
        let outcome = remote.write(ANN, &restored).await.unwrap();
        assert!(matches!(&outcome, WriteOutcome::Written(items) if items[0].id == id), "it is the same event again: {outcome:?}");
        let standing = fake.events(ANN).into_iter().filter(|event| event["iCalUID"] == json!(events[0].uid));
        assert_eq!(standing.count(), 1, "it stands once; brought back there too: {restored_there}");
        assert_eq!(remote.find(ANN, &events[0].uid).await.unwrap()[0].id, id, "and is found by its UID");
    }
    assert_quiet(&fake);
}
