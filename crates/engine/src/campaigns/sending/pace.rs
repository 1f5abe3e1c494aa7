//! The pace of an account: messages evenly spaced, never more than its share.

use std::time::Duration;

use tokio::time::Instant;

/// A bucket that holds one message: what is not used in time is lost.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    share: Option<f64>,
    /// 1 is the whole share; halved by throttling.
    eased: f64,
    next: Option<Instant>,
    eased_at: Option<Instant>,
}

/// Throttling never slows an account below this part of its share.
const FLOOR: f64 = 1.0 / 64.0;
/// How much of the share comes back with each second without throttling.
const CLIMB: f64 = 0.05;
/// A late process makes good what it missed by less than this.
const MADE_GOOD: Duration = Duration::from_millis(250);
/// Throttled messages of one burst count once.
const ONE_BURST: Duration = Duration::from_millis(500);

impl Pace {
    /// A pace of so many messages a second; none is without limit.
    pub(super) fn new(share: Option<f64>) -> Self {
        Self { share, eased: 1.0, next: None, eased_at: None }
    }

    /// Changes the share while it is used.
    pub(super) fn set_share(&mut self, share: Option<f64>) {
        self.share = share;
    }

    /// Messages a second at this moment; none without limit.
    pub(super) fn per_second_at(&mut self, now: Instant) -> Option<f64> {
        self.climb(now);
        match self.share {
            Some(share) => Some(share * self.eased),
            // Without a stated limit a server that throttles shows one: what is left is found from a high guess down.
            None if self.eased < 1.0 => Some(1000.0 * self.eased),
            None => None,
        }
    }

    /// Reserves up to `most` moments to hand a message over, none of them later than `until`.
    pub(super) fn reserve(&mut self, now: Instant, until: Instant, most: usize) -> Vec<Instant> {
        let Some(rate) = self.per_second_at(now) else { return vec![now; most] };
        // Rounded up: fourteen spacings of a fourteenth are a second, never less.
        let spacing = Duration::from_secs_f64(1.0 / rate.max(1e-6)) + Duration::from_nanos(1);
        let mut moments = Vec::new();
        while moments.len() < most {
            // What was missed by so little is made good: lateness costs no share, and the account's allowance sees to the rest.
            let moment = match self.next {
                Some(next) if next + spacing.max(MADE_GOOD) >= now => next,
                _ => now,
            };
            if moment > until {
                self.next = Some(moment);
                break;
            }
            moments.push(moment);
            self.next = Some(moment + spacing);
        }
        moments
    }

    /// When the next message may be handed over.
    pub(super) fn next_at(&self, now: Instant) -> Instant {
        self.next.map_or(now, |next| next.max(now))
    }

    /// The server complained about the pace: half of it from now on.
    pub(super) fn throttled(&mut self, now: Instant) {
        self.climb(now);
        if self.eased_at.is_some_and(|at| self.eased < 1.0 && now.duration_since(at) < ONE_BURST) {
            return;
        }
        self.eased = (self.eased / 2.0).max(FLOOR);
        self.eased_at = Some(now);
    }

    fn climb(&mut self, now: Instant) {
        let Some(at) = self.eased_at else { return };
        let seconds = now.saturating_duration_since(at).as_secs();
        if seconds == 0 {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "seconds of a run")]
        let climbed = self.eased + CLIMB * seconds as f64;
        self.eased = climbed.min(1.0);
        self.eased_at = (self.eased < 1.0).then(|| at + Duration::from_secs(seconds));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(start: Instant, seconds: f64) -> Instant {
        start + Duration::from_secs_f64(seconds)
    }

    /// Hands over whatever is allowed, looking every so many milliseconds, and answers the moments.
    fn run(pace: &mut Pace, start: Instant, seconds: u64, look_every: u64) -> Vec<Instant> {
        let looks = seconds * 1000 / look_every;
        (0..looks)
            .flat_map(|look| {
                let now = start + Duration::from_millis(look * look_every);
                pace.reserve(now, now + Duration::from_millis(50), 1000)
            })
            .collect()
    }

    #[test]
    fn no_second_ever_holds_more_than_the_share() {
        let start = Instant::now();
        for (rate, look_every) in [(1.0, 7), (14.0, 20), (90.0, 33), (500.0, 50)] {
            let moments = run(&mut Pace::new(Some(rate)), start, 20, look_every);
            for (index, moment) in moments.iter().enumerate() {
                let within = moments[index..].iter().take_while(|later| **later < *moment + Duration::from_secs(1)).count();
                assert!(f64::from(u32::try_from(within).unwrap()) <= rate, "{within} messages within a second at a share of {rate}");
            }
            assert!(
                f64::from(u32::try_from(moments.len()).unwrap()) >= rate * 20.0 * 0.99,
                "{} messages in 20 s use less than 99 % of {rate}/s",
                moments.len()
            );
        }
    }

    #[test]
    fn what_was_not_used_is_lost() {
        let start = Instant::now();
        let mut pace = Pace::new(Some(10.0));
        let moments = pace.reserve(second(start, 60.0), second(start, 60.0), 100);
        assert_eq!(moments.len(), 1, "a minute of silence saves up nothing");
    }

    #[test]
    fn throttling_halves_the_pace_and_it_climbs_back() {
        let start = Instant::now();
        let mut pace = Pace::new(Some(100.0));
        pace.throttled(start);
        pace.throttled(start);
        assert_eq!(pace.per_second_at(start), Some(50.0), "a burst of complaints halves it once");
        pace.throttled(second(start, 0.6));
        assert_eq!(pace.per_second_at(second(start, 0.6)), Some(25.0), "a later one halves it again");
        let climbing = pace.per_second_at(second(start, 5.6)).unwrap();
        assert!(climbing > 25.0 && climbing < 100.0, "it climbs: {climbing}");
        assert_eq!(pace.per_second_at(second(start, 60.0)), Some(100.0), "and arrives");
    }

    #[test]
    fn without_a_limit_nothing_waits() {
        let now = Instant::now();
        assert_eq!(Pace::new(None).reserve(now, now, 64).len(), 64, "all may leave at once");
    }
}
