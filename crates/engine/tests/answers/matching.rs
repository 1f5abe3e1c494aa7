//! Only the guest answers for the guest; whatever is in doubt waits for the organizer.

use engine::{Code, answers};
use store::delivery::{Method, State, enqueue};
use store::invitation::Invitation;
use store::suppression::{self, Reason};

use super::letters::{self, Letter};
use super::world::{INBOX, World, now};

#[tokio::test]
async fn forwarded_copy_answered_by_someone_else_waits_at_the_desk() {
    let world = World::with_guests(2).await;
    world.receive(Letter { guest: "friend@elsewhere.example".to_owned(), ..world.letter(1, "DECLINED").await }.gmail());
    assert_eq!(world.pull().await.desk, 1, "it is not the guest's answer");
    assert_eq!(world.counts().await, [0, 0, 0, 2], "nobody's answer changed");
    let reasons = world.desk().await;
    assert!(
        reasons[0].contains("friend@elsewhere.example") && reasons[0].contains("guest1@people.example"),
        "the desk says who: {reasons:?}"
    );
}

#[tokio::test]
async fn attendee_unknown_to_us_counts_when_the_guest_sent_it() {
    let world = World::with_guests(1).await;
    let letter = world.letter(1, "ACCEPTED").await;
    let text = String::from_utf8(letter.outlook()).expect("text");
    let alias = String::from_utf8(Letter { guest: "g.one@alias.example".to_owned(), ..letter }.outlook()).expect("text");
    world.receive(alias.replace("From: A Guest <g.one@alias.example>", "From: A Guest <guest1@people.example>").into_bytes());
    assert_ne!(text, alias, "the calendar names another address");
    assert_eq!(world.pull().await.answers, 1, "the guest's own mail counts, whatever their program calls them");
}

#[tokio::test]
async fn answer_to_the_details_of_before_is_shown_and_not_applied() {
    let world = World::with_guests(1).await;
    let invitation = world.invitation(1).await;
    let (campaign, event) = (world.campaign, world.event);
    let moved = move |w: &store::Writer<'_>| {
        let components = store::revision::current_components(w, event)?;
        let new = store::revision::NewRevision { event, sequence: 1, cancelled: false, changed: "[]", components: &components };
        let revision = store::revision::add(w, &new, now())?.id;
        let standing = enqueue::standing(w, invitation.guest, event)?;
        store::campaign::advance(w, campaign, &[store::campaign::State::Done], store::campaign::State::Sending, "", now())?;
        enqueue::queue(w, enqueue::News { campaign, revision, method: Method::Request, not_before: None }, &invitation, &standing, now())?;
        let due = store::delivery::due::after(w, campaign, store::delivery::due::Place::default(), now(), 10)?;
        let told = store::delivery::turn::Told {
            invitation: invitation.id,
            revision,
            method: Method::Request,
            sequence: 1,
            dtstamp: now().as_second() + 1,
            base: None,
        };
        let claim = store::delivery::turn::Claim { delivery: due[0].id, campaign, told: Some(told), message: (*b"moved").into() };
        store::delivery::turn::turn(w, &store::delivery::turn::Turn { claims: vec![claim], ..Default::default() }, now())?;
        Ok(())
    };
    world.engine.store().write(moved).await.expect("the update is sent");
    world.receive(world.letter(1, "ACCEPTED").await.gmail());
    assert_eq!(world.pull().await.answers, 0, "it answers a time that is no more");
    assert_eq!(world.counts().await, [0, 0, 0, 1], "so nothing is counted");
    world.receive(Letter { sequence: 1, ..world.letter(1, "ACCEPTED").await }.outlook());
    assert_eq!(world.pull().await.answers, 1, "an answer to what holds now is");
}

