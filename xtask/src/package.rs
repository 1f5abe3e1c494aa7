//! `cargo xtask package`: the installer of this system.

use anyhow::Result;
use clap::Args;

use crate::command::{program, run as run_command};
use crate::setup;

/// Which installers.
#[derive(Args)]
pub(crate) struct Options {
    /// Kinds of installer, separated by commas, e.g. `deb,appimage`; all that this system can make where none is named.
    #[arg(long)]
    bundles: Option<String>,
}

/// Builds it with Tauri's own bundler; the installers lie in the target folder under `release/bundle`.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::system_libraries()?;
    setup::node_packages()?;
    let mut build = program("npm", &["--prefix", "ui", "exec", "--", "tauri", "build"]);
    if let Some(bundles) = &options.bundles {
        build.args(["--bundles", bundles]);
    }
    run_command(&mut build)
}
