//! Whatever comes in, reading ends, soon, and without a panic.

use mail::incoming::{Kind, read, read_all};
use proptest::prelude::*;

const SEEDS: [&str; 4] = [
    "From: MAILER-DAEMON@mx.example.org\r\nTo: answers+k3v9x2m4q8w1z7@club.example\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n<zoe@example.com>: 550 5.1.1 unknown\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; zoe@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 unknown\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <abc@club.example>\r\nTo: zoe@example.com\r\n\r\nHello\r\n--b--\r\n",
    "From: zoe@example.com\r\nTo: answers@club.example\r\nSubject: =?utf-8?q?Accepted=3A?= Game\r\nContent-Type: text/calendar; method=REPLY\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:game.k3v9x2m4q8w1z7@club.example\r\nRECURRENCE-ID;TZID=3DEurope/Berlin:20270321T133000\r\nDTSTAMP:20270116T080000Z\r\nATTENDEE;PARTSTAT=3DACCEPTED;CN=3D\"Zoe\":mailto:zoe@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "From: MAILER-DAEMON@mx.example.org\r\nTo: answers@club.example\r\nSubject: failure notice\r\n\r\nHi. I wasn't able to deliver your message to the following addresses.\r\n\r\n<zoe@example.com>:\r\n552 5.2.2 mailbox full\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nTo: zoe@example.com\r\n\r\nHello\r\n",
    "From: no-reply@sns.amazonaws.com\r\nSubject: AWS Notification Message\r\n\r\n{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\",\"bouncedRecipients\":[{\"emailAddress\":\"zoe@example.com\",\"status\":\"5.1.1\",\"diagnosticCode\":\"smtp; 550 unknown\"}]},\"mail\":{\"messageId\":\"0100\"}}\r\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn damaged_messages_are_read_without_a_panic(seed in 0..SEEDS.len(), damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..24)) {
        let mut bytes = SEEDS[seed].as_bytes().to_vec();
        for (place, byte, how) in damage {
            let at = place.index(bytes.len().max(1));
            match how {
                0 if at < bytes.len() => bytes[at] = byte,
                1 if at <= bytes.len() => bytes.insert(at, byte),
                2 if at < bytes.len() => drop(bytes.remove(at)),
                _ => bytes.truncate(at),
            }
        }
        let _ = read_all(&bytes);
    }

    #[test]
    fn noise_is_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read(&bytes);
        let _ = read_all(&bytes);
    }

    #[test]
    fn words_of_any_script_are_read_without_a_panic(text in "(?s).{0,600}", subject in "\\PC{0,60}") {
        for from in ["MAILER-DAEMON@example.org", "zoe@example.com"] {
            let _ = read(format!("From: {from}\r\nSubject: {subject}\r\n\r\nCould not be delivered:\r\n{text}").as_bytes());
        }
    }
}

#[test]
fn the_seeds_are_what_they_are_meant_to_be() {
    let kinds: Vec<_> = SEEDS.iter().map(|seed| read(seed.as_bytes()).kind).collect();
    assert_eq!(kinds, [Kind::Bounce, Kind::Reply, Kind::Bounce, Kind::Bounce], "else their damage tests nothing");
}

#[test]
fn ten_thousand_nested_messages_cost_neither_stack_nor_time() {
    let mut message = String::from("From: a@example.com\r\nSubject: bomb\r\n");
    for _ in 0..10_000 {
        message.push_str("Content-Type: message/rfc822\r\n\r\n");
    }
    let incoming = read(message.as_bytes());
    assert_eq!(incoming.kind, Kind::Other, "it is nothing");
    assert_eq!(incoming.problems.len(), 1, "and it is said that it was not read to its end");
}

#[test]
fn ten_thousand_nested_parts_cost_neither_stack_nor_time() {
    let mut message = String::from("From: a@example.com\r\nSubject: bomb\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n");
    for depth in 0..10_000 {
        let inner = depth + 1;
        message.extend(["--b", &depth.to_string(), "\r\nContent-Type: multipart/mixed; boundary=b", &inner.to_string(), "\r\n\r\n"]);
    }
    assert_eq!(read(message.as_bytes()).kind, Kind::Other, "it is nothing");
    let wide = format!(
        "From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{}",
        "--b\r\nContent-Type: text/calendar\r\n\r\nx\r\n".repeat(20_000)
    );
    assert_eq!(read(wide.as_bytes()).kind, Kind::Other, "nor is this");
}

#[test]
fn a_line_of_a_megabyte_and_a_list_of_many_guests_are_bounded() {
    let long = format!(
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\nATTENDEE;CN={}:mailto:a@b.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "x".repeat(1_000_000)
    );
    assert_eq!(read(long.as_bytes()).answers.len(), 1, "one guest with a long name");
    let many = format!(
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\n{}END:VEVENT\r\nEND:VCALENDAR\r\n",
        "ATTENDEE:mailto:a@b.example\r\n".repeat(100_000)
    );
    assert_eq!(read(many.as_bytes()).answers.len(), 5_000, "an answer is not an address book");
}
