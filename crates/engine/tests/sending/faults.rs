//! Crashes, pauses, copies and broken lines: nobody twice, nobody dropped.

use std::time::Duration;

use engine::accounts::view::{AccountForm, Login, OwnLimits, SenderForm, Tls};
use engine::campaigns::view::{CampaignDraft, Ruling};
use engine::{accounts, campaigns};
use store::secret;
use testkit::counting_sender::{Answer, CountingSender};

use super::world::{World, event};

#[test]
fn crash_after_claim_leaves_the_delivery_uncertain() {
    // The first process hangs with messages on their way and is gone, as after SIGKILL.
    let first = tokio::runtime::Runtime::new().unwrap();
    let hanging = CountingSender::answering(|number, _| if number < 20 { Answer::Accept } else { Answer::TakeAndHang });
    let (world, id) = first.block_on(async {
        let world = World::with_guests(60, hanging).await;
        let id = world.confirm().await;
        campaigns::start_sending(&world.engine);
        world.until(&id, |status| status.accepted == 20 && status.handed_over >= 4).await;
        (world, id)
    });
    first.shutdown_background();
    let second = tokio::runtime::Runtime::new().unwrap();
    second.block_on(async {
        let taken_before = world.sender.taken();
        let again = world.reopened(CountingSender::accepting()).await;
        let World { engine: crashed, .. } = world;
        drop(crashed);
        campaigns::start_sending(&again.engine);
        let status = again.until(&id, |status| status.state == "done").await;
        assert!(status.uncertain >= 4, "what was on its way may have arrived: {status:?}");
        assert!(status.uncertain <= 8, "never more than twice the connections: {status:?}");
        assert_eq!(status.accepted + status.uncertain, 60, "nobody is dropped");
        let taken = taken_before.iter().chain(&again.sender.taken()).map(|message| message.recipient.clone()).collect::<Vec<_>>();
        let mut once = taken.clone();
        once.sort();
        once.dedup();
        assert_eq!(taken.len(), once.len(), "nobody is sent it twice");
    });
}

#[tokio::test]
async fn a_pause_and_a_restart_send_nobody_twice() {
    let world = World::with_guests(40, CountingSender::answering(|_, _| Answer::Hold)).await;
    let id = world.confirm().await;
    campaigns::start_sending(&world.engine);
    world.sender.release(10);
    world.until(&id, |status| status.accepted >= 10).await;
    campaigns::pause_campaign(&world.engine, &id).await.unwrap();
    world.sender.release(100);
    let paused = world.until(&id, |status| status.handed_over == 0).await;
    assert_eq!(paused.state, "paused", "it stays paused");
    assert!(paused.accepted < 40, "what was not on its way did not leave: {paused:?}");
    let offered = world.sender.offered();
    world.engine.stop().await;
    assert_eq!(world.sender.offered(), offered, "nothing leaves while it is paused");
    let again = world.reopened(world.sender.clone()).await;
    campaigns::resume_campaign(&again.engine, &id).await.unwrap();
    campaigns::start_sending(&again.engine);
    let status = again.until(&id, |status| status.state == "done").await;
    assert_eq!((status.accepted, status.uncertain), (40, 0), "an orderly stop leaves no doubt");
    again.assert_each_once(40);
}

#[tokio::test]
async fn a_line_that_breaks_after_the_message_left_is_uncertain_and_never_resent_by_itself() {
    let sender = CountingSender::answering(|number, _| if number == 2 { Answer::TakeAndBreak } else { Answer::Accept });
    let world = World::with_guests(10, sender).await;
    let (id, status) = world.send().await;
    assert_eq!((status.accepted, status.uncertain), (9, 1), "one nobody can know of");
    world.assert_each_once(10);
    let row = campaigns::list_deliveries(&world.engine, "", "uncertain", "", 5).await.unwrap().rows.remove(0);
    campaigns::settle_delivery(&world.engine, &row.id, Ruling::Again).await.unwrap();
    let status = world.until(&id, |status| status.state == "done" && status.uncertain == 0).await;
    assert_eq!(status.accepted, 10, "the organizer had it sent again");
    let sent: Vec<_> = world.sender.taken().into_iter().filter(|message| message.recipient == row.address).collect();
    assert_eq!(sent.len(), 2, "the guest may have it twice");
    assert!(sent[0].message == sent[1].message, "byte for byte the same, so that a calendar takes them for one");
}

