//! What an answer of Google means (<https://developers.google.com/workspace/calendar/api/guides/errors>).

use calendar::remote::RemoteFailure;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::web::Answer;

/// What a request is about, where the same status means different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// The account, or something that the account has beside calendars' contents.
    Account,
    /// A calendar.
    Calendar,
    /// What changed in a calendar since a token.
    Token,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    error: Problem,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    message: String,
    errors: Vec<Detail>,
    details: Vec<Detail>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Detail {
    reason: String,
}

/// The body of a success. One that is cut off or is something else may be an intermediary's: nothing of it is used.
pub(super) fn body<T: DeserializeOwned>(answer: &Answer, about: About) -> Result<T, RemoteFailure> {
    if !answer.status.is_success() {
        return Err(failure(answer, about));
    }
    if answer.is_page() {
        return Err(Answer::not_now("Google"));
    }
    serde_json::from_slice(&answer.body).map_err(|_| later("Google answered with something that cannot be read.".to_owned(), None))
}

/// What an answer that is no success means.
pub(super) fn failure(answer: &Answer, about: About) -> RemoteFailure {
    let Body { error } = serde_json::from_slice(&answer.body).unwrap_or_default();
    let has = |reasons: &[&str]| error.errors.iter().chain(&error.details).any(|detail| reasons.contains(&detail.reason.as_str()));
    let status = answer.status.as_u16();
    let said = match error.message.as_str() {
        "" => format!("status {status}"),
        message => format!("“{}”", message.chars().filter(|character| !character.is_control()).take(300).collect::<String>()),
    };
    match status {
        401 => RemoteFailure::NeedsLogin { reason: format!("Google no longer lets Rollcall in: {said}. Connect the account again.") },
        403 if has(&["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"]) => RemoteFailure::NeedsLogin {
            reason: "The consent does not cover calendars. Connect the account again, and tick every box on Google's page.".to_owned(),
        },
        403 if has(&["accessNotConfigured", "SERVICE_DISABLED"]) => RemoteFailure::Refused {
            reason: format!(
                "The Google Calendar API is not switched on for this client ID. Switch it on in the Google Cloud console: {said}."
            ),
        },
        403 if has(&QUOTA) => later(format!("Google wants to be asked less often: {said}."), answer.retry_after()),
        429 => later(format!("Google wants to be asked less often: {said}."), answer.retry_after()),
        404 if about != About::Account => {
            RemoteFailure::CalendarGone { reason: format!("Google has no such calendar any more, or no longer shares it: {said}.") }
        }
        // A token that Google cannot even read is as old as one that it has forgotten.
        400 | 410 if about == About::Token => RemoteFailure::TokenExpired,
        408 | 500..=599 => later(format!("Google is out of order at the moment: {said}."), answer.retry_after()),
        // A redirect, or a success that was not asked for: a proxy's page.
        0..=399 => later(format!("An answer came that is none of Google's ({said})."), None),
        _ => RemoteFailure::Refused { reason: format!("Google will not do that: {said}.") },
    }
}

/// Reasons of `usageLimits`, which come as 403 and as 429 alike.
const QUOTA: [&str; 7] = [
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
    "calendarUsageLimitsExceeded",
    "RATE_LIMIT_EXCEEDED",
    "variableTermLimitExceeded",
];

fn later(reason: String, after_seconds: Option<u64>) -> RemoteFailure {
    RemoteFailure::Later { reason, after_seconds }
}
