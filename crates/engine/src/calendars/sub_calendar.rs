//! Sub-calendars: the list at the side.

use anyhow::Result;
use store::calendar::{self, Calendar, Extent, Role};
use store::{Reader, Writer};

use super::time;
use super::view::{CalendarRole, CalendarView};
use crate::engine::Engine;
use crate::error::{Code, Failure};
use crate::event::Changed;
use crate::sync;

/// The window's palette, in the order that new calendars take.
const COLOURS: [&str; 10] = ["indigo", "teal", "orange", "pink", "green", "violet", "blue", "amber", "red", "grey"];

/// Roughly how each of them looks, to find the one that is nearest to another's colour.
const HUES: [&str; 10] = ["4f46e5", "0d9488", "ea580c", "db2777", "16a34a", "7c3aed", "2563eb", "d97706", "dc2626", "6b7280"];

/// Every calendar, in the organizer's order.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_calendars(engine: &Engine) -> Result<Vec<CalendarView>, Failure> {
    let calendars = engine.store().read(|r| calendar::list(r)?.iter().map(|calendar| view(r, calendar)).collect());
    Ok(calendars.await?)
}

/// The calendar of that name.
///
/// # Errors
/// `NotFound` where there is none.
pub async fn find_calendar(engine: &Engine, name: &str) -> Result<CalendarView, Failure> {
    let wanted = name.to_owned();
    let found = engine.store().read(move |r| calendar::find(r, &wanted)?.map(|calendar| view(r, &calendar)).transpose());
    found.await?.ok_or_else(|| not_found(name))
}

/// Creates a calendar. Where `colour` is empty, the next one of the palette is taken.
///
/// # Errors
/// `NameTaken`, or `InvalidInput` where the name or the colour cannot be used.
pub async fn create_calendar(engine: &Engine, name: &str, colour: &str) -> Result<CalendarView, Failure> {
    let (name, colour) = (usable_name(name)?, usable_colour(colour)?);
    let (now, zone) = (engine.clock().now(), engine.clock().zone());
    let created = engine.store().write(move |w| {
        refuse_taken(w, &name, None)?;
        let id = create(w, &name, &colour, &zone, now)?;
        view(w, &existing(w, id)?)
    });
    let created = created.await?;
    engine.tell_changed(&[Changed::Calendars]);
    Ok(created)
}

/// Switches a calendar's standing order: changes from now on are told to those who said yes or maybe without asking.
///
/// # Errors
/// `NotFound`.
pub async fn set_standing_order(engine: &Engine, id: &str, on: bool) -> Result<CalendarView, Failure> {
    let id = parse_id(id)?;
    let now = engine.clock().now();
    let updated = engine.store().write(move |w| {
        let mut calendar = existing(w, id)?;
        // What waits on Changes already was left there knowingly: only later edits are meant.
        calendar.standing_order = on.then(|| calendar.standing_order.unwrap_or(now));
        calendar::update(w, &calendar)?;
        view(w, &calendar)
    });
    let updated = updated.await?;
    engine.tell_changed(&[Changed::Calendars, Changed::Campaigns]);
    Ok(updated)
}

/// Renames, recolours, shows or hides a calendar; what is none stays.
///
/// # Errors
/// `NotFound`, `NameTaken`, or `InvalidInput` where the name or the colour cannot be used.
pub async fn update_calendar(
    engine: &Engine,
    id: &str,
    name: Option<String>,
    colour: Option<String>,
    hidden: Option<bool>,
) -> Result<CalendarView, Failure> {
    let id = parse_id(id)?;
    let name = name.map(|name| usable_name(&name)).transpose()?;
    let colour = colour.map(|colour| usable_colour(&colour)).transpose()?;
    if let Some(name) = &name {
        sync::rename_there(engine, id, name).await?;
    }
    let updated = engine.store().write(move |w| {
        let mut calendar = existing(w, id)?;
        if let Some(name) = name {
            refuse_taken(w, &name, Some(id))?;
            calendar.name = name;
        }
        calendar.colour = colour.filter(|colour| !colour.is_empty()).unwrap_or(calendar.colour);
        calendar.hidden = hidden.unwrap_or(calendar.hidden);
        calendar::update(w, &calendar)?;
        view(w, &calendar)
    });
    let updated = updated.await?;
    engine.tell_changed(&[Changed::Calendars, Changed::Events]);
    Ok(updated)
}

/// Removes a calendar from view; its events and their history are kept.
///
/// # Errors
/// `NotFound`.
pub async fn delete_calendar(engine: &Engine, id: &str) -> Result<(), Failure> {
    let id = parse_id(id)?;
    let now = engine.clock().now();
    engine
        .store()
        .write(move |w| {
            existing(w, id)?;
            calendar::set_deleted(w, id, Some(now))
        })
        .await?;
    engine.tell_changed(&[Changed::Calendars, Changed::Events]);
    Ok(())
}

/// Brings a deleted calendar back, under a free name where its own was taken in the meantime.
///
/// # Errors
/// `NotFound`.
pub async fn restore_calendar(engine: &Engine, id: &str) -> Result<CalendarView, Failure> {
    let id = parse_id(id)?;
    let restored = engine.store().write(move |w| {
        let mut calendar = calendar::get(w, id)?.ok_or_else(|| not_found(&id.to_string()))?;
        if calendar.deleted_at.is_some() {
            calendar.name = free_name(w, &calendar.name)?;
            calendar::update(w, &calendar)?;
            calendar::set_deleted(w, id, None)?;
        }
        view(w, &calendar)
    });
    let restored = restored.await?;
    engine.tell_changed(&[Changed::Calendars, Changed::Events]);
    Ok(restored)
}

