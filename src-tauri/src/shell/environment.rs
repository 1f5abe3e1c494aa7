//! What must stand in the process's environment before the first window.

use std::process::ExitCode;

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
