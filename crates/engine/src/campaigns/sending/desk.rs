//! The desk of one sending account: it keeps a stock of built messages, claims them in turns, feeds the lines and writes results down.
//!
//! A message passes: *stock* (built, still queued in the ledger) → *claimed* (durable, in the queue of the lines) → *on its
//! way* → *finished* (outcome known) → durable with the next turn. Whatever happens to the process, only claimed rows
//! without a durable result are in doubt, and there are never more of those than twice the lines.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use mail::port::{Limits, MailSender, SendOutcome};
use store::delivery::handed;
use store::delivery::turn::{Finished, Outcome};
use store::{account, campaign};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::clocks::Clocks;
use super::keep;
use super::line::{self, LineEvent, Queue};
use super::pace::Pace;
use super::renew::Opened;
use super::running::{Prepared, Running, Stock};
use crate::accounts::view::OwnLimits;
use crate::lease::Lease;
use crate::{Engine, Failure};

/// How often campaigns are looked at: a pause by another process takes effect within it.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Results wait this long for company before they are written.
const GATHER: Duration = Duration::from_millis(20);
/// Claims are made this long before their moment.
const AHEAD: Duration = Duration::from_millis(50);
const LIMITS_EVERY: Duration = Duration::from_mins(5);
/// A message on its way at shutdown gets this long.
const FAREWELL: Duration = Duration::from_secs(20);

pub(super) enum Event {
    /// Of a line of this generation.
    Line(usize, LineEvent),
    Stocked {
        campaign: i64,
        stock: Result<Stock>,
    },
}

/// Why nothing leaves, and until when.
#[derive(Clone, Debug)]
pub(super) struct Hold {
    pub(super) why: Why,
    pub(super) reason: String,
    pub(super) until: Timestamp,
    /// The same moment on the clock that cannot be put back.
    pub(super) over: Instant,
}

/// Whether the server takes our password or key. A desk whose login was refused ends; the next one opens with what the organizer gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Login {
    /// As far as is known.
    Good,
    /// The server's words, not yet written down.
    Refused(String),
    /// Written down with the account.
    Noted,
}

/// Who makes a desk wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The organizer's own limits: over as soon as they change.
    OwnLimit,
    /// The service, the network, or a fault.
    Outside,
}

/// The lines to the server.
#[derive(Default)]
struct Lines {
    opening: usize,
    open: usize,
    failures: u32,
    not_before: Option<Instant>,
    /// Moving average of the time from first byte to answer, in seconds.
    latency: f64,
}

/// The desk of one account.
pub(super) struct Desk {
    pub(super) engine: Engine,
    pub(super) account: i64,
    pub(super) sender: Arc<dyn MailSender>,
    pub(super) lease: Arc<Lease>,
    pub(super) limits: Option<Limits>,
    pub(super) limits_at: Option<Instant>,
    pub(super) own: OwnLimits,
    /// Taken since the limits were read: they count against the day's quota.
    pub(super) taken_since: u64,
    pub(super) pace: Pace,
    pub(super) queue: Arc<Queue>,
    sink: mpsc::UnboundedSender<Event>,
    source: mpsc::UnboundedReceiver<Event>,
    lines: Lines,
    /// Claimed rows without a durable result, by campaign.
    pub(super) in_doubt: BTreeMap<i64, usize>,
    pub(super) finished: Vec<(i64, Outcome)>,
    pub(super) left_out: Vec<(i64, String)>,
    pub(super) postponed: Vec<(i64, Timestamp)>,
    pub(super) gathered_at: Option<Instant>,
    pub(super) stock: VecDeque<Prepared>,
    preparing: bool,
    pub(super) campaigns: Vec<Running>,
    looked_at: Option<Instant>,
    pub(super) clocks: Clocks,
    /// The account as the lines were opened with it.
    pub(super) opened: Option<Opened>,
    pub(super) hold: Option<Hold>,
    pub(super) login: Login,
    /// It took a message, which is not yet written down with the account.
    pub(super) works: bool,
}

impl Desk {
    pub(super) fn new(engine: Engine, account: i64, opened: Option<Opened>, sender: Arc<dyn MailSender>, lease: Arc<Lease>) -> Self {
        let (sink, source) = mpsc::unbounded_channel();
        Self {
            clocks: Clocks::new(Instant::now(), engine.clock().now()),
            opened,
            engine,
            account,
            sender,
            lease,
            limits: None,
            limits_at: None,
            own: OwnLimits::default(),
            taken_since: 0,
            pace: Pace::new(None),
            queue: Arc::default(),
            sink,
            source,
            lines: Lines { latency: 0.1, ..Lines::default() },
            in_doubt: BTreeMap::new(),
            finished: Vec::new(),
            left_out: Vec::new(),
            postponed: Vec::new(),
            gathered_at: None,
            stock: VecDeque::new(),
            preparing: false,
            campaigns: Vec::new(),
            looked_at: None,
            hold: None,
            login: Login::Good,
            works: false,
        }
    }

