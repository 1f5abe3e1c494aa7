use std::sync::Arc;

use anyhow::Result;
use jiff::Timestamp;
use rusqlite::params;

use super::turn::{Claim, Finished, Outcome, Told, Turn, turn};
use super::{Method, State, due, enqueue, page, settle};
use crate::campaign::{self, State as CampaignState};
use crate::invitation::{self, NewInvitation};
use crate::revision::{Component, NewRevision};
use crate::{Reader, Store, Writer, guest, holding, revision};

fn now() -> Timestamp {
    "2027-03-01T12:00:00Z".parse().unwrap()
}

fn later(minutes: i64) -> Timestamp {
    now() + jiff::SignedDuration::from_mins(minutes)
}

/// A database with one event, a list of guests, and a campaign of that event that sends.
struct World {
    store: Store,
    campaign: i64,
    event: i64,
    revision: i64,
    _folder: tempfile::TempDir,
}

impl World {
    async fn with_guests(guests: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("rollcall.db")).await.unwrap();
        let (campaign, event, revision) = store
            .write(move |w| {
                let (event, list) = people_and_event(w, guests)?;
                let revision = next_revision(w, event)?;
                let campaign = sending_campaign(w, campaign::Kind::Invitation, event, revision)?;
                for member in enqueue::members(w, list, 0, 10_000)? {
                    invite(w, campaign, member.recipient.guest, event, revision)?;
                }
                Ok((campaign, event, revision))
            })
            .await
            .unwrap();
        Self { store, campaign, event, revision, _folder: folder }
    }

    async fn due(&self, now: Timestamp) -> Vec<due::Due> {
        let campaign = self.campaign;
        self.store.read(move |r| due::after(r, campaign, due::Place::default(), now, 1000)).await.unwrap()
    }

    async fn turn(&self, finished: Vec<(i64, Finished)>, claims: Vec<Claim>) -> Vec<i64> {
        let finished = finished.into_iter().map(|(delivery, finished)| Outcome { delivery, begun: Some(now()), finished }).collect();
        let work = Turn { finished, claims, ..Turn::default() };
        self.store.write(move |w| turn(w, &work, now())).await.unwrap().claimed
    }

    async fn count(&self, state: State) -> u64 {
        let campaign = self.campaign;
        self.store.read(move |r| campaign::counts(r, campaign)).await.unwrap().of(state)
    }

    fn claim(&self, due: &due::Due) -> Claim {
        let invitation = due.invitation.as_ref().unwrap();
        let told = Told {
            invitation: invitation.id,
            revision: self.revision,
            method: Method::Request,
            sequence: 0,
            dtstamp: now().as_second(),
            base: None,
        };
        Claim { delivery: due.id, campaign: self.campaign, told: Some(told), message: Arc::from(*b"message") }
    }

    async fn claim_all(&self) -> Vec<i64> {
        let claims = self.due(now()).await.iter().map(|due| self.claim(due)).collect();
        self.turn(Vec::new(), claims).await
    }
}

fn people_and_event(w: &Writer<'_>, guests: i64) -> Result<(i64, i64)> {
    w.0.execute("INSERT INTO calendar (id, name, colour, created_at) VALUES (1, 'Season', 'blue', 0)", [])?;
    w.0.execute("INSERT INTO event (id, calendar, uid, version, updated_at) VALUES (1, 1, 'game', 1, 0)", [])?;
    w.0.execute(
        "INSERT INTO event_version (event, number, start_local, end_local, source, at) VALUES (1, 1, '2027-04-01T10:00:00', '2027-04-01T12:00:00', 'window', 0)",
        [],
    )?;
    w.0.execute("INSERT INTO guest_list (id, name, created_at) VALUES (1, 'Members', 0)", [])?;
    for guest in 1..=guests {
        w.0.prepare_cached("INSERT INTO guest (id, address, address_shown, created_at) VALUES (?1, ?2, ?2, 0)")?
            .execute(params![guest, format!("guest{guest}@example.org")])?;
        w.0.prepare_cached("INSERT INTO guest_list_member (list, guest) VALUES (1, ?1)")?.execute([guest])?;
    }
    Ok((1, 1))
}

