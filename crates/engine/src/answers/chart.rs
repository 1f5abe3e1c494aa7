//! Charts of answers, in the window's colours or for a file.

use std::path::Path;

use anyhow::Result;
use calendar::{EventTime, Zone};
use charts::{AnswerCounts, Chart, Look, Palette, SeasonRow, TimelineMark, TimelinePoint};
use jiff::Timestamp;
use store::holding::answer::{self, Counts, EventCounts, Scope};
use store::{Reader, Store};

use super::export::write;
use super::show::{is_update, subject};
use super::timeline;
use super::view::{AnswersOf, ChartKind, ChartView, Theme};
use crate::{Code, Failure};

/// A chart in the window's colours, with its numbers; headed by what it shows, for the page around it says of what. Width and height in pixels; height 0 takes what it needs.
///
/// # Errors
/// When there is no such event or campaign, or the chart needs one and none is given.
pub async fn chart(store: &Store, kind: ChartKind, of: Option<AnswersOf>, theme: Theme, size: (u32, u32)) -> Result<ChartView, Failure> {
    let palette = match theme {
        Theme::Light => Palette::light(),
        Theme::Dark => Palette::dark(),
    };
    let heading = match kind {
        ChartKind::Answers => Some("Answers"),
        ChartKind::Timeline => Some("Answers over time"),
        ChartKind::Season => None,
    };
    let chart = draw(store, kind, of, heading, Look { palette, width: size.0, height: size.1 }).await?;
    let svg = chart.svg().map_err(anyhow::Error::new)?;
    Ok(ChartView { svg, columns: chart.table.columns, rows: chart.table.rows })
}

/// Writes a chart as `.svg` or `.png`, as the name ends.
///
/// # Errors
/// When the name ends otherwise, the file cannot be written, or there is no such event or campaign.
pub async fn export_chart(store: &Store, kind: ChartKind, of: Option<AnswersOf>, path: &Path) -> Result<(), Failure> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    if ending != "svg" && ending != "png" {
        let words = format!("{} must end in .svg or .png", path.display());
        return Err(Failure::new(Code::InvalidInput, words).with("field", "out"));
    }
    let width = if kind == ChartKind::Season { 960 } else { 720 };
    let chart = draw(store, kind, of, None, Look { palette: Palette::light().filled(), width, height: 0 }).await?;
    let bytes = tokio::task::spawn_blocking(move || if ending == "svg" { chart.svg().map(String::into_bytes) } else { chart.png() });
    write(path, bytes.await.map_err(anyhow::Error::new)?.map_err(anyhow::Error::new)?).await
}

/// Without a heading of its own a chart is headed by what it is of.
async fn draw(store: &Store, kind: ChartKind, of: Option<AnswersOf>, heading: Option<&'static str>, look: Look) -> Result<Chart, Failure> {
    let chart = store.read(move |r| match (kind, of) {
        (ChartKind::Season, of) => season(r, of.as_ref(), &look),
        (ChartKind::Answers, Some(of)) => answers(r, &of, heading, &look),
        (ChartKind::Timeline, Some(of)) => course(r, &of, heading, &look),
        (ChartKind::Answers | ChartKind::Timeline, None) => {
            Err(Failure::new(Code::InvalidInput, "Choose an event or a campaign for this chart").with("field", "event").into())
        }
    });
    Ok(chart.await?)
}

fn drawn(counts: Counts) -> AnswerCounts {
    AnswerCounts { yes: counts.yes, maybe: counts.maybe, no: counts.no, none: counts.none }
}

fn answers(r: &Reader<'_>, of: &AnswersOf, heading: Option<&str>, look: &Look) -> Result<Chart> {
    let subject = subject(r, of)?;
    Ok(charts::answers(heading.unwrap_or(&subject.title), drawn(answer::counts(r, subject.scope)?), look))
}

fn course(r: &Reader<'_>, of: &AnswersOf, heading: Option<&str>, look: &Look) -> Result<Chart> {
    let subject = subject(r, of)?;
    let course = timeline::course(&answer::turns(r, subject.scope)?);
    let sendings = answer::sendings(r, subject.scope)?;
    let begin = sendings.iter().map(|sending| sending.at).chain(course.iter().map(|point| point.at)).min();
    let since = |at: Timestamp| begin.map_or(0, |begin| at.duration_since(begin).as_secs().max(0).unsigned_abs());
    let mut points: Vec<TimelinePoint> = Vec::new();
    if let Some(begin) = begin {
        points.push(TimelinePoint { seconds: 0, at: begin.to_string(), yes: 0, maybe: 0, no: 0 });
    }
    points.extend(course.iter().map(|point| TimelinePoint {
        seconds: since(point.at),
        at: point.at.to_string(),
        yes: point.counts.yes,
        maybe: point.counts.maybe,
        no: point.counts.no,
    }));
    let marks: Vec<TimelineMark> = sendings
        .iter()
        .filter(|sending| is_update(&sending.kind))
        .map(|sending| TimelineMark {
            seconds: since(sending.at),
            label: if sending.kind == "update" { "Update" } else { "Cancelled" }.to_owned(),
        })
        .collect();
    Ok(charts::timeline(heading.unwrap_or(&subject.title), &points, &marks, look))
}

/// The season of a campaign, of the calendar that an event stands in, or of everything.
fn season(r: &Reader<'_>, of: Option<&AnswersOf>, look: &Look) -> Result<Chart> {
    let all = answer::events(r)?;
    let (title, events) = match of {
        None => ("All events".to_owned(), all),
        Some(of) => {
            let subject = subject(r, of)?;
            match subject.scope {
                Scope::Campaign(id) => {
                    let chosen = store::campaign::events(r, id)?;
                    (subject.title, all.into_iter().filter(|row| chosen.iter().any(|event| event.event == row.event)).collect())
                }
                Scope::Event(id) => {
                    let calendar = store::event::get(r, id)?.map_or(0, |event| event.calendar);
                    let name = store::calendar::get(r, calendar)?.map_or_else(|| subject.title.clone(), |calendar| calendar.name);
                    (name, all.into_iter().filter(|row| row.calendar == calendar).collect::<Vec<_>>())
                }
            }
        }
    };
    let rows: Vec<SeasonRow> = events.into_iter().map(season_row).collect();
    Ok(charts::season(&title, &rows, look))
}

fn season_row(row: EventCounts) -> SeasonRow {
    let date = EventTime::parse_iso_local(&row.start_local, Zone::parse(&row.start_zone))
        .map(|start| start.local().strftime("%a %-d %b %Y").to_string())
        .unwrap_or_default();
    SeasonRow { label: row.summary, date, counts: drawn(row.counts) }
}
