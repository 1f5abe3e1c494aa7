use serde_json::{Value, json};

use crate::program::Program;

fn with_series() -> Program {
    let program = Program::new();
    let season = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:training\r\nDTSTART;TZID=America/Chicago:20270302T180000\r\n\
        DTEND;TZID=America/Chicago:20270302T193000\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\nSUMMARY:Training\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let file = program.file("Club.ics", season);
    program.json(&["calendar", "import", file.to_str().expect("a path")]);
    program
}

fn march(program: &Program) -> Vec<Value> {
    let listed = program.json(&["event", "list", "--from", "2027-03-01T00:00:00-06:00", "--to", "2027-04-01T00:00:00-05:00"]);
    listed.as_array().expect("a list").clone()
}

fn starts(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["start"].as_str().expect("a start")).collect()
}

#[test]
fn a_list_has_every_field_of_an_occurrence() {
    let program = with_series();
    let events = march(&program);
    let first = &events[0];
    let expected = json!({
        "uid": "training", "recurrence_id": "20270302T180000", "summary": "Training", "start": "2027-03-02T18:00:00-06:00",
        "end": "2027-03-02T19:30:00-06:00", "tzid": "America/Chicago", "all_day": false, "status": "confirmed", "calendar": "Club",
    });
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(&first[name], value, "{name} of an occurrence");
    }
    assert_eq!(events.len(), 4, "each occurrence is a row");
    let page = program.json(&["event", "list", "--from", "2027-03-01", "--to", "2027-04-01", "--limit", "3"]);
    let cursor = page[2]["cursor"].as_str().expect("a cursor");
    let rest = program.json(&["event", "list", "--from", "2027-03-01", "--to", "2027-04-01", "--limit", "3", "--cursor", cursor]);
    assert_eq!(rest.as_array().map(Vec::len), Some(1), "the next page begins after it");
    let masters = program.json(&["event", "list", "--from", "2027-03-01", "--to", "2027-04-01", "--masters"]);
    assert_eq!(masters.as_array().map(Vec::len), Some(1), "a series is one row if asked");
}

#[test]
fn an_event_is_created_changed_deleted_and_restored() {
    let program = with_series();
    let created = program.json(&[
        "event",
        "create",
        "--calendar",
        "Club",
        "--summary",
        "Dinner",
        "--start",
        "2027-03-05T19:00:00",
        "--end",
        "2027-03-05T22:00:00",
        "--tzid",
        "Europe/Berlin",
        "--place",
        "Casino",
    ]);
    let uid = created["uid"].as_str().expect("a UID");
    assert_eq!(
        (created["start"].as_str(), created["calendar"].as_str()),
        (Some("2027-03-05T19:00:00+01:00"), Some("Club")),
        "as it was typed"
    );
    let edited = program.json(&["event", "edit", uid, "--summary", "Banquet"]);
    assert_eq!(edited["summary"], "Banquet", "the title changed");
    assert_eq!(edited["place"], "Casino", "the rest stays");
    program.json(&["event", "delete", uid]);
    assert_eq!(program.json(&["event", "list", "--deleted"])[0]["uid"], uid, "it is kept among the deleted");
    let restored = program.json(&["event", "restore", uid, "--version", "1"]);
    assert_eq!(restored["summary"], "Dinner", "the first version is back");
    let history = program.json(&["event", "history", uid]);
    let numbers: Vec<u64> =
        history.as_array().expect("versions").iter().map(|version| version["number"].as_u64().expect("a number")).collect();
    assert_eq!(numbers, [1, 2, 3, 4], "every step is a version");
    assert_eq!(history[1]["source"], "command_line", "with where it came from");
    assert_eq!(program.json(&["event", "show", uid])["summary"], "Dinner", "it shows");
    let differences = program.json(&["event", "diff", uid, "--from", "1", "--to", "2"]);
    assert_eq!((&differences[0]["old"], &differences[0]["new"]), (&"Dinner".into(), &"Banquet".into()), "two versions are compared");
    assert_eq!(program.json(&["event", "show", uid, "--at", "2100-01-01"])["number"], 4, "it is shown as it was at a time");
    let changes = program.json(&["calendar", "changes", "Club", "--limit", "2"]);
    assert_eq!(changes.as_array().map(Vec::len), Some(2), "no more than was asked for");
    assert_eq!((&changes[1]["version"]["words"], &changes[1]["uid"]), (&"Deleted".into(), &created["uid"]), "the newest first");
    assert_eq!(program.json(&["calendar", "changes", "Club", "--deleted"]), serde_json::json!([]), "nothing is gone any more");
}

