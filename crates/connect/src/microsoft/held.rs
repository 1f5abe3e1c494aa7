//! What Outlook can hold of a series, as it would tell it again.

use std::collections::BTreeSet;

use calendar::copies::{source_line, source_of};
use calendar::edit::occurrence_event;
use calendar::recurrence::{Rule, Series};
use calendar::{Event, EventStatus, EventTime, Recurrence, Transparency, diff};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span};

use super::{read, recurrence, times};

/// The series as it would come back. What cannot be written at all ([`super::body::refusal`]) stays as it is.
pub(super) fn held(series: &[Event]) -> Vec<Event> {
    let (masters, exceptions): (Vec<&Event>, Vec<&Event>) = series.iter().partition(|event| event.recurrence_id.is_none());
    let Some(master) = masters.first() else { return exceptions.into_iter().map(one).collect() };
    let mut own = one(master);
    let Some(rule) = rule_of(&own) else {
        let mut all = vec![own];
        all.extend(exceptions.into_iter().map(one));
        return all;
    };
    own.recurrence.rule = Some(rule.to_string());
    let dates = Dates::of(&rule, &own.start, series);
    let mut off: BTreeSet<EventTime> = own.recurrence.excluded.iter().filter_map(|time| dates.start_on(time)).collect();
    own.recurrence.excluded.clear();
    let bare = Series::single(own.clone());
    let mut kept = Vec::new();
    for exception in exceptions {
        let Some(original) = exception.recurrence_id.and_then(|original| dates.start_on(&original)) else { continue };
        if exception.status == EventStatus::Cancelled {
            off.insert(original);
            continue;
        }
        // Here an exception takes place whatever the series says of its date.
        off.remove(&original);
        let (url, video_link, own_properties) = (own.url.clone(), own.video_link.clone(), own.own_properties.clone());
        let told = Event { recurrence_id: Some(original), url, video_link, own_properties, ..one(exception) };
        if !diff::same_content(&told, &occurrence_event(&bare, original)) {
            kept.push(told);
        }
    }
    kept.sort_by_key(|exception| exception.recurrence_id);
    own.recurrence.excluded = off.into_iter().collect();
    let mut all = vec![own];
    all.extend(kept);
    all
}

/// One event for itself.
fn one(event: &Event) -> Event {
    let start = times::told(event.start);
    let mut told = Event {
        recurrence_id: event.recurrence_id.map(times::told),
        sequence: 0,
        start,
        end: end_after(&start, times::told(event.end)),
        recurrence: Recurrence::default(),
        summary: read::one_line(&event.summary),
        description: read::plain(&event.description),
        place: read::one_line(&event.place),
        categories: event.categories.iter().map(|name| read::one_line(name)).filter(|name| !name.is_empty()).collect(),
        attachments: Vec::new(),
        alarms: reminder(event).map(read::alarm).into_iter().collect(),
        own_properties: copy_line(event).into_iter().collect(),
        ..event.clone()
    };
    if event.recurrence_id.is_none() {
        told.recurrence = event.recurrence.clone();
    }
    match (told.status, told.transparency) {
        (EventStatus::Cancelled, _) => read::call_off(&mut told),
        // Outlook shows one of both, and that a time stays free says more.
        (EventStatus::Tentative, Transparency::Transparent) => told.status = EventStatus::Confirmed,
        _ => {}
    }
    // Those whom we do not write come back only where the provider knows them.
    if told.organizer.is_none() {
        told.attendees.clear();
    }
    told
}

/// Whose copy an event is; an occurrence is what its series is.
fn copy_line(event: &Event) -> Option<String> {
    event.recurrence_id.is_none().then(|| source_of(event).map(source_line)).flatten()
}

/// The rule of a master in the form in which it would be told; none where there is none, or it cannot be held.
pub(super) fn rule_of(master: &Event) -> Option<Rule> {
    let (rule, _) = Rule::parse(master.recurrence.rule.as_deref()?).ok()?;
    recurrence::told(&rule, &master.start)
}

/// For how many minutes before its start an event reminds, by the first of its alarms that Outlook could have.
pub(super) fn reminder(event: &Event) -> Option<i64> {
    event.alarms.iter().find_map(|alarm| {
        let span: Span = alarm.trigger.parse().ok()?;
        let span = span.negate();
        let days = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
        let minutes = days * 1440 + i64::from(span.get_hours()) * 60 + span.get_minutes() + span.get_seconds() / 60;
        (span.get_years() == 0 && span.get_months() == 0 && minutes >= 0).then_some(minutes)
    })
}

fn end_after(start: &EventTime, end: EventTime) -> EventTime {
    match (start, end) {
        (EventTime::Date(first), EventTime::Date(last)) if last <= *first => EventTime::Date(first.tomorrow().unwrap_or(*first)),
        (EventTime::Zoned(..), EventTime::Zoned(..)) if end.to_instant(&TimeZone::UTC) < start.to_instant(&TimeZone::UTC) => *start,
        _ => end,
    }
}

/// The dates of a rule, as far as a series speaks of them. Outlook knows an occurrence by its date.
pub(super) struct Dates {
    start: EventTime,
    dates: BTreeSet<Date>,
}

impl Dates {
    pub(super) fn of(rule: &Rule, start: &EventTime, series: &[Event]) -> Self {
        let spoken = series.iter().flat_map(|event| event.recurrence.excluded.iter().chain(event.recurrence_id.as_ref()));
        let last = spoken.map(EventTime::date).max();
        // A day each way covers what zones can move.
        let last = last.map(|date| date.saturating_add(SignedDuration::from_hours(24)));
        let dates = match last {
            Some(last) => recurrence::starts(rule, start).map(DateTime::date).take_while(|date| *date <= last).collect(),
            None => BTreeSet::new(),
        };
        Self { start: *start, dates }
    }

    /// The start of the occurrence that a time names; none where it names none.
    pub(super) fn start_on(&self, time: &EventTime) -> Option<EventTime> {
        let local = match (time, &self.start) {
            (EventTime::Zoned(..), EventTime::Zoned(..)) => {
                self.start.with_instant(time.to_instant(&TimeZone::UTC), &TimeZone::UTC).local()
            }
            _ => time.local(),
        };
        let is_whole_day = time.is_all_day() || self.start.is_all_day();
        let start = self.start.with_local(local.date().to_datetime(self.start.local().time()));
        (self.dates.contains(&local.date()) && (is_whole_day || start.local() == local)).then_some(start)
    }
}
