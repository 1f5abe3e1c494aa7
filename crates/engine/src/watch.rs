//! What goes on beside everything else: writes of other processes are noticed, and the window of instances follows the clock.

use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use store::instance::{self, Roll};
use tokio_util::sync::CancellationToken;

use crate::engine::{Engine, WeakEngine};
use crate::event::Changed;

const ALL: [Changed; 6] = [Changed::Calendars, Changed::Events, Changed::Guests, Changed::Accounts, Changed::Campaigns, Changed::Answers];
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Also the longest that a view stays slow after the computer woke from weeks of sleep.
const ROLL_EVERY: u32 = 600;

/// Starts the watch.
///
/// # Errors
/// When the database cannot be used.
pub(crate) async fn start(engine: &Engine) -> Result<()> {
    let seen = engine.store().foreign_writes().await?;
    let stopping = engine.stopping().clone();
    engine.spawn(watch(engine.downgrade(), stopping, seen));
    Ok(())
}

async fn watch(engine: WeakEngine, stopping: CancellationToken, mut seen: i64) {
    let mut looks: u32 = 0;
    loop {
        {
            let Some(engine) = engine.upgrade() else { return };
            if looks.is_multiple_of(ROLL_EVERY)
                && let Err(error) = follow_clock(&engine, &stopping).await
            {
                tracing::warn!("the window of instances stays where it was: {error:#}");
            }
            seen = look(&engine, seen).await;
        }
        looks = looks.wrapping_add(1);
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

async fn look(engine: &Engine, seen: i64) -> i64 {
    match engine.store().foreign_writes().await {
        Ok(now) if now != seen => {
            engine.tell_changed(&ALL);
            now
        }
        Ok(_) => seen,
        Err(error) => {
            tracing::warn!("writes of other processes cannot be seen: {error:#}");
            seen
        }
    }
}

/// Moves the window of instances to where the clock is, a few series at a time.
async fn follow_clock(engine: &Engine, stopping: &CancellationToken) -> Result<()> {
    let now: Timestamp = engine.clock().now();
    if !engine.store().read(move |r| instance::window_is_due(r, now)).await? {
        return Ok(());
    }
    let mut after = 0;
    while !stopping.is_cancelled() {
        match engine.store().write(move |w| instance::roll_window(w, now, after)).await? {
            Roll::More(last) => after = last,
            Roll::Done => return Ok(()),
        }
    }
    Ok(())
}
