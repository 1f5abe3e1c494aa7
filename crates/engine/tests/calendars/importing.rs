use engine::Code;
use engine::calendars::view::{EventDraft, ImportTarget, Scope};
use engine::calendars::{self, EventEdit, Named, Surface, import};
use store::change;
use testkit::sandbox::{Opened, Sandbox};

use super::SEASON;

async fn changes(sandbox: &Opened) -> usize {
    sandbox.engine.store().read(|r| change::since(r, 0, 1000)).await.expect("a read").len()
}

async fn id_of(sandbox: &Opened, uid: &str) -> String {
    let named = Named { uid: uid.to_owned(), ..Named::default() };
    calendars::locate(&sandbox.engine, named).await.expect("the event is there").0
}

fn target() -> ImportTarget {
    ImportTarget::Named { name: "Packers".to_owned() }
}

#[tokio::test]
async fn importing_again_changes_nothing() {
    let sandbox = Sandbox::new().open().await.expect("a sandbox");
    let first = sandbox.import("Packers.ics", SEASON).await.expect("an import");
    assert_eq!((first.new, first.updated, first.unchanged), (3, 0, 0), "everything is new");
    let written = changes(&sandbox).await;
    // Whoever exports a calendar stamps it anew.
    let second = sandbox.import("Packers.ics", &SEASON.replace("20270101T000000Z", "20270202T000000Z")).await.expect("an import");
    assert_eq!((second.new, second.updated, second.unchanged), (0, 0, 3), "nothing is");
    assert_eq!(changes(&sandbox).await, written, "no version was written");
    assert_eq!(second.id, "", "there is nothing to undo");
}

#[tokio::test]
async fn a_preview_stores_nothing_and_names_what_changes() {
    let sandbox = Sandbox::new().with_schedule("Packers.ics", SEASON).open().await.expect("a sandbox");
    let moved = SEASON.replace("20270320T190000Z", "20270321T190000Z").replace("20270320T220000Z", "20270321T220000Z");
    let path = sandbox.file("Packers.ics", &moved).expect("a file");
    let before = changes(&sandbox).await;
    let preview = import::preview_files(&sandbox.engine, vec![path], Some(target()), 0).await.expect("a preview");
    assert_eq!((preview.new, preview.updated, preview.unchanged), (0, 1, 2), "one game moved");
    let update = &preview.updates[0];
    assert_eq!(update.uid, "away", "it is named");
    assert!(update.fields.iter().any(|field| field.name == "start" && field.significant), "with what changed: {:?}", update.fields);
    assert_eq!(changes(&sandbox).await, before, "nothing was stored");
}

#[tokio::test]
async fn an_import_is_undone_as_a_whole_but_for_what_was_changed_since() {
    let sandbox = Sandbox::new().open().await.expect("a sandbox");
    let imported = sandbox.import("Packers.ics", SEASON).await.expect("an import");
    let edit = EventEdit {
        id: id_of(&sandbox, "opener").await,
        recurrence_id: String::new(),
        scope: Scope::All,
        draft: EventDraft { summary: Some("Season opener".to_owned()), ..EventDraft::default() },
    };
    calendars::edit_event(&sandbox.engine, Surface::Window, edit).await.expect("an edit");
    let undone = import::undo(&sandbox.engine, &imported.id).await.expect("an undo");
    assert_eq!((undone.undone, undone.left), (2, vec!["Season opener".to_owned()]), "the edited one is left and named");
    assert!(!undone.calendar_removed, "its calendar stays for it");
    let again = import::undo(&sandbox.engine, &imported.id).await.expect_err("once is enough");
    assert_eq!(again.code, Code::WrongState, "an import is undone once");
    let back = sandbox.import("Packers.ics", SEASON).await.expect("an import");
    assert_eq!((back.new, back.updated), (2, 1), "what was undone is new again");
}

#[tokio::test]
async fn undoing_the_first_import_removes_the_calendar_it_made() {
    let sandbox = Sandbox::new().open().await.expect("a sandbox");
    let imported = sandbox.import("Packers.ics", SEASON).await.expect("an import");
    let undone = import::undo(&sandbox.engine, &imported.id).await.expect("an undo");
    assert!(undone.calendar_removed, "nothing is left in it");
    assert!(calendars::list_calendars(&sandbox.engine).await.expect("a list").is_empty(), "it is not shown");
}

