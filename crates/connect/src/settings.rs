//! Reads an account's settings and secrets into the types of an adapter.

use mail::port::{AccountConfig, Check, CheckState};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What a server is shown at the login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LoginKind {
    /// A password.
    #[default]
    Password,
    /// A token of OAuth, as Google and Microsoft take it (XOAUTH2).
    Xoauth2,
}

/// Who logs in to a mail server.
#[derive(Debug)]
pub(crate) struct Login {
    pub(crate) user: String,
    /// The password, or the token.
    pub(crate) secret: SecretString,
    pub(crate) kind: LoginKind,
}

impl Login {
    /// What to do about a login that was refused.
    pub(crate) fn advice(&self) -> &'static str {
        match self.kind {
            LoginKind::Password => "Check user and password; some providers want an app password.",
            LoginKind::Xoauth2 => "Check the user, and give a fresh token: a token lasts only for a while.",
        }
    }
}

/// The first words of XOAUTH2 (<https://developers.google.com/workspace/gmail/imap/xoauth2-protocol>).
pub(crate) fn xoauth2(user: &str, token: &str) -> String {
    format!("user={user}\x01auth=Bearer {token}\x01\x01")
}

/// The settings as an adapter's own type, or a sentence that names the account and the setting.
pub(crate) fn read<T: DeserializeOwned>(account: &AccountConfig) -> Result<T, String> {
    serde_json::from_value(account.settings.clone())
        .map_err(|error| format!("The settings of account “{}” cannot be used: {error}.", account.label))
}

/// A secret by name, or a sentence that says it is missing.
pub(crate) fn secret(account: &AccountConfig, name: &str) -> Result<SecretString, String> {
    account
        .secrets
        .get(name)
        .cloned()
        .ok_or_else(|| format!("Account “{}” has no {} stored. Enter it in Settings.", account.label, name.replace('_', " ")))
}

/// The domain of an address; empty where it has none.
pub(crate) fn domain_of(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

pub(crate) fn good(code: &str, message: impl Into<String>) -> Check {
    line(code, CheckState::Good, message)
}

pub(crate) fn warning(code: &str, message: impl Into<String>) -> Check {
    line(code, CheckState::Warning, message)
}

pub(crate) fn bad(code: &str, message: impl Into<String>) -> Check {
    line(code, CheckState::Bad, message)
}

fn line(code: &str, state: CheckState, message: impl Into<String>) -> Check {
    Check { code: code.to_owned(), state, message: message.into(), copy: String::new() }
}
