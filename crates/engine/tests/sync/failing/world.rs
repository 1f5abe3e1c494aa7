//! An organizer whose calendar is at a real server or a fake over HTTP, on a line that has trouble.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use calendar::Event;
use calendar::remote::{CalendarRemote, Content, From, Next, RemoteItem, SeriesWrite, WriteOutcome};
use calendar::sync::Series;
use engine::calendars::view::{EventDraft, Scope};
use engine::calendars::{EventEdit, NewEvent, Surface};
use engine::sync::view::{AccountSynced, CalendarAccountForm, CalendarAccountView};
use engine::vault::Vault;
use engine::{Clock as _, Engine, SystemClock, sync};
use jiff::SignedDuration;
use mail::consent::SecretKeeper;
use mail::port::AccountConfig;
use secrecy::SecretString;
use serde_json::json;
use store::event_version;
use testkit::fake_google::FakeGoogle;
use testkit::fake_graph::FakeGraph;
use testkit::radicale::{self, Radicale};
use testkit::troubled_line::TroubledLine;
use testkit::xandikos::Xandikos;

use crate::sandbox::Keychain;
use crate::sync::world::{Ticking, game};

/// Where calendars are.
pub(super) enum Provider {
    Google(FakeGoogle),
    Microsoft(FakeGraph),
    Radicale(Radicale),
    Xandikos(Xandikos),
}

/// Keeps nothing: whoever only looks has no use for it.
struct Careless;

#[async_trait]
impl SecretKeeper for Careless {
    async fn keep(&self, _name: &str, _secret: SecretString) -> Result<(), String> {
        Ok(())
    }
}

impl Provider {
    pub(super) fn google() -> Self {
        Self::Google(FakeGoogle::start().expect("a free port"))
    }

    pub(super) fn microsoft() -> Self {
        let graph = FakeGraph::start().expect("a free port");
        // A refresh token is not revoked by its use there, says the reference: its answer may be lost.
        graph.behave(|conduct| conduct.takes_tokens_again = true);
        Self::Microsoft(graph)
    }

    pub(super) fn radicale() -> Self {
        Self::Radicale(Radicale::start().expect("Radicale starts"))
    }