/// Creates a calendar in a transaction. Where `colour` is empty, the next one of the palette is taken.
pub(super) fn create(w: &Writer<'_>, name: &str, colour: &str, zone: &str, now: jiff::Timestamp) -> Result<i64> {
    let next = || -> Result<&str> {
        let used = calendar::list(w)?.len();
        Ok(COLOURS.get(used % COLOURS.len()).copied().unwrap_or("indigo"))
    };
    let colour = if colour.is_empty() { next()? } else { colour };
    calendar::create(w, name, colour, zone, now)
}

/// Creates a calendar in a transaction that is called and coloured like one of an account: under its name, or one that names the account too.
pub(crate) fn create_named_like(w: &Writer<'_>, name: &str, account: &str, colour: &str, zone: &str, now: jiff::Timestamp) -> Result<i64> {
    let name = usable_name(name).unwrap_or_else(|_| account.to_owned());
    let name = if calendar::find(w, &name)?.is_some() { free_name(w, &format!("{name} · {account}"))? } else { name };
    create(w, &name, nearest(colour).unwrap_or_default(), zone, now)
}

/// The colour of the palette that comes nearest to `#rrggbb`; none where that is no colour.
fn nearest(hex: &str) -> Option<&'static str> {
    let channels = |hex: &str| -> Option<[i32; 3]> {
        let part = |at: usize| i32::from_str_radix(hex.get(at..at + 2)?, 16).ok();
        Some([part(0)?, part(2)?, part(4)?])
    };
    let wanted = channels(hex.strip_prefix('#')?)?;
    let far = |known: &str| {
        channels(known).map_or(i32::MAX, |known| known.iter().zip(wanted).map(|(known, wanted)| (known - wanted).pow(2)).sum())
    };
    COLOURS.iter().zip(HUES).min_by_key(|(_, hue)| far(hue)).map(|(name, _)| *name)
}

/// A calendar that is there.
pub(super) fn existing(r: &Reader<'_>, id: i64) -> Result<Calendar> {
    let calendar = calendar::get(r, id)?.filter(|calendar| calendar.deleted_at.is_none());
    Ok(calendar.ok_or_else(|| not_found(&id.to_string()))?)
}

/// A calendar that may be changed.
pub(crate) fn writable(r: &Reader<'_>, id: i64) -> Result<Calendar> {
    let calendar = existing(r, id)?;
    let reason = read_only(&calendar);
    if reason.is_empty() { Ok(calendar) } else { Err(Failure::new(Code::InvalidInput, reason).with("field", "calendar").into()) }
}

/// Why nothing in a calendar can be changed, in a sentence; empty where it can.
pub(super) fn read_only(calendar: &Calendar) -> String {
    match calendar.role {
        Role::Owner | Role::Writer => String::new(),
        Role::Reader => format!("{} can only be looked at: its owner gave no right to change it.", calendar.name),
    }
}

/// The name of a calendar as it can be used.
pub(super) fn usable_name(name: &str) -> Result<String, Failure> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Failure::new(Code::InvalidInput, "A calendar needs a name.").with("field", "name"));
    }
    Ok(name.chars().filter(|c| !c.is_control()).take(200).collect())
}

/// Reads the id of a calendar.
pub(crate) fn parse_id(id: &str) -> Result<i64, Failure> {
    id.parse().map_err(|_| not_found(id))
}

fn not_found(name: &str) -> Failure {
    Failure::new(Code::NotFound, format!("There is no calendar “{name}”.")).with("what", "calendar").with("name", name)
}

fn refuse_taken(r: &Reader<'_>, name: &str, except: Option<i64>) -> Result<()> {
    match calendar::find(r, name)? {
        Some(other) if Some(other.id) != except => Err(Failure::new(
            Code::NameTaken,
            format!("There is a calendar “{name}” already. Choose another name, or put the events into that one."),
        )
        .with("what", "calendar")
        .with("name", name)
        .into()),
        _ => Ok(()),
    }
}

fn free_name(r: &Reader<'_>, name: &str) -> Result<String> {
    let mut candidate = name.to_owned();
    let mut number = 2;
    while calendar::find(r, &candidate)?.is_some() {
        candidate = format!("{name} ({number})");
        number += 1;
    }
    Ok(candidate)
}

fn usable_colour(colour: &str) -> Result<String, Failure> {
    if colour.is_empty() || COLOURS.contains(&colour) {
        return Ok(colour.to_owned());
    }
    let all = COLOURS.join(", ");
    Err(Failure::new(Code::InvalidInput, format!("“{colour}” is no colour of a calendar. There are {all}.")).with("field", "colour"))
}

fn view(r: &Reader<'_>, calendar: &Calendar) -> Result<CalendarView> {
    let Extent { events, first, last } = calendar::extent(r, calendar.id)?;
    let day = |at: Option<jiff::Timestamp>| at.map(|at| time::day_in(at, &calendar.zone)).unwrap_or_default();
    Ok(CalendarView {
        id: calendar.id.to_string(),
        name: calendar.name.clone(),
        colour: calendar.colour.clone(),
        zone: calendar.zone.clone(),
        role: match calendar.role {
            Role::Owner => CalendarRole::Owner,
            Role::Writer => CalendarRole::Writer,
            Role::Reader => CalendarRole::Reader,
        },
        hidden: calendar.hidden,
        standing_order: calendar.standing_order.is_some(),
        events,
        first_day: day(first),
        last_day: day(last),
    })
}
