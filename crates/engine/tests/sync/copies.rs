//! What stands in a feed of bookings is written into the team's calendar by a rule.

use calendar::colour::colour_of;
use calendar::copies::source_of;
use calendar::remote::Access;
use calendar::{Event, EventStatus};
use engine::calendars::view::EventDraft;
use engine::copies::view::{RuleForm, RuleView, WhenGone};
use engine::copies::{list_rules, list_twins, preview_rule, put_rule, remove_rule, settle_twin};
use engine::sync;
use testkit::fake_calendars::{FakeCalendars, Fault, Shape};

use super::world::{TEAM, World, game, weekly};

const BOOKINGS: &str = "Bookings";

/// The team's calendar and a feed of bookings, both at one provider.
async fn world(shape: Shape, bookings: &[Event]) -> World {
    let remote = FakeCalendars::new(shape).with_calendar(TEAM, Access::Owner).with_calendar(BOOKINGS, Access::Reader);
    for booking in bookings {
        remote.put(BOOKINGS, std::slice::from_ref(booking));
    }
    let world = World::with(remote, TEAM).await;
    let account = sync::list(&world.engine).await.expect("they can be read").remove(0).id;
    sync::mirror_calendars(&world.engine, &account, &[BOOKINGS.to_owned()]).await.expect("it is mirrored");
    world.sync_all().await;
    world
}

async fn id_of(world: &World, name: &str) -> String {
    engine::calendars::find_calendar(&world.engine, name).await.expect("it is there").id
}

async fn form(world: &World) -> RuleForm {
    RuleForm {
        source: id_of(world, BOOKINGS).await,
        target: id_of(world, TEAM).await,
        title: "Booked: {title}".into(),
        colour: "red".into(),
        zone: String::new(),
        words: Vec::new(),
        only_confirmed: false,
        only_coming: true,
        gone: WhenGone::Cancel,
    }
}

async fn rule(world: &World) -> RuleView {
    put_rule(&world.engine, "", form(world).await).await.expect("the rule is made")
}

/// The copies in the team's calendar, by title.
async fn team(world: &World) -> Vec<Event> {
    let mut events: Vec<Event> = world.here().await.into_values().flat_map(|series| series.to_events()).collect();
    events.sort_by(|left, right| left.summary.cmp(&right.summary));
    events
}

fn titles(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.summary.as_str()).collect()
}

async fn put(world: &World, booking: Event) {
    world.tick();
    world.remote.put(BOOKINGS, &[booking]);
    world.sync_all().await;
}

#[tokio::test]
async fn a_feed_is_written_into_another_calendar_by_a_rule_and_once_only() {
    for shape in [Shape::Whole, Shape::Single] {
        let world =
            world(shape, &[game("a", "20270306T180000", "Maier"), weekly("w", "Training"), game("old", "20260306T180000", "Gone by")])
                .await;
        let made = rule(&world).await;
        assert_eq!((made.copies, made.twins, made.problem.as_str()), (2, 0, ""), "what is over is left out");
        let events = team(&world).await;
        assert_eq!(titles(&events), ["Booked: Maier", "Booked: Training"], "under the rule's title");
        assert_eq!((source_of(&events[0]), colour_of(&events[0])), (Some("a"), Some("red")), "with the booking's id and the rule's colour");
        let report = world.sync_all().await;
        assert!(report.problem.is_empty() && world.remote.series(TEAM).len() == 2, "the provider has them too: {report:?}");
        world.assert_same("after the rule").await;
        put(&world, game("b", "20270307T180000", "Huber")).await;
        assert_eq!(
            titles(&team(&world).await),
            ["Booked: Huber", "Booked: Maier", "Booked: Training"],
            "what is new follows with the next sync"
        );
        assert_eq!(world.remote.series(TEAM).len(), 3, "and goes to the provider in the same");
        let before = world.history().await.len();
        world.sync_all().await;
        put_rule(&world.engine, &made.id, form(&world).await).await.expect("the same rule once more");
        assert_eq!(world.history().await.len(), before, "done again it writes nothing");
    }
}

