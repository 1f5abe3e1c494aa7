//! A club with guests, an event, and a sender that counts.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use calendar::{Event, EventTime, Zone};
use engine::campaigns::view::{CampaignDraft, CampaignStatus};
use engine::vault::Vault;
use engine::{Clock, Engine, SystemClock, campaigns};
use jiff::{SignedDuration, Timestamp};
use store::account::{NewAccount, Role};
use store::event_version::{self, Draft, Origin, Source};
use store::guest::Profile;
use store::holding::answer::Given;
use store::receipt::{About, Answer, NewReceipt, Said, State};
use store::suppression::Reason;
use testkit::counting_sender::{CountingSender, KIND};

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) sender: CountingSender,
    pub(crate) list: i64,
    pub(crate) calendar: i64,
    account: i64,
    inbox: i64,
    pub(crate) folder: Arc<tempfile::TempDir>,
}

/// A clock that stands still until it is moved.
pub(crate) struct MovableClock(Mutex<Timestamp>);

impl Default for MovableClock {
    fn default() -> Self {
        Self(Mutex::new(now()))
    }
}

impl MovableClock {
    pub(crate) fn pass(&self, by: SignedDuration) {
        *self.0.lock().unwrap() += by;
    }

    /// Somebody sets it back.
    pub(crate) fn put_back(&self, by: SignedDuration) {
        *self.0.lock().unwrap() -= by;
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn zone(&self) -> String {
        "Europe/Berlin".to_owned()
    }
}

pub(crate) fn time(local: &str) -> EventTime {
    EventTime::Zoned(local.parse().unwrap(), Zone::parse("Europe/Berlin").unwrap())
}

pub(crate) fn event(uid: &str, start: &str) -> Event {
    Event {
        sequence: 5,
        summary: format!("Game {uid}"),
        place: "Stadium".to_owned(),
        ..Event::new(uid.to_owned(), time(start), time(start).moved_by(SignedDuration::from_hours(2)))
    }
}

pub(crate) fn now() -> Timestamp {
    "2027-03-01T12:00:00Z".parse().unwrap()
}

async fn open(folder: &std::path::Path, state: &std::path::Path, sender: &CountingSender, clock: Arc<dyn Clock>) -> Engine {
    let vault = Vault::new(None, Some("correct horse".to_owned().into()));
    Engine::open_with_state(folder, state, clock, vec![sender.adapters()], vault).await.unwrap()
}

impl World {
    pub(crate) async fn with_guests(guests: usize, sender: CountingSender) -> Self {
        Self::at(Arc::new(SystemClock), guests, sender).await
    }

    /// A world whose time is told by this clock.
    pub(crate) async fn at(clock: Arc<dyn Clock>, guests: usize, sender: CountingSender) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let data = folder.path().join("data");
        std::fs::create_dir_all(&data).unwrap();
        let engine = open(&data, &folder.path().join("state"), &sender, clock).await;
        let (calendar, list, account, inbox) = engine
            .store()
            .write(move |w| {
                let calendar = store::calendar::create(w, "Season", "blue", "Europe/Berlin", now())?;
                let list = store::guest_list::insert(w, "Members", now())?;
                let sender = NewAccount {
                    role: Role::Sender,
                    kind: KIND.to_owned(),
                    label: "Counting".to_owned(),
                    address: "office@club.example".to_owned(),
                    settings: serde_json::json!({}),
                };
                let account = store::account::insert(w, &sender, now())?;
                let inbox = NewAccount {
                    role: Role::Inbox,
                    label: "Answers".to_owned(),
                    address: "answers@club.example".to_owned(),
                    settings: serde_json::json!({ "plus_addressing": true }),
                    ..sender
                };
                let inbox = store::account::insert(w, &inbox, now())?;
                for number in 0..guests {
                    add_guest(w, list, &format!("guest{number}@example.org"))?;
                }
                Ok((calendar, list, account, inbox))
            })
            .await
            .unwrap();
        let world = Self { engine, sender, list, calendar, account, inbox, folder };
        world.put(event("opening", "2027-04-01T18:00:00")).await;
        world
    }

    /// Another engine on the same database, as a second process or a restart would have it.
    pub(crate) async fn reopened(&self, sender: CountingSender) -> Self {
        let engine = open(&self.data(), &self.folder.path().join("state"), &sender, Arc::new(SystemClock)).await;
        Self { engine, sender, folder: Arc::clone(&self.folder), ..*self }
    }

    /// The same where the lease lies in this folder.
    pub(crate) async fn reopened_with_state(&self, state: &std::path::Path) -> Self {
        let engine = open(&self.data(), state, &self.sender, Arc::new(SystemClock)).await;
        Self { engine, sender: self.sender.clone(), folder: Arc::clone(&self.folder), ..*self }
    }

