use engine::Code;
use engine::calendars::view::{EventDetail, EventDraft, OccurrenceView, Scope};
use engine::calendars::{self, EventDelete, EventEdit, Listing, Named, NewEvent, Surface};
use jiff::SignedDuration;
use testkit::sandbox::{Opened, Sandbox};

use super::SEASON;

async fn season() -> Opened {
    Sandbox::new().with_schedule("Packers.ics", SEASON).open().await.expect("a sandbox")
}

async fn locate(sandbox: &Opened, uid: &str, occurrence: Option<&str>) -> (String, String) {
    let named = Named { uid: uid.to_owned(), calendar: None, occurrence: occurrence.map(str::to_owned) };
    calendars::locate(&sandbox.engine, named).await.expect("it is there")
}

async fn trainings(sandbox: &Opened) -> Vec<OccurrenceView> {
    let range = ("2027-03-01T00:00:00Z", "2027-06-01T00:00:00Z");
    let all = calendars::list_occurrences(&sandbox.engine, range.0, range.1).await.expect("a list");
    all.into_iter().filter(|occurrence| occurrence.summary.contains("raining")).collect()
}

fn dates(trainings: &[OccurrenceView]) -> Vec<(&str, &str)> {
    trainings.iter().map(|training| (training.start.as_str(), training.place.as_str())).collect()
}

async fn edit(sandbox: &Opened, occurrence: &str, scope: Scope, draft: EventDraft) -> EventDetail {
    let (id, recurrence_id) = locate(sandbox, "training", Some(occurrence)).await;
    calendars::edit_event(&sandbox.engine, Surface::Window, EventEdit { id, recurrence_id, scope, draft }).await.expect("an edit")
}

fn at(start: &str) -> EventDraft {
    EventDraft { start: Some(start.to_owned()), ..EventDraft::default() }
}

#[tokio::test]
async fn one_occurrence_moves_and_the_rest_stays() {
    let sandbox = season().await;
    let moved = edit(&sandbox, "2027-03-09", Scope::This, at("2027-03-10T17:00:00")).await;
    assert_eq!(
        (moved.start.as_str(), moved.end.as_str()),
        ("2027-03-10T17:00:00-06:00", "2027-03-10T18:30:00-06:00"),
        "it keeps its length"
    );
    let starts: Vec<String> = trainings(&sandbox).await.into_iter().take(3).map(|occurrence| occurrence.start).collect();
    assert_eq!(
        starts,
        ["2027-03-02T18:00:00-06:00", "2027-03-10T17:00:00-06:00", "2027-03-16T18:00:00-05:00"],
        "18:00 stays 18:00 over DST"
    );
    let back = edit(&sandbox, "2027-03-10T17:00:00", Scope::This, at("2027-03-09T18:00:00")).await;
    assert_eq!(back.start, "2027-03-09T18:00:00-06:00", "it is found by its new time, and goes back to the series");
    assert_eq!(trainings(&sandbox).await.len(), 10, "none was lost or doubled");
}

#[tokio::test]
async fn this_and_following_begins_a_new_series() {
    let sandbox = season().await;
    let later = edit(&sandbox, "2027-04-06", Scope::Following, at("2027-04-06T19:00:00")).await;
    let old = locate(&sandbox, "training", None).await.0;
    assert_ne!(later.id, old, "the new series is an event of its own");
    let all = trainings(&sandbox).await;
    assert_eq!(all.len(), 10, "together they are as many as before");
    assert_eq!(all.iter().filter(|occurrence| occurrence.start.contains("T19:00")).count(), 5, "five of them an hour later");
    assert_eq!(all.iter().filter(|occurrence| occurrence.id == old).count(), 5, "five in the old series");
}

