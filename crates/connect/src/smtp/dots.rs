//! A message as it travels after DATA (RFC 5321 §4.5.2).

/// A message ready for the wire, with its end.
pub(super) struct Stuffed {
    /// Everything from the first header to the final dot's line end.
    pub(super) bytes: Vec<u8>,
    /// Where the final dot stands: as long as no more bytes than this have left, the server has no whole message.
    pub(super) dot_at: usize,
}

/// Doubles dots at line starts, makes every line end CRLF (a lone CR or LF could end the message early at some servers), adds the end.
pub(super) fn stuff(message: &[u8]) -> Stuffed {
    let mut bytes = Vec::with_capacity(message.len() + message.len() / 50 + 5);
    let mut rest = message;
    while !rest.is_empty() {
        if rest.first() == Some(&b'.') {
            bytes.push(b'.');
        }
        let end = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        let (line, tail) = rest.split_at(end);
        bytes.extend_from_slice(line);
        bytes.extend_from_slice(b"\r\n");
        rest = tail.strip_prefix(b"\r\n").or_else(|| tail.split_first().map(|(_, tail)| tail)).unwrap_or_default();
    }
    let dot_at = bytes.len();
    bytes.extend_from_slice(b".\r\n");
    Stuffed { bytes, dot_at }
}

#[cfg(test)]
mod tests {
    use super::stuff;

    #[test]
    fn dots_at_line_starts_are_doubled_and_every_line_ends_in_crlf() {
        for (message, wire) in [
            ("a\r\n.b\r\n", "a\r\n..b\r\n.\r\n"),
            (".\r\n", "..\r\n.\r\n"),
            ("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\r.\rb\r\n", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\r\n\r\n", "a\r\n\r\n.\r\n"),
            ("a\r\r\n.", "a\r\n\r\n..\r\n.\r\n"),
            ("", ".\r\n"),
        ] {
            let stuffed = stuff(message.as_bytes());
            assert_eq!(String::from_utf8_lossy(&stuffed.bytes), wire, "the wire form of {message:?}");
            assert_eq!(&stuffed.bytes[stuffed.dot_at..], b".\r\n", "the final dot of {message:?} is where it is said to be");
        }
    }
}
