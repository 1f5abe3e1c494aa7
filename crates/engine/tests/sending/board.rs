//! The board of an event: acts on guests who were chosen there, read from the messages that arrive.

use calendar::Event;
use engine::answers::view::{AnswersOf, GuestAnswerPage};
use engine::campaigns::view::{AudiencePreview, BoardAct, BoardChoice, Tell};
use engine::{answers, campaigns};
use store::holding::answer::{self, Given};
use store::receipt::{self, About, Answer as Word, NewReceipt, Said};
use store::suppression::{self, Reason};
use testkit::counting_sender::{Answer, CountingSender};

use super::world::{World, calendar_of, event, now, property};

fn game(start: &str) -> Event {
    event("game", start)
}

/// Guests who were invited to the game.
async fn invited(sender: CountingSender) -> (World, String) {
    let world = World::with_guests(4, sender).await;
    let id = world.put(game("2027-04-01T18:00:00")).await;
    let campaign = world.confirm_draft(world.draft(&id)).await;
    campaigns::start_sending(&world.engine);
    world.until(&campaign, |status| status.state == "done").await;
    (world, id)
}

fn shown(filter: &str) -> BoardChoice {
    BoardChoice { filter: filter.to_owned(), guests: Vec::new() }
}

fn left_out(preview: &AudiencePreview) -> Vec<(&str, u32)> {
    preview.left_out.iter().map(|left| (left.reason.as_str(), left.guests)).collect()
}

impl World {
    async fn board(&self, event: &str, filter: &str) -> GuestAnswerPage {
        let of = AnswersOf::Event(event.to_owned());
        answers::guests(self.engine.store(), of, filter.to_owned(), String::new(), 100).await.unwrap()
    }

    pub(super) async fn guest(&self, event: &str, address: &str) -> BoardChoice {
        let board = self.board(event, "").await;
        let row = board.rows.into_iter().find(|row| row.address == address).unwrap();
        BoardChoice { filter: String::new(), guests: vec![row.guest] }
    }

    /// Does it, and answers who got a message and what their calendar was told.
    pub(super) async fn act(&self, event: &str, act: BoardAct, choice: BoardChoice) -> Vec<(String, String)> {
        let before = self.sender.taken().len();
        let mails = campaigns::preview_act(&self.engine, event, act, choice.clone()).await.unwrap().mails;
        let campaign = campaigns::act_on_guests(&self.engine, event, act, choice, "", mails).await.unwrap();
        self.until(&campaign.id, |status| status.state == "done").await;
        let taken = self.sender.taken();
        let mut sent: Vec<_> = taken[before..].iter().map(|message| (message.recipient.clone(), calendar_of(message))).collect();
        sent.sort();
        sent
    }

    async fn says(&self, event: &str, address: &str, word: Word) {
        let row = self.board(event, "").await.rows.into_iter().find(|row| row.address == address).unwrap();
        let (inbox, invitation): (i64, i64) = (self.inbox(), row.invitation.parse().unwrap());
        let keep = move |w: &store::Writer<'_>| {
            let new = NewReceipt {
                inbox,
                identity: &invitation.to_string(),
                received_at: now(),
                kind: "reply",
                state: receipt::State::Counted,
                about: About { invitation: Some(invitation), ..About::default() },
                reason: "",
                sender: "",
                subject: "",
                said: Said::default(),
                bounce_kind: "",
                status: "",
                words: "",
                raw: b"",
            };
            let receipt = receipt::add(w, &new, now())?;
            let given =
                Given { invitation, recurrence_id: "", answer: word, dtstamp: now(), at: now(), extra_guests: 0, comment: "", receipt };
            answer::put(w, &given)
        };
        self.engine.store().write(keep).await.unwrap();
    }
}

