//! Our own links: a mail whose subject says Yes, Maybe, No or Unsubscribe.

use calendar::Participation;

use super::tokens;

/// What a link's subject says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Answer(Participation),
    Unsubscribe,
}

/// The word that begins the fixed subject of an answer link.
pub(crate) fn word(participation: Participation) -> &'static str {
    match participation {
        Participation::Accepted => "Yes",
        Participation::Declined => "No",
        Participation::Tentative | Participation::NeedsAction | Participation::Delegated => "Maybe",
    }
}

/// The word that begins the fixed subject of an unsubscribe link.
pub(crate) const UNSUBSCRIBE: &str = "Unsubscribe";

/// Reads a subject. An answer needs its token in brackets, so that a letter that begins with “No” is not one.
pub(super) fn wish(subject: &str) -> Option<Wish> {
    let subject = without_prefixes(subject);
    let first: String = subject.chars().take_while(|character| character.is_alphabetic()).collect();
    if first.eq_ignore_ascii_case(UNSUBSCRIBE) {
        return Some(Wish::Unsubscribe);
    }
    tokens::of_subject(subject)?;
    [Participation::Accepted, Participation::Tentative, Participation::Declined]
        .into_iter()
        .find(|participation| first.eq_ignore_ascii_case(word(*participation)))
        .map(Wish::Answer)
}

/// `Re:`, `AW:`, `Fwd:` and the like, which some programs put before everything.
fn without_prefixes(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((prefix, after)) = rest.split_once(':') {
        let known = ["re", "aw", "sv", "antw", "fw", "fwd", "wg", "tr", "rv", "r", "vs", "odp"]
            .iter()
            .any(|known| prefix.trim().eq_ignore_ascii_case(known));
        if !known {
            break;
        }
        rest = after.trim();
    }
    rest
}
