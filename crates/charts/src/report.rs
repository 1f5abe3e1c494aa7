//! A report on one page: headline numbers, charts, tables, and when it was made.

use crate::font::{self, Weight};
use crate::palette::Ink;
use crate::pdf::{self, About, Placed};
use crate::scene::{Anchor, Area, Corners, Scene, Text};
use crate::{Chart, DrawError, Look, Palette, Table};

/// A number with its word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// As it is read: "1,250".
    pub number: String,
    /// Of what: "invited".
    pub word: String,
}

/// What a report says.
#[derive(Clone, Debug)]
pub struct Report {
    /// What it is about.
    pub title: String,
    /// When and where, a line each.
    pub lines: Vec<String>,
    /// The numbers to remember.
    pub headlines: Vec<Headline>,
    /// The chart across the page; drawn [`Report::WIDE`] pixels wide.
    pub course: Chart,
    /// Charts two by two; drawn [`Report::HALF`] pixels wide.
    pub charts: Vec<Chart>,
    /// Tables with their headings, beside each other.
    pub tables: Vec<(String, Table)>,
    /// When it was made and by what.
    pub made: String,
    /// The same for the file itself: year, month, day, hour and minute in UTC.
    pub made_at: (u16, u8, u8, u8, u8),
}

impl Report {
    /// How wide the chart across the page is to be drawn.
    pub const WIDE: u32 = 720;
    /// How wide a chart is to be drawn that shares its row.
    pub const HALF: u32 = 420;
}

/// A4 in points.
const PAGE: (f64, f64) = (595.0, 842.0);
const MARGIN: f64 = 48.0;
const GUTTER: f64 = 20.0;
const LINE: f64 = 16.0;
/// Sizes of the numbers to remember: the largest in which all fit.
const NUMBERS: [f64; 5] = [20.0, 18.0, 16.0, 14.0, 12.0];
const CELL: f64 = 8.5;
/// Sizes of the tables' letters: the largest in which both fit beside each other.
const CELLS: [f64; 4] = [CELL, 8.0, 7.5, SMALLEST_CELL];
const SMALLEST_CELL: f64 = 7.0;
/// Between the columns of a table.
const APART: f64 = 12.0;
/// Charts bring a margin of their own, which the page has already.
const CHART_MARGIN: f64 = 24.0;
/// Lines of a table that fit; what is left is in the table of the chart.
const MOST_ROWS: usize = 8;

/// Draws a report as a PDF of one page.
///
/// # Errors
/// When the drawing library refuses a mark.
pub fn report(report: &Report) -> Result<Vec<u8>, DrawError> {
    let palette = Palette::light();
    let look = Look { palette, width: 0, height: 0 };
    let mut page = Scene::new(&report.title, &look, PAGE.0, PAGE.1);
    let mut top = heading(&mut page, &look, report);
    let room = PAGE.0 - 2.0 * MARGIN;
    let mut placed = vec![place(&report.course, MARGIN, top, room)];
    top += height(&report.course, room) + 6.0;
    let half = (room - GUTTER) / 2.0;
    for row in report.charts.chunks(2) {
        for (left, chart) in [MARGIN, MARGIN + half + GUTTER].into_iter().zip(row) {
            placed.push(place(chart, left, top, half));
        }
        top += row.iter().map(|chart| height(chart, half)).fold(0.0, f64::max) + 6.0;
    }
    tables(&mut page, &look, &report.tables, top + 10.0);
    footer(&mut page, &look, &report.made);
    placed.push(Placed { scene: &page, left: 0.0, top: 0.0, scale: 1.0 });
    pdf::draw(PAGE, &placed, &About { title: &report.title, made: report.made_at })
}

/// A chart whose words begin at `left` and whose width fills `room`.
fn place(chart: &Chart, left: f64, top: f64, room: f64) -> Placed<'_> {
    let scale = scale_of(chart, room);
    Placed { scene: &chart.scene, left: left - CHART_MARGIN * scale, top: top - CHART_MARGIN * scale, scale }
}

fn scale_of(chart: &Chart, room: f64) -> f64 {
    room / (chart.scene.width - 2.0 * CHART_MARGIN)
}

fn height(chart: &Chart, room: f64) -> f64 {
    (chart.scene.height - CHART_MARGIN) * scale_of(chart, room)
}

