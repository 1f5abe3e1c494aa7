//! A series: its master and the occurrences that differ from it.

use std::collections::HashMap;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::occurrences::Occurrences;
use super::offsets::{from_seconds, seconds_of};
use super::pattern::Pattern;
use super::rule::{Bound, Rule};
use super::walk::Walk;
use crate::event::Event;

/// No series is walked further than this many occurrences to find its end.
const LONGEST_WALK: u32 = 10_000_000;

/// An event as it repeats. A single event is a series of one; an exception whose master is unknown stands as its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The event that holds the rule.
    pub master: Event,
    /// Events with a RECURRENCE-ID and the master's UID.
    pub exceptions: Vec<Event>,
}

/// A place in a series with COUNT from which its expansion can start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// How many occurrences of the rule come before.
    pub before: u32,
    /// The wall clock time of the next one.
    pub start: DateTime,
}

/// The starts of a rule in seconds of the wall clock, that of the series first.
pub(super) struct Starts {
    first: Option<i64>,
    walk: Option<Walk>,
    after: i64,
    left: u32,
}

impl Series {
    /// A series without exceptions.
    pub fn single(master: Event) -> Self {
        Self { master, exceptions: Vec::new() }
    }

    /// Gathers events by UID, in the order of their first appearance. Where a UID has no master its first exception
    /// takes that place.
    pub fn group(events: impl IntoIterator<Item = Event>) -> Vec<Self> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut series: Vec<Self> = Vec::new();
        for event in events {
            let known = places.get(&event.uid).and_then(|place| series.get_mut(*place));
            match known {
                None => {
                    places.insert(event.uid.clone(), series.len());
                    series.push(Self::single(event));
                }
                Some(known) if event.recurrence_id.is_none() && known.master.recurrence_id.is_some() => {
                    let orphan = std::mem::replace(&mut known.master, event);
                    known.exceptions.insert(0, orphan);
                }
                Some(known) => known.exceptions.push(event),
            }
        }
        series
    }

    /// The occurrences that overlap a window, by start, exceptions in their place. Days and floating times are read in
    /// `floating_zone`.
    pub fn occurrences<'a>(&'a self, window: Range<Timestamp>, floating_zone: &'a TimeZone) -> Occurrences<'a> {
        Occurrences::new(self, window, floating_zone, &[])
    }

    /// The same, where a series with COUNT need not be walked from its start.
    pub fn occurrences_from<'a>(
        &'a self,
        checkpoints: &[Checkpoint],
        window: Range<Timestamp>,
        floating_zone: &'a TimeZone,
    ) -> Occurrences<'a> {
        Occurrences::new(self, window, floating_zone, checkpoints)
    }

    /// One checkpoint for every `every` occurrences of a rule with COUNT; none for other rules, which need none.
    pub fn checkpoints(&self, every: u32) -> Vec<Checkpoint> {
        let Some(rule) = self.rule() else { return Vec::new() };
        if rule.count().is_none() {
            return Vec::new();
        }
        let every = every.max(1);
        (0..)
            .zip(Starts::all(&rule, self))
            .filter(|(before, _)| before % every == 0 && *before > 0)
            .map(|(before, start)| Checkpoint { before, start: from_seconds(start) })
            .collect()
    }

    /// When the last occurrence ends; `None` for a series without end.
    pub fn last_instant(&self, floating_zone: &TimeZone) -> Option<Timestamp> {
        let last_of_rule = match self.rule() {
            None => self.master.start,
            Some(rule) => self.master.start.with_local(from_seconds(self.last_start(&rule)?)),
        };
        let added = self.master.recurrence.added.iter().copied();
        let length = self.master.end.to_instant(floating_zone).duration_since(self.master.start.to_instant(floating_zone));
        let moved = self.exceptions.iter().filter(|exception| exception.applies_to_following()).filter_map(|exception| {
            let shift = seconds_of(exception.start.local()) - seconds_of(exception.recurrence_id?.local());
            let start = last_of_rule.moved_by(jiff::SignedDuration::from_secs(shift)).to_instant(floating_zone);
            let length = exception.end.to_instant(floating_zone).duration_since(exception.start.to_instant(floating_zone));
            start.saturating_add(length).ok()
        });
        added
            .chain(std::iter::once(last_of_rule))
            .map(|start| start.to_instant(floating_zone).saturating_add(length).unwrap_or(Timestamp::MAX))
            .chain(self.exceptions.iter().map(|exception| exception.end.to_instant(floating_zone)))
            .chain(moved)
            .max()
    }

    /// How many occurrences its rule gives before a wall clock time of the master's zone.
    pub fn count_before(&self, local: DateTime) -> u32 {
        let Some(rule) = self.rule() else { return u32::from(self.master.start.local() < local) };
        let end = seconds_of(local);
        let passed = Starts::all(&rule, self).take_while(|start| *start < end).count();
        u32::try_from(passed).unwrap_or(u32::MAX)
    }

    /// The last wall clock second at which an occurrence of the rule starts; `None` where it has no end.
    fn last_start(&self, rule: &Rule) -> Option<i64> {
        let start = &self.master.start;
        let first = seconds_of(start.local());
        match rule.bound {
            Bound::Never => None,
            Bound::Count(count) if count > LONGEST_WALK => None,
            Bound::Count(_) => Starts::all(rule, self).last(),
            Bound::Until(_) => {
                let last = rule.last_local_second(start);
                Some(Walk::new(Pattern::new(rule, start.local()), last).last_before(last).unwrap_or(first))
            }
        }
    }

    /// The master's rule, where it has one that can be read.
    pub(crate) fn rule(&self) -> Option<Rule> {
        if self.master.recurrence_id.is_some() {
            return None;
        }
        let text = self.master.recurrence.rule.as_deref()?;
        Rule::parse(text).ok().map(|(rule, _)| rule)
    }
}

impl Starts {
    /// Every start of a series' rule.
    fn all(rule: &Rule, series: &Series) -> Self {
        Self::from(Some(rule), series, i64::MIN, &[])
    }

    /// The starts from about `second` on; some before it may be among them.
    pub(super) fn from(rule: Option<&Rule>, series: &Series, second: i64, checkpoints: &[Checkpoint]) -> Self {
        let start = series.master.start;
        let first = seconds_of(start.local());
        let Some(rule) = rule else { return Self { first: Some(first), walk: None, after: first, left: 1 } };
        let mut walk = Walk::new(Pattern::new(rule, start.local()), rule.last_local_second(&start));
        let Some(count) = rule.count() else {
            walk.enter(second);
            return Self { first: Some(first), walk: Some(walk), after: first, left: u32::MAX };
        };
        let count = count.min(LONGEST_WALK);
        let reached =
            checkpoints.iter().filter(|checkpoint| seconds_of(checkpoint.start) <= second).max_by_key(|checkpoint| checkpoint.before);
        match reached {
            Some(checkpoint) => {
                let next = seconds_of(checkpoint.start);
                walk.enter(next);
                Self { first: None, walk: Some(walk), after: next - 1, left: count.saturating_sub(checkpoint.before) }
            }
            None => Self { first: Some(first), walk: Some(walk), after: first, left: count },
        }
    }
}

impl Iterator for Starts {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        self.left = self.left.checked_sub(1)?;
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let after = self.after;
        self.walk.as_mut()?.find(|start| *start > after)
    }
}
