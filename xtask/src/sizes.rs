//! The size of files: one concept each.

use std::fs;

use anyhow::{Result, bail};

use crate::command::{output, program, root};

const MOST_LINES: usize = 600;
const MOST_COMPONENT_LINES: usize = 300;

/// Fails when a source file has outgrown one concept; tests and generated files aside.
pub(crate) fn check() -> Result<()> {
    let listed =
        output(&mut program("git", &["ls-files", "--cached", "--others", "--exclude-standard", "*.rs", "*.ts", "*.svelte", "*.css"]))?;
    let mut faults = Vec::new();
    let mut files = 0;
    for path in listed.lines().filter(|path| !is_exempt(path)) {
        let Ok(text) = fs::read_to_string(root().join(path)) else { continue };
        files += 1;
        let most = if path.ends_with(".svelte") { MOST_COMPONENT_LINES } else { MOST_LINES };
        let lines = text.lines().count();
        if lines > most {
            faults.push(format!("{path} has {lines} lines, {most} are allowed: split it by concept"));
        }
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    println!("▸ {files} source files are short enough");
    Ok(())
}

fn is_exempt(path: &str) -> bool {
    path.contains(".gen.") || path.split('/').any(|part| part == "tests" || part == "fixtures" || part == "tests.rs")
}
