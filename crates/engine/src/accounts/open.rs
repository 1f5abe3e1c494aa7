//! Opening an account: its settings and unsealed secrets go to the adapter that knows its kind.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use async_trait::async_trait;
use calendar::remote::CalendarRemote;
use mail::consent::{Consent, SecretKeeper};
use mail::port::{AccountConfig, MailInbox, MailSender};
use secrecy::{ExposeSecret as _, SecretString};
use store::account::{self, Account};
use store::{Writer, secret};

use super::consent_of;
use crate::Engine;
use crate::engine::WeakEngine;
use crate::error::{Code, Failure};
use crate::vault::Key;

/// The sender behind an account.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Locked`], or [`Code::NeedsLogin`] when its settings or secrets cannot be used.
pub async fn sender(engine: &Engine, id: i64) -> Result<Arc<dyn MailSender>> {
    let account = configured(engine, id).await?;
    let made = engine.adapters().iter().find_map(|adapters| adapters.sender(&account));
    usable(&account, made)
}

/// The inbox behind an account.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Locked`], or [`Code::NeedsLogin`] when its settings or secrets cannot be used.
pub async fn inbox(engine: &Engine, id: i64) -> Result<Arc<dyn MailInbox>> {
    let account = configured(engine, id).await?;
    let made = engine.adapters().iter().find_map(|adapters| adapters.inbox(&account));
    usable(&account, made)
}

/// The calendars behind an account.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Locked`], or [`Code::NeedsLogin`] when its settings or secrets cannot be used.
pub(crate) async fn calendars(engine: &Engine, id: i64) -> Result<Arc<dyn CalendarRemote>> {
    let account = configured(engine, id).await?;
    let keeper = keeper(engine, id);
    let made = engine.adapters().iter().find_map(|adapters| adapters.calendars(&account, Arc::clone(&keeper)));
    usable(&account, made)
}

/// Keeps what a provider replaces of an account's secrets.
struct Keeper {
    engine: WeakEngine,
    account: i64,
}

#[async_trait]
impl SecretKeeper for Keeper {
    async fn keep(&self, name: &str, secret: SecretString) -> Result<(), String> {
        let Some(engine) = self.engine.upgrade() else { return Err("Rollcall is being closed.".to_owned()) };
        let (account, secrets) = (self.account, [(name.to_owned(), secret)]);
        let kept = async {
            let key = engine.vault().key(engine.store()).await?;
            engine.store().write(move |w| seal_all(w, &key, account, &secrets)).await
        };
        kept.await.map_err(|error| format!("{error:#}"))
    }
}

/// Seals secrets for an account.
pub(super) fn seal_all(w: &Writer<'_>, key: &Key, account: i64, secrets: &[(String, SecretString)]) -> Result<()> {
    for (name, text) in secrets {
        let sealed = key.seal(&bound_name(account, name), text.expose_secret().as_bytes())?;
        secret::put(w, account, name, &sealed)?;
    }
    Ok(())
}

fn usable<T>(account: &AccountConfig, made: Option<Result<T, String>>) -> Result<T> {
    match made {
        Some(Ok(made)) => Ok(made),
        Some(Err(sentence)) => Err(Failure::new(Code::NeedsLogin, sentence).with("account", &account.label).into()),
        None => {
            let sentence = format!("“{}” is an account of the kind {}, which this version cannot use.", account.label, account.kind);
            Err(Failure::new(Code::NotFound, sentence).with("what", "adapter").with("name", &account.kind).into())
        }
    }
}

/// An account with its secrets opened, and the consent that it is used by.
pub(crate) async fn configured(engine: &Engine, id: i64) -> Result<AccountConfig> {
    let mut config = alone(engine, id).await?;
    if let Some(by) = consent_of(&config.settings) {
        let account = alone(engine, by).await?;
        if account.secrets.is_empty() {
            let sentence = format!("“{}” signs in by the consent to “{}”, which is no longer connected.", config.label, account.label);
            return Err(Failure::new(Code::NeedsLogin, sentence).with("account", &config.label).into());
        }
        config.consent = Some(Consent { account: Box::new(account), keeper: keeper(engine, by) });
    }
    Ok(config)
}

/// Refuses a secret that the account's calendars cannot be opened with, such as a file that is no key, before it takes the place of one that
/// may be good.
///
/// # Errors
/// [`Code::InvalidInput`], or [`Code::Locked`] when secrets cannot be opened.
pub(crate) async fn refuse_unfit(engine: &Engine, id: i64, (name, secret): &(String, SecretString)) -> Result<()> {
    let mut config = alone(engine, id).await?;
    config.secrets.insert(name.clone(), secret.clone());
    match engine.adapters().iter().find_map(|adapters| adapters.calendars(&config, keeper(engine, id))) {
        Some(Err(sentence)) => Err(Failure::new(Code::InvalidInput, sentence).with("field", "password").into()),
        _ => Ok(()),
    }
}

fn keeper(engine: &Engine, account: i64) -> Arc<dyn SecretKeeper> {
    Arc::new(Keeper { engine: engine.downgrade(), account })
}

/// An account with its own secrets opened.
async fn alone(engine: &Engine, id: i64) -> Result<AccountConfig> {
    let (found, sealed) = engine.store().read(move |r| Ok((account::get(r, id)?, secret::of_account(r, id)?))).await?;
    let Some(Account { kind, label, address, settings, .. }) = found else {
        return Err(Failure::new(Code::NotFound, "This account is no longer here.").with("what", "account").with("name", id).into());
    };
    let mut secrets = BTreeMap::new();
    if !sealed.is_empty() {
        let key = engine.vault().key(engine.store()).await?;
        for (name, row) in sealed {
            let text = key.open(&bound_name(id, &name), &row.nonce, &row.sealed).and_then(|bytes| String::from_utf8(bytes).ok());
            let text = text.ok_or_else(|| {
                let sentence = format!("The stored {} of “{label}” cannot be opened. Enter it again.", name.replace('_', " "));
                Failure::new(Code::NeedsLogin, sentence).with("account", &label)
            })?;
            secrets.insert(name, SecretString::from(text));
        }
    }
    Ok(AccountConfig { kind, label, address, settings, secrets, id, consent: None })
}

/// What a secret is bound to: copied to another account's row it does not open.
fn bound_name(account: i64, name: &str) -> String {
    format!("{account}/{name}")
}
