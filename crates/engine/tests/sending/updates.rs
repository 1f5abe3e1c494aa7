//! Updates and cancellations, read from the messages that arrive.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use calendar::{Event, EventStatus, Recurrence};
use engine::campaigns::view::{CampaignStatus, ChangeView, Tell};
use engine::{Clock as _, campaigns};
use jiff::{SignedDuration, Timestamp};
use store::suppression::Reason;
use testkit::counting_sender::{Answer, CountingSender};

use super::world::{MovableClock, World, calendar_of, event, property, time};

impl World {
    /// Tells of an event's change and answers the calendar parts that went out, by guest.
    async fn tell(&self, event: &str, to: Tell) -> (CampaignStatus, Vec<String>) {
        let before = self.sender.taken().len();
        let mails = campaigns::preview_update(&self.engine, event, to).await.unwrap().mails;
        let campaign = campaigns::send_update(&self.engine, event, to, "", mails).await.unwrap();
        let status = self.until(&campaign.id, |status| status.state == "done").await;
        (status, self.sender.taken()[before..].iter().map(calendar_of).collect())
    }
}

fn training() -> Event {
    let rule = Some("FREQ=WEEKLY;COUNT=10".to_owned());
    Event { recurrence: Recurrence { rule, ..Recurrence::default() }, ..event("training", "2027-04-01T18:00:00") }
}

async fn invited(content: Event) -> (World, String) {
    invited_in(World::with_guests(3, CountingSender::accepting()).await, content).await
}

async fn invited_in(world: World, content: Event) -> (World, String) {
    let id = world.put(content).await;
    let campaign = world.confirm_draft(world.draft(&id)).await;
    campaigns::start_sending(&world.engine);
    world.until(&campaign, |status| status.state == "done").await;
    (world, id)
}

#[tokio::test]
async fn a_new_time_reaches_everyone_with_a_higher_sequence_and_the_same_uid() {
    let (world, id) = invited(event("game", "2027-04-01T18:00:00")).await;
    let first: Vec<String> = world.sender.taken().iter().map(calendar_of).collect();
    world.put(event("game", "2027-04-01T20:00:00")).await;
    let changes = campaigns::list_changes(&world.engine).await.unwrap();
    assert_eq!((changes.len(), changes[0].guests, changes[0].none), (1, 3, 3), "three guests hold old details");
    assert!(changes[0].fields.iter().any(|field| field.name == "start" && field.significant), "{:?}", changes[0].fields);
    let (status, sent) = world.tell(&id, Tell::All).await;
    assert_eq!(status.accepted, 3, "all were told");
    for calendar in &sent {
        assert_eq!((property(calendar, "METHOD"), property(calendar, "SEQUENCE")), ("REQUEST", "1"), "{calendar}");
        assert!(calendar.contains("DTSTART;TZID=Europe/Berlin:20270401T200000"), "the new time: {calendar}");
        let before = first.iter().find(|first| property(first, "UID") == property(calendar, "UID")).expect("the entry that is there moves");
        assert!(property(before, "DTSTAMP") < property(calendar, "DTSTAMP"), "a newer stamp");
        assert_eq!(property(before, "ORGANIZER"), property(calendar, "ORGANIZER"), "the organizer is frozen");
    }
    assert!(campaigns::list_changes(&world.engine).await.unwrap().is_empty(), "now everyone knows");
}

#[tokio::test]
async fn a_new_text_is_told_without_asking_anew() {
    let (world, id) = invited(event("game", "2027-04-01T18:00:00")).await;
    world.put(Event { description: "Free hot dog".to_owned(), ..event("game", "2027-04-01T18:00:00") }).await;
    let (status, sent) = world.tell(&id, Tell::All).await;
    assert_eq!(status.accepted, 3, "it is worth telling");
    assert!(sent.iter().all(|calendar| property(calendar, "SEQUENCE") == "0"), "answers stand");
}

