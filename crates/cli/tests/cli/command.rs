//! Invitations by mail as scripts handle them, over Dovecot and a server that counts.

use serde_json::{Value, json};
use testkit::counting_smtp::CountingSmtp;
use testkit::dovecot::Dovecot;
use testkit::organizer::{Calendar, Entry, training};

use crate::program::Program;

const ADDRESS: &str = "club+create@club.example";
const PASSWORD: &str = "planted-password-7741";
const SEASON: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:final\r\nDTSTART;TZID=Europe/Paris:20350520T140000\r\n\
DURATION:PT2H\r\nSUMMARY:Cup final\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// An invitation as Google writes it, from Ann, which the inbox's server found genuine.
fn invitation(method: &str, sequence: u32, start: &str) -> Vec<u8> {
    let (end, dtstamp) = (start.replace("T18", "T20"), format!("2026010{sequence}T090000Z"));
    let entry = Entry { method, sequence, start, end: &end, dtstamp: &dtstamp, summary: "Hall training", to: ADDRESS, ..training() };
    entry.delivered_by(Calendar::Google)
}

fn connected(dovecot: &Dovecot, server: &CountingSmtp) -> Program {
    let program = Program::new();
    program.json(&["calendar", "import", &program.file("Season.ics", SEASON).display().to_string()]);
    program.file("secret", PASSWORD);
    let (smtp, imap, secret) = (server.port().to_string(), dovecot.port().to_string(), program.path("secret"));
    program.json(&[
        "sender",
        "add",
        "smtp",
        "Post",
        "--from",
        "club@club.example",
        "--host",
        "127.0.0.1",
        "--port",
        &smtp,
        "--tls",
        "none",
    ]);
    let place = ["--host", "127.0.0.1", "--port", &imap, "--tls", "none", "--user", "club", "--secret-file", &secret];
    let inbox = ["inbox", "add", "imap", "Answers", "--address", "club@club.example", "--authserv-id", "mx.club.example"];
    program.json(&[&inbox[..], &place].concat());
    program
}

fn add<'a>(address: &'a str, verb: &'a str) -> Vec<&'a str> {
    vec!["command", verb, address, "--inbox", "Answers", "--calendar", "Season", "--sender", "Post", "--from", "ann@club.example"]
}

fn outcomes(log: &Value) -> Vec<&str> {
    log.as_array().expect("a log").iter().rev().filter_map(|taken| taken["outcome"].as_str()).collect()
}

#[test]
fn invitations_to_an_address_are_followed_confirmed_and_logged() {
    let dovecot = Dovecot::start(&[("club", PASSWORD)]).expect("Dovecot starts");
    let server = CountingSmtp::builder().start().expect("the server starts");
    let program = connected(&dovecot, &server);
    let refused = program.call(&add("club@club.example", "add"));
    assert!(
        refused.status == 1 && refused.stderr.contains(ADDRESS),
        "the inbox's own address is none, and one is suggested: {}",
        refused.stderr
    );
    let added = program.json(&add(ADDRESS, "add"));
    let wanted = json!({ "id": added["id"], "address": ADDRESS, "inbox": "Answers", "calendar": "Season", "sender": "Post",
        "allowed": ["ann@club.example"], "trusts_silence": false, "problem": "" });
    assert_eq!(added, wanted, "what was added");
    assert_eq!(program.json(&["command", "list"]), json!([wanted]), "and is listed");
    assert_eq!(program.json(&["command", "log"]), json!([]), "nothing came yet");

    let deliver = |message: Vec<u8>| dovecot.deliver("club", &message).expect("delivered");
    deliver(invitation("REQUEST", 0, "20350405T180000"));
    deliver(invitation("REQUEST", 1, "20350406T180000"));
    program.json(&["inbox", "pull"]);
    let log = program.json(&["command", "log", ADDRESS]);
    assert_eq!(outcomes(&log), ["created", "updated"], "both were followed: {log}");
    let fields: Vec<&String> = log[0].as_object().expect("an object").keys().collect();
    let names = ["address", "at", "detail", "event", "from", "outcome", "receipt", "reply", "reply_problem", "subject", "uid"];
    assert!(names.iter().all(|name| fields.iter().any(|field| field == name)), "its fields: {log}");
    assert_eq!((&log[0]["reply"], &log[0]["from"]), (&json!("sent"), &json!("ann@club.example")), "it was confirmed: {log}");
    let events = program.json(&["event", "list", "--from", "2035-04-01", "--to", "2035-05-01", "--search", "Hall"]);
    let uid = events[0]["uid"].as_str().expect("an event").to_owned();
    assert_eq!(log[0]["uid"], json!(uid), "the event of the log is the one in the calendar: {events}");
    deliver(invitation("CANCEL", 2, "20350406T180000"));
    program.json(&["inbox", "pull"]);
    assert_eq!(outcomes(&program.json(&["command", "log"])), ["created", "updated", "cancelled"], "and cancelled");
    let mails: Vec<String> = server.messages().iter().map(|mail| String::from_utf8_lossy(&mail.data).into_owned()).collect();
    assert_eq!(mails.len(), 3, "a mail for each");
    for (mail, subject) in mails.iter().zip(["Created: ", "Updated: ", "Cancelled: "]) {
        assert!(mail.contains(&format!("Subject: {subject}Hall training")) && mail.contains("To: ann@club.example"), "to Ann: {mail}");
        assert!(mail.contains("Auto-Submitted: auto-replied"), "as an answer: {mail}");
    }
    program.json(&["inbox", "pull"]);
    assert_eq!(server.count(), 3, "none of them twice");
}

#[test]
fn addresses_are_changed_and_removed_and_their_words_rewritten() {
    let dovecot = Dovecot::start(&[("club", PASSWORD)]).expect("Dovecot starts");
    let server = CountingSmtp::builder().start().expect("the server starts");
    let program = connected(&dovecot, &server);
    program.json(&add(ADDRESS, "add"));
    assert_eq!(program.call(&add(ADDRESS, "add")).status, 1, "an address is added once");
    let unchecked = [add(ADDRESS, "set"), vec!["--allow-unchecked"]].concat();
    assert_eq!(program.json(&unchecked)["trusts_silence"], true, "it is changed");
    let kinds = |words: &Value| words.as_array().expect("words").iter().map(|kind| kind["kind"].clone()).collect::<Vec<_>>();
    let words = program.json(&["command", "words"]);
    assert_eq!(kinds(&words), ["created", "updated", "cancelled", "failed"], "what is answered: {words}");
    let file = program.file("created.txt", "Subject: Ready: {{ event.summary }}\n\nIt is in {{ calendar }}.\n").display().to_string();
    let written = program.json(&["command", "words", "created", "--template", &file]);
    assert_eq!(
        (&written["subject"], &written["version"]),
        (&json!("Ready: {{ event.summary }}"), &json!(2)),
        "the second version: {written}"
    );
    assert_eq!(program.json(&["command", "remove", ADDRESS]), json!({ "removed": ADDRESS }), "removed");
    assert_eq!(program.json(&["command", "list"]), json!([]), "it is gone");
    assert_eq!(program.call(&["command", "remove", ADDRESS]).status, 1, "and cannot go twice");
}
