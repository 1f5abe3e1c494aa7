//! What an account allows in any stretch of time: so many messages a second, a minute, an hour, a day, and batches with a gap.
//!
//! It counts the moments at which messages began to leave, not those at which they were planned: lateness never adds up to
//! one message too many.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// So many messages in any stretch of this length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// The most messages; never 0.
    pub(super) most: usize,
    /// The length of the stretch.
    pub(super) span: Duration,
    /// What it is called, e.g. `100 messages an hour`.
    pub(super) name: String,
}

/// After so many messages comes a silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    /// Messages of a batch; never 0.
    pub(super) size: usize,
    /// From the last message of one to the first of the next.
    pub(super) gap: Duration,
    /// What it is called, e.g. `batches of 100`.
    pub(super) name: String,
}

/// The rules of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    /// Each of them holds.
    pub(super) windows: Vec<Window>,
    /// The batches, where there are any.
    pub(super) batch: Option<Batch>,
}

impl Rules {
    /// How far back the moments matter.
    pub(super) fn memory(&self) -> Duration {
        let gap = self.batch.as_ref().map(|batch| batch.gap);
        self.windows.iter().map(|window| window.span).chain(gap).max().unwrap_or_default()
    }

    fn most(&self) -> usize {
        let size = self.batch.as_ref().map(|batch| batch.size);
        self.windows.iter().map(|window| window.most).chain(size).max().unwrap_or(0)
    }
}

/// Until when nothing may leave, and which rule says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Closed {
    /// The first moment that is allowed again.
    pub(super) until: Instant,
    /// The name of the rule.
    pub(super) rule: String,
}

/// The rules of an account and what left by them.
#[derive(Debug)]
pub(super) struct Allowance {
    rules: Rules,
    /// Nanoseconds are counted from here; what left before has a negative moment.
    origin: Instant,
    /// Moments at which messages began to leave, in order; as many as any rule asks for.
    begun: VecDeque<i64>,
    /// How many of them belong to the present batch.
    in_batch: usize,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { rules: Rules::default(), origin: Instant::now(), begun: VecDeque::new(), in_batch: 0 }
    }
}

impl Allowance {
    /// Nothing but these moments is known of the past: how long before `now` messages left, the longest ago first.
    pub(super) fn new(rules: Rules, now: Instant, ago: impl IntoIterator<Item = Duration>) -> Self {
        let mut allowance = Self { rules, origin: now, begun: VecDeque::new(), in_batch: 0 };
        for ago in ago {
            allowance.note(-nanos(ago));
        }
        allowance
    }

    /// The rules as they are now.
    pub(super) fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Other rules from now on. What left already counts for them, as far as the old rules remembered it.
    pub(super) fn set_rules(&mut self, rules: Rules) {
        self.rules = rules;
        self.in_batch = self.rules.batch.as_ref().map_or(0, |batch| self.in_batch.min(batch.size));
    }

    /// How many messages may begin to leave at `at`, if nothing does before.
    pub(super) fn free(&self, at: Instant) -> usize {
        let at = self.moment(at);
        let windows = self.rules.windows.iter().map(|window| window.most.saturating_sub(self.since(at, window.span)));
        let batch = self.rules.batch.as_ref().map(|batch| match self.batch_ends(batch) {
            Some(end) if end > at => batch.size.saturating_sub(self.in_batch),
            _ => batch.size,
        });
        windows.chain(batch).min().unwrap_or(usize::MAX)
    }

    /// Until when nothing may leave; none where something may now.
    pub(super) fn closed(&self, now: Instant) -> Option<Closed> {
        let at = self.moment(now);
        let windows = self.rules.windows.iter().filter_map(|window| {
            let first = self.begun.len().checked_sub(window.most).and_then(|index| self.begun.get(index))?;
            Some((first.saturating_add(nanos(window.span)), &window.name))
        });
        let batch = self.rules.batch.as_ref().filter(|batch| self.in_batch >= batch.size);
        let batch = batch.and_then(|batch| Some((self.batch_ends(batch)?, &batch.name)));
        let (until, rule) = windows.chain(batch).filter(|(until, _)| *until > at).max_by_key(|(until, _)| *until)?;
        let wait = Duration::from_nanos(u64::try_from(until.saturating_sub(at)).unwrap_or(0));
        Some(Closed { until: now + wait, rule: rule.clone() })
    }

    /// A message begins to leave, if it may: else the moment from which one may.
    pub(super) fn begin(&mut self, now: Instant) -> Result<(), Instant> {
        if let Some(closed) = self.closed(now) {
            return Err(closed.until);
        }
        self.note(self.moment(now));
        Ok(())
    }

