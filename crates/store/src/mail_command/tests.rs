use jiff::Timestamp;

use super::entry::{self, Stamp};
use super::taken::{self, NewTaken, Outcome, ReplyState};
use super::{NewCommand, all, by_address, put, remove, wording};
use crate::account::{self, NewAccount, Role};
use crate::fixture::{Desk, at};
use crate::receipt::{self, About, NewReceipt, Said, State};
use crate::{Store, Writer};

fn now() -> Timestamp {
    at("2027-03-01T12:00:00Z")
}

fn account(w: &Writer<'_>, role: Role) -> i64 {
    let new = NewAccount {
        role,
        kind: "memory".to_owned(),
        label: "Club".to_owned(),
        address: "club@club.example".to_owned(),
        settings: serde_json::json!({}),
    };
    account::insert(w, &new, now()).expect("an account")
}

async fn added(store: &Store, calendar: i64) -> (i64, i64) {
    let add = move |w: &Writer<'_>| {
        let (inbox, sender) = (account(w, Role::Inbox), account(w, Role::Sender));
        let new = NewCommand {
            address: "create@club.example".to_owned(),
            inbox,
            calendar,
            sender,
            allowed: vec!["ann@club.example".to_owned()],
            trusts_silence: false,
        };
        Ok((put(w, &new, now())?, inbox))
    };
    store.write(add).await.expect("added")
}

fn message(inbox: i64, identity: &str) -> NewReceipt<'_> {
    NewReceipt {
        inbox,
        identity,
        received_at: now(),
        kind: "command",
        state: State::Counted,
        about: About::default(),
        reason: "",
        sender: "ann@club.example",
        subject: "Training",
        said: Said::default(),
        bounce_kind: "",
        status: "",
        words: "",
        raw: b"message",
    }
}

#[tokio::test]
async fn removed_address_comes_back_with_the_events_that_it_knew() {
    let desk = Desk::new().await;
    let (id, _) = added(&desk.store, desk.calendar).await;
    let again = move |w: &Writer<'_>| {
        entry::put(w, id, "theirs", "", "ours", Stamp { sequence: 1, dtstamp: now() })?;
        assert!(remove(w, id, now())?, "it was there");
        assert!(all(w)?.is_empty(), "it is listed no more");
        let known = by_address(w, "create@club.example")?.expect("it is remembered");
        assert!(known.is_removed, "as a removed one");
        assert_eq!(put(w, &NewCommand { trusts_silence: true, ..known.does }, now())?, id, "added again it is the same");
        assert!(all(w)?[0].does.trusts_silence, "with its new settings");
        assert_eq!(entry::own_uid(w, id, "theirs")?.as_deref(), Some("ours"), "and knows its event");
        Ok(())
    };
    desk.store.write(again).await.expect("written");
}

#[tokio::test]
async fn answer_is_claimed_by_one_and_tried_again_only_when_its_time_has_come() {
    let desk = Desk::new().await;
    let (command, inbox) = added(&desk.store, desk.calendar).await;
    let walk = move |w: &Writer<'_>| {
        let receipt = receipt::add(w, &message(inbox, "one"), now())?;
        let new = NewTaken {
            command,
            receipt,
            outcome: Outcome::Created,
            event: None,
            detail: "",
            reply_to: "ann@club.example",
            letter: "{}",
            wording: None,
        };
        let row = taken::add(w, &new, now())?;
        assert_eq!(taken::due(w, now(), 10)?.len(), 1, "it is due at once");
        assert!(taken::claim(w, row)? && !taken::claim(w, row)?, "one process takes it");
        assert!(taken::due(w, now(), 10)?.is_empty(), "what was handed over is not due, whatever became of it");
        let later = at("2027-03-01T12:10:00Z");
        taken::finish(w, row, ReplyState::Due, "451 later", later)?;
        assert!(taken::due(w, now(), 10)?.is_empty(), "not before the server wants it");
        assert_eq!(taken::due(w, later, 10)?[0].attempts, 1, "then it is tried again, and counted");
        Ok(())
    };
    desk.store.write(walk).await.expect("written");
}

#[tokio::test]
async fn words_have_versions_and_the_newest_counts() {
    let desk = Desk::new().await;
    let write = |w: &Writer<'_>| {
        assert_eq!(wording::newest(w, "created")?, None, "nobody wrote any");
        let first = wording::put(w, "created", "Made", "It is there.", now())?;
        assert_eq!(wording::put(w, "created", "Made", "It is there.", now())?.id, first.id, "the same words are the same version");
        let second = wording::put(w, "created", "Done", "It is there.", now())?;
        assert_eq!((second.template, second.number), (first.template, 2), "other words are the next");
        assert_eq!(wording::newest(w, "created")?, Some(second), "which counts");
        Ok(())
    };
    desk.store.write(write).await.expect("written");
}
