//! An event as Graph tells it, as one of ours.

use calendar::copies::source_line;
use calendar::{Alarm, Attendee, Event, EventStatus, EventTime, Participation, Role, Transparency, Visibility};
use jiff::Timestamp;
use serde_json::Value;

use super::fields::{self, Fields};
use super::recurrence::{self, Repeat};
use super::times;

/// What is asked for of an event.
pub(super) const SELECT: &str = "id,type,iCalUId,changeKey,seriesMasterId,originalStart,originalStartTimeZone,originalEndTimeZone,\
    lastModifiedDateTime,subject,body,start,end,isAllDay,isCancelled,isOrganizer,location,recurrence,showAs,sensitivity,categories,isReminderOn,\
    reminderMinutesBeforeStart,attendees,organizer,onlineMeeting,onlineMeetingUrl";

/// A text of an answer; empty where there is none.
pub(super) fn text<'j>(json: &'j Value, path: &str) -> &'j str {
    json.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

fn is(json: &Value, name: &str) -> bool {
    json.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// A single event or a master.
///
/// # Errors
/// A sentence that says what of it cannot be read.
pub(super) fn event(json: &Value) -> Result<Event, String> {
    let mut event = base(json)?;
    let own = Fields::read(json);
    fields::uid(json).unwrap_or(text(json, "/iCalUId")).clone_into(&mut event.uid);
    event.url = own.url;
    if !own.video_link.is_empty() {
        event.video_link = own.video_link;
    }
    event.own_properties.extend(Some(own.source).filter(|uid| !uid.is_empty()).map(|uid| source_line(&uid)));
    if own.called_off
        && let Some(title) = fields::called_off(&event.summary)
    {
        event.summary = title.into();
        call_off(&mut event);
    }
    if let Some(json) = json.get("recurrence").filter(|recurrence| !recurrence.is_null()) {
        let repeat = Repeat::of_json(json).ok_or_else(|| format!("How “{}” repeats cannot be read.", event.summary))?;
        let rule = repeat.to_rule(&event.start);
        let rule = recurrence::told(&rule, &event.start).unwrap_or(rule);
        event.recurrence.rule = Some(rule.to_string());
    }
    Ok(event)
}

/// The dates that a master says are gone (`cancelledOccurrences`: `OID.<master>.<date>`), as starts of its series.
pub(super) fn cancelled(json: &Value, master: &Event) -> Vec<EventTime> {
    let names = json.get("cancelledOccurrences").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let date = |name: &Value| name.as_str()?.rsplit_once('.')?.1.parse::<jiff::civil::Date>().ok();
    let mut dates: Vec<EventTime> =
        names.iter().filter_map(date).map(|date| master.start.with_local(date.to_datetime(master.start.local().time()))).collect();
    dates.sort_unstable();
    dates.dedup();
    dates
}

/// An exception of a series.
///
/// # Errors
/// A sentence that says what of it cannot be read.
pub(super) fn exception(json: &Value, master: &Event) -> Result<Event, String> {
    let mut event = base(json)?;
    let original = original_start(json).ok_or_else(|| format!("It cannot be read which date of its series “{}” is.", event.summary))?;
    event.recurrence_id = Some(times::read_original(original, &master.start, Some(text(json, "/originalStartTimeZone"))));
    event.uid.clone_from(&master.uid);
    event.url.clone_from(&master.url);
    event.video_link.clone_from(&master.video_link);
    event.own_properties.clone_from(&master.own_properties);
    Ok(event)
}

fn original_start(json: &Value) -> Option<Timestamp> {
    text(json, "/originalStart").parse().ok()
}

/// What the kinds of events have in common.
fn base(json: &Value) -> Result<Event, String> {
    let subject = one_line(text(json, "/subject"));
    let unreadable = || format!("When “{subject}” is cannot be read.");
    let zone = |name: &str| json.get(name).and_then(Value::as_str);
    let is_all_day = is(json, "isAllDay");
    let start = times::read(json.get("start"), zone("originalStartTimeZone"), is_all_day).ok_or_else(unreadable)?;
    let end = times::read(json.get("end"), zone("originalEndTimeZone"), is_all_day).ok_or_else(unreadable)?;
    let mut event = Event::new(String::new(), start, end);
    event.description = description(json);
    event.place = one_line(text(json, "/location/displayName"));
    match text(json, "/showAs") {
        "tentative" => event.status = EventStatus::Tentative,
        "free" | "workingElsewhere" => event.transparency = Transparency::Transparent,
        _ => {}
    }
    event.visibility = match text(json, "/sensitivity") {
        "private" | "personal" => Visibility::Private,
        "confidential" => Visibility::Confidential,
        _ => Visibility::Public,
    };
    let names = json.get("categories").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    event.categories = names.iter().filter_map(Value::as_str).map(one_line).filter(|name| !name.is_empty()).collect();
    let links = [text(json, "/onlineMeeting/joinUrl"), text(json, "/onlineMeetingUrl")];
    event.video_link = links.into_iter().find(|link| !link.is_empty()).unwrap_or_default().into();
    if is(json, "isReminderOn") {
        let minutes = json.get("reminderMinutesBeforeStart").and_then(Value::as_i64).unwrap_or(0);
        event.alarms = vec![alarm(minutes)];
    }
    people(json, &mut event);
    event.summary = subject;
    if is(json, "isCancelled") {
        call_off(&mut event);
    }
    Ok(event)
}

/// What was called off takes nobody's time.
pub(super) fn call_off(event: &mut Event) {
    event.status = EventStatus::Cancelled;
    event.transparency = Transparency::Transparent;
}

/// Text with the line ends of this side, and without the empty lines that Exchange puts at its end.
pub(super) fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").trim_end().to_owned()
}

