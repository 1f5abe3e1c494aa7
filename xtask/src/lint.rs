//! `cargo xtask lint`: what a reviewer should not have to say.

use anyhow::Result;

use crate::command::{cargo, is_on_path, program, run as run_command};
use crate::{arrows, setup, sizes};

/// Runs every check; the first that fails ends it.
pub(crate) fn run() -> Result<()> {
    setup::system_libraries()?;
    setup::node_packages()?;
    arrows::check()?;
    sizes::check()?;
    run_command(&mut cargo(&["fmt", "--all", "--check"]))?;
    run_command(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    run_command(&mut cargo(&["test", "--quiet", "--package", "rollcall", "--test", "types"]))?;
    run_command(&mut program("npm", &["--prefix", "ui", "run", "check"]))?;
    if is_on_path("cargo-deny") {
        // Advisories change with the day, not with the code: the workflow asks for them.
        run_command(&mut cargo(&["deny", "check", "bans", "licenses", "sources"]))?;
    }
    Ok(())
}

/// Writes the generated types anew.
pub(crate) fn write_types() -> Result<()> {
    setup::system_libraries()?;
    run_command(cargo(&["test", "--quiet", "--package", "rollcall", "--test", "types"]).env("ROLLCALL_UPDATE_TYPES", "1"))
}
