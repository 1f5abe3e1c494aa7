//! `rollcall-cli expand`: the occurrences of a file in a window, without a database.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use calendar::ical::{self, Effect};
use calendar::recurrence::{Occurrence, Series};
use calendar::{EventStatus, EventTime, Zone, words};
use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::output::Output;

/// What to expand.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A calendar file (.ics).
    file: PathBuf,
    /// Begin of the window: an RFC 3339 time or a date.
    #[arg(long, value_name = "TIME")]
    from: String,
    /// End of the window, exclusive.
    #[arg(long, value_name = "TIME")]
    to: String,
    /// Zone that days and times without a zone are read in; by default the one the file names, else UTC.
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
}

/// One occurrence. Times are RFC 3339, those of a whole day are dates.
#[derive(Serialize)]
struct Expanded {
    uid: String,
    /// When the rule has it start; null for a single event.
    recurrence_id: Option<String>,
    summary: String,
    start: String,
    /// Exclusive.
    end: String,
    /// Null for a whole day and for a time without a zone.
    tzid: Option<&'static str>,
    all_day: bool,
    status: EventStatus,
    #[serde(skip)]
    words: String,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<ExitCode> {
    let bytes = std::fs::read(&arguments.file).with_context(|| format!("Read {}", arguments.file.display()))?;
    let reading = ical::read(&bytes);
    for problem in &reading.problems {
        output.say(&format!("{}, line {}: {}", arguments.file.display(), problem.line, problem.reason));
    }
    if reading.events.is_empty() && reading.problems.iter().any(|problem| problem.effect == Effect::EventLeftOut) {
        bail!("No event of {} can be read", arguments.file.display());
    }
    let zone = match &arguments.zone {
        Some(name) => Zone::parse(name).with_context(|| format!("`{name}` is no time zone: give an IANA name such as America/Chicago"))?,
        None => reading.zone.unwrap_or(Zone::utc()),
    };
    let window = time(&arguments.from, zone)?..time(&arguments.to, zone)?;
    if window.start > window.end {
        bail!("--from {} is after --to {}", arguments.from, arguments.to);
    }
    let mut found: Vec<(Timestamp, Expanded)> = Vec::new();
    for series in Series::group(reading.events.into_iter().map(|read| read.event)) {
        let occurrences = series.occurrences(window.clone(), zone.time_zone());
        found.extend(occurrences.map(|occurrence| (occurrence.start_utc, expanded(&series, &occurrence, zone.time_zone()))));
    }
    found.sort_by_key(|(start, _)| *start);
    let occurrences: Vec<Expanded> = found.into_iter().map(|(_, occurrence)| occurrence).collect();
    output.result(&occurrences, |occurrences| {
        occurrences.iter().map(|occurrence| occurrence.words.as_str()).collect::<Vec<_>>().join("\n")
    })?;
    Ok(ExitCode::SUCCESS)
}

fn expanded(series: &Series, occurrence: &Occurrence, floating_zone: &TimeZone) -> Expanded {
    let event = occurrence.exception.and_then(|place| series.exceptions.get(place)).unwrap_or(&series.master);
    let master = &series.master;
    let repeats = master.recurrence.rule.is_some() || !master.recurrence.added.is_empty() || event.recurrence_id.is_some();
    let span = words::span(&occurrence.start, &occurrence.end, None);
    let status = if occurrence.cancelled { EventStatus::Cancelled } else { event.status };
    let off = if occurrence.cancelled { " (cancelled)" } else { "" };
    Expanded {
        uid: event.uid.clone(),
        recurrence_id: repeats.then(|| rfc3339(&occurrence.original_start, floating_zone)),
        summary: event.summary.clone(),
        start: rfc3339(&occurrence.start, floating_zone),
        end: rfc3339(&occurrence.end, floating_zone),
        tzid: occurrence.start.zone().map(Zone::as_str),
        all_day: occurrence.start.is_all_day(),
        status,
        words: format!("{span}: {}{off}", event.summary),
    }
}

fn rfc3339(time: &EventTime, floating_zone: &TimeZone) -> String {
    if time.is_all_day() || time.zone().is_some_and(Zone::is_utc) {
        let utc = if time.is_all_day() { "" } else { "Z" };
        return format!("{}{utc}", time.iso_local());
    }
    let instant = time.to_instant(floating_zone);
    instant.display_with_offset(time.time_zone(floating_zone).to_offset(instant)).to_string()
}

/// A time of the command line; a date is its midnight in `zone`.
fn time(text: &str, zone: Zone) -> Result<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Ok(instant);
    }
    let date: Date = text.parse().with_context(|| format!("`{text}` is no time: give 2027-03-14 or 2027-03-14T13:00:00-05:00"))?;
    Ok(EventTime::Date(date).to_instant(zone.time_zone()))
}
