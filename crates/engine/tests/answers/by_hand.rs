//! Answers given by phone are entered by the organizer, marked so, and can be taken back.

use engine::answers::view::ChartKind;
use engine::answers::view::Theme;
use engine::calendars::Surface;
use engine::{Code, answers};

use super::letters::Letter;
use super::world::World;

#[tokio::test]
async fn answer_by_phone_counts_and_is_marked() {
    let world = World::with_guests(2).await;
    world.receive(world.letter(1, "DECLINED").await.gmail());
    world.pull().await;
    let before = world.standing().await;
    let event = world.event.to_string();
    let set = answers::set_by_hand(&world.engine, &event, &["1".to_owned()], "yes", "rang on Monday").await.expect("entered");
    assert_eq!(world.counts().await, [1, 0, 0, 1], "what the guest said last stands");
    let guest = &world.guests("yes").await[0];
    assert_eq!((guest.by_hand, guest.comment.as_str()), (true, "rang on Monday"), "and that it was entered, and why");
    let evidence = answers::receipt(world.engine.store(), &guest.receipt).await.expect("the evidence");
    assert_eq!((evidence.kind.as_str(), evidence.matched_by.as_str()), ("by-hand", "by_hand"), "the entry is its own evidence");
    let csv = answers::csv(world.engine.store(), world.of()).await.expect("a table");
    assert!(csv.lines().any(|line| line.starts_with("guest1@") && line.ends_with(",yes,rang on Monday")), "the table says so too: {csv}");
    let chart = answers::chart(world.engine.store(), ChartKind::Timeline, Some(world.of()), Theme::Light, (720, 0)).await.expect("a chart");
    assert_eq!(chart.rows.last().map(|row| row[1].as_str()), Some("1"), "the course ends where the counts are");

    answers::undo(&world.engine, Surface::Window, &set.receipts).await.expect("taken back");
    assert_eq!(world.standing().await, before, "the guest's own answer stands again");
}

#[tokio::test]
async fn answer_can_be_taken_away_and_a_later_mail_replaces_it() {
    let world = World::with_guests(1).await;
    let event = world.event.to_string();
    let guest = ["1".to_owned()];
    for (word, counts) in [("yes", [1, 0, 0, 0]), ("maybe", [0, 1, 0, 0]), ("no", [0, 0, 1, 0]), ("none", [0, 0, 0, 1])] {
        answers::set_by_hand(&world.engine, &event, &guest, word, "").await.expect("entered");
        assert_eq!(world.counts().await, counts, "“{word}” stands");
    }
    let view = answers::show(world.engine.store(), world.of()).await.expect("answers");
    let last = view.timeline.last().expect("a course");
    assert_eq!((last.yes, last.maybe, last.no), (0, 0, 0), "the course knows that it was taken away");
    world.receive(Letter { dtstamp: "20270301T120000Z", ..world.letter(1, "ACCEPTED").await }.apple());
    world.pull().await;
    assert_eq!(world.counts().await, [1, 0, 0, 0], "what the guest says afterwards counts");
}

#[tokio::test]
async fn only_a_guest_of_the_event_is_answered_for() {
    let world = World::with_guests(1).await;
    let event = world.event.to_string();
    let word = answers::set_by_hand(&world.engine, &event, &["1".to_owned()], "perhaps", "").await.expect_err("no answer");
    assert_eq!((word.code, word.message.contains("perhaps")), (Code::InvalidInput, true), "what may be is said: {word}");
    let draft = engine::guests::view::GuestDraft { address: "late@people.example".to_owned(), ..Default::default() };
    let late = engine::guests::save(&world.engine, "", draft, "").await.expect("a guest");
    let both = answers::set_by_hand(&world.engine, &event, &["1".to_owned(), late.id], "yes", "").await.expect_err("one is no guest of it");
    assert_eq!(both.code, Code::InvalidInput, "the sentence names them: {both}");
    assert_eq!(world.counts().await, [0, 0, 0, 1], "and nobody's answer changed");
}
