//! Mail that is sent and read by the consent to a calendar account: a box that was not ticked, invitations and answers through real servers, a consent
//! that ended, a server that takes no token of it.

use testkit::dovecot::Dovecot;
use testkit::fake_google::{Answer, FakeGoogle};
use testkit::fake_graph::FakeGraph;
use testkit::postfix::Postfix;

use crate::browser::Browser;
use crate::connected;
use crate::consent::CONSENTS;
use crate::letters::Letter;
use crate::outlook;
use crate::own::{IN_CLEAR, PASSWORD};

/// A second since 1970, in the year 2100.
const GOOD: i64 = 4_102_444_800;
const GUESTS: &str = "Name,E-mail\nAna Lima,ana@guests.test\nBo Berg,bo@guests.test\n";
const SEND_TOO: &str = "Send and read mail with this Google account";

#[tokio::test]
async fn one_consent_sends_invitations_and_reads_answers_until_it_ends() {
    let google = FakeGoogle::start().expect("the fake starts");
    google.open_mailbox("club", GOOD);
    let dovecot = Dovecot::start(&[("club", PASSWORD)]).expect("Dovecot starts");
    let postfix = Postfix::start(&dovecot).expect("Postfix starts");
    let window = Browser::start("by-consent").await;
    connect(&window, &google).await;
    allow_mail(&window, &google).await;
    stand_in(&window, "Google", &dovecot, &postfix).await;
    invite(&window, &dovecot, &postfix).await;
    lose_consent(&window, &google).await;
    be_refused(&window, &google).await;
    go_on(&window, &google, &postfix).await;
    window.stop().await;
}

/// Of Microsoft a token for mail is asked for besides the one for calendars.
#[tokio::test]
async fn the_consent_of_an_outlook_account_sends_and_reads_too() {
    let graph = FakeGraph::start().expect("the fake starts");
    graph.open_mailbox("club", GOOD);
    let dovecot = Dovecot::start(&[("club", PASSWORD)]).expect("Dovecot starts");
    let postfix = Postfix::start(&dovecot).expect("Postfix starts");
    let window = Browser::start("by-consent-outlook").await;
    window.browser_does(CONSENTS);
    window.press("Connect it").await;
    outlook::fill_outlook(&window, &graph).await;
    window.press("Sign in with your browser").await;
    window.sees("“Outlook” is connected").await;
    window.press("Mirror 1 calendar").await;
    window.sees("Its events are on their way").await;
    window.visit("settings").await;
    window.choose_from("Actions for the calendars of Outlook", "Send and read mail with this Outlook account").await;
    window.sees("Mail with “Outlook”").await;
    window.inspect("added").await;
    window.confirm("Done").await;
    stand_in(&window, "Outlook", &dovecot, &postfix).await;
    invite(&window, &dovecot, &postfix).await;
    window.stop().await;
}

async fn connect(window: &Browser, google: &FakeGoogle) {
    window.browser_does(CONSENTS);
    window.press("Connect it").await;
    connected::fill_google(window, google).await;
    window.press("Sign in with your browser").await;
    window.sees("“Google” is connected").await;
    window.press("Mirror 1 calendar").await;
    window.sees("Its events are on their way").await;
}

/// At first without ticking the box for mail.
async fn allow_mail(window: &Browser, google: &FakeGoogle) {
    window.visit("settings").await;
    window.sees("Last synced").await;
    window.inspect_menu("Actions for the calendars of Google", "menu").await;
    google.set_answer(Answer::WithoutMail);
    window.press(&format!("Send from {}", FakeGoogle::ACCOUNT)).await;
    window.sees("access to your mail").await;
    window.inspect("unticked").await;
    window.press("Cancel").await;
    window.sees("Nothing to send from yet.").await;
    window.press("Sync now").await;
    window.sees("Both sides are the same.").await;
    window.choose_from("Actions for the calendars of Google", SEND_TOO).await;
    window.sees("access to your mail").await;
    google.set_answer(Answer::Allowed);
    window.press("Start again").await;
    window.sees("Mail with “Google”").await;
    // Nobody listens where a server that stands in for Google would have its mail.
    window.until("both were tried", "return document.querySelector('.dialog')?.innerText.split('cannot be reached').length === 3").await;
    window.inspect("added").await;
    window.confirm("Done").await;
}

