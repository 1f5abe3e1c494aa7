//! The parts of a message, flat and bounded.

use std::borrow::Cow;

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Deeper nesting is not looked into: no mail program makes it.
const DEEPEST: usize = 6;
/// More parts are not looked at.
const MOST_PARTS: usize = 500;
/// A message with more messages inside is cut: each level of nesting costs stack.
const MOST_MESSAGES: usize = 24;
/// A message is cut at so many lines that may each begin a part: the parser makes something of every one.
const MOST_BOUNDARIES: usize = 5_000;
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
    let mut boundaries = memchr::memmem::find_iter(short, b"\n--");
    let short = boundaries.nth(MOST_BOUNDARIES).and_then(|end| short.get(..end)).unwrap_or(short);
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

/// A message whose inner messages are the text that they are made of. The parser loses its place where a message is nothing but a wrapper of
/// another; here every part of the message's own is still found.
pub(super) fn with_messages_as_text(raw: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(raw.len());
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        match value_after(line, b"content-type:")
            .and_then(|value| after_word(value, b"message/rfc822").or_else(|| after_word(value, b"message/global")))
        {
            Some(parameters) => {
                text.extend_from_slice(b"Content-Type: text/rfc822-headers");
                text.extend_from_slice(parameters);
            }
            None => text.extend_from_slice(line),
        }
    }
    text
}

/// A message whose whole body is one text, whatever its header says of parts.
pub(super) fn as_one_text(raw: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(raw.len());
    let mut is_header = true;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        is_header &= !line.trim_ascii().is_empty();
        let names_parts =
            is_header && (value_after(line, b"content-type:").is_some() || value_after(line, b"content-transfer-encoding:").is_some());
        // The lines that go on with a field go with it: a name of our own takes both.
        text.extend_from_slice(if names_parts { b"X-Was-" } else { b"" });
        text.extend_from_slice(line);
    }
    text
}

fn value_after<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    starts_with(line, name).then(|| line.get(name.len()..)).flatten()
}

/// What follows a word that ends there.
fn after_word<'a>(value: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let rest = value_after(value.trim_ascii_start(), word)?;
    rest.first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b';').then_some(rest)
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
