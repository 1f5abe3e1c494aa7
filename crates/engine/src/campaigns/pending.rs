//! What guests still have to be told of an event, and what the organizer decided on it.

use std::collections::BTreeMap;

use anyhow::Result;
use calendar::diff::FieldChange;
use store::campaign::{self, Kind, State};
use store::holding::{self, HoldingCount};
use store::revision::{self, Revision};
use store::telling::{self, Telling, Told};
use store::{Reader, event};

use super::content::{self, Content, Reach};

/// The difference between an event and what its guests hold.
pub(crate) struct Pending {
    /// What the event says now.
    pub(crate) content: Content,
    /// What the old details of most guests say otherwise.
    pub(crate) fields: Vec<FieldChange>,
    /// Guests who hold old details and can be reached, by what they answered.
    pub(crate) guests: BTreeMap<String, u64>,
    /// The series that "this and following" began and that nobody was invited to yet.
    pub(crate) successors: Vec<i64>,
    /// Where the decision on it stands.
    pub(crate) stage: Stage,
}

/// Where the decision on a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing was decided: a standing order may decide.
    Open,
    /// The organizer wants to be asked.
    Asked,
    /// A campaign tells it just now.
    BeingTold,
    /// It was decided, and whoever was chosen was told.
    Settled(Telling),
}

impl Pending {
    /// What is still to be told of an event; none where every guest who can be reached knows.
    pub(crate) fn of(r: &Reader<'_>, event: i64) -> Result<Option<Self>> {
        let current = content::up_to_date(r, event)?;
        let counts = holding::counts(r, event)?;
        let is_held = |count: &HoldingCount| count.revision != 0 && Some(count.revision) != current.as_ref().map(|current| current.id);
        if !counts.iter().any(is_held) {
            return Ok(None);
        }
        let content = Content::current(r, event)?;
        let gaps = gaps(r, &content, &counts)?;
        let guests = reachable(r, event, &counts, &gaps)?;
        let Some(before) = most_held(r, &counts, &gaps)? else { return Ok(None) };
        if guests.is_empty() {
            return Ok(None);
        }
        let successors = successors(r, event)?;
        let mut fields = content.changes_since(&before);
        for successor in &successors {
            let begins = Content::current(r, *successor)?.master.start.iso_local();
            fields.push(FieldChange { name: "successor".to_owned(), old: String::new(), new: begins, significant: true });
        }
        let stage = stage(r, event, current.as_ref(), &guests)?;
        Ok(Some(Self { content, fields, guests, successors, stage }))
    }

    /// Guests who hold old details and answered so.
    pub(crate) fn answered(&self, answer: &str) -> u32 {
        u32::try_from(self.guests.get(answer).copied().unwrap_or(0)).unwrap_or(u32::MAX)
    }

    /// All guests who hold old details and can be reached.
    pub(crate) fn all(&self) -> u32 {
        u32::try_from(self.guests.values().sum::<u64>()).unwrap_or(u32::MAX)
    }

    /// Whether the message says that the event does not take place.
    pub(crate) fn kind(&self) -> Kind {
        kind(&self.content, &self.successors)
    }
}

/// What a message about an event is.
pub(crate) fn kind(content: &Content, successors: &[i64]) -> Kind {
    if content.cancelled && successors.is_empty() { Kind::Cancellation } else { Kind::Update }
}

/// How many guests hold old details and can still be told.
pub(crate) fn outdated(r: &Reader<'_>, event: i64) -> Result<u32> {
    let pending = Pending::of(r, event)?.filter(|pending| !matches!(pending.stage, Stage::Settled(_)));
    Ok(pending.map_or(0, |pending| pending.all()))
}

/// What a holder of each revision that is held does not know yet.
pub(crate) fn gaps(r: &Reader<'_>, content: &Content, counts: &[HoldingCount]) -> Result<BTreeMap<i64, Reach>> {
    let mut gaps = BTreeMap::new();
    for count in counts.iter().filter(|count| count.revision != 0) {
        if gaps.contains_key(&count.revision) {
            continue;
        }
        let Some(held) = revision::get(r, count.revision)? else { continue };
        gaps.insert(count.revision, content.reach_since(&Content::of_revision(r, &held)?));
    }
    Ok(gaps)
}

fn is_old(gaps: &BTreeMap<i64, Reach>, revision: i64) -> bool {
    gaps.get(&revision).is_some_and(|gap| *gap != Reach::Nothing)
}

fn reachable(r: &Reader<'_>, event: i64, counts: &[HoldingCount], gaps: &BTreeMap<i64, Reach>) -> Result<BTreeMap<String, u64>> {
    let mut guests = BTreeMap::<String, u64>::new();
    for count in counts.iter().filter(|count| is_old(gaps, count.revision)) {
        *guests.entry(count.answer.clone()).or_default() += count.guests;
    }
    for count in holding::out_of_reach(r, event)?.iter().filter(|count| is_old(gaps, count.revision)) {
        if let Some(guests) = guests.get_mut(&count.answer) {
            *guests = guests.saturating_sub(count.guests);
        }
    }
    guests.retain(|_, guests| *guests > 0);
    Ok(guests)
}

/// The old details that most guests hold.
fn most_held(r: &Reader<'_>, counts: &[HoldingCount], gaps: &BTreeMap<i64, Reach>) -> Result<Option<Content>> {
    let mut held = BTreeMap::<i64, u64>::new();
    for count in counts.iter().filter(|count| is_old(gaps, count.revision)) {
        *held.entry(count.revision).or_default() += count.guests;
    }
    let Some((most, _)) = held.into_iter().max_by_key(|(revision, guests)| (*guests, *revision)) else { return Ok(None) };
    let Some(most) = revision::get(r, most)? else { return Ok(None) };
    Ok(Some(Content::of_revision(r, &most)?))
}

/// The series that began where this one was ended, as long as no campaign brought them: their first invitation belongs to the change.
pub(crate) fn successors(r: &Reader<'_>, event: i64) -> Result<Vec<i64>> {
    let mut found = Vec::new();
    let mut ended = vec![event];
    while let Some(series) = ended.pop() {
        for part in event::split_from(r, series)?.into_iter().filter(|part| !part.deleted) {
            let is_told = campaign::of_event(r, part.id)?.iter().any(|campaign| campaign.state != State::Draft);
            if !is_told && !Content::current(r, part.id)?.cancelled {
                found.push(part.id);
                ended.push(part.id);
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn stage(r: &Reader<'_>, event: i64, current: Option<&Revision>, guests: &BTreeMap<String, u64>) -> Result<Stage> {
    let telling = telling::of(r, event)?.filter(|telling| Some(telling.revision) == current.map(|current| current.id));
    let Some(telling) = telling else { return Ok(Stage::Open) };
    if telling.told == Told::Ask {
        return Ok(Stage::Asked);
    }
    if let Some(campaign) = telling.campaign.map(|campaign| campaign::get(r, campaign)).transpose()?.flatten() {
        match campaign.state {
            State::Scheduled | State::Sending | State::Paused => return Ok(Stage::BeingTold),
            State::Draft | State::Stopped => return Ok(Stage::Asked),
            State::Done => {}
        }
    }
    // Whoever was chosen and was not reached, or answered since, is asked about again.
    let is_chosen = |answer: &str| match telling.told {
        Told::All => true,
        Told::Affected => answer != "no",
        Told::YesMaybe => matches!(answer, "yes" | "maybe"),
        Told::Nobody | Told::Ask => false,
    };
    Ok(if guests.keys().any(|answer| is_chosen(answer)) { Stage::Asked } else { Stage::Settled(telling) })
}
