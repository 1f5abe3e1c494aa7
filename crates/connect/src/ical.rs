//! Items as iCalendar holds them: the same series always told in the same words.

use std::fmt::Write as _;

use calendar::ical::{Effect, Property, Reading};
use calendar::remote::{Content, RemoteItem};
use calendar::{Event, EventTime};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};

/// Who touched an event last, and when it was sent: the provider's own affair.
const STAMPS: [&str; 2] = ["DTSTAMP", "LAST-MODIFIED"];

/// So much of a hash names a thing as surely as all of it.
const DIGEST_BYTES: usize = 16;

/// The item that a resource of a server holds. Whom it invites is the server's own affair, and stays there to the letter (`caldav::write`):
/// told here, it would be a difference to what is held.
pub(crate) fn item(id: String, etag: String, bytes: &[u8]) -> RemoteItem {
    let reading = calendar::ical::read(bytes);
    let edited = reading.events.iter().filter_map(|read| edited(&read.event)).max();
    RemoteItem { id, etag, series: None, content: content(reading, bytes), edited }
}

/// Its events, or why they cannot be read. A resource that holds something else than events, a task, holds none; one that holds nothing at all was
/// damaged, which deletes no event.
fn content(reading: Reading, bytes: &[u8]) -> Content {
    let lost = reading.problems.iter().find(|problem| problem.effect == Effect::EventLeftOut);
    let lost = lost.or_else(|| reading.problems.first().filter(|_| reading.product.is_empty() && reading.events.is_empty()));
    if let Some(problem) = lost {
        return Content::Unreadable(format!("{} (line {}).", problem.reason.trim_end_matches('.'), problem.line));
    }
    if reading.events.is_empty() && !holds_something_else(bytes) {
        return Content::Unreadable("There is neither an event in it nor anything else.".to_owned());
    }
    let mut events: Vec<Event> = reading.events.into_iter().map(|read| in_order(uninvited(read.event))).collect();
    events.sort_by_key(|event| event.recurrence_id);
    Content::Events(events)
}

/// Whether a component begins that is no event: a task, an entry of a journal, times that somebody is free (RFC 5545 §3.6, RFC 7953).
fn holds_something_else(bytes: &[u8]) -> bool {
    const OTHERS: [&str; 4] = ["VTODO", "VJOURNAL", "VFREEBUSY", "VAVAILABILITY"];
    let lines = bytes.split(|byte| matches!(byte, b'\r' | b'\n')).map(<[u8]>::trim_ascii);
    let mut begun = lines.filter_map(|line| line.split_at_checked(6).filter(|(begin, _)| begin.eq_ignore_ascii_case(b"BEGIN:")));
    begun.any(|(_, name)| OTHERS.iter().any(|other| name.eq_ignore_ascii_case(other.as_bytes())))
}

/// When an event was last changed; when it was last told, where that is all that is known.
pub(crate) fn edited(event: &Event) -> Option<Timestamp> {
    let stamp = |name: &str| {
        let line = event.own_properties.iter().filter_map(|line| Property::parse(line)).find(|property| property.name == name)?;
        Some(EventTime::parse_value(line.value, None)?.to_instant(&TimeZone::UTC))
    };
    stamp("LAST-MODIFIED").or_else(|| stamp("DTSTAMP"))
}

/// An event without stamps, and with what has no order of its own in one that is always the same: servers write lines as they like.
pub(crate) fn in_order(mut event: Event) -> Event {
    event.own_properties.retain(|line| !is_stamp(line));
    for lines in std::iter::once(&mut event.own_properties).chain(event.alarms.iter_mut().map(|alarm| &mut alarm.other)) {
        for line in lines.iter_mut() {
            *line = plainly_written(line);
        }
        sort_lines(lines);
    }
    event.alarms.sort_by(|left, right| (&left.action, &left.trigger, &left.other).cmp(&(&right.action, &right.trigger, &right.other)));
    event
}

/// What of a series is left when it was written as iCalendar and read again. Whom it invites is not written.
pub(crate) fn held(series: &[Event]) -> Vec<Event> {
    let plain: Vec<Event> = series.iter().cloned().map(uninvited).map(in_order).collect();
    let read = calendar::ical::read(calendar::ical::write("", &plain).as_bytes());
    // An event that cannot be read again, because it ends before it starts, is told as it is.
    if read.events.len() == plain.len() { read.events.into_iter().map(|read| in_order(read.event)).collect() } else { plain }
}

pub(crate) fn uninvited(event: Event) -> Event {
    Event { organizer: None, attendees: Vec::new(), ..event }
}

/// Marks an event as changed at a moment.
pub(crate) fn stamped(mut event: Event, now: Timestamp) -> Event {
    event.own_properties.retain(|line| !is_stamp(line));
    let value = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    event.own_properties.extend(STAMPS.map(|name| format!("{name}:{value}")));
    event
}

pub(crate) fn is_stamp(line: &str) -> bool {
    STAMPS.iter().any(|stamp| line.strip_prefix(stamp).is_some_and(|rest| rest.starts_with([':', ';'])))
}

/// A line with its names in capitals, its parameters in order, and none of them in quotes that it does not need. Its value is left alone.
fn plainly_written(line: &str) -> String {
    let mut quoted = false;
    let mut outside = |character: char| {
        quoted ^= character == '"';
        !quoted
    };
    let Some(end) = line.find(|character| outside(character) && character == ':') else { return line.to_owned() };
    let (before, value) = line.split_at_checked(end).unwrap_or((line, ""));
    let parts: Vec<&str> = before.split(|character| outside(character) && character == ';').collect();
    let Some((name, parameters)) = parts.split_first() else { return line.to_owned() };
    let mut parameters: Vec<String> = parameters.iter().map(|parameter| plain_parameter(parameter)).collect();
    parameters.sort_unstable();
    parameters.insert(0, name.to_ascii_uppercase());
    format!("{}{value}", parameters.join(";"))
}

