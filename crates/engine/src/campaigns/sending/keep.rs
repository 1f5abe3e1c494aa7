//! Keeping an account's limits: which rules hold now, how many messages may leave, and the words for why none may.

use std::time::Duration;

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use mail::port::Limits;
use store::delivery::{due, handed};
use tokio::time::Instant;

use super::desk::{Desk, Hold, Why};
use super::turn::signed;

/// Nothing looks back further than this.
pub(super) const LONGEST: SignedDuration = SignedDuration::from_hours(25);
/// Waits shorter than this are not worth a word.
const WORTH_A_WORD: Duration = Duration::from_secs(1);
/// How often a quota is asked for again that others use up too.
const ASK_AGAIN: SignedDuration = SignedDuration::from_mins(10);
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Desk {
    /// Makes the limits hold as they are now: they may change while it sends.
    pub(super) async fn keep_limits(&mut self) -> Result<()> {
        let campaigns = self.campaigns.iter().filter_map(|running| running.campaign.per_second);
        let share = self.own.share(self.limits, campaigns);
        self.pace.set_share(share);
        let rules = self.own.rules(share);
        let before = self.queue.rules();
        if rules == before {
            return Ok(());
        }
        let past = if rules.memory() > before.memory() { Some(self.past(rules.memory()).await?) } else { None };
        self.queue.set_rules(rules, past);
        if self.hold.as_ref().is_some_and(|hold| hold.why == Why::OwnLimit) {
            self.hold = None;
        }
        Ok(())
    }

    /// How long ago messages left, as the ledger knows it: to the second, and rather too lately than too early.
    async fn past(&self, memory: Duration) -> Result<Vec<Duration>> {
        let (account, now) = (self.account, self.engine.clock().now());
        let from = now - signed(memory);
        let seconds = self.engine.store().read(move |r| handed::since(r, account, from)).await?;
        let ago = |second: i64| {
            let end = Timestamp::from_second(second.saturating_add(1)).unwrap_or(now);
            // The second that has just begun, and what a clock that was put back makes the future, is now.
            Duration::try_from(now.duration_since(end)).unwrap_or(Duration::ZERO)
        };
        Ok(seconds.into_iter().flat_map(|(second, count)| std::iter::repeat_n(ago(second), count)).collect())
    }

    /// The moments at which the next messages may leave, as many as there are messages, room and quota.
    pub(super) async fn moments(&mut self, now: Instant, room: usize) -> Result<Vec<Instant>> {
        let until = Self::claims_until(now);
        let free = self.queue.free(until);
        if free == 0 {
            self.wait_for_rule(now);
            return Ok(Vec::new());
        }
        let most = room.min(self.stock.len()).min(free).min(self.left_of_day().await?);
        Ok(self.pace.reserve(now, until, most))
    }

    fn wait_for_rule(&mut self, now: Instant) {
        let Some(closed) = self.queue.closed(now).filter(|closed| closed.until - now > WORTH_A_WORD) else { return };
        let until = self.engine.clock().now() + signed(closed.until - now);
        self.put_hold(Why::OwnLimit, format!("Your limit of {} is reached.", closed.rule), until);
    }

    async fn left_of_day(&mut self) -> Result<usize> {
        let Some(Limits { per_day: Some(per_day), sent_last_day, .. }) = self.limits else { return Ok(usize::MAX) };
        let used = sent_last_day + self.taken_since + u64::try_from(self.total_in_doubt()).unwrap_or(u64::MAX);
        let left = usize::try_from(per_day.saturating_sub(used)).unwrap_or(usize::MAX);
        if left == 0 && self.total_in_doubt() == 0 {
            let until = self.quota_is_back(used).await?;
            let reason = format!("The account's limit of {per_day} messages in 24 hours is reached.");
            self.put_hold(Why::Outside, reason, until);
            self.limits_at = None;
        }
        Ok(left)
    }

    /// When the first message of the last 24 hours no longer counts. Where others send from the account too, nobody knows.
    async fn quota_is_back(&self, used: u64) -> Result<Timestamp> {
        let (account, now) = (self.account, self.engine.clock().now());
        let seconds = self.engine.store().read(move |r| handed::since(r, account, now - DAY)).await?;
        let ours: u64 = seconds.iter().map(|(_, count)| *count as u64).sum();
        let first = seconds.first().and_then(|(second, _)| Timestamp::from_second(*second + 1).ok()).map(|at| at + DAY);
        Ok(first.filter(|at| ours >= used && *at > now).unwrap_or(now + ASK_AGAIN))
    }

    /// The wall clock at a moment of this process: a jump of the clock cannot turn the order of messages.
    pub(super) fn clock_at(&self, moment: Instant) -> Timestamp {
        self.clocks.at(moment)
    }

    pub(super) fn put_hold(&mut self, why: Why, reason: String, until: Timestamp) {
        let wait = Duration::try_from(until.duration_since(self.engine.clock().now())).unwrap_or_default();
        self.hold = Some(Hold { why, reason, until, over: Instant::now() + wait });
    }

    pub(super) fn is_held(&mut self) -> bool {
        let (now, wall) = (Instant::now(), self.engine.clock().now());
        if self.hold.as_ref().is_some_and(|hold| hold.until <= wall || hold.over <= now) {
            self.hold = None;
        }
        self.hold.is_some()
    }

    /// Where the clock was put back, what waits for a time waits as long as it was to, and not until that time comes round again.
    pub(super) async fn follow_clock(&mut self) -> Result<()> {
        let wall = self.engine.clock().now();
        let Some(back) = self.clocks.look(Instant::now(), wall) else { return Ok(()) };
        if let Some(hold) = &mut self.hold {
            hold.until = hold.until.saturating_sub(back).unwrap_or(wall);
        }
        let account = self.account;
        self.engine.store().write(move |w| due::bring_forward(w, account, back, wall)).await
    }
}
