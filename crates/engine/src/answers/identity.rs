//! What names a message for ever, also when its mailbox is rebuilt or it lies in two folders.

use std::fmt::Write as _;

use mail::incoming::Incoming;
use sha2::{Digest as _, Sha256};

/// Message-ID, Date and content. The header on the way (Received and the like) does not count, nor do line ends.
pub(super) fn identity(message: &[u8], incoming: &Incoming) -> String {
    let mut hash = Sha256::new();
    hash.update(incoming.message_id.as_bytes());
    hash.update([0]);
    hash.update(incoming.date.map_or(0, jiff::Timestamp::as_millisecond).to_be_bytes());
    let body = body(message).trim_ascii_end();
    for piece in body.split(|byte| *byte == b'\r') {
        hash.update(piece);
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut name, byte| {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

/// What follows the first empty line; everything where there is none.
fn body(message: &[u8]) -> &[u8] {
    let mut rest = message;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let (line, after) = rest.split_at(end + 1);
        if line.trim_ascii().is_empty() {
            return after;
        }
        rest = after;
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(message: &str) -> String {
        identity(message.as_bytes(), &Incoming { message_id: "one@guest.example".to_owned(), ..Incoming::default() })
    }

    #[test]
    fn way_and_line_ends_do_not_change_a_message() {
        let first = name("Received: from a\r\nSubject: Yes\r\n\r\nI come\r\n");
        assert_eq!(first, name("Received: from b\r\nSubject: Yes\r\n\r\nI come\r\n"), "the way it took is not the message");
        assert_eq!(first, name("Subject: Yes\n\nI come\n"), "nor are line ends");
        assert_ne!(first, name("Subject: Yes\r\n\r\nI do not come\r\n"), "what it says is");
    }
}
