use engine::Code;
use engine::calendars::view::{EventDraft, Scope};
use engine::calendars::{self, EventEdit, Named, Surface};
use jiff::SignedDuration;
use testkit::sandbox::{Opened, Sandbox};

use super::SEASON;

/// The opener as imported on 1 March 2027, another place on 2 March, another hour on 3 March.
async fn with_three_versions() -> (Opened, String) {
    in_three_versions(Sandbox::new()).await
}

async fn in_three_versions(sandbox: Sandbox) -> (Opened, String) {
    let first = "2027-03-01T15:00:00Z".parse().expect("an instant");
    let sandbox = sandbox.at(first).with_schedule("Packers.ics", SEASON).open().await.expect("a sandbox");
    let named = Named { uid: "opener".to_owned(), ..Named::default() };
    let (id, _) = calendars::locate(&sandbox.engine, named).await.expect("it is there");
    let edits = [
        EventDraft { place: Some("Soldier Field".to_owned()), ..EventDraft::default() },
        EventDraft { start: Some("2027-03-14T15:30:00".to_owned()), ..EventDraft::default() },
    ];
    for draft in edits {
        sandbox.clock.advance(SignedDuration::from_hours(24));
        let edit = EventEdit { id: id.clone(), recurrence_id: String::new(), scope: Scope::All, draft };
        calendars::edit_event(&sandbox.engine, Surface::Window, edit).await.expect("an edit");
    }
    (sandbox, id)
}

#[tokio::test]
async fn an_event_is_shown_as_it_was_at_the_end_of_a_day() {
    let (sandbox, id) = with_three_versions().await;
    let at = async |day: &str| calendars::event_at(&sandbox.engine, &id, "", day).await;
    let second = at("2027-03-02").await.expect("it was there");
    assert_eq!((second.place.as_str(), second.number), ("Soldier Field", 2), "the edit of that day counts");
    assert_eq!(second.start, "2027-03-14T13:00:00-05:00", "that of the next day does not");
    assert_eq!(at("2027-03-02T12:00:00Z").await.expect("it was there").place, "Lambeau Field", "an instant is before the edit of its day");
    assert_eq!(at("2027-06-01").await.expect("it is there").number, 3, "later the last version holds");
    let before = at("2027-02-28").await.expect_err("it was not there");
    assert_eq!(before.code, Code::NotFound, "before the import there was nothing");
    assert_eq!(at("some day").await.expect_err("no day").code, Code::InvalidInput, "words are no day");
}

#[tokio::test]
async fn a_day_is_one_where_the_organizer_is() {
    let (sandbox, id) = in_three_versions(Sandbox::new().in_zone("UTC")).await;
    // Two in the morning of the 4th where the organizer is; in Chicago, where the game is, it is still the 3rd.
    sandbox.clock.advance(SignedDuration::from_hours(11));
    let draft = EventDraft { place: Some("Lambeau Field".to_owned()), ..EventDraft::default() };
    let edit = EventEdit { id: id.clone(), recurrence_id: String::new(), scope: Scope::All, draft };
    calendars::edit_event(&sandbox.engine, Surface::Window, edit).await.expect("an edit");
    let third = calendars::event_at(&sandbox.engine, &id, "", "2027-03-03").await.expect("it was there");
    assert_eq!((third.number, third.place.as_str()), (3, "Soldier Field"), "the edit is of the next day");
}

#[tokio::test]
async fn any_two_versions_can_be_compared() {
    let (sandbox, id) = with_three_versions().await;
    let fields = calendars::compare_versions(&sandbox.engine, &id, "", 1, 3).await.expect("both are there");
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["start", "end", "place"], "both edits are named at once");
    let back = calendars::compare_versions(&sandbox.engine, &id, "", 3, 1).await.expect("both are there");
    assert!(back.iter().any(|field| field.name == "place" && field.new == "Lambeau Field"), "and the other way round: {back:?}");
    let same = calendars::compare_versions(&sandbox.engine, &id, "", 2, 2).await.expect("it is there");
    assert!(same.is_empty(), "a version does not differ from itself");
    let none = calendars::compare_versions(&sandbox.engine, &id, "", 1, 9).await.expect_err("there are three");
    assert_eq!(none.code, Code::NotFound, "a version that is not there is named");
}

