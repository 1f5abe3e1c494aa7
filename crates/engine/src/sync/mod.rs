//! The organizer's own calendars, mirrored both ways.
//!
//! What a provider told is kept item by item (`store::remote_item`): it is what both sides last had in common. A look takes in what changed
//! there since (`pull`, `land`), planned by `calendar::sync`, and writes there what changed here since (`push`). Every step rests on what was
//! seen before it, so that a look can end anywhere, run twice, or run in two programs at once.

mod accounts;
mod clashes;
mod land;
mod pull;
mod push;
mod run;
mod sub_calendars;
pub mod view;
mod watch;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use calendar::remote::{CalendarRemote, RemoteFailure};
use jiff::{SignedDuration, Timestamp};
use mail::consent::SignIn;
use store::account::{self, Account, Role};
use store::calendar::mirror::{self, Mirror};

pub use accounts::{abandon, connect, connect_mail, consented, list, named, pasted, reconnect, remove, renew};
pub use clashes::{clashes, settle_clash};
pub(crate) use sub_calendars::rename_there;
pub use sub_calendars::{create_remote_calendar, mirror_calendars, remote_calendars, stop_mirroring};
pub use watch::{SYNC_MINUTES, set_in_front, watch};

use self::run::Run;
use self::view::{AccountSynced, CalendarSynced, Standing};
use crate::{Engine, accounts as services, clock, copies};

/// No provider is left alone for longer, whatever it asks: a later moment was worked out by a clock that was wrong.
const LONGEST_REST: SignedDuration = SignedDuration::from_hours(24);

/// What is kept of accounts between looks: what was opened, whose turn it is, and consent that is being waited for.
#[derive(Default)]
pub(crate) struct Syncing {
    opened: Mutex<HashMap<i64, Arc<dyn CalendarRemote>>>,
    turns: Mutex<HashMap<i64, Arc<tokio::sync::Mutex<()>>>>,
    asked: tokio::sync::Mutex<Option<accounts::Asked>>,
    asking: Mutex<Option<Arc<dyn SignIn>>>,
    pace: watch::Pace,
}

/// Why a look ended before its end.
#[derive(Debug)]
enum Stopped {
    /// The provider.
    Remote(RemoteFailure),
    /// This computer.
    Here(anyhow::Error),
}

impl From<RemoteFailure> for Stopped {
    fn from(failure: RemoteFailure) -> Self {
        Self::Remote(failure)
    }
}

impl From<anyhow::Error> for Stopped {
    fn from(error: anyhow::Error) -> Self {
        Self::Here(error)
    }
}

impl Syncing {
    /// One look at an account at a time.
    fn turn(&self, account: i64) -> Arc<tokio::sync::Mutex<()>> {
        Arc::clone(self.turns.lock().unwrap_or_else(PoisonError::into_inner).entry(account).or_default())
    }

    /// Lets go of what was opened: its settings or secrets changed.
    pub(crate) fn forget(&self, account: i64) {
        drop(self.opened.lock().unwrap_or_else(PoisonError::into_inner).remove(&account));
    }
}

/// The calendars behind an account. What was opened of them is kept: a token that was just got is good for an hour.
async fn opened(engine: &Engine, account: i64) -> Result<Arc<dyn CalendarRemote>> {
    let known = || engine.syncing().opened.lock().unwrap_or_else(PoisonError::into_inner).get(&account).cloned();
    if let Some(known) = known() {
        return Ok(known);
    }
    let remote = services::calendars(engine, account).await?;
    engine.syncing().opened.lock().unwrap_or_else(PoisonError::into_inner).insert(account, Arc::clone(&remote));
    Ok(remote)
}

/// Looks at every calendar of every account, or of one.
///
/// # Errors
/// `NotFound` for the account, or when the database cannot be used. What a provider refuses stands in the report.
pub async fn sync(engine: &Engine, label: Option<&str>) -> Result<Vec<AccountSynced>> {
    let accounts = match label {
        Some(label) => vec![accounts::by_label(engine, label).await?],
        None => engine.store().read(account::all).await?.into_iter().filter(|account| account.role == Role::Calendar).collect(),
    };
    let mut reports = Vec::with_capacity(accounts.len());
    for account in accounts {
        reports.push(sync_account(engine, &account).await?);
    }
    if copies::follow(engine).await?.written > 0 {
        write_copies(engine, &mut reports).await?;
    }
    Ok(reports)
}

