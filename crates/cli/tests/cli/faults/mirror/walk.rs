//! Random edits on both sides of a mirror, and random ends of the process that keeps them the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::Value;
use testkit::watched_http::{Moment, WatchedHttp};

use super::edit::{Edit, Kind, New, Occurrence};
use super::here::Here;
use super::there::{There, Told};
use crate::faults::is_full;
use crate::faults::killer::Killer;
use crate::program::Program;

const MOMENTS: [Moment; 4] =
    [Moment::Asked { write: true }, Moment::Answered { write: true }, Moment::Asked { write: false }, Moment::Answered { write: false }];
const PATIENCE: Duration = Duration::from_mins(2);

/// A field of an event at the provider, or of one date of it.
type Field = (String, String, &'static str);

/// What was done, and how often it ended.
#[derive(Default, Debug)]
struct Tally {
    here: usize,
    there: usize,
    same_field: usize,
    looks: usize,
    kills: BTreeMap<String, usize>,
    reconnected: usize,
    /// Looks that ended before their end by themselves, by why.
    broke_off: BTreeMap<String, usize>,
}

impl Tally {
    fn edits(&self) -> usize {
        self.here + self.there
    }

    fn killed(&self) -> usize {
        self.kills.values().sum()
    }
}

struct Walk<'w> {
    there: &'w mut dyn There,
    here: Here,
    program: Program,
    line: WatchedHttp,
    killer: Arc<Killer<Moment>>,
    random: StdRng,
    tally: Tally,
    /// What was typed here.
    typed: BTreeSet<String>,
    /// What was said there and no look has surely seen.
    unseen: BTreeMap<Field, String>,
    /// What was said there before a look that came to its end.
    seen: BTreeSet<String>,
    /// How long a look takes.
    look: Duration,
}

