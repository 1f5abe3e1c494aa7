//! Lines to the account's server, and the queue that feeds them.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use mail::port::{MailSender, Outgoing, SendOutcome};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::allowance::{Allowance, Closed, Rules};

/// Servers hang up on silent lines: before they do, we say goodbye.
const IDLE: Duration = Duration::from_secs(15);

/// A message whose claim is durable.
#[derive(Debug)]
pub(super) struct Handed {
    /// The row of the ledger.
    pub(super) delivery: i64,
    /// Its campaign.
    pub(super) campaign: i64,
    /// How often it was tried before.
    pub(super) tries: u32,
    /// Its bytes left before and must not change.
    pub(super) keep: bool,
    /// The message.
    pub(super) outgoing: Outgoing,
    /// Not before this moment.
    pub(super) at: Instant,
    /// When it began to leave; none before.
    pub(super) begun: Option<Instant>,
}

/// What a line tells the desk.
#[derive(Debug)]
pub(super) enum LineEvent {
    /// It can take messages.
    Opened,
    /// It could not be opened.
    Failed(SendOutcome),
    /// A message has its outcome.
    Done {
        /// The message.
        handed: Handed,
        /// What became of it.
        outcome: SendOutcome,
        /// From first byte to answer.
        took: Duration,
    },
    /// It is gone.
    Closed,
}

#[derive(Default)]
struct Inside {
    waiting: VecDeque<Handed>,
    allowance: Allowance,
}

/// Claimed messages that no line has begun. They leave it at their moment, and never against a rule of the account.
#[derive(Default)]
pub(super) struct Queue {
    inside: Mutex<Inside>,
    arrived: Notify,
    closed: AtomicBool,
    /// Lines of an earlier generation take nothing more.
    generation: AtomicUsize,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        // Whoever panicked left whole messages behind.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a message.
    pub(super) fn push(&self, handed: Handed) {
        self.lock().waiting.push_back(handed);
        self.arrived.notify_one();
    }

    /// Takes back what no line has begun and `belongs` names.
    pub(super) fn take_back(&self, belongs: impl Fn(&Handed) -> bool) -> Vec<Handed> {
        let waiting = &mut self.lock().waiting;
        let (back, stay) = waiting.drain(..).partition(belongs);
        *waiting = stay;
        Vec::from(back)
    }

    /// How many more messages the rules leave room for until `at`.
    pub(super) fn free(&self, at: Instant) -> usize {
        let inside = self.lock();
        inside.allowance.free(at).saturating_sub(inside.waiting.len())
    }

    /// Until when the rules let nothing leave; none where something may, or waits already.
    pub(super) fn closed(&self, now: Instant) -> Option<Closed> {
        let inside = self.lock();
        if inside.waiting.is_empty() { inside.allowance.closed(now) } else { None }
    }

    /// The rules as they are kept.
    pub(super) fn rules(&self) -> Rules {
        self.lock().allowance.rules().clone()
    }

    /// Other rules from now on; with them, where it is known better, what left before.
    pub(super) fn set_rules(&self, rules: Rules, past: Option<Vec<Duration>>) {
        let allowance = &mut self.lock().allowance;
        match past {
            Some(past) => *allowance = Allowance::new(rules, Instant::now(), past),
            None => allowance.set_rules(rules),
        }
        self.arrived.notify_waiters();
    }

    /// Lines end when what waits is done.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.arrived.notify_waiters();
    }

    /// The lines that are open end when what they send is done; others take their place.
    pub(super) fn retire_lines(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.arrived.notify_waiters();
    }

    /// Lines of this generation get messages.
    pub(super) fn generation(&self) -> usize {
        self.generation.load(Ordering::Acquire)
    }

    /// The next message once its moment has come; none where the line is no longer needed. Until the moment it can be taken back.
    async fn next(&self, generation: usize) -> Option<Handed> {
        let idle_at = Instant::now() + IDLE;
        loop {
            let arrived = self.arrived.notified();
            if self.generation() != generation {
                return None;
            }
            let now = Instant::now();
            let moment = {
                let Inside { waiting, allowance } = &mut *self.lock();
                match waiting.front().map(|first| first.at) {
                    Some(at) if at > now => Some(at),
                    Some(_) => match allowance.begin(now) {
                        Ok(()) => {
                            let mut first = waiting.pop_front();
                            if let Some(first) = &mut first {
                                first.begun = Some(now);
                            }
                            return first;
                        }
                        Err(until) => Some(until),
                    },
                    None => None,
                }
            };
            if moment.is_none() && (self.closed.load(Ordering::Acquire) || now >= idle_at) {
                return None;
            }
            let until = moment.unwrap_or(idle_at);
            tokio::select! {
                () = arrived => {}
                () = tokio::time::sleep_until(until) => {}
            }
        }
    }
}

/// Opens a line and sends what comes, until nothing does.
pub(super) async fn run(sender: Arc<dyn MailSender>, queue: Arc<Queue>, generation: usize, tell: impl Fn(LineEvent)) {
    let opened = AssertUnwindSafe(sender.open()).catch_unwind().await;
    let mut line = match opened {
        Ok(Ok(line)) => line,
        Ok(Err(outcome)) => return tell(LineEvent::Failed(outcome)),
        Err(_) => return tell(LineEvent::Failed(broken_line("The line could not be opened because of a fault in Rollcall."))),
    };
    tell(LineEvent::Opened);
    let mut panicked = false;
    while let Some(handed) = queue.next(generation).await {
        let began = Instant::now();
        let outcome = AssertUnwindSafe(line.send(&handed.outgoing)).catch_unwind().await;
        panicked = outcome.is_err();
        let outcome = outcome.unwrap_or_else(|_| SendOutcome::Uncertain {
            reason: "A fault in Rollcall broke the line while the message was on its way.".to_owned(),
        });
        tell(LineEvent::Done { handed, outcome, took: began.elapsed() });
        if panicked || !line.is_open() {
            break;
        }
    }
    if !panicked {
        line.close().await;
    }
    tell(LineEvent::Closed);
}

fn broken_line(reason: &str) -> SendOutcome {
    SendOutcome::Retry { after: None, reason: reason.to_owned(), throttled: false }
}
