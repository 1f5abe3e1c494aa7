//! Seasons read and stored.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use crate::engines::Disk;
use crate::table::{Goal, Table, per_second};

const FILES: usize = 30;
const EVENTS_EACH: usize = 162;

pub(crate) async fn measure(table: &mut Table) -> Result<()> {
    let disk = Disk::open(Vec::new()).await?;
    let mut paths = Vec::new();
    let mut texts = Vec::new();
    for file in 0..FILES {
        let text = season(file);
        let path = disk.folder.path().join(format!("team{file}.ics"));
        std::fs::write(&path, &text).with_context(|| format!("Write {}", path.display()))?;
        paths.push(path);
        texts.push(text);
    }
    let began = Instant::now();
    let events: usize = texts.iter().map(|text| calendar::ical::read(text.as_bytes()).events.len()).sum();
    table.add("import: events parsed", per_second(events, began.elapsed()), "/s", Goal::AtLeast(50_000.0), None);
    let began = Instant::now();
    let stored = disk.import(paths).await?;
    let took = began.elapsed();
    ensure!(stored as usize == FILES * EVENTS_EACH, "{stored} events were stored");
    table.add("import: 4,860 events in 30 files, parsed and stored", took.as_secs_f64(), "s", Goal::Under(1.0), None);
    disk.engine.stop().await;
    Ok(())
}

/// A team's season as a league publishes it.
fn season(team: usize) -> String {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//League//Season//EN\r\nX-WR-TIMEZONE:America/Chicago\r\n".to_owned();
    for game in 0..EVENTS_EACH {
        let (month, day, hour) = (3 + game / 27, 1 + game % 27, 12 + game % 8);
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "BEGIN:VEVENT\r\nUID:game-{team}-{game}@league.example\r\nDTSTAMP:20270101T000000Z\r\n\
             DTSTART;TZID=America/Chicago:2027{month:02}{day:02}T{hour}0500\r\nDTEND;TZID=America/Chicago:2027{month:02}{day:02}T{end}0500\r\n\
             SUMMARY:Team {team} at Visitors {game}\r\nLOCATION:Stadium {team}\\, Chicago\r\n\
             DESCRIPTION:Gates open ninety minutes before. Bring your season card and\r\n  a warm jacket\\; parking opens at noon.\r\n\
             URL:https://league.example/games/{team}/{game}\r\nCATEGORIES:Game,Home\r\nSTATUS:CONFIRMED\r\nSEQUENCE:1\r\nEND:VEVENT\r\n",
            end = hour + 3
        );
    }
    text + "END:VCALENDAR\r\n"
}
