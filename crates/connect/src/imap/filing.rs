//! Puts handled messages into a folder of their own, where the organizer asks for it: the only thing that changes a mailbox.

use std::collections::BTreeMap;

use mail::port::{InboxError, Place};

use super::folders::{self, Listing};
use super::read::uid_set;
use super::session::{COMMAND_PATIENCE, Session, ask, within};

/// So many are named by a command: some servers refuse long ones.
const AT_ONCE: usize = 500;

/// How a server moves messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// MOVE (RFC 6851).
    Move,
    /// A copy, and of the first only what was named is removed (RFC 4315).
    Copy,
    /// A copy; the first is marked as deleted, and goes when the organizer's mail program tidies up.
    CopyAndMark,
}

impl Way {
    pub(super) async fn of(session: &mut Session) -> Result<Self, InboxError> {
        let capabilities = within(COMMAND_PATIENCE, session.capabilities()).await?;
        Ok(match (capabilities.has_str("MOVE"), capabilities.has_str("UIDPLUS")) {
            (true, _) => Self::Move,
            (false, true) => Self::Copy,
            (false, false) => Self::CopyAndMark,
        })
    }
}

/// Moves what is still where it lay, and gives the folder that it left open. What lies in the bin stays there: the organizer, or their mail
/// program, threw it away.
pub(super) async fn put_away(session: &mut Session, into: &str, handled: &[Place]) -> Result<Option<String>, InboxError> {
    let into = folders::on_the_wire(into);
    let listing = Listing::read(session).await?;
    let mut places: BTreeMap<(&str, u64), Vec<u32>> = BTreeMap::new();
    for place in handled.iter().filter(|place| place.folder != into && Some(place.folder.as_str()) != listing.bin()) {
        // A UID is a number of 32 bits (RFC 9051 §2.3.1.1).
        places.entry((&place.folder, place.validity)).or_default().extend(u32::try_from(place.uid));
    }
    if places.is_empty() {
        return Ok(None);
    }
    if !listing.has(&into) {
        within(COMMAND_PATIENCE, session.create(&into)).await?;
        // Some mail programs show only what is subscribed to; a server that knows no subscriptions is none the worse.
        drop(within(COMMAND_PATIENCE, session.subscribe(&into)).await);
    }
    let way = Way::of(session).await?;
    let mut open = None;
    for ((folder, validity), mut uids) in places {
        let mailbox = within(COMMAND_PATIENCE, session.select(folder)).await?;
        open = Some(folder.to_owned());
        // In a folder that was rebuilt these numbers are others' messages.
        if mailbox.uid_validity.map(u64::from) != Some(validity) {
            continue;
        }
        uids.sort_unstable();
        uids.dedup();
        for uids in uids.chunks(AT_ONCE) {
            carry(session, way, &uid_set(uids.iter().copied()), &into).await?;
        }
    }
    Ok(open)
}

async fn carry(session: &mut Session, way: Way, uids: &str, into: &str) -> Result<(), InboxError> {
    if way == Way::Move {
        return within(COMMAND_PATIENCE, session.uid_mv(uids, into)).await;
    }
    within(COMMAND_PATIENCE, session.uid_copy(uids, into)).await?;
    let mut run = async |command: String| within(COMMAND_PATIENCE, ask(session, &command, |_| None::<()>)).await;
    run(format!("UID STORE {uids} +FLAGS.SILENT (\\Deleted)")).await?;
    if way == Way::Copy {
        run(format!("UID EXPUNGE {uids}")).await?;
    }
    Ok(())
}
