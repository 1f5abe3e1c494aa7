//! Whose answer a message may be: the likeliest guest first, each with the reason.

use anyhow::Result;
use calendar::{EventTime, Zone};
use jiff::tz::TimeZone;
use store::guest::{self, PageQuery};
use store::receipt::evidence;
use store::{Reader, event_version, holding, invitation};

use super::judge;
use super::view::DeskGuest;
use super::waiting::Waiting;

/// As many as there are keys for.
const MOST: usize = 5;

/// The guests who may have written it.
pub(super) fn guests(r: &Reader<'_>, waiting: &Waiting) -> Result<Vec<DeskGuest>> {
    let mut found: Vec<DeskGuest> = Vec::new();
    let mut add = |new: Option<DeskGuest>| {
        if let Some(new) = new.filter(|new| !found.iter().any(|known| (&known.guest, &known.event) == (&new.guest, &new.event)))
            && found.len() < MOST
        {
            found.push(new);
        }
    };
    let attendee = waiting.incoming.answers.first().map(|answer| answer.attendee.as_str()).unwrap_or_default();
    let mut owners = Vec::new();
    for address in [attendee, &waiting.incoming.from] {
        owners.extend(evidence::guest_of(r, &judge::normalised(address))?);
    }
    let Some((named, _)) = &waiting.named else {
        for owner in owners {
            for (event, reason) in by_time(r, waiting, owner)? {
                add(view(r, owner, event, reason)?);
            }
        }
        return Ok(found);
    };
    for owner in owners.into_iter().filter(|owner| *owner != named.guest) {
        if is_gone(r, owner, named.event)? {
            continue;
        }
        add(view(r, owner, named.event, "It comes from the address of this guest, who is invited too")?);
    }
    add(view(r, named.guest, named.event, "It answers the invitation that was sent to this guest")?);
    for (search, reason) in [(waiting.name(), "The same name"), (local_part(&waiting.incoming.from), "An address that begins the same")] {
        if search.len() < 3 {
            continue;
        }
        let query = PageQuery { search: search.to_owned(), list: None, from: 0, limit: 20 };
        for guest in guest::page(r, &query)? {
            if invitation::of(r, guest.id, named.event)?.is_some() {
                add(view(r, guest.id, named.event, reason)?);
            }
        }
    }
    Ok(found)
}

/// Somebody who is no guest any more and holds nothing: added by mistake, and taken back.
fn is_gone(r: &Reader<'_>, guest: i64, event: i64) -> Result<bool> {
    if guest::get(r, guest)?.is_some_and(|found| !found.deleted) {
        return Ok(false);
    }
    let invitation = invitation::of(r, guest, event)?;
    let held = invitation.map(|invitation| holding::held(r, invitation.id)).transpose()?.flatten();
    Ok(held.is_none_or(|held| held.revision.is_none()))
}

fn local_part(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(local, _)| local)
}

/// What a guest is invited to, the time that the message speaks of first.
fn by_time(r: &Reader<'_>, waiting: &Waiting, guest: i64) -> Result<Vec<(i64, &'static str)>> {
    let start = waiting.incoming.answers.first().and_then(|answer| answer.proposed.as_ref()).and_then(|(start, _)| written_time(start));
    let mut events = Vec::new();
    for invitation in invitation::latest_of_guest(r, guest, 50)? {
        let Some(current) = event_version::current(r, invitation.event)?.filter(|current| !current.row.deleted) else { continue };
        let is_then =
            start.as_ref().is_some_and(|start| start.to_instant(&TimeZone::UTC) == current.content.start.to_instant(&TimeZone::UTC));
        events.push((invitation.event, if is_then { "Their address, and the time of this event" } else { "Their address, another date" }));
    }
    events.sort_by_key(|(_, reason)| *reason == "Their address, another date");
    Ok(events)
}

/// A time as [`mail::incoming::Answer::proposed`] writes it: `TZID=Europe/Berlin:20260101T090000`.
pub(super) fn written_time(text: &str) -> Option<EventTime> {
    match text.rsplit_once(':') {
        Some((parameter, value)) => EventTime::parse_value(value, parameter.strip_prefix("TZID=").and_then(Zone::parse)),
        None => EventTime::parse_value(text, None),
    }
}

/// A guest of an event as the desk shows them.
pub(super) fn view(r: &Reader<'_>, guest: i64, event: i64, reason: &str) -> Result<Option<DeskGuest>> {
    let Some(found) = guest::get(r, guest)? else { return Ok(None) };
    let current = event_version::current(r, event)?;
    let invitation = invitation::of(r, guest, event)?;
    let held = invitation.as_ref().map(|invitation| holding::held(r, invitation.id)).transpose()?.flatten();
    let start = current.as_ref().map(|current| &current.content.start);
    Ok(Some(DeskGuest {
        guest: guest.to_string(),
        name: found.profile.name,
        address: found.profile.address_shown,
        event: event.to_string(),
        summary: current.as_ref().map(|current| current.content.summary.clone()).unwrap_or_default(),
        start: start.map(EventTime::iso_local).unwrap_or_default(),
        tzid: start.and_then(EventTime::zone).map(|zone| zone.as_str().to_owned()).unwrap_or_default(),
        all_day: start.is_some_and(EventTime::is_all_day),
        invited: invitation.is_some(),
        answer: held.map(|held| held.answer).unwrap_or_default(),
        reason: reason.to_owned(),
    }))
}
