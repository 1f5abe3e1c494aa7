//! Events made by mail: an address is set up, invitations of the organizer's own calendar come to it through a real mailbox, each is answered.

use engine::{Clock as _, SystemClock};
use jiff::ToSpan as _;
use testkit::counting_smtp::CountingSmtp;
use testkit::dovecot::Dovecot;
use testkit::organizer::{ANN, Calendar, Entry, SERVER, training};

use crate::browser::Browser;
use crate::own::{self, PASSWORD};

const ADDRESS: &str = "club+create@example.org";

#[tokio::test]
async fn invitations_to_an_address_become_events_and_each_is_answered() {
    let dovecot = Dovecot::start(&[("club", PASSWORD)]).expect("Dovecot starts");
    let server = CountingSmtp::builder().with_login("club", PASSWORD).start().expect("the server starts");
    let window = Browser::start("by-mail").await;
    set_up(&window, &dovecot, &server).await;
    let deliver = |entry: &Entry<'_>| dovecot.deliver("club", &entry.delivered_by(Calendar::Google)).expect("delivered");
    let (start, end) = evening();
    let first = Entry { summary: "Hall training", start: &start, end: &end, to: ADDRESS, ..training() };
    deliver(&first);
    window.sees("Added: Invitation: Hall training").await;
    deliver(&Entry { sequence: 1, dtstamp: "20270301T093000Z", summary: "Hard training", ..first });
    window.sees("Changed: Invitation: Hard training").await;
    deliver(&Entry { from: "eve@evil.example", uid: "other@evil.example", summary: "Cheap tickets", ..first });
    window.sees("Refused: Invitation: Cheap tickets").await;
    look_at_what_came(&window).await;
    deliver(&Entry { method: "CANCEL", sequence: 2, dtstamp: "20270301T094000Z", summary: "Hard training", ..first });
    window.visit("settings").await;
    window.sees("Cancelled: ").await;
    is_answered(&server);
    change_and_remove(&window).await;
    window.stop().await;
}

/// Tomorrow evening, in Paris.
fn evening() -> (String, String) {
    let tomorrow = SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date().saturating_add(1.days());
    let at = |hour: i8| tomorrow.at(hour, 0, 0, 0).strftime("%Y%m%dT%H%M%S").to_string();
    (at(18), at(20))
}

async fn set_up(window: &Browser, dovecot: &Dovecot, server: &CountingSmtp) {
    window.press("Start with an empty calendar").await;
    window.visit("settings").await;
    window.sees("First add an inbox that such invitations arrive in").await;
    own::add_sender(window, "Club", server.port()).await;
    own::add_inbox(window, "Answers", dovecot.port(), SERVER).await;
    window.look_at("Make events by mail").await;
    window.sees("as if it were a guest, and the event is here too").await;
    window.inspect("empty").await;
    window.press("Add an address").await;
    window.until("an address is proposed", &format!("return document.querySelector('.dialog input').value === '{ADDRESS}'")).await;
    window.inspect("form").await;
    window.fill("Address to invite", "club@example.org").await;
    window.fill("Who may do this", ANN).await;
    window.confirm("Add an address").await;
    window.sees("is where the answers of your guests arrive").await;
    window.inspect("wrong").await;
    window.fill("Address to invite", ADDRESS).await;
    window.confirm("Add an address").await;
    window.sees(&format!("{ADDRESS} takes invitations")).await;
    window.inspect("added").await;
    window.confirm("Done").await;
    window.sees("Nothing came yet").await;
}

async fn look_at_what_came(window: &Browser) {
    window.press("What came").await;
    window.sees("Not answered, so that a stranger learns nothing.").await;
    window.sees("Confirmed by mail.").await;
    window.inspect("came").await;
    window.press("Show the event of “Invitation: Hard training”").await;
    window.sees("Invite guests").await;
    window.sees("Hard training").await;
    window.press("History").await;
    window.inspect("history").await;
}

fn is_answered(server: &CountingSmtp) {
    let mails: Vec<String> = server.messages().iter().map(|mail| String::from_utf8_lossy(&mail.data).into_owned()).collect();
    for subject in ["Created: Hall training", "Updated: Hard training", "Cancelled: Hard training"] {
        assert_eq!(mails.iter().filter(|mail| mail.contains(&format!("Subject: {subject}\r\n"))).count(), 1, "{subject}, once: {mails:?}");
    }
    assert!(mails.iter().all(|mail| mail.contains(&format!("To: {ANN}\r\n"))), "and nobody but Ann is written to: {mails:?}");
}

async fn change_and_remove(window: &Browser) {
    let menu = format!("Actions for {ADDRESS}");
    window.choose_from(&menu, "Words of the answers…").await;
    window.fill("Subject", "Ready: {{ event.summary }}").await;
    window.inspect("words").await;
    window.confirm("Save").await;
    window.sees("Version 2.").await;
    window.press("Close").await;
    window.choose_from(&menu, "Change…").await;
    window.fill("Who may do this", &format!("{ANN}\noffice@club.example")).await;
    window.inspect("change").await;
    window.confirm("Save").await;
    window.sees("office@club.example go into").await;
    window.choose_from(&menu, "Remove").await;
    window.sees("takes no invitations any more").await;
    window.undo().await;
    window.sees("office@club.example go into").await;
}
