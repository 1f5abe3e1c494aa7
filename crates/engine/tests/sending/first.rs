//! First invitations: who gets them, and what the organizer sees.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use engine::accounts::view::{AccountForm, AccountView, SenderForm};
use engine::campaigns::view::CampaignDraft;
use engine::{accounts, campaigns};
use store::suppression::{self, Reason};
use testkit::counting_sender::{Answer, CountingSender};

use super::world::{World, calendar_of, event, now, property};
use crate::accounts::smtp;

#[tokio::test]
async fn every_guest_gets_one_invitation_of_their_own() {
    let world = World::with_guests(120, CountingSender::accepting()).await;
    let (_, status) = world.send().await;
    assert_eq!((status.accepted, status.total), (120, 120), "all were taken");
    world.assert_each_once(120);
    for message in world.sender.taken() {
        let calendar = calendar_of(&message);
        let attendees = calendar.lines().filter(|line| line.starts_with("ATTENDEE")).count();
        assert_eq!(attendees, 1, "nobody sees who else is invited:\n{calendar}");
        assert!(calendar.contains(&format!("mailto:{}", message.recipient)), "the guest is the attendee:\n{calendar}");
        assert_eq!(property(&calendar, "METHOD"), "REQUEST", "it asks for an answer");
        assert_eq!(property(&calendar, "SEQUENCE"), "0", "an imported SEQUENCE is never sent");
        let organizer = property(&calendar, "ORGANIZER");
        let token = organizer.trim_start_matches("mailto:answers+").trim_end_matches("@club.example");
        assert!(token.len() >= 16, "the inbox carries an unguessable token: {organizer}");
        assert!(property(&calendar, "UID").contains(token), "the UID names the invitation too: {calendar}");
    }
}

#[tokio::test]
async fn left_out_guests_are_counted_with_their_reason_before_and_after() {
    let world = World::with_guests(5, CountingSender::accepting()).await;
    world.add("jane.doe@gmail.com").await;
    world.add("janedoe+club@gmail.com").await;
    world.add("answers@club.example").await;
    world
        .engine
        .store()
        .write(|w| suppression::add(w, "guest0@example.org", Reason::HardBounce, "550 no such user", None, now()))
        .await
        .unwrap();
    let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let campaign = campaigns::create_campaign(&world.engine, world.draft(&event)).await.unwrap();
    let preview = campaigns::preview_audience(&world.engine, &campaign.id).await.unwrap();
    let reasons: Vec<(&str, u32)> = preview.left_out.iter().map(|left| (left.reason.as_str(), left.guests)).collect();
    assert_eq!(reasons, [("duplicate", 1), ("hard_bounce", 1), ("organizer", 1)], "each reason is named");
    assert_eq!((preview.guests, preview.mails), (5, 5), "the others get one mail each");
    assert!(preview.blockers.is_empty(), "nothing stands in the way: {:?}", preview.blockers);
    campaigns::send_campaign(&world.engine, &campaign.id, 5).await.unwrap();
    campaigns::start_sending(&world.engine);
    let status = world.until(&campaign.id, |status| status.state == "done").await;
    assert_eq!((status.accepted, status.skipped, status.total), (5, 3, 8), "the ledger says the same as the preview");
}

#[tokio::test]
async fn two_people_whose_addresses_look_like_one_mailbox_both_get_it_where_the_organizer_says_so() {
    let world = World::with_guests(0, CountingSender::accepting()).await;
    for address in ["ann@outlook.com", "ann+family@outlook.com", "ann+club@club.example"] {
        world.add(address).await;
    }
    let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let campaign = campaigns::create_campaign(&world.engine, world.draft(&event)).await.unwrap();
    let preview = campaigns::preview_audience(&world.engine, &campaign.id).await.unwrap();
    let left_out = preview.left_out.iter().map(|left| (left.reason.as_str(), left.examples.clone())).collect::<Vec<_>>();
    assert_eq!(
        left_out,
        [("duplicate", vec!["ann+family@outlook.com".to_owned()])],
        "it is listed; of a club's own server nothing is known"
    );
    let draft = CampaignDraft { duplicates: true, ..world.draft(&event) };
    let changed = campaigns::update_campaign(&world.engine, &campaign.id, draft).await.unwrap();
    assert!(changed.draft.duplicates, "it is remembered");
    campaigns::send_campaign(&world.engine, &campaign.id, 3).await.unwrap();
    campaigns::start_sending(&world.engine);
    let status = world.until(&campaign.id, |status| status.state == "done").await;
    assert_eq!((status.accepted, status.skipped), (3, 0), "each gets their own");
}