fn partstat(calendar: &str) -> &str {
    let attendee = calendar.lines().find(|line| line.starts_with("ATTENDEE")).unwrap_or_default();
    attendee.split([';', ':']).find_map(|part| part.strip_prefix("PARTSTAT=")).unwrap_or_default()
}

#[tokio::test]
async fn an_answer_stands_in_a_new_text_until_the_time_changes_also_where_the_server_asked_to_come_back() {
    let is_second_update = |message: &mail::port::Outgoing| calendar_of(message).contains("T200000");
    let sender = CountingSender::answering(move |number, message| {
        if is_second_update(message) && number < 9 { Answer::Later(std::time::Duration::ZERO) } else { Answer::Accept }
    });
    let (world, id) = invited_in(World::with_guests(3, sender).await, event("game", "2027-04-01T18:00:00")).await;
    world.answer("guest0@example.org", &id, "", "yes").await;
    let stats = |sent: &[String]| sent.iter().map(|calendar| partstat(calendar).to_owned()).collect::<std::collections::BTreeSet<_>>();
    let with = |words: &str, start| Event { description: words.to_owned(), ..event("game", start) };
    world.put(with("Free hot dog", "2027-04-01T18:00:00")).await;
    let (_, sent) = world.tell(&id, Tell::YesMaybe).await;
    assert_eq!(stats(&sent).into_iter().collect::<Vec<_>>(), ["ACCEPTED"], "the yes stands: {sent:?}");
    world.put(with("Free hot dog", "2027-04-01T20:00:00")).await;
    let (_, sent) = world.tell(&id, Tell::All).await;
    assert_eq!(
        (sent.len(), stats(&sent).into_iter().collect::<Vec<_>>()),
        (3, vec!["NEEDS-ACTION".to_owned()]),
        "all decide anew: {sent:?}"
    );
    world.put(with("Two hot dogs", "2027-04-01T20:00:00")).await;
    let (_, sent) = world.tell(&id, Tell::YesMaybe).await;
    assert_eq!(stats(&sent).into_iter().collect::<Vec<_>>(), ["NEEDS-ACTION"], "the yes was to another time: {sent:?}");
}

#[tokio::test]
async fn one_occurrence_moves_and_the_rest_of_the_series_is_left_alone() {
    let (world, id) = invited(training()).await;
    let moved = Event { recurrence_id: Some(time("2027-04-08T18:00:00")), ..event("training", "2027-04-08T20:00:00") };
    world.put(moved).await;
    let (_, sent) = world.tell(&id, Tell::All).await;
    assert_eq!(sent.len(), 3, "everyone holds the series");
    for calendar in &sent {
        assert_eq!(property(calendar, "METHOD"), "REQUEST", "{calendar}");
        assert_eq!(property(calendar, "RECURRENCE-ID"), "20270408T180000", "named by its original start: {calendar}");
        assert!(!calendar.lines().any(|line| line.starts_with("RRULE") && !calendar.contains("BEGIN:VTIMEZONE")), "{calendar}");
        assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 1, "the series is not sent again: {calendar}");
    }
}

#[tokio::test]
async fn one_occurrence_is_cancelled_and_the_rest_stays() {
    let (world, id) = invited(training()).await;
    let mut master = training();
    master.recurrence.excluded.push(time("2027-04-15T18:00:00"));
    world.put(master).await;
    let (_, sent) = world.tell(&id, Tell::All).await;
    for calendar in &sent {
        assert_eq!(property(calendar, "METHOD"), "CANCEL", "{calendar}");
        assert_eq!(property(calendar, "RECURRENCE-ID"), "20270415T180000", "only that date: {calendar}");
    }
    assert!(campaigns::list_changes(&world.engine).await.unwrap().is_empty(), "they hold the series without it");
}

