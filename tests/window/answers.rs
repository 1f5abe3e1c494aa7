//! Answers to an event: none, twelve, one by phone, and a hundred thousand.

use std::path::PathBuf;

use testkit::counting_smtp::CountingSmtp;
use testkit::crowd;

use crate::browser::{Browser, PASSPHRASE};
use crate::letters::{Letter, deliver};
use crate::seed::{Club, PASSWORD, practice_guests};

/// What each of twelve guests says.
pub(crate) const TWELVE: [(&str, &str); 12] = [
    ("ACCEPTED", "I bring the flags"),
    ("ACCEPTED", ""),
    ("ACCEPTED", ""),
    ("ACCEPTED", "A little later than six"),
    ("ACCEPTED", ""),
    ("ACCEPTED", ""),
    ("ACCEPTED", ""),
    ("TENTATIVE", "Depends on the weather"),
    ("TENTATIVE", ""),
    ("DECLINED", "Away that week"),
    ("DECLINED", ""),
    ("DECLINED", ""),
];

#[tokio::test]
async fn answers_come_in_one_by_one_and_by_phone() {
    let server = CountingSmtp::builder().with_login("club", PASSWORD).start().expect("the counting server starts");
    let (club, folder) = club(&server, &practice_guests(14)).await;
    let window = Browser::open("answers", club.close().await, PASSPHRASE).await;
    let desktop = window.desktop.listen();
    window.visit("answers").await;
    window.sees("Season opening").await;
    window.inspect("none-season").await;
    window.press("Season opening").await;
    window.sees("14 guests invited").await;
    window.inspect("none").await;
    window.turn_away();
    deliver(&folder, &answers(&server, &TWELVE));
    // The folder is watched: nobody has to look.
    window.sees("Depends on the weather").await;
    window.inspect("twelve").await;
    window.visit("answers").await;
    window.press("By event").await;
    window.sees("Season opening").await;
    window.inspect("twelve-season").await;
    let told = desktop.hears("12 new answers").await;
    assert!(told.contains("Season opening, "), "the desktop is told of what they are: {told}");
    enter_by_phone(&window).await;
    window.stop().await;
}

/// Takes a minute to set up: `cargo xtask test --many`.
#[tokio::test]
async fn answers_and_desk_hold_with_a_hundred_thousand() {
    if std::env::var_os("ROLLCALL_MANY").is_none() {
        return;
    }
    let server = CountingSmtp::builder().with_login("club", PASSWORD).start().expect("the counting server starts");
    let table = "Name,E-mail\nAna Lima,ana@guests.test\nBo Berg,bo@guests.test\nCy Gray,cy@guests.test\nDee Moss,dee@guests.test\n";
    let (club, folder) = club(&server, table).await;
    let mut letters = answers(&server, &[("ACCEPTED", ""), ("TENTATIVE", "Perhaps"), ("DECLINED", "")]);
    letters.push(Letter::of(&server.messages()[3]).reply_by("friend@elsewhere.example", "ACCEPTED"));
    deliver(&folder, &letters);
    engine::answers::pull_all(&club.engine).await.expect("answers come");
    for (message, copies) in server.messages().iter().zip([55_000, 15_000, 30_000, 5_000]) {
        crowd::multiply(&club.engine, &message.to[0], copies).await.expect("a crowd");
    }
    let window = Browser::open("answers", club.close().await, PASSPHRASE).await;
    window.visit("answers").await;
    window.sees("105,004").await;
    window.inspect("many-season").await;
    window.press("Desk").await;
    window.sees("5,001 messages to decide.").await;
    window.inspect("many-desk").await;
    window.press_key("n").await;
    window.sees("5,000 messages to decide.").await;
    window.press("By event").await;
    window.press("Season opening").await;
    window.sees("105,004 guests invited").await;
    window.sees("55,001").await;
    window.inspect("many").await;
    window.choose("All", "No").await;
    window.misses("Perhaps").await;
    window.inspect("many-no").await;
    window.stop().await;
}

/// Guests of one event, whose answers come into a folder.
async fn club(server: &CountingSmtp, guests: &str) -> (Club, PathBuf) {
    let mut club = Club::begin().await;
    let calendar = club.calendar("Club", "teal").await;
    let opening = club.event(&calendar, "Season opening", 20, "").await;
    let members = club.guests("Members", guests).await;
    let account = club.mail_server("Club mail", server.port(), PASSWORD).await;
    let folder = club.answer_folder().await;
    club.invite(&[&opening], &members, &account).await;
    (club, folder)
}

/// The first guests say so.
fn answers(server: &CountingSmtp, said: &[(&str, &str)]) -> Vec<String> {
    let messages = server.messages();
    messages.iter().zip(said).map(|(message, (partstat, words))| Letter::of(message).reply(partstat, words)).collect()
}

async fn enter_by_phone(window: &Browser) {
    window.press("Season opening").await;
    window.sees("14 guests invited").await;
    window.choose("All", "No answer").await;
    window.misses("Depends on the weather").await;
    window.tick_rows(1).await;
    window.press("Enter an answer").await;
    window.sees("By phone or in person.").await;
    window.fill("Note", "rang on Monday").await;
    window.confirm("Enter Yes").await;
    window.sees("Entered for").await;
    window.choose("No answer", "Yes").await;
    window.sees("rang on Monday").await;
    window.open_row("rang on Monday").await;
    window.sees("Entered by you").await;
    window.inspect("phone").await;
    window.press("Take it back").await;
    window.sees("Taken back.").await;
    window.misses("rang on Monday").await;
}
