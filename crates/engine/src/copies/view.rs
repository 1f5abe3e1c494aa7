//! Rules for copies, what they would do, and twins, as the window and the command line see them.
#![expect(missing_docs, reason = "a field is named by the word of the window; what needs more has it")]

use serde::{Deserialize, Serialize};
use specta::Type;

/// What a rule asks for, as its form has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RuleForm {
    /// The calendar that is copied from, by its id.
    pub source: String,
    /// The calendar that is written into, by its id.
    pub target: String,
    /// Title of a copy: {title}, {place} and {calendar} stand for what the event says.
    pub title: String,
    /// A colour of the palette; empty: the calendar's own.
    pub colour: String,
    /// IANA name; empty: as the event has it.
    pub zone: String,
    /// Only events with one of these in their title, place or description; empty: all.
    pub words: Vec<String>,
    /// Only what takes place for certain.
    pub only_confirmed: bool,
    /// Only what was not over when the rule was made.
    pub only_coming: bool,
    pub gone: WhenGone,
}

/// What happens to a copy whose event is gone from its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum WhenGone {
    /// It stays and says that it is cancelled.
    Cancel,
    Delete,
    Keep,
}

/// A rule.
#[derive(Clone, Debug, Serialize, Type)]
pub struct RuleView {
    pub id: String,
    pub form: RuleForm,
    pub source_name: String,
    pub target_name: String,
    /// Copies that are there.
    pub copies: u32,
    /// Twins that wait for the organizer.
    pub twins: u32,
    /// RFC 3339; empty before something was written.
    pub followed_at: String,
    /// Why nothing is written, in a sentence; empty where it is.
    pub problem: String,
}

/// What a rule would do.
#[derive(Clone, Debug, Serialize, Type)]
pub struct RulePreview {
    /// Events and series of the source.
    pub total: u32,
    /// Those that the rule asks for.
    pub wanted: u32,
    /// Those among them that somebody made in the target by hand already.
    pub twins: u32,
    /// The first of them, as the copies would look.
    pub samples: Vec<CopySample>,
}

/// A copy as it would look.
#[derive(Clone, Debug, Serialize, Type)]
pub struct CopySample {
    pub summary: String,
    /// When it is, in words.
    pub when: String,
    pub place: String,
    /// Title of the event that somebody made by hand; empty where nobody did.
    pub twin: String,
}

/// What following the rules did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Type)]
pub struct Followed {
    /// Series that were written.
    pub written: u32,
    /// Fields where the organizer's edit was kept.
    pub clashes: u32,
    /// Twins that were found.
    pub twins: u32,
}

/// An event that looks like one that somebody made by hand.
#[derive(Clone, Debug, Serialize, Type)]
pub struct TwinView {
    /// Names it when it is settled.
    pub id: String,
    pub source_name: String,
    pub target_name: String,
    pub booking: TwinSide,
    pub by_hand: TwinSide,
}

/// One of the two.
#[derive(Clone, Debug, Serialize, Type)]
pub struct TwinSide {
    /// Id of the event.
    pub event: String,
    pub uid: String,
    pub summary: String,
    /// When it is, in words.
    pub when: String,
    pub place: String,
    pub description: String,
}
