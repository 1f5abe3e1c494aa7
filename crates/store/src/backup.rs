//! Backups: the whole database in one file, written while it is in use, and put back in its place.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use crate::migration::{self, Age};
use crate::pool::Store;

/// Pages copied at a time while a backup is put in place.
const ALL_PAGES: i32 = -1;
/// How long a busy database is waited for.
const PATIENCE: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// What a file that should be a backup is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Backed {
    /// A whole database of ours.
    Sound,
    /// Not a database, or not one of ours.
    Foreign,
    /// Damaged: the first finding.
    Damaged(String),
    /// Written by a newer Rollcall.
    Newer,
}

impl Store {
    /// Writes everything to a new file. Nothing that is written meanwhile is waited for or lost.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub async fn back_up(&self, to: &Path) -> Result<()> {
        let target = to.to_str().context("The name of a backup has to be Unicode")?.to_owned();
        self.maintain(move |connection| {
            connection.execute("VACUUM INTO ?1", [&target]).with_context(|| format!("Write {target}"))?;
            Ok(())
        })
        .await?;
        // The name is durable with its folder, the content with the file.
        std::fs::File::open(to).and_then(|file| file.sync_all()).with_context(|| format!("Keep {}", to.display()))
    }

    /// Puts the content of a backup, found sound before, in the place of what is here. Whoever reads sees the old or the new state.
    ///
    /// # Errors
    /// When another process does not let go of the database, or it cannot be written.
    pub async fn restore(&self, from: &Path) -> Result<()> {
        let from = from.to_owned();
        self.maintain(move |connection| {
            copy_into(&from, connection)?;
            migration::migrate(connection)
        })
        .await
    }
}

/// What a file is. It is only read.
///
/// # Errors
/// When it cannot be read at all.
pub fn inspect(file: &Path) -> Result<Backed> {
    std::fs::File::open(file).with_context(|| format!("Open {}", file.display()))?;
    let Ok(connection) = read_only(file) else { return Ok(Backed::Foreign) };
    match migration::age(&connection) {
        Ok(Age::Known) => {}
        Ok(Age::Newer) => return Ok(Backed::Newer),
        Ok(Age::Empty | Age::Foreign) | Err(_) => return Ok(Backed::Foreign),
    }
    let finding: String = match connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)) {
        Ok(finding) => finding,
        Err(error) => error.to_string(),
    };
    Ok(if finding == "ok" { Backed::Sound } else { Backed::Damaged(finding) })
}

/// A setting as it stands in a backup.
///
/// # Errors
/// When the file cannot be read.
pub fn setting(file: &Path, name: &str) -> Result<Option<String>> {
    let connection = read_only(file)?;
    Ok(connection.query_row("SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0)).optional()?)
}

fn read_only(file: &Path) -> Result<Connection> {
    #[expect(clippy::disallowed_methods, reason = "a backup is read without its settings being touched")]
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    Ok(connection)
}

fn copy_into(from: &Path, connection: &mut Connection) -> Result<()> {
    let source = read_only(from)?;
    let backup = Backup::new(&source, connection).context("Begin to restore")?;
    for _ in 0..PATIENCE {
        match backup.step(ALL_PAGES).context("Restore")? {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => std::thread::sleep(PAUSE),
        }
    }
    anyhow::bail!("another program is using the database")
}
