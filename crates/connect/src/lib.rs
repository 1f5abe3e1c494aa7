//! The outside, behind the ports of [`mail::port`] and [`calendar::remote`]: senders (`smtp`, `ses`), inboxes (`imap`, `maildir`), calendars
//! (`google`, `microsoft`, `caldav`, `feed`), and a place for copies (`s3`).
//!
//! Every adapter decides what became of a message once, beside its protocol, in a module named `outcome`; nothing above this crate looks at
//! a server's words. Whatever is not known is [`mail::port::SendOutcome::Uncertain`], never a guess. Inboxes are read, and changed only where the organizer
//! wants handled messages put away.
//!
//! ```
//! use mail::port::{AccountConfig, Adapters as _};
//!
//! let account = AccountConfig {
//!     kind: "smtp".into(),
//!     label: "Club".into(),
//!     address: "games@example.org".into(),
//!     settings: serde_json::json!({ "host": "smtp.example.org", "port": 465, "tls": "implicit", "user": "games" }),
//!     secrets: [("password".to_owned(), "…".into())].into(),
//!     ..AccountConfig::default()
//! };
//! let sender = connect::adapters().sender(&account).expect("SMTP is one of the kinds here");
//! assert!(sender.is_ok());
//! ```

mod adapters;
mod aws;
mod caldav;
mod dns;
mod domains;
mod feed;
mod google;
mod ical;
mod imap;
pub mod keychain;
mod maildir;
mod microsoft;
mod oauth;
mod s3;
mod ses;
mod settings;
mod smtp;
mod web;
mod wire;

pub use adapters::adapters;
