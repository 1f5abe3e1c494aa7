//! What an error of SES means for a message: the one place where AWS's error names are read.
//!
//! `SendEmail`: SES API v2 reference, its errors and "Common errors"; the words of the two throttles: SES developer guide, "Errors
//! related to sending quotas". Whether a message may be sent again follows from how far the request came.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_sesv2::config::http::HttpResponse;
use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use hyper_util::client::legacy::Error as HttpError;
use mail::port::SendOutcome;

/// The outcome of a failed call; `address` is the account's own, which tells an unverified sender from an unverified guest.
pub(super) fn of_error<E: ProvideErrorMetadata + Error + 'static>(error: &SdkError<E, HttpResponse>, address: &str) -> SendOutcome {
    if chain(error).iter().any(|cause| cause.is::<CredentialsError>()) {
        return SendOutcome::NeedsLogin { reason: format!("There is no usable key: {}", words(error)) };
    }
    match error {
        SdkError::ConstructionFailure(_) => SendOutcome::AccountStopped { reason: words(error), until: None },
        SdkError::DispatchFailure(failure) if failure.is_user() => SendOutcome::AccountStopped { reason: words(error), until: None },
        SdkError::DispatchFailure(_) | SdkError::TimeoutError(_) if never_connected(error) => {
            SendOutcome::Retry { after: None, reason: format!("Amazon SES was not reached: {}", words(error)), throttled: false }
        }
        SdkError::ServiceError(service) => {
            of_answer(service.raw().status().as_u16(), service.err().code(), service.err().message(), address)
        }
        SdkError::ResponseError(response) => of_answer(response.raw().status().as_u16(), None, None, address),
        _ => SendOutcome::Uncertain { reason: format!("The request had left and no answer came: {}", words(error)) },
    }
}

/// The same for a call that hands no message over: nothing can be uncertain then.
pub(super) fn not_sent(outcome: SendOutcome) -> SendOutcome {
    match outcome {
        SendOutcome::Uncertain { reason } => SendOutcome::Retry { after: None, reason, throttled: false },
        other => other,
    }
}

fn of_answer(status: u16, code: Option<&str>, message: Option<&str>, address: &str) -> SendOutcome {
    let text = message.unwrap_or_default();
    let reason = match code {
        Some(code) => format!("{code}: {text}"),
        None => format!("HTTP status {status}"),
    };
    let stopped = |reason| SendOutcome::AccountStopped { reason, until: None };
    match code.unwrap_or_default() {
        "TooManyRequestsException"
        | "LimitExceededException"
        | "Throttling"
        | "ThrottlingException"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "SlowDown" => of_quota(code, text, reason),
        "SendingPausedException"
        | "AccountSuspendedException"
        | "MailFromDomainNotVerifiedException"
        | "NotFoundException"
        | "AccessDenied"
        | "AccessDeniedException"
        | "OptInRequired" => stopped(reason),
        "MessageRejected" if names_the_sender(text, address) => stopped(reason),
        "MessageRejected" | "BadRequestException" | "InvalidParameterValue" | "ValidationException" | "ValidationError" => {
            SendOutcome::Refused { reason }
        }
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "InvalidAccessKeyId"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "IncompleteSignatureException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "ExpiredToken"
        | "ExpiredTokenException"
        | "RequestExpired"
        | "NotAuthorized" => SendOutcome::NeedsLogin { reason },
        "ServiceUnavailable" | "ServiceUnavailableException" => SendOutcome::Retry { after: None, reason, throttled: false },
        _ => of_status(status, reason),
    }
}

/// Both quotas come under the same names; only the words differ.
fn of_quota(code: Option<&str>, text: &str, reason: String) -> SendOutcome {
    let says = |word: &str| text.to_ascii_lowercase().contains(word);
    if says("daily") || (code == Some("LimitExceededException") && !says("rate")) {
        SendOutcome::AccountStopped { reason, until: None }
    } else {
        SendOutcome::Retry { after: None, reason, throttled: true }
    }
}