#[tokio::test]
async fn a_number_that_was_not_confirmed_is_not_sent() {
    let world = World::with_guests(3, CountingSender::accepting()).await;
    let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let campaign = campaigns::create_campaign(&world.engine, world.draft(&event)).await.unwrap();
    world.add("late@example.org").await;
    let refused = campaigns::send_campaign(&world.engine, &campaign.id, 3).await.unwrap_err();
    assert!(refused.to_string().contains("4 messages now, not 3"), "the sentence says both: {refused}");
    assert_eq!(world.status(&campaign.id).await.state, "draft", "nothing began");
}

#[tokio::test]
async fn a_field_that_some_guests_lack_is_refused_with_their_names() {
    let world = World::with_guests(2, CountingSender::accepting()).await;
    let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let draft = CampaignDraft { body: "Seat {{ seat }}".to_owned(), ..world.draft(&event) };
    let campaign = campaigns::create_campaign(&world.engine, draft).await.unwrap();
    let refused = campaigns::send_campaign(&world.engine, &campaign.id, 2).await.unwrap_err();
    let sentence = refused.to_string();
    assert!(sentence.contains("seat") && sentence.contains("guest0@example.org"), "field and guests are named: {sentence}");
}

#[tokio::test]
async fn a_template_with_an_error_is_refused_with_its_line() {
    let world = World::with_guests(1, CountingSender::accepting()).await;
    let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let draft = CampaignDraft { body: "Hello\n{{ first_name".to_owned(), ..world.draft(&event) };
    let refused = campaigns::create_campaign(&world.engine, draft).await.unwrap_err();
    assert!(refused.to_string().contains("Line 2"), "the place is named: {refused}");
}

#[tokio::test]
async fn the_preview_is_the_message_that_leaves() {
    let world = World::with_guests(1, CountingSender::accepting()).await;
    let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let campaign = campaigns::create_campaign(&world.engine, world.draft(&event)).await.unwrap();
    let preview = campaigns::preview_message(&world.engine, &campaign.id, "", "").await.unwrap();
    assert_eq!(preview.subject, "Come to Game opening", "fields are filled in");
    assert!(preview.text.contains("Dear friend"), "defaults too: {}", preview.text);
    assert!(preview.calendar.contains("METHOD:REQUEST"), "the calendar part is shown: {}", preview.calendar);
    assert!(preview.html.contains("Game opening"), "and the HTML");
    campaigns::test_campaign(&world.engine, &campaign.id, "me@club.example").await.unwrap();
    let test = world.sender.taken().remove(0);
    assert_eq!(test.recipient, "me@club.example", "a test goes to the organizer");
    assert!(String::from_utf8_lossy(&test.message).contains("Subject: [Test] Come to"), "and says that it is one");
    assert_eq!(world.status(&campaign.id).await.total, 0, "it counts nowhere");
}

#[tokio::test]
async fn a_test_speaks_for_no_guest_and_is_never_taken_for_the_one_before() {
    let world = World::with_guests(1, CountingSender::accepting()).await;
    let (id, _) = world.send().await;
    for _ in 0..2 {
        campaigns::test_campaign(&world.engine, &id, "me@club.example").await.unwrap();
    }
    let of_each = |header: &str| -> Vec<String> {
        let messages = world.sender.taken();
        let texts = messages.iter().map(|taken| String::from_utf8_lossy(&taken.message).into_owned());
        texts.map(|text| text.lines().find(|line| line.starts_with(header)).map(str::to_owned).expect("the header")).collect()
    };
    for header in ["Message-ID:", "Reply-To:"] {
        let found = of_each(header);
        assert_eq!(found.len(), 3, "the invitation and two tests left");
        assert!(found[0] != found[1] && found[1] != found[2] && found[0] != found[2], "{header} is another each time: {found:?}");
    }
}

#[tokio::test]
async fn refusals_keep_the_servers_words_and_too_many_in_a_row_pause() {
    let world = World::with_guests(200, CountingSender::answering(|_, _| Answer::Refuse)).await;
    let id = world.confirm().await;
    campaigns::start_sending(&world.engine);
    let status = world.until(&id, |status| status.state == "paused" && status.handed_over == 0).await;
    assert!(status.waiting.contains("refused") && status.waiting.contains("no such user"), "it says why: {}", status.waiting);
    assert!(status.refused >= 50 && status.refused < 100, "it stopped soon after fifty: {status:?}");
    let page = campaigns::list_deliveries(&world.engine, &id, "refused", "", 10).await.unwrap();
    assert_eq!(page.rows[0].reason, "550 5.1.1 no such user", "the ledger has the server's words");
    assert_eq!((page.rows.len(), page.total), (10, status.refused), "a page, and how many there are");
}

