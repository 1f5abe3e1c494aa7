//! Reads an account's settings and secrets into the types of an adapter.

use calendar::remote::RemoteFailure;
use mail::port::{AccountConfig, Check, CheckState};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::oauth::MailTokens;

/// What a server is shown at the login.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LoginKind {
    /// A password.
    #[default]
    Password,
    /// A token of OAuth, as Google and Microsoft take it (XOAUTH2).
    Xoauth2,
    /// Such a token, fetched by the consent to another account whenever it is needed.
    Consent,
}

/// Who logs in to a mail server.
#[derive(Debug)]
pub(crate) struct Login {
    pub(crate) user: String,
    secret: Secret,
}

#[derive(Debug)]
enum Secret {
    Password(SecretString),
    Token(SecretString),
    Consent(MailTokens),
}

impl Login {
    /// Reads the secret of an account; `tokens` are those of the consent that it is used by.
    pub(crate) fn read(account: &AccountConfig, user: String, kind: LoginKind, tokens: Option<MailTokens>) -> Result<Self, String> {
        let secret = match (kind, tokens) {
            (LoginKind::Password, _) => Secret::Password(secret(account, "password")?),
            (LoginKind::Xoauth2, _) => Secret::Token(secret(account, "password")?),
            (LoginKind::Consent, Some(tokens)) => Secret::Consent(tokens),
            (LoginKind::Consent, None) => {
                return Err(format!("“{}” is used by the consent to another account, which is no longer connected.", account.label));
            }
        };
        Ok(Self { user, secret })
    }

    /// Whether it is by a token (XOAUTH2).
    pub(crate) fn is_by_token(&self) -> bool {
        !matches!(self.secret, Secret::Password(_))
    }

    /// The password, or a token that is good now.
    pub(crate) async fn shown(&self) -> Result<SecretString, RemoteFailure> {
        match &self.secret {
            Secret::Password(secret) | Secret::Token(secret) => Ok(secret.clone()),
            Secret::Consent(tokens) => tokens.get().await,
        }
    }

    /// Notes that this was refused. Whether there may be another: a token can end before its time.
    pub(crate) async fn has_another(&self, refused: &SecretString) -> bool {
        let Secret::Consent(tokens) = &self.secret else { return false };
        tokens.forget(refused).await;
        true
    }

    /// Why it was refused, where a server used `words` for that.
    pub(crate) fn refused(&self, words: &str) -> String {
        match self.secret {
            Secret::Password(_) | Secret::Token(_) => words.to_owned(),
            Secret::Consent(_) => {
                format!(
                    "The mail server does not take what was allowed in the browser. Its words: “{}”",
                    words.trim_end().trim_end_matches('.')
                )
            }
        }
    }

    /// A refused login in a check, and what to do about it.
    pub(crate) fn refused_check(&self, reason: &str) -> Check {
        let reason = reason.trim_end().trim_end_matches('.');
        let said = match self.secret {
            Secret::Password(_) | Secret::Token(_) => format!("The server refused the login: {reason}."),
            Secret::Consent(_) => format!("{reason}."),
        };
        bad("login", format!("{said} {}", self.advice()))
    }

    /// What to do about a login that was refused.
    fn advice(&self) -> &'static str {
        match self.secret {
            Secret::Password(_) => "Check user and password; some providers want an app password.",
            Secret::Token(_) => "Check the user, and give a fresh token: a token lasts only for a while.",
            Secret::Consent(_) => {
                "Sign in again in the browser. Where that does not help, whoever looks after the mailbox may have to allow SMTP and IMAP for it."
            }
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
