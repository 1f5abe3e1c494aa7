//! An event opened beside the calendar, with its history.

use std::collections::HashMap;

use anyhow::Result;
use calendar::colour::{colour_of, word_for};
use calendar::diff::{FieldChange, diff};
use calendar::recurrence::Rule;
use calendar::words;
use calendar::{Event, EventStatus, EventTime, Participation, Role, Transparency, Visibility};
use jiff::{SignedDuration, Timestamp};
use store::event_version::{self, Current, Entry};
use store::{Reader, event, instance};

use super::view::{AttendeeView, EventDetail, FieldChangeView, VersionView};
use super::{invited, sub_calendar, time};
use crate::engine::Engine;
use crate::error::{Code, Failure};

/// A single event, a series, or one occurrence of it where `recurrence_id` is not empty.
///
/// # Errors
/// `NotFound`.
pub async fn show_event(engine: &Engine, id: &str, recurrence_id: &str) -> Result<EventDetail, Failure> {
    let id = parse_id(id)?;
    let recurrence_id = recurrence_id.to_owned();
    Ok(engine.store().read(move |r| detail(r, id, &recurrence_id)).await?)
}

/// What the window shows of an event.
pub(super) fn detail(r: &Reader<'_>, id: i64, recurrence_id: &str) -> Result<EventDetail> {
    let current = current_of(r, id, recurrence_id)?;
    let calendar = store::calendar::get(r, current.row.calendar)?.ok_or_else(|| not_found(&id.to_string()))?;
    let event = &current.content;
    let view = |time: &EventTime| time::shown(time, &calendar.zone);
    let zone = |time: &EventTime| time.zone().map_or("", calendar::Zone::as_str).to_owned();
    Ok(EventDetail {
        id: current.row.series().to_string(),
        calendar: current.row.calendar.to_string(),
        uid: event.uid.clone(),
        summary: event.summary.clone(),
        description: event.description.clone(),
        place: event.place.clone(),
        start: view(&event.start),
        end: view(&event.end),
        start_local: event.start.iso_local(),
        end_local: event.end.iso_local(),
        start_zone: zone(&event.start),
        end_zone: zone(&event.end),
        all_day: event.start.is_all_day(),
        rrule: event.recurrence.rule.clone().unwrap_or_default(),
        repeats: repeats(event),
        status: status(event.status).to_owned(),
        visibility: visibility(event.visibility).to_owned(),
        transparency: transparency(event.transparency).to_owned(),
        url: event.url.clone(),
        video_link: event.video_link.clone(),
        categories: event.categories.clone(),
        colour: own_colour(r, &current)?,
        attendees: event.attendees.iter().map(attendee).collect(),
        attachments: event.attachments.iter().map(|attachment| attachment.uri.clone()).collect(),
        alarms: u32::try_from(event.alarms.len()).unwrap_or(u32::MAX),
        read_only: sub_calendar::read_only(&calendar),
        versions: version_views(r, current.row.id)?,
        invitations: invited::summary(r, current.row.series())?,
    })
}

/// The colour that an event has of its own, by its plain word: an exception that has none has its series'.
fn own_colour(r: &Reader<'_>, current: &Current) -> Result<String> {
    let series = match (colour_of(&current.content), current.row.master) {
        (None, Some(master)) => event_version::current(r, master)?,
        _ => None,
    };
    let name = colour_of(&current.content).or_else(|| series.as_ref().and_then(|series| colour_of(&series.content)));
    Ok(name.and_then(word_for).unwrap_or_default().to_owned())
}

/// The event, or the occurrence of a series as its exception has it, or as its master gives it.
pub(super) fn current_of(r: &Reader<'_>, id: i64, recurrence_id: &str) -> Result<Current> {
    let current = event_version::current(r, id)?.ok_or_else(|| not_found(&id.to_string()))?;
    if recurrence_id.is_empty() || current.row.recurrence_id == recurrence_id {
        return Ok(current);
    }
    let row = &current.row;
    if let Some(exception) = event::find(r, row.calendar, &row.uid, recurrence_id)?
        && !exception.deleted
        && let Some(exception) = event_version::current(r, exception.id)?
    {
        return Ok(exception);
    }
    let occurrence = occurrence_named(r, &current, recurrence_id)?.ok_or_else(|| not_found(recurrence_id))?;
    let mut content = current.content.clone();
    let local = |time: &EventTime, text: &str| EventTime::parse_iso_local(text, time.zone()).unwrap_or(*time);
    content.start = local(&content.start, &occurrence.start_local);
    content.end = local(&content.end, &occurrence.end_local);
    Ok(Current { content, ..current })
}

fn occurrence_named(r: &Reader<'_>, master: &Current, recurrence_id: &str) -> Result<Option<instance::Occurrence>> {
    let Some(original) = EventTime::parse_value(recurrence_id, master.content.start.zone()) else { return Ok(None) };
    let zone = store::calendar::get(r, master.row.calendar)?.map(|calendar| calendar.zone).unwrap_or_default();
    let at = original.to_instant(&time::time_zone(&zone));
    let near: (Timestamp, Timestamp) = (at, time::moved(at, SignedDuration::from_secs(1)));
    let found = instance::of_series(r, master.row.id, near.0, near.1)?;
    Ok(found.into_iter().find(|occurrence| occurrence.recurrence_id == recurrence_id))
}

/// Reads the id of an event.
pub(super) fn parse_id(id: &str) -> Result<i64, Failure> {
    id.parse().map_err(|_| not_found(id))
}

pub(super) fn not_found(name: &str) -> Failure {
    Failure::new(Code::NotFound, format!("There is no event “{name}”. It may have been deleted.")).with("what", "event").with("name", name)
}

