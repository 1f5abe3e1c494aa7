//! Writing to a provider what changed here: each series only if it is there as it was last seen, and noted before it begins where nobody could
//! tell afterwards whether it was made.

use anyhow::Result;
use calendar::remote::{Content, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome};
use calendar::sync::Series;
use jiff::{SignedDuration, Timestamp};
use store::calendar::Role;
use store::remote_write::RemoteWrite;
use store::{Reader, Writer, event_version, remote_item, remote_write};

use super::land::is_named_otherwise;
use super::run::Run;
use super::{LONGEST_REST, Stopped, rest_until};
use crate::error;

const AT_ONCE: u32 = 200;
/// How often a series is planned anew in one run because somebody else was quicker.
const ROUNDS: u32 = 4;
const FIRST_RETRY: SignedDuration = SignedDuration::from_secs(15);
const LAST_RETRY: SignedDuration = SignedDuration::from_hours(1);

/// What there is to do about a series.
enum Due {
    /// Both sides say the same.
    Nothing,
    /// It cannot be written, and why.
    Never(String),
    Write(SeriesWrite),
}

impl Run {
    /// Finds out what became of writings that make something and whose answer may have been lost, so that nothing is made twice.
    pub(super) async fn settle(&mut self) -> Result<(), Stopped> {
        let calendar = self.landing.mirror.calendar;
        for write in self.engine.store().read(move |r| remote_write::begun(r, calendar)).await? {
            let series = self.series(&write.uid).await?;
            // What was begun and was there before was to be made anew.
            self.take_in(&series, true).await?;
        }
        Ok(())
    }

    /// Writes what is due.
    pub(super) async fn push(&mut self) -> Result<(), Stopped> {
        if self.landing.mirror.role == Role::Reader {
            return Ok(());
        }
        let calendar = self.landing.mirror.calendar;
        let mut after = String::new();
        loop {
            let (uid, now) = (after.clone(), self.engine.clock().now());
            let due = self.engine.store().read(move |r| remote_write::due(r, calendar, &uid, now, LONGEST_REST, AT_ONCE)).await?;
            let Some(last) = due.last() else { return Ok(()) };
            after.clone_from(&last.uid);
            for write in due {
                if self.engine.stopping().is_cancelled() {
                    return Ok(());
                }
                self.push_one(write).await?;
            }
        }
    }

    async fn push_one(&mut self, write: RemoteWrite) -> Result<(), Stopped> {
        for _ in 0..ROUNDS {
            let series = match self.due(&write).await? {
                Due::Nothing => return self.done(&write, Vec::new(), Vec::new()).await,
                Due::Never(problem) => return self.refused(&write, problem).await,
                Due::Write(series) => series,
            };
            let is_made_anew = self.remote().makes_anew(&series);
            if series.before.is_empty() || is_made_anew {
                let (calendar, uid) = (self.landing.mirror.calendar, write.uid.clone());
                self.engine.store().write(move |w| remote_write::begin(w, calendar, &uid)).await?;
            }
            match self.remote().write(&self.landing.mirror.remote_id, &series).await {
                Ok(WriteOutcome::Written(items)) => {
                    self.report.written += 1;
                    self.tell(false);
                    return self.done(&write, series.before, items).await;
                }
                Ok(WriteOutcome::Refused(problem)) => return self.refused(&write, problem).await,
                // Somebody changed it there since it was last seen: that is taken in first.
                Ok(WriteOutcome::Changed) => self.take_in(&series, is_made_anew).await?,
                Err(failure) => {
                    // What stops the whole account is no fault of this event's: it is due as soon as the account works.
                    if matches!(failure, RemoteFailure::Later { .. }) {
                        self.put_off(&write, &failure).await?;
                    }
                    return Err(failure.into());
                }
            }
        }
        let failure = RemoteFailure::Later {
            reason: "Somebody changes it there again and again while it is being written.".to_owned(),
            after_seconds: None,
        };
        self.put_off(&write, &failure).await
    }

    async fn due(&self, write: &RemoteWrite) -> Result<Due> {
        let series = self.series(&write.uid).await?;
        if let Some(reason) = series.before.iter().find_map(unreadable) {
            return Ok(Due::Never(format!("It cannot be read there, so it is not written over: {reason}")));
        }
        let base = Series::from_items(&write.uid, &series.before).unwrap_or_default();
        let is_same = Series::of(self.remote().held(&series.after)).with_people_of(&base).says_the_same(&base);
        if is_same && !(self.remote().keeps_names() && is_named_otherwise(&series.before, &series.uid)) {
            return Ok(Due::Nothing);
        }
        Ok(Due::Write(series))
    }