fn next_revision(w: &Writer<'_>, event: i64) -> Result<i64> {
    let components = [Component { event, number: 1 }];
    let new = NewRevision { event, sequence: 0, cancelled: false, changed: "[]", components: &components };
    Ok(revision::add(w, &new, now())?.id)
}

fn sending_campaign(w: &Writer<'_>, kind: campaign::Kind, event: i64, revision: i64) -> Result<i64> {
    let draft = campaign::Draft {
        kind,
        name: "Season".to_owned(),
        list: Some(1),
        audience: "{}".to_owned(),
        template_version: None,
        sender: None,
        inbox: None,
        scheduled_at: None,
        per_second: None,
        hours: String::new(),
        pilot: String::new(),
        spacing: 0,
        events: vec![event],
    };
    let campaign = campaign::create(w, &draft, now())?;
    campaign::freeze(w, campaign, event, revision)?;
    campaign::advance(w, campaign, &[CampaignState::Draft], CampaignState::Sending, "", now())?;
    Ok(campaign)
}

fn invite(w: &Writer<'_>, campaign: i64, guest: i64, event: i64, revision: i64) -> Result<()> {
    let token = format!("token{guest:011}");
    let address = format!("guest{guest}@example.org");
    let uid = format!("{event}.{token}@example.org");
    let new = NewInvitation { guest, event, address: &address, token: &token, uid: &uid, organizer: "club@example.org" };
    let invitation = invitation::ensure(w, &new, now())?;
    let standing = enqueue::standing(w, guest, event)?;
    enqueue::queue(w, enqueue::News { campaign, revision, method: Method::Request, not_before: None }, &invitation, &standing, now())
}

#[tokio::test]
async fn a_claimed_row_is_not_claimed_twice() {
    let world = World::with_guests(3).await;
    let claims: Vec<Claim> = world.due(now()).await.iter().map(|due| world.claim(due)).collect();
    assert_eq!(world.turn(Vec::new(), claims.clone()).await.len(), 3, "what waits can be claimed");
    assert_eq!(world.turn(Vec::new(), claims).await, Vec::<i64>::new(), "what is on its way cannot be claimed again");
    assert!(world.due(now()).await.is_empty(), "what is on its way is not due");
}

#[tokio::test]
async fn a_campaign_that_was_paused_gives_no_claim() {
    let world = World::with_guests(3).await;
    let claims: Vec<Claim> = world.due(now()).await.iter().map(|due| world.claim(due)).collect();
    let campaign = world.campaign;
    world
        .store
        .write(move |w| campaign::advance(w, campaign, &[CampaignState::Sending], CampaignState::Paused, "by you", now()))
        .await
        .unwrap();
    assert!(world.turn(Vec::new(), claims).await.is_empty(), "the pause holds for what was about to be claimed");
    assert_eq!(world.count(State::Queued).await, 3, "everyone still waits");
}

#[tokio::test]
async fn crash_after_claim_leaves_the_delivery_uncertain_with_its_message() {
    let world = World::with_guests(2).await;
    world.claim_all().await;
    let left = world.store.write(|w| super::turn::recover(w, None, "Rollcall ended", now())).await.unwrap();
    assert_eq!(left, 2, "both were on their way");
    assert_eq!(world.count(State::Uncertain).await, 2, "nobody can know whether they arrived");
    assert!(world.due(later(60 * 24)).await.is_empty(), "an uncertain delivery never leaves again by itself");
    let messages: i64 =
        world.store.read(|r| Ok(r.0.query_row("SELECT count(*) FROM delivery WHERE kept > 0", [], |row| row.get(0))?)).await.unwrap();
    assert_eq!(messages, 2, "the bytes are kept, to be sent again unchanged");
}

