//! From a server's words to a status code (RFC 3463) and to how final a failure is.

use super::BounceKind;

/// Words that tell a cause, with the status code that says the same. The first that is found counts.
const CAUSES: [(&str, &[&str]); 12] = [
    (
        "5.2.2",
        &[
            "mailbox full",
            "mailbox is full",
            "mailfolder is full",
            "over quota",
            "quota exceeded",
            "over the quota",
            "exceeded storage",
            "storage quota",
            "disk quota",
            "insufficient storage",
            "out of storage",
            "mailbox has exceeded",
            "inbox is full",
            "exceeds quota",
            "overquota",
            "メールボックスが一杯",
            "boîte pleine",
            "postfach ist voll",
        ],
    ),
    (
        "5.3.4",
        &[
            "message too big",
            "message too large",
            "message size exceeds",
            "exceeds maximum",
            "size limit",
            "too large for",
            "message is too long",
            "exceeds the maximum",
            "exceeded max message size",
        ],
    ),
    (
        "5.1.2",
        &[
            "host unknown",
            "unknown host",
            "domain not found",
            "host or domain name not found",
            "name service error",
            "couldn't find any host",
            "no such domain",
            "unrouteable mail domain",
            "unrouteable domain",
            "unknown domain",
            "domain does not exist",
            "domain doesn't exist",
            "no mx",
            "host not found",
            "could not be resolved",
            "cannot find a mail exchanger",
        ],
    ),
    ("5.1.8", &["sender address rejected", "sender rejected", "sender domain must", "domain of sender", "invalid sender"]),
    (
        "5.7.1",
        &[
            "spam",
            "blocked",
            "blacklist",
            "block list",
            "blocklist",
            "denied by policy",
            "policy",
            "relay access denied",
            "relaying denied",
            "relay not permitted",
            "access denied",
            "not authorized",
            "not permitted",
            "permission",
            "dmarc",
            "spf",
            "dkim",
            "authentication level",
            "virus",
            "content rejected",
            "message rejected",
            "rejected due to",
            "reputation",
            "filter",
        ],
    ),
    (
        "5.1.1",
        &[
            "user unknown",
            "unknown user",
            "no such user",
            "no such recipient",
            "no such mailbox",
            "no such address",
            "no such person",
            "unknown recipient",
            "recipient unknown",
            "unknown address",
            "address unknown",
            "unknown local",
            "user not found",
            "recipient not found",
            "address not found",
            "mailbox not found",
            "account not found",
            "does not exist",
            "doesn't exist",
            "do not exist",
            "not exist",
            "no mailbox",
            "mailbox unavailable",
            "invalid recipient",
            "invalid mailbox",
            "invalid address",
            "invalid user",
            "user invalid",
            "not a valid",
            "no valid recipients",
            "not our customer",
            "unrouteable address",
            "recipient rejected",
            "recipient address rejected",
            "bad destination",
            "couldn't be found",
            "wasn't found",
            "not listed",
            "recipnotfound",
            "recipient name is not recognized",
            "doesn't have a",
            "no account",
            "not a known user",
            "unknown account",
            "not known at",
            "isn't in our",
            "ディレクトリのリストにありません",
        ],
    ),
    (
        "5.2.1",
        &[
            "disabled",
            "inactive",
            "suspended",
            "deactivated",
            "no longer in use",
            "no longer available",
            "not active",
            "account closed",
            "mailbox closed",
            "expired account",
            "user has moved",
        ],
    ),
    ("5.4.6", &["mail loop", "loop detected", "too many hops", "routing loop", "hop count"]),
    (
        "4.4.7",
        &[
            "message expired",
            "delivery time expired",
            "retry timeout exceeded",
            "retry time",
            "could not be delivered for",
            "has been in the queue",
            "queue too long",
            "too old",
            "delivery expired",
            "giving up",
            "deferred",
            "still being retried",
        ],
    ),
    (
        "4.4.1",
        &[
            "connection timed out",
            "timed out",
            "timeout",
            "connection refused",
            "no route to host",
            "network is unreachable",
            "connection reset",
            "could not connect",
            "couldn't connect",
            "no answer from host",
            "not responding",
            "unable to connect",
            "lost connection",
            "connection was dropped",
        ],
    ),
    ("4.7.0", &["greylist", "try again later", "try later", "rate limit", "too many connections", "temporarily"]),
    ("5.6.0", &["malformed", "conversion", "not support", "content error", "header error", "syntax error"]),
];

