//! One turn of a desk: results and the next claim become durable together, then the lines get the claimed messages.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp};
use mail::port::SendOutcome;
use store::campaign::{self, State};
use store::delivery;
use store::delivery::turn::{Finished, Outcome, Turn, Turned};
use tokio::time::Instant;

use super::desk::{Desk, Login, Why};
use super::ended;
use super::line::Handed;
use super::running::Prepared;
use crate::campaigns::status;
use crate::clock;

/// A message that its server keeps putting off is given up after so many tries.
const MOST_TRIES: u32 = 8;
/// So many refusals one after the other mean that something is wrong with the message or the account, not with the guests.
const MOST_REFUSALS: u32 = 50;

impl Desk {
    pub(super) async fn turn(&mut self) -> Result<()> {
        let now = Instant::now();
        let room = if self.is_held() { 0 } else { self.room() };
        let may_claim = room > 0 && self.is_worth_a_turn(room);
        if !may_claim && !self.has_gathered() {
            return Ok(());
        }
        let moments = if may_claim { self.moments(now, room).await? } else { Vec::new() };
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
            let handed = Handed { delivery, campaign, tries: prepared.tries, keep, outgoing: prepared.outgoing, at, begun: None };
            match &noted {
                Ok(()) => self.queue.push(handed),
                Err(_) => self.finish(&handed, Finished::PutBack { keep }),
            }
        }
        noted
    }

    /// Writes results and claims in one transaction. On failure both are as they were.
    async fn commit(&mut self, prepared: &[Prepared]) -> Result<Turned> {
        let work = Turn {
            account: Some(self.account),
            finished: self.finished.iter().map(|(_, outcome)| outcome.clone()).collect(),
            left_out: self.left_out.clone(),
            postponed: self.postponed.clone(),
            claims: prepared.iter().map(|prepared| prepared.claim.clone()).collect(),
        };
        let now = self.engine.clock().now();
        let turned = self.engine.store().write(move |w| delivery::turn::turn(w, &work, now)).await.context("Write the ledger")?;
        for (campaign, _) in std::mem::take(&mut self.finished) {
            if let Some(count) = self.in_doubt.get_mut(&campaign) {
                *count = count.saturating_sub(1);
            }
        }
        self.in_doubt.retain(|_, count| *count > 0);
        self.left_out.clear();
        self.postponed.clear();
        self.gathered_at = None;
        if self.stock.is_empty() && self.in_doubt.is_empty() && prepared.is_empty() {
            self.look_soon();
        }
        Ok(turned)
    }

    /// Writes results alone.
    pub(super) async fn write_down(&mut self) -> Result<()> {
        if !self.finished.is_empty() || !self.left_out.is_empty() || !self.postponed.is_empty() {
            self.commit(&[]).await?;
        }
        Ok(())
    }

    pub(super) fn finish(&mut self, handed: &Handed, finished: Finished) {
        let begun = handed.begun.map(|begun| self.clock_at(begun));
        self.finished.push((handed.campaign, Outcome { delivery: handed.delivery, begun, finished }));
        self.gathered_at.get_or_insert_with(Instant::now);
    }

    /// What became of a message that a line took.
    pub(super) fn done(&mut self, handed: &Handed, outcome: SendOutcome) {
        let refused = matches!(outcome, SendOutcome::Refused { .. });
        let accepted = matches!(outcome, SendOutcome::Accepted { .. });
        self.taken_since += u64::from(accepted || matches!(outcome, SendOutcome::Uncertain { .. }));
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
        self.finish(handed, finished);
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
        self.put_hold(Why::Outside, format!("The account takes nothing now: {reason}."), until);
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

    /// Writes down with the account that it takes messages.
    pub(super) async fn note_works(&mut self) -> Result<()> {
        if std::mem::take(&mut self.works) {
            crate::accounts::note_works(&self.engine, self.account).await?;
        }
        Ok(())
    }

    pub(super) fn hold_for(&mut self, reason: String, pause: Duration) {
        self.put_hold(Why::Outside, reason, self.engine.clock().now() + signed(pause));
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
        // One campaign of an account is sent after the other.
        let (mut over, mut ahead) = (Vec::new(), None::<String>);
        for running in &mut self.campaigns {
            let id = running.campaign.id;
            let in_doubt = self.in_doubt.contains_key(&id);
            // What is built may belong to rows whose place another campaign has taken.
            let next = if in_doubt || !running.campaign.enqueued {
                None
            } else {
                self.engine.store().read(move |r| Ok((delivery::is_unfinished(r, id)?, delivery::next_due(r, id)?))).await?.into()
            };
            let busy = in_doubt || self.stock.iter().any(|prepared| prepared.claim.campaign == id);
            if !busy && let Some(size) = running.campaign.pilot_size {
                let counts = self.engine.store().read(move |r| campaign::counts(r, id)).await?;
                if counts.tried() >= size && counts.waiting() > 0 {
                    let words = pilot_words(&counts);
                    self.engine.store().write(move |w| campaign::end_pilot(w, id, &words, now)).await?;
                    status::tell(&self.engine, id).await?;
                    continue;
                }
            }
            if let Some((false, _)) = next
                && ended::end(&self.engine, id).await?
            {
                over.push(id);
                continue;
            }
            let later = next.and_then(|(_, due)| due).filter(|(due, _)| *due > now + SignedDuration::from_secs(1));
            let until = self.hold.as_ref().map(|hold| hold.until).or(later.map(|(due, _)| due));
            let at = until.map(|until| clock::words(self.engine.clock(), until)).unwrap_or_default();
            let waiting = match (&self.hold, later) {
                (Some(hold), _) => format!("{} Continues at {at}.", hold.reason),
                (None, Some((_, delivery::State::Queued))) => running.rest(&self.engine, now, &at),
                (None, Some(_)) => format!("Servers asked to try the rest later: the next at {at}."),
                (None, None) if !busy => ahead.as_ref().map(|ahead| format!("Goes on when “{ahead}” is sent.")).unwrap_or_default(),
                (None, None) => String::new(),
            };
            if ahead.is_none() && later.is_none() && (busy || next.is_some()) {
                ahead = Some(running.campaign.name.clone());
            }
            running.wait_for(&self.engine, waiting, until).await?;
        }
        self.campaigns.retain(|running| !over.contains(&running.campaign.id));
        self.let_go(&over);
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

pub(super) fn signed(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX)
}

/// What the organizer is told when the pilot is out.
fn pilot_words(counts: &campaign::Counts) -> String {
    let of = |state, word: &str| match counts.of(state) {
        0 => None,
        count => Some(format!("{count} {word}")),
    };
    let became = [
        of(delivery::State::Accepted, "accepted"),
        of(delivery::State::Refused, "refused"),
        of(delivery::State::Uncertain, "uncertain"),
        of(delivery::State::Bounced, "came back"),
        of(delivery::State::Retry, "to be tried again"),
    ];
    let became: Vec<String> = became.into_iter().flatten().collect();
    format!(
        "The first {} messages are out: {}. Look at what comes back, then resume to send the other {}.",
        counts.tried(),
        became.join(", "),
        counts.waiting()
    )
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
