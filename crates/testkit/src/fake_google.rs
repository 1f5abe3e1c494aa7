//! **A fake**: Google's sign-in and Google Calendar v3 as their public reference describes them, with what no independent server has: sync tokens,
//! 410, `If-Match`, throttling and broken lines. Every answer carries `X-Fake: google`. Google's own Python client is pointed at it in a test.
//!
//! What the reference leaves open is decided here and may be otherwise at Google: an exception of a series whose rule no longer has its
//! original start is gone, and an occurrence that was never changed has the version of its series.

mod answers;
mod api;
mod event;
mod instances;
mod sign_in;
mod state;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};
use url::Url;

use crate::scripted_http::{Reply, ScriptedHttp};
use state::State;

/// A running fake of Google with one account, `ann@example.org`, whose first calendar has that id and is in Zurich.
#[derive(Debug)]
pub struct FakeGoogle {
    server: ScriptedHttp,
    state: Arc<Mutex<State>>,
}

/// What happens to a request instead of its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// An error with a status, a `reason` of Google's, and perhaps `Retry-After` in seconds. Nothing is done.
    Refused(u16, String, Option<u64>),
    /// The line ends before a byte of the answer. Nothing is done.
    Cut,
    /// It is done, and the line ends before a byte of the answer.
    LostAnswer,
    /// It is done, and half of the answer comes as if it were whole.
    Half,
    /// The page of an intermediary, with status 200. Nothing is done.
    Html,
}

impl Failure {
    /// Too many requests, as 403 or 429.
    pub fn throttled(status: u16, retry_after: Option<u64>) -> Self {
        Self::Refused(status, "rateLimitExceeded".to_owned(), retry_after)
    }
}

/// A request that the fake read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// GET, POST, PATCH, PUT or DELETE.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// Names and values, decoded.
    pub query: Vec<(String, String)>,
    /// `If-Match`.
    pub if_match: Option<String>,
    /// As JSON; null where there is none.
    pub body: Value,
}

impl FakeGoogle {
    /// The account's address, and the id of its first calendar.
    pub const ACCOUNT: &str = "ann@example.org";
    /// The client that it knows.
    pub const CLIENT: &str = "rollcall-tests.apps.googleusercontent.com";
    /// That client's secret.
    pub const CLIENT_SECRET: &str = "fake-client-secret";
    /// A consent that was given before.
    pub const REFRESH_TOKEN: &str = "1//fake-refresh-token";

