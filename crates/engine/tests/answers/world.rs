//! One event that was sent to a few guests, and an inbox that the test fills.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::accounts::view::{AccountForm, InboxForm};
use engine::answers::view::{AnswersOf, DeskRuling, GuestAnswer, PullResult, Ruled};
use engine::calendars::Surface;
use engine::vault::Vault;
use engine::{Clock, Engine, Failure, answers};
use jiff::Timestamp;
use mail::port::{AccountConfig, Adapters, Batch, Check, FolderCursor, InboxError, MailInbox, MailSender, Reach, Received};
use store::account::{self, NewAccount, Role};
use store::delivery::turn::{Claim, Finished, Outcome, Told, Turn, turn};
use store::delivery::{Method, due, enqueue};
use store::event_version::{self, Draft as EventDraft, Origin, Source};
use store::guest::{self, Profile};
use store::invitation::{self, Invitation, NewInvitation};
use store::revision::{self, NewRevision};
use store::{Writer, calendar as calendars, campaign, delivery};

use testkit::counting_sender::{CountingSender, KIND};

use super::letters::Letter;

/// The inbox's address, and so the ORGANIZER.
pub(super) const INBOX: &str = "club@club.example";

const SEASON: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:cup-final\r\nDTSTAMP:20270101T000000Z\r\n\
    DTSTART;TZID=Europe/Paris:20270401T100000\r\nDTEND;TZID=Europe/Paris:20270401T120000\r\nSUMMARY:Cup final\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

pub(super) fn now() -> Timestamp {
    "2027-03-01T12:00:00Z".parse().expect("an instant")
}

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        now()
    }

    fn zone(&self) -> String {
        "Europe/Paris".to_owned()
    }
}

/// A mailbox in memory: folders with their numbering.
#[derive(Default)]
pub(super) struct Mailbox {
    folders: Mutex<Vec<Folder>>,
}

struct Folder {
    name: String,
    validity: u64,
    messages: Vec<Vec<u8>>,
}

impl Mailbox {
    pub(super) fn put(&self, folder: &str, message: Vec<u8>) {
        let mut folders = self.folders.lock().expect("not poisoned");
        match folders.iter_mut().find(|existing| existing.name == folder) {
            Some(existing) => existing.messages.push(message),
            None => folders.push(Folder { name: folder.to_owned(), validity: 1, messages: vec![message] }),
        }
    }

    /// Numbers every message anew.
    pub(super) fn rebuild(&self) {
        for folder in self.folders.lock().expect("not poisoned").iter_mut() {
            folder.validity += 1;
        }
    }
}

#[async_trait]
impl MailInbox for Mailbox {
    async fn fetch(&self, cursors: &[FolderCursor], _reach: Reach, limit: usize) -> Result<Batch, InboxError> {
        let mut batch = Batch::default();
        for folder in self.folders.lock().expect("not poisoned").iter() {
            let known = cursors.iter().find(|cursor| cursor.folder == folder.name && cursor.validity == folder.validity);
            let read = known.map_or(0, |cursor| cursor.last_uid);
            let mut last_uid = read;
            for (uid, message) in (1..).zip(&folder.messages).filter(|(uid, _)| *uid > read) {
                if batch.messages.len() == limit {
                    batch.more = true;
                    break;
                }
                batch.messages.push(Received { folder: folder.name.clone(), uid, received_at: now(), message: message.clone() });
                last_uid = uid;
            }
            batch.cursors.push(FolderCursor { folder: folder.name.clone(), validity: folder.validity, last_uid });
        }
        Ok(batch)
    }

    async fn wait(&self, _at_most: Duration) -> Result<(), InboxError> {
        std::future::pending().await
    }

    async fn check(&self) -> Vec<Check> {
        Vec::new()
    }
}

struct InMemory(Arc<Mailbox>);

impl Adapters for InMemory {
    fn sender(&self, _account: &AccountConfig) -> Option<Result<Arc<dyn MailSender>, String>> {
        None
    }

