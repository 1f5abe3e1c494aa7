//! One look at one calendar: what is begun is settled, what changed there is taken in, what changed here is written.

use std::sync::Arc;

use anyhow::Result;
use calendar::remote::{CalendarRemote, RemoteFailure};
use store::calendar::mirror::{self, Mirror, Problem};

use super::land::Landing;
use super::view::{CalendarSynced, Standing};
use super::{Stopped, rest_until};
use crate::event::{Changed, EngineEvent};
use crate::{Engine, clock, error};

pub(super) struct Run {
    pub(super) engine: Engine,
    pub(super) landing: Landing,
    pub(super) report: CalendarSynced,
    pub(super) looked_at: usize,
}

impl Run {
    pub(super) fn new(engine: &Engine, remote: Arc<dyn CalendarRemote>, mirror: Mirror) -> Self {
        let report = CalendarSynced { calendar: mirror.calendar.to_string(), name: mirror.name.clone(), ..CalendarSynced::default() };
        let landing = Landing { mirror, remote, at: engine.clock().now(), record: None };
        Self { engine: engine.clone(), landing, report, looked_at: 0 }
    }

    /// Looks to the end, and notes how that went. What stops the whole account is given back beside the report.
    pub(super) async fn look(mut self) -> Result<(CalendarSynced, Option<RemoteFailure>)> {
        let outcome = self.look_through().await;
        let calendar = self.landing.mirror.calendar;
        let at = self.engine.clock().now();
        let changes = self.report.changes;
        let (problem, stopped) = match outcome {
            Ok(()) => (Problem::None, None),
            Err(Stopped::Remote(failure)) => {
                let again = rest_until(at, &failure).map(|until| clock::words(self.engine.clock(), until));
                (problem(&failure, &self.landing.mirror.name, again.as_deref()), Some(failure))
            }
            Err(Stopped::Here(error)) => return Err(error),
        };
        let is_news = changes > 0 || self.landing.mirror.synced_at.is_none() || problem != self.landing.mirror.problem;
        self.report.state = match stopped {
            Some(RemoteFailure::NeedsLogin { .. }) => Standing::NeedsLogin,
            _ => Standing::of(&problem),
        };
        problem.words().clone_into(&mut self.report.problem);
        self.engine
            .store()
            .write(move |w| match &problem {
                Problem::None => mirror::put_synced(w, calendar, at, changes),
                problem => mirror::put_problem(w, calendar, problem),
            })
            .await?;
        self.tell_end(is_news);
        self.report.undo = self.landing.record.map(|record| record.to_string()).unwrap_or_default();
        Ok((self.report, stopped))
    }

    async fn look_through(&mut self) -> Result<(), Stopped> {
        self.settle().await?;
        self.pull().await?;
        self.push().await
    }

    pub(super) fn remote(&self) -> &dyn CalendarRemote {
        self.landing.remote.as_ref()
    }

    /// Tells whoever watches how far it is, and that there is something new to see.
    pub(super) fn tell(&self, is_news: bool) {
        let done = u32::try_from(self.looked_at).unwrap_or(u32::MAX).saturating_add(self.report.written);
        self.engine.tell(EngineEvent::Progress { work: format!("sync:{}", self.report.calendar), done, total: 0 });
        if is_news {
            self.engine.tell_changed(&[Changed::Events, Changed::Calendars]);
        }
    }

    /// Tells whoever watches that this look is over; `is_news` where the state of the account is another now.
    fn tell_end(&self, is_news: bool) {
        self.engine.tell(EngineEvent::Progress { work: format!("sync:{}", self.report.calendar), done: 1, total: 1 });
        if is_news {
            self.engine.tell_changed(&[Changed::Accounts]);
        }
    }
}

/// Why a calendar could not be looked at to the end, and what is to be done. `again` is when the provider wants to be asked again.
fn problem(failure: &RemoteFailure, name: &str, again: Option<&str>) -> Problem {
    let reason = error::as_sentence(&failure.to_string());
    match failure {
        RemoteFailure::NeedsLogin { .. } => Problem::Lasting(format!("Sign in again: {reason}")),
        RemoteFailure::Later { .. } => Problem::Passing(match again {
            Some(again) => format!("{reason} It is tried again by itself at {again}."),
            None => format!("{reason} It is tried again by itself."),
        }),
        RemoteFailure::TokenExpired => {
            Problem::Passing("The provider forgets where this computer left off, each time anew. It is tried again later.".to_owned())
        }
        RemoteFailure::CalendarGone { .. } => Problem::Lasting(format!(
            "“{name}” is no longer there, or no longer shared with you: {reason} What was mirrored of it stays here."
        )),
        RemoteFailure::Refused { .. } => Problem::Lasting(reason),
    }
}
