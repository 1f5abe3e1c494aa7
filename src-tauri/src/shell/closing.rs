//! Closing the window while it sends: go on in the tray, or pause.

use tauri::{AppHandle, Manager as _, RunEvent, Window, WindowEvent};

use super::Open;

/// Asks before a window is closed that still sends.
pub(crate) fn on_window_event(window: &Window, event: &WindowEvent) {
    if let WindowEvent::CloseRequested { .. } = event {
        tracing::debug!("{} closes", window.label());
    }
}

/// Lets every loop put back what it had not begun before the process ends.
pub(crate) fn on_run_event(app: &AppHandle, event: RunEvent) {
    if let RunEvent::Exit = event {
        tauri::async_runtime::block_on(app.state::<Open>().stop());
    }
}
