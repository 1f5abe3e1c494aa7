//! Answers parsed and matched against a large ledger, and the charts of it.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use async_trait::async_trait;
use engine::{Clock as _, SystemClock, answers};
use jiff::Timestamp;
use mail::port::{AccountConfig, Adapters, Batch, Check, FolderCursor, InboxError, MailInbox, MailSender, Reach, Received};
use store::account::{NewAccount, Role};
use store::campaign::{self, Draft, Kind, State};
use store::delivery::turn::{Claim, Finished, Outcome, Told, Turn, turn};
use store::delivery::{Method, due, enqueue};
use store::event_version::{self, Origin, Source};
use store::invitation::{self, NewInvitation};
use store::revision::{self, NewRevision};
use store::{Writer, account, calendar as calendars, crowd, guest};

use crate::charts;
use crate::engines::{Disk, profile};
use crate::table::{Goal, Table, per_second};

const LEDGER: usize = 1_000_000;
const QUICK_LEDGER: usize = 100_000;
/// Rows that are written in one go.
const AT_ONCE: usize = 20_000;
const ANSWERS: usize = 20_000;
const INBOX: &str = "club@club.example";
const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Rollcall//Bench//EN\r\nBEGIN:VEVENT\r\nUID:cup-final\r\nDTSTAMP:20270101T000000Z\r\n\
    DTSTART;TZID=Europe/Paris:20280401T100000\r\nDTEND;TZID=Europe/Paris:20280401T120000\r\nSUMMARY:Cup final\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

/// A mailbox in memory.
struct Mailbox(Vec<Vec<u8>>);

