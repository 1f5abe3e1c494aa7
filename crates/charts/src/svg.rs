//! Marks as SVG.

use plotters::backend::SVGBackend;
use plotters::drawing::IntoDrawingArea as _;
use plotters::element::{PathElement, Polygon};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontDesc, FontFamily, FontStyle, RGBAColor, TextStyle};

use crate::DrawError;
use crate::font::Weight;
use crate::palette::{Backdrop, Ink};
use crate::scene::{Anchor, Mark, Scene, Text};

/// Whole units to a logical pixel: `plotters` places everything on whole numbers.
const UNITS: f64 = 8.0;
/// `plotters` writes a font size as this part of what it was told.
const FONT_SIZE_PART: f64 = 1.24;
/// `plotters` lets the baseline of a text hung from its top lie this many em below.
const BASELINE_BELOW_TOP: f64 = 0.76;

/// Draws a scene as an SVG document.
pub(crate) fn draw(scene: &Scene) -> Result<String, DrawError> {
    let size = (place(scene.width).unsigned_abs(), place(scene.height).unsigned_abs());
    let mut document = String::new();
    {
        let area = SVGBackend::with_string(&mut document, size).into_drawing_area();
        if scene.backdrop == Backdrop::Filled {
            area.fill(&colour(scene.surface)).map_err(DrawError::of)?;
        }
        for mark in &scene.marks {
            match mark {
                Mark::Polygon { points, fill } => area.draw(&Polygon::new(places(points), colour(*fill).filled())),
                Mark::Line { points, width, ink } => {
                    let style = colour(*ink).stroke_width(place(*width).unsigned_abs());
                    area.draw(&PathElement::new(places(points), style))
                }
                Mark::Text(text) => area.draw_text(&text.words, &style(text), hang(text)),
            }
            .map_err(DrawError::of)?;
        }
        area.present().map_err(DrawError::of)?;
    }
    Ok(document.replacen(
        &format!("<svg width=\"{}\" height=\"{}\"", size.0, size.1),
        &format!(
            "<svg class=\"chart\" role=\"img\" aria-label=\"{}\" width=\"{}\" height=\"{}\"",
            escape(&scene.title),
            scene.width,
            scene.height
        ),
        1,
    ))
}

#[expect(clippy::cast_possible_truncation, reason = "a place on a drawing")]
fn place(pixels: f64) -> i32 {
    (pixels * UNITS).round() as i32
}

fn places(points: &[(f64, f64)]) -> Vec<(i32, i32)> {
    points.iter().map(|(x, y)| (place(*x), place(*y))).collect()
}

fn hang(text: &Text) -> (i32, i32) {
    (place(text.x), place(text.baseline - BASELINE_BELOW_TOP * text.size))
}

fn colour(ink: Ink) -> RGBAColor {
    let (red, green, blue) = ink.rgb;
    RGBAColor(red, green, blue, ink.alpha)
}

fn style(text: &Text) -> TextStyle<'static> {
    let style = match text.weight {
        Weight::Regular => FontStyle::Normal,
        Weight::SemiBold => FontStyle::Bold,
    };
    let horizontal = match text.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let font = FontDesc::new(FontFamily::Name("Inter, system-ui, sans-serif"), text.size * UNITS * FONT_SIZE_PART, style);
    let ink = colour(text.ink).to_backend_color();
    TextStyle { font, color: ink, pos: Pos::new(horizontal, VPos::Top) }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
