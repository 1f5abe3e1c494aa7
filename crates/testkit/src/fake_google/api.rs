//! The methods of Calendar v3 that are here: `calendarList`, `calendars` and `events`.

use serde_json::{Map, Value, json};

use super::event::{self, Problem};
use super::state::{Calendar, State};
use super::{Seen, instances};

type Answered = Result<Value, Problem>;

/// Calls the method that a request names.
pub(super) fn answer(state: &mut State, seen: &Seen) -> Answered {
    let decoded: Vec<String> = seen.path.split('/').filter(|part| !part.is_empty()).map(percent_decoded).collect();
    let path: Vec<&str> = decoded.iter().map(String::as_str).collect();
    match (seen.method.as_str(), path.as_slice()) {
        ("GET", ["users", "me", "calendarList"]) => list_calendars(state, seen),
        ("GET", ["users", "me", "calendarList", id]) => state.calendar(id).map(Calendar::entry).ok_or_else(Problem::not_found),
        ("PATCH", ["users", "me", "calendarList", id]) => paint(state, id, seen),
        ("GET", ["calendars", id]) => state.calendar(id).map(calendar).ok_or_else(Problem::not_found),
        ("POST", ["calendars"]) => create_calendar(state, seen),
        ("PATCH", ["calendars", id]) => rename(state, id, seen),
        ("GET", ["calendars", id, "events"]) => list(state, id, seen),
        ("POST", ["calendars", id, "events"]) => insert(state, id, seen),
        ("GET", ["calendars", id, "events", event]) => {
            state.calendar(id).and_then(|calendar| calendar.find(event)).ok_or_else(Problem::not_found)
        }
        ("GET", ["calendars", id, "events", event, "instances"]) => list_instances(state, id, event, seen),
        ("PATCH" | "PUT", ["calendars", id, "events", event]) => change(state, id, event, seen),
        ("DELETE", ["calendars", id, "events", event]) => delete(state, id, event, seen),
        _ => Err(Problem::new(501, "notImplemented", format!("This fake has no {} {}", seen.method, seen.path))),
    }
}

fn parameter<'s>(seen: &'s Seen, name: &str) -> Option<&'s str> {
    seen.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn percent_decoded(part: &str) -> String {
    let plus = part.replace('+', "%2B");
    url::form_urlencoded::parse(format!("x={plus}").as_bytes()).map(|(_, value)| value.into_owned()).next().unwrap_or_default()
}

fn calendar(calendar: &Calendar) -> Value {
    json!({ "kind": "calendar#calendar", "id": calendar.id, "summary": calendar.name, "timeZone": calendar.zone })
}

fn list_calendars(state: &State, seen: &Seen) -> Answered {
    let size = state.page_size.min(parameter(seen, "maxResults").and_then(|most| most.parse().ok()).unwrap_or(100)).min(250);
    let from: usize = parameter(seen, "pageToken").unwrap_or("0").parse().map_err(|_| Problem::invalid("Invalid page token value."))?;
    let items: Vec<Value> = state.calendars.iter().skip(from).take(size).map(Calendar::entry).collect();
    let mut page = json!({ "kind": "calendar#calendarList", "items": items });
    if let (true, Some(page)) = (from + size < state.calendars.len(), page.as_object_mut()) {
        page.insert("nextPageToken".to_owned(), json!((from + size).to_string()));
    }
    Ok(page)
}

fn create_calendar(state: &mut State, seen: &Seen) -> Answered {
    let text = |name: &str| seen.body.get(name).and_then(Value::as_str);
    let name = text("summary").ok_or_else(|| Problem::new(400, "required", "Missing title."))?;
    let id = format!("c{}@group.calendar.google.com", state.calendars.len());
    state.add_calendar(&id, name, text("timeZone").unwrap_or("UTC"), "owner");
    state.calendar(&id).map(calendar).ok_or_else(Problem::not_found)
}

fn rename(state: &mut State, id: &str, seen: &Seen) -> Answered {
    let found = state.calendar_mut(id).ok_or_else(Problem::not_found)?;
    if found.role != "owner" {
        return Err(Problem::new(403, "forbidden", "Forbidden"));
    }
    if let Some(name) = seen.body.get("summary").and_then(Value::as_str) {
        name.clone_into(&mut found.name);
    }
    Ok(calendar(found))
}

fn paint(state: &mut State, id: &str, seen: &Seen) -> Answered {
    let found = state.calendar_mut(id).ok_or_else(Problem::not_found)?;
    if let Some(colour) = seen.body.get("backgroundColor").and_then(Value::as_str) {
        if parameter(seen, "colorRgbFormat") != Some("true") {
            return Err(Problem::invalid("colorRgbFormat must be set to write colours."));
        }
        colour.clone_into(&mut found.colour);
    }
    Ok(found.entry())
}

