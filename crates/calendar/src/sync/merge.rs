//! Three ways to one: what stands here, what stands at the provider, and what both last had in common.

use crate::colour::{colour_of, set_colour};
use crate::diff::{diff, same_content};
use crate::{Event, EventStatus, EventTime};

use super::Series;

/// One of two places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// This computer.
    Here,
    /// The provider.
    There,
}

/// What the three know of a series.
#[derive(Clone, Copy, Debug)]
pub struct Ways<'a> {
    /// What the provider had when it was last looked at; empty where it had nothing.
    pub base: &'a Series,
    /// What stands here.
    pub here: &'a Series,
    /// What the provider would tell of `here`, were it written there.
    pub held: &'a Series,
    /// What the provider has now.
    pub there: &'a Series,
    /// Which of the two was edited last.
    pub later: Side,
}

/// A field that was changed in both places, differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The occurrence; none for the single event or the series.
    pub recurrence_id: Option<EventTime>,
    /// The field, as [`crate::diff::FieldChange`] names it, or `event` where one place deleted what the other changed.
    pub field: String,
    /// What it says here, in words.
    pub here: String,
    /// What it says at the provider, in words.
    pub there: String,
    /// Which of them was kept.
    pub kept: Side,
    /// The event as the other has it; none where that one deleted it.
    pub other: Option<Event>,
}

/// What three ways come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// What is to stand here, and then there.
    pub series: Series,
    /// What could not be had from both.
    pub clashes: Vec<Clash>,
}

/// Merges field by field. Where both changed the same field the later edit is kept, and the other is named.
///
/// Whom an event invites is the provider's: what this computer knows of it is never an edit.
#[must_use]
pub fn merge(ways: &Ways<'_>) -> Merged {
    let Ways { base, here, held, there, later } = *ways;
    if there.says_the_same(base) {
        return Merged { series: here.clone(), clashes: Vec::new() };
    }
    let is_untouched = held.says_the_same(base);
    // A series that one place deleted is not put together again out of its exceptions.
    if there.is_empty() || here.is_empty() {
        return whole(ways, is_untouched);
    }
    // Dates are compared by the names that they have in the series that comes of it.
    let begins = Part::of(None, ways).settle(&mut Vec::new());
    let [base, here, held, there] = [base, here, held, there].map(|series| series.named_like(begins.as_ref()));
    let ways = &Ways { base: &base, here: &here, held: &held, there: &there, later };
    let mut merged = Merged { series: here.clone(), clashes: Vec::new() };
    let mut keys: Vec<Option<EventTime>> = [&base, &here, &held, &there].iter().flat_map(|series| series.keys()).collect();
    keys.sort_unstable();
    keys.dedup();
    for key in keys {
        let settled = Part::of(key, ways).settle(&mut merged.clashes);
        merged.series.put(key, settled);
    }
    bring_back_dates(ways, &mut merged.series);
    settle_dates_taken_out(ways, &mut merged);
    leave_out_strays(ways, &mut merged);
    merged
}

fn whole(ways: &Ways<'_>, is_untouched: bool) -> Merged {
    let Ways { here, there, later, .. } = *ways;
    // Nothing was known of it here: it is new from there, or gone on both sides.
    if is_untouched || (here.is_empty() && there.is_empty()) {
        return Merged { series: there.clone(), clashes: Vec::new() };
    }
    let (kept, lost) = if later == Side::Here { (here, there) } else { (there, here) };
    let words = |series: &Series| series.master().map_or_else(|| "deleted".to_owned(), |master| master.summary.clone());
    let clash = Clash {
        recurrence_id: None,
        field: "event".to_owned(),
        here: words(here),
        there: words(there),
        kept: later,
        other: lost.master().cloned(),
    };
    Merged { series: kept.clone(), clashes: vec![clash] }
}

/// A date that the provider brought back is not kept away by an exception that cancels it only here.
fn bring_back_dates(ways: &Ways<'_>, series: &mut Series) {
    let off = |series: &Series| series.master().map(|master| master.recurrence.excluded.clone()).unwrap_or_default();
    let (before, now) = (off(ways.base), off(ways.there));
    for date in before.into_iter().filter(|date| !now.contains(date)) {
        let key = Some(date);
        let is_cancelled = series.get(key.as_ref()).is_some_and(|exception| exception.status == EventStatus::Cancelled);
        if is_cancelled && ways.held.get(key.as_ref()).is_none() {
            series.put(key, ways.there.get(key.as_ref()).cloned());
        }
    }
}

