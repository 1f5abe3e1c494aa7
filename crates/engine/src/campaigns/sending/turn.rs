//! One turn of a desk: results and the next claim become durable together, then the lines get the claimed messages.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp};
use mail::port::{Limits, SendOutcome};
use store::campaign::{self, State};
use store::delivery;
use store::delivery::turn::{Finished, Turn, Turned};
use tokio::time::Instant;

use super::desk::{Desk, Hold, Login};
use super::line::Handed;
use super::running::Prepared;
use crate::campaigns::status;

/// A message that its server keeps putting off is given up after so many tries.
const MOST_TRIES: u32 = 8;
/// So many refusals one after the other mean that something is wrong with the message or the account, not with the guests.
const MOST_REFUSALS: u32 = 50;
/// The part of an account's rate that is ours: other programs may use it too.
const SHARE: f64 = 0.9;

impl Desk {
    pub(super) async fn turn(&mut self) -> Result<()> {
        let now = Instant::now();
        let room = if self.is_held() { 0 } else { self.room() };
        let may_claim = room > 0 && self.is_worth_a_turn(room);
        if !may_claim && !self.has_gathered() {
            return Ok(());
        }
        let moments = if may_claim { self.moments(now, room) } else { Vec::new() };
        if moments.is_empty() && !self.has_gathered() {
            return Ok(());
        }
        let prepared: Vec<Prepared> = self.stock.drain(..moments.len()).collect();
        let turned = match self.commit(&prepared).await {
            Ok(turned) => turned,
            Err(error) => {
                // Nothing was claimed: what was built is still queued in the ledger.
                self.stock.clear();
                self.campaigns.iter_mut().for_each(super::running::Running::rewind);
                return Err(error);
            }
        };
        let mut claimed: BTreeSet<i64> = turned.claimed.into_iter().collect();
        let lease = Arc::clone(&self.lease);
        let noted = if claimed.is_empty() {
            Ok(())
        } else {
            tokio::task::spawn_blocking(move || lease.advance(turned.number)).await.context("Note the claim outside")?
        };
        for (prepared, at) in prepared.into_iter().zip(moments) {
            // Taken out, so that no message can leave twice by one claim.
            if !claimed.remove(&prepared.claim.delivery) {
                continue;
            }
            *self.in_doubt.entry(prepared.claim.campaign).or_default() += 1;
            let (delivery, campaign, keep) = (prepared.claim.delivery, prepared.claim.campaign, prepared.keep);
            match &noted {
                Ok(()) => self.queue.push(Handed { delivery, campaign, tries: prepared.tries, keep, outgoing: prepared.outgoing, at }),
                Err(_) => self.finish(delivery, campaign, Finished::PutBack { keep }),
            }
        }
        noted
    }

    /// The moments at which the next messages may leave, as many as there are messages, room and quota.
    fn moments(&mut self, now: Instant, room: usize) -> Vec<Instant> {
        let most = room.min(self.stock.len()).min(self.left_of_day());
        self.pace.reserve(now, Self::claims_until(now), most)
    }

    fn left_of_day(&mut self) -> usize {
        let Some(Limits { per_day: Some(per_day), sent_last_day, .. }) = self.limits else { return usize::MAX };
        let used = sent_last_day + self.accepted_since + u64::try_from(self.total_in_doubt()).unwrap_or(u64::MAX);
        let left = usize::try_from(per_day.saturating_sub(used)).unwrap_or(usize::MAX);
        if left == 0 && self.total_in_doubt() == 0 {
            self.limits = None;
            self.hold_for(format!("The account's limit of {per_day} messages in 24 hours is reached."), Duration::from_mins(10));
        }
        left
    }

    /// Writes results and claims in one transaction. On failure both are as they were.
    async fn commit(&mut self, prepared: &[Prepared]) -> Result<Turned> {
        let work = Turn {
            finished: self.finished.iter().map(|(delivery, _, finished)| (*delivery, finished.clone())).collect(),
            left_out: self.left_out.clone(),
            claims: prepared.iter().map(|prepared| prepared.claim.clone()).collect(),
        };
        let now = self.engine.clock().now();
        let turned = self.engine.store().write(move |w| delivery::turn::turn(w, &work, now)).await.context("Write the ledger")?;
        for (_, campaign, _) in std::mem::take(&mut self.finished) {
            if let Some(count) = self.in_doubt.get_mut(&campaign) {
                *count = count.saturating_sub(1);
            }
        }
        self.in_doubt.retain(|_, count| *count > 0);
        self.left_out.clear();
        self.gathered_at = None;
        if self.stock.is_empty() && self.in_doubt.is_empty() && prepared.is_empty() {
            self.look_soon();
        }
        Ok(turned)
    }

