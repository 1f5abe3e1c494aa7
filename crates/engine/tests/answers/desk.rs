//! What waits for the organizer is ruled on with one word, and every ruling can be taken back.

use engine::answers::view::{DeskRuling, DeskVerb};
use engine::calendars::Surface;
use engine::{Code, answers};
use store::suppression;

use super::letters::{self, Letter};
use super::world::{INBOX, World};

/// The first guest's invitation, answered by somebody else.
async fn forwarded(world: &World, partstat: &'static str, dtstamp: &'static str) -> Vec<u8> {
    Letter { guest: "friend@elsewhere.example".to_owned(), dtstamp, ..world.letter(1, partstat).await }.gmail()
}

#[tokio::test]
async fn forwarded_copy_is_settled_by_one_ruling_and_waits_again_when_it_is_taken_back() {
    let world = World::with_guests(2).await;
    world.receive(world.letter(1, "ACCEPTED").await.outlook());
    world.receive(forwarded(&world, "DECLINED", "20270301T114500Z").await);
    world.pull().await;
    let before = world.standing().await;
    assert_eq!(world.counts().await, [1, 0, 0, 1], "the friend's answer changed nothing of the guest's");
    let waiting = world.waiting().await;
    let item = answers::item(world.engine.store(), &waiting[0]).await.expect("it can be looked at");
    assert_eq!(item.guests[0].address, "guest1@people.example", "the guest whose invitation it was is the likeliest");
    assert_eq!(item.other, "friend@elsewhere.example", "the address that nobody knows is named");
    assert_eq!(item.rulings, [DeskVerb::Guest, DeskVerb::SamePerson, DeskVerb::AddGuest, DeskVerb::Dismiss], "these are the keys");
    assert!(item.evidence.iter().any(|said| said.contains("secret code")), "what ties it is said: {:?}", item.evidence);

    let ruled = world.rule(&waiting, DeskRuling::Guest { guest: item.guests[0].guest.clone(), event: String::new() }).await.expect("ruled");
    assert_eq!((ruled.receipts.clone(), ruled.counted), (waiting.clone(), 1), "the one message is settled");
    assert_eq!(world.counts().await, [0, 0, 1, 1], "it is the guest's own word now, and the later one");
    assert!(world.desk().await.is_empty(), "nothing waits any more");
    let again = world.rule(&waiting, DeskRuling::Dismiss).await.expect_err("it was ruled on");
    assert_eq!(again.code, Code::WrongState, "a message is ruled on once: {again}");

    answers::undo(&world.engine, Surface::Window, &waiting).await.expect("taken back");
    assert_eq!(world.standing().await, before, "the guest's own answer stands again, with its own message");
    assert_eq!(world.waiting().await, waiting, "and the other waits again");
    let history = answers::receipt(world.engine.store(), &waiting[0]).await.expect("the message").rulings;
    assert_eq!((history.len(), history[0].verb.as_str(), history[0].source.as_str()), (1, "guest", "window"), "who ruled what is kept");
    assert!(!history[0].undone_at.is_empty(), "also that it was taken back");
    let nothing = answers::undo(&world.engine, Surface::Window, &waiting).await.expect_err("there is nothing to take back");
    assert_eq!(nothing.code, Code::WrongState, "and the sentence says so: {nothing}");
}

#[tokio::test]
async fn same_person_is_known_from_then_on_and_settles_what_waited() {
    let world = World::with_guests(1).await;
    world.receive(forwarded(&world, "ACCEPTED", "20270301T110000Z").await);
    world.receive(forwarded(&world, "DECLINED", "20270301T111500Z").await);
    assert_eq!(world.pull().await.desk, 2, "nobody knows this address");
    let waiting = world.waiting().await;
    let ruled = world.rule(&waiting[..1], DeskRuling::SamePerson).await.expect("ruled");
    assert_eq!(ruled.receipts, waiting, "one word settles both");
    assert_eq!(world.counts().await, [0, 0, 1, 0], "in the order of the guest's own clock");
    world.receive(forwarded(&world, "TENTATIVE", "20270301T113000Z").await);
    let pulled = world.pull().await;
    assert_eq!((pulled.answers, pulled.desk), (1, 0), "the next answer from there counts by itself");
    assert_eq!(world.counts().await, [0, 1, 0, 0], "for that guest");

    let undone = answers::undo(&world.engine, Surface::Window, &waiting[..1]).await.expect("taken back");
    assert_eq!(undone.receipts.len(), 2, "with what followed from it");
    assert_eq!(world.counts().await, [0, 0, 0, 1], "no answer from there counts any more");
    assert_eq!(world.desk().await.len(), 3, "also the one that counted by itself waits");
}

#[tokio::test]
async fn bulk_ruling_settles_all_or_none() {
    let world = World::with_guests(3).await;
    for guest in 1..=3 {
        let friend = format!("friend{guest}@elsewhere.example");
        world.receive(Letter { guest: friend, ..world.letter(guest, "ACCEPTED").await }.thunderbird());
    }
    world.pull().await;
    let waiting = world.waiting().await;
    let with_stranger: Vec<String> = waiting.iter().cloned().chain(["999".to_owned()]).collect();
    let refused = world.rule(&with_stranger, DeskRuling::SamePerson).await.expect_err("one of them is not there");
    assert_eq!((refused.code, world.desk().await.len()), (Code::NotFound, 3), "then nothing was ruled");
    let ruled = world.rule(&waiting, DeskRuling::SamePerson).await.expect("ruled");
    assert_eq!((ruled.counted, world.counts().await), (3, [3, 0, 0, 0]), "each counts for the guest whom it names");
    answers::undo(&world.engine, Surface::Window, &ruled.receipts).await.expect("taken back");
    assert_eq!((world.desk().await.len(), world.counts().await), (3, [0, 0, 0, 3]), "and all wait again");
}

