//! Reads what is new in one folder: by UIDVALIDITY and UID (RFC 9051 §2.3.1.1).

use std::time::Duration;

use async_imap::types::{Fetch, Mailbox};
use futures::TryStreamExt as _;
use jiff::Timestamp;
use mail::incoming::LONGEST_MESSAGE;
use mail::port::{FolderCursor, InboxError, Reach, Received};

use super::session::{COMMAND_PATIENCE, Session, within};

/// A batch stops growing here, so that memory stays small whatever people attach.
const BATCH_BYTES: u64 = 16 * 1024 * 1024;
const BODIES_PATIENCE: Duration = Duration::from_mins(5);
/// A search looks at every message of a folder.
const SEARCH_PATIENCE: Duration = Duration::from_mins(5);
const SMALLEST_WINDOW: u32 = 200;

/// UID and size of a message.
type Listed = (u32, u32);

/// How much is asked for.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// Where a folder begins that no cursor fits.
    pub(super) reach: Reach,
    /// Messages at most.
    pub(super) limit: usize,
}

/// What was read of a folder.
pub(super) struct FolderRead {
    pub(super) messages: Vec<Received>,
    pub(super) cursor: FolderCursor,
    pub(super) more: bool,
}

/// The messages after the cursor; those within reach where none fits, since the folder was never read or was rebuilt.
pub(super) async fn folder(
    session: &mut Session,
    folder: &str,
    cursor: Option<&FolderCursor>,
    Wanted { reach, limit }: Wanted,
) -> Result<FolderRead, InboxError> {
    let mailbox = within(COMMAND_PATIENCE, session.examine(folder)).await?;
    let Some(validity) = mailbox.uid_validity.map(u64::from) else {
        return Err(InboxError::Protocol(format!("The server gives the messages in {folder} no lasting numbers (no UIDVALIDITY).")));
    };
    let newest = newest_uid(session, &mailbox).await?;
    let read_up_to = match cursor.filter(|cursor| cursor.validity == validity) {
        Some(cursor) => u32::try_from(cursor.last_uid).unwrap_or(u32::MAX),
        None => before(session, reach, newest).await?,
    };
    let mut reached = read_up_to;
    let mut listed = Vec::new();
    let mut window = u32::try_from(limit).unwrap_or(u32::MAX).max(SMALLEST_WINDOW);
    while listed.is_empty() && reached < newest {
        let to = reached.saturating_add(window).min(newest);
        listed = list(session, reached.saturating_add(1), to).await?;
        reached = to;
        // Old mailboxes have long gaps.
        window = window.saturating_mul(4);
    }
    let chosen = choose(&listed, limit);
    if let Some((last, _)) = chosen.last().filter(|_| chosen.len() < listed.len()) {
        reached = *last;
    }
    let messages = bodies(session, folder, chosen).await?;
    let cursor = FolderCursor { folder: folder.to_owned(), validity, last_uid: u64::from(reached.max(read_up_to)) };
    Ok(FolderRead { messages, cursor, more: reached < newest })
}

/// The highest UID that is out of reach. UIDs rise with the arrival in the folder, so that everything after the first message of a day is
/// about as late; from there a cursor alone says where to go on.
async fn before(session: &mut Session, reach: Reach, newest: u32) -> Result<u32, InboxError> {
    match reach {
        Reach::Everything => Ok(0),
        Reach::Nothing => Ok(newest),
        Reach::Since(_) if newest == 0 => Ok(0),
        Reach::Since(moment) => {
            let found = within(SEARCH_PATIENCE, session.uid_search(format!("SINCE {}", moment.strftime("%-d-%b-%Y")))).await?;
            Ok(found.into_iter().min().map_or(newest, |first| first.saturating_sub(1)))
        }
    }
}

/// The highest UID that can exist now.
pub(super) async fn newest_uid(session: &mut Session, mailbox: &Mailbox) -> Result<u32, InboxError> {
    match mailbox.uid_next {
        Some(next) => Ok(next.saturating_sub(1)),
        None if mailbox.exists == 0 => Ok(0),
        None => Ok(fetch(session, "*", "(UID)", COMMAND_PATIENCE).await?.iter().filter_map(|found| found.uid).max().unwrap_or(0)),
    }
}

