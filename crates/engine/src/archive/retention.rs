//! How long the messages themselves are kept. What they said, and whom they came from, stays for ever.

use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::{Timestamp, ToSpan as _};
use store::receipt::archive;
use store::setting;

use crate::{Code, Engine, Failure};

const SETTING: &str = "archive_months";
/// Longer than anybody has to keep anything.
const MOST: u32 = 1_200;
const LOOK_EVERY: Duration = Duration::from_hours(6);
/// Messages that are let go of in one transaction, so that nobody else waits for it.
const AT_ONCE: u32 = 1_000;

/// How many months messages are kept; 0 is for ever.
///
/// # Errors
/// When the database cannot be read.
pub async fn retention(engine: &Engine) -> Result<u32, Failure> {
    let chosen = engine.store().read(|r| setting::get(r, SETTING)).await?;
    Ok(chosen.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// Chooses it, and lets go of what is older. That cannot be taken back.
///
/// # Errors
/// [`Code::InvalidInput`] above a hundred years.
pub async fn choose_retention(engine: &Engine, months: u32) -> Result<u32, Failure> {
    if months > MOST {
        let sentence = format!("Messages are kept for a number of months up to {MOST}, or for ever, which is 0.");
        return Err(Failure::new(Code::InvalidInput, sentence).with("field", "months"));
    }
    engine.store().write(move |w| setting::put(w, SETTING, &months.to_string())).await?;
    let_go_of_old(engine).await?;
    Ok(months)
}

/// Lets go of the messages that are older than the organizer wants, and gives how many they were.
///
/// # Errors
/// When the database cannot be written.
pub async fn let_go_of_old(engine: &Engine) -> Result<usize, Failure> {
    let months = retention(engine).await?;
    let Some(before) = before(engine.clock().now(), months) else { return Ok(0) };
    let mut total = 0;
    loop {
        let gone = engine.store().write(move |w| archive::let_go(w, before, AT_ONCE)).await.context("Let go of old messages")?;
        total += gone;
        if gone == 0 || engine.stopping().is_cancelled() {
            return Ok(total);
        }
    }
}

/// Starts to let go of old messages as they become old.
pub fn start_letting_go(engine: &Engine) {
    let loops = engine.clone();
    engine.spawn(async move {
        while !loops.stopping().is_cancelled() {
            if let Err(error) = let_go_of_old(&loops).await {
                tracing::error!("old messages cannot be let go of: {:?}", error.code);
            }
            tokio::select! {
                () = loops.stopping().cancelled() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    });
}

fn before(now: Timestamp, months: u32) -> Option<Timestamp> {
    let months = Some(i64::from(months)).filter(|months| *months > 0)?;
    Some(now.in_tz("UTC").ok()?.checked_sub(months.months()).ok()?.timestamp())
}
