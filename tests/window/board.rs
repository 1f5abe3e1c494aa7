//! The board of an event: who holds what, and what is done for guests chosen on it.

use testkit::counting_smtp::CountingSmtp;

use crate::browser::{Browser, PASSPHRASE};
use crate::seed::{Club, PASSWORD, practice_guests};

const LATE: &str = "Name,E-mail\nAna Lima,ana@guests.test\nBo Berg,bo@guests.test\nCy Gray,cy@guests.test\nDee Moss,dee@guests.test\n";
/// The button of a dialog that sends says how many.
const COUNTED: &str =
    "return [...document.querySelectorAll('.dialog button')].some((node) => /\\d/.test(node.innerText) && !node.disabled)";
/// Nobody is on the board with what they were sent last.
const ONLY_OLD: &str = "return document.querySelectorAll('[role=row][data-index]').length > 3 && !document.querySelector('.page').innerText.includes('Version 2')";
const EVERYONE: &str = "43 guests invited";

#[tokio::test]
async fn guests_of_an_event_are_chosen_and_told() {
    let server = CountingSmtp::builder()
        .with_login("club", PASSWORD)
        .refusing("ana@guests.test", "550 5.1.1 nobody here")
        .refusing_at_end("bo@guests.test", "354 go on")
        .start()
        .expect("the counting server starts");
    let club = Club::begin().await;
    let calendar = club.calendar("Club", "teal").await;
    let opening = club.event(&calendar, "Season opening", 20, "").await;
    let members = club.guests("Members", &practice_guests(40)).await;
    club.invite(&[&opening], &members, &club.outbox).await;
    club.wait_for_answers().await;
    club.move_event(&opening, 20).await;
    let late = club.guests("Late", LATE).await;
    let account = club.mail_server("Club mail", server.port(), PASSWORD).await;
    club.invite(&[&opening], &late, &account).await;
    let window = Browser::open("board", club.close().await, PASSPHRASE).await;
    open_board(&window).await;
    window.inspect("all").await;
    look_at_acts(&window).await;
    send_the_update(&window).await;
    look_at_trouble(&window).await;
    assert!(server.count() > 30, "whoever held old details got the new ones: {}", server.count());
    window.stop().await;
}

async fn open_board(window: &Browser) {
    window.visit("answers").await;
    window.press("Season opening").await;
    window.sees(EVERYONE).await;
    window.sees("Answers over time").await;
    window.look_at("Guests").await;
}

async fn look_at_acts(window: &Browser) {
    window.tick_rows(3).await;
    window.sees("3 guests chosen").await;
    window.inspect("chosen").await;
    window.press("Enter an answer").await;
    window.sees("By phone or in person.").await;
    window.inspect("phone").await;
    window.press("Cancel").await;
    window.press("Choose all").await;
    for (act, words, screen) in [
        ("Remind…", "who have answered", "remind"),
        ("Send again…", "whatever they answered", "again"),
        ("Withdraw…", "it leaves their calendar", "withdraw"),
    ] {
        window.press(act).await;
        window.sees(words).await;
        window.until("the mails are counted", COUNTED).await;
        window.inspect(screen).await;
        window.press("Cancel").await;
        window.misses(words).await;
    }
    window.press("Choose nobody").await;
}

async fn send_the_update(window: &Browser) {
    window.choose("All", "Hold old details").await;
    window.until("only who holds old details is shown", ONLY_OLD).await;
    window.inspect("old").await;
    window.tick_rows(1).await;
    window.press("Choose all").await;
    window.press("Send the update…").await;
    window.fill("Your own words", "An hour later than we said. The kiosk opens at six.").await;
    window.inspect("update").await;
    window.confirm("Send").await;
    window.sees("See answers").await;
    window.inspect("update-sent").await;
}

async fn look_at_trouble(window: &Browser) {
    open_board(window).await;
    window.choose("All", "Uncertain").await;
    window.sees("Bo Berg").await;
    window.misses("Dee Moss").await;
    window.inspect("uncertain").await;
    window.choose("Uncertain", "Did not arrive").await;
    window.sees("Ana Lima").await;
    window.inspect("bounced").await;
}
