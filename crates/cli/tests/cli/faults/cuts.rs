//! The line cut at every byte of a dialogue.

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use testkit::counting_smtp::CountingSmtp;

use super::{is_full, ledger, season};
use crate::program::Program;

/// Bytes of commands around a message, and of the server's answers, at most.
const COMMANDS: usize = 300;
const ANSWERS: usize = 400;

#[test]
fn a_line_cut_at_any_byte_loses_nobody_and_reaches_nobody_twice() {
    let length = length_of_a_message() + COMMANDS;
    let is_near_an_end = |byte: &usize| !(COMMANDS..length - 2 * COMMANDS).contains(byte);
    let (mut reading, mut writing): (Vec<usize>, Vec<usize>) = if is_full() {
        ((0..length).collect(), (0..ANSWERS).collect())
    } else {
        let part = |byte: &usize| if is_near_an_end(byte) { byte.is_multiple_of(23) } else { byte.is_multiple_of(211) };
        ((0..length).filter(part).collect(), (0..ANSWERS).step_by(31).collect())
    };
    // Neighbouring bytes one after the other would only show how patiently a server is called again.
    let mut random = StdRng::seed_from_u64(1);
    reading.shuffle(&mut random);
    writing.shuffle(&mut random);
    let cuts = reading.len() + writing.len();
    let guests = cuts + 50;
    let server = CountingSmtp::builder().cutting_each(reading, writing).start().expect("the server starts");
    let program = season::with(Program::new(), &server, 1, guests);
    let id = season::campaign(&program, 0);
    program.run(&["campaign", "send", &id, "--yes"]);
    let states = ledger::by_state(&program, &id);
    println!("{cuts} lines cut, {} opened: {:?}", server.connections(), ledger::count(&states));
    assert!(server.connections() > cuts, "every cut was come to");
    ledger::assert_true(&program, &server, &id, "Game 0 is coming up", guests);
}

fn length_of_a_message() -> usize {
    let server = CountingSmtp::builder().start().expect("the server starts");
    let program = season::with(Program::new(), &server, 1, 1);
    program.json(&["campaign", "send", &season::campaign(&program, 0), "--yes"]);
    server.messages()[0].data.len()
}
