//! A campaign with everything that can be set: words, hours, a time, a pilot; and while it is sent.

use testkit::counting_smtp::CountingSmtp;

use crate::browser::{Browser, PASSPHRASE};
use crate::seed::{Club, PASSWORD};

#[tokio::test]
async fn a_large_campaign_is_tried_on_some_sent_paused_and_stopped() {
    let server = CountingSmtp::builder().with_login("club", PASSWORD).start().expect("the counting server starts");
    let club = Club::begin().await;
    let calendar = club.calendar("Club", "teal").await;
    let opening = club.event(&calendar, "Season opening", 20, "").await;
    let members = club.guests("Members", &many(1_204)).await;
    let account = club.mail_server("Club mail", server.port(), PASSWORD).await;
    club.draft("Season opening", &[&opening], &members, &account).await;
    let window = Browser::open("campaign", club.close().await, PASSPHRASE).await;
    window.visit("campaigns").await;
    window.press("Season opening").await;
    window.sees("Send 1,204 invitations").await;
    look_at_the_message(&window).await;
    set_when_and_how_fast(&window).await;
    try_it_on_some(&window).await;
    assert_eq!(server.count(), 3, "the first three are tried, and nobody else");
    watch_it_being_sent(&window).await;
    assert!(server.count() < 1_204, "what was stopped is not sent: {}", server.count());
    window.stop().await;
}

async fn look_at_the_message(window: &Browser) {
    window.sees("As this guest gets it").await;
    window.inspect("message").await;
    for client in ["Outlook", "Apple", "Raw"] {
        window.press(client).await;
        window.until("the likeness is drawn", "return document.querySelectorAll('.skeleton').length === 0").await;
    }
    window.sees("BEGIN:VCALENDAR").await;
    window.inspect("message-raw").await;
    window.fill("Message", "Hello {{ nickname }}").await;
    window.sees("have no “nickname”").await;
    window.inspect("message-missing").await;
    window.fill("Message", "Hello {{ first_name | default(\"friend\") }},\n\nplease come to {{ event.summary }}.").await;
    window.misses("have no “nickname”").await;
}

async fn set_when_and_how_fast(window: &Browser) {
    window.press("Edit “Send”").await;
    window.press("At a time").await;
    window.press("Only by day").await;
    window.sees("Schedule 1,204 invitations").await;
    window.inspect("hours").await;
    window.press("At once").await;
    window.press("At any time").await;
    window.fill("Try it on the first", "3").await;
    window.fill("At most this many a second", "40").await;
    window.sees("under a minute").await;
}

async fn try_it_on_some(window: &Browser) {
    window.press("Send 1,204 invitations").await;
    window.sees("Send to 1,204 guests?").await;
    window.fill("Number of guests", "12").await;
    window.sees("Type 1204 to send.").await;
    window.inspect("confirm").await;
    window.fill("Number of guests", "1204").await;
    window.confirm("Send").await;
    window.sees("Paused").await;
    window.sees("Go on").await;
    window.inspect("pilot").await;
}

async fn watch_it_being_sent(window: &Browser) {
    window.press("Go on").await;
    window.sees("a second").await;
    window.inspect("sending").await;
    window.press("Pause").await;
    window.sees("Paused by you.").await;
    window.inspect("paused").await;
    window.press("Stop…").await;
    window.sees("for good?").await;
    window.inspect("stop").await;
    window.confirm("Stop sending").await;
    window.sees("Stopped by you.").await;
    window.inspect("stopped").await;
    window.visit("campaigns").await;
    window.sees("Stopped").await;
    window.inspect("list").await;
}

/// So many guests, as a table.
fn many(count: u32) -> String {
    let rows = (1..=count).map(|number| format!("Guest {number},guest{number}@members.test\n"));
    std::iter::once("Name,E-mail\n".to_owned()).chain(rows).collect()
}
