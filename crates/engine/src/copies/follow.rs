//! Following the rules: what changed since a rule's bookmark is planned and written, all of it in one transaction.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Result;
use calendar::Event;
use calendar::copies::{self, Known, Rule, Step};
use calendar::sync::{Clash, Series, Side};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};
use store::bookmark::{self, Position};
use store::calendar::Calendar;
use store::clash::{self, Place};
use store::copy_rule::copy::{self, Copy, State};
use store::copy_rule::{self, CopyRule};
use store::event_version::{self, Current, Draft, Origin, Source};
use store::import::{self, Imported};
use store::{Reader, Writer, change};
use tokio::sync::broadcast::error::RecvError;

use super::rules::{self, rule_of};
use super::target::{Target, standing, time_zone};
use super::view::Followed;
use crate::Engine;
use crate::event::{Changed, EngineEvent};

/// Edits come several at a time.
const SETTLE: Duration = Duration::from_millis(500);

/// Follows every rule as far as the log of changes goes.
///
/// # Errors
/// When the database cannot be used.
pub async fn follow(engine: &Engine) -> Result<Followed> {
    let mut all = Followed::default();
    for id in engine.store().read(due).await? {
        let now = engine.clock().now();
        let Followed { written, clashes, twins } = engine.store().write(move |w| follow_one(w, id, now)).await?;
        all.written += written;
        all.clashes += clashes;
        all.twins += twins;
    }
    if all != Followed::default() {
        engine.tell_changed(&[Changed::Events, Changed::Calendars]);
    }
    Ok(all)
}

/// Follows the rules whenever something changes, until the engine stops.
pub fn watch(engine: &Engine) {
    let own = engine.clone();
    engine.spawn(async move {
        let mut happened = own.subscribe();
        loop {
            if let Err(error) = follow(&own).await {
                tracing::error!("the rules for copies wait: {error:#}");
            }
            loop {
                let told = tokio::select! {
                    () = own.stopping().cancelled() => return,
                    told = happened.recv() => told,
                };
                match told {
                    Ok(EngineEvent::Changed { what }) if what.contains(&Changed::Events) => break,
                    Ok(_) => {}
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => return,
                }
            }
            tokio::select! {
                () = own.stopping().cancelled() => return,
                () = tokio::time::sleep(SETTLE) => {}
            }
        }
    });
}

fn due(r: &Reader<'_>) -> Result<Vec<i64>> {
    let rules = copy_rule::list(r)?;
    let due = rules.into_iter().filter_map(|rule| is_due(r, &rule).map(|is_due| is_due.then_some(rule.id)).transpose());
    due.collect()
}

fn is_due(r: &Reader<'_>, rule: &CopyRule) -> Result<bool> {
    Ok(match bookmark::position(r, &copy_rule::bookmark(rule.id))? {
        Position::Anew => rules::ends(r, rule)?.is_ok(),
        Position::After(number) => change::latest_of(r, rule.source)?.max(change::latest_of(r, rule.target)?) > number,
    })
}

fn follow_one(w: &Writer<'_>, id: i64, now: Timestamp) -> Result<Followed> {
    let Some(row) = copy_rule::get(w, id)? else { return Ok(Followed::default()) };
    let Ok((source, target)) = rules::ends(w, &row)? else { return Ok(Followed::default()) };
    let mut round = Round {
        rule: rule_of(&row, &source),
        zone: time_zone(&source),
        target: Target::new(&target),
        calendar: target,
        source,
        row,
        now,
        record: None,
        followed: Followed::default(),
    };
    for uid in round.touched(w)? {
        round.look(w, &uid)?;
    }
    if round.record.is_some() {
        copy_rule::put_followed(w, id, now)?;
    }
    // What the round wrote itself is followed already.
    bookmark::put(w, &copy_rule::bookmark(id), change::latest(w)?)?;
    Ok(round.followed)
}