#[tokio::test]
async fn a_date_whose_cancellation_was_overtaken_by_a_newer_update_is_taken_away_after_it() {
    let is_busy = Arc::new(AtomicBool::new(true));
    let takes_no_cancellation = Arc::clone(&is_busy);
    let sender = CountingSender::answering(move |_, message| {
        let is_cancellation = property(&calendar_of(message), "METHOD") == "CANCEL";
        if is_cancellation && takes_no_cancellation.load(Ordering::SeqCst) {
            Answer::Later(Duration::from_hours(1))
        } else {
            Answer::Accept
        }
    });
    let (world, id) = invited_in(World::with_guests(3, sender).await, training()).await;
    let eighth = || Event { recurrence_id: Some(time("2027-04-08T18:00:00")), ..event("training", "2027-04-08T20:00:00") };
    world.put(eighth()).await;
    world.tell(&id, Tell::All).await;
    // The date that they heard of is off, and all others have another name: a cancellation of that date follows.
    world.delete(eighth()).await;
    let mut master = Event { summary: "Practice".to_owned(), ..training() };
    master.recurrence.excluded.push(time("2027-04-08T18:00:00"));
    world.put(master.clone()).await;
    let mails = campaigns::preview_update(&world.engine, &id, Tell::All).await.unwrap().mails;
    let overtaken = campaigns::send_update(&world.engine, &id, Tell::All, "", mails).await.unwrap();
    world.until(&overtaken.id, |status| status.accepted == 3 && status.retry == 3).await;
    is_busy.store(false, Ordering::SeqCst);
    world.put(Event { summary: "Hard practice".to_owned(), ..master }).await;
    let (status, sent) = world.tell(&id, Tell::All).await;
    assert_eq!(status.accepted, 6, "the new name, and what was still to be taken away: {status:?}");
    let cancelled: Vec<_> = sent.iter().filter(|calendar| property(calendar, "METHOD") == "CANCEL").collect();
    assert_eq!(cancelled.len(), 3, "everyone loses the date: {sent:?}");
    assert!(cancelled.iter().all(|calendar| property(calendar, "RECURRENCE-ID") == "20270408T180000"), "that date: {cancelled:?}");
    let ended = world.until(&overtaken.id, |status| status.state == "done").await;
    assert_eq!(ended.superseded, 3, "the first no longer has to: {ended:?}");
    assert!(ended.waiting.starts_with("3 are told by “Update: "), "and says so: {}", ended.waiting);
}

#[tokio::test]
async fn a_deleted_event_is_cancelled_and_comes_back_when_reinstated() {
    let (world, id) = invited(event("game", "2027-04-01T18:00:00")).await;
    world.delete(event("game", "2027-04-01T18:00:00")).await;
    let changes = campaigns::list_changes(&world.engine).await.unwrap();
    assert!(changes[0].cancelled, "guests still hold it: {changes:?}");
    let (status, sent) = world.tell(&id, Tell::All).await;
    assert_eq!(status.accepted, 3, "all were told");
    for calendar in &sent {
        assert_eq!(
            (property(calendar, "METHOD"), property(calendar, "STATUS"), property(calendar, "SEQUENCE")),
            ("CANCEL", "CANCELLED", "1")
        );
    }
    assert!(campaigns::list_changes(&world.engine).await.unwrap().is_empty(), "nothing more to tell");
    world.put(event("game", "2027-04-01T18:00:00")).await;
    let (_, sent) = world.tell(&id, Tell::All).await;
    for calendar in &sent {
        assert_eq!(
            (property(calendar, "METHOD"), property(calendar, "SEQUENCE")),
            ("REQUEST", "2"),
            "it takes place after all: {calendar}"
        );
    }
}

#[tokio::test]
async fn nobody_who_did_not_say_yes_or_maybe_is_told_where_only_those_were_chosen() {
    let (world, id) = invited(event("game", "2027-04-01T18:00:00")).await;
    world.put(Event { status: EventStatus::Cancelled, ..event("game", "2027-04-01T18:00:00") }).await;
    let preview = campaigns::preview_update(&world.engine, &id, Tell::YesMaybe).await.unwrap();
    assert_eq!(preview.mails, 0, "nobody has answered");
    assert!(campaigns::send_update(&world.engine, &id, Tell::YesMaybe, "", 0).await.is_err(), "there is nobody to send to");
    assert_eq!(campaigns::list_campaigns(&world.engine).await.unwrap().len(), 1, "and no empty campaign stays behind");
}

