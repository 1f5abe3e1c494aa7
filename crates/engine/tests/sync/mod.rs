//! Mirroring calendars, against a fake provider in both shapes that providers have.

mod clashes;
mod copies;
mod failing;
mod faults;
mod graph;
mod mirror;
mod secrets;
mod walk;
mod world;