#[tokio::test]
async fn changes_of_a_calendar_are_listed_and_deleted_events_come_back() {
    let (sandbox, id) = with_three_versions().await;
    let calendar = calendars::find_calendar(&sandbox.engine, "Packers").await.expect("it is there").id;
    sandbox.clock.advance(SignedDuration::from_hours(1));
    calendars::delete_event(&sandbox.engine, Surface::CommandLine, &id, "", Scope::All).await.expect("a deletion");
    let changes = calendars::calendar_changes(&sandbox.engine, &calendar, "").await.expect("changes");
    let words: Vec<(&str, &str)> = changes.rows.iter().map(|row| (row.summary.as_str(), row.version.words.as_str())).collect();
    assert_eq!(
        words[..3],
        [("Bears at Packers", "Deleted"), ("Bears at Packers", "Moved"), ("Bears at Packers", "Place changed")],
        "newest first"
    );
    assert_eq!(changes.rows.len(), 6, "three imported, two edits, one deletion");
    assert!(changes.rows.last().is_some_and(|row| !row.import.is_empty()), "what an import brought names it");
    assert!(changes.next.is_empty(), "there is no more");
    let deleted = calendars::deleted_events(&sandbox.engine, &calendar).await.expect("a list");
    assert_eq!(deleted.len(), 1, "only it is gone");
    let gone = &deleted[0];
    assert_eq!((gone.source.as_str(), gone.version), ("command_line", 3), "with who did it and what brings it back");
    let back = calendars::restore_event(&sandbox.engine, &gone.event, "", gone.version).await.expect("a restore");
    assert_eq!(back.start, "2027-03-14T15:30:00-05:00", "it is as it was last");
    assert!(calendars::deleted_events(&sandbox.engine, &calendar).await.expect("a list").is_empty(), "nothing is gone any more");
}

#[tokio::test]
async fn a_long_list_of_changes_comes_in_pages() {
    use std::fmt::Write as _;
    let mut events = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for number in 0..120 {
        write!(events, "BEGIN:VEVENT\r\nUID:game{number}\r\nDTSTART:20270314T130000Z\r\nSUMMARY:Game {number}\r\nEND:VEVENT\r\n")
            .expect("text");
    }
    events.push_str("END:VCALENDAR\r\n");
    let sandbox = Sandbox::new().with_schedule("Games.ics", &events).open().await.expect("a sandbox");
    let calendar = calendars::find_calendar(&sandbox.engine, "Games").await.expect("it is there").id;
    let mut seen = std::collections::BTreeSet::new();
    let mut cursor = String::new();
    let mut pages = 0;
    loop {
        let page = calendars::calendar_changes(&sandbox.engine, &calendar, &cursor).await.expect("a page");
        seen.extend(page.rows.into_iter().map(|row| row.uid));
        pages += 1;
        cursor = page.next;
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!((seen.len(), pages), (120, 3), "every change once, fifty a page");
}

#[tokio::test]
async fn history_that_is_older_than_it_is_kept_goes_and_what_stands_stays() {
    let (sandbox, id) = with_three_versions().await;
    let calendar = calendars::find_calendar(&sandbox.engine, "Packers").await.expect("it is there").id;
    let (away, _) = calendars::locate(&sandbox.engine, Named { uid: "away".to_owned(), ..Named::default() }).await.expect("it is there");
    calendars::delete_event(&sandbox.engine, Surface::Window, &away, "", Scope::All).await.expect("a deletion");
    let kept = calendars::retention::history_kept(&sandbox.engine).await.expect("what there is");
    assert_eq!((kept.years, kept.versions), (10, 6), "ten years where nobody chose");
    sandbox.clock.advance(SignedDuration::from_hours(365 * 24 + 48));
    assert_eq!(calendars::retention::let_go_of_old(&sandbox.engine).await.expect("a look"), 0, "a year is not ten");
    let changes = calendars::calendar_changes(&sandbox.engine, &calendar, "").await.expect("changes");
    assert!(changes.rows.is_empty(), "the log of changes reaches back thirty days");
    let kept = calendars::retention::choose_years(&sandbox.engine, 1).await.expect("a choice");
    assert_eq!((kept.years, kept.versions), (1, 2), "what stands: the opener as it was edited last, and the training");
    let shown = calendars::show_event(&sandbox.engine, &id, "").await.expect("it is there");
    let versions: Vec<(u32, &str)> = shown.versions.iter().map(|version| (version.number, version.words.as_str())).collect();
    assert_eq!(versions, [(3, "Moved")], "the version that stands says what it changed");
    assert_eq!(shown.place, "Soldier Field", "and what was changed before is in it");
    let earlier = calendars::event_at(&sandbox.engine, &id, "", "2027-03-02").await.expect_err("it is gone");
    assert_eq!(earlier.code, Code::NotFound, "there is no such version any more");
    assert!(earlier.message.contains("begins on 2027-03-03"), "nobody is told that it was not here: {}", earlier.message);
    assert!(
        calendars::deleted_events(&sandbox.engine, &calendar).await.expect("a list").is_empty(),
        "what was deleted long ago is gone too"
    );
    let never = calendars::retention::choose_years(&sandbox.engine, 101).await.expect_err("too long");
    assert_eq!(never.code, Code::InvalidInput, "nobody keeps anything that long");
    calendars::retention::choose_years(&sandbox.engine, 0).await.expect("for ever");
    sandbox.clock.advance(SignedDuration::from_hours(200 * 365 * 24));
    assert_eq!(calendars::retention::let_go_of_old(&sandbox.engine).await.expect("a look"), 0, "for ever is for ever");
}
