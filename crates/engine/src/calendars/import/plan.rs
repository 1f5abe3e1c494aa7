//! What an import would do to a calendar.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use calendar::ical::ReadEvent;
use calendar::plan::plan_import;
use calendar::{Event, EventStatus, EventTime};
use store::event_version::{self, Current};
use store::{Reader, import};

use super::pending::{Pending, Source};

/// An event that a file brings.
pub(super) struct Brought {
    /// Number of the file.
    pub(super) source: usize,
    /// Under the UID that it has here, where its source gave it another one.
    pub(super) event: Event,
    /// Its component as it stands in the file.
    pub(super) raw: String,
    /// What it changes; none where it is new.
    pub(super) known: Option<Current>,
}

/// An event that is no longer in its file.
pub(super) struct Missing {
    pub(super) source: usize,
    pub(super) current: Current,
    /// Its series is still in the file and stands without this exception.
    pub(super) back_to_series: bool,
}

/// What happens to each event.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) new: Vec<Brought>,
    pub(super) updated: Vec<Brought>,
    /// Number of the file, and the event.
    pub(super) unchanged: Vec<(usize, Current)>,
    /// Were in the last import of the same files and are not in this one.
    pub(super) missing: Vec<Missing>,
    /// Some event was not in the last import of its file.
    pub(super) first_seen: bool,
}

type Key<'a> = (&'a str, Option<EventTime>);

/// Compares files with what a calendar holds; none where it does not exist yet.
pub(super) fn plan(r: &Reader<'_>, pending: &Pending, calendar: Option<i64>) -> Result<Plan> {
    let chosen = chosen(pending);
    let mut plan = Plan::default();
    for (source, file) in pending.files.iter().enumerate() {
        let incoming: Vec<&ReadEvent> = file.events.iter().filter(|read| is_chosen(&chosen, source, read)).collect();
        plan_file(r, calendar, source, file, &incoming, &mut plan)?;
    }
    // What moved from one file to another is not missing.
    plan.missing.retain(|missing| !chosen.contains_key(&key(&missing.current.content)));
    Ok(plan)
}

fn plan_file(r: &Reader<'_>, calendar: Option<i64>, source: usize, file: &Source, incoming: &[&ReadEvent], plan: &mut Plan) -> Result<()> {
    // Every paste is a source of its own, and a file without events says nothing about those it had.
    let last = match calendar {
        Some(calendar) if !file.name.is_empty() && !incoming.is_empty() => import::last_events_of(r, calendar, &file.name)?,
        _ => Vec::new(),
    };
    let existing = existing(r, calendar, incoming, &last)?;
    let last: HashSet<i64> = last.into_iter().collect();
    let last_uids: Vec<String> =
        existing.iter().filter(|current| last.contains(&current.row.id)).map(|current| current.row.uid.clone()).collect();
    let contents: Vec<Event> = existing.iter().map(|current| current.content.clone()).collect();
    let planned = plan_import(&contents, Some(&last_uids), incoming.iter().map(|read| read.event.clone()).collect());

    let raws = Raws::of(incoming);
    let brought = |event: Event, known: Option<Current>| Brought { source, raw: raws.find(&event), event, known };
    plan.new.extend(planned.new.into_iter().map(|event| brought(event, None)));
    for update in planned.updated {
        let known = existing.get(update.existing).cloned();
        plan.first_seen |= known.as_ref().is_none_or(|known| !last.contains(&known.row.id));
        plan.updated.push(brought(update.event, known));
    }
    for current in planned.unchanged.iter().filter_map(|place| existing.get(*place)) {
        plan.first_seen |= !last.contains(&current.row.id);
        plan.unchanged.push((source, current.clone()));
    }
    let masters: HashSet<&str> =
        incoming.iter().filter(|read| read.event.recurrence_id.is_none()).map(|read| read.event.uid.as_str()).collect();
    for current in planned.missing.iter().filter_map(|place| existing.get(*place)) {
        let back_to_series = current.content.recurrence_id.is_some() && masters.contains(current.row.uid.as_str());
        if back_to_series || current.content.status != EventStatus::Cancelled {
            plan.missing.push(Missing { source, current: current.clone(), back_to_series });
        }
    }
    Ok(())
}

/// What the calendar holds of the file's UIDs, and of what the file held the last time.
fn existing(r: &Reader<'_>, calendar: Option<i64>, incoming: &[&ReadEvent], last: &[i64]) -> Result<Vec<Current>> {
    let Some(calendar) = calendar else { return Ok(Vec::new()) };
    let uids: HashSet<&str> = incoming.iter().map(|read| read.event.uid.as_str()).collect();
    let mut existing = event_version::current_of_uids(r, calendar, &uids.into_iter().collect::<Vec<_>>())?;
    let found: HashSet<i64> = existing.iter().map(|current| current.row.id).collect();
    let others: Vec<i64> = last.iter().copied().filter(|id| !found.contains(id)).collect();
    existing.extend(event_version::current_of_ids(r, &others)?);
    existing.retain(|current| !current.row.deleted);
    Ok(existing)
}

fn key(event: &Event) -> Key<'_> {
    (event.uid.as_str(), event.recurrence_id)
}

/// The one that counts where several files say the same event: the highest SEQUENCE, of equals the first.
fn chosen(pending: &Pending) -> HashMap<Key<'_>, (usize, &ReadEvent)> {
    let mut chosen: HashMap<Key<'_>, (usize, &ReadEvent)> = HashMap::new();
    for (source, read) in pending.events() {
        let place = chosen.entry(key(&read.event)).or_insert((source, read));
        if place.1.event.sequence < read.event.sequence {
            *place = (source, read);
        }
    }
    chosen
}

fn is_chosen(chosen: &HashMap<Key<'_>, (usize, &ReadEvent)>, source: usize, read: &ReadEvent) -> bool {
    chosen.get(&key(&read.event)).is_some_and(|(file, first)| *file == source && first.line == read.line)
}

/// Finds the component that an event was read from, also where it goes on under another UID.
struct Raws<'a> {
    by_key: HashMap<Key<'a>, &'a str>,
    by_content: HashMap<(EventTime, &'a str), &'a str>,
}

impl<'a> Raws<'a> {
    fn of(incoming: &[&'a ReadEvent]) -> Self {
        Self {
            by_key: incoming.iter().map(|read| (key(&read.event), read.raw.as_str())).collect(),
            by_content: incoming.iter().map(|read| ((read.event.start, read.event.summary.as_str()), read.raw.as_str())).collect(),
        }
    }

    fn find(&self, event: &Event) -> String {
        let by_content = || self.by_content.get(&(event.start, event.summary.as_str()));
        self.by_key.get(&key(event)).or_else(by_content).map(|raw| (*raw).to_owned()).unwrap_or_default()
    }
}
