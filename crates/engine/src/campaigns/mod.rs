//! campaigns.
pub mod view;
