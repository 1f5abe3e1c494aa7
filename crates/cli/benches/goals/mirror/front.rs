//! How long it takes until a change at the provider is here while somebody looks.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use engine::calendars::show_event;
use engine::event::{Changed, EngineEvent};
use engine::sync;
use serde_json::json;
use testkit::fake_google::FakeGoogle;

use super::loopback::{ZONE, google};
use crate::engines::Disk;
use crate::table::{Goal, Table};

const CHANGES: u32 = 8;
/// Changes come at any point between two looks.
const APART: Duration = Duration::from_millis(700);
const PATIENCE: Duration = Duration::from_mins(1);

pub(super) async fn measure(table: &mut Table) -> Result<()> {
    let fake = FakeGoogle::start()?;
    let time = json!({ "dateTime": "2026-11-27T18:00:00", "timeZone": ZONE });
    let game = fake.put_event(FakeGoogle::ACCOUNT, &json!({ "summary": "Game", "start": time, "end": time }));
    let disk = Disk::open(vec![connect::adapters()]).await?;
    let engine = &disk.engine;
    let page = sync::connect(engine, google(&fake)).await?.page;
    let account = sync::pasted(engine, &fake.consent(&page)).await?;
    sync::mirror_calendars(engine, &account, &[FakeGoogle::ACCOUNT.to_owned()]).await?;
    sync::sync(engine, None).await?;
    sync::watch(engine);
    sync::set_in_front(engine, true);
    let uid = fake.event(FakeGoogle::ACCOUNT, &game).context("The event there")?;
    let uid = uid.get("iCalUID").and_then(|uid| uid.as_str()).context("Its UID")?.to_owned();
    let here = engine.store().read(move |r| store::event::find_uid(r, &uid)).await?.first().context("The event here")?.id.to_string();
    let mut worst = Duration::ZERO;
    for number in 0..CHANGES {
        tokio::time::sleep(APART * number).await;
        let title = format!("Game {number}");
        let mut happened = engine.subscribe();
        let began = Instant::now();
        fake.put_event(FakeGoogle::ACCOUNT, &json!({ "id": game, "summary": title }));
        let arrived = async {
            while show_event(engine, &here, "").await?.summary != title {
                while !matches!(happened.recv().await?, EngineEvent::Changed { what } if what.contains(&Changed::Events)) {}
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(PATIENCE, arrived).await.context("A change never came")??;
        worst = worst.max(began.elapsed());
    }
    table.add("mirror: a change at Google is here, window in front, worst of 8", worst.as_secs_f64(), "s", Goal::Under(5.0), None);
    disk.engine.stop().await;
    Ok(())
}
