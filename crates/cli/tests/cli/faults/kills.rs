//! The sending process killed at any moment, over many campaigns.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use testkit::counting_smtp::{CountingSmtp, Stage};

use super::killer::Killer;
use super::{is_full, ledger, season};
use crate::program::Program;

const GUESTS: usize = 250;
const GAMES: usize = 300;
/// These are asked to come back later, the first time: the campaign waits for them.
const DEFERRED: usize = 60;
const STATES: [&str; 6] = ["queued", "handed_over", "retry", "accepted", "refused", "uncertain"];

/// How often it was killed, by what the server and the ledger stood at.
#[derive(Default, Debug)]
struct Tally {
    kills: usize,
    stages: BTreeMap<Stage, usize>,
    states: BTreeMap<&'static str, usize>,
}

#[test]
fn killed_at_any_moment_it_loses_nobody_and_reaches_nobody_twice() {
    let kills = if is_full() { 500 } else { 45 };
    let killer = Arc::new(Killer::<Stage>::default());
    let watching = Arc::clone(&killer);
    let mut server = CountingSmtp::builder().refusing(&season::guest(3), "550 5.1.1 nobody here").watched_by(move |stage| {
        watching.watch(&stage);
    });
    for number in 100..100 + if is_full() { DEFERRED } else { 0 } {
        server = server.deferring_once(&season::guest(number));
    }
    let server = server.start().expect("the server starts");
    let program = season::with(Program::new(), &server, GAMES, GUESTS);
    let mut random = StdRng::seed_from_u64(20_270_314);
    let mut tally = Tally::default();
    let mut campaigns = Vec::new();
    while tally.kills < kills {
        let id = season::campaign(&program, campaigns.len());
        campaigns.push(id.clone());
        while tally.kills < kills && kill_once(&program, &killer, &id, &mut random, &mut tally) {}
        program.run(&["campaign", "send", &id, "--yes"]);
    }
    for (game, id) in campaigns.iter().enumerate() {
        ledger::assert_true(&program, &server, id, &format!("Game {game} is coming up"), GUESTS);
    }
    println!(
        "killed {} times in {} campaigns, {} messages: {:?} {:?}",
        tally.kills,
        campaigns.len(),
        server.count(),
        tally.stages,
        tally.states
    );
    if is_full() {
        for stage in Stage::ALL {
            assert!(tally.stages.get(&stage).is_some_and(|kills| *kills >= 20), "too few kills at {stage:?}: {tally:?}");
        }
        for state in STATES {
            assert!(tally.states.get(state).is_some_and(|kills| *kills >= 20), "too few kills with rows {state}: {tally:?}");
        }
    }
}

/// Lets a campaign send until it is killed; false where it came to its end.
fn kill_once(program: &Program, killer: &Killer<Stage>, id: &str, random: &mut StdRng, tally: &mut Tally) -> bool {
    let mut command = program.command();
    command.args(["campaign", "send", id, "--yes"]).stdout(Stdio::null()).stderr(Stdio::null());
    let stage = Stage::ALL[tally.kills / 2 % Stage::ALL.len()];
    // While it waits for those who asked to come back later there is no dialogue.
    let waits = program.json(&["campaign", "status", id])["retry"].as_u64() > Some(0);
    let by_stage = tally.kills.is_multiple_of(2) && !waits;
    let (plan, at_most) = if by_stage {
        (Some((stage, random.random_range(0..if stage < Stage::Mail { 3 } else { 60 }))), None)
    } else {
        (None, Some(Duration::from_millis(random.random_range(0..500))))
    };
    killer.start(&mut command, plan);
    if killer.wait(at_most).is_some() {
        return false;
    }
    tally.kills += 1;
    if by_stage {
        *tally.stages.entry(stage).or_default() += 1;
    }
    let status = program.json(&["campaign", "status", id]);
    let count = |state: &str| status[state].as_u64().expect("a number");
    assert!(count("handed_over") <= 2 * season::CONNECTIONS, "at most twice the lines are in doubt: {status}");
    for state in STATES.into_iter().filter(|state| count(state) > 0) {
        *tally.states.entry(state).or_default() += 1;
    }
    true
}
