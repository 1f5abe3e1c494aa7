//! The escapes of iCalendar: of TEXT values, of parameters, and of quoted-printable.

use std::borrow::Cow;

/// Undoes the escapes of a TEXT value (RFC 5545 §3.3.11). An unknown escape stays as it is.
pub(super) fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            push_visible(&mut text, character);
            continue;
        }
        match characters.next() {
            Some('n' | 'N') => text.push('\n'),
            Some(escaped @ ('\\' | ';' | ',' | '"' | ':')) => text.push(escaped),
            Some(other) => {
                text.push('\\');
                push_visible(&mut text, other);
            }
            None => text.push('\\'),
        }
    }
    text
}

/// Control characters have no place in a calendar (RFC 5545 §3.1): but a line end and a tab mean something.
fn push_visible(text: &mut String, character: char) {
    if character == '\n' || character == '\t' || !character.is_control() {
        text.push(character);
    }
}

/// Escapes a TEXT value.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(|character: char| matches!(character, '\\' | ';' | ',') || character.is_control()) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' | '\r' => escaped.push_str("\\n"),
            other => push_visible(&mut escaped, other),
        }
    }
    Cow::Owned(escaped)
}

/// The values of a list of TEXT, parted at commas that are not escaped.
pub(super) fn unescape_list(value: &str) -> Vec<String> {
    let mut list = Vec::new();
    let (mut from, mut escaped) = (0, false);
    for (at, character) in value.char_indices() {
        if character == ',' && !escaped {
            list.push(unescape(value.get(from..at).unwrap_or_default()));
            from = at + 1;
        }
        escaped = character == '\\' && !escaped;
    }
    list.push(unescape(value.get(from..).unwrap_or_default()));
    list
}

/// Undoes the carets of a parameter (RFC 6868) and the backslashes that some put there against the rules.
pub(super) fn unescape_parameter(value: &str) -> Cow<'_, str> {
    if !value.contains(['^', '\\']) {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        let meant = match (character, characters.peek()) {
            ('^', Some('n' | 'N')) => '\n',
            ('^', Some('^')) => '^',
            ('^', Some('\'')) => '"',
            ('\\', Some(',')) => ',',
            ('\\', Some(';')) => ';',
            _ => {
                text.push(character);
                continue;
            }
        };
        characters.next();
        if character == '\\' {
            // Of several guards in a row none is left: written again they would guard the separator.
            text.truncate(text.trim_end_matches('\\').len());
        }
        text.push(meant);
    }
    Cow::Owned(text)
}

/// Writes a parameter's value: carets for what it cannot hold, quotes where it holds a separator.
pub(super) fn escape_parameter(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    for character in value.chars() {
        match character {
            '^' => text.push_str("^^"),
            '"' => text.push_str("^'"),
            '\n' => text.push_str("^n"),
            other if other.is_control() => {}
            other => text.push(other),
        }
    }
    // Some readers take a backslash for a guard of the separator after it.
    if text.contains([':', ';', ',', '\\']) { format!("\"{text}\"") } else { text }
}

/// Undoes quoted-printable (RFC 2045 §6.7); what is no code stays as it is.
pub(super) fn decode_quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        rest = after;
        let code = match (first, after) {
            (b'=', [high, low, ..]) => digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        decoded.push(code.unwrap_or(*first));
        if code.is_some() {
            rest = after.get(2..).unwrap_or_default();
        }
    }
    decoded
}
