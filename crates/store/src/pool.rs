//! One writing thread and a few reading ones over one SQLite file.
//!
//! SQLite allows one writer at a time and makes the others poll for the lock, so writers queue here instead. Every
//! write is one `BEGIN IMMEDIATE` transaction: a deferred one that reads first can fail with `SQLITE_BUSY_SNAPSHOT`.

use std::ops::{ControlFlow, Deref};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::fault::Fault;
use crate::migration::Age;

const READERS: usize = 4;
/// In KiB, as SQLite counts memory downwards.
const WRITER_CACHE: i64 = -16_384;
const READER_CACHE: i64 = -4_096;
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A database that is open. Cheap to clone; the file closes with the last clone.
#[derive(Clone)]
pub struct Store {
    path: PathBuf,
    writer: mpsc::Sender<Job>,
    reader: mpsc::Sender<Job>,
    threads: Arc<Mutex<Option<Threads>>>,
}

/// Each of them has a connection of its own.
struct Threads {
    writer: JoinHandle<()>,
    readers: Vec<JoinHandle<()>>,
}

/// Reads one consistent state of the database.
pub struct Reader<'c>(pub(crate) &'c Connection);

/// Reads and writes inside one transaction.
pub struct Writer<'c>(Reader<'c>);

impl<'c> Deref for Writer<'c> {
    type Target = Reader<'c>;

    fn deref(&self) -> &Reader<'c> {
        &self.0
    }
}

/// What a thread does next with its connection, and whether it goes on after that.
type Job = Box<dyn FnOnce(&mut Connection) -> ControlFlow<()> + Send>;

impl Store {
    /// Opens the database at `path`, creates it where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, is not ours, or was written by a newer Rollcall.
    pub async fn open(path: &Path) -> Result<Self> {
        let path = path.to_owned();
        tokio::task::spawn_blocking(move || Self::open_blocking(path)).await.context("Open the database")?
    }

    fn open_blocking(path: PathBuf) -> Result<Self> {
        refuse_foreign(&path).map_err(|error| plainly(error, &path))?;
        let mut connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        crate::migration::migrate(&mut connection).with_context(|| format!("Bring {} up to date", path.display()))?;
        // The writer alone keeps its pages; a reader forgets its own at each commit and has them from the system again.
        connection.pragma_update(None, "cache_size", WRITER_CACHE)?;
        let (writer, jobs) = mpsc::channel::<Job>();
        let writing = spawn("store-writer", move || serve(connection, &Arc::new(Mutex::new(jobs))))?;
        let (reader, jobs) = mpsc::channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        let mut readers = Vec::new();
        for _ in 0..READERS {
            let connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            connection.pragma_update(None, "query_only", true).context("Open for reading")?;
            connection.pragma_update(None, "cache_size", READER_CACHE)?;
            let jobs = Arc::clone(&jobs);
            readers.push(spawn("store-reader", move || serve(connection, &jobs))?);
        }
        let threads = Some(Threads { writer: writing, readers });
        Ok(Self { path, writer, reader, threads: Arc::new(Mutex::new(threads)) })
    }

    /// Where the file lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `work` against one snapshot of the database, on a reading thread.
    ///
    /// # Errors
    /// What `work` returns, or that the store has stopped.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Reader<'_>) -> Result<T> + Send + 'static,
    {
        submit(&self.reader, move |connection| {
            let transaction = connection.transaction().context("Begin to read")?;
            work(&Reader(&transaction))
        })
        .await
    }

    /// Runs `work` in one transaction, on the writing thread: all of it is durable when this returns, or nothing is.
    ///
    /// # Errors
    /// What `work` returns (then nothing was written), or that the transaction could not be kept.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&Writer<'_>) -> Result<T> + Send + 'static,
    {
        submit(&self.writer, move |connection| {
            let transaction = Transaction::new(connection, TransactionBehavior::Immediate).context("Begin to write")?;
            let value = work(&Writer(Reader(&transaction)))?;
            transaction.commit().context("Keep what was written")?;
            Ok(value)
        })
        .await
    }

