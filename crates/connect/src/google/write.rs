//! Writing a series: its master first, then one occurrence after the other, each step only if nobody was there since.
//!
//! Every step is conditional and may be done twice, so that a write that stopped half-way is simply planned anew from what is there then. Dates that
//! are taken out stand in the master, which makes one step of them; only what is an occurrence of its own at Google already is cancelled or
//! brought back there.

use calendar::diff::same_content;
use calendar::edit::occurrence_event;
use calendar::recurrence::Series;
use calendar::remote::{Content, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome};
use calendar::{Event, EventTime, Zone};
use jiff::SignedDuration;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::calls::{Call, Calls};
use super::held::{held, named};
use super::outcome::{self, About};
use super::{body, listing, names, read, recurrence};
use crate::web::Answer;

/// Google's limit for a private property, which holds the UID.
const LONGEST_UID: usize = 1_024;

/// Why a write does not go on.
enum Stop {
    Changed,
    Refused(String),
    Failed(RemoteFailure),
}

impl From<RemoteFailure> for Stop {
    fn from(failure: RemoteFailure) -> Self {
        match failure {
            RemoteFailure::Refused { reason } => Self::Refused(reason),
            other => Self::Failed(other),
        }
    }
}

/// Writes a series into a calendar whose zone is `zone`.
pub(super) async fn series(calls: &Calls, calendar: &str, zone: Zone, write: &SeriesWrite) -> Result<WriteOutcome, RemoteFailure> {
    let mut writing = Writing { calls, calendar, zone, items: Vec::new() };
    match writing.series(write).await {
        Ok(()) => Ok(WriteOutcome::Written(writing.items)),
        Err(Stop::Changed) => Ok(WriteOutcome::Changed),
        Err(Stop::Refused(reason)) => Ok(WriteOutcome::Refused(reason)),
        Err(Stop::Failed(failure)) => Err(failure),
    }
}

struct Writing<'a> {
    calls: &'a Calls,
    calendar: &'a str,
    zone: Zone,
    /// What stands there now.
    items: Vec<RemoteItem>,
}

/// The items of a series as they were last seen.
#[derive(Default)]
struct Before<'a> {
    master: Option<&'a RemoteItem>,
    exceptions: Vec<(EventTime, &'a Event, &'a RemoteItem)>,
    dropped: Vec<(EventTime, &'a RemoteItem)>,
}

impl<'a> Before<'a> {
    fn of(items: &'a [RemoteItem]) -> Result<Self, Stop> {
        let mut before = Self::default();
        for item in items {
            match (&item.content, &item.series) {
                (Content::Deleted, _) => {}
                (Content::Unreadable(reason), _) => {
                    return Err(Stop::Refused(format!("Google has this event in a form that is not overwritten. {reason}")));
                }
                (Content::Dropped(original), _) => before.dropped.push((*original, item)),
                (Content::Events(events), Some(_)) => {
                    before.exceptions.extend(events.iter().filter_map(|event| Some((event.recurrence_id?, event, item))));
                }
                (Content::Events(_) | Content::Listed, _) => before.master = Some(item),
            }
        }
        Ok(before)
    }

    fn event(&self) -> Option<&'a Event> {
        match &self.master?.content {
            Content::Events(events) => events.first(),
            _ => None,
        }
    }
}

