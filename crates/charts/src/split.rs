//! Yes, Maybe, No and no answer of several groups of guests, or of several events side by side.

use crate::answers::{AnswerCounts, GAP, NAMES};
use crate::bars::MARGIN;
use crate::font::{self, Weight};
use crate::number;
use crate::palette::Ink;
use crate::scene::{Anchor, Area, Corners, Scene, Text, part_widths};
use crate::{Chart, Look, Table};

/// One group of guests, or one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitRow {
    /// Its name.
    pub label: String,
    /// When it is, or nothing.
    pub note: String,
    /// What they answered.
    pub counts: AnswerCounts,
}

/// What a chart of groups says of itself.
#[derive(Clone, Copy, Debug)]
pub struct SplitWords<'w> {
    /// What it is of.
    pub title: &'w str,
    /// The heading of the groups in the table: "Provider".
    pub group: &'w str,
    /// What it says where there is nothing.
    pub empty: &'w str,
    /// Whether the lengths of the bars tell how many guests there are; else each bar is the whole of its group.
    pub to_scale: bool,
}

const LEGEND: f64 = 92.0;
const TOP: f64 = 108.0;
const ROW: f64 = 54.0;
/// What a line of numbers adds where they find no room beside the names.
const LINE: f64 = 18.0;
const BAR: f64 = 14.0;
/// From a number to the next, with the mark of its colour between them.
const APART: f64 = 26.0;
/// What is left to the names at least, of the whole width.
const NAMES_SHARE: f64 = 0.38;

/// How the rows of a chart lie.
struct Rows {
    /// The widest number of each answer.
    widths: [f64; 4],
    /// Numbers stand below the names, not beside them.
    is_stacked: bool,
}

impl Rows {
    fn of(rows: &[SplitRow], room: f64) -> Self {
        let mut widths = [18.0_f64; 4];
        for row in rows {
            for (width, part) in widths.iter_mut().zip(row.counts.parts()) {
                *width = width.max(font::width(&number::count(part), 13.0, Weight::SemiBold));
            }
        }
        let numbers: f64 = widths.iter().map(|width| width + APART).sum();
        Self { widths, is_stacked: numbers > room * (1.0 - NAMES_SHARE) }
    }

    fn step(&self) -> f64 {
        if self.is_stacked { ROW + LINE } else { ROW }
    }
}

