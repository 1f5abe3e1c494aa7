//! Senders and inboxes: added with their secrets sealed, opened through the adapters that the program put in, checked and probed.

mod check;
mod edit;
mod form;
mod mail;
mod open;
mod probe;
pub mod view;

use anyhow::Result;
use jiff::Timestamp;
use serde_json::Value;
use store::account::{self, Account, NewAccount, Role, State};
use store::calendar::mirror;
use store::{Store, Writer};

pub use check::check;
pub use edit::{edit, show};
pub use open::{inbox, sender};
pub use probe::{PROBE_PATIENCE, probe_inbox};

use crate::Engine;
use crate::accounts::view::{AccountRole, AccountView, InboxForm, OwnLimits, SenderForm};
use crate::error::{Code, Failure};
use crate::event::{Changed, EngineEvent};
pub(crate) use form::Filled;
pub(crate) use mail::{add_mail, consent_of, give_consent, has_mail, lose_consent};
pub(crate) use open::{calendars, configured, refuse_unfit};

/// Setting: what was wrong at the last check, empty where nothing was, or where the account has done its work since. Without it nobody knows.
pub(crate) const CHECKED: &str = "checked";

/// Every sender and inbox.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(store: &Store) -> Result<Vec<AccountView>> {
    Ok(store.read(account::all).await?.iter().filter_map(view).collect())
}

/// The sender or inbox of that name.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn named(store: &Store, role: AccountRole, label: &str) -> Result<AccountView> {
    let name = label.to_owned();
    let found = store.read(move |r| account::by_label(r, stored(role), &name)).await?;
    found.as_ref().and_then(view).ok_or_else(|| not_found(role, label))
}

/// Adds a sender; its secrets are sealed at once.
///
/// # Errors
/// [`Code::InvalidInput`], [`Code::NameTaken`], or [`Code::Locked`] when secrets cannot be sealed.
pub async fn add_sender(engine: &Engine, form: SenderForm) -> Result<AccountView> {
    add(engine, form::sender(form)?).await
}

/// Adds an inbox; its secrets are sealed at once.
///
/// # Errors
/// [`Code::InvalidInput`], [`Code::NameTaken`], or [`Code::Locked`] when secrets cannot be sealed.
pub async fn add_inbox(engine: &Engine, form: InboxForm) -> Result<AccountView> {
    add(engine, form::inbox(form)?).await
}

/// Removes an account and its secrets. What was sent or received through it stays.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn remove(engine: &Engine, id: &str) -> Result<()> {
    let (account, now) = (find(engine.store(), id).await?, engine.clock().now());
    engine.store().write(move |w| account::remove(w, account.id, now)).await?;
    engine.tell(EngineEvent::Changed { what: vec![Changed::Accounts] });
    Ok(())
}

/// Adds an account that has calendars; its secrets are sealed at once.
///
/// # Errors
/// [`Code::NameTaken`], or [`Code::Locked`] when secrets cannot be sealed.
pub(crate) async fn add_calendars(engine: &Engine, filled: Filled) -> Result<i64> {
    insert(engine, filled).await
}

/// What could not be stored once its owner has consented is refused before anyone is asked.
///
/// # Errors
/// [`Code::NameTaken`], or [`Code::Locked`] when secrets cannot be sealed.
pub(crate) async fn ready_to_seal(engine: &Engine, known: Option<i64>, filled: &Filled) -> Result<()> {
    drop(engine.vault().key(engine.store()).await?);
    let account = filled.account.clone();
    engine.store().write(move |w| refuse_taken(w, known, &account)).await
}

/// Gives an account the address and the secrets of a new consent: it works again.
///
/// # Errors
/// [`Code::Locked`] when secrets cannot be sealed.
pub(crate) async fn renew(engine: &Engine, id: i64, filled: Filled) -> Result<()> {
    let key = engine.vault().key(engine.store()).await?;
    let Filled { account, secrets } = filled;
    let account = NewAccount { settings: merged(Value::default(), &account.settings), ..account };
    engine
        .store()
        .write(move |w| {
            account::update(w, id, &account)?;
            open::seal_all(w, &key, id, &secrets)?;
            account::put_rest(w, id, None)?;
            // What was wrong before says nothing of how it is now.
            for mirror in mirror::of_account(w, id)? {
                mirror::put_problem(w, mirror.calendar, &mirror::Problem::None)?;
            }
            account::put_state(w, id, &State::Ok)
        })
        .await?;
    engine.tell_changed(&[Changed::Accounts]);
    Ok(())
}

