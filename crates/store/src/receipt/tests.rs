use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use mail::port::FolderCursor;

use super::archive::{self, Which};
use super::{About, Answer, MatchedBy, NewReceipt, Said, State, evidence};
use crate::holding::answer::{self, Counts, Given, Scope};
use crate::holding::board::{self, Filter, Place};
use crate::{Store, Writer, inbox_cursor};

fn noon() -> Timestamp {
    "2027-03-01T12:00:00Z".parse().expect("an instant")
}

fn after(minutes: i64) -> Timestamp {
    noon() + SignedDuration::from_mins(minutes)
}

/// One event, sent to two guests by one campaign.
async fn store(folder: &tempfile::TempDir) -> Store {
    let store = Store::open(&folder.path().join("rollcall.db")).await.expect("a database");
    store.write(|w| Ok(w.0.execute_batch(SETUP)?)).await.expect("the world is set up");
    store
}

const SETUP: &str = "
    INSERT INTO account (id, role, kind, label, created_at) VALUES (1, 'inbox', 'maildir', 'Answers', 0);
    INSERT INTO calendar (id, name, colour, created_at) VALUES (1, 'Season', 'blue', 0);
    INSERT INTO event (id, calendar, uid, version, updated_at) VALUES (1, 1, 'game', 1, 0);
    INSERT INTO event_version (event, number, start_local, start_zone, end_local, summary, source, at)
        VALUES (1, 1, '2027-04-01T10:00:00', 'Europe/Paris', '2027-04-01T12:00:00', 'Cup final', 'window', 0);
    INSERT INTO revision (id, event, number, sequence, at) VALUES (1, 1, 1, 0, 0), (2, 1, 2, 1, 0);
    INSERT INTO guest (id, address, address_shown, name, created_at) VALUES
        (1, 'ada@lovelace.example', 'Ada@lovelace.example', 'Ada', 0), (2, 'bo@diaz.example', 'bo@diaz.example', 'Bo', 0);
    INSERT INTO guest_alias (address, guest) VALUES ('ada@engine.example', 1);
    INSERT INTO campaign (id, kind, name, state, created_at, started_at) VALUES (1, 'invitation', 'Cup', 'done', 0, 0);
    INSERT INTO campaign_event (campaign, event, revision) VALUES (1, 1, 1);
    INSERT INTO invitation (id, guest, event, token, uid, organizer, address, created_at) VALUES
        (1, 1, 1, 'tokenone', '1.tokenone@club.example', 'mailto:a@club.example', 'ada@lovelace.example', 0),
        (2, 2, 1, 'tokentwo', '1.tokentwo@club.example', 'mailto:a@club.example', 'bo@diaz.example', 0);
    INSERT INTO delivery (id, campaign, guest, invitation, revision, method, state) VALUES
        (1, 1, 1, 1, 1, 'request', 'accepted'), (2, 1, 2, 2, 1, 'request', 'accepted');
    INSERT INTO holding (invitation, event, guest, revision_sent, revision_accepted, campaign)
        SELECT id, event, guest, 1, 1, 1 FROM invitation WHERE id IN (1, 2);
";

fn reply(identity: &str, answer: Answer) -> NewReceipt<'_> {
    NewReceipt {
        inbox: 1,
        identity,
        received_at: noon(),
        kind: "reply",
        state: State::Counted,
        about: About { invitation: Some(1), delivery: None, guest: Some(1), matched_by: Some(MatchedBy::Token) },
        reason: "",
        sender: "ada@lovelace.example",
        subject: "Accepted: Cup final",
        said: Said { uid: "1.tokenone@club.example", answer: Some(answer), ..Said::default() },
        bounce_kind: "",
        status: "",
        words: "We come by train",
        raw: b"Subject: Accepted: Cup final\r\n\r\n",
    }
}