/// One look at one rule.
pub(super) struct Round {
    pub(super) row: CopyRule,
    pub(super) rule: Rule,
    pub(super) source: Calendar,
    pub(super) calendar: Calendar,
    pub(super) zone: TimeZone,
    pub(super) target: Target,
    pub(super) now: Timestamp,
    /// Undoes what this look brought.
    pub(super) record: Option<i64>,
    pub(super) followed: Followed,
}

impl Round {
    /// The series whose copies may have to change.
    fn touched(&self, r: &Reader<'_>) -> Result<BTreeSet<String>> {
        let rule = self.row.id;
        match bookmark::position(r, &copy_rule::bookmark(rule))? {
            Position::Anew => {
                let mut uids: BTreeSet<String> = copy::sources(r, rule)?.into_iter().collect();
                for event in event_version::current_of_calendar(r, self.source.id)? {
                    uids.insert(event.content.uid);
                }
                Ok(uids)
            }
            Position::After(number) => {
                let mut uids: BTreeSet<String> = change::uids_since(r, self.source.id, number)?.into_iter().collect();
                for uid in change::uids_since(r, self.calendar.id, number)? {
                    uids.extend(copy::sources_of(r, rule, &uid)?);
                }
                Ok(uids)
            }
        }
    }

    fn look(&mut self, w: &Writer<'_>, uid: &str) -> Result<()> {
        let source = standing(&event_version::of_uid(w, self.source.id, uid)?);
        let known = match copy::get(w, self.row.id, uid)? {
            Some(known) if known.state == State::Twin => {
                if self.twin_stands(w, &known, &source)? {
                    return Ok(());
                }
                copy::remove(w, self.row.id, uid)?;
                None
            }
            None => self.adopted(w, uid, &source)?,
            known => known,
        };
        let name = known.as_ref().map_or_else(|| self.name_of_copy(uid), |known| known.target_uid.clone());
        let rows = event_version::of_uid(w, self.calendar.id, &name)?;
        let (base, here) = (Series::of(known.iter().flat_map(|known| known.base.clone())), standing(&rows));
        let state = match known.as_ref().map(|known| known.state) {
            None | Some(State::Twin) => Known::Nothing,
            Some(State::Copied) => Known::Copied { base: &base, here: &here },
            Some(State::TakenAway) => Known::TakenAway,
            Some(State::Declined) => Known::Declined,
        };
        let step = copies::plan(&self.rule, &source, &name, state, self.now, &self.zone);
        if let (Step::Make(_), None) = (&step, &known)
            && let Some(twin) = self.target.twin_of(w, &source)?
        {
            self.followed.twins += 1;
            return self.keep(w, uid, &twin.uid, State::Twin, &Series::default());
        }
        self.carry_out(w, uid, &name, &rows, &here, step)
    }

    pub(super) fn carry_out(&mut self, w: &Writer<'_>, uid: &str, name: &str, rows: &[Current], here: &Series, step: Step) -> Result<()> {
        match step {
            Step::Leave => Ok(()),
            Step::Decline => self.keep(w, uid, name, State::Declined, &Series::default()),
            Step::Make(copy) => {
                self.write(w, rows, here, &copy)?;
                self.keep(w, uid, name, State::Copied, &copy)
            }
            Step::TakeAway => {
                self.write(w, rows, here, &Series::default())?;
                self.keep(w, uid, name, State::TakenAway, &Series::default())
            }
            Step::Change { series, base, clashes } => {
                self.write(w, rows, here, &series)?;
                for found in &clashes {
                    self.followed.clashes += 1;
                    clash::insert(w, &self.clash(name, found))?;
                }
                self.keep(w, uid, name, State::Copied, &base)
            }
        }
    }

