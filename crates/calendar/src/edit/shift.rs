//! Edits of a whole series: what hangs on its start moves with it.

use jiff::SignedDuration;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use super::{EditError, EventPatch, SeriesEdit, has_occurrence, same_occurrence};
use crate::colour::{colour_of, set_colour};
use crate::event::{Event, EventTime};
use crate::recurrence::offsets::from_seconds;
use crate::recurrence::{Bound, Frequency, NthWeekday, Rule, Series, Until, wall_clock_between};

/// Applies a patch to the master and all that depends on it.
pub(super) fn edit_all(series: &Series, patch: &EventPatch) -> Result<SeriesEdit, EditError> {
    let old = &series.master;
    let mut master = old.clone();
    patch.apply_to(&mut master)?;
    let mut exceptions = series.exceptions.clone();
    let moves = master.start != old.start;
    if moves {
        let shift = Shift::between(old, &master);
        if patch.recurrence.is_none() {
            if let Some(text) = &old.recurrence.rule {
                let (rule, _) = Rule::parse(text).map_err(|error| EditError::Rule(error.to_string()))?;
                master.recurrence.rule = Some(shift.rule(rule).to_string());
            }
            for time in master.recurrence.excluded.iter_mut().chain(&mut master.recurrence.added) {
                *time = shift.time(time);
            }
        }
        go_along(series, &master, &mut exceptions);
    }
    for exception in &mut exceptions {
        inherit(patch, old, exception);
    }
    if patch.recurrence.is_some() {
        let bare = Series::single(master.clone());
        exceptions.retain(|exception| exception.recurrence_id.is_some_and(|original| has_occurrence(&bare, original)));
    }
    Ok(SeriesEdit { master, exceptions, split: None })
}

/// Exceptions go along where the start of their series moves.
pub(super) fn go_along(series: &Series, master: &Event, exceptions: &mut [Event]) {
    if master.start != series.master.start {
        let shift = Shift::between(&series.master, master);
        for exception in exceptions {
            shift.exception(series, exception);
        }
    }
}

/// A series whose dates have the names that they have where it begins as another does, as far as that one has such dates. The master stays.
pub(super) fn named_like(series: &Series, other: &Event) -> Series {
    let mut named = series.clone();
    if other.start == series.master.start {
        return named;
    }
    let shift = Shift::between(&series.master, other);
    let moves = |time: &EventTime| !is_date(other, time) && is_date(other, &shift.time(time));
    for exception in &mut named.exceptions {
        if exception.recurrence_id.as_ref().is_some_and(moves) {
            shift.exception(series, exception);
        }
    }
    let recurrence = &mut named.master.recurrence;
    for time in recurrence.excluded.iter_mut().chain(&mut recurrence.added).filter(|time| moves(time)) {
        *time = shift.time(time);
    }
    named
}

/// Whether a series has such a date, be it taken out or not.
pub(super) fn is_date(master: &Event, original_start: &EventTime) -> bool {
    let mut bare = master.clone();
    bare.recurrence.excluded.clear();
    has_occurrence(&Series::single(bare), *original_start)
}

/// A start that moves.
struct Shift {
    old: EventTime,
    new: EventTime,
    by: SignedDuration,
}

impl Shift {
    fn between(old: &Event, new: &Event) -> Self {
        Self { old: old.start, new: new.start, by: wall_clock_between(&old.start, &new.start) }
    }

    /// A time of the old series as a time of the new one.
    fn time(&self, time: &EventTime) -> EventTime {
        let local = match (time, &self.old) {
            (EventTime::Zoned(..), EventTime::Zoned(..)) => self.old.with_instant(time.to_instant(&TimeZone::UTC), &TimeZone::UTC).local(),
            _ => time.local(),
        };
        let local = match (time, &self.old) {
            // A day that names a timed occurrence goes on naming the day.
            (EventTime::Date(_), EventTime::Floating(_) | EventTime::Zoned(..)) => {
                let day_before = self.old.date().to_datetime(jiff::civil::Time::midnight());
                let day_after = self.new.date().to_datetime(jiff::civil::Time::midnight());
                return EventTime::Date(local.saturating_add(day_before.duration_until(day_after)).date());
            }
            _ => local.saturating_add(self.by),
        };
        self.new.with_local(local)
    }

