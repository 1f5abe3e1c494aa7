//! What guests are told of an event: a revision is made when the details that reach them differ from the last one.

use anyhow::{Context as _, Result};
use calendar::diff::{self, FieldChange};
use calendar::recurrence::Series;
use calendar::{Event, EventStatus, EventTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::revision::{self, Component, NewRevision, Revision};
use store::{Reader, Writer, campaign, event_version};

#[cfg(test)]
mod tests;

/// The details of an event at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    /// The master, or the single event.
    pub(crate) master: Event,
    /// Occurrences that differ from the master.
    pub(crate) exceptions: Vec<Event>,
    /// The event is off, or was deleted.
    pub(crate) cancelled: bool,
}

/// Fields of an event that stay with its organizer.
const OURS: [&str; 4] = ["attendees", "organizer", "own_properties", "sequence"];

impl Content {
    fn of(r: &Reader<'_>, components: &[Component]) -> Result<Self> {
        let mut versions = Vec::with_capacity(components.len());
        for component in components {
            let version = event_version::get(r, component.event, component.number)?;
            versions.push(version.with_context(|| format!("version {} of event {} is missing", component.number, component.event))?);
        }
        let mut versions = versions.into_iter();
        let master = versions.next().context("the event is missing")?;
        let cancelled = master.deleted || master.content.status == EventStatus::Cancelled;
        Ok(Self { master: master.content, exceptions: versions.map(|version| version.content).collect(), cancelled })
    }

    /// What a revision says.
    pub(crate) fn of_revision(r: &Reader<'_>, revision: &Revision) -> Result<Self> {
        Self::of(r, &revision::components(r, revision)?)
    }

    /// What the event says now.
    pub(crate) fn current(r: &Reader<'_>, event: i64) -> Result<Self> {
        Self::of(r, &revision::current_components(r, event)?)
    }

    /// What a guest who holds `before` does not know yet.
    pub(crate) fn changes_since(&self, before: &Self) -> Vec<FieldChange> {
        let mut changes = visible(&without_exclusions(&before.master), &without_exclusions(&self.master));
        if before.cancelled != self.cancelled && !changes.iter().any(|change| change.name == "status") {
            let words = |cancelled| if cancelled { "cancelled" } else { "confirmed" }.to_owned();
            changes.push(FieldChange {
                name: "status".to_owned(),
                old: words(before.cancelled),
                new: words(self.cancelled),
                significant: true,
            });
        }
        for occurrence in self.occurrences_changed_since(before) {
            let (old, new) = (before.occurrence(&occurrence), self.occurrence(&occurrence));
            if new.status == EventStatus::Cancelled && old.status != EventStatus::Cancelled {
                changes.push(FieldChange {
                    name: "occurrence".to_owned(),
                    old: occurrence.iso_local(),
                    new: "cancelled".to_owned(),
                    significant: true,
                });
            } else {
                changes.extend(visible(&old, &new));
            }
        }
        changes
    }

    /// Original starts of the occurrences that differ, apart from what differs in the whole series.
    pub(crate) fn occurrences_changed_since(&self, before: &Self) -> Vec<EventTime> {
        let exceptions = self.exceptions.iter().chain(&before.exceptions).filter_map(|exception| exception.recurrence_id);
        let excluded = self.master.recurrence.excluded.iter().chain(&before.master.recurrence.excluded).copied();
        let mut originals: Vec<EventTime> = exceptions.chain(excluded).collect();
        originals.sort();
        originals.dedup();
        originals.retain(|original| {
            let stands = |content: &Self| (content.exception(original).cloned(), content.master.recurrence.excluded.contains(original));
            stands(before) != stands(self) && !visible(&before.occurrence(original), &self.occurrence(original)).is_empty()
        });
        originals
    }