    fn note(&mut self, at: i64) {
        if let Some(batch) = &self.rules.batch {
            let over = self.batch_ends(batch).is_none_or(|end| end <= at);
            self.in_batch = if over { 1 } else { self.in_batch + 1 };
        }
        self.begun.push_back(at);
        if self.begun.len() > self.rules.most() {
            self.begun.pop_front();
        }
    }

    /// When the silence after the last message is long enough.
    fn batch_ends(&self, batch: &Batch) -> Option<i64> {
        self.begun.back().map(|last| last.saturating_add(nanos(batch.gap)))
    }

    fn since(&self, at: i64, span: Duration) -> usize {
        let from = at.saturating_sub(nanos(span));
        self.begun.len() - self.begun.partition_point(|begun| *begun <= from)
    }

    fn moment(&self, at: Instant) -> i64 {
        match at.checked_duration_since(self.origin) {
            Some(after) => nanos(after),
            None => -nanos(self.origin.duration_since(at)),
        }
    }
}

fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt as _, SeedableRng as _};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn window(most: usize, span: Duration) -> Window {
        Window { most, span, name: format!("{most} messages") }
    }

    fn rules(windows: &[(usize, u64)]) -> Rules {
        Rules { windows: windows.iter().map(|(most, seconds)| window(*most, Duration::from_secs(*seconds))).collect(), batch: None }
    }

    /// Takes whatever it may, looking at random moments, and answers when messages left.
    fn run(allowance: &mut Allowance, start: Instant, length: Duration, seed: u64) -> Vec<Instant> {
        let mut random = StdRng::seed_from_u64(seed);
        let (mut now, mut begun) = (start, Vec::new());
        while now < start + length {
            match allowance.begin(now) {
                Ok(()) => begun.push(now),
                Err(until) => {
                    assert!(until > now, "a closed rule opens later");
                    now = until;
                }
            }
            now += Duration::from_micros(random.random_range(0..3_000));
        }
        begun
    }

    #[test]
    fn no_stretch_of_any_rule_ever_holds_one_too_many() {
        let start = Instant::now();
        for (seed, stretches) in
            [vec![(500, 1)], vec![(14, 1), (100, 60)], vec![(1, 1)], vec![(90, 1), (300, 10), (1000, 60)]].into_iter().enumerate()
        {
            let mut allowance = Allowance::new(rules(&stretches), start, []);
            let begun = run(&mut allowance, start, 65 * SECOND, seed as u64);
            for (most, seconds) in stretches {
                for pair in begun.windows(most + 1) {
                    let (first, last) = (pair[0], pair[most]);
                    assert!(
                        last - first >= Duration::from_secs(seconds),
                        "{} messages within {:?} at {most} in {seconds} s",
                        most + 1,
                        last - first
                    );
                }
            }
        }
    }

    #[test]
    fn what_left_before_a_restart_counts() {
        let start = Instant::now();
        let ago = (0..100).rev().map(|minute| Duration::from_secs(minute * 30));
        let allowance = Allowance::new(rules(&[(100, 3600)]), start, ago);
        assert_eq!(allowance.free(start), 0, "a hundred left within the hour");
        let closed = allowance.closed(start).expect("it is closed");
        assert_eq!(closed.until - start, Duration::from_secs(3600 - 99 * 30), "until the first of them is an hour old");
        assert_eq!(allowance.free(closed.until), 1, "then one may leave");
    }

    #[test]
    fn batches_have_their_gap() {
        let start = Instant::now();
        let batch = Batch { size: 3, gap: 10 * SECOND, name: "batches of 3".to_owned() };
        let mut allowance = Allowance::new(Rules { windows: Vec::new(), batch: Some(batch) }, start, []);
        let begun = run(&mut allowance, start, 25 * SECOND, 1);
        assert_eq!(begun.len(), 9, "three batches of three begin within 25 s");
        assert!(begun[3] - begun[2] >= 10 * SECOND, "the gap is counted from the last message");
        assert_eq!(allowance.free(start + 60 * SECOND), 3, "after a silence a whole batch is free");
    }

    #[test]
    fn another_limit_holds_at_once() {
        let start = Instant::now();
        let mut allowance = Allowance::new(rules(&[(10, 1)]), start, []);
        for _ in 0..10 {
            assert_eq!(allowance.begin(start), Ok(()), "ten fit");
        }
        allowance.set_rules(rules(&[(5, 1)]));
        assert_eq!(allowance.free(start), 0, "a lower limit counts what left under the higher one");
        allowance.set_rules(rules(&[(20, 1)]));
        assert_eq!(allowance.free(start), 10, "a higher one leaves room at once");
    }

    #[test]
    fn without_rules_nothing_waits() {
        let mut allowance = Allowance::default();
        let now = Instant::now();
        assert_eq!((allowance.free(now), allowance.closed(now)), (usize::MAX, None), "all is free");
        assert_eq!(allowance.begin(now), Ok(()), "and may leave");
    }
}
