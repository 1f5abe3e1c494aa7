use std::fs;

use serde_json::{Value, json};
use testkit::dovecot::Dovecot;
use testkit::icalendar;
use testkit::postfix::Postfix;

use super::season::{self, FINAL, PASSWORD, guest};
use super::thousand_smtp::connect;
use crate::program::Program;

/// What a guest's calendar program keeps of an invitation.
pub(super) struct Held {
    guest: String,
    organizer: String,
    uid: String,
    sequence: u64,
}

impl Held {
    pub(super) fn of(number: usize, invitations: &[Value]) -> Self {
        let guest = guest(number);
        let is_theirs = |read: &&Value| read["attendees"][0]["address"] == format!("mailto:{guest}").as_str();
        let read = invitations.iter().find(is_theirs).expect("their invitation");
        let organizer = read["organizer"]["address"].as_str().and_then(|address| address.strip_prefix("mailto:")).expect("an organizer");
        let uid = read["uid"].as_str().expect("a UID").to_owned();
        Self { organizer: organizer.to_owned(), uid, sequence: read["sequence"].as_u64().expect("a SEQUENCE"), guest }
    }

    /// Somebody else has a copy of it.
    pub(super) fn answered_by(self, address: &str) -> Self {
        Self { guest: address.to_owned(), ..self }
    }

    /// Google's shape: machine-made, ORGANIZER and times in UTC, words in a parameter.
    pub(super) fn gmail(&self, partstat: &str) -> Vec<u8> {
        let Self { guest, organizer, uid, sequence } = self;
        let text = format!(
            "From: Zoë Guest <{guest}>\nSender: Google Calendar <calendar-notification@google.example>\nTo: {organizer}\nSubject: {partstat}: Cup final\n\
             Message-ID: <calendar-{uid}>\nDate: Mon, 5 Mar 2035 12:00:00 +0000\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n\
             Content-Type: multipart/alternative; boundary=\"0000bb\"\n\n\
             --0000bb\nContent-Type: text/plain; charset=\"UTF-8\"; format=flowed; delsp=yes\n\n{guest} has answered.\n\
             --0000bb\nContent-Type: text/calendar; charset=\"UTF-8\"; method=REPLY\nContent-Transfer-Encoding: 7bit\n\n\
             BEGIN:VCALENDAR\nPRODID:-//Google Inc//Google Calendar 70.9054//EN\nVERSION:2.0\nCALSCALE:GREGORIAN\nMETHOD:REPLY\nBEGIN:VEVENT\n\
             DTSTART:20350520T180000Z\nDTEND:20350520T200000Z\nDTSTAMP:20350305T120000Z\nORGANIZER;CN=Club:mailto:{organizer}\nUID:{uid}\n\
             ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};X-NUM-GUESTS=1;X-RESPONSE-COMMENT=\"=1+1\":mailto:{guest}\n\
             SEQUENCE:{sequence}\nSTATUS:CONFIRMED\nSUMMARY:Cup final\nTRANSP:OPAQUE\nEND:VEVENT\nEND:VCALENDAR\n--0000bb--\n"
        );
        text.replace('\n', "\r\n").into_bytes()
    }

