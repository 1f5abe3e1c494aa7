//! A guest who proposes another time is answered by one word.

use engine::answers::view::{DeskRuling, DeskVerb};
use engine::calendars::view::{EventDraft, Scope};
use engine::calendars::{EventEdit, Surface};
use engine::{Code, answers, calendars, campaigns};

use super::letters::Letter;
use super::world::World;

/// The first guest proposes the same day at three; Google's part says that it is a reply.
async fn proposal(world: &World) -> Vec<u8> {
    let letter: Letter = world.letter(1, "TENTATIVE").await;
    let text = String::from_utf8(letter.thunderbird()).expect("text");
    let start = "DTSTART;TZID=Europe/Paris:20270401T100000";
    assert!(text.contains(start), "the letter says when");
    text.replace("METHOD:REPLY", "METHOD:COUNTER").replace(start, "DTSTART:20270401T130000Z").into_bytes()
}

#[tokio::test]
async fn accepted_proposal_moves_the_event_and_is_a_change_to_be_told() {
    let world = World::that_sends(2).await;
    world.receive(proposal(&world).await);
    assert_eq!(world.pull().await.desk, 1, "it waits");
    assert_eq!(world.counts().await, [0, 0, 0, 2], "a proposal is no answer");
    let waiting = world.waiting().await;
    let item = answers::item(world.engine.store(), &waiting[0]).await.expect("it can be looked at");
    assert_eq!(item.rulings, [DeskVerb::Accept, DeskVerb::Decline, DeskVerb::Dismiss], "these are the keys");
    let proposal = item.proposal.expect("a time");
    assert_eq!(
        (proposal.old_start.as_str(), proposal.start.as_str()),
        ("2027-04-01T10:00:00", "2027-04-01T15:00:00"),
        "in the event's zone"
    );
    assert_eq!(proposal.end, "2027-04-01T17:00:00", "as long as before");
    world.rule(&waiting, DeskRuling::Accept).await.expect("accepted");
    assert!(world.start().await.starts_with("2027-04-01T15:00:00"), "the event moved: {}", world.start().await);
    let changes = campaigns::list_changes(&world.engine).await.expect("changes");
    assert_eq!(changes.first().map(|change| change.guests), Some(2), "and both guests are to be told, as after any edit");
    assert!(world.desk().await.is_empty(), "nothing waits");
    answers::undo(&world.engine, Surface::Window, &waiting).await.expect("taken back");
    assert!(world.start().await.starts_with("2027-04-01T10:00:00"), "the event stands where it stood: {}", world.start().await);
    assert_eq!(world.waiting().await, waiting, "and the proposal waits again");
}

#[tokio::test]
async fn declined_proposal_is_answered_through_the_ledger_by_the_account_that_invited() {
    let world = World::that_sends(2).await;
    world.receive(proposal(&world).await);
    world.pull().await;
    let waiting = world.waiting().await;
    let before = world.guests("").await.into_iter().map(|guest| (guest.sent, guest.answer)).collect::<Vec<_>>();
    let ruled = world.rule(&waiting, DeskRuling::Decline { comment: String::new() }).await.expect("declined");
    assert_eq!(ruled.campaigns.len(), 1, "a campaign sends it");
    let sent = world.sent(1).await;
    assert!(sent[0].starts_with("guest1@people.example"), "to the guest who proposed it: {}", sent[0]);
    assert!(sent[0].contains("METHOD:DECLINECOUNTER") && sent[0].contains("20270401T100000"), "it says that the time stands: {}", sent[0]);
    let invitation = world.invitation(1).await;
    assert!(sent[0].contains(&format!("UID:{}", invitation.uid)), "of the entry that they have: {}", sent[0]);
    let after = world.guests("").await.into_iter().map(|guest| (guest.sent, guest.answer)).collect::<Vec<_>>();
    assert_eq!(after, before, "what they hold and said stands");
    let ledger = campaigns::list_deliveries(&world.engine, &ruled.campaigns[0], "", "", 10).await.expect("the ledger");
    assert_eq!(ledger.rows[0].method, "decline", "the ledger knows it by its name");
    let refused = answers::undo(&world.engine, Surface::Window, &waiting).await.expect_err("it is on its way");
    assert_eq!(refused.code, Code::WrongState, "what was sent is not taken back: {refused}");
}

