//! A content line taken apart.

use std::borrow::Cow;

use super::text::{decode_quoted_printable, unescape, unescape_parameter};

/// The name and value of a parameter.
pub type Parameter<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The name, parameters and value of a content line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property<'a> {
    /// Upper case, without a group before a dot.
    pub name: Cow<'a, str>,
    /// Names in upper case with their decoded values; several values of one parameter are joined by commas.
    pub parameters: Vec<Parameter<'a>>,
    /// As written.
    pub value: &'a str,
}

impl<'a> Property<'a> {
    /// Takes a line apart; `None` where it does not begin like a property.
    pub fn parse(line: &'a str) -> Option<Self> {
        let name_end = line.find([':', ';'])?;
        let (name, mut rest) = line.split_at_checked(name_end)?;
        let name = name.trim_end();
        let name = name.rsplit_once('.').map_or(name, |(_, name)| name);
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return None;
        }
        let mut parameters = Vec::new();
        while let Some(parameter) = rest.strip_prefix(';') {
            let (found, after) = read_parameter(parameter);
            parameters.extend(found);
            rest = after;
        }
        Some(Self { name: upper(name), parameters, value: rest.strip_prefix(':').unwrap_or_default() })
    }

    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_ref())
    }

    /// The value as text, its escapes undone.
    pub fn text(&self) -> String {
        if self.is_quoted_printable() {
            let decoded = decode_quoted_printable(self.value.as_bytes());
            let decoded = String::from_utf8(decoded).unwrap_or_else(|error| super::lines::from_windows_1252(error.as_bytes()));
            return unescape(&decoded.replace("\r\n", "\n").replace('\r', "\n"));
        }
        unescape(self.value)
    }

    pub(super) fn is_quoted_printable(&self) -> bool {
        self.parameter("ENCODING").is_some_and(|encoding| encoding.eq_ignore_ascii_case("QUOTED-PRINTABLE"))
    }

    /// The value without blanks around it, for values that are no text.
    pub fn plain(&self) -> &'a str {
        self.value.trim()
    }
}

/// Reads `NAME=value` or `NAME="value","value"` and gives what is left from the `;` or `:` after it.
fn read_parameter(text: &str) -> (Option<Parameter<'_>>, &str) {
    let end = text.find(['=', ':', ';']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let Some(mut rest) = rest.strip_prefix('=') else {
        // vCalendar 1.0 leaves out the name of an encoding.
        let bare = name.eq_ignore_ascii_case("QUOTED-PRINTABLE").then_some((Cow::Borrowed("ENCODING"), Cow::Borrowed(name)));
        return (bare, rest);
    };
    let mut value: Option<Cow<'_, str>> = None;
    loop {
        let (piece, after) = read_parameter_value(rest);
        value = Some(match value {
            None => piece,
            Some(before) => Cow::Owned(format!("{before},{piece}")),
        });
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => return (value.map(|value| (upper(name.trim()), value)), after),
        }
    }
}

fn read_parameter_value(text: &str) -> (Cow<'_, str>, &str) {
    let closed = text.strip_prefix('"').and_then(|quoted| quoted.split_once('"'));
    if let Some((value, after)) = closed {
        // What stands between the closing quote and the next separator belongs to nothing.
        let end = after.find([',', ';', ':']).unwrap_or(after.len());
        return (unescape_parameter(value), after.get(end..).unwrap_or_default());
    }
    let end = end_of_plain(text);
    let (value, after) = text.split_at_checked(end).unwrap_or((text, ""));
    (unescape_parameter(value), after)
}

/// The first separator that no backslash guards.
fn end_of_plain(text: &str) -> usize {
    let mut guarded = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b':' => return at,
            b',' | b';' if !guarded => return at,
            _ => {}
        }
        guarded = byte == b'\\';
    }
    text.len()
}

fn upper(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|byte| byte.is_ascii_lowercase()) { Cow::Owned(name.to_ascii_uppercase()) } else { Cow::Borrowed(name) }
}
