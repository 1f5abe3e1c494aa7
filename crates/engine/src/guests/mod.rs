//! guests.
pub mod view;