    /// What a message to a guest who holds `before` has to bring: where one occurrence differs, that one alone.
    pub(crate) fn news_since(&self, before: &Self) -> News {
        let same_series = visible(&without_exclusions(&before.master), &without_exclusions(&self.master)).is_empty();
        match self.occurrences_changed_since(before).as_slice() {
            [original] if same_series && !before.cancelled && !self.cancelled => News::Occurrence(Box::new(self.occurrence(original))),
            _ => News::Whole,
        }
    }

    /// How much of what a guest who holds `before` knows has changed.
    pub(crate) fn reach_since(&self, before: &Self) -> Reach {
        // Who was told that it is off needs no second word of it.
        if (before.cancelled && self.cancelled) || self.changes_since(before).is_empty() {
            return Reach::Nothing;
        }
        let same_series = visible(&without_exclusions(&before.master), &without_exclusions(&self.master)).is_empty();
        if same_series && before.cancelled == self.cancelled {
            Reach::Occurrences(self.occurrences_changed_since(before))
        } else {
            Reach::Whole
        }
    }

    /// The master and its exceptions.
    pub(crate) fn events(&self) -> Vec<Event> {
        std::iter::once(&self.master).chain(&self.exceptions).cloned().collect()
    }

    /// The whole for a guest. Some clients keep the dates that they heard of one by one, whatever is said of the series:
    /// those of `named` that follow the series are named again.
    pub(crate) fn events_after(&self, named: &[EventTime]) -> Vec<Event> {
        let mut events = self.events();
        if self.cancelled {
            return events;
        }
        let follows = |original: &EventTime| self.exception(original).is_none() && self.has(original);
        events.extend(named.iter().filter(|original| follows(original)).map(|original| self.occurrence(original)));
        events
    }

    /// Dates of `named` that no longer are, where the message to a guest who holds `before` is of the whole series: a REQUEST cannot say that,
    /// and clients that keep single dates need a CANCEL of each.
    pub(crate) fn taken_away(&self, before: &Self, named: &[EventTime]) -> Vec<Event> {
        if matches!(self.news_since(before), News::Occurrence(_)) {
            Vec::new()
        } else {
            self.gone_since(std::slice::from_ref(before), named)
        }
    }

    /// Dates of `named` that took place in any of the contents that a guest held one after the other, and no longer do.
    pub(crate) fn gone_since(&self, held: &[Self], named: &[EventTime]) -> Vec<Event> {
        if self.cancelled {
            return Vec::new();
        }
        let last_with = |original: &EventTime| held.iter().rev().find(|held| !held.cancelled && held.has(original));
        let gone = named.iter().filter(|original| !self.has(original));
        gone.filter_map(|original| Some(Event { status: EventStatus::Cancelled, ..last_with(original)?.occurrence(original) })).collect()
    }

    /// Whether an occurrence takes place, at whatever time.
    fn has(&self, original: &EventTime) -> bool {
        if let Some(exception) = self.exception(original) {
            return exception.status != EventStatus::Cancelled;
        }
        let at = original.to_instant(&TimeZone::UTC);
        let second = SignedDuration::from_secs(1);
        let (Ok(from), Ok(to)) = (at.checked_sub(second), at.checked_add(second)) else { return false };
        let series = Series::single(self.master.clone());
        series.occurrences(from..to, &TimeZone::UTC).any(|occurrence| occurrence.original_start.to_instant(&TimeZone::UTC) == at)
    }

    fn exception(&self, original: &EventTime) -> Option<&Event> {
        self.exceptions.iter().find(|exception| exception.recurrence_id.as_ref() == Some(original))
    }

    /// One occurrence as it takes place: the exception, or the master moved there.
    pub(crate) fn occurrence(&self, original: &EventTime) -> Event {
        if let Some(exception) = self.exception(original) {
            return exception.clone();
        }
        let length = self.master.start.local().duration_until(self.master.end.local());
        let end = self.master.end.with_local(original.local().checked_add(length).unwrap_or_else(|_| original.local()));
        let mut event = self.master.clone();
        event.recurrence_id = Some(*original);
        event.recurrence = calendar::Recurrence::default();
        event.start = *original;
        event.end = end;
        if self.master.recurrence.excluded.contains(original) {
            event.status = EventStatus::Cancelled;
        }
        event
    }
}