/// Walks, and compares at the end.
pub(super) fn walk(name: &str, there: &mut dyn There, seed: u64) {
    let seed = std::env::var("ROLLCALL_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(seed);
    let (edits, kills) = if is_full() { (2_000, 300) } else { (60, 10) };
    println!("{name}: seed {seed}");
    let began = Instant::now();
    let killer = Arc::new(Killer::default());
    let watching = Arc::clone(&killer);
    let line = there.line(Box::new(move |moment| !watching.watch(&moment)));
    let program = Program::new();
    let (form, calendar) = (there.form(&line.url("")), there.calendar());
    let here = Here::connected(&program, form, &calendar, |page| there.consents(page));
    let mut walk = Walk {
        there,
        here,
        program,
        line,
        killer,
        random: StdRng::seed_from_u64(seed),
        tally: Tally::default(),
        typed: BTreeSet::new(),
        unseen: BTreeMap::new(),
        seen: BTreeSet::new(),
        look: Duration::from_millis(300),
    };
    while walk.tally.edits() < edits || walk.tally.killed() < kills {
        walk.round();
    }
    walk.until_quiet();
    let writes = walk.line.writes();
    let last = walk.synced();
    let written = walk.line.writes() - writes;
    assert_eq!(
        (&last["changes"], &last["written"], &last["refused"], written),
        (&0.into(), &0.into(), &0.into(), 0),
        "a further look writes nothing, here or there ({name}, seed {seed}): {last}"
    );
    walk.assert_same(&format!("{name}, seed {seed}"));
    let (versions, clashes) = walk.assert_kept(&format!("{name}, seed {seed}"));
    println!(
        "{name}: {} edits, killed {} times, {clashes} clashes, {versions} versions, {written} writes of the last look, {:?}: {:?}",
        walk.tally.edits(),
        walk.tally.killed(),
        began.elapsed(),
        walk.tally
    );
}

impl Walk<'_> {
    /// A few edits, and a look that is killed more often than not; more edits while it is under way.
    fn round(&mut self) {
        for _ in 0..self.random.random_range(1..=4) {
            self.edit();
        }
        let planned = self.random.random_range(0..10);
        let moment = MOMENTS[self.random.random_range(0..MOMENTS.len())];
        let is_write = matches!(moment, Moment::Asked { write: true } | Moment::Answered { write: true });
        let nth = self.random.random_range(0..if is_write { 3 } else { 6 });
        let at_most = self.look.mul_f64(self.random.random_range(0.0..1.0));
        let (plan, at_most) = match planned {
            // Where what was made is not found again, nobody may leave between the making and the hearing of it.
            0..9 if !self.there.abilities().finds => (Some((if moment == MOMENTS[1] { MOMENTS[0] } else { moment }, nth)), None),
            0..6 => (Some((moment, nth)), None),
            6..9 => (None, Some(at_most)),
            _ => (None, None),
        };
        let seen_before: Vec<String> = self.unseen.values().cloned().collect();
        let began = Instant::now();
        self.start(plan);
        for _ in 0..self.random.random_range(0..=2) {
            self.edit();
        }
        match self.killer.wait(at_most) {
            None => {
                let how = plan.map_or_else(|| "by time".to_owned(), |(moment, _)| format!("{moment:?}"));
                *self.tally.kills.entry(how).or_default() += 1;
            }
            Some(status) => {
                self.look = (self.look + began.elapsed()) / 2;
                let report = self.report(status);
                self.judge(&report, &seen_before);
            }
        }
    }

    /// What a look that came to its own end means.
    fn judge(&mut self, report: &Value, seen: &[String]) {
        self.tally.looks += 1;
        let problem = report["problem"].as_str().unwrap_or_default();
        if problem.starts_with("Sign in again") {
            // The process was killed after the provider replaced its consent, and before it heard the new one.
            self.here.reconnect(|page| self.there.consents(page));
            self.tally.reconnected += 1;
        } else if !problem.is_empty() {
            *self.tally.broke_off.entry(problem.to_owned()).or_default() += 1;
        } else {
            // What was said anew while it looked may have come before it.
            self.seen.extend(self.unseen.values().filter(|said| seen.contains(said)).cloned());
            self.unseen.retain(|_, said| !seen.contains(said));
        }
    }

    fn start(&self, plan: Option<(Moment, u32)>) {
        let file = |name: &str| File::create(self.program.path(name)).expect("a file");
        let mut command = self.program.command();
        command.args(["--json", "sync"]).stdout(file("look.json")).stderr(file("look.txt"));
        self.killer.start(&mut command, plan);
    }

    /// What the look that just ended reported: its account's problem, and what it did to its calendar.
    fn report(&self, status: i32) -> Value {
        let text = fs::read_to_string(self.program.path("look.json")).expect("a report");
        let words = fs::read_to_string(self.program.path("look.txt")).expect("words");
        assert!(matches!(status, 0 | 3), "a look ends well, or says why not: {status} {text} {words}");
        let reports: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text} {words}"));
        let mut report = reports[0]["calendars"].as_array().and_then(|calendars| calendars.first().cloned()).unwrap_or_default();
        if reports[0]["problem"] != "" || report.is_null() {
            report["problem"] = reports[0]["problem"].clone();
        }
        report
    }

    /// A look that nobody kills.
    fn synced(&self) -> Value {
        self.start(None);
        let status = self.killer.wait(None).expect("nobody kills it");
        self.report(status)
    }

    /// Looks until there is nothing left to do. What was put off comes up again by itself.
    fn until_quiet(&mut self) {
        let began = Instant::now();
        loop {
            let seen: Vec<String> = self.unseen.values().cloned().collect();
            let report = self.synced();
            let is_quiet = report["changes"] == 0 && report["written"] == 0 && report["problem"] == "";
            self.judge(&report, &seen);
            let account = self.program.json(&["account", "list"]);
            let waiting = account[0]["calendars"][0]["waiting"].as_u64().unwrap_or_default();
            if is_quiet && waiting == 0 {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "it comes to rest: {report} {account}");
            if is_quiet {
                thread::sleep(Duration::from_millis(500));
            }
        }
    }

    fn edit(&mut self) {
        let number = self.tally.edits();
        match self.random.random_range(0..if self.has_fields() { 10 } else { 8 }) {
            0..4 => self.edit_here(&format!("typed{number}.")),
            4..8 => self.edit_there(&format!("phone{number}.")),
            _ => self.edit_both(number),
        }
    }

    fn any<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        (!all.is_empty()).then(|| all[self.random.random_range(0..all.len())].clone())
    }

    /// Of the first three something is made, of the fourth something brought back, of the others something changed.
    fn of_twenty(&mut self) -> u32 {
        // Where nothing can be done to an event but delete it, as many are made as go.
        self.random.random_range(0..if self.has_fields() { 20 } else { 6 })
    }

    /// Whether more can be done to an event than to make and to delete it.
    fn has_fields(&self) -> bool {
        self.there.abilities().kinds.len() > 1
    }

    fn edit_here(&mut self, said: &str) {
        self.tally.here += 1;
        let uids = self.here.uids();
        let kind = self.of_twenty();
        let uid = self.any(&uids);
        let (Some(uid), 3..) = (uid, kind) else {
            self.here.create(&New::any(self.there.abilities(), said.to_owned(), &mut self.random));
            self.typed.insert(said.to_owned());
            return;
        };
        if kind == 3 {
            let pick = self.random.random_range(0..1_000);
            self.here.restore(&uid, pick, self.has_fields());
            return;
        }
        let edit = Edit::any(self.there.abilities().kinds, said.to_owned(), &mut self.random);
        self.type_here(&uid, &edit);
    }

    fn type_here(&mut self, uid: &str, edit: &Edit) {
        if self.here.edit(uid, edit) && edit.kind.says() {
            self.typed.insert(edit.said.clone());
        }
    }

    fn edit_there(&mut self, said: &str) {
        self.tally.there += 1;
        let names = self.there.names();
        let kind = self.of_twenty();
        let name = self.any(&names);
        let (Some(name), 3..) = (name, kind) else {
            let new = New::any(self.there.abilities(), said.to_owned(), &mut self.random);
            let told = self.there.create(&new);
            self.note(told, Kind::Title, said);
            return;
        };
        if kind == 3 {
            if let Some(told) = self.there.restore() {
                self.forget(&told.name, None);
            }
            return;
        }
        let edit = Edit::any(self.there.abilities().kinds, said.to_owned(), &mut self.random);
        self.say_there(&name, &edit);
    }

    fn say_there(&mut self, name: &str, edit: &Edit) {
        let Some(told) = self.there.edit(name, edit) else { return };
        match edit.kind {
            Kind::Delete => self.forget(name, None),
            Kind::Off => self.forget(name, Some(&told.date)),
            // Other clients let the dates of a series that is moved go with it.
            Kind::Time | Kind::Rule | Kind::Following => self.unseen.retain(|field, _| field.0 != name || field.1.is_empty()),
            Kind::Title | Kind::Place | Kind::Name | Kind::Move => {}
        }
        if edit.kind.says() {
            self.note(Some(told), edit.kind, &edit.said);
        }
    }

    /// The same field of the same event, on both sides and between two looks.
    fn edit_both(&mut self, number: usize) {
        let names = self.there.names();
        let Some(name) = self.any(&names) else { return self.edit_there(&format!("phone{number}.")) };
        let Some(uid) = self.here.uid_of(&name) else { return self.edit_here(&format!("typed{number}.")) };
        self.tally.here += 1;
        self.tally.there += 1;
        self.tally.same_field += 1;
        let edit = Edit::clashing(format!("typed{number}."), &mut self.random);
        let other = Edit { said: format!("phone{number}."), ..edit.clone() };
        if self.random.random_bool(0.5) {
            self.type_here(&uid, &edit);
            self.say_there(&name, &other);
        } else {
            self.say_there(&name, &other);
            self.type_here(&uid, &edit);
        }
    }

    fn note(&mut self, told: Option<Told>, kind: Kind, said: &str) {
        let Some(Told { name, date }) = told else { return };
        let field = if kind == Kind::Place { "place" } else { "title" };
        self.unseen.insert((name, date, field), said.to_owned());
    }

    /// What was said of an event, or of a date of it, is no longer to be seen there.
    fn forget(&mut self, name: &str, date: Option<&str>) {
        self.unseen.retain(|field, _| field.0 != name || date.is_some_and(|date| field.1 != date));
    }

    /// The same takes place on both sides.
    fn assert_same(&mut self, when: &str) {
        let count = |all: Vec<Occurrence>| {
            let mut counted: BTreeMap<Occurrence, i32> = BTreeMap::new();
            for one in all {
                *counted.entry(one).or_default() += 1;
            }
            counted
        };
        let (here, there) = (count(self.here.occurrences()), count(self.there.occurrences()));
        let only = |own: &BTreeMap<Occurrence, i32>, other: &BTreeMap<Occurrence, i32>| {
            own.iter().filter(|(one, count)| other.get(*one) != Some(*count)).map(|(one, _)| one.join(" | ")).collect::<Vec<_>>()
        };
        let (only_here, only_there) = (only(&here, &there), only(&there, &here));
        assert!(!here.is_empty(), "something is left ({when})");
        if only_here.is_empty() && only_there.is_empty() {
            return;
        }
        let titles: Vec<&str> = only_here.iter().chain(&only_there).filter_map(|one| one.split(" | ").nth(2)).collect();
        let known = self.here.known_of(&titles);
        panic!("the same takes place on both sides ({when})\nonly here {only_here:#?}\nonly there {only_there:#?}\nknown here {known:#?}");
    }

    /// Whatever was said on either side is a version, or stands in a clash. How many versions and clashes there are.
    fn assert_kept(&self, when: &str) -> (usize, usize) {
        let (history, clashes) = (self.here.history(), self.here.clashes());
        let all = history.join("\n");
        let lost: Vec<&String> = self.typed.iter().filter(|said| !all.contains(said.as_str())).collect();
        assert!(lost.is_empty(), "everything that was typed here is in the history ({when}): {lost:?}");
        let others = clashes.join("\n");
        let lost: Vec<&String> = self.seen.iter().filter(|said| !all.contains(said.as_str()) && !others.contains(said.as_str())).collect();
        assert!(lost.is_empty(), "everything that was said there is a version or in a clash ({when}): {lost:?}");
        (history.len(), clashes.len())
    }
}
