//! `cargo xtask package`: the installer of this system.

use anyhow::Result;
use clap::Args;

use crate::command::{is_on_path, program, run as run_command, target};
use crate::setup;

/// Which installers.
#[derive(Args)]
pub(crate) struct Options {
    /// Kinds of installer, separated by commas, e.g. `deb,appimage`; this system's own where none is named.
    #[arg(long)]
    bundles: Option<String>,
}

/// Builds it with Tauri's own bundler.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::system_libraries()?;
    setup::node_packages()?;
    let bundles = options.bundles.as_deref().unwrap_or_else(|| own());
    run_command(&mut program("npm", &["--prefix", "ui", "exec", "--", "tauri", "build", "--bundles", bundles]))?;
    println!("\nThe installer lies in {}.", target()?.join("release/bundle").display());
    Ok(())
}

/// The kind that people of this system install. A portable image would need tools that Tauri fetches from the network.
fn own() -> &'static str {
    if cfg!(windows) {
        "nsis"
    } else if cfg!(target_os = "macos") {
        "dmg"
    } else if is_on_path("dpkg") {
        "deb"
    } else {
        "appimage"
    }
}
