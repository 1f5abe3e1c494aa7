//! What people write in their own words waits for the organizer, who says what it means.

use engine::answers;
use engine::answers::view::{DeskRuling, DeskVerb};
use engine::calendars::Surface;

use super::world::{INBOX, World};

async fn written(world: &World, guest: i64, from: &str, text: &str) -> Vec<u8> {
    let token = world.invitation(guest).await.token;
    format!(
        "From: {from}\r\nTo: club+{token}@club.example\r\nSubject: Re: Come\r\nMessage-ID: <{guest}.{}@x>\r\n\r\n{text}\r\n",
        text.len()
    )
    .into_bytes()
}

#[tokio::test]
async fn letter_waits_for_what_it_means_and_counts_as_the_organizer_read_it() {
    let world = World::with_guests(2).await;
    world.receive(written(&world, 1, "guest1@people.example", "Hi,\r\n\r\nsorry, I can't make it.\r\n\r\n> Please come").await);
    world.receive(written(&world, 2, "guest2@people.example", "Where can I park?").await);
    let pulled = world.pull().await;
    assert_eq!((pulled.desk, pulled.other), (2, 0), "nobody but the organizer knows what they mean");
    assert_eq!(world.counts().await, [0, 0, 0, 2], "until then nothing counts");
    let waiting = world.waiting().await;
    let item = answers::item(world.engine.store(), &waiting[0]).await.expect("it can be looked at");
    assert_eq!(item.rulings, [DeskVerb::No, DeskVerb::Yes, DeskVerb::Maybe, DeskVerb::Dismiss], "what its words suggest comes first");
    let question = answers::item(world.engine.store(), &waiting[1]).await.expect("it can be looked at");
    assert_eq!(question.rulings[0], DeskVerb::Dismiss, "a question suggests nothing");

    let ruled = world.rule(&waiting[..1], DeskRuling::No).await.expect("ruled");
    assert_eq!(ruled.counted, 1, "it counts");
    assert_eq!(world.counts().await, [0, 0, 1, 1], "as the organizer read it");
    let of_guest = &world.guests("no").await[0];
    assert_eq!((of_guest.comment.as_str(), &of_guest.receipt), ("sorry, I can't make it.", &waiting[0]), "with its words and its message");
    answers::undo(&world.engine, Surface::Window, &waiting[..1]).await.expect("taken back");
    assert_eq!((world.counts().await, world.waiting().await), ([0, 0, 0, 2], waiting), "and waits again when that is taken back");
}

#[tokio::test]
async fn letter_of_someone_else_is_not_the_guests_and_own_mail_is_nobodys() {
    let world = World::with_doubts(2).await;
    world.receive(written(&world, 1, "friend@elsewhere.example", "Yes").await);
    world.receive(written(&world, 2, INBOX, "Hello").await);
    let pulled = world.pull().await;
    assert_eq!((pulled.desk, pulled.other), (1, 1), "the friend's waits; what the organizer's own account sent is no news");
    let item = answers::item(world.engine.store(), &world.waiting().await[0]).await.expect("it can be looked at");
    assert!(item.receipt.reason.contains("friend@elsewhere.example wrote about"), "who wrote is said: {}", item.receipt.reason);
    assert_eq!(world.delivery_state(1).await, store::delivery::State::Uncertain, "a stranger's letter proves nothing");
    world.receive(written(&world, 1, "guest1@people.example", "Thanks!").await);
    world.pull().await;
    assert_eq!(world.delivery_state(1).await, store::delivery::State::Accepted, "the guest's own does: they have the invitation");
}