/// Parameters that a sync token does not go with.
const NOT_WITH_TOKEN: [&str; 8] =
    ["iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin"];

/// What a listing and its tokens belong to.
struct Listing {
    shape: String,
    since: u64,
    after: u64,
    upto: u64,
}

impl Listing {
    /// A token of ours names the shape of the query, and three numbers: the change that was known, the last one of the page before, and the last one
    /// when the listing began.
    fn read(state: &State, seen: &Seen) -> Result<Self, Problem> {
        let shape = format!("{}{}", parameter(seen, "singleEvents").unwrap_or("false"), parameter(seen, "iCalUID").unwrap_or_default());
        let sync = parameter(seen, "syncToken");
        if sync.is_some()
            && (NOT_WITH_TOKEN.iter().any(|name| parameter(seen, name).is_some()) || parameter(seen, "showDeleted") == Some("false"))
        {
            return Err(Problem::invalid("Sync token cannot be used with this query restriction."));
        }
        let since = match sync {
            None => 0,
            Some(token) => {
                let wrong = || Problem::invalid("Invalid sync token value.");
                let (number, of) = token.strip_prefix('s').and_then(|rest| rest.split_once('.')).ok_or_else(wrong)?;
                if of != shape {
                    return Err(wrong());
                }
                number.parse().map_err(|_| wrong())?
            }
        };
        if sync.is_some() && since < state.oldest_token {
            return Err(Problem::new(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required."));
        }
        let Some(page) = parameter(seen, "pageToken") else {
            return Ok(Self { shape, since, after: since, upto: state.change });
        };
        let wrong = || Problem::invalid("Invalid page token value.");
        let mut parts = page.split('.');
        let mut number = || parts.next().and_then(|part| part.parse::<u64>().ok());
        let (Some(of), Some(after), Some(upto)) = (number(), number(), number()) else { return Err(wrong()) };
        // A page is continued with exactly the same query.
        if of != since || parts.next() != Some(&shape) { Err(wrong()) } else { Ok(Self { shape, since, after, upto }) }
    }
}

fn list(state: &State, id: &str, seen: &Seen) -> Answered {
    let calendar = state.calendar(id).ok_or_else(Problem::not_found)?;
    if parameter(seen, "singleEvents") == Some("true") {
        return Err(Problem::new(501, "notImplemented", "This fake lists no occurrences"));
    }
    let listing = Listing::read(state, seen)?;
    let is_incremental = parameter(seen, "syncToken").is_some();
    let with_deleted = is_incremental || parameter(seen, "showDeleted") == Some("true");
    let uid = parameter(seen, "iCalUID");
    let mut found: Vec<_> = calendar
        .events
        .values()
        .filter(|stored| stored.change > listing.after && stored.change <= listing.upto)
        .filter(|stored| with_deleted || !stored.is_cancelled() || stored.is_exception())
        .filter(|stored| uid.is_none_or(|uid| calendar.uid(stored) == Some(uid)))
        .collect();
    found.sort_unstable_by_key(|stored| stored.change);
    let size = state.page_size.min(parameter(seen, "maxResults").and_then(|most| most.parse().ok()).unwrap_or(250)).min(2_500);
    let has_more = found.len() > size;
    found.truncate(size);
    let mut page = json!({
        "kind": "calendar#events", "etag": format!("\"p{}\"", state.change), "summary": calendar.name, "timeZone": calendar.zone,
        "accessRole": calendar.role, "defaultReminders": [{ "method": "popup", "minutes": 10 }],
        "items": found.iter().map(|stored| stored.json.clone()).collect::<Vec<_>>(),
    });
    let (name, token) = match found.last().filter(|_| has_more) {
        Some(last) => ("nextPageToken", format!("{}.{}.{}.{}", listing.since, last.change, listing.upto, listing.shape)),
        None => ("nextSyncToken", format!("s{}.{}", listing.upto, listing.shape)),
    };
    if let Some(page) = page.as_object_mut() {
        page.insert(name.to_owned(), json!(token));
    }
    Ok(page)
}

fn list_instances(state: &State, id: &str, master: &str, seen: &Seen) -> Answered {
    let calendar = state.calendar(id).ok_or_else(Problem::not_found)?;
    let items =
        instances::list(calendar, master, parameter(seen, "originalStart"), state.page_size.min(250)).ok_or_else(Problem::not_found)?;
    Ok(json!({ "kind": "calendar#events", "timeZone": calendar.zone, "items": items }))
}

fn may_write<'s>(state: &'s State, id: &str) -> Result<&'s Calendar, Problem> {
    let calendar = state.calendar(id).ok_or_else(Problem::not_found)?;
    if matches!(calendar.role.as_str(), "owner" | "writer") {
        Ok(calendar)
    } else {
        Err(Problem::new(403, "requiredAccessLevel", "You need to have writer access to this calendar."))
    }
}