    /// Writes results alone.
    pub(super) async fn write_down(&mut self) -> Result<()> {
        if !self.finished.is_empty() || !self.left_out.is_empty() {
            self.commit(&[]).await?;
        }
        Ok(())
    }

    pub(super) fn finish(&mut self, delivery: i64, campaign: i64, finished: Finished) {
        self.finished.push((delivery, campaign, finished));
        self.gathered_at.get_or_insert_with(Instant::now);
    }

    /// What became of a message that a line took.
    pub(super) fn done(&mut self, handed: &Handed, outcome: SendOutcome) {
        let refused = matches!(outcome, SendOutcome::Refused { .. });
        let accepted = matches!(outcome, SendOutcome::Accepted { .. });
        self.accepted_since += u64::from(accepted);
        let finished = self.judge(handed, outcome);
        if let Some(running) = self.campaigns.iter_mut().find(|running| running.campaign.id == handed.campaign) {
            running.count(Instant::now());
            match (&finished, refused, accepted) {
                (_, _, true) => running.refusals = 0,
                (Finished::Refused { reason }, true, _) => {
                    running.refusals += 1;
                    if running.refusals >= MOST_REFUSALS {
                        running.pause_reason = Some(format!(
                            "{MOST_REFUSALS} messages in a row were refused, the last with: {reason}. Look into it, then resume."
                        ));
                        self.look_soon();
                    }
                }
                _ => {}
            }
        }
        self.finish(handed.delivery, handed.campaign, finished);
    }

    fn judge(&mut self, handed: &Handed, outcome: SendOutcome) -> Finished {
        let now = self.engine.clock().now();
        match outcome {
            SendOutcome::Accepted { remote_id } => Finished::Accepted { remote_id },
            SendOutcome::Refused { reason } => Finished::Refused { reason },
            SendOutcome::Uncertain { reason } => Finished::Uncertain { reason },
            SendOutcome::Retry { after, reason, throttled: true } => {
                self.pace.throttled(Instant::now());
                let at = now + signed(after.unwrap_or(Duration::from_secs(2)));
                Finished::Retry { at, reason, counts: false }
            }
            SendOutcome::Retry { reason, .. } if handed.tries + 1 >= MOST_TRIES => {
                Finished::Refused { reason: format!("Gave up after {MOST_TRIES} tries, the last answered with: {reason}") }
            }
            SendOutcome::Retry { after, reason, .. } => {
                let at = now + signed(after.unwrap_or_else(|| patience(handed.tries)));
                Finished::Retry { at, reason, counts: true }
            }
            SendOutcome::AccountStopped { reason, until } => {
                self.account_stopped(&reason, until);
                Finished::PutBack { keep: handed.keep }
            }
            SendOutcome::NeedsLogin { reason } => {
                self.needs_login(&reason);
                Finished::PutBack { keep: handed.keep }
            }
        }
    }

    pub(super) fn account_stopped(&mut self, reason: &str, until: Option<Timestamp>) {
        let until = until.unwrap_or_else(|| self.engine.clock().now() + SignedDuration::from_mins(10));
        self.hold = Some(Hold { reason: format!("The account takes nothing now: {reason}."), until });
        self.take_back(|_| true);
    }

    pub(super) fn needs_login(&mut self, reason: &str) {
        if self.login == Login::Good {
            self.login = Login::Refused(reason.to_owned());
        }
        self.take_back(|_| true);
        self.look_soon();
    }

    /// Writes a refused login down with the account: its campaigns wait until the organizer signed in again.
    pub(super) async fn note_login(&mut self) -> Result<()> {
        if let Login::Refused(reason) = &self.login {
            crate::accounts::note_refused_login(&self.engine, self.account, reason).await?;
            self.login = Login::Noted;
        }
        Ok(())
    }

