//! What came back and is ruled on at the desk: nothing, an answer of someone else, a forged one, another time, a guest who leaves.

use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use testkit::counting_smtp::CountingSmtp;

use crate::browser::{Browser, PASSPHRASE};
use crate::letters::{Letter, deliver};
use crate::seed::{Club, PASSWORD};

const MEMBERS: &str = "Name,E-mail\nAna Lima,ana@guests.test\nBo Berg,bo@guests.test\nCy Gray,cy@guests.test\nDee Moss,dee@guests.test\n";

#[tokio::test]
async fn what_waits_at_the_desk_is_ruled_on_by_key_and_taken_back() {
    let server = CountingSmtp::builder().with_login("club", PASSWORD).start().expect("the counting server starts");
    let (club, answers) = club(&server).await;
    let window = Browser::open("desk", club.close().await, PASSPHRASE).await;
    window.visit("answers").await;
    window.press("Desk").await;
    window.sees("Nothing to decide").await;
    window.inspect("none").await;
    receive(&window, &server, &answers).await;
    someone_else(&window).await;
    a_forged_answer(&window).await;
    another_time(&window).await;
    window.sees("Nothing to decide").await;
    a_leaver(&window, &server).await;
    window.stop().await;
}

/// Four guests of one event, whose answers come into a folder.
async fn club(server: &CountingSmtp) -> (Club, PathBuf) {
    let mut club = Club::begin().await;
    let calendar = club.calendar("Club", "teal").await;
    let opening = club.event(&calendar, "Season opening", 20, "").await;
    let members = club.guests("Members", MEMBERS).await;
    let account = club.mail_server("Club mail", server.port(), PASSWORD).await;
    let answers = club.answer_folder().await;
    club.invite(&[&opening], &members, &account).await;
    (club, answers)
}

async fn receive(window: &Browser, server: &CountingSmtp, answers: &Path) {
    let invited: Vec<Letter> = server.messages().iter().map(Letter::of).collect();
    let of = |guest: &str| invited.iter().find(|letter| letter.guest.starts_with(guest)).expect("the guest was invited");
    let letters = [
        of("ana").reply_by("friend@elsewhere.example", "ACCEPTED"),
        of("bo").forged("DECLINED"),
        of("cy").proposal(SignedDuration::from_hours(2)),
        of("dee").unsubscribe(),
    ];
    deliver(answers, &letters);
    window.press("Look for answers now").await;
    window.sees("3 messages to decide.").await;
    window.sees("wants no more mail").await;
}

async fn someone_else(window: &Browser) {
    window.sees("Whose answer is it?").await;
    window.sees("friend@elsewhere.example").await;
    window.inspect("someone-else").await;
    window.press_key("a").await;
    window.sees("Added as a guest, and counted.").await;
    window.sees("2 messages to decide.").await;
    window.press_key("u").await;
    window.sees("3 messages to decide.").await;
    look_at(window, "ACCEPTED").await;
    window.press_key("Enter").await;
    window.sees("2 messages to decide.").await;
}

async fn a_forged_answer(window: &Browser) {
    look_at(window, "DECLINED").await;
    window.sees("DKIM").await;
    window.inspect("forged").await;
    // Whoever only presses on counts nothing that may be forged.
    window.press_key("Enter").await;
    window.sees("Left aside.").await;
    window.sees("1 message to decide.").await;
}

async fn another_time(window: &Browser) {
    look_at(window, "TENTATIVE").await;
    window.sees("Proposed time").await;
    window.inspect("proposal").await;
    window.press_key("m").await;
    window.sees("Its guests are to be told under Changes.").await;
}

/// A guest who unsubscribed has an entry still: it is withdrawn.
async fn a_leaver(window: &Browser, server: &CountingSmtp) {
    window.sees("wants no more mail").await;
    window.inspect("leaver").await;
    window.press("Withdraw 1 entry").await;
    window.sees("1 entry withdrawn.").await;
    window.misses("wants no more mail").await;
    window.inspect("done").await;
    window.visit("campaigns").await;
    window.press("Withdrawn: Season opening").await;
    window.sees("See answers").await;
    assert_eq!(server.count(), 5, "four invitations, and the one that takes the entry away");
}

/// Opens the message with this word in its subject.
async fn look_at(window: &Browser, word: &str) {
    let script = format!(
        "const row = [...document.querySelectorAll('[data-desk-row]')].find((node) => node.innerText.includes('{word}'));
         row?.click();
         const message = document.querySelector('.message');
         return row?.getAttribute('aria-current') === 'true' && Boolean(message?.innerText.includes('{word}'));"
    );
    window.until(&format!("“{word}” is looked at"), &script).await;
}