    fn inbox(&self, account: &AccountConfig) -> Option<Result<Arc<dyn MailInbox>, String>> {
        (account.kind == "memory").then(|| Ok(Arc::clone(&self.0) as Arc<dyn MailInbox>))
    }
}

/// An engine whose guests hold an invitation to the cup final.
pub(super) struct World {
    pub(super) engine: Engine,
    pub(super) mailbox: Arc<Mailbox>,
    pub(super) sender: CountingSender,
    pub(super) event: i64,
    pub(super) campaign: i64,
    pub(super) folder: tempfile::TempDir,
}

impl World {
    pub(super) async fn with_guests(guests: u32) -> Self {
        Self::with_inbox(guests, "memory", serde_json::json!({ "authserv_id": "mx.club.example" }), accepted).await
    }

    /// The line broke as each guest's invitation had left: nobody knows whether it arrived.
    pub(super) async fn with_doubts(guests: u32) -> Self {
        Self::with_inbox(guests, "memory", serde_json::json!({ "authserv_id": "mx.club.example" }), doubtful).await
    }

    /// The same, free to send more: what the set-up sent did not leave by this computer.
    pub(super) async fn that_sends(guests: u32) -> Self {
        let world = Self::with_guests(guests).await;
        engine::campaigns::adopt_ledger(&world.engine).await.expect("it may send");
        world
    }

    /// The inbox lies on an IMAP server.
    pub(super) async fn with_imap(guests: u32, settings: serde_json::Value, password: &'static str) -> Self {
        let world = Self::with_inbox(guests, "imap", settings, accepted).await;
        world.sign_in(password).await;
        world
    }

    /// Gives the inbox another password.
    pub(super) async fn sign_in(&self, password: &str) {
        let accounts = engine::accounts::list(self.engine.store()).await.expect("accounts");
        let inboxes: Vec<_> = accounts.into_iter().filter(|account| account.kind == "imap").collect();
        let mut form = engine::accounts::show(&self.engine, &inboxes[0].id).await.expect("the inbox has a form");
        let AccountForm::Inbox(InboxForm::Imap { password: typed, .. }) = &mut form else { panic!("an IMAP inbox: {form:?}") };
        password.clone_into(typed);
        engine::accounts::edit(&self.engine, &inboxes[0].id, form).await.expect("the password is sealed");
    }