#[tokio::test]
async fn message_left_aside_changes_nothing() {
    let world = World::with_guests(1).await;
    world.receive(forwarded(&world, "ACCEPTED", "20270301T110000Z").await);
    world.pull().await;
    let waiting = world.waiting().await;
    world.rule(&waiting, DeskRuling::Dismiss).await.expect("ruled");
    assert_eq!((world.desk().await.len(), world.counts().await), (0, [0, 0, 0, 1]), "it is gone from the desk and counts for nobody");
    world.mailbox.rebuild();
    assert_eq!(world.pull().await.desk, 0, "and does not come back when it is read again");
    answers::undo(&world.engine, Surface::Window, &waiting).await.expect("taken back");
    assert_eq!(world.waiting().await, waiting, "unless the organizer wants it to");
}

#[tokio::test]
async fn whoever_answers_uninvited_can_become_a_guest() {
    let world = World::with_guests(1).await;
    world.receive(forwarded(&world, "ACCEPTED", "20270301T110000Z").await);
    world.pull().await;
    let waiting = world.waiting().await;
    world.rule(&waiting, DeskRuling::AddGuest).await.expect("ruled");
    assert_eq!(world.counts().await, [1, 0, 0, 1], "they count beside the guest whose invitation they had");
    let guests = world.guests("yes").await;
    assert_eq!(guests[0].address, "friend@elsewhere.example", "by their own address");
    answers::undo(&world.engine, Surface::Window, &waiting).await.expect("taken back");
    assert_eq!(world.counts().await, [0, 0, 0, 1], "then they are a guest no more");
    let found =
        engine::guests::page(world.engine.store(), engine::guests::view::GuestQuery { search: "friend".to_owned(), ..Default::default() });
    assert_eq!(found.await.expect("guests").total, 0, "and in no list of guests");
    let item = answers::item(world.engine.store(), &waiting[0]).await.expect("it can be looked at");
    assert_eq!(item.guests[0].address, "guest1@people.example", "nor thought to be the likeliest whose answer it is");
}

#[tokio::test]
async fn another_guest_is_found_by_name_and_one_who_was_not_invited_is_refused() {
    let world = World::with_guests(3).await;
    world.receive(forwarded(&world, "ACCEPTED", "20270301T110000Z").await);
    world.pull().await;
    let waiting = world.waiting().await;
    let found = answers::find_guests(world.engine.store(), &waiting[0], "guest3").await.expect("found");
    assert_eq!((found.len(), found[0].invited), (1, true), "a search finds the guest and says that they are invited");
    let draft = engine::guests::view::GuestDraft { address: "late@people.example".to_owned(), ..Default::default() };
    let late = engine::guests::save(&world.engine, "", draft, "").await.expect("a guest");
    let refused = world.rule(&waiting, DeskRuling::Guest { guest: late.id, event: String::new() }).await.expect_err("not invited");
    assert_eq!(refused.code, Code::InvalidInput, "nobody answers what they were not sent: {refused}");
    world.rule(&waiting, DeskRuling::Guest { guest: found[0].guest.clone(), event: String::new() }).await.expect("ruled");
    assert_eq!(world.guests("yes").await[0].address, "guest3@people.example", "it counts for the one who was chosen");
}

#[tokio::test]
async fn answer_to_something_else_is_tied_to_the_event_at_that_time() {
    let world = World::with_guests(1).await;
    world.receive(
        Letter { uid: "dinner@elsewhere.example".to_owned(), organizer: INBOX.to_owned(), ..world.letter(1, "ACCEPTED").await }.outlook(),
    );
    world.pull().await;
    let waiting = world.waiting().await;
    let item = answers::item(world.engine.store(), &waiting[0]).await.expect("it can be looked at");
    assert_eq!(item.guests[0].event, world.event.to_string(), "the guest's event at that time is the likeliest");
    assert!(item.guests[0].reason.contains("the time of this event"), "and the reason says so: {}", item.guests[0].reason);
    let ruling = DeskRuling::Guest { guest: item.guests[0].guest.clone(), event: item.guests[0].event.clone() };
    world.rule(&waiting, ruling).await.expect("ruled");
    assert_eq!(world.counts().await, [1, 0, 0, 0], "it counts for that event");
}

#[tokio::test]
async fn bounce_that_names_no_message_stops_mail_only_when_the_organizer_says_so() {
    let world = World::with_guests(1).await;
    let guest = world.invitation(1).await;
    let report = String::from_utf8(letters::bounce(&guest.address, INBOX, "5.1.1", "unknowntoken")).expect("text");
    world.receive(report.replace("<one@club.example>", "<nobody@knows.example>").into_bytes());
    assert_eq!(world.pull().await.desk, 1, "it may be about anything");
    let reasons = || {
        let (store, address) = (world.engine.store().clone(), guest.address.clone());
        async move { store.read(move |r| suppression::of_address(r, &address)).await.expect("readable").len() }
    };
    assert_eq!(reasons().await, 0, "so mail goes on");
    let waiting = world.waiting().await;
    world.rule(&waiting, DeskRuling::Count).await.expect("ruled");
    assert_eq!(reasons().await, 1, "now it stops");
    answers::undo(&world.engine, Surface::Window, &waiting).await.expect("taken back");
    assert_eq!(reasons().await, 0, "and goes on again");
}