#[tokio::test]
async fn each_result_moves_its_row_and_the_counts_always_sum_to_the_total() {
    let world = World::with_guests(5).await;
    let rows = world.claim_all().await;
    let finished = vec![
        (rows[0], Finished::Accepted { remote_id: "remote-1".to_owned() }),
        (rows[1], Finished::Refused { reason: "550 no such user".to_owned() }),
        (rows[2], Finished::Uncertain { reason: "the line broke".to_owned() }),
        (rows[3], Finished::Retry { at: later(5), reason: "451 later".to_owned(), counts: true }),
        (rows[4], Finished::PutBack { keep: false }),
    ];
    world.turn(finished, Vec::new()).await;
    for state in [State::Accepted, State::Refused, State::Uncertain, State::Retry, State::Queued] {
        assert_eq!(world.count(state).await, 1, "one row is {}", state.as_str());
    }
    let campaign = world.campaign;
    assert_eq!(world.store.read(move |r| campaign::counts(r, campaign)).await.unwrap().total(), 5, "nobody is dropped");
    assert_eq!(world.due(now()).await.len(), 1, "the retry waits for its time");
    assert_eq!(world.due(later(5)).await.len(), 2, "then it is due");
    let known = world.store.read(|r| super::by_remote_id(r, "remote-1")).await.unwrap().unwrap();
    assert_eq!(known.id, rows[0], "the server's name finds the row");
}

#[tokio::test]
async fn a_result_that_comes_twice_counts_once() {
    let world = World::with_guests(1).await;
    let rows = world.claim_all().await;
    let accepted = Finished::Accepted { remote_id: String::new() };
    world.turn(vec![(rows[0], accepted.clone())], Vec::new()).await;
    world.turn(vec![(rows[0], Finished::Refused { reason: "late".to_owned() })], Vec::new()).await;
    assert_eq!((world.count(State::Accepted).await, world.count(State::Refused).await), (1, 0), "the first result stands");
}

#[tokio::test]
async fn a_later_revision_supersedes_what_waits_and_waits_for_what_is_uncertain() {
    let world = World::with_guests(2).await;
    let due = world.due(now()).await;
    let claimed = world.turn(Vec::new(), vec![world.claim(&due[0])]).await;
    world.turn(vec![(claimed[0], Finished::Uncertain { reason: "cut".to_owned() })], Vec::new()).await;
    let event = world.event;
    let (update, second) = world
        .store
        .write(move |w| {
            let second = next_revision(w, event)?;
            let update = sending_campaign(w, campaign::Kind::Update, event, second)?;
            for guest in [1, 2] {
                invite(w, update, guest, event, second)?;
            }
            Ok((update, second))
        })
        .await
        .unwrap();
    assert_eq!(world.count(State::Superseded).await, 1, "the old revision that still waited gave way");
    let world = World { campaign: update, revision: second, ..world };
    assert_eq!(world.due(now()).await.len(), 1, "the guest of the uncertain one waits");
    let due = world.due(later(10)).await;
    assert_eq!(due.len(), 2, "ten minutes later it goes");
    world.turn(Vec::new(), due.iter().map(|due| world.claim(due)).collect()).await;
    let uncertain: i64 = world
        .store
        .read(|r| Ok(r.0.query_row("SELECT count(*) FROM delivery WHERE state = 'uncertain'", [], |row| row.get(0))?))
        .await
        .unwrap();
    assert_eq!(uncertain, 0, "what became of the old one is idle now");
}

#[tokio::test]
async fn sending_again_keeps_the_bytes_and_reopens_the_campaign() {
    let world = World::with_guests(1).await;
    let rows = world.claim_all().await;
    world.turn(vec![(rows[0], Finished::Uncertain { reason: "cut".to_owned() })], Vec::new()).await;
    let (campaign, row) = (world.campaign, rows[0]);
    world
        .store
        .write(move |w| {
            campaign::advance(w, campaign, &[CampaignState::Sending], CampaignState::Done, "", now())?;
            let key = super::get(w, row)?.unwrap();
            settle::send_again(w, &key, now())
        })
        .await
        .unwrap();
    assert_eq!(world.due(now()).await[0].kept.as_deref(), Some(&b"message"[..]), "the same bytes leave again");
    let state = world.store.read(move |r| campaign::get(r, campaign)).await.unwrap().unwrap().state;
    assert_eq!(state, CampaignState::Sending, "the campaign has something to do again");
}

