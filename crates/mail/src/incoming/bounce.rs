//! Is it a bounce or a complaint? Reports first, services next, notices in a server's own words last.

use mail_parser::Message;

use super::file::{header_text, is_calendar};
use super::parts::{Part, Tree};
use super::returned::Returned;
use super::{Bounce, Complaint, complaint, delivery_status, notice, service, tokens};

/// What a message reports, with the tokens of the message it reports on, and its tag where a service repeats that.
pub(super) enum Report {
    Bounces { bounces: Vec<Bounce>, tokens: Vec<String>, tag: Option<String> },
    Complaint { complaint: Complaint, tokens: Vec<String>, tag: Option<String> },
}

/// What is known of the message around its parts.
pub(super) struct Envelope<'a> {
    pub(super) message: &'a Message<'a>,
    pub(super) from: &'a str,
    pub(super) subject: &'a str,
    /// Addresses it was sent to: never the failed ones.
    pub(super) to: &'a [String],
    /// The readable text.
    pub(super) text: &'a str,
}

pub(super) fn read(envelope: &Envelope<'_>, tree: &Tree<'_>) -> Option<Report> {
    let own_leaves = || tree.leaves.iter().filter(|part| !part.nested);
    let returned = || returned(tree);
    if let Some(part) = own_leaves().find(|part| part.media_type == "message/feedback-report") {
        let returned = returned();
        return Some(Report::Complaint { complaint: complaint::read(&part.text, &returned), tokens: returned.tokens, tag: None });
    }
    if complaint::is_plain_form(envelope.from, envelope.subject, !tree.messages.is_empty()) {
        let returned = returned();
        return Some(Report::Complaint { complaint: complaint::read("", &returned), tokens: returned.tokens, tag: None });
    }
    let statuses: Vec<Bounce> = own_leaves().filter(|part| is_status(part)).flat_map(|part| delivery_status::read(&part.text)).collect();
    if !statuses.is_empty() {
        return Some(with_returned(statuses, &returned()));
    }
    if is_from_service(envelope)
        && let Some(report) = service::read(envelope.text)
    {
        let (tokens, tag) = (json_tokens(envelope.text), service::tag(envelope.text));
        return Some(match report {
            service::Report::Bounces(bounces) => Report::Bounces { bounces, tokens, tag },
            service::Report::Complaint(complaint) => Report::Complaint { complaint, tokens, tag },
        });
    }
    // A calendar of the message's own is an answer, however much its headers look like a machine's.
    if own_leaves().any(is_calendar) || !is_suspect(envelope, tree) {
        return None;
    }
    if let Some(report) = report_in_text(envelope, tree) {
        return Some(report);
    }
    notice_of(envelope, tree)
}

fn is_status(part: &Part<'_>) -> bool {
    matches!(part.media_type.as_str(), "message/delivery-status" | "message/global-delivery-status")
        || (part.media_type == "text/plain" && part.name.contains("deliverystatus"))
}

/// Text, or a multipart whose boundary is wrong, which leaves its parts in one piece.
pub(super) fn is_text(part: &Part<'_>) -> bool {
    part.media_type.starts_with("text/") || part.media_type.starts_with("multipart/")
}

/// A delivery report as plain text: Postfix through a gateway that flattens it, `WorkMail`, drafts of RFC 1894.
fn report_in_text(envelope: &Envelope<'_>, tree: &Tree<'_>) -> Option<Report> {
    let texts = tree.leaves.iter().filter(|part| !part.nested && is_text(part)).map(|part| part.text.as_ref()).chain([envelope.text]);
    for text in texts.filter(|text| delivery_status::is_report(text)) {
        let bounces = delivery_status::read(text);
        if !bounces.is_empty() {
            let mut returned = returned(tree);
            if returned.message_id.is_none() {
                returned = Returned::from_text(notice::split(text).1);
            }
            return Some(with_returned(bounces, &returned));
        }
    }
    None
}

