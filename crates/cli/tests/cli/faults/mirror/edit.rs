//! What is done to events, on either side.

use rand::RngExt as _;
use rand::rngs::StdRng;

use super::there::Abilities;

/// What takes place: start and end in UTC or as days, title, place.
pub(super) type Occurrence = [String; 4];

/// What is done to a single event or a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Title,
    Place,
    Time,
    Rule,
    /// One date gets a title of its own.
    Name,
    /// One date is moved, and named.
    Move,
    /// One date is cancelled.
    Off,
    /// The series goes on as another one from a date on.
    Following,
    Delete,
}

/// One edit.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    pub(super) kind: Kind,
    /// What is said nowhere else.
    pub(super) said: String,
    /// Which date, which time or which rule.
    pub(super) pick: usize,
}

/// An event to make.
#[derive(Clone, Debug)]
pub(super) struct New {
    pub(super) said: String,
    /// Empty for a single event.
    pub(super) rule: &'static str,
    /// It takes whole days.
    pub(super) day: bool,
    /// What its time is counted in, where it is made here.
    pub(super) zone: &'static str,
    pub(super) pick: usize,
}

/// What is done, the more often the oftener it stands here.
pub(super) const KINDS: [Kind; 14] = [
    Kind::Title,
    Kind::Title,
    Kind::Place,
    Kind::Place,
    Kind::Time,
    Kind::Time,
    Kind::Rule,
    Kind::Name,
    Kind::Name,
    Kind::Move,
    Kind::Off,
    Kind::Off,
    Kind::Following,
    Kind::Delete,
];
/// Those that change a field whose other edit can clash with it.
const CLASHING: [Kind; 4] = [Kind::Title, Kind::Place, Kind::Time, Kind::Name];
/// What the rule of a series is changed to.
pub(super) const RULES: [&str; 3] = ["FREQ=WEEKLY;COUNT=6", "FREQ=WEEKLY;COUNT=9", "FREQ=DAILY;COUNT=12"];

impl Kind {
    /// As the other client is told.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Place => "place",
            Self::Time => "time",
            Self::Rule => "rule",
            Self::Name => "name",
            Self::Move => "move",
            Self::Off => "off",
            Self::Following => "following",
            Self::Delete => "delete",
        }
    }

    /// Whether what is said stands in the event afterwards.
    pub(super) fn says(self) -> bool {
        !matches!(self, Self::Time | Self::Rule | Self::Off | Self::Delete)
    }
}

impl Edit {
    pub(super) fn any(kinds: &[Kind], said: String, random: &mut StdRng) -> Self {
        Self { kind: kinds[random.random_range(0..kinds.len())], said, pick: random.random_range(0..1_000) }
    }

    /// One that may be made on the other side too, with other words.
    pub(super) fn clashing(said: String, random: &mut StdRng) -> Self {
        Self { kind: CLASHING[random.random_range(0..CLASHING.len())], said, pick: random.random_range(0..1_000) }
    }
}

impl New {
    pub(super) fn any(abilities: Abilities, said: String, random: &mut StdRng) -> Self {
        let rules = ["", "", "FREQ=WEEKLY;COUNT=8", "FREQ=WEEKLY;INTERVAL=2;COUNT=5", "FREQ=DAILY;COUNT=10"];
        let rule = rules[random.random_range(0..rules.len())];
        let (day, pick) = (random.random_bool(0.2), random.random_range(0..1_000));
        Self { said, rule: if abilities.repeats { rule } else { "" }, day, zone: abilities.zone, pick }
    }
}