    pub(super) fn xandikos() -> Self {
        Self::Xandikos(Xandikos::start().expect("Xandikos starts"))
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Google(_) => "Google",
            Self::Microsoft(_) => "Microsoft",
            Self::Radicale(_) => "Radicale",
            Self::Xandikos(_) => "Xandikos",
        }
    }

    fn address(&self) -> String {
        match self {
            Self::Google(google) => google.url(""),
            Self::Microsoft(graph) => graph.login_endpoint(),
            Self::Radicale(server) => server.url(),
            Self::Xandikos(server) => server.url(),
        }
    }

    pub(super) fn form(&self, line: &TroubledLine) -> CalendarAccountForm {
        let label = "Club".to_owned();
        match self {
            Self::Google(google) => {
                google.stands_behind(&line.url(""));
                CalendarAccountForm::Google {
                    label,
                    client_id: FakeGoogle::CLIENT.into(),
                    client_secret: FakeGoogle::CLIENT_SECRET.into(),
                    service_account: String::new(),
                    endpoint: line.url(""),
                }
            }
            Self::Microsoft(_) => CalendarAccountForm::Microsoft {
                label,
                client_id: "rollcall".into(),
                tenant: String::new(),
                endpoint: line.url("/v1.0"),
                mail_attendees: false,
            },
            Self::Radicale(_) => {
                CalendarAccountForm::Caldav { label, url: line.url("/"), user: radicale::USER.into(), password: radicale::PASSWORD.into() }
            }
            Self::Xandikos(_) => CalendarAccountForm::Caldav { label, url: line.url("/"), user: String::new(), password: String::new() },
        }
    }

    /// The address that the owner's browser ends on.
    pub(super) fn consent(&self, page: &str) -> String {
        match self {
            Self::Google(google) => google.consent(page),
            Self::Microsoft(graph) => graph.consent(page),
            Self::Radicale(_) | Self::Xandikos(_) => String::new(),
        }
    }

    /// Another computer of the organizer's, whose line has no trouble; or which has this line, where its clock matters.
    fn remote(&self, line: Option<&TroubledLine>) -> Arc<dyn CalendarRemote> {
        let secrets = |all: &[(&str, &str)]| all.iter().map(|(name, secret)| ((*name).to_owned(), (*secret).into())).collect();
        let (kind, settings, secrets) = match self {
            Self::Google(google) => {
                let refresh = google.refresh_token();
                ("google", google.settings(), secrets(&[("client_secret", FakeGoogle::CLIENT_SECRET), ("refresh_token", &refresh)]))
            }
            Self::Microsoft(graph) => {
                let settings = json!({ "client_id": "rollcall", "endpoint": graph.endpoint() });
                ("microsoft", settings, secrets(&[("refresh_token", &graph.refresh_token())]))
            }
            Self::Radicale(server) => {
                let url = line.map_or_else(|| server.url(), |line| line.url(""));
                let settings = json!({ "url": url, "user": radicale::USER });
                ("caldav", settings, secrets(&[("password", radicale::PASSWORD)]))
            }
            Self::Xandikos(server) => {
                let url = line.map_or_else(|| server.url(), |line| line.url(""));
                ("caldav", json!({ "url": url, "user": "" }), secrets(&[]))
            }
        };
        let account = AccountConfig { kind: kind.into(), settings, secrets, ..AccountConfig::default() };
        connect::adapters().calendars(&account, Arc::new(Careless)).expect("the kind is known").expect("the settings are right")
    }

    /// It becomes this time there.
    fn set_now(&self, now: jiff::Timestamp) {
        match self {
            Self::Google(google) => google.set_now(now),
            Self::Microsoft(graph) => graph.behave(|conduct| conduct.now = Some(now)),
            Self::Radicale(_) | Self::Xandikos(_) => {}
        }
    }

    /// A calendar of that name, and nothing else in it.
    async fn fresh(&self, name: &str) {
        match self {
            Self::Google(google) => google.add_calendar(&format!("{name}@group.calendar.google.com"), name, "Europe/Berlin", "owner"),
            Self::Microsoft(graph) => drop(graph.add_calendar(name, true)),
            Self::Radicale(_) | Self::Xandikos(_) => {
                self.remote(None).create_calendar(name, "Europe/Berlin", "").await.expect("it is made");
            }
        }
    }
}

/// What an event says: its title and its place.
pub(super) type Said = (String, String);

pub(super) struct World<'p> {
    pub(super) provider: &'p Provider,
    pub(super) line: TroubledLine,
    pub(super) engine: Engine,
    pub(super) account: String,
    calendar: i64,
    /// The calendar at the provider.
    there: String,
    folder: tempfile::TempDir,
    keychain: Keychain,
    pub(super) clock: Arc<Ticking>,
    /// Time goes on at the provider as it does here; else it goes on by itself.
    follows: bool,
}

/// What was edited, and what the provider has when it is all there.
const EVENTS: [(&str, &str); 3] = [("final", "Final"), ("party", "Party"), ("old", "Old")];

impl<'p> World<'p> {
    /// A calendar of that name with three events, mirrored and looked at.
    pub(super) async fn new(provider: &'p Provider, name: &str) -> Self {
        let clock = Ticking::at("2027-03-01T09:00:00Z");
        provider.set_now(clock.now());
        Self::with(provider, name, clock, None).await
    }

    /// The same where both have clocks of their own, and the provider's is ahead.
    pub(super) async fn with_two_clocks(provider: &'p Provider, name: &str, ahead: SignedDuration) -> Self {
        Self::with(provider, name, Ticking::at(&SystemClock.now().to_string()), Some(ahead)).await
    }

