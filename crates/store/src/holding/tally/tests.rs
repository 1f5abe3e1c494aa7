//! Whatever happens in whatever order, the tallies are what a count of every guest would say.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use rusqlite::types::Value;

use super::{Reach, course, step, tallies};
use crate::holding::answer::{self, Counts, Given, Scope};
use crate::holding::{given, put_missed, put_sent};
use crate::receipt::{self, About, Answer, MatchedBy, NewReceipt, Said, State};
use crate::{Reader, Store, Writer};

const GUESTS: i64 = 12;
const WORLD: &str = "
    INSERT INTO account (id, role, kind, label, created_at) VALUES (1, 'inbox', 'maildir', 'Answers', 0);
    INSERT INTO calendar (id, name, colour, created_at) VALUES (1, 'Season', 'blue', 0);
    INSERT INTO event (id, calendar, uid, version, updated_at) VALUES (1, 1, 'game', 1, 0), (2, 1, 'other', 1, 0);
    INSERT INTO revision (id, event, number, sequence, at) VALUES (1, 1, 1, 0, 0), (2, 1, 2, 1, 0), (3, 2, 1, 0, 0);
    INSERT INTO campaign (id, kind, name, state, created_at) VALUES (1, 'invitation', 'First', 'sending', 0), (2, 'update', 'Second', 'sending', 0);
    WITH RECURSIVE each (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM each WHERE number < 12)
    INSERT INTO guest (id, address, address_shown, created_at) SELECT number, 'guest' || number, 'guest' || number, 0 FROM each;
    INSERT INTO invitation (id, guest, event, token, uid, organizer, address, provider, created_at)
        SELECT id, id, iif(id % 4 = 0, 2, 1), 'token' || id, 'uid' || id, 'club', address, iif(id % 2, 'gmail', 'other'), 0 FROM guest;
    INSERT INTO delivery (id, campaign, guest, invitation, revision, method, state, claimed_at)
        SELECT id, 1, guest, id, iif(event = 1, 1, 3), 'request', 'handed_over', 1800000000000 FROM invitation;
    INSERT INTO delivery (id, campaign, guest, invitation, revision, method, state, claimed_at)
        SELECT 100 + id, 2, guest, id, 2, iif(id % 3, 'request', 'withdraw'), 'accepted', 1800000600000 FROM invitation WHERE event = 1;
";

async fn world(folder: &tempfile::TempDir) -> Store {
    let store = Store::open(&folder.path().join("rollcall.db")).await.expect("a database");
    store.write(|w| Ok(w.0.execute_batch(WORLD)?)).await.expect("the world is set up");
    store
}

fn minute(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("an instant") + SignedDuration::from_mins(minutes)
}

fn answer_of(w: &Writer<'_>, guest: i64, number: i64, answer: Option<Answer>, minutes: i64) -> Result<i64> {
    let identity = format!("message {number}");
    let new = NewReceipt {
        inbox: 1,
        identity: &identity,
        received_at: minute(minutes),
        kind: "reply",
        state: State::Counted,
        about: About { invitation: Some(guest), delivery: None, guest: Some(guest), matched_by: Some(MatchedBy::Token) },
        reason: "",
        sender: "",
        subject: "",
        said: Said { uid: if number % 2 == 0 { "uid" } else { "" }, answer, ..Said::default() },
        bounce_kind: "",
        status: "",
        words: "",
        raw: b"",
    };
    let receipt = receipt::add(w, &new, minute(minutes))?;
    let given = Given {
        invitation: guest,
        recurrence_id: "",
        answer: answer.unwrap_or(Answer::No),
        dtstamp: minute(minutes),
        at: minute(minutes),
        extra_guests: 0,
        comment: "",
        receipt,
    };
    if answer.is_some() {
        given::put(w, &given)?
    } else {
        given::put_none(w, &given)?
    };
    Ok(receipt)
}