/// Real servers take the tokens, where they are.
async fn stand_in(window: &Browser, account: &str, dovecot: &Dovecot, postfix: &Postfix) {
    for (role, port) in [("sender", postfix.port()), ("inbox", dovecot.port())] {
        window.choose_from(&format!("Actions for the {role} {account}"), "Edit…").await;
        window.sees("what you allowed in the browser").await;
        window.fill("Server", "127.0.0.1").await;
        window.fill("Port", &port.to_string()).await;
        window.fill("User name", "club").await;
        window.choose_in("Encryption", IN_CLEAR).await;
        window.inspect(&format!("{role}-server")).await;
        window.press("Save and check").await;
        window.sees(&format!("“{account}” is saved")).await;
        window.inspect(&format!("{role}-checked")).await;
        window.press("Done").await;
    }
}

async fn invite(window: &Browser, dovecot: &Dovecot, postfix: &Postfix) {
    let file = window.folder.path().join("members.csv");
    std::fs::write(&file, GUESTS).expect("guests to drop");
    window.drop_files(&[&file]).await;
    window.press("Add 2 guests to “members”").await;
    window.sees("2 guests added").await;
    campaign(window, "Summer party").await;
    window.press("Send 2 invitations").await;
    window.sees("See answers").await;
    window.inspect("sent").await;
    let received = postfix.received_by_guests(2).expect("every guest gets an invitation");
    let (letter, guest) = received
        .iter()
        .find_map(|letter| Some((letter, ["ana@guests.test"].into_iter().find(|guest| addressed_to(letter, guest))?)))
        .expect("Ana is invited");
    dovecot.deliver("club", Letter::read(letter, guest).reply("ACCEPTED", "With cake").as_bytes()).expect("delivered");
    window.visit("answers").await;
    window.press("Summer party").await;
    window.sees("With cake").await;
    window.inspect("answered").await;
}

fn addressed_to(letter: &[u8], guest: &str) -> bool {
    String::from_utf8_lossy(letter).lines().any(|line| line.starts_with("To: ") && line.contains(guest))
}

/// An event and its campaign, about to be sent.
async fn campaign(window: &Browser, title: &str) {
    window.visit("calendar").await;
    window.choose_from("Add", "New event").await;
    window.fill("Title", title).await;
    window.press("Add event").await;
    window.press("Invite guests").await;
}

async fn lose_consent(window: &Browser, google: &FakeGoogle) {
    google.withdraw_consent();
    window.visit("settings").await;
    window.press("Sync now").await;
    window.sees("“Google” wants you to sign in again.").await;
    window.sees("Sign in again: Google no longer accepts").await;
    window.until("both others wait with it", "return document.body.innerText.split('What was allowed for “Google”').length === 3").await;
    window.inspect("ended").await;
}

/// The consent is given again, and the servers take no token of it.
async fn be_refused(window: &Browser, google: &FakeGoogle) {
    google.open_mailbox("somebody-else", GOOD);
    window.press("Sign in again").await;
    window.sees("works again").await;
    campaign(window, "Autumn party").await;
    window.press("Send 2 invitations").await;
    window.sees("does not take what was allowed").await;
    window.inspect("waits").await;
    window.visit("settings").await;
    window.inspect("refused").await;
}

async fn go_on(window: &Browser, google: &FakeGoogle, postfix: &Postfix) {
    google.open_mailbox("club", GOOD);
    window.press_under("Senders", "Sign in again").await;
    window.sees("works again").await;
    let received = postfix.received_by_guests(4).expect("what waited goes on by itself");
    assert_eq!(received.len(), 4, "and once");
    window.visit("settings").await;
    window.inspect("works").await;
}