#[tokio::test]
async fn going_back_before_a_split_brings_the_dates_that_differed_back() {
    let sandbox = season().await;
    let minute = SignedDuration::from_mins(1);
    for (occurrence, place) in [("2027-03-09", "Gym"), ("2027-04-13", "Pool")] {
        sandbox.clock.advance(minute);
        edit(&sandbox, occurrence, Scope::This, EventDraft { place: Some(place.to_owned()), ..EventDraft::default() }).await;
    }
    let before = trainings(&sandbox).await;
    let id = locate(&sandbox, "training", None).await.0;
    let version = calendars::show_event(&sandbox.engine, &id, "").await.expect("its history").versions.len();
    sandbox.clock.advance(minute);
    let split = edit(&sandbox, "2027-04-06", Scope::Following, at("2027-04-06T19:00:00")).await;
    sandbox.clock.advance(minute);
    let number = u32::try_from(version).expect("a few");
    calendars::restore_event(&sandbox.engine, &id, "", number).await.expect("a restore");
    assert_eq!(dates(&trainings(&sandbox).await), dates(&before), "every date is as it was, the one in the pool too, and none is doubled");
    assert!(trainings(&sandbox).await.iter().all(|one| one.id != split.id), "the part that was split off is joined again");
}

#[tokio::test]
async fn going_back_before_a_move_takes_the_dates_that_differed_along() {
    let sandbox = season().await;
    sandbox.clock.advance(SignedDuration::from_mins(1));
    edit(&sandbox, "2027-03-09", Scope::This, EventDraft { place: Some("Gym".to_owned()), ..EventDraft::default() }).await;
    let before = trainings(&sandbox).await;
    let id = locate(&sandbox, "training", None).await.0;
    sandbox.clock.advance(SignedDuration::from_mins(1));
    let change = EventEdit { id: id.clone(), recurrence_id: String::new(), scope: Scope::All, draft: at("2027-03-03T18:00:00") };
    calendars::edit_event(&sandbox.engine, Surface::Window, change).await.expect("an edit");
    calendars::restore_event(&sandbox.engine, &id, "", 1).await.expect("a restore");
    assert_eq!(dates(&trainings(&sandbox).await), dates(&before), "the one in the gym is on its old day again, and only there");
}

#[tokio::test]
async fn going_back_to_other_dates_leaves_none_behind_that_differed_since() {
    let sandbox = season().await;
    let id = locate(&sandbox, "training", None).await.0;
    let minute = SignedDuration::from_mins(1);
    sandbox.clock.advance(minute);
    let change = EventEdit { id: id.clone(), recurrence_id: String::new(), scope: Scope::All, draft: at("2027-03-02T19:00:00") };
    calendars::edit_event(&sandbox.engine, Surface::Window, change).await.expect("an edit");
    sandbox.clock.advance(minute);
    edit(&sandbox, "2027-03-09", Scope::This, at("2027-03-10T20:00:00")).await;
    sandbox.clock.advance(minute);
    edit(&sandbox, "2027-03-16", Scope::This, EventDraft { place: Some("Gym".to_owned()), ..EventDraft::default() }).await;
    sandbox.clock.advance(minute);
    calendars::restore_event(&sandbox.engine, &id, "", 1).await.expect("a restore");
    let all = trainings(&sandbox).await;
    let starts: Vec<&str> = all.iter().take(4).map(|training| training.start.as_str()).collect();
    assert_eq!(
        starts,
        ["2027-03-02T18:00:00-06:00", "2027-03-10T20:00:00-06:00", "2027-03-16T18:00:00-05:00", "2027-03-23T18:00:00-05:00"],
        "the one that was moved by itself stays where it is, and stands in for its own date"
    );
    assert_eq!((all.len(), all[2].place.as_str()), (10, "Gym"), "none is doubled, and the one in the gym is at the old time");
}

#[tokio::test]
async fn going_back_over_two_moves_leaves_no_date_of_the_time_between() {
    let sandbox = season().await;
    let id = locate(&sandbox, "training", None).await.0;
    let before = trainings(&sandbox).await;
    let move_to = async |start: &str| {
        sandbox.clock.advance(SignedDuration::from_mins(1));
        let change = EventEdit { id: id.clone(), recurrence_id: String::new(), scope: Scope::All, draft: at(start) };
        calendars::edit_event(&sandbox.engine, Surface::Window, change).await.expect("an edit");
    };
    move_to("2027-03-02T19:00:00").await;
    sandbox.clock.advance(SignedDuration::from_mins(1));
    edit(&sandbox, "2027-03-09", Scope::This, EventDraft { place: Some("Gym".to_owned()), ..EventDraft::default() }).await;
    move_to("2027-03-02T18:00:00").await;
    sandbox.clock.advance(SignedDuration::from_mins(1));
    calendars::restore_event(&sandbox.engine, &id, "", 1).await.expect("a restore");
    assert_eq!(dates(&trainings(&sandbox).await), dates(&before), "the one in the gym was named when the series began at another time");
}