fn rows(r: &Reader<'_>, sql: &str) -> Result<Vec<Vec<Value>>> {
    let mut select = r.0.prepare(sql)?;
    let width = select.column_count();
    let rows = select.query_map([], |row| (0..width).map(|column| row.get(column)).collect())?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Fails where a tally is not what counting says.
fn assert_counted(r: &Reader<'_>, after: &str) -> Result<()> {
    let kept = rows(r, "SELECT * FROM holding_tally WHERE count <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7")?;
    let counted = rows(
        r,
        "SELECT event, campaign, reach, answer, provider, channel, waited, count(*) FROM holding WHERE recurrence_id = ''
         GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7",
    )?;
    assert_eq!(kept, counted, "the tallies are the count of every guest, {after}");
    let turned = rows(
        r,
        "SELECT event, campaign, answer, sum(change) FROM answer_course GROUP BY 1, 2, 3 HAVING sum(change) <> 0 ORDER BY 1, 2, 3",
    )?;
    let standing = rows(
        r,
        "SELECT event, campaign, answer, count(*) FROM holding WHERE recurrence_id = '' AND answer <> '' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    )?;
    assert_eq!(turned, standing, "the course ends with the answers that stand, {after}");
    for scope in [Scope::Event(1), Scope::Event(2), Scope::Campaign(1)] {
        let counts = answer::counts(r, scope)?;
        let guests: u32 = tallies(r, scope)?.iter().filter(|tally| tally.is_counted()).map(|tally| tally.guests).sum();
        assert_eq!(
            guests,
            counts.yes + counts.maybe + counts.no + counts.none,
            "{scope:?} has the same guests however it is asked, {after}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn tallies_are_the_count_of_every_guest_whatever_happens() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = world(&folder).await;
    let checked = store.write(|w| {
        let mut chance = 7_u64;
        let mut next = |below: i64| {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            i64::try_from(chance >> 33).unwrap_or(0) % below
        };
        let mut given_by: Vec<(i64, i64)> = Vec::new();
        for number in 0..600 {
            let guest = next(GUESTS) + 1;
            let done = match next(8) {
                0 => {
                    put_sent(w, guest, next(2) == 0)?;
                    "an invitation left"
                }
                1 if guest % 4 != 0 => {
                    put_sent(w, 100 + guest, true)?;
                    "an update or a withdrawal left"
                }
                2 => {
                    put_missed(w, guest)?;
                    "an invitation was refused"
                }
                3 if !given_by.is_empty() => {
                    let (guest, receipt) = given_by.swap_remove(usize::try_from(next(i64::try_from(given_by.len())?))?);
                    given::take_back(w, guest, receipt)?;
                    "an answer was taken back"
                }
                _ => {
                    let answer =
                        [Some(Answer::Yes), Some(Answer::No), Some(Answer::Maybe), None].get(usize::try_from(next(4))?).copied().flatten();
                    given_by.push((guest, answer_of(w, guest, number, answer, next(40_000))?));
                    "an answer came"
                }
            };
            assert_counted(w, done)?;
        }
        Ok(())
    });
    checked.await.expect("every step can be done");
}

#[tokio::test]
async fn campaign_of_guests_whom_another_invited_is_counted_one_by_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = world(&folder).await;
    let (own, other, course) = store
        .write(|w| {
            for guest in [1, 2, 4] {
                put_sent(w, guest, true)?;
            }
            put_missed(w, 5)?;
            answer_of(w, 1, 1, Some(Answer::Yes), 30)?;
            put_sent(w, 101, true)?;
            Ok((tallies(w, Scope::Campaign(1))?, answer::counts(w, Scope::Campaign(2))?, course(w, Scope::Campaign(2))?))
        })
        .await
        .expect("counted");
    let reached = |reach: Reach| own.iter().filter(|tally| tally.reach == reach).map(|tally| tally.guests).sum::<u32>();
    assert_eq!((reached(Reach::Taken), reached(Reach::Missed)), (3, 1), "three hold it and one server refused it: {own:?}");
    assert_eq!(own.iter().find(|tally| tally.answer.is_some()).map(|tally| tally.waited), Some(Some(0)), "the answer came within the hour");
    assert_eq!(other, Counts { yes: 1, maybe: 0, no: 0, none: 1 }, "the update went to two who hold an invitation of the first campaign");
    assert_eq!(course.iter().map(|turn| turn.change).sum::<i64>(), 1, "and one of them answered");
}

#[test]
fn times_fall_into_their_steps() {
    let hours = |hours: i64| Some(hours * 3_600_000);
    assert_eq!([None, hours(0), hours(1), hours(2), hours(24 * 15)].map(step), [0, 1, 1, 2, 8], "up to and with the end of each step");
}
