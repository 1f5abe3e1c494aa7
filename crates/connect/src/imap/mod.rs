//! IMAP (RFC 9051, RFC 3501): an inbox on a server. Folders are opened with EXAMINE and bodies read with BODY.PEEK, so that no flag changes.

mod check;
mod folders;
mod inbox;
mod read;
mod session;

pub(crate) use inbox::ImapInbox;
