//! The real window, in `WebKit` on a display, driven as a person would drive it.
//!
//! Needs `tauri-driver` and `WebKit`'s own driver, which `cargo xtask test` installs, and a display, which it makes.
//! Pictures of every screen lie in the target folder under `tmp/screenshots`.
#![expect(clippy::expect_used, clippy::panic, reason = "a journey fails by panicking")]

mod browser;

use browser::Browser;

const SEASON: &str = include_str!("../../assets/practice/season.ics");

/// A guest list whose third column holds names that are not the guests' own.
const GUESTS: &str = "E-mail,Stand,Contact\nana@club.example,North,Ana Lima\nbo@club.example,South,Bo Berg\ncy@club.example,East,Cy Gray\n";

#[tokio::test]
async fn from_first_run_to_practice_answers() {
    let window = Browser::start("practice").await;
    window.inspect("first-run").await;
    window.press("Start practising").await;
    window.sees("Send 4,250 invitations").await;
    window.inspect("draft").await;
    window.press("Edit “Send”").await;
    window.fill("Send a test to", "me@club.example").await;
    window.press("Send test").await;
    window.sees("Sent a test to me@club.example").await;
    window.inspect("draft-send").await;
    window.press("Send 4,250 invitations").await;
    window.sees("See answers").await;
    window.inspect("sent").await;
    for _ in 0..3 {
        window.press("Let time pass").await;
        window.sees("invitations answered").await;
    }
    window.press("Answers").await;
    window.sees("Herons v Granite Peaks").await;
    window.inspect("season").await;
    window.press("Herons v Granite Peaks").await;
    window.sees("Answers over time").await;
    window.inspect("answers").await;
    window.press("Calendar").await;
    window.sees("Month").await;
    window.inspect("calendar").await;
    window.press("Changes").await;
    window.sees("Everyone has the current details").await;
    window.inspect("changes-empty").await;
    window.press("Settings").await;
    window.sees("Practice outbox").await;
    window.inspect("settings").await;
    window.stop().await;
}

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