impl Writing<'_> {
    async fn series(&mut self, write: &SeriesWrite) -> Result<(), Stop> {
        let after = held(&write.after);
        let Some((master, exceptions)) = after.split_first() else { return self.delete_all(&write.before).await };
        let before = Before::of(&write.before)?;
        if master.recurrence_id.is_some() {
            return self.occurrences_alone(&before, &after).await;
        }
        let written = self.master(&write.uid, &before, master).await?;
        let id = written.id.clone();
        // Google's own words for the master are what its occurrences are compared with.
        let told = match &written.content {
            Content::Events(events) => events.first().cloned(),
            _ => None,
        };
        self.items.push(written);
        let series = Series::single(told.unwrap_or_else(|| master.clone()));
        for exception in exceptions {
            let Some(original) = exception.recurrence_id else { continue };
            let known = before.exceptions.iter().find(|(known, ..)| self.same(known, &original));
            let dropped = before.dropped.iter().find(|(known, _)| self.same(known, &original));
            match (known, dropped) {
                (Some((_, was, item)), _) => self.update(item, Some(was), exception).await?,
                (None, Some((_, item))) => self.bring_back(item, exception).await?,
                (None, None) => self.occurrence(&id, &series, original, exception).await?,
            }
        }
        self.left_over(&before, master, exceptions).await
    }

    /// What is no exception any more: it goes back to what the series says, or is cancelled.
    async fn left_over(&mut self, before: &Before<'_>, master: &Event, exceptions: &[Event]) -> Result<(), Stop> {
        let is_kept = |original: &EventTime| exceptions.iter().any(|one| one.recurrence_id.is_some_and(|kept| self.same(&kept, original)));
        let is_out = |original: &EventTime| master.recurrence.excluded.iter().any(|date| self.same(date, original));
        let (mut back, mut cancelled, mut revived, mut stay) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (original, was, item) in before.exceptions.iter().filter(|(original, ..)| !is_kept(original)) {
            if is_out(original) || !self.occurs(master, original) { cancelled.push(*item) } else { back.push((*original, *was, *item)) }
        }
        for (original, item) in before.dropped.iter().filter(|(original, _)| !is_kept(original)) {
            if is_out(original) || !self.occurs(master, original) { stay.push(*item) } else { revived.push((*original, *item)) }
        }
        let by_rule = |original: &EventTime| {
            let series = Series::single(master.clone());
            occurrence_event(&series, named(&master.start, original))
        };
        for (original, was, item) in back {
            self.update(item, Some(was), &by_rule(&original)).await?;
        }
        for (original, item) in revived {
            self.bring_back(item, &by_rule(&original)).await?;
        }
        for item in cancelled {
            self.cancel(item).await?;
        }
        self.items.extend(stay.into_iter().cloned());
        Ok(())
    }

    /// Occurrences that the account holds without their series, as one who was invited to one of them does.
    async fn occurrences_alone(&mut self, before: &Before<'_>, after: &[Event]) -> Result<(), Stop> {
        for event in after {
            let known = before.exceptions.iter().find(|(original, ..)| event.recurrence_id.is_some_and(|kept| self.same(&kept, original)));
            match known {
                Some((_, was, item)) => self.update(item, Some(was), event).await?,
                None => {
                    return Err(Stop::Refused(
                        "Google takes an occurrence only as a part of its series, which is not in this calendar.".to_owned(),
                    ));
                }
            }
        }
        let is_kept = |original: &EventTime| after.iter().any(|one| one.recurrence_id.is_some_and(|kept| self.same(&kept, original)));
        let gone: Vec<&RemoteItem> =
            before.exceptions.iter().filter(|(original, ..)| !is_kept(original)).map(|(_, _, item)| *item).collect();
        for item in gone {
            self.cancel(item).await?;
        }
        Ok(())
    }

    async fn master(&self, uid: &str, before: &Before<'_>, master: &Event) -> Result<RemoteItem, Stop> {
        let Some(item) = before.master else { return self.create(uid, master).await };
        let was = before.event();
        // Where the series begins or repeats otherwise, Google may throw away what it had of single occurrences.
        let stays = was.is_some_and(|was| was.start == master.start && was.recurrence.rule == master.recurrence.rule);
        let mut master = master.clone();
        if stays {
            let stands_apart = |date: &EventTime| {
                before.dropped.iter().any(|(original, _)| self.same(original, date))
                    || before.exceptions.iter().any(|(original, ..)| self.same(original, date))
            };
            let in_master = |date: &EventTime| was.is_some_and(|was| was.recurrence.excluded.contains(date));
            master.recurrence.excluded.retain(|date| in_master(date) || !stands_apart(date));
        }
        self.updated(item, was, &master).await
    }

    /// Makes the event under the id that follows from its UID. If it is there already, an earlier try made it, or it was deleted since.
    async fn create(&self, uid: &str, event: &Event) -> Result<RemoteItem, Stop> {
        if uid.chars().count() > LONGEST_UID {
            return Err(Stop::Refused(format!("The event's UID is longer than {LONGEST_UID} characters, which Google does not keep.")));
        }
        let id = names::event(uid);
        let mut made = body::made_for(uid, event, self.zone);
        made.insert("id".to_owned(), json!(id));
        let answer = self.calls.send(&writing(Method::POST, &["calendars", self.calendar, "events"]).body(&made)).await?;
        if answer.status.as_u16() != 409 {
            return self.item(&answer);
        }
        let there = listing::item(self.calls, self.calendar, self.zone, &id).await?;
        let there = there.ok_or_else(|| Stop::Failed(later("Google says at once that the event is there and that it is not.")))?;
        match &there.content {
            Content::Events(events) if events.first().is_some_and(|now| says_the_same(now, event)) => Ok(there),
            Content::Deleted => {
                let patch = body::replacing(&body::made_for(uid, event, self.zone));
                self.patched(&there, &patch).await
            }
            _ => Err(Stop::Changed),
        }
    }

    /// An occurrence that was not one of its own before.
    async fn occurrence(&mut self, master: &str, series: &Series, original: EventTime, event: &Event) -> Result<(), Stop> {
        let original = recurrence::placed(&original, self.zone);
        let id = names::instance(master, &original);
        let found = match listing::item(self.calls, self.calendar, self.zone, &id).await? {
            Some(found) => Some(found),
            None => self.instance(master, &original).await?,
        };
        // Google threw it away with an earlier form of the series, and its name is still taken.
        if let Some(item) = found.as_ref().filter(|item| item.content == Content::Deleted) {
            return self.bring_back(item, event).await;
        }
        let now = match found.as_ref().map(|item| &item.content) {
            Some(Content::Events(events)) => events.first(),
            Some(_) => return Err(Stop::Changed),
            None => None,
        };
        let (Some(item), Some(now)) = (&found, now) else {
            let day = calendar::words::day(original.date(), None);
            return Err(Stop::Refused(format!("At Google the series has no occurrence on {day}, so that it cannot be another one there.")));
        };
        let own = now.recurrence_id.unwrap_or(original);
        let by_rule = occurrence_event(series, own);
        if says_the_same(now, event) {
            self.items.push(item.clone());
            return Ok(());
        }
        if !says_the_same(now, &by_rule) {
            return Err(Stop::Changed);
        }
        self.update(item, Some(now), event).await
    }

    /// An occurrence by its original start, should Google have another name for it.
    async fn instance(&self, master: &str, original: &EventTime) -> Result<Option<RemoteItem>, Stop> {
        #[derive(Deserialize)]
        struct Page {
            #[serde(default)]
            items: Vec<Value>,
        }
        let moment = match original {
            EventTime::Date(date) => date.to_string(),
            _ => original.to_instant(self.zone.time_zone()).to_string(),
        };
        let call = Call::get(&["calendars", self.calendar, "events", master, "instances"])
            .query("originalStart", &moment)
            .query("showDeleted", "true");
        let answer = self.calls.send(&call).await?;
        if matches!(answer.status.as_u16(), 404 | 410) {
            return Err(Stop::Changed);
        }
        let page: Page = outcome::body(&answer, About::Calendar)?;
        Ok(page.items.first().and_then(|json| read::item(json, self.zone)))
    }

    async fn update(&mut self, item: &RemoteItem, was: Option<&Event>, event: &Event) -> Result<(), Stop> {
        let item = self.updated(item, was, event).await?;
        self.items.push(item);
        Ok(())
    }

    async fn updated(&self, item: &RemoteItem, was: Option<&Event>, event: &Event) -> Result<RemoteItem, Stop> {
        let whole = body::whole(event, self.zone);
        let was = was.and_then(|was| held(std::slice::from_ref(was)).into_iter().next());
        let patch = was.map_or_else(|| body::replacing(&whole), |was| body::patch(&body::whole(&was, self.zone), &whole));
        if patch.is_empty() { Ok(item.clone()) } else { self.patched(item, &patch).await }
    }

    async fn bring_back(&mut self, item: &RemoteItem, event: &Event) -> Result<(), Stop> {
        let patch = body::replacing(&body::whole(event, self.zone));
        let item = self.patched(item, &patch).await?;
        self.items.push(item);
        Ok(())
    }

    async fn cancel(&mut self, item: &RemoteItem) -> Result<(), Stop> {
        let patch = Map::from_iter([("status".to_owned(), json!("cancelled"))]);
        let answer = self.send_patch(item, &patch).await?;
        let now = match answer.status.as_u16() {
            404 | 410 => None,
            412 => listing::item(self.calls, self.calendar, self.zone, &item.id).await?,
            _ => Some(self.item(&answer)?),
        };
        match now {
            // Google itself throws away occurrences of a series that was changed.
            None | Some(RemoteItem { content: Content::Deleted, .. }) => {
                self.items.push(RemoteItem { content: Content::Deleted, ..item.clone() });
                Ok(())
            }
            Some(now) if matches!(now.content, Content::Dropped(_)) => {
                self.items.push(now);
                Ok(())
            }
            Some(_) => Err(Stop::Changed),
        }
    }

    async fn patched(&self, item: &RemoteItem, patch: &Map<String, Value>) -> Result<RemoteItem, Stop> {
        let answer = self.send_patch(item, patch).await?;
        if matches!(answer.status.as_u16(), 404 | 410) { Err(Stop::Changed) } else { self.item(&answer) }
    }

    async fn send_patch(&self, item: &RemoteItem, patch: &Map<String, Value>) -> Result<Answer, Stop> {
        let call = writing(Method::PATCH, &["calendars", self.calendar, "events", &item.id]).if_match(&item.etag).body(patch);
        Ok(self.calls.send(&call).await?)
    }

    /// Deletes masters, which takes their occurrences along, and occurrences that stand alone. What is gone already is deleted.
    async fn delete_all(&mut self, before: &[RemoteItem]) -> Result<(), Stop> {
        let has_master = |series: &String| before.iter().any(|item| item.id == *series && item.content != Content::Deleted);
        for item in before {
            let goes_along = item.series.as_ref().is_some_and(has_master) || matches!(item.content, Content::Deleted | Content::Dropped(_));
            if !goes_along {
                let call = Call::new(Method::DELETE, &["calendars", self.calendar, "events", &item.id]).query("sendUpdates", "none");
                let answer = self.calls.send(&call.if_match(&item.etag)).await?;
                match answer.status.as_u16() {
                    200 if answer.is_page() => return Err(Stop::Failed(Answer::not_now("Google"))),
                    200..=299 | 404 | 410 => {}
                    412 => return Err(Stop::Changed),
                    _ => return Err(outcome::failure(&answer, About::Calendar).into()),
                }
            }
            self.items.push(RemoteItem { content: Content::Deleted, ..item.clone() });
        }
        Ok(())
    }

    /// What stands there now, as a write's own answer tells it.
    fn item(&self, answer: &Answer) -> Result<RemoteItem, Stop> {
        if matches!(answer.status.as_u16(), 409 | 412) {
            return Err(Stop::Changed);
        }
        let json: Value = outcome::body(answer, About::Calendar)?;
        read::item(&json, self.zone).ok_or_else(|| Stop::Failed(later("Google answered with something that is no event.")))
    }

    fn same(&self, left: &EventTime, right: &EventTime) -> bool {
        if left.is_all_day() || right.is_all_day() {
            return left.date() == right.date();
        }
        let zone = self.zone.time_zone();
        left.to_instant(zone) == right.to_instant(zone)
    }

    /// Whether the rule, or a date that was added, gives an occurrence that starts then.
    fn occurs(&self, master: &Event, original: &EventTime) -> bool {
        let mut series = Series::single(master.clone());
        series.master.recurrence.excluded.clear();
        if series.master.recurrence.rule.is_none() && series.master.recurrence.added.is_empty() {
            return false;
        }
        let zone = self.zone.time_zone();
        let from = named(&master.start, original).to_instant(zone);
        let to = from.saturating_add(SignedDuration::from_secs(1)).unwrap_or(from);
        series.occurrences(from..to, zone).any(|one| self.same(&one.original_start, original))
    }
}

/// Nobody is told by Google, and nothing of an event gets lost because this program does not know it.
fn writing<'a>(method: Method, path: &[&'a str]) -> Call<'a> {
    Call::new(method, path).query("sendUpdates", "none").query("supportsAttachments", "true").query("conferenceDataVersion", "1")
}

/// Whether two events say the same as far as Google holds them.
fn says_the_same(left: &Event, right: &Event) -> bool {
    let whole = |event: &Event| held(std::slice::from_ref(event)).into_iter().next();
    matches!((whole(left), whole(right)), (Some(left), Some(right)) if same_content(&left, &right))
}

fn later(reason: &str) -> RemoteFailure {
    RemoteFailure::Later { reason: reason.to_owned(), after_seconds: None }
}
