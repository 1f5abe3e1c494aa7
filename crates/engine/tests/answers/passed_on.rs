//! A guest passes the invitation on to somebody else.

use engine::answers;
use engine::answers::view::{DeskRuling, DeskVerb};

use super::world::World;

async fn delegation(world: &World) -> Vec<u8> {
    let text = String::from_utf8(world.letter(1, "DELEGATED").await.thunderbird()).expect("text");
    text.replace("PARTSTAT=DELEGATED", "PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:deputy@people.example\"").into_bytes()
}

#[tokio::test]
async fn delegate_is_invited_when_the_organizer_says_so() {
    let world = World::that_sends(1).await;
    world.receive(delegation(&world).await);
    assert_eq!(world.pull().await.desk, 1, "nobody is invited unasked");
    let waiting = world.waiting().await;
    let item = answers::item(world.engine.store(), &waiting[0]).await.expect("it can be looked at");
    assert_eq!((item.delegate.as_str(), item.rulings[0]), ("deputy@people.example", DeskVerb::Invite), "the desk offers it");
    world.rule(&waiting, DeskRuling::Invite).await.expect("invited");
    let sent = world.sent(1).await;
    assert!(sent[0].starts_with("deputy@people.example") && sent[0].contains("METHOD:REQUEST"), "a mail of their own: {}", sent[0]);
    assert!(!sent[0].contains(&world.invitation(1).await.token), "under a code of their own: {}", sent[0]);
    assert!(world.desk().await.is_empty(), "nothing waits");
}

#[tokio::test]
async fn delegation_can_be_left_as_it_is() {
    let world = World::that_sends(1).await;
    world.receive(delegation(&world).await);
    world.pull().await;
    world.rule(&world.waiting().await, DeskRuling::Dismiss).await.expect("left aside");
    assert_eq!((world.desk().await.len(), world.sender.offered()), (0, 0), "nobody was mailed");
}
