//! Answers as the window and the command line see them.
#![expect(missing_docs, reason = "a field is named by the word of the window; what needs more has it")]

use serde::{Deserialize, Serialize};
use specta::Type;

/// The answers to one event, or to all events of a campaign.
#[derive(Clone, Debug, Serialize, Type)]
pub struct AnswersView {
    pub title: String,
    pub yes: u32,
    pub maybe: u32,
    pub no: u32,
    pub none: u32,
    /// To how many guests the invitations of a campaign are; 0 where that is not known. Of an event each is to another guest.
    pub guests: u32,
    /// Answers over time since the first sending.
    pub timeline: Vec<TimelinePoint>,
    /// Instants at which updates and cancellations went out, RFC 3339.
    pub updates: Vec<String>,
}

/// How many had answered what by then.
#[derive(Clone, Debug, Serialize, Type)]
pub struct TimelinePoint {
    /// RFC 3339.
    pub at: String,
    pub yes: u32,
    pub maybe: u32,
    pub no: u32,
}

/// What answers are about.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind", content = "id")]
pub enum AnswersOf {
    Event(String),
    Campaign(String),
}

/// Answers per event: a row of the season's table.
#[derive(Clone, Debug, Serialize, Type)]
pub struct EventAnswers {
    pub event: String,
    pub uid: String,
    pub summary: String,
    pub start: String,
    pub tzid: String,
    pub all_day: bool,
    /// It is off, or was deleted.
    pub cancelled: bool,
    pub invited: u32,
    pub yes: u32,
    pub maybe: u32,
    pub no: u32,
    pub none: u32,
}

/// A guest and what they said.
#[derive(Clone, Debug, Serialize, Type)]
pub struct GuestAnswer {
    pub invitation: String,
    pub guest: String,
    pub address: String,
    pub name: String,
    pub event: String,
    pub summary: String,
    /// yes, maybe, no or empty
    pub answer: String,
    /// RFC 3339; empty without an answer.
    pub at: String,
    /// Number of the revision that was answered.
    pub revision: u32,
    /// It answered details that have since changed.
    pub outdated: bool,
    pub extra_guests: u32,
    pub comment: String,
    /// The message that said so; empty without an answer.
    pub receipt: String,
    /// The organizer entered it.
    pub by_hand: bool,
    /// accepted, refused, uncertain, bounced, ... of the latest delivery.
    pub delivery: String,
    /// Number of the version last sent; 0 before anything was.
    pub sent: u32,
    /// Number of the version that their server last took; 0 where it took none.
    pub accepted: u32,
    /// The details have changed since.
    pub holds_old: bool,
}

/// A page of guests with their answers.
#[derive(Clone, Debug, Serialize, Type)]
pub struct GuestAnswerPage {
    pub rows: Vec<GuestAnswer>,
    pub total: u32,
    pub next: String,
}

/// A message that came back.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ReceiptView {
    pub id: String,
    /// reply, counter, bounce, complaint, auto-reply, unsubscribe, ...
    pub kind: String,
    /// counted, outdated, desk, shown or ignored
    pub state: String,
    /// Why it is not counted, in words.
    pub reason: String,
    pub matched_by: String,
    pub from: String,
    pub subject: String,
    pub at: String,
    pub answer: String,
    pub comment: String,
    /// Readable text of the message.
    pub text: String,
    /// The whole message as it came.
    pub raw: String,
    /// The message itself is no longer kept.
    pub let_go: bool,
    /// What the organizer ruled on it, the oldest first.
    pub rulings: Vec<RulingView>,
}

/// What reading the inboxes brought.
#[derive(Clone, Debug, Default, Serialize, Type)]
pub struct PullResult {
    pub messages: u32,
    pub answers: u32,
    pub bounces: u32,
    /// Waiting at the desk.
    pub desk: u32,
    /// Not about an invitation, or without effect.
    pub other: u32,
    /// Read before, here or elsewhere.
    pub known: u32,
}

/// What files brought that answers were imported from.
#[derive(Clone, Debug, Serialize, Type)]
pub struct AnswerImport {
    pub messages: u32,
    pub answers: u32,
    pub bounces: u32,
    /// Waiting at the desk.
    pub desk: u32,
    /// Not about an invitation, or without effect.
    pub other: u32,
    /// Read before, from an inbox or a file.
    pub known: u32,
    pub problems: Vec<FileProblem>,
}

/// A file that could not be read.
#[derive(Clone, Debug, Serialize, Type)]
pub struct FileProblem {
    pub file: String,
    /// A sentence.
    pub reason: String,
}

