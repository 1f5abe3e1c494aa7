//! Reads a message, a calendar file or a mailbox file, whichever the bytes are.

use jiff::Timestamp;
use mail_parser::{Address, HeaderValue, Message};

use super::bounce::{Envelope, Report};
use super::link::{self, Wish};
use super::parts::{self, Part, Tree};
use super::returned::message_ids;
use super::{Answer, AuthenticationResults, Incoming, Kind, Problem, answers, auto_reply, bounce, tokens};
use crate::mailbox_file::{MailboxFile, is_mailbox_file};

/// No calendar that answers is larger; one that is larger is for `calendar::ical`.
const LARGEST_CALENDAR: usize = 8 * 1024 * 1024;
/// Each message of ours has one recipient; what a list of a thousand reports on is another's.
const MOST_RECIPIENTS: usize = 1_000;

/// Reads one message, or a calendar file without one. Never fails: what cannot be read stands in `problems`.
///
/// ```
/// let mail = b"From: Ann <ann@example.com>\r\nTo: club+abcdefgh12345678@example.org\r\nSubject: Yes: Final [abcdefgh12345678]\r\n\r\n";
/// let incoming = mail::incoming::read(mail);
/// assert_eq!(incoming.kind, mail::incoming::Kind::Reply);
/// assert_eq!(incoming.tokens, ["abcdefgh12345678"]);
/// ```
pub fn read(raw: &[u8]) -> Incoming {
    if is_calendar_file(raw) {
        let mut incoming = Incoming::default();
        let bytes = raw.get(..LARGEST_CALENDAR).unwrap_or(raw);
        take_calendar(&mut incoming, bytes, String::from_utf8_lossy(bytes).into_owned());
        return incoming;
    }
    let raw = without_mailbox_line(raw);
    let (raw, was_cut) = parts::bounded(raw);
    let mut incoming = read_well(raw)
        .or_else(|| read_well(&parts::with_messages_as_text(raw)))
        .or_else(|| read_well(&parts::as_one_text(raw)))
        .unwrap_or_else(unreadable);
    if was_cut {
        incoming.problems.push(Problem {
            line: 0,
            reason: "the message is too large or holds too many messages inside; only its beginning was read".to_owned(),
        });
    }
    incoming
}

/// Reads a message as it stands; a panic of the parser is a message that has to be put more plainly.
fn read_well(raw: &[u8]) -> Option<Incoming> {
    std::panic::catch_unwind(|| read_message(raw)).ok().flatten()
}

fn unreadable() -> Incoming {
    let reason = "this is neither a mail message nor a calendar; nothing in it could be read".to_owned();
    Incoming { problems: vec![Problem { line: 0, reason }], ..Incoming::default() }
}

/// Reads every message of a file: a mailbox file (mbox) has several, any other file one.
pub fn read_all(bytes: &[u8]) -> Vec<Incoming> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if !is_mailbox_file(bytes) {
        return vec![read(bytes)];
    }
    let owned;
    // A file with CR alone at the end of its lines has no line feed at all.
    let bytes = if bytes.contains(&b'\n') {
        bytes
    } else {
        owned = bytes.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect::<Vec<_>>();
        &owned
    };
    let mut file = MailboxFile::default();
    let mut messages = Vec::new();
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        messages.extend(file.take(line).map(|message| read(&message)));
    }
    messages.extend(file.end().map(|message| read(&message)));
    messages
}

fn without_mailbox_line(raw: &[u8]) -> &[u8] {
    if !raw.starts_with(b"From ") {
        return raw;
    }
    raw.iter().position(|byte| *byte == b'\n').and_then(|end| raw.get(end + 1..)).unwrap_or(raw)
}

/// Whether a file is a calendar from its first word on: not a message that has one inside.
pub fn is_calendar_file(bytes: &[u8]) -> bool {
    let is_utf16 = matches!(bytes, [0xff, 0xfe, b'B', 0, ..] | [0xfe, 0xff, 0, b'B', ..] | [b'B', 0, b'E', 0, ..] | [0, b'B', 0, b'E', ..]);
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    is_utf16 || parts::starts_with(start, b"BEGIN:VCALENDAR") || parts::starts_with(start, b"BEGIN:VEVENT")
}