#[tokio::test]
async fn an_undone_update_brings_the_old_details_back() {
    let sandbox = Sandbox::new().with_schedule("Packers.ics", SEASON).open().await.expect("a sandbox");
    let updated = sandbox.import("Packers.ics", &SEASON.replace("Lambeau Field", "Soldier Field")).await.expect("an import");
    assert_eq!(updated.updated, 1, "the place changed");
    import::undo(&sandbox.engine, &updated.id).await.expect("an undo");
    let event = calendars::show_event(&sandbox.engine, &id_of(&sandbox, "opener").await, "").await.expect("the event");
    assert_eq!(event.place, "Lambeau Field", "it is where it was");
    assert_eq!(
        event.versions.iter().map(|version| version.source.as_str()).collect::<Vec<_>>(),
        ["import", "import", "undo"],
        "by a version"
    );
}

#[tokio::test]
async fn what_is_no_longer_in_the_file_is_named_and_cancelled_if_asked() {
    let sandbox = Sandbox::new().with_schedule("Packers.ics", SEASON).open().await.expect("a sandbox");
    let (head, rest) = SEASON.split_once("BEGIN:VEVENT\r\nUID:away").expect("the second game");
    let (_, tail) = rest.split_once("END:VEVENT\r\n").expect("its end");
    let path = sandbox.file("Packers.ics", &format!("{head}{tail}")).expect("a file");
    let preview = import::preview_files(&sandbox.engine, vec![path.clone()], Some(target()), 0).await.expect("a preview");
    assert_eq!(preview.missing.iter().map(|row| row.uid.as_str()).collect::<Vec<_>>(), ["away"], "the game that left is named");
    import::apply(&sandbox.engine, &preview.id, target(), true).await.expect("an import");
    let event = calendars::show_event(&sandbox.engine, &id_of(&sandbox, "away").await, "").await.expect("the event");
    assert_eq!(event.status, "cancelled", "it is cancelled, not gone");
    let again = import::preview_files(&sandbox.engine, vec![path], Some(target()), 0).await.expect("a preview");
    assert!(again.missing.is_empty(), "it is not asked for twice");
}

#[tokio::test]
async fn the_good_part_of_a_bad_file_is_imported() {
    let sandbox = Sandbox::new().open().await.expect("a sandbox");
    let broken = SEASON.replace("DTSTART:20270320T190000Z", "DTSTART:when it suits");
    let path = sandbox.file("Packers.ics", &broken).expect("a file");
    let preview = import::preview_files(&sandbox.engine, vec![path, "nowhere.ics".into()], Some(target()), 0).await.expect("a preview");
    assert_eq!(preview.new, 2, "two games can be read");
    let lost = preview.invalid.iter().find(|problem| problem.file == "Packers.ics" && problem.left_out).expect("the third is named");
    assert!((11..=16).contains(&lost.line), "with its line: {lost:?}");
    assert!(!preview.files[1].unreadable.is_empty(), "so is the file that is not there");
    let stored = import::apply(&sandbox.engine, &preview.id, target(), false).await.expect("an import");
    assert_eq!(stored.new, 2, "the good ones are stored");
}

#[tokio::test]
async fn a_file_of_which_nothing_can_be_read_is_refused() {
    let sandbox = Sandbox::new().open().await.expect("a sandbox");
    let preview = import::preview_pasted(&sandbox.engine, "Hello there".to_owned(), None, 0).await.expect("a preview");
    assert!(!preview.files[0].unreadable.is_empty(), "the reason is given");
    let refused = import::apply(&sandbox.engine, &preview.id, target(), false).await.expect_err("nothing to store");
    assert_eq!(refused.code, Code::UnreadableFile, "it says so");
    assert!(calendars::list_calendars(&sandbox.engine).await.expect("a list").is_empty(), "no calendar came of it");
}

#[tokio::test]
async fn a_season_of_the_past_is_offered_for_the_coming_one() {
    let sandbox = Sandbox::new().open().await.expect("a sandbox");
    let old = SEASON.replace("2027", "2005");
    let preview = import::preview_pasted(&sandbox.engine, old.clone(), None, 0).await.expect("a preview");
    let weeks = i32::try_from(preview.shift_weeks).expect("a number of weeks");
    assert_eq!(weeks, 22 * 365 / 7 + 1, "22 years of whole weeks: the first day is 2 March 2027 or later");
    let shifted = import::preview_pasted(&sandbox.engine, old, None, weeks).await.expect("a preview");
    assert_eq!(shifted.shift_weeks, 0, "then it lies ahead");
    assert!(
        shifted.rows.iter().all(|row| row.start.starts_with("2027-03") || row.start.starts_with("2027-0")),
        "in 2027: {:?}",
        shifted.rows
    );
}
