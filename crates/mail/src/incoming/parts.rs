//! The parts of a message, flat and bounded.

use std::borrow::Cow;

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Deeper nesting is not looked into: no mail program makes it.
const DEEPEST: usize = 6;
/// More parts are not looked at.
const MOST_PARTS: usize = 500;
/// A message with more messages inside is cut: each level of nesting costs stack.
const MOST_MESSAGES: usize = 24;
/// What lies beyond is not read. Calendars and reports are small; what is large is an attachment at the end.
const LARGEST: usize = 24 * 1024 * 1024;

/// A leaf of the tree.
pub(super) struct Part<'a> {
    /// Lower-case media type.
    pub(super) media_type: String,
    /// `report-type`, `method` and `name`/`filename`, lower case.
    pub(super) name: String,
    pub(super) text: Cow<'a, str>,
    /// It belongs to a message inside the message.
    pub(super) nested: bool,
    pub(super) is_attachment: bool,
}

/// What the tree says besides its leaves.
pub(super) struct Tree<'a> {
    pub(super) leaves: Vec<Part<'a>>,
    /// Messages inside the message, outermost first.
    pub(super) messages: Vec<&'a Message<'a>>,
}

/// As much of a message as is safe to parse.
pub(super) fn bounded(raw: &[u8]) -> (&[u8], bool) {
    let short = raw.get(..LARGEST).unwrap_or(raw);
    let mut messages = 0;
    for (index, _) in short.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
        let before = short.get(..index).unwrap_or_default().trim_ascii_end();
        let after = short.get(index + 1..).unwrap_or_default().trim_ascii_start();
        let is_message = ends_with(before, b"message")
            || starts_with(after, b"digest")
            || starts_with(after, b"rfc822")
            || starts_with(after, b"global");
        messages += usize::from(is_message);
        if messages > MOST_MESSAGES {
            return (before, true);
        }
    }
    (short, short.len() < raw.len())
}

/// Parses a message; a panic of the parser is a message that cannot be read.
pub(super) fn parse(raw: &[u8]) -> Option<Message<'_>> {
    std::panic::catch_unwind(|| MessageParser::default().parse(raw)).ok().flatten()
}

pub(super) fn tree<'a>(message: &'a Message<'a>) -> Tree<'a> {
    let mut tree = Tree { leaves: Vec::new(), messages: Vec::new() };
    collect(message, 0, &mut tree);
    tree
}

fn collect<'a>(message: &'a Message<'a>, depth: usize, tree: &mut Tree<'a>) {
    for part in &message.parts {
        if tree.leaves.len() >= MOST_PARTS {
            return;
        }
        match &part.body {
            PartType::Message(inner) if depth < DEEPEST => {
                tree.messages.push(inner);
                collect(inner, depth + 1, tree);
            }
            PartType::Message(_) | PartType::Multipart(_) => {}
            PartType::Text(text) => tree.leaves.push(leaf(part, Cow::Borrowed(text), "text/plain", depth)),
            PartType::Html(text) => tree.leaves.push(leaf(part, Cow::Borrowed(text), "text/html", depth)),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                // Reports, calendars and headers are text whatever their type says; pictures are of no interest.
                let text = if is_readable(part) { String::from_utf8_lossy(bytes) } else { Cow::Borrowed("") };
                tree.leaves.push(leaf(part, text, "application/octet-stream", depth));
            }
        }
    }
}

fn leaf<'a>(part: &MessagePart<'a>, text: Cow<'a, str>, default_type: &str, depth: usize) -> Part<'a> {
    let media_type = media_type(part);
    Part {
        media_type: if media_type.is_empty() { default_type.to_owned() } else { media_type },
        name: part.attachment_name().unwrap_or_default().to_lowercase(),
        text,
        nested: depth > 0,
        is_attachment: part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment),
    }
}

pub(super) fn media_type(part: &MessagePart<'_>) -> String {
    match part.content_type() {
        Some(content_type) => match content_type.subtype() {
            Some(subtype) => format!("{}/{}", content_type.ctype(), subtype).to_lowercase(),
            None => content_type.ctype().to_lowercase(),
        },
        None => String::new(),
    }
}

fn is_readable(part: &MessagePart<'_>) -> bool {
    let media_type = media_type(part);
    if ["image/", "audio/", "video/", "font/"].iter().any(|family| media_type.starts_with(family)) {
        return false;
    }
    part.contents().len() <= 4 * 1024 * 1024
}

pub(super) fn starts_with(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn ends_with(text: &[u8], word: &[u8]) -> bool {
    text.len().checked_sub(word.len()).and_then(|start| text.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
}
