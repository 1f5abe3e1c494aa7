//! A club whose guests were invited some days ago: its data folder is written by the engine before the window opens on it.

use std::path::PathBuf;
use std::sync::Arc;

use engine::accounts::view::{InboxForm, Login, OwnLimits, SenderForm, Tls};
use engine::calendars::view::{EventDraft, Scope};
use engine::calendars::{EventEdit, Surface};
use engine::campaigns::view::CampaignDraft;
use engine::guests::view::GuestSource;
use engine::vault::Vault;
use engine::{Clock as _, Engine, PracticeClock, SystemClock, accounts, answers, calendars, campaigns, guests};
use jiff::{SignedDuration, ToSpan as _};
use mail::port::Practice as _;
use rehearsal::World;
use tempfile::TempDir;

use crate::browser::PASSPHRASE;

/// So long ago the club began.
const AGE: SignedDuration = SignedDuration::from_hours(6 * 24);
const SEED: u64 = 7;
/// Where a club's answers come in that are no practice.
pub(crate) const ANSWERS: &str = "answers@club.example";
/// Of the login “club”.
pub(crate) const PASSWORD: &str = "correct horse";

/// A club that is being set up.
pub(crate) struct Club {
    pub(crate) engine: Engine,
    folder: Arc<TempDir>,
    world: Arc<World>,
    /// Practice guests answer what leaves through this account …
    pub(crate) outbox: String,
    /// … and their answers arrive here.
    pub(crate) inbox: String,
}

impl Club {
    /// One with practice accounts, and nothing else.
    pub(crate) async fn begin() -> Self {
        Self::begin_in(Arc::new(tempfile::tempdir().expect("a folder for the club"))).await
    }

    /// The same in this folder.
    pub(crate) async fn begin_in(folder: Arc<TempDir>) -> Self {
        let data = folder.path().join("data");
        let began = Box::new(|| SystemClock.now() - AGE);
        let world = Arc::new(World::open(&data.join("rehearsal"), SEED, began).expect("a practice world"));
        let clock = Arc::new(PracticeClock(world.clone()));
        let adapters = vec![connect::adapters(), rehearsal::adapters(world.clone())];
        let vault = Vault::new(None, Some(PASSPHRASE.to_owned().into()));
        let engine = Engine::open_with_state(&data, &folder.path().join("state"), clock, adapters, vault).await.expect("the data folder");
        campaigns::start_sending(&engine);
        let outbox = SenderForm::Rehearsal { label: "Practice outbox".to_owned() };
        let outbox = accounts::add_sender(&engine, outbox).await.expect("an outbox").id;
        let inbox = InboxForm::Rehearsal { label: "Practice inbox".to_owned() };
        let inbox = accounts::add_inbox(&engine, inbox).await.expect("an inbox").id;
        Self { engine, folder, world, outbox, inbox }
    }

    /// A mail server on this computer as one more account, with the login “club”.
    pub(crate) async fn mail_server(&self, label: &str, port: u16, password: &str) -> String {
        let form = SenderForm::Smtp {
            label: label.to_owned(),
            from: "office@club.example".to_owned(),
            name: "The club".to_owned(),
            host: "127.0.0.1".to_owned(),
            port,
            tls: Tls::None,
            user: "club".to_owned(),
            login: Login::Password,
            password: password.to_owned(),
            limits: OwnLimits::default(),
            connections: None,
        };
        accounts::add_sender(&self.engine, form).await.expect("an account").id
    }

    pub(crate) async fn calendar(&self, name: &str, colour: &str) -> String {
        calendars::create_calendar(&self.engine, name, colour).await.expect("a calendar").id
    }

    /// An evening so many days from today; every week where `rule` says so.
    pub(crate) async fn event(&self, calendar: &str, title: &str, days: i64, rule: &str) -> String {
        let draft = EventDraft {
            summary: Some(title.to_owned()),
            place: Some("Harbour Field".to_owned()),
            start: Some(evening(days, 18)),
            end: Some(evening(days, 20)),
            rrule: Some(rule.to_owned()),
            ..EventDraft::default()
        };
        calendars::create_event(&self.engine, Surface::CommandLine, calendar, draft).await.expect("an event").id
    }

