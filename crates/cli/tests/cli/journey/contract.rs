//! The fields that scripts rely on.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::season::{self, FINAL, guest};
use crate::program::Program;

const ROUND: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
BEGIN:VEVENT\r\nUID:one\r\nDTSTART;TZID=America/New_York:20350305T180000\r\nDTEND;TZID=America/New_York:20350305T200000\r\nSUMMARY:One\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:two\r\nDTSTART;TZID=America/New_York:20350312T180000\r\nDTEND;TZID=America/New_York:20350312T200000\r\nSUMMARY:Two\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:three\r\nDTSTART;TZID=America/New_York:20350319T180000\r\nDTEND;TZID=America/New_York:20350319T200000\r\nSUMMARY:Three\r\nEND:VEVENT\r\n\
END:VCALENDAR\r\n";

/// Three guests and a campaign to invite them to the final through the practice outbox; gives its id too.
fn drafted() -> (Program, String) {
    let program = season::with_guests(3);
    program.json(&["sender", "add", "rehearsal", "Outbox"]);
    program.json(&["inbox", "add", "rehearsal", "Answers"]);
    let id = season::campaign(&program, FINAL, "Outbox", "Answers");
    (program, id)
}

/// The same, sent.
fn invited() -> (Program, String) {
    let (program, id) = drafted();
    season::send_to_all(&program, &id, 3);
    (program, id)
}

