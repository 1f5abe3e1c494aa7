use calendar::Event;
use jiff::{SignedDuration, Timestamp};

use super::{extent, let_go_of_events, let_go_of_versions, next_events};
use crate::bookmark::{self, Position};
use crate::calendar::{Role, mirror};
use crate::event_version::{Draft, Origin, Source, append, history};
use crate::fixture::{Desk, at, event};
use crate::revision::{self, Component, NewRevision};
use crate::{account, change, remote_write};

/// Writes a version at a moment; `deleted` writes a deletion.
async fn write(desk: &Desk, content: Event, deleted: bool, moment: &str) -> i64 {
    let (calendar, moment) = (desk.calendar, at(moment));
    let written = desk.store.write(move |w| {
        let draft = Draft { calendar, event: None, content: &content, ical: "", deleted, split_from: None };
        append(w, &[draft], &Origin { source: Source::Window, import: None, at: moment })
    });
    written.await.expect("it is written")[0].event
}

fn named(uid: &str, summary: &str) -> Event {
    Event { summary: summary.to_owned(), ..event(uid, "2027-03-14T13:00:00") }
}

/// Lets go of what is older than a moment, and gives how many versions and how many events went.
async fn let_go(desk: &Desk, before: &str) -> (usize, usize) {
    let before = at(before);
    let went = desk.store.write(move |w| {
        let last = next_events(w, 0, 1_000)?.expect("there are events");
        Ok((let_go_of_versions(w, 0, last, before)?, let_go_of_events(w, 0, last, before)?))
    });
    went.await.expect("it is let go")
}

async fn said(desk: &Desk, event: i64) -> Vec<String> {
    let versions = desk.store.read(move |r| history(r, event)).await.expect("a read");
    versions.into_iter().map(|version| version.content.summary).collect()
}

#[tokio::test]
async fn only_what_was_replaced_before_the_moment_is_let_go_of() {
    let desk = Desk::new().await;
    write(&desk, named("g", "One"), false, "2010-01-01T00:00:00Z").await;
    write(&desk, named("g", "Two"), false, "2012-01-01T00:00:00Z").await;
    write(&desk, named("g", "Three"), false, "2015-01-01T00:00:00Z").await;
    let game = write(&desk, named("g", "Four"), false, "2025-01-01T00:00:00Z").await;
    let rested = write(&desk, named("rested", "Never touched"), false, "2005-01-01T00:00:00Z").await;
    assert_eq!(let_go(&desk, "2017-01-01T00:00:00Z").await, (2, 0), "the two that others took the place of by then");
    assert_eq!(said(&desk, game).await, ["Three", "Four"], "how it stood at that moment can still be looked at");
    assert_eq!(said(&desk, rested).await, ["Never touched"], "what an event says now stays, however old");
    assert_eq!(let_go(&desk, "2017-01-01T00:00:00Z").await, (0, 0), "once");
    assert_eq!(desk.store.read(extent).await.expect("a read").versions, 3, "the figures follow");
}

#[tokio::test]
async fn what_guests_were_told_is_kept() {
    let desk = Desk::new().await;
    let game = write(&desk, named("g", "Told"), false, "2010-01-01T00:00:00Z").await;
    let told = desk.store.write(move |w| {
        let components = [Component { event: game, number: 1 }];
        revision::add(
            w,
            &NewRevision { event: game, sequence: 0, cancelled: false, changed: "[]", components: &components },
            Timestamp::UNIX_EPOCH,
        )
    });
    told.await.expect("guests are told");
    write(&desk, named("g", "Not told"), false, "2011-01-01T00:00:00Z").await;
    write(&desk, named("g", "Now"), false, "2012-01-01T00:00:00Z").await;
    write(&desk, named("g", "Now"), true, "2013-01-01T00:00:00Z").await;
    write(&desk, named("newest", "Newest"), false, "2013-01-01T00:00:00Z").await;
    assert_eq!(let_go(&desk, "2020-01-01T00:00:00Z").await, (2, 0), "the event was deleted long ago, yet guests hold it");
    assert_eq!(said(&desk, game).await, ["Told", "Now"], "what they were told, and the last word");
}