    /// An exception keeps its own time where it has one; its name in the series changes.
    fn exception(&self, series: &Series, exception: &mut Event) {
        let Some(original) = exception.recurrence_id else { return };
        let unmoved = same_occurrence(series, &original, &exception.start);
        exception.recurrence_id = Some(self.time(&original));
        if unmoved {
            let length = wall_clock_between(&exception.start, &exception.end);
            exception.start = self.time(&exception.start);
            exception.end = if exception.end.is_all_day() == exception.start.is_all_day() && exception.end.zone() == exception.start.zone()
            {
                exception.end.with_local(exception.start.moved_by(length).local())
            } else if exception.start.is_all_day() {
                exception.start.moved_by(SignedDuration::from_hours(24))
            } else {
                exception.start.moved_by(if length >= SignedDuration::from_hours(24) { SignedDuration::from_hours(1) } else { length })
            };
        }
    }

    /// The rule goes with the day: what was every Saturday is every Sunday when the start moves there.
    fn rule(&self, mut rule: Rule) -> Rule {
        let (from, to) = (self.old.date(), self.new.date());
        if let Bound::Until(_) = rule.bound {
            let last = from_seconds(rule.last_local_second(&self.old).saturating_add(self.by.as_secs()));
            rule.bound = Bound::Until(Until::at(last, &self.new));
        }
        if from == to {
            return rule;
        }
        let days = i64::from(to.weekday().to_monday_zero_offset()) - i64::from(from.weekday().to_monday_zero_offset());
        match rule.frequency {
            Frequency::Weekly => {
                for day in &mut rule.weekdays {
                    day.weekday = turned(day.weekday, days);
                }
                rule.weekdays.sort_by_key(|day| day.weekday.to_monday_zero_offset());
            }
            Frequency::Monthly | Frequency::Yearly => {
                if rule.month_days == [i64::from(from.day())] {
                    rule.month_days = vec![i64::from(to.day())];
                }
                if rule.months == [i64::from(from.month())] {
                    rule.months = vec![i64::from(to.month())];
                }
                if let [day] = rule.weekdays.as_mut_slice() {
                    follow(day, from, to);
                }
            }
            _ => {}
        }
        rule
    }
}

fn turned(weekday: Weekday, days: i64) -> Weekday {
    let from_monday = (i64::from(weekday.to_monday_zero_offset()) + days).rem_euclid(7);
    i8::try_from(from_monday).ok().and_then(|number| Weekday::from_monday_zero_offset(number).ok()).unwrap_or(weekday)
}

/// "The second Sunday" becomes "the third Monday" where the start moves so.
fn follow(day: &mut NthWeekday, from: Date, to: Date) {
    let place = |date: Date| (i64::from(date.day()) - 1) / 7 + 1;
    let place_from_end = |date: Date| -((i64::from(date.days_in_month()) - i64::from(date.day())) / 7 + 1);
    if day.weekday != from.weekday() {
        return;
    }
    if day.nth == place(from) {
        *day = NthWeekday { nth: place(to), weekday: to.weekday() };
    } else if day.nth == place_from_end(from) {
        *day = NthWeekday { nth: place_from_end(to), weekday: to.weekday() };
    }
}

/// A field that an exception has from the series follows it; one of its own stays.
fn inherit(patch: &EventPatch, old: &Event, exception: &mut Event) {
    fn follow<T: Clone + PartialEq>(new: Option<&T>, old: &T, field: &mut T) {
        if let Some(new) = new.filter(|_| field == old) {
            field.clone_from(new);
        }
    }
    follow(patch.summary.as_ref(), &old.summary, &mut exception.summary);
    follow(patch.description.as_ref(), &old.description, &mut exception.description);
    follow(patch.place.as_ref(), &old.place, &mut exception.place);
    follow(patch.status.as_ref(), &old.status, &mut exception.status);
    follow(patch.visibility.as_ref(), &old.visibility, &mut exception.visibility);
    follow(patch.transparency.as_ref(), &old.transparency, &mut exception.transparency);
    follow(patch.url.as_ref(), &old.url, &mut exception.url);
    follow(patch.video_link.as_ref(), &old.video_link, &mut exception.video_link);
    follow(patch.categories.as_ref(), &old.categories, &mut exception.categories);
    follow(patch.organizer.as_ref(), &old.organizer, &mut exception.organizer);
    follow(patch.attendees.as_ref(), &old.attendees, &mut exception.attendees);
    follow(patch.attachments.as_ref(), &old.attachments, &mut exception.attachments);
    follow(patch.alarms.as_ref(), &old.alarms, &mut exception.alarms);
    if let Some(name) = patch.colour.as_ref().filter(|_| colour_of(exception) == colour_of(old)) {
        set_colour(exception, name);
    }
}
