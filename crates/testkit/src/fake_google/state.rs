//! What the fake keeps.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::sign_in::SignIn;
use super::{Failure, FakeGoogle, Seen, event, instances};

/// Everything.
#[derive(Debug)]
pub(super) struct State {
    pub(super) origin: String,
    pub(super) sign_in: SignIn,
    pub(super) calendars: Vec<Calendar>,
    /// Counts changes; an event's version, and a sync token, are its number.
    pub(super) change: u64,
    pub(super) oldest_token: u64,
    pub(super) page_size: usize,
    pub(super) failures: VecDeque<Failure>,
    pub(super) failures_of: Vec<(String, Failure)>,
    pub(super) seen: Vec<Seen>,
    pub(super) mails: usize,
    pub(super) clock_ahead: i64,
    pub(super) stands_at: Option<Timestamp>,
    last_update: Timestamp,
}

/// A calendar and its events.
#[derive(Debug)]
pub(super) struct Calendar {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) zone: String,
    pub(super) role: String,
    pub(super) colour: String,
    pub(super) events: BTreeMap<String, Stored>,
}

/// An event and when it changed last.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) json: Value,
    pub(super) change: u64,
}

impl Stored {
    pub(super) fn is_cancelled(&self) -> bool {
        self.json.get("status").and_then(Value::as_str) == Some("cancelled")
    }

    pub(super) fn is_exception(&self) -> bool {
        self.json.get("recurringEventId").is_some()
    }
}

impl State {
    pub(super) fn new() -> Self {
        let mut state = Self {
            origin: String::new(),
            sign_in: SignIn::new(),
            calendars: Vec::new(),
            change: 0,
            oldest_token: 0,
            page_size: 2_500,
            failures: VecDeque::new(),
            failures_of: Vec::new(),
            seen: Vec::new(),
            mails: 0,
            clock_ahead: 0,
            stands_at: None,
            last_update: Timestamp::UNIX_EPOCH,
        };
        state.add_calendar(FakeGoogle::ACCOUNT, FakeGoogle::ACCOUNT, "Europe/Zurich", "owner");
        state
    }

