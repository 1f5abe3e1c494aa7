//! calendars.
pub mod view;
