//! Answers: what came back to the inboxes, what it changed, and how it is shown.
//!
//! A message is read once per inbox, named by its [`identity`], tied to an invitation by the strongest evidence there is
//! ([`judge`]), and takes effect ([`effect`]) in the transaction that keeps it and the inbox's cursor. Whatever a message
//! claims, it counts by itself only when it speaks for the guest whose invitation it names.

mod authenticity;
mod chart;
mod effect;
mod export;
mod identity;
mod judge;
mod patience;
mod pull;
mod show;
mod timeline;
pub mod view;
mod watch;

pub use chart::{chart, export_chart};
pub use export::{csv, export_csv};
pub(crate) use judge::occurrence_key;
pub use patience::{bounce_patience, choose_bounce_patience};
pub use pull::{pull, pull_all, pull_named};
pub use show::{desk, event_named, events, guests, receipt, report, show};
pub use watch::watch;
