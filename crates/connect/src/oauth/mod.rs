//! Consent by the system's browser (RFC 8252), and the tokens that follow from it (RFC 6749, 7636, 9207, 7009).
//!
//! The dialogue is two forms and one redirect, so it is our own. What is hard lies around it and no library has it: waiting on this computer's own
//! address, one refresh at a time, and a replaced refresh token that is on disk before it is used.

mod access;
mod answer;
mod consents;
mod endpoints;
mod loopback;
mod page;
mod service_account;
mod sign_in;
mod token;

use secrecy::SecretString;

pub(crate) use access::{AccessTokens, Resource, Source};
pub(crate) use consents::{Consents, MailTokens};
pub(crate) use endpoints::Endpoints;
pub(crate) use service_account::ServiceAccount;
pub(crate) use sign_in::BrowserSignIn;
pub(crate) use token::revoke;

/// The secret that refreshing rests on.
pub(crate) const REFRESH_TOKEN: &str = "refresh_token";
/// The secret of a client that has one. An installed program cannot hide it, and it is sealed all the same.
pub(crate) const CLIENT_SECRET: &str = "client_secret";
/// The secret that a machine without a browser uses: a key file of Google's, as it was downloaded.
pub(crate) const SERVICE_ACCOUNT: &str = "service_account";

/// An authorization server, and what is asked of it.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    /// What the organizer knows it by, for sentences.
    pub(crate) name: &'static str,
    /// The page that asks for consent.
    pub(crate) authorize: String,
    /// Where codes and refresh tokens are exchanged, and consent is withdrawn.
    pub(crate) endpoints: Endpoints,
    /// How it names itself in `iss` (RFC 9207), where it does.
    pub(crate) issuer: Option<String>,
    /// What is asked for.
    pub(crate) scopes: Vec<&'static str>,
    /// The scopes to name when the answer is exchanged, where a token is for one resource only; empty where it is for all.
    pub(crate) first: Resource,
    /// Those of them without which the account is of no use, and what each opens, in words: an owner may untick some.
    pub(crate) required: Vec<(&'static str, &'static str)>,
    /// Further parameters of the page.
    pub(crate) parameters: Vec<(&'static str, String)>,
    /// The name of this computer in the address that the browser comes back to: `127.0.0.1` or `localhost`.
    pub(crate) loopback: &'static str,
    /// Why a consent usually ends there, in sentences.
    pub(crate) ended: &'static str,
}

/// The program, as a provider knows it.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: Option<SecretString>,
}

/// A server's own words, fit for a sentence: short, on one line, and without any of `secrets`.
fn words(text: &str, secrets: &[&str]) -> String {
    const LONGEST: usize = 300;
    let line: String = text.chars().map(|character| if character.is_control() { ' ' } else { character }).take(LONGEST).collect();
    if secrets.iter().any(|secret| !secret.is_empty() && text.contains(secret)) { String::new() } else { line.trim().to_owned() }
}

#[cfg(test)]
mod tests;