fn keep(w: &Writer<'_>, identity: &str, answer: Answer, dtstamp: Timestamp, at: Timestamp) -> Result<bool> {
    let receipt = super::add(w, &NewReceipt { received_at: at, ..reply(identity, answer) }, at)?;
    answer::put(w, &Given { invitation: 1, recurrence_id: "", answer, dtstamp, at, extra_guests: 0, comment: "", receipt })
}

#[tokio::test]
async fn same_message_is_kept_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder).await;
    let known = store
        .write(|w| {
            super::add(w, &reply("first", Answer::Yes), noon())?;
            Ok((super::is_known(w, "first")?, super::is_known(w, "second")?))
        })
        .await
        .expect("kept");
    assert_eq!(known, (true, false), "only what was kept is known");
    let again = store.write(|w| super::add(w, &reply("first", Answer::Yes), noon())).await;
    assert!(again.is_err(), "the table itself refuses a second row of the same message");
}

#[tokio::test]
async fn messages_are_found_gone_through_and_let_go_and_what_they_said_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder).await;
    let raw = "Subject: Accepted: Cup final\r\n\r\nWe come by train. ".repeat(40);
    store
        .write(move |w| {
            super::add(w, &NewReceipt { raw: raw.as_bytes(), ..reply("old", Answer::Yes) }, noon())?;
            super::add(w, &NewReceipt { state: State::Desk, ..reply("waiting", Answer::No) }, noon())?;
            super::add(w, &NewReceipt { received_at: after(60), subject: "Declined: Dinner", ..reply("new", Answer::No) }, noon())
        })
        .await
        .expect("kept");
    let (packed, found, newest, none): (i64, Vec<i64>, Vec<i64>, usize) = store
        .read(|r| {
            let packed = r.0.query_row("SELECT length(raw) FROM receipt WHERE identity = 'old'", [], |row| row.get(0))?;
            let ids = |found: Vec<super::Receipt>| found.into_iter().map(|receipt| receipt.id).collect();
            let found = ids(archive::search(r, "LOVELACE cup tra", None, 10)?);
            let newest = ids(archive::search(r, "train", None, 1)?);
            Ok((packed, found, newest, archive::search(r, "bicycle", None, 10)?.len()))
        })
        .await
        .expect("found");
    assert!(packed < 400, "what repeats itself takes little room: {packed} bytes");
    assert_eq!((found, newest, none), (vec![2, 1], vec![3], 0), "by beginnings of words of sender, subject and text, the newest first");
    let of = |which: Which| {
        let store = store.clone();
        async move { store.read(move |r| Ok((archive::after(r, which, 0, 10)?.len(), archive::count(r, which)?))).await.expect("read") }
    };
    assert_eq!(of(Which { event: Some(1), campaign: Some(1), ..Which::default() }).await, (3, 3), "all are about this event and campaign");
    assert_eq!(of(Which { campaign: Some(2), ..Which::default() }).await, (0, 0), "and about no other");
    assert_eq!(of(Which { since: Some(after(60)), ..Which::default() }).await, (1, 1), "one came that late");
    let gone = store.write(|w| Ok([archive::let_go(w, after(1), 10)?, archive::let_go(w, after(1), 10)?])).await.expect("let go");
    assert_eq!(gone, [1, 0], "the old one goes, once; what waits is still needed");
    let (old, left) = store.read(|r| Ok((super::raw(r, 1)?, super::get(r, 1)?.expect("a row").answer))).await.expect("read");
    assert_eq!((old, left.as_str()), (None, "yes"), "what it said stays");
}

