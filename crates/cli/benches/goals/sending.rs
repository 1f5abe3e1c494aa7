//! Campaigns from the click to the last result, to a server on this computer, with the ledger on disk.

use anyhow::{Context as _, Result};
use engine::accounts;
use engine::accounts::view::{Login, OwnLimits, SenderForm, Tls};
use engine::calendars::list_occurrences;
use engine::campaigns;
use engine::campaigns::view::CampaignDraft;
use engine::{Clock as _, SystemClock};
use store::account::{NewAccount, Role};
use testkit::smtp_sink::SmtpSink;

use crate::alone::{self, Extent, Report};
use crate::engines::Disk;
use crate::peers;
use crate::table::{Goal, Peer, Table};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// From here on a campaign takes its time.
const LARGE: usize = 100_000;
const LARGEST: usize = 1_000_000;
/// Taken beside each campaign, a few seconds of the peer's work.
const SOURCE: usize = 40_000;
const CONNECTIONS: u32 = 40;
const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Rollcall//Bench//EN\r\nBEGIN:VEVENT\r\nUID:opening@club.example\r\n\
    DTSTAMP:20270101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20280401T180000\r\nDTEND;TZID=Europe/Berlin:20280401T200000\r\n\
    SUMMARY:Opening game\r\nLOCATION:Stadium\\, Gate 4\r\nDESCRIPTION:The first game of the season.\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
const BODY: &str = "Dear {{ first_name | default(\"friend\") }},\n\nplease come to **{{ event.summary }}**: {{ event.when }}, {{ event.place }}.\n\n\
    * Gates open ninety minutes before.\n* Bring your season card.\n\nWe look forward to seeing you.";

/// The largest takes minutes: a quick look does without it.
pub(crate) async fn measure(table: &mut Table, is_quick: bool) -> Result<()> {
    let mut first = None;
    for size in SIZES.into_iter().filter(|size| !is_quick || *size < LARGE) {
        let (run, source) = beside_source(size, Extent::Plain).await?;
        let peer = source.map(|measured| Peer { name: "smtp-source -s 10, builds and records nothing", measured });
        table.add(&format!("sending: {size} invitations, built, sent and recorded"), run.per_second, "/s", Goal::AtLeast(5_000.0), peer);
        if let Some(source) = source {
            table.add("sending: as a part of what smtp-source reaches", run.per_second / source, "", Goal::AtLeast(0.25), None);
        }
        first.get_or_insert(run.per_second);
    }
    let sink = SmtpSink::start()?;
    let port = sink.port();
    let peer = tokio::task::spawn_blocking(move || peers::smtplib(port, 5_000)).await??;
    if let Some(peer) = peer {
        table.add("sending: what Python reaches", peer.measured, "/s", Goal::None, Some(peer));
    }
    match first.filter(|_| !is_quick) {
        Some(first) => largest(table, first).await,
        None => Ok(()),
    }
}

/// A million guests: as fast as a thousand, in little memory, and never out of the organizer's hands.
async fn largest(table: &mut Table, first: f64) -> Result<()> {
    let (run, source) = beside_source(LARGEST, Extent::Looked).await?;
    let peer = source.map(|measured| Peer { name: "smtp-source -s 10, builds and records nothing", measured });
    table.add("sending: 1,000,000 invitations, built, sent and recorded", run.per_second, "/s", Goal::AtLeast(5_000.0), peer);
    table.add("sending: rate at 1,000,000 as a part of that at 1,000", run.per_second / first, "", Goal::AtLeast(0.8), None);
    table.add("sending: last tenth of 1,000,000 as a part of the first", run.last_tenth / run.first_tenth, "", Goal::AtLeast(0.8), None);
    table.add("sending: most memory at 1,000,000 rows", run.peak_megabytes, "MB", Goal::Under(150.0), None);
    for look in run.looks {
        table.add(&look.what, look.worst, "ms", Goal::Under(look.goal), None);
    }
    Ok(())
}

/// A campaign, and what smtp-source reaches into the same sink just before and after it.
async fn beside_source(guests: usize, extent: Extent) -> Result<(Report, Option<f64>)> {
    let sink = SmtpSink::start()?;
    let port = sink.port();
    let source = move || peers::smtp_source(port, SOURCE);
    let before = tokio::task::spawn_blocking(source).await??;
    let report = tokio::task::spawn_blocking(move || alone::spawn(port, guests, extent)).await??;
    let after = tokio::task::spawn_blocking(source).await??;
    let source = before.zip(after).map(|(before, after)| f64::midpoint(before.measured, after.measured));
    Ok((report, source))
}

/// A campaign to so many guests through a server on this computer, and how many mails it is.
pub(crate) async fn prepare(disk: &Disk, port: u16, guests: usize, per_second: Option<f64>) -> Result<(String, u32)> {
    let path = disk.folder.path().join("opening.ics");
    std::fs::write(&path, EVENT)?;
    disk.import(vec![path]).await?;
    let list = disk.guests(guests).await?;
    let engine = &disk.engine;
    let event = list_occurrences(engine, "2028-04-01T00:00:00Z", "2028-04-02T00:00:00Z").await?;
    let event = event.first().context("The event is there")?.id.clone();
    let draft = CampaignDraft {
        kind: "invitation".to_owned(),
        events: vec![event],
        list: list.to_string(),
        sender: sender(disk, port, per_second).await?,
        inbox: inbox(disk).await?,
        subject: "Come to {{ event.summary }}".to_owned(),
        body: BODY.to_owned(),
        ..CampaignDraft::default()
    };
    let campaign = campaigns::create_campaign(engine, draft).await?;
    let mails = campaigns::preview_audience(engine, &campaign.id).await?.mails;
    Ok((campaign.id, mails))
}

async fn sender(disk: &Disk, port: u16, per_second: Option<f64>) -> Result<String> {
    let form = SenderForm::Smtp {
        label: "Sink".to_owned(),
        from: "office@club.example".to_owned(),
        name: String::new(),
        host: "127.0.0.1".to_owned(),
        port,
        tls: Tls::None,
        user: String::new(),
        login: Login::Password,
        password: String::new(),
        limits: OwnLimits { per_second, ..OwnLimits::default() },
        connections: Some(CONNECTIONS),
    };
    Ok(accounts::add_sender(&disk.engine, form).await?.id)
}

async fn inbox(disk: &Disk) -> Result<String> {
    let inbox = NewAccount {
        role: Role::Inbox,
        kind: "imap".to_owned(),
        label: "Answers".to_owned(),
        address: "answers@club.example".to_owned(),
        settings: serde_json::json!({ "plus_addressing": true }),
    };
    let now = SystemClock.now();
    Ok(disk.engine.store().write(move |w| store::account::insert(w, &inbox, now)).await?.to_string())
}