/// UID and size of the messages in a range, in the order of their UIDs.
async fn list(session: &mut Session, from: u32, to: u32) -> Result<Vec<Listed>, InboxError> {
    let found = fetch(session, &format!("{from}:{to}"), "(UID RFC822.SIZE)", COMMAND_PATIENCE).await?;
    let mut listed: Vec<_> =
        found.iter().filter_map(|found| Some((found.uid?, found.size?))).filter(|(uid, _)| (from..=to).contains(uid)).collect();
    listed.sort_unstable();
    listed.dedup_by_key(|(uid, _)| *uid);
    Ok(listed)
}

/// As many from the front as fit; at least one.
fn choose(listed: &[Listed], limit: usize) -> &[Listed] {
    let mut bytes = 0;
    let fitting = listed
        .iter()
        .take(limit.max(1))
        .take_while(|(_, size)| {
            let first = bytes == 0;
            bytes += u64::from(*size).clamp(1, LONGEST_MESSAGE as u64);
            first || bytes <= BATCH_BYTES
        })
        .count();
    listed.get(..fitting).unwrap_or_default()
}

async fn bodies(session: &mut Session, folder: &str, chosen: &[Listed]) -> Result<Vec<Received>, InboxError> {
    let (long, whole): (Vec<Listed>, Vec<Listed>) = chosen.iter().partition(|(_, size)| u64::from(*size) > LONGEST_MESSAGE as u64);
    let mut messages = Vec::with_capacity(chosen.len());
    for (part, item) in [(whole, "BODY.PEEK[]".to_owned()), (long, format!("BODY.PEEK[]<0.{LONGEST_MESSAGE}>"))] {
        if part.is_empty() {
            continue;
        }
        let found =
            fetch(session, &uid_set(part.iter().map(|(uid, _)| *uid)), &format!("(UID INTERNALDATE {item})"), BODIES_PATIENCE).await?;
        messages.extend(found.iter().filter_map(|found| received(folder, found)));
    }
    messages.sort_unstable_by_key(|message| message.uid);
    messages.dedup_by_key(|message| message.uid);
    Ok(messages)
}

fn received(folder: &str, found: &Fetch) -> Option<Received> {
    let date = found.internal_date().and_then(|date| Timestamp::from_second(date.timestamp()).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
    Some(Received { folder: folder.to_owned(), uid: u64::from(found.uid?), received_at: date, message: found.body()?.to_vec() })
}

/// `4:9,12` rather than every number: some servers refuse long commands.
pub(super) fn uid_set(uids: impl Iterator<Item = u32>) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => ranges.push((uid, uid)),
        }
    }
    let words: Vec<String> =
        ranges.iter().map(|(first, last)| if first == last { first.to_string() } else { format!("{first}:{last}") }).collect();
    words.join(",")
}

async fn fetch(session: &mut Session, uids: &str, items: &str, patience: Duration) -> Result<Vec<Fetch>, InboxError> {
    within(patience, async { session.uid_fetch(uids, items).await?.try_collect().await }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_uids_travel_as_a_range() {
        let set = uid_set([4, 5, 6, 9, 11, 12].into_iter());
        assert_eq!(set, "4:6,9,11:12", "ranges are joined, single numbers stay");
    }

    #[test]
    fn a_batch_ends_at_its_bytes_but_takes_at_least_one() {
        let half = u32::try_from(BATCH_BYTES / 3).unwrap();
        assert_eq!(choose(&[(1, half), (2, half), (3, half), (4, half)], 10).len(), 3, "a fourth would not fit");
        assert_eq!(choose(&[(1, u32::MAX), (2, 1)], 10).len(), 2, "of a huge message only the beginning counts");
        assert_eq!(choose(&[(1, 1), (2, 1)], 0).len(), 1, "a batch that takes none would never end");
    }
}