/// What the rules wrote goes to its provider at once.
async fn write_copies(engine: &Engine, reports: &mut [AccountSynced]) -> Result<()> {
    for report in reports {
        let id = report.account.parse().unwrap_or_default();
        let Some(account) = engine.store().read(move |r| account::get(r, id)).await?.filter(|_| report.problem.is_empty()) else {
            continue;
        };
        if !watch::has_writes(engine, account.id).await {
            continue;
        }
        let second = sync_account(engine, &account).await?;
        report.state = second.state;
        report.problem = second.problem;
        for (first, second) in report.calendars.iter_mut().zip(second.calendars) {
            first.add(second);
        }
    }
    Ok(())
}

/// Looks at every mirrored calendar of an account. Whoever comes second waits for the first.
pub(crate) async fn sync_account(engine: &Engine, account: &Account) -> Result<AccountSynced> {
    let turn = engine.syncing().turn(account.id);
    let _turn = turn.lock().await;
    let id = account.id;
    let mirrors = engine.store().read(move |r| mirror::of_account(r, id)).await?;
    let mut report = AccountSynced { account: id.to_string(), label: account.label.clone(), ..AccountSynced::default() };
    if let Some(until) = resting(engine, id).await? {
        report.problem = format!("The provider asked for a pause. It is tried again by itself at {}.", clock::words(engine.clock(), until));
        report.state = Standing::Waiting;
        report.calendars = mirrors.iter().map(|mirror| left_alone(mirror, &report.problem)).collect();
        return Ok(report);
    }
    let remote = match opened(engine, id).await {
        Ok(remote) => remote,
        Err(error) => {
            report.state = Standing::Failed;
            report.problem = crate::Failure::from(error).message;
            return Ok(report);
        }
    };
    let is_asked = !mirrors.is_empty();
    for mirror in mirrors {
        let (calendar, stopped) = Run::new(engine, Arc::clone(&remote), mirror).look().await?;
        report.calendars.push(calendar);
        match stopped {
            None | Some(RemoteFailure::CalendarGone { .. } | RemoteFailure::Refused { .. } | RemoteFailure::TokenExpired) => {}
            // The others would hear the same.
            Some(failure) => {
                accounts::note(engine, account, &failure).await?;
                let last = report.calendars.last();
                (report.state, report.problem) = last.map(|last| (last.state, last.problem.clone())).unwrap_or_default();
                return Ok(report);
            }
        }
    }
    if is_asked {
        accounts::note_works(engine, account).await?;
    }
    Ok(report)
}

/// Until when an account is left alone because its provider asked for that; none where that is over.
async fn resting(engine: &Engine, account: i64) -> Result<Option<Timestamp>> {
    let now = engine.clock().now();
    let row = engine.store().read(move |r| account::get(r, account)).await?;
    Ok(row.and_then(|row| row.rest_until).filter(|until| *until > now && until.duration_since(now) <= LONGEST_REST))
}

/// Until when the provider wants to be left alone; none where it does not say.
fn rest_until(now: Timestamp, failure: &RemoteFailure) -> Option<Timestamp> {
    let RemoteFailure::Later { after_seconds: Some(seconds), .. } = failure else { return None };
    let asked = SignedDuration::from_secs(i64::try_from(*seconds).unwrap_or(i64::MAX));
    now.checked_add(asked.min(LONGEST_REST)).ok()
}

/// The report on a calendar that was not asked for.
fn left_alone(mirror: &Mirror, problem: &str) -> CalendarSynced {
    CalendarSynced {
        calendar: mirror.calendar.to_string(),
        name: mirror.name.clone(),
        state: Standing::Waiting,
        problem: problem.to_owned(),
        ..CalendarSynced::default()
    }
}
