//! Whoever wants no more mail may keep what they have, or have it taken away.

use engine::calendars::Surface;
use engine::{Code, answers};

use super::letters;
use super::world::{INBOX, World};

async fn left() -> World {
    let world = World::that_sends(2).await;
    let guest = world.invitation(1).await;
    world.receive(letters::unsubscribe(&guest.address, INBOX, &guest.token));
    world.pull().await;
    world
}

#[tokio::test]
async fn entries_of_a_guest_who_unsubscribed_are_withdrawn_when_the_organizer_says_so() {
    let world = left().await;
    let leavers = answers::leavers(&world.engine).await.expect("leavers");
    assert_eq!(leavers.len(), 1, "only one wants no more mail");
    assert_eq!((leavers[0].address.as_str(), leavers[0].entries.len()), ("guest1@people.example", 1), "with what they have to come");
    let ruled = answers::settle_leaver(&world.engine, Surface::Window, &leavers[0].receipt, true).await.expect("withdrawn");
    let sent = world.sent(1).await;
    assert!(sent[0].starts_with("guest1@people.example") && sent[0].contains("METHOD:CANCEL"), "by mail: {}", sent[0]);
    assert!(answers::leavers(&world.engine).await.expect("leavers").is_empty(), "and is not asked again");
    let refused = answers::undo(&world.engine, Surface::Window, &ruled.receipts).await.expect_err("it was mailed");
    assert_eq!(refused.code, Code::WrongState, "what was sent is not taken back: {refused}");
}

#[tokio::test]
async fn entries_can_be_left_to_the_guest() {
    let world = left().await;
    let leavers = answers::leavers(&world.engine).await.expect("leavers");
    let ruled = answers::settle_leaver(&world.engine, Surface::Window, &leavers[0].receipt, false).await.expect("left");
    assert_eq!((ruled.campaigns.len(), world.sender.offered()), (0, 0), "nobody is mailed");
    assert!(answers::leavers(&world.engine).await.expect("leavers").is_empty(), "nor asked again");
    answers::undo(&world.engine, Surface::Window, &ruled.receipts).await.expect("taken back");
    assert_eq!(answers::leavers(&world.engine).await.expect("leavers").len(), 1, "unless it is taken back");
    let found = world.engine.store().read(|r| store::suppression::of_address(r, "guest1@people.example")).await.expect("readable");
    assert_eq!(found.len(), 1, "and they get no new mail all the while");
}
