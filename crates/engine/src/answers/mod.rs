//! Answers: what came back to the inboxes, what it changed, and how it is shown.
//!
//! A message is read once wherever it lies, named by its [`identity`], tied to an invitation by the strongest evidence there is
//! ([`judge`]), and takes effect ([`effect`]) in the transaction that keeps it and the inbox's cursor. Whatever a message
//! claims, it counts by itself only when it speaks for the guest whose invitation it names; else it waits at the desk for a [`ruling`],
//! which can be taken back.

mod authenticity;
mod by_hand;
mod chart;
mod desk;
mod effect;
mod export;
mod figures;
mod identity;
mod import;
mod judge;
mod leavers;
mod letters_on_disk;
mod likely;
mod news;
mod one_page;
mod patience;
mod proposal;
mod pull;
mod refresh;
mod ruling;
mod show;
mod timeline;
mod undo;
pub mod view;
mod waiting;
mod watch;

pub use by_hand::set_by_hand;
pub use chart::{chart, compare, export_chart, export_comparison};
pub use desk::{desk, find_guests, item};
pub use export::{csv, export_csv};
pub use import::import;
pub(crate) use judge::occurrence_key;
pub use leavers::{leavers, settle_leaver};
pub use news::{News, announce, news_since};
pub use one_page::save_report;
pub use patience::{bounce_patience, choose_bounce_patience};
pub use pull::{pull, pull_all, pull_named};
pub use ruling::rule;
pub(crate) use show::receipt_view;
pub use show::{event_named, events, guests, receipt, report, show};
pub use undo::undo;
pub use watch::watch;
