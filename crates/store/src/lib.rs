//! The one SQLite file: a module a table, each with its schema, its rows, its reads and its writes.
//!
//! Nothing outside this crate knows SQL. A module's functions take a [`Reader`] or a [`Writer`], so that a caller can
//! put several of them into one transaction:
//!
//! ```
//! # tokio_test(async {
//! # async fn example() -> anyhow::Result<()> {
//! let folder = std::env::temp_dir().join("rollcall-store-doc.db");
//! let store = store::Store::open(&folder).await?;
//! store.write(|w| store::setting::put(w, "theme", "dark")).await?;
//! assert_eq!(store.read(|r| store::setting::get(r, "theme")).await?.as_deref(), Some("dark"));
//! # Ok(()) } });
//! # fn tokio_test<F: Future>(f: F) { drop(f) }
//! ```

pub mod account;
pub mod backup;
pub mod bookmark;
pub mod calendar;
pub mod campaign;
pub mod campaign_guest;
pub mod change;
pub mod clash;
pub mod copy_rule;
#[cfg(feature = "crowd")]
pub mod crowd;
pub mod delivery;
pub mod event;
pub mod event_version;
mod fault;
pub mod filing;
#[cfg(test)]
mod fixture;
pub mod guest;
pub mod guest_import;
pub mod guest_list;
pub mod holding;
pub mod import;
pub mod inbox_cursor;
pub mod instance;
pub mod invitation;
pub mod mail_command;
mod migration;
mod pool;
pub mod receipt;
pub mod remote_item;
pub mod remote_write;
pub mod revision;
pub mod secret;
pub mod setting;
pub mod suppression;
pub mod telling;
pub mod template;
mod words;

pub use fault::{Fault, fault};
pub use pool::{Reader, Store, Writer};

use jiff::Timestamp;

/// An instant as the tables hold it: milliseconds since 1970 in UTC.
pub(crate) fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The instant behind a column of milliseconds; the ends of time where the column is beyond them.
pub(crate) fn instant(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// Words that begin like those of `text`, as FTS5 asks for them; none where there are no words.
pub(crate) fn search_query(text: &str) -> Option<String> {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| format!("\"{word}\"*")).collect();
    (!words.is_empty()).then(|| words.join(" "))
}