    /// An engine on a copy of the database.
    pub(crate) async fn copied(&self, sender: CountingSender) -> Self {
        let copy = self.folder.path().join("copy");
        std::fs::create_dir_all(&copy).unwrap();
        for entry in std::fs::read_dir(self.data()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
        }
        let engine = open(&copy, &self.folder.path().join("state"), &sender, Arc::new(SystemClock)).await;
        Self { engine, sender, folder: Arc::clone(&self.folder), ..*self }
    }

    pub(crate) fn inbox(&self) -> i64 {
        self.inbox
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Writes an event, or its next version; answers its id.
    pub(crate) async fn put(&self, content: Event) -> String {
        self.write(content, false).await
    }

    pub(crate) async fn delete(&self, content: Event) {
        self.write(content, true).await;
    }

    /// Writes the next version of an event at this moment.
    pub(crate) async fn put_at(&self, content: Event, at: Timestamp) -> String {
        self.write_at(content, false, at).await
    }

    async fn write(&self, content: Event, deleted: bool) -> String {
        self.write_at(content, deleted, now()).await
    }

    async fn write_at(&self, content: Event, deleted: bool, at: Timestamp) -> String {
        let calendar = self.calendar;
        let written = self
            .engine
            .store()
            .write(move |w| {
                let draft = Draft { calendar, event: None, content: &content, ical: "", deleted, split_from: None };
                let origin = Origin { source: Source::Window, import: None, at };
                event_version::append(w, &[draft], &origin)
            })
            .await
            .unwrap();
        written[0].event.to_string()
    }

    /// Nothing is sent to an address any more.
    pub(crate) async fn suppress(&self, address: &str, reason: Reason) {
        let address = address.to_owned();
        self.engine.store().write(move |w| store::suppression::add(w, &address, reason, "", None, now())).await.unwrap();
    }

    /// A guest answers to all of an event, or to one occurrence of it.
    pub(crate) async fn answer(&self, address: &str, event: &str, occurrence: &str, answer: &str) {
        let (address, event, occurrence, inbox) = (address.to_owned(), event.parse().unwrap(), occurrence.to_owned(), self.inbox);
        let answer = Answer::from_word(answer).unwrap();
        let put = move |w: &store::Writer<'_>| {
            let guest = store::guest::by_address(w, &address)?.unwrap();
            let invitation = store::invitation::of(w, guest.id, event)?.unwrap().id;
            let message = NewReceipt {
                inbox,
                identity: &format!("{address} {event} {occurrence}"),
                received_at: now(),
                kind: "reply",
                state: State::Counted,
                about: About { invitation: Some(invitation), guest: Some(guest.id), ..About::default() },
                reason: "",
                sender: &address,
                subject: "",
                said: Said::default(),
                bounce_kind: "",
                status: "",
                words: "",
                raw: b"",
            };
            let receipt = store::receipt::add(w, &message, now())?;
            let recurrence_id = occurrence.as_str();
            let given = Given { invitation, recurrence_id, answer, dtstamp: now(), at: now(), extra_guests: 0, comment: "", receipt };
            store::holding::answer::put(w, &given)
        };
        assert!(self.engine.store().write(put).await.unwrap(), "it counts");
    }

    /// Something was edited: whoever waits for that looks.
    pub(crate) async fn nudge(&self) {
        engine::calendars::update_calendar(&self.engine, &self.calendar.to_string(), None, None, None).await.unwrap();
    }

    /// The campaign of that name, once it is there.
    pub(crate) async fn campaign_named(&self, name: &str) -> String {
        let mut happened = self.engine.subscribe();
        let found = async {
            loop {
                let campaigns = campaigns::list_campaigns(&self.engine).await.unwrap();
                if let Some(found) = campaigns.into_iter().find(|campaign| campaign.name == name && campaign.status.state != "draft") {
                    return found.id;
                }
                drop(tokio::time::timeout(Duration::from_millis(50), happened.recv()).await);
            }
        };
        tokio::time::timeout(Duration::from_mins(1), found).await.expect("the campaign begins")
    }

    pub(crate) async fn add(&self, address: &str) -> i64 {
        let (list, address) = (self.list, address.to_owned());
        self.engine.store().write(move |w| add_guest(w, list, &address)).await.unwrap()
    }

    /// The account's settings, such as the organizer's own limits.
    pub(crate) async fn limit(&self, settings: serde_json::Value) {
        let account = self.account;
        self.engine.store().write(move |w| store::account::put_settings(w, account, &settings)).await.unwrap();
    }

    /// One more account of the same sender, without settings.
    pub(crate) async fn another_account(&self, label: &str) -> String {
        let account = NewAccount {
            role: Role::Sender,
            kind: KIND.to_owned(),
            label: label.to_owned(),
            address: "other@club.example".to_owned(),
            settings: serde_json::json!({}),
        };
        self.engine.store().write(move |w| store::account::insert(w, &account, now())).await.unwrap().to_string()
    }

