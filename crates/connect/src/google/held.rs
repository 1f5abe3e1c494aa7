//! What Google can hold of a series.
//!
//! Lost are categories, own properties save the colour and whose copy it is, reminders that are not so many minutes before the start, and attachments that are no links. A
//! floating time stays one: it is written in the calendar's zone with a property of ours that says so. A cancelled occurrence becomes a date that is
//! taken out, and a cancelled series is none.

use calendar::{Event, EventStatus, EventTime, Recurrence};

use super::{body, recurrence, times};

/// The series as Google tells it again.
pub(super) fn held(series: &[Event]) -> Vec<Event> {
    let Some((master, exceptions)) = series.split_first() else { return Vec::new() };
    if master.status == EventStatus::Cancelled {
        return Vec::new();
    }
    let mut held = vec![body::held(master)];
    let Some(first) = held.first_mut() else { return held };
    let original = |event: &Event| event.recurrence_id.map(|original| named(&master.start, &original));
    first.recurrence_id = original(master);
    let (cancelled, kept): (Vec<&Event>, Vec<&Event>) =
        exceptions.iter().filter(|event| event.recurrence_id.is_some()).partition(|event| event.status == EventStatus::Cancelled);
    let mut dates = master.recurrence.clone();
    dates.excluded.extend(cancelled.iter().filter_map(|event| original(event)));
    first.recurrence = recurrence::held(&dates, &first.start);
    let kept: Vec<Event> = kept
        .into_iter()
        .map(|event| Event { recurrence_id: original(event), recurrence: Recurrence::default(), ..body::held(event) })
        .collect();
    first.recurrence.excluded.retain(|date| !kept.iter().any(|event| event.recurrence_id.as_ref() == Some(date)));
    held.extend(kept);
    held
}

/// The original start of an occurrence, as its series counts time.
pub(super) fn named(start: &EventTime, original: &EventTime) -> EventTime {
    times::existing(&times::in_form_of(start, original))
}
