//! Mailbox files (mbox, RFC 4155): messages one after the other, each behind a line that begins with `From `.
//!
//! They are taken in piece by piece, so that a file of any size costs the memory of one message. Lines of a message that would begin one are
//! quoted with `>` (mboxrd; mboxo quotes fewer of them), which is taken away again.

use jiff::Timestamp;

use crate::incoming::LONGEST_MESSAGE;

/// Takes a mailbox file in and gives its messages.
///
/// ```
/// use mail::mailbox_file::MailboxFile;
///
/// let mut file = MailboxFile::default();
/// let text = b"From ann Sat Nov 21 16:00:00 2026\nSubject: Yes\n\n>From now on\n\nFrom bo Sat Nov 21 16:01:00 2026\nSubject: No\n\n";
/// let mut messages: Vec<_> = text.split_inclusive(|byte| *byte == b'\n').filter_map(|line| file.take(line)).collect();
/// messages.extend(file.end());
/// assert_eq!(messages, [b"Subject: Yes\n\nFrom now on\n".to_vec(), b"Subject: No\n".to_vec()]);
/// ```
#[derive(Debug)]
pub struct MailboxFile {
    /// The message so far; none before the first.
    message: Option<Vec<u8>>,
    after_empty_line: bool,
    within_line: bool,
}

impl Default for MailboxFile {
    fn default() -> Self {
        Self { message: None, after_empty_line: true, within_line: false }
    }
}

impl MailboxFile {
    /// Takes a line with its end, or a piece of a long one; gives the message that ended before it.
    pub fn take(&mut self, piece: &[u8]) -> Option<Vec<u8>> {
        let begins_line = !std::mem::replace(&mut self.within_line, !piece.ends_with(b"\n"));
        let after_empty_line = begins_line && self.after_empty_line;
        self.after_empty_line = begins_line && piece.trim_ascii().is_empty();
        if after_empty_line && self.begins_message(piece) {
            return self.message.replace(Vec::new()).map(without_separator);
        }
        let message = self.message.as_mut()?;
        let piece = if begins_line { unquoted(piece) } else { piece };
        let room = LONGEST_MESSAGE.saturating_sub(message.len());
        message.extend_from_slice(piece.get(..room).unwrap_or(piece));
        None
    }

    /// The last message; none where the file had none.
    pub fn end(self) -> Option<Vec<u8>> {
        self.message.map(without_separator)
    }

    /// After a message that has `From ` at the beginning of a paragraph unquoted, only a date tells the next one.
    fn begins_message(&self, line: &[u8]) -> bool {
        line.starts_with(b"From ") && (self.message.is_none() || has_date(line))
    }
}

/// Whether a file is a mailbox file.
pub fn is_mailbox_file(beginning: &[u8]) -> bool {
    beginning.starts_with(b"From ")
}

/// A message as it stands in a mailbox file, with its first line, and an empty one after it.
pub fn entry(sender: &str, at: Timestamp, message: &[u8]) -> Vec<u8> {
    let sender: String = sender.split_whitespace().collect();
    let sender = if sender.is_empty() { "MAILER-DAEMON" } else { &sender };
    let mut entry = format!("From {sender} {}\n", at.strftime("%a %b %e %H:%M:%S %Y")).into_bytes();
    entry.reserve(message.len() + 2);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if is_quoted_or_begins(line) {
            entry.push(b'>');
        }
        match line.strip_suffix(b"\r\n") {
            Some(line) => {
                entry.extend_from_slice(line);
                entry.push(b'\n');
            }
            None => entry.extend_from_slice(line),
        }
    }
    if !entry.ends_with(b"\n") {
        entry.push(b'\n');
    }
    entry.push(b'\n');
    entry
}

fn is_quoted_or_begins(line: &[u8]) -> bool {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    line.get(quotes..).is_some_and(|rest| rest.starts_with(b"From "))
}

fn unquoted(line: &[u8]) -> &[u8] {
    line.strip_prefix(b">").filter(|rest| is_quoted_or_begins(rest)).unwrap_or(line)
}

/// The line ends with a year, and has a time of day.
fn has_date(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let year = line.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    let has_time =
        line.windows(3).any(|window| matches!(window, [before, b':', after] if before.is_ascii_digit() && after.is_ascii_digit()));
    has_time && year.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-'))
}

/// The empty line before the next message is not a part of this one.
fn without_separator(mut message: Vec<u8>) -> Vec<u8> {
    for separator in [b"\r\n".as_slice(), b"\n"] {
        if let Some(rest) = message.strip_suffix(separator).filter(|rest| rest.is_empty() || rest.ends_with(b"\n")) {
            message.truncate(rest.len());
            break;
        }
    }
    message
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(bytes: &[u8], piece: usize) -> Vec<Vec<u8>> {
        let mut file = MailboxFile::default();
        let lines = bytes.split_inclusive(|byte| *byte == b'\n').flat_map(|line| line.chunks(piece));
        let mut messages: Vec<_> = lines.filter_map(|piece| file.take(piece)).collect();
        messages.extend(file.end());
        messages
    }

    #[test]
    fn messages_of_every_program_are_told_apart() {
        let file = "From - Sat Nov 21 16:00:00 2026\nSubject: Thunderbird\n\nOne\n\n\
            From 1790000000000000000@xxx Sat Nov 21 16:00:00 +0000 2026\r\nSubject: Gmail\r\n\r\nTwo\r\n\r\n\
            From MAILER-DAEMON Sat Nov 21 16:00:00 2026\nSubject: a person\n\nFrom here on you know the way.\n\nFrom there too.\n";
        let found = split(file.as_bytes(), 1_000);
        let subjects: Vec<_> = found.iter().map(|message| crate::incoming::read(message).subject).collect();
        assert_eq!(subjects, ["Thunderbird", "Gmail", "a person"], "paragraphs that begin with the word are no messages");
        assert!(found[1].ends_with(b"Two\r\n"), "the empty line between messages belongs to none of them");
    }

    #[test]
    fn a_file_without_a_message_has_none_and_one_without_a_date_has_one() {
        assert_eq!(split(b"Dear Ann,\n\nFrom here on\n", 1_000).len(), 1, "what stands before is nobody's");
        assert_eq!(split(b"Dear Ann,\n\nhello\n", 1_000).len(), 0, "no message begins");
        assert_eq!(split(b"From ann\nSubject: x\n\ny\n", 1_000), [b"Subject: x\n\ny\n".to_vec()], "the first line may be anything");
    }

    #[test]
    fn a_message_without_end_costs_no_more_than_its_beginning() {
        let mut file = MailboxFile::default();
        file.take(b"From ann Sat Nov 21 16:00:00 2026\n");
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..100 {
            assert_eq!(file.take(&piece), None, "it is one line");
        }
        assert_eq!(file.end().map(|message| message.len()), Some(LONGEST_MESSAGE), "a hundred megabytes are cut");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(bodies in prop::collection::vec("(>{0,2}From |x|>|\n|[a-z ]{0,9}|2026){0,12}", 1..4), piece in 64..200_usize) {
            let at: Timestamp = "2026-11-21T16:00:00Z".parse().unwrap();
            let written: Vec<u8> = bodies.iter().flat_map(|body| entry("ann@example.org", at, body.as_bytes())).collect();
            let ended = |body: &String| if body.is_empty() || body.ends_with('\n') { body.clone() } else { format!("{body}\n") };
            let expected: Vec<Vec<u8>> = bodies.iter().map(|body| ended(body).into_bytes()).collect();
            prop_assert_eq!(split(&written, piece), expected);
        }
    }
}