#[tokio::test]
async fn a_guest_who_comes_later_gets_the_current_state_and_nobody_else_anything() {
    let (world, id) = invited(event("game", "2027-04-01T18:00:00")).await;
    world.put(event("game", "2027-04-01T20:00:00")).await;
    world.add("late@example.org").await;
    let before = world.sender.taken().len();
    let campaign = world.confirm_draft(world.draft(&id)).await;
    let status = world.until(&campaign, |status| status.state == "done").await;
    assert_eq!((status.accepted, status.skipped), (1, 3), "one new guest");
    let sent = &world.sender.taken()[before..];
    assert_eq!((sent.len(), sent[0].recipient.as_str()), (1, "late@example.org"), "and only they");
    assert!(calendar_of(&sent[0]).contains("DTSTART;TZID=Europe/Berlin:20270401T200000"), "with the time as it is now");
    assert_eq!(campaigns::list_changes(&world.engine).await.unwrap()[0].guests, 3, "the others still wait for the update");
}

#[tokio::test]
async fn whoever_cannot_be_reached_does_not_keep_a_change_open() {
    let (world, id) = invited(event("game", "2027-04-01T18:00:00")).await;
    world.suppress("guest0@example.org", Reason::HardBounce).await;
    world.put(event("game", "2027-04-01T20:00:00")).await;
    let changes = campaigns::list_changes(&world.engine).await.unwrap();
    assert_eq!(changes[0].guests, 2, "the third has no mailbox any more");
    let (status, _) = world.tell(&id, Tell::All).await;
    assert_eq!((status.accepted, status.skipped), (2, 1), "it is left out with its reason");
    assert!(campaigns::list_changes(&world.engine).await.unwrap().is_empty(), "nothing can be done any more");
    assert!(campaigns::list_settled(&world.engine).await.unwrap().is_empty(), "and nothing was decided against anybody");
}

#[tokio::test]
async fn a_cancellation_told_to_yes_and_maybe_is_decided_and_can_be_widened() {
    let (world, id) = invited(event("game", "2027-04-01T18:00:00")).await;
    world.answer("guest0@example.org", &id, "", "yes").await;
    world.answer("guest1@example.org", &id, "", "no").await;
    world.delete(event("game", "2027-04-01T18:00:00")).await;
    let (status, _) = world.tell(&id, Tell::YesMaybe).await;
    assert_eq!(status.accepted, 1, "who said yes is told");
    assert!(campaigns::list_changes(&world.engine).await.unwrap().is_empty(), "the organizer decided");
    let settled = campaigns::list_settled(&world.engine).await.unwrap();
    assert_eq!((settled[0].told.as_str(), settled[0].guests), ("yes-maybe", 2), "the others keep it, and that is shown: {settled:?}");
    let (status, sent) = world.tell(&id, Tell::Affected).await;
    assert_eq!((status.accepted, sent.len()), (1, 1), "who has not answered is added; who said no and who was told hear nothing");
    assert!(campaigns::list_changes(&world.engine).await.unwrap().is_empty(), "that was decided as well");
}

#[tokio::test]
async fn an_answer_after_the_decision_opens_it_for_that_guest() {
    let (world, id) = invited(event("game", "2027-04-01T18:00:00")).await;
    world.answer("guest0@example.org", &id, "", "yes").await;
    world.put(event("game", "2027-04-01T20:00:00")).await;
    world.tell(&id, Tell::YesMaybe).await;
    assert!(campaigns::list_changes(&world.engine).await.unwrap().is_empty(), "the organizer decided");
    world.answer("guest1@example.org", &id, "", "yes").await;
    let changes = campaigns::list_changes(&world.engine).await.unwrap();
    assert_eq!(changes.len(), 1, "one who comes holds old details");
    assert_eq!(campaigns::preview_update(&world.engine, &id, Tell::YesMaybe).await.unwrap().mails, 1, "and can be told alone");
}

