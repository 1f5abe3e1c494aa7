//! What an answer of a CalDAV server means, decided once (RFC 4918 §11, RFC 4791 §5.3.2.1, RFC 6578 §3.2, RFC 9110 §15).

use calendar::remote::RemoteFailure;
use reqwest::StatusCode;
use reqwest::header::WWW_AUTHENTICATE;

use super::multistatus::{Multistatus, Reason, read_multistatus};
use crate::web::{Answer, host_of, later};

/// What became of a write of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// It stands there, or it is gone.
    Done,
    /// It is no longer as it was seen.
    Changed,
    /// Another thing there has the UID.
    UidTaken,
    /// The folder that it was to lie in may not be there.
    NoPlace,
    /// The server will not have it: its words.
    Refused(String),
}

/// What an answer says that is no success, whatever was asked.
pub(super) fn failure(answer: &Answer) -> RemoteFailure {
    let host = host_of(&answer.url);
    match answer.status.as_u16() {
        401 => RemoteFailure::NeedsLogin { reason: login_words(answer, &host) },
        404 | 410 => RemoteFailure::CalendarGone { reason: format!("{host} no longer has this calendar.") },
        403 => RemoteFailure::CalendarGone { reason: format!("{host} does not show this calendar to this account{}.", because(answer)) },
        408 | 423 | 425 | 429 | 500..=506 | 508..=599 => {
            RemoteFailure::Later { reason: busy_words(answer, &host), after_seconds: answer.retry_after() }
        }
        // A redirect without an address, or a success that was not asked for: somebody else on the way.
        0..=399 => later(format!("{host} answered, but not as a calendar server does ({}).", answer.status.as_u16())),
        _ => RemoteFailure::Refused { reason: refusal_words(answer, &host) },
    }
}

/// A list of things, or what the answer says instead.
pub(super) fn listed(answer: &Answer) -> Result<Multistatus, RemoteFailure> {
    if answer.status != StatusCode::MULTI_STATUS {
        return Err(if answer.is_page() {
            Answer::not_now(&host_of(&answer.url))
        } else if answer.status.is_success() {
            later(format!("{} answered, but not as a calendar server does. Check the address.", host_of(&answer.url)))
        } else {
            failure(answer)
        });
    }
    read_multistatus(&answer.body)
        .map_err(|reason| later(format!("The answer of {} cannot be read: {reason}. Nothing of it was used.", host_of(&answer.url))))
}

/// Whether the server no longer knows a token of a listing. 410 and a bare 400 are what some say in place of the condition.
pub(super) fn is_expired(answer: &Answer) -> bool {
    match answer.status.as_u16() {
        400 | 410 => true,
        403 | 409 | 412 => Reason::read(&answer.body).is("valid-sync-token"),
        _ => false,
    }
}

/// Whether the server cannot be asked in this way.
pub(super) fn is_not_spoken(answer: &Answer) -> bool {
    matches!(answer.status.as_u16(), 400 | 403 | 405 | 415 | 422 | 501)
}

/// What became of a PUT.
pub(super) fn of_put(answer: &Answer) -> Result<Written, RemoteFailure> {
    if answer.is_page() {
        return Err(Answer::not_now(&host_of(&answer.url)));
    }
    if answer.status.is_success() {
        return Ok(Written::Done);
    }
    let host = host_of(&answer.url);
    let reason = Reason::read(&answer.body);
    if reason.is("no-uid-conflict") {
        return Ok(Written::UidTaken);
    }
    Ok(match answer.status.as_u16() {
        412 if reason.condition().is_none() => Written::Changed,
        404 | 409 | 410 if reason.condition().is_none() => Written::NoPlace,
        507 => Written::Refused(format!("{host} has no room left for it.")),
        413 => Written::Refused(format!("It is larger than {host} takes.")),
        403 => Written::Refused(format!("{host} does not let this account write here{}.", because(answer))),
        400 | 402 | 405..=407 | 409 | 412 | 414..=422 | 431 => Written::Refused(refusal_words(answer, &host)),
        _ => return Err(failure(answer)),
    })
}

/// What became of a DELETE: what is gone already is gone.
pub(super) fn of_delete(answer: &Answer) -> Result<Written, RemoteFailure> {
    if answer.is_page() {
        return Err(Answer::not_now(&host_of(&answer.url)));
    }
    if answer.status.is_success() {
        return Ok(Written::Done);
    }
    let host = host_of(&answer.url);
    Ok(match answer.status.as_u16() {
        404 | 410 => Written::Done,
        412 => Written::Changed,
        403 | 405 | 409 => Written::Refused(format!("{host} does not let this account delete here{}.", because(answer))),
        _ => return Err(failure(answer)),
    })
}

/// What a server will not do, in words.
pub(super) fn refused(answer: &Answer) -> RemoteFailure {
    match answer.status.as_u16() {
        403 | 404 | 409 | 410 => RemoteFailure::Refused { reason: refusal_words(answer, &host_of(&answer.url)) },
        _ => failure(answer),
    }
}

fn login_words(answer: &Answer, host: &str) -> String {
    let mut offers = answer.headers.get_all(WWW_AUTHENTICATE).iter().filter_map(|offer| offer.to_str().ok()).peekable();
    let takes_passwords = offers.peek().is_none()
        || offers.any(|offer| {
            offer.split(',').any(|part| part.trim_start().get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("basic")))
        });
    if takes_passwords {
        format!("{host} refused the login. Check user and password; some providers want an app password.")
    } else {
        format!("{host} wants a way of logging in that is not among those known here.")
    }
}

fn busy_words(answer: &Answer, host: &str) -> String {
    match answer.status.as_u16() {
        429 => format!("{host} wants fewer requests for a while."),
        423 => format!("{host} has locked it for a while."),
        503 => format!("{host} is busy or being maintained."),
        status => format!("{host} is out of order ({status}){}.", because(answer)),
    }
}

fn refusal_words(answer: &Answer, host: &str) -> String {
    format!("{host} refused it ({}){}.", answer.status.as_u16(), because(answer))
}

/// The server's own reason, after a colon; empty where it gives none.
fn because(answer: &Answer) -> String {
    let reason = Reason::read(&answer.body);
    let words = if reason.words.is_empty() { reason.condition().unwrap_or_else(|| answer.words()) } else { reason.words };
    if words.is_empty() { String::new() } else { format!(": {}", words.trim_end_matches('.')) }
}
