//! Mail addresses: syntax, international domains, aliases and typing errors.

mod alias;
mod list;
mod typo;

#[cfg(test)]
mod tests;

use std::fmt;

pub use alias::{alias_key, plus, same_mailbox, strip_plus};
pub use list::{ListProblem, ListedAddress, parse_list};
pub use typo::{suggest_address, suggest_typo};

/// An address that a message can be sent to (a practical subset of RFC 5321 §4.1.2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// What addresses are compared and sent by: lower case, the domain in its ASCII form (IDNA).
    pub normalised: String,
    /// What people see: the local part as written, the domain in its own script.
    pub shown: String,
    /// The domain of `normalised`.
    pub domain: String,
}

/// Why a text is not an address that can be written to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    /// Nothing there.
    #[error("the address is empty")]
    Empty,
    /// No `@`.
    #[error("“{0}” has no @; an address looks like name@example.com")]
    NoAt(String),
    /// More than one `@`.
    #[error("“{0}” has more than one @; one address per field")]
    SeveralAts(String),
    /// White space inside.
    #[error("“{0}” has a space inside; remove it")]
    Space(String),
    /// Nothing before the `@`.
    #[error("“{0}” has nothing before the @")]
    NoLocalPart(String),
    /// More than 64 octets before the `@` (RFC 5321 §4.5.3.1.1).
    #[error("“{0}” has more than 64 characters before the @")]
    LongLocalPart(String),
    /// A dot at an edge, or two in a row.
    #[error("“{0}” has a dot too many")]
    Dot(String),
    /// A character that no local part may have.
    #[error("“{0}” has the character “{1}”, which an address cannot have")]
    Character(String, char),
    /// A local part outside ASCII (RFC 6531), which most servers still refuse.
    #[error("“{0}” has letters outside a-z before the @, which most mail servers refuse; ask for another address")]
    International(String),
    /// Nothing after the `@`.
    #[error("“{0}” has nothing after the @")]
    NoDomain(String),
    /// A domain that is no domain.
    #[error("“{0}”: the part after the @ is not a domain; a domain looks like example.com")]
    Domain(String),
    /// More than 254 octets.
    #[error("“{0}” is longer than the 254 characters an address can have")]
    TooLong(String),
}

impl Address {
    /// Reads one address, without a name. A surrounding `<…>` and a leading `mailto:` are taken off.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, AddressProblem> {
        let text = bare(text);
        if text.is_empty() {
            return Err(AddressProblem::Empty);
        }
        let named = || shortened(text);
        let Some((local, domain)) = text.rsplit_once('@') else {
            return Err(AddressProblem::NoAt(named()));
        };
        if local.contains('@') {
            return Err(AddressProblem::SeveralAts(named()));
        }
        if text.chars().any(|character| character.is_whitespace() || character == '\u{200b}' || character == '\u{feff}') {
            return Err(AddressProblem::Space(named()));
        }
        check_local_part(local, text)?;
        if domain.is_empty() {
            return Err(AddressProblem::NoDomain(named()));
        }
        let ascii = ascii_domain(domain).ok_or_else(|| AddressProblem::Domain(named()))?;
        let normalised = format!("{}@{ascii}", local.to_ascii_lowercase());
        if normalised.len() > 254 {
            return Err(AddressProblem::TooLong(named()));
        }
        let shown =
            if ascii.contains("xn--") { format!("{local}@{}", idna::domain_to_unicode(&ascii).0) } else { format!("{local}@{ascii}") };
        Ok(Self { normalised, shown, domain: ascii })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

/// Takes off what surrounds an address: blanks, `<…>`, `mailto:`.
pub(crate) fn bare(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(text).trim();
    match text.split_at_checked(7) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => rest.trim(),
        _ => text,
    }
}

fn check_local_part(local: &str, text: &str) -> Result<(), AddressProblem> {
    if local.is_empty() {
        return Err(AddressProblem::NoLocalPart(shortened(text)));
    }
    if let Some(wrong) = local.chars().find(|character| character.is_ascii() && !is_atom_text(*character) && *character != '.') {
        return Err(AddressProblem::Character(shortened(text), wrong));
    }
    if !local.is_ascii() {
        return Err(AddressProblem::International(shortened(text)));
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(AddressProblem::Dot(shortened(text)));
    }
    if local.len() > 64 {
        return Err(AddressProblem::LongLocalPart(shortened(text)));
    }
    Ok(())
}

/// The domain in lower-case ASCII, if it can be the domain of a mailbox.
fn ascii_domain(domain: &str) -> Option<String> {
    // The common case needs no tables: a season of a million guests is read in one go.
    let ascii = if is_plain(domain) { domain.to_ascii_lowercase() } else { idna::domain_to_ascii_strict(domain).ok()? };
    let labels: Vec<&str> = ascii.split('.').collect();
    let sound = labels.len() >= 2 && ascii.len() <= 253 && labels.iter().all(|label| is_label(label));
    let top = labels.last()?;
    (sound && top.len() >= 2 && !top.bytes().all(|byte| byte.is_ascii_digit())).then_some(ascii)
}

fn is_plain(domain: &str) -> bool {
    domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-') && !domain.to_ascii_lowercase().contains("xn--")
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// RFC 5322 §3.2.3 `atext`.
pub(crate) fn is_atom_text(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(character)
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= 80 { text.to_owned() } else { text.chars().take(77).chain("…".chars()).collect() }
}
