//! Copies by rule: what stands in one calendar, such as a feed of bookings, is written into another calendar too.
//!
//! A rule reads the log of changes from its own bookmark, and what it does about each series is planned by `calendar::copies`. A copy names its
//! event in a property that providers keep, so that it is known again even where this computer has forgotten it. All that one look brings is a
//! record like that of an import, which is undone as a whole.

mod follow;
mod rules;
mod target;
mod twins;
pub mod view;

pub use follow::{follow, watch};
pub use rules::{list_rules, preview_rule, put_rule, remove_rule};
pub use twins::{list_twins, settle_twin};
