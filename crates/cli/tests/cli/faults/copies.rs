//! A copy of the database, and an old state of it put back in its place.

use std::path::Path;

use testkit::counting_smtp::CountingSmtp;

use super::{ledger, season};
use crate::program::Program;

const GUESTS: usize = 200;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.path().is_file() {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
        }
    }
}

/// A campaign of which a tenth has left and that waits for the organizer.
fn half_way(server: &CountingSmtp) -> (Program, String) {
    let program = season::with(Program::new(), server, 1, GUESTS);
    let (event, template) = ("game0@club.test", program.path("message.txt"));
    let arguments = ["campaign", "create", "--event", event, "--list", "Members", "--sender", "Post", "--inbox", "Answers"];
    let created = program.json(&[&arguments[..], &["--template", &template, "--pilot", "20"]].concat());
    let id = created["id"].as_str().expect("an id").to_owned();
    program.run(&["campaign", "send", &id, "--yes"]);
    assert_eq!(server.count(), 20, "the pilot left");
    (program, id)
}

#[test]
fn a_copy_made_half_way_does_not_send() {
    let server = CountingSmtp::builder().start().expect("the server starts");
    let (program, id) = half_way(&server);
    let second = program.beside("copy");
    copy(&program.data(), &second.data());
    second.json(&["campaign", "resume", &id]);
    let refused = second.call(&["campaign", "send", &id, "--yes", "--max-wait", "1"]);
    assert_ne!(refused.status, 0, "it does not send: {}", refused.stdout);
    assert!(
        refused.stdout.contains("dopt") || refused.stderr.contains("dopt"),
        "it says what to do: {} {}",
        refused.stdout,
        refused.stderr
    );
    assert_eq!(server.count(), 20, "nothing left from the copy");
    program.json(&["campaign", "resume", &id]);
    program.json(&["campaign", "send", &id, "--yes"]);
    ledger::assert_true(&program, &server, &id, "Game 0 is coming up", GUESTS);
}

#[test]
fn an_old_state_put_back_does_not_send_until_it_is_adopted() {
    let server = CountingSmtp::builder().start().expect("the server starts");
    let (program, id) = half_way(&server);
    let hour_before = program.beside("hour-before");
    copy(&program.data(), &hour_before.data());
    program.json(&["campaign", "resume", &id]);
    program.json(&["campaign", "send", &id, "--yes"]);
    assert_eq!(server.count(), GUESTS, "everyone was reached");
    std::fs::remove_dir_all(program.data()).expect("it is lost");
    copy(&hour_before.data(), &program.data());
    program.json(&["campaign", "resume", &id]);
    let refused = program.call(&["campaign", "send", &id, "--yes", "--max-wait", "1"]);
    assert_ne!(refused.status, 0, "it does not send: {}", refused.stdout);
    assert_eq!(server.count(), GUESTS, "nobody is sent it again by itself");
    program.json(&["ledger", "adopt", "--yes"]);
    let status = program.json(&["campaign", "status", &id]);
    assert_eq!(status["state"], "paused", "adopted, it still asks before it goes on: {status}");
    assert_eq!(server.count(), GUESTS, "and nothing left");
}
