//! A season that is dropped into a calendar of the organizer's own server, changed there, and told to those who hold it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use testkit::radicale::{PASSWORD, Radicale, USER};

use super::season;
use crate::program::{Program, corpus};

const OWN: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//League//Season//EN\r\n\
BEGIN:VEVENT\r\nUID:opener@league.example\r\nDTSTART;TZID=America/Chicago:20060910T151500\r\nDTEND;TZID=America/Chicago:20060910T181500\r\n\
SUMMARY:Opener\r\nLOCATION:North Field\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:training@league.example\r\nDTSTART;TZID=America/Chicago:20060912T180000\r\nDTEND;TZID=America/Chicago:20060912T200000\r\n\
RRULE:FREQ=WEEKLY;COUNT=12\r\nEXDATE;TZID=America/Chicago:20060926T180000\r\nSUMMARY:Training\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
/// From the seasons of the corpus to the years ahead.
const WEEKS: &str = "1300";

/// Connects the server's account, and mirrors a new calendar of it.
fn connected(program: &Program, radicale: &Radicale) {
    let secret = program.file("dav-secret", &format!("{PASSWORD}\n"));
    let secret = secret.to_str().expect("a path");
    let account = program.json(&["account", "add", "caldav", "Club", "--url", &radicale.url(), "--user", USER, "--secret-file", secret]);
    assert_eq!((&account["label"], &account["kind"], &account["state"]), (&json!("Club"), &json!("caldav"), &json!("ok")), "{account}");
    let made = program.json(&["account", "create-calendar", "Club", "Fresh season"]);
    assert!(made["calendar"].as_str().is_some_and(|calendar| !calendar.is_empty()), "it is mirrored: {made}");
}

fn synced(program: &Program) -> Value {
    let reports = program.json(&["sync"]);
    let report = &reports[0]["calendars"][0];
    assert_eq!(
        (&report["problem"], &report["refused"], &report["unreadable"]),
        (&json!(""), &json!(0), &json!(0)),
        "nothing is in the way: {reports}"
    );
    report.clone()
}

/// The file in which the server keeps the first event of this calendar whose text has these words.
fn kept(radicale: &Radicale, words: &str) -> PathBuf {
    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the server's folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                files(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "ics") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    files(&radicale.collections(), &mut found);
    found.sort();
    let has = |path: &PathBuf| fs::read_to_string(path).is_ok_and(|text| text.contains(words));
    found.into_iter().find(has).unwrap_or_else(|| panic!("the server keeps an event with {words}"))
}

/// Edits an event, as another program does.
fn edited_there(radicale: &Radicale, uid: &str, from: &str, to: &str) {
    let file = kept(radicale, uid);
    let path = file.strip_prefix(radicale.collections()).expect("below the collections").display().to_string();
    let text = radicale.call("GET", &format!("/{path}"), "", "").expect("it can be read");
    assert!(text.contains(from), "it says {from}: {text}");
    radicale.call("PUT", &format!("/{path}"), "Content-Type: text/calendar\r\n", &text.replace(from, to)).expect("it can be written");
}

/// Another hour for an event that has one, another place for a whole day: what its file says, and what it is to say.
fn another_time_or_place(event: &Value) -> (String, String) {
    if event["all_day"] == json!(true) {
        return ("DTSTART;".to_owned(), "LOCATION:The other end of town\r\nDTSTART;".to_owned());
    }
    let start = event["start"].as_str().and_then(|start| start.get(..13)).expect("day and hour").replace('-', "");
    let (day, hour) = start.split_once('T').expect("a day and an hour");
    let earlier = hour.parse::<u32>().expect("an hour").checked_sub(1).expect("not in the first hour of a day");
    (
        format!("DTSTART;TZID={}:{day}T{hour}", event["tzid"].as_str().expect("a zone")),
        format!("DTSTART;TZID={}:{day}T{earlier:02}", event["tzid"].as_str().expect("a zone")),
    )
}

fn round(file: &Path, events: u64) {
    let radicale = Radicale::start().expect("Radicale starts");
    let program = season::with_guests(3);
    connected(&program, &radicale);
    let file = file.to_str().expect("a path");
    let import = ["calendar", "import", file, "--calendar", "Fresh season", "--shift-weeks", WEEKS];
    for time in 0..2 {
        let imported = program.json(&import);
        assert_eq!(imported["new"], json!(if time == 0 { events } else { 0 }), "each event comes once: {imported}");
        let report = synced(&program);
        assert_eq!((&report["changes"], report["written"].as_u64() > Some(0)), (&json!(0), time == 0), "and goes there once: {report}");
    }
    let report = synced(&program);
    assert_eq!((&report["changes"], &report["written"]), (&json!(0), &json!(0)), "a further look writes nothing: {report}");

    let listed =
        program.json(&["event", "list", "--from", "2026-12-01", "--to", "2060-01-01", "--calendar", "Fresh season", "--limit", "5"]);
    let rows = listed["events"].as_array().or(listed.as_array()).expect("occurrences");
    let event = rows.first().expect("an occurrence").clone();
    let uid = event["uid"].as_str().expect("a UID");
    program.json(&["sender", "add", "rehearsal", "Practice"]);
    program.json(&["inbox", "add", "rehearsal", "Practice"]);
    let campaign = season::campaign(&program, uid, "Practice", "Practice");
    season::send_to_all(&program, &campaign, 3);
    assert_eq!(program.json(&["changes", "list"]), json!([]), "everyone holds the latest details");

    let (from, to) = another_time_or_place(&event);
    for time in 0..2 {
        if time == 0 {
            edited_there(&radicale, uid, &from, &to);
        }
        let report = synced(&program);
        assert_eq!((&report["changes"], &report["written"]), (&json!(u32::from(time == 0)), &json!(0)), "it comes once: {report}");
        let waiting = program.json(&["changes", "list"]);
        assert_eq!(waiting.as_array().map(Vec::len), Some(1), "the guests who hold it are offered the update, once: {waiting}");
        assert_eq!((&waiting[0]["uid"], &waiting[0]["guests"]), (&json!(uid), &json!(3)), "all three of them: {waiting}");
    }
    let history = program.json(&["event", "history", uid, "--calendar", "Fresh season"]);
    let last = history.as_array().and_then(|versions| versions.iter().max_by_key(|version| version["number"].as_u64())).expect("versions");
    assert!(
        last["source"].as_str().is_some_and(|source| source.contains("account") || source.contains("Club")),
        "its history says from where: {last}"
    );
}

#[test]
fn a_season_pushed_to_a_server_and_changed_there_is_offered_to_those_who_hold_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("league.ics");
    fs::write(&file, OWN).expect("a file");
    round(&file, 2);
}

#[test]
fn seasons_of_the_corpus_go_to_a_server_and_come_back() {
    let Some(corpus) = corpus() else { return eprintln!("skipped: there is no corpus here") };
    for (name, events) in [("ical4j__valid_Packers.ics", 66), ("ical4j__valid_afl2004.ics", 207)] {
        round(&corpus.join("ics").join(name), events);
    }
}
