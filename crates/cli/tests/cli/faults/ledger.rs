//! Holding the ledger against what the server counted.

use std::collections::{BTreeMap, BTreeSet};

use testkit::counting_smtp::CountingSmtp;

use crate::program::Program;

/// What the ledger says of a campaign: its guests by state.
pub(super) fn by_state(program: &Program, campaign: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut states = BTreeMap::<String, BTreeSet<String>>::new();
    let mut cursor = String::new();
    loop {
        let page = program.json(&["ledger", "list", "--campaign", campaign, "--limit", "1000", "--cursor", &cursor]);
        for row in page["rows"].as_array().expect("rows") {
            let text = |name: &str| row[name].as_str().expect("text").to_owned();
            assert!(states.entry(text("state")).or_default().insert(text("address")), "a guest has one row in a campaign: {row}");
        }
        page["next"].as_str().expect("text").clone_into(&mut cursor);
        if cursor.is_empty() {
            return states;
        }
    }
}

/// Asserts that everybody of a campaign was reached, or may have been, and nobody twice. `subject` tells its messages from others.
pub(super) fn assert_true(program: &Program, server: &CountingSmtp, campaign: &str, subject: &str, guests: usize) {
    let states = by_state(program, campaign);
    let of = |state: &str| states.get(state).cloned().unwrap_or_default();
    let mut log = BTreeSet::new();
    for message in server.messages() {
        if String::from_utf8_lossy(&message.data).contains(&format!("\r\nSubject: {subject}\r\n")) {
            let [recipient] = message.to.as_slice() else { panic!("a message has one recipient: {:?}", message.to) };
            assert!(log.insert(recipient.clone()), "{recipient} was sent “{subject}” twice");
        }
    }
    let (accepted, uncertain, refused) = (of("accepted"), of("uncertain"), of("refused"));
    let lost: Vec<_> = accepted.difference(&log).collect();
    assert!(lost.is_empty(), "the ledger says that the server took it, and it did not: {lost:?}");
    let unknown: Vec<_> = log.iter().filter(|guest| !accepted.contains(*guest) && !uncertain.contains(*guest)).collect();
    assert!(unknown.is_empty(), "the server has it and the ledger does not know: {unknown:?}");
    assert_eq!(accepted.len() + uncertain.len() + refused.len(), guests, "nobody is missing: {:?}", count(&states));
}

/// How many guests are in each state.
pub(super) fn count(states: &BTreeMap<String, BTreeSet<String>>) -> BTreeMap<&str, usize> {
    states.iter().map(|(state, guests)| (state.as_str(), guests.len())).collect()
}
