//! Failure notices in a server's own words: qmail, Exim, Postfix without a report, Exchange, Gmail, Yahoo and many more.
//!
//! They share a shape, and that is what is read: a sentence that it failed, the address on a line of its own or after
//! a label, the other server's words, a line that separates, and the message that came back.

use super::diagnosis;
use super::{Bounce, BounceKind};

/// Sentences of failure. Without one of them a message is no notice.
const FAILED: [&str; 62] = [
    "could not be delivered",
    "couldn't be delivered",
    "could not deliver",
    "couldn't deliver",
    "cannot be delivered",
    "can't be delivered",
    "cannot deliver",
    "not be delivered",
    "unable to deliver",
    "wasn't able to deliver",
    "not able to deliver",
    "was not delivered",
    "not delivered",
    "undeliverable",
    "undelivered",
    "delivery failed",
    "delivery has failed",
    "delivery failure",
    "delivery to the following",
    "error delivering",
    "trouble delivering",
    "delivery error",
    "failed to deliver",
    "delivery status notification",
    "delivery attempts",
    "did not reach",
    "didn't reach",
    "fatal error",
    "delivery problems",
    "returned to sender",
    "was rejected",
    "been rejected",
    "message rejected",
    "failure notice",
    "failure reasons",
    "permanent error",
    "permanent failure",
    "transcript of session",
    "unknown user",
    "user unknown",
    "no such user",
    "mailbox full",
    "mailbox is full",
    "invalid user address",
    "may not exist",
    "does not exist",
    "wasn't found",
    "error while trying to deliver",
    "mail system error",
    "still being retried",
    "temporarily deferred",
    "delivery delayed",
    "not yet been delivered",
    "bounced",
    "not a member",
    "fail to deliver",
    "message could not",
    "error-message",
    "送信できませんでした",
    "送信できません",
    "配送できません",
    "konnte nicht zugestellt",
];

/// Words by which a notice says that the server goes on trying.
const DELAYED: [&str; 10] = [
    "warning only",
    "still being retried",
    "delivery attempts will continue",
    "will be retried",
    "will continue to be attempted",
    "not yet been delivered",
    "do not need to resend",
    "will retry",
    "will keep trying",
    "delivery is delayed",
];

/// Labels before the address.
const LABELS: [&str; 18] = [
    "final-recipient",
    "original-recipient",
    "recipient address:",
    "could not be delivered to",
    "not be delivered to",
    "unable to deliver message to",
    "deliver your message to",
    "delivering your mail to",
    "the following recipient",
    "rejected recipient",
    "failed recipient",
    "unknown user:",
    "user unknown:",
    "target mail address",
    "rcpt to",
    "recipient:",
    "delivery to",
    "intended recipient",
];

/// Lines that speak of someone else than the recipient.
const NOT_RECIPIENT: [&str; 15] = [
    "mail from",
    "envelope-from",
    "sender",
    "from:",
    "postmaster",
    "mailer-daemon",
    "contact ",
    "support",
    "reply-to",
    "return-path",
    "message-id",
    "http",
    "help",
    "on behalf",
    "assistance",
];

/// The failed deliveries of a notice, and where the message that came back begins.
pub(super) struct Notice<'a> {
    pub(super) bounces: Vec<Bounce>,
    /// The returned message as far as it stands in the same text.
    pub(super) returned: &'a str,
}

/// Splits a text at the line that separates the notice from the message that came back.
pub(super) fn split(text: &str) -> (&str, &str) {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let end = offset + line.len();
        let trimmed = line.trim();
        if is_separator(trimmed) {
            return (text.get(..offset).unwrap_or(text), text.get(end..).unwrap_or_default());
        }
        if offset > 0 && is_trace(line) {
            return (text.get(..offset).unwrap_or(text), text.get(offset..).unwrap_or_default());
        }
        offset = end;
    }
    (text, "")
}

/// Whether a text says that something failed.
pub(super) fn says_failed(text: &str) -> bool {
    let lower = text.to_lowercase();
    FAILED.iter().any(|words| lower.contains(words)) || (diagnosis::reply_code_in(text).is_some() && lower.contains("error"))
}

