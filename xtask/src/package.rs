//! `cargo xtask package`: the installer of this system.

use anyhow::Result;

use crate::command::{program, run as run_command};
use crate::setup;

/// Builds it with Tauri's own bundler; the installers lie in the target folder under `release/bundle`.
pub(crate) fn run() -> Result<()> {
    setup::system_libraries()?;
    setup::node_packages()?;
    run_command(&mut program("npm", &["--prefix", "ui", "exec", "--", "tauri", "build"]))
}
