//! The screens of a campaign and of its event with no row, with three, and with a million.

use testkit::counting_smtp::CountingSmtp;
use testkit::crowd;

use crate::browser::{Browser, PASSPHRASE};
use crate::seed::{Club, PASSWORD};

const THREE: [&str; 3] = ["ana@guests.test", "bo@guests.test", "cy@guests.test"];
/// Of each of four guests.
const COPIES: u32 = 249_999;

#[tokio::test]
async fn screens_hold_with_no_row_and_with_three() {
    let (club, _server) = club(&THREE).await;
    let window = Browser::open("rows", club.close().await, PASSPHRASE).await;
    open_campaign(&window).await;
    window.choose("All", "Uncertain").await;
    window.sees("We do not know whether these arrived").await;
    window.inspect("three-uncertain").await;
    window.choose("Uncertain", "Bounced").await;
    window.sees("Nothing in this state.").await;
    window.inspect("none-ledger").await;
    open_board(&window).await;
    window.inspect("three-board").await;
    window.choose("All", "Hold old details").await;
    window.sees("Nobody here.").await;
    window.inspect("none-board").await;
    window.visit("answers").await;
    window.press("Desk").await;
    window.sees("Nothing to decide").await;
    window.inspect("none-desk").await;
    window.stop().await;
}

/// Takes a minute to set up: `cargo xtask test --many`.
#[tokio::test]
async fn screens_hold_with_a_million() {
    if std::env::var_os("ROLLCALL_MANY").is_none() {
        return;
    }
    let (club, _server) = club(&THREE[..2]).await;
    for address in ["ana@guests.test", "bo@guests.test", "dee@guests.test", "eve@guests.test"] {
        crowd::multiply(&club.engine, address, COPIES).await.expect("a crowd");
    }
    let window = Browser::open("rows", club.close().await, PASSPHRASE).await;
    window.visit("guests").await;
    window.sees("1,000,000 guests").await;
    window.inspect("million-guests").await;
    open_campaign(&window).await;
    window.sees("500,000").await;
    window.inspect("million-ledger").await;
    window.choose("All", "Uncertain").await;
    window.sees("We do not know whether these arrived").await;
    window.inspect("million-uncertain").await;
    open_board(&window).await;
    window.inspect("million-board").await;
    window.choose("All", "Uncertain").await;
    window.misses("Dee Moss").await;
    window.inspect("million-board-uncertain").await;
    window.press("Charts").await;
    window.sees("By mail provider").await;
    window.inspect("million-charts").await;
    window.stop().await;
}

/// A club that invited some of its guests through a server that says of these whether it took their mail only by hanging up.
async fn club(uncertain: &[&str]) -> (Club, CountingSmtp) {
    let server = uncertain
        .iter()
        .fold(CountingSmtp::builder().with_login("club", PASSWORD), |server, address| server.refusing_at_end(address, "354 go on"));
    let server = server.start().expect("the counting server starts");
    let club = Club::begin().await;
    let calendar = club.calendar("Club", "teal").await;
    let opening = club.event(&calendar, "Season opening", 20, "").await;
    let mut table = "Name,E-mail\nAna Lima,ana@guests.test\nBo Berg,bo@guests.test\n".to_owned();
    table.push_str(if uncertain.len() == 3 { "Cy Gray,cy@guests.test\n" } else { "Dee Moss,dee@guests.test\nEve Tan,eve@guests.test\n" });
    let members = club.guests("Members", &table).await;
    let account = club.mail_server("Club mail", server.port(), PASSWORD).await;
    club.invite(&[&opening], &members, &account).await;
    (club, server)
}

async fn open_campaign(window: &Browser) {
    window.visit("campaigns").await;
    window.press("Invitation").await;
    window.sees("Deliveries").await;
}

async fn open_board(window: &Browser) {
    window.visit("answers").await;
    window.press("Season opening").await;
    window.sees("Answers over time").await;
    window.look_at("Guests").await;
}
