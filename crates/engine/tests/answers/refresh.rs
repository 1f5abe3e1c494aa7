//! A guest who asks for the current state is sent it once more, and not for ever.

use super::letters::{self, Letter};
use super::world::World;

pub(super) async fn question(world: &World, guest: i64, number: u32) -> Vec<u8> {
    let letter: Letter = world.letter(guest, "NEEDS-ACTION").await;
    let text = String::from_utf8(letter.thunderbird()).expect("text");
    text.replace("METHOD:REPLY", "METHOD:REFRESH")
        .replace("method=REPLY", "method=REFRESH")
        .replace("Message-ID: <", &format!("Message-ID: <{number}."))
        .into_bytes()
}

#[tokio::test]
async fn current_state_is_sent_once_a_day_however_often_it_is_asked_for() {
    let world = World::that_sends(2).await;
    world.receive(question(&world, 1, 1).await);
    let pulled = world.pull().await;
    assert_eq!((pulled.other, pulled.desk), (1, 0), "nobody has to be asked");
    let sent = world.sent(1).await;
    assert!(sent[0].starts_with("guest1@people.example") && sent[0].contains("METHOD:REQUEST"), "it is the invitation: {}", sent[0]);
    for number in 2..=4 {
        world.receive(question(&world, 1, number).await);
    }
    world.receive(question(&world, 2, 5).await);
    world.pull().await;
    world.sent(2).await;
    let recipients = world.sender.recipients();
    assert_eq!(recipients.into_values().collect::<Vec<_>>(), [1, 1], "each guest was sent it once");
}

#[tokio::test]
async fn stranger_and_forger_are_sent_nothing() {
    let world = World::that_sends(2).await;
    let asked = String::from_utf8(question(&world, 1, 1).await).expect("text");
    world.receive(asked.replace("From: guest1@people.example", "From: friend@elsewhere.example").into_bytes());
    let own = "Authentication-Results: mx.club.example; dmarc=fail header.from=people.example";
    world.receive(letters::with_header(&question(&world, 2, 2).await, own));
    world.pull().await;
    let campaigns = engine::campaigns::list_campaigns(&world.engine).await.expect("campaigns");
    assert_eq!(campaigns.len(), 1, "there is only the campaign that invited them");
}
