//! An answer counts once, whoever's program wrote it, wherever it lies and however often it is read.

use engine::answers;

use super::letters::{self, Letter};
use super::world::{INBOX, World};

#[tokio::test]
async fn the_same_mail_in_two_inboxes_is_one_receipt() {
    let world = World::with_guests(2).await;
    world.second_inbox().await;
    world.receive(world.letter(1, "ACCEPTED").await.outlook());
    world.receive(Letter { guest: "friend@elsewhere.example".to_owned(), ..world.letter(2, "DECLINED").await }.gmail());
    let pulled = world.pull().await;
    assert_eq!((pulled.messages, pulled.answers, pulled.desk), (4, 1, 1), "each is read twice and taken once");
    assert_eq!(world.desk().await.len(), 1, "the organizer decides once");
    assert_eq!(world.counts().await, [1, 0, 0, 1], "and it counts once");
}

#[tokio::test]
async fn every_program_is_understood_and_counted_once_with_its_evidence() {
    let world = World::with_guests(6).await;
    world.receive(world.letter(1, "ACCEPTED").await.gmail());
    world.receive(world.letter(2, "DECLINED").await.outlook());
    world.receive(world.letter(3, "TENTATIVE").await.apple());
    world.receive(world.letter(4, "ACCEPTED").await.thunderbird());
    let fifth = world.invitation(5).await;
    world.receive(letters::link(&fifth.address, INBOX, "No", &fifth.token));
    let result = world.pull().await;
    assert_eq!((result.messages, result.answers, result.desk), (5, 5, 0), "each mail is an answer: {:?}", world.desk().await);
    assert_eq!(world.counts().await, [2, 1, 2, 1], "two come, one may come, two do not, one is silent");
    let guests = world.guests("").await;
    let google = &guests[0];
    assert_eq!((google.extra_guests, google.comment.as_str()), (2, "Bringing friends"), "what Google hides in parameters is read");
    for guest in guests.iter().filter(|guest| !guest.answer.is_empty()) {
        let receipt = answers::receipt(world.engine.store(), &guest.receipt).await.expect("the evidence");
        assert!(receipt.raw.contains(&guest.address), "beside {}'s answer stands the message that said so", guest.address);
        assert_eq!(receipt.state, "counted", "and that message counted");
    }
}

#[tokio::test]
async fn reading_again_changes_nothing() {
    let world = World::with_guests(3).await;
    world.receive(world.letter(1, "ACCEPTED").await.gmail());
    world.receive(world.letter(2, "DECLINED").await.outlook());
    world.pull().await;
    let before = world.guests("").await.into_iter().map(|guest| (guest.answer, guest.receipt)).collect::<Vec<_>>();
    assert_eq!(world.pull().await.messages, 0, "nothing is new");
    world.mailbox.rebuild();
    let rebuilt = world.pull().await;
    assert_eq!((rebuilt.messages, rebuilt.answers, rebuilt.known), (2, 0, 2), "a rebuilt mailbox holds the same messages");
    let twice = letters::with_header(&world.letter(1, "ACCEPTED").await.gmail(), "Received: from elsewhere.example by mx.club.example");
    world.mailbox.put("Trash", twice);
    assert_eq!(world.pull().await.answers, 0, "a message in two folders is one message");
    let after = world.guests("").await.into_iter().map(|guest| (guest.answer, guest.receipt)).collect::<Vec<_>>();
    assert_eq!(before, after, "answers and their evidence stand as they stood");
}

#[tokio::test]
async fn later_answer_replaces_the_earlier_one_by_the_guests_clock() {
    let world = World::with_guests(1).await;
    let first = world.letter(1, "ACCEPTED").await;
    world.receive(Letter { partstat: "DECLINED", dtstamp: "20270301T113000Z", ..first.clone() }.gmail());
    world.receive(first.gmail());
    let result = world.pull().await;
    assert_eq!((result.answers, result.other), (1, 1), "the older one arrived later and changes nothing");
    assert_eq!(world.counts().await, [0, 0, 1, 0], "the guest's last word stands");
    let view = answers::show(world.engine.store(), world.of()).await.expect("answers");
    let last = view.timeline.last().expect("a course");
    assert_eq!((last.yes, last.maybe, last.no), (view.yes, view.maybe, view.no), "the course ends where the counts are");
}

#[tokio::test]
async fn answer_to_one_occurrence_leaves_the_answer_to_the_series_alone() {
    let world = World::with_guests(1).await;
    let letter = world.letter(1, "ACCEPTED").await;
    world.receive(letter.outlook());
    let one = String::from_utf8(Letter { partstat: "DECLINED", dtstamp: "20270301T114500Z", ..letter }.apple()).expect("text");
    world.receive(one.replace("DTSTART:20270401T080000Z", "RECURRENCE-ID:20270408T080000Z\r\nDTSTART:20270408T080000Z").into_bytes());
    assert_eq!(world.pull().await.answers, 2, "both count");
    assert_eq!(world.counts().await, [1, 0, 0, 0], "the series is still a yes");
}

#[tokio::test]
async fn thousands_of_answers_are_read_in_batches() {
    let world = World::with_guests(1_200).await;
    for guest in 1..=1_200 {
        let letter = world.letter(guest, if guest % 3 == 0 { "DECLINED" } else { "ACCEPTED" }).await;
        world.receive(if guest % 2 == 0 { letter.gmail() } else { letter.outlook() });
    }
    let result = world.pull().await;
    assert_eq!((result.messages, result.answers), (1_200, 1_200), "every batch is read");
    assert_eq!(world.counts().await, [800, 0, 400, 0], "and every answer counted");
}