#[tokio::test]
async fn the_feeds_change_and_the_organizers_edit_of_another_field_both_stand() {
    let world = world(Shape::Single, &[game("a", "20270306T180000", "Maier")]).await;
    rule(&world).await;
    let uid = team(&world).await[0].uid.clone();
    world.edit(&uid, "", EventDraft { place: Some("Hall 2".into()), ..EventDraft::default() }).await.expect("it is edited");
    put(&world, game("a", "20270306T200000", "Maier")).await;
    let events = team(&world).await;
    assert_eq!((events[0].place.as_str(), events[0].start.value().as_str()), ("Hall 2", "20270306T200000"), "the place and the new time");
    assert!(sync::clashes(&world.engine).await.expect("they can be read").is_empty(), "nobody is asked");
    world.assert_same("after both").await;
    let changes = engine::calendars::calendar_changes(&world.engine, &id_of(&world, TEAM).await, "").await.expect("they can be read");
    let sources: Vec<&str> = changes.rows.iter().map(|row| row.version.account.as_str()).collect();
    assert_eq!(sources, [BOOKINGS, "", BOOKINGS], "history says which version came from the feed");
}

#[tokio::test]
async fn an_edit_of_the_same_field_stays_and_the_feeds_is_one_press_away() {
    let world = world(Shape::Whole, &[game("a", "20270306T180000", "Maier")]).await;
    rule(&world).await;
    let uid = team(&world).await[0].uid.clone();
    world.edit(&uid, "", EventDraft { summary: Some("Wedding".into()), ..EventDraft::default() }).await.expect("it is edited");
    put(&world, game("a", "20270306T180000", "Mayer")).await;
    assert_eq!(titles(&team(&world).await), ["Wedding"], "the organizer's title stays");
    let clashes = sync::clashes(&world.engine).await.expect("they can be read");
    let [clash] = clashes.as_slice() else { panic!("one: {clashes:?}") };
    assert_eq!(
        (clash.account.as_str(), clash.there.as_str(), clash.kept.as_str()),
        (BOOKINGS, "Booked: Mayer", "here"),
        "the feed's is named"
    );
    sync::settle_clash(&world.engine, &clash.id, true).await.expect("it is settled");
    assert_eq!(titles(&team(&world).await), ["Booked: Mayer"], "and can be had");
    world.sync_all().await;
    assert_eq!(titles(&team(&world).await), ["Booked: Mayer"], "for good");
}

#[tokio::test]
async fn what_is_gone_from_the_feed_is_cancelled_but_not_because_a_fetch_failed() {
    let world = world(Shape::Whole, &[game("a", "20270306T180000", "Maier"), game("b", "20270307T180000", "Huber")]).await;
    rule(&world).await;
    world.tick();
    world.remote.delete(BOOKINGS, "a");
    let failure = calendar::remote::RemoteFailure::Later { reason: "the feed is cut off".into(), after_seconds: None };
    world.remote.fail(std::iter::repeat_n(Fault::Fails(failure), 8));
    world.sync_all().await;
    assert!(team(&world).await.iter().all(|event| event.status == EventStatus::Confirmed), "a fetch that failed cancels nothing");
    world.remote.fail([]);
    for _ in 0..8 {
        world.sync_all().await;
    }
    let said: Vec<EventStatus> = team(&world).await.iter().map(|event| event.status).collect();
    assert_eq!(said, [EventStatus::Confirmed, EventStatus::Cancelled], "what is gone says so: Huber stays, Maier is cancelled");
    put(&world, game("a", "20270306T180000", "Maier")).await;
    assert!(team(&world).await.iter().all(|event| event.status == EventStatus::Confirmed), "what comes back takes place again");
}

