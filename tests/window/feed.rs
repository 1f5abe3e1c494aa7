//! A feed of bookings that is written into a calendar on a real server by a rule, and a booking that somebody entered by hand.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use testkit::bookings::{booking, feed};
use testkit::radicale::{PASSWORD, Radicale, USER};
use testkit::scripted_http::ScriptedHttp;

use crate::browser::{Browser, LOOK_AGAIN, PATIENCE};

#[tokio::test]
async fn a_feed_is_written_into_another_calendar_and_a_twin_is_merged() {
    let reply = Arc::new(Mutex::new(feed(&[booking("a", 6, 18, "Maier"), booking("b", 7, 18, "Huber")])));
    let answers = Arc::clone(&reply);
    let published = ScriptedHttp::start(move |_| answers.lock().expect("a reply").clone()).expect("a feed");
    let server = Radicale::start().expect("Radicale starts");
    server.call("MKCALENDAR", "/alice/team/", "", "").expect("a calendar is made");
    let by_hand =
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//phone//EN\r\n{}END:VCALENDAR\r\n", booking("hand", 6, 18, "Maier wedding"));
    let stamped = by_hand.replace("UID:hand", "UID:hand\r\nDTSTAMP:20260101T000000Z");
    server.call("PUT", "/alice/team/hand.ics", "Content-Type: text/calendar; charset=utf-8\r\n", &stamped).expect("the server takes it");

    let window = Browser::start("feed").await;
    connect_feed(&window, &published.url("/hall.ics")).await;
    connect_server(&window, &server).await;
    window.visit("settings").await;
    window.press("Also write into…").await;
    window.sees("All 2 events").await;
    window.fill("Title", "{titel}").await;
    window.sees("stands for nothing").await;
    window.inspect_open("wrong-title").await;
    window.fill("Title", "Booked: {title}").await;
    window.fill("Only events with", "nowhere").await;
    window.sees("No event fits").await;
    window.fill("Only events with", "").await;
    window.sees("Looks like your “Maier wedding”").await;
    window.inspect_open("rule").await;
    window.confirm("Start writing").await;
    window.sees("1 event to look at under Changes").await;
    window.inspect("written").await;
    has(&server, "Booked: Huber").await;
    window.visit("changes").await;
    window.sees("These look like the same booking").await;
    window.inspect("twin").await;
    window.press("Merge").await;
    window.sees("“Maier wedding” follows the booking now.").await;
    *reply.lock().expect("a reply") = feed(&[booking("a", 6, 20, "Maier"), booking("b", 7, 18, "Huber")]);
    window.visit("settings").await;
    // The feed was connected first, and stands first.
    window.press("Sync now").await;
    has(&server, "20300306T200000Z").await;
    window.press("Change how it is written into alice/team").await;
    window.press("Stop writing").await;
    window.sees("Nothing more is written into alice/team").await;
    window.stop().await;
}

async fn connect_server(window: &Browser, server: &Radicale) {
    window.visit("settings").await;
    window.press("Connect a calendar").await;
    window.press("iCloud, Fastmail, Nextcloud").await;
    window.choose("iCloud", "Another").await;
    window.fill("Address", &server.url()).await;
    window.fill("User name", USER).await;
    window.fill("Password", PASSWORD).await;
    window.fill("Name for it", "Clubhouse").await;
    window.press("Connect").await;
    window.sees("“Clubhouse” is connected").await;
    window.confirm("Mirror 1 calendar").await;
}

async fn connect_feed(window: &Browser, address: &str) {
    window.press("Connect it").await;
    window.press("A calendar’s address").await;
    window.fill("Address of the calendar", address).await;
    window.fill("Name for it", "Hall").await;
    window.press("Connect").await;
    window.sees("“Hall” is connected").await;
    window.confirm("Mirror 1 calendar").await;
}

/// Waits until the server keeps these words.
async fn has(server: &Radicale, words: &str) {
    let begun = Instant::now();
    let body = "<c:calendar-query xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\"><d:prop><c:calendar-data/></d:prop>\
                <c:filter><c:comp-filter name=\"VCALENDAR\"/></c:filter></c:calendar-query>";
    let said = || server.call("REPORT", "/alice/team/", "Depth: 1\r\nContent-Type: application/xml\r\n", body).unwrap_or_default();
    while !said().contains(words) {
        assert!(begun.elapsed() < PATIENCE, "the server never heard of “{words}”: {}", said());
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