    /// A number that changes when another process, never this one, has written to the file.
    ///
    /// # Errors
    /// When the store has stopped.
    pub async fn foreign_writes(&self) -> Result<i64> {
        // On the writing connection: SQLite counts what other connections commit, and the readers' own writer is one.
        submit(&self.writer, |connection| Ok(connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)).await
    }

    /// Closes the file for every clone, after what was asked for before: what stands in the journal is in the file when this returns, and
    /// nothing here touches either again. What is asked for later fails.
    pub async fn close(&self) {
        let Some(Threads { readers, writer }) = self.threads.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        // The writer is the last to go, alone: of connections that close together none may see to the journal.
        for _ in &readers {
            end(&self.reader);
        }
        joined(readers).await;
        end(&self.writer);
        joined(vec![writer]).await;
    }

    /// Runs `work` on the writing thread outside a transaction, for `VACUUM INTO` and the like.
    pub(crate) async fn maintain<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    {
        submit(&self.writer, work).await
    }
}

async fn submit<T, F>(queue: &mpsc::Sender<Job>, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce(&mut Connection) -> Result<T> + Send + 'static,
{
    let (answer, result) = oneshot::channel();
    queue
        .send(Box::new(move |connection| {
            // The caller may have gone away: then its answer has nobody to go to.
            drop(answer.send(work(connection)));
            ControlFlow::Continue(())
        }))
        .map_err(|_| anyhow!("the store has stopped"))?;
    result.await.context("the store stopped in the middle of its work")?
}

/// Lets the thread that takes this end. One that has ended already needs no telling.
fn end(queue: &mpsc::Sender<Job>) {
    drop(queue.send(Box::new(|_| ControlFlow::Break(()))));
}

async fn joined(threads: Vec<JoinHandle<()>>) {
    let ended = tokio::task::spawn_blocking(|| threads.into_iter().for_each(|thread| drop(thread.join()))).await;
    if let Err(error) = ended {
        tracing::error!("the database's threads were not waited for: {error}");
    }
}

/// On a disk that may only be read, SQLite says no more than that the file cannot be opened: it cannot make the files beside it.
fn plainly(error: anyhow::Error, path: &Path) -> anyhow::Error {
    if crate::fault::fault(&error) != Some(Fault::Closed) {
        return error;
    }
    // Nothing of ours has the file open: a lock that this would let go of is nobody's.
    match std::fs::OpenOptions::new().write(true).open(path) {
        Err(reason) if reason.kind() == std::io::ErrorKind::ReadOnlyFilesystem => {
            anyhow::Error::new(reason).context(format!("Open {}", path.display()))
        }
        _ => error,
    }
}

/// What is not ours is not touched: not even the journal's mode.
fn refuse_foreign(path: &Path) -> Result<()> {
    if std::fs::metadata(path).map_or(0, |file| file.len()) == 0 {
        return Ok(());
    }
    #[expect(clippy::disallowed_methods, reason = "a look before the one place that opens the database")]
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    match crate::migration::age(&connection).with_context(|| format!("Look at {}", path.display()))? {
        Age::Empty | Age::Known => Ok(()),
        Age::Newer => Err(Fault::Newer.into()),
        Age::Foreign => Err(Fault::Foreign.into()),
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection> {
    #[expect(clippy::disallowed_methods, reason = "the one place that opens the database")]
    let connection =
        Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).with_context(|| format!("Open {}", path.display()))?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(256);
    // Plans do not depend on bound values: else a statement over a partial index is compiled anew for each.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // FULL costs 0.15 ms a commit and keeps every one of them through a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(work).with_context(|| format!("Start {name}"))
}

fn serve(mut connection: Connection, jobs: &Arc<Mutex<mpsc::Receiver<Job>>>) {
    loop {
        // A reader that panicked leaves the queue as it was: the lock may be taken over.
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        if job(&mut connection).is_break() {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
