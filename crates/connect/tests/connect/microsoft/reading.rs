use std::time::Instant;

use calendar::remote::{Access, Content, From, RemoteFailure};
use jiff::civil::date;
use serde_json::json;
use testkit::fake_graph::{CALENDAR, Forgets};

use super::{NOW, at, connected, events, graph, listed, outlook, remote, settings, titles, weekly};

#[tokio::test]
async fn calendars_come_with_what_may_be_done_in_them() {
    let graph = graph();
    graph.add_calendar("Holidays", false);
    let (remote, keeper) = connected(&graph, settings(&graph));
    graph.behave(|conduct| conduct.page_size = 1);
    let made = remote.create_calendar("Cardinals", "America/Phoenix", "#f88c9a").await.unwrap();
    assert_eq!(made.colour, "#f88c9b", "the nearest of the colours there are");
    remote.change_calendar(&made.id, "Arizona Cardinals", None).await.unwrap();
    let all = remote.calendars().await.unwrap();
    let seen: Vec<_> = all.iter().map(|calendar| (calendar.name.as_str(), calendar.access, calendar.primary)).collect();
    let wanted = [("Calendar", Access::Owner, true), ("Holidays", Access::Reader, false), ("Arizona Cardinals", Access::Owner, false)];
    assert_eq!(seen, wanted, "every page was read");
    let twice = remote.create_calendar("Holidays", "", "").await.unwrap_err();
    assert!(matches!(&twice, RemoteFailure::Refused { reason } if reason.contains("Holidays")), "a name is there once: {twice:?}");
    assert_eq!(keeper.0.lock().unwrap().len(), 1, "the refresh token that replaced the first one was kept");
}

#[tokio::test]
async fn a_first_look_brings_everything_also_outside_the_window() {
    let graph = graph();
    for (title, year) in [("Long ago", 2009), ("Soon", 2027), ("Far off", 2031)] {
        graph.add_event(CALENDAR, &outlook(title, &format!("{year}-04-01T18:00:00"), &format!("{year}-04-01T20:00:00")));
    }
    let series = graph.add_event(CALENDAR, &weekly("Training"));
    graph.edit_event(&graph.date_of(&series, date(2027, 3, 13)), &json!({ "subject": "Match" }));
    graph.delete_event(&graph.date_of(&series, date(2027, 3, 20)));
    graph.behave(|conduct| conduct.page_size = 2);
    let remote = remote(&graph);
    let (items, token, complete) = listed(&*remote, From::Beginning).await.unwrap();
    assert_eq!(titles(&items), ["Far off", "Long ago", "Match", "Soon", "Training"], "all there is");
    assert!(complete, "what was not listed is not there");
    let master = &events(&items[&series])[0];
    assert_eq!(master.recurrence.rule.as_deref(), Some("FREQ=WEEKLY;BYDAY=SA;COUNT=6"), "the rule");
    assert_eq!(master.recurrence.excluded, [at("20270320T180000")], "the date that is off");
    let exception = items.values().find(|item| item.series.as_deref() == Some(&series)).unwrap();
    assert_eq!(events(exception)[0].recurrence_id, Some(at("20270313T180000")), "the date that differs");
    assert_eq!(events(exception)[0].uid, master.uid, "is of its series");

    graph.count_anew();
    let (items, again, complete) = listed(&*remote, From::Token(&token)).await.unwrap();
    assert!(items.is_empty() && !complete, "nothing changed");
    assert_eq!(graph.counts().all(), 1, "which takes one request");
    assert!(listed(&*remote, From::Token(&again)).await.is_ok(), "and goes on from there");
}

#[tokio::test]
async fn edits_in_outlook_arrive_whatever_the_order_of_pages() {
    for replays in [false, true] {
        let graph = graph();
        let single = graph.add_event(CALENDAR, &outlook("Cup", "2027-04-01T18:00:00", "2027-04-01T20:00:00"));
        let away = graph.add_event(CALENDAR, &outlook("Away", "2027-04-02T18:00:00", "2027-04-02T20:00:00"));
        let left = graph.add_event(CALENDAR, &outlook("Left", "2027-04-03T18:00:00", "2027-04-03T20:00:00"));
        let carried = graph.add_event(CALENDAR, &outlook("Carried", "2027-04-04T18:00:00", "2027-04-04T20:00:00"));
        let old = graph.add_event(CALENDAR, &outlook("Old", "2011-04-04T18:00:00", "2011-04-04T20:00:00"));
        let series = graph.add_event(CALENDAR, &weekly("Training"));
        let remote = remote(&graph);
        let (_, token, _) = listed(&*remote, From::Beginning).await.unwrap();
        graph.behave(|conduct| (conduct.replays, conduct.page_size) = (replays, 3));
        graph.edit_event(&single, &json!({ "subject": "Cup final" }));
        graph.delete_event(&away);
        let far = outlook("Left", "2030-04-03T18:00:00", "2030-04-03T20:00:00");
        graph.edit_event(&left, &json!({ "start": far["start"], "end": far["end"] }));
        graph.move_event(&carried, &graph.add_calendar("Other", true));
        graph.edit_event(&old, &json!({ "subject": "Old times" }));
        graph.edit_event(&graph.date_of(&series, date(2027, 3, 13)), &json!({ "subject": "Match" }));
        graph.delete_event(&graph.date_of(&series, date(2027, 3, 20)));
        let (items, _, complete) = listed(&*remote, From::Token(&token)).await.unwrap();
        assert!(!complete, "only what changed was listed");
        assert_eq!(events(&items[&single])[0].summary, "Cup final", "a change");
        assert_eq!(items[&away].content, Content::Deleted, "a deletion");
        assert_eq!(events(&items[&left])[0].start, at("20300403T180000"), "what only left the window is not gone");
        assert_eq!(items[&carried].content, Content::Deleted, "what was moved to another calendar is gone from this one");
        assert_eq!(events(&items[&old])[0].summary, "Old times", "a change outside the window");
        assert_eq!(events(&items[&series])[0].recurrence.excluded, [at("20270320T180000")], "a date that was deleted");
        let match_day = &items[&graph.date_of(&series, date(2027, 3, 13))];
        assert_eq!(
            (events(match_day)[0].summary.as_str(), match_day.series.as_deref()),
            ("Match", Some(series.as_str())),
            "a date that was changed"
        );
    }
}

