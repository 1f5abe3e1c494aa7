//! Names at Google that follow from names here, so that what is written twice is there once.

use std::fmt::Write as _;

use calendar::{EventTime, Zone};
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};

/// Letters of base32hex, as Google admits them in an id.
const LETTERS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";

/// Google makes its own UIDs of an id and this.
const AT_GOOGLE: &str = "@google.com";

/// The id of the event that is made for a UID. What Google made itself comes back as what it was, so that whoever takes it out of Google's bin
/// meanwhile finds it there once.
pub(super) fn event(uid: &str) -> String {
    if let Some(id) = uid.strip_suffix(AT_GOOGLE).filter(|id| is_id(id)) {
        return id.to_owned();
    }
    let digest = Sha256::digest(uid.as_bytes());
    let mut name = "rollcall".to_owned();
    // Four bits a letter waste one, and a letter of its own for each half byte keeps this plain.
    for byte in digest.iter().take(20) {
        for half in [byte >> 4, byte & 15] {
            name.push(LETTERS.get(usize::from(half)).copied().map_or('0', char::from));
        }
    }
    name
}

/// Whether Google admits it as the id of something that is made: 5 to 1,024 letters of base32hex.
fn is_id(text: &str) -> bool {
    (5..=1_024).contains(&text.len()) && text.bytes().all(|byte| LETTERS.contains(&byte))
}

/// The id of one occurrence of a series: its original start in UTC, or its day.
pub(super) fn instance(master: &str, original: &EventTime) -> String {
    let moment = match original {
        EventTime::Zoned(..) => EventTime::Zoned(TimeZone::UTC.to_datetime(original.to_instant(&TimeZone::UTC)), Zone::utc()),
        EventTime::Date(_) | EventTime::Floating(_) => *original,
    };
    let mut name = master.to_owned();
    // Writing to a string cannot fail.
    let _ = write!(name, "_{}", moment.value());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_uid_gives_the_same_id_in_letters_that_google_admits() {
        let id = event("game-1@example.org");
        assert_eq!(id, event("game-1@example.org"), "always");
        assert_ne!(id, event("game-2@example.org"), "and another for another");
        assert!(is_id(&id), "{id}");
    }

    #[test]
    fn what_google_made_itself_keeps_its_id() {
        assert_eq!(event("4fab0dkq2t@google.com"), "4fab0dkq2t", "a UID that begins with it");
        for other in ["abc@google.com", "4fab0dkq2t_r20270301t000000@google.com", "WXYZ_27@google.com", "4fab0dkq2t@example.org"] {
            assert!(event(other).starts_with("rollcall"), "{other} is no name that may be given to anything");
        }
    }

    #[test]
    fn an_occurrence_is_named_by_its_original_start_in_utc() {
        let chicago = EventTime::Zoned(jiff::civil::date(2027, 3, 15).at(9, 0, 0, 0), Zone::parse("America/Chicago").unwrap());
        assert_eq!(instance("abc", &chicago), "abc_20270315T140000Z", "an instant");
        assert_eq!(instance("abc", &EventTime::Date(jiff::civil::date(2027, 3, 15))), "abc_20270315", "a day");
    }
}
