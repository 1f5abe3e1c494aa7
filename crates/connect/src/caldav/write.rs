//! Writing a series: one thing for each UID, and only where it is as it was seen.

use std::collections::HashMap;

use calendar::remote::{Content, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome};
use calendar::{Event, EventTime};
use jiff::Timestamp;
use reqwest::Url;
use reqwest::header::ETAG;

use super::items::{find, from_answer};
use super::multistatus::strong;
use super::outcome::{Written, failure, of_delete, of_put};
use super::server::{Depth, If, Server, path_of};
use crate::ical;
use crate::web::{host_of, later};

/// The name of a new thing within its calendar: the same UID always gets the same, so that written twice it is there once.
pub(super) fn address_of(uid: &str) -> String {
    format!("{}.ics", ical::digest([uid.as_bytes()]))
}

/// Writes, changes or deletes a series.
pub(super) async fn write(server: &Server, calendar: &Url, write: &SeriesWrite) -> Result<WriteOutcome, RemoteFailure> {
    if write.before.iter().any(|item| item.etag.is_empty()) {
        return Ok(WriteOutcome::Refused(format!(
            "{} gives its events no version (ETag), so that what somebody else changed could be written over. Nothing was written.",
            host_of(calendar)
        )));
    }
    if write.after.is_empty() {
        return delete_all(server, calendar, &write.before).await;
    }
    let Some((item, others)) = write.before.split_first() else { return create(server, calendar, write).await };
    let people = match invited(server, calendar, item).await? {
        People::Known(people) => people,
        People::Changed => return Ok(WriteOutcome::Changed),
    };
    let uid = uid_in(item).unwrap_or(&write.uid);
    let text = text_of(&write.after, uid, &people, server.now_there());
    let outcome = put(server, calendar, &item.id, text, If::Is(&item.etag), &write.uid).await?;
    let WriteOutcome::Written(mut items) = outcome else { return Ok(outcome) };
    // A series in several things, which nobody should have, is one from now on.
    Ok(match delete_all(server, calendar, others).await? {
        WriteOutcome::Written(gone) => {
            items.extend(gone);
            WriteOutcome::Written(items)
        }
        otherwise => otherwise,
    })
}

async fn create(server: &Server, calendar: &Url, write: &SeriesWrite) -> Result<WriteOutcome, RemoteFailure> {
    let path = path_of(calendar, &address_of(&write.uid)).ok_or_else(|| later("The calendar has no address."))?;
    let text = text_of(&write.after, &write.uid, &HashMap::new(), server.now_there());
    put(server, calendar, &path, text, If::Nothing, &write.uid).await
}

async fn put(
    server: &Server,
    calendar: &Url,
    path: &str,
    text: String,
    condition: If<'_>,
    uid: &str,
) -> Result<WriteOutcome, RemoteFailure> {
    let url = at(calendar, path)?;
    let answer = server.put(url.clone(), text.clone(), condition).await?;
    Ok(match of_put(&answer)? {
        Written::Done => match answer.header(&ETAG).map(strong).filter(|etag| !etag.is_empty()) {
            Some(etag) => WriteOutcome::Written(vec![ical::item(path.to_owned(), etag, text.as_bytes())]),
            None => look_at(server, url, path, &text).await?,
        },
        Written::Refused(words) => WriteOutcome::Refused(words),
        Written::UidTaken if find(server, calendar, uid).await?.is_empty() => {
            WriteOutcome::Refused(format!("{} has this event in another calendar already, and holds it only once.", host_of(calendar)))
        }
        Written::UidTaken | Written::Changed => WriteOutcome::Changed,
        Written::NoPlace => {
            let shown = server.properties(calendar.clone(), Depth::Itself, "<d:resourcetype/>").await?;
            if !shown.status.is_success() {
                return Err(failure(&shown));
            }
            WriteOutcome::Refused(format!("{} refused it ({}).", host_of(calendar), answer.status.as_u16()))
        }
    })
}

/// What stands there now: a server that names no version with its answer has written something else than it was given (RFC 4791 §5.3.4),
/// or somebody else has written since.
async fn look_at(server: &Server, url: Url, path: &str, text: &str) -> Result<WriteOutcome, RemoteFailure> {
    let answer = server.get(url).await?;
    if !answer.status.is_success() {
        return Ok(WriteOutcome::Changed);
    }
    let there = from_answer(path, &answer);
    let ours = ical::item(path.to_owned(), there.etag.clone(), text.as_bytes());
    Ok(if there.content == ours.content { WriteOutcome::Written(vec![there]) } else { WriteOutcome::Changed })
}

