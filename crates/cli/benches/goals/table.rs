//! What was measured, as a table and as JSON.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

/// A goal.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    /// Under so much.
    Under(f64),
    /// At least so much.
    AtLeast(f64),
    /// Only looked at.
    None,
}

/// One measurement.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measure {
    name: String,
    measured: f64,
    unit: &'static str,
    goal: Goal,
    peer: Option<Peer>,
    met: bool,
}

/// Somebody else doing comparable work in the same run.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Peer {
    /// Which.
    pub(crate) name: &'static str,
    /// In the unit of the measurement.
    pub(crate) measured: f64,
}

/// All measurements of a run.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<Measure>,
}

impl Table {
    /// Adds a measurement and prints its line.
    pub(crate) fn add(&mut self, name: &str, measured: f64, unit: &'static str, goal: Goal, peer: Option<Peer>) {
        let met = match goal {
            Goal::Under(most) => measured < most,
            Goal::AtLeast(least) => measured >= least,
            Goal::None => true,
        };
        if self.rows.is_empty() {
            line("what", "measured", "goal", "peer", "");
        }
        let goal_words = match goal {
            Goal::Under(most) => format!("< {} {unit}", number(most)),
            Goal::AtLeast(least) => format!("≥ {} {unit}", number(least)),
            Goal::None => String::new(),
        };
        let peer_words = peer.as_ref().map(|peer| format!("{} {}", number(peer.measured), peer.name)).unwrap_or_default();
        let verdict = match (goal, met) {
            (Goal::None, _) => "",
            (_, true) => "met",
            (_, false) => "missed",
        };
        line(name, &format!("{} {unit}", number(measured)), &goal_words, &peer_words, verdict);
        self.rows.push(Measure { name: name.to_owned(), measured, unit, goal, peer, met });
    }

    /// Writes the table as JSON into the target folder.
    pub(crate) fn keep(&self) -> Result<()> {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let path = scratch.parent().unwrap_or(scratch).join("bench.json");
        std::fs::write(&path, serde_json::to_vec_pretty(&self.rows)?).with_context(|| format!("Write {}", path.display()))
    }
}

#[expect(clippy::print_stdout, reason = "the table is what the program is for")]
fn line(name: &str, measured: &str, goal: &str, peer: &str, verdict: &str) {
    println!("{name:<58} {measured:>16}  {goal:<18} {peer:<44} {verdict}");
}

/// A number with as many places as say something.
fn number(value: f64) -> String {
    if value >= 100.0 {
        format!("{value:.0}")
    } else if value >= 1.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.3}")
    }
}

/// So many in so long, a second.
pub(crate) fn per_second(count: usize, took: std::time::Duration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of a benchmark")]
    let count = count as f64;
    count / took.as_secs_f64().max(1e-9)
}
