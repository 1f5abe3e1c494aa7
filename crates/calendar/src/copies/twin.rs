//! Whether an event that somebody made by hand is the same booking.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use crate::{Event, Recurrence};

/// Whether both are at the same time and called alike. Days and floating times are read in `zone`.
#[must_use]
pub fn is_twin(made_by_hand: &Event, source: &Event, zone: &TimeZone) -> bool {
    let is_single = |event: &Event| event.recurrence == Recurrence::default() && event.recurrence_id.is_none();
    is_single(made_by_hand)
        && is_single(source)
        && made_by_hand.start.is_all_day() == source.start.is_all_day()
        && made_by_hand.start.to_instant(zone) == source.start.to_instant(zone)
        && is_alike(&made_by_hand.summary, &source.summary)
}

/// At least half of the shorter title's words stand in the other too.
fn is_alike(left: &str, right: &str) -> bool {
    let words = |text: &str| -> BTreeSet<String> {
        text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1).map(str::to_owned).collect()
    };
    let (left, right) = (words(left), words(right));
    let both = left.intersection(&right).count();
    both > 0 && both * 2 >= left.len().min(right.len())
}
