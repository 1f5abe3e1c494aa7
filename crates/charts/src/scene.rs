//! Marks in logical pixels: what a chart is before anything draws it.

use crate::Look;
use crate::font::{self, Weight};
use crate::palette::{Backdrop, Ink};

/// A laid-out drawing.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// What a screen reader says first.
    pub(crate) title: String,
    pub(crate) surface: Ink,
    pub(crate) backdrop: Backdrop,
    pub(crate) marks: Vec<Mark>,
}

/// One thing to draw.
#[derive(Clone, Debug)]
pub(crate) enum Mark {
    Polygon { points: Vec<(f64, f64)>, fill: Ink },
    Line { points: Vec<(f64, f64)>, width: f64, ink: Ink },
    Text(Text),
}

/// A line of text on its baseline.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) words: String,
    pub(crate) x: f64,
    pub(crate) baseline: f64,
    pub(crate) size: f64,
    pub(crate) weight: Weight,
    pub(crate) anchor: Anchor,
    pub(crate) ink: Ink,
}

/// Which end of a text `x` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// An upright rectangle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// Radii of an area's left and right corners.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Corners {
    pub(crate) left: f64,
    pub(crate) right: f64,
}

impl Corners {
    pub(crate) fn all(radius: f64) -> Self {
        Self { left: radius, right: radius }
    }
}

/// Steps of a quarter circle: at twice the pixels of the largest radius used, no corner shows.
const ARC_STEPS: u32 = 6;

impl Scene {
    pub(crate) fn new(title: &str, look: &Look, width: f64, height: f64) -> Self {
        Self { width, height, title: title.to_owned(), surface: look.palette.surface, backdrop: look.palette.backdrop, marks: Vec::new() }
    }

    pub(crate) fn line(&mut self, points: Vec<(f64, f64)>, width: f64, ink: Ink) {
        self.marks.push(Mark::Line { points, width, ink });
    }

    pub(crate) fn polygon(&mut self, points: Vec<(f64, f64)>, fill: Ink) {
        self.marks.push(Mark::Polygon { points, fill });
    }

    pub(crate) fn bar(&mut self, area: Area, corners: Corners, fill: Ink) {
        self.polygon(rounded(area, corners), fill);
    }

    pub(crate) fn text(&mut self, text: Text) {
        self.marks.push(Mark::Text(text));
    }

    /// A title that is cut with an ellipsis where it is too long, and a line below it.
    pub(crate) fn heading(&mut self, look: &Look, title: &str, below: &str, margin: f64) {
        let room = self.width - 2.0 * margin;
        // A small chart among others is headed as they are.
        let size = if self.width < 640.0 { 15.0 } else { 18.0 };
        let words = font::fit(title, size, Weight::SemiBold, room);
        let ink = look.palette.ink;
        self.text(Text { words, x: margin, baseline: margin + 15.0, size, weight: Weight::SemiBold, anchor: Anchor::Start, ink });
        let words = font::fit(below, 13.0, Weight::Regular, room);
        let ink = look.palette.muted;
        self.text(Text { words, x: margin, baseline: margin + 38.0, size: 13.0, weight: Weight::Regular, anchor: Anchor::Start, ink });
    }
}

/// The outline of an area with round corners.
fn rounded(area: Area, corners: Corners) -> Vec<(f64, f64)> {
    let most = (area.width / 2.0).min(area.height / 2.0);
    let (left, right) = (corners.left.min(most), corners.right.min(most));
    let (far, low) = (area.left + area.width, area.top + area.height);
    let mut points = Vec::new();
    let mut corner = |x: f64, y: f64, radius: f64, from: f64| {
        if radius <= 0.5 {
            points.push((x, y));
            return;
        }
        for step in 0..=ARC_STEPS {
            let angle = (from + 90.0 * f64::from(step) / f64::from(ARC_STEPS)).to_radians();
            points.push((x + radius * angle.cos(), y + radius * angle.sin()));
        }
    };
    corner(area.left + left, area.top + left, left, 180.0);
    corner(far - right, area.top + right, right, 270.0);
    corner(far - right, low - right, right, 0.0);
    corner(area.left + left, low - left, left, 90.0);
    points
}

/// The widths of the parts of a bar: each part that is not empty can be seen, and together they fill it.
pub(crate) fn part_widths(counts: [u32; 4], room: f64, gap: f64) -> [f64; 4] {
    const LEAST: f64 = 3.0;
    let total: f64 = counts.iter().copied().map(f64::from).sum();
    let shown = f64::from(u32::try_from(counts.iter().filter(|count| **count > 0).count()).unwrap_or(0));
    if total <= 0.0 {
        return [0.0; 4];
    }
    let usable = (room - gap * (shown - 1.0)).max(shown * LEAST);
    let raised: f64 = counts.iter().filter(|count| **count > 0).map(|count| (f64::from(*count) / total * usable).max(LEAST)).sum();
    let excess = raised - usable;
    let largest = counts.iter().copied().max().unwrap_or(0);
    let mut repaid = false;
    counts.map(|count| {
        if count == 0 {
            return 0.0;
        }
        let width = (f64::from(count) / total * usable).max(LEAST);
        if count == largest && !repaid {
            repaid = true;
            return (width - excess).max(LEAST);
        }
        width
    })
}
