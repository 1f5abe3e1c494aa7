//! Adding, changing and removing addresses that take commands.

use anyhow::{Context as _, Result};
use mail::address::{self, Address};
use store::account::{self, Account, Role};
use store::mail_command::{self, MailCommand, NewCommand};
use store::receipt::evidence;
use store::{Reader, calendar};

use super::view::{CommandForm, CommandView};
use crate::Engine;
use crate::calendars;
use crate::error::{Code, Failure};
use crate::event::Changed;

/// What the part before the `@` of a suggested address ends with.
const SUGGESTED: &str = "create";

/// Every address that takes commands.
///
/// # Errors
/// When the database cannot be read.
pub async fn list(engine: &Engine) -> Result<Vec<CommandView>, Failure> {
    let all = engine.store().read(|r| mail_command::all(r)?.iter().map(|command| view(r, command)).collect());
    Ok(all.await?)
}

/// The one of that address.
///
/// # Errors
/// `NotFound`.
pub async fn find(engine: &Engine, address: &str) -> Result<CommandView, Failure> {
    let address = normalised(address);
    Ok(engine.store().read(move |r| view(r, &existing(r, &address)?)).await?)
}

/// Everything that can be changed of the one of that address.
///
/// # Errors
/// `NotFound`.
pub async fn show(engine: &Engine, address: &str) -> Result<CommandForm, Failure> {
    let address = normalised(address);
    let MailCommand { does, .. } = engine.store().read(move |r| existing(r, &address)).await?;
    Ok(CommandForm {
        address: does.address,
        inbox: does.inbox.to_string(),
        calendar: does.calendar.to_string(),
        sender: does.sender.to_string(),
        allowed: does.allowed,
        trusts_silence: does.trusts_silence,
    })
}

/// An address that needs no setting up, where the inbox takes plus-parts: the inbox's own with one.
///
/// # Errors
/// `NotFound` where there is no such inbox.
pub async fn suggest(engine: &Engine, inbox: &str) -> Result<String, Failure> {
    let id = inbox.to_owned();
    Ok(engine.store().read(move |r| Ok(suggested(&connected(r, &id, Role::Inbox)?))).await?)
}

/// Takes commands at an address. One that was removed knows its events again.
///
/// # Errors
/// `NotFound`, `NameTaken`, or `InvalidInput` that names the field.
pub async fn add(engine: &Engine, form: CommandForm) -> Result<CommandView, Failure> {
    let now = engine.clock().now();
    let added = engine.store().write(move |w| {
        let new = checked(w, &form)?;
        if mail_command::by_address(w, &new.address)?.is_some_and(|known| !known.is_removed) {
            let sentence = format!("{} takes invitations already. Change it, or choose another address.", new.address);
            return Err(Failure::new(Code::NameTaken, sentence).with("what", "command").with("name", &new.address).into());
        }
        let id = mail_command::put(w, &new, now)?;
        view(w, &mail_command::get(w, id)?.context("What was just added is gone")?)
    });
    let added = added.await?;
    engine.tell_changed(&[Changed::Accounts]);
    Ok(added)
}

/// Changes what an address does. The address stays: another one is another command.
///
/// # Errors
/// `NotFound`, or `InvalidInput` that names the field.
pub async fn change(engine: &Engine, form: CommandForm) -> Result<CommandView, Failure> {
    let now = engine.clock().now();
    let changed = engine.store().write(move |w| {
        let new = checked(w, &form)?;
        existing(w, &new.address)?;
        mail_command::put(w, &new, now)?;
        view(w, &existing(w, &new.address)?)
    });
    let changed = changed.await?;
    engine.tell_changed(&[Changed::Accounts]);
    Ok(changed)
}

/// Takes commands at an address no more. Its events stay.
///
/// # Errors
/// `NotFound`.
pub async fn remove(engine: &Engine, address: &str) -> Result<(), Failure> {
    let (address, now) = (normalised(address), engine.clock().now());
    engine.store().write(move |w| mail_command::remove(w, existing(w, &address)?.id, now)).await?;
    engine.tell_changed(&[Changed::Accounts]);
    Ok(())
}

/// The one of that address which takes commands now.
pub(super) fn existing(r: &Reader<'_>, address: &str) -> Result<MailCommand> {
    let found = mail_command::by_address(r, address)?.filter(|command| !command.is_removed);
    Ok(found.ok_or_else(|| {
        Failure::new(Code::NotFound, format!("{address} takes no invitations.")).with("what", "command").with("name", address)
    })?)
}

/// An address as addresses are compared; as it is, in lower case, where it is none.
pub(super) fn normalised(address: &str) -> String {
    Address::parse(address).map_or_else(|_| address.trim().to_lowercase(), |address| address.normalised)
}

