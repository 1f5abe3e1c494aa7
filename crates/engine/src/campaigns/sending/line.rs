//! Lines to the account's server, and the queue that feeds them.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use mail::port::{MailSender, Outgoing, SendOutcome};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

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

/// Claimed messages that no line has begun.
#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<VecDeque<Handed>>,
    arrived: Notify,
    closed: AtomicBool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Handed>> {
        // Whoever panicked left whole messages behind.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a message.
    pub(super) fn push(&self, handed: Handed) {
        self.lock().push_back(handed);
        self.arrived.notify_one();
    }

    /// Takes back what no line has begun and `belongs` names.
    pub(super) fn take_back(&self, belongs: impl Fn(&Handed) -> bool) -> Vec<Handed> {
        let mut waiting = self.lock();
        let (back, stay) = waiting.drain(..).partition(belongs);
        *waiting = stay;
        Vec::from(back)
    }

    /// Lines end when what waits is done.
    pub(super) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.arrived.notify_waiters();
    }

    /// The next message once its moment has come; none where the line is no longer needed. Until the moment it can be taken back.
    async fn next(&self) -> Option<Handed> {
        let idle_at = Instant::now() + IDLE;
        loop {
            let arrived = self.arrived.notified();
            let now = Instant::now();
            let moment = {
                let mut waiting = self.lock();
                match waiting.front().map(|first| first.at) {
                    Some(at) if at <= now => return waiting.pop_front(),
                    Some(at) => Some(at),
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
pub(super) async fn run(sender: Arc<dyn MailSender>, queue: Arc<Queue>, events: mpsc::UnboundedSender<LineEvent>) {
    // A desk that is gone has nobody to tell.
    let tell = |event| drop(events.send(event));
    let opened = AssertUnwindSafe(sender.open()).catch_unwind().await;
    let mut line = match opened {
        Ok(Ok(line)) => line,
        Ok(Err(outcome)) => return tell(LineEvent::Failed(outcome)),
        Err(_) => return tell(LineEvent::Failed(broken_line("The line could not be opened because of a fault in Rollcall."))),
    };
    tell(LineEvent::Opened);
    let mut panicked = false;
    while let Some(handed) = queue.next().await {
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
