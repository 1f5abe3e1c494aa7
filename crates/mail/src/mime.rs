//! Messages as bytes: headers, parts, and the shortest transfer encoding that every server takes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use lettre::message::header::{From, Headers, ReplyTo, Subject, To};
use lettre::message::{Mailbox, Mailboxes};

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

/// RFC 5322 §2.1.1 allows 998 characters in a line.
const LONGEST_LINE: usize = 990;
/// RFC 5322 §2.1.1 asks for no more in a header.
const TIDY_LINE: usize = 78;

/// Which header an address stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Party {
    From,
    To,
    ReplyTo,
}

/// A message as it is written, from its first header to its last boundary.
#[derive(Debug)]
pub(crate) struct Draft {
    bytes: Vec<u8>,
}

impl Draft {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity) }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    /// A header of ours with a value in ASCII that has no need of folding.
    pub(crate) fn header(&mut self, name: &str, value: &str) {
        self.push(name);
        self.push(": ");
        self.bytes.extend(value.bytes().filter(|byte| byte.is_ascii_graphic() || *byte == b' '));
        self.push("\r\n");
    }

    /// An address with a name, which is one line whatever it holds.
    pub(crate) fn party(&mut self, party: Party, address: &str, name: &str) -> Result<(), BuildProblem> {
        let parsed = address.parse::<lettre::Address>().map_err(|_| BuildProblem::Address(address.to_owned()))?;
        let name = one_line(name);
        let name = if name == address { "" } else { name.as_str() };
        let is_plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ');
        if address.is_ascii() && is_plain && address.len() + name.len() + 14 < TIDY_LINE {
            let title = match party {
                Party::From => "From",
                Party::To => "To",
                Party::ReplyTo => "Reply-To",
            };
            match name {
                "" => self.header(title, address),
                name => self.header(title, &format!("{name} <{address}>")),
            }
            return Ok(());
        }
        let mailboxes = Mailboxes::from(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), parsed));
        let mut headers = Headers::new();
        match party {
            Party::From => headers.set(From::from(mailboxes)),
            Party::To => headers.set(To::from(mailboxes)),
            Party::ReplyTo => headers.set(ReplyTo::from(mailboxes)),
        }
        self.push(&headers.to_string());
        Ok(())
    }

    pub(crate) fn subject(&mut self, subject: &str) {
        let is_plain = subject.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') && !subject.contains("=?");
        if is_plain && subject.len() + 9 < TIDY_LINE {
            return self.header("Subject", subject);
        }
        let mut headers = Headers::new();
        headers.set(Subject::from(subject.to_owned()));
        self.push(&headers.to_string());
    }

    /// RFC 5322 §3.3.
    pub(crate) fn date(&mut self, at: Timestamp) -> Result<(), BuildProblem> {
        let at = at.to_zoned(TimeZone::UTC);
        if !(1970..=9999).contains(&at.year()) {
            return Err(BuildProblem::Time);
        }
        self.header("Date", &at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string());
        Ok(())
    }

    /// Says that parts follow, in the header of a message or of a part.
    pub(crate) fn parts(&mut self, kind: &str, boundary: &str) {
        self.push(&format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\r\n"));
    }

    /// Begins the next part.
    pub(crate) fn next_part(&mut self, boundary: &str) {
        self.push("\r\n--");
        self.push(boundary);
        self.push("\r\n");
    }

    pub(crate) fn end_parts(&mut self, boundary: &str) {
        self.push("\r\n--");
        self.push(boundary);
        self.push("--\r\n");
    }

    /// A text: in seven bits where it fits into them, else quoted-printable.
    pub(crate) fn text(&mut self, media_type: &str, text: &str) {
        self.push(&format!("Content-Type: {media_type}; charset=utf-8\r\nContent-Transfer-Encoding: "));
        if is_seven_bit(text) {
            self.push("7bit\r\n\r\n");
            self.push(text);
        } else {
            self.push("quoted-printable\r\n\r\n");
            quoted_printable(text, &mut self.bytes);
        }
    }

    /// A calendar: in seven bits, as Google sends it, where it fits into them, else base64.
    pub(crate) fn calendar(&mut self, method: &str, calendar: &str, base64: &[u8]) {
        self.push(&format!("Content-Type: text/calendar; charset=utf-8; method={method}\r\nContent-Transfer-Encoding: "));
        if is_seven_bit(calendar) {
            self.push("7bit\r\n\r\n");
            self.push(calendar);
        } else {
            self.push("base64\r\n\r\n");
            self.bytes.extend_from_slice(base64);
        }
    }

    /// A file in base64.
    pub(crate) fn attachment(&mut self, media_type: &str, name: &str, base64: &[u8]) {
        self.push(&format!(
            "Content-Type: {media_type}; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n"
        ));
        self.bytes.extend_from_slice(base64);
    }

    fn push(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }
}

/// Whether every server passes a text on as it is (RFC 5322 §2.1.1); `From ` at the start of a line is changed by some.
fn is_seven_bit(text: &str) -> bool {
    let bytes = text.as_bytes();
    if !bytes.is_ascii() || memchr::memchr(0, bytes).is_some() {
        return false;
    }
    let (mut begin, mut ends) = (0, 0);
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        let line = bytes.get(begin..end).unwrap_or_default();
        if line.len() > LONGEST_LINE || line.starts_with(b"From ") || (end < bytes.len() && !line.ends_with(b"\r")) {
            return false;
        }
        (begin, ends) = (end + 1, ends + usize::from(end < bytes.len()));
    }
    // Every CR stands before an LF.
    memchr::memchr_iter(b'\r', bytes).count() == ends
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

/// Quoted-printable (RFC 2045 §6.7), from the beginning of a line on.
fn quoted_printable(text: &str, encoded: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut column = 0;
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

#[cfg(test)]
mod tests {
    use super::is_seven_bit;

    #[test]
    fn only_what_every_server_passes_on_goes_in_seven_bits() {
        assert!(is_seven_bit("Dear friend,\r\n\r\nFrom: is fine here.\r\n.dots too\r\nand an open end"), "plain text");
        assert!(is_seven_bit(""), "nothing at all");
        for (text, why) in [
            ("é\r\n".to_owned(), "not ASCII"),
            ("one\ntwo\r\n".to_owned(), "a lone LF"),
            ("one\rtwo\r\n".to_owned(), "a lone CR"),
            ("nul\0\r\n".to_owned(), "a NUL"),
            ("x".repeat(991), "a line that is too long"),
            ("Dear\r\nFrom here on\r\n".to_owned(), "mailboxes put a > before From"),
        ] {
            assert!(!is_seven_bit(&text), "{why}");
        }
    }
}
