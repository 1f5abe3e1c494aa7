//! Who gets a message and who is left out, with the reason.

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

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
    /// Their server put off too many messages in a row.
    SoftBounces,
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
    /// Their server put off too many messages in a row.
    SoftBounces,
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
    /// Has answered, so there is nothing to remind of.
    Answered,
    /// Was reminded a short while ago.
    RemindedLately,
}

impl Suppression {
    /// The reason that a word of the store names, e.g. `hard_bounce`.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "unsubscribed" => Some(Self::Unsubscribed),
            "hard_bounce" => Some(Self::HardBounce),
            "soft_bounces" => Some(Self::SoftBounces),
            "complaint" => Some(Self::Complaint),
            "by_hand" => Some(Self::ByHand),
            _ => None,
        }
    }
}

impl LeftOut {
    const ALL: [Self; 12] = [
        Self::Unsubscribed,
        Self::HardBounce,
        Self::SoftBounces,
        Self::Complaint,
        Self::ByHand,
        Self::Invalid,
        Self::Duplicate,
        Self::AlreadyHolds,
        Self::Organizer,
        Self::NothingHeld,
        Self::Answered,
        Self::RemindedLately,
    ];

    /// Its name for ever, e.g. `already_holds`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unsubscribed => "unsubscribed",
            Self::HardBounce => "hard_bounce",
            Self::SoftBounces => "soft_bounces",
            Self::Complaint => "complaint",
            Self::ByHand => "by_hand",
            Self::Invalid => "invalid",
            Self::Duplicate => "duplicate",
            Self::AlreadyHolds => "already_holds",
            Self::Organizer => "organizer",
            Self::NothingHeld => "nothing_held",
            Self::Answered => "answered",
            Self::RemindedLately => "reminded_lately",
        }
    }

    /// The reason of that name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// The reason as a sentence's end: “left out: …”.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unsubscribed => "unsubscribed",
            Self::HardBounce => "their server refused the address",
            Self::SoftBounces => "their server put off too many messages in a row",
            Self::Complaint => "reported an earlier message as spam",
            Self::ByHand => "suppressed by you",
            Self::Invalid => "not a valid address",
            Self::Duplicate => "the same mailbox is already on the list",
            Self::AlreadyHolds => "already has this version",
            Self::Organizer => "the organizer's own address",
            Self::NothingHeld => "was never invited",
            Self::Answered => "has answered",
            Self::RemindedLately => "was reminded a short while ago",
        }
    }
}

/// Decides guest by guest who gets something, however many there are. Of two spellings of one mailbox the first counts.
///
/// ```
/// use mail::audience::{Candidate, Holding, LeftOut, Purpose, Selection};
/// let mut selection = Selection::new(Purpose::Invitation, &["club@example.org"]);
/// let guest = |guest, address| Candidate { guest, address, suppressions: &[], holding: Holding::Nothing };
/// assert_eq!(selection.decide(&guest(1, "ann@gmail.com")), None);
/// assert_eq!(selection.decide(&guest(2, "a.n.n@gmail.com")), Some(LeftOut::Duplicate));
/// assert_eq!(selection.decide(&guest(1, "ann@gmail.com")), None, "the same guest, for another event");
/// ```
#[derive(Clone, Debug)]
pub struct Selection {
    purpose: Purpose,
    with_duplicates: bool,
    organizers: HashSet<String>,
    /// Mailboxes by a hash of their key, and whose they are, as bytes: a million entries stay small.
    seen: HashMap<[u32; 3], [u8; 8]>,
}

impl Selection {
    /// Nobody decided yet. `organizers` are the addresses that calendars let answer nothing.
    pub fn new(purpose: Purpose, organizers: &[&str]) -> Self {
        let organizers = organizers.iter().map(|address| alias_key(&crate::address::strip_plus(address))).collect();
        Self { purpose, with_duplicates: false, organizers, seen: HashMap::new() }
    }

    /// About so many guests will come: a table that grows leaves the memory of the smaller ones behind.
    #[must_use]
    pub fn with_room(mut self, guests: usize) -> Self {
        self.seen.reserve(guests);
        self
    }

    /// Every address gets its own, also where the rules of its provider say that it is another spelling of one mailbox.
    #[must_use]
    pub fn with_duplicates(self) -> Self {
        Self { with_duplicates: true, ..self }
    }

    /// This guest's mailbox is served: another spelling of it is a duplicate.
    pub fn note(&mut self, guest: i64, address: &str) {
        self.seen.entry(fingerprint(&alias_key(address))).or_insert(guest.to_ne_bytes());
    }

    /// Why a guest is left out; none where they get it.
    pub fn decide(&mut self, candidate: &Candidate<'_>) -> Option<LeftOut> {
        if Address::parse(candidate.address).is_err() {
            return Some(LeftOut::Invalid);
        }
        let key = alias_key(candidate.address);
        if self.organizers.contains(&key) {
            return Some(LeftOut::Organizer);
        }
        let holds = candidate.holding != Holding::Nothing && self.purpose != Purpose::Message;
        if let Some(reason) = suppressed(candidate.suppressions, holds) {
            return Some(reason);
        }
        let owner = i64::from_ne_bytes(*self.seen.entry(fingerprint(&key)).or_insert(candidate.guest.to_ne_bytes()));
        match (self.purpose, candidate.holding) {
            (Purpose::Message, _) => {}
            (_, Holding::Current) => return Some(LeftOut::AlreadyHolds),
            (Purpose::Cancellation, Holding::Nothing) => return Some(LeftOut::NothingHeld),
            // Whoever holds an entry gets its news, even where two of their addresses do.
            (_, Holding::Older) => return None,
            _ => {}
        }
        (owner != candidate.guest && !self.with_duplicates).then_some(LeftOut::Duplicate)
    }
}

/// 96 bits: among a million mailboxes no two ever share them.
fn fingerprint(key: &str) -> [u32; 3] {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, key).hash(&mut hasher);
        hasher.finish()
    };
    let (first, second) = (half(0), half(1));
    let part = |bits: u64| u32::try_from(bits & u64::from(u32::MAX)).unwrap_or_default();
    [part(first), part(first >> 32), part(second)]
}

/// The gravest reason first. Unsubscribing does not stop the news of an entry that stands in the guest's calendar.
fn suppressed(suppressions: &[Suppression], holds: bool) -> Option<LeftOut> {
    let has = |suppression| suppressions.contains(&suppression);
    if has(Suppression::Complaint) {
        Some(LeftOut::Complaint)
    } else if has(Suppression::HardBounce) {
        Some(LeftOut::HardBounce)
    } else if has(Suppression::SoftBounces) {
        Some(LeftOut::SoftBounces)
    } else if has(Suppression::ByHand) {
        Some(LeftOut::ByHand)
    } else if has(Suppression::Unsubscribed) && !holds {
        Some(LeftOut::Unsubscribed)
    } else {
        None
    }
}