fn read_message(raw: &[u8]) -> Option<Incoming> {
    let message = parts::parse(raw)?;
    // Any line with a colon makes a header; a message has one that mail knows.
    if message.headers().iter().all(|header| header.name.is_other()) {
        return None;
    }
    let tree = parts::tree(&message);
    let mut incoming = headers(&message);
    incoming.text = readable(&message, &tree);
    let envelope = Envelope { message: &message, from: &incoming.from, subject: &incoming.subject, to: &incoming.to, text: &incoming.text };
    let report = bounce::read(&envelope, &tree);
    match report {
        Some(Report::Bounces { mut bounces, tokens, tag }) => {
            for bounce in &mut bounces {
                bounce.recipient.retain(|character| !character.is_control());
            }
            incoming.kind = Kind::Bounce;
            incoming.tag = tag;
            let mut bounces = bounces.into_iter();
            incoming.bounce = bounces.next();
            incoming.further_bounces = bounces.take(MOST_RECIPIENTS).collect();
            add_tokens(&mut incoming, tokens);
        }
        Some(Report::Complaint { complaint, tokens, tag }) => {
            incoming.kind = Kind::Complaint;
            incoming.tag = tag;
            incoming.complaint = Some(complaint);
            add_tokens(&mut incoming, tokens);
        }
        None => match best_calendar(&tree) {
            // The calendar comes before any filter: answers of Google say that they are auto-generated.
            Some(calendar) => take_calendar(&mut incoming, calendar.as_bytes(), calendar.clone()),
            None => take_words(&mut incoming, &message, &tree),
        },
    }
    // A letter by hand, and some servers' reports, name the message they answer and nothing else.
    let threads = incoming.in_reply_to.iter().chain(&incoming.references).take(50).filter_map(|id| tokens::of_message_id(id)).collect();
    add_tokens(&mut incoming, threads);
    let original = incoming.bounce.iter().map(|bounce| &bounce.original_message_id);
    let original = original.chain(incoming.complaint.iter().map(|complaint| &complaint.original_message_id)).flatten();
    let tag = original.chain(&incoming.in_reply_to).find_map(|id| tokens::tag_of_message_id(id));
    incoming.tag = incoming.tag.or(tag);
    Some(incoming)
}

fn add_tokens(incoming: &mut Incoming, found: Vec<String>) {
    for token in found {
        tokens::add(&mut incoming.tokens, Some(token));
    }
}

fn headers(message: &Message<'_>) -> Incoming {
    let from = message.from().and_then(Address::first);
    let address = |value: Option<&str>| value.map(|address| address.trim().to_lowercase()).unwrap_or_default();
    let mut incoming = Incoming {
        from: address(from.and_then(|from| from.address())),
        from_name: from.and_then(|from| from.name()).unwrap_or_default().trim().to_owned(),
        subject: crate::template::one_line(message.subject().unwrap_or_default()),
        message_id: message.message_id().unwrap_or_default().to_owned(),
        in_reply_to: message_ids(message.in_reply_to()),
        references: message_ids(message.references()),
        date: message.date().and_then(|date| Timestamp::from_second(date.to_timestamp()).ok()),
        auto_submitted: auto_reply::says_auto_submitted(message),
        authentication_results: authentication_results(message),
        ..Incoming::default()
    };
    incoming.sender = message
        .sender()
        .and_then(Address::first)
        .map(|sender| address(sender.address()))
        .filter(|sender| !sender.is_empty() && *sender != incoming.from);
    for name in ["To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Cc", "Resent-To"] {
        for address in addresses_of(message, name) {
            if !incoming.to.contains(&address) {
                incoming.to.push(address);
            }
        }
    }
    for address in &incoming.to {
        tokens::add(&mut incoming.tokens, tokens::of_envelope(address));
    }
    incoming
}

fn authentication_results(message: &Message<'_>) -> Vec<AuthenticationResults> {
    message
        .headers_raw()
        .filter(|(name, _)| name.eq_ignore_ascii_case("Authentication-Results"))
        .take(20)
        .map(|(_, value)| {
            let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
            let authserv_id = line.split([';', ' ']).next().unwrap_or_default().to_lowercase();
            AuthenticationResults { authserv_id, line }
        })
        .collect()
}

/// Every address of the fields of that name, lower case.
pub(super) fn addresses_of(message: &Message<'_>, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for header in message.headers().iter().filter(|header| header.name().eq_ignore_ascii_case(name)).take(50) {
        match header.value() {
            HeaderValue::Address(list) => {
                found.extend(list.iter().filter_map(|entry| entry.address()).map(|address| address.trim().to_lowercase()));
            }
            HeaderValue::Text(text) => found.extend(loose_addresses(text)),
            HeaderValue::TextList(list) => list.iter().for_each(|text| found.extend(loose_addresses(text))),
            _ => {}
        }
    }
    found.retain(|address| address.contains('@'));
    found.truncate(500);
    found
}

fn loose_addresses(text: &str) -> Vec<String> {
    text.split(|character: char| character.is_whitespace() || matches!(character, '<' | '>' | ',' | ';' | '"' | '(' | ')' | '?'))
        .map(|word| word.trim_start_matches("mailto:"))
        .filter(|word| word.contains('@'))
        .map(str::to_lowercase)
        .collect()
}

