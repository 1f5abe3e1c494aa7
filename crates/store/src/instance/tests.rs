use calendar::{Event, EventTime};
use jiff::Timestamp;
use rusqlite::params;

use crate::fixture::{Desk, at, event, exception, series, time};
use crate::instance::{self, Calendars, Occurrence, Roll};

const NOW: &str = "2027-03-01T00:00:00Z";

async fn between(desk: &Desk, from: &'static str, to: &'static str) -> Vec<Occurrence> {
    desk.store.read(move |r| instance::between(r, Calendars::Shown, at(from), at(to), None, 10_000)).await.expect("a read")
}

async fn roll(desk: &Desk, now: Timestamp) {
    let mut after = 0;
    while let Roll::More(last) = desk.store.write(move |w| instance::roll_window(w, now, after)).await.expect("a step") {
        after = last;
    }
}

fn starts(occurrences: &[Occurrence]) -> Vec<&str> {
    occurrences.iter().map(|occurrence| occurrence.start_local.as_str()).collect()
}

/// A season with everything that can make a difference.
fn season() -> Vec<Event> {
    let mut cancelled = exception("weekly", "2027-03-28T13:00:00", "2027-03-28T13:00:00");
    cancelled.status = calendar::EventStatus::Cancelled;
    let mut trip = event("trip", "2027-03-01T08:00:00");
    trip.end = time("2027-04-20T08:00:00");
    let mut day = event("day", "2027-03-17T00:00:00");
    day.start = EventTime::Date("2027-03-17".parse().expect("a day"));
    day.end = EventTime::Date("2027-03-18".parse().expect("a day"));
    let mut weekly = series("weekly", "2027-02-28T13:00:00", "FREQ=WEEKLY");
    weekly.recurrence.excluded = vec![time("2027-03-07T13:00:00")];
    vec![
        weekly,
        exception("weekly", "2027-03-21T13:00:00", "2027-03-24T19:00:00"),
        cancelled,
        series("counted", "2027-03-02T09:00:00", "FREQ=DAILY;COUNT=5"),
        series("night", "2027-01-01T22:00:00", "FREQ=MONTHLY;UNTIL=20270401T000000Z"),
        trip,
        day,
        event("game", "2027-03-14T02:30:00"),
    ]
}

#[tokio::test]
async fn stored_and_expanded_occurrences_are_the_same() {
    let desk = Desk::new().await;
    desk.put(season()).await;
    let ranges = [
        ("2027-03-01T06:00:00Z", "2027-04-01T05:00:00Z"),
        ("2027-03-24T00:00:00Z", "2027-03-25T00:00:00Z"),
        ("2027-03-14T20:00:00Z", "2027-03-14T21:00:00Z"),
    ];
    for (from, to) in ranges {
        let expanded = between(&desk, from, to).await;
        assert!(!expanded.is_empty(), "something takes place from {from}");
        roll(&desk, at(NOW)).await;
        assert_eq!(between(&desk, from, to).await, expanded, "the window of instances changes no answer from {from}");
        desk.store.write(|w| crate::setting::put(w, "instance_window", "")).await.expect("the window is forgotten");
    }
}

#[tokio::test]
async fn a_month_shows_exceptions_in_place_of_their_occurrences() {
    let desk = Desk::new().await;
    roll(&desk, at(NOW)).await;
    desk.put(season()).await;
    let month = between(&desk, "2027-03-10T00:00:00Z", "2027-04-01T05:00:00Z").await;
    let weekly: Vec<_> = month.iter().filter(|occurrence| occurrence.uid == "weekly").cloned().collect();
    assert_eq!(
        starts(&weekly),
        ["2027-03-14T13:00:00", "2027-03-24T19:00:00", "2027-03-28T13:00:00"],
        "the moved one stands at its new time"
    );
    assert_eq!(weekly[1].recurrence_id, "20270321T130000", "and keeps its name");
    assert_eq!(weekly[2].status, "cancelled", "the cancelled one is shown as such");
    assert_ne!(weekly[0].start_utc % 86_400_000, weekly[2].start_utc % 3_600_000 + 1, "instants follow the zone");
    let gap = month.iter().find(|occurrence| occurrence.uid == "game").expect("the game in the gap");
    assert_eq!(gap.start_local, "2027-03-14T03:30:00", "a time that the clocks skip is shown as the clock will show it");
}

