use calendar::remote::Access;
use calendar::{Event, EventStatus};
use engine::calendars::import;
use engine::calendars::view::EventDraft;
use engine::sync;
use testkit::fake_calendars::{FakeCalendars, Shape};

use super::world::{TEAM, World, at, exception, game, weekly};

const SHAPES: [Shape; 2] = [Shape::Whole, Shape::Single];

#[tokio::test]
async fn what_is_there_comes_here_and_a_second_look_changes_nothing() {
    for shape in SHAPES {
        let world = World::new(shape).await;
        for number in 0..120 {
            world.there(&[game(&format!("g{number}"), "20270306T180000", &format!("Game {number}"))]);
        }
        world.there(&[weekly("w", "Training"), exception("w", "20270313T180000", "Training outdoors")]);
        let first = world.sync().await;
        assert_eq!((first.changes, first.written, first.problem.as_str()), (121, 0, ""), "everything came, nothing went");
        world.assert_same("after the first look").await;
        let calls = world.remote.counts().0;
        let second = world.sync().await;
        assert_eq!((second.changes, second.written), (0, 0), "there was nothing new");
        assert_eq!(world.remote.counts().0 - calls, 1, "one request says so");
        world.remote.forget(TEAM);
        let anew = world.sync().await;
        assert_eq!((anew.changes, anew.written, anew.problem.as_str()), (0, 0, ""), "a look from the beginning finds nothing new either");
    }
}

#[tokio::test]
async fn an_edit_of_either_side_is_a_version_here_and_stands_on_both() {
    for shape in SHAPES {
        let world = World::new(shape).await;
        world.there(&[weekly("w", "Training")]);
        world.sync().await;
        let own = world.create("Party", "2027-04-01T20:00:00", "").await;
        world
            .edit("w", "20270313T180000", EventDraft { place: Some("Hall 2".into()), ..EventDraft::default() })
            .await
            .expect("it is edited");
        world.delete("w", "20270320T180000").await;
        let report = world.sync().await;
        assert_eq!((report.changes, report.written, report.refused), (0, 2, 0), "two series went there");
        world.assert_same("after edits here").await;
        let mut moved = world.remote.series(TEAM)[&own].to_events();
        (moved[0].start, moved[0].end) = (at("20270402T190000"), at("20270402T210000"));
        world.there(&moved);
        assert_eq!(world.sync().await.changes, 1, "what was moved on the phone came");
        world.assert_same("after an edit there").await;
        world.delete(&own, "").await;
        world.remote.delete(TEAM, "w");
        let report = world.sync().await;
        assert_eq!((report.changes, report.written), (1, 1), "a deletion goes both ways");
        assert!(world.here().await.is_empty() && world.remote.series(TEAM).is_empty(), "nothing is left on either side");
    }
}

#[tokio::test]
async fn what_the_provider_cannot_hold_stays_here_and_is_not_written_again() {
    let world = World::new(Shape::Single).await;
    let uid = world.create("Party", "2027-04-01T20:00:00", "").await;
    world
        .edit(&uid, "", EventDraft { url: Some("https://club.example/party".into()), ..EventDraft::default() })
        .await
        .expect("it is edited");
    world.sync().await;
    let mut renamed = world.remote.series(TEAM)[&uid].to_events();
    renamed[0].summary = "Spring party".into();
    world.there(&renamed);
    world.sync().await;
    let here = world.here().await[&uid].to_events();
    assert_eq!(
        (here[0].summary.as_str(), here[0].url.as_str()),
        ("Spring party", "https://club.example/party"),
        "the address is still here"
    );
    let writes = world.remote.counts().1;
    world.sync().await;
    assert_eq!(world.remote.counts().1, writes, "and nothing is written for its sake");
}

#[tokio::test]
async fn a_cancelled_date_stays_cancelled_here_and_is_out_there() {
    let world = World::new(Shape::Single).await;
    world.there(&[weekly("w", "Training")]);
    world.sync().await;
    let off = EventDraft { status: Some("cancelled".into()), ..EventDraft::default() };
    world.edit("w", "20270313T180000", off).await.expect("it is cancelled");
    world.sync().await;
    let there = world.remote.series(TEAM)["w"].to_events();
    assert_eq!(there[0].recurrence.excluded, [at("20270313T180000")], "nobody comes to a date that is out");
    let here = world.here().await["w"].to_events();
    assert!(here.iter().any(|event| event.status == EventStatus::Cancelled), "those who hold it can be told");
    world.assert_same("with a cancelled date").await;
}