fn names(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

fn assert_has(value: &Value, wanted: &[&str]) {
    let found = names(value);
    let missing: Vec<&&str> = wanted.iter().filter(|name| !found.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?} is missing from {value}");
}

#[test]
fn the_ledger_and_the_status_have_their_fields() {
    let (program, id) = invited();
    let status = program.json(&["campaign", "status", &id]);
    assert_has(
        &status,
        &[
            "state",
            "waiting",
            "total",
            "queued",
            "handed_over",
            "retry",
            "accepted",
            "refused",
            "uncertain",
            "skipped",
            "superseded",
            "bounced",
            "complained",
        ],
    );
    let page = program.json(&["ledger", "list", "--state", "accepted", "--limit", "2"]);
    assert_eq!((page["total"].as_u64(), page["rows"].as_array().map(Vec::len)), (Some(3), Some(2)), "a page of what there is: {page}");
    let row = &page["rows"][0];
    assert_eq!((&row["state"], &row["method"], &row["attempt"]), (&json!("accepted"), &json!("request"), &json!(1)), "a row: {row}");
    assert_eq!((&row["campaign"], &row["summary"]), (&json!(id), &json!("Cup final")), "of this campaign and event: {row}");
    assert_has(row, &["id", "guest", "address", "name", "event", "reason", "at", "remote_id"]);
    let next = page["next"].as_str().expect("where the next page begins");
    let rest = program.json(&["ledger", "list", "--state", "accepted", "--limit", "2", "--cursor", next]);
    assert_eq!((rest["rows"].as_array().map(Vec::len), &rest["next"]), (Some(1), &json!("")), "the rest: {rest}");
    assert_eq!(program.json(&["ledger", "list", "--state", "uncertain"])["rows"], json!([]), "nothing is in doubt");
    let settled = program.call(&["ledger", "settle", row["id"].as_str().expect("an id"), "sent"]);
    assert_eq!(settled.status, 1, "what was accepted is not in doubt: {}", settled.stderr);
    let preview = program.json(&["campaign", "preview", &id, "--guest", &guest(2), "--eml", &program.path("two.eml")]);
    assert_has(&preview, &["from", "to", "subject", "html", "text", "calendar", "raw"]);
    assert!(preview["to"].as_str().is_some_and(|to| to.contains(&guest(2))), "as this guest gets it: {preview}");
}

#[test]
fn a_change_is_listed_until_its_guests_are_told() {
    let (program, _) = invited();
    assert_eq!(program.json(&["changes", "list"]), json!([]), "everyone knows how things stand");
    program.json(&["event", "edit", FINAL, "--start", "2035-05-20T15:00:00", "--end", "2035-05-20T17:00:00"]);
    let changes = program.json(&["changes", "list"]);
    assert_eq!((&changes[0]["uid"], &changes[0]["guests"]), (&json!(FINAL), &json!(3)), "three hold old details: {changes}");
    let fields = changes[0]["fields"].as_array().expect("fields");
    let start = fields.iter().find(|field| field["name"] == "start").expect("the start changed");
    assert!(
        start["old"].as_str().is_some_and(|old| old.contains("14:00")) && start["new"].as_str().is_some_and(|new| new.contains("15:00")),
        "from what to what: {start}"
    );
    let looked = program.json(&["changes", "send", FINAL]);
    assert_eq!(looked["mails"], 3, "without --yes it is only looked at");
    let sent = program.json(&["changes", "send", FINAL, "--to", "all", "--yes"]);
    assert_eq!((&sent["accepted"], &sent["state"]), (&json!(3), &json!("done")), "all are told: {sent}");
    assert_eq!(program.json(&["changes", "list"]), json!([]), "and know it then");
}

#[test]
fn a_folder_that_is_no_maildir_is_refused_with_what_is_wrong_with_it() {
    let program = Program::new();
    let add = |path: &str| program.call(&["inbox", "add", "maildir", "Post", "--address", "club@club.test", "--path", path]);
    for (path, words) in [("Nowhere", "is not there"), ("file", "is not a folder"), ("folder", "has the folders new and cur")] {
        let path = program.path(path);
        if words.contains("not a folder") {
            std::fs::write(&path, "").expect("a file");
        } else if words.contains("new and cur") {
            std::fs::create_dir(&path).expect("a folder");
        }
        let refused = add(&path);
        assert!(refused.status == 1 && refused.stderr.contains(words), "{path}: {}", refused.stderr);
    }
    assert_eq!(program.json(&["inbox", "list"]), json!([]), "and none is added");
}

#[test]
fn a_change_is_settled_and_opened_again() {
    let (program, _) = invited();
    program.json(&["event", "edit", FINAL, "--description", "Bring a friend"]);
    assert_eq!(program.json(&["changes", "settle", FINAL]), json!({ "uid": FINAL, "settled": true }), "nobody is told");
    assert_eq!(program.json(&["changes", "list"]), json!([]), "so it waits for nobody");
    let settled = program.json(&["changes", "list", "--settled"]);
    assert_eq!((&settled[0]["uid"], &settled[0]["told"], &settled[0]["guests"]), (&json!(FINAL), &json!("nobody"), &json!(3)), "{settled}");
    assert_eq!(settled[0]["told_words"], "Nobody was told", "in the window's words: {settled}");
    assert_eq!(program.json(&["changes", "reopen", FINAL]), json!({ "uid": FINAL, "settled": false }), "asked again");
    assert_eq!(program.json(&["changes", "list"])[0]["uid"], FINAL, "it is open");
    let looked = program.json(&["changes", "send", FINAL, "--to", "yes-maybe"]);
    assert_eq!(looked["mails"], 0, "nobody said yes or maybe: {looked}");
}

#[test]
fn a_campaign_is_written_timed_paused_and_stopped() {
    let program = season::with_guests(3);
    program.json(&["sender", "add", "rehearsal", "Outbox"]);
    program.json(&["inbox", "add", "rehearsal", "Answers"]);
    let arguments = ["campaign", "create", "--event", FINAL, "--list", "Members", "--sender", "Outbox", "--inbox", "Answers"];
    let timed =
        ["--at", "2100-01-01T09:00:00Z", "--hours", "08:00-20:00", "--pilot", "1", "--rate", "5", "--duplicates", "--name", "Early"];
    let id = program.json(&[&arguments[..], &timed].concat())["id"].as_str().expect("an id").to_owned();
    let preview = program.json(&["campaign", "preview", &id]);
    assert_has(&preview, &["guests", "mails", "left_out", "missing", "seconds", "blockers"]);
    assert_eq!(program.json(&["campaign", "test", &id, "--to", "me@club.test"]), json!(null), "a test left");
    let waits = program.call(&["campaign", "send", &id, "--yes", "--max-wait", "0"]);
    assert_eq!((waits.status, &waits.json()["state"]), (3, &json!("scheduled")), "it waits for its time: {}", waits.stdout);
    assert_eq!(program.json(&["campaign", "pause", &id])["state"], "paused", "it waits for nobody's time");
    assert_eq!(program.json(&["campaign", "resume", &id])["state"], "scheduled", "its time is still to come");
    assert_eq!(program.json(&["campaign", "stop", &id])["state"], "stopped", "for good");
    assert_eq!(program.call(&["campaign", "resume", &id]).status, 1, "what was stopped stays so");
    let list = program.json(&["campaign", "list"]);
    assert_has(&list[0], &["id", "name", "kind", "created_at", "status", "rehearsal"]);
    assert_eq!((&list[0]["name"], &list[0]["status"]["state"]), (&json!("Early"), &json!("stopped")), "{list}");
}

#[test]
fn a_sender_is_changed_field_by_field() {
    let program = Program::new();
    let added = program.json(&[
        "sender",
        "add",
        "smtp",
        "Post",
        "--from",
        "club@club.test",
        "--host",
        "127.0.0.1",
        "--port",
        "2525",
        "--tls",
        "none",
    ]);
    assert_has(&added, &["id", "role", "kind", "label", "address", "state", "words", "rehearsal", "plus_addressing"]);
    let set = ["sender", "set", "Post", "--rename", "Office", "--from", "office@club.test", "--rate", "5", "--per-hour", "100"];
    let changed = program.json(&[&set[..], &["--batch", "50", "--batch-gap", "600", "--port", "2526", "--connections", "2"]].concat());
    assert_eq!(
        (&changed["label"], &changed["address"], &changed["id"]),
        (&json!("Office"), &json!("office@club.test"), &added["id"]),
        "{changed}"
    );
    assert_eq!(program.json(&["sender", "list"]), json!([changed]), "the same sender under its new name");
    let wrong = program.call(&["sender", "set", "Office", "--region", "us-east-1"]);
    assert!(wrong.status == 1 && wrong.stderr.contains("--region"), "what an SMTP server has not is refused: {}", wrong.stderr);
    assert_eq!(program.call(&["sender", "set", "Post", "--rate", "1"]).status, 1, "the old name is gone");
}

#[test]
fn who_holds_what_is_listed_and_acted_on() {
    let (program, _) = invited();
    let holdings = program.json(&["holding", "list", "--event", FINAL]);
    assert_eq!(holdings.as_array().map(Vec::len), Some(3), "everyone who was sent it: {holdings}");
    assert_has(&holdings[0], &["email", "name", "sent", "accepted", "holds_old", "answer", "answered", "at", "delivery", "invitation"]);
    assert_eq!(
        (&holdings[0]["sent"], &holdings[0]["accepted"], &holdings[0]["answer"]),
        (&json!(1), &json!(1), &json!("none")),
        "{holdings}"
    );
    assert_eq!(program.json(&["holding", "list", "--event", FINAL, "--state", "bounced"]), json!([]), "nothing came back");
    let looked = program.json(&["holding", "remind", "--event", FINAL]);
    assert_eq!(looked["mails"], 3, "without --yes it is only looked at: {looked}");
    let reminded = program.json(&["holding", "remind", "--event", FINAL, "--guest", &guest(1), "--yes"]);
    assert_eq!((&reminded["accepted"], &reminded["state"]), (&json!(1), &json!("done")), "one guest was named: {reminded}");
    let rest = program.json(&["holding", "remind", "--event", FINAL]);
    assert_eq!((&rest["mails"], &rest["left_out"][0]["reason"]), (&json!(2), &json!("reminded_lately")), "they are left alone now: {rest}");
    let nobody = program.call(&["holding", "withdraw", "--event", FINAL, "--yes"]);
    assert!(nobody.status == 1 && nobody.stderr.contains("--guest"), "nobody is withdrawn unnamed: {}", nobody.stderr);
    let withdrawn = program.json(&["holding", "withdraw", "--event", FINAL, "--guest", &guest(2), "--yes"]);
    assert_eq!(withdrawn["accepted"], 1, "one was told: {withdrawn}");
    assert_eq!(program.json(&["holding", "list", "--event", FINAL]).as_array().map(Vec::len), Some(2), "and holds it no more");
}

#[test]
fn an_address_is_stopped_and_let_go_again() {
    let (program, id) = drafted();
    let address = guest(2);
    let added = program.json(&["suppression", "add", &address, "--note", "Asked on the phone"]);
    assert_eq!(added["added"], 1, "one address: {added}");
    let list = program.json(&["suppression", "list"]);
    assert_has(&list[0], &["address", "reason", "words", "evidence", "at"]);
    assert_eq!((&list[0]["address"], &list[0]["evidence"]), (&json!(address), &json!("Asked on the phone")), "with the reason: {list}");
    assert_eq!(program.json(&["suppression", "list", "--search", "nobody"]), json!([]), "a search finds what it asks for");
    let preview = program.json(&["campaign", "preview", &id]);
    assert_eq!((&preview["mails"], &preview["left_out"][0]["reason"]), (&json!(2), &json!("by_hand")), "they are left out: {preview}");
    assert_eq!(program.json(&["suppression", "remove", &address])["removed"], 1, "it is let go");
    assert_eq!(program.json(&["campaign", "preview", &id])["mails"], 3, "and gets mail again");
    let wrong = program.call(&["suppression", "add", "no address"]);
    assert_eq!(wrong.status, 1, "what is no address is refused: {}", wrong.stderr);
}

#[test]
fn a_check_has_its_lines() {
    let (program, _) = drafted();
    for checks in [program.json(&["sender", "check", "Outbox"]), program.json(&["inbox", "check", "Answers"])] {
        let lines = checks.as_array().expect("lines");
        assert!(!lines.is_empty(), "there is something to say");
        for line in lines {
            assert_has(line, &["code", "state", "message", "copy"]);
            assert!(["good", "warning", "bad"].contains(&line["state"].as_str().unwrap_or_default()), "a known state: {line}");
        }
    }
}

#[test]
fn an_older_state_that_was_restored_sends_only_when_it_is_adopted() {
    let (program, id) = drafted();
    let backup = program.path("backup.db");
    let written = program.json(&["backup", &backup]);
    assert_eq!((&written["file"], written["bytes"].as_u64() > Some(0)), (&json!(backup), true), "where it is and how large");
    season::send_to_all(&program, &id, 3);
    let restored = program.json(&["restore", &backup]);
    assert_eq!(restored["restored"], json!(backup), "what was put in place");
    let kept = restored["kept"].as_str().expect("where the former one is");
    assert!(Path::new(kept).is_file(), "what was here is kept at {kept}");
    assert_eq!(program.json(&["campaign", "status", &id])["state"], "draft", "it knows nothing of what was sent since");
    let held = program.call(&["campaign", "send", &id, "--yes", "--max-wait", "1"]);
    let status = held.json();
    assert_eq!((held.status, &status["state"], &status["accepted"]), (3, &json!("sending"), &json!(0)), "so it sends nothing: {status}");
    assert!(status["waiting"].as_str().is_some_and(|words| words.contains("adopt")), "and says why and what to do: {status}");
    assert!(program.run(&["ledger", "adopt"]).stderr.contains("earlier state"), "so does the ledger");
    program.json(&["ledger", "adopt", "--yes"]);
    let sent = program.json(&["campaign", "send", &id, "--yes"]);
    assert_eq!((&sent["state"], &sent["accepted"]), (&json!("done"), &json!(3)), "adopted, it sends: {sent}");
}

#[test]
fn a_practice_round_of_ones_own_says_what_came_of_it() {
    let program = Program::new();
    let domains = ["gmail.example", "outlook.example", "icloud.example", "thunderbird.example"];
    let rows: Vec<String> = (0..20).map(|number| format!("Guest {number},guest{number}@{}", domains[number % 4])).collect();
    let (season, guests) = (program.file("Round.ics", ROUND), program.file("guests.csv", &format!("Name,Email\n{}\n", rows.join("\n"))));
    let out = program.path("round");
    let arguments = ["rehearse", "--events", season.to_str().expect("a path"), "--guests", guests.to_str().expect("a path"), "--out", &out];
    let round = program.json(&arguments);
    let count = |value: &Value, name: &str| value[name].as_u64().unwrap_or_else(|| panic!("{name} is a number: {round}"));
    assert_eq!((count(&round, "events"), count(&round, "guests"), count(&round, "sent")), (3, 20, 60), "who was invited to what: {round}");
    let said: u64 = ["yes", "maybe", "no", "none"].iter().map(|name| count(&round["answers"], name)).sum();
    assert_eq!(said, 60, "each invitation has an answer or none: {round}");
    assert!(count(&round, "updated") > 0 && count(&round, "cancelled") <= 20, "guests were told: {round}");
    assert!(count(&round, "bounced") <= 60, "what came back is counted: {round}");
    let charts = round["charts"].as_array().expect("charts");
    assert_eq!(charts.len(), 6, "three charts, drawn and as pictures");
    assert!(charts.iter().all(|file| file.as_str().is_some_and(|file| Path::new(file).is_file())), "each is there: {round}");
}

#[cfg(unix)]
#[test]
fn the_work_without_a_window_ends_well_when_the_system_asks() {
    let (program, _) = invited();
    let mut running = program.command().arg("run").stderr(Stdio::piped()).spawn().expect("it starts");
    let mut said = BufReader::new(running.stderr.take().expect("its words"));
    let mut line = String::new();
    said.read_line(&mut line).expect("it says that it works");
    assert!(line.contains("Sending what is due"), "it works: {line}");
    let asked = Command::new("kill").args(["-TERM", &running.id().to_string()]).status().expect("it can be asked");
    assert!(asked.success(), "it was there to be asked");
    let ended = running.wait().expect("it ends");
    assert_eq!(ended.code(), Some(0), "it ends by itself and well");
}
