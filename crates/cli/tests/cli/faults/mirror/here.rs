//! The organizer's side: the window's own edits, on the data folder that another process syncs.

use std::sync::Arc;

use engine::calendars::view::{EventDraft, OccurrenceView, Scope};
use engine::calendars::{self, EventEdit, NewEvent, Surface};
use engine::sync::view::CalendarAccountForm;
use engine::vault::Vault;
use engine::{Engine, SystemClock, sync};
use jiff::Timestamp;
use store::{clash, event, event_version, remote_item, remote_write};
use tokio::runtime::Runtime;

use super::edit::{Edit, Kind, New, Occurrence, RULES};
use crate::program::{PASSPHRASE, Program};

pub(super) struct Here {
    runtime: Runtime,
    engine: Engine,
    account: String,
    calendar: i64,
}

const FROM: &str = "2026-01-01T00:00:00Z";
const TO: &str = "2029-01-01T00:00:00Z";

impl Here {
    /// Connects an account, and mirrors a calendar of it. `consents` is what the owner's browser does with a page: where it ends.
    pub(super) fn connected(program: &Program, form: CalendarAccountForm, calendar: &str, consents: impl Fn(&str) -> String) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("threads");
        let (engine, account, calendar) = runtime.block_on(async {
            let vault = Vault::new(None, Some(PASSPHRASE.to_owned().into()));
            let state = program.path("state");
            let engine =
                Engine::open_with_state(&program.data(), state.as_ref(), Arc::new(SystemClock), vec![connect::adapters()], vault).await;
            let engine = engine.expect("the engine opens");
            let connecting = sync::connect(&engine, form).await.expect("it connects");
            let account = match connecting.page.as_str() {
                "" => connecting.account,
                page => sync::pasted(&engine, &consents(page)).await.expect("consent is given"),
            };
            let listed = sync::mirror_calendars(&engine, &account, &[calendar.to_owned()]).await.expect("it is mirrored");
            let row = listed.iter().find_map(|listed| listed.calendar.parse().ok()).expect("it is here");
            (engine, account, row)
        });
        Self { runtime, engine, account, calendar }
    }

    /// The owner consents again.
    pub(super) fn reconnect(&self, consents: impl Fn(&str) -> String) {
        self.runtime.block_on(async {
            let page = sync::reconnect(&self.engine, &self.account).await.expect("consent is asked for").page;
            sync::pasted(&self.engine, &consents(&page)).await.expect("consent is given");
        });
    }

    /// UIDs of what stands here.
    pub(super) fn uids(&self) -> Vec<String> {
        let calendar = self.calendar;
        let rows = self.runtime.block_on(self.engine.store().read(move |r| event_version::current_of_calendar(r, calendar)));
        let whole = rows.expect("it can be read").into_iter().filter(|row| row.row.recurrence_id.is_empty());
        let mut uids: Vec<String> = whole.map(|row| row.row.uid).collect();
        uids.sort_unstable();
        uids
    }

    /// The UID here of what has this name at the provider.
    pub(super) fn uid_of(&self, name: &str) -> Option<String> {
        let (calendar, name) = (self.calendar, name.to_owned());
        self.runtime.block_on(self.engine.store().read(move |r| remote_item::uid(r, calendar, &name))).expect("it can be read")
    }

    pub(super) fn create(&self, new: &New) {
        let start =
            if new.day { format!("2027-03-{:02}", 6 + new.pick % 20) } else { format!("2027-03-06T{:02}:00:00", 8 + new.pick % 12) };
        let draft = EventDraft {
            summary: Some(new.said.clone()),
            start: Some(start),
            tzid: Some(new.zone.into()).filter(|_| !new.day),
            rrule: Some(new.rule.to_owned()).filter(|rule| !rule.is_empty()),
            ..EventDraft::default()
        };
        let event = NewEvent { calendar: self.calendar.to_string(), draft };
        self.runtime.block_on(calendars::create_events(&self.engine, Surface::Window, vec![event])).expect("it is made");
    }

    /// Whether it could be made: a single event has no dates, and what is being deleted there cannot be found.
    pub(super) fn edit(&self, uid: &str, edit: &Edit) -> bool {
        let Some((id, start)) = self.whole(uid) else { return false };
        let draft = |fill: &dyn Fn(&mut EventDraft)| {
            let mut draft = EventDraft::default();
            fill(&mut draft);
            draft
        };
        let said = || draft(&|draft| draft.summary = Some(edit.said.clone()));
        let (date, scope, draft) = match edit.kind {
            Kind::Title => (None, Scope::All, said()),
            Kind::Place => (None, Scope::All, draft(&|draft| draft.place = Some(edit.said.clone()))),
            Kind::Rule => (None, Scope::All, draft(&|draft| draft.rrule = Some(RULES[edit.pick % RULES.len()].to_owned()))),
            Kind::Time if start.len() == 10 => return false,
            Kind::Time => {
                let day = start.get(..10).unwrap_or_default();
                (None, Scope::All, draft(&|draft| draft.start = Some(format!("{day}T{:02}:15:00", 8 + edit.pick % 12))))
            }
            Kind::Delete => return self.delete(&id, "", Scope::All),
            Kind::Name | Kind::Move | Kind::Off | Kind::Following => {
                let dates = self.dates(&id);
                let Some(date) = (!dates.is_empty()).then(|| &dates[edit.pick % dates.len()]) else { return false };
                let name = date.recurrence_id.clone();
                match edit.kind {
                    Kind::Off => return self.delete(&id, &name, Scope::This),
                    Kind::Following => (Some(name), Scope::Following, said()),
                    Kind::Move if !date.all_day => {
                        let moved = draft(&|draft| {
                            draft.summary = Some(edit.said.clone());
                            draft.start = date.start.get(..10).map(|day| format!("{day}T21:45:00"));
                        });
                        (Some(name), Scope::This, moved)
                    }
                    _ => (Some(name), Scope::This, said()),
                }
            }
        };
        let change = EventEdit { id, recurrence_id: date.unwrap_or_default(), scope, draft };
        self.runtime.block_on(calendars::edit_event(&self.engine, Surface::Window, change)).is_ok()
    }

    /// Brings back what was deleted, or what an event said before. Whether there was such a thing.
    pub(super) fn restore(&self, uid: &str, pick: usize, has_fields: bool) -> bool {
        let (engine, calendar) = (&self.engine, self.calendar.to_string());
        self.runtime.block_on(async {
            let deleted = calendars::deleted_events(engine, &calendar).await.expect("they can be read");
            if let Some(gone) = deleted.get(pick % deleted.len().max(1)).filter(|_| !has_fields || pick.is_multiple_of(2)) {
                return calendars::restore_event(engine, &gone.event, &gone.recurrence_id, gone.version).await.is_ok();
            }
            let Some((id, _)) = self.whole_of(uid).await.filter(|_| has_fields) else { return false };
            let version = 1 + u32::try_from(pick % 3).unwrap_or_default();
            calendars::restore_event(engine, &id, "", version).await.is_ok()
        })
    }

    fn delete(&self, id: &str, date: &str, scope: Scope) -> bool {
        self.runtime.block_on(calendars::delete_event(&self.engine, Surface::Window, id, date, scope)).is_ok()
    }

    /// Id and start of the single event or the series.
    fn whole(&self, uid: &str) -> Option<(String, String)> {
        self.runtime.block_on(self.whole_of(uid))
    }

    async fn whole_of(&self, uid: &str) -> Option<(String, String)> {
        let (calendar, uid) = (self.calendar, uid.to_owned());
        let rows = self.engine.store().read(move |r| event_version::of_uid(r, calendar, &uid)).await.expect("it can be read");
        let row = rows.into_iter().find(|row| row.row.recurrence_id.is_empty() && !row.row.deleted)?;
        let start =
            if row.content.start.is_all_day() { row.content.start.date().to_string() } else { row.content.start.local().to_string() };
        Some((row.row.id.to_string(), start))
    }

    fn listed(&self) -> Vec<OccurrenceView> {
        self.runtime.block_on(calendars::list_occurrences(&self.engine, FROM, TO)).expect("they can be listed")
    }

    /// The dates of a series.
    fn dates(&self, id: &str) -> Vec<OccurrenceView> {
        self.listed().into_iter().filter(|occurrence| occurrence.id == id && occurrence.recurring).collect()
    }

    /// What takes place, in order.
    pub(super) fn occurrences(&self) -> Vec<Occurrence> {
        let moment = |text: &str| text.parse::<Timestamp>().map_or_else(|_| text.to_owned(), |instant| instant.to_string());
        let standing = self.listed().into_iter().filter(|occurrence| occurrence.status != "cancelled");
        let mut found: Vec<Occurrence> = standing.map(|one| [moment(&one.start), moment(&one.end), one.summary, one.place]).collect();
        found.sort_unstable();
        found
    }

    /// What every version of every event says, also of those that are gone.
    pub(super) fn history(&self) -> Vec<String> {
        let calendar = self.calendar;
        let read = self.engine.store().read(move |r| {
            let mut said = Vec::new();
            for row in event::of_calendar(r, calendar)? {
                said.extend(event_version::history(r, row)?.into_iter().map(|version| words(&version.content)));
            }
            Ok(said)
        });
        self.runtime.block_on(read).expect("it can be read")
    }

    /// All that is known here of events that had one of these titles at some time: their versions, what the provider had last, and what it refused.
    pub(super) fn known_of(&self, titles: &[&str]) -> Vec<String> {
        let calendar = self.calendar;
        let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
        let read = self.engine.store().read(move |r| {
            let mut known = Vec::new();
            for row in event::of_calendar(r, calendar)? {
                let (versions, event) = (event_version::history(r, row)?, event::get(r, row)?);
                let Some(event) = event.filter(|_| versions.iter().any(|version| titles.contains(&version.content.summary))) else {
                    continue;
                };
                known.push(format!("{} {}", event.uid, event.recurrence_id));
                known.extend(versions.iter().map(|version| {
                    let event_version::Version { number, at, source, deleted, content, .. } = version;
                    format!(
                        "  {number}. {at} {source} deleted: {deleted}, {} {} {:?}",
                        content.summary,
                        content.start.iso_local(),
                        content.recurrence
                    )
                }));
                known.extend(remote_item::of_uid(r, calendar, &event.uid)?.iter().map(|item| format!("  there: {item:?}")));
            }
            known.extend(remote_write::troubled(r, calendar)?.iter().map(|write| format!("not written: {write:?}")));
            Ok(known)
        });
        self.runtime.block_on(read).expect("it can be read")
    }

    /// What the other side had in each clash.
    pub(super) fn clashes(&self) -> Vec<String> {
        let clashes = self.runtime.block_on(self.engine.store().read(|r| clash::open(r, u32::MAX))).expect("they can be read");
        clashes.into_iter().map(|clash| clash.other.as_ref().map(words).unwrap_or_default()).collect()
    }
}

fn words(event: &calendar::Event) -> String {
    format!("{} | {}", event.summary, event.place)
}
