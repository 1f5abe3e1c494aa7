//! How an event's invitations stand, for its views.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use store::holding::{self, HoldingCount};
use store::{Reader, campaign};

use super::view::InvitationSummary;
use crate::campaigns::pending;

/// Guests invited, and how many of them said yes, by event.
pub(super) struct Invited {
    /// Few events of a large calendar have guests: the others need no look-up.
    events: BTreeSet<i64>,
    known: HashMap<i64, (u32, u32)>,
}

impl Invited {
    pub(super) fn of(r: &Reader<'_>) -> Result<Self> {
        Ok(Self { events: campaign::invited_events(r)?.into_iter().collect(), known: HashMap::new() })
    }

    pub(super) fn count(&mut self, r: &Reader<'_>, event: i64) -> Result<(u32, u32)> {
        if !self.events.contains(&event) {
            return Ok((0, 0));
        }
        if let Some(known) = self.known.get(&event) {
            return Ok(*known);
        }
        let counts = holding::counts(r, event)?;
        let found = (sum(&counts, |_| true), sum(&counts, |count| count.answer == "yes"));
        self.known.insert(event, found);
        Ok(found)
    }
}

/// How the invitations to a single event or a series stand.
pub(super) fn summary(r: &Reader<'_>, event: i64) -> Result<InvitationSummary> {
    let counts = holding::counts(r, event)?;
    let answered = |answer: &str| sum(&counts, |count| count.answer == answer);
    Ok(InvitationSummary {
        invited: sum(&counts, |_| true),
        yes: answered("yes"),
        maybe: answered("maybe"),
        no: answered("no"),
        none: answered(""),
        outdated: pending::outdated(r, event)?,
    })
}

fn sum(counts: &[HoldingCount], take: impl Fn(&HoldingCount) -> bool) -> u32 {
    // Whoever holds nothing, because it did not arrive or was withdrawn, is not invited.
    let holds = |count: &&HoldingCount| count.revision != 0 || !count.answer.is_empty();
    let guests = counts.iter().filter(holds).filter(|count| take(count)).map(|count| count.guests).sum::<u64>();
    u32::try_from(guests).unwrap_or(u32::MAX)
}