#[tokio::test]
async fn forged_mail_waits_when_our_own_server_says_so() {
    let world = World::with_guests(2).await;
    let own = "Authentication-Results: mx.club.example; dkim=fail header.d=people.example";
    let foreign = "Authentication-Results: mx.elsewhere.example; dkim=fail header.d=people.example";
    world.receive(letters::with_header(&world.letter(1, "ACCEPTED").await.gmail(), own));
    world.receive(letters::with_header(&world.letter(2, "ACCEPTED").await.gmail(), foreign));
    let result = world.pull().await;
    assert_eq!((result.answers, result.desk), (1, 1), "only our own server's word is heard");
    assert_eq!(world.counts().await, [1, 0, 0, 1], "the forged one changed nothing");
}

#[tokio::test]
async fn unknown_event_of_a_stranger_is_none_of_our_business() {
    let world = World::with_guests(1).await;
    let letter = world.letter(1, "ACCEPTED").await;
    world.receive(
        Letter { guest: "stranger@elsewhere.example".to_owned(), uid: "dinner@elsewhere.example".to_owned(), ..letter.clone() }.gmail(),
    );
    let result = world.pull().await;
    assert_eq!((result.other, result.desk), (1, 0), "other people's meetings are left alone");
    world.receive(Letter { uid: "dinner@elsewhere.example".to_owned(), ..letter }.gmail());
    assert_eq!(world.pull().await.desk, 1, "a guest's answer to something unknown is shown to the organizer");
}

#[tokio::test]
async fn hard_bounce_stops_mail_to_the_address_and_a_soft_one_does_not() {
    let world = World::with_guests(2).await;
    let (first, second) = (world.invitation(1).await, world.invitation(2).await);
    world.receive(letters::bounce(&first.address, INBOX, "5.1.1", &first.token));
    world.receive(letters::bounce(&second.address, INBOX, "4.2.2", &second.token));
    assert_eq!(world.pull().await.bounces, 2, "both came back");
    assert_eq!(world.delivery_state(1).await, State::Bounced, "the ledger knows");
    assert_eq!(world.delivery_state(2).await, State::Bounced, "of both");
    let reasons = |address: String| {
        let store = world.engine.store().clone();
        async move { store.read(move |r| suppression::of_address(r, &address)).await.expect("readable") }
    };
    let hard = reasons(first.address).await;
    assert_eq!(
        hard.iter().map(|found| found.reason).collect::<Vec<_>>(),
        [Reason::HardBounce],
        "an address that does not exist is not tried again"
    );
    assert!(hard[0].receipt.is_some(), "and the message that said so is kept");
    assert!(reasons(second.address).await.is_empty(), "a full mailbox may be empty tomorrow");
}

/// What a server says that has not taken a message: for now, or not yet.
fn put_off(guest: &Invitation, action: &str, number: u32) -> Vec<u8> {
    let said = String::from_utf8(letters::bounce(&guest.address, INBOX, "4.2.2", &guest.token)).expect("text");
    said.replace("550 4.2.2 No such user here", "452 4.2.2 Mailbox full")
        .replace("Action: failed", &format!("Action: {action}"))
        .replace("<bounce-", &format!("<bounce-{number}-"))
        .into_bytes()
}

