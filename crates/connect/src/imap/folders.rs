//! Which folders answers may lie in.

use async_imap::imap_proto::{MailboxDatum, NameAttribute, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use mail::port::InboxError;

use super::session::{COMMAND_PATIENCE, Session, ask, within};

/// INBOX under its one spelling.
pub(super) const INBOX: &str = "INBOX";

/// The folders of a mailbox that messages can lie in.
pub(super) struct Listing(Vec<Folder>);

struct Folder {
    /// As the protocol spells it.
    name: String,
    is_marked_as_bin: bool,
}

impl Listing {
    pub(super) async fn read(session: &mut Session) -> Result<Self, InboxError> {
        Ok(Self(within(COMMAND_PATIENCE, ask(session, "LIST \"\" *", openable)).await?))
    }

    /// Whether there is a folder of this name, as the protocol spells it, that messages can lie in.
    pub(super) fn has(&self, wire: &str) -> bool {
        self.0.iter().any(|folder| folder.name == wire)
    }

    /// The folder that deleted mail goes to (RFC 6154).
    pub(super) fn bin(&self) -> Option<&str> {
        let marked = self.0.iter().find(|folder| folder.is_marked_as_bin);
        marked.or_else(|| self.0.iter().find(|folder| is_deleted_by_name(&folder.name))).map(|folder| folder.name.as_str())
    }
}

fn openable(response: &Response<'_>) -> Option<Folder> {
    let Response::MailboxData(MailboxDatum::List(listed)) = response else { return None };
    let is = |attribute: NameAttribute<'_>| listed.name_attributes.contains(&attribute);
    (!is(NameAttribute::NoSelect)).then(|| Folder { name: listed.name.to_string(), is_marked_as_bin: is(NameAttribute::Trash) })
}

/// INBOX, the bin, since Outlook moves an answer there as soon as it was shown to the organizer, and those of the folders that the organizer
/// files answers into which are there.
pub(super) async fn to_read(session: &mut Session, also: &[String]) -> Result<Vec<String>, InboxError> {
    let listing = Listing::read(session).await?;
    let filed = also.iter().map(|name| on_the_wire(name)).filter(|wire| listing.has(wire));
    let mut folders = vec![INBOX.to_owned()];
    for name in listing.bin().map(str::to_owned).into_iter().chain(filed) {
        if !folders.contains(&name) {
            folders.push(name);
        }
    }
    Ok(folders)
}

/// A folder's name as the protocol spells it: modified UTF-7 (RFC 3501 §5.1.3).
pub(super) fn on_the_wire(name: &str) -> String {
    let mut wire = String::with_capacity(name.len());
    let mut run = Vec::new();
    for character in name.chars() {
        if matches!(character, ' '..='~') {
            end_run(&mut wire, &mut run);
            wire.push(character);
            if character == '&' {
                wire.push('-');
            }
        } else {
            run.extend(character.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    end_run(&mut wire, &mut run);
    wire
}

fn end_run(wire: &mut String, run: &mut Vec<u8>) {
    if !run.is_empty() {
        wire.push('&');
        wire.push_str(&STANDARD_NO_PAD.encode(&*run).replace('/', ","));
        wire.push('-');
        run.clear();
    }
}

/// For servers that mark no special folders.
fn is_deleted_by_name(name: &str) -> bool {
    let last = name.rsplit(['/', '.']).next().unwrap_or(name);
    ["trash", "deleted items", "deleted messages", "deleted"].iter().any(|known| last.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_beyond_ascii_is_spelled_as_the_protocol_wants_it() {
        assert_eq!(on_the_wire("Zusagen/2027"), "Zusagen/2027", "plain names stay");
        assert_eq!(on_the_wire("Réponses & dons"), "R&AOk-ponses &- dons", "the example of RFC 3501, in its parts");
        assert_eq!(on_the_wire("台北"), "&U,BTFw-", "a solidus of base64 becomes a comma");
    }
}
