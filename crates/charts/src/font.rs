//! The bundled font: measuring and cutting text, and its glyphs for bitmaps.

use std::ops::Range;
use std::sync::LazyLock;

use ab_glyph::{Font as _, FontRef, Point, PxScale, ScaleFont as _};

static REGULAR: LazyLock<Option<FontRef<'static>>> = LazyLock::new(|| FontRef::try_from_slice(file(Weight::Regular)).ok());
static SEMI_BOLD: LazyLock<Option<FontRef<'static>>> = LazyLock::new(|| FontRef::try_from_slice(file(Weight::SemiBold)).ok());

const ELLIPSIS: char = '…';

/// How heavy a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    SemiBold,
}

/// The font itself, to be embedded.
pub(crate) fn file(weight: Weight) -> &'static [u8] {
    match weight {
        Weight::Regular => include_bytes!("../assets/Inter-Regular.otf"),
        Weight::SemiBold => include_bytes!("../assets/Inter-SemiBold.otf"),
    }
}

fn face(weight: Weight) -> Option<&'static FontRef<'static>> {
    match weight {
        Weight::Regular => REGULAR.as_ref(),
        Weight::SemiBold => SEMI_BOLD.as_ref(),
    }
}

/// `size` is the em in pixels; `ab_glyph` wants the height from descender to ascender.
fn scale(face: &FontRef<'_>, size: f64) -> PxScale {
    let em = face.units_per_em().unwrap_or(1000.0);
    #[expect(clippy::cast_possible_truncation, reason = "a size in pixels is small")]
    let size = size as f32;
    PxScale::from(size * face.height_unscaled() / em)
}

/// The letters of a text that are drawn. Where the font lacks one it draws its box; marks that only say how others are to be joined or turned
/// have none.
fn drawn(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().filter(|(_, letter)| !is_unseen(*letter))
}

fn is_unseen(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// How wide `text` runs, in pixels.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let Some(face) = face(weight) else { return 0.0 };
    let scaled = face.as_scaled(scale(face, size));
    drawn(text).map(|(_, letter)| f64::from(scaled.h_advance(scaled.glyph_id(letter)))).sum()
}

/// The largest of these sizes in which each of the texts fits; the smallest where none is small enough.
pub(crate) fn fitting(texts: &[&str], weight: Weight, sizes: &[f64], room: f64) -> f64 {
    let fits = |size: f64| texts.iter().all(|text| width(text, size, weight) <= room);
    sizes.iter().copied().find(|size| fits(*size)).or(sizes.last().copied()).unwrap_or_default()
}

/// A letter as the font draws it.
pub(crate) struct Glyph {
    /// Its number in the font.
    pub(crate) id: u16,
    /// How far it moves on, in em.
    pub(crate) advance: f64,
    /// Where the letter stands in the text.
    pub(crate) letter: Range<usize>,
}

/// The glyphs of a text, in its order.
pub(crate) fn glyphs(text: &str, weight: Weight) -> Vec<Glyph> {
    let Some(face) = face(weight) else { return Vec::new() };
    let scaled = face.as_scaled(scale(face, 1.0));
    let glyph = |(at, letter): (usize, char)| {
        let id = scaled.glyph_id(letter);
        Glyph { id: id.0, advance: f64::from(scaled.h_advance(id)), letter: at..at + letter.len_utf8() }
    };
    drawn(text).map(glyph).collect()
}

/// `text` on one line, cut with an ellipsis where it would run wider than `room`.
pub(crate) fn fit(text: &str, size: f64, weight: Weight, room: f64) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if width(&text, size, weight) <= room {
        return text;
    }
    let Some(face) = face(weight) else { return text };
    let scaled = face.as_scaled(scale(face, size));
    let mut used = f64::from(scaled.h_advance(scaled.glyph_id(ELLIPSIS)));
    let mut kept = String::new();
    for (_, letter) in drawn(&text) {
        used += f64::from(scaled.h_advance(scaled.glyph_id(letter)));
        if used > room {
            break;
        }
        kept.push(letter);
    }
    kept.truncate(kept.trim_end().len());
    kept.push(ELLIPSIS);
    kept
}

/// Calls `dot` for every pixel that a text covers, with how much of it; `x` is where the text starts.
pub(crate) fn cover(text: &str, (x, baseline): (f64, f64), size: f64, weight: Weight, mut dot: impl FnMut(i32, i32, f64)) {
    let Some(face) = face(weight) else { return };
    let scaled = face.as_scaled(scale(face, size));
    #[expect(clippy::cast_possible_truncation, reason = "a place on a drawing")]
    let mut pen = Point { x: x as f32, y: baseline as f32 };
    for (_, letter) in drawn(text) {
        let mut glyph = scaled.scaled_glyph(letter);
        glyph.position = pen;
        pen.x += scaled.h_advance(glyph.id);
        let Some(outline) = face.outline_glyph(glyph) else { continue };
        let corner = outline.px_bounds().min;
        outline.draw(|right, down, share| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "a place on a drawing")]
            dot(corner.x as i32 + right as i32, corner.y as i32 + down as i32, f64::from(share));
        });
    }
}