#[async_trait]
impl MailInbox for Mailbox {
    async fn fetch(&self, cursors: &[FolderCursor], _reach: Reach, limit: usize) -> Result<Batch, InboxError> {
        let read = cursors.first().map_or(0, |cursor| cursor.last_uid);
        let mut batch = Batch::default();
        let mut last_uid = read;
        let fresh = (1..).zip(&self.0).skip(usize::try_from(read).unwrap_or(usize::MAX));
        for (uid, message) in fresh.take(limit) {
            let message = message.clone();
            batch.messages.push(Received { folder: "INBOX".to_owned(), uid, received_at: SystemClock.now(), message });
            last_uid = uid;
        }
        batch.more = usize::try_from(last_uid).is_ok_and(|last| last < self.0.len());
        batch.cursors.push(FolderCursor { folder: "INBOX".to_owned(), validity: 1, last_uid });
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

    fn inbox(&self, _account: &AccountConfig) -> Option<Result<Arc<dyn MailInbox>, String>> {
        Some(Ok(Arc::clone(&self.0) as Arc<dyn MailInbox>))
    }
}

pub(crate) async fn measure(table: &mut Table, is_quick: bool) -> Result<()> {
    let ledger = if is_quick { QUICK_LEDGER } else { LEDGER };
    let mailbox = Arc::new(Mailbox((0..ANSWERS).map(answer).collect()));
    let disk = Disk::open(vec![Box::new(InMemory(mailbox))]).await?;
    let store = disk.engine.store();
    let now = SystemClock.now();
    let club = store.write(move |w| found(w, now)).await?;
    for first in (0..ledger).step_by(AT_ONCE) {
        store.write(move |w| invite(w, &club, first..ledger.min(first + AT_ONCE), now)).await?;
    }
    let (event, campaign) = (club.event, club.campaign);
    store.write(move |w| campaign::advance(w, campaign, &[State::Sending], State::Done, "", now)).await?;
    let began = Instant::now();
    let pulled = answers::pull_all(&disk.engine).await?;
    let took = began.elapsed();
    ensure!(pulled.answers as usize == ANSWERS, "not every answer was matched: {pulled:?}");
    let (rows, receipts) = (grouped(ledger), grouped(ledger / 2));
    table.add(
        &format!("receipts: parsed and matched, {rows} in the ledger"),
        per_second(ANSWERS, took),
        "/s",
        Goal::AtLeast(5_000.0),
        None,
    );
    let more = u32::try_from(ledger / 2 - ANSWERS)?;
    store.write(move |w| crowd::answer(w, event, more)).await?;
    charts::measure(table, &disk.engine, event, campaign, &format!("{rows} deliveries and {receipts} receipts")).await?;
    disk.engine.stop().await;
    Ok(())
}

/// `1,000,000`, of thousands.
fn grouped(number: usize) -> String {
    match number / 1_000 {
        thousands if thousands >= 1_000 => format!("{},{:03},000", thousands / 1_000, thousands % 1_000),
        thousands => format!("{thousands},000"),
    }
}

fn token(number: usize) -> String {
    format!("token{number:011}")
}

/// An answer of the simplest kind.
fn answer(number: usize) -> Vec<u8> {
    let (guest, uid) = (profile(number).address, format!("cup-final.{}@club.example", token(number)));
    let partstat = if number.is_multiple_of(3) { "DECLINED" } else { "ACCEPTED" };
    let calendar = format!(
        "BEGIN:VCALENDAR\r\nPRODID:-//Client//EN\r\nVERSION:2.0\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nDTSTART:20280401T080000Z\r\n\
         DTSTAMP:20270301T110000Z\r\nORGANIZER:mailto:{INBOX}\r\nUID:{uid}\r\nATTENDEE;PARTSTAT={partstat}:mailto:{guest}\r\nSEQUENCE:0\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let mut message = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        message,
        "From: {guest}\r\nTo: {INBOX}\r\nSubject: {partstat}: Cup final\r\nDate: Mon, 1 Mar 2027 12:00:00 +0000\r\n\
         Message-ID: <{number}@people.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"part\"\r\n\r\n\
         --part\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{guest} answered this invitation.\r\n\
         --part\r\nContent-Type: text/calendar; charset=utf-8; method=REPLY\r\n\r\n{calendar}\r\n--part--\r\n"
    );
    message.into_bytes()
}

/// What guests are invited to, and by what.
#[derive(Clone, Copy)]
struct Club {
    event: i64,
    revision: i64,
    campaign: i64,
}

/// A campaign that is about to send.
fn found(w: &Writer<'_>, now: Timestamp) -> Result<Club> {
    let inbox = NewAccount {
        role: Role::Inbox,
        kind: "memory".to_owned(),
        label: "Club".to_owned(),
        address: INBOX.to_owned(),
        settings: serde_json::json!({}),
    };
    let inbox = account::insert(w, &inbox, now)?;
    let calendar = calendars::create(w, "Season", "blue", "Europe/Paris", now)?;
    let reading = calendar::ical::read(EVENT.as_bytes());
    let content = &reading.events.first().context("The event can be read")?.event;
    let draft = event_version::Draft { calendar, event: None, content, ical: "", deleted: false, split_from: None };
    let written = event_version::append(w, &[draft], &Origin { source: Source::Import, import: None, at: now })?;
    let event = written.first().context("The event is stored")?.event;
    let components = revision::current_components(w, event)?;
    let revision = revision::add(w, &NewRevision { event, sequence: 0, cancelled: false, changed: "[]", components: &components }, now)?.id;
    let draft = Draft {
        kind: Kind::Invitation,
        name: "Cup final".to_owned(),
        list: None,
        audience: "{}".to_owned(),
        template_version: None,
        sender: None,
        inbox: Some(inbox),
        scheduled_at: None,
        per_second: None,
        hours: String::new(),
        pilot: String::new(),
        spacing: 0,
        events: vec![event],
    };
    let campaign = campaign::create(w, &draft, now)?;
    campaign::freeze(w, campaign, event, revision)?;
    campaign::advance(w, campaign, &[State::Draft], State::Sending, "", now)?;
    Ok(Club { event, revision, campaign })
}

/// Invites guests, whose servers take it.
fn invite(w: &Writer<'_>, club: &Club, numbers: Range<usize>, now: Timestamp) -> Result<()> {
    let &Club { event, revision, campaign } = club;
    for number in numbers.clone() {
        let profile = profile(number);
        let guest = guest::insert(w, &profile, now)?;
        let token = token(number);
        let uid = format!("cup-final.{token}@club.example");
        let new = NewInvitation { guest, event, address: &profile.address, token: &token, uid: &uid, organizer: INBOX };
        let invitation = invitation::ensure(w, &new, now)?;
        let standing = enqueue::standing(w, guest, event)?;
        enqueue::queue(w, enqueue::News { campaign, revision, method: Method::Request, not_before: None }, &invitation, &standing, now)?;
    }
    let due = due::after(w, campaign, due::Place::default(), now, numbers.len())?;
    let claims = due.iter().filter_map(|due| {
        let invitation = due.invitation.as_ref()?.id;
        let told = Told { invitation, revision, method: Method::Request, sequence: 0, dtstamp: now.as_second(), base: None };
        Some(Claim { delivery: due.id, campaign, told: Some(told), message: (*b"message").into() })
    });
    let claimed = turn(w, &Turn { claims: claims.collect(), ..Turn::default() }, now)?.claimed;
    let taken = |delivery| Outcome { delivery, begun: Some(now), finished: Finished::Accepted { remote_id: String::new() } };
    turn(w, &Turn { finished: claimed.into_iter().map(taken).collect(), ..Turn::default() }, now)?;
    Ok(())
}
