//! Large campaigns whose counts are held against the server's own.

use std::collections::BTreeSet;

use serde_json::Value;
use testkit::counting_ses::{Account, CountingSes};
use testkit::counting_smtp::CountingSmtp;
use testkit::moto::Moto;

use super::{is_full, season};
use crate::program::Program;

/// How many guests a run has: all of them, or enough for every turn to be taken many times.
fn many(all: usize) -> usize {
    if is_full() { all } else { 1_000 }
}

/// Sends the first game to everyone; what `campaign send` prints.
fn send(program: &Program, guests: usize) -> Value {
    let sent = program.json(&["campaign", "send", &season::campaign(program, 0), "--yes"]);
    assert_eq!(sent["accepted"].as_u64(), u64::try_from(guests).ok(), "everyone's was accepted: {sent}");
    sent
}

fn assert_each_once(recipients: Vec<String>, guests: usize) {
    let all = recipients.len();
    let once: BTreeSet<String> = recipients.into_iter().collect();
    assert_eq!((all, once.len()), (guests, guests), "the server has one for each and none twice");
}

#[test]
fn what_an_smtp_server_counts_is_what_the_ledger_says() {
    let guests = many(100_000);
    let server = CountingSmtp::builder().start().expect("the server starts");
    let program = season::with(Program::new(), &server, 1, guests);
    program.json(&["sender", "set", "Post", "--rate", "100000", "--connections", "16"]);
    send(&program, guests);
    assert_each_once(server.messages().into_iter().flat_map(|message| message.to).collect(), guests);
}

#[test]
fn what_ses_counts_is_what_the_ledger_says() {
    let guests = many(100_000);
    let service = CountingSes::start(Account { max_send_rate: 2_000.0, ..Account::default() }).expect("the service starts");
    let program = season::through_ses(Program::new(), &service.endpoint(), 1, guests);
    send(&program, guests);
    assert_each_once(service.messages().into_iter().map(|message| message.to).collect(), guests);
}

#[test]
fn what_moto_counts_is_what_the_ledger_says() {
    let guests = if is_full() { 5_000 } else { 200 };
    let moto = Moto::start().expect("moto starts");
    moto.verify("club@club.test").expect("the sender is verified");
    let program = season::through_ses(Program::new(), &moto.endpoint(), 1, guests);
    send(&program, guests);
    let taken = moto.messages().expect("moto tells");
    assert_each_once(taken.iter().filter_map(|message| message.destinations.first().cloned()).collect(), guests);
}
