//! A forged answer never changes a count without the organizer.

use engine::answers;
use engine::answers::view::{DeskRuling, DeskVerb};
use engine::calendars::Surface;

use super::letters::{self, Letter};
use super::world::{INBOX, World};

#[tokio::test]
async fn wrong_code_wrong_sender_and_a_failed_signature_change_no_count() {
    let world = World::with_guests(4).await;
    // The code of one invitation with the entry of another.
    let other = world.invitation(2).await;
    let crossed = String::from_utf8(world.letter(1, "ACCEPTED").await.outlook()).expect("text");
    world.receive(crossed.replace(&format!("To: {INBOX}"), &format!("To: club+{}@club.example", other.token)).into_bytes());
    // A code that was never given out, from an address that is a guest's.
    let invented = Letter { uid: "cup-final.inventedtoken123@club.example".to_owned(), ..world.letter(2, "ACCEPTED").await };
    world.receive(invented.gmail());
    // The guest's name in the calendar, somebody else's in From.
    let borrowed = String::from_utf8(world.letter(3, "DECLINED").await.outlook()).expect("text");
    world.receive(borrowed.replace("From: A Guest <guest3@people.example>", "From: A Guest <mallory@elsewhere.example>").into_bytes());
    // Everything right, and our own server found the signature broken.
    let own = "Authentication-Results: mx.club.example; dkim=fail header.d=people.example";
    world.receive(letters::with_header(&world.letter(4, "ACCEPTED").await.gmail(), own));
    let result = world.pull().await;
    assert_eq!((result.answers, result.desk), (0, 4), "all wait: {:?}", world.desk().await);
    assert_eq!(world.counts().await, [0, 0, 0, 4], "no count moved");
}

#[tokio::test]
async fn answer_that_failed_the_check_counts_when_the_organizer_says_so() {
    let world = World::with_guests(1).await;
    let own = "Authentication-Results: mx.club.example; dmarc=fail header.from=people.example";
    world.receive(letters::with_header(&world.letter(1, "ACCEPTED").await.gmail(), own));
    world.pull().await;
    let waiting = world.waiting().await;
    let item = answers::item(world.engine.store(), &waiting[0]).await.expect("it can be looked at");
    assert_eq!(
        item.rulings,
        [DeskVerb::Dismiss, DeskVerb::Count],
        "it is left aside, or counts all the same where the organizer knows better"
    );
    assert!(item.evidence.iter().any(|said| said.contains("DMARC failed")), "what failed is said: {:?}", item.evidence);
    assert_eq!(item.receipt.answer, "yes", "and what it says");
    world.rule(&waiting, DeskRuling::Count).await.expect("ruled");
    assert_eq!(world.counts().await, [1, 0, 0, 0], "it counts");
    answers::undo(&world.engine, Surface::Window, &waiting).await.expect("taken back");
    assert_eq!(world.counts().await, [0, 0, 0, 1], "and no longer");
}

#[tokio::test]
async fn address_of_a_mail_that_failed_the_check_is_not_learned() {
    let world = World::with_guests(1).await;
    let friend = Letter { guest: "friend@elsewhere.example".to_owned(), ..world.letter(1, "ACCEPTED").await }.gmail();
    world.receive(letters::with_header(&friend, "Authentication-Results: mx.club.example; dmarc=fail header.from=elsewhere.example"));
    world.pull().await;
    let waiting = world.waiting().await;
    let item = answers::item(world.engine.store(), &waiting[0]).await.expect("it can be looked at");
    assert!(!item.rulings.contains(&DeskVerb::SamePerson), "it is not offered: {:?}", item.rulings);
    let refused = world.rule(&waiting, DeskRuling::SamePerson).await.expect_err("nor done");
    assert!(refused.message.contains("alone"), "the sentence says what to do: {refused}");
}
