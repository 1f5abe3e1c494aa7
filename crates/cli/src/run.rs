//! `rollcall-cli run`.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use engine::event::EngineEvent;
use engine::{Engine, answers, campaigns};

use crate::campaign;
use crate::output::Output;
use crate::session::Session;

/// How often inboxes are read.
const PULL_EVERY: Duration = Duration::from_secs(30);

pub(crate) async fn run(session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let mut happened = engine.subscribe();
    campaigns::start_sending(&engine);
    output.say("Sending what is due and reading answers. Ctrl-C ends it.");
    let mut pull = tokio::time::interval(PULL_EVERY);
    let stopped = until_stopped();
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            stopped = &mut stopped => {
                stopped?;
                break;
            }
            _ = pull.tick() => read_answers(&engine, output).await,
            event = happened.recv() => {
                if let Ok(EngineEvent::Sending { name, status, .. }) = event {
                    output.say(&format!("{name}: {}", campaign::words(&status)));
                }
            }
        }
    }
    engine.stop().await;
    Ok(ExitCode::SUCCESS)
}

async fn read_answers(engine: &Engine, output: &Output) {
    match answers::pull_all(engine).await {
        Ok(pulled) if pulled.messages > 0 => {
            output.say(&format!(
                "{} messages: {} answers, {} bounces, {} at the desk",
                pulled.messages, pulled.answers, pulled.bounces, pulled.desk
            ));
        }
        Ok(_) => {}
        // The next round tries again.
        Err(failure) => output.say(&failure.message),
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
