//! A season of changes, seen in the calendars of its guests: each message that arrives is read and applied by somebody else's library.

use std::collections::BTreeMap;

use calendar::{Event, Recurrence};
use engine::calendars::view::{EventDraft, Scope};
use engine::calendars::{self, EventEdit, Surface};
use engine::campaigns;
use engine::campaigns::view::{BoardAct, Tell};
use testkit::counting_sender::CountingSender;
use testkit::icalendar;

use super::world::{World, calendar_of, event, property};

const YES: &str = "guest0@example.org";
const NO: &str = "guest1@example.org";
const SILENT: &str = "guest2@example.org";
const LATE: &str = "late@example.org";

/// Guests with their calendars.
struct Season {
    world: World,
    id: String,
}

impl Season {
    async fn invited() -> Self {
        let world = World::with_guests(3, CountingSender::accepting()).await;
        let rule = Some("FREQ=WEEKLY;COUNT=4".to_owned());
        let id =
            world.put(Event { recurrence: Recurrence { rule, ..Recurrence::default() }, ..event("training", "2027-04-01T18:00:00") }).await;
        let campaign = world.confirm_draft(world.draft(&id)).await;
        campaigns::start_sending(&world.engine);
        world.until(&campaign, |status| status.state == "done").await;
        world.answer(YES, &id, "", "yes").await;
        world.answer(NO, &id, "", "no").await;
        Self { world, id }
    }

    async fn edit(&self, occurrence: &str, scope: Scope, draft: EventDraft) -> String {
        let change = EventEdit { id: self.id.clone(), recurrence_id: occurrence.to_owned(), scope, draft };
        calendars::edit_event(&self.world.engine, Surface::Window, change).await.expect("an edit").id
    }

    /// Tells of the change and answers who got how many messages.
    async fn tell(&self, to: Tell) -> BTreeMap<String, usize> {
        let before = self.world.sender.taken().len();
        let mails = campaigns::preview_update(&self.world.engine, &self.id, to).await.unwrap().mails;
        let campaign = campaigns::send_update(&self.world.engine, &self.id, to, "", mails).await.unwrap();
        self.world.until(&campaign.id, |status| status.state == "done").await;
        self.arrived_since(before)
    }

    fn arrived_since(&self, before: usize) -> BTreeMap<String, usize> {
        let mut arrived = BTreeMap::new();
        for mail in &self.world.sender.taken()[before..] {
            *arrived.entry(mail.recipient.clone()).or_default() += 1;
        }
        arrived
    }

    /// Asserts what stands in the calendar of each of these guests.
    fn shows(&self, guests: &[&str], expected: &[&str], why: &str) {
        let messages: Vec<Vec<u8>> = self.world.sender.taken().into_iter().map(|mail| mail.message.to_vec()).collect();
        let faults: Vec<_> = icalendar::read(&messages)
            .expect("the messages are read")
            .into_iter()
            .filter(|read| read["errors"].as_array().is_none_or(|errors| !errors.is_empty()))
            .collect();
        assert!(faults.is_empty(), "every calendar part is valid: {faults:?}");
        let calendars = icalendar::kept(&messages, "2027-03-01", "2027-07-01").expect("the messages are applied");
        for guest in guests {
            for (client, standing) in &calendars[*guest] {
                assert_eq!(standing, expected, "{why}: {guest}, whose calendar {client} what it knew");
            }
        }
    }
}

fn each(guests: &[&str], mails: usize) -> BTreeMap<String, usize> {
    guests.iter().map(|guest| ((*guest).to_owned(), mails)).collect()
}

fn start(at: &str) -> EventDraft {
    EventDraft { start: Some(at.to_owned()), ..EventDraft::default() }
}

fn text(summary: Option<&str>, description: Option<&str>) -> EventDraft {
    EventDraft { summary: summary.map(str::to_owned), description: description.map(str::to_owned), ..EventDraft::default() }
}

const ALL: [&str; 3] = [YES, NO, SILENT];