#[tokio::test]
async fn each_message_of_a_claim_is_kept_until_its_result_and_no_longer() {
    let world = World::with_guests(3).await;
    let claims: Vec<Claim> = world
        .due(now())
        .await
        .iter()
        .map(|due| Claim { message: Arc::from(format!("To: {}\r\n\r\nCome.", due.recipient.address).into_bytes()), ..world.claim(due) })
        .collect();
    let rows = world.turn(Vec::new(), claims).await;
    let uncertain = |row| (row, Finished::Uncertain { reason: "cut".to_owned() });
    world.turn(vec![(rows[0], Finished::Accepted { remote_id: String::new() }), uncertain(rows[1]), uncertain(rows[2])], Vec::new()).await;
    let again = [rows[1], rows[2]];
    let send_again = move |w: &Writer<'_>| {
        for row in again {
            settle::send_again(w, &super::get(w, row)?.unwrap(), now())?;
        }
        Ok(())
    };
    world.store.write(send_again).await.unwrap();
    let kept: Vec<Option<Vec<u8>>> = world.due(now()).await.into_iter().map(|due| due.kept).collect();
    let message = |guest| Some(format!("To: guest{guest}@example.org\r\n\r\nCome.").into_bytes());
    assert_eq!(kept, [message(2), message(3)], "each of them is its own, though they were kept together");
    world.claim_all().await;
    let refused = |row| (row, Finished::Refused { reason: "550".to_owned() });
    world.turn(vec![refused(rows[1]), refused(rows[2])], Vec::new()).await;
    let left: i64 = world
        .store
        .write(|w| {
            super::kept::sweep(w)?;
            Ok(w.0.query_row("SELECT count(*) FROM kept", [], |row| row.get(0))?)
        })
        .await
        .unwrap();
    assert_eq!(left, 0, "what has its result is not kept any longer");
}

#[tokio::test]
async fn a_campaign_ends_when_nothing_of_it_waits_and_not_before() {
    let world = World::with_guests(1).await;
    let rows = world.claim_all().await;
    let (campaign, row) = (world.campaign, rows[0]);
    let finish = || world.store.write(move |w| campaign::finish(w, campaign, &[CampaignState::Sending], "", now()));
    world.store.write(move |w| campaign::put_enqueued(w, campaign, 1, true)).await.unwrap();
    assert!(!finish().await.unwrap(), "its only message is on its way");
    world.turn(vec![(row, Finished::Uncertain { reason: "cut".to_owned() })], Vec::new()).await;
    let again = move |w: &Writer<'_>| {
        let key = super::get(w, row)?.unwrap();
        settle::send_again(w, &key, now())
    };
    assert!(world.store.write(again).await.unwrap(), "the organizer has it sent again, just before the campaign would have ended");
    assert!(!finish().await.unwrap(), "what was queued again is not left behind");
    world.claim_all().await;
    world.turn(vec![(row, Finished::Accepted { remote_id: String::new() })], Vec::new()).await;
    assert!(finish().await.unwrap(), "now nothing waits");
}

