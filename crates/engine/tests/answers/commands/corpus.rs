//! Real invitations and cancellations, where the corpus is at hand: sent to our address by our organizer, and otherwise as they are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use calendar::Event;
use calendar::ical::{self, Effect, ReadEvent};
use engine::commands::view::CommandLogView;
use jiff::tz::TimeZone;
use serde_json::json;
use store::event_version;
use testkit::dovecot::Dovecot;
use testkit::organizer::{ANN, CREATE};

use super::super::dovecot;
use super::super::world::World;
use super::{form, genuine};

fn corpus() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let folder = std::env::var_os("ROLLCALL_CORPUS").map_or_else(beside, PathBuf::from);
    if !folder.join("imip").is_dir() {
        println!("Skipped: there is no corpus of real messages; ROLLCALL_CORPUS may name its folder.");
        return None;
    }
    Some(folder)
}

/// Every message and calendar file that invites or cancels, those of one origin together and in their order.
fn samples(corpus: &Path) -> BTreeMap<String, Vec<PathBuf>> {
    let mut samples: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for folder in ["imip", "ics"] {
        for entry in std::fs::read_dir(corpus.join(folder)).expect("a folder") {
            let path = entry.expect("a file").path();
            let bytes = std::fs::read(&path).expect("a sample");
            let incoming = mail::incoming::read(&as_message(&path, &bytes, 0));
            if path.extension().is_some_and(|kind| kind == "eml" || kind == "ics")
                && matches!(incoming.method.as_deref(), Some("REQUEST" | "CANCEL"))
                && matches!(incoming.kind, mail::incoming::Kind::Invitation | mail::incoming::Kind::Cancellation)
            {
                let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
                let origin = name.trim_end_matches(|end: char| end.is_ascii_digit()).to_owned();
                samples.entry(format!("{folder} {origin}")).or_default().push(path);
            }
        }
    }
    for files in samples.values_mut() {
        files.sort();
    }
    samples
}

/// The same message, from our organizer to our address.
fn as_message(path: &Path, bytes: &[u8], number: usize) -> Vec<u8> {
    let head = format!("From: Ann <{ANN}>\r\nTo: {CREATE}\r\nMessage-ID: <{number}@corpus.example>\r\n");
    if path.extension().is_none_or(|kind| kind != "eml") {
        let head = format!("{head}Content-Type: text/calendar; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n");
        return [head.as_bytes(), bytes].concat();
    }
    let text = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let (header, body) = text.split_once("\n\n").expect("a header and a body");
    let mut kept = String::new();
    let mut is_ours = false;
    for line in header.lines() {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if !line.starts_with([' ', '\t']) {
            is_ours = ["from", "to", "cc", "sender", "message-id", "return-path"].contains(&name.as_str());
        }
        if !is_ours {
            kept.push_str(line);
            kept.push_str("\r\n");
        }
    }
    format!("{head}{kept}\r\n{}", body.replace('\n', "\r\n")).into_bytes()
}

/// A world whose inbox is a user's at Dovecot.
async fn world_of(dovecot: &Dovecot, user: &str) -> World {
    let world = dovecot::world(2, dovecot.port(), json!({ "user": user, "authserv_id": "mx.club.example" })).await;
    engine::campaigns::adopt_ledger(&world.engine).await.expect("it may send");
    engine::commands::add(&world.engine, form(&world).await).await.expect("it takes commands");
    world
}

impl World {
    /// What the calendar holds of an event.
    async fn held(&self, uid: &str) -> Vec<Event> {
        let calendar: i64 = form(self).await.calendar.parse().expect("an id");
        let uid = uid.to_owned();
        let held = self.engine.store().read(move |r| event_version::of_uid(r, calendar, &uid)).await.expect("events");
        held.into_iter().filter(|current| !current.row.deleted).map(|current| current.content).collect()
    }
}

/// A message says one event, and every line of it can be read.
fn is_clear(events: &[ReadEvent], problems: &[ical::Problem]) -> bool {
    let first = events.first().map(|read| read.event.uid.as_str()).unwrap_or_default();
    !first.is_empty() && events.iter().all(|read| read.event.uid == first) && problems.iter().all(|problem| problem.effect == Effect::Noted)
}

/// What was followed stands here as it was said: times with their zones, rule, title and place.
fn stands(said: &[ReadEvent], held: &[Event], name: &str) {
    let at = |event: &Event| event.recurrence_id.as_ref().map(|original| original.to_instant(&TimeZone::UTC));
    for ReadEvent { event, .. } in said {
        let here = held.iter().find(|here| at(here) == at(event));
        let here = here.unwrap_or_else(|| panic!("{name}: {:?} is not here: {held:?}", event.recurrence_id));
        assert_eq!((here.start, here.end), (event.start, event.end), "{name}: its times and zones");
        assert_eq!((&here.summary, &here.place), (&event.summary, &event.place), "{name}: its words");
        if event.recurrence_id.is_none() {
            assert_eq!(here.recurrence, event.recurrence, "{name}: its rule and exceptions");
        }
    }
}

