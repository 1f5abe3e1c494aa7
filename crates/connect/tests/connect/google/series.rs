use std::collections::BTreeMap;

use calendar::remote::{RemoteFailure, SeriesWrite, WriteOutcome};
use calendar::sync::Series;
use calendar::{Event, EventStatus};
use proptest::prelude::*;
use serde_json::json;
use testkit::fake_google::{Failure, FakeGoogle};

use super::{ANN, assert_quiet, assert_stands, at, count, exception, google, listed, season, write, written};

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