#[tokio::test]
async fn throttled_messages_are_tried_again_until_all_are_taken() {
    let sender = CountingSender::answering(|number, _| match number {
        3..8 => Answer::Throttle(Duration::from_millis(1)),
        _ => Answer::Accept,
    });
    let world = World::with_guests(20, sender).await;
    let (_, status) = world.send().await;
    assert_eq!(status.accepted, 20, "throttling costs time, nobody is dropped");
    world.assert_each_once(20);
}

#[tokio::test]
async fn a_refused_password_waits_for_the_organizer_and_then_goes_on() {
    let is_changed = Arc::new(AtomicBool::new(true));
    let asked = Arc::clone(&is_changed);
    let sender = CountingSender::answering(move |number, _| match number {
        0..4 => Answer::Accept,
        _ if asked.load(Ordering::SeqCst) => Answer::NeedLogin,
        _ => Answer::Accept,
    });
    let world = World::with_guests(10, sender).await;
    let account = accounts::add_sender(&world.engine, smtp("Office", "old")).await.unwrap();
    let event = world.put(event("opening", "2027-04-01T18:00:00")).await;
    let id = world.confirm_draft(CampaignDraft { sender: account.id.clone(), ..world.draft(&event) }).await;
    campaigns::start_sending(&world.engine);
    let status = world.until(&id, |status| status.waiting.contains("password") && status.handed_over == 0).await;
    assert_eq!(status.state, "sending", "it goes on by itself once the organizer signed in");
    assert_eq!(status.queued + status.retry + status.accepted, 10, "nobody was lost");
    let state = |accounts: Vec<AccountView>| accounts.into_iter().find(|known| known.id == account.id).map(|known| known.state);
    let states = accounts::list(world.engine.store()).await.unwrap();
    assert_eq!(state(states).as_deref(), Some("needs_login"), "the account says what it wants");
    is_changed.store(false, Ordering::SeqCst);
    let mut form = accounts::show(&world.engine, &account.id).await.unwrap();
    if let AccountForm::Sender(SenderForm::Smtp { password, .. }) = &mut form {
        "new".clone_into(password);
    }
    accounts::edit(&world.engine, &account.id, form).await.unwrap();
    world.until(&id, |status| status.state == "done").await;
    world.assert_each_once(10);
    let states = accounts::list(world.engine.store()).await.unwrap();
    assert_eq!(state(states).as_deref(), Some("ok"), "and it is well again");
}

#[tokio::test]
async fn a_stopped_account_waits_with_reason_and_time() {
    let world = World::with_guests(10, CountingSender::answering(|_, _| Answer::StopAccount)).await;
    let id = world.confirm().await;
    campaigns::start_sending(&world.engine);
    let status = world.until(&id, |status| !status.waiting.is_empty() && status.handed_over == 0).await;
    assert_eq!(status.state, "sending", "it goes on by itself later");
    assert!(status.waiting.contains("paused for this account") && status.waiting.contains("Continues at"), "{}", status.waiting);
    assert_eq!(status.queued + status.retry, 10, "nobody was lost");
}

#[tokio::test]
async fn a_guest_added_later_is_invited_alone() {
    let world = World::with_guests(3, CountingSender::accepting()).await;
    world.send().await;
    world.add("late@example.org").await;
    let (_, status) = world.send().await;
    assert_eq!((status.accepted, status.skipped), (1, 3), "those who hold it get nothing");
    world.assert_each_once(4);
}

#[tokio::test]
async fn a_plain_message_carries_no_calendar() {
    let world = World::with_guests(2, CountingSender::accepting()).await;
    let draft = CampaignDraft {
        kind: "message".to_owned(),
        subject: "News".to_owned(),
        body: "The shop is open.".to_owned(),
        events: Vec::new(),
        ..world.draft("1")
    };
    let id = world.confirm_draft(draft).await;
    campaigns::start_sending(&world.engine);
    world.until(&id, |status| status.state == "done").await;
    world.assert_each_once(2);
    assert!(calendar_of(&world.sender.taken()[0]).is_empty(), "there is nothing to answer");
}