/// A bar of answers for each group.
#[must_use]
pub fn split(words: SplitWords<'_>, rows: &[SplitRow], look: &Look) -> Chart {
    let width = f64::from(look.width.max(420));
    let lines = f64::from(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    let lie = Rows::of(rows, width - 2.0 * MARGIN);
    let height = if rows.is_empty() { LEGEND } else { TOP + lines * lie.step() + MARGIN - 16.0 };
    let mut scene = Scene::new(words.title, look, width, f64::from(look.height).max(height));
    let guests = rows.iter().map(|row| row.counts.invited()).fold(0, u32::saturating_add);
    let below = match guests {
        0 => words.empty.to_owned(),
        1 => "1 guest".to_owned(),
        guests => format!("{} guests", number::count(guests)),
    };
    scene.heading(look, words.title, &below, MARGIN);
    if !rows.is_empty() {
        legend(&mut scene, look);
    }
    let most = rows.iter().map(|row| row.counts.invited()).max().unwrap_or(0).max(1);
    for (place, row) in (0_u32..).zip(rows) {
        let scale = if words.to_scale { f64::from(row.counts.invited()) / f64::from(most) } else { 1.0 };
        draw(&mut scene, look, row, scale, &lie, TOP + lie.step() * f64::from(place));
    }
    Chart { scene, table: table(words.group, rows) }
}

fn legend(scene: &mut Scene, look: &Look) {
    let mut x = MARGIN;
    for (name, fill) in NAMES.into_iter().zip(look.palette.fills) {
        scene.bar(Area { left: x, top: LEGEND - 8.0, width: 8.0, height: 8.0 }, Corners::all(2.5), fill);
        let ink = look.palette.muted;
        let text =
            Text { words: name.to_owned(), x: x + 14.0, baseline: LEGEND, size: 12.0, weight: Weight::Regular, anchor: Anchor::Start, ink };
        scene.text(text);
        x += 14.0 + font::width(name, 12.0, Weight::Regular) + 18.0;
    }
}

fn draw(scene: &mut Scene, look: &Look, row: &SplitRow, scale: f64, lie: &Rows, top: f64) {
    let right = scene.width - MARGIN;
    let baseline = top + 15.0;
    let below = if lie.is_stacked { baseline + LINE } else { baseline };
    let text = |words: String, x: f64, baseline: f64, weight: Weight, anchor: Anchor, ink: Ink| Text {
        words,
        x,
        baseline,
        size: 13.0,
        weight,
        anchor,
        ink,
    };
    // From the right, each number below that of the same answer in the row above.
    let mut x = right;
    for ((part, width), fill) in row.counts.parts().into_iter().zip(lie.widths).zip(look.palette.fills).rev() {
        let words = number::count(part);
        let left = x - font::width(&words, 13.0, Weight::SemiBold);
        let ink = if part > 0 { look.palette.ink } else { look.palette.muted };
        scene.text(text(words, x, below, Weight::SemiBold, Anchor::End, ink));
        scene.bar(Area { left: left - 11.0, top: below - 8.0, width: 6.0, height: 6.0 }, Corners::all(2.0), fill);
        x -= width + APART;
    }
    let room = if lie.is_stacked { right - MARGIN } else { x - MARGIN };
    // A long name is cut before its date is: two of the same name are told apart by that.
    let note = if row.note.is_empty() { 0.0 } else { font::width(&row.note, 13.0, Weight::Regular) + 8.0 };
    let has_note = note > 0.0 && note < room * 0.5;
    let label = font::fit(&row.label, 13.0, Weight::Regular, if has_note { room - note } else { room });
    let after = MARGIN + font::width(&label, 13.0, Weight::Regular) + 8.0;
    scene.text(text(label, MARGIN, baseline, Weight::Regular, Anchor::Start, look.palette.ink));
    if has_note {
        scene.text(text(row.note.clone(), after, baseline, Weight::Regular, Anchor::Start, look.palette.muted));
    }
    let bar = Area { left: MARGIN, top: below + 9.0, width: (right - MARGIN) * scale, height: BAR };
    if row.counts.invited() == 0 {
        scene.bar(Area { width: right - MARGIN, ..bar }, Corners::all(4.0), look.palette.hairline);
        return;
    }
    let widths = part_widths(row.counts.parts(), bar.width.max(12.0), GAP);
    let last = widths.iter().rposition(|width| *width > 0.0);
    let mut left = bar.left;
    for (place, (width, fill)) in widths.into_iter().zip(look.palette.fills).enumerate() {
        if width > 0.0 {
            let corners = Corners { left: if left <= bar.left { 4.0 } else { 0.0 }, right: if Some(place) == last { 4.0 } else { 0.0 } };
            scene.bar(Area { left, width, ..bar }, corners, fill);
            left += width + GAP;
        }
    }
}

fn table(group: &str, rows: &[SplitRow]) -> Table {
    let has_notes = rows.iter().any(|row| !row.note.is_empty());
    let mut columns = vec![group.to_owned()];
    columns.extend(has_notes.then(|| "Date".to_owned()));
    columns.push("Guests".to_owned());
    columns.extend(NAMES.map(str::to_owned));
    columns.push("Share yes".to_owned());
    let cells = |row: &SplitRow| {
        let mut cells = vec![row.label.clone()];
        cells.extend(has_notes.then(|| row.note.clone()));
        cells.push(row.counts.invited().to_string());
        cells.extend(row.counts.parts().map(|part| part.to_string()));
        cells.push(number::share(row.counts.yes, row.counts.invited()).replace('\u{a0}', " "));
        cells
    };
    Table { columns, rows: rows.iter().map(cells).collect() }
}