/// A date that one place took out and the other changed cannot be both: the later of the two has it its way.
fn settle_dates_taken_out(ways: &Ways<'_>, merged: &mut Merged) {
    let Some(mut master) = merged.series.master().cloned() else { return };
    let is_out = |series: &Series, date: &EventTime| series.master().is_some_and(|master| master.recurrence.excluded.contains(date));
    let is_both = |series: &Series, date: &EventTime| is_out(series, date) && series.get(Some(date)).is_some();
    let mut dates = master.recurrence.excluded.clone();
    dates.retain(|date| merged.series.get(Some(date)).is_some_and(|event| event.status != EventStatus::Cancelled));
    // What stands so in one place already is left to that place.
    dates.retain(|date| !is_both(ways.here, date) && !is_both(ways.there, date));
    for date in dates {
        let known = merged.clashes.iter().any(|clash| clash.recurrence_id == Some(date) && clash.field == "event");
        let is_taken_out = !known && (ways.later == Side::Here) == is_out(ways.here, &date);
        let lost = merged.series.get(Some(&date)).cloned().filter(|_| is_taken_out);
        if !known {
            merged.clashes.push(Part::of(Some(date), ways).clash(ways.later, lost.as_ref()));
        }
        if is_taken_out {
            merged.series.put(Some(date), None);
        } else {
            master.recurrence.excluded.retain(|out| *out != date);
        }
    }
    merged.series.put(None, Some(master));
}

/// What one place says of a date is left out where the series of the other, which was kept, has no such date.
fn leave_out_strays(ways: &Ways<'_>, merged: &mut Merged) {
    let sides = [ways.here, ways.there];
    let strays: Vec<EventTime> = merged.series.keys().flatten().filter(|date| !merged.series.has_date(date)).collect();
    for date in strays {
        let key = Some(&date);
        // What never was a date of its own series stands for itself.
        if sides.iter().any(|side| side.get(key).is_some() && !side.has_date(&date)) {
            continue;
        }
        merged.series.put(Some(date), None);
        let [base, held, there] = [ways.base, ways.held, ways.there].map(|series| series.get(key));
        if !(same(held, base) && same(there, base)) {
            let is_theirs = there.is_some() && !same(there, base);
            let (kept, lost) = if is_theirs { (Side::Here, there) } else { (Side::There, ways.here.get(key)) };
            merged.clashes.push(Part::of(Some(date), ways).clash(kept, lost));
        }
    }
}

/// One event of the series.
struct Part<'a> {
    key: Option<EventTime>,
    base: Option<&'a Event>,
    here: Option<&'a Event>,
    held: Option<&'a Event>,
    there: Option<&'a Event>,
    later: Side,
}

impl<'a> Part<'a> {
    fn of(key: Option<EventTime>, ways: &Ways<'a>) -> Self {
        let [base, here, held, there] = [ways.base, ways.here, ways.held, ways.there].map(|series| series.get(key.as_ref()));
        Self { key, base, here, held, there, later: ways.later }
    }

    /// That one of the two places has it its way.
    fn clash(&self, kept: Side, lost: Option<&Event>) -> Clash {
        let words = |event: Option<&Event>| event.map_or_else(|| "deleted".to_owned(), |event| event.summary.clone());
        let (here, there) = (words(self.here), words(self.there));
        Clash { recurrence_id: self.key, field: "event".to_owned(), here, there, kept, other: lost.cloned() }
    }

    /// What is to stand here.
    fn settle(&self, clashes: &mut Vec<Clash>) -> Option<Event> {
        let Self { base, here, held, there, .. } = *self;
        if same(there, base) || same(there, held) {
            return here.cloned();
        }
        if same(held, base) {
            return match (base, here, there) {
                (Some(base), Some(here), Some(there)) => Some(with_changes(base, here, there)),
                _ => there.cloned(),
            };
        }
        match (here, held, there) {
            (Some(here), Some(held), Some(there)) => Some(self.merged(here, held, there, clashes)),
            _ => self.either(clashes),
        }
    }

    /// One place deleted the event and the other changed it: the later of the two has it its way.
    fn either(&self, clashes: &mut Vec<Clash>) -> Option<Event> {
        let (kept, lost) = if self.later == Side::Here { (self.here, self.there) } else { (self.there, self.here) };
        clashes.push(self.clash(self.later, lost));
        kept.cloned()
    }

    fn merged(&self, here: &Event, held: &Event, there: &Event, clashes: &mut Vec<Clash>) -> Event {
        // Where both made it, each of its fields was written by both.
        let names = |event: &Event| self.base.map(|base| changed(base, event));
        let (own, its) = (names(held), names(there));
        let mut merged = here.clone();
        let mut clashed = Vec::new();
        for field in diff(held, there) {
            let unit = unit(&field.name);
            let has = |names: &Option<Vec<&'static str>>| names.as_ref().is_none_or(|names| names.contains(&unit));
            match (has(&own) && !is_providers(unit), has(&its)) {
                (_, false) => continue,
                (false, true) => {}
                (true, true) if unit == "recurrence" && self.dates_suffice(held, there) => {}
                (true, true) => {
                    let other = if self.later == Side::Here { there } else { here };
                    clashes.push(Clash {
                        recurrence_id: self.key,
                        field: field.name.clone(),
                        here: field.old,
                        there: field.new,
                        kept: self.later,
                        other: Some(other.clone()),
                    });
                    if self.later == Side::Here {
                        continue;
                    }
                    clashed.push(unit);
                }
            }
            take(unit, &mut merged, self.base, there, clashed.contains(&unit));
        }
        merged
    }

