//! What an answer of Graph means (<https://learn.microsoft.com/graph/errors>).

use calendar::remote::{RemoteFailure, WriteOutcome};
use reqwest::StatusCode;
use serde_json::Value;

use super::read::text;
use crate::web::{Answer, later};

/// An answer that is not what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It is not there.
    Missing(String),
    /// This account may not: its words.
    Denied(String),
    /// It is no longer as it was seen (412, 409).
    Changed,
    /// An event was made under this `transactionId` before.
    MadeBefore,
    /// The place where one left off is no longer known (410, `syncStateNotFound`).
    Forgotten,
    /// It will not: its words.
    Refused(String),
    /// It could not be asked.
    Failure(RemoteFailure),
}

impl From<RemoteFailure> for Trouble {
    fn from(failure: RemoteFailure) -> Self {
        Self::Failure(failure)
    }
}

impl Trouble {
    /// As the failure of asking for a calendar.
    pub(super) fn of_calendar(self) -> RemoteFailure {
        match self {
            Self::Missing(words) | Self::Denied(words) => {
                RemoteFailure::CalendarGone { reason: sentence("The calendar is no longer there for this account", &words) }
            }
            other => other.of_account(),
        }
    }

    /// As the failure of asking for anything else.
    pub(super) fn of_account(self) -> RemoteFailure {
        match self {
            Self::Missing(words) => RemoteFailure::Refused { reason: sentence("Microsoft has nothing of that kind", &words) },
            Self::Denied(words) => RemoteFailure::Refused { reason: sentence("This account may not do that at Microsoft", &words) },
            Self::Changed | Self::MadeBefore => later("Microsoft was still busy with an earlier change."),
            Self::Forgotten => RemoteFailure::TokenExpired,
            Self::Refused(reason) => RemoteFailure::Refused { reason },
            Self::Failure(failure) => failure,
        }
    }

    /// As the outcome of a write.
    pub(super) fn of_write(self) -> Result<WriteOutcome, RemoteFailure> {
        match self {
            // What is gone was changed by somebody; fetching tells.
            Self::Missing(_) | Self::Changed => Ok(WriteOutcome::Changed),
            Self::Denied(words) => Ok(WriteOutcome::Refused(sentence("This account may not write to the calendar", &words))),
            Self::Refused(words) => Ok(WriteOutcome::Refused(words)),
            Self::MadeBefore | Self::Forgotten => Err(later("Microsoft was still busy with an earlier change.")),
            Self::Failure(failure) => Err(failure),
        }
    }
}

/// The JSON of an answer, or what it is instead. An answer that is cut off, or no JSON, is used in no part.
pub(super) fn read(answer: &Answer) -> Result<Value, Trouble> {
    if answer.status.is_success() {
        if answer.status == StatusCode::NO_CONTENT || answer.status == StatusCode::ACCEPTED {
            return Ok(Value::Null);
        }
        if answer.is_page() {
            return Err(Answer::not_now("Microsoft").into());
        }
        let json: Value =
            serde_json::from_slice(&answer.body).map_err(|_| later("Microsoft's answer was cut off. Nothing of it was used."))?;
        return if json.is_object() { Ok(json) } else { Err(later("Microsoft's answer cannot be read. Nothing of it was used.").into()) };
    }
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    Err(refusal(answer.status, text(&json, "/error/code"), text(&json, "/error/message"), answer.retry_after()))
}

fn refusal(status: StatusCode, code: &str, message: &str, after_seconds: Option<u64>) -> Trouble {
    let code_is = |codes: &[&str]| codes.iter().any(|known| known.eq_ignore_ascii_case(code));
    if code_is(&["syncStateNotFound", "syncStateInvalid", "resyncRequired"]) || status == StatusCode::GONE {
        return Trouble::Forgotten;
    }
    if code_is(&["ErrorDuplicateTransactionId"]) {
        return Trouble::MadeBefore;
    }
    let words = words(code, message);
    match status.as_u16() {
        401 => RemoteFailure::NeedsLogin { reason: sentence("Microsoft no longer accepts the sign-in. Connect the account again", &words) }
            .into(),
        404 => Trouble::Missing(words),
        403 if code_is(&["ErrorAccessDenied"]) => Trouble::Denied(words),
        409 | 412 => Trouble::Changed,
        429 => RemoteFailure::Later { reason: "Microsoft asks for a pause: too much was asked of this account.".to_owned(), after_seconds }
            .into(),
        408 | 500..=599 => RemoteFailure::Later {
            reason: sentence(&format!("Microsoft is out of order at the moment (status {})", status.as_u16()), &words),
            after_seconds,
        }
        .into(),
        300..=399 => later("Microsoft's answer points elsewhere, which is not followed: a network may want a sign-in of its own.").into(),
        _ => Trouble::Refused(sentence("Microsoft refused it", if words.is_empty() { status.as_str() } else { &words })),
    }
}

/// The server's own words on one line, and not too many.
fn words(code: &str, message: &str) -> String {
    const MOST: usize = 300;
    let words = if message.is_empty() { code } else { message };
    let line: String = words.split_whitespace().collect::<Vec<_>>().join(" ");
    line.trim_end_matches('.').chars().filter(|character| !character.is_control()).take(MOST).collect()
}

fn sentence(what: &str, words: &str) -> String {
    if words.is_empty() { format!("{what}.") } else { format!("{what}: {words}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_means_one_thing() {
        let of = |status: u16, code: &str, after| refusal(StatusCode::from_u16(status).unwrap(), code, "Words", after);
        assert_eq!(of(410, "", None), Trouble::Forgotten, "the token is too old");
        assert_eq!(of(400, "SyncStateNotFound", None), Trouble::Forgotten, "the same under another number");
        assert_eq!(of(412, "ErrorIrresolvableConflict", None), Trouble::Changed, "somebody changed it");
        assert_eq!(of(404, "ErrorItemNotFound", None), Trouble::Missing("Words".to_owned()), "gone");
        assert_eq!(of(409, "ErrorDuplicateTransactionId", None), Trouble::MadeBefore, "it was created before");
        assert!(matches!(of(400, "ErrorInvalidRequest", None), Trouble::Refused(words) if words.contains("Words")), "its words are told");
        let throttled =
            |after| matches!(of(429, "", after), Trouble::Failure(RemoteFailure::Later { after_seconds, .. }) if after_seconds == after);
        assert!(throttled(Some(7)) && throttled(None), "how long to wait is told where it is known, and made up nowhere");
        assert!(matches!(of(503, "", Some(3)), Trouble::Failure(RemoteFailure::Later { after_seconds: Some(3), .. })), "out of order");
        assert!(matches!(of(401, "", None), Trouble::Failure(RemoteFailure::NeedsLogin { .. })), "the consent ended");
        assert!(matches!(of(403, "ErrorAccessDenied", None).of_write(), Ok(WriteOutcome::Refused(_))), "to write is not allowed");
        let gone = of(404, "", None).of_calendar();
        assert!(matches!(gone, RemoteFailure::CalendarGone { .. }), "asked for a calendar, it is the calendar that is gone");
    }
}
