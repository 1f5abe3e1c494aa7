//! Sending and reading by the consent to a calendar account: one consent, of which the mail servers of its provider are shown tokens.

use anyhow::Result;
use serde_json::{Value, json};
use store::account::{self, Account, NewAccount, Role, State};
use store::{Reader, Writer};

use super::configured;
use crate::Engine;
use crate::error::{Code, Failure};
use crate::event::Changed;

/// The account whose consent these settings say that mail is sent or read by.
pub(crate) fn consent_of(settings: &Value) -> Option<i64> {
    let is_by_consent = settings.get("login").and_then(Value::as_str) == Some("consent");
    settings.get("consent").and_then(Value::as_i64).filter(|_| is_by_consent)
}

/// Whether anything is sent or read by the consent to an account.
pub(crate) fn has_mail(r: &Reader<'_>, by: i64) -> Result<bool> {
    Ok(account::all(r)?.iter().any(|account| consent_of(&account.settings) == Some(by)))
}

/// Adds a sender and an inbox that are used by the consent to an account, unless they are there.
///
/// # Errors
/// [`Code::InvalidInput`] where its provider has no mail, or does not say whose the account is.
pub(crate) async fn add_mail(engine: &Engine, by: i64) -> Result<()> {
    let config = configured(engine, by).await?;
    let refused = |sentence: String| Failure::new(Code::InvalidInput, sentence).with("field", "account");
    let Some(servers) = engine.adapters().iter().find_map(|adapters| adapters.mail_servers(&config)) else {
        return Err(refused(format!("“{}” has no mailbox that its consent could cover.", config.label)).into());
    };
    if !config.address.contains('@') {
        return Err(refused(format!("The provider does not say which address “{}” has. Connect it again.", config.label)).into());
    }
    let ((smtp, smtp_port, is_implicit), (imap, imap_port)) = (servers.smtp, servers.imap);
    let tls = if is_implicit { "implicit" } else { "starttls" };
    let login = |host: String, port: u16, tls: &str| json!({ "host": host, "port": port, "tls": tls, "user": config.address, "login": "consent", "consent": by });
    let mut reading = login(imap, imap_port, "implicit");
    if let Some(fields) = reading.as_object_mut().filter(|_| !servers.authserv_id.is_empty()) {
        fields.insert("authserv_id".to_owned(), servers.authserv_id.into());
    }
    let wanted = [(Role::Sender, "smtp", login(smtp, smtp_port, tls)), (Role::Inbox, "imap", reading)];
    let (label, address, now) = (config.label, config.address, engine.clock().now());
    engine
        .store()
        .write(move |w| {
            let known = account::all(w)?;
            for (role, kind, settings) in wanted {
                let is_there = |account: &Account| account.role == role && consent_of(&account.settings) == Some(by);
                if !known.iter().any(is_there) {
                    let label = free_label(w, role, &label)?;
                    let added = NewAccount { role, kind: kind.to_owned(), label, address: address.clone(), settings };
                    account::insert(w, &added, now)?;
                }
            }
            Ok(())
        })
        .await?;
    engine.tell_changed(&[Changed::Accounts]);
    Ok(())
}

/// What is used by the consent to an account works again: it was given anew.
pub(crate) async fn give_consent(engine: &Engine, by: i64) -> Result<()> {
    put_state_of_all(engine, by, State::Ok).await?;
    engine.sending().wake();
    Ok(())
}

/// What is used by the consent to an account waits with it for its owner. The account itself says why.
pub(crate) async fn lose_consent(engine: &Engine, by: &Account) -> Result<()> {
    let problem = format!("What was allowed for “{}” in the browser is no longer accepted", by.label);
    put_state_of_all(engine, by.id, State::NeedsLogin(problem)).await
}

async fn put_state_of_all(engine: &Engine, by: i64, state: State) -> Result<()> {
    let put = move |w: &Writer<'_>| {
        for account in account::all(w)?.iter().filter(|account| consent_of(&account.settings) == Some(by)) {
            account::put_state(w, account.id, &state)?;
        }
        Ok(())
    };
    engine.store().write(put).await?;
    engine.tell_changed(&[Changed::Accounts]);
    Ok(())
}

/// The name, or where another of that role has it the name with the first number that is free.
fn free_label(w: &Writer<'_>, role: Role, name: &str) -> Result<String> {
    let mut label = name.to_owned();
    let mut number = 1;
    while account::by_label(w, role, &label)?.is_some() {
        number += 1;
        label = format!("{name} {number}");
    }
    Ok(label)
}
