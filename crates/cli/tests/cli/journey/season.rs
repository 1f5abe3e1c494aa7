//! What the journeys start from, and what every invitation of theirs must be.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testkit::icalendar;

use crate::program::Program;

/// The series that guests are invited to.
pub(super) const TRAINING: &str = "training-2035@club.example";
/// A single event beside it.
pub(super) const FINAL: &str = "final-2035@club.example";
/// The password of the account `club`, as `--secret-file` wants it.
pub(super) const PASSWORD: &str = "planted-password-7741";

const SEASON: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Club//Season//EN\r\n\
BEGIN:VEVENT\r\nUID:training-2035@club.example\r\nDTSTART;TZID=America/New_York:20350305T183000\r\nDTEND;TZID=America/New_York:20350305T203000\r\n\
RRULE:FREQ=WEEKLY;COUNT=4\r\nSUMMARY:Training\\, indoors\r\nLOCATION:Armory\\, Main Street 1\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:final-2035@club.example\r\nDTSTART;TZID=America/New_York:20350520T140000\r\nDTEND;TZID=America/New_York:20350520T160000\r\n\
SUMMARY:Cup final\r\nLOCATION:Harbor Field\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

const MESSAGE: &str =
    "Subject: {{ event.summary }} is coming up\nDear {{ first_name | default(\"friend\") }},\n\nplease say whether you come.\n";

/// A program that knows the season and so many guests, `guest1@guests.test` and on, on the list `Members`.
pub(super) fn with_guests(guests: usize) -> Program {
    let program = Program::new();
    let season = program.file("Season.ics", SEASON);
    let imported = program.json(&["calendar", "import", season.to_str().expect("a path")]);
    assert_eq!((imported["new"].as_u64(), &imported["invalid"]), (Some(2), &json!([])), "the season comes in");
    let rows: Vec<String> = (1..=guests).map(|number| format!("Zoë,Guest {number},{}", guest(number))).collect();
    let table = program.file("guests.csv", &format!("First name,Last name,Email\n{}\n", rows.join("\n")));
    let imported = program.json(&["guests", "import", table.to_str().expect("a path"), "--list", "Members"]);
    assert_eq!(imported["new"].as_u64(), u64::try_from(guests).ok(), "the guests come in: {imported}");
    program.file("secret", &format!("{PASSWORD}\n"));
    program.file("message.txt", MESSAGE);
    program
}

pub(super) fn guest(number: usize) -> String {
    format!("guest{number}@guests.test")
}

/// Writes a campaign to the list `Members` through the sender and the inbox of these names; gives its id.
pub(super) fn campaign(program: &Program, event: &str, sender: &str, inbox: &str) -> String {
    let template = program.path("message.txt");
    let arguments =
        ["campaign", "create", "--event", event, "--list", "Members", "--sender", sender, "--inbox", inbox, "--template", &template];
    program.json(&arguments)["id"].as_str().expect("an id").to_owned()
}

/// Previews, sends, and sends again: everyone is accepted at the first time, and the second adds nothing.
pub(super) fn send_to_all(program: &Program, id: &str, guests: u64) {
    let preview = program.json(&["campaign", "preview", id]);
    assert_eq!((preview["mails"].as_u64(), preview["guests"].as_u64()), (Some(guests), Some(guests)), "one mail each: {preview}");
    for name in ["blockers", "left_out", "missing"] {
        assert_eq!(preview[name], json!([]), "nothing is in the way: {preview}");
    }
    let looked = program.json(&["campaign", "send", id]);
    assert_eq!(looked, preview, "without --yes it is only looked at");
    assert_eq!(program.json(&["campaign", "status", id])["state"], "draft", "and nothing is sent");
    let sent = program.json(&["campaign", "send", id, "--yes"]);
    assert_all_accepted(&sent, guests);
    let again = program.json(&["campaign", "send", id, "--yes"]);
    assert_all_accepted(&again, guests);
    assert_all_accepted(&program.json(&["campaign", "status", id]), guests);
    let ledger = program.json(&["ledger", "list", "--campaign", id, "--limit", "5000"]);
    assert_eq!(ledger["total"].as_u64(), Some(guests), "the ledger has one row for each, also after the second time");
    let rows = ledger["rows"].as_array().expect("rows");
    assert!(rows.iter().all(|row| row["state"] == "accepted" && row["attempt"] == 1), "each was handed over once");
}

fn assert_all_accepted(status: &Value, guests: u64) {
    let count = |name: &str| status[name].as_u64().unwrap_or_else(|| panic!("{name} is a number: {status}"));
    assert_eq!((count("total"), count("accepted")), (guests, guests), "everyone's was accepted: {status}");
    for name in ["queued", "handed_over", "retry", "refused", "uncertain", "skipped", "superseded", "bounced", "complained"] {
        assert_eq!(count(name), 0, "none is {name}: {status}");
    }
    assert_eq!((&status["state"], &status["waiting"]), (&json!("done"), &json!("")), "it is over");
}

/// Reads every message with somebody else's parser: valid, to one guest, naming that guest alone, and one for each of so many.
pub(super) fn assert_each_guest_got_their_own(messages: &[Vec<u8>], guests: usize) {
    let mut reached = BTreeSet::new();
    for read in icalendar::read(messages).expect("Python reads them") {
        assert_eq!(read["errors"], json!([]), "the calendar part is valid: {read}");
        assert_eq!((&read["method"], &read["header_method"]), (&json!("REQUEST"), &json!("REQUEST")), "an invitation: {read}");
        assert_eq!((&read["events"], &read["summary"]), (&json!(1), &json!("Training, indoors")), "to what was chosen: {read}");
        assert_eq!(read["start"]["tzid"], "America/New_York", "in the zone of its place: {read}");
        assert_eq!(read["rrule"], "FREQ=WEEKLY;COUNT=4", "with every date: {read}");
        let attendees = read["attendees"].as_array().expect("attendees");
        assert_eq!(attendees.len(), 1, "it names nobody else: {read}");
        let address = attendees[0]["address"].as_str().and_then(|address| address.strip_prefix("mailto:")).expect("an address").to_owned();
        let to = read["to"].as_str().expect("To");
        assert!(to.ends_with(&format!("<{address}>")) && to.matches('@').count() == 1, "it is addressed to that guest alone: {read}");
        assert!(reached.insert(address), "nobody gets two: {read}");
    }
    let invited: BTreeSet<String> = (1..=guests).map(guest).collect();
    assert_eq!(reached, invited, "nobody is forgotten and no stranger is invited");
}

/// The values of a header, one for each line that has it.
pub(super) fn headers<'m>(message: &'m str, name: &str) -> Vec<&'m str> {
    let head = message.lines().take_while(|line| !line.is_empty());
    head.filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
}
