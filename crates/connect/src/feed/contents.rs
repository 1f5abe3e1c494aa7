//! What a feed holds.

use std::collections::{BTreeMap, HashMap};

use calendar::ical::{Effect, Lines, Problem, Property, ReadEvent};
use calendar::remote::{Content, RemoteItem};
use calendar::{Event, Zone};

use crate::ical;

/// A whole feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contents {
    /// Its own name; may be empty.
    pub(super) name: String,
    /// Its own zone, which says nothing of its events.
    pub(super) zone: Option<Zone>,
    /// What shares a UID is one.
    pub(super) items: Vec<RemoteItem>,
}

impl Contents {
    /// Reads a feed, if all of it is there.
    ///
    /// # Errors
    /// How the answer falls short of a feed, to follow the name of its server.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        check_whole(bytes)?;
        let reading = calendar::ical::read(bytes);
        let mut series: BTreeMap<String, Vec<ReadEvent>> = BTreeMap::new();
        for read in reading.events {
            series.entry(read.event.uid.clone()).or_default().push(read);
        }
        let mut unreadable = unreadable(bytes, &reading.problems);
        let mut items: Vec<RemoteItem> = Vec::with_capacity(series.len());
        for (uid, events) in series {
            items.push(match unreadable.remove(&uid) {
                Some(reason) => unread(uid, &reason),
                None => item(uid, events),
            });
        }
        items.extend(unreadable.into_iter().map(|(uid, reason)| unread(uid, &reason)));
        Ok(Self { name: reading.name, zone: reading.zone, items })
    }

    /// The same for the same contents.
    pub(super) fn hash(&self) -> String {
        ical::digest(self.items.iter().flat_map(|item| [item.id.as_bytes(), item.etag.as_bytes()]))
    }
}

/// Whether an answer is a calendar from its first line to its last.
fn check_whole(bytes: &[u8]) -> Result<(), String> {
    let trimmed = bytes.trim_ascii();
    if trimmed.is_empty() {
        return Err("gave an empty feed".to_owned());
    }
    let mut lines = trimmed.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii);
    let (mut begun, mut ended, mut last): (usize, usize, &[u8]) = (0, 0, b"");
    for line in lines.by_ref() {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        begun += usize::from(line.eq_ignore_ascii_case(b"BEGIN:VCALENDAR"));
        ended += usize::from(line.eq_ignore_ascii_case(b"END:VCALENDAR"));
        last = line;
    }
    if begun == 0 {
        Err("gave something that is no calendar".to_owned())
    } else if ended < begun || !last.eq_ignore_ascii_case(b"END:VCALENDAR") {
        Err("gave only a part of the feed: its end is missing".to_owned())
    } else {
        Ok(())
    }
}

fn item(uid: String, events: Vec<ReadEvent>) -> RemoteItem {
    let edited = events.iter().filter_map(|read| ical::edited(&read.event)).max();
    let mut events: Vec<Event> = events.into_iter().map(|read| ical::in_order(read.event)).collect();
    events.sort_by_key(|event| event.recurrence_id);
    // An event is plain data, which can always be written so.
    let written = serde_json::to_vec(&events).unwrap_or_default();
    RemoteItem { id: uid, etag: ical::digest([written.as_slice()]), series: None, content: Content::Events(events), edited }
}

fn unread(uid: String, reason: &str) -> RemoteItem {
    RemoteItem {
        id: uid,
        etag: ical::digest([reason.as_bytes()]),
        content: Content::Unreadable(reason.to_owned()),
        ..RemoteItem::default()
    }
}

/// An event as far as it can be told before it is understood.
#[derive(Default)]
struct Block {
    first: u32,
    last: u32,
    uid: String,
    original: String,
}

/// The UIDs of events that are there and cannot be read, so that nobody takes them for deleted; with why.
fn unreadable(bytes: &[u8], problems: &[Problem]) -> HashMap<String, String> {
    let lost: Vec<&Problem> = problems.iter().filter(|problem| problem.effect == Effect::EventLeftOut).collect();
    if lost.is_empty() {
        return HashMap::new();
    }
    let blocks = blocks(bytes);
    let problem_of = |block: &Block| lost.iter().find(|problem| (block.first..=block.last).contains(&problem.line));
    let whole: Vec<&Block> = blocks.iter().filter(|block| problem_of(block).is_none()).collect();
    let mut unreadable = HashMap::new();
    for block in &blocks {
        // Of two that are the same event the newer was read, and nothing is missing.
        let is_double = whole.iter().any(|other| other.uid == block.uid && other.original == block.original);
        if let Some(problem) = problem_of(block).filter(|_| !block.uid.is_empty() && !is_double) {
            unreadable.insert(block.uid.clone(), format!("{} (line {}).", problem.reason.trim_end_matches('.'), problem.line));
        }
    }
    unreadable
}