    /// Where a guest is.
    pub(crate) async fn zone_of(&self, address: &str, zone: &str) {
        let (address, zone) = (address.to_owned(), zone.to_owned());
        let put = move |w: &store::Writer<'_>| {
            let guest = store::guest::by_address(w, &address)?.unwrap();
            store::guest::update(w, guest.id, &Profile { zone, ..profile(&address) })
        };
        self.engine.store().write(put).await.unwrap();
    }

    pub(crate) fn draft(&self, event: &str) -> CampaignDraft {
        CampaignDraft {
            kind: "invitation".to_owned(),
            events: vec![event.to_owned()],
            list: self.list.to_string(),
            sender: self.account.to_string(),
            inbox: self.inbox.to_string(),
            subject: "Come to {{ event.summary }}".to_owned(),
            body: "Dear {{ first_name | default(\"friend\") }},\n\nplease come.".to_owned(),
            ..CampaignDraft::default()
        }
    }

    /// Creates a campaign of the opening game and confirms it. The sender is not started.
    pub(crate) async fn confirm(&self) -> String {
        let event = self.put(event("opening", "2027-04-01T18:00:00")).await;
        self.confirm_draft(self.draft(&event)).await
    }

    pub(crate) async fn confirm_draft(&self, draft: CampaignDraft) -> String {
        let campaign = campaigns::create_campaign(&self.engine, draft).await.unwrap();
        let mails = campaigns::preview_audience(&self.engine, &campaign.id).await.unwrap().mails;
        campaigns::send_campaign(&self.engine, &campaign.id, mails).await.unwrap();
        campaign.id
    }

    /// Sends a campaign of the opening game to the end.
    pub(crate) async fn send(&self) -> (String, CampaignStatus) {
        let id = self.confirm().await;
        campaigns::start_sending(&self.engine);
        let status = self.until(&id, |status| status.state == "done").await;
        (id, status)
    }

    pub(crate) async fn status(&self, id: &str) -> CampaignStatus {
        let status = campaigns::campaign_status(&self.engine, id).await.unwrap();
        let CampaignStatus { queued, handed_over, retry, accepted, refused, uncertain, skipped, superseded, bounced, complained, .. } =
            status;
        let sum = queued + handed_over + retry + accepted + refused + uncertain + skipped + superseded + bounced + complained;
        assert_eq!(sum, status.total, "the states sum to the total at any moment: {status:?}");
        status
    }

    /// Waits for a condition, never for a time.
    pub(crate) async fn until(&self, id: &str, is_reached: impl Fn(&CampaignStatus) -> bool) -> CampaignStatus {
        let mut happened = self.engine.subscribe();
        let reached = async {
            loop {
                let status = self.status(id).await;
                if is_reached(&status) {
                    return status;
                }
                // What another process does is not told here: look again soon.
                drop(tokio::time::timeout(Duration::from_millis(50), happened.recv()).await);
            }
        };
        if let Ok(status) = tokio::time::timeout(Duration::from_mins(1), reached).await {
            return status;
        }
        panic!("it never came to that: {:?}", self.status(id).await)
    }

    /// Asserts that these many guests were reached, each once.
    pub(crate) fn assert_each_once(&self, guests: usize) {
        let recipients = self.sender.recipients();
        assert_eq!(recipients.len(), guests, "everyone was reached");
        let twice: Vec<_> = recipients.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "nobody is sent the same thing twice: {twice:?}");
    }
}

fn add_guest(w: &store::Writer<'_>, list: i64, address: &str) -> anyhow::Result<i64> {
    let guest = store::guest::insert(w, &profile(address), now())?;
    store::guest_list::add_member(w, list, guest)?;
    Ok(guest)
}

fn profile(address: &str) -> Profile {
    Profile {
        address: address.to_owned(),
        address_shown: address.to_owned(),
        name: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        zone: String::new(),
        language: String::new(),
        role: "required".to_owned(),
        fields: std::collections::BTreeMap::new(),
        consent: String::new(),
        consent_source: String::new(),
    }
}

/// The calendar part of a message.
pub(crate) fn calendar_of(message: &mail::port::Outgoing) -> String {
    use mail_parser::MimeHeaders as _;
    let parsed = mail_parser::MessageParser::default().parse(&message.message).unwrap();
    let part = parsed.parts.iter().find(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar")));
    part.and_then(|part| part.text_contents()).unwrap_or_default().replace("\r\n ", "")
}

/// The value of the first line of that name.
pub(crate) fn property<'c>(calendar: &'c str, name: &str) -> &'c str {
    let line = calendar.lines().find(|line| line.split([':', ';']).next() == Some(name));
    line.and_then(|line| line.split_once(':')).map_or("", |(_, value)| value)
}
