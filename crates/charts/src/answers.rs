//! Yes, Maybe, No and no answer: one bar of all guests, and a line for each answer.

use crate::font::{self, Weight};
use crate::number;
use crate::scene::{Anchor, Area, Corners, Scene, Text, part_widths};
use crate::{Chart, Look, Table};

/// The names of the four answers, in the order in which they always stand.
pub(crate) const NAMES: [&str; 4] = ["Yes", "Maybe", "No", "No answer"];
/// Between the parts of a bar.
pub(crate) const GAP: f64 = 2.0;

/// How many guests gave which answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AnswerCounts {
    /// They come.
    pub yes: u32,
    /// They may come.
    pub maybe: u32,
    /// They do not come.
    pub no: u32,
    /// They have not answered.
    pub none: u32,
}

impl AnswerCounts {
    /// Guests in all.
    #[must_use]
    pub fn invited(self) -> u32 {
        self.parts().into_iter().fold(0, u32::saturating_add)
    }

    /// In the order of [`NAMES`].
    pub(crate) fn parts(self) -> [u32; 4] {
        [self.yes, self.maybe, self.no, self.none]
    }
}

const MARGIN: f64 = 24.0;
const BAR_TOP: f64 = 84.0;
const BAR: f64 = 40.0;
const ROW: f64 = 32.0;

/// The answers to one event or campaign.
#[must_use]
pub fn answers(title: &str, counts: AnswerCounts, look: &Look) -> Chart {
    let width = f64::from(look.width.max(320));
    let needed = BAR_TOP + BAR + 20.0 + 4.0 * ROW + MARGIN - 8.0;
    let mut scene = Scene::new(&spoken(title, counts), look, width, f64::from(look.height).max(needed));
    let invited = counts.invited();
    let answered = invited - counts.none;
    let below = if invited == 0 {
        "Nobody is invited yet".to_owned()
    } else {
        format!("{} invited · {} answered", number::count(invited), number::share(answered, invited))
    };
    scene.heading(look, title, &below, MARGIN);
    let bar = Area { left: MARGIN, top: BAR_TOP, width: width - 2.0 * MARGIN, height: BAR };
    whole_bar(&mut scene, look, counts, bar);
    rows(&mut scene, look, counts, width);
    Chart { scene, table: table(counts) }
}

fn spoken(title: &str, counts: AnswerCounts) -> String {
    let parts: Vec<String> = NAMES.iter().zip(counts.parts()).map(|(name, part)| format!("{name} {}", number::count(part))).collect();
    format!("{title}: {}", parts.join(", "))
}

fn table(counts: AnswerCounts) -> Table {
    let rows = NAMES
        .iter()
        .zip(counts.parts())
        .map(|(name, part)| vec![(*name).to_owned(), part.to_string(), number::share(part, counts.invited()).replace('\u{a0}', " ")])
        .collect();
    Table { columns: ["Answer", "Guests", "Share"].map(str::to_owned).to_vec(), rows }
}

fn whole_bar(scene: &mut Scene, look: &Look, counts: AnswerCounts, bar: Area) {
    if counts.invited() == 0 {
        scene.bar(bar, Corners::all(6.0), look.palette.hairline);
        return;
    }
    let widths = part_widths(counts.parts(), bar.width, GAP);
    let last = widths.iter().rposition(|width| *width > 0.0);
    let mut left = bar.left;
    let inks = look.palette.fills.iter().zip(look.palette.on_fills);
    for (place, ((width, name), (fill, ink))) in widths.into_iter().zip(NAMES).zip(inks).enumerate() {
        if width <= 0.0 {
            continue;
        }
        let corners = Corners { left: if left <= bar.left { 6.0 } else { 0.0 }, right: if Some(place) == last { 6.0 } else { 0.0 } };
        scene.bar(Area { left, width, ..bar }, corners, *fill);
        if font::width(name, 13.0, Weight::SemiBold) + 20.0 <= width {
            let baseline = bar.top + bar.height / 2.0 + 4.7;
            let (words, x) = (name.to_owned(), left + 12.0);
            scene.text(Text { words, x, baseline, size: 13.0, weight: Weight::SemiBold, anchor: Anchor::Start, ink });
        }
        left += width + GAP;
    }
}

fn rows(scene: &mut Scene, look: &Look, counts: AnswerCounts, width: f64) {
    let invited = counts.invited();
    let right = width - MARGIN;
    let share_left = right - 54.0;
    let digits = font::width(&number::count(invited), 15.0, Weight::SemiBold).max(24.0);
    let line_left = MARGIN + 104.0;
    let line_room = share_left - digits - 24.0 - line_left;
    for (place, ((name, part), fill)) in (0_u32..).zip(NAMES.iter().zip(counts.parts()).zip(look.palette.fills)) {
        let middle = BAR_TOP + BAR + 20.0 + ROW * (f64::from(place) + 0.5);
        let text = |words: String, x: f64, weight: Weight, anchor: Anchor, strong: bool| Text {
            words,
            x,
            baseline: middle + 4.7,
            size: if weight == Weight::SemiBold { 15.0 } else { 13.0 },
            weight,
            anchor,
            ink: if strong { look.palette.ink } else { look.palette.muted },
        };
        scene.bar(Area { left: MARGIN, top: middle - 5.0, width: 10.0, height: 10.0 }, Corners::all(3.0), fill);
        scene.text(text((*name).to_owned(), MARGIN + 20.0, Weight::Regular, Anchor::Start, true));
        scene.text(text(number::count(part), share_left, Weight::SemiBold, Anchor::End, true));
        scene.text(text(number::share(part, invited), right, Weight::Regular, Anchor::End, false));
        if line_room < 60.0 {
            continue;
        }
        let track = Area { left: line_left, top: middle - 3.0, width: line_room, height: 6.0 };
        scene.bar(track, Corners::all(3.0), look.palette.hairline);
        if part > 0 {
            let width = (f64::from(part) / f64::from(invited) * line_room).max(6.0);
            scene.bar(Area { width, ..track }, Corners::all(3.0), fill);
        }
    }
}
