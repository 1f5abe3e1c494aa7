//! The line is cut at every byte of a dialogue.

use std::collections::BTreeSet;

use mail::port::SendOutcome;
use testkit::counting_smtp::{Builder, CountingSmtp, Encryption};

use crate::account::{message, name, smtp};

/// What became of one message on a line that breaks, and whether the server counted it.
async fn broken_line(builder: Builder, encryption: Encryption) -> (SendOutcome, usize) {
    let server = builder.encrypted(encryption).start().unwrap();
    let outcome = match smtp(&server, encryption, None).open().await {
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

/// Cuts after every `step` bytes until messages get through; gives the names of the outcomes that were met.
async fn sweep(pipelining: bool, encryption: Encryption, step: usize) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    for direction in ["read", "written"] {
        let mut accepted_in_a_row = 0;
        for bytes in (0..20_000).step_by(step) {
            let cut = builder(pipelining);
            let cut = if direction == "read" { cut.cutting_after_reading(bytes) } else { cut.cutting_after_writing(bytes) };
            let (outcome, count) = broken_line(cut, encryption).await;
            let place =
                format!("cut after {bytes} bytes {direction}, pipelining {pipelining}, {encryption:?}: {outcome:?}, counted {count}");
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
        }
        assert_eq!(accepted_in_a_row, 3, "a cut after the end harms nothing");
    }
    seen
}

#[tokio::test]
async fn a_cut_at_any_byte_never_loses_or_doubles_a_message() {
    for pipelining in [true, false] {
        let seen = sweep(pipelining, Encryption::None, 1).await;
        assert!(seen.is_superset(&["accepted", "retry", "uncertain"].into()), "all three were reached: {seen:?}");
    }
}

#[tokio::test]
async fn a_cut_under_tls_never_loses_or_doubles_a_message() {
    // Each record of TLS is more than this long, so that a cut falls into every one of them.
    let seen = sweep(true, Encryption::Implicit, 19).await;
    assert!(seen.is_superset(&["accepted", "retry", "uncertain"].into()), "all three were reached: {seen:?}");
}

#[tokio::test]
async fn a_send_that_is_dropped_half_way_closes_the_line() {
    let server = CountingSmtp::builder().start().unwrap();
    let mut line = smtp(&server, Encryption::None, None).open().await.unwrap();
    let first = message("ann@example.org");
    tokio::select! {
        biased;
        _ = line.send(&first) => panic!("no server answers before it is asked"),
        () = std::future::ready(()) => {}
    }
    assert!(!line.is_open(), "nobody can pick up a dialogue in its middle");
    let outcome = line.send(&message("ann@example.org")).await;
    assert_eq!(name(&outcome), "retry", "what is sent on it is not handed over: {outcome:?}");
}