    /// A series as it was last seen there, and as it stands here.
    async fn series(&self, uid: &str) -> Result<SeriesWrite> {
        let (calendar, uid) = (self.landing.mirror.calendar, uid.to_owned());
        let read = move |r: &Reader<'_>| {
            let rows = event_version::of_uid(r, calendar, &uid)?;
            let here = Series::of(rows.into_iter().filter(|row| !row.row.deleted).map(|row| row.content));
            Ok(SeriesWrite { before: remote_item::of_uid(r, calendar, &uid)?, after: here.to_events(), uid })
        };
        self.engine.store().read(read).await
    }

    /// Takes in what stands there of a series now, under the names that were known and under those that it was made under. What went to be made
    /// anew is forgotten first: that nothing of it stands there any more, and not yet all of what comes in its place, is nobody's edit.
    async fn take_in(&mut self, series: &SeriesWrite, is_made_anew: bool) -> Result<(), Stopped> {
        let (calendar, uid) = (self.landing.mirror.calendar, series.uid.clone());
        let ids: Vec<String> = series.before.iter().map(|item| item.id.clone()).collect();
        let mut items = self.fetch(&ids).await?;
        for item in self.remote().find(&self.landing.mirror.remote_id, &uid).await? {
            if !items.iter().any(|known| known.id == item.id) {
                items.push(item);
            }
        }
        let is_gone = |id: &String| items.iter().any(|item| item.id == *id && item.content == Content::Deleted);
        if is_made_anew && ids.iter().all(is_gone) {
            items.retain(|item| item.content != Content::Deleted);
            let forget = move |w: &Writer<'_>| ids.iter().try_for_each(|id| remote_item::remove(w, calendar, id));
            self.engine.store().write(forget).await?;
        }
        self.land(items, None).await?;
        Ok(self.engine.store().write(move |w| remote_write::settle(w, calendar, &uid)).await?)
    }

    /// Keeps what the provider has now.
    async fn done(&self, write: &RemoteWrite, before: Vec<RemoteItem>, items: Vec<RemoteItem>) -> Result<(), Stopped> {
        let (calendar, uid, change) = (self.landing.mirror.calendar, write.uid.clone(), write.change);
        let keep = move |w: &Writer<'_>| {
            for old in before.iter().filter(|old| items.iter().all(|item| item.id != old.id)) {
                remote_item::remove(w, calendar, &old.id)?;
            }
            for item in &items {
                if item.content == Content::Deleted {
                    remote_item::remove(w, calendar, &item.id)?;
                } else {
                    remote_item::put(w, calendar, &uid, item)?;
                }
            }
            remote_write::done(w, calendar, &uid, change)
        };
        Ok(self.engine.store().write(keep).await?)
    }

    async fn refused(&mut self, write: &RemoteWrite, problem: String) -> Result<(), Stopped> {
        self.report.refused += 1;
        let (calendar, uid, change) = (self.landing.mirror.calendar, write.uid.clone(), write.change);
        Ok(self.engine.store().write(move |w| remote_write::refuse(w, calendar, &uid, change, &problem)).await?)
    }

    async fn put_off(&self, write: &RemoteWrite, failure: &RemoteFailure) -> Result<(), Stopped> {
        let until = retry_at(self.engine.clock().now(), write.attempt, failure);
        let (calendar, uid, problem) = (self.landing.mirror.calendar, write.uid.clone(), error::as_sentence(&failure.to_string()));
        Ok(self.engine.store().write(move |w| remote_write::put_off(w, calendar, &uid, until, &problem)).await?)
    }
}

/// The provider's own word, else twice as long as the time before.
fn retry_at(now: Timestamp, attempt: u32, failure: &RemoteFailure) -> Timestamp {
    let grown = FIRST_RETRY.saturating_mul(2_i32.saturating_pow(attempt.min(10))).min(LAST_RETRY);
    rest_until(now, failure).or_else(|| now.checked_add(grown).ok()).unwrap_or(now)
}

fn unreadable(item: &RemoteItem) -> Option<&str> {
    match &item.content {
        Content::Unreadable(reason) => Some(reason),
        _ => None,
    }
}
