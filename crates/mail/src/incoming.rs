//! What comes back: answers, bounces, complaints, auto-replies, each read as far as it can be.

mod answers;
mod auto_reply;
mod bounce;
mod complaint;
mod delivery_status;
mod diagnosis;
mod file;
mod letter;
mod link;
mod notice;
mod parts;
mod returned;
mod service;
mod tokens;

#[cfg(test)]
mod tests;

use calendar::{EventTime, Participation};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use answers::partstat_text;
pub use diagnosis::status_of;
pub use file::{is_calendar_file, read, read_all};

pub(crate) use link::{UNSUBSCRIBE as UNSUBSCRIBE_WORD, word as answer_word};
pub(crate) use tokens::TOKEN_HEADER;

/// Of a longer message only the beginning, so many bytes, is worth fetching: an answer, a bounce or a complaint is in it, the rest is attachments.
pub const LONGEST_MESSAGE: usize = 8 * 1024 * 1024;

/// The tag by which events of a sending service name a message of ours.
pub const DELIVERY_TAG: &str = "rollcall-delivery";

/// What a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// METHOD REQUEST or ADD: someone else's invitation.
    Invitation,
    /// An answer: METHOD REPLY, or one of our answer links.
    Reply,
    /// METHOD COUNTER: a guest proposes another time.
    Counter,
    /// METHOD REFRESH: a guest asks for the current state.
    Refresh,
    /// METHOD CANCEL.
    Cancellation,
    /// A delivery report (RFC 3464), or a server's own form of one.
    Bounce,
    /// A report of spam (RFC 5965), or a service's own form of one.
    Complaint,
    /// Sent by a machine on behalf of a person (RFC 3834): out of office and the like.
    AutoReply,
    /// A wish to get nothing more.
    Unsubscribe,
    /// An invitation to an address that takes commands. Only the engine knows these addresses.
    Command,
    /// A calendar without a method, or METHOD PUBLISH.
    Calendar,
    /// Anything else, such as a letter by a person.
    #[default]
    Other,
}

/// A message as far as it is understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Incoming {
    /// What it is.
    pub kind: Kind,
    /// METHOD of the calendar, upper case; the body's, whatever the part's header says ([MS-STANOICAL] 2.2.168).
    pub method: Option<String>,
    /// Address of From, lower case.
    pub from: String,
    /// Name of From; may be empty.
    pub from_name: String,
    /// Address of Sender where it differs from From.
    pub sender: Option<String>,
    /// Every address it was sent to, lower case: To, Cc, Delivered-To, X-Original-To, Envelope-To.
    pub to: Vec<String>,
    /// What may be tokens of ours: plus-parts, our header, the UIDs, the brackets of an answer link. Strongest first.
    pub tokens: Vec<String>,
    /// The tag of the message that it reports on or replies to, where it names that very message of ours.
    pub tag: Option<String>,
    /// Subject, decoded.
    pub subject: String,
    /// Message-ID without angle brackets; may be empty.
    pub message_id: String,
    /// In-Reply-To without angle brackets.
    pub in_reply_to: Vec<String>,
    /// References without angle brackets.
    pub references: Vec<String>,
    /// Date.
    pub date: Option<Timestamp>,
    /// Auto-Submitted is there and is not `no` (RFC 3834 §5).
    pub auto_submitted: bool,
    /// Authentication-Results, newest first (RFC 8601).
    pub authentication_results: Vec<AuthenticationResults>,
    /// What a person can read of it.
    pub text: String,
    /// The answers in it: one per VEVENT and ATTENDEE. For other methods than an answer's: who is invited.
    pub answers: Vec<Answer>,
    /// The calendar in it as text.
    pub calendar: Option<String>,
    /// The first delivery that failed.
    pub bounce: Option<Bounce>,
    /// Further recipients of the same report.
    pub further_bounces: Vec<Bounce>,
    /// Who complained, where it is one and they are named.
    pub complaint: Option<Complaint>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// One Authentication-Results field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuthenticationResults {
    /// The server that says so: trusted only where it is the inbox's own.
    pub authserv_id: String,
    /// The whole field, unfolded.
    pub line: String,
}

/// One answer: a VEVENT with an ATTENDEE, or an answer link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// UID; empty for an answer link.
    pub uid: String,
    /// RECURRENCE-ID; an instant has to be compared as an instant.
    pub recurrence_id: Option<EventTime>,
    /// RECURRENCE-ID as written; may be empty.
    pub recurrence_id_text: String,
    /// Address of the ATTENDEE without `mailto:`, as written; From for an answer link; may be empty.
    pub attendee: String,
    /// CN of the ATTENDEE; may be empty.
    pub name: String,
    /// PARTSTAT, where there is one that we know.
    pub partstat: Option<Participation>,
    /// SEQUENCE that the answer echoes.
    pub sequence: Option<u32>,
    /// DTSTAMP: the order of a guest's own answers.
    pub dtstamp: Option<Timestamp>,
    /// The guest's words: X-RESPONSE-COMMENT, else COMMENT; may be empty.
    pub comment: String,
    /// X-NUM-GUESTS: people they bring.
    pub extra_guests: u32,
    /// DELEGATED-TO.
    pub delegated_to: Option<String>,
    /// DELEGATED-FROM.
    pub delegated_from: Option<String>,
    /// DTSTART and DTEND as written, for a proposal of another time.
    pub proposed: Option<(String, String)>,
}

/// How final a failed delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BounceKind {
    /// The address does not take mail, and will not.
    Hard,
    /// This message was not taken, another may be: full, too large, refused by policy, given up after a while.
    Soft,
    /// Not yet delivered; the server goes on trying.
    Delayed,
    /// Delivered or passed on: not a failure.
    Relayed,
}

/// A delivery that a server reports on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bounce {
    /// The address it is about, as the report writes it; may be empty.
    pub recipient: String,
    /// Enhanced status code (RFC 3463); derived from the words where the report has none; may be empty.
    pub status: String,
    /// How final it is.
    pub kind: BounceKind,
    /// The server's words.
    pub diagnostic: String,
    /// Message-ID of the message that came back, without angle brackets.
    pub original_message_id: Option<String>,
    /// To of the message that came back.
    pub original_to: Option<String>,
    /// Whom the invitation that came back named, for which event, with the UID.
    pub original_invited: Vec<Answer>,
    /// METHOD of the invitation that came back.
    pub original_method: Option<String>,
}

/// A report of spam.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// Who complained; may be empty, since many services hide it.
    pub recipient: String,
    /// Feedback-Type, e.g. `abuse`; may be empty.
    pub feedback: String,
    /// Message-ID of the message complained of.
    pub original_message_id: Option<String>,
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The line of the calendar part, from 1; 0 where it is about the whole message.
    pub line: u32,
    /// One sentence.
    pub reason: String,
}