    /// By the fake's own clock.
    pub(super) fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "a server has a clock of its own")]
        let now = self.stands_at.unwrap_or_else(Timestamp::now);
        now.saturating_add(SignedDuration::from_secs(self.clock_ahead)).unwrap_or(now)
    }

    pub(super) fn add_calendar(&mut self, id: &str, name: &str, zone: &str, role: &str) {
        self.calendars.push(Calendar {
            id: id.to_owned(),
            name: name.to_owned(),
            zone: zone.to_owned(),
            role: role.to_owned(),
            colour: "#9fe1e7".to_owned(),
            events: BTreeMap::new(),
        });
    }

    pub(super) fn calendar(&self, id: &str) -> Option<&Calendar> {
        let id = if id == "primary" { FakeGoogle::ACCOUNT } else { id };
        self.calendars.iter().find(|calendar| calendar.id == id)
    }

    pub(super) fn calendar_mut(&mut self, id: &str) -> Option<&mut Calendar> {
        let id = if id == "primary" { FakeGoogle::ACCOUNT } else { id };
        self.calendars.iter_mut().find(|calendar| calendar.id == id)
    }

    /// Stores an event with a new version, and gives it as it is told.
    pub(super) fn store(&mut self, calendar: &str, id: &str, mut json: Value) -> Option<Value> {
        self.change += 1;
        let change = self.change;
        self.last_update = self.now().max(self.last_update + SignedDuration::from_millis(1));
        let updated = self.last_update.to_string();
        let calendar = self.calendar_mut(calendar)?;
        let created = calendar.events.get(id).and_then(|stored| stored.json.get("created").cloned()).unwrap_or_else(|| json!(updated));
        let fields = json.as_object_mut()?;
        fields.insert("kind".to_owned(), json!("calendar#event"));
        fields.insert("etag".to_owned(), json!(format!("\"{change}\"")));
        fields.insert("id".to_owned(), json!(id));
        fields.insert("created".to_owned(), created);
        fields.insert("updated".to_owned(), json!(updated));
        calendar.events.insert(id.to_owned(), Stored { json: json.clone(), change });
        Some(json)
    }

    /// What a phone does: no version is asked for.
    #[expect(clippy::panic, reason = "a test that puts in what Google would not take is wrong")]
    pub(super) fn put(&mut self, calendar: &str, changes: &Value) -> String {
        let id = changes.get("id").and_then(Value::as_str).map_or_else(|| format!("phone{}", self.change + 1), str::to_owned);
        let Some(found) = self.calendar(calendar) else { panic!("there is no calendar {calendar}") };
        let before = found.find(&id);
        let event = event::merged(before.as_ref(), changes);
        match event::checked(found, &id, event).and_then(|event| self.replace(calendar, &id, before.as_ref(), event)) {
            Ok(_) => id,
            Err(problem) => panic!("Google would not take this event: {}", problem.message),
        }
    }

    /// Puts an event in the place of what was there, and throws away exceptions that are none any more.
    pub(super) fn replace(&mut self, calendar: &str, id: &str, before: Option<&Value>, event: Value) -> Result<Value, event::Problem> {
        let moved = before.is_some_and(|before| ["start", "recurrence"].iter().any(|name| before.get(name) != event.get(name)));
        let stored = self.store(calendar, id, event).ok_or_else(event::Problem::not_found)?;
        if moved {
            let orphans: Vec<String> = self.calendar(calendar).map(|found| instances::orphans(found, &stored)).unwrap_or_default();
            for orphan in orphans {
                self.cancel(calendar, &orphan, true);
            }
        }
        Ok(stored)
    }

    /// Deletes an event, with its exceptions where it is a master; of a series one occurrence.
    pub(super) fn remove(&mut self, calendar: &str, id: &str) {
        let exceptions: Vec<String> = self.calendar(calendar).map(|found| found.exceptions(id)).unwrap_or_default();
        self.cancel(calendar, id, false);
        for exception in exceptions {
            self.cancel(calendar, &exception, true);
        }
    }

    /// Of what is cancelled only its names are told; of what is gone with its series not even where it stood.
    fn cancel(&mut self, calendar: &str, id: &str, wholly: bool) {
        let Some(event) = self.calendar(calendar).and_then(|found| found.find(id)) else { return };
        let mut told = json!({ "status": "cancelled" });
        for name in ["recurringEventId", "originalStartTime"] {
            if let (Some(value), Some(told), false) = (event.get(name), told.as_object_mut(), wholly) {
                told.insert(name.to_owned(), value.clone());
            }
        }
        self.store(calendar, id, told);
    }
}

impl Calendar {
    /// As `calendarList` shows it.
    pub(super) fn entry(&self) -> Value {
        let mut entry = json!({
            "kind": "calendar#calendarListEntry", "id": self.id, "summary": self.name, "timeZone": self.zone,
            "backgroundColor": self.colour, "foregroundColor": "#000000", "accessRole": self.role, "selected": true,
        });
        if let (true, Some(entry)) = (self.id == FakeGoogle::ACCOUNT, entry.as_object_mut()) {
            entry.insert("primary".to_owned(), json!(true));
        }
        entry
    }

    /// An event, or an occurrence that was never changed.
    pub(super) fn find(&self, id: &str) -> Option<Value> {
        self.events.get(id).map(|stored| stored.json.clone()).or_else(|| instances::generated(self, id))
    }

    /// Its UID, which of a cancelled occurrence only its series tells.
    pub(super) fn uid<'s>(&'s self, stored: &'s Stored) -> Option<&'s str> {
        let text = |json: &'s Value, name: &str| json.get(name).and_then(Value::as_str);
        text(&stored.json, "iCalUID").or_else(|| text(&self.events.get(text(&stored.json, "recurringEventId")?)?.json, "iCalUID"))
    }

    pub(super) fn exceptions(&self, master: &str) -> Vec<String> {
        let is_its = |stored: &&Stored| stored.json.get("recurringEventId").and_then(Value::as_str) == Some(master);
        self.events.values().filter(is_its).filter_map(|stored| Some(stored.json.get("id")?.as_str()?.to_owned())).collect()
    }

    pub(super) fn living(&self) -> Vec<Value> {
        self.events.values().filter(|stored| !stored.is_cancelled() || stored.is_exception()).map(|stored| stored.json.clone()).collect()
    }
}
