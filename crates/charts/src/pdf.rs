//! Marks as PDF: outlines stay outlines, and text stays text in the bundled font.

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Transform};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};

use crate::DrawError;
use crate::font::{self, Weight};
use crate::palette::Ink;
use crate::scene::{Anchor, Mark, Scene, Text};

/// A scene and where its upper left corner lies on the page, in points.
pub(crate) struct Placed<'s> {
    pub(crate) scene: &'s Scene,
    pub(crate) left: f64,
    pub(crate) top: f64,
    /// Points to a logical pixel.
    pub(crate) scale: f64,
}

/// What the document says of itself.
pub(crate) struct About<'a> {
    pub(crate) title: &'a str,
    /// Year, month, day, hour, minute, all in UTC.
    pub(crate) made: (u16, u8, u8, u8, u8),
}

struct Fonts {
    regular: Font,
    semi_bold: Font,
}

/// Draws scenes on one page of this size in points.
pub(crate) fn draw(size: (f64, f64), scenes: &[Placed<'_>], about: &About<'_>) -> Result<Vec<u8>, DrawError> {
    let load = |weight| Font::new(font::file(weight).into(), 0).ok_or_else(|| DrawError("the bundled font cannot be read".to_owned()));
    let fonts = Fonts { regular: load(Weight::Regular)?, semi_bold: load(Weight::SemiBold)? };
    let settings = PageSettings::from_wh(points(size.0), points(size.1)).ok_or_else(|| DrawError("the page has no size".to_owned()))?;
    let mut document = Document::new();
    document.set_metadata(metadata(about));
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    for placed in scenes {
        let scale = points(placed.scale);
        surface.push_transform(&Transform::from_row(scale, 0.0, 0.0, scale, points(placed.left), points(placed.top)));
        for mark in &placed.scene.marks {
            draw_mark(&mut surface, mark, &fonts);
        }
        surface.pop();
    }
    surface.finish();
    page.finish();
    document.finish().map_err(|error| DrawError(format!("{error:?}")))
}

fn metadata(about: &About<'_>) -> Metadata {
    let (year, month, day, hour, minute) = about.made;
    let made = DateTime::new(year).month(month).day(day).hour(hour).minute(minute).second(0).utc_offset_hour(0);
    Metadata::new().title(about.title.to_owned()).creator("Rollcall".to_owned()).language("en".to_owned()).creation_date(made)
}

fn draw_mark(surface: &mut Surface<'_>, mark: &Mark, fonts: &Fonts) {
    match mark {
        Mark::Polygon { points, fill } => {
            surface.set_stroke(None);
            surface.set_fill(Some(filled(*fill)));
            if let Some(path) = path(points, true) {
                surface.draw_path(&path);
            }
        }
        Mark::Line { points: line, width, ink } => {
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: colour(*ink).into(),
                width: points(*width),
                opacity: opacity(*ink),
                ..Stroke::default()
            }));
            if let Some(path) = path(line, false) {
                surface.draw_path(&path);
            }
        }
        Mark::Text(text) => draw_text(surface, text, fonts),
    }
}

fn draw_text(surface: &mut Surface<'_>, text: &Text, fonts: &Fonts) {
    surface.set_stroke(None);
    surface.set_fill(Some(filled(text.ink)));
    let width = font::width(&text.words, text.size, text.weight);
    let start = match text.anchor {
        Anchor::Start => text.x,
        Anchor::Middle => text.x - width / 2.0,
        Anchor::End => text.x - width,
    };
    let glyphs: Vec<KrillaGlyph> = font::glyphs(&text.words, text.weight)
        .into_iter()
        .map(|glyph| KrillaGlyph {
            glyph_id: GlyphId::new(u32::from(glyph.id)),
            text_range: glyph.letter,
            x_advance: points(glyph.advance),
            x_offset: 0.0,
            y_offset: 0.0,
            y_advance: 0.0,
            location: None,
        })
        .collect();
    let font = match text.weight {
        Weight::Regular => fonts.regular.clone(),
        Weight::SemiBold => fonts.semi_bold.clone(),
    };
    surface.draw_glyphs(Point::from_xy(points(start), points(text.baseline)), &glyphs, font, &text.words, points(text.size), false);
}

fn path(outline: &[(f64, f64)], closed: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for (place, (x, y)) in outline.iter().enumerate() {
        if place == 0 {
            builder.move_to(points(*x), points(*y));
        } else {
            builder.line_to(points(*x), points(*y));
        }
    }
    if closed {
        builder.close();
    }
    builder.finish()
}

fn filled(ink: Ink) -> Fill {
    Fill { paint: colour(ink).into(), opacity: opacity(ink), ..Fill::default() }
}

fn colour(ink: Ink) -> rgb::Color {
    let (red, green, blue) = ink.rgb;
    rgb::Color::new(red, green, blue)
}

fn opacity(ink: Ink) -> NormalizedF32 {
    NormalizedF32::new(points(ink.alpha)).unwrap_or(NormalizedF32::ONE)
}

#[expect(clippy::cast_possible_truncation, reason = "a place on a page")]
fn points(value: f64) -> f32 {
    value as f32
}