/// Text of a field that has one line.
pub(super) fn one_line(text: &str) -> String {
    text.split(['\r', '\n']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A reminder in the one form that Outlook has: minutes before the start.
pub(super) fn alarm(minutes: i64) -> Alarm {
    let trigger = if minutes < 0 { format!("PT{}M", -minutes) } else { format!("-PT{minutes}M") };
    Alarm { action: "DISPLAY".to_owned(), trigger, other: vec!["DESCRIPTION:Reminder".to_owned()] }
}

/// The text was asked for as plain text; where it comes as HTML all the same, its beginning is told as plain text.
fn description(json: &Value) -> String {
    match text(json, "/body/contentType") {
        kind if kind.eq_ignore_ascii_case("html") => plain(text(json, "/bodyPreview")),
        _ => plain(text(json, "/body/content")),
    }
}

/// Everybody has themselves as organizer of what is their own: who that is says something only where others take part.
fn people(json: &Value, event: &mut Event) {
    let person = |json: &Value| Attendee {
        address: text(json, "/emailAddress/address").to_owned(),
        name: text(json, "/emailAddress/name").to_owned(),
        role: match text(json, "/type") {
            "optional" => Role::Optional,
            "resource" => Role::Resource,
            _ => Role::Required,
        },
        participation: match text(json, "/status/response") {
            "accepted" | "organizer" => Participation::Accepted,
            "tentativelyAccepted" => Participation::Tentative,
            "declined" => Participation::Declined,
            _ => Participation::NeedsAction,
        },
    };
    let attendees = json.get("attendees").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    event.attendees = attendees.iter().map(person).collect();
    let is_foreign = json.get("isOrganizer").and_then(Value::as_bool) == Some(false);
    let organizer = json.get("organizer").filter(|organizer| !text(organizer, "/emailAddress/address").is_empty());
    event.organizer = organizer.filter(|_| is_foreign || !event.attendees.is_empty()).map(person);
}

/// How many people Microsoft would mail about a change: none where somebody else invited.
pub(super) fn mailed(json: &Value) -> usize {
    if json.get("isOrganizer").and_then(Value::as_bool) == Some(false) {
        return 0;
    }
    json.get("attendees").and_then(Value::as_array).map_or(0, Vec::len)
}
