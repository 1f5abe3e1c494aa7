//! **A fake**: Microsoft's sign-in and the calendars of Graph, made from the public reference, with what tests need of their faults. Every answer
//! says `X-Fake: graph`.
//!
//! It knows one mailbox. Where the reference leaves something open it takes the harder way: ids have signs that must be escaped, lists of changes
//! name removed what only left the window, pages of events are counted from the first, a series that is moved forgets its exceptions, and a
//! `transactionId` is never taken twice.

mod answers;
mod delta;
mod login;
mod pattern;
mod render;
mod routes;
mod world;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use world::{Calendar, Name, World};

use crate::http::Server;

/// The id of the calendar that every mailbox has.
pub const CALENDAR: &str = "AAMk+calendar/0==";

/// What befalls a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429, with `Retry-After` where there is one.
    Throttled(Option<u64>),
    /// The page of a network that wants a sign-in of its own.
    Html,
    /// The line ends in the middle of the answer.
    Cut,
    /// It is done, and the line ends before the answer.
    Lost,
    /// 412 `ErrorIrresolvableConflict`, also on reads.
    Conflict,
    /// 503.
    OutOfOrder,
    /// 401: the access token is no longer taken.
    TokenRefused,
}

/// How a place in the list of changes is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgets {
    /// 410.
    Gone,
    /// 404 `syncStateNotFound`.
    SyncState,
}

/// How the fake behaves; tests change it while it runs.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Conduct {
    /// Befall the next requests of a method (any where it is empty), in this order.
    pub faults: VecDeque<(&'static str, Fault)>,
    /// Lists of changes repeat their first page for ever.
    pub loops: bool,
    /// Lists of changes come backwards, and everything on them twice.
    pub replays: bool,
    /// Places in lists of changes are forgotten.
    pub forgets: Option<Forgets>,
    /// No page is longer.
    pub page_size: usize,
    /// Refresh tokens are no longer taken.
    pub invalid_grant: bool,
    /// A refresh token stays good when it is used, as the reference says; else it is taken once.
    pub takes_tokens_again: bool,
    /// How far its clock is ahead, in seconds.
    pub clock_ahead: i64,
    /// Its time; that of the computer where there is none.
    pub now: Option<Timestamp>,
    /// Waits before each answer.
    pub latency: Duration,
    /// An attendee written to it is an error that the test does not fail for.
    pub expects_attendees: bool,
}

impl Default for Conduct {
    fn default() -> Self {
        Self {
            faults: VecDeque::new(),
            loops: false,
            replays: false,
            forgets: None,
            page_size: usize::MAX,
            invalid_grant: false,
            takes_tokens_again: false,
            clock_ahead: 0,
            now: None,
            latency: Duration::ZERO,
            expects_attendees: false,
        }
    }
}

/// What was asked of it.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Requests to Graph by method.
    pub requests: BTreeMap<String, usize>,
    /// The most that were under way at once.
    pub most_at_once: usize,
    /// Requests that had attendees in them.
    pub with_attendees: usize,
    /// Exchanges of refresh tokens.
    pub refreshes: usize,
    /// The scopes that each request for a token named; empty where it named none.
    pub scopes: Vec<String>,
}

impl Counts {
    /// Every request to Graph.
    pub fn all(&self) -> usize {
        self.requests.values().sum()
    }

    /// Those that change something.
    pub fn writes(&self) -> usize {
        self.all() - self.requests.get("GET").copied().unwrap_or(0)
    }
}

#[derive(Debug, Default)]
struct State {
    world: Mutex<World>,
    conduct: Mutex<Conduct>,
    counts: Mutex<Counts>,
    login: Mutex<login::Login>,
    under_way: Mutex<usize>,
}

impl State {
    #[expect(clippy::disallowed_methods, reason = "a server has a clock of its own")]
    fn now(&self) -> Timestamp {
        let conduct = lock(&self.conduct);
        let now = conduct.now.unwrap_or_else(Timestamp::now);
        now.saturating_add(SignedDuration::from_secs(conduct.clock_ahead)).unwrap_or(now)
    }
}

/// A running fake of Graph. It fails the test if attendees were written to it.
#[derive(Debug)]
pub struct FakeGraph {
    state: Arc<State>,
    server: Server,
}

