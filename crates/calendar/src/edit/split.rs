//! "This and following": the series ends, another begins.

use jiff::SignedDuration;

use super::{EditError, has_occurrence, instant, occurrence_event};
use crate::event::{Event, EventTime, Recurrence};
use crate::recurrence::{Bound, Rule, Series, Until};

/// Parts a series before an occurrence that is not its first. The later part gets `uid`.
pub(super) fn at(series: &Series, original_start: EventTime, uid: &str) -> Result<(Series, Series), EditError> {
    let boundary = instant(series, &original_start);
    let by_exception =
        series.exceptions.iter().any(|exception| exception.recurrence_id.is_some_and(|time| instant(series, &time) == boundary));
    if !by_exception && !has_occurrence(series, original_start) {
        return Err(EditError::NoSuchOccurrence(crate::words::time(&original_start, None)));
    }
    let is_before = |time: &EventTime| instant(series, time) < boundary;
    let (excluded_before, excluded_after) = parted(&series.master.recurrence.excluded, is_before);
    let (added_before, mut added_after) = parted(&series.master.recurrence.added, is_before);
    let next_of_rule = first_of_rule(series, original_start);
    let first = next_of_rule.unwrap_or_else(|| in_form_of_master(series, original_start));
    added_after.retain(|time| instant(series, time) != instant(series, &first));
    let (rule_before, rule_after) = match next_of_rule {
        Some(_) => parted_rule(series, original_start)?,
        // The rule is over by then: only added dates are left.
        None => (series.master.recurrence.rule.clone(), None),
    };

    let mut master = series.master.clone();
    master.recurrence = Recurrence { rule: rule_before, excluded: excluded_before, added: added_before };
    let later = Event {
        uid: uid.to_owned(),
        recurrence_id: None,
        sequence: 0,
        recurrence: Recurrence { rule: rule_after, excluded: excluded_after, added: added_after },
        ..occurrence_event(series, first)
    };
    let (before, after): (Vec<Event>, Vec<Event>) =
        series.exceptions.iter().cloned().partition(|exception| exception.recurrence_id.is_some_and(|time| is_before(&time)));
    let after = after.into_iter().map(|exception| Event { uid: uid.to_owned(), ..exception }).collect();
    Ok((Series { master, exceptions: before }, Series { master: later, exceptions: after }))
}

fn parted(times: &[EventTime], is_before: impl Fn(&EventTime) -> bool) -> (Vec<EventTime>, Vec<EventTime>) {
    times.iter().copied().partition(is_before)
}

/// The first start that the rule itself gives from an occurrence on: that of the later part, whose rule hangs on it.
fn first_of_rule(series: &Series, original_start: EventTime) -> Option<EventTime> {
    let mut bare = Series::single(series.master.clone());
    bare.master.recurrence.rule.as_ref()?;
    bare.master.recurrence.added.clear();
    bare.master.recurrence.excluded.clear();
    let from = instant(series, &original_start);
    let utc = &jiff::tz::TimeZone::UTC;
    let first = bare.occurrences(from..jiff::Timestamp::MAX, utc).find(|occurrence| instant(series, &occurrence.start) >= from);
    first.map(|occurrence| occurrence.start)
}

/// The occurrence's start as the master writes times.
fn in_form_of_master(series: &Series, time: EventTime) -> EventTime {
    let start = &series.master.start;
    match (start, time) {
        (EventTime::Zoned(..), EventTime::Zoned(..)) => start.with_instant(instant(series, &time), &jiff::tz::TimeZone::UTC),
        _ => start.with_local(time.local()),
    }
}

/// The rule of the earlier part ends just before the occurrence; that of the later part has what is left of COUNT.
fn parted_rule(series: &Series, original_start: EventTime) -> Result<(Option<String>, Option<String>), EditError> {
    let Some(text) = series.master.recurrence.rule.as_deref() else { return Ok((None, None)) };
    let (rule, _) = Rule::parse(text).map_err(|error| EditError::Rule(error.to_string()))?;
    let start = in_form_of_master(series, original_start);
    let step = if start.is_all_day() { SignedDuration::from_hours(-24) } else { SignedDuration::from_secs(-1) };
    let mut before = rule.clone();
    before.bound = Bound::Until(Until::at(start.moved_by(step).local(), &series.master.start));
    let mut after = rule.clone();
    if let Bound::Count(count) = rule.bound {
        after.bound = Bound::Count(count.saturating_sub(series.count_before(start.local())).max(1));
    }
    Ok((Some(before.to_string()), Some(after.to_string())))
}