#[tokio::test]
async fn a_file_dropped_into_a_mirrored_calendar_goes_there_once() {
    for shape in SHAPES {
        let world = World::new(shape).await;
        let season: Vec<Event> = (1..=30).map(|day| game(&format!("s{day}@league"), &format!("202704{day:02}T180000"), "Season")).collect();
        let text = calendar::ical::write("Season", &season);
        for round in 0..2 {
            let target = engine::calendars::view::ImportTarget::Existing { id: world.calendar.to_string() };
            let preview = import::preview_pasted(&world.engine, text.clone(), Some(target.clone()), 0).await.expect("it can be read");
            import::apply(&world.engine, &preview.id, target, false).await.expect("it is stored");
            let report = world.sync().await;
            assert_eq!(report.written, if round == 0 { 30 } else { 0 }, "each event once");
        }
        assert_eq!(world.remote.series(TEAM).len(), 30, "the season stands there");
        world.assert_same("after the season").await;
    }
}

#[tokio::test]
async fn a_calendar_that_may_only_be_looked_at_is_never_written_to() {
    let remote = FakeCalendars::new(Shape::Whole).with_calendar(TEAM, Access::Reader);
    let world = World::with(remote, TEAM).await;
    world.there(&[game("g", "20270306T180000", "Final")]);
    world.sync().await;
    let edit = EventDraft { summary: Some("Mine".into()), ..EventDraft::default() };
    let refused = world.edit("g", "", edit).await.expect_err("it belongs to somebody else");
    assert!(refused.message.contains("only be looked at"), "the sentence says why: {refused}");
    world.remote.delete(TEAM, "g");
    world.sync().await;
    assert!(world.here().await.is_empty(), "what is gone there is gone here");
    assert_eq!(world.remote.counts().1, 0, "nothing was written");
}

#[tokio::test]
async fn a_feed_that_names_everything_anew_brings_nothing_new() {
    let remote = FakeCalendars::new(Shape::Whole).with_calendar(TEAM, Access::Reader);
    let world = World::with(remote, TEAM).await;
    world.there(&[game("booking-1", "20270306T180000", "Reserved")]);
    world.there(&[game("booking-2", "20270307T180000", "Reserved")]);
    world.sync().await;
    for (old, new, day) in [("booking-1", "booking-8", "20270306T180000"), ("booking-2", "booking-9", "20270307T180000")] {
        world.remote.delete(TEAM, old);
        world.there(&[game(new, day, "Reserved")]);
    }
    world.remote.forget(TEAM);
    assert_eq!(world.sync().await.changes, 0, "the same bookings under other names");
    assert_eq!(world.here().await.into_keys().collect::<Vec<_>>(), ["booking-1", "booking-2"], "guests know them by the names they had");
    let mut moved = game("booking-9", "20270307T200000", "Reserved");
    moved.place = "Hall 2".into();
    world.there(&[moved]);
    assert_eq!(world.sync().await.changes, 1, "and what changes under the new name is followed");
    assert_eq!(world.here().await["booking-2"].to_events()[0].place, "Hall 2", "by the event that it is");
}

#[tokio::test]
async fn a_look_that_brought_something_unwelcome_is_undone_as_a_whole() {
    let world = World::new(Shape::Single).await;
    world.there(&[game("a", "20270306T180000", "Final")]);
    world.sync().await;
    world.there(&[game("a", "20270306T180000", "Wrong")]);
    world.there(&[game("b", "20270307T180000", "Also wrong")]);
    let report = world.sync().await;
    assert_eq!(report.changes, 2, "both came");
    world.tick();
    let undone = import::undo(&world.engine, &report.undo).await.expect("it is undone");
    assert_eq!((undone.undone, undone.left.len()), (2, 0), "both go back");
    world.sync().await;
    let there = world.remote.series(TEAM);
    assert_eq!((there.len(), there["a"].to_events()[0].summary.as_str()), (1, "Final"), "there too");
    world.assert_same("after the undoing").await;
}

#[tokio::test]
async fn an_account_that_is_let_go_leaves_what_was_mirrored() {
    let world = World::new(Shape::Single).await;
    world.there(&[game("a", "20270306T180000", "Final")]);
    world.sync().await;
    let account = sync::named(&world.engine, "Club").await.expect("the account");
    sync::remove(&world.engine, &account.id).await.expect("it is let go");
    assert_eq!(world.here().await.len(), 1, "the event is still here");
    world.create("Party", "2027-04-01T20:00:00", "").await;
    assert!(sync::sync(&world.engine, None).await.expect("nothing to look at").is_empty(), "no account is left");
    assert_eq!(world.remote.series(TEAM).len(), 1, "and nothing goes there any more");
}
