//! accounts.
pub mod view;