#[test]
fn one_occurrence_or_all_that_follow_are_named_by_their_start() {
    let program = with_series();
    program.json(&[
        "event",
        "edit",
        "training",
        "--occurrence",
        "2027-03-09T18:00:00-06:00",
        "--scope",
        "this",
        "--start",
        "2027-03-10T18:00:00",
    ]);
    program.json(&["event", "delete", "training", "--occurrence", "20270316T180000", "--scope", "this"]);
    assert_eq!(
        starts(&march(&program)),
        ["2027-03-02T18:00:00-06:00", "2027-03-10T18:00:00-06:00", "2027-03-23T18:00:00-05:00"],
        "one moved, one is gone"
    );
    program.json(&["event", "edit", "training", "--occurrence", "2027-03-23", "--scope", "following", "--summary", "Late training"]);
    assert_eq!(march(&program)[2]["summary"], "Late training", "from there on it is another series");
    assert_ne!(march(&program)[2]["uid"], "training", "with a UID of its own");
    let nowhere = program.call(&["event", "delete", "training", "--occurrence", "2027-03-04", "--scope", "this"]);
    assert_eq!(nowhere.status, 1, "nothing takes place that day");
    assert!(nowhere.stderr.contains("not_found"), "the code says so: {}", nowhere.stderr);
}

#[test]
fn a_batch_from_a_file_is_all_or_nothing() {
    let program = with_series();
    let bad = json!([{ "summary": "One", "start": "2027-05-01T10:00:00" }, { "summary": "Two", "start": "noon" }]);
    let file = program.file("bad.json", &bad.to_string());
    let refused = program.call(&["event", "create", "--calendar", "Club", "--file", file.to_str().expect("a path")]);
    assert_eq!(refused.status, 1, "one row is wrong");
    assert!(refused.stderr.contains("batch_refused") && refused.stderr.contains("noon"), "it is named: {}", refused.stderr);
    assert_eq!(program.json(&["calendar", "list"])[0]["events"], 1, "nothing was stored");
    let good =
        json!([{ "summary": "One", "start": "2027-05-01T10:00:00" }, { "summary": "Two", "start": "2027-05-02", "calendar": "Club" }]);
    let file = program.file("good.json", &good.to_string());
    let created = program.json(&["event", "create", "--calendar", "Club", "--file", file.to_str().expect("a path")]);
    assert_eq!(created.as_array().map(Vec::len), Some(2), "both are there");
    let uids: Vec<Value> = created.as_array().expect("events").iter().map(|event| json!({ "uid": event["uid"] })).collect();
    let file = program.file("delete.json", &json!(uids).to_string());
    assert_eq!(program.json(&["event", "delete", "--file", file.to_str().expect("a path")])["deleted"], 2, "and gone again");
}

#[test]
fn a_uid_in_two_calendars_needs_its_calendar() {
    let program = with_series();
    let text = program.run(&["calendar", "export", "--calendar", "Club"]).stdout;
    let file = program.file("Copy.ics", &text);
    program.json(&["calendar", "import", file.to_str().expect("a path"), "--calendar", "Copy"]);
    let ambiguous = program.call(&["event", "show", "training"]);
    assert_eq!(ambiguous.status, 1, "it is not guessed");
    assert!(ambiguous.stderr.contains("ambiguous_event"), "the code says so: {}", ambiguous.stderr);
    assert_eq!(program.json(&["event", "show", "training", "--calendar", "Copy"])["calendar"], "Copy", "with its calendar it is clear");
    assert_eq!(program.call(&["event", "show"]).status, 2, "a UID is needed");
}
