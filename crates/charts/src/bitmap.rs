//! Marks as PNG.

use plotters::backend::{BitMapBackend, DrawingBackend, RGBPixel};
use plotters::drawing::{DrawingArea, IntoDrawingArea as _};
use plotters::element::{PathElement, Polygon};
use plotters::style::{Color as _, RGBAColor};

use crate::DrawError;
use crate::font;
use crate::palette::Ink;
use crate::scene::{Anchor, Mark, Scene, Text};

/// Everything is drawn this much finer and then averaged: `plotters` places on whole pixels.
const FINER: usize = 2;
/// Pixels of the drawing before it is averaged, at most: 180 MB.
const MOST_PIXELS: f64 = 60e6;

/// Draws a scene as a PNG, twice its logical size unless that were huge.
pub(crate) fn draw(scene: &Scene) -> Result<Vec<u8>, DrawError> {
    let sharp = if scene.width * scene.height * 16.0 <= MOST_PIXELS { 2 } else { 1 };
    let fine = sharp * FINER;
    let (width, height) = (whole(scene.width) * fine, whole(scene.height) * fine);
    let size = (u32::try_from(width).map_err(DrawError::of)?, u32::try_from(height).map_err(DrawError::of)?);
    let mut pixels = vec![0_u8; width * height * 3];
    {
        let area = BitMapBackend::<RGBPixel>::with_buffer_and_format(&mut pixels, size).map_err(DrawError::of)?.into_drawing_area();
        #[expect(clippy::cast_precision_loss, reason = "2 or 4")]
        let scale = fine as f64;
        draw_marks(scene, &area, scale)?;
        area.present().map_err(DrawError::of)?;
    }
    encode(&average(&pixels, width), (width / FINER, height / FINER), sharp)
}

fn draw_marks<B: DrawingBackend>(scene: &Scene, area: &DrawingArea<B, plotters::coord::Shift>, scale: f64) -> Result<(), DrawError> {
    let places = |points: &[(f64, f64)]| points.iter().map(|(x, y)| (place(x * scale), place(y * scale))).collect::<Vec<_>>();
    area.fill(&colour(scene.surface, 1.0)).map_err(DrawError::of)?;
    for mark in &scene.marks {
        match mark {
            Mark::Polygon { points, fill } => {
                area.draw(&Polygon::new(places(points), colour(*fill, 1.0).filled())).map_err(DrawError::of)?;
            }

            Mark::Line { points, width, ink } => {
                let style = colour(*ink, 1.0).stroke_width(place(width * scale).unsigned_abs().max(1));
                area.draw(&PathElement::new(places(points), style)).map_err(DrawError::of)?;
            }
            Mark::Text(text) => draw_text(text, area, scale)?,
        }
    }
    Ok(())
}

fn draw_text<B: DrawingBackend>(text: &Text, area: &DrawingArea<B, plotters::coord::Shift>, scale: f64) -> Result<(), DrawError> {
    let width = font::width(&text.words, text.size, text.weight);
    let start = match text.anchor {
        Anchor::Start => text.x,
        Anchor::Middle => text.x - width / 2.0,
        Anchor::End => text.x - width,
    };
    let mut outcome = Ok(());
    font::cover(&text.words, (start * scale, text.baseline * scale), text.size * scale, text.weight, |x, y, share| {
        if let Err(error) = area.draw_pixel((x, y), &colour(text.ink, share.min(1.0))) {
            outcome = Err(DrawError::of(error));
        }
    });
    outcome
}

/// Makes one pixel of each square of them.
fn average(pixels: &[u8], width: usize) -> Vec<u8> {
    let mut small = Vec::with_capacity(pixels.len() / (FINER * FINER));
    for rows in pixels.chunks_exact(width * 3 * FINER) {
        let lines: Vec<&[u8]> = rows.chunks_exact(width * 3).collect();
        for column in 0..width / FINER {
            for channel in 0..3 {
                let sum: usize = lines
                    .iter()
                    .flat_map(|line| (0..FINER).filter_map(move |step| line.get((column * FINER + step) * 3 + channel)))
                    .map(|value| usize::from(*value))
                    .sum();
                small.push(u8::try_from((sum + FINER * FINER / 2) / (FINER * FINER)).unwrap_or(u8::MAX));
            }
        }
    }
    small
}

fn encode(pixels: &[u8], (width, height): (usize, usize), sharp: usize) -> Result<Vec<u8>, DrawError> {
    let mut bytes = Vec::new();
    let mut encoder =
        png::Encoder::new(&mut bytes, u32::try_from(width).map_err(DrawError::of)?, u32::try_from(height).map_err(DrawError::of)?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // A chart is mostly plain areas, which repeat as they are.
    encoder.set_filter(png::FilterType::NoFilter);
    encoder.set_compression(png::Compression::Default);
    // 96 logical pixels an inch are 3,780 a metre.
    let per_metre = if sharp == 2 { 7_560 } else { 3_780 };
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: per_metre, yppu: per_metre, unit: png::Unit::Meter }));
    let mut writer = encoder.write_header().map_err(DrawError::of)?;
    writer.write_image_data(pixels).map_err(DrawError::of)?;
    writer.finish().map_err(DrawError::of)?;
    Ok(bytes)
}

#[expect(clippy::cast_possible_truncation, reason = "a place on a drawing")]
fn place(pixels: f64) -> i32 {
    pixels.round() as i32
}

fn whole(pixels: f64) -> usize {
    usize::try_from(place(pixels.max(1.0))).unwrap_or(1)
}

fn colour(ink: Ink, share: f64) -> RGBAColor {
    let (red, green, blue) = ink.rgb;
    RGBAColor(red, green, blue, ink.alpha * share)
}
