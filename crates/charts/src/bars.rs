//! Bars that lie: how far invitations came, and why messages did not arrive.

use crate::answers::NAMES;
use crate::font::{self, Weight};
use crate::number;
use crate::palette::Ink;
use crate::scene::{Anchor, Area, Corners, Scene, Text};
use crate::{Chart, Look, Table};

pub(crate) const MARGIN: f64 = 24.0;
/// Where the rows begin, below the heading.
pub(crate) const TOP: f64 = 84.0;
const ROW: f64 = 36.0;
/// The same with the name above the bar.
const STACKED_ROW: f64 = 48.0;
const BAR: f64 = 12.0;
/// What names may take of the whole width beside their bars.
const NAMES_SHARE: f64 = 0.42;

/// How far invitations came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Funnel {
    /// Guests whom an invitation was sent to, also where it did not arrive.
    pub sent: u32,
    /// Their server took it.
    pub taken: u32,
    /// They answered.
    pub answered: u32,
    /// They come.
    pub yes: u32,
}

/// Messages with one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// In plain words.
    pub label: String,
    /// How many.
    pub messages: u32,
}

/// One bar with its words.
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) count: u32,
    pub(crate) ink: Ink,
}

/// From sent to yes.
#[must_use]
pub fn funnel(title: &str, funnel: Funnel, look: &Look) -> Chart {
    let accent = look.palette.accent;
    let [yes, ..] = look.palette.fills;
    let steps = [
        ("Sent", funnel.sent, accent),
        ("Accepted by server", funnel.taken, accent),
        ("Answered", funnel.answered, accent),
        (NAMES.first().copied().unwrap_or_default(), funnel.yes, yes),
    ];
    let bars: Vec<Bar> = steps.map(|(label, count, ink)| Bar { label: label.to_owned(), count, ink }).into();
    let below = match funnel.sent {
        0 => "Nobody is invited yet".to_owned(),
        sent => format!("{} of the invitations got a yes", number::share(funnel.yes, sent)),
    };
    lying(title, &below, ["Step", "Guests", "Share"], &bars, funnel.sent, look)
}

/// Why messages did not arrive, the most frequent reason first.
#[must_use]
pub fn reasons(title: &str, reasons: &[Reason], look: &Look) -> Chart {
    let mut sorted: Vec<&Reason> = reasons.iter().collect();
    sorted.sort_by(|one, other| other.messages.cmp(&one.messages).then_with(|| one.label.cmp(&other.label)));
    let [_, _, no, _] = look.palette.fills;
    let bars: Vec<Bar> = sorted.iter().map(|reason| Bar { label: reason.label.clone(), count: reason.messages, ink: no }).collect();
    let total = reasons.iter().map(|reason| reason.messages).fold(0, u32::saturating_add);
    let below = match total {
        0 => "Everything arrived, as far as is known".to_owned(),
        1 => "1 message".to_owned(),
        total => format!("{} messages", number::count(total)),
    };
    lying(title, &below, ["Reason", "Messages", "Share"], &bars, total, look)
}

/// How the rows lie: names beside their bars, or above them where they would leave too little room.
struct Rows {
    names: f64,
    is_stacked: bool,
}

impl Rows {
    fn of(bars: &[Bar], room: f64) -> Self {
        let longest = bars.iter().map(|bar| font::width(&bar.label, 13.0, Weight::Regular)).fold(0.0, f64::max).ceil();
        let is_stacked = longest > room * NAMES_SHARE;
        Self { names: if is_stacked { room } else { longest }, is_stacked }
    }

    fn step(&self) -> f64 {
        if self.is_stacked { STACKED_ROW } else { ROW }
    }
}

/// Bars below each other, with their numbers and their shares of `whole`.
fn lying(title: &str, below: &str, columns: [&str; 3], bars: &[Bar], whole: u32, look: &Look) -> Chart {
    let width = f64::from(look.width.max(320));
    let count = f64::from(u32::try_from(bars.len()).unwrap_or(u32::MAX));
    let rows = Rows::of(bars, width - 2.0 * MARGIN);
    let mut scene = Scene::new(title, look, width, f64::from(look.height).max(TOP + count * rows.step() + MARGIN - 12.0));
    scene.heading(look, title, below, MARGIN);
    let right = width - MARGIN;
    let digits = font::width(&number::count(whole), 13.0, Weight::SemiBold).max(16.0);
    let number_right = right - 46.0;
    let left = if rows.is_stacked { MARGIN } else { MARGIN + rows.names + 16.0 };
    let room = (number_right - digits - 14.0 - left).max(24.0);
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    for (place, bar) in (0_u32..).zip(bars) {
        let top = TOP + rows.step() * f64::from(place);
        let middle = top + if rows.is_stacked { STACKED_ROW - 16.0 } else { ROW / 2.0 };
        let name = if rows.is_stacked { top + 15.0 } else { middle + 4.7 };
        let text = |words: String, x: f64, baseline: f64, weight: Weight, anchor: Anchor, ink: Ink| Text {
            words,
            x,
            baseline,
            size: 13.0,
            weight,
            anchor,
            ink,
        };
        let words = font::fit(&bar.label, 13.0, Weight::Regular, rows.names);
        scene.text(text(words, MARGIN, name, Weight::Regular, Anchor::Start, look.palette.ink));
        let track = Area { left, top: middle - BAR / 2.0, width: room, height: BAR };
        scene.bar(track, Corners::all(4.0), look.palette.hairline);
        if bar.count > 0 {
            let width = (f64::from(bar.count) / f64::from(most) * room).max(6.0);
            scene.bar(Area { width, ..track }, Corners::all(4.0), bar.ink);
        }
        let baseline = middle + 4.7;
        scene.text(text(number::count(bar.count), number_right, baseline, Weight::SemiBold, Anchor::End, look.palette.ink));
        scene.text(text(number::share(bar.count, whole), right, baseline, Weight::Regular, Anchor::End, look.palette.muted));
    }
    Chart { scene, table: table(columns, bars, whole) }
}

pub(crate) fn table(columns: [&str; 3], bars: &[Bar], whole: u32) -> Table {
    let rows =
        bars.iter().map(|bar| vec![bar.label.clone(), bar.count.to_string(), number::share(bar.count, whole).replace('\u{a0}', " ")]);
    Table { columns: columns.map(str::to_owned).to_vec(), rows: rows.collect() }
}
