use calendar::remote::RemoteFailure;
use engine::calendars::view::EventDraft;
use engine::sync;
use jiff::SignedDuration;
use testkit::fake_calendars::{Fault, Shape};

use super::world::{TEAM, World, game};

fn later(after_seconds: Option<u64>) -> Fault {
    Fault::Fails(RemoteFailure::Later { reason: "too many requests".into(), after_seconds })
}

#[tokio::test]
async fn a_first_writing_whose_answer_was_lost_makes_one_event() {
    for shape in [Shape::Whole, Shape::Single] {
        let world = World::new(shape).await;
        let uid = world.create("Party", "2027-04-01T20:00:00", "").await;
        // One call looks, the second writes.
        world.remote.fail([later(None)]);
        world.sync().await;
        world.wait(SignedDuration::from_hours(2));
        world.remote.forget(TEAM);
        world.sync().await;
        assert_eq!(world.remote.series(TEAM).len(), 1, "it is there once");
        world.edit(&uid, "", EventDraft { summary: Some("Spring party".into()), ..EventDraft::default() }).await.expect("it is edited");
        world.sync().await;
        world.assert_same("after a lost look").await;

        let second = world.create("Match", "2027-05-01T20:00:00", "").await;
        let calls_of_a_look = 1;
        world.remote.fail(std::iter::repeat_n(Fault::Unheard, calls_of_a_look + 1));
        let report = world.sync().await;
        assert!(!report.problem.is_empty(), "the organizer sees that it did not come to its end");
        let world = world.restarted().await;
        world.wait(SignedDuration::from_hours(2));
        let report = world.sync().await;
        assert_eq!((report.problem.as_str(), report.clashes), ("", 0), "it goes on by itself");
        assert_eq!(world.remote.series(TEAM).keys().filter(|known| **known == second).count(), 1, "and there is one event");
        assert_eq!(world.remote.series(TEAM).len(), 2, "no twin");
        world.assert_same("after a lost answer").await;
    }
}

#[tokio::test]
async fn a_provider_that_asks_for_patience_is_given_it() {
    let world = World::new(Shape::Single).await;
    world.create("Party", "2027-04-01T20:00:00", "").await;
    // The look itself goes through.
    world.remote.fail([Fault::Unheard, later(Some(1800))]);
    world.sync().await;
    let shown = sync::list(&world.engine).await.expect("the accounts");
    assert_eq!(shown[0].calendars[0].waiting, 1, "it waits to be written");
    assert!(shown[0].calendars[0].troubled[0].problem.contains("Too many requests."), "with the provider's words");
    world.sync().await;
    assert_eq!(world.remote.counts().1, 0, "it is not tried before its time");
    world.wait(SignedDuration::from_mins(40));
    world.sync().await;
    assert_eq!(world.remote.counts().1, 1, "and then it is");
    world.assert_same("after the wait").await;
}

#[tokio::test]
async fn a_consent_that_ended_is_said_and_nothing_is_lost() {
    let world = World::new(Shape::Whole).await;
    world.create("Party", "2027-04-01T20:00:00", "").await;
    world.remote.fail([Fault::Fails(RemoteFailure::NeedsLogin { reason: "invalid_grant".into() })]);
    let report = world.sync_all().await;
    assert!(report.problem.contains("Sign in again"), "the report says what to do: {}", report.problem);
    let account = sync::named(&world.engine, "Club").await.expect("the account");
    assert_eq!(account.state.word(), "needs_login", "the account shows it");
    world.sync().await;
    assert_eq!(sync::named(&world.engine, "Club").await.expect("the account").state.word(), "ok", "it works again as soon as it does");
    world.assert_same("after the new consent").await;
}

#[tokio::test]
async fn a_calendar_that_is_gone_there_stays_here() {
    let world = World::new(Shape::Single).await;
    world.there(&[game("g", "20270306T180000", "Final")]);
    world.sync().await;
    world.remote.fail([Fault::Fails(RemoteFailure::CalendarGone { reason: "404 not found".into() })]);
    let report = world.sync().await;
    assert!(
        report.problem.contains("no longer there") && report.problem.contains("stays here"),
        "the sentence says both: {}",
        report.problem
    );
    assert_eq!(world.here().await.len(), 1, "nothing was deleted");
}

#[tokio::test]
async fn somebody_who_is_quicker_is_heard_first() {
    let world = World::new(Shape::Single).await;
    world.there(&[game("g", "20270306T180000", "Final")]);
    world.sync().await;
    world.edit("g", "", EventDraft { place: Some("Hall 2".into()), ..EventDraft::default() }).await.expect("it is edited");
    // Between the look and the write the phone edits too: the write finds another version.
    let (first, second) = (sync::sync(&world.engine, None), async { world.there(&[game("g", "20270306T180000", "Phone")]) });
    let (report, ()) = tokio::join!(first, second);
    report.expect("it can be looked at");
    world.sync().await;
    let here = world.here().await["g"].to_events();
    assert_eq!((here[0].summary.as_str(), here[0].place.as_str()), ("Phone", "Hall 2"), "both edits stand");
    world.assert_same("after a race").await;
}