async fn delete_all(server: &Server, calendar: &Url, items: &[RemoteItem]) -> Result<WriteOutcome, RemoteFailure> {
    for item in items {
        let answer = server.delete(at(calendar, &item.id)?, If::Is(&item.etag)).await?;
        match of_delete(&answer)? {
            Written::Refused(words) => return Ok(WriteOutcome::Refused(words)),
            Written::Done => {}
            Written::Changed | Written::UidTaken | Written::NoPlace => return Ok(WriteOutcome::Changed),
        }
    }
    let gone = |item: &RemoteItem| RemoteItem { id: item.id.clone(), content: Content::Deleted, ..RemoteItem::default() };
    Ok(WriteOutcome::Written(items.iter().map(gone).collect()))
}

fn at(calendar: &Url, path: &str) -> Result<Url, RemoteFailure> {
    calendar.join(path).map_err(|error| later(format!("“{path}” is no address at this server: {error}.")))
}

fn uid_in(item: &RemoteItem) -> Option<&str> {
    match &item.content {
        Content::Events(events) => events.first().map(|event| event.uid.as_str()).filter(|uid| !uid.is_empty()),
        _ => None,
    }
}

/// ORGANIZER and ATTENDEE lines by the event that they stand in, as they are written there.
type Invited = HashMap<Option<EventTime>, Vec<String>>;

enum People {
    Known(Invited),
    /// The thing is no longer as it was seen.
    Changed,
}

/// Whom a thing invites, to the letter: an event here knows nothing of them.
async fn invited(server: &Server, calendar: &Url, item: &RemoteItem) -> Result<People, RemoteFailure> {
    let answer = server.get(at(calendar, &item.id)?).await?;
    if matches!(answer.status.as_u16(), 404 | 410) {
        return Ok(People::Changed);
    }
    if !answer.status.is_success() {
        return Err(failure(&answer));
    }
    if answer.header(&ETAG).map(strong).is_some_and(|etag| etag != item.etag) {
        return Ok(People::Changed);
    }
    let reading = calendar::ical::read(&answer.body);
    Ok(People::Known(reading.events.iter().map(|read| (read.event.recurrence_id, people_in(&read.raw))).collect()))
}

/// The lines of the event itself; an alarm that sends mail has attendees of its own.
fn people_in(raw: &str) -> Vec<String> {
    let mut depth = 0_u32;
    let mut people = Vec::new();
    for line in raw.lines() {
        let name = line.split([':', ';']).next().unwrap_or_default();
        if name.eq_ignore_ascii_case("BEGIN") {
            depth += 1;
        } else if name.eq_ignore_ascii_case("END") {
            depth = depth.saturating_sub(1);
        } else if depth == 1 && ["ATTENDEE", "ORGANIZER"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
            people.push(line.to_owned());
        }
    }
    people
}

/// The series as it is to stand there. It invites whom it invited there, and nobody else; a new exception whom its series does.
fn text_of(after: &[Event], uid: &str, people: &Invited, now: Timestamp) -> String {
    let events: Vec<Event> = after
        .iter()
        .map(|event| {
            let mut event = ical::stamped(ical::uninvited(event.clone()), now);
            uid.clone_into(&mut event.uid);
            let lines = people.get(&event.recurrence_id).or_else(|| people.get(&None));
            event.own_properties.extend(lines.into_iter().flatten().cloned());
            event
        })
        .collect();
    calendar::ical::write("", &events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_who_were_invited_there_are_invited_there() {
        let raw = "BEGIN:VEVENT\r\nATTENDEE;RSVP=TRUE;X-NUM-GUESTS=2:mailto:anna@club.example\r\nBEGIN:VALARM\r\nATTENDEE:mailto:x@y.z\r\n\
            END:VALARM\r\norganizer:mailto:club@club.example\r\nEND:VEVENT\r\n";
        let lines = people_in(raw);
        assert_eq!(lines.len(), 2, "not those of an alarm: {lines:?}");
        let file =
            b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20270101T100000Z\nATTENDEE:mailto:ben@club.example\nEND:VEVENT\nEND:VCALENDAR";
        let event = calendar::ical::read(file).events.remove(0).event;
        let people = HashMap::from([(None, lines)]);
        let text = text_of(&[event], "b", &people, "2026-11-14T10:00:00Z".parse().unwrap()).replace("\r\n ", "");
        assert!(text.contains("ATTENDEE;RSVP=TRUE;X-NUM-GUESTS=2:mailto:anna@club.example"), "to the letter: {text}");
        assert!(!text.contains("ben@") && text.contains("UID:b\r\n"), "nobody of ours, under the UID of there: {text}");
        assert!(text.contains("LAST-MODIFIED:20261114T100000Z"), "when it was changed: {text}");
    }

    #[test]
    fn a_uid_names_the_same_thing_every_time() {
        assert_eq!(address_of("a"), address_of("a"), "the same");
        assert_ne!(address_of("a"), address_of("A"), "another");
        assert!(address_of("../../x y%").bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.'), "whatever stands in it");
    }
}