#[tokio::test]
async fn what_follows_a_message_is_queued_with_its_result_and_once() {
    let world = World::with_guests(2).await;
    let held = world.revision;
    let claims: Vec<Claim> = world.due(now()).await.iter().map(|due| world.claim(due)).collect();
    let followed = |claim: Claim| Claim { told: claim.told.map(|told| Told { base: Some(held), ..told }), ..claim };
    let rows = world.turn(Vec::new(), claims.into_iter().map(followed).collect()).await;
    let accepted = || Finished::Accepted { remote_id: String::new() };
    world.turn(vec![(rows[0], accepted()), (rows[1], Finished::Uncertain { reason: "cut".to_owned() })], Vec::new()).await;
    let due = world.due(now()).await;
    let [follows] = due.as_slice() else { panic!("only what was surely taken is followed: {due:?}") };
    assert_eq!((follows.method, follows.base), (Method::Cancel, Some(held)), "by the cancellation of single dates");
    let row = rows[1];
    let settle = move |w: &Writer<'_>| settle::settle(w, row, settle::Known::Sent, "an answer", now());
    assert!(world.store.write(settle).await.unwrap(), "then the other one is known to have arrived");
    assert_eq!(world.due(now()).await.len(), 2, "and is followed too");
    let claims = world.due(now()).await.iter().map(|due| Claim { told: None, ..world.claim(due) }).collect();
    let last = world.turn(Vec::new(), claims).await;
    world.turn(last.into_iter().map(|row| (row, accepted())).collect(), Vec::new()).await;
    assert_eq!((world.due(now()).await.len(), world.count(State::Accepted).await), (0, 4), "nothing follows what followed");
}