/// The title, when and where, and the numbers; gives where the rest begins.
fn heading(page: &mut Scene, look: &Look, report: &Report) -> f64 {
    let room = PAGE.0 - 2.0 * MARGIN;
    let line = |words: String, baseline: f64, size: f64, weight: Weight, ink: Ink| Text {
        words,
        x: MARGIN,
        baseline,
        size,
        weight,
        anchor: Anchor::Start,
        ink,
    };
    let mut baseline = MARGIN + 18.0;
    page.text(line(font::fit(&report.title, 22.0, Weight::SemiBold, room), baseline, 22.0, Weight::SemiBold, look.palette.ink));
    for words in report.lines.iter().filter(|words| !words.trim().is_empty()).take(3) {
        baseline += if baseline < MARGIN + 20.0 { 20.0 } else { 15.0 };
        page.text(line(font::fit(words, 10.5, Weight::Regular, room), baseline, 10.5, Weight::Regular, look.palette.muted));
    }
    let top = baseline + 18.0;
    rule(page, look, MARGIN, top, room);
    let step = room / f64::from(u32::try_from(report.headlines.len().max(1)).unwrap_or(1));
    let numbers: Vec<&str> = report.headlines.iter().map(|headline| headline.number.as_str()).collect();
    let number_size = font::fitting(&numbers, Weight::SemiBold, &NUMBERS, step - 10.0);
    let mut x = MARGIN;
    for Headline { number, word } in &report.headlines {
        let text = |words: String, baseline: f64, size: f64, weight: Weight, ink: Ink| Text {
            words,
            x,
            baseline,
            size,
            weight,
            anchor: Anchor::Start,
            ink,
        };
        page.text(text(number.clone(), top + 30.0, number_size, Weight::SemiBold, look.palette.ink));
        page.text(text(font::fit(word, 9.0, Weight::Regular, step - 8.0), top + 45.0, 9.0, Weight::Regular, look.palette.muted));
        x += step;
    }
    rule(page, look, MARGIN, top + 60.0, room);
    top + 82.0
}

/// Tables beside each other, each as wide as its words ask for.
fn tables(page: &mut Scene, look: &Look, tables: &[(String, Table)], top: f64) {
    let room = PAGE.0 - 2.0 * MARGIN;
    let usable = room - GUTTER * f64::from(u32::try_from(tables.len().saturating_sub(1)).unwrap_or(0));
    let wide = |size: f64| tables.iter().map(|(_, table)| widths(table, size).into_iter().sum::<f64>()).sum::<f64>();
    let size = CELLS.into_iter().find(|size| wide(*size) <= usable).unwrap_or(SMALLEST_CELL);
    let wanted = wide(size);
    let mut left = MARGIN;
    for (heading, table) in tables {
        let width = usable * widths(table, size).into_iter().sum::<f64>() / wanted.max(1.0);
        draw_table(page, look, heading, (table, size), Area { left, top, width, height: 0.0 });
        left += width + GUTTER;
    }
}

/// How wide each column would like to be with letters of this size.
fn widths(table: &Table, size: f64) -> Vec<f64> {
    let cell = |words: &String| font::width(words, size, Weight::Regular) + APART;
    let mut widths: Vec<f64> = table.columns.iter().map(cell).collect();
    for row in table.rows.iter().take(MOST_ROWS) {
        for (width, words) in widths.iter_mut().zip(row) {
            *width = width.max(cell(words));
        }
    }
    widths
}

fn draw_table(page: &mut Scene, look: &Look, heading: &str, (table, size): (&Table, f64), area: Area) {
    let numbers: Vec<f64> = widths(table, size).into_iter().skip(1).collect();
    let label = area.width - numbers.iter().sum::<f64>();
    let line = |cells: &[String], baseline: f64, ink: Ink| {
        let mut x = area.left + label;
        let mut texts = Vec::new();
        for (place, words) in cells.iter().enumerate() {
            let number = place.checked_sub(1).and_then(|place| numbers.get(place)).copied();
            x += number.unwrap_or(0.0);
            let (x, anchor) = if number.is_some() { (x, Anchor::End) } else { (area.left, Anchor::Start) };
            let words = font::fit(words, size, Weight::Regular, number.unwrap_or(label));
            texts.push(Text { words, x, baseline, size, weight: Weight::Regular, anchor, ink });
        }
        texts
    };
    let title = Text {
        words: font::fit(heading, 10.5, Weight::SemiBold, area.width),
        x: area.left,
        baseline: area.top + 10.0,
        size: 10.5,
        weight: Weight::SemiBold,
        anchor: Anchor::Start,
        ink: look.palette.ink,
    };
    page.text(title);
    let mut baseline = area.top + 28.0;
    let nothing = [vec!["Nothing".to_owned()]];
    let (rows, ink): (&[Vec<String>], Ink) =
        if table.rows.is_empty() { (&nothing, look.palette.muted) } else { (&table.rows, look.palette.ink) };
    for text in line(&table.columns, baseline, look.palette.muted) {
        page.text(text);
    }
    for row in rows.iter().take(MOST_ROWS) {
        rule(page, look, area.left, baseline + 5.0, area.width);
        baseline += LINE;
        for text in line(row, baseline, ink) {
            page.text(text);
        }
    }
}

