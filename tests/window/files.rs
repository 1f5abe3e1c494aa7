//! Files that are dropped on the window.

use crate::browser::Browser;

const SEASON: &str = include_str!("../../assets/practice/season.ics");

/// A guest list whose third column holds names that are not the guests' own.
const GUESTS: &str = "E-mail,Stand,Contact\nana@club.example,North,Ana Lima\nbo@club.example,South,Bo Berg\ncy@club.example,East,Cy Gray\n";

#[tokio::test]
async fn a_dropped_calendar_is_previewed_added_and_undone() {
    let window = Browser::start("import").await;
    let file = window.folder.path().join("season.ics");
    // The last game ends before it starts: the rest of the file must still be usable.
    let broken = SEASON.replace("DTEND;TZID=America/New_York:20270103T160000", "DTEND;TZID=America/New_York:20270102T160000");
    std::fs::write(&file, broken).expect("a season to drop");
    window.drop_files(&[&file]).await;
    window.sees("could not be read").await;
    window.inspect("preview").await;
    window.press("Add 16").await;
    window.sees("Added to “Harbour Herons”.").await;
    window.inspect("calendar").await;
    window.press("Undo").await;
    window.misses("Harbour Herons").await;
    window.stop().await;
}

#[tokio::test]
async fn guests_are_imported_with_a_column_put_right() {
    let window = Browser::start("guests").await;
    let file = window.folder.path().join("members.csv");
    std::fs::write(&file, GUESTS).expect("guests to drop");
    window.drop_files(&[&file]).await;
    window.sees("Contact").await;
    window.inspect("columns").await;
    // The column of contacts was taken for the guests' own names.
    window.choose("Name", "Leave out").await;
    window.sees("No name").await;
    window.press("Add 3 guests to “members”").await;
    window.sees("3 guests added").await;
    window.inspect("guests").await;
    window.press("Undo").await;
    window.misses("ana@club.example").await;
    window.stop().await;
}
