//! When a repeating event takes place (RFC 5545 §3.3.10 and §3.8.5).
//!
//! A rule is expanded as wall clock time, with integers, and only then placed in its zone. So 9:00 stays 9:00, a time
//! that the clocks skip takes the offset before the gap, and one that they repeat is the first. DTSTART is always an
//! occurrence and the first that COUNT counts. A rule without COUNT is entered near the window by arithmetic, never
//! walked from its start; one with COUNT can be entered at a [`Checkpoint`].

mod occurrences;
pub(crate) mod offsets;
mod pattern;
mod rule;
mod rule_text;
mod series;
mod walk;

pub use occurrences::{Occurrence, Occurrences};
pub(crate) use occurrences::{RANGE_LINE, wall_clock_between};
pub use rule::{Bound, Frequency, NthWeekday, Rule, Until};
pub use rule_text::RuleError;
pub use series::{Checkpoint, Series};

#[cfg(test)]
mod tests;
