//! The file that lines go to, each redacted as a whole before it is written.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};

use super::redact::redacted;
use super::{CURRENT, OLDER};

const LARGEST: u64 = 4 << 20;

/// The log's current file.
pub(super) struct LogFile {
    folder: PathBuf,
    open: Mutex<Open>,
}

struct Open {
    file: File,
    size: u64,
}

/// One line on its way.
pub(super) struct Line<'a> {
    log: &'a LogFile,
    text: Vec<u8>,
}

impl LogFile {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let open = Open::append(folder).with_context(|| format!("Open the log in {}", folder.display()))?;
        Ok(Self { folder: folder.to_owned(), open: Mutex::new(open) })
    }

    pub(super) fn line(&self) -> Line<'_> {
        Line { log: self, text: Vec::new() }
    }

    fn append(&self, text: &str) -> io::Result<()> {
        // Whoever panicked had written its line or not.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.size > LARGEST {
            std::fs::rename(self.folder.join(CURRENT), self.folder.join(OLDER))?;
            *open = Open::append(&self.folder)?;
        }
        open.size += text.len() as u64;
        open.file.write_all(text.as_bytes())
    }
}

impl Open {
    fn append(folder: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(folder.join(CURRENT))?;
        let size = file.metadata()?.len();
        Ok(Self { file, size })
    }
}

impl Write for Line<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        // A log that cannot be written has nowhere to say so.
        drop(self.log.append(&redacted(&String::from_utf8_lossy(&self.text))));
    }
}
