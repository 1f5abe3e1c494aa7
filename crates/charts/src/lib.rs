//! Charts of answers from plain numbers, as SVG for the window, as PNG for a file, and on one page as PDF.
//!
//! A chart is laid out once, in logical pixels, as a list of marks; `plotters` then draws those marks as SVG or as a
//! bitmap. Every [`Chart`] carries the [`Table`] that it was drawn from, so that the numbers can be read, compared and
//! heard. Text in bitmaps is drawn with the bundled Inter: no font of the system is touched. No series is told apart by
//! its colour alone: each is labelled where it stands, and the order is always Yes, Maybe, No, no answer.
//!
//! ```
//! use charts::{AnswerCounts, Look, Palette};
//!
//! let counts = AnswerCounts { yes: 152, maybe: 24, no: 31, none: 43 };
//! let look = Look { palette: Palette::light(), width: 720, height: 0 };
//! let chart = charts::answers("Harbour Lights v Northside", counts, &look);
//! assert!(chart.svg()?.starts_with("<svg "));
//! assert_eq!(chart.table.rows[0], ["Yes", "152", "61 %"]);
//! # Ok::<(), charts::DrawError>(())
//! ```

mod answers;
mod bars;
mod bitmap;
mod columns;
mod font;
mod number;
mod palette;
mod pdf;
mod report;
mod scene;
mod season;
mod split;
mod svg;
#[cfg(test)]
mod tests;
mod timeline;

pub use answers::{AnswerCounts, answers};
pub use bars::{Funnel, Reason, funnel, reasons};
pub use columns::{Wait, waits};
pub use palette::{Backdrop, Palette};
pub use report::{Headline, Report, report};
pub use season::{SeasonRow, season};
pub use split::{SplitRow, SplitWords, split};
pub use timeline::{TimelineMark, TimelinePoint, timeline};

/// A count with separators, as the charts write it: `1,200`.
#[must_use]
pub fn count_in_words(number: u32) -> String {
    number::count(number)
}

/// A share in whole per cent, as the charts write it. What is there is never called 0 %.
#[must_use]
pub fn share_in_words(part: u32, total: u32) -> String {
    number::share(part, total)
}

/// How a chart is to look.
#[derive(Clone, Debug)]
pub struct Look {
    /// Its colours.
    pub palette: Palette,
    /// Width in logical pixels; too narrow a one is widened to what can be read.
    pub width: u32,
    /// Height in logical pixels; 0 takes what the chart needs.
    pub height: u32,
}

/// The numbers that a chart was drawn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Headings.
    pub columns: Vec<String>,
    /// Rows in the order of the chart; counts in plain digits.
    pub rows: Vec<Vec<String>>,
}

/// A chart that can be drawn, with its numbers.
#[derive(Clone, Debug)]
pub struct Chart {
    scene: scene::Scene,
    /// The numbers it was drawn from.
    pub table: Table,
}

impl Chart {
    /// The chart as an SVG document of its own size.
    ///
    /// # Errors
    /// When the drawing library refuses a mark.
    pub fn svg(&self) -> Result<String, DrawError> {
        svg::draw(&self.scene)
    }

    /// The chart as a PNG of twice its logical size, for sharp screens and print.
    ///
    /// # Errors
    /// When the drawing library refuses a mark or the image is too large.
    pub fn png(&self) -> Result<Vec<u8>, DrawError> {
        bitmap::draw(&self.scene)
    }
}

/// Why a chart could not be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the chart could not be drawn: {0}")]
pub struct DrawError(pub(crate) String);

impl DrawError {
    pub(crate) fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}