/// Reads a notice. `own` are addresses that cannot be the failed one; `known` are named by a header.
pub(super) fn read<'a>(text: &'a str, subject: &str, known: &[String], own: &[String]) -> Option<Notice<'a>> {
    let (notice, returned) = split(text);
    if !says_failed(notice) && !says_failed(subject) {
        return None;
    }
    let recipients = if known.is_empty() { recipients(notice, own) } else { known.to_vec() };
    let lower = format!("{subject}\n{notice}").to_lowercase();
    let is_delayed = DELAYED.iter().any(|words| lower.contains(words)) || subject.to_lowercase().contains("(delay)");
    let bounces = recipients
        .iter()
        .map(|recipient| {
            let diagnostic = words_about(notice, recipient, &recipients);
            let mut status = diagnosis::status_of(&diagnostic);
            if status.is_empty() {
                status = diagnosis::status_of(notice);
            }
            if status.is_empty() {
                status = diagnosis::status_of(subject);
            }
            let kind = if is_delayed { BounceKind::Delayed } else { diagnosis::kind_of("failed", &status, &diagnostic) };
            if status.is_empty() {
                status = String::from(if is_delayed { "4.0.0" } else { "5.0.0" });
            }
            bounce(recipient, status, kind, diagnostic)
        })
        .collect();
    Some(Notice { bounces, returned })
}

pub(super) fn bounce(recipient: &str, status: String, kind: BounceKind, diagnostic: String) -> Bounce {
    Bounce {
        recipient: recipient.to_owned(),
        status,
        kind,
        diagnostic,
        original_message_id: None,
        original_to: None,
        original_invited: Vec::new(),
        original_method: None,
    }
}

fn is_separator(line: &str) -> bool {
    if line.len() > 120 || line.is_empty() {
        return false;
    }
    let lower = line.to_lowercase();
    let words = [
        "below this line is a copy",
        "this is a copy of",
        "copy of the message",
        "copy of your message",
        "original message",
        "original mail",
        "returned message",
        "returned mail follows",
        "unsent message",
        "message header",
        "header of the original",
        "bounced e-mail",
        "message follows",
        "headers follow",
        "your message begins",
        "undelivered message",
        "body of message generated response",
    ];
    let shaped = line.starts_with(['-', '=', '*', '#', '_']) || line.ends_with([':', '.', '-']) || line.ends_with("follows");
    // A heading is short; a sentence that mentions the original message goes on.
    shaped
        && words.iter().any(|word| lower.contains(word))
        && (line.starts_with(['-', '=', '*', '#', '_']) || line.split_whitespace().count() <= 9)
        && !lower.contains('@')
}

/// A header that only a message in transit has.
fn is_trace(line: &str) -> bool {
    ["Received: from", "Received: by", "Received: (", "Return-Path:", "X-Originating-IP:", "DKIM-Signature:", "X-Received:", "ARC-Seal:"]
        .iter()
        .any(|start| line.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start)))
}

/// The failed addresses of a notice: lines of their own first, then labels, then any that is left.
fn recipients(notice: &str, own: &[String]) -> Vec<String> {
    let is_other = |address: &String| !own.iter().any(|own| own.eq_ignore_ascii_case(address)) && !is_daemon(address);
    let alone = || notice.lines().filter_map(address_line);
    let mut found = unique(alone().filter(is_other));
    if found.is_empty() {
        found = unique(labelled(notice).into_iter().filter(is_other));
    }
    if found.is_empty() {
        found = unique(notice.lines().filter(|line| !speaks_of_another(line)).flat_map(addresses).filter(is_other).take(1));
    }
    // Whoever wrote to themselves gets a notice about themselves.
    if found.is_empty() {
        found = unique(alone().chain(labelled(notice)).filter(|address| !is_daemon(address)));
    }
    found
}

fn speaks_of_another(line: &str) -> bool {
    let lower = line.to_lowercase();
    NOT_RECIPIENT.iter().any(|words| lower.contains(words))
}

