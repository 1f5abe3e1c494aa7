//! `rollcall-cli inspect`.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

const REPLY: &str = "From: Zoe <zoe@example.com>\r\nTo: answers+k3v9x2m4q8w1z7@club.example\r\nSubject: Accepted: Game\r\nMIME-Version: 1.0\r\n\
Content-Type: text/calendar; method=REPLY; charset=UTF-8\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n\
UID:game-7.k3v9x2m4q8w1z7@club.example\r\nRECURRENCE-ID;TZID=America/Chicago:20270321T133000\r\nDTSTART;TZID=America/Chicago:20270321T133000\r\n\
SEQUENCE:2\r\nDTSTAMP:20270116T080000Z\r\nATTENDEE;PARTSTAT=TENTATIVE;CN=Zoe:MAILTO:zoe@example.com\r\nCOMMENT:A bit late\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

const BOUNCE: &str = "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org\r\nTo: answers@club.example\r\nSubject: failure notice\r\n\r\n\
Hi. This is the qmail-send program at mx.example.org.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n\
<nobody@example.net>:\r\n192.0.2.1 does not like recipient.\r\nRemote host said: 550 5.1.1 no such user\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n\
Message-ID: <abc@club.example>\r\nTo: nobody@example.net\r\n\r\nHello\r\n";

/// Exit status and one JSON value for each line of standard output.
fn inspect(file: &Path) -> (Option<i32>, Vec<Value>) {
    let output =
        Command::new(env!("CARGO_BIN_EXE_rollcall-cli")).args(["--json", "inspect"]).arg(file).output().expect("the program starts");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.code(), text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

fn inspect_text(name: &str, text: &str) -> (Option<i32>, Vec<Value>) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(name);
    std::fs::write(&file, text).expect("a file");
    inspect(&file)
}

#[test]
fn an_answer_is_shown_with_who_said_what_about_which_date() {
    let (status, found) = inspect_text("reply.eml", REPLY);
    assert_eq!(status, Some(0), "it is understood");
    assert_eq!(found.len(), 1, "one message, one line");
    let expected = [
        ("kind", "reply"),
        ("method", "REPLY"),
        ("uid", "game-7.k3v9x2m4q8w1z7@club.example"),
        ("recurrence_id", "TZID=America/Chicago:20270321T133000"),
        ("attendee", "zoe@example.com"),
        ("partstat", "TENTATIVE"),
        ("comment", "A bit late"),
    ];
    for (field, value) in expected {
        assert_eq!(found[0][field], value, "{field}");
    }
    assert_eq!(found[0]["sequence"], 2, "the sequence that it echoes");
    assert_eq!(found[0]["events"], 1, "one event");
    assert_eq!(found[0]["problems"], serde_json::json!([]), "nothing is wrong with it");
    assert_eq!(found[0]["bounce"], Value::Null, "and nothing bounced");
}

#[test]
fn a_mailbox_file_gives_one_line_for_each_message() {
    let mailbox = format!("From a@example.org  Sat Oct  4 08:00:09 2025\n{BOUNCE}\nFrom b@example.org  Sat Oct  4 08:00:10 2025\n{REPLY}");
    let (status, found) = inspect_text("box.mbox", &mailbox);
    assert_eq!(status, Some(0), "both are understood");
    assert_eq!(found.len(), 2, "two messages, two lines");
    assert_eq!(found[0]["kind"], "bounce", "the first failed");
    assert_eq!(found[0]["bounce"]["recipient"], "nobody@example.net", "for this address");
    assert_eq!(found[0]["bounce"]["status"], "5.1.1", "with this status");
    assert_eq!(found[0]["bounce"]["kind"], "hard", "for ever");
    assert_eq!(found[1]["kind"], "reply", "the second answers");
}

#[test]
fn a_calendar_counts_its_events_and_names_what_is_wrong() {
    let calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:one\r\nDTSTART:20270314T120000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:two\r\nDTSTART:tomorrow\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let (status, found) = inspect_text("two.ics", calendar);
    assert_eq!(status, Some(0), "one of them can be used");
    assert_eq!(found[0]["kind"], "calendar", "no method, no message");
    assert_eq!(found[0]["events"], 2, "the good one, and the one that is named");
    let problems = found[0]["problems"].as_array().expect("a list");
    assert!(problems.iter().any(|problem| problem["line"] == 9 || problem["line"] == 7), "with its line: {problems:?}");
}

#[test]
fn what_cannot_be_read_fails() {
    let (status, _) = inspect_text("noise.eml", "\u{0}\u{1}\u{2}");
    assert_eq!(status, Some(1), "neither mail nor calendar");
    assert_eq!(inspect(Path::new("no-such-file.eml")).0, Some(1), "no file");
}
