use std::sync::{Arc, Mutex};

use calendar::EventStatus;
use calendar::remote::{CalendarRemote, Content, RemoteFailure, SeriesWrite, WriteOutcome};
use jiff::civil::date;
use serde_json::json;
use testkit::fake_graph::{CALENDAR, Fault};
use testkit::watched_http::{Moment, WatchedHttp};

use super::{all, at, connected, events, exception, game, graph, outlook, put, remote, season, settings, there};

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
    assert!(remote.write(CALENDAR, &write).await.is_err(), "an answer is lost after the old one was deleted");
    assert!(graph.events(CALENDAR).len() < 2, "there never are two");
    assert_eq!(remote.write(CALENDAR, &write).await, Ok(WriteOutcome::Changed), "what was to be changed is gone");
    let write = SeriesWrite { before: Vec::new(), ..write };
    let now = there(remote.write(CALENDAR, &write).await.unwrap());
    assert_eq!((all(&now), graph.events(CALENDAR).len()), (remote.held(&[off.clone()]), 1), "the date is on, and the series there once");
    let mut on = off;
    on.recurrence.excluded.clear();
    let write = SeriesWrite { uid: "game-1".into(), before: now.clone(), after: vec![on] };
    let on = there(remote.write(CALENDAR, &write).await.unwrap());
    let old = on.iter().find(|item| item.id == now[0].id).map(|item| &item.content);
    assert_eq!(old, Some(&Content::Deleted), "where nothing gets lost, the old one is told as gone with the write itself");
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
async fn what_somebody_writes_between_two_of_our_requests_does_not_pass_for_known() {
    let graph = Arc::new(graph());
    // Where a phone moves the series to, right after the next of our writes.
    let place: Arc<Mutex<Option<&str>>> = Arc::default();
    let (phone, next) = (Arc::clone(&graph), Arc::clone(&place));
    let port = graph.endpoint().split(['/', ':']).find_map(|part| part.parse().ok()).expect("a port");
    let line = WatchedHttp::to(port, move |moment| {
        if moment == (Moment::Answered { write: true })
            && let Some(place) = next.lock().unwrap().take()
        {
            let series = phone.events(CALENDAR).remove(0);
            phone.edit_event(series["id"].as_str().unwrap_or_default(), &json!({ "location": { "displayName": place } }));
        }
        true
    });
    let line = line.expect("a line");
    let settings = json!({ "client_id": "rollcall", "endpoint": line.url("/v1.0"), "login_endpoint": graph.login_endpoint() });
    let (remote, _) = connected(&graph, settings);
    let mut series = season("game-1");
    let items = there(put(&*remote, Vec::new(), vec![series.clone()]).await);

    series.summary = "Cup".into();
    *place.lock().unwrap() = Some("Gym");
    assert_eq!(put(&*remote, items.clone(), vec![series.clone()]).await, WriteOutcome::Changed, "after the series itself was written");

    series.place = "Gym".into();
    let items = remote.fetch(CALENDAR, &[items[0].id.clone()]).await.unwrap();
    let mut playoff = exception("game-1", "20270320T180000", "Playoff");
    playoff.place = "Gym".into();
    *place.lock().unwrap() = Some("Hall");
    let after = vec![series.clone(), playoff.clone()];
    assert_eq!(put(&*remote, items.clone(), after).await, WriteOutcome::Changed, "after one of its dates was");

    (series.place, playoff.place) = ("Hall".into(), "Hall".into());
    playoff.summary = "Semi-final".into();
    let items = remote.fetch(CALENDAR, &[items[0].id.clone()]).await.unwrap();
    let written = there(put(&*remote, items, vec![series, playoff]).await);
    assert_eq!(all(&written)[1].summary, "Semi-final", "where nobody is quicker, it is done");
}