    /// Starts one on a free port.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn start() -> anyhow::Result<Self> {
        let state = Arc::new(Mutex::new(State::new()));
        let shared = Arc::clone(&state);
        let server = ScriptedHttp::start(move |request| {
            let mut state = lock(&shared);
            let reply = answers::answer(&mut state, request);
            let date = state.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            reply.unwrap_or_else(Reply::nothing).header("X-Fake", "google").header("Date", &date)
        })?;
        let fake = Self { server, state };
        fake.lock().origin = fake.server.url("");
        Ok(fake)
    }

    /// Settings of an account of the kind `google`.
    pub fn settings(&self) -> Value {
        json!({
            "client_id": Self::CLIENT,
            "endpoint": self.server.url("/calendar/v3"),
            "auth_endpoint": self.server.url("/o/oauth2/v2/auth"),
            "token_endpoint": self.server.url("/token"),
        })
    }

    /// Secrets of an account whose owner consented.
    pub fn secrets(&self) -> [(&'static str, String); 2] {
        [("client_secret", Self::CLIENT_SECRET.to_owned()), ("refresh_token", self.refresh_token())]
    }

    /// What the owner's browser does with the page that asks for consent: the address that it ends on, empty where it shows an error.
    pub fn consent(&self, page: &str) -> String {
        let query: Vec<(String, String)> = Url::parse(page).map(|page| page.query_pairs().into_owned().collect()).unwrap_or_default();
        let mut state = self.lock();
        let origin = state.origin.clone();
        state.sign_in.consent(&query, &origin).map(String::from).unwrap_or_default()
    }

    /// The refresh token that is good now.
    pub fn refresh_token(&self) -> String {
        self.lock().sign_in.refresh_token.clone()
    }

    /// It is reached under this address, and says so of itself.
    pub fn stands_behind(&self, origin: &str) {
        origin.clone_into(&mut self.lock().origin);
    }

    /// The key file of a machine's own account, as it is downloaded.
    ///
    /// # Panics
    /// When no key can be made.
    #[expect(clippy::expect_used, reason = "a test cannot go on without a key")]
    pub fn key_file(&self) -> String {
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).expect("a key");
        let name = self.lock().sign_in.name_key();
        json!({
            "type": "service_account", "client_email": "robot@project.iam.gserviceaccount.com", "private_key_id": name,
            "private_key": key.serialize_pem(), "token_uri": self.url("/token"),
        })
        .to_string()
    }

    /// Every key of a machine's own account that was downloaded so far is deleted: no token of one is good any more.
    pub fn delete_keys(&self) {
        self.lock().sign_in.delete_keys();
    }

    /// The address of a path on it.
    pub fn url(&self, path: &str) -> String {
        self.server.url(path)
    }

    /// Adds a calendar. Roles are owner, writer, reader and freeBusyReader.
    pub fn add_calendar(&self, id: &str, name: &str, zone: &str, role: &str) {
        self.lock().add_calendar(id, name, zone, role);
    }

    /// The calendar is no longer shared with the account.
    pub fn remove_calendar(&self, id: &str) {
        self.lock().calendars.retain(|calendar| calendar.id != id);
    }

    /// Calendars as `calendarList` shows them.
    pub fn calendars(&self) -> Vec<Value> {
        self.lock().calendars.iter().map(state::Calendar::entry).collect()
    }

    /// Puts an event into a calendar as a phone would, and gives its id: a new one where there is none or it names nobody, else the fields of
    /// `event` take the place of those that are there.
    ///
    /// # Panics
    /// When Google would not take it: the test is wrong.
    pub fn put_event(&self, calendar: &str, event: &Value) -> String {
        self.lock().put(calendar, event)
    }

    /// Deletes an event as a phone would: an occurrence of a series by its own id.
    pub fn delete_event(&self, calendar: &str, id: &str) {
        self.lock().remove(calendar, id);
    }

    /// An event or an occurrence, as Google tells it.
    pub fn event(&self, calendar: &str, id: &str) -> Option<Value> {
        self.lock().calendar(calendar)?.find(id)
    }

    /// Every event that is not deleted, and every exception, the cancelled ones too.
    pub fn events(&self, calendar: &str) -> Vec<Value> {
        self.lock().calendar(calendar).map(state::Calendar::living).unwrap_or_default()
    }

    /// Every request to the calendars, in that order; those for tokens are not among them.
    pub fn requests(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    /// How often a token was asked for.
    pub fn token_requests(&self) -> usize {
        self.lock().sign_in.requests
    }

    /// How many messages Google would have sent to guests.
    pub fn mails(&self) -> usize {
        self.lock().mails
    }

    /// What happens to the next requests to the calendars.
    pub fn fail_next(&self, times: usize, failure: Failure) {
        self.lock().failures.extend(std::iter::repeat_n(failure, times));
    }

    /// What happens to the next requests to the calendars of a method, such as PATCH.
    pub fn fail_next_of(&self, method: &str, failure: Failure) {
        self.lock().failures_of.push((method.to_owned(), failure));
    }

    /// What happens to the next requests for tokens.
    pub fn fail_next_sign_in(&self, times: usize, failure: Failure) {
        self.lock().sign_in.failures.extend(std::iter::repeat_n(failure, times));
    }

    /// Every sync token that was given so far is too old from now on.
    pub fn forget_sync_tokens(&self) {
        let mut state = self.lock();
        state.change += 1;
        state.oldest_token = state.change;
    }

    /// A page holds at most so many items.
    pub fn set_page_size(&self, items: usize) {
        self.lock().page_size = items.max(1);
    }

    /// The clock is wrong by so many seconds.
    pub fn set_clock_ahead(&self, seconds: i64) {
        self.lock().clock_ahead = seconds;
    }

    /// The clock stands still at a moment, but that no two changes have the same time.
    pub fn set_now(&self, now: Timestamp) {
        self.lock().stands_at = Some(now);
    }

    /// The consent is withdrawn: no token is good any more.
    pub fn withdraw_consent(&self) {
        self.lock().sign_in.withdraw();
    }

    /// Whether a consent is there.
    pub fn has_consent(&self) -> bool {
        !self.lock().sign_in.refresh_token.is_empty()
    }

    /// Every access token ends; the consent stays.
    pub fn end_access_tokens(&self) {
        self.lock().sign_in.access_tokens.clear();
    }

    /// Access tokens last so many seconds, as far as the client is told.
    pub fn set_token_lifetime(&self, seconds: u64) {
        self.lock().sign_in.lifetime = seconds;
    }

    /// The access tokens that are given from now on open the mailbox of a user of [`crate::dovecot`] too, until a second since 1970.
    pub fn open_mailbox(&self, user: &str, until: i64) {
        self.lock().sign_in.mailbox = Some((user.to_owned(), until));
    }

    /// Each use of a refresh token brings another one, and ends the one that was used.
    pub fn set_rotating(&self, rotating: bool) {
        self.lock().sign_in.rotating = rotating;
    }

    /// How the owner answers the page that asks for consent, from now on.
    pub fn set_answer(&self, answer: Answer) {
        self.lock().sign_in.answer = answer;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// How the page that asks for consent is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    #[default]
    Allowed,
    /// No.
    Denied,
    /// Yes, and the box for calendars was not ticked.
    WithoutCalendars,
    /// Yes, and the box for mail was not ticked.
    WithoutMail,
    /// Yes, and the answer names another issuer.
    OfAnotherIssuer,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
