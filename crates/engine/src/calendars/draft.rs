//! From what was typed to what an event says.

use anyhow::Result;
use calendar::edit::{EditError, EventPatch};
use calendar::{Event, EventStatus, EventTime, Recurrence, Zone};
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use super::view::EventDraft;
use crate::error::{Code, Failure};

/// A new event. Times without a zone are in that of its calendar.
pub(super) fn event(draft: &EventDraft, uid: String, calendar_zone: &str) -> Result<Event, Failure> {
    let start = draft.start.as_deref().ok_or_else(|| invalid("start", "An event needs a start, such as 2027-03-14T13:00:00."))?;
    let zone = zone("tzid", draft.tzid.as_deref())?.or_else(|| Zone::parse(calendar_zone));
    let start = time("start", start, zone, draft.all_day)?;
    let length = SignedDuration::from_hours(if start.is_all_day() { 24 } else { 1 });
    let mut event = Event::new(uid, start, start.moved_by(length));
    patch(draft, &event, calendar_zone)?.apply_to(&mut event).map_err(|error| refused(&error))?;
    Ok(event)
}

/// The fields of a draft that change `base`: the event, or the occurrence of it that is meant.
pub(super) fn patch(draft: &EventDraft, base: &Event, calendar_zone: &str) -> Result<EventPatch, Failure> {
    let start = start(draft, base, calendar_zone)?;
    Ok(EventPatch {
        summary: draft.summary.clone(),
        description: draft.description.clone(),
        place: draft.place.clone(),
        end: end(draft, base, start.as_ref(), calendar_zone)?,
        start,
        recurrence: draft.rrule.as_deref().map(|rule| recurrence(rule, base)),
        status: draft.status.as_deref().map(status).transpose()?,
        url: draft.url.clone(),
        video_link: draft.video_link.clone(),
        colour: draft.colour.as_deref().map(colour).transpose()?,
        ..EventPatch::default()
    })
}

/// Why the calendar refused it, as a failure.
pub(super) fn refused(error: &EditError) -> Failure {
    match error {
        EditError::EndBeforeStart => invalid("end", format!("{error}.")),
        EditError::NoSuchOccurrence(when) => {
            Failure::new(Code::NotFound, format!("{error}.")).with("what", "occurrence").with("name", when)
        }
        EditError::Rule(_) => {
            invalid("rrule", format!("The recurrence rule cannot be used: {error}. Write it like FREQ=WEEKLY;BYDAY=SA;COUNT=10."))
        }
    }
}

fn start(draft: &EventDraft, base: &Event, calendar_zone: &str) -> Result<Option<EventTime>, Failure> {
    let typed = zone("tzid", draft.tzid.as_deref())?;
    let all_day = draft.all_day.unwrap_or_else(|| base.start.is_all_day());
    let own = typed.or_else(|| base.start.zone());
    match &draft.start {
        Some(text) => {
            let form = draft.all_day.or_else(|| is_day(text).then_some(true)).unwrap_or(false);
            // What was floating stays so; a day that becomes a time is in the zone of its calendar.
            let zone = if base.start.is_all_day() || has_offset(text) { own.or_else(|| Zone::parse(calendar_zone)) } else { own };
            time("start", text, zone, Some(form)).map(Some)
        }
        None if all_day && !base.start.is_all_day() => Ok(Some(EventTime::Date(base.start.date()))),
        None if !all_day && base.start.is_all_day() => {
            Err(invalid("start", "An event that no longer takes the whole day needs a start time."))
        }
        None => Ok(typed.filter(|_| !all_day).map(|zone| EventTime::Zoned(base.start.local(), zone))),
    }
}

