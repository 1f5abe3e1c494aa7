//! A season: one small bar per event, with its numbers beside it.

use crate::answers::{AnswerCounts, GAP, NAMES};
use crate::font::{self, Weight};
use crate::number;
use crate::scene::{Anchor, Area, Corners, Scene, Text, part_widths};
use crate::{Chart, Look, Table};

/// One event of a season.
#[derive(Clone, Debug)]
pub struct SeasonRow {
    /// Its title.
    pub label: String,
    /// When it is, as people say it; may be empty.
    pub date: String,
    /// Its answers.
    pub counts: AnswerCounts,
}

const MARGIN: f64 = 24.0;
const TOP: f64 = 104.0;
const ROW: f64 = 32.0;
/// From a column of numbers to the next; the last one has the longest heading.
const NUMBER: f64 = 72.0;
const LAST_NUMBER: f64 = 100.0;
const DATE: f64 = 136.0;
/// Rows that are drawn; the table holds them all.
const MOST_ROWS: usize = 400;

/// Where the columns of a season's chart stand.
struct Columns {
    label: f64,
    date: Option<f64>,
    bar: Area,
    numbers: [f64; 4],
}

/// The answers to many events, a row each.
#[must_use]
pub fn season(title: &str, rows: &[SeasonRow], look: &Look) -> Chart {
    let width = f64::from(look.width.max(560));
    let drawn = rows.len().min(MOST_ROWS);
    let lines = f64::from(u32::try_from(drawn).unwrap_or(0)) + if rows.len() > drawn || rows.is_empty() { 1.0 } else { 0.0 };
    let height = TOP + lines * ROW + MARGIN - 8.0;
    let mut scene = Scene::new(title, look, width, f64::from(look.height).max(height));
    let guests = rows.iter().map(|row| row.counts.invited()).fold(0, u32::saturating_add);
    let yes = rows.iter().map(|row| row.counts.yes).fold(0, u32::saturating_add);
    let below = format!(
        "{} {} · {} invitations · {} yes",
        number::count(u32::try_from(rows.len()).unwrap_or(u32::MAX)),
        if rows.len() == 1 { "event" } else { "events" },
        number::count(guests),
        number::share(yes, guests)
    );
    scene.heading(look, title, &below, MARGIN);
    let columns = columns(width);
    headings(&mut scene, look, &columns);
    let most = rows.iter().map(|row| row.counts.invited()).max().unwrap_or(0);
    for (place, row) in (0_u32..).zip(rows.iter().take(drawn)) {
        draw_row(&mut scene, look, &columns, row, most, TOP + ROW * f64::from(place));
    }
    if rows.len() > drawn || rows.is_empty() {
        let words = if rows.is_empty() {
            "No event has invitations yet".to_owned()
        } else {
            format!("and {} more", number::count(u32::try_from(rows.len() - drawn).unwrap_or(u32::MAX)))
        };
        let baseline = TOP + ROW * (lines - 0.5) + 4.7;
        let ink = look.palette.muted;
        scene.text(Text { words, x: MARGIN, baseline, size: 13.0, weight: Weight::Regular, anchor: Anchor::Start, ink });
    }
    Chart { scene, table: table(rows) }
}

fn table(rows: &[SeasonRow]) -> Table {
    let cells = |row: &SeasonRow| {
        let mut cells = vec![row.label.clone(), row.date.clone(), row.counts.invited().to_string()];
        cells.extend(row.counts.parts().map(|part| part.to_string()));
        cells
    };
    let columns = ["Event", "Date", "Invited"].into_iter().chain(NAMES).map(str::to_owned).collect();
    Table { columns, rows: rows.iter().map(cells).collect() }
}

fn columns(width: f64) -> Columns {
    let right = width - MARGIN;
    let last = right - LAST_NUMBER;
    let numbers = [last - 2.0 * NUMBER, last - NUMBER, last, right];
    let numbers_left = last - 3.0 * NUMBER;
    let date = (width >= 760.0).then_some(DATE);
    let room = numbers_left - MARGIN - date.unwrap_or(0.0);
    let label = (room * 0.5).min(320.0);
    let left = MARGIN + label + date.unwrap_or(0.0);
    Columns {
        label: label - 16.0,
        date: date.map(|_| MARGIN + label),
        bar: Area { left, top: 0.0, width: numbers_left - left + 8.0, height: 12.0 },
        numbers,
    }
}

fn headings(scene: &mut Scene, look: &Look, columns: &Columns) {
    let ink = look.palette.muted;
    let baseline = TOP - 14.0;
    for ((name, x), fill) in NAMES.into_iter().zip(columns.numbers).zip(look.palette.fills) {
        let left = x - font::width(name, 12.0, Weight::Regular) - 14.0;
        scene.bar(Area { left, top: baseline - 8.5, width: 8.0, height: 8.0 }, Corners::all(2.5), fill);
        scene.text(Text { words: name.to_owned(), x, baseline, size: 12.0, weight: Weight::Regular, anchor: Anchor::End, ink });
    }
    rule(scene, look, TOP - 2.0);
}

fn rule(scene: &mut Scene, look: &Look, top: f64) {
    let right = scene.width - MARGIN;
    scene.bar(Area { left: MARGIN, top, width: right - MARGIN, height: 1.0 }, Corners::default(), look.palette.hairline);
}

fn draw_row(scene: &mut Scene, look: &Look, columns: &Columns, row: &SeasonRow, most: u32, top: f64) {
    let baseline = top + ROW / 2.0 + 4.7;
    let text = |words: String, x: f64, weight: Weight, anchor: Anchor, strong: bool| {
        let ink = if strong { look.palette.ink } else { look.palette.muted };
        Text { words, x, baseline, size: 13.0, weight, anchor, ink }
    };
    let label = if row.label.trim().is_empty() { "Untitled event" } else { &row.label };
    scene.text(text(font::fit(label, 13.0, Weight::Regular, columns.label), MARGIN, Weight::Regular, Anchor::Start, true));
    if let Some(x) = columns.date {
        scene.text(text(font::fit(&row.date, 13.0, Weight::Regular, DATE - 16.0), x, Weight::Regular, Anchor::Start, false));
    }
    for ((place, part), x) in row.counts.parts().into_iter().enumerate().zip(columns.numbers) {
        let weight = if place == 0 { Weight::SemiBold } else { Weight::Regular };
        scene.text(text(number::count(part), x, weight, Anchor::End, part > 0));
    }
    let invited = row.counts.invited();
    if invited == 0 {
        return;
    }
    let room = (f64::from(invited) / f64::from(most.max(1)) * columns.bar.width).max(12.0);
    let mut left = columns.bar.left;
    for (width, fill) in part_widths(row.counts.parts(), room, GAP).into_iter().zip(look.palette.fills) {
        if width > 0.0 {
            scene.bar(Area { left, top: top + ROW / 2.0 - 6.0, width, height: columns.bar.height }, Corners::all(2.0), fill);
            left += width + GAP;
        }
    }
    if top > TOP {
        rule(scene, look, top);
    }
}
