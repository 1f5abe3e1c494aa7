//! The practice world, behind the same ports as the real one: an outbox that keeps mail on this computer, and guests who
//! read the invitation they got and answer it as real clients do. Nothing of it can reach anyone.
//!
//! A message that is sent goes into the outbox and to its guest, who decides at once whether and when to answer. The
//! answer lies among what is coming until practice time has reached it; then the inbox has it. Everything lies in files
//! in one folder, so that a practice round goes on after a restart, and everything follows from a seed.
//!
//! ```
//! use mail::port::Practice as _;
//!
//! let folder = std::env::temp_dir().join("rollcall-rehearsal-doc");
//! let noon = "2026-11-21T12:00:00Z".parse().unwrap_or_default();
//! let world = rehearsal::World::open(&folder, 7, Box::new(move || noon))?;
//! assert_eq!(world.state().sent, 0);
//! # Ok::<(), rehearsal::WorldError>(())
//! ```

mod bounce;
mod client;
mod guest;
mod inbox;
mod invitation;
mod outbox;
mod reply;
mod world;

use std::sync::Arc;

use mail::port::{AccountConfig, Adapters, MailInbox, MailSender};

pub use world::{RealTime, World, WorldError};

/// The kind of account that these adapters make.
pub const KIND: &str = "rehearsal";

/// Our own sample season: 17 games of a team that does not exist, as an `.ics` file.
pub const SEASON: &str = include_str!("../../../assets/practice/season.ics");

/// 250 guests who do not exist, as a CSV file.
pub const GUESTS: &str = include_str!("../../../assets/practice/guests.csv");

/// Senders and inboxes of the practice world.
#[must_use]
pub fn adapters(world: Arc<World>) -> Box<dyn Adapters> {
    Box::new(PracticeAdapters { world })
}

struct PracticeAdapters {
    world: Arc<World>,
}

impl Adapters for PracticeAdapters {
    fn sender(&self, account: &AccountConfig) -> Option<Result<Arc<dyn MailSender>, String>> {
        (account.kind == KIND).then(|| Ok(Arc::new(outbox::Outbox::new(&self.world, account)) as Arc<dyn MailSender>))
    }

    fn inbox(&self, account: &AccountConfig) -> Option<Result<Arc<dyn MailInbox>, String>> {
        (account.kind == KIND).then(|| Ok(Arc::new(inbox::Inbox::new(&self.world)) as Arc<dyn MailInbox>))
    }
}
