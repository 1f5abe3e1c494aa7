//! Sending, against a fake sender that counts and breaks where it is told to.

mod board;
mod faults;
mod first;
mod journey;
mod pace;
mod running;
mod takeover;
mod updates;
mod walk;
pub(crate) mod world;