#[tokio::test]
async fn three_messages_in_a_row_that_a_server_puts_off_stop_mail_until_it_is_let_again() {
    let world = World::with_guests(3).await;
    let guests = [world.invitation(1).await, world.invitation(2).await, world.invitation(3).await];
    let reasons = |guest: usize| {
        let (store, address) = (world.engine.store().clone(), guests[guest].address.clone());
        async move { store.read(move |r| suppression::of_address(r, &address)).await.expect("readable") }
    };
    for round in 1..=3 {
        if round > 1 {
            world.send_again(&[1, 2, 3]).await;
        }
        world.receive(put_off(&guests[0], "failed", round));
        // The same message is reported on twice: that is one message.
        world.receive(put_off(&guests[1], "delayed", round));
        world.receive(put_off(&guests[1], "delayed", round + 10));
        world.receive(put_off(&guests[2], "failed", round));
        if round == 2 {
            world.receive(world.letter(3, "ACCEPTED").await.gmail());
        }
        world.pull().await;
        assert_eq!(reasons(0).await.is_empty(), round < 3, "two may be chance (round {round})");
    }
    let first = reasons(0).await;
    assert_eq!(first.iter().map(|found| found.reason).collect::<Vec<_>>(), [Reason::SoftBounces], "three are not");
    assert!(first[0].evidence.contains("3 messages in a row") && first[0].evidence.contains("Mailbox full"), "{}", first[0].evidence);
    assert_eq!(reasons(1).await.len(), 1, "put off three times without an end is the same");
    assert!(reasons(2).await.is_empty(), "who answers in between reads that mailbox");
    engine::guests::suppress(&world.engine, &["1".to_owned()], false).await.expect("mail is let again");
    world.send_again(&[1]).await;
    world.receive(put_off(&guests[0], "failed", 4));
    world.pull().await;
    assert!(reasons(0).await.is_empty(), "it counts from the beginning");
}

#[tokio::test]
async fn how_many_may_be_put_off_is_the_organizers_choice() {
    let world = World::with_guests(2).await;
    let guest = world.invitation(1).await;
    assert_eq!(answers::bounce_patience(&world.engine).await.expect("readable"), 3, "three unless told");
    answers::choose_bounce_patience(&world.engine, 1).await.expect("it can be chosen");
    let refused = answers::choose_bounce_patience(&world.engine, 101).await.expect_err("so many never come");
    assert_eq!(refused.code, Code::InvalidInput, "the sentence says what may be: {refused}");
    world.receive(put_off(&guest, "failed", 1));
    world.pull().await;
    let found = world.engine.store().read(move |r| suppression::of_address(r, &guest.address)).await.expect("readable");
    assert_eq!(found.len(), 1, "one is enough now");
    answers::choose_bounce_patience(&world.engine, 0).await.expect("never is a choice");
    let other = world.invitation(2).await;
    world.receive(put_off(&other, "failed", 2));
    world.pull().await;
    let found = world.engine.store().read(move |r| suppression::of_address(r, &other.address)).await.expect("readable");
    assert!(found.is_empty(), "then it never stops");
}

#[tokio::test]
async fn complaint_stops_mail_with_its_evidence_until_it_is_let_again() {
    let world = World::with_guests(1).await;
    let guest = world.invitation(1).await;
    world.receive(letters::complaint(&guest.address, INBOX, &guest.token));
    assert_eq!(world.pull().await.bounces, 1, "it came back");
    assert_eq!(world.delivery_state(1).await, State::Complained, "the ledger knows");
    let reasons = || {
        let (store, address) = (world.engine.store().clone(), guest.address.clone());
        async move { store.read(move |r| suppression::of_address(r, &address)).await.expect("readable") }
    };
    let found = reasons().await;
    assert_eq!(found.iter().map(|found| found.reason).collect::<Vec<_>>(), [Reason::Complaint], "no more mail goes there");
    let evidence = found[0].receipt.expect("the report is kept").to_string();
    let report = answers::receipt(world.engine.store(), &evidence).await.expect("the evidence");
    assert_eq!(report.kind, "complaint", "and can be looked at");
    engine::guests::suppress(&world.engine, &["1".to_owned()], false).await.expect("mail is let again");
    assert!(reasons().await.is_empty(), "the organizer may know better");
}

#[tokio::test]
async fn unsubscribing_by_mail_is_honoured() {
    let world = World::with_guests(1).await;
    let guest = world.invitation(1).await;
    world.receive(letters::unsubscribe(&guest.address, INBOX, &guest.token));
    world.pull().await;
    let found = world.engine.store().read(move |r| suppression::of_address(r, &guest.address)).await.expect("readable");
    assert_eq!(found.iter().map(|found| found.reason).collect::<Vec<_>>(), [Reason::Unsubscribed], "no new invitations go there");
}