    /// Whether both left the rule alone, or gave it the same new form: dates that were taken out and added go together.
    fn dates_suffice(&self, held: &Event, there: &Event) -> bool {
        let rule = |event: &Event| event.recurrence.rule.clone();
        let before = self.base.map(rule);
        rule(held) == rule(there) || before.as_ref() == Some(&rule(there)) || before.as_ref() == Some(&rule(held))
    }
}

/// An event with one field as another has it; fields that go together, such as start and end, come together.
#[must_use]
pub fn with_field(event: &Event, field: &str, other: &Event) -> Event {
    let mut changed = event.clone();
    take(unit(field), &mut changed, None, other, true);
    changed
}

fn same(left: Option<&Event>, right: Option<&Event>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => same_content(left, right),
        (None, None) => true,
        _ => false,
    }
}

/// What stands here with all that the provider changed, and nothing else of the provider's.
fn with_changes(base: &Event, here: &Event, there: &Event) -> Event {
    let mut merged = here.clone();
    for unit in changed(base, there) {
        take(unit, &mut merged, Some(base), there, false);
    }
    merged
}

fn changed(base: &Event, event: &Event) -> Vec<&'static str> {
    let mut units: Vec<&'static str> = diff(base, event).iter().map(|field| unit(&field.name)).collect();
    units.dedup();
    units
}

/// Fields that go together are one: an event with the start of one place and the end of the other is nobody's.
fn unit(field: &str) -> &'static str {
    match field {
        "summary" => "summary",
        "start" | "end" => "time",
        "recurrence" => "recurrence",
        "place" => "place",
        "status" => "status",
        "description" => "description",
        "visibility" => "visibility",
        "transparency" => "transparency",
        "url" => "url",
        "video_link" => "video_link",
        "categories" => "categories",
        "organizer" => "organizer",
        "attendees" => "attendees",
        "attachments" => "attachments",
        "alarms" => "alarms",
        "colour" => "colour",
        _ => "own_properties",
    }
}

fn is_providers(unit: &str) -> bool {
    matches!(unit, "organizer" | "attendees")
}

/// Takes a field from the provider. Of dates only what the provider did to them, unless all of it is wanted.
fn take(unit: &str, merged: &mut Event, base: Option<&Event>, there: &Event, whole: bool) {
    match unit {
        "summary" => merged.summary.clone_from(&there.summary),
        "time" => (merged.start, merged.end) = (there.start, there.end),
        "recurrence" if whole => merged.recurrence = there.recurrence.clone(),
        "recurrence" => {
            let before = base.map(|base| base.recurrence.clone()).unwrap_or_default();
            if base.is_none() || there.recurrence.rule != before.rule {
                merged.recurrence.rule.clone_from(&there.recurrence.rule);
            }
            change_dates(&mut merged.recurrence.excluded, &before.excluded, &there.recurrence.excluded);
            change_dates(&mut merged.recurrence.added, &before.added, &there.recurrence.added);
        }
        "place" => merged.place.clone_from(&there.place),
        "status" => merged.status = there.status,
        "description" => merged.description.clone_from(&there.description),
        "visibility" => merged.visibility = there.visibility,
        "transparency" => merged.transparency = there.transparency,
        "url" => merged.url.clone_from(&there.url),
        "video_link" => merged.video_link.clone_from(&there.video_link),
        "categories" => merged.categories.clone_from(&there.categories),
        "organizer" => merged.organizer.clone_from(&there.organizer),
        "attendees" => merged.attendees.clone_from(&there.attendees),
        "attachments" => merged.attachments.clone_from(&there.attachments),
        "alarms" => merged.alarms.clone_from(&there.alarms),
        "colour" => set_colour(merged, colour_of(there).unwrap_or_default()),
        _ => {
            // The colour is a field of its own.
            let colour = colour_of(merged).unwrap_or_default().to_owned();
            merged.own_properties.clone_from(&there.own_properties);
            set_colour(merged, &colour);
        }
    }
}

fn change_dates(own: &mut Vec<EventTime>, before: &[EventTime], now: &[EventTime]) {
    own.retain(|date| now.contains(date) || !before.contains(date));
    own.extend(now.iter().filter(|date| !before.contains(date)).copied());
    own.sort_unstable();
    own.dedup();
}
