//! The requests that the fake knows.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::answers::refused;
use super::render::{self, Wants};
use super::world::{Calendar, Name, World, overlaps};
use super::{CALENDAR, State, delta, lock};
use crate::http::{Reply, Request};

/// Decodes the parts of a query or a form.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name), decoded(value))
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                let number = std::str::from_utf8(&digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
                bytes.push(number.unwrap_or(b'?'));
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(super) fn token(request: &Request) -> &str {
    request.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default()
}

pub(super) fn answer(state: &State, request: &Request, query: &[(String, String)]) -> Reply {
    if !lock(&state.login).accepts(token(request)) {
        return refused(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.");
    }
    let prefer = request.header("prefer").unwrap_or_default();
    if !prefer.contains(r#"IdType="ImmutableId""#) {
        return refused(400, "FakeWantsImmutableIds", "This fake knows immutable ids only.");
    }
    let path = request.path.split('?').next().unwrap_or_default();
    // A plus in a path is a plus.
    let parts: Vec<String> = path
        .trim_start_matches("/v1.0/me")
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| decoded(&part.replace('+', "%2B")))
        .collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let body: Map<String, Value> = serde_json::from_slice(&request.body).unwrap_or_default();
    if body.get("attendees").and_then(Value::as_array).is_some_and(|people| !people.is_empty()) {
        lock(&state.counts).with_attendees += 1;
    }
    let expand = query.iter().find(|(name, _)| name == "$expand").map_or("", |(_, value)| value.as_str());
    if expand.contains("exceptionOccurrences") && expand.contains("singleValueExtendedProperties") {
        return refused(400, "FakeExpandsOneThing", "The reference shows both, and never together.");
    }
    let asked = Asked { state, request, query, prefer, body, now: state.now() };
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["calendars"]) => asked.calendars(),
        ("POST", ["calendars"]) => asked.add_calendar(),
        (method @ ("GET" | "PATCH"), ["calendars", id]) => asked.calendar(method, id),
        ("GET", ["calendars", id, "calendarView", "delta"]) => asked.changes(id),
        ("GET", ["calendars", id, "events"]) => asked.events(id),
        ("POST", ["calendars", id, "events"]) => asked.add_event(id),
        ("GET", ["calendars", _, "events", id, "instances"] | ["events", id, "instances"]) => asked.instances(id),
        ("GET", ["calendars", _, "events", id, "calendar"] | ["events", id, "calendar"]) => asked.calendar_of(id),
        (method, ["calendars", _, "events", id] | ["events", id]) => asked.event(method, id),
        _ => refused(400, "BadRequest", "This fake knows calendars, events, instances and calendarView/delta."),
    }
}

struct Asked<'a> {
    state: &'a State,
    request: &'a Request,
    query: &'a [(String, String)],
    prefer: &'a str,
    body: Map<String, Value>,
    now: Timestamp,
}

