//! Messages that are made to cost a reader time or memory cost little of either. Each is read in a process of its own, on which the system
//! enforces the limits.

use std::env;
use std::fmt::Write as _;
use std::process::{Command, ExitStatus};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail::incoming::{Incoming, Kind, read};

/// Names what the process is to read.
const BOMB: &str = "ROLLCALL_TEST_BOMB";
const MEGABYTE: usize = 1024 * 1024;
/// For the program itself, the message and everything that is made of it.
const MOST_MEMORY: usize = 512 * MEGABYTE;
/// Of a processor, in a build that is not optimised. A reader whose cost grows with the square of a message needs hours, so that no computer is
/// slow enough to fail.
const MOST_SECONDS: u32 = 120;

const BOMBS: [&str; 11] = [
    "a hundred megabytes",
    "nested parts",
    "base64",
    "quoted-printable",
    "headers",
    "references",
    "encoded words",
    "recipients",
    "html",
    "one line",
    "boundaries",
];
/// A reader that would keep everything.
const GREEDY: &str = "greedy";

#[test]
fn every_bomb_costs_bounded_time_and_memory() {
    if let Ok(bomb) = env::var(BOMB) {
        set_off(&bomb);
        return;
    }
    assert!(!limited(GREEDY).success(), "the limits are enforced, else nothing is shown here");
    for bomb in BOMBS {
        assert!(limited(bomb).success(), "{bomb}: it is read within {MOST_SECONDS} seconds and {} MB", MOST_MEMORY / MEGABYTE);
    }
}

/// Reads a bomb in a process of its own.
fn limited(bomb: &str) -> ExitStatus {
    let program = env::current_exe().expect("the test program");
    let mut command = Command::new("prlimit");
    command.arg(format!("--as={MOST_MEMORY}")).arg(format!("--cpu={MOST_SECONDS}")).arg("--core=0").arg(program);
    command.args(["--exact", "bombs::every_bomb_costs_bounded_time_and_memory", "--test-threads=1"]);
    command.env(BOMB, bomb).env("MALLOC_ARENA_MAX", "1").output().expect("prlimit of util-linux is installed").status
}

fn set_off(bomb: &str) {
    if bomb == GREEDY {
        assert_ne!(vec![1_u8; MOST_MEMORY].len(), 0, "it cannot have so much");
        return;
    }
    let (message, expected) = message(bomb);
    let incoming = read(&message);
    assert_eq!(incoming.kind, expected, "{bomb}: it is what it is");
    assert!(kept(&incoming) < 48 * MEGABYTE, "{bomb}: what is made of it is smaller than what is looked at");
}

/// Bytes that are kept of a message.
fn kept(incoming: &Incoming) -> usize {
    let lines = incoming.authentication_results.iter().map(|result| result.line.len()).sum::<usize>();
    let lists = [&incoming.to, &incoming.tokens, &incoming.in_reply_to, &incoming.references];
    let names = lists.iter().flat_map(|list| list.iter()).map(|name| name.len() + size_of::<String>()).sum::<usize>();
    let answers = incoming.answers.iter().map(|answer| answer.attendee.len() + answer.comment.len() + 300).sum::<usize>();
    let bounces = incoming.further_bounces.iter().map(|bounce| bounce.recipient.len() + bounce.diagnostic.len() + 200).sum::<usize>();
    incoming.subject.len() + incoming.text.len() + incoming.calendar.as_ref().map_or(0, String::len) + lines + names + answers + bounces
}

const REPLY: &str = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:game.k3v9x2m4q8w1z7@club.example\r\n";
const FROM: &str = "From: zoe@example.com\r\nTo: club@club.example\r\n";

fn message(bomb: &str) -> (Vec<u8>, Kind) {
    let (text, kind) = match bomb {
        "a hundred megabytes" => {
            let answer = format!("{REPLY}ATTENDEE;PARTSTAT=ACCEPTED:mailto:zoe@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
            let line = format!("{}\r\n", "QUJD".repeat(19));
            let attachment = line.repeat(100 * MEGABYTE / line.len());
            let text = format!(
                "{FROM}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n{answer}\
                 --b\r\nContent-Type: video/mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n{attachment}--b--\r\n"
            );
            (text, Kind::Reply)
        }
        "nested parts" => (nested(10_000), Kind::Other),
        "base64" => {
            let calendar =
                format!("{REPLY}{}END:VEVENT\r\nEND:VCALENDAR\r\n", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example\r\n".repeat(200_000));
            let head = "Content-Type: text/calendar; method=REPLY\r\nContent-Transfer-Encoding: base64\r\n\r\n";
            (format!("{FROM}{head}{}", STANDARD.encode(calendar)), Kind::Reply)
        }
        "quoted-printable" => {
            let head = "Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n";
            (format!("{FROM}{head}{}", "=FF=3D=\r\n".repeat(2_600_000)), Kind::Other)
        }
        "headers" => (
            format!("{FROM}{}\r\nHello\r\n", "Authentication-Results: mx.club.example; dkim=pass\r\nTo: <a@b.example>\r\n".repeat(300_000)),
            Kind::Other,
        ),
        "references" => {
            let mut text = format!("{FROM}References:");
            for number in 0..800_000 {
                // Writing to a string cannot fail.
                let _ = write!(text, "\r\n <{number}.k3v9x2m4q8w1z7@club.example>");
            }
            (text + "\r\n\r\nHello\r\n", Kind::Other)
        }
        "encoded words" => {
            (format!("{FROM}Subject: {}\r\n\r\nHello\r\n", "=?utf-8?B?8J+YgPCfmIDwn5iA8J+YgA==?=\r\n ".repeat(600_000)), Kind::Other)
        }
        "recipients" => {
            let failed = "Final-Recipient: rfc822; zoe@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 unknown\r\n\r\n";
            let text = format!(
                "From: MAILER-DAEMON@mx.example.org\r\nSubject: Undelivered\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
                 --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n{}--b--\r\n",
                failed.repeat(30_000)
            );
            (text, Kind::Bounce)
        }
        "html" => (format!("{FROM}Content-Type: text/html\r\n\r\n{}", "<div><table>&amp;&#x1F600;".repeat(900_000)), Kind::Other),
        "one line" => (format!("{FROM}Content-Type: text/calendar\r\n\r\n{REPLY}SUMMARY:{}\r\n", "x".repeat(24 * MEGABYTE)), Kind::Reply),
        _ => {
            let part = "--b\r\n\r\n";
            (format!("{FROM}Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", part.repeat(24 * MEGABYTE / part.len())), Kind::Other)
        }
    };
    (text.into_bytes(), kind)
}

/// Parts in parts, each begun and each ended.
fn nested(depth: usize) -> String {
    let mut text = format!("{FROM}Content-Type: multipart/mixed; boundary=b0\r\n\r\n");
    for depth in 0..depth {
        let _ = write!(text, "--b{depth}\r\nContent-Type: multipart/mixed; boundary=b{}\r\n\r\n", depth + 1);
    }
    for depth in (0..depth).rev() {
        let _ = write!(text, "--b{depth}--\r\n");
    }
    text
}