    async fn with_inbox(guests: u32, kind: &str, settings: serde_json::Value, first: fn(i64) -> Finished) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mailbox = Arc::new(Mailbox::default());
        let sender = CountingSender::accepting();
        let engine = open(folder.path(), &mailbox, &sender).await;
        let kind = kind.to_owned();
        let (event, campaign) = engine.store().write(move |w| set_up(w, guests, kind, settings, first)).await.expect("the world is set up");
        Self { engine, mailbox, sender, event, campaign, folder }
    }

    /// The program ends and is started again.
    pub(super) async fn start_again(&mut self) {
        self.engine.stop().await;
        self.engine = open(self.folder.path(), &self.mailbox, &self.sender).await;
    }

    /// Sends these guests the invitation once more.
    pub(super) async fn send_again(&self, guests: &'static [i64]) {
        self.send_again_with(guests, accepted).await;
    }

    /// The same with another outcome.
    pub(super) async fn send_again_with(&self, guests: &'static [i64], result: impl Fn(i64) -> Finished + Send + 'static) {
        let (campaign, event) = (self.campaign, self.event);
        let again = move |w: &Writer<'_>| {
            let revision = revision::latest(w, event)?.expect("a revision").id;
            for guest in guests {
                let standing = enqueue::standing(w, *guest, event)?;
                let invitation = standing.invitation.clone().expect("invited");
                enqueue::queue(
                    w,
                    enqueue::News { campaign, revision, method: Method::Request, not_before: None },
                    &invitation,
                    &standing,
                    now(),
                )?;
            }
            send(w, campaign, revision, 0, result)
        };
        self.engine.store().write(again).await.expect("sent");
    }

    /// Lets both guests hold an invitation to another event, by its UID.
    pub(super) async fn invite_to(&self, uid: &str) {
        let (campaign, uid) = (self.campaign, uid.to_owned());
        self.engine.store().write(move |w| invite(w, campaign, &uid)).await.expect("they are invited");
    }

    /// Tells the first guest of new details under this SEQUENCE.
    pub(super) async fn update(&self, sequence: u32, result: fn(i64) -> Finished) {
        let (campaign, event) = (self.campaign, self.event);
        let update = move |w: &Writer<'_>| {
            let components = revision::current_components(w, event)?;
            let new = NewRevision { event, sequence, cancelled: false, changed: "[]", components: &components };
            let revision = revision::add(w, &new, now())?.id;
            let standing = enqueue::standing(w, 1, event)?;
            let invitation = standing.invitation.clone().expect("invited");
            enqueue::queue(
                w,
                enqueue::News { campaign, revision, method: Method::Request, not_before: None },
                &invitation,
                &standing,
                now(),
            )?;
            send(w, campaign, revision, sequence, result)
        };
        self.engine.store().write(update).await.expect("sent");
    }

    /// The state of each message to the first guest, the oldest first.
    pub(super) async fn states(&self) -> Vec<delivery::State> {
        let event = self.event;
        let standing = self.engine.store().read(move |r| enqueue::standing(r, 1, event)).await.expect("readable");
        standing.rows.into_iter().map(|row| row.state).collect()
    }

    /// The invitation of a guest, from 1.
    pub(super) async fn invitation(&self, guest: i64) -> Invitation {
        let event = self.event;
        let found = self.engine.store().read(move |r| invitation::of(r, guest, event)).await.expect("readable");
        found.expect("the guest is invited")
    }

    /// What the guest's program knows, saying `partstat`.
    pub(super) async fn letter(&self, guest: i64, partstat: &'static str) -> Letter {
        let invitation = self.invitation(guest).await;
        Letter {
            guest: invitation.address,
            uid: invitation.uid,
            organizer: INBOX.to_owned(),
            partstat,
            sequence: 0,
            dtstamp: "20270301T110000Z",
        }
    }

    /// One more inbox account that reads the same mailbox.
    pub(super) async fn second_inbox(&self) {
        let address = "office@club.example".to_owned();
        let inbox = NewAccount {
            role: Role::Inbox,
            kind: "memory".to_owned(),
            label: "Office".to_owned(),
            address,
            settings: serde_json::json!({ "authserv_id": "mx.club.example" }),
        };
        self.engine.store().write(move |w| account::insert(w, &inbox, now())).await.expect("a second inbox");
    }

    pub(super) fn receive(&self, message: Vec<u8>) {
        self.mailbox.put("INBOX", message);
    }

    pub(super) async fn pull(&self) -> PullResult {
        answers::pull_all(&self.engine).await.expect("the inbox can be read")
    }

    pub(super) fn of(&self) -> AnswersOf {
        AnswersOf::Event(self.event.to_string())
    }

    /// Yes, maybe, no and none.
    pub(super) async fn counts(&self) -> [u32; 4] {
        let view = answers::show(self.engine.store(), self.of()).await.expect("answers");
        [view.yes, view.maybe, view.no, view.none]
    }

    pub(super) async fn guests(&self, answer: &str) -> Vec<GuestAnswer> {
        let page = answers::guests(self.engine.store(), self.of(), answer.to_owned(), String::new(), 1_000).await;
        page.expect("guests").rows
    }

    pub(super) async fn delivery_state(&self, guest: i64) -> delivery::State {
        let invitation = self.invitation(guest).await.id;
        let last = self.engine.store().read(move |r| delivery::last_of(r, invitation)).await.expect("readable");
        last.expect("it was sent").state
    }

    /// What the sender took, as text, once there are so many.
    pub(super) async fn sent(&self, messages: usize) -> Vec<String> {
        engine::campaigns::start_sending(&self.engine);
        let mut happened = self.engine.subscribe();
        let all = async {
            while self.sender.taken().len() < messages {
                drop(tokio::time::timeout(Duration::from_millis(50), happened.recv()).await);
            }
        };
        let sent = tokio::time::timeout(Duration::from_mins(1), all).await;
        assert!(sent.is_ok(), "they are not sent: {:?}", engine::campaigns::list_campaigns(&self.engine).await);
        self.sender.taken().into_iter().map(|sent| format!("{}\n{}", sent.recipient, calendar_of(&sent.message))).collect()
    }

    /// When the event begins, as it is now.
    pub(super) async fn start(&self) -> String {
        let detail = engine::calendars::show_event(&self.engine, &self.event.to_string(), "").await.expect("the event");
        detail.start_local
    }

    /// Ids of what waits on the desk.
    pub(super) async fn waiting(&self) -> Vec<String> {
        let desk = answers::desk(self.engine.store()).await.expect("the desk");
        desk.rows.into_iter().map(|receipt| receipt.id).collect()
    }

    /// Rules on messages of the desk.
    pub(super) async fn rule(&self, ids: &[String], ruling: DeskRuling) -> Result<Ruled, Failure> {
        answers::rule(&self.engine, Surface::Window, ids, ruling).await
    }

    /// What every guest answered, with the message that said so.
    pub(super) async fn standing(&self) -> Vec<(String, String)> {
        self.guests("").await.into_iter().map(|guest| (guest.answer, guest.receipt)).collect()
    }

    /// Reasons on the desk.
    pub(super) async fn desk(&self) -> Vec<String> {
        let desk = answers::desk(self.engine.store()).await.expect("the desk");
        desk.rows.into_iter().map(|receipt| receipt.reason).collect()
    }
}

