//! IMAP (RFC 9051, RFC 3501): an inbox on a server. Folders are opened with EXAMINE and bodies read with BODY.PEEK, so that reading changes no
//! flag. Only [`filing`] opens a folder to change it, where the organizer asked for that.

mod check;
mod filing;
mod folders;
mod inbox;
mod read;
mod reading;
mod session;

pub(crate) use inbox::ImapInbox;
