//! **A fake**: Amazon SES v2 as its reference describes it, with what moto lacks: quota, rate, pauses, refusals and broken lines. It checks no
//! signature.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::http::{Reply, Request, Server};

/// A message that the service took responsibility for.
#[derive(Clone, Debug)]
pub struct SesMessage {
    /// `FromEmailAddress`.
    pub from: String,
    /// The one recipient.
    pub to: String,
    /// The raw message.
    pub data: Vec<u8>,
    /// `FeedbackForwardingEmailAddress`; may be empty.
    pub feedback_address: String,
    /// Tags by name.
    pub tags: BTreeMap<String, String>,
    /// When the request was complete.
    pub at: Instant,
}

/// Where a line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The request is read and thrown away.
    BeforeCounting,
    /// The message is taken, and the answer never comes.
    BeforeAnswering,
}

/// The account as the fake keeps it; tests change it while it runs.
#[derive(Clone, Debug)]
pub struct Account {
    /// Messages in any second.
    pub max_send_rate: f64,
    /// Messages in 24 hours; −1 for no limit.
    pub max_24_hour_send: f64,
    /// Messages already sent in them.
    pub sent_last_24_hours: f64,
    /// Whether it may send.
    pub sending_enabled: bool,
    /// Whether it is out of the sandbox.
    pub production_access: bool,
    /// Answers by recipient: status, AWS error name, words.
    pub refusals: BTreeMap<String, (u16, String, String)>,
    /// Breaks by recipient.
    pub cuts: BTreeMap<String, Cut>,
    /// The account's suppression list: address, reason (BOUNCE or COMPLAINT) and seconds since 1970. Pages hold two.
    pub stopped: Vec<(String, String, i64)>,
    /// Waits before each answer.
    pub latency: Duration,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            max_send_rate: 1_000.0,
            max_24_hour_send: -1.0,
            sent_last_24_hours: 0.0,
            sending_enabled: true,
            production_access: true,
            refusals: BTreeMap::new(),
            cuts: BTreeMap::new(),
            stopped: Vec::new(),
            latency: Duration::ZERO,
        }
    }
}

/// A running fake of SES.
#[derive(Debug)]
pub struct CountingSes {
    state: Arc<State>,
    server: Server,
}

#[derive(Debug, Default)]
struct State {
    account: Mutex<Account>,
    messages: Mutex<Vec<SesMessage>>,
    recent: Mutex<VecDeque<Instant>>,
}

impl CountingSes {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When there is no free port.
    pub fn start(account: Account) -> anyhow::Result<Self> {
        let state = Arc::new(State { account: Mutex::new(account), ..State::default() });
        let shared = Arc::clone(&state);
        let server = Server::start(None, move |request| {
            let reply = answer(&shared, request)?;
            let latency = lock(&shared.account).latency;
            if !latency.is_zero() {
                thread::sleep(latency);
            }
            Some(reply)
        })?;
        Ok(Self { state, server })
    }

