//! The charts of an event and of a campaign with a million guests.

use std::time::Instant;

use anyhow::Result;
use engine::answers::view::{AnswersOf, ChartKind, Theme};
use engine::{Engine, answers};

use crate::table::{Goal, Table};

const TRIES: usize = 10;
const KINDS: [(ChartKind, &str); 7] = [
    (ChartKind::Answers, "answers"),
    (ChartKind::Timeline, "over time"),
    (ChartKind::Funnel, "from sent to yes"),
    (ChartKind::Waits, "time to answer"),
    (ChartKind::Providers, "by provider"),
    (ChartKind::Channels, "by way"),
    (ChartKind::Bounces, "did not arrive"),
];

/// Draws each chart as the window does, the worst of several tries; `size` says of how much.
pub(crate) async fn measure(table: &mut Table, engine: &Engine, event: i64, campaign: i64, size: &str) -> Result<()> {
    for (of, what) in [(AnswersOf::Event(event.to_string()), "event"), (AnswersOf::Campaign(campaign.to_string()), "campaign")] {
        for (kind, name) in KINDS {
            let mut worst = 0.0_f64;
            for _ in 0..TRIES {
                let began = Instant::now();
                answers::chart(engine.store(), kind, Some(of.clone()), Theme::Light, (480, 0)).await?;
                worst = worst.max(began.elapsed().as_secs_f64() * 1_000.0);
            }
            table.add(&format!("charts: {name}, {what} of {size}"), worst, "ms", Goal::Under(100.0), None);
        }
    }
    Ok(())
}