/// The first guest proposes another time for the second date of a weekly series, which their program names in UTC.
async fn proposal_for_one_date(world: &World) -> Vec<u8> {
    let weekly = EventDraft { rrule: Some("FREQ=WEEKLY;COUNT=4".to_owned()), ..EventDraft::default() };
    let edit = EventEdit { id: world.event.to_string(), recurrence_id: String::new(), scope: Scope::All, draft: weekly };
    calendars::edit_event(&world.engine, Surface::Window, edit).await.expect("it is a series");
    let text = String::from_utf8(world.letter(1, "TENTATIVE").await.thunderbird()).expect("text");
    let one_date = "RECURRENCE-ID:20270408T080000Z\r\nDTSTART:20270409T130000Z";
    text.replace("METHOD:REPLY", "METHOD:COUNTER").replace("DTSTART;TZID=Europe/Paris:20270401T100000", one_date).into_bytes()
}

/// When each date of the event begins.
async fn dates(world: &World) -> Vec<String> {
    let listed = calendars::list_occurrences(&world.engine, "2027-03-01T00:00:00Z", "2027-06-01T00:00:00Z").await.expect("dates");
    listed.into_iter().map(|date| date.start.chars().take(16).collect()).collect()
}

#[tokio::test]
async fn accepted_proposal_for_one_date_moves_that_date_alone() {
    let world = World::that_sends(2).await;
    world.receive(proposal_for_one_date(&world).await);
    world.pull().await;
    let before = dates(&world).await;
    assert_eq!(before, ["2027-04-01T10:00", "2027-04-08T10:00", "2027-04-15T10:00", "2027-04-22T10:00"], "every week at ten");
    let waiting = world.waiting().await;
    let proposal = answers::item(world.engine.store(), &waiting[0]).await.expect("it can be looked at").proposal.expect("a time");
    assert_eq!(
        (proposal.old_start.as_str(), proposal.start.as_str(), proposal.end.as_str()),
        ("2027-04-08T10:00:00", "2027-04-09T15:00:00", "2027-04-09T17:00:00"),
        "it is shown beside its own date"
    );
    world.rule(&waiting, DeskRuling::Accept).await.expect("accepted");
    let after = dates(&world).await;
    assert_eq!(after, ["2027-04-01T10:00", "2027-04-09T15:00", "2027-04-15T10:00", "2027-04-22T10:00"], "the others stay");
    answers::undo(&world.engine, Surface::Window, &waiting).await.expect("taken back");
    assert_eq!(dates(&world).await, before, "and it goes back to its series");
}

#[tokio::test]
async fn proposal_that_is_declined_twice_at_once_is_answered_once() {
    let world = World::that_sends(2).await;
    world.receive(proposal(&world).await);
    world.pull().await;
    let waiting = world.waiting().await;
    let decline = || world.rule(&waiting, DeskRuling::Decline { comment: String::new() });
    let (first, second) = tokio::join!(decline(), decline());
    let refused = first.err().xor(second.err()).expect("one of them comes first");
    assert_eq!(refused.code, Code::WrongState, "the other is told: {refused}");
    let campaigns = campaigns::list_campaigns(&world.engine).await.expect("campaigns");
    let answers: Vec<_> = campaigns.iter().filter(|campaign| campaign.name.starts_with("Not moved")).collect();
    assert_eq!(answers.len(), 1, "the mail and the ruling are one");
    assert_eq!(world.sent(1).await.len(), 1, "and it leaves once");
}

#[tokio::test]
async fn guest_who_gets_no_mail_is_not_declined_in_silence() {
    let world = World::that_sends(1).await;
    world.receive(proposal(&world).await);
    world.pull().await;
    engine::guests::suppress(&world.engine, &["1".to_owned()], true).await.expect("stopped");
    let waiting = world.waiting().await;
    let refused = world.rule(&waiting, DeskRuling::Decline { comment: String::new() }).await.expect_err("there is no way to tell them");
    assert!(refused.message.contains("gets no mail"), "the sentence says why: {refused}");
    assert_eq!(world.waiting().await, waiting, "and it waits as before");
}