    async fn with(provider: &'p Provider, name: &str, clock: Arc<Ticking>, ahead: Option<SignedDuration>) -> Self {
        let line = TroubledLine::to(&provider.address()).expect("a free port");
        let follows = ahead.is_none();
        if let Some(ahead) = ahead {
            provider.set_clock_ahead(&line, ahead);
        }
        let (folder, keychain) = (tempfile::tempdir().expect("a folder"), Keychain::default());
        provider.fresh(name).await;
        let engine = open(&folder, &keychain, &clock).await;
        let connecting = sync::connect(&engine, provider.form(&line)).await.expect("it connects");
        let account = match connecting.page.as_str() {
            "" => connecting.account,
            page => sync::pasted(&engine, &provider.consent(page)).await.expect("consent is given"),
        };
        let listed = sync::remote_calendars(&engine, &account).await.expect("they are listed");
        let there = listed.into_iter().find(|listed| listed.name == name).expect("it is listed").remote_id;
        let listed = sync::mirror_calendars(&engine, &account, std::slice::from_ref(&there)).await.expect("it is mirrored");
        let calendar = listed.iter().find(|listed| listed.name == name).expect("it is listed").calendar.parse().expect("a row");
        let world = Self { provider, line, engine, account, calendar, there, folder, keychain, clock, follows };
        for (uid, summary) in EVENTS {
            world.put_there(uid, Some(game(uid, "20270306T180000", summary))).await;
        }
        let report = world.look().await;
        assert_eq!(report.problem, "", "the first look of {} comes to its end", provider.name());
        assert_eq!(world.here().await, world.there().await, "both sides begin alike");
        world
    }

    /// The computer is switched off and on again.
    pub(super) async fn restart(&mut self) {
        self.engine.close().await;
        self.engine = open(&self.folder, &self.keychain, &self.clock).await;
    }

    pub(super) fn wait(&self, by: SignedDuration) {
        self.clock.advance(by);
        if self.follows {
            self.provider.set_now(self.clock.now());
        }
    }

    pub(super) async fn sync(&self) -> AccountSynced {
        self.wait(SignedDuration::from_secs(60));
        self.look().await
    }

    /// Looks, at the time that it is.
    pub(super) async fn look(&self) -> AccountSynced {
        sync::sync(&self.engine, None).await.expect("it can be looked at").into_iter().next().expect("the account")
    }

    pub(super) async fn shown(&self) -> CalendarAccountView {
        sync::named(&self.engine, "Club").await.expect("the account")
    }

    /// Edits on both sides, none of which the other has seen: a place, a new event and a deletion here; a title and a new event there.
    pub(super) async fn edit_both(&self) {
        self.edit("final", EventDraft { place: Some("Hall 2".into()), ..EventDraft::default() }).await;
        let draft = EventDraft {
            summary: Some("Match".into()),
            start: Some("2027-04-01T20:00:00".into()),
            tzid: Some("Europe/Berlin".into()),
            ..EventDraft::default()
        };
        let event = NewEvent { calendar: self.calendar.to_string(), draft };
        engine::calendars::create_events(&self.engine, Surface::Window, vec![event]).await.expect("it is made");
        let old = self.row("old").await;
        engine::calendars::delete_event(&self.engine, Surface::Window, &old, "", Scope::All).await.expect("it is deleted");
        self.put_there("party", Some(game("party", "20270306T180000", "Late party"))).await;
        self.put_there("picnic", Some(game("picnic", "20270307T120000", "Picnic"))).await;
    }

    pub(super) async fn edit(&self, uid: &str, draft: EventDraft) {
        let edit = EventEdit { id: self.row(uid).await, recurrence_id: String::new(), scope: Scope::All, draft };
        engine::calendars::edit_event(&self.engine, Surface::Window, edit).await.expect("it is edited");
    }

    async fn row(&self, uid: &str) -> String {
        let (calendar, uid) = (self.calendar, uid.to_owned());
        let rows = self.engine.store().read(move |r| event_version::of_uid(r, calendar, &uid)).await.expect("it can be read");
        rows.first().expect("it is here").row.id.to_string()
    }

    /// What stands here.
    pub(super) async fn here(&self) -> Vec<Said> {
        let calendar = self.calendar;
        let rows = self.engine.store().read(move |r| event_version::current_of_calendar(r, calendar)).await.expect("it can be read");
        sorted(rows.into_iter().map(|row| row.content))
    }

    /// How many versions there are of all events together.
    pub(super) async fn versions(&self) -> usize {
        let calendar = self.calendar;
        let count = self.engine.store().read(move |r| {
            let rows = store::event::of_calendar(r, calendar)?;
            rows.into_iter().map(|row| Ok(event_version::history(r, row)?.len())).sum::<anyhow::Result<usize>>()
        });
        count.await.expect("it can be read")
    }

