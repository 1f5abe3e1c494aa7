//! Reading inboxes: a batch of messages and the place where to go on are one transaction.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use futures::future::try_join_all;
use jiff::{SignedDuration, Timestamp};
use mail::address::Address;
use mail::port::{Batch, FolderCursor, InboxError, MailInbox, Place, Reach, Received};
use store::account::{self, Account, Role, State as AccountState};
use store::{Writer, filing, inbox_cursor, invitation, mail_command};

use super::effect::{Read, Taken, is_handled, take_in};
use super::identity::identity;
use super::judge::InboxFacts;
use super::refresh;
use super::view::PullResult;
use crate::event::{Changed, EngineEvent};
use crate::{Code, Engine, Failure, accounts, commands};

/// Messages of a step: enough to share the cost of a commit, few enough for memory.
const BATCH: usize = 500;
/// Messages that one thread reads before it hands over.
const SHARE: usize = 64;
/// Clocks and zones of servers are wrong by less.
const MARGIN: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Messages that are put away at once.
const PUT_AWAY: u32 = 500;

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
    Ok(pull_through(engine, account, None).await?.0)
}

/// Reads an inbox through what was opened of it before, or opens it; gives what it was read through.
pub(super) async fn pull_through(
    engine: &Engine,
    account: &Account,
    opened: Option<Arc<dyn MailInbox>>,
) -> Result<(PullResult, Arc<dyn MailInbox>), Failure> {
    let outcome = async {
        let inbox = match opened {
            Some(inbox) => inbox,
            None => accounts::inbox(engine, account.id).await?,
        };
        Ok((read_on(engine, account, inbox.as_ref()).await?, inbox))
    };
    let outcome = outcome.await;
    note_state(engine, account, outcome.as_ref().err()).await?;
    outcome
}

/// Reads everything that is there now.
async fn read_on(engine: &Engine, account: &Account, inbox: &dyn MailInbox) -> Result<PullResult, Failure> {
    let facts = Arc::new(facts(account));
    let id = account.id;
    let first = engine.store().read(move |r| Ok([invitation::first_made_at(r)?, mail_command::first_added_at(r, id)?])).await?;
    // Of a large mailbox only that much can concern us.
    let reach =
        first.into_iter().flatten().min().map_or(Reach::Nothing, |first| first.checked_sub(MARGIN).map_or(Reach::Everything, Reach::Since));
    let mut total = PullResult::default();
    put_away(engine, account, inbox).await?;
    answer_commands(engine).await;
    let mut cursors = engine.store().read(move |r| inbox_cursor::of(r, id)).await?;
    let fetch = async |cursors: &[FolderCursor]| inbox.fetch(cursors, reach, BATCH).await.map_err(|error| unreadable(account, &error));
    let mut batch = fetch(&cursors).await?;
    loop {
        let more = batch.more;
        cursors.retain(|old| batch.cursors.iter().all(|new| new.folder != old.folder));
        cursors.extend(batch.cursors.iter().cloned());
        // While one batch is read and kept the server hands out the next. What is not kept yet is fetched again after a crash.
        let next = async { if more { Some(fetch(&cursors).await) } else { None } };
        let (next, kept) = tokio::join!(next, keep(engine, account, inbox, &facts, batch));
        add(&mut total, &kept?);
        match next {
            Some(next) if !engine.stopping().is_cancelled() => batch = next?,
            _ => return Ok(total),
        }
    }
}

/// Reads a batch and keeps what it brought, together with where to go on.
async fn keep(
    engine: &Engine,
    account: &Account,
    inbox: &dyn MailInbox,
    facts: &Arc<InboxFacts>,
    batch: Batch,
) -> Result<PullResult, Failure> {
    let places = if inbox.files_handled() { places(&batch) } else { Vec::new() };
    let read = read_messages(batch.messages).await?;
    let (facts, now, cursors) = (Arc::clone(facts), engine.clock().now(), batch.cursors);
    let Taking { result, asked, commanded } = engine
        .store()
        .write(move |w| {
            let taken = take_all(w, &facts, &read, now)?;
            for (message, place) in read.iter().zip(&places) {
                if is_handled(w, &message.identity)? {
                    filing::add(w, facts.account, place)?;
                }
            }
            inbox_cursor::put(w, facts.account, &cursors)?;
            Ok(taken)
        })
        .await
        .context("Keep what came back")?;
    for receipt in asked {
        refresh::answer(engine, receipt).await?;
    }
    tell(engine, &result);
    if commanded {
        engine.tell_changed(&[Changed::Calendars, Changed::Events, Changed::Answers]);
        answer_commands(engine).await;
    }
    put_away(engine, account, inbox).await?;
    Ok(result)
}

