//! What a provider told comes to stand here: planned series by series, and written in one transaction with the token that it came with.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use anyhow::Result;
use calendar::remote::{CalendarRemote, Content, RemoteItem};
use calendar::sync::{Clash, Merged, Series, Side, Ways, merge};
use calendar::{Event, EventTime};
use jiff::{SignedDuration, Timestamp};
use store::calendar::Role;
use store::calendar::mirror::Mirror;
use store::clash::{self, Place};
use store::event_version::{self, Current, Draft, Origin, Source};
use store::import::{self, Imported};
use store::{Reader, Writer, remote_item, remote_write};

/// Where what was told is to stand, and who told it.
#[derive(Clone)]
pub(super) struct Landing {
    pub(super) mirror: Mirror,
    pub(super) remote: Arc<dyn CalendarRemote>,
    pub(super) at: Timestamp,
    /// What this run brought so far, so that it can be undone as a whole.
    pub(super) record: Option<i64>,
}

/// What became of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Landed {
    pub(super) record: Option<i64>,
    /// Series that changed here.
    pub(super) changed: u32,
    /// Fields that were edited in both places.
    pub(super) clashes: u32,
    /// Items that could not be read.
    pub(super) unreadable: u32,
}

/// A series that an item is about, as it stood at the provider before.
struct Touched {
    base: Series,
    edited: Option<Timestamp>,
}

/// What is left to be told to the provider of a series.
enum Left {
    /// Both sides say the same.
    Nothing,
    /// It told something new, and here it stands otherwise.
    ToWrite,
    /// It told nothing new.
    AsBefore,
}

/// What is to be written of a series.
struct Written {
    event: Option<i64>,
    content: Event,
    deleted: bool,
}

/// What an event says that makes it the same under another name: when it is, and what it is called.
type Renamed = HashMap<(EventTime, EventTime, String), Vec<String>>;

fn said(item: &RemoteItem) -> Option<(EventTime, EventTime, String)> {
    match &item.content {
        Content::Events(events) => events.first().map(|event| (event.start, event.end, event.summary.clone())),
        _ => None,
    }
}

impl Landing {
    /// Takes items in, in the caller's transaction. Items that only were listed say nothing.
    pub(super) fn land(&self, w: &Writer<'_>, items: &[RemoteItem]) -> Result<Landed> {
        let calendar = self.mirror.calendar;
        let mut landed = Landed { record: self.record, ..Landed::default() };
        let touched = self.remember(w, items)?;
        let (mut written, mut planned) = (Vec::new(), Vec::new());
        for (uid, touched) in &touched {
            let known = remote_item::of_uid(w, calendar, uid)?;
            if known.iter().any(|item| matches!(item.content, Content::Unreadable(_) | Content::Listed)) {
                landed.unreadable += 1;
                continue;
            }
            let there = match Series::from_items(uid, &known) {
                Some(series) => series,
                None if known.is_empty() => Series::default(),
                // Its exceptions came first.
                None => continue,
            };
            let before = written.len();
            let (clashes, mut left) = self.plan(w, uid, touched, &there, &mut written)?;
            if touched.base.is_empty() && self.mirror.role != Role::Reader && self.remote.keeps_names() && is_named_otherwise(&known, uid) {
                left = Left::ToWrite;
            }
            landed.clashes += clashes;
            landed.changed += u32::from(written.len() > before);
            planned.push((uid, left));
        }
        landed.record = self.write(w, &written)?;
        // A version asks to be written to the provider. What it told itself need not be; what was not taken from it must be, though no version
        // came of it.
        for (uid, left) in planned {
            match left {
                Left::Nothing => remote_write::done(w, calendar, uid, i64::MAX)?,
                Left::ToWrite => remote_write::ask(w, calendar, uid)?,
                Left::AsBefore => {}
            }
        }
        Ok(landed)
    }

    /// Keeps the items as they are now. Which series they are about, and how those stood before.
    fn remember(&self, w: &Writer<'_>, items: &[RemoteItem]) -> Result<BTreeMap<String, Touched>> {
        let calendar = self.mirror.calendar;
        let mut renamed = self.renamed(w, items)?;
        let (mut masters, mut uids): (HashMap<&str, String>, HashSet<String>) = Default::default();
        for item in items.iter().filter(|item| item.series.is_none()) {
            if let Content::Events(events) = &item.content {
                if masters.contains_key(item.id.as_str()) {
                    continue;
                }
                let mut uid = self.uid_of_whole(w, item, events, &mut renamed)?;
                if self.remote.keeps_names() && (uids.contains(&uid) || self.is_taken(w, &uid, item, items)?) {
                    uid.clone_from(&item.id);
                }
                uids.insert(uid.clone());
                masters.insert(&item.id, uid);
            }
        }
        let mut touched: BTreeMap<String, Touched> = BTreeMap::new();
        for item in items {
            let uid = match (masters.get(item.id.as_str()), &item.series) {
                (Some(uid), _) => Some(uid.clone()),
                (None, Some(series)) => match masters.get(series.as_str()) {
                    Some(uid) => Some(uid.clone()),
                    None => remote_item::uid(w, calendar, series)?.or(remote_item::uid(w, calendar, &item.id)?),
                },
                (None, None) => remote_item::uid(w, calendar, &item.id)?,
            };
            if let Some(uid) = &uid {
                if !touched.contains_key(uid) {
                    let base = Series::from_items(uid, &remote_item::of_uid(w, calendar, uid)?).unwrap_or_default();
                    touched.insert(uid.clone(), Touched { base, edited: None });
                }
                if let Some(touched) = touched.get_mut(uid) {
                    touched.edited = touched.edited.max(item.edited);
                }
            }
            self.keep(w, item, uid.as_deref().unwrap_or_default())?;
        }
        Ok(touched)
    }