fn checked(r: &Reader<'_>, form: &CommandForm) -> Result<NewCommand> {
    let inbox = connected(r, &form.inbox, Role::Inbox)?;
    let sender = connected(r, &form.sender, Role::Sender)?;
    let calendar = calendars::writable(r, calendars::parse_calendar(&form.calendar)?)?;
    let address = read_address("address", &form.address)?;
    let is_inbox = |own: &&Account| own.role == Role::Inbox && normalised(&own.address) == address;
    if let Some(own) = account::all(r)?.iter().find(is_inbox) {
        let sentence = format!(
            "{address} is where the answers of your guests arrive. Choose an address of its own for invitations, such as {}.",
            suggested(own)
        );
        return Err(invalid("address", sentence));
    }
    if evidence::guest_of(r, &address)?.is_some() {
        return Err(invalid("address", format!("{address} is the address of a guest. Choose one that only takes invitations.")));
    }
    let mut allowed = Vec::new();
    for who in &form.allowed {
        let who = read_address("allowed", who)?;
        if who == address {
            return Err(invalid("allowed", format!("{who} cannot invite itself. Name the address that your calendar sends from.")));
        }
        if !allowed.contains(&who) {
            allowed.push(who);
        }
    }
    if allowed.is_empty() {
        return Err(invalid("allowed", "Say who may do this: the address that your own calendar sends invitations from.".to_owned()));
    }
    let trusts_silence = form.trusts_silence;
    Ok(NewCommand { address, inbox: inbox.id, calendar: calendar.id, sender: sender.id, allowed, trusts_silence })
}

fn read_address(field: &str, text: &str) -> Result<String> {
    Address::parse(text)
        .map(|address| address.normalised)
        .map_err(|problem| invalid(field, crate::error::as_sentence(&problem.to_string())))
}

fn invalid(field: &str, sentence: String) -> anyhow::Error {
    Failure::new(Code::InvalidInput, sentence).with("field", field).into()
}

/// An account that was not removed.
fn connected(r: &Reader<'_>, id: &str, role: Role) -> Result<Account> {
    let all = account::all(r)?.into_iter();
    let found = all.filter(|account| account.role == role).find(|account| account.id.to_string() == id);
    let what = if role == Role::Inbox { "inbox" } else { "sender" };
    let missing = || Failure::new(Code::NotFound, format!("This {what} is no longer there.")).with("what", what).with("name", id);
    Ok(found.ok_or_else(missing)?)
}

fn suggested(inbox: &Account) -> String {
    address::plus(&normalised(&inbox.address), SUGGESTED)
}

fn view(r: &Reader<'_>, command: &MailCommand) -> Result<CommandView> {
    let does = &command.does;
    let (inbox, sender) = (account::get(r, does.inbox)?, account::get(r, does.sender)?);
    let label = |account: &Option<Account>| account.as_ref().map(|account| account.label.clone()).unwrap_or_default();
    let calendar = calendar::get(r, does.calendar)?;
    let problem = problem(r, does, inbox.as_ref())?;
    Ok(CommandView {
        id: command.id.to_string(),
        address: does.address.clone(),
        inbox: label(&inbox),
        calendar: calendar.map(|calendar| calendar.name).unwrap_or_default(),
        sender: label(&sender),
        allowed: does.allowed.clone(),
        trusts_silence: does.trusts_silence,
        problem,
    })
}

/// What stands in the way of an address.
fn problem(r: &Reader<'_>, does: &NewCommand, inbox: Option<&Account>) -> Result<String> {
    let is_there = |id: i64| -> Result<bool> { Ok(account::all(r)?.iter().any(|account| account.id == id)) };
    if !is_there(does.inbox)? {
        return Ok("Its inbox was removed, so nothing arrives. Choose another inbox.".to_owned());
    }
    if let Err(error) = calendars::writable(r, does.calendar) {
        return Ok(format!("Nothing can be written to its calendar: {}", Failure::from(error).message));
    }
    if !is_there(does.sender)? {
        return Ok("The account that confirms was removed, so invitations are followed without a word. Choose another account.".to_owned());
    }
    let is_named = inbox
        .is_some_and(|inbox| inbox.settings.get("authserv_id").and_then(serde_json::Value::as_str).is_some_and(|name| !name.is_empty()));
    if !is_named && !does.trusts_silence {
        return Ok("Every invitation is refused, because nobody can tell a forged one: this inbox does not say which server checks its mail. \
             Give the inbox the name of that server (the first word of “Authentication-Results” in any message of it), or allow invitations \
             that nobody checked."
            .to_owned());
    }
    Ok(String::new())
}
