//! Any words of a mail server, in each of the places where servers put them, are a report whose facts could be true.
#![no_main]

mod caught;

use libfuzzer_sys::fuzz_target;
use mail::incoming::{Bounce, Kind, read};

/// As RFC 3464 has it, as a plain letter of a server that never read it, and as Amazon tells it.
const AROUND: [(&str, &str); 3] = [
    (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nYour mail came back.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n",
        "\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <k3v9x2m4q8w1.17@club.example>\r\nTo: ann@example.com\r\n\r\nCome!\r\n--b--\r\n",
    ),
    ("From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nSubject: failure notice\r\n\r\n", ""),
    ("From: no-reply@sns.amazonaws.com\r\nSubject: AWS Notification Message\r\n\r\n", ""),
];

fuzz_target!(init: caught::pass(), |words: &[u8]| {
    for (before, after) in AROUND {
        let message = [before.as_bytes(), words, after.as_bytes()].concat();
        let found = read(&message);
        assert_eq!(read(&message), found, "the same words say the same");
        assert_eq!(found.bounce.is_some(), found.kind == Kind::Bounce, "a bounce says which delivery failed: {found:?}");
        found.bounce.iter().chain(&found.further_bounces).for_each(could_be_true);
    }
});

fn could_be_true(bounce: &Bounce) {
    let status = &bounce.status;
    let parts: Vec<_> = status.split('.').collect();
    let code = parts.len() == 3 && parts.iter().all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()));
    assert!(status.is_empty() || code, "no status of RFC 3463: {status:?}");
    assert!(!bounce.recipient.chars().any(|character| character.is_control()), "an address is one line: {:?}", bounce.recipient);
}