/// A chart with the numbers it is drawn from.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ChartView {
    pub svg: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// Which chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    Answers,
    Timeline,
    Season,
    /// From invited over accepted and answered to yes.
    Funnel,
    /// How long guests took to answer.
    Waits,
    /// By the provider of the guest's mailbox.
    Providers,
    /// By the way in which answers came.
    Channels,
    /// Why messages did not arrive.
    Bounces,
}

/// The window's colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    Light,
    Dark,
}

/// Messages that wait for the organizer, the oldest first.
#[derive(Clone, Debug, Serialize, Type)]
pub struct DeskPage {
    pub rows: Vec<ReceiptView>,
    pub total: u32,
}

/// A message that waits, with all that speaks for or against counting it.
#[derive(Clone, Debug, Serialize, Type)]
pub struct DeskItem {
    pub receipt: ReceiptView,
    /// What is known of it, a sentence each.
    pub evidence: Vec<String>,
    /// Whose answer it may be, the likeliest first.
    pub guests: Vec<DeskGuest>,
    /// What the organizer may rule, the likeliest first.
    pub rulings: Vec<DeskVerb>,
    /// An address that is not known for the guest yet; may be empty.
    pub other: String,
    /// The other time that is proposed.
    pub proposal: Option<Proposal>,
    /// Whom the guest passed it on to; may be empty.
    pub delegate: String,
}

/// A guest whose answer a message may be.
#[derive(Clone, Debug, Serialize, Type)]
pub struct DeskGuest {
    pub guest: String,
    pub name: String,
    pub address: String,
    pub event: String,
    pub summary: String,
    pub start: String,
    pub tzid: String,
    pub all_day: bool,
    /// To this event.
    pub invited: bool,
    /// yes, maybe, no or empty: what stands now.
    pub answer: String,
    /// Why it may be theirs.
    pub reason: String,
}

/// A time that a guest proposes for an event, or for one date of a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
pub struct Proposal {
    pub event: String,
    /// The date of a series that it is about, as its RECURRENCE-ID; empty for the whole.
    pub recurrence_id: String,
    /// As it is now: wall clock times in `tzid`, or days.
    pub old_start: String,
    pub old_end: String,
    /// As it would be, in the same zone.
    pub start: String,
    pub end: String,
    pub tzid: String,
    pub all_day: bool,
}

/// A guest who wants no more mail, and still has entries to come.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Leaver {
    /// The message that said so.
    pub receipt: String,
    pub name: String,
    pub address: String,
    /// RFC 3339.
    pub at: String,
    /// What they hold of it.
    pub entries: Vec<DeskGuest>,
}

/// What can be ruled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum DeskVerb {
    Guest,
    SamePerson,
    Count,
    AddGuest,
    Accept,
    Decline,
    Invite,
    Yes,
    Maybe,
    No,
    Dismiss,
}

/// The organizer's ruling on messages that wait.
#[derive(Clone, Debug, Deserialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum DeskRuling {
    /// It is this guest's answer to this event; to the one that the message names where `event` is empty.
    Guest { guest: String, event: String },
    /// It is the answer of the guest whom it names, and so is whatever comes from that address from now on.
    SamePerson,
    /// It counts as it is, whatever spoke against it.
    Count,
    /// Whoever wrote it becomes a guest of the event.
    AddGuest,
    /// The event moves to the proposed time; who is told of it is decided under Changes.
    Accept,
    /// The proposed time is declined, by a mail to the guest.
    Decline { comment: String },
    /// Whom the guest passed it on to becomes a guest, and is sent an invitation of their own.
    Invite,
    /// The guest whose invitation it names said yes in it, in their own words.
    Yes,
    /// They said maybe.
    Maybe,
    /// They said no.
    No,
    /// It is nothing.
    Dismiss,
}

/// What a ruling settled.
#[derive(Clone, Debug, Default, Serialize, Type)]
pub struct Ruled {
    /// The messages that no longer wait, also those that followed from it.
    pub receipts: Vec<String>,
    /// Answers that count by it.
    pub counted: u32,
    /// The campaigns that send what it asks for.
    pub campaigns: Vec<String>,
}

/// What was ruled on a message, and when.
#[derive(Clone, Debug, Serialize, Type)]
pub struct RulingView {
    /// What was ruled: a verb, or follows where it followed from another ruling.
    pub verb: String,
    /// Whose it was ruled to be; may be empty.
    pub guest: String,
    /// window or command line
    pub source: String,
    /// RFC 3339.
    pub at: String,
    /// RFC 3339; empty while it stands.
    pub undone_at: String,
}
