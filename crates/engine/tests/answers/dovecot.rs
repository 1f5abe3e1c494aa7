//! The same over a real IMAP server.

use engine::event::EngineEvent;
use store::{campaign, delivery};
use testkit::dovecot::Dovecot;

use super::letters::{self, Letter};
use super::world::{INBOX, World};

#[tokio::test]
async fn replies_in_a_dovecot_mailbox_are_pulled_once_and_after_a_rebuild_not_again() {
    let dovecot = Dovecot::start(&[("club", "secret")]).expect("dovecot-imapd is installed");
    let settings = serde_json::json!({ "host": "127.0.0.1", "port": dovecot.port(), "tls": "none", "user": "club" });
    let world = World::with_imap(5, settings, "secret").await;
    let deliver = |message: Vec<u8>| dovecot.deliver("club", &message).expect("delivered");
    deliver(world.letter(1, "ACCEPTED").await.gmail());
    deliver(world.letter(2, "DECLINED").await.outlook());
    deliver(world.letter(3, "TENTATIVE").await.apple());
    let fourth = world.invitation(4).await;
    deliver(letters::bounce(&fourth.address, INBOX, "5.1.1", &fourth.token));
    dovecot.deliver_into("club", "Trash", &world.letter(5, "ACCEPTED").await.thunderbird()).expect("delivered");
    let first = world.pull().await;
    assert_eq!(
        (first.answers, first.bounces, first.desk),
        (4, 1, 0),
        "everything is found, also what Exchange threw into the bin: {:?}",
        world.desk().await
    );
    assert_eq!(world.counts().await, [2, 1, 1, 1], "and counted");
    assert_eq!(world.pull().await.answers, 0, "a second look finds nothing new");
    dovecot.rebuild("club").expect("renumbered");
    let rebuilt = world.pull().await;
    assert_eq!((rebuilt.answers, rebuilt.bounces), (0, 0), "nor does a look at the renumbered mailbox");
    assert_eq!(world.counts().await, [2, 1, 1, 1], "the counts stand");
}

/// What two thousand messages come to: answers of four programs, reports of servers, notes of machines, other people's mail, and what waits.
async fn fill(world: &World, dovecot: &Dovecot) {
    let deliver = |folder: &str, message: Vec<u8>| dovecot.deliver_into("club", folder, &message).expect("delivered");
    for guest in 1..=1_000 {
        let letter = world.letter(guest, ["ACCEPTED", "DECLINED", "TENTATIVE"][usize::try_from(guest % 3).expect("small")]).await;
        let invitation = world.invitation(guest).await;
        match guest {
            1..=600 => {
                let message = [Letter::gmail, Letter::outlook, Letter::apple, Letter::thunderbird]
                    [usize::try_from(guest % 4).expect("small")](&letter);
                // Every third lies in the bin as well, where Exchange puts what it has handled.
                if guest % 3 == 0 {
                    deliver("Trash", message.clone());
                }
                deliver("", message);
            }
            601..=700 => deliver("", letters::bounce(&invitation.address, INBOX, "5.1.1", &invitation.token)),
            701..=800 => deliver("", letters::bounce(&invitation.address, INBOX, "4.2.2", &invitation.token)),
            801..=900 => deliver("", letters::vacation(&invitation.address, &format!("club+{}@club.example", invitation.token))),
            _ => deliver("", Letter { guest: format!("friend{guest}@elsewhere.example"), ..letter }.gmail()),
        }
    }
    for number in 0..800 {
        let stranger = Letter {
            guest: format!("stranger{number}@elsewhere.example"),
            uid: format!("dinner{number}@elsewhere.example"),
            ..world.letter(1, "ACCEPTED").await
        };
        deliver("", stranger.gmail());
    }
}

#[tokio::test]
async fn two_thousand_mixed_messages_count_once_whatever_happens_to_the_mailbox_or_to_us() {
    let dovecot = Dovecot::start(&[("club", "secret")]).expect("dovecot-imapd is installed");
    let settings = serde_json::json!({ "host": "127.0.0.1", "port": dovecot.port(), "tls": "none", "user": "club" });
    let world = World::with_imap(1_000, settings, "secret").await;
    fill(&world, &dovecot).await;
    // The first look dies after its first batch.
    let mut happened = world.engine.subscribe();
    let first_batch = async { while !matches!(happened.recv().await.expect("the engine tells"), EngineEvent::Answers { .. }) {} };
    tokio::select! {
        _ = engine::answers::pull_all(&world.engine) => panic!("it came to the end"),
        () = first_batch => {}
    }
    let begun = world.counts().await[3];
    assert!(begun > 400, "it did not come to the end: {begun} have not answered yet");
    world.pull().await;
    let expected = [200, 200, 200, 400];
    assert_eq!(world.counts().await, expected, "everyone who answered counts once");
    let states = |state: delivery::State| {
        let (store, campaign) = (world.engine.store().clone(), world.campaign);
        async move { store.read(move |r| campaign::counts(r, campaign)).await.expect("readable").of(state) }
    };
    assert_eq!(states(delivery::State::Bounced).await, 200, "what came back is known");
    let desk = engine::answers::desk(world.engine.store()).await.expect("the desk").total;
    assert_eq!(desk, 100, "what others answered waits, and other people's mail does not");
    let standing = world.standing().await;
    for look in ["a second look", "a third look", "a look at the renumbered mailbox"] {
        if look.ends_with("mailbox") {
            dovecot.rebuild("club").expect("renumbered");
        }
        let result = world.pull().await;
        assert_eq!((result.answers, result.bounces, result.desk), (0, 0, 0), "{look} finds nothing new");
        assert_eq!((world.counts().await, world.standing().await), (expected, standing.clone()), "{look} changes nothing");
    }
}