    /// Works until no campaign of the account sends any more, or the engine stops.
    pub(super) async fn run(mut self) {
        let stopping = self.engine.stopping().clone();
        while !stopping.is_cancelled() {
            let round = self.round().await;
            // Nothing is left, as far as this desk knows: whether that is the end is looked at without waiting.
            let looks_at_once = round.is_ok() && self.looked_at.is_none();
            if let Err(error) = round {
                self.hold_for(format!("Sending waits: {}", Failure::from(error).message), Duration::from_secs(5));
                self.looked_at = None;
            }
            if self.campaigns.is_empty() && self.total_in_doubt() == 0 && self.finished.is_empty() {
                break;
            }
            if !looks_at_once {
                self.wait(&stopping).await;
            }
        }
        self.close().await;
    }

    async fn round(&mut self) -> Result<()> {
        let now = Instant::now();
        if self.looked_at.is_none_or(|at| now.duration_since(at) >= LOOK_EVERY) {
            self.look().await?;
            self.looked_at = Some(Instant::now());
        }
        self.read_limits().await?;
        self.enqueue_some().await?;
        if self.is_held() {
            self.take_back(|_| true);
        } else {
            self.open_lines();
        }
        self.stock_up();
        self.turn().await?;
        self.report().await
    }

    async fn wait(&mut self, stopping: &tokio_util::sync::CancellationToken) {
        let now = Instant::now();
        let mut until = now + LOOK_EVERY;
        if let Some(gathered) = self.gathered_at {
            until = until.min(gathered + GATHER);
        }
        if !self.stock.is_empty() && !self.is_held() && self.room() > 0 {
            until = until.min(self.pace.next_at(now));
        }
        if self.campaigns.iter().any(|running| !running.campaign.enqueued && !running.enqueue_waits(now)) {
            until = now;
        }
        tokio::select! {
            () = stopping.cancelled() => {}
            () = tokio::time::sleep_until(until) => {}
            event = self.source.recv() => {
                if let Some(event) = event {
                    self.take(event);
                }
            }
        }
        while let Ok(event) = self.source.try_recv() {
            self.take(event);
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Line(generation, LineEvent::Done { handed, outcome, took }) => {
                let outcome = if generation == self.queue.generation() {
                    self.lines.latency = self.lines.latency * 0.9 + took.as_secs_f64() * 0.1;
                    self.works |= matches!(outcome, SendOutcome::Accepted { .. });
                    outcome
                } else {
                    of_an_earlier_account(outcome)
                };
                self.done(&handed, outcome);
            }
            Event::Line(generation, _) if generation != self.queue.generation() => {}
            Event::Line(_, LineEvent::Opened) => {
                self.lines.opening -= 1;
                self.lines.open += 1;
                self.lines.failures = 0;
                self.lines.not_before = None;
            }
            Event::Line(_, LineEvent::Closed) => self.lines.open -= 1,
            Event::Line(_, LineEvent::Failed(outcome)) => self.line_failed(outcome),
            Event::Stocked { campaign, stock } => {
                self.preparing = false;
                self.stocked(campaign, stock);
            }
        }
    }

    fn line_failed(&mut self, outcome: SendOutcome) {
        self.lines.opening -= 1;
        let pause = Duration::from_secs(1 << self.lines.failures.min(6));
        self.lines.failures += 1;
        self.lines.not_before = Some(Instant::now() + pause);
        match outcome {
            SendOutcome::AccountStopped { reason, until } => self.account_stopped(&reason, until),
            SendOutcome::NeedsLogin { reason } => self.needs_login(&reason),
            SendOutcome::Retry { reason, .. } | SendOutcome::Refused { reason } | SendOutcome::Uncertain { reason } => {
                // Lines that are open go on alone: the server may allow no more of them.
                if self.lines.open == 0 {
                    self.hold_for(format!("No connection to the mail server: {}.", reason.trim_end().trim_end_matches('.')), pause);
                }
            }
            SendOutcome::Accepted { .. } => {}
        }
    }

