//! A file into events.

use std::collections::{BTreeMap, HashMap};

use super::event_lines;
use super::foreign_zone::ForeignZone;
use super::lines::{Line, Lines};
use super::people::visible;
use super::property::Property;
use super::text::unescape;
use super::zones::Zones;
use crate::event::{Event, EventTime};
use crate::zone::Zone;

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The calendar's own name; may be empty.
    pub name: String,
    /// The zone it names for itself, which iCalendar leaves without a meaning for its events.
    pub zone: Option<Zone>,
    /// METHOD, upper case; empty where there is none.
    pub method: String,
    /// PRODID.
    pub product: String,
    /// Its events, in the order of the file.
    pub events: Vec<ReadEvent>,
    /// What was mended, and which events could not be read, in the order of the file.
    pub problems: Vec<Problem>,
}

/// An event and where it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadEvent {
    /// The line of its BEGIN:VEVENT, from 1.
    pub line: u32,
    /// The event.
    pub event: Event,
    /// Its component as it stands in the file, unfolded.
    pub raw: String,
}

/// Something in a file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line it is on, from 1.
    pub line: u32,
    /// What is wrong and what was made of it, as a sentence.
    pub reason: String,
    /// What it means for the event.
    pub effect: Effect,
}

/// What became of the event that a problem is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is not among the events.
    EventLeftOut,
    /// It is, as well as it could be understood; or the problem is about no event.
    Noted,
}

/// A VEVENT that is not understood yet. The components inside it are closed, each by an END of its own.
pub(super) struct RawEvent<'a> {
    pub(super) line: u32,
    pub(super) lines: Vec<Line<'a>>,
    nested: Vec<String>,
}

/// The problems of a file. Notes are only counted beyond a number that nobody reads; a lost event is always named.
#[derive(Default)]
pub(super) struct Notes {
    problems: Vec<Problem>,
    notes: usize,
}

const MOST_NOTES: usize = 1000;

impl Notes {
    pub(super) fn note(&mut self, line: u32, reason: impl Into<String>) {
        self.notes += 1;
        if self.notes <= MOST_NOTES {
            self.problems.push(Problem { line, reason: reason.into(), effect: Effect::Noted });
        }
    }

    pub(super) fn lost(&mut self, line: u32, reason: impl Into<String>) {
        self.problems.push(Problem { line, reason: reason.into(), effect: Effect::EventLeftOut });
    }

    fn finish(mut self, last_line: u32) -> Vec<Problem> {
        if self.notes > MOST_NOTES {
            let reason = format!("{} more oddities of this kind were mended", self.notes - MOST_NOTES);
            self.problems.push(Problem { line: last_line, reason, effect: Effect::Noted });
        }
        self.problems.sort_by_key(|problem| problem.line);
        self.problems
    }
}

/// Reads a file of any origin. It never fails: what cannot be understood is named in [`Reading::problems`].
///
/// ```
/// let file = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=Central Standard Time:20270314T130000\nDURATION:PT3H\n\
///     SUMMARY:Season opener\nEND:VEVENT\nEND:VCALENDAR\n";
/// let reading = calendar::ical::read(file);
/// let event = &reading.events[0].event;
/// assert_eq!(event.start.zone().unwrap().as_str(), "America/Chicago");
/// assert_eq!(event.end.value(), "20270314T160000");
/// ```
pub fn read(bytes: &[u8]) -> Reading {
    let lines = Lines::new(bytes);
    let mut scan = Scan::default();
    lines.visit(|line| scan.take(line));
    scan.close(None);
    scan.finish(bytes)
}

#[derive(Default)]
struct Scan<'a> {
    reading: Reading,
    events: Vec<RawEvent<'a>>,
    zones: Vec<ForeignZone>,
    open: Open<'a>,
    notes: Notes,
    any_component: bool,
    left_out: BTreeMap<String, (u32, u32)>,
    last_line: u32,
}

