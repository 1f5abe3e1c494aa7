//! The events of one UID as they stand somewhere: here, or at a provider.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::diff::same_content;
use crate::remote::{Content, RemoteItem};
use crate::{Event, EventTime, edit, recurrence};

/// A single event or a master under no key, each exception under the start that it would have had. Empty where there is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series(BTreeMap<Option<EventTime>, Event>);

impl Series {
    /// The series of these events, in its normal form: exceptions are named as their master counts time, lists of dates are sorted.
    #[must_use]
    pub fn of(events: impl IntoIterator<Item = Event>) -> Self {
        let mut series = Self::default();
        let mut exceptions = Vec::new();
        for event in events {
            match event.recurrence_id {
                None => drop(series.0.insert(None, event)),
                Some(_) => exceptions.push(event),
            }
        }
        for mut exception in exceptions {
            exception.recurrence_id = exception.recurrence_id.map(|original| series.named(original));
            series.0.insert(exception.recurrence_id, exception);
        }
        series.order_dates();
        series
    }

    /// The series that a provider's items hold, under the UID that it has here. None where the items are exceptions whose series is not
    /// among them, or hold nothing that can be read.
    #[must_use]
    pub fn from_items<'a>(uid: &str, items: impl IntoIterator<Item = &'a RemoteItem>) -> Option<Self> {
        let mut events = Vec::new();
        let mut dropped = Vec::new();
        let mut waits_for_master = false;
        for item in items {
            match &item.content {
                Content::Events(held) => {
                    waits_for_master |= item.series.is_some();
                    events.extend(held.iter().map(|event| Event { uid: uid.to_owned(), ..event.clone() }));
                }
                Content::Dropped(original) => {
                    waits_for_master = true;
                    dropped.push(*original);
                }
                Content::Listed | Content::Deleted | Content::Unreadable(_) => {}
            }
        }
        let mut series = Self::of(events);
        let has_master = series.0.contains_key(&None);
        if series.0.is_empty() || (waits_for_master && !has_master) {
            return None;
        }
        for original in dropped {
            let original = series.named(original);
            series.0.remove(&Some(original));
            series.exclude(original);
        }
        Some(series)
    }

    /// Its events, the master first.
    pub fn events(&self) -> impl Iterator<Item = &Event> {
        self.0.values()
    }

    /// Its events, the master first.
    #[must_use]
    pub fn to_events(&self) -> Vec<Event> {
        self.0.values().cloned().collect()
    }

    /// The single event, or the master.
    #[must_use]
    pub fn master(&self) -> Option<&Event> {
        self.0.get(&None)
    }

    /// There is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// It without what is said of dates that it does not have, where what is held of it keeps none of that either.
    #[must_use]
    pub fn without_strays(mut self, held: &Self) -> Self {
        let strays: Vec<EventTime> = self.keys().flatten().filter(|date| !self.has_date(date)).collect();
        for date in strays.into_iter().filter(|date| held.get(Some(date)).is_none()) {
            self.put(Some(date), None);
        }
        self
    }

    /// It with the organizers and attendees of another: whom an event invites at a provider is the provider's.
    #[must_use]
    pub fn with_people_of(mut self, other: &Self) -> Self {
        for (key, event) in &mut self.0 {
            if let Some(known) = other.0.get(key) {
                event.organizer.clone_from(&known.organizer);
                event.attendees.clone_from(&known.attendees);
            }
        }
        self
    }

    /// Whether both say the same, stamps aside.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(own, its)| own.0 == its.0 && same_content(own.1, its.1))
    }

    /// It with its dates named as they are where a series begins as another does; the master stays as it is.
    pub(super) fn named_like(&self, other: Option<&Event>) -> Self {
        let (Some(other), Some(master)) = (other, self.master()) else { return self.clone() };
        let exceptions = self.0.iter().filter(|(key, _)| key.is_some()).map(|(_, event)| event.clone()).collect();
        let recurrence::Series { master, exceptions } = edit::named_like(&recurrence::Series { master: master.clone(), exceptions }, other);
        Self::of(std::iter::once(master).chain(exceptions))
    }

    /// Whether its rule has such a date.
    pub(super) fn has_date(&self, original: &EventTime) -> bool {
        self.master().is_some_and(|master| edit::is_date(master, original))
    }

    pub(super) fn get(&self, key: Option<&EventTime>) -> Option<&Event> {
        self.0.get(&key.copied())
    }

    pub(super) fn put(&mut self, key: Option<EventTime>, event: Option<Event>) {
        match event {
            Some(event) => drop(self.0.insert(key, event)),
            None => drop(self.0.remove(&key)),
        }
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = Option<EventTime>> {
        self.0.keys().copied()
    }

    fn order_dates(&mut self) {
        let Some(mut recurrence) = self.master().map(|master| master.recurrence.clone()) else { return };
        for list in [&mut recurrence.excluded, &mut recurrence.added] {
            for date in list.iter_mut() {
                *date = self.named(*date);
            }
            list.sort_unstable();
            list.dedup();
        }
        if let Some(master) = self.0.get_mut(&None) {
            master.recurrence = recurrence;
        }
    }

    fn exclude(&mut self, original: EventTime) {
        if let Some(master) = self.0.get_mut(&None)
            && let Err(place) = master.recurrence.excluded.binary_search(&original)
        {
            master.recurrence.excluded.insert(place, original);
        }
    }

    /// An original start as the master counts time: some providers name occurrences in UTC, whatever zone the series is in.
    fn named(&self, original: EventTime) -> EventTime {
        match (self.master().map(|master| master.start), original) {
            (Some(start @ EventTime::Zoned(_, own)), EventTime::Zoned(_, zone)) if own != zone => {
                start.with_instant(original.to_instant(&TimeZone::UTC), &TimeZone::UTC)
            }
            _ => original,
        }
    }
}
