//! Reads what is new in one folder: by UIDVALIDITY and UID (RFC 9051 §2.3.1.1).

use std::time::Duration;

use async_imap::error::Error;
use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response};
use async_imap::types::Mailbox;
use jiff::Timestamp;
use jiff::fmt::strtime;
use mail::incoming::LONGEST_MESSAGE;
use mail::port::{FolderCursor, InboxError, Reach, Received};

use super::session::{COMMAND_PATIENCE, Session, ask, attributes, examine, inbox_error, within};

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

/// How far a folder went when it was opened.
#[derive(Clone)]
pub(super) struct Extent {
    folder: String,
    validity: u64,
    newest: u32,
}

impl Extent {
    /// Whether something lies behind the cursor in it.
    fn goes_beyond(&self, folder: &str, cursor: Option<&FolderCursor>) -> bool {
        self.folder == folder && cursor.is_some_and(|cursor| cursor.validity == self.validity && cursor.last_uid < u64::from(self.newest))
    }
}

/// What was read of a folder.
pub(super) struct FolderRead {
    pub(super) messages: Vec<Received>,
    pub(super) cursor: FolderCursor,
    pub(super) more: bool,
    pub(super) extent: Extent,
}

/// The messages after the cursor; those within reach where none fits, since the folder was never read or was rebuilt. `open` is the folder that
/// the session has open.
pub(super) async fn folder(
    session: &mut Session,
    folder: &str,
    cursor: Option<&FolderCursor>,
    Wanted { reach, limit }: Wanted,
    open: Option<Extent>,
) -> Result<FolderRead, InboxError> {
    // A large folder costs the server much each time that it is opened.
    let extent = match open.filter(|open| open.goes_beyond(folder, cursor)) {
        Some(open) => open,
        None => extent(session, folder).await?,
    };
    let Extent { validity, newest, .. } = extent;
    let read_up_to = match cursor.filter(|cursor| cursor.validity == validity) {
        Some(cursor) => u32::try_from(cursor.last_uid).unwrap_or(u32::MAX),
        None => before(session, reach, newest).await?,
    };
    let mut reached = read_up_to;
    let mut listed = Vec::new();
    let mut window = u32::try_from(limit).unwrap_or(u32::MAX).max(SMALLEST_WINDOW);
    while listed.is_empty() && reached < newest {
        let to = reached.saturating_add(window).min(newest);
        let from = reached.saturating_add(1);
        listed = list(session, &format!("{from}:{to}")).await?;
        // A range that ends beyond the last message names that one.
        listed.retain(|(uid, _)| (from..=to).contains(uid));
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
    Ok(FolderRead { messages, cursor, more: reached < newest, extent })
}

/// Opens a folder.
async fn extent(session: &mut Session, folder: &str) -> Result<Extent, InboxError> {
    let mailbox = examine(session, folder).await?;
    let Some(validity) = mailbox.uid_validity.map(u64::from) else {
        return Err(InboxError::Protocol(format!("The server gives the messages in {folder} no lasting numbers (no UIDVALIDITY).")));
    };
    Ok(Extent { folder: folder.to_owned(), validity, newest: newest_uid(session, &mailbox).await? })
}

/// The highest UID that is out of reach. UIDs rise with the arrival in the folder, so that everything after the first message of a day is
/// about as late; from there a cursor alone says where to go on.
async fn before(session: &mut Session, reach: Reach, newest: u32) -> Result<u32, InboxError> {
    match reach {
        Reach::Everything => Ok(0),
        Reach::Nothing => Ok(newest),
        Reach::Since(_) if newest == 0 => Ok(0),
        Reach::Since(moment) => {
            let command = format!("UID SEARCH SINCE {}", moment.strftime("%-d-%b-%Y"));
            let found = within(SEARCH_PATIENCE, ask(session, &command, first_found)).await?;
            Ok(found.into_iter().min().map_or(newest, |first| first.saturating_sub(1)))
        }
    }
}

fn first_found(response: &Response<'_>) -> Option<u32> {
    if let Response::MailboxData(MailboxDatum::Search(found)) = response { found.iter().copied().min() } else { None }
}

/// The highest UID that can exist now.
pub(super) async fn newest_uid(session: &mut Session, mailbox: &Mailbox) -> Result<u32, InboxError> {
    match mailbox.uid_next {
        Some(next) => Ok(next.saturating_sub(1)),
        None if mailbox.exists == 0 => Ok(0),
        None => Ok(list(session, "*").await?.last().map_or(0, |(uid, _)| *uid)),
    }
}

/// UID and size of messages, in the order of their UIDs.
async fn list(session: &mut Session, uids: &str) -> Result<Vec<Listed>, InboxError> {
    let command = format!("UID FETCH {uids} (UID RFC822.SIZE)");
    let mut listed = within(COMMAND_PATIENCE, ask(session, &command, listed)).await?;
    listed.sort_unstable();
    listed.dedup_by_key(|(uid, _)| *uid);
    Ok(listed)
}

fn listed(response: &Response<'_>) -> Option<Listed> {
    let attributes = attributes(response)?;
    let size = attributes.iter().find_map(|attribute| if let AttributeValue::Rfc822Size(size) = attribute { Some(*size) } else { None });
    Some((uid(attributes)?, size?))
}

fn uid(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|attribute| if let AttributeValue::Uid(uid) = attribute { Some(*uid) } else { None })
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
        let uids: Vec<u32> = part.into_iter().map(|(uid, _)| uid).collect();
        messages.extend(some_bodies(session, folder, &uids, &item).await?);
    }
    messages.sort_unstable_by_key(|message| message.uid);
    messages.dedup_by_key(|message| message.uid);
    Ok(messages)
}

