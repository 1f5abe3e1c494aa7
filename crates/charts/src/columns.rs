//! Columns that stand: how long guests took to answer.

use crate::bars::{self, Bar, MARGIN, TOP};
use crate::font::{self, Weight};
use crate::number;
use crate::scene::{Anchor, Area, Corners, Scene, Text};
use crate::{Chart, Look};

/// Guests who took about as long to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Up to how long, in words: "1 hour".
    pub label: String,
    /// How many.
    pub guests: u32,
}

const GAP: f64 = 8.0;
const HEIGHT: f64 = 128.0;
const BOTTOM: f64 = 32.0;
/// Of words, the largest that fits.
const SIZES: [f64; 4] = [12.0, 11.0, 10.0, 9.0];

/// How long guests took from their invitation to their first answer, the shortest first.
#[must_use]
pub fn waits(title: &str, waits: &[Wait], look: &Look) -> Chart {
    let width = f64::from(look.width.max(360));
    let height = f64::from(look.height).max(TOP + HEIGHT + BOTTOM);
    let mut scene = Scene::new(title, look, width, height);
    let total = waits.iter().map(|wait| wait.guests).fold(0, u32::saturating_add);
    scene.heading(look, title, &halfway(waits, total), MARGIN);
    let ground = height - BOTTOM;
    let most = waits.iter().map(|wait| wait.guests).max().unwrap_or(0).max(1);
    let places = f64::from(u32::try_from(waits.len().max(1)).unwrap_or(u32::MAX));
    let step = (width - 2.0 * MARGIN + GAP) / places;
    let room = ground - TOP - 18.0;
    scene.bar(Area { left: MARGIN, top: ground, width: width - 2.0 * MARGIN, height: 1.0 }, Corners::default(), look.palette.hairline);
    let labels: Vec<&str> = waits.iter().map(|wait| wait.label.as_str()).collect();
    let counts: Vec<String> = waits.iter().map(|wait| number::count(wait.guests)).collect();
    let numbers: Vec<&str> = counts.iter().map(String::as_str).collect();
    let size = font::fitting(&labels, Weight::Regular, &SIZES, step - 2.0);
    let count_size = font::fitting(&numbers, Weight::SemiBold, &SIZES, step - 2.0);
    for ((place, wait), count) in (0_u32..).zip(waits).zip(&counts) {
        let left = MARGIN + step * f64::from(place);
        let middle = left + (step - GAP) / 2.0;
        let tall = if wait.guests == 0 { 0.0 } else { (f64::from(wait.guests) / f64::from(most) * room).max(3.0) };
        if tall > 0.0 {
            let column = Area { left, top: ground - tall, width: step - GAP, height: tall };
            scene.bar(column, Corners::all(tall.min(4.0)), look.palette.accent);
        }
        let text = |words: String, baseline: f64, size: f64, weight: Weight, strong: bool| Text {
            words,
            x: middle,
            baseline,
            size,
            weight,
            anchor: Anchor::Middle,
            ink: if strong { look.palette.ink } else { look.palette.muted },
        };
        scene.text(text(count.clone(), ground - tall - 6.0, count_size, Weight::SemiBold, wait.guests > 0));
        scene.text(text(font::fit(&wait.label, size, Weight::Regular, step - 2.0), ground + 18.0, size, Weight::Regular, false));
    }
    let rows: Vec<Bar> = waits.iter().map(|wait| Bar { label: wait.label.clone(), count: wait.guests, ink: look.palette.accent }).collect();
    Chart { scene, table: bars::table(["Within", "Guests", "Share"], &rows, total) }
}

/// Until when half of them had answered.
fn halfway(waits: &[Wait], total: u32) -> String {
    if total == 0 {
        return "No answers yet".to_owned();
    }
    let mut sum = 0_u32;
    for wait in waits {
        sum = sum.saturating_add(wait.guests);
        if sum >= total.div_ceil(2) {
            return if wait.label.starts_with(|first: char| first.is_ascii_digit()) {
                format!("Half of the answers came within {}", wait.label)
            } else {
                "Half of the answers took longer than all of these".to_owned()
            };
        }
    }
    String::new()
}