fn version_views(r: &Reader<'_>, event: i64) -> Result<Vec<VersionView>> {
    let entries = event_version::entries(r, event)?;
    let mut origins: HashMap<&str, From> = HashMap::new();
    for entry in &entries {
        if !origins.contains_key(entry.source.as_str()) {
            origins.insert(&entry.source, origin(r, &entry.source)?);
        }
    }
    let before = std::iter::once(None).chain(entries.iter().map(Some));
    let from = |entry: &Entry| origins.get(entry.source.as_str()).cloned().unwrap_or_default();
    Ok(entries.iter().zip(before).map(|(entry, before)| version_view(entry, before, from(entry))).collect())
}

/// A version as the window sees it; `before` is the one before it.
pub(super) fn version_view(entry: &Entry, before: Option<&Entry>, from: From) -> VersionView {
    VersionView {
        number: entry.number,
        at: entry.at.to_string(),
        source: entry.source.clone(),
        account: from.account,
        account_kind: from.kind,
        words: version_words(entry, before),
        fields: entry.changed.iter().map(field).collect(),
    }
}

/// The account that a version came from; empty where it came from none.
#[derive(Clone, Default)]
pub(super) struct From {
    pub(super) account: String,
    pub(super) kind: String,
}

/// The account that is named in the source of a version, also where it is no longer connected; or the calendar that it is a copy from.
pub(super) fn origin(r: &Reader<'_>, source: &str) -> Result<From> {
    if let Some(id) = source.strip_prefix("copy:").and_then(|id| id.parse().ok()) {
        let calendar = store::calendar::get(r, id)?;
        return Ok(calendar.map(|calendar| From { account: calendar.name, kind: "copy".to_owned() }).unwrap_or_default());
    }
    let Some(id) = source.strip_prefix("account:").and_then(|id| id.parse().ok()) else { return Ok(From::default()) };
    let account = store::account::get(r, id)?;
    Ok(account.map(|account| From { account: account.label, kind: account.kind }).unwrap_or_default())
}

fn version_words(version: &Entry, before: Option<&Entry>) -> String {
    match before {
        _ if version.deleted => "Deleted".to_owned(),
        None if version.number > 1 => change_words(&version.changed),
        None => if version.source == "import" { "Imported" } else { "Created" }.to_owned(),
        Some(before) if before.deleted => "Brought back".to_owned(),
        Some(_) => change_words(&version.changed),
    }
}

/// What kind of change it was, for the head of a version: the fields below it say what was and what is.
fn change_words(fields: &[FieldChange]) -> String {
    let moved = fields.iter().any(|field| field.name == "start");
    let words =
        fields.iter().filter(|field| !(moved && field.name == "end")).map(|FieldChange { name, old, new, .. }| match name.as_str() {
            "start" => "moved".to_owned(),
            "end" => "ends at another time".to_owned(),
            "summary" => "renamed".to_owned(),
            "recurrence" if new.is_empty() => "no longer repeats".to_owned(),
            "recurrence" => "repeats differently".to_owned(),
            "status" if new == "cancelled" => "cancelled".to_owned(),
            "status" if old == "cancelled" => "takes place after all".to_owned(),
            "status" => format!("now {new}"),
            "transparency" => "shown differently".to_owned(),
            "url" => "link changed".to_owned(),
            "video_link" => "video call changed".to_owned(),
            "attendees" => "people changed".to_owned(),
            "alarms" => "reminders changed".to_owned(),
            "own_properties" => "details of other programs changed".to_owned(),
            other => format!("{other} changed"),
        });
    let words: Vec<String> = words.collect();
    if words.is_empty() { "Read again from its source".to_owned() } else { capitalised(&words.join(", ")) }
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How an event repeats, in words; empty where it does not.
pub(super) fn repeats(event: &Event) -> String {
    let rule = event.recurrence.rule.as_deref().and_then(|rule| Rule::parse(rule).ok());
    rule.map(|(rule, _)| words::rule(&rule, &event.start)).unwrap_or_default()
}

/// A change of a field as the window sees it.
pub(super) fn field(change: &FieldChange) -> FieldChangeView {
    FieldChangeView { name: change.name.clone(), old: change.old.clone(), new: change.new.clone(), significant: change.significant }
}

/// Fields that differ, as the window sees them.
pub(super) fn fields(old: &Event, new: &Event) -> Vec<FieldChangeView> {
    diff(old, new).iter().map(field).collect()
}

fn attendee(attendee: &calendar::Attendee) -> AttendeeView {
    let role = match attendee.role {
        Role::Required => "required",
        Role::Optional => "optional",
        Role::Resource => "resource",
    };
    let participation = match attendee.participation {
        Participation::NeedsAction => "needs-action",
        Participation::Accepted => "accepted",
        Participation::Declined => "declined",
        Participation::Tentative => "tentative",
        Participation::Delegated => "delegated",
    };
    AttendeeView {
        address: attendee.address.clone(),
        name: attendee.name.clone(),
        role: role.to_owned(),
        participation: participation.to_owned(),
    }
}

/// STATUS by its name.
pub(super) fn status(status: EventStatus) -> &'static str {
    match status {
        EventStatus::Confirmed => "confirmed",
        EventStatus::Tentative => "tentative",
        EventStatus::Cancelled => "cancelled",
    }
}

fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Private => "private",
        Visibility::Confidential => "confidential",
    }
}

fn transparency(transparency: Transparency) -> &'static str {
    match transparency {
        Transparency::Opaque => "opaque",
        Transparency::Transparent => "transparent",
    }
}