async fn add(engine: &Engine, filled: Filled) -> Result<AccountView> {
    let id = insert(engine, filled).await?;
    let added = find(engine.store(), &id.to_string()).await?;
    view(&added).ok_or_else(|| not_found(AccountRole::Sender, &added.label))
}

async fn insert(engine: &Engine, filled: Filled) -> Result<i64> {
    let Filled { account, secrets } = filled;
    let account = NewAccount { settings: merged(Value::default(), &account.settings), ..account };
    let key = if secrets.is_empty() { None } else { Some(engine.vault().key(engine.store()).await?) };
    let now: Timestamp = engine.clock().now();
    let id = engine
        .store()
        .write(move |w| {
            refuse_taken(w, None, &account)?;
            let id = account::insert(w, &account, now)?;
            if let Some(key) = key {
                open::seal_all(w, &key, id, &secrets)?;
            }
            Ok(id)
        })
        .await?;
    engine.tell(EngineEvent::Changed { what: vec![Changed::Accounts] });
    Ok(id)
}

/// A name belongs to one account of a role.
fn refuse_taken(w: &Writer<'_>, own: Option<i64>, wanted: &NewAccount) -> Result<()> {
    let holder = account::by_label(w, wanted.role, &wanted.label)?;
    if holder.is_none_or(|holder| Some(holder.id) == own) {
        return Ok(());
    }
    let what = match wanted.role {
        Role::Sender => "sender",
        Role::Inbox => "inbox",
        Role::Calendar => "calendar account",
    };
    let failure = Failure::new(Code::NameTaken, format!("There is already a {what} named “{}”. Choose another name.", wanted.label));
    Err(failure.with("what", what).with("name", &wanted.label).into())
}

/// Settings with those of a form over them. An adapter reads a setting that is not there as its default.
fn merged(old: Value, form: &Value) -> Value {
    let mut fields = match old {
        Value::Object(fields) => fields,
        _ => serde_json::Map::new(),
    };
    for (name, value) in form.as_object().into_iter().flatten() {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.clone(), value.clone());
        }
    }
    Value::Object(fields)
}

async fn find(store: &Store, id: &str) -> Result<Account> {
    let row: i64 = id.parse().unwrap_or_default();
    let found = store.read(move |r| account::get(r, row)).await?;
    found.ok_or_else(|| Failure::new(Code::NotFound, "This account is no longer here.").with("what", "account").with("name", id).into())
}

fn not_found(role: AccountRole, label: &str) -> anyhow::Error {
    let what = match role {
        AccountRole::Sender => "sender",
        AccountRole::Inbox => "inbox",
    };
    let failure = Failure::new(Code::NotFound, format!("There is no {what} named “{label}”."));
    failure.with("what", what).with("name", label).into()
}

fn stored(role: AccountRole) -> Role {
    match role {
        AccountRole::Sender => Role::Sender,
        AccountRole::Inbox => Role::Inbox,
    }
}

fn view(account: &Account) -> Option<AccountView> {
    let role = match account.role {
        Role::Sender => AccountRole::Sender,
        Role::Inbox => AccountRole::Inbox,
        Role::Calendar => return None,
    };
    let (state, words) = match &account.state {
        State::Ok => standing(account),
        State::NeedsLogin(problem) => ("needs_login", format!("Sign in again: {problem}")),
        State::Stopped(problem) => ("stopped", format!("Stopped by the service: {problem}")),
    };
    Some(AccountView {
        id: account.id.to_string(),
        role,
        kind: account.kind.clone(),
        label: account.label.clone(),
        address: account.address.clone(),
        state: state.to_owned(),
        words,
        rehearsal: account.kind == "rehearsal",
        plus_addressing: plus_addressing(account),
        consent: consent_of(&account.settings).map(|by| by.to_string()).unwrap_or_default(),
    })
}

/// Notes that an account's password or key was refused: nothing is tried with it until the organizer gave another.
///
/// # Errors
/// When the database cannot be written.
pub(crate) async fn note_refused_login(engine: &Engine, id: i64, problem: &str) -> Result<()> {
    let state = State::NeedsLogin(problem.to_owned());
    engine.store().write(move |w| account::put_state(w, id, &state)).await?;
    engine.tell_changed(&[Changed::Accounts]);
    Ok(())
}

