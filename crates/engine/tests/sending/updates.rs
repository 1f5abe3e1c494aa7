//! Updates and cancellations, read from the messages that arrive.

use calendar::{Event, EventStatus, Recurrence};
use engine::campaigns;
use engine::campaigns::view::{CampaignStatus, Tell};
use testkit::counting_sender::CountingSender;

use super::world::{World, calendar_of, event, property, time};

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
    let world = World::with_guests(3, CountingSender::accepting()).await;
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