    /// Exchange's shape: no ORGANIZER, a zone of Windows, its own words in SUMMARY.
    pub(super) fn outlook(&self, partstat: &str) -> Vec<u8> {
        let Self { guest, organizer, uid, sequence } = self;
        let text = format!(
            "From: Zoë Guest <{guest}>\nTo: {organizer}\nSubject: Re: Cup final\nThread-Topic: Cup final\nMessage-ID: <exchange-{uid}>\n\
             Date: Mon, 5 Mar 2035 12:00:00 +0000\nContent-Type: multipart/alternative;\n\tboundary=\"_002_AA_\"\nMIME-Version: 1.0\n\n\
             --_002_AA_\nContent-Type: text/plain; charset=\"us-ascii\"\n\n\n\
             --_002_AA_\nContent-Type: text/calendar; charset=\"utf-8\"; method=REPLY\n\n\
             BEGIN:VCALENDAR\nMETHOD:REPLY\nPRODID:Microsoft Exchange Server 2010\nVERSION:2.0\nBEGIN:VEVENT\n\
             ATTENDEE;PARTSTAT={partstat};CN=Zoe Guest:mailto:{guest}\nCOMMENT;LANGUAGE=en-US:\\n\nUID:{uid}\n\
             SUMMARY;LANGUAGE=en-US:Declined: Cup final\nDTSTART;TZID=Eastern Standard Time:20350520T140000\n\
             DTEND;TZID=Eastern Standard Time:20350520T160000\nDTSTAMP:20350305T120000Z\nSEQUENCE:{sequence}\nEND:VEVENT\nEND:VCALENDAR\n--_002_AA_--\n"
        );
        text.replace('\n', "\r\n").into_bytes()
    }
}

/// Invites five guests to the final through Postfix; gives what each of them got, as Python reads it.
pub(super) fn invite(program: &Program, postfix: &Postfix) -> Vec<Value> {
    let id = season::campaign(program, FINAL, "Post", "Answers");
    season::send_to_all(program, &id, 5);
    icalendar::read(&postfix.received_by_guests(5).expect("all arrive")).expect("Python reads them")
}

#[test]
fn answers_in_a_dovecot_mailbox_are_pulled_once_shown_exported_and_charted() {
    let dovecot = Dovecot::start(&[("club", PASSWORD)]).expect("Dovecot starts");
    let postfix = Postfix::start(&dovecot).expect("Postfix starts");
    let program = season::with_guests(5);
    connect(&program, &dovecot, &postfix);
    let invitations = invite(&program, &postfix);
    let held = |number| Held::of(number, &invitations);
    for answer in [held(1).gmail("ACCEPTED"), held(2).outlook("DECLINED"), held(3).gmail("TENTATIVE"), held(4).outlook("ACCEPTED")] {
        dovecot.deliver("club", &answer).expect("delivered");
    }
    let pulled = program.json(&["inbox", "pull", "Answers"]);
    let counts = |pulled: &Value| ["messages", "answers", "bounces", "desk", "other"].map(|name| pulled[name].as_u64().expect("a count"));
    assert_eq!(counts(&pulled), [4, 4, 0, 0, 0], "every answer is understood: {pulled}");
    let shown = program.json(&["answers", "show", "--event", FINAL]);
    assert_shown(&shown);
    let again = program.json(&["inbox", "pull"]);
    assert_eq!(again["answers"], 0, "a second look finds no answer: {again}");
    assert_eq!(program.json(&["answers", "show", "--event", FINAL]), shown, "and changes nothing");
    assert_exported(&program);
    assert_charted(&program);
}

fn assert_shown(shown: &Value) {
    let counts = ["yes", "maybe", "no", "none"].map(|name| shown[name].as_u64().expect("a count"));
    assert_eq!(counts, [2, 1, 1, 1], "two yes, one each of the others: {shown}");
    let guests = shown["guests"].as_array().expect("guests");
    assert_eq!(guests.len(), 5, "everyone who was invited is there");
    for (number, expected) in (1..).zip(["yes", "no", "maybe", "yes", "none"]) {
        let row = guests.iter().find(|row| row["email"] == guest(number).as_str()).expect("the guest");
        assert_eq!(row["answer"], expected, "what they said: {row}");
        let text = |name: &str| row[name].as_str().expect("text");
        let answered = expected != "none";
        assert_eq!(text("at").ends_with('Z'), answered, "when they said it: {row}");
        assert_eq!(!text("receipt").is_empty(), answered, "the message that said so: {row}");
        assert_eq!(row["revision"], u32::from(answered), "to which revision: {row}");
    }
}