/// The component that the scan stands in.
#[derive(Default)]
enum Open<'a> {
    #[default]
    Calendar,
    Event(RawEvent<'a>),
    Zone(Vec<Line<'a>>),
    Other(String),
}

const END_OF_EVENT: &str = "END:VEVENT";

impl<'a> Scan<'a> {
    fn take(&mut self, line: Line<'a>) {
        self.last_line = line.number;
        let delimiter = delimiter(&line.text);
        match (delimiter, &mut self.open) {
            (Some(Delimiter::Begin(component)), _) => self.begin(component, line),
            (Some(Delimiter::End(component)), _) => self.end(&component, line),
            (None, Open::Event(event)) => take_property(event, line, &mut self.notes),
            (None, Open::Zone(lines)) => lines.push(line),
            (None, Open::Other(_)) => {}
            (None, Open::Calendar) => self.take_calendar_property(&line),
        }
    }

    fn begin(&mut self, component: String, line: Line<'a>) {
        self.any_component |= component == "VCALENDAR" || component == "VEVENT";
        let is_top =
            matches!(component.as_str(), "VCALENDAR" | "VEVENT" | "VTODO" | "VJOURNAL" | "VFREEBUSY" | "VTIMEZONE" | "VAVAILABILITY");
        match &mut self.open {
            Open::Event(event) if !is_top => {
                event.nested.push(component);
                event.lines.push(line);
                return;
            }
            Open::Zone(lines) if !is_top => {
                lines.push(line);
                return;
            }
            Open::Other(_) if !is_top => return,
            _ => self.close(Some(line.number)),
        }
        self.open = match component.as_str() {
            "VCALENDAR" => Open::Calendar,
            "VEVENT" => Open::Event(RawEvent { line: line.number, lines: vec![line], nested: Vec::new() }),
            "VTIMEZONE" => Open::Zone(Vec::new()),
            _ => {
                self.left_out.entry(component.clone()).or_insert((line.number, 0)).1 += 1;
                Open::Other(component)
            }
        };
    }

    fn end(&mut self, component: &str, line: Line<'a>) {
        match &mut self.open {
            Open::Event(event) if component == "VEVENT" => {
                event.close_nested(0, line.number);
                event.lines.push(Line { number: line.number, text: END_OF_EVENT.into() });
                self.close(None);
            }
            Open::Event(event) => match event.nested.iter().rposition(|open| open == component) {
                Some(depth) => {
                    event.close_nested(depth + 1, line.number);
                    event.nested.truncate(depth);
                    event.lines.push(line);
                }
                None if component == "VCALENDAR" => self.close(Some(line.number)),
                None => {}
            },
            Open::Zone(_) if matches!(component, "VTIMEZONE" | "VCALENDAR") => self.close(None),
            Open::Zone(lines) => lines.push(line),
            Open::Other(name) if name == component || component == "VCALENDAR" => self.close(None),
            Open::Other(_) | Open::Calendar => {}
        }
    }

    /// Closes what is open. An event that the file does not end is read up to `cut_off_at`, or to the file's end.
    fn close(&mut self, cut_off_at: Option<u32>) {
        match std::mem::take(&mut self.open) {
            Open::Event(mut event) => {
                let ended = event.nested.is_empty() && event.lines.last().is_some_and(|line| line.text == END_OF_EVENT);
                if !ended {
                    let line = cut_off_at.unwrap_or(self.last_line);
                    event.close_nested(0, line);
                    event.lines.push(Line { number: line, text: END_OF_EVENT.into() });
                    self.notes.note(event.line, "The event has no END:VEVENT: it was read as far as it goes");
                }
                self.events.push(event);
            }
            Open::Zone(lines) => self.zones.extend(ForeignZone::read(&lines)),
            Open::Calendar | Open::Other(_) => {}
        }
    }

    fn take_calendar_property(&mut self, line: &Line<'a>) {
        let Some(property) = Property::parse(&line.text) else { return };
        let target = match property.name.as_ref() {
            "X-WR-CALNAME" | "NAME" => &mut self.reading.name,
            "PRODID" => &mut self.reading.product,
            "METHOD" => &mut self.reading.method,
            "X-WR-TIMEZONE" | "TIMEZONE-ID" => {
                self.reading.zone = self.reading.zone.or_else(|| Zone::parse(&unescape(property.plain())));
                return;
            }
            _ => return,
        };
        if target.is_empty() {
            let text = property.text().trim().to_owned();
            *target = if property.name == "METHOD" { text.to_ascii_uppercase() } else { text };
        }
    }

    fn finish(mut self, bytes: &[u8]) -> Reading {
        let mut reading = std::mem::take(&mut self.reading);
        let mut notes = self.notes;
        if !self.any_component {
            notes.note(1, no_calendar(bytes));
        }
        for (component, (line, count)) in &self.left_out {
            let what = match component.as_str() {
                "VTODO" => "to-dos",
                "VJOURNAL" => "journal entries",
                "VFREEBUSY" => "free/busy lists",
                _ => "components of another kind",
            };
            notes.note(*line, format!("{count} {what} ({component}) are no events and were left out"));
        }
        let mut zones = Zones::new(self.zones, reading.zone);
        reading.events = self.events.iter().filter_map(|raw| event_lines::understand(raw, &mut zones, &mut notes)).collect();
        // Of two masters the one that stays names the exceptions, and two exceptions may be one only by that name.
        drop_doubles(&mut reading.events, &mut notes);
        name_originals_as_their_master(&mut reading.events);
        drop_doubles(&mut reading.events, &mut notes);
        reading.problems = notes.finish(self.last_line);
        reading
    }
}

/// Where a component begins or ends, with its name in upper case.
pub(super) enum Delimiter {
    Begin(String),
    End(String),
}

pub(super) fn delimiter(text: &str) -> Option<Delimiter> {
    let (word, component) = text.split_once(':')?;
    let component = || visible(component).to_ascii_uppercase();
    if word.eq_ignore_ascii_case("BEGIN") {
        Some(Delimiter::Begin(component()))
    } else if word.eq_ignore_ascii_case("END") {
        Some(Delimiter::End(component()))
    } else {
        None
    }
}

fn no_calendar(bytes: &[u8]) -> String {
    let start = String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes)).to_ascii_lowercase();
    if bytes.trim_ascii().is_empty() {
        "The file is empty".to_owned()
    } else if start.contains("<html") || start.contains("<!doctype") {
        "This is a web page, no calendar: download the .ics file itself".to_owned()
    } else {
        "This is no calendar file: it has no BEGIN:VCALENDAR. Export the calendar as .ics (iCalendar) and try again".to_owned()
    }
}