#[tokio::test]
async fn a_date_that_is_no_exception_any_more_is_told_as_gone() {
    let graph = graph();
    let series = graph.add_event(CALENDAR, &weekly("Training"));
    let day = graph.date_of(&series, date(2027, 3, 13));
    graph.edit_event(&day, &json!({ "subject": "Match" }));
    let remote = remote(&graph);
    let (items, token, _) = listed(&*remote, From::Beginning).await.unwrap();
    assert!(items.contains_key(&day), "it is an exception");
    let later = weekly("Training");
    let moved = outlook("", "2027-03-06T19:00:00", "2027-03-06T21:00:00");
    graph.edit_event(&series, &json!({ "start": moved["start"], "end": moved["end"], "recurrence": later["recurrence"] }));
    let (items, ..) = listed(&*remote, From::Token(&token)).await.unwrap();
    assert_eq!(items[&day].content, Content::Deleted, "the series took it back");
    assert_eq!(events(&items[&series])[0].start, at("20270306T190000"), "with its new time");
}

#[tokio::test]
async fn a_list_that_repeats_itself_is_left_in_words() {
    let graph = graph();
    for day in 1..=9 {
        graph.add_event(CALENDAR, &outlook("Cup", &format!("2027-04-0{day}T18:00:00"), &format!("2027-04-0{day}T20:00:00")));
    }
    graph.behave(|conduct| (conduct.loops, conduct.page_size) = (true, 3));
    let failure = listed(&*remote(&graph), From::Beginning).await.unwrap_err();
    assert!(matches!(&failure, RemoteFailure::Later { reason, .. } if reason.contains("repeats")), "{failure:?}");
    assert!(graph.counts().all() < 10, "and soon");
}

#[tokio::test]
async fn a_place_that_is_forgotten_means_from_the_beginning() {
    let graph = graph();
    let remote = remote(&graph);
    let (_, token, _) = listed(&*remote, From::Beginning).await.unwrap();
    for forgets in [Forgets::Gone, Forgets::SyncState] {
        graph.behave(|conduct| conduct.forgets = Some(forgets));
        assert_eq!(listed(&*remote, From::Token(&token)).await.unwrap_err(), RemoteFailure::TokenExpired, "{forgets:?}");
    }
    graph.behave(|conduct| conduct.forgets = None);
    assert!(listed(&*remote, From::Token(&token)).await.is_ok(), "else it is known");
    graph.behave(|conduct| conduct.now = Some(NOW + jiff::SignedDuration::from_hours(24 * 31)));
    assert_eq!(listed(&*remote, From::Token(&token)).await.unwrap_err(), RemoteFailure::TokenExpired, "a new month moves the window");
    assert_eq!(listed(&*remote, From::Token("{}")).await.unwrap_err(), RemoteFailure::TokenExpired, "and so does a token of another make");
}

#[tokio::test]
async fn ten_thousand_events_are_mirrored_at_once() {
    let graph = graph();
    for number in 0..10_000 {
        let (month, day) = (number % 12 + 1, number / 12 % 28 + 1);
        graph.add_event(
            CALENDAR,
            &outlook(
                &format!("Game {number}"),
                &format!("2027-{month:02}-{day:02}T18:00:00"),
                &format!("2027-{month:02}-{day:02}T20:00:00"),
            ),
        );
    }
    let remote = remote(&graph);
    let begun = Instant::now();
    let (items, _, complete) = listed(&*remote, From::Beginning).await.unwrap();
    println!("10,000 events in {:?} and {} requests", begun.elapsed(), graph.counts().all());
    assert_eq!((items.len(), complete), (10_000, true), "all of them");
    assert!(graph.counts().all() < 50, "page by page");
}
