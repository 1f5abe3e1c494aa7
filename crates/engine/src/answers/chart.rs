//! Charts of answers, in the window's colours or for a file.

use std::path::Path;

use anyhow::{Context as _, Result};
use calendar::{EventTime, Zone};
use charts::{AnswerCounts, Chart, Look, Palette, SeasonRow, SplitRow, SplitWords, Table, TimelineMark, TimelinePoint};
use jiff::Timestamp;
use store::delivery::trouble;
use store::holding::answer::{self, Counts, EventCounts, Scope};
use store::holding::tally;
use store::{Reader, Store};

use super::export::{neutral, write};
use super::show::{Subject, is_update, subject};
use super::view::{AnswersOf, ChartKind, ChartView, Theme};
use super::{figures, timeline};
use crate::{Code, Failure};

/// Events side by side, at most: more are a season.
const MOST_COMPARED: usize = 6;

/// A chart in the window's colours, with its numbers; headed by what it shows, for the page around it says of what. Width and height in pixels; height 0 takes what it needs.
///
/// # Errors
/// When there is no such event or campaign, or the chart needs one and none is given.
pub async fn chart(store: &Store, kind: ChartKind, of: Option<AnswersOf>, theme: Theme, size: (u32, u32)) -> Result<ChartView, Failure> {
    let look = Look { palette: palette(theme), width: size.0, height: size.1 };
    view(store.read(move |r| draw(r, kind, of.as_ref(), Headed::ByKind, &look)).await?)
}

/// Events side by side, in the window's colours.
///
/// # Errors
/// When there are not two to six of them, or one is not there.
pub async fn compare(store: &Store, events: Vec<String>, theme: Theme, size: (u32, u32)) -> Result<ChartView, Failure> {
    let look = Look { palette: palette(theme), width: size.0, height: size.1 };
    view(store.read(move |r| side_by_side(r, &events, &look)).await?)
}

/// Writes a chart as `.svg` or `.png`, or its numbers as `.csv`, as the name ends.
///
/// # Errors
/// When the name ends otherwise, the file cannot be written, or there is no such event or campaign.
pub async fn export_chart(store: &Store, kind: ChartKind, of: Option<AnswersOf>, path: &Path) -> Result<(), Failure> {
    let form = Form::of(path)?;
    let width = if kind == ChartKind::Season { 960 } else { 720 };
    let look = Look { palette: Palette::light().filled(), width, height: 0 };
    let chart = store.read(move |r| draw(r, kind, of.as_ref(), Headed::BySubject, &look)).await?;
    save(chart, form, path).await
}

/// Writes events side by side as `.svg`, `.png` or `.csv`.
///
/// # Errors
/// As for [`compare`], or where the file cannot be written.
pub async fn export_comparison(store: &Store, events: Vec<String>, path: &Path) -> Result<(), Failure> {
    let form = Form::of(path)?;
    let look = Look { palette: Palette::light().filled(), width: 720, height: 0 };
    let chart = store.read(move |r| side_by_side(r, &events, &look)).await?;
    save(chart, form, path).await
}

fn palette(theme: Theme) -> Palette {
    match theme {
        Theme::Light => Palette::light(),
        Theme::Dark => Palette::dark(),
    }
}

fn view(chart: Chart) -> Result<ChartView, Failure> {
    let svg = chart.svg().map_err(anyhow::Error::new)?;
    Ok(ChartView { svg, columns: chart.table.columns, rows: chart.table.rows })
}

/// What a chart is written as.
#[derive(Clone, Copy)]
enum Form {
    Svg,
    Png,
    Csv,
}

impl Form {
    fn of(path: &Path) -> Result<Self, Failure> {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
        match ending.as_str() {
            "svg" => Ok(Self::Svg),
            "png" => Ok(Self::Png),
            "csv" => Ok(Self::Csv),
            _ => {
                let words = format!("{} must end in .svg, .png or .csv", path.display());
                Err(Failure::new(Code::InvalidInput, words).with("field", "out"))
            }
        }
    }
}

async fn save(chart: Chart, form: Form, path: &Path) -> Result<(), Failure> {
    let bytes = tokio::task::spawn_blocking(move || match form {
        Form::Svg => Ok(chart.svg()?.into_bytes()),
        Form::Png => Ok(chart.png()?),
        Form::Csv => csv(&chart.table),
    });
    write(path, bytes.await.map_err(anyhow::Error::new)??).await
}