fn blocks(bytes: &[u8]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut depth = 0_u32;
    for line in Lines::new(bytes) {
        let Some(property) = Property::parse(&line.text) else { continue };
        let is_event = property.plain().eq_ignore_ascii_case("VEVENT");
        let name = property.name.as_ref();
        if name == "BEGIN" && is_event {
            blocks.push(Block { first: line.number, last: u32::MAX, ..Block::default() });
            depth = 1;
        } else if name == "BEGIN" && depth > 0 {
            depth += 1;
        } else if name == "END" {
            depth = if is_event { 0 } else { depth.saturating_sub(1) };
        }
        let Some(block) = blocks.last_mut() else { continue };
        match name {
            "END" if is_event => block.last = line.number,
            "UID" if depth == 1 => property.plain().clone_into(&mut block.uid),
            "RECURRENCE-ID" if depth == 1 => property.plain().clone_into(&mut block.original),
            _ => {}
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(uid: &str, lines: &str) -> String {
        format!("BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTART:20270314T130000Z\r\n{lines}\r\nEND:VEVENT\r\n")
    }

    fn feed(events: &str) -> String {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Games\r\nX-WR-TIMEZONE:America/Denver\r\n{events}END:VCALENDAR\r\n")
    }

    fn read(text: &str) -> Contents {
        Contents::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn what_shares_a_uid_is_one_and_stamps_change_nothing() {
        let first = event("b", "RRULE:FREQ=WEEKLY\r\nDTSTAMP:20261101T080000Z") + &event("a", "SUMMARY:A\r\nX-B:1\r\nX-A:1");
        let moved = event("b", "RECURRENCE-ID:20270321T130000Z\r\nSUMMARY:Moved");
        let one = read(&feed(&(first.clone() + &moved)));
        assert_eq!((one.name.as_str(), one.zone.map(Zone::as_str)), ("Games", Some("America/Denver")), "what it says of itself");
        let held: Vec<_> = one
            .items
            .iter()
            .map(|item| (item.id.as_str(), matches!(&item.content, Content::Events(events) if events.len() == 2)))
            .collect();
        assert_eq!(held, [("a", false), ("b", true)], "a series is one");
        let stamped = first.replace("20261101", "20261102").replace("X-B:1\r\nX-A:1", "X-A:1\r\nX-B:1");
        let other = read(&feed(&(moved.clone() + &stamped)));
        assert_eq!(one.hash(), other.hash(), "stamps and the order of things say nothing");
        assert_ne!(one.hash(), read(&feed(&first)).hash(), "a date that is as the others again says something");
    }

    #[test]
    fn an_event_that_cannot_be_read_is_not_gone() {
        let broken = event("broken", "SUMMARY:X").replace("20270314T130000Z", "soon");
        let half = event("half", "RECURRENCE-ID:20270321T130000Z").replace("20270314T130000Z", "soon");
        let twice = event("twice", "SEQUENCE:1") + &event("twice", "SEQUENCE:2");
        let contents = read(&feed(&(event("half", "RRULE:FREQ=WEEKLY") + &broken + &half + &twice)));
        let told: Vec<_> = contents.items.iter().map(|item| (item.id.as_str(), matches!(item.content, Content::Unreadable(_)))).collect();
        assert_eq!(told, [("half", true), ("twice", false), ("broken", true)], "none of them is missing");
    }

    #[test]
    fn only_a_whole_calendar_is_a_feed() {
        let whole = feed(&event("a", "SUMMARY:A"));
        assert!(Contents::read(whole.to_lowercase().as_bytes()).is_ok(), "in any case");
        assert!(Contents::read(whole.replace("\r\n", "\r").as_bytes()).is_ok(), "with any line ends");
        assert!(Contents::read(format!("\u{feff}{}\n\n", whole.trim()).as_bytes()).is_ok(), "with a mark before it and blanks after it");
        for end in (0..whole.len() - 2).filter(|end| whole.is_char_boundary(*end)) {
            assert!(Contents::read(whole.get(..end).unwrap().as_bytes()).is_err(), "cut off at {end}");
        }
        assert!(Contents::read((whole.clone() + "BEGIN:VCALENDAR\r\n").as_bytes()).is_err(), "a second one that is cut off");
        for none in ["", " \r\n", "<html>BEGIN", "Service unavailable", "{}"] {
            assert!(Contents::read(none.as_bytes()).is_err(), "{none}");
        }
    }

    proptest! {
        #[test]
        fn bytes_of_anyone_never_panic(inside in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = Contents::read(&inside);
            let _ = Contents::read(&[b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\n", inside.as_slice(), b"\nEND:VEVENT\nEND:VCALENDAR"].concat());
        }
    }
}
