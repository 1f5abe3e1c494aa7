//! Looking at accounts by itself: every few seconds while the window is in front, now and then while nobody looks, and soon after a change here.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use store::account::{self, Account, Role, State};
use store::calendar::mirror;
use store::{remote_write, setting};
use tokio::sync::Notify;

use super::{opened, resting, sync_account};
use crate::Engine;
use crate::event::{Changed, EngineEvent};

/// The setting for how often accounts are looked at while nobody looks, in minutes; 0 leaves it to the organizer.
pub const SYNC_MINUTES: &str = "sync_minutes";
const DEFAULT_MINUTES: u64 = 5;
/// While the window is in front; further apart where an account has many calendars, each of which is a request.
const IN_FRONT: Duration = Duration::from_secs(4);
/// The providers count requests by the minute: a look may ask for so many calendars a second.
const CALENDARS_A_SECOND: u32 = 3;
/// Edits come several at a time.
const SETTLE: Duration = Duration::from_secs(1);
const NEW_ACCOUNTS: Duration = Duration::from_secs(10);
const FIRST_RETRY: Duration = Duration::from_secs(15);
const LAST_RETRY: Duration = Duration::from_mins(15);
const NOT_BY_ITSELF: Duration = Duration::from_hours(24 * 365);

/// How eagerly is looked.
#[derive(Default)]
pub(super) struct Pace {
    in_front: AtomicBool,
    wake: Notify,
}

impl Pace {
    /// Looks at once.
    pub(super) fn wake(&self) {
        self.wake.notify_waiters();
    }
}

/// Says whether the window is in front: what changes at a provider is then to be seen within seconds.
pub fn set_in_front(engine: &Engine, in_front: bool) {
    let before = engine.syncing().pace.in_front.swap(in_front, Ordering::Relaxed);
    if in_front && !before {
        engine.syncing().pace.wake();
    }
}

/// Starts to look at every calendar account, also those that are added later, until the engine stops.
pub fn watch(engine: &Engine) {
    let own = engine.clone();
    engine.spawn(async move {
        let watched: Arc<Mutex<BTreeSet<i64>>> = Arc::default();
        loop {
            for account in accounts(&own).await {
                if watched.lock().unwrap_or_else(PoisonError::into_inner).insert(account.id) {
                    let (engine, watched) = (own.clone(), Arc::clone(&watched));
                    own.spawn(async move {
                        watch_one(&engine, account.id).await;
                        watched.lock().unwrap_or_else(PoisonError::into_inner).remove(&account.id);
                    });
                }
            }
            tokio::select! {
                () = tokio::time::sleep(NEW_ACCOUNTS) => {}
                () = own.syncing().pace.wake.notified() => {}
                () = own.stopping().cancelled() => return,
            }
        }
    });
}

async fn accounts(engine: &Engine) -> Vec<Account> {
    match engine.store().read(account::all).await {
        Ok(accounts) => accounts.into_iter().filter(|account| account.role == Role::Calendar).collect(),
        Err(error) => {
            tracing::warn!("the calendar accounts cannot be listed: {error:#}");
            Vec::new()
        }
    }
}

/// Looks at an account until it is removed or the engine stops.
async fn watch_one(engine: &Engine, id: i64) {
    let mut retry = FIRST_RETRY;
    while let Some(account) = accounts(engine).await.into_iter().find(|account| account.id == id) {
        let is_well = if matches!(account.state, State::NeedsLogin(_)) {
            // Only its owner can mend that.
            true
        } else {
            match sync_account(engine, &account).await {
                Ok(report) => report.problem.is_empty() && report.calendars.iter().all(|calendar| calendar.problem.is_empty()),
                Err(error) => {
                    tracing::warn!("a calendar account cannot be looked at: {error:#}");
                    false
                }
            }
        };
        let wait = match pause(engine, id).await {
            Some(pause) => pause,
            None if is_well => interval(engine, id).await,
            None => retry,
        };
        retry = if is_well { FIRST_RETRY } else { (retry * 2).min(LAST_RETRY) };
        if !until_due(engine, id, wait).await {
            return;
        }
    }
}

/// How long the provider wants to be left alone; none where it does not.
async fn pause(engine: &Engine, id: i64) -> Option<Duration> {
    let until = resting(engine, id).await.ok().flatten()?;
    Duration::try_from(until.duration_since(engine.clock().now())).ok()
}

/// How long until the next look.
async fn interval(engine: &Engine, id: i64) -> Duration {
    let least = match opened(engine, id).await {
        Ok(remote) => Duration::from_secs(remote.least_seconds_between_looks()),
        Err(_) => FIRST_RETRY,
    };
    let mirrored = engine.store().read(move |r| mirror::of_account(r, id)).await.map_or(0, |mirrors| mirrors.len());
    let own_share = Duration::from_secs(u64::from(u32::try_from(mirrored).unwrap_or(u32::MAX) / CALENDARS_A_SECOND));
    if engine.syncing().pace.in_front.load(Ordering::Relaxed) {
        return IN_FRONT.max(own_share).max(least);
    }
    let minutes = engine.store().read(|r| setting::get(r, SYNC_MINUTES)).await.ok().flatten();
    match minutes.and_then(|minutes| minutes.parse().ok()).unwrap_or(DEFAULT_MINUTES) {
        0 => NOT_BY_ITSELF,
        minutes => Duration::from_mins(minutes).max(least),
    }
}

/// Waits until it is time, until something is asked for, or until something that changed here is to be written. False once the engine stops.
async fn until_due(engine: &Engine, id: i64, wait: Duration) -> bool {
    let mut happened = engine.subscribe();
    let time = tokio::time::sleep(wait);
    tokio::pin!(time);
    loop {
        tokio::select! {
            () = &mut time => return !engine.stopping().is_cancelled(),
            () = engine.syncing().pace.wake.notified() => return !engine.stopping().is_cancelled(),
            () = engine.stopping().cancelled() => return false,
            event = happened.recv() => {
                let is_edit = matches!(&event, Ok(EngineEvent::Changed { what }) if what.contains(&Changed::Events));
                if !(is_edit && has_writes(engine, id).await) {
                    continue;
                }
                tokio::select! {
                    () = tokio::time::sleep(SETTLE) => return true,
                    () = engine.stopping().cancelled() => return false,
                }
            }
        }
    }
}

pub(super) async fn has_writes(engine: &Engine, id: i64) -> bool {
    let now = engine.clock().now();
    let due = engine.store().read(move |r| {
        for mirror in mirror::of_account(r, id)? {
            if remote_write::next_at(r, mirror.calendar)?.is_some_and(|at| at <= now) {
                return Ok(true);
            }
        }
        Ok(false)
    });
    due.await.unwrap_or_default()
}
