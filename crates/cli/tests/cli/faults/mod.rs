//! What happens when something breaks: killed processes, cut lines, a full disk, copies and old states of the database.
//!
//! The normal run is short; `cargo xtask test --faults` sets `ROLLCALL_FAULTS` and runs all of it.

mod copies;
mod cuts;
mod disk;
mod killer;
mod kills;
mod ledger;
mod many;
mod mirror;
mod season;

/// Whether everything is to be tried, not only a part.
fn is_full() -> bool {
    std::env::var_os("ROLLCALL_FAULTS").is_some()
}
