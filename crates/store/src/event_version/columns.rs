//! An event's content as columns of `event_version`, and back.

use anyhow::Result;
use calendar::{Event, EventStatus, EventTime, Recurrence, Transparency, Visibility, Zone};
use jiff::civil::{Date, DateTime};
use rusqlite::Row;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What [`event_of`] reads, of `event e` and `event_version v`.
pub(super) const CONTENT: &str = "e.uid, v.sequence, v.start_local, v.start_zone, v.end_local, v.end_zone, v.all_day, v.recurrence_start, v.rrule, v.exdate, v.rdate, \
     v.summary, v.description, v.place, v.status, v.visibility, v.transparency, v.url, v.video_link, v.categories, v.organizer, \
     v.attendees, v.attachments, v.alarms, v.own_properties";

/// The event in the columns [`CONTENT`] that begin at `first`.
pub(super) fn event_of(row: &Row<'_>, first: usize) -> rusqlite::Result<Event> {
    let column = |offset: usize| first + offset;
    let text = |offset: usize| row.get::<_, String>(column(offset));
    let all_day: bool = row.get(column(6))?;
    let rule = text(8)?;
    Ok(Event {
        uid: text(0)?,
        sequence: row.get(column(1))?,
        start: time_of(row, column(2), all_day)?,
        end: time_of(row, column(4), all_day)?,
        recurrence_id: optional(row, column(7))?,
        recurrence: Recurrence { rule: (!rule.is_empty()).then_some(rule), excluded: json(row, column(9))?, added: json(row, column(10))? },
        summary: text(11)?,
        description: text(12)?,
        place: text(13)?,
        status: status_of(row.get_ref(column(14))?.as_str()?),
        visibility: visibility_of(row.get_ref(column(15))?.as_str()?),
        transparency: transparency_of(row.get_ref(column(16))?.as_str()?),
        url: text(17)?,
        video_link: text(18)?,
        categories: json(row, column(19))?,
        organizer: optional(row, column(20))?,
        attendees: json(row, column(21))?,
        attachments: json(row, column(22))?,
        alarms: json(row, column(23))?,
        own_properties: json(row, column(24))?,
    })
}

/// A list in a column of JSON.
pub(super) fn json<T: DeserializeOwned + Default>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    match row.get_ref(column)?.as_str()? {
        // Most events have none: not worth a parser.
        "[]" => Ok(T::default()),
        text => serde_json::from_str(text).map_err(|error| unreadable(column, error)),
    }
}

fn optional<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)?.as_str()? {
        "" => Ok(None),
        text => serde_json::from_str(text).map(Some).map_err(|error| unreadable(column, error)),
    }
}

/// A list as JSON.
pub(super) fn list<T: Serialize>(items: &[T]) -> Result<String> {
    if items.is_empty() { Ok("[]".to_owned()) } else { Ok(serde_json::to_string(items)?) }
}

/// A value as JSON; empty where there is none.
pub(super) fn maybe<T: Serialize>(value: Option<&T>) -> Result<String> {
    Ok(value.map(serde_json::to_string).transpose()?.unwrap_or_default())
}

/// Wall clock time and zone as their two columns.
pub(super) fn local(time: &EventTime) -> (String, &'static str) {
    (time.iso_local(), time.zone().map_or("", Zone::as_str))
}

fn time_of(row: &Row<'_>, column: usize, all_day: bool) -> rusqlite::Result<EventTime> {
    let local = row.get_ref(column)?.as_str()?;
    if all_day {
        return local.parse::<Date>().map(EventTime::Date).map_err(|error| unreadable(column, error));
    }
    let at: DateTime = local.parse().map_err(|error| unreadable(column, error))?;
    match row.get_ref(column + 1)?.as_str()? {
        "" => Ok(EventTime::Floating(at)),
        name => match Zone::parse(name) {
            Some(zone) => Ok(EventTime::Zoned(at, zone)),
            None => Err(unreadable(column + 1, UnknownZone(name.to_owned()))),
        },
    }
}

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no time zone of the database of this version")]
struct UnknownZone(String);

fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
}

/// STATUS as its column says it.
pub(crate) fn status(status: EventStatus) -> &'static str {
    match status {
        EventStatus::Confirmed => "confirmed",
        EventStatus::Tentative => "tentative",
        EventStatus::Cancelled => "cancelled",
    }
}

/// The STATUS that a column says.
pub(crate) fn status_of(text: &str) -> EventStatus {
    match text {
        "tentative" => EventStatus::Tentative,
        "cancelled" => EventStatus::Cancelled,
        _ => EventStatus::Confirmed,
    }
}

/// CLASS as its column says it.
pub(super) fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Private => "private",
        Visibility::Confidential => "confidential",
    }
}

fn visibility_of(text: &str) -> Visibility {
    match text {
        "private" => Visibility::Private,
        "confidential" => Visibility::Confidential,
        _ => Visibility::Public,
    }
}

/// TRANSP as its column says it.
pub(crate) fn transparency(transparency: Transparency) -> &'static str {
    match transparency {
        Transparency::Opaque => "opaque",
        Transparency::Transparent => "transparent",
    }
}

fn transparency_of(text: &str) -> Transparency {
    if text == "transparent" { Transparency::Transparent } else { Transparency::Opaque }
}

/// Whether an event is the master of a series. EXDATE alone repeats nothing.
pub(crate) fn repeats(event: &Event) -> bool {
    event.recurrence.rule.is_some() || !event.recurrence.added.is_empty()
}
