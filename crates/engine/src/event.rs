//! What the engine tells whoever watches: typed events, so that nothing polls.

#![expect(missing_docs, reason = "a field is named by the word of the window; what needs more has it")]

use serde::Serialize;
use specta::Type;

use crate::campaigns::view::CampaignStatus;

/// Something that happened in the background.
#[derive(Clone, Debug, Serialize, Type)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum EngineEvent {
    /// A campaign moved; at most ten times a second each.
    Sending { campaign: String, name: String, status: CampaignStatus },
    /// Reading an inbox brought something.
    Answers { answers: u32, bounces: u32, desk: u32 },
    /// Rows of these kinds changed, here or in another process: what shows them reads them again.
    Changed { what: Vec<Changed> },
    /// A long piece of work moved.
    Progress { work: String, done: u32, total: u32 },
}

/// A kind of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    Calendars,
    Events,
    Guests,
    Accounts,
    Campaigns,
    Answers,
}
