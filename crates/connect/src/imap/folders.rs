//! Which folders answers may lie in.

use async_imap::imap_proto::NameAttribute;
use async_imap::types::Name;
use futures::TryStreamExt as _;
use mail::port::InboxError;

use super::session::{COMMAND_PATIENCE, Session, within};

/// INBOX under its one spelling.
pub(super) const INBOX: &str = "INBOX";

/// INBOX, and the folder that deleted mail goes to (RFC 6154): Outlook moves an answer there as soon as it was shown to the organizer.
pub(super) async fn to_read(session: &mut Session) -> Result<Vec<String>, InboxError> {
    let names: Vec<Name> = within(COMMAND_PATIENCE, async { session.list(Some(""), Some("*")).await?.try_collect().await }).await?;
    let can_open = |name: &&Name| !name.attributes().contains(&NameAttribute::NoSelect);
    let deleted = names
        .iter()
        .filter(can_open)
        .find(|name| name.attributes().contains(&NameAttribute::Trash))
        .or_else(|| names.iter().filter(can_open).find(|name| is_deleted_by_name(name.name())));
    Ok(std::iter::once(INBOX.to_owned()).chain(deleted.map(|name| name.name().to_owned())).collect())
}

/// For servers that mark no special folders.
fn is_deleted_by_name(name: &str) -> bool {
    let last = name.rsplit(['/', '.']).next().unwrap_or(name);
    ["trash", "deleted items", "deleted messages", "deleted"].iter().any(|known| last.eq_ignore_ascii_case(known))
}
