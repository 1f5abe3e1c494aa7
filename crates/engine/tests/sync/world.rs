//! An organizer with an account at a fake provider, whose computer may be switched off at any moment.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use calendar::remote::Access;
use calendar::sync::Series;
use calendar::{Event, EventTime, Zone};
use engine::calendars::view::{EventDraft, Scope};
use engine::calendars::{EventEdit, NewEvent, Surface};
use engine::sync::view::{AccountSynced, CalendarAccountForm, CalendarSynced};
use engine::vault::Vault;
use engine::{Clock, Engine, sync};
use jiff::{SignedDuration, Timestamp};
use store::event_version;
use testkit::fake_calendars::{FakeCalendars, Shape};

pub(super) const TEAM: &str = "Team";

pub(super) struct World {
    folder: tempfile::TempDir,
    clock: Arc<Ticking>,
    pub(super) remote: FakeCalendars,
    pub(super) engine: Engine,
    /// The mirror of [`TEAM`].
    pub(super) calendar: i64,
}

/// A clock that goes on a second whenever the world does.
pub(super) struct Ticking(Mutex<Timestamp>);

impl Ticking {
    pub(super) fn at(now: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(now.parse().expect("a time"))))
    }

    pub(super) fn advance(&self, by: SignedDuration) {
        *self.0.lock().expect("the time") += by;
    }
}

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        *self.0.lock().expect("the time")
    }

    fn zone(&self) -> String {
        "Europe/Berlin".to_owned()
    }
}

impl World {
    /// One calendar there, mirrored here and looked at once.
    pub(super) async fn new(shape: Shape) -> Self {
        Self::with(FakeCalendars::new(shape).with_calendar(TEAM, Access::Owner), TEAM).await
    }

    pub(super) async fn with(remote: FakeCalendars, calendar: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Ticking::at("2027-03-01T09:00:00Z");
        remote.set_now(clock.now());
        let engine = open(&folder, &clock, &remote).await;
        let form = CalendarAccountForm::Caldav {
            label: "Club".into(),
            url: "https://dav.example".into(),
            user: "ann".into(),
            password: "the old oak".into(),
        };
        let account = sync::connect(&engine, form).await.expect("it connects").account;
        let listed = sync::mirror_calendars(&engine, &account, &[calendar.to_owned()]).await.expect("it is mirrored");
        let here = listed.iter().find(|listed| listed.name == calendar).expect("it is listed").calendar.parse().expect("a row");
        let world = Self { folder, clock, remote, engine, calendar: here };
        world.sync().await;
        world
    }

    /// The computer is switched off and on again.
    pub(super) async fn restarted(mut self) -> Self {
        self.engine.close().await;
        self.engine = open(&self.folder, &self.clock, &self.remote).await;
        self
    }

    pub(super) fn tick(&self) {
        self.wait(SignedDuration::from_secs(60));
    }

    pub(super) fn wait(&self, by: SignedDuration) {
        self.clock.advance(by);
        self.remote.set_now(self.clock.now());
    }

    pub(super) async fn sync(&self) -> CalendarSynced {
        self.sync_all().await.calendars.into_iter().next().expect("its calendar")
    }

    pub(super) async fn sync_all(&self) -> AccountSynced {
        self.tick();
        sync::sync(&self.engine, None).await.expect("it can be looked at").into_iter().next().expect("the account")
    }

    /// Edits a series there, as on a phone.
    pub(super) fn there(&self, events: &[Event]) {
        self.tick();
        self.remote.put(TEAM, events);
    }

    pub(super) async fn create(&self, summary: &str, start: &str, rule: &str) -> String {
        self.tick();
        let draft = EventDraft {
            summary: Some(summary.into()),
            start: Some(start.into()),
            tzid: Some("Europe/Berlin".into()),
            rrule: Some(rule.into()).filter(|rule: &String| !rule.is_empty()),
            ..EventDraft::default()
        };
        let event = NewEvent { calendar: self.calendar.to_string(), draft };
        let made = engine::calendars::create_events(&self.engine, Surface::Window, vec![event]).await.expect("it is made");
        made.first().expect("an event").uid.clone()
    }

