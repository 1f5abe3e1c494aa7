//! Answers over time since the invitations went out.

use crate::answers::NAMES;
use crate::font::{self, Weight};
use crate::number;
use crate::palette::Ink;
use crate::scene::{Anchor, Area, Corners, Scene, Text};
use crate::{Chart, Look, Table};

/// How many had answered what by then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelinePoint {
    /// Since the first invitation went out.
    pub seconds: u64,
    /// The same instant as the table shows it.
    pub at: String,
    /// Yes so far.
    pub yes: u32,
    /// Maybe so far.
    pub maybe: u32,
    /// No so far.
    pub no: u32,
}

/// Something the organizer did: an update or a cancellation went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineMark {
    /// Since the first invitation went out.
    pub seconds: u64,
    /// In a word or two, e.g. "Update".
    pub label: String,
}

const MARGIN: f64 = 24.0;
const TOP: f64 = 100.0;
const BOTTOM: f64 = 48.0;

/// From the end of the layers to a name, with the mark of its colour.
const BEFORE_NAME: f64 = 26.0;
/// From a name to its number.
const BEFORE_COUNT: f64 = 6.0;
/// So that charts with few answers lie alike.
const FEWEST_LABELS: f64 = 84.0;

/// Where times and counts lie.
struct Plot {
    area: Area,
    last: u64,
    highest: u32,
}

impl Plot {
    #[expect(clippy::cast_precision_loss, reason = "seconds of a season are far below 2^52")]
    fn x(&self, seconds: u64) -> f64 {
        self.area.left + self.area.width * (seconds as f64 / self.last.max(1) as f64)
    }

    fn y(&self, count: u32) -> f64 {
        self.area.top + self.area.height * (1.0 - f64::from(count) / f64::from(self.highest.max(1)))
    }
}

/// Answers over time, as layers of Yes, Maybe and No from the ground up; `points` in the order of time.
#[must_use]
pub fn timeline(title: &str, points: &[TimelinePoint], marks: &[TimelineMark], look: &Look) -> Chart {
    let width = f64::from(look.width.max(420));
    let height = f64::from(if look.height == 0 { 360 } else { look.height.max(260) });
    let mut scene = Scene::new(title, look, width, height);
    let (yes, maybe, no) = points.last().map_or((0, 0, 0), |point| (point.yes, point.maybe, point.no));
    let answered = yes.saturating_add(maybe).saturating_add(no);
    let below = match answered {
        0 => "No answers yet".to_owned(),
        1 => "1 answer since the invitations went out".to_owned(),
        answered => format!("{} answers since the invitations went out", number::count(answered)),
    };
    scene.heading(look, title, &below, MARGIN);
    let most = points.iter().map(|point| point.yes.saturating_add(point.maybe).saturating_add(point.no)).max().unwrap_or(0);
    // Nothing needs no scale.
    let ticks = if most == 0 { vec![0] } else { number::count_ticks(most, 4) };
    let highest = ticks.last().copied().unwrap_or(0).max(1);
    let axis = font::width(&number::count(highest), 12.0, Weight::Regular) + 12.0;
    let last = points.iter().map(|point| point.seconds).chain(marks.iter().map(|mark| mark.seconds)).max().unwrap_or(0);
    let area = Area {
        left: MARGIN + axis,
        top: TOP,
        width: width - MARGIN - axis - labels_width([yes, maybe, no]) - MARGIN,
        height: height - TOP - BOTTOM,
    };
    let plot = Plot { area, last: last.max(60), highest };
    axes(&mut scene, look, &plot, &ticks, last);
    if answered > 0 || most > 0 {
        layers(&mut scene, look, &plot, points);
        end_labels(&mut scene, look, &plot, [yes, maybe, no]);
    }
    draw_marks(&mut scene, look, &plot, marks);
    Chart { scene, table: table(points) }
}

fn table(points: &[TimelinePoint]) -> Table {
    let rows =
        points.iter().map(|point| vec![point.at.clone(), point.yes.to_string(), point.maybe.to_string(), point.no.to_string()]).collect();
    Table { columns: ["Time", "Yes", "Maybe", "No"].map(str::to_owned).to_vec(), rows }
}