#[tokio::test]
async fn a_whole_series_moves_with_what_differs_in_it() {
    let sandbox = season().await;
    edit(&sandbox, "2027-03-09", Scope::This, EventDraft { place: Some("Gym".to_owned()), ..EventDraft::default() }).await;
    let (id, _) = locate(&sandbox, "training", None).await;
    let draft = at("2027-03-03T18:00:00");
    calendars::edit_event(&sandbox.engine, Surface::Window, EventEdit { id, recurrence_id: String::new(), scope: Scope::All, draft })
        .await
        .expect("an edit");
    let all = trainings(&sandbox).await;
    assert_eq!(all.len(), 10, "none was lost or doubled");
    assert_eq!((all[1].start.as_str(), all[1].place.as_str()), ("2027-03-10T18:00:00-06:00", "Gym"), "the one in the gym moved with them");
}

#[tokio::test]
async fn a_deleted_occurrence_is_gone_and_a_deleted_series_can_be_restored() {
    let sandbox = season().await;
    edit(&sandbox, "2027-03-16", Scope::This, EventDraft { place: Some("Gym".to_owned()), ..EventDraft::default() }).await;
    let (id, first) = locate(&sandbox, "training", Some("2027-03-02")).await;
    calendars::delete_event(&sandbox.engine, Surface::Window, &id, &first, Scope::This).await.expect("a deletion");
    assert_eq!(trainings(&sandbox).await.len(), 9, "one is gone");
    calendars::delete_event(&sandbox.engine, Surface::Window, &id, "", Scope::All).await.expect("a deletion");
    assert!(trainings(&sandbox).await.is_empty(), "all are gone");
    let deleted = calendars::list_events(&sandbox.engine, Listing { deleted: true, ..Listing::default() }).await.expect("a list");
    assert_eq!(deleted.rows.len(), 2, "the series and its exception are kept");
    let shown = calendars::show_event(&sandbox.engine, &id, "").await.expect("its history");
    let good = shown.versions.iter().rev().nth(1).expect("the version before").number;
    calendars::restore_event(&sandbox.engine, &id, "", good).await.expect("a restore");
    let back = trainings(&sandbox).await;
    assert_eq!(back.len(), 9, "they are back");
    assert!(back.iter().any(|occurrence| occurrence.place == "Gym"), "with the one in the gym");
}

#[tokio::test]
async fn a_batch_is_done_as_a_whole_or_not_at_all() {
    let sandbox = season().await;
    let calendar = calendars::find_calendar(&sandbox.engine, "Packers").await.expect("the calendar").id;
    let new = |summary: &str, start: &str| NewEvent {
        calendar: calendar.clone(),
        draft: EventDraft { summary: Some(summary.to_owned()), start: Some(start.to_owned()), ..EventDraft::default() },
    };
    let batch = vec![new("Dinner", "2027-03-15T19:00:00"), new("Party", "next week")];
    let refused = calendars::create_events(&sandbox.engine, Surface::CommandLine, batch).await.expect_err("a start is wrong");
    assert_eq!(refused.code, Code::BatchRefused, "all are refused");
    assert!(refused.message.contains("Event 2 of 2"), "the fault is named: {}", refused.message);
    assert_eq!(calendars::list_calendars(&sandbox.engine).await.expect("a list")[0].events, 3, "nothing was stored");
    let deletions = vec![
        EventDelete { id: locate(&sandbox, "opener", None).await.0, recurrence_id: String::new(), scope: Scope::All },
        EventDelete { id: "999".to_owned(), recurrence_id: String::new(), scope: Scope::All },
    ];
    calendars::delete_events(&sandbox.engine, Surface::CommandLine, deletions).await.expect_err("one is not there");
    assert_eq!(calendars::list_calendars(&sandbox.engine).await.expect("a list")[0].events, 3, "nothing was deleted");
}