/// A status code in a text: not a part of an IP address or a version.
pub(super) fn status_in(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        let before = index.checked_sub(1).and_then(|before| bytes.get(before)).copied().unwrap_or(b' ');
        if matches!(byte, b'2' | b'4' | b'5')
            && !before.is_ascii_alphanumeric()
            && !matches!(before, b'.' | b'-' | b'_' | b'/')
            && let Some((status, length)) = status_at(bytes.get(index..).unwrap_or_default())
        {
            let after = bytes.get(index + length).copied().unwrap_or(b' ');
            let after_that = bytes.get(index + length + 1).copied().unwrap_or(b' ');
            let continues = after.is_ascii_alphanumeric()
                || (matches!(after, b'.' | b'-' | b'_') && after_that.is_ascii_alphanumeric() && after != b'-');
            if !continues {
                return Some(status);
            }
        }
        index += 1;
    }
    None
}

/// `5.1.1` at the beginning, with its length. The class has one digit, the others up to three.
fn status_at(bytes: &[u8]) -> Option<(String, usize)> {
    let class = bytes.first()?;
    let mut length = 1;
    let mut status = String::from(char::from(*class));
    for _ in 0..2 {
        if bytes.get(length) != Some(&b'.') {
            return None;
        }
        let digits: String =
            bytes.get(length + 1..)?.iter().take(4).take_while(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect();
        if digits.is_empty() || digits.len() > 3 {
            return None;
        }
        length += 1 + digits.len();
        status.push('.');
        status.push_str(&digits);
    }
    Some((status, length))
}

/// An SMTP reply code of failure that stands alone: 4yz or 5yz.
pub(super) fn reply_code_in(text: &str) -> Option<u16> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '.' && character != '@').find_map(|word| {
        let code: u16 = (word.len() == 3).then(|| word.parse().ok()).flatten()?;
        ((400..=599).contains(&code) && code % 100 < 60).then_some(code)
    })
}

/// The status code that a server's words amount to; empty where they say nothing.
#[must_use]
pub fn status_of(text: &str) -> String {
    if let Some(status) = status_in(text).filter(|status| !status.ends_with(".0.0")) {
        return status;
    }
    let code = reply_code_in(text);
    match (cause_in(text), code) {
        (Some(status), Some(code)) if code < 500 && status.starts_with('5') => status.replacen('5', "4", 1),
        (Some(status), _) => status.to_owned(),
        (None, Some(code)) => format!("{}.0.0", code / 100),
        (None, None) => status_in(text).unwrap_or_default(),
    }
}

/// The status that the words of a text amount to, whatever numbers stand in it.
fn cause_in(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    CAUSES.iter().find(|(_, words)| words.iter().any(|word| lower.contains(word))).map(|(status, _)| *status)
}

/// How final a failed delivery is. What the address cannot help, a full box or a policy, is not the end of the address.
pub(super) fn kind_of(action: &str, status: &str, diagnostic: &str) -> BounceKind {
    match action.trim().to_ascii_lowercase().as_str() {
        "delayed" => return BounceKind::Delayed,
        "delivered" | "relayed" | "expanded" => return BounceKind::Relayed,
        "expired" => return BounceKind::Soft,
        _ => {}
    }
    if status.starts_with('2') {
        return BounceKind::Relayed;
    }
    if status.starts_with('4') {
        return BounceKind::Soft;
    }
    // A report says 5.0.0 or 5.5.0 where it only knows that it failed; the words know more.
    let vague = status.is_empty() || status.ends_with(".0.0") || matches!(status, "5.5.0" | "5.2.0" | "5.1.0" | "5.3.0" | "5.4.0");
    let stated = if vague { status_in(diagnostic).filter(|stated| stated != status && !stated.ends_with(".0.0")) } else { None };
    let told = stated.or_else(|| cause_in(diagnostic).filter(|_| vague).map(str::to_owned));
    let status = told.as_deref().unwrap_or(status);
    let mut parts = status.split('.').skip(1).map(|part| part.parse::<u16>().unwrap_or(0));
    match (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) {
        (1, 7 | 8) | (2, 2 | 3) | (3..=7, _) if !matches!(status, "5.4.4" | "5.4.310") => BounceKind::Soft,
        _ if status.starts_with('4') => BounceKind::Soft,
        _ => BounceKind::Hard,
    }
}
