//! The independent reader of calendar parts tells good from bad.

use testkit::icalendar;

fn invitation(event: &str) -> String {
    format!(
        "From: club@example.org\r\nTo: ann@example.org\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; method=REQUEST; charset=UTF-8\r\n\r\n\
         BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n{event}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

#[test]
fn a_valid_part_is_read_and_an_invalid_one_is_told() {
    let good = "UID:e1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260105T190000Z\r\nSEQUENCE:2\r\nSUMMARY:Game\r\n\
                ORGANIZER:mailto:club@example.org\r\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:ann@example.org\r\n";
    let bad = "UID:e2\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Nowhere:20260105T190000\r\n";
    let found = icalendar::read(&[invitation(good), invitation(bad), "Subject: plain\r\n\r\ntext\r\n".to_owned()]).unwrap();
    assert_eq!(found[0]["errors"], serde_json::json!([]), "nothing is wrong with {good}");
    assert_eq!((found[0]["uid"].as_str(), found[0]["method"].as_str()), (Some("e1"), Some("REQUEST")), "what stands there: {}", found[0]);
    assert_eq!(found[0]["attendees"][0]["partstat"], "NEEDS-ACTION", "parameters too: {}", found[0]);
    assert!(found[1]["errors"].to_string().contains("no VTIMEZONE for Nowhere"), "a zone without its rules: {}", found[1]);
    assert!(found[2]["errors"].to_string().contains("no text/calendar part"), "no invitation at all: {}", found[2]);
}
