//! Months out of a hundred thousand events.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use engine::calendars::list_occurrences;
use engine::{Clock as _, SystemClock};
use jiff::civil::{Date, Weekday};
use jiff::{ToSpan as _, tz::TimeZone};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::engines::Disk;
use crate::table::{Goal, Table};

const EVENTS: usize = 100_000;
const SERIES: usize = 2_000;
const LOOKS: usize = 300;
/// The first looks of each reading thread find nothing in its cache.
const COLD: usize = 20;
/// Months before and after the present one: inside the window of instances.
const BEFORE: i32 = 10;
const AFTER: i32 = 33;

pub(crate) async fn measure(table: &mut Table) -> Result<()> {
    let (disk, today) = filled().await?;
    let mut random = StdRng::seed_from_u64(11);
    let mut took = Vec::with_capacity(LOOKS);
    let mut rows = 0;
    for _ in 0..LOOKS {
        let (from, to) = grid(today, random.random_range(-BEFORE..=AFTER))?;
        let began = Instant::now();
        rows += list_occurrences(&disk.engine, &from, &to).await?.len();
        took.push(began.elapsed().as_secs_f64() * 1000.0);
    }
    let warm = took.get(COLD..).unwrap_or_default().to_vec();
    let name = format!("month view of 100,000 events, ~{} rows a month", rows / LOOKS);
    table.add(&format!("{name}: p50"), percentile(&took, 50), "ms", Goal::None, None);
    table.add(&format!("{name}: p99"), percentile(&took, 99), "ms", Goal::Under(10.0), None);
    table.add(&format!("month view: p99 without the first {COLD} looks"), percentile(&warm, 99), "ms", Goal::None, None);
    disk.engine.stop().await;
    Ok(())
}

/// An engine with all the events, and the day around which they lie.
pub(crate) async fn filled() -> Result<(Disk, Date)> {
    let disk = Disk::open(Vec::new()).await?;
    let today = SystemClock.now().to_zoned(TimeZone::UTC).date();
    let path = disk.folder.path().join("all.ics");
    std::fs::write(&path, events(today, &mut StdRng::seed_from_u64(7))?)?;
    let stored = disk.import(vec![path]).await?;
    ensure!(stored as usize == EVENTS, "{stored} events were stored");
    Ok((disk, today))
}

fn percentile(took: &[f64], part: usize) -> f64 {
    let mut sorted = took.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() * part / 100).copied().unwrap_or(f64::NAN)
}

/// The whole weeks that a month touches.
fn grid(today: Date, months: i32) -> Result<(String, String)> {
    let first = today.first_of_month().checked_add(months.months()).context("A month of the calendar")?;
    let from = first.checked_sub(i32::from(first.weekday().since(Weekday::Monday)).days())?;
    let last = first.last_of_month();
    let to = last.checked_add((7 - i32::from(last.weekday().since(Weekday::Monday))).days())?;
    Ok((format!("{from}T00:00:00Z"), format!("{to}T00:00:00Z")))
}

/// Single events over five years, and series of ten weeks.
fn events(today: Date, random: &mut StdRng) -> Result<String> {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Rollcall//Bench//EN\r\n".to_owned();
    for number in 0..EVENTS {
        let day = today.checked_add(random.random_range(-547..1279_i32).days())?.strftime("%Y%m%d");
        let hour = random.random_range(7..21_u32);
        let rule = if number < SERIES { "RRULE:FREQ=WEEKLY;COUNT=10\r\n" } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "BEGIN:VEVENT\r\nUID:event-{number}@bench.example\r\nDTSTAMP:20270101T000000Z\r\n\
             DTSTART;TZID=Europe/Berlin:{day}T{hour:02}0000\r\nDTEND;TZID=Europe/Berlin:{day}T{:02}3000\r\n{rule}\
             SUMMARY:Training number {number}\r\nLOCATION:Hall {}\r\nEND:VEVENT\r\n",
            hour + 1,
            number % 40
        );
    }
    Ok(text + "END:VCALENDAR\r\n")
}
