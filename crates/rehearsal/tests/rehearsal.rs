//! Practice guests, seen from outside: what is sent, what comes back, and when.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use mail::port::{AccountConfig, Outgoing, Practice as _, Reach, SendOutcome};
use rehearsal::{RealTime, World};

const NOW: &str = "2026-11-21T09:00:00Z";

fn now() -> Timestamp {
    NOW.parse().expect("an instant")
}

fn clock() -> RealTime {
    Box::new(now)
}

fn invitation(recipient: &str, number: usize) -> Outgoing {
    let calendar = format!(
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:game.{number}@club.example\r\nDTSTART;TZID=America/New_York:20261206T130000\r\n\
         DTEND;TZID=America/New_York:20261206T160000\r\nSUMMARY:Herons v Otters\r\nSEQUENCE:0\r\nORGANIZER:mailto:rsvp+t{number}@club.example\r\n\
         ATTENDEE;RSVP=TRUE:mailto:{recipient}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let message = format!(
        "From: club@club.example\r\nTo: {recipient}\r\nSubject: Herons v Otters\r\nDate: Sat, 21 Nov 2026 09:00:00 +0000\r\nMessage-ID: <m{number}@club.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\
         Yes: mailto:rsvp+t{number}@club.example?subject=Yes%20%5Bt{number}%5D\r\nMaybe: mailto:rsvp+t{number}@club.example?subject=Maybe%20%5Bt{number}%5D\r\n\
         No: mailto:rsvp+t{number}@club.example?subject=No%20%5Bt{number}%5D\r\n\r\n--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\n{calendar}\r\n--b--\r\n"
    );
    Outgoing {
        envelope_from: "rsvp@club.example".to_owned(),
        recipient: recipient.to_owned(),
        message: message.into_bytes().into(),
        tag: format!("d{number}"),
        feedback_address: String::new(),
    }
}

async fn send_to_everyone(world: &Arc<World>) {
    let adapters = rehearsal::adapters(Arc::clone(world));
    let account = AccountConfig { kind: rehearsal::KIND.to_owned(), ..AccountConfig::default() };
    let sender = adapters.sender(&account).expect("practice accounts are ours").expect("a practice sender needs no settings");
    let mut line = sender.open().await.expect("the outbox is open");
    let addresses = rehearsal::GUESTS.lines().skip(1).filter_map(|row| row.split(',').nth(2));
    for (number, address) in addresses.enumerate() {
        let outcome = line.send(&invitation(address, number)).await;
        assert!(matches!(outcome, SendOutcome::Accepted { .. }), "practice mail is always taken: {outcome:?}");
    }
}

async fn read_inbox(world: &Arc<World>) -> Vec<String> {
    let adapters = rehearsal::adapters(Arc::clone(world));
    let account = AccountConfig { kind: rehearsal::KIND.to_owned(), ..AccountConfig::default() };
    let inbox = adapters.inbox(&account).expect("practice accounts are ours").expect("a practice inbox needs no settings");
    let batch = inbox.fetch(&[], Reach::Everything, 1000).await.expect("the inbox can be read");
    assert!(!batch.more, "one step reads a small inbox");
    batch.messages.into_iter().map(|received| String::from_utf8_lossy(&received.message).into_owned()).collect()
}

#[tokio::test]
async fn guests_answer_when_time_passes_and_not_before() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = Arc::new(World::open(folder.path(), 7, clock()).expect("a world"));
    send_to_everyone(&world).await;
    assert_eq!(world.state().sent, 250, "every message lies in the outbox");
    assert!(read_inbox(&world).await.is_empty(), "nobody has answered at the instant of sending");

    let first = world.advance(SignedDuration::from_hours(6)).expect("time passes");
    assert!(first.arrived > 0, "some answer within six hours");
    assert!(first.coming > 0, "some answer later");

    let last = world.advance(SignedDuration::from_hours(24 * 8)).expect("time passes");
    assert_eq!(last.coming, 0, "after a week nobody is left to answer");
    assert!(last.arrived < 250, "some never answer");
    let messages = read_inbox(&world).await;
    assert_eq!(messages.len(), last.arrived, "the inbox holds what arrived");
    for (shape, sign) in [
        ("Gmail", "X-NUM-GUESTS"),
        ("Outlook", "Thread-Topic"),
        ("Apple", "iOS"),
        ("Thunderbird", "Boundary_(ID_"),
        ("a link", "Subject: Yes ["),
        ("a bounce", "Status: 5.1.1"),
    ] {
        assert!(messages.iter().any(|message| message.contains(sign)), "{shape} is among what came back");
    }
}

#[tokio::test]
async fn a_round_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let world = Arc::new(World::open(folder.path(), 7, clock()).expect("a world"));
    send_to_everyone(&world).await;
    let before = world.advance(SignedDuration::from_hours(6)).expect("time passes");
    drop(world);
    let world = Arc::new(World::open(folder.path(), 7, clock()).expect("the world again"));
    assert_eq!(world.state(), before, "nothing was lost");
    assert_eq!(world.now(), now() + SignedDuration::from_hours(6), "practice time stays ahead");
    assert_eq!(read_inbox(&world).await.len(), before.arrived, "what had arrived is still there");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_answers() {
    let mut rounds = Vec::new();
    for _ in 0..2 {
        let folder = tempfile::tempdir().expect("a folder");
        let world = Arc::new(World::open(folder.path(), 11, clock()).expect("a world"));
        send_to_everyone(&world).await;
        world.advance(SignedDuration::from_hours(200)).expect("time passes");
        rounds.push(read_inbox(&world).await);
    }
    assert_eq!(rounds.first(), rounds.last(), "a practice round can be repeated");
}
