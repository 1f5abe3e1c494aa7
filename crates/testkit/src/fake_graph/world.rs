//! What the fake knows: calendars, events, and what happened to them in which order.

use std::collections::{BTreeMap, BTreeSet};

use calendar::{EventTime, Zone};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use super::pattern;

/// Series are known this far ahead.
const HORIZON: Date = Date::constant(2032, 1, 1);

#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) calendars: Vec<Calendar>,
    pub(super) events: BTreeMap<u64, Stored>,
    pub(super) transactions: BTreeSet<String>,
    pub(super) rounds: Vec<Round>,
    pub(super) log: Vec<Change>,
    next: u64,
}

#[derive(Debug)]
pub(super) struct Calendar {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) color: String,
    pub(super) can_edit: bool,
}

/// A single event or a series.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) calendar: String,
    pub(super) fields: Map<String, Value>,
    pub(super) properties: BTreeMap<String, String>,
    pub(super) version: u64,
    pub(super) modified: Timestamp,
    pub(super) cancelled: BTreeSet<Date>,
    pub(super) exceptions: BTreeMap<Date, Exception>,
}

#[derive(Debug)]
pub(super) struct Exception {
    pub(super) fields: Map<String, Value>,
    pub(super) version: u64,
    pub(super) modified: Timestamp,
}

/// A listing over a window.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) calendar: String,
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
    /// How much of the log it has told.
    pub(super) told: usize,
    pub(super) items: Vec<Value>,
}

/// Something happened to an event of a calendar, or to one date of it.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) calendar: String,
    pub(super) event: u64,
    pub(super) date: Option<Date>,
}

/// What an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Whole(u64),
    Date(u64, Date),
}

impl Name {
    /// Ids have the signs that must be escaped in an address.
    pub(super) fn id(self) -> String {
        match self {
            Self::Whole(number) => format!("AAMk+{number}/immutable=="),
            Self::Date(number, date) => format!("AAMk+{number}/{date}/occurrence=="),
        }
    }

    pub(super) fn parse(id: &str) -> Option<Self> {
        let mut parts = id.strip_prefix("AAMk+")?.split('/');
        let number = parts.next()?.parse().ok()?;
        match parts.next()? {
            "immutable==" => Some(Self::Whole(number)),
            date => Some(Self::Date(number, date.parse().ok()?)),
        }
    }
}

impl World {
    pub(super) fn add(&mut self, calendar: &str, mut fields: Map<String, Value>, now: Timestamp) -> u64 {
        self.next += 1;
        let number = self.next;
        let properties = take_properties(&mut fields);
        fields.entry("isReminderOn").or_insert(json!(true));
        fields.entry("reminderMinutesBeforeStart").or_insert(json!(15));
        let stored = Stored {
            calendar: calendar.to_owned(),
            fields,
            properties,
            version: 1,
            modified: now,
            cancelled: BTreeSet::new(),
            exceptions: BTreeMap::new(),
        };
        self.events.insert(number, stored);
        self.note(calendar, number, None);
        number
    }

    /// A new pattern or another time of a series forgets its exceptions.
    pub(super) fn change(&mut self, name: Name, mut fields: Map<String, Value>, now: Timestamp) -> bool {
        let (Name::Whole(number) | Name::Date(number, _)) = name;
        let Some(stored) = self.events.get_mut(&number) else { return false };
        stored.version += 1;
        stored.modified = now;
        let calendar = stored.calendar.clone();
        match name {
            Name::Whole(_) => {
                stored.properties.extend(take_properties(&mut fields));
                let moves = ["recurrence", "start", "end", "isAllDay"];
                let is_moved = moves.iter().any(|name| fields.get(*name).is_some_and(|new| stored.fields.get(*name) != Some(new)));
                stored.fields.extend(fields);
                if is_moved {
                    stored.exceptions.clear();
                    stored.cancelled.clear();
                }
                self.note(&calendar, number, None);
            }
            Name::Date(_, date) => {
                let version = stored.version;
                let exception = stored.exceptions.entry(date).or_insert_with(|| Exception { fields: Map::new(), version, modified: now });
                exception.fields.extend(fields);
                (exception.version, exception.modified) = (version, now);
                self.note(&calendar, number, Some(date));
            }
        }
        true
    }