#[tokio::test]
async fn a_look_is_undone_as_a_whole_and_what_was_deleted_by_hand_is_not_made_again() {
    let world = world(Shape::Single, &[game("a", "20270306T180000", "Maier"), game("b", "20270307T180000", "Huber")]).await;
    rule(&world).await;
    let changes = engine::calendars::calendar_changes(&world.engine, &id_of(&world, TEAM).await, "").await.expect("they can be read");
    let undone = engine::calendars::import::undo(&world.engine, &changes.rows[0].import).await.expect("it is undone");
    assert_eq!((undone.undone, team(&world).await.len()), (2, 0), "both copies go in one step");
    put(&world, game("a", "20270306T200000", "Maier")).await;
    assert!(team(&world).await.is_empty(), "whatever the feed says of them afterwards");
    put(&world, game("c", "20270308T180000", "Weber")).await;
    assert_eq!(titles(&team(&world).await), ["Booked: Weber"], "and what is new is copied");
}

#[tokio::test]
async fn a_twin_that_was_made_by_hand_is_not_doubled_but_offered() {
    for merge in [true, false] {
        let world = world(Shape::Whole, &[Event { place: "Hall 2".into(), ..game("a", "20270306T180000", "Wedding Maier") }]).await;
        world.create("Maier wedding!", "2027-03-06T18:00", "").await;
        let preview = preview_rule(&world.engine, form(&world).await).await.expect("it can be looked at");
        assert_eq!((preview.total, preview.wanted, preview.twins), (1, 1, 1), "the preview says so");
        assert_eq!(rule(&world).await.twins, 1, "it waits for the organizer");
        assert_eq!(titles(&team(&world).await), ["Maier wedding!"], "nothing is doubled");
        let twins = list_twins(&world.engine).await.expect("they can be read");
        let [twin] = twins.as_slice() else { panic!("one: {twins:?}") };
        assert_eq!((twin.booking.summary.as_str(), twin.by_hand.summary.as_str()), ("Wedding Maier", "Maier wedding!"), "both are named");
        world.tick();
        settle_twin(&world.engine, &twin.id, merge).await.expect("it is settled");
        assert!(list_twins(&world.engine).await.expect("they can be read").is_empty(), "and nothing is left to ask");
        put(&world, game("a", "20270306T200000", "Wedding Maier")).await;
        let events = team(&world).await;
        if merge {
            assert_eq!(titles(&events), ["Maier wedding!"], "the organizer's own title stays");
            assert_eq!(events[0].start.value(), "20270306T200000", "and it follows the booking");
            assert_eq!(source_of(&events[0]), Some("a"), "whose id it carries");
        } else {
            assert_eq!(titles(&events), ["Booked: Wedding Maier", "Maier wedding!"], "both are kept");
            assert_eq!(events[1].start.value(), "20270306T180000", "the one that was made by hand as it was");
        }
        world.assert_same("after the ruling").await;
    }
}

#[tokio::test]
async fn a_rule_that_is_made_anew_takes_its_copies_over_again() {
    let world = world(Shape::Whole, &[game("a", "20270306T180000", "Maier")]).await;
    let made = rule(&world).await;
    remove_rule(&world.engine, &made.id).await.expect("it ends");
    assert_eq!(titles(&team(&world).await), ["Booked: Maier"], "what it wrote stays");
    rule(&world).await;
    assert_eq!(titles(&team(&world).await), ["Booked: Maier"], "nothing is doubled");
    put(&world, game("a", "20270306T200000", "Maier")).await;
    assert_eq!(team(&world).await[0].start.value(), "20270306T200000", "and it follows the booking again");
}

#[tokio::test]
async fn another_title_reaches_every_copy_that_nobody_renamed() {
    let world = world(Shape::Whole, &[game("a", "20270306T180000", "Maier"), game("b", "20270307T180000", "Huber")]).await;
    let made = rule(&world).await;
    let uid = team(&world).await[0].uid.clone();
    world.edit(&uid, "", EventDraft { description: Some("Bring chairs".into()), ..EventDraft::default() }).await.expect("it is edited");
    put_rule(&world.engine, &made.id, RuleForm { title: "{title} ({calendar})".into(), ..form(&world).await }).await.expect("it changes");
    let events = team(&world).await;
    assert_eq!(titles(&events), ["Huber (Bookings)", "Maier (Bookings)"], "both say it the new way");
    assert_eq!(events[0].description, "Bring chairs", "and keep what was edited");
}

