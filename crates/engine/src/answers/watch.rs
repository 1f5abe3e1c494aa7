//! Watching the inboxes: each has a loop of its own that reads, waits for the server's word, and reads again.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mail::port::MailInbox;
use store::account::{self, Account, Role};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;

use super::pull::pull_through;
use crate::event::{Changed, EngineEvent};
use crate::{Code, Engine, accounts};

/// How long to believe a server that says nothing.
const QUIET: Duration = Duration::from_mins(5);
/// How often to look for inboxes that were added.
const NEW_INBOXES: Duration = Duration::from_secs(10);
const FIRST_RETRY: Duration = Duration::from_secs(5);
const LAST_RETRY: Duration = Duration::from_mins(10);

/// Starts to watch every inbox, also those that are added later, until the engine stops.
pub fn watch(engine: &Engine) {
    let own = engine.clone();
    engine.spawn(async move {
        let watched: Arc<Mutex<BTreeSet<i64>>> = Arc::default();
        loop {
            for account in inboxes(&own).await {
                if watched.lock().unwrap_or_else(PoisonError::into_inner).insert(account.id) {
                    let (engine, watched) = (own.clone(), Arc::clone(&watched));
                    own.spawn(async move {
                        watch_one(&engine, account.id).await;
                        watched.lock().unwrap_or_else(PoisonError::into_inner).remove(&account.id);
                    });
                }
            }
            if !pause(&own, NEW_INBOXES).await {
                return;
            }
        }
    });
}

async fn inboxes(engine: &Engine) -> Vec<Account> {
    match engine.store().read(account::all).await {
        Ok(accounts) => accounts.into_iter().filter(|account| account.role == Role::Inbox).collect(),
        Err(error) => {
            tracing::warn!("the inboxes cannot be listed: {error:#}");
            Vec::new()
        }
    }
}

/// Reads an inbox until it is removed or the engine stops. What was opened of it is kept while all goes well and no account changes, so that
/// its server sees one login and not one for every look.
async fn watch_one(engine: &Engine, id: i64) {
    let mut retry = FIRST_RETRY;
    let mut happened = engine.subscribe();
    let mut opened: Option<Arc<dyn MailInbox>> = None;
    while let Some(account) = inboxes(engine).await.into_iter().find(|account| account.id == id) {
        if accounts_changed(&mut happened) {
            opened = None;
        }
        let wait = match pull_through(engine, &account, opened.take()).await {
            Ok((_, inbox)) => {
                retry = FIRST_RETRY;
                let is_news = until_news(engine, inbox.as_ref()).await;
                opened = Some(inbox).filter(|_| is_news);
                if is_news { Duration::ZERO } else { FIRST_RETRY }
            }
            Err(failure) => {
                tracing::info!("an inbox cannot be read: {:?}", failure.code);
                let wait = retry;
                retry = (retry * 2).min(LAST_RETRY);
                if matches!(failure.code, Code::NeedsLogin | Code::Locked) {
                    retry = FIRST_RETRY;
                    until_login(engine, id).await;
                }
                wait
            }
        };
        if !pause(engine, wait).await {
            return;
        }
    }
}

/// Waits for the server's word; false where it cannot be waited for.
async fn until_news(engine: &Engine, inbox: &dyn MailInbox) -> bool {
    tokio::select! {
        outcome = inbox.wait(QUIET) => outcome.is_ok(),
        () = engine.stopping().cancelled() => true,
    }
}

/// Whether an account changed since this was asked last. Events that were missed are one more reason to say so.
fn accounts_changed(happened: &mut Receiver<EngineEvent>) -> bool {
    let mut changed = false;
    loop {
        match happened.try_recv() {
            Ok(EngineEvent::Changed { what }) => changed |= what.contains(&Changed::Accounts),
            Ok(_) => {}
            Err(TryRecvError::Lagged(_)) => changed = true,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return changed,
        }
    }
}

/// Waits for the organizer, who alone can mend a refused login: trying often may lock the account. It is tried now and then, for a server
/// that was wrong.
async fn until_login(engine: &Engine, id: i64) {
    let mut happened = engine.subscribe();
    let signed_in = async {
        while waits_for_organizer(engine, id).await {
            // Events that were missed are one more reason to look.
            drop(happened.recv().await);
        }
    };
    tokio::select! {
        () = signed_in => {}
        _ = pause(engine, LAST_RETRY) => {}
    }
}

async fn waits_for_organizer(engine: &Engine, id: i64) -> bool {
    let login = accounts::awaits_login(engine, id).await;
    let vault = engine.vault().trouble(engine.store()).await;
    matches!(login, Ok(Some(_))) || matches!(vault, Ok(Some(_)))
}

/// False once the engine stops.
async fn pause(engine: &Engine, length: Duration) -> bool {
    tokio::select! {
        () = tokio::time::sleep(length) => !engine.stopping().is_cancelled(),
        () = engine.stopping().cancelled() => false,
    }
}
