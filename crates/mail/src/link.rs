//! The links that every message carries: an answer or an unsubscription by plain mail.

use std::fmt::Write as _;

use calendar::Participation;

use crate::incoming::{UNSUBSCRIBE_WORD, answer_word};
use crate::template::one_line;

/// The links of one invitation. Their subjects are fixed, so that the inbox knows them in every language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    /// `mailto:` for Yes.
    pub yes: String,
    /// `mailto:` for Maybe.
    pub maybe: String,
    /// `mailto:` for No.
    pub no: String,
    /// `mailto:` to get nothing more.
    pub unsubscribe: String,
}

impl Links {
    /// The links to `inbox`, which has the token in its plus-part where the mailbox allows it.
    pub fn new(inbox: &str, token: &str, summary: &str) -> Self {
        let summary: String = one_line(summary).chars().filter(|character| !matches!(character, '[' | ']')).take(60).collect();
        let answer = |participation| mailto(inbox, &format!("{}: {} [{token}]", answer_word(participation), summary.trim()));
        Self {
            yes: answer(Participation::Accepted),
            maybe: answer(Participation::Tentative),
            no: answer(Participation::Declined),
            unsubscribe: mailto(inbox, &format!("{UNSUBSCRIBE_WORD} [{token}]")),
        }
    }
}

/// RFC 6068: everything but unreserved characters is percent-encoded in the subject.
fn mailto(address: &str, subject: &str) -> String {
    let mut link = String::from("mailto:");
    encode(address, "@+", &mut link);
    link.push_str("?subject=");
    encode(subject, "", &mut link);
    link
}

fn encode(text: &str, also: &str, link: &mut String) {
    for byte in text.bytes() {
        let character = char::from(byte);
        if character.is_ascii_alphanumeric() || "-._~".contains(character) || also.contains(character) {
            link.push(character);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(link, "%{byte:02X}");
        }
    }
}
