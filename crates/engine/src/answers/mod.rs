//! answers.
pub mod view;
