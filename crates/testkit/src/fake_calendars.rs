//! **A fake of ours**: calendars behind the port, without a network, in the two shapes that providers have.
//!
//! It keeps what a provider keeps: items with versions, a log of changes that ages, and conditional writes. Faults are told one by one.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use calendar::remote::{
    Access, CalendarRemote, Changes, Content, From, Next, RemoteCalendar, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome,
};
use calendar::sync::Series;
use calendar::{Event, EventStatus, EventTime};
use jiff::Timestamp;
use mail::consent::SecretKeeper;
use mail::port::{AccountConfig, Adapters, MailInbox, MailSender};

/// How a provider cuts series into items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One item a series, listed by name and fetched: as CalDAV has it.
    Whole,
    /// One item an event, told whole; dates that are out are items too, and categories are not kept: as Google has it.
    Single,
}

/// What goes wrong with a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is done, and the answer is lost.
    Unheard,
    /// A write of several items stops after the first.
    Half,
    /// It is not done.
    Fails(RemoteFailure),
}

/// The fake. Clones are the same one.
#[derive(Clone)]
pub struct FakeCalendars {
    shape: Shape,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    calendars: BTreeMap<String, Kept>,
    faults: VecDeque<Fault>,
    calls: usize,
    writes: usize,
    /// Every attendee that was written, which must be none.
    invited: usize,
    now: Timestamp,
    page: usize,
}

#[derive(Default)]
struct Kept {
    name: String,
    access: Access,
    version: u64,
    /// Tokens from before this version are too old.
    oldest: u64,
    items: BTreeMap<String, (u64, RemoteItem)>,
}

impl FakeCalendars {
    /// A provider of this shape, without calendars.
    #[must_use]
    pub fn new(shape: Shape) -> Self {
        Self { shape, state: Arc::new(Mutex::new(State { page: 50, ..State::default() })) }
    }

    /// Adds a calendar, whose id is its name.
    #[must_use]
    pub fn with_calendar(self, name: &str, access: Access) -> Self {
        self.lock().calendars.insert(name.to_owned(), Kept { name: name.to_owned(), access, ..Kept::default() });
        self
    }

    /// Has a listing come in pages of so many items.
    pub fn page(&self, items: usize) {
        self.lock().page = items;
    }

    /// Lets time go on to this instant: what is edited from now on is edited then.
    pub fn set_now(&self, now: Timestamp) {
        self.lock().now = now;
    }

    /// Edits a series there, as on a phone.
    pub fn put(&self, calendar: &str, events: &[Event]) {
        let mut state = self.lock();
        let now = state.now;
        if let Some(kept) = state.calendars.get_mut(calendar) {
            kept.put(self.shape, events, now);
        }
    }

    /// Deletes a series there.
    pub fn delete(&self, calendar: &str, uid: &str) {
        let mut state = self.lock();
        let now = state.now;
        if let Some(kept) = state.calendars.get_mut(calendar) {
            kept.clear(&name_of(uid), &[], now);
        }
    }

    /// What it has, series by series.
    #[must_use]
    pub fn series(&self, calendar: &str) -> BTreeMap<String, Series> {
        let state = self.lock();
        let Some(kept) = state.calendars.get(calendar) else { return BTreeMap::new() };
        let mut by_name: BTreeMap<String, Vec<RemoteItem>> = BTreeMap::new();
        for (_, item) in kept.items.values().filter(|(_, item)| item.content != Content::Deleted) {
            by_name.entry(item.series.clone().unwrap_or_else(|| item.id.clone())).or_default().push(item.clone());
        }
        let series = by_name.values().filter_map(|items| {
            let uid = items.iter().find(|item| item.series.is_none()).and_then(uid_of)?;
            Some((uid.clone(), Series::from_items(&uid, items)?))
        });
        series.collect()
    }

    /// The next calls meet these faults, one each.
    pub fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.lock().faults.extend(faults);
    }

    /// Forgets where anybody left off.
    pub fn forget(&self, calendar: &str) {
        if let Some(kept) = self.lock().calendars.get_mut(calendar) {
            kept.oldest = kept.version + 1;
            kept.version += 1;
        }
    }

    /// How often it was called, how often written to, and how many attendees were written.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let state = self.lock();
        (state.calls, state.writes, state.invited)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call; the fault that it meets before it does anything.
    fn call(&self) -> Result<Option<Fault>, RemoteFailure> {
        let mut state = self.lock();
        state.calls += 1;
        match state.faults.pop_front() {
            Some(Fault::Fails(failure)) => Err(failure),
            fault => Ok(fault),
        }
    }
}

impl Kept {
    fn set(&mut self, mut item: RemoteItem, now: Timestamp) -> RemoteItem {
        self.version += 1;
        item.etag = format!("\"{}\"", self.version);
        item.edited = Some(now);
        self.items.insert(item.id.clone(), (self.version, item.clone()));
        item
    }

