//! What Rollcall does, without saying how it looks or whom it talks to.
//!
//! A module a domain. Functions that only touch the database take a [`store::Store`]; what needs the outside takes the
//! [`Engine`], which owns the adapters and the background work. Nothing here names a provider: `src-tauri` and `cli`
//! put adapters into the ports of [`mail::port`].

pub mod accounts;
pub mod answers;
pub mod app;
pub mod archive;
pub mod backup;
pub mod calendars;
pub mod campaigns;
mod clock;
pub mod commands;
pub mod copies;
mod engine;
mod error;
pub mod event;
mod folder;
pub mod guests;
pub mod lease;
pub mod log;
pub mod rehearsal;
mod shelf;
pub mod sync;
pub mod vault;
mod watch;

pub use clock::{Clock, PracticeClock, SystemClock};
pub use engine::Engine;
pub use error::{Code, Failure};