#[tokio::test]
async fn answers_follow_the_guests_own_clock_and_then_arrival() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder).await;
    let applied = store
        .write(|w| {
            Ok([
                keep(w, "a", Answer::Yes, after(10), after(11))?,
                keep(w, "b", Answer::No, after(5), after(20))?,
                keep(w, "c", Answer::Maybe, after(10), after(30))?,
            ])
        })
        .await
        .expect("kept");
    assert_eq!(applied, [true, false, true], "the older answer that came late gives way; of two with one clock the later arrival stands");
    let guests = store.read(|r| board::guests(r, Scope::Event(1), Filter::All, None, Place::default(), 10)).await.expect("guests");
    assert_eq!(guests.first().map(|guest| guest.answer.as_str()), Some("maybe"), "the last answer stands");
    assert_eq!(guests.first().map(|guest| (guest.revision, guest.outdated)), Some((1, false)), "it answered what was sent");
}

#[tokio::test]
async fn counts_agree_however_they_are_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder).await;
    let (event, campaign, season, none) = store
        .write(|w| {
            keep(w, "a", Answer::Yes, after(10), after(11))?;
            let season = answer::events(w)?.first().map(|event| event.counts).unwrap_or_default();
            let none = board::guests(w, Scope::Campaign(1), Filter::NoAnswer, None, Place::default(), 10)?;
            Ok((answer::counts(w, Scope::Event(1))?, answer::counts(w, Scope::Campaign(1))?, season, none))
        })
        .await
        .expect("counted");
    assert_eq!(event, Counts { yes: 1, maybe: 0, no: 0, none: 1 }, "one answered and one did not");
    assert_eq!((event, event), (campaign, season), "event, campaign and season say the same");
    assert_eq!(none.iter().map(|guest| guest.name.as_str()).collect::<Vec<_>>(), ["Bo"], "the filter names who has not answered");
}

#[tokio::test]
async fn answer_to_details_that_have_since_changed_is_marked() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder).await;
    let guests = store
        .write(|w| {
            keep(w, "a", Answer::Yes, after(10), after(11))?;
            w.0.execute("UPDATE holding SET revision_sent = 2 WHERE invitation = 1", [])?;
            board::guests(w, Scope::Event(1), Filter::Yes, None, Place::default(), 10)
        })
        .await
        .expect("guests");
    assert_eq!(guests.first().map(|guest| (guest.revision, guest.outdated)), Some((1, true)), "the yes was to the old time");
}

#[tokio::test]
async fn desk_holds_only_what_waits() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder).await;
    let (before, after_ruling) = store
        .write(|w| {
            super::add(w, &reply("counted", Answer::Yes), noon())?;
            let waiting = super::add(w, &NewReceipt { state: State::Desk, reason: "someone else", ..reply("desk", Answer::No) }, noon())?;
            let before = super::desk(w, 10)?;
            super::put_state(w, waiting, State::Ignored, "")?;
            Ok((before, super::desk_count(w)?))
        })
        .await
        .expect("kept");
    assert_eq!(before.iter().map(|receipt| receipt.reason.as_str()).collect::<Vec<_>>(), ["someone else"], "what counted does not wait");
    assert_eq!(after_ruling, 0, "a ruling takes it off the desk");
}

#[tokio::test]
async fn aliases_are_the_guest_and_strangers_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder).await;
    let found = store
        .read(|r| {
            Ok((
                evidence::is_of_guest(r, 1, "ada@engine.example")?,
                evidence::is_of_guest(r, 2, "ada@engine.example")?,
                evidence::guest_of(r, "ada@engine.example")?,
                evidence::guest_of(r, "eve@elsewhere.example")?,
            ))
        })
        .await
        .expect("looked up");
    assert_eq!(found, (true, false, Some(1), None), "an alias is one guest's only");
}

#[tokio::test]
async fn cursors_survive_numbers_beyond_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&folder).await;
    let cursors = vec![FolderCursor { folder: "INBOX".to_owned(), validity: u64::MAX, last_uid: 7 }];
    let put = cursors.clone();
    store.write(move |w| inbox_cursor::put(w, 1, &put)).await.expect("put");
    assert_eq!(store.read(|r| inbox_cursor::of(r, 1)).await.expect("read"), cursors, "what is put is read");
}