fn axes(scene: &mut Scene, look: &Look, plot: &Plot, ticks: &[u32], last: u64) {
    let ink = look.palette.muted;
    for tick in ticks {
        let y = plot.y(*tick);
        let line = Area { left: plot.area.left, top: y - 0.5, width: plot.area.width, height: 1.0 };
        scene.bar(line, Corners::default(), look.palette.hairline);
        let (words, x) = (number::count(*tick), plot.area.left - 10.0);
        scene.text(Text { words, x, baseline: y + 4.3, size: 12.0, weight: Weight::Regular, anchor: Anchor::End, ink });
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful")]
    let wanted = (plot.area.width / 72.0).max(2.0) as u64;
    let ground = plot.area.top + plot.area.height;
    for seconds in number::time_ticks(last, wanted) {
        let x = plot.x(seconds);
        scene.bar(Area { left: x - 0.5, top: ground, width: 1.0, height: 4.0 }, Corners::default(), look.palette.hairline);
        let words = number::elapsed(seconds);
        let anchor = if seconds == 0 { Anchor::Start } else { Anchor::Middle };
        scene.text(Text { words, x, baseline: ground + 20.0, size: 12.0, weight: Weight::Regular, anchor, ink });
    }
}

/// The last point of each column of pixels: more cannot be seen.
fn thinned<'p>(points: &'p [TimelinePoint], plot: &Plot) -> Vec<&'p TimelinePoint> {
    let mut kept: Vec<&TimelinePoint> = Vec::new();
    for point in points {
        let same_column = kept.last().is_some_and(|last| plot.x(point.seconds).floor() <= plot.x(last.seconds).floor());
        if same_column && kept.len() > 1 {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}

fn layers(scene: &mut Scene, look: &Look, plot: &Plot, points: &[TimelinePoint]) {
    let points = thinned(points, plot);
    let tops = |counted: fn(&TimelinePoint) -> u32| -> Vec<(f64, f64)> {
        let mut line: Vec<(f64, f64)> = points.iter().map(|point| (plot.x(point.seconds), plot.y(counted(point)))).collect();
        if let Some((_, height)) = line.last().copied() {
            line.push((plot.area.left + plot.area.width, height));
        }
        line
    };
    let edges = [
        tops(|_| 0),
        tops(|point| point.yes),
        tops(|point| point.yes.saturating_add(point.maybe)),
        tops(|point| point.yes.saturating_add(point.maybe).saturating_add(point.no)),
    ];
    for ((low, high), fill) in edges.iter().zip(edges.iter().skip(1)).zip(look.palette.fills) {
        let outline: Vec<(f64, f64)> = high.iter().copied().chain(low.iter().rev().copied()).collect();
        scene.polygon(outline, fill);
    }
    for edge in edges.into_iter().skip(1).take(2) {
        scene.line(edge, 1.5, look.palette.surface);
    }
}

/// What the names and numbers beside the end of the layers take.
fn labels_width(counts: [u32; 3]) -> f64 {
    let label = |(name, count): (&str, u32)| BEFORE_NAME + font::width(name, 13.0, Weight::Regular) + BEFORE_COUNT + count_width(count);
    NAMES.into_iter().zip(counts).map(label).fold(FEWEST_LABELS, f64::max)
}

fn count_width(count: u32) -> f64 {
    font::width(&number::count(count), 13.0, Weight::SemiBold)
}

/// Each layer's name and number beside its end, moved apart where they would touch.
fn end_labels(scene: &mut Scene, look: &Look, plot: &Plot, counts: [u32; 3]) {
    const APART: f64 = 20.0;
    let ground = plot.area.top + plot.area.height;
    let mut sum = 0_u32;
    let mut below = ground + APART * 0.6;
    let mut middles: Vec<f64> = Vec::new();
    for count in counts {
        let middle = f64::midpoint(plot.y(sum), plot.y(sum.saturating_add(count)));
        sum = sum.saturating_add(count);
        below = middle.min(below - APART);
        middles.push(below);
    }
    let x = plot.area.left + plot.area.width + 12.0;
    for (((middle, name), count), fill) in middles.into_iter().zip(NAMES).zip(counts).zip(look.palette.fills) {
        scene.bar(Area { left: x, top: middle - 4.0, width: 8.0, height: 8.0 }, Corners::all(2.5), fill);
        let text = |words: String, x: f64, weight: Weight, ink: Ink| Text {
            words,
            x,
            baseline: middle + 4.7,
            size: 13.0,
            weight,
            anchor: Anchor::Start,
            ink,
        };
        scene.text(text(name.to_owned(), x + 14.0, Weight::Regular, look.palette.muted));
        let after = x + 14.0 + font::width(name, 13.0, Weight::Regular) + BEFORE_COUNT;
        scene.text(text(number::count(count), after, Weight::SemiBold, look.palette.ink));
    }
}

fn draw_marks(scene: &mut Scene, look: &Look, plot: &Plot, marks: &[TimelineMark]) {
    let ink = look.palette.accent;
    let mut free_from = f64::MIN;
    for mark in marks {
        let x = plot.x(mark.seconds);
        // An edge in the surface's colour keeps the dashes apart from every layer that they cross.
        let edge = Area { left: x - 2.0, top: plot.area.top - 8.0, width: 4.0, height: plot.area.height + 8.0 };
        scene.bar(edge, Corners::default(), Ink { alpha: 0.7, ..look.palette.surface });
        let mut top = plot.area.top - 8.0;
        while top < plot.area.top + plot.area.height {
            scene.bar(Area { left: x - 0.75, top, width: 1.5, height: 4.0 }, Corners::default(), ink);
            top += 7.0;
        }
        let room = font::width(&mark.label, 12.0, Weight::SemiBold);
        let left = (x - room / 2.0).clamp(plot.area.left, (scene.width - MARGIN - room).max(plot.area.left));
        if left < free_from {
            continue;
        }
        free_from = left + room + 12.0;
        let (words, baseline) = (mark.label.clone(), plot.area.top - 14.0);
        scene.text(Text { words, x: left, baseline, size: 12.0, weight: Weight::SemiBold, anchor: Anchor::Start, ink });
    }
}