/// Follows one message, and gives what the log says of it.
async fn follow(world: &World, name: &str, message: &[u8]) -> CommandLogView {
    let before = world.log().await.len();
    world.pull().await;
    let log = world.log().await;
    assert_eq!(log.len(), before + 1, "{name}: it is in the log once");
    let taken = log.into_iter().next().expect("it is in the log");
    let incoming = mail::incoming::read(message);
    let reading = ical::read(incoming.calendar.as_deref().unwrap_or_default().as_bytes());
    assert_ne!(taken.outcome, "refused", "{name}: it is genuine: {taken:?}");
    assert!(taken.outcome != "failed" || !taken.detail.is_empty(), "{name}: a failure says why: {taken:?}");
    let is_request = incoming.method.as_deref() == Some("REQUEST");
    if is_request && is_clear(&reading.events, &reading.problems) {
        assert_ne!(taken.outcome, "failed", "{name}: what can be read is followed: {taken:?}");
    }
    let held = world.held(&taken.uid).await;
    match taken.outcome.as_str() {
        "created" | "updated" if is_request => stands(&reading.events, &held, name),
        "cancelled" if incoming.answers.iter().all(|said| said.recurrence_id_text.is_empty()) => {
            assert!(held.iter().all(|event| event.status == calendar::EventStatus::Cancelled), "{name}: all of it is off: {held:?}");
        }
        _ => {}
    }
    if matches!(taken.outcome.as_str(), "created" | "updated" | "cancelled") || taken.outcome == "failed" && world.mailed().len() < 10 {
        assert_eq!(taken.reply, "sent", "{name}: whoever sent it is told: {taken:?}");
    }
    taken
}

#[tokio::test]
async fn real_invitations_become_events_and_real_cancellations_take_them_off() {
    let Some(corpus) = corpus() else { return };
    let samples = samples(&corpus);
    let users: Vec<String> = (0..samples.len()).map(|number| format!("club{number}")).collect();
    let logins: Vec<(&str, &str)> = users.iter().map(|user| (user.as_str(), "secret")).collect();
    let dovecot = Dovecot::start(&logins).expect("dovecot-imapd is installed");
    dovecot.arriving_at(super::super::world::now().into());
    let (mut created, mut updated, mut cancelled) = (0, 0, 0);
    for (user, (origin, files)) in users.iter().zip(&samples) {
        let world = world_of(&dovecot, user).await;
        for (number, file) in files.iter().enumerate() {
            let message = as_message(file, &std::fs::read(file).expect("a sample"), number);
            dovecot.deliver(user, &genuine(&message)).expect("delivered");
            let taken = follow(&world, &file.file_name().expect("a name").to_string_lossy(), &message).await;
            created += usize::from(taken.outcome == "created");
            updated += usize::from(taken.outcome == "updated");
            cancelled += usize::from(taken.outcome == "cancelled");
        }
        let settled = world.log().await;
        dovecot.rebuild(user).expect("renumbered");
        world.pull().await;
        assert_eq!(world.log().await, settled, "{origin}: a second look changes nothing");
    }
    assert!(created >= 40 && updated >= 5 && cancelled >= 3, "there were {created} new, {updated} changed and {cancelled} cancelled");
}

/// A cancellation of the same event in this world's years, so that guests can still be told.
#[tokio::test]
async fn real_cancellations_are_offered_to_the_guests_who_hold_the_event() {
    let Some(corpus) = corpus() else { return };
    for (origin, off) in [("cyrus__imip_cancel__", 1), ("cyrus__imip_cancel_instance__", 1)] {
        let dovecot = dovecot::dovecot();
        let world = world_of(&dovecot, "club").await;
        let sample = |number: usize| {
            let path = corpus.join("imip").join(format!("{origin}{number}.eml"));
            let text = String::from_utf8(std::fs::read(&path).expect("a sample")).expect("text").replace("2021", "2031");
            as_message(&path, text.as_bytes(), number)
        };
        dovecot.deliver("club", &genuine(&sample(1))).expect("delivered");
        world.pull().await;
        world.invite_to(&world.log().await[0].uid).await;
        dovecot.deliver("club", &genuine(&sample(2))).expect("delivered");
        world.pull().await;
        let changes = engine::campaigns::list_changes(&world.engine).await.expect("changes");
        assert_eq!(world.outcomes().await.last().map(String::as_str), Some("cancelled"), "{origin}: {:?}", world.log().await);
        assert_eq!((changes.len(), changes.first().map(|change| change.guests)), (off, Some(2)), "{origin}: it is offered: {changes:?}");
    }
}
