//! The app's own log, for a bug report: in the data folder, two files of a few megabytes, without addresses and secrets.

mod redact;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context as _, Result};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use redact::redacted;
use writer::LogFile;

const CURRENT: &str = "rollcall.log";
const OLDER: &str = "rollcall.1.log";

/// Where the log of this process lies.
static FOLDER: OnceLock<PathBuf> = OnceLock::new();

/// Starts the log in the data folder. A second start in one process changes nothing.
///
/// # Errors
/// When the folder cannot be written; the app goes on without a log then.
pub fn start(data: &Path) -> Result<()> {
    let folder = FOLDER.get_or_init(|| data.join("logs")).clone();
    std::fs::create_dir_all(&folder).with_context(|| format!("Make {}", folder.display()))?;
    let file = LogFile::open(&folder)?;
    let filter = EnvFilter::try_from_env("ROLLCALL_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let started = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(file).try_init();
    if started.is_err() {
        tracing::debug!("the log had been started");
    }
    Ok(())
}

/// Writes the log to one file, with what helps to read it.
///
/// # Errors
/// When a file cannot be read or written.
pub fn export(to: &Path) -> Result<()> {
    let folder = FOLDER.get().context("There is no log yet")?;
    let mut text = format!("Rollcall {} on {} {}\n", env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    for name in [OLDER, CURRENT] {
        let file = folder.join(name);
        match std::fs::read(&file) {
            // Once more: a file of an older version may have been written with fewer rules.
            Ok(bytes) => text.push_str(&redacted(&String::from_utf8_lossy(&bytes))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| format!("Read {}", file.display())),
        }
    }
    std::fs::write(to, text).with_context(|| format!("Write {}", to.display()))
}

impl<'a> MakeWriter<'a> for LogFile {
    type Writer = writer::Line<'a>;

    fn make_writer(&'a self) -> Self::Writer {
        self.line()
    }
}

#[cfg(test)]
mod tests;
