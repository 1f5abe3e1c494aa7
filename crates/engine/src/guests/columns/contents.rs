//! What a column holds, by its values.

use calendar::Zone;
use mail::address::{Address, suggest_address};

use crate::guests::view::ColumnField;

/// ISO 639-1, as far as guests have it.
const LANGUAGES: [&str; 62] = [
    "af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "eo", "es", "et", "eu", "fa", "fi", "fr", "ga",
    "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "ko", "lb", "lt", "lv", "mk", "mn", "ms", "mt", "nb", "nl",
    "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "ta", "th", "tr", "uk", "ur", "vi", "zh",
];
const LANGUAGE_NAMES: [(&str, &str); 36] = [
    ("english", "en"),
    ("englisch", "en"),
    ("anglais", "en"),
    ("ingles", "en"),
    ("inglés", "en"),
    ("inglese", "en"),
    ("german", "de"),
    ("deutsch", "de"),
    ("allemand", "de"),
    ("alemán", "de"),
    ("tedesco", "de"),
    ("french", "fr"),
    ("français", "fr"),
    ("francais", "fr"),
    ("französisch", "fr"),
    ("francés", "fr"),
    ("francese", "fr"),
    ("spanish", "es"),
    ("español", "es"),
    ("espanol", "es"),
    ("spanisch", "es"),
    ("italian", "it"),
    ("italiano", "it"),
    ("italienisch", "it"),
    ("portuguese", "pt"),
    ("português", "pt"),
    ("dutch", "nl"),
    ("nederlands", "nl"),
    ("polish", "pl"),
    ("polski", "pl"),
    ("swedish", "sv"),
    ("svenska", "sv"),
    ("norwegian", "nb"),
    ("danish", "da"),
    ("japanese", "ja"),
    ("chinese", "zh"),
];
const REQUIRED: [&str; 16] = [
    "required",
    "req-participant",
    "chair",
    "mandatory",
    "must",
    "pflicht",
    "erforderlich",
    "requis",
    "obligatoire",
    "obligatorio",
    "requerido",
    "obbligatorio",
    "richiesto",
    "vereist",
    "verplicht",
    "participant",
];
const OPTIONAL: [&str; 10] = [
    "optional",
    "opt-participant",
    "non-participant",
    "fyi",
    "freiwillig",
    "facultatif",
    "optionnel",
    "opcional",
    "facoltativo",
    "optioneel",
];
const RESOURCE: [&str; 14] = [
    "resource",
    "room",
    "equipment",
    "location",
    "raum",
    "ressource",
    "saal",
    "salle",
    "sala",
    "recurso",
    "risorsa",
    "ruimte",
    "non-human",
    "venue",
];
const CONSENTS: [&str; 9] =
    ["opt-in", "optin", "double opt-in", "single opt-in", "opted in", "opted-in", "consented", "consent given", "explicit consent"];

/// The role that a word stands for.
pub(in crate::guests) fn role(text: &str) -> Option<&'static str> {
    let word = text.trim().to_lowercase();
    let named = |words: &[&str]| words.contains(&word.as_str());
    if named(&REQUIRED) {
        Some("required")
    } else if named(&OPTIONAL) {
        Some("optional")
    } else if named(&RESOURCE) {
        Some("resource")
    } else {
        None
    }
}

/// The IANA zone that a text stands for.
pub(in crate::guests) fn zone(text: &str) -> Option<&'static str> {
    Zone::parse(text).map(Zone::as_str)
}

/// The language tag that a text stands for.
pub(in crate::guests) fn language(text: &str) -> Option<String> {
    let text = text.trim();
    let lower = text.to_lowercase();
    if let Some((_, tag)) = LANGUAGE_NAMES.iter().find(|(name, _)| *name == lower) {
        return Some((*tag).to_owned());
    }
    let mut parts = lower.split(['-', '_']);
    let main = parts.next().filter(|main| LANGUAGES.contains(main))?;
    match (parts.next(), parts.next()) {
        (None, _) => Some(main.to_owned()),
        (Some(region), None) if (2..=4).contains(&region.len()) && region.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            Some(format!("{main}-{}", region.to_uppercase()))
        }
        _ => None,
    }
}

/// Whether what a column is called fits what it holds. A column without values fits everything.
pub(super) fn agree(field: &ColumnField, values: &[&str]) -> bool {
    let at_least = |share: usize, fits: fn(&str) -> bool| count(values, fits) * 100 >= values.len() * share;
    match field {
        // A list may be full of faults; a column without an @ holds something else.
        ColumnField::Email => at_least(30, |value| value.contains('@')),
        ColumnField::Role => at_least(50, |value| role(value).is_some()),
        ColumnField::Zone => at_least(50, |value| zone(value).is_some()),
        ColumnField::Language => at_least(50, |value| language(value).is_some()),
        ColumnField::Name | ColumnField::FirstName | ColumnField::LastName => {
            at_least(50, |value| value.chars().any(char::is_alphabetic) && !value.contains('@'))
        }
        ColumnField::Consent | ColumnField::Own(_) | ColumnField::Skip => true,
    }
}

/// What a column holds, where its name does not say. Without any names a single word may be a first or last name; with names it has its own.
pub(super) fn guess(values: &[&str], named: bool) -> Option<ColumnField> {
    if values.is_empty() {
        return None;
    }
    let all = |fits: fn(&str) -> bool| count(values, fits) == values.len();
    let most = |fits: fn(&str) -> bool| count(values, fits) * 10 >= values.len() * 8;
    if count(values, is_address) * 2 > values.len() {
        Some(ColumnField::Email)
    } else if most(|value| value.contains('/') && zone(value).is_some()) {
        Some(ColumnField::Zone)
    } else if all(|value| role(value).is_some()) {
        Some(ColumnField::Role)
    } else if all(|value| CONSENTS.contains(&value.to_lowercase().as_str())) {
        Some(ColumnField::Consent)
    } else if named {
        None
    } else if all(|value| language(value).is_some() && value.chars().next().is_some_and(char::is_lowercase)) {
        Some(ColumnField::Language)
    } else if most(|value| is_name(value) && value.contains([' ', ','])) {
        Some(ColumnField::Name)
    } else {
        None
    }
}

fn is_address(value: &str) -> bool {
    value.contains('@') && (Address::parse(value).is_ok() || suggest_address(value).is_some())
}

fn is_name(value: &str) -> bool {
    (2..=5).contains(&value.split_whitespace().count())
        && value.chars().all(|character| character.is_alphabetic() || matches!(character, ' ' | '-' | '\'' | '’' | '.' | ','))
        && value.chars().next().is_some_and(|first| !first.is_lowercase())
}

fn count(values: &[&str], fits: fn(&str) -> bool) -> usize {
    values.iter().filter(|value| fits(value)).count()
}