    pub(super) fn hold_for(&mut self, reason: String, pause: Duration) {
        self.hold = Some(Hold { reason, until: self.engine.clock().now() + signed(pause) });
    }

    pub(super) fn is_held(&mut self) -> bool {
        let now = self.engine.clock().now();
        if self.hold.as_ref().is_some_and(|hold| hold.until <= now) {
            self.hold = None;
        }
        self.hold.is_some()
    }

    /// The share of the account's rate that is ours, or the organizer's own limit where that is lower.
    pub(super) async fn share(&self, limits: &Limits) -> Result<Option<f64>> {
        let own = crate::campaigns::accounts::own_rate(&self.engine, self.account).await?;
        let campaigns = self.campaigns.iter().filter_map(|running| running.campaign.per_second);
        let states = limits.per_second.map(|stated| if own == Some(stated) { stated } else { stated * SHARE });
        Ok(campaigns.chain(own).chain(states).reduce(f64::min))
    }

    /// Pauses campaigns that something is wrong with.
    pub(super) async fn apply_pauses(&mut self) -> Result<()> {
        let pauses: Vec<(i64, String)> =
            self.campaigns.iter_mut().filter_map(|running| Some((running.campaign.id, running.pause_reason.take()?))).collect();
        for (id, reason) in pauses {
            let now = self.engine.clock().now();
            self.engine.store().write(move |w| campaign::advance(w, id, &[State::Sending], State::Paused, &reason, now)).await?;
            status::tell(&self.engine, id).await?;
        }
        Ok(())
    }

    /// Ends campaigns that have nothing left to do, and says of the others why they wait.
    pub(super) async fn finish_campaigns(&mut self) -> Result<()> {
        let now = self.engine.clock().now();
        let mut ended = Vec::new();
        for running in &mut self.campaigns {
            let id = running.campaign.id;
            let busy = self.in_doubt.contains_key(&id) || self.stock.iter().any(|prepared| prepared.claim.campaign == id);
            let next = if busy || !running.campaign.enqueued {
                None
            } else {
                self.engine.store().read(move |r| Ok((delivery::is_unfinished(r, id)?, delivery::next_due(r, id)?))).await?.into()
            };
            if let Some((false, _)) = next {
                let done = move |w: &store::Writer<'_>| campaign::advance(w, id, &[State::Sending], State::Done, "", now);
                self.engine.store().write(done).await?;
                ended.push(id);
                continue;
            }
            let waiting = match (&self.hold, next) {
                (Some(hold), _) => format!("{} Continues at {}.", hold.reason, status::clock_words(&self.engine, hold.until)),
                (None, Some((true, Some(due)))) if due > now + SignedDuration::from_secs(1) => {
                    format!("Servers asked to try the rest later: the next at {}.", status::clock_words(&self.engine, due))
                }
                _ => String::new(),
            };
            running.wait_for(&self.engine, waiting).await?;
        }
        self.campaigns.retain(|running| !ended.contains(&running.campaign.id));
        for id in ended {
            self.engine.sending().set_rate(id, 0.0);
            status::tell(&self.engine, id).await?;
        }
        Ok(())
    }

    /// Tells the window how far each campaign is, at most ten times a second.
    pub(super) async fn report(&mut self) -> Result<()> {
        for running in &mut self.campaigns {
            if let Some(rate) = running.due_report(Instant::now()) {
                self.engine.sending().set_rate(running.campaign.id, rate);
                status::tell(&self.engine, running.campaign.id).await?;
            }
        }
        Ok(())
    }

    /// Turns a batch of the audience into rows of the ledger.
    pub(super) async fn enqueue_some(&mut self) -> Result<()> {
        let now = Instant::now();
        let Some(running) = self.campaigns.iter_mut().find(|running| !running.campaign.enqueued && !running.enqueue_waits(now)) else {
            return Ok(());
        };
        running.enqueue(&self.engine).await
    }
}

fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// How long to wait after so many tries, where the server said nothing.
fn patience(tries: u32) -> Duration {
    let seconds = match tries {
        0 => 10,
        1 => 60,
        2 => 5 * 60,
        3 => 15 * 60,
        4 => 60 * 60,
        _ => 4 * 60 * 60,
    };
    Duration::from_secs(seconds)
}