    fn stocked(&mut self, campaign: i64, stock: Result<Stock>) {
        let Some(running) = self.campaigns.iter_mut().find(|running| running.campaign.id == campaign) else { return };
        match stock {
            Ok(stock) => {
                if !running.accepts(&stock) {
                    return;
                }
                running.stocked(&stock);
                self.left_out.extend(stock.left_out);
                self.postponed.extend(stock.postponed);
                if !self.left_out.is_empty() || !self.postponed.is_empty() {
                    self.gathered_at.get_or_insert_with(Instant::now);
                }
                self.stock.extend(stock.prepared);
            }
            Err(error) => {
                tracing::error!("a message cannot be built: {error:?}");
                running.pause_reason = Some(format!("A message cannot be built: {error:#}."));
                self.looked_at = None;
            }
        }
    }

    /// Looks which campaigns send, and lets go of those that no longer do.
    async fn look(&mut self) -> Result<()> {
        self.follow_clock().await?;
        self.renew().await?;
        self.apply_pauses().await?;
        self.note_login().await?;
        self.note_works().await?;
        let account = self.account;
        let is_refused = self.login != Login::Good;
        let (own, sending) = self
            .engine
            .store()
            .read(move |r| {
                let own = account::get(r, account)?.map(|account| OwnLimits::of(&account.settings)).unwrap_or_default();
                let campaigns = campaign::in_state(r, campaign::State::Sending)?;
                let of_account = campaigns.into_iter().filter(|campaign| !is_refused && campaign.sender == Some(account));
                let sending = of_account.map(|campaign| Ok((campaign::events(r, campaign.id)?, campaign))).collect::<Result<Vec<_>>>()?;
                Ok((own, sending))
            })
            .await?;
        self.own = own;
        let mut still = Vec::with_capacity(sending.len());
        for (events, campaign) in sending {
            let known = self.campaigns.iter().position(|running| running.campaign.id == campaign.id && running.events == events);
            still.push(match known {
                Some(index) => self.campaigns.swap_remove(index).with(campaign),
                None => Running::new(campaign, events),
            });
        }
        let gone: Vec<i64> = self.campaigns.drain(..).map(|running| running.campaign.id).collect();
        still.sort_by_key(|running| (running.waits_behind_others(), running.campaign.id));
        self.campaigns = still;
        self.keep_limits().await?;
        self.let_go(&gone);
        self.rewind();
        self.finish_campaigns().await
    }

    /// What was stocked or claimed for campaigns that paused, or whose events moved on, goes back.
    pub(super) fn let_go(&mut self, gone: &[i64]) {
        if gone.is_empty() {
            return;
        }
        self.stock.retain(|prepared| !gone.contains(&prepared.claim.campaign));
        self.take_back(|campaign| gone.contains(&campaign));
    }

    pub(super) fn take_back(&mut self, belongs: impl Fn(i64) -> bool) {
        for handed in self.queue.take_back(|handed| belongs(handed.campaign)) {
            self.finish(&handed, Finished::PutBack { keep: handed.keep });
        }
    }

    /// Rows that were put back, or became due again, lie before the place that stocking has come to.
    fn rewind(&mut self) {
        for running in &mut self.campaigns {
            let id = running.campaign.id;
            if running.is_at_end() && !self.stock.iter().any(|prepared| prepared.claim.campaign == id) {
                running.rewind();
            }
        }
    }

    async fn read_limits(&mut self) -> Result<()> {
        if self.limits_at.is_some_and(|at| at.elapsed() < LIMITS_EVERY) || self.is_held() {
            return Ok(());
        }
        match self.sender.limits().await {
            Ok(limits) => {
                self.limits = Some(limits);
                self.limits_at = Some(Instant::now());
                self.taken_since = 0;
                self.keep_limits().await?;
            }
            Err(SendOutcome::AccountStopped { reason, until }) => self.account_stopped(&reason, until),
            Err(SendOutcome::NeedsLogin { reason }) => self.needs_login(&reason),
            Err(SendOutcome::Retry { reason, .. } | SendOutcome::Refused { reason } | SendOutcome::Uncertain { reason }) => {
                self.hold_for(format!("The account does not say how much it may send: {reason}."), Duration::from_secs(10));
            }
            Err(SendOutcome::Accepted { .. }) => {}
        }
        Ok(())
    }