impl Asked<'_> {
    fn value(&self, name: &str) -> &str {
        self.query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    fn wants(&self) -> Wants {
        Wants {
            properties: self.value("$expand").contains("singleValueExtendedProperties"),
            dates: self.value("$expand").contains("exceptionOccurrences") && self.value("$select").contains("cancelledOccurrences"),
            plain: self.prefer.contains(r#"outlook.body-content-type="text""#),
        }
    }

    fn calendars(&self) -> Reply {
        let world = lock(&self.state.world);
        let size = lock(&self.state.conduct).page_size.min(self.value("$top").parse().unwrap_or(10));
        self.page(world.calendars.iter().map(describe), size)
    }

    /// A page of a list, counted from its beginning.
    fn page(&self, items: impl Iterator<Item = Value>, size: usize) -> Reply {
        let skip: usize = self.value("$skip").parse().unwrap_or(0);
        let mut page: Vec<Value> = items.skip(skip).take(size.saturating_add(1)).collect();
        let is_last = page.len() <= size;
        page.truncate(size);
        let mut body = json!({ "value": page });
        if !is_last && let Some(body) = body.as_object_mut() {
            let query = self.query.iter().filter(|(name, _)| name != "$skip").map(|(name, value)| format!("{name}={}&", encoded(value)));
            let link = format!("{}?{}$skip={}", self.address(), query.collect::<String>(), skip + size);
            body.insert("@odata.nextLink".to_owned(), json!(link));
        }
        Reply::json(200, &body)
    }

    fn address(&self) -> String {
        let path = self.request.path.split('?').next().unwrap_or_default();
        format!("http://{}{path}", self.request.header("host").unwrap_or_default())
    }

    fn add_calendar(&self) -> Reply {
        let text = |name: &str, usual: &str| self.body.get(name).and_then(Value::as_str).unwrap_or(usual).to_owned();
        let mut world = lock(&self.state.world);
        let name = text("name", "");
        if world.calendars.iter().any(|calendar| calendar.name == name) {
            return refused(409, "ErrorFolderExists", "A folder with the specified name already exists.");
        }
        let id = world.add_calendar(&name, &text("color", "auto"), true);
        world.calendars.iter().find(|calendar| calendar.id == id).map_or_else(missing, |calendar| Reply::json(201, &describe(calendar)))
    }

    fn calendar(&self, method: &str, id: &str) -> Reply {
        let mut world = lock(&self.state.world);
        let Some(calendar) = world.calendars.iter_mut().find(|calendar| calendar.id == id) else { return missing() };
        if method == "PATCH" {
            for (name, field) in [("name", &mut calendar.name), ("color", &mut calendar.color)] {
                if let Some(value) = self.body.get(name).and_then(Value::as_str) {
                    value.clone_into(field);
                }
            }
        }
        Reply::json(200, &describe(calendar))
    }

    fn changes(&self, calendar: &str) -> Reply {
        let conduct = lock(&self.state.conduct).clone();
        let mut world = lock(&self.state.world);
        if !world.calendars.iter().any(|known| known.id == calendar) {
            return missing();
        }
        let asked = self.prefer.split("odata.maxpagesize=").nth(1).and_then(|size| size.split([',', ' ']).next()?.parse().ok());
        let size = conduct.page_size.min(asked.unwrap_or(10));
        delta::page(&mut world, &conduct, calendar, &self.address(), self.query, size)
    }

    fn events(&self, calendar: &str) -> Reply {
        let world = lock(&self.state.world);
        if !world.calendars.iter().any(|known| known.id == calendar) {
            return missing();
        }
        let filter = self.value("$filter");
        let property = filter.strip_prefix("singleValueExtendedProperties/Any(ep: ep/id eq '").and_then(|rest| {
            let (id, rest) = rest.split_once("' and ep/value eq '")?;
            Some((id.to_owned(), rest.strip_suffix("')")?.replace("''", "'")))
        });
        let since = filter.strip_prefix("lastModifiedDateTime ge ").map(str::parse::<Timestamp>);
        if !filter.is_empty() && property.is_none() && !matches!(since, Some(Ok(_))) {
            return refused(400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.");
        }
        let events = world.events.iter().filter(|(_, event)| {
            event.calendar == calendar
                && property.as_ref().is_none_or(|(id, value)| event.properties.get(id) == Some(value))
                && since.as_ref().is_none_or(|since| since.as_ref().is_ok_and(|since| event.modified >= *since))
        });
        let wants = Wants { dates: false, ..self.wants() };
        let size = lock(&self.state.conduct).page_size.min(self.value("$top").parse().unwrap_or(10));
        self.page(events.map(|(number, event)| render::whole(*number, event, wants)), size)
    }

    fn add_event(&self, calendar: &str) -> Reply {
        let mut world = lock(&self.state.world);
        match world.calendars.iter().find(|known| known.id == calendar) {
            None => return missing(),
            Some(known) if !known.can_edit => {
                return refused(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.");
            }
            Some(_) => {}
        }
        let mut fields = self.body.clone();
        if let Some(refusal) = invalid(&fields) {
            return refusal;
        }
        if let Some(transaction) = fields.remove("transactionId").as_ref().and_then(Value::as_str)
            && !world.transactions.insert(transaction.to_owned())
        {
            let words = "The TransactionId specified in the request has already been used to create a different event.";
            return refused(409, "ErrorDuplicateTransactionId", words);
        }
        let number = world.add(calendar, fields, self.now);
        self.told(&world, Name::Whole(number), 201)
    }

    fn event(&self, method: &str, id: &str) -> Reply {
        let Some(name) = Name::parse(id) else { return missing() };
        let mut world = lock(&self.state.world);
        let Some(known) = render::named(&world, name, Wants::default()) else { return missing() };
        if method == "GET" {
            return self.told(&world, name, 200);
        }
        let etag = known.get("@odata.etag").and_then(Value::as_str).unwrap_or_default();
        if self.request.header("if-match").is_some_and(|wanted| wanted != etag && wanted != "*") {
            return refused(
                412,
                "ErrorIrresolvableConflict",
                "The send or update operation could not be performed because the change key does not match.",
            );
        }
        match method {
            "PATCH" => {
                if let Some(refusal) = invalid(&self.body) {
                    return refusal;
                }
                world.change(name, self.body.clone(), self.now);
                self.told(&world, name, 200)
            }
            "DELETE" => {
                world.remove(name, self.now);
                Reply::new(204)
            }
            _ => refused(405, "BadRequest", "This fake knows GET, PATCH and DELETE."),
        }
    }

    fn told(&self, world: &World, name: Name, status: u16) -> Reply {
        render::named(world, name, self.wants()).map_or_else(missing, |json| Reply::json(status, &json))
    }

    fn calendar_of(&self, id: &str) -> Reply {
        let world = lock(&self.state.world);
        let Some(Name::Whole(number) | Name::Date(number, _)) = Name::parse(id) else { return missing() };
        world.events.get(&number).map_or_else(missing, |event| Reply::json(200, &json!({ "id": event.calendar })))
    }

    fn instances(&self, id: &str) -> Reply {
        let world = lock(&self.state.world);
        let time = |name: &str| self.value(name).parse::<Timestamp>();
        let (Some(Name::Whole(number)), Ok(from), Ok(until)) = (Name::parse(id), time("startDateTime"), time("endDateTime")) else {
            return refused(400, "ErrorInvalidParameter", "startDateTime and endDateTime are wanted.");
        };
        let Some(event) = world.events.get(&number) else { return missing() };
        let dates = event.dates().into_iter().filter(|date| overlaps(event.span_of(*date), from, until));
        let wants = self.wants();
        self.page(dates.map(|date| render::date(number, event, date, wants)), self.value("$top").parse().unwrap_or(10))
    }
}

impl World {
    pub(super) fn add_calendar(&mut self, name: &str, color: &str, can_edit: bool) -> String {
        let id = format!("AAMk+calendar/{}==", self.calendars.len());
        self.calendars.push(Calendar { id: id.clone(), name: name.to_owned(), color: color.to_owned(), can_edit });
        id
    }
}

/// What Exchange refuses.
fn invalid(fields: &Map<String, Value>) -> Option<Reply> {
    for name in ["start", "end"] {
        let Some(zone) = fields.get(name).and_then(|time| time.get("timeZone")).and_then(Value::as_str) else { continue };
        if calendar::Zone::parse(zone).is_none() {
            return Some(refused(400, "TimeZoneNotSupportedException", "A valid TimeZone value must be specified."));
        }
    }
    let is_all_day = fields.get("isAllDay").and_then(Value::as_bool).unwrap_or(false);
    let midnight = |name: &str| {
        let time = fields.get(name).and_then(|time| time.get("dateTime")).and_then(Value::as_str);
        time.is_none_or(|time| time.contains("T00:00:00"))
    };
    (is_all_day && !(midnight("start") && midnight("end"))).then(|| {
        refused(400, "ErrorPropertyValidationFailure", "The Event.Start property for an all-day event needs to be set to midnight.")
    })
}

fn describe(calendar: &Calendar) -> Value {
    json!({
        "id": calendar.id, "name": calendar.name, "color": calendar.color, "hexColor": "", "isDefaultCalendar": calendar.id == CALENDAR,
        "canEdit": calendar.can_edit, "canShare": calendar.can_edit, "owner": { "name": "Club", "address": "club@outlook.example" },
    })
}

fn missing() -> Reply {
    refused(404, "ErrorItemNotFound", "The specified object was not found in the store.")
}

fn encoded(text: &str) -> String {
    let sign = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(sign).collect()
}
