//! Waiting while a campaign is sent.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;
use engine::campaigns::view::CampaignStatus;
use engine::{Engine, campaigns};

use super::words;
use crate::output::Output;

/// Exit status where some were not accepted.
const SOME_WERE_NOT: u8 = 3;
const LOOK_EVERY: Duration = Duration::from_millis(200);
const SAY_EVERY: Duration = Duration::from_secs(2);

/// Sends a campaign until nothing is left to do, it pauses, the account has to be signed in to again, or it would wait longer than `max_wait` seconds.
pub(crate) async fn drive(engine: &Engine, id: &str, max_wait: Option<u64>, output: &Output) -> Result<ExitCode> {
    wait(engine, id, max_wait, output).await?;
    engine.stop().await;
    let status = campaigns::campaign_status(engine, id).await?;
    output.result(&status, words)?;
    let all = status.accepted + status.skipped + status.superseded == status.total && status.state == "done";
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::from(SOME_WERE_NOT) })
}

/// The same, without a word of how it ended.
pub(crate) async fn wait(engine: &Engine, id: &str, max_wait: Option<u64>, output: &Output) -> Result<()> {
    let mut happened = engine.subscribe();
    campaigns::start_sending(engine);
    let patience = max_wait.map(Duration::from_secs);
    let mut last = campaigns::campaign_status(engine, id).await?;
    let (mut moved, mut said) = (Instant::now(), Instant::now());
    loop {
        let status = campaigns::campaign_status(engine, id).await?;
        if progress(&status) != progress(&last) {
            moved = Instant::now();
        }
        let is_over = matches!(status.state.as_str(), "done" | "stopped" | "paused") || campaigns::waits_for_login(engine, id).await?;
        if is_over && status.handed_over == 0 {
            break;
        }
        if let Some(patience) = patience
            && (moved.elapsed() >= patience || status.handed_over == 0 && campaigns::waits_longer_than(engine, id, patience).await?)
        {
            break;
        }
        if said.elapsed() >= SAY_EVERY {
            output.say(&words(&status));
            said = Instant::now();
        }
        last = status;
        tokio::select! {
            _ = happened.recv() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = tokio::signal::ctrl_c() => break,
        }
    }
    Ok(())
}

fn progress(status: &CampaignStatus) -> [u32; 4] {
    [status.total, status.queued, status.accepted, status.handed_over]
}