fn footer(page: &mut Scene, look: &Look, made: &str) {
    let room = PAGE.0 - 2.0 * MARGIN;
    let baseline = PAGE.1 - MARGIN + 14.0;
    rule(page, look, MARGIN, baseline - 14.0, room);
    let words = font::fit(made, CELL, Weight::Regular, room);
    let ink = look.palette.muted;
    page.text(Text { words, x: MARGIN, baseline, size: CELL, weight: Weight::Regular, anchor: Anchor::Start, ink });
}

fn rule(page: &mut Scene, look: &Look, left: f64, top: f64, width: f64) {
    page.bar(Area { left, top, width, height: 0.6 }, Corners::default(), look.palette.hairline);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnswerCounts, Funnel, SplitRow, SplitWords, TimelineMark, TimelinePoint, Wait, funnel, split, timeline, waits};

    fn look(width: u32) -> Look {
        Look { palette: Palette::light(), width, height: if width == Report::WIDE { 280 } else { 0 } }
    }

    fn example(scale: u32) -> Report {
        let counts = AnswerCounts { yes: 152 * scale, maybe: 24 * scale, no: 31 * scale, none: 43 * scale };
        let points: Vec<TimelinePoint> = (0..40_u32)
            .map(|hour| TimelinePoint {
                seconds: u64::from(hour) * 7_200,
                at: format!("hour {hour}"),
                yes: counts.yes * hour / 39,
                maybe: counts.maybe * hour / 39,
                no: counts.no * hour / 39,
            })
            .collect();
        let marks = [TimelineMark { seconds: 100_000, label: "Update".into() }];
        let groups: Vec<SplitRow> = ["Gmail", "Outlook and Hotmail", "All others"]
            .map(|label| SplitRow { label: label.to_owned(), note: String::new(), counts })
            .to_vec();
        let words = SplitWords { title: "By mail provider", group: "Provider", empty: "Nobody is invited yet", to_scale: false };
        let steps = Funnel { sent: counts.invited(), taken: counts.invited(), answered: counts.invited() - counts.none, yes: counts.yes };
        let times = ["1 h", "3 h", "12 h", "1 day"].map(|label| Wait { label: label.to_owned(), guests: 12 * scale });
        let reasons = vec![vec!["The address does not exist".to_owned(), "3".to_owned()]];
        Report {
            title: "Harbour Lights v Northside".to_owned(),
            lines: vec!["Sunday, 14 March 2027, 13:30 – 15:30 (America/Chicago)".to_owned(), "Soldier Field, Chicago".to_owned()],
            headlines: [("250", "invited"), ("83 %", "answered"), ("152", "yes"), ("24", "maybe"), ("31", "no")]
                .map(|(number, word)| Headline { number: number.to_owned(), word: word.to_owned() })
                .to_vec(),
            course: timeline("Answers over time", &points, &marks, &look(Report::WIDE)),
            charts: vec![funnel("From sent to yes", steps, &look(Report::HALF)), waits("Time to answer", &times, &look(Report::HALF))],
            tables: vec![
                ("By mail provider".to_owned(), split(words, &groups, &look(Report::HALF)).table),
                ("Did not arrive".to_owned(), Table { columns: ["Reason", "Messages"].map(str::to_owned).to_vec(), rows: reasons }),
            ],
            made: "Made by Rollcall on Monday, 1 March 2027, 12:00 (Europe/Paris)".to_owned(),
            made_at: (2027, 3, 1, 11, 0),
        }
    }

    /// With `ROLLCALL_CHART_SAMPLES` naming a folder the report is kept there for a look.
    #[test]
    fn a_report_is_a_pdf_of_one_page_with_its_font_in_it() {
        for (name, scale) in [("report-empty", 0), ("report", 1), ("report-million", 4_000)] {
            let pdf = report(&example(scale)).expect("a report");
            let text = String::from_utf8_lossy(&pdf);
            assert!(pdf.starts_with(b"%PDF-") && text.contains("/Count 1"), "{name} is a PDF of one page");
            assert_eq!(text.matches("/FontFile3").count(), 2, "{name} brings both weights of its font");
            assert!(!text.contains("/Subtype /Image") && !text.contains("/Subtype/Image"), "{name} has drawings, not pictures");
            if let Some(folder) = std::env::var_os("ROLLCALL_CHART_SAMPLES") {
                std::fs::write(std::path::Path::new(&folder).join(format!("{name}.pdf")), pdf).expect("kept");
            }
        }
    }
}