fn count_mails(state: &mut State, seen: &Seen, event: &Value) {
    let guests = event.get("attendees").and_then(Value::as_array).map_or(0, Vec::len);
    if matches!(parameter(seen, "sendUpdates"), Some("all" | "externalOnly")) {
        state.mails += guests;
    }
}

fn insert(state: &mut State, id: &str, seen: &Seen) -> Answered {
    let calendar = may_write(state, id)?;
    let given = seen.body.get("id").and_then(Value::as_str);
    if given.is_some() && seen.body.get("iCalUID").is_some() {
        return Err(Problem::invalid("Either id or iCalUID may be given."));
    }
    let own = given.map_or_else(|| format!("made{}", state.change + 1), str::to_owned);
    let fits = own.bytes().all(|byte| matches!(byte, b'a'..=b'v' | b'0'..=b'9')) && (5..=1_024).contains(&own.len());
    if !fits {
        return Err(Problem::invalid("Invalid resource id value."));
    }
    if calendar.events.contains_key(&own) {
        return Err(Problem::new(409, "duplicate", "The requested identifier already exists."));
    }
    check_properties(&seen.body)?;
    let event = event::checked(calendar, &own, event::merged(None, &without_nulls(&seen.body)))?;
    count_mails(state, seen, &event);
    state.replace(id, &own, None, event)
}

fn without_nulls(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
    }
    body
}

/// Limits of private properties: 44 and 1,024 characters, and texts only.
fn check_properties(body: &Value) -> Result<(), Problem> {
    let private = body.get("extendedProperties").and_then(|properties| properties.get("private")).and_then(Value::as_object);
    let fits = |(name, value): (&String, &Value)| {
        name.chars().count() <= 44 && (value.is_null() || value.as_str().is_some_and(|text| text.chars().count() <= 1_024))
    };
    if private.into_iter().flatten().all(fits) { Ok(()) } else { Err(Problem::invalid("Extended property too long.")) }
}

fn check_version(seen: &Seen, now: &Value) -> Result<(), Problem> {
    let etag = now.get("etag").and_then(Value::as_str);
    if seen.if_match.as_deref().is_none_or(|wanted| wanted == "*" || Some(wanted) == etag) {
        Ok(())
    } else {
        Err(Problem::new(412, "conditionNotMet", "Precondition Failed"))
    }
}

/// Fields that nobody can change.
const FIXED: [&str; 9] = ["kind", "etag", "id", "created", "updated", "creator", "iCalUID", "recurringEventId", "originalStartTime"];

fn change(state: &mut State, id: &str, own: &str, seen: &Seen) -> Answered {
    let calendar = may_write(state, id)?;
    let before = calendar.find(own).ok_or_else(Problem::not_found)?;
    check_version(seen, &before)?;
    check_properties(&seen.body)?;
    let mut changes = seen.body.as_object().cloned().ok_or_else(|| Problem::invalid("Parse Error"))?;
    changes.retain(|name, _| !FIXED.contains(&name.as_str()));
    let was_cancelled = before.get("status").and_then(Value::as_str) == Some("cancelled");
    // A cancelled occurrence that comes back is first what the series makes of it.
    let base = if was_cancelled { instances::generated(calendar, own).unwrap_or(before.clone()) } else { before.clone() };
    if was_cancelled && changes.get("status").is_none_or(|status| status == "cancelled") {
        return Err(Problem::new(410, "deleted", "Resource has been deleted"));
    }
    let event = if seen.method == "PUT" {
        let kept: Map<String, Value> = FIXED.iter().filter_map(|name| Some(((*name).to_owned(), base.get(*name)?.clone()))).collect();
        event::merged(Some(&Value::Object(kept)), &Value::Object(changes))
    } else {
        event::merged(Some(&base), &Value::Object(changes))
    };
    let event = event::checked(calendar, own, event)?;
    count_mails(state, seen, &event);
    state.replace(id, own, Some(&before), event)
}

fn delete(state: &mut State, id: &str, own: &str, seen: &Seen) -> Answered {
    let calendar = may_write(state, id)?;
    let before = calendar.find(own).ok_or_else(Problem::not_found)?;
    if before.get("status").and_then(Value::as_str) == Some("cancelled") {
        return Err(Problem::new(410, "deleted", "Resource has been deleted"));
    }
    check_version(seen, &before)?;
    count_mails(state, seen, &before);
    state.remove(id, own);
    Ok(Value::Null)
}
