//! The calendar that is written into, as far as a rule must know it: its copies, and what was made in it by hand.

use std::collections::BTreeMap;

use anyhow::Result;
use calendar::copies::{self, is_twin};
use calendar::sync::Series;
use calendar::{Event, Zone};
use jiff::tz::TimeZone;
use store::Reader;
use store::calendar::Calendar;
use store::event_version::{self, Current};

/// Read once, and only when something is to be found in it.
pub(super) struct Target {
    calendar: i64,
    zone: TimeZone,
    events: Option<Vec<Event>>,
}

impl Target {
    pub(super) fn new(calendar: &Calendar) -> Self {
        Self { calendar: calendar.id, zone: time_zone(calendar), events: None }
    }

    fn events(&mut self, r: &Reader<'_>) -> Result<&[Event]> {
        if self.events.is_none() {
            let rows = event_version::current_of_calendar(r, self.calendar)?;
            self.events = Some(rows.into_iter().map(|row| row.content).filter(|event| event.recurrence_id.is_none()).collect());
        }
        Ok(self.events.as_deref().unwrap_or_default())
    }

    /// The UID of an event that says it is the copy of this one: an earlier rule made it, or this computer forgot.
    pub(super) fn copy_of(&mut self, r: &Reader<'_>, source_uid: &str) -> Result<Option<String>> {
        let found = self.events(r)?.iter().find(|event| copies::source_of(event) == Some(source_uid));
        Ok(found.map(|event| event.uid.clone()))
    }

    /// An event that somebody made by hand and that is the same.
    pub(super) fn twin_of(&mut self, r: &Reader<'_>, source: &Series) -> Result<Option<Event>> {
        let Some(master) = source.master() else { return Ok(None) };
        let zone = self.zone.clone();
        let mut by_hand = self.events(r)?.iter().filter(|event| copies::source_of(event).is_none());
        Ok(by_hand.find(|event| is_twin(event, master, &zone)).cloned())
    }
}

/// Events as series, by UID.
pub(super) fn series_of(rows: Vec<Current>) -> BTreeMap<String, Series> {
    let mut events: BTreeMap<String, Vec<Event>> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| !row.row.deleted) {
        events.entry(row.content.uid.clone()).or_default().push(row.content);
    }
    events.into_iter().map(|(uid, events)| (uid, Series::of(events))).collect()
}

/// A series as it stands in a calendar; empty where it does not.
pub(super) fn standing(rows: &[Current]) -> Series {
    Series::of(rows.iter().filter(|row| !row.row.deleted).map(|row| row.content.clone()))
}

/// The zone in which a calendar's days and floating times are read.
pub(super) fn time_zone(calendar: &Calendar) -> TimeZone {
    Zone::parse(&calendar.zone).map_or(TimeZone::UTC, |zone| zone.time_zone().clone())
}
