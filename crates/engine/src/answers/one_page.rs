//! The report of an event or a campaign: one page to print or to pass on.

use std::path::Path;

use anyhow::{Context as _, Result};
use charts::{Headline, Look, Palette, Report, SplitWords, Table};
use jiff::{Timestamp, tz::TimeZone};
use store::Reader;
use store::delivery::trouble;
use store::holding::answer::{self, Scope};
use store::holding::tally;

use super::chart::{Headed, draw};
use super::export::write;
use super::figures;
use super::show::{Subject, subject};
use super::view::{AnswersOf, ChartKind};
use crate::{Code, Engine, Failure};

const COURSE_HEIGHT: u32 = 290;

/// Writes a report of one page as `.pdf`.
///
/// # Errors
/// When the name ends otherwise, the file cannot be written, or there is no such event or campaign.
pub async fn save_report(engine: &Engine, of: AnswersOf, path: &Path) -> Result<(), Failure> {
    if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("pdf")) {
        let words = format!("{} must end in .pdf", path.display());
        return Err(Failure::new(Code::InvalidInput, words).with("field", "out"));
    }
    let (now, zone) = (engine.clock().now(), engine.clock().zone());
    let report = engine.store().read(move |r| put_together(r, &of, now, &zone)).await?;
    let bytes = tokio::task::spawn_blocking(move || charts::report(&report));
    write(path, bytes.await.map_err(anyhow::Error::new)?.map_err(anyhow::Error::new)?).await
}

fn put_together(r: &Reader<'_>, of: &AnswersOf, now: Timestamp, zone: &str) -> Result<Report> {
    let subject = subject(r, of)?;
    let look = |width: u32, height: u32| Look { palette: Palette::light(), width, height };
    let chart = |kind: ChartKind, width: u32, height: u32| draw(r, kind, Some(of), Headed::ByKind, &look(width, height));
    let tallies = tally::tallies(r, subject.scope)?;
    let funnel = figures::funnel(&tallies);
    let words = SplitWords { title: "By mail provider", group: "Provider", empty: "", to_scale: false };
    let providers = charts::split(words, &figures::providers(&tallies), &look(Report::HALF, 0));
    let reasons = charts::reasons("Did not arrive", &figures::reasons(&trouble::counts(r, subject.scope)?), &look(Report::HALF, 0));
    let counts = answer::counts(r, subject.scope)?;
    let headline = |number: String, word: &str| Headline { number, word: word.to_owned() };
    let count = |number: u32| charts::count_in_words(number);
    Ok(Report {
        lines: lines(r, &subject)?,
        headlines: vec![
            headline(count(funnel.sent), "sent"),
            headline(charts::share_in_words(funnel.answered, funnel.sent), "answered"),
            headline(count(counts.yes), "yes"),
            headline(count(counts.maybe), "maybe"),
            headline(count(counts.no), "no"),
            headline(count(counts.none), "no answer"),
        ],
        course: chart(ChartKind::Timeline, Report::WIDE, COURSE_HEIGHT)?,
        charts: vec![chart(ChartKind::Funnel, Report::HALF, 0)?, chart(ChartKind::Waits, Report::HALF, 0)?],
        tables: vec![("By mail provider".to_owned(), counts_of(providers.table)), ("Did not arrive".to_owned(), counts_of(reasons.table))],
        made: made(now, zone),
        made_at: made_at(now),
        title: subject.title,
    })
}

/// A table without the shares in its last column, which the page has no room for, and with counts as people write them.
fn counts_of(table: Table) -> Table {
    let cell = |cell: String| cell.parse().map_or(cell, charts::count_in_words);
    let counts = |mut row: Vec<String>| {
        row.pop();
        row.into_iter().map(cell).collect()
    };
    let mut columns = table.columns;
    columns.pop();
    Table { columns, rows: table.rows.into_iter().map(counts).collect() }
}

/// When and where an event is; what a campaign is about.
fn lines(r: &Reader<'_>, subject: &Subject) -> Result<Vec<String>> {
    match subject.scope {
        Scope::Event(event) => {
            let current = store::event_version::current(r, event)?.context("The event has a version")?;
            let words = mail::EventWords::new(&current.content, "en");
            Ok(vec![words.when, words.place])
        }
        Scope::Campaign(campaign) => {
            let events: Vec<i64> = store::campaign::events(r, campaign)?.iter().map(|event| event.event).collect();
            let contents: Vec<_> = store::event_version::current_of_ids(r, &events)?.into_iter().map(|current| current.content).collect();
            let days = || contents.iter().map(|content| content.start.local().date());
            Ok(match (contents.as_slice(), days().min(), days().max()) {
                ([only], ..) => {
                    let words = mail::EventWords::new(only, "en");
                    vec![words.summary, words.when, words.place]
                }
                (several, Some(first), Some(last)) => {
                    vec![format!("{} events, {} – {}", several.len(), first.strftime("%-d %B %Y"), last.strftime("%-d %B %Y"))]
                }
                _ => Vec::new(),
            })
        }
    }
}

fn made(now: Timestamp, zone: &str) -> String {
    let zoned = now.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC));
    format!("Made by Rollcall on {} ({zone})", zoned.strftime("%A, %-d %B %Y, %H:%M"))
}

/// A year, month, day, hour and minute in UTC.
fn made_at(now: Timestamp) -> (u16, u8, u8, u8, u8) {
    let time = now.to_zoned(TimeZone::UTC).datetime();
    let small = |part: i8| part.unsigned_abs();
    (time.year().unsigned_abs(), small(time.month()), small(time.day()), small(time.hour()), small(time.minute()))
}
