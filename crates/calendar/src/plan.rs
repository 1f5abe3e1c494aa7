//! What an import would do to the events that are there.

use std::collections::{HashMap, HashSet, VecDeque};

use jiff::SignedDuration;

use crate::diff::{FieldChange, diff};
use crate::event::{Event, EventTime};
use crate::recurrence::offsets::from_seconds;
use crate::recurrence::{Bound, Rule, Until};

/// What to do with each event of a file, and what the file no longer has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportPlan {
    /// Events that are not there yet.
    pub new: Vec<Event>,
    /// Events that are there and differ.
    pub updated: Vec<Update>,
    /// Places in `existing` of the events that the file has just as they are.
    pub unchanged: Vec<usize>,
    /// Places in `existing` of the events that came from this source and are no longer in it.
    pub missing: Vec<usize>,
}

/// An event that the file has otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Its place in `existing`.
    pub existing: usize,
    /// Its new state, under the UID that it has here.
    pub event: Event,
    /// What differs, in words.
    pub changes: Vec<FieldChange>,
}

/// Compares a file with what is there, in linear time.
///
/// Events are the same by UID and RECURRENCE-ID. Where a source has given an event a new UID, it is found again by its
/// start and summary, and keeps the UID it has here: guests know it by that. Without `last_source_uids` nothing is
/// known to have come from this source, so nothing is missing.
pub fn plan_import(existing: &[Event], last_source_uids: Option<&[String]>, incoming: Vec<Event>) -> ImportPlan {
    let by_key: HashMap<(&str, Option<EventTime>), usize> =
        existing.iter().enumerate().map(|(place, event)| ((event.uid.as_str(), event.recurrence_id), place)).collect();
    let known_uids: HashSet<&str> = existing.iter().map(|event| event.uid.as_str()).collect();
    let renamed = renamed_uids(existing, &known_uids, &incoming);
    let mut plan = ImportPlan::default();
    let mut met = vec![false; existing.len()];
    for mut event in incoming {
        if let Some(uid) = renamed.get(&event.uid) {
            uid.clone_into(&mut event.uid);
        }
        let found = by_key.get(&(event.uid.as_str(), event.recurrence_id)).copied();
        let Some((place, known)) = found.and_then(|place| Some((place, existing.get(place)?))) else {
            plan.new.push(event);
            continue;
        };
        if let Some(met) = met.get_mut(place) {
            *met = true;
        }
        let changes = diff(known, &event);
        if changes.is_empty() {
            plan.unchanged.push(place);
        } else {
            plan.updated.push(Update { existing: place, event, changes });
        }
    }
    if let Some(uids) = last_source_uids {
        let from_source: HashSet<&str> = uids.iter().map(String::as_str).collect();
        let gone = existing.iter().zip(met).enumerate().filter(|(_, (event, met))| !met && from_source.contains(event.uid.as_str()));
        plan.missing = gone.map(|(place, _)| place).collect();
    }
    plan
}

/// The UIDs of the file that are new names of events which the file no longer has under their old ones.
fn renamed_uids(existing: &[Event], known_uids: &HashSet<&str>, incoming: &[Event]) -> HashMap<String, String> {
    let still_there: HashSet<&str> = incoming.iter().map(|event| event.uid.as_str()).collect();
    let mut by_content: HashMap<(EventTime, &str), VecDeque<&str>> = HashMap::new();
    for event in existing.iter().filter(|event| event.recurrence_id.is_none() && !still_there.contains(event.uid.as_str())) {
        by_content.entry((event.start, event.summary.as_str())).or_default().push_back(&event.uid);
    }
    let mut renamed = HashMap::new();
    for event in incoming.iter().filter(|event| event.recurrence_id.is_none() && !known_uids.contains(event.uid.as_str())) {
        let candidates = by_content.get_mut(&(event.start, event.summary.as_str()));
        if let Some(uid) = candidates.and_then(VecDeque::pop_front) {
            renamed.insert(event.uid.clone(), uid.to_owned());
        }
    }
    renamed
}

/// Moves an event by whole weeks of the wall clock: its times, its recurrence and the occurrence it replaces.
pub fn shift_weeks(event: &mut Event, weeks: i64) {
    let by = SignedDuration::from_hours(weeks.saturating_mul(7 * 24).clamp(-100_000_000, 100_000_000));
    let rule = event.recurrence.rule.as_deref().and_then(|rule| Rule::parse(rule).ok());
    if let Some((mut rule, _)) = rule
        && let Bound::Until(_) = rule.bound
    {
        let last = from_seconds(rule.last_local_second(&event.start).saturating_add(by.as_secs()));
        rule.bound = Bound::Until(Until::at(last, &event.start));
        event.recurrence.rule = Some(rule.to_string());
    }
    let shifted = |time: &EventTime| match time {
        // A UTC date of a list stands for a wall clock time of the series.
        EventTime::Zoned(_, zone) if zone.is_utc() && event.start.zone().is_some_and(|own| !own.is_utc()) => {
            let utc = &jiff::tz::TimeZone::UTC;
            let local = event.start.with_instant(time.to_instant(utc), utc).moved_by(by);
            time.with_instant(local.to_instant(utc), utc)
        }
        _ => time.moved_by(by),
    };
    let excluded = event.recurrence.excluded.iter().map(shifted).collect();
    let added = event.recurrence.added.iter().map(shifted).collect();
    (event.recurrence.excluded, event.recurrence.added) = (excluded, added);
    event.recurrence_id = event.recurrence_id.map(|original| original.moved_by(by));
    (event.start, event.end) = (event.start.moved_by(by), event.end.moved_by(by));
}

#[cfg(test)]
mod tests;