#[tokio::test]
async fn only_who_has_not_answered_is_reminded_and_not_twice_in_three_days() {
    let (world, id) = invited(CountingSender::accepting()).await;
    world.says(&id, "guest0@example.org", Word::Yes).await;
    world.says(&id, "guest1@example.org", Word::No).await;
    let preview = campaigns::preview_act(&world.engine, &id, BoardAct::Remind, shown("")).await.unwrap();
    assert_eq!((preview.mails, left_out(&preview)), (2, vec![("answered", 2)]), "who has answered is left out, with the reason");
    let sent = world.act(&id, BoardAct::Remind, shown("none")).await;
    assert_eq!(sent.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), ["guest2@example.org", "guest3@example.org"], "only they");
    for (_, calendar) in &sent {
        assert_eq!((property(calendar, "METHOD"), property(calendar, "SEQUENCE")), ("REQUEST", "0"), "the same entry: {calendar}");
    }
    let again = campaigns::preview_act(&world.engine, &id, BoardAct::Remind, shown("none")).await.unwrap();
    assert_eq!((again.mails, left_out(&again)), (0, vec![("reminded_lately", 2)]), "a reminder is not repeated at once");
    campaigns::choose_reminder_days(&world.engine, 0).await.unwrap();
    let free = campaigns::preview_act(&world.engine, &id, BoardAct::Remind, shown("none")).await.unwrap();
    assert_eq!(free.mails, 2, "unless the organizer wants no pause");
    assert!(campaigns::choose_reminder_days(&world.engine, 1_000).await.is_err(), "a pause has a sensible length");
}

#[tokio::test]
async fn whoever_is_withdrawn_loses_the_entry_and_hears_nothing_more() {
    let (world, id) = invited(CountingSender::accepting()).await;
    let choice = world.guest(&id, "guest1@example.org").await;
    let sent = world.act(&id, BoardAct::Withdraw, choice.clone()).await;
    let [(to, calendar)] = sent.as_slice() else { panic!("one guest was chosen: {sent:?}") };
    assert_eq!((to.as_str(), property(calendar, "METHOD")), ("guest1@example.org", "CANCEL"), "the entry leaves: {calendar}");
    assert_eq!(property(calendar, "SEQUENCE"), "1", "a newer word than the invitation: {calendar}");
    assert_eq!(world.board(&id, "").await.total, 3, "they are off the board");
    let again = campaigns::preview_act(&world.engine, &id, BoardAct::Withdraw, choice).await.unwrap();
    assert_eq!(left_out(&again), [("nothing_held", 1)], "nothing is left to withdraw");
    world.put(game("2027-04-01T20:00:00")).await;
    let update = campaigns::preview_update(&world.engine, &id, Tell::All).await.unwrap();
    assert_eq!(update.mails, 3, "a new time does not invite them anew");
}

#[tokio::test]
async fn whoever_is_invited_again_after_that_gets_a_newer_word_than_the_one_that_took_it_away() {
    let (world, id) = invited(CountingSender::accepting()).await;
    let choice = world.guest(&id, "guest1@example.org").await;
    world.act(&id, BoardAct::Withdraw, choice).await;
    let before = world.sender.taken().len();
    let campaign = world.confirm_draft(world.draft(&id)).await;
    world.until(&campaign, |status| status.state == "done").await;
    let taken = world.sender.taken();
    let [again] = &taken[before..] else { panic!("only they are invited again: {}", taken.len() - before) };
    let again = calendar_of(again);
    assert_eq!((property(&again, "METHOD"), property(&again, "SEQUENCE")), ("REQUEST", "2"), "above the cancellation's 1: {again}");
    world.put(Event { description: "Free hot dog".to_owned(), ..game("2027-04-01T18:00:00") }).await;
    let sent = world.act(&id, BoardAct::Update, shown("old")).await;
    let sequences: Vec<_> = sent.iter().map(|(_, calendar)| property(calendar, "SEQUENCE")).collect();
    assert_eq!(sequences, ["0", "2", "0", "0"], "from there it goes on for each: words raise nothing");
    world.put(Event { description: "Free hot dog".to_owned(), ..game("2027-04-01T20:00:00") }).await;
    let sent = world.act(&id, BoardAct::Update, shown("old")).await;
    let sequences: Vec<_> = sent.iter().map(|(_, calendar)| property(calendar, "SEQUENCE")).collect();
    assert_eq!(sequences, ["1", "3", "1", "1"], "and another time is a newer word for each");
}

