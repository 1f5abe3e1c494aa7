//! Planning a sync: what is to stand here once the provider has changed something.
//!
//! A provider's answer is laid beside what it had before and what stands here, series by series ([`merge`]). What is then to be written
//! there follows from the difference between what stands here and what the provider holds.

mod merge;
mod series;

pub use merge::{Clash, Merged, Side, Ways, merge, with_field};
pub use series::Series;

#[cfg(test)]
mod tests;