fn csv(table: &Table) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&table.columns)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| neutral(cell)))?;
    }
    writer.into_inner().context("Finish the CSV")
}

/// What stands above a chart.
#[derive(Clone, Copy)]
pub(super) enum Headed {
    /// What it shows.
    ByKind,
    /// What it is of.
    BySubject,
}

/// A chart of an event, a campaign or a season.
pub(super) fn draw(r: &Reader<'_>, kind: ChartKind, of: Option<&AnswersOf>, headed: Headed, look: &Look) -> Result<Chart> {
    let Some(of) = of else {
        if kind == ChartKind::Season {
            return season(r, None, look);
        }
        return Err(Failure::new(Code::InvalidInput, "Choose an event or a campaign for this chart").with("field", "event").into());
    };
    let subject = subject(r, of)?;
    let title = match headed {
        Headed::ByKind => heading(kind).to_owned(),
        Headed::BySubject if matches!(kind, ChartKind::Answers | ChartKind::Timeline) => subject.title.clone(),
        Headed::BySubject => format!("{} · {}", subject.title, heading(kind)),
    };
    let tallies = || tally::tallies(r, subject.scope);
    Ok(match kind {
        ChartKind::Season => season(r, Some(of), look)?,
        ChartKind::Answers => charts::answers(&title, drawn(answer::counts(r, subject.scope)?), look),
        ChartKind::Timeline => course(r, &subject, &title, look)?,
        ChartKind::Funnel => charts::funnel(&title, figures::funnel(&tallies()?), look),
        ChartKind::Waits => charts::waits(&title, &figures::waits(&tallies()?), look),
        ChartKind::Providers => {
            let words = SplitWords { title: &title, group: "Provider", empty: "Nobody is invited yet", to_scale: false };
            charts::split(words, &figures::providers(&tallies()?), look)
        }
        ChartKind::Channels => {
            let words = SplitWords { title: &title, group: "Way", empty: "No answers yet", to_scale: true };
            charts::split(words, &figures::channels(&tallies()?), look)
        }
        ChartKind::Bounces => charts::reasons(&title, &figures::reasons(&trouble::counts(r, subject.scope)?), look),
    })
}

fn heading(kind: ChartKind) -> &'static str {
    match kind {
        ChartKind::Answers => "Answers",
        ChartKind::Timeline => "Answers over time",
        ChartKind::Season => "Season",
        ChartKind::Funnel => "From sent to yes",
        ChartKind::Waits => "Time to answer",
        ChartKind::Providers => "By mail provider",
        ChartKind::Channels => "How answers came",
        ChartKind::Bounces => "Did not arrive",
    }
}

fn drawn(counts: Counts) -> AnswerCounts {
    AnswerCounts { yes: counts.yes, maybe: counts.maybe, no: counts.no, none: counts.none }
}

fn course(r: &Reader<'_>, subject: &Subject, title: &str, look: &Look) -> Result<Chart> {
    let course = timeline::course(&tally::course(r, subject.scope)?);
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
    Ok(charts::timeline(title, &points, &marks, look))
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

/// The same of a few events, in the order in which they are named.
fn side_by_side(r: &Reader<'_>, events: &[String], look: &Look) -> Result<Chart> {
    if !(2..=MOST_COMPARED).contains(&events.len()) {
        let sentence = format!("Choose 2 to {MOST_COMPARED} events to compare; here are {}.", events.len());
        return Err(Failure::new(Code::InvalidInput, sentence).with("field", "event").into());
    }
    let all = answer::events(r)?;
    let rows: Vec<SplitRow> = events.iter().map(|id| compared(r, &all, id)).collect::<Result<_>>()?;
    let title = format!("Answers to {} events", rows.len());
    let words = SplitWords { title: &title, group: "Event", empty: "Nobody is invited to these yet", to_scale: true };
    Ok(charts::split(words, &rows, look))
}

/// An event that nobody was invited to yet stands there with nothing.
fn compared(r: &Reader<'_>, all: &[EventCounts], id: &str) -> Result<SplitRow> {
    let subject = subject(r, &AnswersOf::Event(id.to_owned()))?;
    let known = all.iter().find(|row| subject.scope == Scope::Event(row.event)).cloned().map(season_row);
    let (note, counts) = known.map(|row| (row.date, row.counts)).unwrap_or_default();
    Ok(SplitRow { label: subject.title, note, counts })
}