#[tokio::test]
async fn events_that_were_deleted_long_ago_go_unless_a_sync_needs_them() {
    let desk = Desk::new().await;
    write(&desk, named("gone", "Gone"), false, "2010-01-01T00:00:00Z").await;
    let gone = write(&desk, named("gone", "Gone"), true, "2011-01-01T00:00:00Z").await;
    let calendar = desk.calendar;
    let mirrored = desk.store.write(move |w| {
        let new = account::NewAccount {
            role: account::Role::Calendar,
            kind: "caldav".to_owned(),
            label: "Club".to_owned(),
            address: String::new(),
            settings: serde_json::json!({}),
        };
        let account = account::insert(w, &new, Timestamp::UNIX_EPOCH)?;
        mirror::link(w, calendar, account, "club", Role::Owner)
    });
    mirrored.await.expect("it is mirrored");
    write(&desk, named("waits", "Waits"), false, "2010-01-01T00:00:00Z").await;
    let waits = write(&desk, named("waits", "Waits"), true, "2011-01-01T00:00:00Z").await;
    write(&desk, named("newest", "Newest"), false, "2013-01-01T00:00:00Z").await;
    assert_eq!(let_go(&desk, "2020-01-01T00:00:00Z").await, (2, 1), "the first version of each, and the event that nobody needs");
    assert!(said(&desk, gone).await.is_empty(), "nothing of it is left");
    assert_eq!(said(&desk, waits).await, ["Waits"], "its deletion is still to be written to the provider");
}

#[tokio::test]
async fn a_bookmark_that_is_older_than_the_log_begins_anew() {
    let desk = Desk::new().await;
    write(&desk, named("a", "A"), false, "2026-01-01T00:00:00Z").await;
    let read = desk.store.write(|w| {
        bookmark::put(w, "early", 1)?;
        bookmark::position(w, "early")
    });
    assert_eq!(read.await.expect("a read"), Position::After(1), "it read the first change");
    write(&desk, named("b", "B"), false, "2026-01-02T00:00:00Z").await;
    write(&desk, named("c", "C"), false, "2026-03-01T00:00:00Z").await;
    let pruned = desk.store.write(|w| {
        bookmark::put(w, "late", 2)?;
        let pruned = change::prune(w, at("2026-02-01T00:00:00Z"), 1)? + change::prune(w, at("2026-02-01T00:00:00Z"), 100)?;
        Ok((
            pruned,
            change::since(w, 0, 10)?.len(),
            bookmark::position(w, "early")?,
            bookmark::position(w, "late")?,
            bookmark::position(w, "new")?,
        ))
    });
    let expected = (2, 1, Position::Anew, Position::After(2), Position::Anew);
    assert_eq!(pruned.await.expect("it is pruned"), expected, "what had not read all that went begins anew, what had goes on");
}

#[tokio::test]
async fn a_log_that_was_pruned_to_the_end_gives_no_number_twice() {
    let desk = Desk::new().await;
    let calendar = desk.calendar;
    write(&desk, named("a", "A"), false, "2026-01-01T00:00:00Z").await;
    let latest = desk.store.write(move |w| {
        change::prune(w, at("2027-01-01T00:00:00Z"), 100)?;
        remote_write::ask_all(w, calendar)?;
        let due = remote_write::due(w, calendar, "", at("2027-01-01T00:00:00Z"), SignedDuration::from_hours(24), 10)?;
        Ok((change::latest(w)?, due[0].change))
    });
    assert_eq!(latest.await.expect("a read"), (1, 1), "what is asked to be written still names the last change");
    write(&desk, named("a", "Another"), false, "2027-01-02T00:00:00Z").await;
    let changes = desk.store.read(|r| change::since(r, 0, 10)).await.expect("a read");
    assert_eq!(changes[0].number, 2, "so that an edit during the writing is seen as one");
}
