//! Invitations, their updates and cancellations as mail (RFC 6047), each for one guest.
//!
//! What is the same for every guest of a revision is prepared once, in [`Revision`]; [`build`] then only joins pieces.
//! The same facts give the same bytes.

mod calendar_object;
mod message;
mod revision;

use calendar::{Participation, Role};
use jiff::Timestamp;

pub use calendar_object::calendar_object;
pub use message::{MessageMail, build, build_message};
pub use revision::{Revision, RevisionProblem};

pub use crate::mime::{BuildProblem, NamedAddress};

use crate::template::Rendered;

/// What the message does to the guest's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Puts it there, or brings what is there up to date.
    Request,
    /// Says that it does not take place.
    Cancel,
    /// Declines another time that the guest proposed: what is there stays (RFC 5546 §3.2.8).
    DeclineCounter,
}

impl Method {
    /// As iCalendar writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
            Self::DeclineCounter => "DECLINECOUNTER",
        }
    }
}

/// The guest a message is for: the only ATTENDEE in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guest<'a> {
    /// The normalised address.
    pub address: &'a str,
    /// The name; may be empty.
    pub name: &'a str,
    /// What they are at the event.
    pub role: Role,
}

/// Everything that one message of an invitation is made from.
#[derive(Clone, Copy, Debug)]
pub struct InvitationMail<'a> {
    /// REQUEST or CANCEL.
    pub method: Method,
    /// The events that it tells of.
    pub revision: &'a Revision,
    /// UID on the wire, the guest's own: see [`wire_uid`].
    pub uid: &'a str,
    /// The inbox that answers go to, with the token in its plus-part where the mailbox allows it. Frozen with the first sending.
    pub organizer: NamedAddress<'a>,
    /// Who the mail is from.
    pub from: NamedAddress<'a>,
    /// Who it is for.
    pub guest: Guest<'a>,
    /// The answer that the guest's calendar keeps: NEEDS-ACTION at first and when SEQUENCE rises, theirs otherwise.
    pub partstat: Participation,
    /// SEQUENCE of this sending.
    pub sequence: u32,
    /// The time of the claim: DTSTAMP and Date.
    pub dtstamp: Timestamp,
    /// The organizer's words.
    pub rendered: &'a Rendered,
    /// The invitation's token.
    pub token: &'a str,
    /// Names the ledger row; a part of the Message-ID.
    pub tag: &'a str,
    /// An HTTPS address that takes an unsubscription by one click (RFC 8058), where the organizer has one.
    pub unsubscribe_url: Option<&'a str>,
}

/// The UID of a guest's invitation, `<event>.<token>@domain`: an answer names its invitation even without an ORGANIZER.
///
/// ```
/// assert_eq!(mail::invitation::wire_uid("game 7@league.example", "k3v9x2m4q8w1", "club.example"), "game-7.k3v9x2m4q8w1@club.example");
/// ```
pub fn wire_uid(event_uid: &str, token: &str, domain: &str) -> String {
    let local = event_uid.split('@').next().unwrap_or_default();
    let mut name: String =
        local.chars().take(48).map(|character| if character.is_ascii_alphanumeric() { character } else { '-' }).collect();
    name.truncate(name.trim_end_matches('-').len());
    if name.is_empty() {
        name.push_str("event");
    }
    format!("{name}.{token}@{domain}")
}
