//! Events made by mail through a real mailbox, and answers that a real mail server delivers.

use serde_json::{Value, json};
use testkit::dovecot::Dovecot;
use testkit::icalendar;
use testkit::organizer::{Calendar, Entry, SERVER, training};
use testkit::postfix::Postfix;

use super::season::PASSWORD;
use crate::program::Program;

/// Who commands: a person whose mail lies elsewhere.
const ANN: &str = "ann@guests.test";
const ADDRESS: &str = "club+create@example.org";

const SEASON: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:final\r\nDTSTART;TZID=Europe/Paris:20350520T140000\r\n\
DURATION:PT2H\r\nSUMMARY:Cup final\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// Ann's own calendar says so.
fn entry() -> Entry<'static> {
    Entry { from: ANN, to: ADDRESS, start: "20350405T180000", end: "20350405T200000", dtstamp: "20260101T090000Z", ..training() }
}

fn connected(dovecot: &Dovecot, postfix: &Postfix) -> Program {
    let program = Program::new();
    program.json(&["calendar", "import", &program.file("Season.ics", SEASON).display().to_string()]);
    program.file("secret", PASSWORD);
    let (smtp, imap, secret) = (postfix.port().to_string(), dovecot.port().to_string(), program.path("secret"));
    let place = |port: &str| {
        ["--host", "127.0.0.1", "--port", port, "--tls", "none", "--user", "club", "--secret-file", &secret].map(str::to_owned)
    };
    let call = |first: &[&str], port: &str| {
        let place = place(port);
        let arguments: Vec<&str> = first.iter().copied().chain(place.iter().map(String::as_str)).collect();
        program.json(&arguments);
    };
    call(&["sender", "add", "smtp", "Post", "--from", "club@example.org"], &smtp);
    call(&["inbox", "add", "imap", "Answers", "--address", "club@example.org", "--authserv-id", SERVER], &imap);
    program.json(&["command", "add", ADDRESS, "--inbox", "Answers", "--calendar", "Season", "--sender", "Post", "--from", ANN]);
    program
}

/// A letter of Ann's own hand, which her server signed.
fn letter(number: u32, more: &str) -> String {
    format!(
        "Authentication-Results: {SERVER}; dkim=pass header.d=guests.test; dmarc=pass header.from=guests.test\r\n{more}From: Ann <{ANN}>\r\n\
         To: {ADDRESS}\r\nSubject: Please add the training\r\nMessage-ID: <letter{number}@guests.test>\r\n\r\nIt is on Monday.\r\n"
    )
}

/// What was delivered to Ann, by its subject, as another program reads it.
fn delivered(postfix: &Postfix, count: usize) -> Vec<Value> {
    let raw = postfix.received_by_guests(count).expect("Ann gets her answers");
    let mut mails = icalendar::read_mail(&raw).expect("Python reads them");
    mails.sort_by_key(|mail| mail["headers"]["subject"].to_string());
    mails
}

#[test]
fn answers_to_invitations_by_mail_are_real_mail_sent_once_and_start_no_exchange() {
    let dovecot = Dovecot::start(&[("club", PASSWORD)]).expect("Dovecot starts");
    let postfix = Postfix::start(&dovecot).expect("Postfix starts");
    let program = connected(&dovecot, &postfix);
    let deliver = |message: &[u8]| dovecot.deliver("club", message).expect("delivered");
    for calendar in Calendar::ALL {
        let uid = format!("{calendar:?}@calendar.example");
        let (uid, summary) = (uid.as_str(), format!("{calendar:?} training — Übung"));
        let made = Entry { uid, summary: &summary, ..entry() };
        deliver(&made.delivered_by(calendar));
        deliver(
            &Entry { sequence: 1, dtstamp: "20260102T090000Z", start: "20350406T180000", end: "20350406T200000", ..made }
                .delivered_by(calendar),
        );
        deliver(&Entry { method: "CANCEL", sequence: 2, dtstamp: "20260103T090000Z", ..made }.delivered_by(calendar));
    }
    deliver(letter(1, "").as_bytes());
    program.json(&["inbox", "pull"]);
    let mails = delivered(&postfix, 10);
    assert_eq!(mails.len(), 10, "an answer to each");
    for mail in &mails {
        let headers = &mail["headers"];
        assert_eq!(mail["defects"], json!([]), "nothing is wrong with it: {mail}");
        assert!(mail["longest_line"].as_u64().is_some_and(|longest| longest <= 998), "every server takes it: {mail}");
        assert_eq!((&mail["type"], &headers["to"]), (&json!("multipart/alternative"), &json!(ANN)), "to Ann: {mail}");
        assert_eq!(headers["auto-submitted"], "auto-replied", "it says what it is: {mail}");
        assert!(headers["in-reply-to"].is_string(), "and to what: {mail}");
        assert!(
            !mail["plain"].as_str().unwrap_or_default().trim().is_empty() && mail["html"].to_string().contains("<table"),
            "in words: {mail}"
        );
    }
    let subjects: Vec<&str> = mails.iter().filter_map(|mail| mail["headers"]["subject"].as_str()).collect();
    for (words, count) in [("Created: ", 3), ("Updated: ", 3), ("Cancelled: ", 3), ("Not done: Please add the training", 1)] {
        assert_eq!(subjects.iter().filter(|subject| subject.starts_with(words)).count(), count, "“{words}”: {subjects:?}");
    }
    let refusal = mails.iter().find(|mail| mail["headers"]["subject"].to_string().contains("Not done")).expect("one explains");
    assert!(refusal["plain"].to_string().contains("add this address as a guest"), "it says what to do: {refusal}");
    nothing_goes_round(&program, &dovecot, &postfix);
}

/// Nothing more leaves, whatever comes back.
fn nothing_goes_round(program: &Program, dovecot: &Dovecot, postfix: &Postfix) {
    let answers = postfix.received_by_guests(10).expect("Ann has her answers");
    for answer in &answers {
        let text = String::from_utf8_lossy(answer).into_owned();
        // A rule of her mailbox passes them on to the address, in her name.
        let passed_on =
            text.replace(&format!("To: {ANN}"), &format!("To: {ADDRESS}")).replace("From: ", &format!("From: Ann <{ANN}>\r\nX-From: "));
        let checked = format!("Authentication-Results: {SERVER}; dkim=pass header.d=guests.test; dmarc=pass header.from=guests.test\r\n");
        dovecot.deliver("club", format!("{checked}{passed_on}").as_bytes()).expect("delivered");
    }
    for (number, more) in (2..).zip(["Auto-Submitted: auto-replied\r\n", "List-Id: <club.lists.example>\r\n", "Precedence: bulk\r\n"]) {
        dovecot.deliver("club", letter(number, more).as_bytes()).expect("delivered");
    }
    let log = program.json(&["command", "log"]);
    program.json(&["inbox", "pull"]);
    dovecot.rebuild("club").expect("renumbered");
    program.json(&["inbox", "pull"]);
    assert_eq!(program.json(&["command", "log"]), log, "none of it is a command");
    let template = program.file("failed.txt", "Subject: Sorry\n\nThat was nothing: {{ details }}\n").display().to_string();
    program.json(&["command", "words", "failed", "--template", &template]);
    dovecot.deliver("club", letter(9, "").as_bytes()).expect("delivered");
    program.json(&["inbox", "pull"]);
    let mails = delivered(postfix, 11);
    assert_eq!(mails.len(), 11, "what came after all that is answered, and nothing else was");
    assert!(mails.iter().any(|mail| mail["headers"]["subject"] == "Sorry"), "in the organizer's new words");
}