/// Where the server refuses, it may be one message that it cannot read itself: the others are read one by one. Where it refuses all of them,
/// the trouble is not of any message, and passes.
async fn some_bodies(session: &mut Session, folder: &str, uids: &[u32], item: &str) -> Result<Vec<Received>, InboxError> {
    let refused = match fetch(session, folder, uids, item).await? {
        Ok(messages) => return Ok(messages),
        Err(refused) => refused,
    };
    let mut messages = Vec::new();
    let mut passed_over = Vec::new();
    for uid in uids {
        match fetch(session, folder, &[*uid], item).await? {
            Ok(found) => messages.extend(found),
            Err(_) => passed_over.push(*uid),
        }
    }
    if passed_over.len() == uids.len() {
        return Err(inbox_error(&refused));
    }
    if !passed_over.is_empty() {
        tracing::warn!("the server cannot read messages of {folder}: {passed_over:?}: {refused}");
    }
    Ok(messages)
}

/// What the server has of these messages, or its refusal. Those that were removed since they were listed are missing.
async fn fetch(session: &mut Session, folder: &str, uids: &[u32], item: &str) -> Result<Result<Vec<Received>, Error>, InboxError> {
    if uids.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let command = format!("UID FETCH {} (UID INTERNALDATE {item})", uid_set(uids.iter().copied()));
    let told = async {
        match ask(session, &command, |response| received(folder, response)).await {
            Err(error @ Error::No(_)) => Ok(Err(error)),
            other => other.map(Ok),
        }
    };
    within(BODIES_PATIENCE, told).await
}

fn received(folder: &str, response: &Response<'_>) -> Option<Received> {
    let attributes = attributes(response)?;
    let body = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::BodySection { section: None, data: Some(body), .. } => Some(body.to_vec()),
        _ => None,
    });
    let date = attributes.iter().find_map(|attribute| if let AttributeValue::InternalDate(date) = attribute { moment(date) } else { None });
    Some(Received {
        folder: folder.to_owned(),
        uid: u64::from(uid(attributes)?),
        received_at: date.unwrap_or(Timestamp::UNIX_EPOCH),
        message: body?,
    })
}

/// `17-Jul-1996 02:44:25 -0700`; a day of one digit may stand behind a blank.
fn moment(date: &str) -> Option<Timestamp> {
    strtime::parse("%d-%b-%Y %H:%M:%S %z", date.trim_start()).ok()?.to_timestamp().ok()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_a_server_is_a_moment() {
        let of = |date: &str| moment(date).map(|moment| moment.to_string());
        assert_eq!(of("17-Jul-1996 02:44:25 -0700").as_deref(), Some("1996-07-17T09:44:25Z"), "the example of RFC 3501");
        assert_eq!(of(" 7-Jul-1996 02:44:25 +0000").as_deref(), Some("1996-07-07T02:44:25Z"), "a day of one digit");
        assert_eq!(of("yesterday"), None, "anything else is no date");
    }

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
