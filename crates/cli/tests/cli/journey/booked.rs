//! A feed of bookings that a rule writes into a calendar on the organizer's own server.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::json;
use testkit::bookings::{booking, feed};
use testkit::radicale::{PASSWORD, Radicale, USER};
use testkit::scripted_http::{Reply, ScriptedHttp};

use crate::program::Program;

/// Everything that a server keeps, as one text.
fn kept(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).expect("the server's folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            text += &kept(&path);
        } else if path.extension().is_some_and(|ending| ending == "ics") {
            text += &fs::read_to_string(&path).unwrap_or_default();
        }
    }
    text
}

#[test]
fn a_feed_is_written_into_a_calendar_on_a_real_server_by_rule() {
    let reply =
        Arc::new(Mutex::new(feed(&[booking("a1", 6, 18, "Maier"), booking("b1", 7, 18, "Board meeting"), booking("c1", 8, 18, "Huber")])));
    let answers = Arc::clone(&reply);
    let server = ScriptedHttp::start(move |_| answers.lock().expect("a reply").clone()).expect("a feed");
    let radicale = Radicale::start().expect("Radicale starts");
    let program = Program::new();
    let secret = program.file("dav-secret", &format!("{PASSWORD}\n"));
    let secret = secret.to_str().expect("a path");
    program.json(&["account", "add", "caldav", "Club", "--url", &radicale.url(), "--user", USER, "--secret-file", secret]);
    program.json(&["account", "create-calendar", "Club", "Team"]);
    program.json(&["account", "add", "feed", "Hall", "--url", &server.url("/bookings.ics")]);
    program.json(&["account", "mirror", "Hall", "--all"]);
    program.json(&["sync"]);
    let calendars = program.json(&["calendar", "list"]);
    let hall = calendars.as_array().expect("calendars").iter().find(|calendar| calendar["role"] == "reader").expect("the feed's");
    let hall = hall["name"].as_str().expect("a name").to_owned();
    program.json(&["event", "create", "--calendar", "Team", "--summary", "Maier wedding", "--start", "2030-03-06T18:00", "--tzid", "UTC"]);

    let rule = ["calendar", "rule", "set", &hall, "--into", "Team", "--title", "Booked: {title}", "--only-coming"];
    let preview = program.json(&[&rule[..], &["--dry-run"]].concat());
    assert_eq!((&preview["wanted"], &preview["total"], &preview["twins"]), (&json!(3), &json!(3), &json!(1)), "{preview}");
    let made = program.json(&rule);
    assert_eq!((&made["copies"], &made["twins"], &made["problem"]), (&json!(2), &json!(1), &json!("")), "{made}");
    program.json(&["sync"]);
    let there = kept(&radicale.collections());
    assert!(
        there.contains("SUMMARY:Booked: Huber") && there.contains("X-ROLLCALL-SOURCE:c1"),
        "the server has it with the booking's id: {there}"
    );
    assert!(!there.contains("Booked: Maier"), "what was made by hand is not doubled: {there}");

    let twins = program.json(&["calendar", "twin", "list"]);
    let id = twins[0]["id"].as_str().expect("one twin");
    assert_eq!(program.call(&["calendar", "twin", "settle", id, "--merge"]).status, 0, "the two are merged");
    *reply.lock().expect("a reply") = feed(&[booking("a1", 6, 20, "Maier"), booking("b2", 7, 18, "Board meeting")]);
    program.json(&["sync"]);
    let there = kept(&radicale.collections());
    assert!(there.contains("SUMMARY:Maier wedding"), "the title that was written by hand stays: {there}");
    assert!(there.contains("STATUS:CANCELLED"), "what is gone from the feed says that it is cancelled: {there}");

    *reply.lock().expect("a reply") = Reply::new(200).header("content-type", "text/html").body("<html>Sign in</html>");
    assert_eq!(program.call(&["sync"]).status, 3, "the sync says that it could not be read");
    assert_eq!(kept(&radicale.collections()).matches("STATUS:CANCELLED").count(), 1, "a feed that cannot be read takes nothing away");
    *reply.lock().expect("a reply") = feed(&[booking("a3", 6, 20, "Maier"), booking("b3", 7, 18, "Board meeting")]);
    program.json(&["sync"]);
    let events = program.json(&["event", "list", "--calendar", "Team", "--from", "2030-03-01", "--to", "2030-04-01"]);
    assert_eq!(events.as_array().map(Vec::len), Some(3), "names that change at every fetch double nothing: {events}");
}
