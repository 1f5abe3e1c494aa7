//! The VCALENDAR of an invitation: one guest, one method (RFC 5546 §3.2).

use calendar::ical::Writer;
use calendar::{EventStatus, Participation, Role};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::revision::Component;
use super::{InvitationMail, Method};
use crate::incoming::partstat_text;

/// What names us in a calendar.
const PRODUCT: &str = "-//Rollcall//Rollcall//EN";

/// The calendar as text with CRLF line ends, folded at 75 octets.
pub fn calendar_object(mail: &InvitationMail<'_>) -> String {
    let revision = mail.revision;
    let pieces = match mail.method {
        Method::Request => &revision.request,
        Method::Cancel => &revision.cancel,
        Method::DeclineCounter => &revision.decline,
    };
    let own = own_lines(mail);
    let length = pieces.iter().map(|piece| piece.len() + own.len()).sum();
    let mut calendar = String::with_capacity(length);
    for (index, piece) in pieces.iter().enumerate() {
        if index > 0 {
            calendar.push_str(&own);
        }
        calendar.push_str(piece);
    }
    calendar
}

/// The calendar for any guest, as pieces: between each two stand the guest's own lines. What all guests share comes first, so that the
/// longest part of a message is the same for all of them.
pub(super) fn pieces(method: Method, time_zones: &str, components: &[Component]) -> Vec<String> {
    let mut lines = Writer::new();
    lines.begin("VCALENDAR");
    lines.property("PRODID", &[], PRODUCT);
    lines.property("VERSION", &[], "2.0");
    lines.property("CALSCALE", &[], "GREGORIAN");
    lines.property("METHOD", &[], method.as_str());
    lines.folded(time_zones);
    // The end of a series is one VEVENT: its exceptions end with it.
    let cancels_series = method == Method::Cancel && components.iter().any(|component| component.is_master);
    let mut pieces = Vec::new();
    for component in components.iter().filter(|component| component.is_master || !cancels_series) {
        lines.begin("VEVENT");
        lines.folded(&component.times);
        lines.folded(&component.texts);
        lines.property("STATUS", &[], status(method, component.status));
        pieces.push(std::mem::take(&mut lines).finish());
        if method == Method::Request {
            lines.folded(&component.alarms);
        }
        lines.end("VEVENT");
    }
    lines.end("VCALENDAR");
    pieces.push(lines.finish());
    pieces
}

/// What a guest has for themselves: the UID, its state, and the people.
fn own_lines(mail: &InvitationMail<'_>) -> String {
    let mut lines = Writer::new();
    lines.property("UID", &[], mail.uid);
    lines.property("DTSTAMP", &[], &stamp(mail.dtstamp));
    lines.property("SEQUENCE", &[], &mail.sequence.to_string());
    people(mail, &mut lines);
    lines.finish()
}

fn status(method: Method, status: EventStatus) -> &'static str {
    match (method, status) {
        (Method::Cancel, _) | (_, EventStatus::Cancelled) => "CANCELLED",
        (Method::Request | Method::DeclineCounter, EventStatus::Confirmed) => "CONFIRMED",
        (Method::Request | Method::DeclineCounter, EventStatus::Tentative) => "TENTATIVE",
    }
}

/// ORGANIZER as a bare `mailto:`, and the guest as the only ATTENDEE.
fn people(mail: &InvitationMail<'_>, lines: &mut Writer) {
    let organizer_name = common_name(mail.organizer.name);
    let organizer: &[(&str, &str)] = if organizer_name.is_empty() { &[] } else { &[("CN", &organizer_name)] };
    lines.property("ORGANIZER", organizer, &format!("mailto:{}", address(mail.organizer.address)));
    let guest = mail.guest;
    let (kind, role) = match guest.role {
        Role::Required => ("INDIVIDUAL", "REQ-PARTICIPANT"),
        Role::Optional => ("INDIVIDUAL", "OPT-PARTICIPANT"),
        Role::Resource => ("RESOURCE", "NON-PARTICIPANT"),
    };
    let name = common_name(guest.name);
    let mut parameters = vec![("CUTYPE", kind), ("ROLE", role), ("PARTSTAT", partstat(mail.partstat))];
    if mail.method == Method::Request {
        parameters.push(("RSVP", "TRUE"));
    }
    parameters.push(("CN", if name.is_empty() { guest.address } else { &name }));
    lines.property("ATTENDEE", &parameters, &format!("mailto:{}", address(guest.address)));
}

fn partstat(participation: Participation) -> &'static str {
    partstat_text(participation)
}

/// A name that no reader can misread: one line, without the quotes that a parameter cannot hold (RFC 5545 §3.2).
fn common_name(name: &str) -> String {
    crate::template::one_line(name).replace('"', "'").replace(['^', '\\'], "")
}

/// Nothing that ends a line or the value.
fn address(address: &str) -> String {
    address.chars().filter(|character| !character.is_control() && !character.is_whitespace()).collect()
}

fn stamp(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string()
}