async fn open(folder: &Path, mailbox: &Arc<Mailbox>, sender: &CountingSender) -> Engine {
    let adapters: Vec<Box<dyn Adapters>> = vec![Box::new(InMemory(Arc::clone(mailbox))), sender.adapters(), connect::adapters()];
    let (data, state) = (folder.join("data"), folder.join("state"));
    std::fs::create_dir_all(&data).expect("a folder");
    let vault = Vault::passphrase("correct horse".to_owned().into());
    Engine::open_with_state(&data, &state, Arc::new(Fixed), adapters, vault).await.expect("an engine")
}

fn accepted(_: i64) -> Finished {
    Finished::Accepted { remote_id: String::new() }
}

pub(super) fn doubtful(_: i64) -> Finished {
    Finished::Uncertain { reason: "the line broke".to_owned() }
}

/// The calendar in a message, unfolded.
fn calendar_of(message: &[u8]) -> String {
    mail::incoming::read(message).calendar.expect("it has a calendar").replace("\r\n ", "")
}

fn set_up(
    w: &Writer<'_>,
    guests: u32,
    kind: String,
    settings: serde_json::Value,
    first: fn(i64) -> Finished,
) -> anyhow::Result<(i64, i64)> {
    let inbox = NewAccount { role: Role::Inbox, kind, label: "Club".to_owned(), address: INBOX.to_owned(), settings };
    let inbox = account::insert(w, &inbox, now())?;
    let sender = NewAccount {
        role: Role::Sender,
        kind: KIND.to_owned(),
        label: "Office".to_owned(),
        address: INBOX.to_owned(),
        settings: serde_json::json!({}),
    };
    let sender = account::insert(w, &sender, now())?;
    let calendar = calendars::create(w, "Season", "blue", "Europe/Paris", now())?;
    let reading = calendar::ical::read(SEASON.as_bytes());
    let content = &reading.events[0].event;
    let draft = EventDraft { calendar, event: None, content, ical: "", deleted: false, split_from: None };
    let origin = Origin { source: Source::Import, import: None, at: now() };
    let event = event_version::append(w, &[draft], &origin)?[0].event;
    let components = revision::current_components(w, event)?;
    let new = NewRevision { event, sequence: 0, cancelled: false, changed: "[]", components: &components };
    let revision = revision::add(w, &new, now())?.id;
    let campaign = begin(w, "Cup final", event, revision, Some(sender), Some(inbox))?;
    for number in 1..=guests {
        let address = format!("guest{number}@people.example");
        let profile = Profile {
            address: address.clone(),
            address_shown: address.clone(),
            name: format!("Guest {number}"),
            role: "required".to_owned(),
            ..Profile::default()
        };
        let guest = guest::insert(w, &profile, now())?;
        let token = format!("token{number:011}");
        let uid = format!("cup-final.{token}@club.example");
        let new = NewInvitation { guest, event, address: &address, token: &token, uid: &uid, organizer: INBOX };
        queue(w, campaign, revision, &new)?;
    }
    send(w, campaign, revision, 0, first)?;
    Ok((event, campaign))
}

