//! Any bytes are a mailbox file in whatever pieces they come, and what is written into one is read out of it again.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use mail::mailbox_file::{MailboxFile, entry};

fn split(bytes: &[u8], piece: usize) -> Vec<Vec<u8>> {
    let mut file = MailboxFile::default();
    let pieces = bytes.split_inclusive(|byte| *byte == b'\n').flat_map(|line| line.chunks(piece));
    let mut messages: Vec<Vec<u8>> = pieces.filter_map(|piece| file.take(piece)).collect();
    messages.extend(file.end());
    messages
}

fuzz_target!(|bytes: &[u8]| {
    let found = split(bytes, usize::MAX);
    assert!(found.iter().map(Vec::len).sum::<usize>() <= bytes.len(), "nothing is made up");
    let written: Vec<u8> = found.iter().flat_map(|message| entry("", Timestamp::UNIX_EPOCH, message)).collect();
    let again = split(&written, 64 << 10);
    let plain = |messages: &[Vec<u8>]| messages.iter().map(|message| normal(message)).collect::<Vec<_>>();
    assert_eq!(plain(&again), plain(&found), "what is written is read again");
});

/// A message with the line ends that a mailbox file gives it: a carriage return before one is a part of it.
fn normal(message: &[u8]) -> Vec<u8> {
    let mut lines: Vec<u8> = Vec::new();
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let end = line.iter().rposition(|byte| *byte != b'\r').map_or(0, |last| last + 1);
        lines.extend_from_slice(&line[..end]);
        lines.push(b'\n');
    }
    lines
}