    /// The event begins an hour later than it did.
    pub(crate) async fn move_event(&self, event: &str, days: i64) {
        let draft = EventDraft { start: Some(evening(days, 19)), end: Some(evening(days, 21)), ..EventDraft::default() };
        let edit = EventEdit { id: event.to_owned(), recurrence_id: String::new(), scope: Scope::All, draft };
        calendars::edit_event(&self.engine, Surface::CommandLine, edit).await.expect("the event moves");
    }

    /// A list of guests from a table.
    pub(crate) async fn guests(&self, list: &str, table: &str) -> String {
        let preview = guests::preview(&self.engine, GuestSource::Text { text: table.to_owned() }).await.expect("a table of guests");
        guests::apply(&self.engine, &preview.id, list).await.expect("guests").list
    }

    /// Answers come into a folder from now on, which is answered with.
    pub(crate) async fn answer_folder(&mut self) -> PathBuf {
        let path = self.folder.path().join("answers");
        for part in ["cur", "new", "tmp"] {
            std::fs::create_dir_all(path.join(part)).expect("a folder for answers");
        }
        let form = InboxForm::Maildir {
            label: "Answers".to_owned(),
            address: ANSWERS.to_owned(),
            path: path.display().to_string(),
            authserv_id: "mx.club.example".to_owned(),
        };
        self.inbox = accounts::add_inbox(&self.engine, form).await.expect("an inbox").id;
        path
    }

    /// A campaign that is not sent yet.
    pub(crate) async fn draft(&self, name: &str, events: &[&String], list: &str, sender: &str) -> String {
        self.keep_draft(self.drafted(name, events, list, sender)).await
    }

    /// Keeps a draft; its id.
    pub(crate) async fn keep_draft(&self, draft: CampaignDraft) -> String {
        campaigns::create_campaign(&self.engine, draft).await.expect("a campaign").id
    }

    /// What a draft says.
    pub(crate) fn drafted(&self, name: &str, events: &[&String], list: &str, sender: &str) -> CampaignDraft {
        CampaignDraft {
            name: name.to_owned(),
            kind: "invitation".to_owned(),
            events: events.iter().map(|event| (*event).clone()).collect(),
            list: list.to_owned(),
            subject: "You are invited: {{ event.summary }}".to_owned(),
            body: "Hello {{ first_name | default(\"friend\") }},\n\nplease come to {{ event.summary }}.".to_owned(),
            sender: sender.to_owned(),
            inbox: self.inbox.clone(),
            ..CampaignDraft::default()
        }
    }

    /// Confirms a campaign as its organizer would.
    pub(crate) async fn confirm(&self, id: &str) {
        let mails = campaigns::preview_audience(&self.engine, id).await.expect("an audience").mails;
        campaigns::send_campaign(&self.engine, id, mails).await.expect("it is sent");
    }

    /// Invites a list, and waits until everything is sent.
    pub(crate) async fn invite(&self, events: &[&String], list: &str, sender: &str) {
        let id = self.draft("Invitation", events, list, sender).await;
        let mut happened = self.engine.subscribe();
        self.confirm(&id).await;
        while campaigns::campaign_status(&self.engine, &id).await.expect("its state").state != "done" {
            happened.recv().await.expect("something happens");
        }
    }

    /// Days pass until today, and the guests answer.
    pub(crate) async fn wait_for_answers(&self) {
        self.world.advance(AGE).expect("time passes");
        answers::pull_all(&self.engine).await.expect("answers come");
    }

    /// Puts everything away for the window.
    pub(crate) async fn close(self) -> Arc<TempDir> {
        self.engine.stop().await;
        let ahead = self.folder.path().join("data/rehearsal/ahead");
        if ahead.exists() {
            // The club's days have passed: the world goes on with the computer's own clock.
            std::fs::remove_file(ahead).expect("the practice world is in step");
        }
        self.folder
    }
}

/// So many of the practice guests, as a table.
pub(crate) fn practice_guests(count: usize) -> String {
    rehearsal::GUESTS.lines().take(count + 1).collect::<Vec<_>>().join("\n")
}

fn evening(days: i64, hour: i8) -> String {
    let day = SystemClock.now().to_zoned(jiff::tz::TimeZone::system()).date().saturating_add(days.days());
    day.at(hour, 0, 0, 0).to_string()
}