    /// What stands there, each event as often as it is there.
    pub(super) async fn there(&self) -> Vec<Said> {
        let remote = self.provider.remote(None);
        let calendar = self.line.without(&self.there);
        let mut items: BTreeMap<String, RemoteItem> = BTreeMap::new();
        let mut page = None;
        loop {
            let from = page.as_deref().map_or(From::Beginning, From::Page);
            let changes = remote.changes(&calendar, from).await.expect("it can be listed");
            items.extend(changes.items.into_iter().map(|item| (item.id.clone(), item)));
            match changes.next {
                Next::Page(next) => page = Some(next),
                Next::Done { .. } => break,
            }
        }
        let (listed, mut whole): (Vec<_>, Vec<_>) = items.into_values().partition(|item| item.content == Content::Listed);
        let listed: Vec<String> = listed.into_iter().map(|item| item.id).collect();
        whole.extend(remote.fetch(&calendar, &listed).await.expect("it can be fetched"));
        sorted(whole.into_iter().flat_map(|item| match item.content {
            Content::Events(events) => events,
            _ => Vec::new(),
        }))
    }

    /// Edits there, as from the organizer's other computer.
    pub(super) async fn put_there(&self, uid: &str, event: Option<Event>) {
        let is_dav = matches!(self.provider, Provider::Radicale(_) | Provider::Xandikos(_));
        // Whoever writes there by CalDAV says when, by the server's clock.
        let line = Some(&self.line).filter(|_| is_dav && !self.follows);
        let remote = self.provider.remote(line);
        let calendar = if line.is_some() { self.there.clone() } else { self.line.without(&self.there) };
        let before = remote.find(&calendar, uid).await.expect("it can be looked for");
        let after = event.map(|event| Series::of([event]).to_events()).unwrap_or_default();
        let outcome = remote.write(&calendar, &SeriesWrite { uid: uid.to_owned(), before, after }).await;
        assert!(matches!(outcome, Ok(WriteOutcome::Written(_))), "{uid} is written there: {outcome:?}");
    }

    /// Everything that was edited on either side stands on both, once, and nothing is left to do.
    pub(super) async fn assert_right(&self, when: &str) {
        let expected: Vec<Said> = [("Final", "Hall 2"), ("Late party", ""), ("Match", ""), ("Picnic", "")]
            .map(|(summary, place)| (summary.to_owned(), place.to_owned()))
            .into();
        let name = self.provider.name();
        assert_eq!(self.here().await, expected, "{name}, {when}: every edit stands here");
        assert_eq!(self.there().await, expected, "{name}, {when}: every edit stands there, once");
        let shown = self.shown().await;
        assert_eq!((shown.state.word(), shown.words.as_str()), ("ok", ""), "{name}, {when}: the account is well");
        assert_eq!(shown.calendars[0].waiting, 0, "{name}, {when}: nothing waits");
        let (writes, versions) = (self.line.writes(), self.versions().await);
        let report = self.sync().await;
        assert_eq!(report.calendars[0].changes, 0, "{name}, {when}: a further look finds nothing");
        assert_eq!((self.line.writes(), self.versions().await), (writes, versions), "{name}, {when}: and writes nothing");
    }
}

fn sorted(events: impl Iterator<Item = Event>) -> Vec<Said> {
    let mut said: Vec<Said> = events.map(|event| (event.summary, event.place)).collect();
    said.sort();
    said
}

async fn open(folder: &tempfile::TempDir, keychain: &Keychain, clock: &Arc<Ticking>) -> Engine {
    let (data, state) = (folder.path().join("data"), folder.path().join("state"));
    std::fs::create_dir_all(&data).expect("a data folder");
    let vault = Vault::keychain(keychain.store());
    Engine::open_with_state(&data, &state, clock.clone(), vec![connect::adapters()], vault).await.expect("the engine opens")
}

impl Provider {
    /// Its clock is ahead by so much from now on.
    fn set_clock_ahead(&self, line: &TroubledLine, ahead: SignedDuration) {
        match self {
            Self::Google(google) => google.set_clock_ahead(ahead.as_secs()),
            Self::Microsoft(graph) => graph.behave(|conduct| conduct.clock_ahead = ahead.as_secs()),
            Self::Radicale(_) | Self::Xandikos(_) => line.set_clock_ahead(ahead),
        }
    }
}