#[tokio::test]
async fn who_holds_old_details_is_listed_and_those_chosen_get_the_new_ones() {
    let (world, id) = invited(CountingSender::accepting()).await;
    assert_eq!(world.board(&id, "old").await.total, 0, "everyone knows");
    world.put(game("2027-04-01T20:00:00")).await;
    let old = world.board(&id, "old").await;
    assert_eq!((old.total, old.rows.len()), (4, 4), "the time has changed");
    assert!(old.rows.iter().all(|row| row.holds_old && (row.sent, row.accepted) == (1, 1)), "they were sent the first version: {old:?}");
    let choice = world.guest(&id, "guest2@example.org").await;
    let sent = world.act(&id, BoardAct::Update, choice.clone()).await;
    assert_eq!(sent.len(), 1, "only who was chosen");
    assert!(sent[0].1.contains("DTSTART;TZID=Europe/Berlin:20270401T200000"), "the new time: {}", sent[0].1);
    let preview = campaigns::preview_act(&world.engine, &id, BoardAct::Update, choice.clone()).await.unwrap();
    assert_eq!(left_out(&preview), [("already_holds", 1)], "now they know");
    assert_eq!(world.board(&id, "old").await.total, 3, "the others do not");
    let again = world.act(&id, BoardAct::Again, choice).await;
    assert_eq!(property(&again[0].1, "SEQUENCE"), property(&sent[0].1, "SEQUENCE"), "the same version once more");
}

#[tokio::test]
async fn a_refused_invitation_is_on_the_board_and_can_be_sent_again() {
    let sender =
        CountingSender::answering(
            |offered, message| {
                if offered < 4 && message.recipient.starts_with("guest3") { Answer::Refuse } else { Answer::Accept }
            },
        );
    let (world, id) = invited(sender).await;
    let bounced = world.board(&id, "bounced").await;
    assert_eq!((bounced.total, bounced.rows.len()), (1, 1), "one server refused");
    assert_eq!((bounced.rows[0].delivery.as_str(), bounced.rows[0].accepted), ("refused", 0), "it holds nothing: {bounced:?}");
    assert_eq!(world.board(&id, "uncertain").await.total, 0, "nothing is uncertain");
    let sent = world.act(&id, BoardAct::Again, shown("bounced")).await;
    assert_eq!(sent.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), ["guest3@example.org"], "only they");
    assert_eq!(world.board(&id, "bounced").await.total, 0, "it arrived");
}

#[tokio::test]
async fn pages_of_the_board_are_in_one_order_and_miss_nobody() {
    let (world, id) = invited(CountingSender::accepting()).await;
    world.put(game("2027-04-01T20:00:00")).await;
    for filter in ["", "none", "old"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let of = AnswersOf::Event(id.clone());
            let page = answers::guests(world.engine.store(), of, filter.to_owned(), cursor, 3).await.unwrap();
            seen.extend(page.rows.into_iter().map(|row| row.address));
            cursor = page.next;
            if cursor.is_empty() {
                break;
            }
        }
        seen.dedup();
        assert_eq!(seen.len(), 4, "“{filter}” shows each guest once: {seen:?}");
    }
    let unknown = answers::guests(world.engine.store(), AnswersOf::Event(id), "lost".to_owned(), String::new(), 3).await;
    assert!(unknown.is_err_and(|failure| failure.message.contains("bounced")), "the sentence says which there are");
}

#[tokio::test]
async fn an_unsubscribed_guest_hears_of_the_new_time_and_of_nothing_new() {
    let (world, id) = invited(CountingSender::accepting()).await;
    let stop = |w: &store::Writer<'_>| suppression::add(w, "guest0@example.org", Reason::Unsubscribed, "", None, now());
    world.engine.store().write(stop).await.unwrap();
    let other = world.put(event("other", "2027-05-01T18:00:00")).await;
    let campaign = campaigns::create_campaign(&world.engine, world.draft(&other)).await.unwrap();
    let preview = campaigns::preview_audience(&world.engine, &campaign.id).await.unwrap();
    assert_eq!((preview.mails, left_out(&preview)), (3, vec![("unsubscribed", 1)]), "another event is new to them");
    world.put(game("2027-04-01T20:00:00")).await;
    let sent = world.act(&id, BoardAct::Update, shown("old")).await;
    assert_eq!(sent.len(), 4, "what stands in their calendar is kept right");
    world.delete(game("2027-04-01T20:00:00")).await;
    let cancelled = campaigns::preview_update(&world.engine, &id, Tell::All).await.unwrap();
    assert_eq!(cancelled.mails, 4, "and they hear that it is off");
}
