//! Campaigns as the window and the command line see them.
#![expect(missing_docs, reason = "a field is named by the word of the window; what needs more has it")]

use serde::{Deserialize, Serialize};
use specta::Type;

use crate::calendars::view::FieldChangeView;

/// A row of the list of campaigns.
#[derive(Clone, Debug, Serialize, Type)]
pub struct CampaignView {
    pub id: String,
    pub name: String,
    /// invitation, update, cancellation or message
    pub kind: String,
    /// RFC 3339.
    pub created_at: String,
    pub status: CampaignStatus,
    /// Sent through the practice outbox.
    pub rehearsal: bool,
}

/// How far a campaign is: what `campaign status` prints. The states sum to `total`.
#[derive(Clone, Debug, Default, Serialize, Type)]
pub struct CampaignStatus {
    /// draft, scheduled, sending, paused, done or stopped
    pub state: String,
    /// Why it waits and until when, or why it paused, in a sentence; empty while it goes on.
    pub waiting: String,
    pub total: u32,
    pub queued: u32,
    pub handed_over: u32,
    pub retry: u32,
    pub accepted: u32,
    pub refused: u32,
    pub uncertain: u32,
    pub skipped: u32,
    pub superseded: u32,
    pub bounced: u32,
    pub complained: u32,
    /// Messages a second over the last seconds; 0 when nothing moves.
    pub rate: f64,
    /// None while unknown.
    pub seconds_left: Option<u32>,
}

/// A campaign with everything that was chosen.
#[derive(Clone, Debug, Serialize, Type)]
pub struct CampaignDetail {
    pub id: String,
    pub draft: CampaignDraft,
    pub created_at: String,
    pub started_at: String,
    pub finished_at: String,
    pub status: CampaignStatus,
    pub events: Vec<CampaignEventView>,
    pub list_name: String,
    pub sender_label: String,
    pub inbox_address: String,
    pub rehearsal: bool,
}

/// One event of a campaign.
#[derive(Clone, Debug, Serialize, Type)]
pub struct CampaignEventView {
    pub id: String,
    pub summary: String,
    pub start: String,
    pub tzid: String,
    pub all_day: bool,
    pub place: String,
    pub repeats: String,
}

/// What a campaign will be. Everything but the events may still be missing while it is a draft.
#[derive(Clone, Debug, Default, Serialize, Deserialize, Type)]
#[serde(default)]
pub struct CampaignDraft {
    pub name: String,
    /// invitation or message
    pub kind: String,
    pub events: Vec<String>,
    /// A list's id; empty while not chosen.
    pub list: String,
    pub subject: String,
    /// Text with fields, e.g. `{{ first_name | default("friend") }}`; blank lines part paragraphs.
    pub body: String,
    pub sender: String,
    pub inbox: String,
    /// RFC 3339; empty sends at once.
    pub scheduled_at: String,
    /// Messages a second; none takes the account's share.
    pub per_second: Option<f64>,
    /// Only between these hours, where the guest is, e.g. `08:00-20:00`; empty at any time.
    #[serde(default)]
    pub hours: String,
    /// So many messages leave first, then it asks, e.g. `100` or `5%`; empty sends all.
    #[serde(default)]
    pub pilot: String,
    /// Minutes between two mails to one guest, where there are several events; 0 sends all at once.
    #[serde(default)]
    pub spacing: u32,
    /// Two addresses that look like one mailbox are two guests.
    #[serde(default)]
    pub duplicates: bool,
}

/// Who gets a campaign and who does not: the last screen before sending.
#[derive(Clone, Debug, Serialize, Type)]
pub struct AudiencePreview {
    /// Guests who get at least one mail.
    pub guests: u32,
    /// Mails: guests times events, less what is left out.
    pub mails: u32,
    pub left_out: Vec<LeftOut>,
    /// Fields that the message needs and some guests lack.
    pub missing: Vec<MissingField>,
    /// At the account's pace.
    pub seconds: Option<u32>,
    /// Why it cannot be sent yet, each in a sentence; empty if it can.
    pub blockers: Vec<Blocker>,
}

/// Something that must be done before a campaign can be sent.
#[derive(Clone, Debug, Serialize, Type)]
pub struct Blocker {
    /// what, who, message or send: the step it belongs to.
    pub step: String,
    pub message: String,
}

