//! The sending process killed at any moment, over many campaigns.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use testkit::counting_smtp::{CountingSmtp, Stage};

use super::{is_full, ledger, season};
use crate::program::Program;

const GUESTS: usize = 250;
const GAMES: usize = 300;
/// These are asked to come back later, the first time: the campaign waits for them.
const DEFERRED: usize = 60;
const STATES: [&str; 6] = ["queued", "handed_over", "retry", "accepted", "refused", "uncertain"];

/// Kills the process that sends, at a stage of a dialogue.
#[derive(Default)]
struct Killer {
    process: Mutex<Option<Child>>,
    plan: Mutex<Option<(Stage, u32)>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Killer {
    fn watch(&self, stage: Stage) {
        let mut plan = lock(&self.plan);
        match &mut *plan {
            Some((wanted, 0)) if *wanted == stage => {
                self.kill();
                *plan = None;
            }
            Some((wanted, left)) if *wanted == stage => *left -= 1,
            _ => {}
        }
    }

    fn kill(&self) {
        if let Some(process) = &mut *lock(&self.process) {
            // SIGKILL; one that is gone already cannot be killed.
            let _ = process.kill();
        }
    }

    /// Runs a command until it ends, or until the plan or the time kills it. Whether it was killed.
    fn run(&self, command: &mut Command, plan: Option<(Stage, u32)>, at_most: Option<Duration>) -> bool {
        *lock(&self.plan) = plan;
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it can be started");
        *lock(&self.process) = Some(process);
        let began = Instant::now();
        let status = loop {
            if let Some(process) = &mut *lock(&self.process)
                && let Some(status) = process.try_wait().expect("it can be waited for")
            {
                break status;
            }
            if at_most.is_some_and(|at_most| began.elapsed() >= at_most) {
                self.kill();
            }
            thread::sleep(Duration::from_millis(2));
        };
        *lock(&self.process) = None;
        *lock(&self.plan) = None;
        status.code().is_none()
    }
}

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
    let killer = Arc::new(Killer::default());
    let watching = Arc::clone(&killer);
    let mut server =
        CountingSmtp::builder().refusing(&season::guest(3), "550 5.1.1 nobody here").watched_by(move |stage| watching.watch(stage));
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
fn kill_once(program: &Program, killer: &Killer, id: &str, random: &mut StdRng, tally: &mut Tally) -> bool {
    let mut command = program.command();
    command.args(["campaign", "send", id, "--yes"]);
    let stage = Stage::ALL[tally.kills / 2 % Stage::ALL.len()];
    // While it waits for those who asked to come back later there is no dialogue.
    let waits = program.json(&["campaign", "status", id])["retry"].as_u64() > Some(0);
    let by_stage = tally.kills.is_multiple_of(2) && !waits;
    let killed = if by_stage {
        killer.run(&mut command, Some((stage, random.random_range(0..if stage < Stage::Mail { 3 } else { 60 }))), None)
    } else {
        killer.run(&mut command, None, Some(Duration::from_millis(random.random_range(0..500))))
    };
    if !killed {
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
