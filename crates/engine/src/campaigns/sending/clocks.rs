//! The clock on the wall and the one that only runs forward: messages keep their order, and waits their length, when the first is set anew.

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// Less than this is not a clock that was set, but one that is kept in step.
const A_STEP: SignedDuration = SignedDuration::from_secs(2);

/// The same moments on both clocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clocks {
    /// Where both were taken to be the same: moved when the wall clock goes ahead, also while the computer sleeps, never when it is put back.
    origin: (Instant, Timestamp),
    /// When both were last looked at.
    seen: (Instant, Timestamp),
}

impl Clocks {
    pub(super) fn new(now: Instant, wall: Timestamp) -> Self {
        Self { origin: (now, wall), seen: (now, wall) }
    }

    /// The wall clock at a moment of this process; put back, it cannot turn the order of messages.
    pub(super) fn at(&self, moment: Instant) -> Timestamp {
        after(self.origin, moment)
    }

    /// Looks at both; answers by how much the wall clock was put back since the last look.
    pub(super) fn look(&mut self, now: Instant, wall: Timestamp) -> Option<SignedDuration> {
        let expected = after(self.seen, now);
        self.seen = (now, wall);
        if wall.duration_since(after(self.origin, now)) > A_STEP {
            self.origin = (now, wall);
        }
        Some(expected.duration_since(wall)).filter(|back| *back > A_STEP)
    }
}

fn after((instant, wall): (Instant, Timestamp), moment: Instant) -> Timestamp {
    let signed = |duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    match moment.checked_duration_since(instant) {
        Some(after) => wall.saturating_add(signed(after)).unwrap_or(wall),
        None => wall.saturating_sub(signed(instant.duration_since(moment))).unwrap_or(wall),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn noon() -> Timestamp {
        "2027-03-01T12:00:00Z".parse().unwrap()
    }

    const HOUR: SignedDuration = SignedDuration::from_hours(1);
    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn a_clock_that_is_put_back_is_noticed_once_and_turns_no_order() {
        let start = Instant::now();
        let mut clocks = Clocks::new(start, noon());
        assert_eq!(clocks.look(start + MINUTE, noon() + MINUTE), None, "a minute later it is a minute later");
        assert_eq!(clocks.look(start + 2 * MINUTE, noon() + 2 * MINUTE - HOUR), Some(HOUR), "it was put back by an hour");
        assert_eq!(clocks.look(start + 3 * MINUTE, noon() + 3 * MINUTE - HOUR), None, "and goes on from there");
        assert_eq!(clocks.at(start + 3 * MINUTE), noon() + 3 * MINUTE, "later messages stay later");
    }

    #[test]
    fn a_clock_that_goes_ahead_is_followed() {
        let start = Instant::now();
        let mut clocks = Clocks::new(start, noon());
        assert_eq!(clocks.look(start + MINUTE, noon() + HOUR), None, "the computer slept, or its clock was put right");
        assert_eq!(clocks.at(start + 2 * MINUTE), noon() + HOUR + MINUTE, "what leaves now leaves at the time that it is");
        assert_eq!(clocks.at(start), noon() + HOUR - MINUTE, "and what left before, before");
    }
}