    pub(super) fn remove(&mut self, name: Name, now: Timestamp) -> bool {
        match name {
            Name::Whole(number) => {
                let Some(stored) = self.events.remove(&number) else { return false };
                self.note(&stored.calendar, number, None);
            }
            Name::Date(number, date) => {
                let Some(stored) = self.events.get_mut(&number) else { return false };
                stored.version += 1;
                stored.modified = now;
                stored.exceptions.remove(&date);
                stored.cancelled.insert(date);
                let calendar = stored.calendar.clone();
                self.note(&calendar, number, Some(date));
            }
        }
        true
    }

    pub(super) fn carry(&mut self, number: u64, calendar: &str, now: Timestamp) {
        let Some(stored) = self.events.get_mut(&number) else { return };
        let before = std::mem::replace(&mut stored.calendar, calendar.to_owned());
        stored.version += 1;
        stored.modified = now;
        self.note(&before, number, None);
        self.note(calendar, number, None);
    }

    fn note(&mut self, calendar: &str, event: u64, date: Option<Date>) {
        self.log.push(Change { calendar: calendar.to_owned(), event, date });
    }
}

impl Stored {
    pub(super) fn is_series(&self) -> bool {
        self.fields.get("recurrence").is_some_and(Value::is_object)
    }

    /// The dates that take place, exceptions included.
    pub(super) fn dates(&self) -> Vec<Date> {
        let mut dates = pattern::dates(self.fields.get("recurrence").unwrap_or(&Value::Null), HORIZON);
        dates.retain(|date| !self.cancelled.contains(date));
        dates
    }

    pub(super) fn span(&self) -> (Timestamp, Timestamp) {
        span(&self.fields)
    }

    /// When a date of the series would take place by its rule.
    pub(super) fn original(&self, date: Date) -> (Timestamp, Timestamp) {
        let (start, end) = self.span();
        let (zone, local) = zoned(&self.fields, "start");
        let moved = EventTime::Zoned(date.to_datetime(local.time()), zone).to_instant(&TimeZone::UTC);
        (moved, moved.saturating_add(end.duration_since(start)).unwrap_or(moved))
    }

    /// When a date of the series takes place.
    pub(super) fn span_of(&self, date: Date) -> (Timestamp, Timestamp) {
        let original = self.original(date);
        let Some(exception) = self.exceptions.get(&date) else { return original };
        let at = |name: &str, usual: Timestamp| if exception.fields.contains_key(name) { instant(&exception.fields, name) } else { usual };
        (at("start", original.0), at("end", original.1))
    }
}

pub(super) fn overlaps(span: (Timestamp, Timestamp), from: Timestamp, until: Timestamp) -> bool {
    span.0 < until && (span.1 > from || span.0 >= from)
}

fn span(fields: &Map<String, Value>) -> (Timestamp, Timestamp) {
    (instant(fields, "start"), instant(fields, "end"))
}

fn instant(fields: &Map<String, Value>, name: &str) -> Timestamp {
    let (zone, local) = zoned(fields, name);
    EventTime::Zoned(local, zone).to_instant(&TimeZone::UTC)
}

/// A time as it was set: its zone and its wall clock.
pub(super) fn zoned(fields: &Map<String, Value>, name: &str) -> (Zone, DateTime) {
    let time = fields.get(name).unwrap_or(&Value::Null);
    let text = |name: &str| time.get(name).and_then(Value::as_str).unwrap_or_default();
    let local = text("dateTime").trim_end_matches('Z').parse().unwrap_or_else(|_| Date::constant(1970, 1, 1).to_datetime(Time::midnight()));
    (Zone::parse(text("timeZone")).unwrap_or(Zone::utc()), local)
}

fn take_properties(fields: &mut Map<String, Value>) -> BTreeMap<String, String> {
    let given = fields.remove("singleValueExtendedProperties");
    let given = given.as_ref().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let pair = |property: &Value| Some((property.get("id")?.as_str()?.to_owned(), property.get("value")?.as_str()?.to_owned()));
    given.iter().filter_map(pair).collect()
}