fn unique(addresses: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for address in addresses.take(200) {
        if !found.iter().any(|known| known.eq_ignore_ascii_case(&address)) {
            found.push(address);
        }
    }
    found
}

/// A line that is an address, or begins with one and a colon, a reason in brackets or an arrow.
fn address_line(line: &str) -> Option<String> {
    let trimmed = line.trim().trim_start_matches([':', '>', '*', '•', '-', ' ']).trim();
    let first = trimmed.split_whitespace().next()?;
    let bare = first
        .trim_end_matches([':', ',', ';', '.'])
        .trim_matches(|character: char| matches!(character, '<' | '>' | '"' | '\'' | '(' | ')'));
    // Outlook doubles it: `jane@example.com<mailto:jane@example.com>`.
    let bare = bare.split('<').next().unwrap_or(bare).trim_end_matches([':', '>']);
    let address = as_address(bare)?;
    let rest = trimmed.get(first.len()..).unwrap_or_default().trim();
    let wrapped = first.starts_with(['<', '"']);
    let introduces =
        first.ends_with(':') || rest.is_empty() || rest.starts_with([':', '(', '<', '-', '[']) || rest.starts_with("on ") || wrapped;
    introduces.then_some(address)
}

fn labelled(notice: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lines: Vec<&str> = notice.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        let lower = line.to_lowercase();
        let Some(end) = LABELS.iter().filter_map(|label| lower.find(label).map(|start| start + label.len())).min() else {
            continue;
        };
        // `to_lowercase` may change lengths outside ASCII; then the whole line is searched.
        let after = if lower.len() == line.len() { line.get(end..).unwrap_or(line) } else { line };
        let next = lines.get(index + 1).copied().unwrap_or_default();
        found.extend(addresses(after).into_iter().next().or_else(|| addresses(next).into_iter().next()));
    }
    found
}

/// Every address in a line.
fn addresses(line: &str) -> Vec<String> {
    line.split(|character: char| {
        character.is_whitespace() || matches!(character, '<' | '>' | '"' | ',' | ';' | '(' | ')' | '[' | ']' | '\'')
    })
    .filter(|word| word.contains('@'))
    .filter_map(|word| as_address(word.trim_end_matches(['.', ':', '!', '?']).trim_start_matches("mailto:").trim_start_matches("MAILTO:")))
    .collect()
}

pub(super) fn as_address(word: &str) -> Option<String> {
    let (local, domain) = word.rsplit_once('@')?;
    let sound = !local.is_empty()
        && local.len() <= 128
        && !local.contains(['@', ':', '/', '\\'])
        && domain.len() >= 3
        && domain.chars().all(|character| character.is_alphanumeric() || character == '.' || character == '-')
        && !domain.starts_with('.')
        && !domain.ends_with('.');
    sound.then(|| word.to_owned())
}

/// A mailbox of the mail system itself.
pub(super) fn is_daemon(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or(address).to_lowercase();
    let compact: String = local.chars().filter(|character| character.is_alphanumeric()).collect();
    ["mailerdaemon", "postmaster", "maildaemon", "mdaemon", "poostmaster", "mailmaster", "mailadmin"]
        .iter()
        .any(|daemon| compact.starts_with(daemon))
}

/// The lines about one address: from it to the next address or an empty line after some words.
fn words_about(notice: &str, recipient: &str, all: &[String]) -> String {
    let mut words: Vec<&str> = Vec::new();
    let mut started = false;
    for line in notice.lines() {
        let mentions = |address: &String| line.contains(address.as_str());
        if line.contains(recipient) {
            started = true;
        } else if started && all.iter().any(mentions) {
            break;
        }
        if started {
            if line.trim().is_empty() && words.iter().map(|word| word.len()).sum::<usize>() > recipient.len() + 20 {
                break;
            }
            words.push(line.trim());
        }
    }
    let joined = if started { words.join(" ") } else { notice.split_whitespace().collect::<Vec<_>>().join(" ") };
    joined.trim().chars().take(1000).collect()
}