    fn put(&mut self, shape: Shape, events: &[Event], now: Timestamp) -> Vec<RemoteItem> {
        let Some(uid) = events.first().map(|event| event.uid.clone()) else { return Vec::new() };
        let items = cut(shape, events);
        let names: Vec<String> = items.iter().map(|item| item.id.clone()).collect();
        self.clear(&name_of(&uid), &names, now);
        let is_new = |kept: &Self, item: &RemoteItem| kept.items.get(&item.id).is_none_or(|(_, known)| known.content != item.content);
        items
            .into_iter()
            .map(|item| {
                if is_new(self, &item) {
                    return self.set(item, now);
                }
                self.items.get(&item.id).map(|(_, known)| known.clone()).unwrap_or(item)
            })
            .collect()
    }

    /// Deletes the items of a series save those that are named.
    fn clear(&mut self, name: &str, save: &[String], now: Timestamp) {
        // Every item of a series begins with its name.
        let gone: Vec<RemoteItem> = self
            .items
            .range(name.to_owned()..)
            .take_while(|(id, _)| id.starts_with(name))
            .map(|(_, (_, item))| item)
            .filter(|item| item.id == name || item.series.as_deref() == Some(name))
            .filter(|item| item.content != Content::Deleted && !save.contains(&item.id))
            .cloned()
            .collect();
        for item in gone {
            self.set(RemoteItem { content: Content::Deleted, ..item }, now);
        }
    }

    fn is_as_seen(&self, item: &RemoteItem) -> bool {
        self.items.get(&item.id).is_some_and(|(_, known)| known.etag == item.etag && known.content != Content::Deleted)
    }
}

fn name_of(uid: &str) -> String {
    format!("item-{uid}")
}

fn uid_of(item: &RemoteItem) -> Option<String> {
    match &item.content {
        Content::Events(events) => events.first().map(|event| event.uid.clone()),
        _ => None,
    }
}

/// A series as the items of a shape.
fn cut(shape: Shape, events: &[Event]) -> Vec<RemoteItem> {
    let held = held(shape, events);
    let Some(uid) = held.first().map(|event| event.uid.clone()) else { return Vec::new() };
    let name = name_of(&uid);
    if shape == Shape::Whole {
        return vec![RemoteItem { id: name, content: Content::Events(held), ..RemoteItem::default() }];
    }
    let mut items = Vec::new();
    for mut event in held {
        let of_series = |original: EventTime, content| RemoteItem {
            id: format!("{name}_{}", original.value()),
            series: Some(name.clone()),
            content,
            ..RemoteItem::default()
        };
        if let Some(original) = event.recurrence_id {
            items.push(of_series(original, Content::Events(vec![Event { uid: String::new(), ..event }])));
            continue;
        }
        let excluded = std::mem::take(&mut event.recurrence.excluded);
        items.extend(excluded.into_iter().map(|original| of_series(original, Content::Dropped(original))));
        items.push(RemoteItem { id: name.clone(), content: Content::Events(vec![event]), ..RemoteItem::default() });
    }
    items
}

fn held(shape: Shape, series: &[Event]) -> Vec<Event> {
    let mut kept: Vec<Event> = Vec::new();
    let mut dropped = Vec::new();
    for event in Series::of(series.iter().cloned()).to_events() {
        let mut event = Event { organizer: None, attendees: Vec::new(), sequence: 0, ..event };
        if shape == Shape::Single {
            event = Event { categories: Vec::new(), own_properties: Vec::new(), url: String::new(), ..event };
            if event.status == EventStatus::Cancelled && event.recurrence_id.is_some() {
                dropped.extend(event.recurrence_id);
                continue;
            }
        }
        kept.push(event);
    }
    if let Some(master) = kept.first_mut() {
        master.recurrence.excluded.extend(dropped);
    }
    Series::of(kept).to_events()
}

#[async_trait]
impl CalendarRemote for FakeCalendars {
    async fn calendars(&self) -> Result<Vec<RemoteCalendar>, RemoteFailure> {
        self.call()?;
        let state = self.lock();
        let calendars = state.calendars.iter().map(|(id, kept)| RemoteCalendar {
            id: id.clone(),
            name: kept.name.clone(),
            zone: "Europe/Berlin".to_owned(),
            access: kept.access,
            ..RemoteCalendar::default()
        });
        Ok(calendars.collect())
    }

    async fn create_calendar(&self, name: &str, zone: &str, _colour: &str) -> Result<RemoteCalendar, RemoteFailure> {
        self.call()?;
        self.lock().calendars.insert(name.to_owned(), Kept { name: name.to_owned(), ..Kept::default() });
        Ok(RemoteCalendar { id: name.to_owned(), name: name.to_owned(), zone: zone.to_owned(), ..RemoteCalendar::default() })
    }

    async fn change_calendar(&self, id: &str, name: &str, _colour: Option<&str>) -> Result<(), RemoteFailure> {
        self.call()?;
        if let Some(kept) = self.lock().calendars.get_mut(id) {
            name.clone_into(&mut kept.name);
        }
        Ok(())
    }