/// For answers without a name that we know.
fn of_status(status: u16, reason: String) -> SendOutcome {
    match status {
        401 | 403 => SendOutcome::NeedsLogin { reason },
        429 => SendOutcome::Retry { after: None, reason, throttled: true },
        413 => SendOutcome::Refused { reason },
        // Not taken, but for a reason that the next message would meet too.
        400..=499 => SendOutcome::AccountStopped { reason, until: None },
        // A failure inside the service, or a success that cannot be read, may have come after the message was taken.
        _ => SendOutcome::Uncertain { reason },
    }
}

/// "Email address is not verified. The following identities failed the check in region EU-WEST-1: a@b, c@d": in the sandbox it may be the
/// guest who is not verified.
fn names_the_sender(text: &str, address: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let address = address.to_ascii_lowercase();
    let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
    text.split([' ', ',', ':', '<', '>']).any(|word| !word.is_empty() && (word == address || word == domain))
}

fn never_connected(error: &(dyn Error + 'static)) -> bool {
    chain(error).iter().any(|error| error.downcast_ref::<HttpError>().is_some_and(HttpError::is_connect))
}

/// The causes, the nearest first, without what the SDK adds for programmers.
fn words(error: &(dyn Error + 'static)) -> String {
    let causes: Vec<String> = chain(error).iter().map(ToString::to_string).collect();
    causes.join(": ").chars().take(500).collect()
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut found = vec![error];
    let mut next = error.source();
    while let Some(cause) = next {
        found.push(cause);
        next = cause.source();
    }
    found
}

#[cfg(test)]
mod tests {
    use aws_sdk_sesv2::operation::send_email::SendEmailError;

    use super::*;

    #[test]
    fn a_key_that_cannot_be_found_is_no_uncertain_message() {
        let missing = CredentialsError::not_loaded("no key on this computer");
        let error: SdkError<SendEmailError, HttpResponse> = SdkError::construction_failure(missing);
        assert!(matches!(of_error(&error, "club@example.org"), SendOutcome::NeedsLogin { .. }), "nothing can leave without a signature");
    }

    fn kind(status: u16, code: &str, message: &str) -> String {
        let outcome =
            serde_json::to_value(of_answer(status, (!code.is_empty()).then_some(code), Some(message), "club@example.org")).unwrap();
        let name = outcome["outcome"].as_str().unwrap().to_owned();
        if outcome["throttled"] == true { format!("{name} throttled") } else { name }
    }

    #[test]
    fn every_name_of_aws_has_its_outcome() {
        for (status, code, message, expected) in [
            (429, "TooManyRequestsException", "Maximum sending rate exceeded.", "retry throttled"),
            (429, "TooManyRequestsException", "Daily message quota exceeded.", "account_stopped"),
            (400, "Throttling", "Daily message quota exceeded.", "account_stopped"),
            (400, "LimitExceededException", "Maximum sending rate exceeded.", "retry throttled"),
            (400, "SendingPausedException", "paused", "account_stopped"),
            (400, "AccountSuspendedException", "suspended", "account_stopped"),
            (400, "MailFromDomainNotVerifiedException", "", "account_stopped"),
            (404, "NotFoundException", "Configuration set", "account_stopped"),
            (400, "BadRequestException", "Illegal address", "refused"),
            (
                400,
                "MessageRejected",
                "Email address is not verified. The following identities failed the check in region X: club@example.org",
                "account_stopped",
            ),
            (
                400,
                "MessageRejected",
                "Email address is not verified. The following identities failed the check in region X: ann@example.net",
                "refused",
            ),
            (403, "SignatureDoesNotMatch", "", "needs_login"),
            (403, "AccessDeniedException", "not authorized to perform ses:SendEmail", "account_stopped"),
            (403, "", "", "needs_login"),
            (503, "ServiceUnavailable", "", "retry"),
            (503, "", "", "uncertain"),
            (500, "InternalFailure", "", "uncertain"),
            (200, "", "", "uncertain"),
            (429, "", "", "retry throttled"),
        ] {
            assert_eq!(kind(status, code, message), expected, "{status} {code} {message}");
        }
    }
}
