//! **A fake of ours**, not a server: a sender behind the port of `mail` that counts what it is given and answers as it is told.
//!
//! It shows what the engine does with each outcome; what real servers answer is tested against real servers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use mail::port::{
    AccountConfig, Adapters, Check, Limits, MailInbox, MailSender, Outgoing, SendOutcome, SenderLine, StoppedAddress, StoppedPage,
};

/// The kind of account that it serves, beside `smtp`, in whose place it stands where an account needs a form.
pub const KIND: &str = "counting";

/// What it does with one message.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Takes it.
    Accept,
    /// Refuses it for ever.
    Refuse,
    /// Asks to try later, so much later.
    Later(Duration),
    /// Complains about the pace.
    Throttle(Duration),
    /// Takes it, and the line breaks before it could say so.
    TakeAndBreak,
    /// The line breaks before the message was taken whole.
    BreakUntaken,
    /// Takes it and never answers.
    TakeAndHang,
    /// Panics with the message taken.
    TakeAndPanic,
    /// Waits until it is released, then takes it.
    Hold,
    /// Stops the account.
    StopAccount,
    /// Refuses the password.
    NeedLogin,
}

type Script = dyn Fn(usize, &Outgoing) -> Answer + Send + Sync;

/// A sender that counts.
#[derive(Clone)]
pub struct CountingSender {
    script: Arc<Script>,
    /// The setting `host` of the account that it was opened for.
    host: String,
    /// The host that cannot be reached.
    unreachable: String,
    taken: Arc<Mutex<Vec<Outgoing>>>,
    hosts: Arc<Mutex<BTreeMap<String, usize>>>,
    stopped: Arc<Mutex<Vec<StoppedAddress>>>,
    offered: Arc<AtomicUsize>,
    open: Arc<AtomicUsize>,
    gate: Arc<tokio::sync::Semaphore>,
    limits: Limits,
}

impl CountingSender {
    /// Takes everything.
    #[must_use]
    pub fn accepting() -> Self {
        Self::answering(|_, _| Answer::Accept)
    }

    /// Answers as the script says, which gets the number of the message, from 0, and the message.
    pub fn answering(script: impl Fn(usize, &Outgoing) -> Answer + Send + Sync + 'static) -> Self {
        Self {
            script: Arc::new(script),
            host: String::new(),
            unreachable: String::new(),
            taken: Arc::default(),
            hosts: Arc::default(),
            stopped: Arc::default(),
            offered: Arc::default(),
            open: Arc::default(),
            gate: Arc::new(tokio::sync::Semaphore::new(0)),
            limits: Limits { per_second: None, per_day: None, sent_last_day: 0, connections: 4 },
        }
    }

    /// States other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Accounts whose setting `host` is this reach no server.
    #[must_use]
    pub fn unreachable_at(mut self, host: &str) -> Self {
        host.clone_into(&mut self.unreachable);
        self
    }

    /// Mails no more to an address, as a service does after a bounce or a complaint.
    pub fn stop(&self, address: StoppedAddress) {
        lock(&self.stopped).push(address);
    }

    /// How many messages it took for accounts whose setting `host` is this.
    #[must_use]
    pub fn taken_at(&self, host: &str) -> usize {
        lock(&self.hosts).get(host).copied().unwrap_or(0)
    }

    /// Lets so many held messages go on.
    pub fn release(&self, messages: usize) {
        self.gate.add_permits(messages);
    }

    /// Every message it took, in order.
    #[must_use]
    pub fn taken(&self) -> Vec<Outgoing> {
        lock(&self.taken).clone()
    }

    /// How often each address was reached.
    #[must_use]
    pub fn recipients(&self) -> BTreeMap<String, usize> {
        let mut recipients = BTreeMap::new();
        for message in lock(&self.taken).iter() {
            *recipients.entry(message.recipient.clone()).or_insert(0) += 1;
        }
        recipients
    }

    /// How many messages it was offered, taken or not.
    #[must_use]
    pub fn offered(&self) -> usize {
        self.offered.load(Ordering::SeqCst)
    }