#[tokio::test]
async fn nobody_is_told_until_the_event_changes_again() {
    let (world, id) = invited(event("game", "2027-04-01T18:00:00")).await;
    world.put(event("game", "2027-04-01T20:00:00")).await;
    campaigns::tell_nobody(&world.engine, &id).await.unwrap();
    assert!(campaigns::list_changes(&world.engine).await.unwrap().is_empty(), "it was decided");
    let settled = campaigns::list_settled(&world.engine).await.unwrap();
    assert_eq!((settled[0].told.as_str(), settled[0].guests), ("nobody", 3), "it is remembered: {settled:?}");
    campaigns::ask_again(&world.engine, &id).await.unwrap();
    assert_eq!(campaigns::list_changes(&world.engine).await.unwrap().len(), 1, "and can be taken back");
    campaigns::tell_nobody(&world.engine, &id).await.unwrap();
    world.put(event("game", "2027-04-01T21:00:00")).await;
    let changes = campaigns::list_changes(&world.engine).await.unwrap();
    let start = changes[0].fields.iter().find(|field| field.name == "start").unwrap();
    assert!(start.old.contains("18:00") && start.new.contains("21:00"), "another edit asks anew, from what guests hold: {start:?}");
    world.put(event("game", "2027-04-01T18:00:00")).await;
    assert!(campaigns::list_changes(&world.engine).await.unwrap().is_empty(), "what guests hold is true again");
    let preview = campaigns::preview_update(&world.engine, &id, Tell::All).await.unwrap();
    assert_eq!(preview.mails, 0, "there is nothing to send them: {preview:?}");
}

#[tokio::test]
async fn of_one_changed_occurrence_those_hear_who_come_to_it() {
    let (world, id) = invited(training()).await;
    // 18:00 in Berlin in summer.
    world.answer("guest0@example.org", &id, "", "no").await;
    world.answer("guest0@example.org", &id, "20270408T160000Z", "yes").await;
    world.answer("guest1@example.org", &id, "", "yes").await;
    world.answer("guest1@example.org", &id, "20270408T160000Z", "no").await;
    world.put(Event { recurrence_id: Some(time("2027-04-08T18:00:00")), ..event("training", "2027-04-08T20:00:00") }).await;
    let preview = campaigns::preview_update(&world.engine, &id, Tell::Affected).await.unwrap();
    assert_eq!(preview.mails, 2, "guest 1 does not come that day: {preview:?}");
    let before = world.sender.taken().len();
    world.tell(&id, Tell::YesMaybe).await;
    let told: Vec<String> = world.sender.taken()[before..].iter().map(|mail| mail.recipient.clone()).collect();
    assert_eq!(told, ["guest0@example.org"], "who said yes to that day, whatever they said to the others");
}

#[tokio::test]
async fn a_standing_order_collects_edits_and_tells_yes_and_maybe() {
    let clock = Arc::new(MovableClock::default());
    let (world, id) =
        invited_in(World::at(clock.clone(), 3, CountingSender::accepting()).await, event("game", "2027-04-01T18:00:00")).await;
    world.answer("guest0@example.org", &id, "", "yes").await;
    world.put(event("game", "2027-04-01T19:00:00")).await;
    clock.pass(SignedDuration::from_hours(1));
    engine::calendars::set_standing_order(&world.engine, &world.calendar.to_string(), true).await.unwrap();
    assert_eq!(campaigns::list_changes(&world.engine).await.unwrap()[0].sends_at, "", "what waited before is not meant");
    let edited = clock.now();
    world.put_at(event("game", "2027-04-01T20:00:00"), edited).await;
    let due = |changes: &[ChangeView]| changes[0].sends_at.parse::<Timestamp>().unwrap().duration_since(edited);
    let changes = campaigns::list_changes(&world.engine).await.unwrap();
    assert_eq!(due(&changes), SignedDuration::from_mins(5), "more edits may follow");
    clock.pass(SignedDuration::from_mins(3));
    world.put_at(event("game", "2027-04-01T21:00:00"), clock.now()).await;
    let changes = campaigns::list_changes(&world.engine).await.unwrap();
    assert_eq!(due(&changes), SignedDuration::from_mins(8), "the last edit counts");
    campaigns::start_standing_orders(&world.engine);
    clock.pass(SignedDuration::from_mins(6));
    world.nudge().await;
    let campaign = world.campaign_named("Update: Game game").await;
    world.until(&campaign, |status| status.state == "done").await;
    let told = world.sender.taken();
    assert_eq!(told.len(), 4, "three invitations and one update");
    assert!(calendar_of(&told[3]).contains("DTSTART;TZID=Europe/Berlin:20270401T210000"), "both edits in one message");
    assert_eq!(told[3].recipient, "guest0@example.org", "who said yes");
    assert_eq!(campaigns::list_settled(&world.engine).await.unwrap()[0].guests, 2, "the others were not to be told");
}

