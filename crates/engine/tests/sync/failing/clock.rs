//! A clock that is wrong: the provider's, or this computer's, which comes to the same.

use engine::calendars::view::EventDraft;
use engine::{Clock as _, sync};
use jiff::SignedDuration;
use testkit::scripted_http::Reply;
use testkit::troubled_line::{Trouble, When};

use super::world::{Provider, World};
use crate::sync::world::game;

const HOUR: i64 = 3_600;

fn titled(title: &str) -> EventDraft {
    EventDraft { summary: Some(title.into()), ..EventDraft::default() }
}

/// The same title is edited on both sides: whichever was edited later stands, however far the clocks are apart.
async fn later_edits_stand(start: fn() -> Provider) {
    for ahead in [HOUR, -HOUR] {
        let (provider, ahead) = (&start(), SignedDuration::from_secs(ahead));
        let world = World::with_two_clocks(provider, "Clock", ahead).await;
        let who = format!("{}, whose clock is ahead by {ahead:?}", provider.name());
        world.put_there("final", Some(game("final", "20270306T180000", "Earlier there"))).await;
        world.clock.advance(SignedDuration::from_secs(20));
        world.edit("final", titled("Later here")).await;
        let report = world.look().await;
        assert_eq!((report.problem.as_str(), report.calendars[0].clashes), ("", 1), "{who}: both edited the title");
        let titles: Vec<String> = world.here().await.into_iter().map(|(title, _)| title).collect();
        assert!(titles.contains(&"Later here".to_owned()), "{who}: the later edit stands: {titles:?}");

        world.clock.advance(SignedDuration::from_secs(-60));
        world.edit("party", titled("Earlier here")).await;
        world.put_there("party", Some(game("party", "20270306T180000", "Later there"))).await;
        world.clock.advance(SignedDuration::from_secs(60));
        let report = world.look().await;
        assert_eq!((report.problem.as_str(), report.calendars[0].clashes), ("", 1), "{who}: both edited the title");
        assert_eq!(world.here().await, world.there().await, "{who}: both sides say the same");
        let titles: Vec<String> = world.here().await.into_iter().map(|(title, _)| title).collect();
        assert!(titles.contains(&"Later there".to_owned()), "{who}: the later edit stands: {titles:?}");
    }
}

#[tokio::test]
async fn an_edit_that_is_later_stands_though_a_clock_is_an_hour_wrong() {
    for start in [Provider::google, Provider::microsoft, Provider::radicale, Provider::xandikos] {
        later_edits_stand(start).await;
    }
}

#[tokio::test]
async fn a_pause_that_was_reckoned_by_a_wrong_clock_ends_when_the_clock_is_right() {
    let provider = Provider::google();
    let world = World::new(&provider, "Team").await;
    world.edit_both().await;
    let right = world.clock.now();
    world.clock.advance(SignedDuration::from_hours(24 * 365));
    let throttled = Reply::new(429).header("Retry-After", "600");
    world.line.trouble(When::AtWrites, Trouble::Answered(throttled));
    let report = world.sync().await;
    assert!(report.problem.contains("less often"), "it is throttled in next year: {}", report.problem);
    world.line.mend();
    world.clock.advance(right.duration_since(world.clock.now()));
    let report = world.sync().await;
    assert_eq!(report.problem, "", "this year it goes on");
    world.assert_right("after a year that was none").await;
}

#[tokio::test]
async fn an_account_without_mirrors_is_not_said_to_work_again() {
    let provider = Provider::google();
    let world = World::new(&provider, "Team").await;
    let Provider::Google(google) = &provider else { panic!("it is Google") };
    google.withdraw_consent();
    world.sync().await;
    let mirror = world.shown().await.calendars.remove(0).calendar;
    sync::stop_mirroring(&world.engine, &mirror).await.expect("it is mirrored no more");
    sync::sync(&world.engine, None).await.expect("there is nothing to look at");
    let state = sync::named(&world.engine, "Club").await.expect("the account").state.word();
    assert_eq!(state, "needs_login", "nobody was asked, so nobody said that it works");
}
