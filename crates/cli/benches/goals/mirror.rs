//! Calendars mirrored from servers on this computer and from a provider behind the port. And history a hundred thousand versions long.

mod alone;
mod front;
mod loopback;
mod vdirsyncer;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use calendar::remote::Access;
use calendar::{Event, EventTime, Zone};
use engine::calendars::view::EventDraft;
use engine::calendars::{EventEdit, Surface, edit_event, restore_event, show_event};
use engine::sync;
use engine::sync::view::{CalendarAccountForm, CalendarSynced};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use store::event_version::{self, Draft, Origin, Source};
use testkit::fake_calendars::{FakeCalendars, Shape};

pub(crate) use self::alone::{asked, run as alone};
use crate::engines::Disk;
use crate::table::{Goal, Table};

const TEAM: &str = "Team";
const ALL: usize = 100_000;
const PAGE: usize = 2_500;
const CHANGES: usize = 20;
const EVENTS: usize = 100;
const VERSIONS: u32 = 1_000;

pub(crate) async fn measure(table: &mut Table) -> Result<()> {
    loopback::measure(table)?;
    front::measure(table).await?;
    increments(table).await?;
    history(table).await
}

/// One change among a hundred thousand events.
async fn increments(table: &mut Table) -> Result<()> {
    let (remote, disk) = connected(ALL).await?;
    look(&disk).await?;
    let (mut worst, mut calls) = (Duration::ZERO, 0);
    for number in 0..CHANGES {
        remote.put(TEAM, &[Event { summary: format!("Moved {number}"), ..event(number * 4_000) }]);
        let before = remote.counts().0;
        let began = Instant::now();
        let report = look(&disk).await?;
        worst = worst.max(began.elapsed());
        calls = calls.max(remote.counts().0 - before);
        ensure!(report.changes == 1, "one change came, not {}", report.changes);
    }
    let worst = worst.as_secs_f64() * 1000.0;
    table.add("mirror: one change among 100,000 events, worst of 20, our own time", worst, "ms", Goal::Under(50.0), None);
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    table.add("mirror: requests for it", calls as f64, "", Goal::Under(2.0), None);
    disk.engine.close().await;
    Ok(())
}

async fn history(table: &mut Table) -> Result<()> {
    let disk = Disk::open(Vec::new()).await?;
    let calendar = engine::calendars::create_calendar(&disk.engine, TEAM, "").await?;
    let row: i64 = calendar.id.parse()?;
    for number in 0..VERSIONS {
        let events: Vec<Event> = (0..EVENTS).map(|at| Event { summary: format!("Version {number}"), ..event(at) }).collect();
        let at = Timestamp::from_second(1_800_000_000 + i64::from(number))?;
        let write = move |w: &store::Writer<'_>| {
            let draft = |content| Draft { calendar: row, event: None, content, ical: "", deleted: false, split_from: None };
            let drafts: Vec<Draft<'_>> = events.iter().map(draft).collect();
            event_version::append(w, &drafts, &Origin { source: Source::Account(1), import: None, at })
        };
        disk.engine.store().write(write).await?;
    }
    let id = disk.engine.store().read(move |r| store::event::of_calendar(r, row)).await?.get(EVENTS / 2).copied().context("An event")?;
    let (mut shown, mut restored) = (Duration::ZERO, Duration::ZERO);
    for number in 1..=CHANGES {
        let began = Instant::now();
        let detail = show_event(&disk.engine, &id.to_string(), "").await?;
        shown = shown.max(began.elapsed());
        ensure!(detail.versions.len() >= VERSIONS as usize, "its history is {} versions long", detail.versions.len());
        let began = Instant::now();
        restore_event(&disk.engine, &id.to_string(), "", u32::try_from(number)?).await?;
        restored = restored.max(began.elapsed());
    }
    let milliseconds = |took: Duration| took.as_secs_f64() * 1000.0;
    table.add("history of an event, 1,000 of 100,000 versions, worst of 20", milliseconds(shown), "ms", Goal::Under(5.0), None);
    table.add("a version restored, worst of 20", milliseconds(restored), "ms", Goal::Under(20.0), None);
    let edit = EventEdit {
        id: id.to_string(),
        recurrence_id: String::new(),
        scope: engine::calendars::view::Scope::All,
        draft: EventDraft { summary: Some("Edited".into()), ..EventDraft::default() },
    };
    edit_event(&disk.engine, Surface::Window, edit).await?;
    ensure!(show_event(&disk.engine, &id.to_string(), "").await?.summary == "Edited", "it can still be edited");
    disk.engine.close().await;
    Ok(())
}

async fn connected(events: usize) -> Result<(FakeCalendars, Disk)> {
    let remote = FakeCalendars::new(Shape::Single).with_calendar(TEAM, Access::Owner);
    remote.page(PAGE);
    for number in 0..events {
        remote.put(TEAM, &[event(number)]);
    }
    let disk = Disk::open(vec![Box::new(remote.clone())]).await?;
    let form =
        CalendarAccountForm::Caldav { label: "Club".into(), url: "https://dav.example".into(), user: "ann".into(), password: "oak".into() };
    let account = sync::connect(&disk.engine, form).await?.account;
    sync::mirror_calendars(&disk.engine, &account, &[TEAM.to_owned()]).await?;
    Ok((remote, disk))
}

async fn look(disk: &Disk) -> Result<CalendarSynced> {
    let report = sync::sync(&disk.engine, None).await?.into_iter().next().context("The account")?;
    let report = report.calendars.into_iter().next().context("Its calendar")?;
    ensure!(report.problem.is_empty(), "{}", report.problem);
    Ok(report)
}

fn event(number: usize) -> Event {
    let hours = SignedDuration::from_hours(i64::try_from(number).unwrap_or(0) / 4);
    let zone = Zone::parse("Europe/Berlin").unwrap_or_else(Zone::utc);
    let start = EventTime::Zoned(date(2026, 6, 1).at(9, 0, 0, 0), zone).moved_by(hours);
    Event {
        summary: format!("Training number {number}"),
        place: format!("Hall {}", number % 40),
        description: "Bring your season card and a warm jacket; parking opens at noon.".to_owned(),
        ..Event::new(format!("event-{number}@bench.example"), start, start.moved_by(SignedDuration::from_hours(2)))
    }
}
