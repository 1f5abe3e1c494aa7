//! Any bytes in an inbox are read, always to the same end, and what they name as a token could be one.
#![no_main]

use std::panic;
use std::process::abort;

use libfuzzer_sys::fuzz_target;
use mail::incoming::{Kind, read_all};

/// The parser of MIME gives up on some messages: the app catches that and reads them another way, so that it is no find.
const CAUGHT: &str = "mail-parser";

fuzz_target!(init: let_caught_panics_pass(), |bytes: &[u8]| {
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

fn let_caught_panics_pass() {
    let _ends_at_once = panic::take_hook();
    let tell = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !panic.location().is_some_and(|location| location.file().contains(CAUGHT)) {
            tell(panic);
            abort();
        }
    }));
}