    /// The adapters with this sender behind accounts of the kind [`KIND`].
    #[must_use]
    pub fn adapters(&self) -> Box<dyn Adapters> {
        Box::new(self.clone())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Adapters for CountingSender {
    fn sender(&self, account: &AccountConfig) -> Option<Result<Arc<dyn MailSender>, String>> {
        let host = account.settings.get("host").and_then(|host| host.as_str()).unwrap_or_default().to_owned();
        [KIND, "smtp"].contains(&account.kind.as_str()).then(|| Ok(Arc::new(Self { host, ..self.clone() }) as Arc<dyn MailSender>))
    }

    fn inbox(&self, _account: &AccountConfig) -> Option<Result<Arc<dyn MailInbox>, String>> {
        None
    }
}

#[async_trait]
impl MailSender for CountingSender {
    async fn open(&self) -> Result<Box<dyn SenderLine>, SendOutcome> {
        if !self.unreachable.is_empty() && self.host == self.unreachable {
            return Err(SendOutcome::Retry { after: None, reason: "connection refused".to_owned(), throttled: false });
        }
        self.open.fetch_add(1, Ordering::SeqCst);
        Ok(Box::new(Line { sender: self.clone(), is_open: true }))
    }

    async fn limits(&self) -> Result<Limits, SendOutcome> {
        Ok(self.limits)
    }

    async fn stopped(&self, since: Option<Timestamp>, page: Option<String>) -> Result<StoppedPage, SendOutcome> {
        let from: usize = page.and_then(|page| page.parse().ok()).unwrap_or(0);
        let stopped = lock(&self.stopped);
        let mut later = stopped.iter().filter(|stopped| since.is_none_or(|since| stopped.at >= since)).skip(from);
        let addresses = later.next().cloned().into_iter().collect();
        Ok(StoppedPage { addresses, next: later.next().map(|_| (from + 1).to_string()) })
    }

    async fn check(&self) -> Vec<Check> {
        Vec::new()
    }
}

struct Line {
    sender: CountingSender,
    is_open: bool,
}

impl Line {
    fn take(&self, message: &Outgoing) {
        *lock(&self.sender.hosts).entry(self.sender.host.clone()).or_default() += 1;
        lock(&self.sender.taken).push(message.clone());
    }

    fn accept(&self, message: &Outgoing) -> SendOutcome {
        self.take(message);
        SendOutcome::Accepted { remote_id: format!("counted-{}", message.tag) }
    }
}

#[async_trait]
impl SenderLine for Line {
    async fn send(&mut self, message: &Outgoing) -> SendOutcome {
        let number = self.sender.offered.fetch_add(1, Ordering::SeqCst);
        let reason = String::from;
        match (self.sender.script)(number, message) {
            Answer::Accept => self.accept(message),
            Answer::Refuse => SendOutcome::Refused { reason: reason("550 5.1.1 no such user") },
            Answer::Later(after) => SendOutcome::Retry { after: Some(after), reason: reason("451 4.7.1 try later"), throttled: false },
            Answer::Throttle(after) => SendOutcome::Retry { after: Some(after), reason: reason("454 throttled"), throttled: true },
            Answer::TakeAndBreak => {
                self.take(message);
                self.is_open = false;
                SendOutcome::Uncertain { reason: reason("the line broke after the message had left") }
            }
            Answer::BreakUntaken => {
                self.is_open = false;
                SendOutcome::Retry { after: Some(Duration::ZERO), reason: reason("the line broke"), throttled: false }
            }
            Answer::TakeAndHang => {
                self.take(message);
                std::future::pending().await
            }
            Answer::TakeAndPanic => {
                self.take(message);
                std::panic::resume_unwind(Box::new("the fake sender was told to panic"));
            }
            Answer::Hold => {
                if let Ok(permit) = self.sender.gate.acquire().await {
                    permit.forget();
                }
                self.accept(message)
            }
            Answer::StopAccount => SendOutcome::AccountStopped { reason: reason("sending is paused for this account"), until: None },
            Answer::NeedLogin => SendOutcome::NeedsLogin { reason: reason("535 wrong password") },
        }
    }

    fn is_open(&self) -> bool {
        self.is_open
    }

    async fn close(self: Box<Self>) {
        self.sender.open.fetch_sub(1, Ordering::SeqCst);
    }
}