/// Lets every guest hold an invitation to another event.
fn invite(w: &Writer<'_>, campaign: i64, uid: &str) -> anyhow::Result<()> {
    let event = store::event::find_uid(w, uid)?.first().expect("the event is here").id;
    let components = revision::current_components(w, event)?;
    let new = NewRevision { event, sequence: 0, cancelled: false, changed: "[]", components: &components };
    let revision = revision::add(w, &new, now())?.id;
    let old = campaign::get(w, campaign)?.expect("the campaign");
    let campaign = begin(w, uid, event, revision, old.sender, old.inbox)?;
    for guest in 1..=2 {
        let (address, token) = (format!("guest{guest}@people.example"), format!("other{guest:011}"));
        let new =
            NewInvitation { guest, event, address: &address, token: &token, uid: &format!("{uid}.{token}@club.example"), organizer: INBOX };
        queue(w, campaign, revision, &new)?;
    }
    send(w, campaign, revision, 0, accepted)
}

/// A campaign for one event that has begun to send.
fn begin(w: &Writer<'_>, name: &str, event: i64, revision: i64, sender: Option<i64>, inbox: Option<i64>) -> anyhow::Result<i64> {
    let draft = campaign::Draft {
        kind: campaign::Kind::Invitation,
        name: name.to_owned(),
        list: None,
        audience: "{}".to_owned(),
        template_version: None,
        sender,
        inbox,
        scheduled_at: None,
        per_second: None,
        hours: String::new(),
        pilot: String::new(),
        spacing: 0,
        events: vec![event],
    };
    let campaign = campaign::create(w, &draft, now())?;
    campaign::freeze(w, campaign, event, revision)?;
    campaign::advance(w, campaign, &[campaign::State::Draft], campaign::State::Sending, "", now())?;
    Ok(campaign)
}

/// Puts an invitation into the ledger, to be sent.
fn queue(w: &Writer<'_>, campaign: i64, revision: i64, new: &NewInvitation<'_>) -> anyhow::Result<()> {
    let invitation = invitation::ensure(w, new, now())?;
    let standing = enqueue::standing(w, new.guest, new.event)?;
    enqueue::queue(w, enqueue::News { campaign, revision, method: Method::Request, not_before: None }, &invitation, &standing, now())?;
    Ok(())
}

/// Hands over everything that is due, with the given results.
fn send(w: &Writer<'_>, campaign: i64, revision: i64, sequence: u32, result: impl Fn(i64) -> Finished) -> anyhow::Result<()> {
    // Later than what waits for an uncertain message waits.
    let late = now() + jiff::SignedDuration::from_mins(11);
    let due = due::after(w, campaign, due::Place::default(), late, 100_000)?;
    let claims = due.iter().map(|due| {
        let invitation = due.invitation.as_ref().expect("an invitation");
        let told = Told { invitation: invitation.id, revision, method: Method::Request, sequence, dtstamp: now().as_second(), base: None };
        Claim { delivery: due.id, campaign, told: Some(told), message: (*b"message").into() }
    });
    let claimed = turn(w, &Turn { claims: claims.collect(), ..Turn::default() }, now())?.claimed;
    let finished = claimed.into_iter().map(|delivery| Outcome { delivery, begun: Some(now()), finished: result(delivery) }).collect();
    turn(w, &Turn { finished, ..Turn::default() }, now())?;
    Ok(())
}