    async fn changes(&self, calendar: &str, from: From<'_>) -> Result<Changes, RemoteFailure> {
        self.call()?;
        let state = self.lock();
        let kept = state.calendars.get(calendar).ok_or_else(|| RemoteFailure::CalendarGone { reason: "404".to_owned() })?;
        // A page goes on after a name, with what the listing began from.
        let (since, after, end) = match from {
            From::Beginning => (0, String::new(), kept.version),
            From::Token(token) => (token.parse().unwrap_or(0), String::new(), kept.version),
            From::Page(page) => {
                let mut parts = page.splitn(3, ' ');
                let mut number = || parts.next().and_then(|part| part.parse().ok()).unwrap_or(0);
                let (since, end) = (number(), number());
                (since, parts.next().unwrap_or_default().to_owned(), end)
            }
        };
        if since > 0 && since < kept.oldest {
            return Err(RemoteFailure::TokenExpired);
        }
        let changed = kept.items.values().filter(|(version, item)| *version > since && item.id > after);
        let told: Vec<RemoteItem> = changed
            .filter(|(_, item)| since > 0 || item.content != Content::Deleted)
            .take(state.page)
            .map(|(_, item)| match (&item.content, self.shape) {
                (Content::Events(_), Shape::Whole) => RemoteItem { content: Content::Listed, ..item.clone() },
                _ => item.clone(),
            })
            .collect();
        let next = match told.last() {
            Some(last) if told.len() == state.page => Next::Page(format!("{since} {end} {}", last.id)),
            _ => Next::Done { token: end.to_string(), complete: since == 0 },
        };
        Ok(Changes { items: told, next })
    }

    async fn fetch(&self, calendar: &str, ids: &[String]) -> Result<Vec<RemoteItem>, RemoteFailure> {
        self.call()?;
        let state = self.lock();
        let kept = state.calendars.get(calendar).ok_or_else(|| RemoteFailure::CalendarGone { reason: "404".to_owned() })?;
        let gone = |id: &String| RemoteItem { id: id.clone(), content: Content::Deleted, ..RemoteItem::default() };
        Ok(ids.iter().map(|id| kept.items.get(id).map_or_else(|| gone(id), |(_, item)| item.clone())).collect())
    }

    async fn find(&self, calendar: &str, uid: &str) -> Result<Vec<RemoteItem>, RemoteFailure> {
        self.call()?;
        let (state, name) = (self.lock(), name_of(uid));
        let kept = state.calendars.get(calendar).ok_or_else(|| RemoteFailure::CalendarGone { reason: "404".to_owned() })?;
        let items = kept.items.values().map(|(_, item)| item).filter(|item| item.id == name || item.series.as_ref() == Some(&name));
        Ok(items.filter(|item| item.content != Content::Deleted).cloned().collect())
    }

    async fn write(&self, calendar: &str, write: &SeriesWrite) -> Result<WriteOutcome, RemoteFailure> {
        let fault = self.call()?;
        let lost = || RemoteFailure::Later { reason: "the line broke".to_owned(), after_seconds: None };
        let mut state = self.lock();
        let now = state.now;
        let kept = state.calendars.get_mut(calendar).ok_or_else(|| RemoteFailure::CalendarGone { reason: "404".to_owned() })?;
        if kept.access == Access::Reader {
            return Ok(WriteOutcome::Refused("only to be looked at".to_owned()));
        }
        let name = name_of(&write.uid);
        let is_there = kept.items.get(&name).is_some_and(|(_, item)| item.content != Content::Deleted);
        if !write.before.iter().all(|item| kept.is_as_seen(item)) || (write.before.is_empty() && is_there) {
            return Ok(WriteOutcome::Changed);
        }
        let half = fault == Some(Fault::Half);
        let after = if half && self.shape == Shape::Single { write.after.get(..1).unwrap_or_default() } else { &write.after };
        let items = if after.is_empty() {
            kept.clear(&name, &[], now);
            Vec::new()
        } else {
            kept.put(self.shape, after, now)
        };
        state.writes += 1;
        state.invited += items
            .iter()
            .map(
                |item| if let Content::Events(events) = &item.content { events.iter().map(|event| event.attendees.len()).sum() } else { 0 },
            )
            .sum::<usize>();
        match fault {
            Some(_) => Err(lost()),
            None => Ok(WriteOutcome::Written(items)),
        }
    }

    fn keeps_names(&self) -> bool {
        self.shape == Shape::Single
    }

    fn held(&self, series: &[Event]) -> Vec<Event> {
        held(self.shape, series)
    }
}

/// The fake as an adapter for every account.
impl Adapters for FakeCalendars {
    fn sender(&self, _account: &AccountConfig) -> Option<Result<Arc<dyn MailSender>, String>> {
        None
    }

    fn inbox(&self, _account: &AccountConfig) -> Option<Result<Arc<dyn MailInbox>, String>> {
        None
    }

    fn calendars(&self, _account: &AccountConfig, _keeper: Arc<dyn SecretKeeper>) -> Option<Result<Arc<dyn CalendarRemote>, String>> {
        Some(Ok(Arc::new(self.clone())))
    }
}