impl RawEvent<'_> {
    /// Writes the END of every component inside that is open deeper than `depth`.
    fn close_nested(&mut self, depth: usize, line: u32) {
        while self.nested.len() > depth {
            if let Some(component) = self.nested.pop() {
                self.lines.push(Line { number: line, text: format!("END:{component}").into() });
            }
        }
    }
}

/// Keeps a line of an event. One that is no property goes on with the text before it: its fold has lost its blank.
fn take_property<'a>(event: &mut RawEvent<'a>, line: Line<'a>, notes: &mut Notes) {
    const TEXTS: [&str; 6] = ["DESCRIPTION", "SUMMARY", "LOCATION", "COMMENT", "CONTACT", "X-"];
    if begins_like_a_property(&line.text) {
        event.lines.push(line);
        return;
    }
    let before = event
        .lines
        .last_mut()
        .filter(|before| TEXTS.iter().any(|name| before.text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))));
    match before {
        Some(before) => {
            let text = before.text.to_mut();
            text.push_str("\\n");
            text.push_str(line.text.trim());
            notes.note(line.number, "The line is no property: it was read as more of the text above it");
        }
        None => notes.note(line.number, "The line is no property and was left out"),
    }
}

fn begins_like_a_property(text: &str) -> bool {
    let name = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')).count();
    let after = text.get(name..).unwrap_or_default().trim_start();
    name > 0 && after.starts_with([':', ';'])
}

/// Names the original start of an exception in the zone of its master, so that one occurrence has one name.
fn name_originals_as_their_master(events: &mut [ReadEvent]) {
    let exceptions = events.iter().filter(|read| read.event.recurrence_id.is_some());
    let mut masters: HashMap<String, Option<EventTime>> = exceptions.map(|read| (read.event.uid.clone(), None)).collect();
    if masters.is_empty() {
        return;
    }
    for read in events.iter().filter(|read| read.event.recurrence_id.is_none()) {
        if let Some(master) = masters.get_mut(&read.event.uid) {
            *master = Some(read.event.start);
        }
    }
    for read in events {
        let Some(original @ EventTime::Zoned(..)) = read.event.recurrence_id else { continue };
        if let Some(Some(start @ EventTime::Zoned(..))) = masters.get(&read.event.uid) {
            let utc = &jiff::tz::TimeZone::UTC;
            let named = start.with_instant(original.to_instant(utc), utc);
            // The second of two equal wall clock times keeps the name it has: in the master's zone it would be the first.
            if named.to_instant(utc) == original.to_instant(utc) {
                read.event.recurrence_id = Some(named);
            }
        }
    }
}

/// Keeps one of the events that share UID and RECURRENCE-ID: the highest SEQUENCE, then the latest stamp, then the last.
fn drop_doubles(events: &mut Vec<ReadEvent>, notes: &mut Notes) {
    let rank = |event: &Event| {
        let stamps = event.own_properties.iter().filter(|line| line.starts_with("DTSTAMP") || line.starts_with("LAST-MODIFIED"));
        let latest = stamps.filter_map(|line| line.rsplit_once(':')).map(|(_, value)| value.to_owned()).max();
        (event.sequence, latest.unwrap_or_default())
    };
    let mut kept: HashMap<(String, Option<EventTime>), usize> = HashMap::with_capacity(events.len());
    let mut lost = vec![false; events.len()];
    for (place, read) in events.iter().enumerate() {
        let key = (read.event.uid.clone(), read.event.recurrence_id);
        let Some(other) = kept.get(&key).copied() else {
            kept.insert(key, place);
            continue;
        };
        let Some(earlier) = events.get(other) else { continue };
        let loser = if rank(&read.event) >= rank(&earlier.event) { other } else { place };
        let (lost_line, kept_line) = if loser == other { (earlier.line, read.line) } else { (read.line, earlier.line) };
        let lost_event = if loser == other { earlier } else { read };
        let name = named_by(&lost_event.event.summary);
        notes.lost(lost_line, format!("{name} has the same UID as the event on line {kept_line}, which is the newer: it was left out"));
        if let Some(lost) = lost.get_mut(loser) {
            *lost = true;
        }
        if loser == other {
            kept.insert(key, place);
        }
    }
    let mut lost = lost.into_iter();
    events.retain(|_| !lost.next().unwrap_or(false));
}

/// How a sentence names an event.
pub(super) fn named_by(summary: &str) -> String {
    if summary.is_empty() { "The event".to_owned() } else { format!("“{}”", summary.chars().take(60).collect::<String>()) }
}
