//! Any bytes in an inbox are read, always to the same end, and what they name as a token could be one.
#![no_main]

mod caught;

use libfuzzer_sys::fuzz_target;
use mail::incoming::{Kind, read_all};

fuzz_target!(init: caught::pass(), |bytes: &[u8]| {
    let found = read_all(bytes);
    assert_eq!(read_all(bytes), found, "the same bytes say the same");
    for incoming in found {
        for token in &incoming.tokens {
            assert!(token.chars().all(|character| character.is_ascii_alphanumeric()), "no address could carry the token {token:?}");
        }
        assert_eq!(incoming.bounce.is_some(), incoming.kind == Kind::Bounce, "a bounce says which delivery failed: {incoming:?}");
        assert!(incoming.further_bounces.is_empty() || incoming.bounce.is_some(), "the first comes before the others: {incoming:?}");
    }
});
