//! What changed between two states of an event, in words.

use serde::{Deserialize, Serialize};

use crate::colour::{colour_of, is_colour, spoken};
use crate::event::{Attendee, Event, EventStatus, EventTime, Participation, Role, Transparency, Visibility};
use crate::recurrence::Rule;
use crate::words;

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The field of [`Event`], such as `summary`, `start` or `recurrence`.
    pub name: String,
    /// What it was, in words; empty where it held nothing.
    pub old: String,
    /// What it is, in words; empty where it holds nothing.
    pub new: String,
    /// Whether a guest must decide anew: time, recurrence, place, cancelled or reinstated.
    pub significant: bool,
}

/// The fields in which `new` differs from `old`. UID, RECURRENCE-ID, SEQUENCE and stamps are no content.
pub fn diff(old: &Event, new: &Event) -> Vec<FieldChange> {
    let mut changes = Changes(Vec::new());
    changes.compare("summary", false, &old.summary, &new.summary, String::clone);
    changes.compare("start", true, &old.start, &new.start, |time| words::time(time, None));
    changes.compare("end", true, &old.end, &new.end, last_moment);
    changes.compare("recurrence", true, &Repeats(old), &Repeats(new), Repeats::words);
    changes.compare("place", true, &old.place, &new.place, String::clone);
    let cancels = (old.status == EventStatus::Cancelled) != (new.status == EventStatus::Cancelled);
    changes.compare("status", cancels, &old.status, &new.status, |status| status_words(*status).to_owned());
    changes.compare("description", false, &old.description, &new.description, String::clone);
    changes.compare("visibility", false, &old.visibility, &new.visibility, |visibility| visibility_words(*visibility).to_owned());
    changes.compare("transparency", false, &old.transparency, &new.transparency, |shown| transparency_words(*shown).to_owned());
    changes.compare("url", false, &old.url, &new.url, String::clone);
    changes.compare("video_link", false, &old.video_link, &new.video_link, String::clone);
    changes.compare("categories", false, &old.categories, &new.categories, |list| list.join(", "));
    changes.compare("organizer", false, &old.organizer, &new.organizer, |person| person.as_ref().map_or(String::new(), name_of));
    changes.compare("attendees", false, &old.attendees, &new.attendees, |people| listed(people.iter().map(attendee_words)));
    changes.compare("attachments", false, &old.attachments, &new.attachments, |list| {
        listed(list.iter().map(|attachment| if attachment.name.is_empty() { shortened(&attachment.uri) } else { attachment.name.clone() }))
    });
    changes.compare("alarms", false, &old.alarms, &new.alarms, |list| listed(list.iter().map(|alarm| alarm.trigger.clone())));
    changes.compare("colour", false, &colour_of(old), &colour_of(new), |name| name.map_or(String::new(), |name| spoken(name).to_owned()));
    changes.compare("own_properties", false, &content_lines(old), &content_lines(new), |lines| {
        listed(lines.iter().map(|line| shortened(line)))
    });
    changes.0
}

/// Whether nothing but stamps differs.
pub fn same_content(left: &Event, right: &Event) -> bool {
    diff(left, right).is_empty()
}

struct Changes(Vec<FieldChange>);

impl Changes {
    fn compare<T: PartialEq>(&mut self, name: &str, significant: bool, old: &T, new: &T, words: impl Fn(&T) -> String) {
        if old != new {
            self.0.push(FieldChange { name: name.to_owned(), old: words(old), new: words(new), significant });
        }
    }
}

/// How an event repeats, compared by what it means: the order of dates says nothing.
struct Repeats<'a>(&'a Event);

impl Repeats<'_> {
    fn sorted(list: &[EventTime]) -> Vec<EventTime> {
        let mut list = list.to_vec();
        list.sort_unstable();
        list.dedup();
        list
    }

    fn words(&self) -> String {
        let Self(event) = self;
        let mut words = match event.recurrence.rule.as_deref().map(Rule::parse) {
            None => String::new(),
            Some(Ok((rule, _))) => words::rule(&rule, &event.start),
            Some(Err(error)) => error.to_string(),
        };
        for (list, kind) in [(&event.recurrence.added, "also on"), (&event.recurrence.excluded, "not on")] {
            let days: Vec<String> = Self::sorted(list).iter().map(|time| words::day(time.date(), None)).collect();
            if !days.is_empty() {
                let separator = if words.is_empty() { "" } else { ", " };
                words = format!("{words}{separator}{kind} {}", listed(days.into_iter()));
            }
        }
        words
    }
}

impl PartialEq for Repeats<'_> {
    fn eq(&self, other: &Self) -> bool {
        let (left, right) = (&self.0.recurrence, &other.0.recurrence);
        left == right
            || (left.rule == right.rule
                && Self::sorted(&left.excluded) == Self::sorted(&right.excluded)
                && Self::sorted(&left.added) == Self::sorted(&right.added))
    }
}

/// A whole day ends with its last day, not with the day after.
fn last_moment(end: &EventTime) -> String {
    match end {
        EventTime::Date(date) => words::day(date.yesterday().unwrap_or(*date), None),
        EventTime::Floating(_) | EventTime::Zoned(..) => words::time(end, None),
    }
}

fn status_words(status: EventStatus) -> &'static str {
    match status {
        EventStatus::Confirmed => "confirmed",
        EventStatus::Tentative => "tentative",
        EventStatus::Cancelled => "cancelled",
    }
}

fn visibility_words(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Private => "private",
        Visibility::Confidential => "confidential",
    }
}

fn transparency_words(transparency: Transparency) -> &'static str {
    match transparency {
        Transparency::Opaque => "busy",
        Transparency::Transparent => "free",
    }
}

fn name_of(person: &Attendee) -> String {
    if person.name.is_empty() { person.address.clone() } else { person.name.clone() }
}

fn attendee_words(person: &Attendee) -> String {
    let role = match person.role {
        Role::Required => "",
        Role::Optional => ", optional",
        Role::Resource => ", resource",
    };
    let answer = match person.participation {
        Participation::NeedsAction => "",
        Participation::Accepted => ": yes",
        Participation::Declined => ": no",
        Participation::Tentative => ": maybe",
        Participation::Delegated => ": passed on",
    };
    format!("{}{role}{answer}", name_of(person))
}

/// A list for a person: beyond some items only how many there are.
fn listed(items: impl ExactSizeIterator<Item = String>) -> String {
    const MOST: usize = 12;
    let more = items.len().saturating_sub(MOST);
    let shown: Vec<String> = items.take(MOST).collect();
    if more == 0 { shown.join("; ") } else { format!("{} and {more} more", shown.join("; ")) }
}

fn shortened(text: &str) -> String {
    text.chars().take(120).collect()
}

/// The lines that are no mere stamps of who touched the event last, and no field of their own.
fn content_lines(event: &Event) -> Vec<&str> {
    const STAMPS: [&str; 8] = [
        "DTSTAMP",
        "LAST-MODIFIED",
        "CREATED",
        "X-MOZ-GENERATION",
        "X-MOZ-LASTACK",
        "X-MICROSOFT-CDO-APPT-SEQUENCE",
        "X-MICROSOFT-CDO-OWNER-CRITICAL-CHANGE",
        "X-MICROSOFT-CDO-ATTENDEE-CRITICAL-CHANGE",
    ];
    let is_stamp = |line: &&str| STAMPS.iter().any(|stamp| line.strip_prefix(stamp).is_some_and(|rest| rest.starts_with([':', ';'])));
    event.own_properties.iter().map(String::as_str).filter(|line| !is_stamp(line) && !is_colour(line)).collect()
}

#[cfg(test)]
mod tests;