#[tokio::test]
async fn a_rule_whose_place_in_the_log_was_pruned_begins_anew_and_misses_nothing() {
    let world = world(Shape::Whole, &[game("a", "20270306T180000", "Maier"), game("b", "20270307T180000", "Huber")]).await;
    rule(&world).await;
    // The feed goes on while nobody follows the rule: the log that says so is gone by the time somebody does.
    let calendar: i64 = id_of(&world, BOOKINGS).await.parse().expect("a row");
    let written = world.engine.store().write(move |w| {
        let at = "2027-03-02T09:00:00Z".parse()?;
        let moved = game("a", "20270306T200000", "Maier");
        let draft = |content, deleted| store::event_version::Draft { calendar, event: None, content, ical: "", deleted, split_from: None };
        let origin = store::event_version::Origin { source: store::event_version::Source::Account(1), import: None, at };
        store::event_version::append(w, &[draft(&moved, false), draft(&game("b", "20270307T180000", "Huber"), true)], &origin)?;
        store::change::prune(w, "2100-01-01T00:00:00Z".parse()?, 1_000)
    });
    assert!(written.await.expect("it is written") > 0, "the log is empty");
    engine::copies::follow(&world.engine).await.expect("the rule is followed");
    let events = team(&world).await;
    assert_eq!(events[1].start.value(), "20270306T200000", "what moved meanwhile follows");
    assert_eq!(events[0].status, EventStatus::Cancelled, "and what went meanwhile is cancelled");
    let versions = world.history().await.len();
    engine::copies::follow(&world.engine).await.expect("the rule is followed");
    assert_eq!(world.history().await.len(), versions, "once");
}

#[tokio::test]
async fn a_change_that_left_the_log_before_it_was_written_still_reaches_the_provider() {
    let world = world(Shape::Whole, &[]).await;
    let uid = world.create("Final", "2027-03-06T18:00", "").await;
    let pruned =
        world.engine.store().write(|w| store::change::prune(w, "2100-01-01T00:00:00Z".parse()?, 1_000)).await.expect("it is pruned");
    assert!(pruned > 0, "the log is empty");
    world.edit(&uid, "", EventDraft { place: Some("Hall 2".into()), ..EventDraft::default() }).await.expect("it is edited");
    world.sync_all().await;
    world.assert_same("after the log was pruned").await;
    assert_eq!(world.remote.series(TEAM).len(), 1, "what waited is there");
}

#[tokio::test]
async fn what_a_rule_cannot_do_is_said_in_a_sentence() {
    let world = world(Shape::Whole, &[]).await;
    let good = form(&world).await;
    let refused = async |form: RuleForm| put_rule(&world.engine, "", form).await.expect_err("it is refused").message;
    let into_itself = refused(RuleForm { source: good.target.clone(), ..good.clone() }).await;
    assert!(into_itself.contains("into itself"), "{into_itself}");
    let read_only = refused(RuleForm { source: good.target.clone(), target: good.source.clone(), ..good.clone() }).await;
    assert!(read_only.contains("can only be looked at"), "{read_only}");
    let odd_title = refused(RuleForm { title: "{titel}".into(), ..good.clone() }).await;
    assert!(odd_title.contains("“{titel}” stands for nothing"), "{odd_title}");
    put_rule(&world.engine, "", good.clone()).await.expect("a good one is made");
    let twice = refused(good).await;
    assert!(twice.contains("already"), "{twice}");
    assert_eq!(list_rules(&world.engine).await.expect("they can be read").len(), 1, "there is one rule");
}
