//! How long the history of events is kept. What an event says, what guests were told, and what a provider still needs is never let go of.

use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use store::event_version::retention;
use store::{Reader, change, setting};

use super::view::HistoryKept;
use crate::{Code, Engine, Failure};

const SETTING: &str = "history_years";
const USUAL_YEARS: u32 = 10;
/// Longer than anybody has to keep anything.
const MOST: u32 = 100;
/// How long the log of changes reaches back. Whoever has not read it for longer begins anew.
const LOG: SignedDuration = SignedDuration::from_hours(30 * 24);
const LOOK_EVERY: Duration = Duration::from_hours(6);
/// Events that are gone through in one transaction, so that nobody else waits for it.
const AT_ONCE: u32 = 500;
const CHANGES_AT_ONCE: u32 = 5_000;

/// How much history there is, and how long it is kept.
///
/// # Errors
/// When the database cannot be read.
pub async fn history_kept(engine: &Engine) -> Result<HistoryKept, Failure> {
    let kept = engine.store().read(|r| {
        let retention::Extent { versions, bytes } = retention::extent(r)?;
        Ok(HistoryKept { years: years(r)?, versions, kilobytes: u32::try_from(bytes / 1_000).unwrap_or(u32::MAX) })
    });
    Ok(kept.await?)
}

/// Chooses how many years it is kept, 0 for ever, and lets go of what is older. That cannot be taken back.
///
/// # Errors
/// [`Code::InvalidInput`] above a hundred years.
pub async fn choose_years(engine: &Engine, years: u32) -> Result<HistoryKept, Failure> {
    if years > MOST {
        let sentence = format!("History is kept for a number of years up to {MOST}, or for ever, which is 0.");
        return Err(Failure::new(Code::InvalidInput, sentence).with("field", "years"));
    }
    engine.store().write(move |w| setting::put(w, SETTING, &years.to_string())).await?;
    let_go_of_old(engine).await?;
    history_kept(engine).await
}

/// Lets go of history that is older than the organizer keeps, and of the log of changes beyond thirty days. How many versions went.
///
/// # Errors
/// When the database cannot be written.
pub async fn let_go_of_old(engine: &Engine) -> Result<usize> {
    let now = engine.clock().now();
    if let Ok(before) = now.checked_sub(LOG) {
        while engine.store().write(move |w| change::prune(w, before, CHANGES_AT_ONCE)).await.context("Prune the log of changes")? > 0
            && !engine.stopping().is_cancelled()
        {}
    }
    let kept = engine.store().read(years).await?;
    let Some(before) = before(now, kept) else { return Ok(0) };
    let (mut total, mut after) = (0, 0);
    while let Some(last) = engine.store().read(move |r| retention::next_events(r, after, AT_ONCE)).await? {
        let went = engine.store().write(move |w| {
            let versions = retention::let_go_of_versions(w, after, last, before)?;
            Ok(versions + retention::let_go_of_events(w, after, last, before)?)
        });
        total += went.await.context("Let go of old history")?;
        after = last;
        if engine.stopping().is_cancelled() {
            break;
        }
    }
    Ok(total)
}

/// Starts to let go of history as it becomes old.
pub fn start_letting_go(engine: &Engine) {
    let loops = engine.clone();
    engine.spawn(async move {
        while !loops.stopping().is_cancelled() {
            if let Err(error) = let_go_of_old(&loops).await {
                tracing::error!("old history cannot be let go of: {error:#}");
            }
            tokio::select! {
                () = loops.stopping().cancelled() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    });
}

fn years(r: &Reader<'_>) -> Result<u32> {
    Ok(setting::get(r, SETTING)?.and_then(|text| text.parse().ok()).unwrap_or(USUAL_YEARS))
}

fn before(now: Timestamp, years: u32) -> Option<Timestamp> {
    let years = Some(i64::from(years)).filter(|years| *years > 0)?;
    Some(now.in_tz("UTC").ok()?.checked_sub(years.years()).ok()?.timestamp())
}
