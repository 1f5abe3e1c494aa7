//! The sender: a loop over what the ledger says is to be sent, one desk per account.

mod allowance;
mod clocks;
mod desk;
mod ended;
mod keep;
mod limits;
mod line;
mod pace;
mod renew;
mod running;
mod turn;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp};
use store::campaign::{self, Campaign, State};
use store::delivery;
use tokio::sync::Notify;

use super::{accounts, flow, status};
use crate::clock;
use crate::lease::{self, Lease, Taken};
use crate::{Code, Engine, Failure};

const LOOK_EVERY: Duration = Duration::from_millis(250);
/// A schedule that was missed by more than this, because the computer slept or was off, asks before it sends.
const PUNCTUAL: SignedDuration = SignedDuration::from_mins(10);

/// Why a campaign waits. Kept here as well as in the database: a full disk can be told of, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    /// In a sentence.
    pub(crate) reason: String,
    /// Until when, where that is known.
    pub(crate) until: Option<Timestamp>,
}

/// What the engine keeps for its sender.
pub(crate) struct Sending {
    state: PathBuf,
    started: AtomicBool,
    wake: Notify,
    rates: Mutex<BTreeMap<i64, f64>>,
    busy: Mutex<BTreeSet<i64>>,
    waits: Mutex<BTreeMap<i64, Wait>>,
    elsewhere: AtomicBool,
}

impl Sending {
    /// A sender whose lease lies in this folder.
    pub(crate) fn new(state: PathBuf) -> Self {
        Self {
            state,
            started: AtomicBool::new(false),
            wake: Notify::new(),
            rates: Mutex::default(),
            busy: Mutex::default(),
            waits: Mutex::default(),
            elsewhere: AtomicBool::new(false),
        }
    }

    /// Where the lease lies.
    pub(crate) fn state(&self) -> &std::path::Path {
        &self.state
    }

    /// There may be something to do.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Messages a second of a campaign over the last seconds.
    pub(crate) fn rate(&self, campaign: i64) -> f64 {
        lock(&self.rates).get(&campaign).copied().unwrap_or(0.0)
    }

    fn set_rate(&self, campaign: i64, rate: f64) {
        lock(&self.rates).insert(campaign, rate);
    }

    /// Why a campaign of this process waits; none where it does not.
    pub(crate) fn wait(&self, campaign: i64) -> Option<Wait> {
        lock(&self.waits).get(&campaign).cloned()
    }

    fn set_wait(&self, campaign: i64, wait: Option<Wait>) {
        let mut waits = lock(&self.waits);
        match wait {
            Some(wait) => waits.insert(campaign, wait),
            None => waits.remove(&campaign),
        };
    }

