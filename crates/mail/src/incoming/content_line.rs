//! Content lines of a foreign calendar (RFC 5545 §3.1), read as leniently as mail programs write them.
//!
//! An answer needs six properties and often comes without DTSTART, zones or METHOD, so it is read here line by line;
//! what is to become an event of ours goes through `calendar::ical`.

use std::borrow::Cow;

/// One unfolded line, split up.
#[derive(Clone, Debug)]
pub(super) struct ContentLine {
    /// Line in the calendar where it begins, from 1.
    pub(super) line: usize,
    /// Upper case.
    pub(super) name: String,
    parameters: Vec<(String, String)>,
    /// As written, not unescaped.
    pub(super) value: String,
}

impl ContentLine {
    /// The first value of a parameter, without quotes and RFC 6868 escapes.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The value as text (RFC 5545 §3.3.11).
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.value.len());
        let mut characters = self.value.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some('n' | 'N') => text.push('\n'),
                    Some(other) => text.push(other),
                    None => {}
                },
                _ => text.push(character),
            }
        }
        text.trim().to_owned()
    }
}

/// Splits a calendar into its content lines.
pub(super) fn content_lines(text: &str) -> Vec<ContentLine> {
    let text = without_transfer_residue(text);
    unfolded(&text).into_iter().filter_map(|(line, content)| split(line, &content)).collect()
}

/// Some programs store the calendar with its transfer encoding still on.
fn without_transfer_residue(text: &str) -> Cow<'_, str> {
    let soft_breaks = text.lines().filter(|line| line.ends_with('=') && !line.contains("ENCODING=BASE64")).count();
    if soft_breaks == 0 || !(text.contains("=3D") || text.contains("=0D=0A") || text.contains("=20")) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(quoted_printable(text))
}

pub(super) fn quoted_printable(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'=' {
            bytes.push(first);
            continue;
        }
        match after {
            [b'\r', b'\n', remaining @ ..] | [b'\n' | b'\r', remaining @ ..] => rest = remaining,
            [high, low, remaining @ ..] => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high * 16 + low);
                    rest = remaining;
                }
                _ => bytes.push(first),
            },
            _ => bytes.push(first),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Lines with their folds undone: CRLF, LF, CR, and CR CR LF end a line; a blank or a tab continues it.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let text = text.trim_start_matches('\u{feff}');
    let has_line_feeds = text.contains('\n');
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (index, raw) in text.split(if has_line_feeds { '\n' } else { '\r' }).enumerate() {
        let raw = raw.trim_end_matches(['\r', '\0']);
        match (raw.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(continued), Some((_, line))) => line.push_str(continued),
            _ if raw.trim().is_empty() => {}
            _ => lines.push((index + 1, raw.to_owned())),
        }
    }
    lines
}

fn split(line: usize, content: &str) -> Option<ContentLine> {
    let mut parameters = Vec::new();
    let name_end = content.find([';', ':'])?;
    let (name, mut rest) = content.split_at_checked(name_end)?;
    while let Some(after) = rest.strip_prefix(';') {
        let end = parameter_end(after);
        let (parameter, remaining) = after.split_at_checked(end)?;
        if let Some((key, value)) = parameter.split_once('=') {
            parameters.push((key.trim().to_owned(), unescape_parameter(value)));
        }
        rest = remaining;
    }
    let value = rest.strip_prefix(':').unwrap_or_default();
    // A group, `item1.ATTENDEE`, is vCard's habit; some programs share one writer.
    let name = name.rsplit_once('.').map_or(name, |(_, name)| name).trim().to_ascii_uppercase();
    (!name.is_empty()).then(|| ContentLine { line, name, parameters, value: value.trim_end().to_owned() })
}

/// Up to the next `;` or `:` outside quotes. An unquoted `mailto:` inside a parameter, as tine20#4642 had, does not end it.
fn parameter_end(text: &str) -> usize {
    let mut quoted = false;
    for (index, character) in text.char_indices() {
        match character {
            '"' => quoted = !quoted,
            ';' if !quoted => return index,
            ':' if !quoted => {
                let before = text.get(..index).unwrap_or_default();
                let is_address = before.len() >= 7 && before.get(before.len() - 7..).is_some_and(|end| end.eq_ignore_ascii_case("=mailto"));
                if !is_address {
                    return index;
                }
            }
            _ => {}
        }
    }
    // A quote that is never closed: the value begins after the first colon.
    if quoted { text.find(':').unwrap_or(text.len()) } else { text.len() }
}

/// RFC 6868, and the quotes.
fn unescape_parameter(value: &str) -> String {
    let value = value.trim().trim_matches('"');
    if value.contains('^') { value.replace("^n", "\n").replace("^'", "\"").replace("^^", "^") } else { value.to_owned() }
}