fn notice_of(envelope: &Envelope<'_>, tree: &Tree<'_>) -> Option<Report> {
    let known: Vec<String> = header_text(envelope.message, "X-Failed-Recipients")
        .map(|value| value.split(',').filter_map(|address| notice::as_address(address.trim().trim_matches(['<', '>']))).collect())
        .unwrap_or_default();
    let own: Vec<String> = envelope.to.iter().cloned().chain([envelope.from.to_owned()]).collect();
    let notice = notice::read(envelope.text, envelope.subject, &known, &own)?;
    let mut returned = returned(tree);
    if returned.message_id.is_none() && returned.to.is_none() {
        returned = Returned::from_text(notice.returned);
    }
    let mut bounces = notice.bounces;
    if bounces.is_empty()
        && let Some(to) = returned.to.clone()
    {
        // The notice names nobody: the message that came back does.
        bounces = notice::read(envelope.text, envelope.subject, &[to], &own)?.bounces;
    }
    (!bounces.is_empty()).then(|| with_returned(bounces, &returned))
}

fn with_returned(mut bounces: Vec<Bounce>, returned: &Returned) -> Report {
    for bounce in &mut bounces {
        bounce.original_message_id.clone_from(&returned.message_id);
        bounce.original_to.clone_from(&returned.to);
        bounce.original_invited.clone_from(&returned.invited);
        bounce.original_method.clone_from(&returned.method);
        if bounce.recipient.is_empty() {
            bounce.recipient = returned.to.clone().unwrap_or_default();
        }
    }
    Report::Bounces { bounces, tokens: returned.tokens.clone(), tag: None }
}

/// The message inside, else its headers as text.
fn returned(tree: &Tree<'_>) -> Returned {
    let mut messages = tree.messages.iter().map(|message| Returned::from_message(message)).peekable();
    if messages.peek().is_some() {
        // A message that is nothing but a wrapper of another says nothing of itself.
        return messages.find(Returned::is_known).unwrap_or_default();
    }
    let headers = tree
        .leaves
        .iter()
        .find(|part| matches!(part.media_type.as_str(), "text/rfc822-headers" | "message/rfc822-headers" | "message/global-headers"));
    let mut returned = headers.map(|part| Returned::from_text(&part.text)).unwrap_or_default();
    // Some servers return the calendar beside the report rather than in the message.
    if returned.invited.is_empty()
        && let Some(part) = tree.leaves.iter().find(|part| is_calendar(part))
    {
        returned.take_calendar(&part.text);
    }
    returned
}

fn is_from_service(envelope: &Envelope<'_>) -> bool {
    envelope.from.ends_with("amazonaws.com") || envelope.from.ends_with("amazonses.com") || envelope.text.trim_start().starts_with('{')
}

/// The token in the headers that SES repeats.
fn json_tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in text.split(['"', '<', '>', ' ', ':']) {
        tokens::add(&mut found, tokens::of_envelope(word));
    }
    if let Some(after) = text.split(tokens::TOKEN_HEADER).nth(1) {
        tokens::add(&mut found, after.split('"').find(|word| tokens::is_token(word) && *word != "value").map(str::to_owned));
    }
    found
}

/// Whether a notice may be believed at all: people forward and quote notices too.
fn is_suspect(envelope: &Envelope<'_>, tree: &Tree<'_>) -> bool {
    let header = |name: &str| header_text(envelope.message, name);
    if header("X-Failed-Recipients").is_some() {
        return true;
    }
    let from_daemon =
        notice::is_daemon(envelope.from) || header("From").is_some_and(|from| notice::is_daemon(from.trim_matches(['<', '>', '"'])));
    let answered_by_program = header("Auto-Submitted").is_some_and(|value| value.trim().to_lowercase().starts_with("auto-replied"));
    if from_daemon {
        // A postmaster that says `auto-replied` is a program behind a mailbox, not the mail system on its way (RFC 3834 §2).
        return !(answered_by_program && envelope.from.starts_with("postmaster"));
    }
    let null_sender = header("Return-Path").is_some_and(|path| path.trim().trim_matches(['<', '>', ' ']).is_empty());
    if null_sender && !answered_by_program {
        return true;
    }
    let subject = envelope.subject.to_lowercase();
    if ["re:", "fw:", "fwd:", "aw:", "wg:", "tr:"].iter().any(|prefix| subject.starts_with(prefix)) && tree.messages.is_empty() {
        return false;
    }
    // A message that came back as a part, under a sentence of failure, whoever signs it.
    let (notice, inline) = notice::split(envelope.text);
    let brings_message = !tree.messages.is_empty() || inline.contains("Message-ID:") || inline.contains("Message-Id:");
    let by_machine = header("X-Mailer").is_none() && header("User-Agent").is_none() && header("In-Reply-To").is_none();
    brings_message && by_machine && notice::says_failed(notice) && notice.len() < 4_000
}
