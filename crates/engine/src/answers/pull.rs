//! Reading inboxes: a batch of messages and the place where to go on are one transaction.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use futures::future::try_join_all;
use mail::address::Address;
use mail::port::{InboxError, MailInbox, Received};
use store::account::{self, Account, Role, State as AccountState};
use store::inbox_cursor;

use super::effect::{Read, Taken, take_in};
use super::identity::identity;
use super::judge::InboxFacts;
use super::refresh;
use super::view::PullResult;
use crate::event::{Changed, EngineEvent};
use crate::{Code, Engine, Failure, accounts};

/// Messages of a step: enough to share the cost of a commit, few enough for memory.
const BATCH: usize = 500;
/// Messages that one thread reads before it hands over.
const SHARE: usize = 64;

/// Reads every inbox. One that cannot be read does not keep the others from being read.
///
/// # Errors
/// The first inbox that could not be read, after all others were.
pub async fn pull_all(engine: &Engine) -> Result<PullResult, Failure> {
    let accounts = engine.store().read(account::all).await?;
    let mut total = PullResult::default();
    let mut failed = None;
    for account in accounts.into_iter().filter(|account| account.role == Role::Inbox) {
        match pull_account(engine, &account).await {
            Ok(result) => add(&mut total, &result),
            Err(failure) => failed = failed.or(Some(failure)),
        }
    }
    failed.map_or(Ok(total), Err)
}

/// Reads the inbox of that name.
///
/// # Errors
/// When there is none, or it cannot be read.
pub async fn pull_named(engine: &Engine, name: &str) -> Result<PullResult, Failure> {
    let label = name.to_owned();
    let account = engine.store().read(move |r| account::by_label(r, Role::Inbox, &label)).await?;
    let missing = || Failure::new(Code::NotFound, format!("There is no inbox named “{name}”.")).with("what", "inbox").with("name", name);
    pull_account(engine, &account.ok_or_else(missing)?).await
}

/// Reads an inbox.
///
/// # Errors
/// When there is none, or it cannot be read.
pub async fn pull(engine: &Engine, inbox: i64) -> Result<PullResult, Failure> {
    let account = engine.store().read(move |r| account::get(r, inbox)).await?;
    let missing = || Failure::new(Code::NotFound, "This inbox is no longer there.").with("what", "inbox").with("name", inbox);
    pull_account(engine, &account.ok_or_else(missing)?).await
}

async fn pull_account(engine: &Engine, account: &Account) -> Result<PullResult, Failure> {
    let outcome = match accounts::inbox(engine, account.id).await {
        Ok(inbox) => read_on(engine, account, inbox.as_ref()).await,
        Err(error) => Err(Failure::from(error)),
    };
    note_state(engine, account, outcome.as_ref().err()).await?;
    outcome
}

/// Reads everything that is there now.
async fn read_on(engine: &Engine, account: &Account, inbox: &dyn MailInbox) -> Result<PullResult, Failure> {
    let facts = Arc::new(facts(account));
    let mut total = PullResult::default();
    loop {
        let id = account.id;
        let cursors = engine.store().read(move |r| inbox_cursor::of(r, id)).await?;
        let batch = inbox.fetch(&cursors, BATCH).await.map_err(|error| unreadable(account, &error))?;
        let read = read_messages(batch.messages).await?;
        let (facts, now, cursors) = (Arc::clone(&facts), engine.clock().now(), batch.cursors);
        let (result, asked) = engine
            .store()
            .write(move |w| {
                let (mut result, mut asked) = (PullResult::default(), Vec::new());
                for message in &read {
                    let taken = take_in(w, &facts, message, now)?;
                    count(&mut result, taken);
                    if let Taken::AskedAgain(receipt) = taken {
                        asked.push(receipt);
                    }
                }
                inbox_cursor::put(w, facts.account, &cursors)?;
                Ok((result, asked))
            })
            .await
            .context("Keep what came back")?;
        for receipt in asked {
            refresh::answer(engine, receipt).await?;
        }
        tell(engine, &result);
        add(&mut total, &result);
        if !batch.more || engine.stopping().is_cancelled() {
            return Ok(total);
        }
    }
}

/// Reads messages on as many threads as there are, in the order in which they lie in the inbox.
async fn read_messages(messages: Vec<Received>) -> Result<Vec<Read>> {
    let mut shares: Vec<Vec<Received>> = Vec::new();
    for message in messages {
        match shares.last_mut().filter(|share| share.len() < SHARE) {
            Some(share) => share.push(message),
            None => shares.push(vec![message]),
        }
    }
    let work = shares.into_iter().map(|share| tokio::task::spawn_blocking(|| share.into_iter().map(read).collect::<Vec<_>>()));
    Ok(try_join_all(work).await.context("Read what came back")?.into_iter().flatten().collect())
}

fn read(received: Received) -> Read {
    let incoming = mail::incoming::read(&received.message);
    Read { identity: identity(&received.message, &incoming), received_at: received.received_at, raw: received.message, incoming }
}

pub(super) fn facts(account: &Account) -> InboxFacts {
    let address = Address::parse(&account.address).map_or_else(|_| account.address.to_lowercase(), |address| address.normalised);
    let authserv_id = account.settings.get("authserv_id").and_then(serde_json::Value::as_str).map(str::to_owned);
    InboxFacts { account: account.id, address, authserv_id }
}

fn unreadable(account: &Account, error: &InboxError) -> Failure {
    let code = match error {
        InboxError::NeedsLogin(_) => Code::NeedsLogin,
        InboxError::Unreachable(_) | InboxError::Protocol(_) => Code::Unreachable,
    };
    Failure::new(code, format!("The inbox “{}” cannot be read: {error}", account.label)).with("account", &account.label)
}

/// Keeps what the organizer should know of the account in step with the last try.
async fn note_state(engine: &Engine, account: &Account, failure: Option<&Failure>) -> Result<(), Failure> {
    let state = match failure {
        None => AccountState::Ok,
        Some(failure) if failure.code == Code::NeedsLogin => AccountState::NeedsLogin(failure.message.clone()),
        Some(_) => return Ok(()),
    };
    if state != account.state {
        let id = account.id;
        engine.store().write(move |w| account::put_state(w, id, &state)).await?;
        engine.tell(EngineEvent::Changed { what: vec![Changed::Accounts] });
    }
    Ok(())
}

fn tell(engine: &Engine, result: &PullResult) {
    if result.answers > 0 || result.bounces > 0 || result.desk > 0 {
        engine.tell(EngineEvent::Answers { answers: result.answers, bounces: result.bounces, desk: result.desk });
        engine.tell(EngineEvent::Changed { what: vec![Changed::Answers, Changed::Campaigns] });
    }
}

fn count(result: &mut PullResult, taken: Taken) {
    result.messages += 1;
    match taken {
        Taken::Answer => result.answers += 1,
        Taken::Bounce => result.bounces += 1,
        Taken::Desk => result.desk += 1,
        Taken::Other | Taken::AskedAgain(_) => result.other += 1,
    }
}

fn add(total: &mut PullResult, result: &PullResult) {
    total.messages += result.messages;
    total.answers += result.answers;
    total.bounces += result.bounces;
    total.desk += result.desk;
    total.other += result.other;
}