#[tokio::test]
async fn a_line_that_breaks_before_is_tried_again() {
    let sender = CountingSender::answering(|number, _| if number % 3 == 1 { Answer::BreakUntaken } else { Answer::Accept });
    let world = World::with_guests(20, sender).await;
    let (_, status) = world.send().await;
    assert_eq!((status.accepted, status.uncertain), (20, 0), "nothing was taken, so nothing is in doubt");
    world.assert_each_once(20);
}

#[tokio::test]
async fn a_fault_in_a_line_leaves_its_message_uncertain_and_the_rest_goes_on() {
    let sender = CountingSender::answering(|number, _| if number == 5 { Answer::TakeAndPanic } else { Answer::Accept });
    let world = World::with_guests(20, sender).await;
    let (_, status) = world.send().await;
    assert_eq!((status.accepted, status.uncertain), (19, 1), "one line's fault is one message's doubt");
    world.assert_each_once(20);
}

#[tokio::test]
async fn a_copied_database_does_not_send_until_it_is_adopted() {
    let world = World::with_guests(5, CountingSender::accepting()).await;
    world.send().await;
    world.put(event("second", "2027-05-01T18:00:00")).await;
    world.engine.stop().await;
    let copy = world.copied(CountingSender::accepting()).await;
    let second = copy.put(event("second", "2027-05-01T18:00:00")).await;
    let id = copy.confirm_draft(copy.draft(&second)).await;
    campaigns::start_sending(&copy.engine);
    let status = copy.until(&id, |status| !status.waiting.is_empty()).await;
    assert!(status.waiting.contains("copy") && status.waiting.contains("data"), "it names the one that sends: {}", status.waiting);
    assert_eq!((status.state.as_str(), copy.sender.offered()), ("sending", 0), "nothing leaves");
    campaigns::adopt_ledger(&copy.engine).await.unwrap();
    assert_eq!(copy.status(&id).await.state, "paused", "its owner looks before it goes on");
    campaigns::resume_campaign(&copy.engine, &id).await.unwrap();
    copy.until(&id, |status| status.state == "done").await;
    copy.assert_each_once(5);
    assert!(!campaigns::lease_refusal(&world.engine).await.unwrap().is_empty(), "now the original may not send");
}

#[tokio::test]
async fn the_second_of_two_processes_enqueues_and_the_first_sends() {
    let first = World::with_guests(8, CountingSender::accepting()).await;
    first.send().await;
    let second = first.reopened(CountingSender::accepting()).await;
    let other = second.put(event("second", "2027-05-01T18:00:00")).await;
    campaigns::start_sending(&second.engine);
    let id = second.confirm_draft(second.draft(&other)).await;
    let status = second.until(&id, |status| status.state == "done").await;
    assert_eq!(status.accepted, 8, "it was sent");
    assert_eq!((first.sender.offered(), second.sender.offered()), (16, 0), "by the one that has the right to");
}