    /// The UIDs here of what is gone, by what it said. Where nothing is ever written, what comes under another name and says the same is the
    /// same: feeds of booking platforms name everything anew each time.
    fn renamed(&self, w: &Writer<'_>, items: &[RemoteItem]) -> Result<Renamed> {
        let mut renamed = Renamed::new();
        if self.mirror.role != Role::Reader {
            return Ok(renamed);
        }
        for item in items.iter().filter(|item| item.content == Content::Deleted) {
            let known = remote_item::get(w, self.mirror.calendar, &item.id)?;
            if let Some(said) = known.as_ref().and_then(said)
                && let Some(uid) = remote_item::uid(w, self.mirror.calendar, &item.id)?
            {
                renamed.entry(said).or_default().push(uid);
            }
        }
        Ok(renamed)
    }

    /// The UID here of what an item holds whole: the one it had, else its own.
    fn uid_of_whole(&self, w: &Writer<'_>, item: &RemoteItem, events: &[Event], renamed: &mut Renamed) -> Result<String> {
        if let Some(known) = remote_item::uid(w, self.mirror.calendar, &item.id)? {
            return Ok(known);
        }
        if let Some(uid) = said(item).and_then(|said| renamed.get_mut(&said)?.pop()) {
            return Ok(uid);
        }
        let own = events.iter().map(|event| &event.uid).find(|uid| !uid.is_empty());
        Ok(own.unwrap_or(&item.id).clone())
    }

    /// Whether something else has this UID, and still stands there.
    fn is_taken(&self, w: &Writer<'_>, uid: &str, item: &RemoteItem, items: &[RemoteItem]) -> Result<bool> {
        let is_gone = |id: &str| items.iter().any(|item| item.id == id && item.content == Content::Deleted);
        let known = remote_item::of_uid(w, self.mirror.calendar, uid)?;
        Ok(known.iter().any(|known| known.series.is_none() && known.id != item.id && !is_gone(&known.id)))
    }

    /// Of what comes under new names, the items that had its UIDs before and are not told of beside it: whether they still stand there must be
    /// known first.
    pub(super) fn holders(&self, r: &Reader<'_>, items: &[RemoteItem]) -> Result<Vec<String>> {
        let calendar = self.mirror.calendar;
        let mut holders = Vec::new();
        for item in items.iter().filter(|item| item.series.is_none()) {
            let Content::Events(events) = &item.content else { continue };
            let Some(own) = events.iter().map(|event| &event.uid).find(|uid| !uid.is_empty()) else { continue };
            if remote_item::get(r, calendar, &item.id)?.is_none() {
                let known = remote_item::of_uid(r, calendar, own)?.into_iter().filter(|known| known.series.is_none()).map(|known| known.id);
                holders.extend(known.filter(|id| !items.iter().any(|item| item.id == *id)));
            }
        }
        Ok(holders)
    }

    fn keep(&self, w: &Writer<'_>, item: &RemoteItem, uid: &str) -> Result<()> {
        let calendar = self.mirror.calendar;
        match &item.content {
            Content::Listed => {}
            Content::Deleted => remote_item::remove(w, calendar, &item.id)?,
            Content::Events(_) if item.series.is_none() => {
                // A series that got another name at the provider is the same one.
                for old in remote_item::of_uid(w, calendar, uid)?.iter().filter(|known| known.series.is_none() && known.id != item.id) {
                    remote_item::put(w, calendar, "", old)?;
                }
                remote_item::put(w, calendar, uid, item)?;
                remote_item::adopt(w, calendar, &item.id, uid)?;
            }
            Content::Events(_) | Content::Dropped(_) | Content::Unreadable(_) => remote_item::put(w, calendar, uid, item)?,
        }
        Ok(())
    }