impl FakeGraph {
    /// Starts one on a free port, with one empty calendar.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn start() -> anyhow::Result<Self> {
        let state = Arc::new(State::default());
        let calendar = Calendar { id: CALENDAR.to_owned(), name: "Calendar".to_owned(), color: "auto".to_owned(), can_edit: true };
        lock(&state.world).calendars.push(calendar);
        let shared = Arc::clone(&state);
        let server = Server::start(None, move |request| answers::answer(&shared, request))?;
        Ok(Self { state, server })
    }

    /// The setting `endpoint`.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/v1.0", self.server.port())
    }

    /// The setting `login_endpoint`.
    pub fn login_endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port())
    }

    /// A refresh token that it takes once.
    pub fn refresh_token(&self) -> String {
        lock(&self.state.login).grant()
    }

    /// The tokens for mail that are given from now on open the mailbox of a user of [`crate::dovecot`], until a second since 1970.
    pub fn open_mailbox(&self, user: &str, until: i64) {
        lock(&self.state.login).mailbox = Some((user.to_owned(), until));
    }

    /// Every access token ends; the consent stays.
    pub fn end_access_tokens(&self) {
        lock(&self.state.login).end_access();
    }

    /// What the owner's browser does with the page that asks for consent: the address that it ends on.
    pub fn consent(&self, page: &str) -> String {
        let query = page.split_once('?').map_or("", |(_, query)| query);
        login::consent(&self.state, &routes::pairs(query)).unwrap_or_default()
    }

    /// Changes how it behaves from now on.
    pub fn behave(&self, change: impl FnOnce(&mut Conduct)) {
        change(&mut lock(&self.state.conduct));
    }

    /// What was asked of it so far.
    pub fn counts(&self) -> Counts {
        lock(&self.state.counts).clone()
    }

    /// Counts from here.
    pub fn count_anew(&self) {
        *lock(&self.state.counts) = Counts::default();
    }

    /// Adds a calendar; its id.
    pub fn add_calendar(&self, name: &str, can_edit: bool) -> String {
        lock(&self.state.world).add_calendar(name, "auto", can_edit)
    }

    /// Makes an event in Outlook, of the properties of Graph; its id.
    pub fn add_event(&self, calendar: &str, event: &Value) -> String {
        let now = self.state.now();
        Name::Whole(lock(&self.state.world).add(calendar, object(event), now)).id()
    }

    /// Changes an event, a series, or one date of a series in Outlook.
    pub fn edit_event(&self, id: &str, changes: &Value) {
        let now = self.state.now();
        if let Some(name) = Name::parse(id) {
            lock(&self.state.world).change(name, object(changes), now);
        }
    }

    /// Deletes an event, a series, or one date of a series in Outlook.
    pub fn delete_event(&self, id: &str) {
        let now = self.state.now();
        if let Some(name) = Name::parse(id) {
            lock(&self.state.world).remove(name, now);
        }
    }

    /// Moves an event or a series to another calendar in Outlook. Its id stays.
    pub fn move_event(&self, id: &str, calendar: &str) {
        let now = self.state.now();
        if let Some(Name::Whole(number)) = Name::parse(id) {
            lock(&self.state.world).carry(number, calendar, now);
        }
    }

    /// The id of the date of a series that its rule puts there.
    pub fn date_of(&self, series: &str, date: Date) -> String {
        match Name::parse(series) {
            Some(Name::Whole(number) | Name::Date(number, _)) => Name::Date(number, date).id(),
            None => String::new(),
        }
    }

    /// The dates on which a series takes place.
    pub fn dates(&self, series: &str) -> Vec<Date> {
        let world = lock(&self.state.world);
        let Some(Name::Whole(number)) = Name::parse(series) else { return Vec::new() };
        world.events.get(&number).map(world::Stored::dates).unwrap_or_default()
    }

    /// The events and series of a calendar, as Graph would tell them whole.
    pub fn events(&self, calendar: &str) -> Vec<Value> {
        let world = lock(&self.state.world);
        let wants = render::Wants { properties: true, dates: true, plain: true };
        world
            .events
            .iter()
            .filter(|(_, event)| event.calendar == calendar)
            .map(|(number, event)| render::whole(*number, event, wants))
            .collect()
    }

    /// What takes place: single events, and every date of a series by itself.
    pub fn occurrences(&self, calendar: &str) -> Vec<Value> {
        let world = lock(&self.state.world);
        let mut found = Vec::new();
        for (number, event) in world.events.iter().filter(|(_, event)| event.calendar == calendar) {
            if event.is_series() {
                found.extend(event.dates().into_iter().map(|day| render::date(*number, event, day, render::Wants::default())));
            } else {
                found.push(render::whole(*number, event, render::Wants::default()));
            }
        }
        found
    }
}

impl Drop for FakeGraph {
    fn drop(&mut self) {
        let written = lock(&self.state.counts).with_attendees;
        let is_expected = lock(&self.state.conduct).expects_attendees || std::thread::panicking();
        assert!(is_expected || written == 0, "{written} requests had attendees in them, whom Microsoft would have mailed");
    }
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
