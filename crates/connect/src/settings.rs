//! Reads an account's settings and secrets into the types of an adapter.

use mail::port::{AccountConfig, Check, CheckState};
use secrecy::SecretString;
use serde::de::DeserializeOwned;

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
        .ok_or_else(|| format!("Account “{}” has no {} stored. Enter it again in Settings.", account.label, name.replace('_', " ")))
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
