//! Writing a series: only what differs, only if it is as it was seen, and never attendees.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use calendar::diff::same_content;
use calendar::edit::occurrence_event;
use calendar::recurrence::Series;
use calendar::remote::{Content, RemoteFailure, RemoteItem, SeriesWrite, WriteOutcome};
use calendar::{Event, EventTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use reqwest::Url;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::graph::{Call, Graph};
use super::outcome::Trouble;
use super::read::{self, text};
use super::series::{self, Standing};
use super::{body, fields, held, times};
use crate::web::later;

/// How many events of one UID may have been made and deleted before in a calendar. Their `transactionId`s are taken for ever.
const MADE_BEFORE: u32 = 20;

/// Writes to one calendar.
pub(super) struct Writing<'a> {
    pub(super) graph: &'a Graph,
    pub(super) calendar: &'a str,
    /// The organizer wants Microsoft to mail those who take part.
    pub(super) mails: bool,
}

impl Writing<'_> {
    pub(super) async fn write(&self, write: &SeriesWrite) -> Result<WriteOutcome, RemoteFailure> {
        let written = if write.after.is_empty() { self.delete(&write.before).await } else { self.put(write).await };
        written.or_else(Trouble::of_write)
    }

    async fn put(&self, write: &SeriesWrite) -> Result<WriteOutcome, Trouble> {
        if let Some(words) = body::refusal(&write.after) {
            return Ok(WriteOutcome::Refused(words));
        }
        let mut wanted = held::held(&write.after);
        for event in &mut wanted {
            event.uid.clone_from(&write.uid);
        }
        let Some((master, _)) = wanted.split_first() else { return Ok(WriteOutcome::Refused("There is nothing to write.".to_owned())) };
        let Some(root) = root_of(&write.before) else { return self.create(&wanted, master).await };
        match series::read_whole(self.graph, self.calendar, root).await? {
            Some(standing) if is_as_seen(&standing.items, &write.before) => self.change(standing, &wanted, &write.before).await,
            _ => Ok(WriteOutcome::Changed),
        }
    }

    /// A single event or a series that is new there. What an earlier try made, whose answer was lost, is taken up instead of made again.
    async fn create(&self, wanted: &[Event], master: &Event) -> Result<WriteOutcome, Trouble> {
        for nth in 0..=MADE_BEFORE {
            let made = series::ids_of(self.graph, self.calendar, &master.uid).await?;
            if let Some(id) = made.first()
                && let Some(standing) = series::read_whole(self.graph, self.calendar, id).await?
            {
                return Box::pin(self.change(standing, wanted, &[])).await;
            }
            let mut body = body::of(master);
            body.retain(|_, value| !value.is_null());
            if nth < MADE_BEFORE {
                body.insert("transactionId".to_owned(), json!(self.transaction(&master.uid, nth)));
            }
            let url = self.graph.address(&["me", "calendars", self.calendar, "events"], &[]);
            match self.graph.ask(&Call::post(url, Value::Object(body.clone()))).await {
                Ok(reply) => return self.after_master(fields::carried(&Value::Object(body), reply.json), wanted, &[]).await,
                // It was made, and deleted since: another name makes another.
                Err(Trouble::MadeBefore) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        Err(later("Microsoft says that this event was made before, and does not show it.").into())
    }

    async fn change(&self, standing: Standing, wanted: &[Event], before: &[RemoteItem]) -> Result<WriteOutcome, Trouble> {
        let mut now = held::held(&standing.events());
        let (Some(there), Some(master)) = (now.first_mut(), wanted.first()) else { return Ok(WriteOutcome::Changed) };
        // A copy that somebody made in Outlook has the UID of what it was copied from.
        if fields::uid(&standing.json).is_none_or(|uid| uid == master.uid) {
            there.uid.clone_from(&master.uid);
        }
        let changes = body::changes(there, master);
        if changes.is_empty() && says_the_same(&now, wanted) {
            return Ok(written(standing.items, before));
        }
        if standing.mailed > 0 && !self.mails {
            return Ok(WriteOutcome::Refused(mail_words(standing.mailed, master)));
        }
        if brings_back(&changes, &now, wanted) {
            return self.replace(&standing, wanted, master, before).await;
        }
        let json = if changes.is_empty() {
            standing.json
        } else {
            let call = Call::patch(self.event(text(&standing.json, "/id")), Value::Object(changes.clone()));
            let reply = self.graph.ask(&call.if_match(&series::etag(&standing.json))).await?;
            // An answer to a write tells nothing of our own properties.
            fields::carried(&Value::Object(changes), fields::carried(&standing.json, reply.json))
        };
        self.after_master(json, wanted, before).await
    }

    /// Outlook brings no date of a series back that was taken out. So the series is deleted, and made once more: where this ends between the
    /// two, it is gone there and changed here, and so it is made later. Were it made first, it could stand there twice.
    async fn replace(&self, old: &Standing, wanted: &[Event], master: &Event, before: &[RemoteItem]) -> Result<WriteOutcome, Trouble> {
        if old.mailed > 0 {
            let words =
                "Outlook cannot bring back a date of a series to which people are invited, without inviting them anew. Do it in Outlook.";
            return Ok(WriteOutcome::Refused(words.to_owned()));
        }
        self.delete_one(text(&old.json, "/id"), &series::etag(&old.json)).await?;
        let WriteOutcome::Written(items) = self.create(wanted, master).await? else { return Ok(WriteOutcome::Changed) };
        Ok(written(items, before))
    }

    /// Brings the dates of a series in line, once the master is. A single event is done.
    async fn after_master(&self, json: Value, wanted: &[Event], before: &[RemoteItem]) -> Result<WriteOutcome, Trouble> {
        let id = text(&json, "/id").to_owned();
        let was_series = before.iter().any(|item| item.series.is_some()) || text(&json, "/type") == "seriesMaster";
        let has_dates = wanted.len() > 1 || wanted.first().is_some_and(|master| !master.recurrence.excluded.is_empty());
        if !was_series && !has_dates {
            return Ok(written(vec![series::single(&json)], before));
        }
        let Some(standing) = series::read_whole(self.graph, self.calendar, &id).await? else { return Ok(WriteOutcome::Changed) };
        if !is_as_told(&standing, &json) {
            return Ok(WriteOutcome::Changed);
        }
        let Some(expected) = self.dates(&standing, wanted).await? else { return Ok(written(standing.items, before)) };
        match series::read_whole(self.graph, self.calendar, &id).await? {
            Some(standing) if expected.is_met_by(&standing) => Ok(written(standing.items, before)),
            _ => Ok(WriteOutcome::Changed),
        }
    }

    /// What stands there then; none where no date had to be changed.
    async fn dates(&self, standing: &Standing, wanted: &[Event]) -> Result<Option<Expected>, Trouble> {
        let (Some((master, exceptions)), Some(there)) =
            (wanted.split_first(), standing.items.first().and_then(|item| series::events_of(item).first()))
        else {
            return Ok(None);
        };
        let mut expected = Expected::of(standing, there);
        let root = text(&standing.json, "/id");
        let off: BTreeSet<EventTime> = there.recurrence.excluded.iter().copied().map(times::told).collect();
        let mut standing: BTreeMap<EventTime, &RemoteItem> =
            standing.items.iter().filter_map(|item| Some((series::original_of(item)?, item))).collect();
        for exception in exceptions {
            let Some(original) = exception.recurrence_id else { continue };
            let item = standing.remove(&original);
            let told = if let Some((item, now)) = item.and_then(|item| Some((item, series::events_of(item).first()?))) {
                self.change_date(&item.id, &item.etag, now, exception).await?
            } else {
                let json = self.instance(root, there, original).await?.ok_or(Trouble::Changed)?;
                let now = read::exception(&json, there).map_err(Trouble::Refused)?;
                self.change_date(text(&json, "/id"), &series::etag(&json), &now, exception).await?
            };
            expected.tell(told.as_ref())?;
        }
        for date in master.recurrence.excluded.iter().filter(|date| !off.contains(date)) {
            let (id, etag) = match standing.remove(date) {
                Some(item) => (item.id.clone(), item.etag.clone()),
                None => match self.instance(root, there, *date).await? {
                    Some(json) => (text(&json, "/id").to_owned(), series::etag(&json)),
                    None => continue,
                },
            };
            self.delete_one(&id, &etag).await?;
            expected.take_out(&id, *date);
        }
        // What is no exception any more says again what its series says.
        let bare = Series::single(Event { recurrence: master.recurrence.clone(), ..there.clone() });
        for (original, item) in standing {
            let Some(now) = series::events_of(item).first() else { continue };
            let told = self.change_date(&item.id, &item.etag, now, &occurrence_event(&bare, original)).await?;
            expected.tell(told.as_ref())?;
        }
        Ok(expected.is_changed.then_some(expected))
    }

    /// What the date says then; none where it said so before.
    async fn change_date(&self, id: &str, etag: &str, now: &Event, wanted: &Event) -> Result<Option<Value>, Trouble> {
        let told = |event: &Event| held::held(std::slice::from_ref(event)).into_iter().next();
        let (Some(now), Some(wanted)) = (told(now), told(wanted)) else { return Ok(None) };
        let changes = body::changes(&now, &wanted);
        if changes.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.graph.ask(&Call::patch(self.event(id), Value::Object(changes)).if_match(etag)).await?.json))
    }

    /// The date of a series that would start then by its rule.
    async fn instance(&self, root: &str, master: &Event, original: EventTime) -> Result<Option<Value>, Trouble> {
        let instant = original.to_instant(&TimeZone::UTC);
        let span =
            |hours: i64| instant.saturating_add(SignedDuration::from_hours(hours)).map_or(String::new(), |instant| instant.to_string());
        let near = series::instances(self.graph, self.calendar, root, &span(-24), &span(48)).await?;
        let is_it = |json: &Value| {
            let start = text(json, "/originalStart").parse::<Timestamp>().ok();
            start.is_some_and(|start| {
                times::told(times::read_original(start, &master.start, Some(text(json, "/originalStartTimeZone")))) == times::told(original)
            })
        };
        Ok(near.into_iter().find(is_it))
    }

    async fn delete(&self, before: &[RemoteItem]) -> Result<WriteOutcome, Trouble> {
        let Some(root) = root_of(before) else { return Ok(written(Vec::new(), before)) };
        let Some(standing) = series::read_whole(self.graph, self.calendar, root).await? else { return Ok(written(Vec::new(), before)) };
        if !is_as_seen(&standing.items, before) {
            return Ok(WriteOutcome::Changed);
        }
        if standing.mailed > 0 && !self.mails {
            let event = standing.events().into_iter().next();
            return Ok(WriteOutcome::Refused(event.map_or_else(String::new, |event| mail_words(standing.mailed, &event))));
        }
        self.delete_one(root, &series::etag(&standing.json)).await?;
        Ok(written(Vec::new(), before))
    }

    async fn delete_one(&self, id: &str, etag: &str) -> Result<(), Trouble> {
        match self.graph.ask(&Call::delete(self.event(id)).if_match(etag)).await {
            Ok(_) | Err(Trouble::Missing(_)) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    fn event(&self, id: &str) -> Url {
        self.graph.address(&["me", "calendars", self.calendar, "events", id], &[])
    }

    /// The same for every try to make the same event.
    fn transaction(&self, uid: &str, nth: u32) -> String {
        let digest = Sha256::digest(format!("rollcall\n{}\n{uid}\n{nth}", self.calendar).as_bytes());
        URL_SAFE_NO_PAD.encode(digest)
    }
}

/// A series as it stands there where nobody but us writes: what somebody else wrote meanwhile must not pass for known.
struct Expected {
    master: Event,
    /// By their names.
    exceptions: BTreeMap<String, Event>,
    /// Any date was written.
    is_changed: bool,
}

impl Expected {
    fn of(standing: &Standing, master: &Event) -> Self {
        let exceptions = standing.items.iter().filter(|item| item.series.is_some());
        let exceptions = exceptions.filter_map(|item| Some((item.id.clone(), series::events_of(item).first()?.clone())));
        Self { master: master.clone(), exceptions: exceptions.collect(), is_changed: false }
    }

    /// A date was changed, and this is what it says now.
    fn tell(&mut self, told: Option<&Value>) -> Result<(), Trouble> {
        if let Some(json) = told {
            let exception = read::exception(json, &self.master).map_err(|_| Trouble::Changed)?;
            self.exceptions.insert(text(json, "/id").to_owned(), exception);
            self.is_changed = true;
        }
        Ok(())
    }

    /// A date was taken out.
    fn take_out(&mut self, id: &str, date: EventTime) {
        self.exceptions.remove(id);
        self.master.recurrence.excluded.push(date);
        self.is_changed = true;
    }

    fn is_met_by(&self, standing: &Standing) -> bool {
        let Some(now) = standing.items.first().and_then(|item| series::events_of(item).first()) else { return false };
        let now = Self::of(standing, now);
        same_content(&self.master, &now.master)
            && self.exceptions.len() == now.exceptions.len()
            && self.exceptions.iter().zip(&now.exceptions).all(|(own, its)| own.0 == its.0 && same_content(own.1, its.1))
    }
}

/// Whether a series says what the answer to writing its master told of that. Dates that are off are told only by reading it.
fn is_as_told(standing: &Standing, told: &Value) -> bool {
    let (Some(now), Ok(mut told)) = (standing.items.first().and_then(|item| series::events_of(item).first()), read::event(told)) else {
        return false;
    };
    told.recurrence.excluded.clone_from(&now.recurrence.excluded);
    same_content(now, &told)
}

/// The item that the others belong to.
fn root_of(before: &[RemoteItem]) -> Option<&str> {
    let whole = before.iter().find(|item| item.series.is_none()).map(|item| item.id.as_str());
    whole.or_else(|| before.first().and_then(|item| item.series.as_deref()))
}

/// Whether what stands there is what was seen. What was seen to be gone is no part of it.
fn is_as_seen(standing: &[RemoteItem], before: &[RemoteItem]) -> bool {
    let versions = |items: &[RemoteItem]| -> BTreeSet<(String, String)> {
        let there = items.iter().filter(|item| !matches!(item.content, Content::Deleted | Content::Dropped(_)));
        there.map(|item| (item.id.clone(), item.etag.clone())).collect()
    };
    versions(standing) == versions(before)
}

fn says_the_same(now: &[Event], wanted: &[Event]) -> bool {
    let same = |(now, wanted): (&Event, &Event)| now.recurrence_id == wanted.recurrence_id && body::changes(now, wanted).is_empty();
    let off = |events: &[Event]| events.first().map(|master| master.recurrence.excluded.clone());
    now.len() == wanted.len() && off(now) == off(wanted) && now.iter().zip(wanted).all(same)
}

/// Whether a write of what stands there as it was seen is a [`Writing::replace`].
pub(super) fn makes_anew(write: &SeriesWrite) -> bool {
    let before: Vec<Event> = write.before.iter().flat_map(series::events_of).cloned().collect();
    let (now, wanted) = (held::held(&before), held::held(&write.after));
    let (Some(there), Some(master)) = (now.first(), wanted.first()) else { return false };
    brings_back(&body::changes(there, master), &now, &wanted)
}

/// Whether a date is off there and is wanted. A series that repeats or begins otherwise forgets by itself which dates were off.
fn brings_back(changes: &Map<String, Value>, now: &[Event], wanted: &[Event]) -> bool {
    let begins_anew = ["recurrence", "start", "end", "isAllDay"].iter().any(|name| changes.contains_key(*name));
    let (Some(now), Some(wanted)) = (now.first(), wanted.first()) else { return false };
    !begins_anew && now.recurrence.excluded.iter().any(|date| !wanted.recurrence.excluded.contains(date))
}

/// What holds it now, and what of before is gone.
fn written(items: Vec<RemoteItem>, before: &[RemoteItem]) -> WriteOutcome {
    let gone: Vec<RemoteItem> =
        before.iter().filter(|old| !items.iter().any(|item| item.id == old.id)).map(|old| series::gone(&old.id)).collect();
    WriteOutcome::Written(items.into_iter().chain(gone).collect())
}

fn mail_words(people: usize, event: &Event) -> String {
    let people = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
    format!(
        "Microsoft would mail {people} about a change of “{}”, because they were invited to it in Outlook. It was not changed there.",
        event.summary
    )
}
