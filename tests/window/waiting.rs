//! A campaign that waits: for its organizer after a time that was missed, behind another, and one whose guests another tells.

use std::net::TcpListener;

use engine::campaigns::view::CampaignDraft;
use engine::{Clock as _, SystemClock};
use jiff::SignedDuration;
use testkit::counting_smtp::CountingSmtp;

use crate::browser::{Browser, PASSPHRASE};
use crate::seed::{Club, PASSWORD, practice_guests};

#[tokio::test]
async fn campaigns_that_wait_say_for_what() {
    let server = CountingSmtp::builder().with_login("club", PASSWORD).start().expect("the counting server starts");
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port that nobody listens on");
    let club = Club::begin().await;
    let calendar = club.calendar("Club", "teal").await;
    let members = club.guests("Members", &practice_guests(40)).await;
    let account = club.mail_server("Club mail", server.port(), PASSWORD).await;
    let away = club.mail_server("Away", closed.port(), PASSWORD).await;
    let missed = club.event(&calendar, "Quiz night", 25, "").await;
    // The computer sleeps past it: the club was set up days ago, and its window opens now.
    let scheduled_at = (SystemClock.now() - SignedDuration::from_hours(2)).to_string();
    let draft = CampaignDraft { scheduled_at, ..club.drafted("Quiz invitation", &[&missed], &members, &account) };
    club.confirm(&club.keep_draft(draft).await).await;
    let (slow, next) = (club.event(&calendar, "Regatta", 30, "").await, club.event(&calendar, "Club dinner", 35, "").await);
    let draft = CampaignDraft { per_second: Some(1.0), ..club.drafted("Regatta invitation", &[&slow], &members, &account) };
    club.keep_draft(draft).await;
    club.draft("Dinner invitation", &[&next], &members, &account).await;
    let opening = club.event(&calendar, "Season opening", 20, "").await;
    club.draft("First campaign", &[&opening], &members, &away).await;
    club.draft("Second campaign", &[&opening], &members, &account).await;
    let window = Browser::open("waiting", club.close().await, PASSPHRASE).await;
    ask_after_a_missed_time(&window, &server).await;
    tell_in_the_place_of_another(&window, &server).await;
    wait_behind_another(&window).await;
    window.stop().await;
}

async fn ask_after_a_missed_time(window: &Browser, server: &CountingSmtp) {
    window.visit("campaigns").await;
    window.press("Quiz invitation").await;
    window.sees("passed while Rollcall was not running").await;
    window.inspect("missed").await;
    assert_eq!(server.count(), 0, "nothing is sent unasked");
    window.press("Go on").await;
    window.sees("See answers").await;
    assert_eq!(server.count(), 40, "everyone is reached once it was asked");
}

async fn tell_in_the_place_of_another(window: &Browser, server: &CountingSmtp) {
    send(window, "First campaign").await;
    window.sees("No connection").await;
    send(window, "Second campaign").await;
    window.sees("See answers").await;
    window.visit("campaigns").await;
    window.press("First campaign").await;
    window.sees("40 are told by “Second campaign”.").await;
    window.inspect("told-by-another").await;
    assert_eq!(server.count(), 80, "once each, by the second");
}

async fn wait_behind_another(window: &Browser) {
    send(window, "Regatta invitation").await;
    window.sees("a second").await;
    send(window, "Dinner invitation").await;
    window.sees("Goes on when “Regatta invitation” is sent.").await;
    window.inspect("behind").await;
    window.visit("campaigns").await;
    window.sees("Dinner invitation").await;
    window.inspect("list").await;
}

async fn send(window: &Browser, name: &str) {
    window.visit("campaigns").await;
    window.press(name).await;
    window.press("Send 40 invitations").await;
}
