//! From bytes to content lines.

use std::borrow::Cow;

use super::text::decode_quoted_printable;

/// A content line, unfolded (RFC 5545 §3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The line of the file that it begins on, from 1.
    pub number: u32,
    /// Its text without the line ends.
    pub text: Cow<'a, str>,
}

/// The content lines of a file, blank ones left out.
///
/// Reads UTF-8, UTF-16 with a byte order mark, and takes bytes that are neither for Windows-1252. Lines end in CR LF,
/// LF, or, where the file has no LF at all, CR. A file that mail left in quoted-printable is decoded.
pub struct Lines<'a> {
    bytes: Cow<'a, [u8]>,
    at: usize,
    number: u32,
    line_end: u8,
    quoted_printable: bool,
}

impl<'a> Lines<'a> {
    /// The lines of a whole file.
    pub fn new(bytes: &'a [u8]) -> Self {
        let bytes = to_utf8(bytes);
        let line_end = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
        let quoted_printable = is_quoted_printable(&bytes);
        Self { bytes, at: 0, number: 1, line_end, quoted_printable }
    }

    /// Hands each content line to `each`. The text is borrowed where a line is not folded and is UTF-8.
    pub(super) fn visit(&'a self, mut each: impl FnMut(Line<'a>)) {
        let mut cursor = Cursor { bytes: &self.bytes, at: self.at, number: self.number, line_end: self.line_end };
        while let Some(line) = next_line(&mut cursor, self.quoted_printable) {
            each(line);
        }
    }
}

impl Iterator for Lines<'_> {
    type Item = Line<'static>;

    fn next(&mut self) -> Option<Line<'static>> {
        let mut cursor = Cursor { bytes: &self.bytes, at: self.at, number: self.number, line_end: self.line_end };
        let line = next_line(&mut cursor, self.quoted_printable)
            .map(|line| Line { number: line.number, text: Cow::Owned(line.text.into_owned()) });
        (self.at, self.number) = (cursor.at, cursor.number);
        line
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
    number: u32,
    line_end: u8,
}

impl<'a> Cursor<'a> {
    /// The next line as it stands in the file.
    fn physical(&mut self) -> Option<(u32, &'a [u8])> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.iter().position(|byte| *byte == self.line_end).unwrap_or(rest.len());
        let number = self.number;
        self.at += length + 1;
        self.number = self.number.saturating_add(1);
        let mut line = rest.get(..length)?;
        while let [shorter @ .., b'\r' | 0] = line {
            line = shorter;
        }
        Some((number, line))
    }

    /// Whether the next line goes on with this one.
    fn is_folded(&self) -> bool {
        matches!(self.bytes.get(self.at), Some(b' ' | b'\t'))
    }
}

fn next_line<'a>(cursor: &mut Cursor<'a>, quoted_printable: bool) -> Option<Line<'a>> {
    loop {
        let (number, first) = cursor.physical()?;
        let mut bytes = Cow::Borrowed(first);
        let soft = quoted_printable || declares_quoted_printable(first);
        loop {
            if cursor.is_folded() {
                let Some((_, more)) = cursor.physical() else { break };
                bytes.to_mut().extend_from_slice(more.get(1..).unwrap_or_default());
            } else if soft && bytes.ends_with(b"=") {
                let Some((_, more)) = cursor.physical() else { break };
                let whole = bytes.to_mut();
                whole.pop();
                // A fold inside a soft break: its blank is no part of the text.
                whole.extend_from_slice(if quoted_printable { more } else { more.trim_ascii_start() });
            } else {
                break;
            }
        }
        if quoted_printable {
            bytes = Cow::Owned(decode_quoted_printable(&bytes));
        }
        if !bytes.trim_ascii().is_empty() {
            return Some(Line { number, text: to_text(bytes) });
        }
    }
}

/// `DESCRIPTION;ENCODING=QUOTED-PRINTABLE:…`, as vCalendar 1.0 has it.
fn declares_quoted_printable(line: &[u8]) -> bool {
    let head = line.split(|byte| *byte == b':').next().unwrap_or_default();
    head.contains(&b';') && head.to_ascii_uppercase().windows(16).any(|window| window == b"QUOTED-PRINTABLE")
}

/// Whether mail left the whole file encoded: a parameter whose equals sign is written `=3D`.
fn is_quoted_printable(bytes: &[u8]) -> bool {
    const SIGNS: [&[u8]; 6] = [b";TZID=3D", b";VALUE=3D", b";PARTSTAT=3D", b";CN=3D", b";ROLE=3D", b";RSVP=3D"];
    let equals = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'=').map(|(at, _)| at);
    equals.take(10_000).any(|at| {
        bytes.get(at..at + 3).is_some_and(|code| code.eq_ignore_ascii_case(b"=3D"))
            && SIGNS.iter().any(|sign| {
                at.checked_sub(sign.len() - 3)
                    .and_then(|from| bytes.get(from..at + 3))
                    .is_some_and(|found| found.eq_ignore_ascii_case(sign))
            })
    })
}

fn to_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let utf16 = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| read([pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0)]));
        Cow::Owned(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>().into_bytes())
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [b'B', 0, b'E', 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, b'B', 0, b'E', ..] => utf16(bytes, u16::from_be_bytes),
        _ => Cow::Borrowed(bytes),
    }
}

fn to_text(bytes: Cow<'_, [u8]>) -> Cow<'_, str> {
    match bytes {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes).map_or_else(|_| Cow::Owned(from_windows_1252(bytes)), Cow::Borrowed),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8(bytes).unwrap_or_else(|error| from_windows_1252(error.as_bytes()))),
    }
}

/// Bytes that are no UTF-8 as the Windows-1252 that they mostly are.
pub(super) fn from_windows_1252(bytes: &[u8]) -> String {
    const UPPER_CONTROLS: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    let decode = |byte: &u8| match byte {
        0x80..=0x9F => UPPER_CONTROLS.get(usize::from(byte - 0x80)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => char::from(*byte),
    };
    bytes.iter().map(decode).collect()
}
