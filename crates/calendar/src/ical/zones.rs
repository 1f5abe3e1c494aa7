//! TZIDs of a file to zones.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::foreign_zone::ForeignZone;
use super::read::Notes;
use crate::event::EventTime;
use crate::recurrence::offsets::{from_seconds, seconds_of};
use crate::zone::Zone;

/// The zones that a file describes and names.
pub(super) struct Zones {
    described: HashMap<String, ForeignZone>,
    resolved: HashMap<String, Resolution>,
    calendar_zone: Option<Zone>,
    searches_left: u32,
}

#[derive(Clone)]
enum Resolution {
    Known(Zone),
    /// Only the file's own rules say what it is.
    Described(ForeignZone),
    Unknown,
}

/// A search compares a description with every zone there is. No file has more zones of its own than this.
const MOST_SEARCHES: u32 = 100;

impl Zones {
    pub(super) fn new(described: Vec<ForeignZone>, calendar_zone: Option<Zone>) -> Self {
        let described = described.into_iter().map(|zone| (zone.tzid.clone(), zone)).collect();
        Self { described, resolved: HashMap::new(), calendar_zone, searches_left: MOST_SEARCHES }
    }

    /// Reads a time whose line names the zone `tzid`.
    pub(super) fn time(&mut self, value: &str, tzid: Option<&str>, line: u32, notes: &mut Notes) -> Option<EventTime> {
        let time = EventTime::parse_value(value, None)?;
        let (EventTime::Floating(local), Some(tzid)) = (time, tzid.filter(|tzid| !tzid.trim().is_empty())) else { return Some(time) };
        let known = match self.resolved.entry(tzid.to_owned()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(vacant) => {
                let described = self.described.get(tzid).or_else(|| self.described.get(tzid.trim().trim_matches('"')));
                vacant.insert(resolve(tzid, described, &time, self.calendar_zone, &mut self.searches_left, line, notes))
            }
        };
        Some(match known {
            Resolution::Known(zone) => EventTime::Zoned(local, *zone),
            Resolution::Described(zone) => {
                let seconds = seconds_of(local);
                EventTime::Zoned(from_seconds(seconds - zone.offset_at(seconds)), Zone::utc())
            }
            Resolution::Unknown => time,
        })
    }
}

/// An IANA name is believed. Any other name is believed where the file's own description agrees with it.
fn resolve(
    tzid: &str,
    described: Option<&ForeignZone>,
    time: &EventTime,
    calendar_zone: Option<Zone>,
    searches_left: &mut u32,
    line: u32,
    notes: &mut Notes,
) -> Resolution {
    if let Some(zone) = Zone::iana(tzid.trim().trim_matches('"')) {
        return Resolution::Known(zone);
    }
    let Some(described) = described else {
        return match (Zone::parse(tzid), calendar_zone) {
            (Some(zone), _) => Resolution::Known(zone),
            (None, Some(zone)) => {
                notes.note(line, format!("The time zone `{tzid}` is not known: its times were read in the calendar's own zone, {zone}"));
                Resolution::Known(zone)
            }
            (None, None) => {
                notes.note(line, format!("The time zone `{tzid}` is not known: its times were read as local times without a zone"));
                Resolution::Unknown
            }
        };
    };
    if *searches_left > 0 {
        *searches_left -= 1;
        if let Some(zone) = described.equal(time.local()) {
            return Resolution::Known(zone);
        }
    }
    notes.note(line, format!("The time zone `{tzid}` is like no zone there is: its times were turned into UTC by the rules in the file"));
    Resolution::Described(described.clone())
}