#[tokio::test]
async fn edits_of_a_whole_series_arrive_in_every_calendar() {
    let season = Season::invited().await;
    let at = |hour: &str, words: &str| ["01", "08", "15", "22"].map(|day| format!("2027-04-{day} {hour} | {words}"));
    let shows = |expected: [String; 4], why| season.shows(&ALL, &expected.each_ref().map(String::as_str), why);
    shows(at("18:00", "Game training | "), "invited");
    season.edit("", Scope::All, start("2027-04-01T19:00:00")).await;
    assert_eq!(season.tell(Tell::All).await, each(&ALL, 1), "one message each");
    shows(at("19:00", "Game training | "), "a new time");
    season.edit("", Scope::All, text(Some("Practice"), None)).await;
    season.tell(Tell::All).await;
    shows(at("19:00", "Practice | "), "a new title");
    season.edit("", Scope::All, text(None, Some("Free hot dog"))).await;
    assert_eq!(season.tell(Tell::All).await, each(&ALL, 1), "words alone are worth telling");
    shows(at("19:00", "Practice | Free hot dog"), "a new description");
}

#[tokio::test]
async fn one_occurrence_moves_goes_back_and_is_cancelled_in_every_calendar() {
    let season = Season::invited().await;
    let plain = |day: &str| format!("2027-04-{day} 18:00 | Game training | ");
    let shows = |expected: &[String], why| season.shows(&ALL, &expected.iter().map(String::as_str).collect::<Vec<_>>(), why);
    season.edit("20270408T180000", Scope::This, start("2027-04-09T20:00:00")).await;
    season.tell(Tell::All).await;
    shows(&[plain("01"), "2027-04-09 20:00 | Game training | ".to_owned(), plain("15"), plain("22")], "one is a day later");
    season.edit("20270408T180000", Scope::This, start("2027-04-08T18:00:00")).await;
    assert_eq!(season.tell(Tell::All).await, each(&ALL, 1), "that it is back is told");
    shows(&[plain("01"), plain("08"), plain("15"), plain("22")], "it is back in the series");
    calendars::delete_event(&season.world.engine, Surface::Window, &season.id, "20270415T180000", Scope::This).await.unwrap();
    season.tell(Tell::All).await;
    shows(&[plain("01"), plain("08"), plain("22")], "one is cancelled, the rest stays");
    season.edit("20270408T180000", Scope::This, start("2027-04-09T20:00:00")).await;
    season.tell(Tell::All).await;
    season.edit("20270408T180000", Scope::This, start("2027-04-08T18:00:00")).await;
    season.edit("", Scope::All, text(Some("Practice"), None)).await;
    season.tell(Tell::All).await;
    let named = |day: &str| format!("2027-04-{day} 18:00 | Practice | ");
    shows(&[named("01"), named("08"), named("22")], "back in the series together with a new title");
}

#[tokio::test]
async fn a_moved_date_that_is_off_together_with_another_edit_leaves_every_calendar() {
    let season = Season::invited().await;
    season.edit("20270408T180000", Scope::This, start("2027-04-09T20:00:00")).await;
    season.tell(Tell::All).await;
    calendars::delete_event(&season.world.engine, Surface::Window, &season.id, "20270408T180000", Scope::This).await.unwrap();
    season.edit("", Scope::All, text(Some("Practice"), None)).await;
    assert_eq!(season.tell(Tell::All).await, each(&ALL, 2), "the series, then the date that it cannot take away");
    let taken = season.world.sender.taken();
    let last: Vec<String> = taken[taken.len() - 3..].iter().map(calendar_of).collect();
    for calendar in &last {
        assert_eq!((property(calendar, "METHOD"), property(calendar, "STATUS")), ("CANCEL", "CANCELLED"), "{calendar}");
        assert!(calendar.contains("RECURRENCE-ID;TZID=Europe/Berlin:20270408T180000"), "that date alone: {calendar}");
    }
    let dates = ["01", "15", "22"].map(|day| format!("2027-04-{day} 18:00 | Practice | "));
    season.shows(&ALL, &dates.each_ref().map(String::as_str), "the moved date is gone, the rest has its new name");
    assert!(campaigns::list_changes(&season.world.engine).await.unwrap().is_empty(), "everyone knows");
}