#[tokio::test]
async fn what_a_dead_sender_left_on_its_way_is_told_apart_by_account() {
    let world = World::with_guests(2).await;
    world.claim_all().await;
    world
        .store
        .write(|w| {
            w.0.execute(
                "INSERT INTO account (id, role, kind, label, address, created_at) VALUES (7, 'sender', 'smtp', 'Post', 'a@b.c', 0)",
                [],
            )?;
            w.0.execute("UPDATE campaign SET sender = 7", [])?;
            assert!(!super::turn::is_on_its_way(w, Some(8))?, "nothing is of another account");
            assert_eq!(super::turn::recover(w, Some(8), "ended", now())?, 0, "and nothing of it is touched");
            assert!(super::turn::is_on_its_way(w, Some(7))?, "two are of this one");
            assert_eq!(super::turn::recover(w, Some(7), "ended", now())?, 2, "nobody knows whether they arrived");
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(world.count(State::Uncertain).await, 2, "they wait for a ruling");
}

#[tokio::test]
async fn a_clock_put_back_makes_no_retry_wait_longer() {
    let world = World::with_guests(1).await;
    let rows = world.claim_all().await;
    world
        .store
        .write(|w| {
            w.0.execute(
                "INSERT INTO account (id, role, kind, label, address, created_at) VALUES (7, 'sender', 'smtp', 'Post', 'a@b.c', 0)",
                [],
            )?;
            w.0.execute("UPDATE campaign SET sender = 7", [])?;
            Ok(())
        })
        .await
        .unwrap();
    let retry = Finished::Retry { at: later(5), reason: "451".to_owned(), counts: true };
    world.turn(vec![(rows[0], retry)], Vec::new()).await;
    let day = jiff::SignedDuration::from_hours(24);
    world.store.write(move |w| due::bring_forward(w, 7, day, now() - day)).await.unwrap();
    assert!(world.due(later(4) - day).await.is_empty(), "its five minutes are not over");
    assert_eq!(world.due(later(5) - day).await.len(), 1, "they are no day longer than they were");
}

#[tokio::test]
async fn holdings_say_what_was_sent_and_are_counted_per_revision() {
    let world = World::with_guests(3).await;
    let rows = world.claim_all().await;
    let accepted = |row: i64| (row, Finished::Accepted { remote_id: String::new() });
    world.turn(vec![accepted(rows[0]), accepted(rows[1]), (rows[2], Finished::Uncertain { reason: String::new() })], Vec::new()).await;
    let event = world.event;
    let counts = world.store.read(move |r| holding::counts(r, event)).await.unwrap();
    assert_eq!(counts.len(), 1, "all were sent the same and none answered: {counts:?}");
    assert_eq!(counts[0].guests, 3, "an uncertain one may hold it too");
    world
        .store
        .write({
            let row = rows[2];
            move |w| settle::settle(w, row, settle::Known::NotSent, "by you", now())
        })
        .await
        .unwrap();
    let counts = world.store.read(move |r| holding::counts(r, event)).await.unwrap();
    let of = |revision| counts.iter().find(|count| count.revision == revision).map_or(0, |count| count.guests);
    assert_eq!((of(world.revision), of(0)), (2, 1), "who is known not to have got it holds nothing");
}

#[tokio::test]
async fn pages_of_the_ledger_hold_every_row_once() {
    let world = World::with_guests(25).await;
    let mut rows = world.claim_all().await;
    let half: Vec<_> = rows.drain(..12).map(|row| (row, Finished::Refused { reason: "550".to_owned() })).collect();
    world.turn(half, Vec::new()).await;
    let mut cursor = page::Cursor::default();
    let mut seen = Vec::new();
    loop {
        let (lines, next) = world.store.read(move |r| page::of_all(r, None, cursor, 7)).await.unwrap();
        seen.extend(lines.iter().map(|line| line.id));
        match next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    let mut once = seen.clone();
    once.dedup();
    assert_eq!((seen.len(), once.len()), (25, 25), "pages neither overlap nor leave gaps: {seen:?}");
}

#[tokio::test]
async fn a_guest_whom_a_campaign_left_out_is_removed_and_not_forgotten() {
    let world = World::with_guests(1).await;
    let campaign = world.campaign;
    let left_out = world
        .store
        .write(move |w| {
            w.0.execute(
                "INSERT INTO guest (id, address, address_shown, created_at) VALUES (9, 'late@example.org', 'late@example.org', 0)",
                [],
            )?;
            enqueue::leave_out(w, campaign, 9, None, Method::Request, "They want no mail", now())
        })
        .await;
    left_out.unwrap();
    world.store.write(|w| guest::forget(w, 9, now())).await.expect("the ledger still names the guest");
    let known = world.store.read(|r| guest::get(r, 9)).await.unwrap().expect("what the ledger says stays readable");
    assert!(known.deleted, "the guest is out of sight");
}

fn plan(r: &Reader<'_>, sql: &str) -> Result<String> {
    let mut explain = r.0.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
    let count = explain.parameter_count();
    let steps = explain.query_map(rusqlite::params_from_iter(vec![1; count]), |row| row.get::<_, String>(3))?;
    Ok(steps.collect::<rusqlite::Result<Vec<_>>>()?.join("\n"))
}

#[tokio::test]
async fn no_query_of_the_sender_scans_a_table_or_sorts() {
    let world = World::with_guests(1).await;
    let statements = vec![
        due::sql(),
        enqueue::members_sql(),
        enqueue::holders_sql(),
        page::IDS.to_owned(),
        super::turn::ON_THEIR_WAY.to_owned(),
        "SELECT id FROM delivery WHERE invitation = ?1 AND state = 'uncertain'".to_owned(),
        "UPDATE delivery SET state = 'superseded' WHERE invitation = ?1 AND state = 'uncertain'".to_owned(),
        "SELECT state, count FROM campaign_count WHERE campaign = ?1 AND count > 0".to_owned(),
        "SELECT revision, answer, count FROM holding_count WHERE event = ?1 AND count > 0".to_owned(),
        "SELECT id FROM invitation WHERE guest = ?1 AND event = ?2".to_owned(),
        "SELECT not_before FROM delivery WHERE campaign = ?1 AND state IN ('queued', 'retry') ORDER BY not_before, id LIMIT 1".to_owned(),
    ];
    for statement in statements {
        let plan = world
            .store
            .read({
                let statement = statement.clone();
                move |r| plan(r, &statement)
            })
            .await
            .unwrap();
        assert!(!plan.contains("SCAN"), "{statement}\nreads every row:\n{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{statement}\nsorts:\n{plan}");
    }
}
