//! Changing an account: another password, another server, another name for it.

use anyhow::Result;
use store::account::{self, Account, NewAccount, State};

use super::form::{self, Filled};
use super::view::{AccountForm, AccountView};
use super::{CHECKED, find, merged, open, refuse_taken, view};
use crate::Engine;
use crate::error::{Code, Failure};
use crate::event::Changed;

/// Settings that decide whether a service is reached and lets us in: with others of them a check says nothing any more.
const WAY_IN: [&str; 8] = ["host", "port", "tls", "user", "login", "region", "endpoint", "path"];

/// An account with everything that can be changed of it. Its secrets stay sealed: their fields are empty.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn show(engine: &Engine, id: &str) -> Result<AccountForm> {
    let account = find(engine.store(), id).await?;
    form::of(&account).ok_or_else(|| unchangeable(&account))
}

/// Changes an account, and tries it again. A secret that is left empty stays what it was.
///
/// # Errors
/// [`Code::NotFound`], [`Code::InvalidInput`], [`Code::NameTaken`], or [`Code::Locked`] when secrets cannot be sealed.
pub async fn edit(engine: &Engine, id: &str, form: AccountForm) -> Result<AccountView> {
    let old = find(engine.store(), id).await?;
    let Filled { account: wanted, secrets } = match form {
        AccountForm::Sender(form) => form::sender(form)?,
        AccountForm::Inbox(form) => form::inbox(form)?,
    };
    if (old.role, old.kind.as_str()) != (wanted.role, wanted.kind.as_str()) {
        return Err(unchangeable(&old));
    }
    let key = if secrets.is_empty() { None } else { Some(engine.vault().key(engine.store()).await?) };
    let mut wanted = NewAccount { settings: settings(&old, &wanted), ..wanted };
    let tries_again = key.is_some() || wanted.settings != old.settings || wanted.address != old.address;
    let signs_in_otherwise =
        key.is_some() || wanted.address != old.address || WAY_IN.iter().any(|name| wanted.settings.get(*name) != old.settings.get(*name));
    if let Some(fields) = wanted.settings.as_object_mut().filter(|_| signs_in_otherwise) {
        fields.remove(CHECKED);
    }
    let row = old.id;
    engine
        .store()
        .write(move |w| {
            refuse_taken(w, Some(row), &wanted)?;
            account::update(w, row, &wanted)?;
            if let Some(key) = key {
                open::seal_all(w, &key, row, &secrets)?;
            }
            if tries_again { account::put_state(w, row, &State::Ok) } else { Ok(()) }
        })
        .await?;
    engine.tell_changed(&[Changed::Accounts]);
    engine.sending().wake();
    let changed = find(engine.store(), id).await?;
    view(&changed).ok_or_else(|| unchangeable(&changed))
}

/// What a form does not name is kept, but of another mailbox it is not known whether answers to a plus-part arrive.
fn settings(old: &Account, wanted: &NewAccount) -> serde_json::Value {
    let mut settings = merged(old.settings.clone(), &wanted.settings);
    let is_same = |name: &str| old.settings.get(name) == settings.get(name);
    if !(old.address == wanted.address && is_same("host") && is_same("path"))
        && let Some(fields) = settings.as_object_mut()
    {
        fields.remove("plus_addressing");
    }
    settings
}

fn unchangeable(account: &Account) -> anyhow::Error {
    let sentence = format!("“{}” stays an account of the kind {}. Add another account for another kind.", account.label, account.kind);
    Failure::new(Code::InvalidInput, sentence).with("field", "kind").into()
}