/// Guests left out for one reason.
#[derive(Clone, Debug, Serialize, Type)]
pub struct LeftOut {
    /// `unsubscribed`, `hard_bounce`, `soft_bounces`, `complaint`, `by_hand`, `invalid`, `duplicate`, `already_holds`, `organizer`,
    /// `nothing_held`, `answered` or `reminded_lately`
    pub reason: String,
    pub guests: u32,
    /// The first hundred addresses.
    pub examples: Vec<String>,
}

/// A field that some guests lack.
#[derive(Clone, Debug, Serialize, Type)]
pub struct MissingField {
    pub field: String,
    pub guests: u32,
    /// The first hundred, by name or address.
    pub examples: Vec<String>,
}

/// An invitation as one guest gets it.
#[derive(Clone, Debug, Serialize, Type)]
pub struct MessagePreview {
    pub from: String,
    pub to: String,
    pub reply_to: String,
    pub subject: String,
    /// For a sandboxed frame without scripts or remote loads.
    pub html: String,
    pub text: String,
    /// The iCalendar part; empty for a plain message.
    pub calendar: String,
    /// The whole message as it would leave.
    pub raw: String,
    pub card: Option<CampaignEventView>,
}

/// A row of the ledger.
#[derive(Clone, Debug, Serialize, Type)]
pub struct DeliveryView {
    pub id: String,
    pub campaign: String,
    pub guest: String,
    pub address: String,
    pub name: String,
    pub event: String,
    pub summary: String,
    /// request, cancel or message
    pub method: String,
    pub state: String,
    pub attempt: u32,
    /// The server's words, or why it was left out.
    pub reason: String,
    /// RFC 3339; empty before.
    pub at: String,
    /// When it began to leave, in RFC 3339; empty where it did not, or nobody knows.
    pub begun_at: String,
    pub remote_id: String,
}

/// A page of the ledger, by id.
#[derive(Clone, Debug, Serialize, Type)]
pub struct DeliveryPage {
    pub rows: Vec<DeliveryView>,
    pub total: u32,
    /// For the next page; empty at the end.
    pub next: String,
}

/// What the organizer says of an uncertain delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Ruling {
    Sent,
    NotSent,
    Again,
}

/// What is done for guests chosen on the board of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum BoardAct {
    /// They get the details as they are now, where they hold old ones.
    Update,
    /// They get the entry once more, where they have not answered.
    Remind,
    /// They get the entry once more.
    Again,
    /// They are told that they are no longer invited.
    Withdraw,
    /// They are told that the event does not move to the time that they proposed.
    Decline,
}

/// Guests chosen on the board of an event.
#[derive(Clone, Debug, Default, Deserialize, Type)]
pub struct BoardChoice {
    /// Everyone whom this filter shows, where no guests are named.
    pub filter: String,
    pub guests: Vec<String>,
}

/// An event whose guests hold old details.
#[derive(Clone, Debug, Serialize, Type)]
pub struct ChangeView {
    pub event: String,
    pub uid: String,
    pub summary: String,
    pub start: String,
    pub tzid: String,
    pub all_day: bool,
    /// It is off, or was deleted.
    pub cancelled: bool,
    pub fields: Vec<FieldChangeView>,
    /// Who holds old details, and what they said.
    pub guests: u32,
    pub yes: u32,
    pub maybe: u32,
    pub no: u32,
    pub none: u32,
    /// When the calendar's standing order tells those who said yes or maybe, RFC 3339; empty where the organizer is asked.
    pub sends_at: String,
}

/// A change that was decided, where some guests keep what they hold.
#[derive(Clone, Debug, Serialize, Type)]
pub struct SettledView {
    pub event: String,
    pub uid: String,
    pub summary: String,
    /// It is off, or was deleted.
    pub cancelled: bool,
    /// all, affected, yes-maybe or nobody
    pub told: String,
    /// The same in words: "Everyone but No was told".
    pub told_words: String,
    /// RFC 3339.
    pub at: String,
    /// Who keeps old details.
    pub guests: u32,
}

/// Whom to tell of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Tell {
    All,
    Affected,
    YesMaybe,
}