fn assert_exported(program: &Program) {
    let out = program.path("answers.csv");
    assert_eq!(program.json(&["answers", "export", "--event", FINAL, "--csv", "--out", &out]), json!(out), "it says where it is");
    let table = fs::read_to_string(&out).expect("the file is there");
    assert_eq!(table.lines().count(), 6, "a heading and everyone: {table}");
    let row = table.lines().find(|line| line.starts_with("guest1@guests.test,")).expect("a row for each guest");
    assert!(row.contains(",Cup final,yes,") && row.ends_with(",'=1+1"), "with the answer, and with words that no spreadsheet runs: {row}");
    let printed = program.run(&["answers", "export", "--event", FINAL, "--csv"]);
    assert_eq!(printed.stdout.trim_end(), table.trim_end(), "without --out the same is printed");
}

fn assert_charted(program: &Program) {
    for kind in ["answers", "timeline", "season", "funnel", "waits", "providers", "channels", "bounces"] {
        let (svg, png) = (program.path(&format!("{kind}.svg")), program.path(&format!("{kind}.png")));
        let drawn = program.json(&["chart", kind, "--event", FINAL, "--out", &svg]);
        assert_eq!(drawn, json!({ "chart": kind, "file": svg }), "it says what it drew");
        let text = fs::read_to_string(&svg).expect("the file is there");
        assert!(text.starts_with("<svg") && text.trim_end().ends_with("</svg>"), "{kind} is a drawing: {text}");
        program.json(&["chart", kind, "--event", FINAL, "--out", &png]);
        assert!(fs::read(&png).expect("the file is there").starts_with(b"\x89PNG\r\n\x1a\n"), "{kind} is a picture");
    }
    let numbers = |arguments: &[&str]| {
        let csv = program.path("chart.csv");
        program.json(&[&["chart"], arguments, &["--out", &csv]].concat());
        fs::read_to_string(&csv).expect("the file is there")
    };
    let funnel = "Step,Guests,Share\nSent,5,100 %\nAccepted by server,5,100 %\nAnswered,4,80 %\nYes,2,40 %\n";
    assert_eq!(numbers(&["funnel", "--event", FINAL]), funnel, "from sent to yes");
    let campaigns = program.json(&["campaign", "list"]);
    let id = campaigns[0]["id"].as_str().expect("the campaign");
    assert_eq!(numbers(&["funnel", "--campaign", id]), funnel, "the campaign invited the same guests");
    assert!(numbers(&["providers", "--event", FINAL]).contains("All others,5,2,1,1,1,40 %"), "nobody is with a large provider");
    assert!(numbers(&["channels", "--event", FINAL]).contains("In their calendar,4,2,1,1,0,50 %"), "every answer came from a calendar");
    assert_eq!(numbers(&["bounces", "--event", FINAL]), "Reason,Messages,Share\n", "everything arrived");
    for of in [["--event", FINAL], ["--campaign", id]] {
        let pdf = program.path("report.pdf");
        let saved = program.json(&[&["report"], &of[..], &["--out", &pdf]].concat());
        assert_eq!(saved, json!({ "file": pdf }), "it says where it is");
        assert!(fs::read(&pdf).expect("the file is there").starts_with(b"%PDF-"), "a report of one page");
    }
    let alone = program.call(&["chart", "compare", "--event", FINAL, "--out", &program.path("compare.svg")]);
    assert_eq!(alone.status, 1, "one event is compared with nothing: {}", alone.stderr);
    let twice = numbers(&["compare", "--event", FINAL, "--event", FINAL]);
    assert_eq!(twice.lines().filter(|line| line.starts_with("Cup final,")).count(), 2, "each that is named has its row: {twice}");
    assert_eq!(program.call(&["chart", "funnel", "--out", "x.svg"]).status, 2, "a chart is of something");
    assert_eq!(program.call(&["chart", "answers", "--event", "nowhere", "--out", "x.svg"]).status, 1, "nothing is drawn of no event");
}
