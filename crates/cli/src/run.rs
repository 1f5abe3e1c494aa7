//! `rollcall-cli run`.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use engine::event::EngineEvent;
use engine::{answers, backup, campaigns};

use crate::campaign;
use crate::output::Output;
use crate::session::Session;

pub(crate) async fn run(session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let mut happened = engine.subscribe();
    campaigns::start_sending(&engine);
    output.say("Sending what is due and reading answers. Ctrl-C ends it.");
    answers::watch(&engine);
    backup::start_daily(&engine);
    let stopped = until_stopped();
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            stopped = &mut stopped => {
                stopped?;
                break;
            }
            event = happened.recv() => {
                if let Some(words) = event.ok().and_then(words) {
                    output.say(&words);
                }
            }
        }
    }
    engine.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// What happened, for a person; none where it is not worth a line.
fn words(event: EngineEvent) -> Option<String> {
    match event {
        EngineEvent::Sending { name, status, .. } => Some(format!("{name}: {}", campaign::words(&status))),
        EngineEvent::Answers { answers, bounces, desk } => Some(format!("{answers} answers, {bounces} bounces, {desk} at the desk")),
        EngineEvent::Changed { .. } | EngineEvent::Progress { .. } => None,
    }
}

/// Until Ctrl-C, or the system asks to end.
async fn until_stopped() -> Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).context("Listen for the end")?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.context("Listen for Ctrl-C"),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    {
        tokio::signal::ctrl_c().await.context("Listen for Ctrl-C")
    }
}
