//! Which folders answers may lie in.

use async_imap::imap_proto::NameAttribute;
use async_imap::types::Name;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use futures::TryStreamExt as _;
use mail::port::InboxError;

use super::session::{COMMAND_PATIENCE, Session, within};

/// INBOX under its one spelling.
pub(super) const INBOX: &str = "INBOX";

/// The folders of a mailbox.
pub(super) struct Listing(Vec<Name>);

impl Listing {
    pub(super) async fn read(session: &mut Session) -> Result<Self, InboxError> {
        Ok(Self(within(COMMAND_PATIENCE, async { session.list(Some(""), Some("*")).await?.try_collect().await }).await?))
    }

    /// Whether there is a folder of this name, as the protocol spells it, that messages can lie in.
    pub(super) fn has(&self, wire: &str) -> bool {
        self.openable().any(|name| name.name() == wire)
    }

    /// The folder that deleted mail goes to (RFC 6154).
    pub(super) fn bin(&self) -> Option<&str> {
        let marked = self.openable().find(|name| name.attributes().contains(&NameAttribute::Trash));
        marked.or_else(|| self.openable().find(|name| is_deleted_by_name(name.name()))).map(Name::name)
    }

    fn openable(&self) -> impl Iterator<Item = &Name> {
        self.0.iter().filter(|name| !name.attributes().contains(&NameAttribute::NoSelect))
    }
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