#[tokio::test]
async fn an_event_that_changes_while_it_is_sent_pauses_and_the_rest_gets_the_new_details() {
    let world = World::with_guests(30, CountingSender::answering(|_, _| Answer::Hold)).await;
    let id = world.confirm().await;
    campaigns::start_sending(&world.engine);
    world.sender.release(5);
    world.until(&id, |status| status.accepted >= 5).await;
    world.put(event("opening", "2027-04-01T20:00:00")).await;
    world.until(&id, |status| status.state == "paused").await;
    world.sender.release(1_000);
    let paused = world.until(&id, |status| status.handed_over == 0).await;
    assert!(paused.waiting.contains("changed"), "it says why: {}", paused.waiting);
    campaigns::resume_campaign(&world.engine, &id).await.unwrap();
    let status = world.until(&id, |status| status.state == "done").await;
    assert_eq!(status.accepted, 30, "everyone was invited");
    world.assert_each_once(30);
    let new = world
        .sender
        .taken()
        .iter()
        .filter(|message| super::world::calendar_of(message).contains("DTSTART;TZID=Europe/Berlin:20270401T200000"))
        .count();
    assert_eq!(u32::try_from(new).unwrap(), 30 - paused.accepted, "the rest heard of the new time at once");
    let changes = campaigns::list_changes(&world.engine).await.unwrap();
    assert_eq!(changes[0].guests, paused.accepted, "the others hold old details");
}

#[tokio::test]
async fn a_stopped_campaign_leaves_its_rows_unsent() {
    let world = World::with_guests(30, CountingSender::answering(|_, _| Answer::Hold)).await;
    let id = world.confirm().await;
    campaigns::start_sending(&world.engine);
    world.sender.release(3);
    world.until(&id, |status| status.accepted >= 3).await;
    campaigns::stop_campaign(&world.engine, &id).await.unwrap();
    world.sender.release(1_000);
    let status = world.until(&id, |status| status.handed_over == 0).await;
    assert_eq!(status.state, "stopped", "for good");
    assert!(status.queued > 0 && status.total == 30, "what is left stays where it is: {status:?}");
    assert!(campaigns::resume_campaign(&world.engine, &id).await.is_err(), "it cannot be resumed");
}

#[tokio::test]
async fn a_server_that_always_says_later_is_given_up_in_the_end() {
    let world = World::with_guests(2, CountingSender::answering(|_, _| Answer::Later(Duration::ZERO))).await;
    let (id, status) = world.send().await;
    assert_eq!(status.refused, 2, "not for ever");
    let row = campaigns::list_deliveries(&world.engine, &id, "refused", "", 5).await.unwrap().rows.remove(0);
    assert!(row.reason.contains("Gave up after 8 tries"), "and it says so: {}", row.reason);
}

#[tokio::test]
async fn a_campaign_whose_password_cannot_be_opened_waits_until_it_is_entered_again() {
    let world = World::with_guests(3, CountingSender::accepting()).await;
    let form = SenderForm::Smtp {
        label: "Office".to_owned(),
        from: "office@club.example".to_owned(),
        name: String::new(),
        host: "mail.club.example".to_owned(),
        port: 465,
        tls: Tls::Implicit,
        user: "office".to_owned(),
        login: Login::Password,
        password: "secret".to_owned(),
        limits: OwnLimits::default(),
        connections: None,
    };
    let sender = accounts::add_sender(&world.engine, form.clone()).await.unwrap().id;
    let row = sender.parse().unwrap();
    let spoil = move |w: &store::Writer<'_>| {
        let (name, mut kept) = secret::of_account(w, row)?.remove(0);
        kept.sealed.reverse();
        secret::put(w, row, &name, &kept)
    };
    world.engine.store().write(spoil).await.unwrap();
    let opening = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let id = world.confirm_draft(CampaignDraft { sender: sender.clone(), ..world.draft(&opening) }).await;
    campaigns::start_sending(&world.engine);
    let status = world.until(&id, |status| !status.waiting.is_empty()).await;
    assert!(status.waiting.starts_with("The sender “Office” cannot sign in: "), "it says who waits: {}", status.waiting);
    assert!(status.waiting.contains("Enter it again"), "and what for: {}", status.waiting);
    let shown = accounts::list(world.engine.store()).await.unwrap().into_iter().find(|account| account.id == sender).unwrap();
    assert_eq!(shown.state, "needs_login", "the account wants it too");
    accounts::edit(&world.engine, &sender, AccountForm::Sender(form)).await.unwrap();
    let status = world.until(&id, |status| status.state == "done").await;
    assert_eq!(status.accepted, 3, "what waited goes on by itself: {status:?}");
}