/// The value of the first field of that name as one line.
pub(super) fn header_text(message: &Message<'_>, name: &str) -> Option<String> {
    let (_, value) = message.headers_raw().find(|(found, _)| found.eq_ignore_ascii_case(name))?;
    Some(value.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What a person reads: every text part that is not an attachment.
fn readable(message: &Message<'_>, tree: &Tree<'_>) -> String {
    let mut text = String::new();
    for index in 0..message.text_body_count().min(20) {
        if let Some(part) = message.body_text(index) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&part);
        }
        if text.len() > 512 * 1024 {
            break;
        }
    }
    if text.trim().is_empty()
        && let Some(part) = tree.leaves.iter().find(|part| !part.nested && bounce::is_text(part) && !is_calendar(part))
    {
        text.push_str(&part.text);
    }
    text
}

pub(super) fn is_calendar(part: &Part<'_>) -> bool {
    let by_type =
        matches!(part.media_type.as_str(), "text/calendar" | "application/ics" | "application/calendar" | "text/x-vcalendar" | "text/ics");
    let by_name = part.name.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "ics" | "ical" | "vcs"));
    let start = part.text.trim_start_matches('\u{feff}').trim_start();
    let by_content = parts::starts_with(start.as_bytes(), b"BEGIN:VCALENDAR");
    by_content || ((by_type || by_name) && find_calendar(&part.text).is_some())
}

/// Where a calendar begins in a text that has something before it.
fn find_calendar(text: &str) -> Option<&str> {
    let start = text.find("BEGIN:VCALENDAR").or_else(|| text.to_ascii_lowercase().find("begin:vcalendar"))?;
    text.get(start..)
}

/// The calendar that says most: one with a method before one without, the message's own before one inside it, the first of equals.
fn best_calendar(tree: &Tree<'_>) -> Option<String> {
    let mut best: Option<(u8, &str)> = None;
    for part in tree.leaves.iter().filter(|part| is_calendar(part)).take(20) {
        let text = find_calendar(&part.text).unwrap_or(&part.text);
        let has_method = answers::read(text.as_bytes()).method.is_some();
        let rank = u8::from(has_method) * 4 + u8::from(!part.nested) * 2 + u8::from(!part.is_attachment);
        if best.is_none_or(|(best, _)| rank > best) {
            best = Some((rank, text));
        }
    }
    best.map(|(_, text)| text.to_owned())
}

fn take_calendar(incoming: &mut Incoming, bytes: &[u8], text: String) {
    let calendar = answers::read(bytes);
    for organizer in &calendar.organizers {
        tokens::add(&mut incoming.tokens, tokens::of_address(organizer));
    }
    for answer in &calendar.answers {
        tokens::add(&mut incoming.tokens, tokens::of_uid(&answer.uid));
    }
    incoming.kind = match calendar.method.as_deref() {
        Some("REPLY") => Kind::Reply,
        Some("COUNTER") => Kind::Counter,
        Some("REFRESH") => Kind::Refresh,
        Some("REQUEST" | "ADD" | "DECLINECOUNTER") => Kind::Invitation,
        Some("CANCEL") => Kind::Cancellation,
        _ => Kind::Calendar,
    };
    if calendar.answers.is_empty() && calendar.problems.is_empty() {
        incoming.problems.push(Problem { line: 1, reason: "the calendar has no event in it".to_owned() });
    }
    incoming.method = calendar.method;
    incoming.answers = calendar.answers;
    incoming.problems.extend(calendar.problems);
    incoming.calendar = Some(text);
}

/// A message without a calendar: a link of ours, a machine, or a person.
fn take_words(incoming: &mut Incoming, message: &Message<'_>, tree: &Tree<'_>) {
    let wish = link::wish(&incoming.subject);
    if let Some(token) = tokens::of_subject(&incoming.subject).filter(|_| wish.is_some()) {
        tokens::add(&mut incoming.tokens, Some(token));
    }
    let is_read_receipt = tree.leaves.iter().any(|part| !part.nested && part.media_type == "message/disposition-notification");
    match wish {
        Some(Wish::Unsubscribe) => incoming.kind = Kind::Unsubscribe,
        _ if auto_reply::is_auto_reply(message, &incoming.subject, is_read_receipt) => incoming.kind = Kind::AutoReply,
        Some(Wish::Answer(participation)) => {
            incoming.kind = Kind::Reply;
            incoming.answers = vec![Answer {
                attendee: incoming.from.clone(),
                name: incoming.from_name.clone(),
                partstat: Some(participation),
                dtstamp: incoming.date,
                comment: own_words(&incoming.text),
                ..Answer::default()
            }];
        }
        None => {}
    }
}

/// What a guest wrote above a quoted message or a signature.
fn own_words(text: &str) -> String {
    let lines = text.lines().take_while(|line| !line.starts_with('>') && line.trim_end() != "--" && !line.starts_with("-----"));
    let words = lines.collect::<Vec<_>>().join("\n");
    words.trim().chars().take(2_000).collect()
}