#[tokio::test]
async fn a_new_event_takes_the_forms_that_are_typed() {
    let sandbox = season().await;
    let calendar = calendars::find_calendar(&sandbox.engine, "Packers").await.expect("the calendar").id;
    let create = async |draft: EventDraft| calendars::create_event(&sandbox.engine, Surface::Window, &calendar, draft).await;
    let local = create(at("2027-07-01T19:00:00")).await.expect("an event");
    assert_eq!(
        (local.start.as_str(), local.end.as_str()),
        ("2027-07-01T19:00:00-05:00", "2027-07-01T20:00:00-05:00"),
        "an hour in Chicago"
    );
    let zoned = create(EventDraft { tzid: Some("Europe/London".to_owned()), ..at("2027-07-01T19:00:00Z") }).await.expect("an event");
    assert_eq!(zoned.start, "2027-07-01T20:00:00+01:00", "an instant is placed in its zone");
    let day = create(EventDraft { end: Some("2027-07-02".to_owned()), ..at("2027-07-01") }).await.expect("an event");
    assert_eq!((day.all_day, day.start.as_str(), day.end.as_str()), (true, "2027-07-01", "2027-07-02"), "a date is a whole day");
    let backwards = create(EventDraft { end: Some("2027-07-01T18:00:00".to_owned()), ..at("2027-07-01T19:00:00") }).await;
    assert_eq!(
        backwards.expect_err("it ends before it starts").details.get("field").map(String::as_str),
        Some("end"),
        "the field is named"
    );
    let rule = create(EventDraft { rrule: Some("FREQ=SOMETIMES".to_owned()), ..at("2027-07-01T19:00:00") }).await;
    assert_eq!(rule.expect_err("no such rule").details.get("field").map(String::as_str), Some("rrule"), "the field is named");
}

#[tokio::test]
async fn history_says_in_words_what_changed() {
    let sandbox = season().await;
    let (id, _) = locate(&sandbox, "opener", None).await;
    let draft = EventDraft { place: Some("Soldier Field".to_owned()), ..at("2027-03-14T15:30:00") };
    let edit = EventEdit { id, recurrence_id: String::new(), scope: Scope::All, draft };
    let versions = calendars::edit_event(&sandbox.engine, Surface::CommandLine, edit).await.expect("an edit").versions;
    assert_eq!(versions[0].words, "Imported", "the first version says where it came from");
    assert_eq!(versions[1].words, "Moved, place changed", "the next says what kind of change it was");
    let start = versions[1].fields.iter().find(|field| field.name == "start").expect("a field that changed");
    assert!(start.old.contains("13:00") && start.new.contains("15:30"), "its fields say from what to what: {start:?}");
    assert_eq!(versions[1].source, "command_line", "and who did it");
}

#[tokio::test]
async fn a_series_has_a_colour_of_its_own_and_one_date_another() {
    let sandbox = season().await;
    let coloured = |colour: &str| EventDraft { colour: Some(colour.to_owned()), ..EventDraft::default() };
    let whole = edit(&sandbox, "2027-03-09", Scope::All, coloured("pink")).await;
    assert_eq!(whole.colour, "pink", "the event beside the calendar has it");
    edit(&sandbox, "2027-03-16", Scope::This, coloured("teal")).await;
    let colours: Vec<String> = trainings(&sandbox).await.into_iter().take(4).map(|training| training.colour).collect();
    assert_eq!(colours, ["pink", "pink", "teal", "pink"], "each date is drawn in its own or its series'");
    let back = edit(&sandbox, "2027-03-16", Scope::This, coloured("")).await;
    assert_eq!(back.colour, "pink", "a date without a colour of its own has its series'");
    let words: Vec<String> = back.versions.iter().map(|version| version.words.clone()).collect();
    assert!(words.iter().any(|words| words == "Colour changed"), "history says so: {words:?}");
}

#[tokio::test]
async fn a_word_that_is_no_colour_is_refused_with_those_there_are() {
    let sandbox = season().await;
    let (id, recurrence_id) = locate(&sandbox, "training", Some("2027-03-09")).await;
    let draft = EventDraft { colour: Some("sunny".to_owned()), ..EventDraft::default() };
    let refused = calendars::edit_event(&sandbox.engine, Surface::Window, EventEdit { id, recurrence_id, scope: Scope::All, draft }).await;
    let failure = refused.expect_err("it is no colour");
    assert_eq!(failure.code, Code::InvalidInput, "what was typed is at fault");
    assert!(failure.message.contains("indigo, blue, teal"), "and what may be typed is said: {}", failure.message);
}