    /// The setting `endpoint`.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.server.port())
    }

    /// Changes the account from now on.
    pub fn change(&self, change: impl FnOnce(&mut Account)) {
        change(&mut lock(&self.state.account));
    }

    /// What it took responsibility for, in that order.
    pub fn messages(&self) -> Vec<SesMessage> {
        lock(&self.state.messages).clone()
    }

    /// How many messages it took responsibility for.
    pub fn count(&self) -> usize {
        lock(&self.state.messages).len()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// None where the line is to break.
fn answer(state: &State, request: &Request) -> Option<Reply> {
    let path = request.path.split('?').next().unwrap_or_default();
    match (request.method.as_str(), path) {
        ("POST", "/v2/email/outbound-emails") => send_email(state, &request.body),
        ("GET", "/v2/email/account") => Some(Reply::json(200, &describe(&lock(&state.account)))),
        ("GET", "/v2/email/suppression/addresses") => Some(Reply::json(200, &stopped(&lock(&state.account), &request.path))),
        ("GET", path) if path.starts_with("/v2/email/identities/") => Some(Reply::json(
            200,
            &json!({ "IdentityType": "DOMAIN", "VerifiedForSendingStatus": true, "DkimAttributes": { "SigningEnabled": true, "Status": "SUCCESS", "Tokens": ["t1"] } }),
        )),
        _ => Some(refusal(
            404,
            "UnknownOperationException",
            "This fake knows SendEmail, GetAccount, GetEmailIdentity and ListSuppressedDestinations.",
        )),
    }
}

fn stopped(account: &Account, path: &str) -> Value {
    const PAGE: usize = 2;
    let token = path.split(['?', '&']).find_map(|part| part.strip_prefix("NextToken=")).and_then(|token| token.parse().ok());
    let from: usize = token.unwrap_or(0);
    let summary =
        |(address, reason, at): &(String, String, i64)| json!({ "EmailAddress": address, "Reason": reason, "LastUpdateTime": at });
    let page: Vec<Value> = account.stopped.iter().skip(from).take(PAGE).map(summary).collect();
    let next = (from + PAGE < account.stopped.len()).then(|| (from + PAGE).to_string());
    json!({ "SuppressedDestinationSummaries": page, "NextToken": next })
}

fn describe(account: &Account) -> Value {
    json!({
        "DedicatedIpAutoWarmupEnabled": false,
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": account.production_access,
        "SendingEnabled": account.sending_enabled,
        "SendQuota": { "Max24HourSend": account.max_24_hour_send, "MaxSendRate": account.max_send_rate, "SentLast24Hours": account.sent_last_24_hours },
    })
}

fn refusal(status: u16, name: &str, words: &str) -> Reply {
    Reply::json(status, &json!({ "message": words })).header("x-amzn-ErrorType", name)
}

fn send_email(state: &State, body: &[u8]) -> Option<Reply> {
    let Some(message) = read_message(body) else {
        return Some(refusal(400, "BadRequestException", "The request has no raw content for one recipient."));
    };
    let mut account = lock(&state.account);
    let cut = account.cuts.get(&message.to).copied();
    if cut == Some(Cut::BeforeCounting) {
        return None;
    }
    if let Some((status, name, words)) = account.refusals.get(&message.to) {
        return Some(refusal(*status, name, words));
    }
    if !account.sending_enabled {
        return Some(refusal(400, "SendingPausedException", "Email sending is disabled for this account."));
    }
    if account.max_24_hour_send >= 0.0 && account.sent_last_24_hours >= account.max_24_hour_send {
        return Some(refusal(429, "TooManyRequestsException", "Daily message quota exceeded."));
    }
    if !fits(&mut lock(&state.recent), account.max_send_rate, message.at) {
        return Some(refusal(429, "TooManyRequestsException", "Maximum sending rate exceeded."));
    }
    account.sent_last_24_hours += 1.0;
    let mut messages = lock(&state.messages);
    messages.push(message);
    if cut.is_some() { None } else { Some(Reply::json(200, &json!({ "MessageId": format!("fake-{}", messages.len()) }))) }
}

#[expect(clippy::cast_precision_loss, reason = "a second holds few messages")]
fn fits(recent: &mut VecDeque<Instant>, rate: f64, now: Instant) -> bool {
    while recent.front().is_some_and(|first| now.duration_since(*first) >= Duration::from_secs(1)) {
        recent.pop_front();
    }
    let fits = (recent.len() as f64) < rate.max(1.0);
    if fits {
        recent.push_back(now);
    }
    fits
}

fn read_message(body: &[u8]) -> Option<SesMessage> {
    let request: Value = serde_json::from_slice(body).ok()?;
    let text = |path: &str| request.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let tags = request.pointer("/EmailTags").and_then(Value::as_array).cloned().unwrap_or_default();
    let pair = |tag: &Value| Some((tag.get("Name")?.as_str()?.to_owned(), tag.get("Value")?.as_str()?.to_owned()));
    Some(SesMessage {
        from: text("/FromEmailAddress").unwrap_or_default(),
        to: text("/Destination/ToAddresses/0")?,
        data: STANDARD.decode(text("/Content/Raw/Data")?).ok()?,
        feedback_address: text("/FeedbackForwardingEmailAddress").unwrap_or_default(),
        tags: tags.iter().filter_map(pair).collect(),
        at: Instant::now(),
    })
}