    pub(super) async fn edit(&self, uid: &str, recurrence_id: &str, draft: EventDraft) -> Result<(), engine::Failure> {
        self.tick();
        let Some(id) = self.row(uid).await else { return Ok(()) };
        let scope = if recurrence_id.is_empty() { Scope::All } else { Scope::This };
        let edit = EventEdit { id: id.to_string(), recurrence_id: recurrence_id.to_owned(), scope, draft };
        engine::calendars::edit_event(&self.engine, Surface::Window, edit).await.map(drop)
    }

    pub(super) async fn delete(&self, uid: &str, recurrence_id: &str) {
        self.tick();
        let Some(id) = self.row(uid).await else { return };
        let scope = if recurrence_id.is_empty() { Scope::All } else { Scope::This };
        // A date that is out already cannot be deleted again.
        drop(engine::calendars::delete_event(&self.engine, Surface::Window, &id.to_string(), recurrence_id, scope).await);
    }

    async fn row(&self, uid: &str) -> Option<i64> {
        let (calendar, uid) = (self.calendar, uid.to_owned());
        let rows = self.engine.store().read(move |r| event_version::of_uid(r, calendar, &uid)).await.expect("it can be read");
        rows.into_iter().find(|row| row.row.recurrence_id.is_empty() && !row.row.deleted).map(|row| row.row.id)
    }

    /// What stands here, series by series.
    pub(super) async fn here(&self) -> BTreeMap<String, Series> {
        let calendar = self.calendar;
        let rows = self.engine.store().read(move |r| event_version::current_of_calendar(r, calendar)).await.expect("it can be read");
        let mut events: BTreeMap<String, Vec<Event>> = BTreeMap::new();
        for row in rows {
            events.entry(row.content.uid.clone()).or_default().push(row.content);
        }
        events.into_iter().map(|(uid, events)| (uid, Series::of(events))).collect()
    }

    /// Both sides say the same, in what the provider can hold.
    pub(super) async fn assert_same(&self, when: &str) {
        use calendar::remote::CalendarRemote as _;
        let (here, there) = (self.here().await, self.remote.series(TEAM));
        assert_eq!(here.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>(), "the same series stand on both sides {when}");
        for (uid, series) in here {
            let held = Series::of(self.remote.held(&series.to_events()));
            assert!(held.says_the_same(&there[&uid]), "{uid} says the same on both sides {when}\nhere {held:#?}\nthere {:#?}", there[&uid]);
        }
        assert_eq!(self.remote.counts().2, 0, "no attendee was ever written");
    }

    /// Every version of every event of the calendar.
    pub(super) async fn history(&self) -> Vec<String> {
        let calendar = self.calendar;
        self.engine
            .store()
            .read(move |r| {
                let mut said = Vec::new();
                for row in store::event::of_calendar(r, calendar)? {
                    said.extend(
                        event_version::history(r, row)?
                            .into_iter()
                            .map(|version| format!("{} {}", version.content.summary, version.content.place)),
                    );
                }
                Ok(said)
            })
            .await
            .expect("it can be read")
    }
}

async fn open(folder: &tempfile::TempDir, clock: &Arc<Ticking>, remote: &FakeCalendars) -> Engine {
    let vault = Vault::new(None, Some("the world's passphrase".to_owned().into()));
    let (data, state) = (folder.path().join("data"), folder.path().join("state"));
    Engine::open_with_state(&data, &state, clock.clone(), vec![Box::new(remote.clone())], vault).await.expect("the engine opens")
}

pub(super) fn at(value: &str) -> EventTime {
    EventTime::parse_value(value, Zone::parse("Europe/Berlin")).expect("a time")
}

pub(super) fn game(uid: &str, start: &str, summary: &str) -> Event {
    let start = at(start);
    Event { summary: summary.into(), ..Event::new(uid.into(), start, start.moved_by(SignedDuration::from_hours(2))) }
}

pub(super) fn weekly(uid: &str, summary: &str) -> Event {
    let mut event = game(uid, "20270306T180000", summary);
    event.recurrence.rule = Some("FREQ=WEEKLY;COUNT=10".into());
    event
}

pub(super) fn exception(uid: &str, original: &str, summary: &str) -> Event {
    Event { recurrence_id: Some(at(original)), ..game(uid, original, summary) }
}
