//! The address that the browser comes back to (RFC 6749 §4.1.2, RFC 9207).

use std::borrow::Cow;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use mail::consent::NotGranted;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Provider, words};

/// What an address says.
#[derive(Debug)]
pub(super) enum Answer {
    /// It belongs to another sign-in, or to none.
    Foreign,
    /// It belongs to this one: the code, or why there is none.
    Ours(Result<SecretString, NotGranted>),
}

/// Reads the part of an address after `?`.
pub(super) fn read(query: &str, state: &SecretString, provider: &Provider) -> Answer {
    let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> = url::form_urlencoded::parse(query.as_bytes()).collect();
    // A parameter that stands there twice says nothing (RFC 6749 §3.1).
    let value = |name: &str| {
        let mut found = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_ref());
        found.next().filter(|_| found.next().is_none())
    };
    let is_ours = value("state").is_some_and(|given| verify_slices_are_equal(given.as_bytes(), state.expose_secret().as_bytes()).is_ok());
    if !is_ours {
        return Answer::Foreign;
    }
    if let (Some(stated), Some(expected)) = (value("iss"), provider.issuer.as_deref())
        && stated != expected
    {
        return Answer::Ours(Err(NotGranted::NotOurs(format!(
            "The answer says that it comes from {}, not from {}. Nothing was connected; sign in again.",
            words(stated, &[]),
            provider.name
        ))));
    }
    if let Some(error) = value("error") {
        return Answer::Ours(Err(refusal(error, value("error_description").unwrap_or_default(), provider.name)));
    }
    match value("code") {
        Some(code) if !code.is_empty() => Answer::Ours(Ok(code.into())),
        _ => Answer::Ours(Err(NotGranted::NotOurs(format!("{}'s answer holds no code. Sign in again.", provider.name)))),
    }
}

/// The part after `?` of what somebody pasted: an address with or without `http://`, or that part alone.
pub(super) fn query_of(pasted: &str) -> &str {
    let pasted = pasted.trim().trim_matches(['"', '\'', '<', '>']).trim();
    let query = pasted.split_once('?').map_or(pasted, |(_, query)| query);
    query.split_once('#').map_or(query, |(query, _)| query)
}

/// The errors of RFC 6749 §4.1.2.1, and those that Google and Microsoft add.
fn refusal(error: &str, description: &str, name: &str) -> NotGranted {
    let sentence = match error {
        "access_denied" => format!("Access was not allowed on {name}'s page. To connect, sign in again and choose “Allow” there."),
        "admin_policy_enforced" | "org_internal" => {
            format!("{name} says that the administrator of this account does not allow it. Ask them to allow Rollcall's client ID.")
        }
        "server_error" | "temporarily_unavailable" => format!("{name} cannot sign anybody in at the moment. Try again in some minutes."),
        "invalid_scope" | "unauthorized_client" | "invalid_client" | "invalid_request" => {
            format!(
                "{name} does not accept this client ID for calendars ({error}). Check it in the guide, step by step.{}",
                told(description)
            )
        }
        _ => format!("{name} did not connect the account ({}).{}", words(error, &[]), told(description)),
    };
    NotGranted::Refused(sentence)
}

fn told(description: &str) -> String {
    let description = words(description, &[]);
    if description.is_empty() { String::new() } else { format!(" Its words: “{description}”") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::google::tests::provider;

    fn outcome(query: &str) -> Result<String, String> {
        match read(query, &"s3cret".into(), &provider()) {
            Answer::Foreign => Err("foreign".to_owned()),
            Answer::Ours(Ok(code)) => Ok(code.expose_secret().to_owned()),
            Answer::Ours(Err(NotGranted::Refused(words))) => Err(format!("refused: {words}")),
            Answer::Ours(Err(error)) => Err(format!("not ours: {error}")),
        }
    }

    #[test]
    fn a_code_counts_only_with_the_state_that_was_sent() {
        assert_eq!(outcome("state=s3cret&code=4%2Fabc"), Ok("4/abc".to_owned()), "percent signs are undone");
        for query in ["code=x", "state=&code=x", "state=S3cret&code=x", "state=s3cret2&code=x", "state=s3cret&state=s3cret&code=x", ""] {
            assert_eq!(outcome(query), Err("foreign".to_owned()), "{query}");
        }
    }

    #[test]
    fn an_answer_of_another_issuer_is_not_ours() {
        let right = "state=s3cret&code=x&iss=https%3A%2F%2Faccounts.google.com";
        assert_eq!(outcome(right), Ok("x".to_owned()), "the issuer is the one that was asked");
        let wrong = outcome("state=s3cret&code=x&iss=https%3A%2F%2Fevil.example").unwrap_err();
        assert!(wrong.starts_with("not ours") && wrong.contains("evil.example"), "who it says it is stands in the sentence: {wrong}");
        let twice = outcome("state=s3cret&code=x&code=y").unwrap_err();
        assert!(twice.starts_with("not ours"), "two codes are none: {twice}");
    }

    #[test]
    fn a_refusal_is_told_in_words() {
        let denied = outcome("state=s3cret&error=access_denied").unwrap_err();
        assert!(denied.starts_with("refused") && denied.contains("Allow"), "what to do next: {denied}");
        let odd = outcome("state=s3cret&error=odd&error_description=a%0Ab").unwrap_err();
        assert!(odd.contains("odd") && odd.contains("“a b”"), "the provider's words on one line: {odd}");
    }

    #[test]
    fn what_is_pasted_may_be_an_address_or_a_part_of_it() {
        for pasted in [
            "http://127.0.0.1:9/?state=a&code=b",
            " 127.0.0.1:9/?state=a&code=b#",
            "\"http://localhost:9?state=a&code=b\"",
            "?state=a&code=b",
            "state=a&code=b",
        ] {
            assert_eq!(query_of(pasted), "state=a&code=b", "{pasted}");
        }
    }
}
