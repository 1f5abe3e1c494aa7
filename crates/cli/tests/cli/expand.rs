//! `rollcall-cli expand`.

use std::process::Command;

use serde_json::{Value, json};

const SEASON: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:practice\r\nDTSTART;TZID=Central Standard Time:20270306T130000\r\nDURATION:PT2H\r\n\
RRULE:FREQ=WEEKLY;COUNT=4\r\nSUMMARY:Practice\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:practice\r\n\
RECURRENCE-ID;TZID=Central Standard Time:20270320T130000\r\nDTSTART:20270321T150000Z\r\nDURATION:PT2H\r\nSTATUS:CANCELLED\r\nSUMMARY:Practice\r\n\
END:VEVENT\r\nBEGIN:VEVENT\r\nUID:camp\r\nDTSTART;VALUE=DATE:20270315\r\nSUMMARY:Camp\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn expand(text: &str, more: &[&str]) -> (Option<i32>, String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("season.ics");
    std::fs::write(&file, text).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_rollcall-cli"))
        .args(["--json", "expand"])
        .arg(&file)
        .args(more)
        .output()
        .expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn every_occurrence_of_the_window_is_printed_with_its_own_offset() {
    let (status, printed, said) = expand(SEASON, &["--from", "2027-03-10", "--to", "2027-03-28T00:00:00-05:00"]);
    assert_eq!(status, Some(0), "it expands: {said}");
    let found: Value = serde_json::from_str(&printed).expect("one JSON document");
    let practice = |recurrence_id: &str, start: &str, end: &str, tzid: &str, status: &str| {
        json!({"uid": "practice", "recurrence_id": recurrence_id, "summary": "Practice", "start": start, "end": end, "tzid": tzid,
               "all_day": false, "status": status})
    };
    let wanted = json!([
        practice("2027-03-13T13:00:00-06:00", "2027-03-13T13:00:00-06:00", "2027-03-13T15:00:00-06:00", "America/Chicago", "confirmed"),
        {"uid": "camp", "recurrence_id": null, "summary": "Camp", "start": "2027-03-15", "end": "2027-03-16", "tzid": null,
         "all_day": true, "status": "confirmed"},
        practice("2027-03-20T13:00:00-05:00", "2027-03-21T15:00:00Z", "2027-03-21T17:00:00Z", "UTC", "cancelled"),
        practice("2027-03-27T13:00:00-05:00", "2027-03-27T13:00:00-05:00", "2027-03-27T15:00:00-05:00", "America/Chicago", "confirmed"),
    ]);
    assert_eq!(found, wanted, "one o'clock on both sides of the change, the moved one where it moved to");
}

#[test]
fn what_cannot_be_read_is_named_with_its_line() {
    let window = ["--from", "2027-01-01", "--to", "2028-01-01"];
    let (status, printed, said) = expand("BEGIN:VEVENT\nUID:a\nSUMMARY:No start\nEND:VEVENT\n", &window);
    assert_eq!((status, printed.as_str()), (Some(1), ""), "nothing could be read");
    assert!(said.contains("line 1: “No start” has no start"), "the line and the reason: {said}");
    let (status, _, said) = expand(SEASON, &["--from", "soon", "--to", "2028-01-01"]);
    assert_eq!(status, Some(1), "that is no time");
    assert!(said.contains("`soon` is no time"), "what is wrong and what is wanted: {said}");
}
