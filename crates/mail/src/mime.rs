//! Transfer encodings and the pieces that every message of ours has.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, MessageBuilder, SinglePart};

use crate::template::one_line;

/// Why a message could not be built: its facts are wrong, and would be at the next try.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildProblem {
    /// An address that no server takes.
    #[error("“{0}” is not an address that a message can be sent to or from")]
    Address(String),
    /// A time outside what mail can say.
    #[error("the time of the message lies outside what a mail can say")]
    Time,
    /// Anything else.
    #[error("the message could not be put together: {0}")]
    Other(String),
}

/// An address with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamedAddress<'a> {
    /// The bare address.
    pub address: &'a str,
    /// The name people see; may be empty.
    pub name: &'a str,
}

/// An address and a name for a header. The name is one line, whatever it holds.
pub(crate) fn mailbox(address: &str, name: &str) -> Result<Mailbox, BuildProblem> {
    let parsed = address.parse().map_err(|_| BuildProblem::Address(address.to_owned()))?;
    let name = one_line(name);
    Ok(Mailbox::new((!name.is_empty() && name != address).then_some(name), parsed))
}

/// A header of ours with a value in ASCII that has no need of folding.
pub(crate) fn plain_header(builder: MessageBuilder, name: &'static str, value: &str) -> MessageBuilder {
    let value: String = value.chars().filter(|character| character.is_ascii_graphic() || *character == ' ').collect();
    builder.raw_header(HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value))
}

pub(crate) fn date(at: Timestamp) -> Result<SystemTime, BuildProblem> {
    let seconds = u64::try_from(at.as_second()).map_err(|_| BuildProblem::Time)?;
    SystemTime::UNIX_EPOCH.checked_add(std::time::Duration::from_secs(seconds)).ok_or(BuildProblem::Time)
}

/// A text part whose body is encoded already.
pub(crate) fn encoded_part(media_type: &str, encoding: ContentTransferEncoding, body: Vec<u8>) -> Result<SinglePart, BuildProblem> {
    let content_type = ContentType::parse(media_type).map_err(|error| BuildProblem::Other(error.to_string()))?;
    Ok(SinglePart::builder().header(content_type).body(Body::dangerous_pre_encoded(body, encoding)))
}

/// Base64 in lines of 76 (RFC 2045 §6.8).
pub(crate) fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    let encoded = STANDARD.encode(bytes);
    let mut lines = Vec::with_capacity(encoded.len() + encoded.len() / 38 + 2);
    for (index, line) in encoded.as_bytes().chunks(76).enumerate() {
        if index > 0 {
            lines.extend_from_slice(b"\r\n");
        }
        lines.extend_from_slice(line);
    }
    lines
}

/// Ends the encoded line without ending the line of the text.
pub(crate) fn soft_break(encoded: &mut Vec<u8>) {
    if column(encoded) > 0 {
        encoded.extend_from_slice(b"=\r\n");
    }
}

/// Quoted-printable (RFC 2045 §6.7), from the beginning of a line on: what stands in `encoded` has to end with a line end.
pub(crate) fn quoted_printable(text: &str, encoded: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut column = column(encoded);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if byte == b'\r' && bytes.peek() == Some(&b'\n') {
            continue;
        }
        if byte == b'\n' {
            encoded.extend_from_slice(b"\r\n");
            column = 0;
            continue;
        }
        let ends_line = matches!(bytes.peek(), None | Some(b'\r' | b'\n'));
        let is_literal = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (matches!(byte, b' ' | b'\t') && !ends_line);
        // A dot alone at the start of a line is left to SMTP, `From ` to nobody.
        let is_literal = is_literal && !(column == 0 && (byte == b'.' || byte == b'F'));
        let width = if is_literal { 1 } else { 3 };
        if column + width > 75 {
            encoded.extend_from_slice(b"=\r\n");
            column = 0;
        }
        if is_literal {
            encoded.push(byte);
        } else {
            let digit = |value: u8| HEX.get(usize::from(value)).copied().unwrap_or(b'0');
            encoded.extend_from_slice(&[b'=', digit(byte >> 4), digit(byte & 15)]);
        }
        column += width;
    }
}

fn column(encoded: &[u8]) -> usize {
    encoded.iter().rev().take(80).take_while(|byte| **byte != b'\n').count()
}
