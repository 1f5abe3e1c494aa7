//! What must stand in the process's environment before the first window, and what to say when the app cannot start.

use std::process::ExitCode;

use engine::Failure;
use tauri::App;
use tauri_plugin_dialog::{DialogExt as _, MessageDialogKind};

/// WebKitGTK shows an empty window with some drivers unless this is set before it loads.
#[cfg(target_os = "linux")]
const WEBKIT_DMABUF: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Starts this program again with the variables that its libraries read only at load.
#[cfg(target_os = "linux")]
pub(crate) fn restart_prepared() -> Option<ExitCode> {
    use std::os::unix::process::CommandExt as _;

    if std::env::var_os(WEBKIT_DMABUF).is_some() {
        return None;
    }
    let program = std::env::current_exe().ok()?;
    let error = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(WEBKIT_DMABUF, "1").exec();
    tracing::warn!("the app goes on without {WEBKIT_DMABUF}: {error}");
    None
}

/// Nothing to prepare on other systems.
#[cfg(not(target_os = "linux"))]
pub(crate) fn restart_prepared() -> Option<ExitCode> {
    None
}

/// Says why the app cannot start, in a dialog of the system's own, and ends it.
pub(crate) fn explain(app: &App, error: anyhow::Error) {
    let failure = Failure::from(error);
    tracing::error!("the app cannot start: {failure}");
    let handle = app.handle().clone();
    app.dialog().message(failure.message).title("Rollcall cannot start").kind(MessageDialogKind::Error).show(move |_| handle.exit(1));
}