/// What an account does shows that it works: no check says it better.
pub(crate) async fn note_works(engine: &Engine, id: i64) -> Result<()> {
    let is_known = |account: &Account| account.settings.get(CHECKED).and_then(Value::as_str) == Some("");
    if engine.store().read(move |r| account::get(r, id)).await?.is_none_or(|account| is_known(&account)) {
        return Ok(());
    }
    let put = move |w: &Writer<'_>| {
        let Some(mut current) = account::get(w, id)? else { return Ok(()) };
        if let Some(fields) = current.settings.as_object_mut() {
            fields.insert(CHECKED.to_owned(), "".into());
        }
        account::put_settings(w, id, &current.settings)
    };
    engine.store().write(put).await?;
    engine.tell_changed(&[Changed::Accounts]);
    Ok(())
}

/// Why an account waits for its organizer to sign in again; none where it does not.
///
/// # Errors
/// When the database cannot be read.
pub(crate) async fn awaits_login(engine: &Engine, id: i64) -> Result<Option<String>> {
    Ok(match engine.store().read(move |r| account::get(r, id)).await? {
        Some(Account { label, role, state: State::NeedsLogin(problem), .. }) => Some(format!(
            "The {} “{label}” cannot sign in: {}. Sign in again under Settings; what waits goes on by itself.",
            role.word(),
            problem.trim_end().trim_end_matches('.')
        )),
        _ => None,
    })
}

/// Whether answers to a plus-part of the address were seen to arrive.
pub(crate) fn plus_addressing(account: &Account) -> bool {
    account.settings.get("plus_addressing").and_then(serde_json::Value::as_bool).unwrap_or_default()
}

/// How an account stands that nothing is known against, in a word and in words.
fn standing(account: &Account) -> (&'static str, String) {
    if account.kind == "rehearsal" {
        return ("ok", "Practice: nothing leaves this computer".to_owned());
    }
    match account.settings.get(CHECKED).and_then(Value::as_str) {
        None => ("unchecked", with_limits("Not checked yet", account)),
        Some("") => ("ok", with_limits("Ready", account)),
        Some(problem) => ("failed", format!("The last check failed: {problem}")),
    }
}

fn with_limits(word: &str, account: &Account) -> String {
    let own = OwnLimits::of(&account.settings);
    let grouped = |most: Option<u32>| most.map(grouped_number);
    let limits = [
        (own.per_second.map(|rate| rate.to_string()), "a second"),
        (grouped(own.per_minute), "a minute"),
        (grouped(own.per_hour), "an hour"),
        (grouped(own.per_day), "a day"),
    ];
    let limits = limits.into_iter().filter_map(|(most, span)| most.map(|most| (most, span)));
    let limits = limits.enumerate().map(|(at, (most, span))| format!("{most}{} {span}", if at == 0 { " messages" } else { "" }));
    let batch =
        own.batch.zip(own.batch_gap_seconds).map(|(size, gap)| format!("a pause of {} after every {}", pause(gap), grouped_number(size)));
    std::iter::once(word.to_owned()).chain(limits).chain(batch).collect::<Vec<_>>().join(", ")
}

/// `12000` → `12,000`.
fn grouped_number(number: u32) -> String {
    let digits = number.to_string();
    let places = digits.len();
    let comma = |at: usize| at > 0 && (places - at).is_multiple_of(3);
    digits.chars().enumerate().flat_map(|(at, digit)| comma(at).then_some(',').into_iter().chain([digit])).collect()
}

fn pause(seconds: u32) -> String {
    match (seconds / 60, seconds % 60) {
        (1, 0) => "a minute".to_owned(),
        (minutes, 0) => format!("{} minutes", grouped_number(minutes)),
        _ => format!("{} seconds", grouped_number(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_said_as_people_say_them() {
        let numbers: Vec<String> = [7, 100, 1_000, 50_000, 1_250_000].into_iter().map(grouped_number).collect();
        assert_eq!(numbers, ["7", "100", "1,000", "50,000", "1,250,000"], "thousands are parted");
        assert_eq!([pause(60), pause(600), pause(90)], ["a minute", "10 minutes", "90 seconds"], "whole minutes are minutes");
    }
}
