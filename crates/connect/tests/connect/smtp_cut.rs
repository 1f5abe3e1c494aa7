//! The line is cut at every byte of a dialogue.

use mail::port::SendOutcome;
use testkit::counting_smtp::{Builder, CountingSmtp, Encryption};

use crate::account::{message, name, smtp};

/// What became of one message on a line that breaks, and whether the server counted it.
async fn broken_line(builder: Builder) -> (SendOutcome, usize) {
    let server = builder.start().unwrap();
    let outcome = match smtp(&server, Encryption::None, None).open().await {
        Ok(mut line) => {
            let outcome = line.send(&message("ann@example.org")).await;
            let open = line.is_open();
            assert!(!(open && matches!(outcome, SendOutcome::Uncertain { .. })), "nobody knows where an uncertain dialogue stands");
            outcome
        }
        Err(outcome) => outcome,
    };
    (outcome, server.count())
}

fn builder(pipelining: bool) -> Builder {
    if pipelining { CountingSmtp::builder() } else { CountingSmtp::builder().without_pipelining() }
}

#[tokio::test]
async fn a_cut_at_any_byte_never_loses_or_doubles_a_message() {
    for pipelining in [true, false] {
        let mut seen = std::collections::BTreeSet::new();
        for direction in ["read", "written"] {
            let mut accepted_in_a_row = 0;
            for bytes in 0.. {
                let cut = builder(pipelining);
                let cut = if direction == "read" { cut.cutting_after_reading(bytes) } else { cut.cutting_after_writing(bytes) };
                let (outcome, count) = broken_line(cut).await;
                let place = format!("cut after {bytes} bytes {direction}, pipelining {pipelining}: {outcome:?}, counted {count}");
                match &outcome {
                    SendOutcome::Accepted { .. } => assert_eq!(count, 1, "accepted, so the server has it: {place}"),
                    SendOutcome::Retry { .. } => assert_eq!(count, 0, "may be tried again, so the server must not have it: {place}"),
                    SendOutcome::Uncertain { .. } => {}
                    other => panic!("a broken line says nothing about guest or account: {other:?} in {place}"),
                }
                seen.insert(name(&outcome));
                accepted_in_a_row = if name(&outcome) == "accepted" { accepted_in_a_row + 1 } else { 0 };
                if accepted_in_a_row == 3 {
                    break;
                }
                assert!(bytes < 5_000, "the dialogue ends some time");
            }
        }
        assert!(seen.is_superset(&["accepted", "retry", "uncertain"].into()), "all three were reached: {seen:?}");
    }
}