/// What messages came to.
#[derive(Default)]
struct Taking {
    result: PullResult,
    /// Those by which guests ask for the current state.
    asked: Vec<i64>,
    /// Some were commands.
    commanded: bool,
}

/// Takes messages in, one after the other.
fn take_all(w: &Writer<'_>, facts: &InboxFacts, read: &[Read], now: Timestamp) -> Result<Taking> {
    let mut taking = Taking::default();
    for message in read {
        let taken = take_in(w, facts, message, now)?;
        count(&mut taking.result, taken);
        match taken {
            Taken::AskedAgain(receipt) => taking.asked.push(receipt),
            Taken::Command => taking.commanded = true,
            _ => {}
        }
    }
    Ok(taking)
}

/// Answers what commands came to. That an account cannot send keeps no inbox from being read.
async fn answer_commands(engine: &Engine) {
    if let Err(error) = commands::answer_due(engine).await {
        tracing::warn!("commands by mail cannot be answered: {error:#}");
    }
}

/// Where each message of a batch lies.
fn places(batch: &Batch) -> Vec<Place> {
    let validity = |folder: &str| batch.cursors.iter().find(|cursor| cursor.folder == folder).map_or(0, |cursor| cursor.validity);
    let place = |message: &Received| Place { folder: message.folder.clone(), validity: validity(&message.folder), uid: message.uid };
    batch.messages.iter().map(place).collect()
}

/// Puts what was handled where the organizer wants it. A server that refuses is asked again at the next look; answers count all the same.
async fn put_away(engine: &Engine, account: &Account, inbox: &dyn MailInbox) -> Result<(), Failure> {
    let id = account.id;
    while inbox.files_handled() {
        let places = engine.store().read(move |r| filing::next(r, id, PUT_AWAY)).await?;
        if places.is_empty() {
            break;
        }
        if let Err(error) = inbox.file(&places).await {
            tracing::warn!("handled messages cannot be put away: {error}");
            break;
        }
        engine.store().write(move |w| filing::done(w, id, &places)).await?;
    }
    Ok(())
}

/// Reads messages on as many threads as there are, in the order in which they lie in the inbox.
pub(super) async fn read_messages(messages: Vec<Received>) -> Result<Vec<Read>> {
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
    InboxFacts { account: account.id, address, authserv_id, takes_commands: true }
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
    let id = account.id;
    if state == AccountState::Ok {
        accounts::note_works(engine, id).await?;
    }
    if state != account.state {
        engine.store().write(move |w| account::put_state(w, id, &state)).await?;
        engine.tell(EngineEvent::Changed { what: vec![Changed::Accounts] });
    }
    Ok(())
}

pub(super) fn tell(engine: &Engine, result: &PullResult) {
    if result.answers > 0 || result.bounces > 0 || result.desk > 0 {
        engine.tell(EngineEvent::Answers { answers: result.answers, bounces: result.bounces, desk: result.desk });
        engine.tell(EngineEvent::Changed { what: vec![Changed::Answers, Changed::Campaigns] });
    }
}

pub(super) fn count(result: &mut PullResult, taken: Taken) {
    result.messages += 1;
    match taken {
        Taken::Answer => result.answers += 1,
        Taken::Bounce => result.bounces += 1,
        Taken::Desk => result.desk += 1,
        Taken::Known => result.known += 1,
        Taken::Other | Taken::AskedAgain(_) | Taken::Command => result.other += 1,
    }
}

pub(super) fn add(total: &mut PullResult, result: &PullResult) {
    total.messages += result.messages;
    total.answers += result.answers;
    total.bounces += result.bounces;
    total.desk += result.desk;
    total.other += result.other;
    total.known += result.known;
}
