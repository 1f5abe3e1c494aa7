//! `rollcall-cli run`.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use engine::calendars::retention;
use engine::event::EngineEvent;
use engine::{answers, archive, backup, campaigns, copies, sync};

use crate::campaign;
use crate::output::Output;
use crate::session::Session;

pub(crate) async fn run(session: &Session, output: &Output) -> Result<ExitCode> {
    let engine = session.engine().await?;
    let mut happened = engine.subscribe();
    campaigns::start_sending(&engine);
    campaigns::start_standing_orders(&engine);
    // Before anybody hears that it runs, so that an end that is asked for at once is heard too.
    let stopped = until_stopped()?;
    output.say("Sending what is due and reading answers. Ctrl-C ends it.");
    answers::watch(&engine);
    sync::watch(&engine);
    copies::watch(&engine);
    backup::start_daily(&engine);
    archive::start_letting_go(&engine);
    retention::start_letting_go(&engine);
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => break,
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

/// Listens from now on, and ends at Ctrl-C or when the system asks to end.
fn until_stopped() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt()).context("Listen for Ctrl-C")?;
        let mut terminate = signal(SignalKind::terminate()).context("Listen for the end")?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    {
        let mut interrupt = tokio::signal::windows::ctrl_c().context("Listen for Ctrl-C")?;
        Ok(async move {
            interrupt.recv().await;
        })
    }
}
