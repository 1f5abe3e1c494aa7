//! Random edits on both sides, with faults and restarts between them.

use std::collections::BTreeSet;

use calendar::remote::RemoteFailure;
use engine::calendars::view::EventDraft;
use jiff::SignedDuration;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use testkit::fake_calendars::{Fault, Shape};

use super::world::{TEAM, World, at, exception, weekly};

#[tokio::test]
async fn whatever_is_edited_on_both_sides_ends_the_same_on_both() {
    for (shape, seed) in [(Shape::Whole, 1), (Shape::Single, 2)] {
        walk(shape, seed, 250).await;
    }
}

/// The long walk of two thousand edits for each shape.
#[tokio::test]
#[ignore = "takes minutes: run by `cargo xtask test --faults`"]
async fn two_thousand_edits_with_random_faults_end_the_same_on_both_sides() {
    for (shape, seed) in [(Shape::Whole, 11), (Shape::Single, 12)] {
        walk(shape, seed, 2000).await;
    }
}

async fn walk(shape: Shape, seed: u64, edits: u32) {
    let mut random = StdRng::seed_from_u64(seed);
    let mut world = World::new(shape).await;
    world.remote.page(7);
    let mut typed: BTreeSet<String> = BTreeSet::new();
    for number in 0..edits {
        if random.random_bool(0.5) {
            edit_here(&world, &mut random, number, &mut typed).await;
        } else {
            edit_there(&world, &mut random, number);
        }
        if random.random_bool(0.15) {
            let faults: Vec<Fault> = (0..random.random_range(0..4)).map(|_| fault(&mut random)).collect();
            world.remote.fail(faults);
            world.sync_all().await;
        }
        if random.random_bool(0.02) {
            world = world.restarted().await;
        }
        if random.random_bool(0.02) {
            world.remote.forget(TEAM);
        }
    }
    for _ in 0..8 {
        world.wait(SignedDuration::from_hours(3));
        world.sync_all().await;
    }
    let last = world.sync().await;
    assert_eq!((last.changes, last.written, last.problem.as_str()), (0, 0, ""), "a further look finds nothing to do (seed {seed})");
    world.assert_same(&format!("after {edits} edits (seed {seed})")).await;
    let history = world.history().await.join("\n");
    let lost: Vec<&String> = typed.iter().filter(|said| !history.contains(said.as_str())).collect();
    assert!(lost.is_empty(), "everything that was typed here is in the history: {lost:?}");
}

fn fault(random: &mut StdRng) -> Fault {
    match random.random_range(0..6) {
        0 | 1 => Fault::Unheard,
        2 | 3 => Fault::Half,
        4 => Fault::Fails(RemoteFailure::Later { reason: "not now".into(), after_seconds: Some(30) }),
        _ => Fault::Fails(RemoteFailure::TokenExpired),
    }
}

fn date(random: &mut StdRng) -> String {
    at("20270306T180000").moved_by(SignedDuration::from_hours(7 * 24 * random.random_range(0..10))).value()
}

async fn edit_here(world: &World, random: &mut StdRng, number: u32, typed: &mut BTreeSet<String>) {
    let all: Vec<String> = world.here().await.into_keys().collect();
    let Some(uid) = (!all.is_empty()).then(|| all[random.random_range(0..all.len())].clone()) else {
        world.create(&format!("New {number}"), "2027-03-06T18:00:00", "FREQ=WEEKLY;COUNT=10").await;
        return;
    };
    let said = format!("here{number}.");
    let draft = match random.random_range(0..8) {
        0 => {
            world.create(&said, "2027-03-06T18:00:00", "FREQ=WEEKLY;COUNT=10").await;
            typed.insert(said);
            return;
        }
        1 => return world.delete(&uid, "").await,
        2 => return world.delete(&uid, &date(random)).await,
        3 => {
            let occurrence = date(random);
            let draft = EventDraft { summary: Some(said.clone()), ..EventDraft::default() };
            if world.edit(&uid, &occurrence, draft).await.is_ok() {
                typed.insert(said);
            }
            return;
        }
        4 => EventDraft { start: Some(format!("2027-03-06T{:02}:00:00", random.random_range(8..20))), ..EventDraft::default() },
        5 => EventDraft { place: Some(said.clone()), ..EventDraft::default() },
        _ => EventDraft { summary: Some(said.clone()), ..EventDraft::default() },
    };
    let names_it = draft.summary.is_some() || draft.place.is_some();
    if world.edit(&uid, "", draft).await.is_ok() && names_it {
        typed.insert(said);
    }
}

fn edit_there(world: &World, random: &mut StdRng, number: u32) {
    let all = world.remote.series(TEAM);
    let said = format!("there{number}.");
    let known = (!all.is_empty()).then(|| all.values().nth(random.random_range(0..all.len())).expect("one of them"));
    let Some(known) = known.filter(|_| random.random_bool(0.85)) else { return world.there(&[weekly(&format!("t{number}"), &said)]) };
    let mut events = known.to_events();
    let uid = events[0].uid.clone();
    match random.random_range(0..7) {
        0 => {
            world.tick();
            return world.remote.delete(TEAM, &uid);
        }
        1 => {
            let original = date(random);
            events.retain(|event| event.recurrence_id != Some(at(&original)));
            events[0].recurrence.excluded.push(at(&original));
        }
        2 => events[0].recurrence.excluded.clear(),
        3 => {
            let original = date(random);
            events.retain(|event| event.recurrence_id != Some(at(&original)));
            events[0].recurrence.excluded.retain(|date| *date != at(&original));
            events.push(exception(&uid, &original, &said));
        }
        4 => {
            let by = SignedDuration::from_mins(30);
            (events[0].start, events[0].end) = (events[0].start.moved_by(by), events[0].end.moved_by(by));
        }
        _ => events[0].summary = said,
    }
    world.there(&events);
}
