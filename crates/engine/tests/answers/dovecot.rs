//! The same over a real IMAP server.

use engine::event::EngineEvent;
use serde_json::json;
use store::{campaign, delivery};
use testkit::breaking_line::BreakingLine;
use testkit::dovecot::Dovecot;
use testkit::organizer::{Entry, training, weekly};

use super::commands;
use super::letters::{self, Letter};
use super::world::{INBOX, World, now};

/// Dovecot, at the time that it is in the world.
pub(super) fn dovecot() -> Dovecot {
    let dovecot = Dovecot::start(&[("club", "secret")]).expect("dovecot-imapd is installed");
    dovecot.arriving_at(now().into());
    dovecot
}

/// A world whose inbox lies there, with settings of its own.
pub(super) async fn world(guests: u32, port: u16, own: serde_json::Value) -> World {
    let mut settings = json!({ "host": "127.0.0.1", "port": port, "tls": "none", "user": "club" });
    settings.as_object_mut().expect("an object").extend(own.as_object().expect("an object").clone());
    World::with_imap(guests, settings, "secret").await
}

#[tokio::test]
async fn replies_in_a_dovecot_mailbox_are_pulled_once_and_after_a_rebuild_not_again() {
    let dovecot = dovecot();
    let world = world(5, dovecot.port(), json!({})).await;
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
async fn two_thousand_mixed_messages_count_once_whatever_happens_to_the_mailbox_the_line_or_to_us() {
    let dovecot = dovecot();
    let line = BreakingLine::to(dovecot.port(), &[usize::MAX, 200_000, 100, 300_000]).expect("a line");
    let world = world(1_000, line.port(), json!({})).await;
    fill(&world, &dovecot).await;
    // The first look dies after its first batch.
    dies_after_its_first_batch(&world).await;
    let begun = world.counts().await[3];
    assert!(begun > 400, "it did not come to the end: {begun} have not answered yet");
    // Then the line breaks, at the login and within messages.
    let mut breaks = 0;
    while engine::answers::pull_all(&world.engine).await.is_err() {
        breaks += 1;
        assert!(breaks <= 3, "a line that holds is read to its end");
    }
    assert!(breaks >= 2, "a line that breaks is told, not taken for the end of the mailbox");
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
            dovecot.rebuild_folder("club", "Trash").expect("renumbered");
        }
        let result = world.pull().await;
        assert_eq!((result.answers, result.bounces, result.desk), (0, 0, 0), "{look} finds nothing new");
        assert_eq!((world.counts().await, world.standing().await), (expected, standing.clone()), "{look} changes nothing");
    }
}

/// Looks into the inboxes, and is gone as soon as something was kept.
pub(super) async fn dies_after_its_first_batch(world: &World) {
    let mut happened = world.engine.subscribe();
    let first_batch = async { while !matches!(happened.recv().await.expect("the engine tells"), EngineEvent::Answers { .. }) {} };
    tokio::select! {
        _ = engine::answers::pull_all(&world.engine) => panic!("it came to the end"),
        () = first_batch => {}
    }
}

#[tokio::test]
async fn what_came_before_the_first_invitation_is_never_fetched() {
    let dovecot = dovecot();
    let world = world(3, dovecot.port(), json!({})).await;
    dovecot.arriving_at((now() - jiff::SignedDuration::from_hours(24 * 60)).into());
    for guest in 1..=3 {
        dovecot.deliver("club", &world.letter(guest, "DECLINED").await.gmail()).expect("delivered");
    }
    dovecot.arriving_at(now().into());
    dovecot.deliver("club", &world.letter(1, "ACCEPTED").await.gmail()).expect("delivered");
    let result = world.pull().await;
    assert_eq!((result.messages, result.answers), (1, 1), "nobody can have answered two months before they were invited");
    dovecot.rebuild("club").expect("renumbered");
    let rebuilt = world.pull().await;
    assert_eq!((rebuilt.messages, rebuilt.known), (1, 1), "of a rebuilt mailbox no more is read than of a new one");
}

#[tokio::test]
async fn a_line_that_ends_in_the_middle_of_a_command_is_never_taken_for_the_end_of_the_mailbox() {
    for words in ["LIST", "EXAMINE", "UID SEARCH", "RFC822.SIZE", "BODY.PEEK"] {
        let dovecot = dovecot();
        let line = BreakingLine::before(dovecot.port(), words).expect("a line");
        let world = world(4, line.port(), json!({})).await;
        for guest in 1..=3 {
            dovecot.deliver("club", &world.letter(guest, "ACCEPTED").await.gmail()).expect("delivered");
        }
        dovecot.deliver_into("club", "Trash", &world.letter(4, "ACCEPTED").await.outlook()).expect("delivered");
        assert!(engine::answers::pull_all(&world.engine).await.is_err(), "before {words}: what broke is told");
        assert_eq!(world.pull().await.answers, 4, "before {words}: and everything is read afterwards");
    }
}

#[tokio::test]
async fn commands_in_a_dovecot_mailbox_are_followed_once_whatever_happens_to_the_mailbox() {
    let dovecot = dovecot();
    let world = world(2, dovecot.port(), json!({ "authserv_id": "mx.club.example" })).await;
    engine::campaigns::adopt_ledger(&world.engine).await.expect("it may send");
    engine::commands::add(&world.engine, commands::form(&world).await).await.expect("it takes commands");
    let deliver = |message: Vec<u8>| dovecot.deliver("club", &commands::genuine(&message)).expect("delivered");
    deliver(training().google());
    deliver(Entry { sequence: 1, dtstamp: "20270301T093000Z", start: "20270406T180000", end: "20270406T200000", ..training() }.google());
    deliver(weekly().outlook());
    deliver(world.letter(1, "ACCEPTED").await.gmail());
    let pulled = world.pull().await;
    assert_eq!((pulled.answers, pulled.other), (1, 3), "answers of guests count beside commands: {pulled:?}");
    assert_eq!(world.outcomes().await, ["created", "updated", "created"], "each is followed: {:?}", world.log().await);
    dovecot.rebuild("club").expect("renumbered");
    let rebuilt = world.pull().await;
    assert_eq!((rebuilt.known, world.log().await.len(), world.mailed().len()), (4, 3, 3), "and a renumbered mailbox changes nothing");
    deliver(Entry { method: "CANCEL", sequence: 1, dtstamp: "20270301T093000Z", ..weekly() }.outlook());
    world.pull().await;
    let off = world.dates().await.iter().filter(|date| date.ends_with("cancelled")).count();
    assert_eq!((off, world.mailed().len()), (6, 4), "every date of the series is off, and it is confirmed: {:?}", world.dates().await);
}

#[tokio::test]
async fn address_added_before_the_first_invitation_is_looked_for() {
    let dovecot = dovecot();
    let world = world(0, dovecot.port(), json!({ "authserv_id": "mx.club.example" })).await;
    engine::commands::add(&world.engine, commands::form(&world).await).await.expect("it takes commands");
    dovecot.deliver("club", &commands::genuine(&training().apple())).expect("delivered");
    world.pull().await;
    assert_eq!(world.outcomes().await, ["created"], "nobody was invited yet, and the mailbox is read all the same");
}
