//! Address-book cards: vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350), as far as guests need them.

use encoding_rs::{Encoding, UTF_8};

use super::{Row, Table};
use crate::guests::view::ColumnField;

const BEGIN: &str = "BEGIN:VCARD";
const COLUMNS: usize = 9;

/// Whether a text is cards.
pub(super) fn is_card(text: &str) -> bool {
    text.lines().map(str::trim).find(|line| !line.is_empty()).is_some_and(|line| line.eq_ignore_ascii_case(BEGIN))
}

/// Reads cards, one a row. The row stands where its card begins.
pub(super) fn read(text: &str) -> Table {
    let mut table = Table { fields: Some(fields()), header: header(), ..Table::default() };
    let mut open: Option<(u32, Card)> = None;
    for (line, property) in properties(text) {
        match (property.name.as_str(), &mut open) {
            ("BEGIN", _) if property.value.trim().eq_ignore_ascii_case("VCARD") => {
                if let Some((begun, _)) = open.replace((line, Card::default())) {
                    table.problems.push((begun, "a card begins here and does not end; it was left out".to_owned()));
                }
            }
            ("END", _) => {
                if let Some((begun, card)) = open.take() {
                    table.rows.push(Row { line: begun, cells: card.cells() });
                }
            }
            (_, Some((_, card))) => card.take(&property),
            _ => {}
        }
    }
    if let Some((begun, _)) = open {
        table.problems.push((begun, "the file ends in the middle of this card; it was left out".to_owned()));
    }
    table
}

fn fields() -> Vec<ColumnField> {
    let own = |name: &str| ColumnField::Own(name.to_owned());
    vec![
        ColumnField::Email,
        ColumnField::Name,
        ColumnField::FirstName,
        ColumnField::LastName,
        ColumnField::Zone,
        ColumnField::Language,
        ColumnField::Role,
        own("organization"),
        own("title"),
    ]
}

fn header() -> Vec<String> {
    ["EMAIL", "FN", "N (first)", "N (last)", "TZ", "LANG", "KIND", "ORG", "TITLE"].map(str::to_owned).to_vec()
}

#[derive(Default)]
struct Card {
    email: String,
    /// The address is the preferred one of several.
    preferred: bool,
    name: String,
    first: String,
    last: String,
    zone: String,
    language: String,
    role: String,
    organization: String,
    title: String,
}

impl Card {
    fn take(&mut self, property: &Property) {
        let value = property.text();
        let first_part = || components(&property.value).into_iter().next().map(|part| unescape(&part)).unwrap_or_default();
        match property.name.as_str() {
            "EMAIL" if self.email.is_empty() || (property.is_preferred() && !self.preferred) => {
                self.preferred = property.is_preferred();
                self.email = value;
            }
            "FN" if self.name.is_empty() => self.name = value,
            "N" => {
                let mut parts = components(&property.value).into_iter().map(|part| unescape(&part));
                self.last = parts.next().unwrap_or_default();
                self.first = parts.next().unwrap_or_default();
            }
            // A plain offset is no zone: it says nothing of summer time.
            "TZ" if value.contains('/') => self.zone = value,
            "LANG" if self.language.is_empty() => self.language = value,
            "KIND" if matches!(value.to_ascii_lowercase().as_str(), "location" | "device") => "resource".clone_into(&mut self.role),
            "ORG" => self.organization = first_part(),
            "TITLE" => self.title = value,
            _ => {}
        }
    }

    fn cells(self) -> Vec<String> {
        let cells: [String; COLUMNS] =
            [self.email, self.name, self.first, self.last, self.zone, self.language, self.role, self.organization, self.title];
        cells.map(|cell| cell.trim().to_owned()).to_vec()
    }
}

struct Property {
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

impl Property {
    fn text(&self) -> String {
        unescape(&self.value)
    }

    fn is_preferred(&self) -> bool {
        self.parameters.iter().any(|(name, value)| (name == "TYPE" && has_word(value, "pref")) || name == "PREF")
    }
}

/// The content lines of a text, unfolded and decoded, each with the line where it begins.
fn properties(text: &str) -> Vec<(u32, Property)> {
    let mut logical: Vec<(u32, String)> = Vec::new();
    for (number, line) in (1_u32..).zip(text.lines()) {
        match logical.last_mut() {
            // Quoted-printable of vCard 2.1 folds with `=` at the end instead of a blank at the beginning.
            Some((_, open)) if open.ends_with('=') && is_quoted_printable(open) => {
                open.pop();
                open.push_str(line.trim_start_matches([' ', '\t']));
            }
            Some((_, open)) if line.starts_with([' ', '\t']) && !line.trim().is_empty() => open.push_str(line.get(1..).unwrap_or_default()),
            _ => logical.push((number, line.to_owned())),
        }
    }
    logical.into_iter().filter_map(|(line, text)| Some((line, property(&text)?))).collect()
}

fn property(line: &str) -> Option<Property> {
    let colon = unquoted(line, ':')?;
    let (head, value) = (line.get(..colon)?, line.get(colon + 1..)?);
    let mut parts = head.split(';');
    let name = parts.next()?;
    // `item1.EMAIL` groups properties; the group means nothing here.
    let name = name.rsplit_once('.').map_or(name, |(_, name)| name).trim().to_ascii_uppercase();
    let parameters: Vec<(String, String)> = parts
        .map(|parameter| match parameter.split_once('=') {
            Some((name, value)) => (name.trim().to_ascii_uppercase(), value.trim_matches('"').to_owned()),
            // vCard 2.1: `EMAIL;PREF;INTERNET`, `N;QUOTED-PRINTABLE`.
            None if parameter.eq_ignore_ascii_case("QUOTED-PRINTABLE") => ("ENCODING".to_owned(), parameter.to_owned()),
            None => ("TYPE".to_owned(), parameter.to_owned()),
        })
        .collect();
    let parameter = |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let value = match parameter("ENCODING") {
        Some(encoding) if encoding.eq_ignore_ascii_case("QUOTED-PRINTABLE") => {
            let charset = parameter("CHARSET").and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or(UTF_8);
            charset.decode_without_bom_handling(&quoted_printable(value)).0.into_owned()
        }
        _ => value.to_owned(),
    };
    Some(Property { name, parameters, value })
}

fn is_quoted_printable(line: &str) -> bool {
    unquoted(line, ':').and_then(|colon| line.get(..colon)).is_some_and(|head| head.to_ascii_uppercase().contains("QUOTED-PRINTABLE"))
}

/// The first `wanted` outside quotes.
fn unquoted(line: &str, wanted: char) -> Option<usize> {
    let mut quoted = false;
    line.char_indices().find_map(|(at, character)| {
        quoted ^= character == '"';
        (!quoted && character == wanted).then_some(at)
    })
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let mut ahead = bytes.clone();
        let pair = (byte == b'=').then(|| Some((hex(ahead.next()?)?, hex(ahead.next()?)?))).flatten();
        match pair {
            Some((high, low)) => {
                decoded.push(high * 16 + low);
                bytes = ahead;
            }
            None => decoded.push(byte),
        }
    }
    decoded
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The parts of a structured value, still escaped.
fn components(value: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for character in value.chars() {
        if character == ';' && !escaped {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(character);
        }
        escaped = character == '\\' && !escaped;
    }
    parts
}

fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n' | 'N') => text.push(' '),
                Some(other) => text.push(other),
                None => text.push('\\'),
            },
            _ => text.push(character),
        }
    }
    text.trim().to_owned()
}

fn has_word(list: &str, word: &str) -> bool {
    list.split(',').any(|entry| entry.trim().eq_ignore_ascii_case(word))
}
