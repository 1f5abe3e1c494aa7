//! What a rule does about one series.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Gone, Rule, is_over};
use crate::sync::{Clash, Merged, Series, Side, Ways, merge};
use crate::{Event, EventStatus};

/// What is known of the copy of a series.
#[derive(Clone, Copy, Debug)]
pub enum Known<'a> {
    /// There never was one.
    Nothing,
    /// It was made, or taken over: as the rule last wanted it, and as it stands now.
    Copied {
        /// As the rule last wanted it.
        base: &'a Series,
        /// As it stands now; empty where it was deleted.
        here: &'a Series,
    },
    /// The rule itself took it away again.
    TakenAway,
    /// The organizer did not want it.
    Declined,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Leave,
    /// A copy is to be made.
    Make(Series),
    /// The copy is to say what `series` says from now on; `base` is what the rule wants of it.
    Change {
        /// What it is to say.
        series: Series,
        /// What the rule wants of it.
        base: Series,
        /// Fields that the organizer changed otherwise than the source: the organizer's stay.
        clashes: Vec<Clash>,
    },
    /// The copy is to go.
    TakeAway,
    /// The organizer deleted the copy: it is not made again.
    Decline,
}

/// What a rule does about a series, empty where it is gone from its source. `uid` is the copy's. Days and floating times are read in `zone`.
#[must_use]
pub fn plan(rule: &Rule, source: &Series, uid: &str, known: Known<'_>, now: Timestamp, zone: &TimeZone) -> Step {
    match known {
        Known::Declined => Step::Leave,
        Known::Nothing | Known::TakenAway => {
            if rule.wants(source, zone, false) {
                Step::Make(rule.copy(source, uid))
            } else {
                Step::Leave
            }
        }
        Known::Copied { here, .. } if here.is_empty() => Step::Decline,
        Known::Copied { base, here } if rule.wants(source, zone, true) => change(base, here, rule.copy(source, uid)),
        // Many feeds tell only of what is to come: what is over is not gone.
        Known::Copied { here, .. } if is_over(here, zone, now) => Step::Leave,
        Known::Copied { base, here } => match rule.gone {
            Gone::Keep => Step::Leave,
            Gone::Delete => Step::TakeAway,
            Gone::Cancel => {
                change(base, here, Series::of(base.events().map(|event| Event { status: EventStatus::Cancelled, ..event.clone() })))
            }
        },
    }
}

fn change(base: &Series, here: &Series, wanted: Series) -> Step {
    if wanted.says_the_same(base) {
        return Step::Leave;
    }
    let Merged { series, clashes } = merge(&Ways { base, here, held: here, there: &wanted, later: Side::Here });
    Step::Change { series, base: wanted, clashes }
}