    /// Whether the organizer still has to say about a twin.
    fn twin_stands(&self, r: &Reader<'_>, known: &Copy, source: &Series) -> Result<bool> {
        let Some(booking) = source.master().filter(|_| self.rule.wants(source, &self.zone, true)) else { return Ok(false) };
        let rows = event_version::of_uid(r, self.calendar.id, &known.target_uid)?;
        let is_there = |row: &&Current| row.row.recurrence_id.is_empty() && !row.row.deleted && copies::source_of(&row.content).is_none();
        Ok(rows.iter().find(is_there).is_some_and(|row| copies::is_twin(&row.content, booking, &self.zone)))
    }

    /// A copy that is there without being known: what it says otherwise than the rule wants was edited.
    fn adopted(&mut self, w: &Writer<'_>, uid: &str, source: &Series) -> Result<Option<Copy>> {
        if source.is_empty() {
            return Ok(None);
        }
        let Some(target_uid) = self.target.copy_of(w, uid)? else { return Ok(None) };
        let base = self.rule.copy(source, &target_uid).to_events();
        let copy = Copy { rule: self.row.id, source_uid: uid.to_owned(), target_uid, state: State::Copied, base };
        copy::put(w, &copy)?;
        Ok(Some(copy))
    }

    /// The UID of a copy: always the same for the same event of the same rule.
    pub(super) fn name_of_copy(&self, uid: &str) -> String {
        let digest = Sha256::digest(format!("{}\n{}\n{uid}", self.row.created_at, self.row.id));
        let mut halves = digest.iter().take(16).copied().map(u128::from);
        let number = halves.try_fold(0_u128, |number, byte| number.checked_mul(256)?.checked_add(byte));
        format!("{:032x}", number.unwrap_or_default())
    }

    pub(super) fn keep(&self, w: &Writer<'_>, uid: &str, name: &str, state: State, base: &Series) -> Result<()> {
        let (source_uid, target_uid, base) = (uid.to_owned(), name.to_owned(), base.to_events());
        copy::put(w, &Copy { rule: self.row.id, source_uid, target_uid, state, base })
    }

    /// Writes what leads from one state of a copy to another, a master before its exceptions.
    pub(super) fn write(&mut self, w: &Writer<'_>, rows: &[Current], from: &Series, to: &Series) -> Result<()> {
        let goes_on = |event: &&Event| to.events().all(|left| left.recurrence_id != event.recurrence_id);
        let changed = to.events().filter(|event| !from.events().any(|known| known == *event)).map(|event| (event, false));
        let drafts: Vec<Draft<'_>> = changed
            .chain(from.events().filter(goes_on).map(|event| (event, true)))
            .map(|(content, deleted)| Draft {
                calendar: self.calendar.id,
                event: rows.iter().find(|row| row.content.recurrence_id == content.recurrence_id).map(|row| row.row.id),
                content,
                ical: "",
                deleted,
                split_from: None,
            })
            .collect();
        if drafts.is_empty() {
            return Ok(());
        }
        let record = match self.record {
            Some(record) => record,
            None => import::create(w, self.calendar.id, &[], false, self.now)?,
        };
        self.record = Some(record);
        let origin = Origin { source: Source::Copy(self.source.id), import: Some(record), at: self.now };
        let written = event_version::append(w, &drafts, &origin)?;
        let rows =
            written.iter().map(|done| Imported { event: done.event, source: 0, version_before: done.before, version_after: done.version });
        import::put_events(w, record, &rows.collect::<Vec<_>>())?;
        self.followed.written += 1;
        Ok(())
    }

    fn clash(&self, name: &str, found: &Clash) -> clash::Clash {
        clash::Clash {
            id: 0,
            calendar: self.calendar.id,
            uid: name.to_owned(),
            recurrence_id: found.recurrence_id.map(|original| original.value()).unwrap_or_default(),
            field: found.field.clone(),
            here: found.here.clone(),
            there: found.there.clone(),
            feed: Some(self.source.id),
            kept: if found.kept == Side::Here { Place::Here } else { Place::There },
            other: found.other.clone(),
            at: self.now,
        }
    }
}