#[tokio::test]
async fn an_exception_without_a_colour_has_that_of_its_series() {
    let desk = Desk::new().await;
    let mut weekly = season();
    for event in weekly.iter_mut().filter(|event| event.uid == "weekly" && event.recurrence_id.is_none()) {
        calendar::colour::set_colour(event, "hotpink");
    }
    desk.put(weekly).await;
    for window in [false, true] {
        if window {
            roll(&desk, at(NOW)).await;
        }
        let month = between(&desk, "2027-03-10T00:00:00Z", "2027-04-01T05:00:00Z").await;
        let of = |uid: &str| {
            month.iter().filter(|occurrence| occurrence.uid == uid).map(|occurrence| occurrence.colour.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of("weekly"), ["hotpink"; 3], "dates of the rule, one that moved and one that is cancelled (window: {window})");
        assert_eq!(of("game"), [""], "what has none is drawn in its calendar's (window: {window})");
    }
}

#[tokio::test]
async fn the_range_takes_what_ends_at_its_beginning_and_leaves_what_starts_at_its_end() {
    let desk = Desk::new().await;
    desk.put(vec![
        event("a", "2027-03-14T11:00:00"),
        event("b", "2027-03-14T15:00:00"),
        series("c", "2027-03-14T11:00:00", "FREQ=DAILY;COUNT=2"),
    ])
    .await;
    for window in [false, true] {
        if window {
            roll(&desk, at(NOW)).await;
        }
        let found = between(&desk, "2027-03-14T18:00:00Z", "2027-03-14T20:00:00Z").await;
        let uids: Vec<_> = found.iter().map(|occurrence| occurrence.uid.as_str()).collect();
        assert_eq!(uids, ["a", "c"], "a and c end at 13:00 in Chicago, b starts at 15:00 (window: {window})");
    }
}

#[tokio::test]
async fn an_edit_while_the_window_moves_is_not_lost() {
    let desk = Desk::new().await;
    desk.put(vec![series("a", "2027-03-02T09:00:00", "FREQ=DAILY")]).await;
    let first = desk.store.write(|w| instance::roll_window(w, at(NOW), 0)).await.expect("a step");
    let Roll::More(after) = first else { panic!("there is a series to expand") };
    desk.put(vec![series("a", "2027-03-02T10:00:00", "FREQ=DAILY")]).await;
    while let Roll::More(_) = desk.store.write(move |w| instance::roll_window(w, at(NOW), after)).await.expect("a step") {}
    let day = between(&desk, "2029-06-01T00:00:00Z", "2029-06-02T00:00:00Z").await;
    assert_eq!(starts(&day), ["2029-06-01T10:00:00"], "the new time holds to the end of the window");
}

#[tokio::test]
async fn the_window_follows_the_clock() {
    let desk = Desk::new().await;
    roll(&desk, at(NOW)).await;
    let due = |now: &'static str| {
        let store = desk.store.clone();
        async move { store.read(move |r| instance::window_is_due(r, at(now))).await.expect("a read") }
    };
    assert!(!due("2027-03-20T00:00:00Z").await, "weeks do not matter");
    assert!(due("2027-08-01T00:00:00Z").await, "months do");
    assert!(due("2026-08-01T00:00:00Z").await, "so does a clock that was put back");
}

#[tokio::test]
async fn pages_of_a_range_join_without_a_gap() {
    let desk = Desk::new().await;
    desk.put(season()).await;
    roll(&desk, at(NOW)).await;
    let (from, to) = (at("2027-03-01T00:00:00Z"), at("2027-05-01T00:00:00Z"));
    let whole = between(&desk, "2027-03-01T00:00:00Z", "2027-05-01T00:00:00Z").await;
    let mut joined: Vec<Occurrence> = Vec::new();
    loop {
        let after = joined.last().map(Occurrence::order);
        let page = desk.store.read(move |r| instance::between(r, Calendars::All, from, to, after.as_ref(), 3)).await.expect("a page");
        if page.is_empty() {
            break;
        }
        joined.extend(page);
    }
    assert_eq!(joined, whole, "three at a time give the same list");
}

#[tokio::test]
async fn a_month_says_what_the_current_versions_say() {
    let desk = Desk::new().await;
    roll(&desk, at(NOW)).await;
    desk.put(vec![exception("alone", "2027-03-21T13:00:00", "2027-03-22T13:00:00")]).await;
    desk.put(vec![event("alone", "2027-03-14T13:00:00"), series("weekly", "2027-03-02T09:00:00", "FREQ=WEEKLY")]).await;
    let month = between(&desk, "2027-03-01T00:00:00Z", "2027-04-01T05:00:00Z").await;
    let alone: Vec<_> = month.iter().filter(|occurrence| occurrence.uid == "alone").collect();
    assert_eq!(alone.len(), 2, "the event and the exception that came before it");
    assert_eq!(alone[0].series, alone[1].series, "the exception belongs to the event that came later");
    let mut renamed = series("weekly", "2027-03-02T09:00:00", "FREQ=WEEKLY");
    renamed.summary = "Another name".to_owned();
    renamed.place = "Another hall".to_owned();
    desk.put(vec![renamed]).await;
    let month = between(&desk, "2027-03-01T00:00:00Z", "2027-04-01T05:00:00Z").await;
    for occurrence in month.iter().filter(|occurrence| occurrence.uid == "weekly") {
        assert_eq!((occurrence.summary.as_str(), occurrence.place.as_str()), ("Another name", "Another hall"), "every date is renamed");
    }
}

#[tokio::test]
async fn a_hidden_calendar_is_not_looked_at() {
    let desk = Desk::new().await;
    desk.put(season()).await;
    let calendar = desk.calendar;
    desk.store
        .write(move |w| {
            let mut calendar = crate::calendar::get(w, calendar)?.expect("the calendar");
            calendar.hidden = true;
            crate::calendar::update(w, &calendar)
        })
        .await
        .expect("it is hidden");
    assert!(between(&desk, "2027-03-01T00:00:00Z", "2027-05-01T00:00:00Z").await.is_empty(), "nothing is shown");
}

#[tokio::test]
async fn views_and_lists_read_no_table_from_end_to_end() {
    let desk = Desk::new().await;
    desk.put(season()).await;
    for calendars in [Calendars::Shown, Calendars::One(desk.calendar)] {
        for [short, long] in
            [instance::read::sql(calendars, instance::read::Kinds::All), instance::read::sql(calendars, instance::read::Kinds::Own)]
        {
            for sql in [short, long] {
                let plan = desk.store.read(move |r| plan(r, &sql)).await.expect("a plan");
                for step in plan.iter().filter(|step| !step.contains("json_each")) {
                    assert!(!step.starts_with("SCAN"), "{step} reads everything");
                }
            }
        }
    }
}

fn plan(r: &crate::Reader<'_>, sql: &str) -> anyhow::Result<Vec<String>> {
    let mut statement = r.0.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let rows = statement.query_map(params![0, 1, 0, 0, "", 10, "[1]"], |row| row.get::<_, String>(3))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