#[tokio::test]
async fn a_guest_who_was_withdrawn_and_is_invited_again_has_the_series_again() {
    let season = Season::invited().await;
    let guest = season.world.guest(&season.id, SILENT).await;
    season.world.act(&season.id, BoardAct::Withdraw, guest).await;
    season.shows(&[SILENT], &[], "they are no longer invited");
    let before = season.world.sender.taken().len();
    let campaign = season.world.confirm_draft(season.world.draft(&season.id)).await;
    season.world.until(&campaign, |status| status.state == "done").await;
    assert_eq!(season.arrived_since(before), each(&[SILENT], 1), "they alone hear of it");
    let dates = ["01", "08", "15", "22"].map(|day| format!("2027-04-{day} 18:00 | Game training | "));
    season.shows(&ALL, &dates.each_ref().map(String::as_str), "all hold the same again");
}

#[tokio::test]
async fn this_and_following_ends_one_series_and_begins_another() {
    let season = Season::invited().await;
    season.edit("20270415T180000", Scope::Following, start("2027-04-15T17:00:00")).await;
    let changes = campaigns::list_changes(&season.world.engine).await.unwrap();
    assert!(changes[0].fields.iter().any(|field| field.name == "successor"), "that it goes on is part of the change: {changes:?}");
    assert_eq!(season.tell(Tell::All).await, each(&ALL, 2), "the end of one and the beginning of the other");
    let expected = [
        "2027-04-01 18:00 | Game training | ",
        "2027-04-08 18:00 | Game training | ",
        "2027-04-15 17:00 | Game training | ",
        "2027-04-22 17:00 | Game training | ",
    ];
    season.shows(&ALL, &expected, "earlier from the third on");
    assert!(campaigns::list_changes(&season.world.engine).await.unwrap().is_empty(), "both were told");
}

#[tokio::test]
async fn a_cancelled_series_leaves_the_calendars_of_those_told_and_comes_back() {
    let season = Season::invited().await;
    let dates = ["01", "08", "15", "22"].map(|day| format!("2027-04-{day} 18:00 | Game training | "));
    let dates = dates.each_ref().map(String::as_str);
    calendars::delete_event(&season.world.engine, Surface::Window, &season.id, "", Scope::All).await.unwrap();
    assert_eq!(season.tell(Tell::YesMaybe).await, each(&[YES], 1), "by default who said yes or maybe");
    season.shows(&[YES], &[], "it is off");
    season.shows(&[NO, SILENT], &dates, "they were not told");
    assert_eq!(season.tell(Tell::Affected).await, each(&[SILENT], 1), "added: who has not answered");
    season.shows(&[YES, SILENT], &[], "it is off");
    calendars::restore_event(&season.world.engine, &season.id, "", 1).await.unwrap();
    assert_eq!(season.tell(Tell::All).await, each(&[YES, SILENT], 1), "who still holds it has nothing to hear");
    season.shows(&ALL, &dates, "it takes place after all");
}

#[tokio::test]
async fn a_guest_who_is_added_gets_the_present_state_and_nobody_else_a_thing() {
    let season = Season::invited().await;
    season.edit("20270408T180000", Scope::This, start("2027-04-09T20:00:00")).await;
    season.tell(Tell::All).await;
    season.world.add(LATE).await;
    let before = season.world.sender.taken().len();
    let campaign = season.world.confirm_draft(season.world.draft(&season.id)).await;
    season.world.until(&campaign, |status| status.state == "done").await;
    assert_eq!(season.arrived_since(before), each(&[LATE], 1), "one message, to the one who is new");
    let expected = [
        "2027-04-01 18:00 | Game training | ",
        "2027-04-09 20:00 | Game training | ",
        "2027-04-15 18:00 | Game training | ",
        "2027-04-22 18:00 | Game training | ",
    ];
    season.shows(&[YES, NO, SILENT, LATE], &expected, "all hold the same");
}
