//! Lists of changes within a window (`calendarView/delta`).

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::answers::refused;
use super::render::{self, Wants};
use super::world::{Change, Name, Round, Stored, World, overlaps};
use super::{Conduct, Forgets};
use crate::http::Reply;

/// A page: of a new list, of what changed since one, or a further one of either.
pub(super) fn page(world: &mut World, conduct: &Conduct, calendar: &str, base: &str, query: &[(String, String)], size: usize) -> Reply {
    let value = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    if let Some(token) = value("$skiptoken") {
        let mut numbers = token.split('-').filter_map(|part| part.parse::<usize>().ok());
        let (round, offset) = (numbers.next().unwrap_or(usize::MAX), numbers.next().unwrap_or(0));
        return told(world, conduct, base, round, offset, size);
    }
    if let Some(token) = value("$deltatoken") {
        match conduct.forgets {
            Some(Forgets::Gone) => {
                let reply = refused(410, "fullSyncRequired", "The sync state is no longer there.");
                return reply.header("Location", format!("{base}?$deltatoken="));
            }
            Some(Forgets::SyncState) => return refused(404, "syncStateNotFound", "The sync state generation is not found."),
            None => {}
        }
        let Some(before) = token.parse::<usize>().ok().and_then(|number| world.rounds.get(number)) else {
            return refused(400, "SyncStateInvalid", "The sync state is invalid.");
        };
        let (calendar, from, until, told_before) = (before.calendar.clone(), before.from, before.until, before.told);
        let items = changes(world, &calendar, from, until, told_before);
        return begin(world, conduct, base, Round { calendar, from, until, told: world.log.len(), items }, size);
    }
    let time = |name: &str| value(name).and_then(|text| text.parse::<Timestamp>().ok());
    let (Some(from), Some(until)) = (time("startDateTime"), time("endDateTime")) else {
        return refused(400, "ErrorInvalidParameter", "This request requires a time window specified by startDateTime and endDateTime.");
    };
    let items = everything(world, calendar, from, until);
    begin(world, conduct, base, Round { calendar: calendar.to_owned(), from, until, told: world.log.len(), items }, size)
}

fn begin(world: &mut World, conduct: &Conduct, base: &str, mut round: Round, size: usize) -> Reply {
    if conduct.replays {
        round.items = round.items.iter().rev().flat_map(|item| [item.clone(), item.clone()]).collect();
    }
    world.rounds.push(round);
    told(world, conduct, base, world.rounds.len() - 1, 0, size)
}

fn told(world: &World, conduct: &Conduct, base: &str, number: usize, offset: usize, size: usize) -> Reply {
    let Some(round) = world.rounds.get(number) else { return refused(400, "SyncStateInvalid", "The sync state is invalid.") };
    let offset_told = if conduct.loops { 0 } else { offset };
    let page: Vec<&Value> = round.items.iter().skip(offset_told).take(size).collect();
    let mut body = json!({ "value": page });
    let is_last = !conduct.loops && offset + size.min(round.items.len()) >= round.items.len();
    let (name, link) = if is_last {
        ("@odata.deltaLink", format!("{base}?$deltatoken={number}"))
    } else {
        ("@odata.nextLink", format!("{base}?$skiptoken={number}-{}", offset + size.min(round.items.len())))
    };
    if let Some(body) = body.as_object_mut() {
        body.insert(name.to_owned(), json!(link));
    }
    Reply::json(200, &body)
}

fn everything(world: &World, calendar: &str, from: Timestamp, until: Timestamp) -> Vec<Value> {
    let events = world.events.iter().filter(|(_, event)| event.calendar == calendar);
    let mut items = Vec::new();
    for (number, event) in events {
        if !event.is_series() {
            items.extend(overlaps(event.span(), from, until).then(|| render::whole(*number, event, Wants::default())));
            continue;
        }
        let dates = event.dates().into_iter().filter(|date| overlaps(event.span_of(*date), from, until));
        items.extend(dates.map(|date| render::listed_date(*number, event, date)));
    }
    items
}

/// What happened outside the window is told as removed, and so is what left it.
fn changes(world: &World, calendar: &str, from: Timestamp, until: Timestamp, told: usize) -> Vec<Value> {
    let mut items = Vec::new();
    let mut seen = BTreeSet::new();
    for Change { calendar: at, event: number, date } in world.log.iter().skip(told) {
        if at != calendar || !seen.insert((*number, *date)) {
            continue;
        }
        let event = world.events.get(number).filter(|event| event.calendar == calendar);
        let is_in = |event: &Stored, date: Date| !event.cancelled.contains(&date) && overlaps(event.span_of(date), from, until);
        let dates: Vec<Date> = match (event, date) {
            (Some(event), Some(date)) => Some(*date).filter(|date| is_in(event, *date)).into_iter().collect(),
            (Some(event), None) if event.is_series() => event.dates().into_iter().filter(|date| is_in(event, *date)).collect(),
            _ => Vec::new(),
        };
        match event {
            Some(event) if !dates.is_empty() => items.extend(dates.into_iter().map(|date| render::listed_date(*number, event, date))),
            Some(event) if date.is_none() && !event.is_series() && overlaps(event.span(), from, until) => {
                items.push(render::whole(*number, event, Wants::default()));
            }
            Some(_) => items.push(render::removed(date.map_or(Name::Whole(*number), |date| Name::Date(*number, date)))),
            None => items.push(render::removed(Name::Whole(*number))),
        }
    }
    items
}
