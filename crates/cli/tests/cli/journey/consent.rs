//! Consent in the browser, by command: it ends and is given again, and mail is sent and read by it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::Stdio;

use serde_json::{Value, json};
use testkit::fake_google::FakeGoogle;

use super::season;
use crate::program::Program;

/// Calls it, goes to the page that it names, and pastes the address that the browser ends on.
fn consented(program: &Program, google: &FakeGoogle, arguments: &[&str]) -> Value {
    let mut command = program.command();
    command.arg("--json").args(arguments).arg("--paste").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program can be started");
    let mut said = BufReader::new(child.stderr.take().expect("standard error"));
    let page = loop {
        let mut line = String::new();
        assert!(said.read_line(&mut line).expect("it can be read") > 0, "{arguments:?} names a page");
        if line.starts_with("http") {
            break line.trim().to_owned();
        }
    };
    let mut input = child.stdin.take().expect("standard input");
    writeln!(input, "{}", google.consent(&page)).expect("the address is pasted");
    drop(input);
    let mut rest = String::new();
    said.read_to_string(&mut rest).expect("it can be read");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{arguments:?} ends well: {rest}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn connected(program: &Program) -> FakeGoogle {
    let google = FakeGoogle::start().expect("a free port");
    let secret = program.file("client-secret", FakeGoogle::CLIENT_SECRET);
    let secret = secret.to_str().expect("a path");
    let endpoint = google.url("");
    let add = ["account", "add", "google", "Club", "--client-id", FakeGoogle::CLIENT, "--secret-file", secret, "--endpoint", &endpoint];
    let account = consented(program, &google, &add);
    assert_eq!((&account["state"], &account["browser"], &account["mail"]), (&json!("ok"), &json!(true), &json!(false)), "{account}");
    program.json(&["account", "mirror", "Club", "--all"]);
    google
}

#[test]
fn a_consent_that_ended_is_told_and_holds_up_nothing_else() {
    let program = season::with_guests(3);
    let google = connected(&program);
    program.json(&["sync"]);
    google.withdraw_consent();

    let looked = program.run(&["sync"]);
    assert_eq!(looked.status, 3, "it did not come to its end: {}", looked.stdout);
    let told = "Sign in again: Google no longer accepts the consent that was given.";
    assert!(looked.stdout.contains(told), "the report says so: {}", looked.stdout);
    let listed = program.run(&["account", "list"]);
    assert!(listed.stdout.contains(told), "and the account: {}", listed.stdout);

    program.json(&["sender", "add", "rehearsal", "Practice"]);
    program.json(&["inbox", "add", "rehearsal", "Practice"]);
    let campaign = season::campaign(&program, season::FINAL, "Practice", "Practice");
    season::send_to_all(&program, &campaign, 3);

    let account = consented(&program, &google, &["account", "reconnect", "Club"]);
    assert_eq!(account["state"], json!("ok"), "it works again: {account}");
    assert_eq!(program.run(&["sync"]).status, 0, "and is looked at to its end");
}

#[test]
fn a_machine_without_a_browser_is_given_another_key() {
    let program = season::with_guests(1);
    let google = FakeGoogle::start().expect("a free port");
    let file = |name: &str, text: &str| program.file(name, text).to_str().expect("a path").to_owned();
    let first = file("first.json", &google.key_file());
    let account = program.json(&["account", "add", "google", "Robot", "--service-account", &first, "--endpoint", &google.url("")]);
    assert_eq!((&account["state"], &account["browser"]), (&json!("ok"), &json!(false)), "no browser is needed: {account}");
    program.json(&["account", "mirror", "Robot", "--all"]);
    assert_eq!(program.run(&["sync"]).status, 0, "it is looked at");

    google.delete_keys();
    let looked = program.run(&["sync"]);
    assert_eq!(looked.status, 3, "it did not come to its end: {}", looked.stdout);
    assert!(looked.stdout.contains("Sign in again: Google no longer accepts this key."), "the report says so: {}", looked.stdout);

    let reconnect = |key: &str| program.call(&["account", "reconnect", "Robot", "--secret-file", key]);
    let without = program.call(&["account", "reconnect", "Robot"]);
    assert!(without.stderr.contains("--secret-file"), "a key cannot be typed: {}", without.stderr);
    let unfit = reconnect(&file("password.txt", "correct horse"));
    assert!(unfit.stderr.contains("password.txt is no key file"), "{}", unfit.stderr);
    let deleted = reconnect(&first);
    assert!(deleted.stderr.contains("no longer accepts this key"), "a key that was deleted is no new one: {}", deleted.stderr);

    let second = file("second.json", &google.key_file());
    let account = program.json(&["account", "reconnect", "Robot", "--secret-file", &second]);
    assert_eq!(account["state"], json!("ok"), "it works again: {account}");
    let torn = google.key_file().replace("-----BEGIN PRIVATE KEY-----", "");
    let torn = reconnect(&file("torn.json", &torn));
    assert!(torn.stderr.contains("cannot be used"), "half a key is refused: {}", torn.stderr);
    assert_eq!(program.run(&["sync"]).status, 0, "and the good one is still there");
}

#[test]
fn one_consent_sends_and_reads_mail_too() {
    let program = season::with_guests(1);
    let google = connected(&program);
    let account = consented(&program, &google, &["account", "mail", "Club"]);
    assert_eq!((&account["label"], &account["mail"]), (&json!("Club"), &json!(true)), "{account}");
    for (noun, kind) in [("sender", "smtp"), ("inbox", "imap")] {
        let listed = program.json(&[noun, "list"]);
        let added = &listed[0];
        let said = (&added["label"], &added["kind"], &added["address"], &added["consent"]);
        assert_eq!(said, (&json!("Club"), &json!(kind), &json!(FakeGoogle::ACCOUNT), &account["id"]), "the {noun} is there: {listed}");
    }
    let again = consented(&program, &google, &["account", "mail", "Club"]);
    assert_eq!(again["id"], account["id"], "asked for once more");
    assert_eq!(program.json(&["sender", "list"]).as_array().map(Vec::len), Some(1), "nothing is there twice");
    program.json(&["account", "remove", "Club"]);
    let checked = program.call(&["sender", "check", "Club"]);
    assert!(checked.stderr.contains("no longer connected"), "without the account the sender says why: {}", checked.stderr);
}