    /// Another process has the right to send, and does.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.elsewhere.load(Ordering::Relaxed)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whoever panicked left whole values behind.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the sender of this process. Calling it again changes nothing.
pub fn start_sending(engine: &Engine) {
    if engine.sending().started.swap(true, Ordering::SeqCst) {
        return;
    }
    let sender = Sender { engine: engine.clone(), lease: None, told: BTreeMap::new() };
    engine.spawn(sender.run());
}

struct Sender {
    engine: Engine,
    lease: Option<Arc<Lease>>,
    /// Why campaigns wait, as it was last told.
    told: BTreeMap<i64, String>,
}

impl Sender {
    async fn run(mut self) {
        let stopping = self.engine.stopping().clone();
        while !stopping.is_cancelled() {
            if let Err(error) = self.round().await {
                tracing::error!("the sender waits: {error:?}");
            }
            tokio::select! {
                () = stopping.cancelled() => {}
                () = self.engine.sending().wake.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }

    async fn round(&mut self) -> Result<()> {
        self.start_scheduled().await?;
        for paused in self.engine.store().read(|r| campaign::in_state(r, State::Paused)).await?.into_iter().filter(|paused| paused.enqueued)
        {
            ended::end_overtaken(&self.engine, paused.id).await?;
        }
        let sending = self.engine.store().read(|r| campaign::in_state(r, State::Sending)).await?;
        if sending.is_empty() {
            return Ok(());
        }
        let lease = match self.hold_lease(&sending).await {
            Ok(Some(lease)) => lease,
            Ok(None) => return Ok(()),
            Err(error) => {
                // Such as a state folder that cannot be written: nothing may leave, and nobody is to wonder why.
                let reason = format!("Rollcall cannot note what it sends: {error:#}.");
                for campaign in &sending {
                    self.wait_for(campaign, &reason).await?;
                }
                return Ok(());
            }
        };
        for campaign in sending {
            // What keeps one campaign back holds up no other.
            if let Err(error) = self.serve(&campaign, &lease).await {
                tracing::error!("campaign {} waits: {error:?}", campaign.id);
                self.wait_for(&campaign, &format!("Sending waits: {}", Failure::from(error).message)).await?;
            }
        }
        Ok(())
    }

    async fn serve(&mut self, campaign: &Campaign, lease: &Arc<Lease>) -> Result<()> {
        if self.pause_changed(campaign).await? {
            return Ok(());
        }
        match campaign.sender {
            Some(account) => self.open_desk(account, campaign, lease).await,
            None => Ok(()),
        }
    }

    /// Campaigns whose time has come begin; those whose time was missed ask.
    async fn start_scheduled(&self) -> Result<()> {
        let now = self.engine.clock().now();
        let scheduled = self.engine.store().read(|r| campaign::in_state(r, State::Scheduled)).await?;
        for campaign in scheduled {
            let Some(at) = campaign.scheduled_at.filter(|at| *at <= now) else { continue };
            let id = campaign.id;
            let ask = if now.duration_since(at) > PUNCTUAL {
                let at = clock::words(self.engine.clock(), at);
                Some(format!("Its time, {at}, passed while Rollcall was not running. Resume to send it now."))
            } else {
                let begun = flow::begin(&self.engine, id, &[State::Scheduled]).await;
                begun.err().map(|error| format!("It could not begin at its time: {}", Failure::from(error).message))
            };
            if let Some(reason) = ask {
                self.engine.store().write(move |w| campaign::advance(w, id, &[State::Scheduled], State::Paused, &reason, now)).await?;
            }
            status::tell(&self.engine, id).await?;
        }
        Ok(())
    }

    /// The right to send. Whoever takes it over settles what the last holder left on its way.
    async fn hold_lease(&mut self, sending: &[Campaign]) -> Result<Option<Arc<Lease>>> {
        if let Some(lease) = &self.lease {
            return Ok(Some(Arc::clone(lease)));
        }
        let taken = lease::acquire(self.engine.store(), &self.engine.sending().state).await.context("Ask for the right to send")?;
        let elsewhere = matches!(taken, Taken::Elsewhere);
        self.engine.sending().elsewhere.store(elsewhere, Ordering::Relaxed);
        match taken {
            Taken::Held(lease) => {
                self.recover(None, "Rollcall ended while it was on its way: nobody can know whether it arrived.").await?;
                let lease = Arc::new(lease);
                self.lease = Some(Arc::clone(&lease));
                Ok(Some(lease))
            }
            Taken::Elsewhere => Ok(None),
            Taken::Refused(reason) => {
                for campaign in sending {
                    self.wait_for(campaign, &reason).await?;
                }
                Ok(None)
            }
        }
    }

    /// What was on its way when a sender ended, of one account or of all, may or may not have arrived.
    async fn recover(&self, account: Option<i64>, reason: &'static str) -> Result<()> {
        let now = self.engine.clock().now();
        if !self.engine.store().read(move |r| delivery::turn::is_on_its_way(r, account)).await? {
            return Ok(());
        }
        let left = self.engine.store().write(move |w| delivery::turn::recover(w, account, reason, now)).await?;
        tracing::warn!("{left} deliveries were on their way when their sender ended: they are uncertain now");
        Ok(())
    }

    async fn wait_for(&mut self, campaign: &Campaign, reason: &str) -> Result<()> {
        if self.told.get(&campaign.id).map(String::as_str) == Some(reason) && campaign.reason == reason {
            return Ok(());
        }
        self.told.insert(campaign.id, reason.to_owned());
        let (id, reason) = (campaign.id, reason.to_owned());
        self.engine.store().write(move |w| campaign::put_waiting(w, id, &reason)).await?;
        status::tell(&self.engine, id).await
    }

    /// Waits, unless another campaign has told all that was left.
    async fn wait_without_desk(&mut self, campaign: &Campaign, reason: &str) -> Result<()> {
        if ended::end(&self.engine, campaign.id).await? { Ok(()) } else { self.wait_for(campaign, reason).await }
    }

    /// An event that changed while its campaign sends: the organizer decides.
    async fn pause_changed(&self, campaign: &Campaign) -> Result<bool> {
        let id = campaign.id;
        let Some(summary) = self.engine.store().read(move |r| super::content::changed_since_frozen(r, id)).await? else {
            return Ok(false);
        };
        let reason = format!("“{summary}” changed while this was being sent. Resume to send the rest with the new details.");
        let now = self.engine.clock().now();
        self.engine.store().write(move |w| campaign::advance(w, id, &[State::Sending], State::Paused, &reason, now)).await?;
        status::tell(&self.engine, id).await?;
        Ok(true)
    }

    /// Why nothing can be sent from an account that cannot be opened. What its organizer has to enter again is noted at the account.
    async fn unopened(&self, account: i64, error: &anyhow::Error) -> Result<String> {
        if let Some(failure) = error.downcast_ref::<Failure>().filter(|failure| failure.code == Code::NeedsLogin) {
            crate::accounts::note_refused_login(&self.engine, account, &failure.message).await?;
        }
        Ok(crate::accounts::awaits_login(&self.engine, account).await?.unwrap_or_else(|| format!("{error:#}")))
    }

    async fn open_desk(&mut self, account: i64, campaign: &Campaign, lease: &Arc<Lease>) -> Result<()> {
        if lock(&self.engine.sending().busy).contains(&account) {
            return Ok(());
        }
        if let Some(reason) = crate::accounts::awaits_login(&self.engine, account).await? {
            return self.wait_without_desk(campaign, &reason).await;
        }
        let opened = renew::Opened::read(&self.engine, account).await?;
        let sender = match accounts::sender(&self.engine, account).await {
            Ok(sender) => sender,
            Err(error) => {
                let reason = self.unopened(account, &error).await?;
                return self.wait_without_desk(campaign, &reason).await;
            }
        };
        self.recover(Some(account), "The sender of this account ended while it was on its way: nobody can know whether it arrived.")
            .await?;
        lock(&self.engine.sending().busy).insert(account);
        let desk = desk::Desk::new(self.engine.clone(), account, opened, sender, Arc::clone(lease));
        let open = Open { engine: self.engine.clone(), account };
        self.engine.spawn(async move {
            desk.run().await;
            drop(open);
        });
        Ok(())
    }
}

/// A desk that works; however it ends, another can be opened after it.
struct Open {
    engine: Engine,
    account: i64,
}

impl Drop for Open {
    fn drop(&mut self) {
        lock(&self.engine.sending().busy).remove(&self.account);
    }
}
