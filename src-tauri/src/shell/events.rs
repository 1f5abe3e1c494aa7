//! Passes what happens in the engine on to the window.

use engine::Engine;
use tauri::AppHandle;
use tauri_specta::Event as _;
use tokio::sync::broadcast::error::RecvError;

use crate::ipc::Happened;

/// Forwards every event of `engine` until it is closed.
pub(crate) fn pass_on(app: &AppHandle, engine: &Engine) {
    let app = app.clone();
    let mut events = engine.subscribe();
    tauri::async_runtime::spawn(async move {
        loop {
            match events.recv().await {
                Ok(event) => {
                    if let Err(error) = Happened(event).emit(&app) {
                        tracing::warn!("an event did not reach the window: {error}");
                    }
                }
                // The window reads again what it shows: what it missed is in the database.
                Err(RecvError::Lagged(missed)) => tracing::debug!("the window missed {missed} events"),
                Err(RecvError::Closed) => return,
            }
        }
    });
}
