//! What goes wrong with accounts and copies, as the window says it: a server that is away, refuses everyone, or wants another password.

use std::net::TcpListener;

use testkit::counting_smtp::CountingSmtp;

use crate::browser::{Browser, PASSPHRASE};
use crate::seed::{Club, PASSWORD, practice_guests};

#[tokio::test]
async fn a_campaign_waits_pauses_and_is_kept_from_a_copy_in_words() {
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port that nobody listens on");
    let refusing = addresses()
        .fold(CountingSmtp::builder().with_login("club", PASSWORD), |server, address| server.refusing(address, "550 5.1.1 nobody here"));
    let refusing = refusing.start().expect("the server starts");
    let locked = CountingSmtp::builder().with_login("club", PASSWORD).start().expect("the server starts");
    let club = Club::begin().await;
    let calendar = club.calendar("Club", "teal").await;
    let quiz = club.event(&calendar, "Quiz night", 25, "").await;
    let dinner = club.event(&calendar, "Club dinner", 30, "").await;
    let regatta = club.event(&calendar, "Regatta", 35, "").await;
    let members = club.guests("Members", &practice_guests(60)).await;
    let away = club.mail_server("Away", closed.port(), PASSWORD).await;
    let locked_out = club.mail_server("Locked out", locked.port(), "wrong horse").await;
    let strict = club.mail_server("Strict", refusing.port(), PASSWORD).await;
    club.draft("Through a server that is away", &[&quiz], &members, &away).await;
    let waits = club.draft("Through a server that is locked", &[&dinner], &members, &locked_out).await;
    club.confirm(&waits).await;
    club.draft("Through a server that refuses", &[&regatta], &members, &strict).await;
    let folder = club.close().await;
    let window = Browser::open("failing", folder, PASSPHRASE).await;
    send(&window, "Through a server that is away").await;
    window.sees("127.0.0.1").await;
    window.inspect("unreachable").await;
    send(&window, "Through a server that refuses").await;
    window.sees("messages in a row were refused").await;
    window.inspect("refused").await;
    window.visit("campaigns").await;
    window.press("Through a server that is locked").await;
    sign_in(&window).await;
    assert_eq!(locked.count(), 60, "what waited went on by itself");
    let folder = window.stop().await;
    // As on another computer, which knows nothing of what was sent from this one.
    std::fs::remove_dir_all(folder.path().join("state")).expect("the state of this computer");
    let window = Browser::open("failing", folder, PASSPHRASE).await;
    window.visit("settings").await;
    window.sees("Let this computer send").await;
    window.inspect("copy").await;
    window.press("Let this computer send").await;
    window.sees("Let this computer send?").await;
    window.inspect("copy-adopt").await;
    window.confirm("Let this computer send").await;
    window.sees("This computer may send now.").await;
    window.stop().await;
}

/// Of all practice guests.
fn addresses() -> impl Iterator<Item = &'static str> {
    rehearsal::GUESTS.lines().skip(1).filter_map(|line| line.split(',').nth(2))
}

async fn send(window: &Browser, name: &str) {
    window.visit("campaigns").await;
    window.press(name).await;
    window.press("Send 60 invitations").await;
}

async fn sign_in(window: &Browser) {
    window.sees("cannot sign in").await;
    window.inspect("locked-out").await;
    window.visit("settings").await;
    window.press("Sign in again").await;
    window.sees("Sign in to the sender “Locked out”").await;
    window.inspect("sign-in").await;
    window.fill("Password", "another wrong horse").await;
    window.press("Sign in and check").await;
    window.sees("The server refused the login").await;
    window.inspect("sign-in-refused").await;
    window.press("Done").await;
    window.sees("Sign in again: the server refused the login").await;
    window.press("Sign in again").await;
    window.fill("Password", PASSWORD).await;
    window.press("Sign in and check").await;
    window.misses("Sign in and check").await;
    window.press("Done").await;
    window.visit("campaigns").await;
    window.press("Through a server that is locked").await;
    window.sees("See answers").await;
}