    fn open_lines(&mut self) {
        let now = Instant::now();
        // What waits in the queue needs a line too: all may have said goodbye just before it came.
        let has_work = !self.stock.is_empty() || self.total_in_doubt() > self.finished.len();
        if !has_work || self.lines.not_before.is_some_and(|at| at > now) {
            return;
        }
        let wanted = self.lines_wanted(now);
        while self.lines.open + self.lines.opening < wanted {
            self.lines.opening += 1;
            let (sender, queue, events) = (Arc::clone(&self.sender), Arc::clone(&self.queue), self.sink.clone());
            let generation = queue.generation();
            // A desk that is gone has nobody to tell.
            let tell = move |event| drop(events.send(Event::Line(generation, event)));
            self.engine.spawn(line::run(sender, queue, generation, tell));
        }
    }

    /// Parallelism follows rate × latency.
    fn lines_wanted(&mut self, now: Instant) -> usize {
        let most = self.limits.map_or(1, |limits| limits.connections.max(1));
        match self.pace.per_second_at(now) {
            None => most.min(self.stock.len().max(1)),
            Some(rate) => {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
                let busy = (rate * self.lines.latency * 1.5).ceil().clamp(1.0, 10_000.0) as usize;
                busy.min(most)
            }
        }
    }

    fn stock_up(&mut self) {
        let target = self.stock_target();
        if self.preparing || self.stock.len() > target / 2 || self.is_held() {
            return;
        }
        let Some(running) = self.campaigns.iter_mut().find(|running| running.wants_stock()) else { return };
        self.preparing = true;
        let id = running.campaign.id;
        let stocked = self.stock.iter().filter(|prepared| prepared.claim.campaign == id).count();
        let job = running.prepare(&self.engine, target, stocked);
        let sink = self.sink.clone();
        self.engine.spawn(async move {
            let stock = job.await;
            drop(sink.send(Event::Stocked { campaign: id, stock }));
        });
    }

    /// Enough that building never holds up sending, and no more than leaves within about a second: a message carries its time.
    fn stock_target(&mut self) -> usize {
        let most = self.limits.map_or(1, |limits| limits.connections.max(1)) * 8;
        match self.pace.per_second_at(Instant::now()) {
            None => most.max(64),
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
            Some(rate) => (rate.ceil().clamp(1.0, 10_000.0) as usize).min(most.max(64)),
        }
    }

    /// How many rows may be claimed now.
    pub(super) fn room(&self) -> usize {
        (2 * self.lines.open).saturating_sub(self.total_in_doubt().saturating_sub(self.finished.len()))
    }

    /// Whether it is worth a commit to claim so many: enough for half the lines, or all there is.
    pub(super) fn is_worth_a_turn(&self, room: usize) -> bool {
        let claims = room.min(self.stock.len());
        claims > 0 && (claims >= self.lines.open / 2 || claims == self.stock.len())
    }

    pub(super) fn has_gathered(&self) -> bool {
        // Company can only come from what is on its way.
        self.gathered_at.is_some_and(|at| at.elapsed() >= GATHER || self.total_in_doubt() <= self.finished.len())
    }

    pub(super) fn claims_until(now: Instant) -> Instant {
        now + AHEAD
    }

    pub(super) fn total_in_doubt(&self) -> usize {
        self.in_doubt.values().sum()
    }

    pub(super) fn look_soon(&mut self) {
        self.looked_at = None;
    }

    /// Nothing that was learned of the server holds any more, and its lines are no longer counted.
    pub(super) fn starts_anew(&mut self) {
        self.lines = Lines { latency: self.lines.latency, ..Lines::default() };
        (self.limits_at, self.hold, self.login) = (None, None, Login::Good);
    }

    /// Puts back what was not begun, waits for what is on its way, and writes down what became of it.
    async fn close(&mut self) {
        let now = self.engine.clock().now();
        if let Err(error) = self.engine.store().write(move |w| handed::forget(w, now - keep::LONGEST)).await {
            tracing::warn!("what no limit looks back to is kept: {error:#}");
        }
        self.stock.clear();
        self.take_back(|_| true);
        self.queue.close();
        let deadline = Instant::now() + FAREWELL;
        while self.total_in_doubt() > self.finished.len() {
            match tokio::time::timeout_at(deadline, self.source.recv()).await {
                Ok(Some(event)) => self.take(event),
                Ok(None) | Err(_) => break,
            }
        }
        if let Err(error) = self.write_down().await {
            tracing::error!("results could not be written; their rows become uncertain: {error:?}");
        }
    }
}

/// What a server says of an account that was changed since says nothing of the account as it is.
fn of_an_earlier_account(outcome: SendOutcome) -> SendOutcome {
    match outcome {
        SendOutcome::AccountStopped { reason, .. } | SendOutcome::NeedsLogin { reason } => {
            SendOutcome::Retry { after: Some(Duration::ZERO), reason, throttled: false }
        }
        outcome => outcome,
    }
}
