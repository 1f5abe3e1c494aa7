//! `cargo xtask start`: from a fresh machine to an open window.

use std::env;

use anyhow::Result;

use crate::command::{self, cargo};
use crate::setup;

/// Installs, builds, opens.
fn open_window() -> Result<()> {
    setup::system_libraries()?;
    setup::window_contents()?;
    command::run(&mut cargo(&["run", "--package", "rollcall", "--bin", "rollcall"]))
}

/// Opens the window, or runs the rehearsal where there is no display.
pub(crate) fn run() -> Result<()> {
    if has_display() {
        return open_window();
    }
    println!("There is no display here: this is the rehearsal, in the terminal.");
    command::run(&mut cargo(&["run", "--package", "cli", "--bin", "rollcall-cli", "--", "rehearse"]))
}

fn has_display() -> bool {
    !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}
