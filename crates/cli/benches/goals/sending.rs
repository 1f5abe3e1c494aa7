//! Campaigns from the click to the last result, to a server on this computer, with the ledger on disk.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use engine::accounts;
use engine::accounts::view::{OwnLimits, SenderForm, Tls};
use engine::calendars::list_occurrences;
use engine::campaigns;
use engine::campaigns::view::CampaignDraft;
use engine::{Clock as _, SystemClock};
use store::account::{NewAccount, Role};
use testkit::smtp_sink::SmtpSink;

use crate::engines::Disk;
use crate::peers;
use crate::table::{Goal, Table, per_second};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// From here on a campaign takes its time.
const LARGE: usize = 100_000;
const CONNECTIONS: u32 = 24;
const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Rollcall//Bench//EN\r\nBEGIN:VEVENT\r\nUID:opening@club.example\r\n\
    DTSTAMP:20270101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20280401T180000\r\nDTEND;TZID=Europe/Berlin:20280401T200000\r\n\
    SUMMARY:Opening game\r\nLOCATION:Stadium\\, Gate 4\r\nDESCRIPTION:The first game of the season.\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
const BODY: &str = "Dear {{ first_name | default(\"friend\") }},\n\nplease come to **{{ event.summary }}**: {{ event.when }}, {{ event.place }}.\n\n\
    * Gates open ninety minutes before.\n* Bring your season card.\n\nWe look forward to seeing you.";

/// The largest takes a minute: a quick look does without it.
pub(crate) async fn measure(table: &mut Table, is_quick: bool) -> Result<()> {
    let sizes: Vec<usize> = SIZES.into_iter().filter(|size| !is_quick || *size < LARGE).collect();
    let mut rates = Vec::new();
    for size in sizes {
        let sink = SmtpSink::start()?;
        let rate = send(sink.port(), size).await?;
        let port = sink.port();
        let peer = tokio::task::spawn_blocking(move || peers::smtplib(port, 5_000)).await??;
        table.add(&format!("sending: {size} invitations, built, sent and recorded"), rate, "/s", Goal::AtLeast(1_000.0), peer);
        rates.push(rate);
    }
    if let (Some(first), Some(last)) = (rates.first(), rates.last()) {
        table.add("sending: rate of the largest as a part of that at 1,000", last / first, "", Goal::AtLeast(0.8), None);
        let sink = SmtpSink::start()?;
        let port = sink.port();
        let source = tokio::task::spawn_blocking(move || peers::smtp_source(port, 20_000)).await??;
        if let Some(source) = source {
            let part = last / source.measured;
            table.add("sending: part of what smtp-source reaches", part, "", Goal::None, Some(source));
        }
    }
    Ok(())
}

/// Messages a second from the organizer's click to the last result written down.
async fn send(port: u16, guests: usize) -> Result<f64> {
    let disk = Disk::open(vec![connect::adapters()]).await?;
    let (campaign, mails) = prepare(&disk, port, guests, None).await?;
    let engine = &disk.engine;
    campaigns::start_sending(engine);
    let began = Instant::now();
    campaigns::send_campaign(engine, &campaign, mails).await?;
    let status = loop {
        let status = campaigns::campaign_status(engine, &campaign).await?;
        if status.state != "sending" {
            break status;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let took = began.elapsed();
    ensure!(status.accepted as usize == guests, "not everyone was reached: {status:?}");
    engine.stop().await;
    Ok(per_second(guests, took))
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