/// How much of an event changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nothing that a guest has to hear.
    Nothing,
    /// These occurrences, by their original starts.
    Occurrences(Vec<EventTime>),
    /// The series, or the single event.
    Whole,
}

/// What a message brings.
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// The series with its exceptions, or the single event.
    Whole,
    /// One occurrence: moved, changed, cancelled, or back in its series.
    Occurrence(Box<Event>),
}

/// Original starts of the dates that a guest who holds a revision may have heard of one by one: they were moved, changed, off or back.
pub(crate) fn named_until(r: &Reader<'_>, held: &Revision) -> Result<Vec<EventTime>> {
    let mut named = Vec::new();
    for component in revision::components_until(r, held)? {
        let Some(version) = event_version::get(r, component.event, component.number)? else { continue };
        named.extend(version.content.recurrence_id);
        named.extend(version.content.recurrence.excluded);
    }
    named.sort();
    named.dedup();
    Ok(named)
}

fn without_exclusions(event: &Event) -> Event {
    let mut event = event.clone();
    event.recurrence.excluded.clear();
    event
}

fn visible(old: &Event, new: &Event) -> Vec<FieldChange> {
    diff::diff(old, new).into_iter().filter(|change| !OURS.contains(&change.name.as_str())).collect()
}

/// What guests are told of an event from now on: the newest revision where it still says what the event says, else a new one.
/// SEQUENCE rises with what makes a guest decide anew (IMIP: time, recurrence, place, cancelling, reinstating), not with texts.
///
/// # Errors
/// When the database cannot be written.
pub(crate) fn current_or_create(w: &Writer<'_>, event: i64, now: Timestamp) -> Result<Revision> {
    let components = revision::current_components(w, event)?;
    let content = Content::of(w, &components)?;
    let changes = match revision::latest(w, event)? {
        None => Vec::new(),
        Some(latest) => {
            if revision::components(w, &latest)? == components {
                return Ok(latest);
            }
            let changes = content.changes_since(&Content::of_revision(w, &latest)?);
            if changes.is_empty() {
                return Ok(latest);
            }
            changes
        }
    };
    let sequence = next_sequence(w, event, &content)?;
    let changed = serde_json::to_string(&changes).context("Write down what changed")?;
    let new = NewRevision { event, sequence, cancelled: content.cancelled, changed: &changed, components: &components };
    revision::add(w, &new, now)
}

/// SEQUENCE of a revision with this content.
pub(crate) fn next_sequence(r: &Reader<'_>, event: i64, content: &Content) -> Result<u32> {
    let Some(latest) = revision::latest(r, event)? else { return Ok(0) };
    let changes = content.changes_since(&Content::of_revision(r, &latest)?);
    Ok(latest.sequence + u32::from(changes.iter().any(|change| change.significant)))
}

/// The newest revision, where it still says what the event says.
pub(crate) fn up_to_date(r: &Reader<'_>, event: i64) -> Result<Option<Revision>> {
    let Some(latest) = revision::latest(r, event)? else { return Ok(None) };
    if revision::components(r, &latest)? == revision::current_components(r, event)? {
        return Ok(Some(latest));
    }
    let changes = Content::current(r, event)?.changes_since(&Content::of_revision(r, &latest)?);
    Ok(changes.is_empty().then_some(latest))
}

/// The name of an event of a campaign that changed since the campaign froze it.
pub(crate) fn changed_since_frozen(r: &Reader<'_>, campaign: i64) -> Result<Option<String>> {
    for event in campaign::events(r, campaign)? {
        let Some(frozen) = event.revision else { continue };
        let newest = up_to_date(r, event.event)?;
        if newest.is_none_or(|newest| newest.id != frozen) {
            return Ok(Some(Content::current(r, event.event)?.master.summary));
        }
    }
    Ok(None)
}
