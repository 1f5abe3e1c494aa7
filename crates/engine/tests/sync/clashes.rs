use engine::calendars::view::EventDraft;
use engine::sync;
use testkit::fake_calendars::Shape;

use super::world::{TEAM, World, game};

fn renamed(summary: &str) -> EventDraft {
    EventDraft { summary: Some(summary.into()), ..EventDraft::default() }
}

#[tokio::test]
async fn the_later_edit_is_kept_and_the_other_is_one_press_away() {
    for (shape, is_here_later) in [(Shape::Whole, true), (Shape::Single, false), (Shape::Single, true), (Shape::Whole, false)] {
        let world = World::new(shape).await;
        world.there(&[game("g", "20270306T180000", "Final")]);
        world.sync().await;
        let phone = || world.there(&[game("g", "20270306T180000", "Phone")]);
        if is_here_later {
            phone();
        }
        world.edit("g", "", renamed("Desk")).await.expect("it is edited");
        if !is_here_later {
            phone();
        }
        let report = world.sync().await;
        let (kept, other) = if is_here_later { ("Desk", "Phone") } else { ("Phone", "Desk") };
        assert_eq!((report.clashes, report.problem.as_str()), (1, ""), "the organizer is told");
        assert_eq!(world.here().await["g"].to_events()[0].summary, kept, "the later edit is kept");
        world.assert_same("after a clash").await;
        let history = world.history().await;
        assert!(
            history.iter().any(|said| said.starts_with("Desk")) && history.iter().any(|said| said.starts_with("Phone")),
            "both are versions: {history:?}"
        );
        let told = sync::clashes(&world.engine).await.expect("they can be read");
        let [clash] = told.as_slice() else { panic!("one clash: {told:?}") };
        assert_eq!(
            (clash.field.as_str(), clash.here.as_str(), clash.there.as_str()),
            ("summary", "Desk", "Phone"),
            "both values are shown"
        );
        world.tick();
        sync::settle_clash(&world.engine, &clash.id, true).await.expect("it is settled");
        world.sync().await;
        assert_eq!(world.remote.series(TEAM)["g"].to_events()[0].summary, other, "the other took its place on both sides");
        world.assert_same("after the ruling").await;
        assert!(sync::clashes(&world.engine).await.expect("they can be read").is_empty(), "and nothing is left to rule on");
    }
}

#[tokio::test]
async fn an_edit_here_outlives_a_deletion_there_that_came_before_it() {
    for shape in [Shape::Whole, Shape::Single] {
        let world = World::new(shape).await;
        world.there(&[game("g", "20270306T180000", "Final")]);
        world.sync().await;
        world.tick();
        world.remote.delete(TEAM, "g");
        world.edit("g", "", renamed("Desk")).await.expect("it is edited");
        assert_eq!(world.sync().await.clashes, 1, "the organizer is told");
        assert_eq!(world.remote.series(TEAM)["g"].to_events()[0].summary, "Desk", "it is there again");
        world.assert_same("after it came back").await;
        let told = sync::clashes(&world.engine).await.expect("they can be read");
        world.tick();
        sync::settle_clash(&world.engine, &told[0].id, true).await.expect("it is settled");
        world.sync().await;
        assert!(world.remote.series(TEAM).is_empty() && world.here().await.is_empty(), "the deletion can still be had");
    }
}

#[tokio::test]
async fn different_fields_of_one_event_do_not_clash() {
    let world = World::new(Shape::Single).await;
    world.there(&[game("g", "20270306T180000", "Final")]);
    world.sync().await;
    world.edit("g", "", EventDraft { place: Some("Hall 2".into()), ..EventDraft::default() }).await.expect("it is edited");
    world.there(&[game("g", "20270307T180000", "Final")]);
    let report = world.sync().await;
    assert_eq!((report.clashes, report.changes, report.written), (0, 1, 1), "both edits stand, and nobody is asked");
    world.assert_same("after both").await;
}