#[tokio::test]
async fn a_standing_order_that_was_stopped_asks() {
    let clock = Arc::new(MovableClock::default());
    let (world, id) =
        invited_in(World::at(clock.clone(), 3, CountingSender::accepting()).await, event("game", "2027-04-01T18:00:00")).await;
    world.answer("guest0@example.org", &id, "", "maybe").await;
    engine::calendars::set_standing_order(&world.engine, &world.calendar.to_string(), true).await.unwrap();
    world.put_at(event("game", "2027-04-01T20:00:00"), clock.now()).await;
    assert_ne!(campaigns::list_changes(&world.engine).await.unwrap()[0].sends_at, "", "it would be sent");
    campaigns::ask_again(&world.engine, &id).await.unwrap();
    assert_eq!(campaigns::list_changes(&world.engine).await.unwrap()[0].sends_at, "", "the organizer is asked after all");
    world.put_at(event("game", "2027-04-01T21:00:00"), clock.now()).await;
    assert_ne!(campaigns::list_changes(&world.engine).await.unwrap()[0].sends_at, "", "the next edit is another change");
    world.put_at(event("game", "2020-04-01T21:00:00"), clock.now()).await;
    assert_eq!(campaigns::list_changes(&world.engine).await.unwrap()[0].sends_at, "", "of what is over nobody is told unasked");
}

#[tokio::test]
async fn what_a_guest_held_on_a_day_is_shown_with_its_words_and_with_what_is_otherwise_now() {
    let clock = Arc::new(MovableClock::default());
    let before = clock.now();
    clock.pass(SignedDuration::from_hours(1));
    let (world, id) =
        invited_in(World::at(clock.clone(), 1, CountingSender::accepting()).await, event("game", "2027-04-01T18:00:00")).await;
    clock.pass(SignedDuration::from_hours(1));
    let invited = clock.now();
    clock.pass(SignedDuration::from_hours(48));
    world.put_at(event("game", "2027-04-01T20:00:00"), clock.now()).await;
    world.tell(&id, Tell::All).await;
    clock.pass(SignedDuration::from_hours(1));
    let guest = engine::guests::named(world.engine.store(), "guest0@example.org").await.unwrap().id;
    let held = async |at: Timestamp| engine::guests::show_at(&world.engine, &guest, &at.to_string()).await.unwrap();
    assert!(held(before).await.is_empty(), "nothing had been sent by then");
    let then = held(invited).await;
    assert_eq!((then.len(), then[0].kind.as_str(), then[0].revision, then[0].cancelled), (1, "invitation", 1, false), "{then:?}");
    assert!(then[0].when.contains("18:00"), "in the words that they were sent: {}", then[0].when);
    assert!(
        then[0].changes.iter().any(|change| change.name == "start" && change.new.contains("20:00")),
        "and what is otherwise now: {then:?}"
    );
    let now = held(clock.now()).await;
    assert_eq!((now[0].kind.as_str(), now[0].revision, now[0].changes.len()), ("update", 2, 0), "by now they hold what the event says");
}
