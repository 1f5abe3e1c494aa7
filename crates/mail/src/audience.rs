//! Who gets a message and who is left out, with the reason.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use calendar::Role;
use serde::{Deserialize, Serialize};

use crate::address::{Address, alias_key};

/// What is about to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A first invitation.
    Invitation,
    /// The new state of something already held.
    Update,
    /// The end of something already held.
    Cancellation,
    /// A plain message.
    Message,
}

/// Why an address is not written to (DESIGN: suppression).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Suppression {
    /// Asked to get nothing new; still hears of what they hold.
    Unsubscribed,
    /// Their server refused the address for ever.
    HardBounce,
    /// Reported a message as spam.
    Complaint,
    /// The organizer's own decision.
    ByHand,
}

/// What a guest holds of the event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holding {
    /// Never sent anything of it.
    #[default]
    Nothing,
    /// An earlier revision.
    Older,
    /// The revision that is about to be sent.
    Current,
}

/// A guest who might get it.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// The guest's id in the store.
    pub guest: i64,
    /// Their address as stored.
    pub address: &'a str,
    /// What they are at the event.
    pub role: Role,
    /// Every reason not to write to the address.
    pub suppressions: &'a [Suppression],
    /// What they hold of the event.
    pub holding: Holding,
}

/// Why a guest is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftOut {
    /// Asked to get nothing new.
    Unsubscribed,
    /// Their server refused the address for ever.
    HardBounce,
    /// Reported a message as spam.
    Complaint,
    /// The organizer's own decision.
    ByHand,
    /// Not an address that can be written to.
    Invalid,
    /// The same mailbox is on the list already.
    Duplicate,
    /// Has this revision already.
    AlreadyHolds,
    /// The organizer's own address: calendars let an organizer answer nothing.
    Organizer,
    /// Never heard of the event, so there is nothing to cancel.
    NothingHeld,
}

impl LeftOut {
    /// The reason as a sentence's end: “left out: …”.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unsubscribed => "unsubscribed",
            Self::HardBounce => "their server refused the address",
            Self::Complaint => "reported an earlier message as spam",
            Self::ByHand => "suppressed by you",
            Self::Invalid => "not a valid address",
            Self::Duplicate => "the same mailbox is already on the list",
            Self::AlreadyHolds => "already has this version",
            Self::Organizer => "the organizer's own address",
            Self::NothingHeld => "was never invited",
        }
    }
}

/// The outcome: everyone once, in the order of the candidates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// Guests who get it.
    pub included: Vec<i64>,
    /// Guests who do not.
    pub left_out: Vec<(i64, LeftOut)>,
}

impl Audience {
    /// How many are left out for each reason.
    pub fn counts(&self) -> HashMap<LeftOut, usize> {
        let mut counts = HashMap::new();
        for (_, reason) in &self.left_out {
            *counts.entry(*reason).or_default() += 1;
        }
        counts
    }
}

/// Decides who gets it. Of two spellings of one mailbox the first counts, and one that holds the event before one that does not.
pub fn select(purpose: Purpose, candidates: &[Candidate<'_>], organizers: &[&str]) -> Audience {
    let organizers: HashSet<String> = organizers.iter().map(|address| alias_key(&crate::address::strip_plus(address))).collect();
    let mut seen: HashSet<String> = match purpose {
        Purpose::Message => HashSet::new(),
        _ => candidates
            .iter()
            .filter(|candidate| candidate.holding != Holding::Nothing)
            .map(|candidate| alias_key(candidate.address))
            .collect(),
    };
    let mut audience = Audience::default();
    for candidate in candidates {
        match reason(purpose, candidate, &organizers, &mut seen) {
            Some(reason) => audience.left_out.push((candidate.guest, reason)),
            None => audience.included.push(candidate.guest),
        }
    }
    audience
}

fn reason(purpose: Purpose, candidate: &Candidate<'_>, organizers: &HashSet<String>, seen: &mut HashSet<String>) -> Option<LeftOut> {
    if Address::parse(candidate.address).is_err() {
        return Some(LeftOut::Invalid);
    }
    let key = alias_key(candidate.address);
    if organizers.contains(&key) {
        return Some(LeftOut::Organizer);
    }
    let holds = candidate.holding != Holding::Nothing && purpose != Purpose::Message;
    if let Some(reason) = suppressed(candidate.suppressions, holds) {
        return Some(reason);
    }
    match (purpose, candidate.holding) {
        (Purpose::Message, _) => {}
        (_, Holding::Current) => return Some(LeftOut::AlreadyHolds),
        (Purpose::Cancellation, Holding::Nothing) => return Some(LeftOut::NothingHeld),
        // Whoever holds an entry gets its news, even where two of their addresses do.
        (_, Holding::Older) => return None,
        _ => {}
    }
    (!seen.insert(key)).then_some(LeftOut::Duplicate)
}

/// The gravest reason first. Unsubscribing does not stop the news of an entry that stands in the guest's calendar.
fn suppressed(suppressions: &[Suppression], holds: bool) -> Option<LeftOut> {
    let has = |suppression| suppressions.contains(&suppression);
    if has(Suppression::Complaint) {
        Some(LeftOut::Complaint)
    } else if has(Suppression::HardBounce) {
        Some(LeftOut::HardBounce)
    } else if has(Suppression::ByHand) {
        Some(LeftOut::ByHand)
    } else if has(Suppression::Unsubscribed) && !holds {
        Some(LeftOut::Unsubscribed)
    } else {
        None
    }
}