    /// What a series comes to, as drafts. How many of its fields clash, and what is then left to be told.
    fn plan(&self, w: &Writer<'_>, uid: &str, touched: &Touched, there: &Series, written: &mut Vec<Written>) -> Result<(u32, Left)> {
        let calendar = self.mirror.calendar;
        let rows = event_version::of_uid(w, calendar, uid)?;
        let here = Series::of(rows.iter().filter(|row| !row.row.deleted).map(|row| row.content.clone()));
        let held = Series::of(self.remote.held(&here.to_events())).with_people_of(&touched.base);
        let later = self.later(w, uid, touched, there)?;
        let Merged { series, clashes } = merge(&Ways { base: &touched.base, here: &here, held: &held, there, later });
        // Pages may tell that a series moved before they tell that its dates went: nobody would ever see those again but here.
        let still_held = Series::of(self.remote.held(&series.to_events()));
        let series = series.without_strays(&still_held);
        if clashes.iter().any(|clash| clash.kept == Side::Here) {
            // What was not kept is a version too, so that it can be had again.
            push_changes(&rows, &here, there, uid, written);
            push_changes(&rows, there, &series, uid, written);
        } else {
            push_changes(&rows, &here, &series, uid, written);
        }
        for clash in &clashes {
            clash::insert(w, &self.row(uid, clash))?;
        }
        let is_agreed = self.mirror.role == Role::Reader
            || Series::of(self.remote.held(&series.to_events())).with_people_of(there).says_the_same(there);
        let left = match is_agreed {
            true => Left::Nothing,
            false if there.says_the_same(&touched.base) => Left::AsBefore,
            false => Left::ToWrite,
        };
        Ok((u32::try_from(clashes.len()).unwrap_or(u32::MAX), left))
    }

    /// Which side was edited last, the provider's clock set right. What was taken in from the provider is no edit here.
    fn later(&self, w: &Writer<'_>, uid: &str, touched: &Touched, there: &Series) -> Result<Side> {
        let here = event_version::changed_by_others(w, self.mirror.calendar, uid, Source::Account(self.mirror.account))?;
        let ahead = SignedDuration::from_millis(self.remote.clock_ahead());
        let edited = touched.edited.and_then(|edited| edited.checked_sub(ahead).ok());
        Ok(match (here, edited) {
            // When something was deleted is not always known: what was edited is worth more than its end.
            (Some(_), None) if there.is_empty() => Side::Here,
            (Some(here), Some(edited)) if here > edited => Side::Here,
            _ => Side::There,
        })
    }

    fn row(&self, uid: &str, found: &Clash) -> clash::Clash {
        clash::Clash {
            id: 0,
            calendar: self.mirror.calendar,
            uid: uid.to_owned(),
            recurrence_id: found.recurrence_id.map(|original| original.value()).unwrap_or_default(),
            field: found.field.clone(),
            here: found.here.clone(),
            there: found.there.clone(),
            feed: None,
            kept: if found.kept == Side::Here { Place::Here } else { Place::There },
            other: found.other.clone(),
            at: self.at,
        }
    }

    /// Writes the versions, and that this run brought them.
    fn write(&self, w: &Writer<'_>, written: &[Written]) -> Result<Option<i64>> {
        if written.is_empty() {
            return Ok(self.record);
        }
        let calendar = self.mirror.calendar;
        let drafts: Vec<Draft<'_>> = written
            .iter()
            .map(|written| Draft {
                calendar,
                event: written.event,
                content: &written.content,
                ical: "",
                deleted: written.deleted,
                split_from: None,
            })
            .collect();
        // The first look is not undone: that would delete at the provider all that it brought.
        let record = match self.record {
            None if self.mirror.synced_at.is_some() => Some(import::create(w, calendar, &[], false, self.at)?),
            record => record,
        };
        let origin = Origin { source: Source::Account(self.mirror.account), import: record, at: self.at };
        let done = event_version::append(w, &drafts, &origin)?;
        let rows: Vec<Imported> = done
            .iter()
            .map(|done| Imported { event: done.event, source: 0, version_before: done.before, version_after: done.version })
            .collect();
        if let Some(record) = record {
            import::put_events(w, record, &rows)?;
        }
        Ok(record)
    }
}

/// Whether it has the UID of another there: it is a copy of that, and is to be told its own.
pub(super) fn is_named_otherwise(items: &[RemoteItem], uid: &str) -> bool {
    let own = items.iter().filter(|item| item.series.is_none()).filter_map(|item| match &item.content {
        Content::Events(events) => Some(events),
        _ => None,
    });
    own.flatten().any(|event| !event.uid.is_empty() && event.uid != uid)
}

/// What leads from one state of a series to another. Masters come before their exceptions.
fn push_changes(rows: &[Current], from: &Series, to: &Series, uid: &str, written: &mut Vec<Written>) {
    let row_of = |event: &Event| {
        let name = event.recurrence_id.map(|original| original.value()).unwrap_or_default();
        rows.iter().find(|row| row.row.recurrence_id == name).map(|row| row.row.id)
    };
    for event in to.events() {
        let same = from.events().find(|known| known.recurrence_id == event.recurrence_id).is_some_and(|known| known == event);
        if !same {
            written.push(Written { event: row_of(event), content: Event { uid: uid.to_owned(), ..event.clone() }, deleted: false });
        }
    }
    for event in from.events() {
        let is_left = to.events().any(|left| left.recurrence_id == event.recurrence_id);
        if !is_left {
            written.push(Written { event: row_of(event), content: Event { uid: uid.to_owned(), ..event.clone() }, deleted: true });
        }
    }
}