fn end(draft: &EventDraft, base: &Event, start: Option<&EventTime>, calendar_zone: &str) -> Result<Option<EventTime>, Failure> {
    let start = start.unwrap_or(&base.start);
    let typed = zone("end_tzid", draft.end_tzid.as_deref())?.or(zone("tzid", draft.tzid.as_deref())?);
    match &draft.end {
        Some(text) => {
            let own = typed.or_else(|| base.end.zone()).or_else(|| start.zone()).filter(|_| start.zone().is_some());
            let zone = if has_offset(text) { own.or_else(|| Zone::parse(calendar_zone)) } else { own };
            let end = time("end", text, zone, Some(start.is_all_day()))?;
            // One day may be written as from that day to that day.
            Ok(Some(if end.is_all_day() && end == *start { end.moved_by(SignedDuration::from_hours(24)) } else { end }))
        }
        None if draft.start.is_none() && start.is_all_day() && !base.end.is_all_day() => {
            Ok(Some(EventTime::Date(base.end.date()).moved_by(SignedDuration::from_hours(24))))
        }
        None if draft.start.is_none() && !start.is_all_day() && !base.end.is_all_day() => {
            Ok(typed.map(|zone| EventTime::Zoned(base.end.local(), zone)))
        }
        None => Ok(None),
    }
}

/// A time as it was typed: with an offset it is placed in the zone, without one it is the wall clock there.
fn time(field: &str, text: &str, zone: Option<Zone>, all_day: Option<bool>) -> Result<EventTime, Failure> {
    let text = text.trim();
    let day = || text.get(..10).and_then(|day| day.parse::<Date>().ok());
    let found = if all_day.unwrap_or_else(|| is_day(text)) {
        day().map(EventTime::Date)
    } else if let Ok(instant) = text.parse::<Timestamp>() {
        let zone = zone.unwrap_or_else(Zone::utc);
        Some(EventTime::Zoned(zone.time_zone().to_datetime(instant), zone))
    } else {
        text.parse::<DateTime>().ok().map(|local| zone.map_or(EventTime::Floating(local), |zone| EventTime::Zoned(local, zone)))
    };
    found
        .ok_or_else(|| invalid(field, format!("“{text}” is no {field}: write it like 2027-03-14T13:00:00, or 2027-03-14 for a whole day.")))
}

fn is_day(text: &str) -> bool {
    text.trim().len() == "2027-03-14".len()
}

fn has_offset(text: &str) -> bool {
    text.trim().parse::<Timestamp>().is_ok()
}

fn zone(field: &str, name: Option<&str>) -> Result<Option<Zone>, Failure> {
    let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) else { return Ok(None) };
    let zone = Zone::parse(name);
    zone.map(Some).ok_or_else(|| invalid(field, format!("“{name}” is no time zone: write it like America/Chicago.")))
}

fn recurrence(rule: &str, base: &Event) -> Recurrence {
    let rule = rule.trim();
    let rule = rule.strip_prefix("RRULE:").unwrap_or(rule);
    if rule.is_empty() {
        return Recurrence::default();
    }
    Recurrence { rule: Some(rule.to_owned()), ..base.recurrence.clone() }
}

fn status(text: &str) -> Result<EventStatus, Failure> {
    match text.trim().to_lowercase().as_str() {
        "confirmed" => Ok(EventStatus::Confirmed),
        "tentative" => Ok(EventStatus::Tentative),
        "cancelled" | "canceled" => Ok(EventStatus::Cancelled),
        _ => Err(invalid("status", format!("“{text}” is no status: it is confirmed, tentative or cancelled."))),
    }
}

/// The name that calendars know a plain word for a colour by.
fn colour(text: &str) -> Result<String, Failure> {
    let word = text.trim().to_lowercase();
    if word.is_empty() {
        return Ok(word);
    }
    let name = calendar::colour::name_of(&word).ok_or_else(|| {
        let all: Vec<&str> = calendar::colour::WORDS.iter().map(|(word, _)| *word).collect();
        invalid("colour", format!("“{text}” is no colour. There are {}.", all.join(", ")))
    })?;
    Ok(name.to_owned())
}

fn invalid(field: &str, message: impl Into<String>) -> Failure {
    Failure::new(Code::InvalidInput, message).with("field", field)
}
