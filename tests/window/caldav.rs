//! A calendar on a real CalDAV server: connected by address and password, changed on both sides, and let go.

use std::time::Instant;

use testkit::radicale::{PASSWORD, Radicale, USER};

use crate::browser::{Browser, LOOK_AGAIN, PATIENCE};

const GAME: &str = "/alice/season/game.ics";
const ICS: &str = "Content-Type: text/calendar; charset=utf-8\r\n";

#[tokio::test]
async fn a_caldav_calendar_is_connected_changed_on_both_sides_and_let_go() {
    let server = Radicale::start().expect("Radicale starts");
    let window = Browser::start("caldav").await;
    let day = window.today().await.replace('-', "");
    server.call("MKCALENDAR", "/alice/season/", "", "").expect("a calendar is made");
    put(&server, &day, "Rink 2");
    connect(&window, &server).await;
    window.sees("Fathers against sons").await;
    window.inspect("arrived").await;
    write_here(&window, &server).await;
    put(&server, &day, "Rink 3");
    window.visit("settings").await;
    window.press("Sync now").await;
    open_game(&window).await;
    window.sees("Rink 3").await;
    window.press("History").await;
    window.sees("Clubhouse, on another device").await;
    window.inspect("history").await;
    edit_in_two_places(&window, &server, &day).await;
    make_there(&window, &server).await;
    let_go(&window).await;
    window.stop().await;
}

async fn connect(window: &Browser, server: &Radicale) {
    window.press("Connect it").await;
    window.press("iCloud, Fastmail, Nextcloud").await;
    window.choose("iCloud", "Another").await;
    window.fill("Address", &server.url()).await;
    window.fill("User name", USER).await;
    window.fill("Password", "not this one").await;
    window.fill("Name for it", "Clubhouse").await;
    window.press("Connect").await;
    window.until("the password is refused", "return document.querySelector('.dialog [role=alert]') !== null").await;
    window.inspect("refused").await;
    window.fill("Password", PASSWORD).await;
    window.press("Connect").await;
    window.sees("“Clubhouse” is connected").await;
    window.inspect("choose").await;
    window.confirm("Mirror 1 calendar").await;
}

async fn write_here(window: &Browser, server: &Radicale) {
    open_game(window).await;
    window.press("Edit").await;
    window.fill("Place", "Main rink").await;
    window.press("Save").await;
    window.sees("Saved “Fathers against sons”").await;
    has(server, GAME, "Main rink").await;
}

async fn edit_in_two_places(window: &Browser, server: &Radicale, day: &str) {
    window.press("Details").await;
    window.press("Edit").await;
    window.fill("Place", "North rink").await;
    put(server, day, "South rink");
    window.press("Save").await;
    window.sees("Invite guests").await;
    window.visit("changes").await;
    window.sees("Edited in two places").await;
    window.inspect("clash").await;
    window.press("Use the other").await;
    window.sees("Everyone has the current details").await;
    has(server, GAME, "South rink").await;
}

/// Another calendar in the account, from the settings.
async fn make_there(window: &Browser, server: &Radicale) {
    window.visit("settings").await;
    window.choose_from("Actions for the calendars of Clubhouse", "Choose calendars…").await;
    window.fill("New calendar there", "Arizona Cardinals").await;
    window.press("Create").await;
    window.sees("“Arizona Cardinals” is there now.").await;
    window.confirm("Done").await;
    has(server, "/alice/", "Arizona Cardinals").await;
}

async fn let_go(window: &Browser) {
    window.choose_from("Actions for the calendars of Clubhouse", "Disconnect…").await;
    window.sees("Its 2 calendars stay here").await;
    window.confirm("Disconnect").await;
    window.sees("Disconnected “Clubhouse”").await;
    window.sees("Arizona Cardinals").await;
}

async fn open_game(window: &Browser) {
    window.visit("calendar").await;
    window.press("Fathers against sons").await;
    window.sees("Invite guests").await;
}

fn put(server: &Radicale, day: &str, place: &str) {
    let body = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//phone//EN\r\nBEGIN:VEVENT\r\nUID:game\r\nDTSTAMP:{day}T000000Z\r\n\
         DTSTART:{day}T180000Z\r\nDTEND:{day}T200000Z\r\nSUMMARY:Fathers against sons\r\nLOCATION:{place}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    server.call("PUT", GAME, ICS, &body).expect("the server takes it");
}

/// Waits until the server says these words of a path.
async fn has(server: &Radicale, path: &str, words: &str) {
    let begun = Instant::now();
    let said = || {
        let (method, headers) = if path.ends_with('/') { ("PROPFIND", "Depth: 1\r\n") } else { ("GET", "") };
        server.call(method, path, headers, "").unwrap_or_default()
    };
    while !said().contains(words) {
        assert!(begun.elapsed() < PATIENCE, "the server never heard of “{words}”: {}", said());
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