fn plain_parameter(parameter: &str) -> String {
    let Some((name, value)) = parameter.split_once('=') else { return parameter.to_owned() };
    let inside = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let value = inside.filter(|inside| !inside.contains(['"', ',', ';', ':'])).unwrap_or(value);
    format!("{}={value}", name.to_ascii_uppercase())
}

/// Names what the parts hold, in hexadecimal digits: the same for the same.
pub(crate) fn digest<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let mut digits = String::with_capacity(2 * DIGEST_BYTES);
    for byte in hash.finalize().iter().take(DIGEST_BYTES) {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// Sorts lines, a component inside with all its lines as one.
fn sort_lines(lines: &mut Vec<String>) {
    let mut groups: Vec<Vec<String>> = Vec::new();
    let mut depth = 0_usize;
    for line in lines.drain(..) {
        let begins = line.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("BEGIN:"));
        let ends = line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("END:"));
        match groups.last_mut().filter(|_| depth > 0) {
            Some(group) => group.push(line),
            None => groups.push(vec![line]),
        }
        if begins {
            depth += 1;
        } else if ends {
            depth = depth.saturating_sub(1);
        }
    }
    groups.sort_unstable();
    lines.extend(groups.into_iter().flatten());
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEASON: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nX-B:2\r\nLAST-MODIFIED:20261114T100000Z\r\n\
        X-A:1\r\nDTSTAMP:20261115T100000Z\r\nDTSTART;TZID=Europe/Berlin:20270314T130000\r\nSUMMARY:Opener \r\nRRULE:INTERVAL=1;FREQ=WEEKLY\r\n\
        ORGANIZER:mailto:club@club.example\r\nATTENDEE:mailto:anna@club.example\r\nBEGIN:X-INNER\r\nX-Z:1\r\nX-Y:1\r\nEND:X-INNER\r\n\
        END:VEVENT\r\nEND:VCALENDAR\r\n";

    fn events(text: &str) -> Vec<Event> {
        match item("a".to_owned(), "1".to_owned(), text.as_bytes()).content {
            Content::Events(events) => events,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_order_of_lines_and_the_stamps_say_nothing() {
        let read = item("a".to_owned(), "1".to_owned(), SEASON.as_bytes());
        assert_eq!(read.edited, Some("2026-11-14T10:00:00Z".parse().unwrap()), "when it was changed, not when it was told");
        let expected = ["BEGIN:X-INNER", "X-Z:1", "X-Y:1", "END:X-INNER", "X-A:1", "X-B:2"];
        assert_eq!(events(SEASON)[0].own_properties, expected, "in order, what is inside as it was");
    }

    #[test]
    fn a_task_holds_no_event_and_what_is_damaged_deletes_none() {
        let holding = |inner: &str| format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{inner}END:VCALENDAR\r\n");
        assert!(events(&holding("begin:vtodo\r\nUID:1\r\nSUMMARY:Call\r\nEND:VTODO\r\n")).is_empty(), "a task");
        for damaged in ["", "VEVENT\r\nUID:1\r\nSUMMARY:Opener\r\nEND:VEVENT\r\n", "BEGIN:VTIMEZONE\r\nTZID:x\r\nEND:VTIMEZONE\r\n"] {
            let read = item("a".to_owned(), "1".to_owned(), holding(damaged).as_bytes());
            assert!(matches!(read.content, Content::Unreadable(_)), "{damaged:?} says nothing of any event: {:?}", read.content);
        }
    }

    #[test]
    fn the_same_line_is_written_in_one_way() {
        let expected = "X-PLACE;A=\"1;2\",\"3\";X-TITLE=Stadium;VALUE=URI:geo:1,2;\"x\"";
        let told = plainly_written("x-place;value=URI;x-title=\"Stadium\";A=\"1;2\",\"3\":geo:1,2;\"x\"");
        assert_eq!(told, "X-PLACE;A=\"1;2\",\"3\";VALUE=URI;X-TITLE=Stadium:geo:1,2;\"x\"", "what means the same");
        assert_eq!(plainly_written(expected), told, "in another order");
        for odd in ["no property", "X-A;B:c", "X-A;B=\"c:d", ""] {
            assert_eq!(plainly_written(odd), odd, "what is not understood is left alone");
        }
    }

    #[test]
    fn what_is_held_is_held_again_and_invites_nobody() {
        let once = held(&events(SEASON));
        assert_eq!(held(&once), once, "told twice it is the same");
        assert!(once[0].attendees.is_empty() && once[0].organizer.is_none(), "nobody is invited");
        let blank = Event { summary: " Opener  ".to_owned(), ..once[0].clone() };
        assert_eq!(held(&[blank])[0].summary, "Opener", "what reading would take away is not held");
        let mut backwards = once[0].clone();
        (backwards.start, backwards.end) = (backwards.end.moved_by(jiff::SignedDuration::from_hours(5)), backwards.start);
        assert_eq!(held(std::slice::from_ref(&backwards)), [backwards], "what cannot be read again is told as it is");
    }

    #[test]
    fn what_is_no_calendar_is_named_and_a_task_is_nothing() {
        let broken = SEASON.replace("20270314T130000", "soon");
        for text in [broken.as_str(), "<html>", ""] {
            let content = item("a".to_owned(), "1".to_owned(), text.as_bytes()).content;
            assert!(matches!(&content, Content::Unreadable(reason) if reason.contains("line")), "{content:?}");
        }
        let task = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTODO\r\nUID:1\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
        assert!(events(task).is_empty(), "there is nothing of ours in it");
    }
}
