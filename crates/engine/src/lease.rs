//! The right to send: one process at a time, and never from a copy or an older state of the database.
//!
//! Outside the data folder, where a copy or a backup of it does not reach, lies one record per database: its path, this
//! machine, and the number of its last claim. A claim is committed, then the record is brought in step, then messages
//! leave: so a database whose own number is lower than the record's is an older state of itself, and what it has queued
//! may have been sent since.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rand::Rng;
use store::{Store, setting};

#[cfg(test)]
mod tests;

const DATABASE_ID: &str = "database_id";
/// How often, and how far apart, the right to send is asked for before another process is believed to keep it.
const LOOKS: u32 = 20;
const LOOK_TAKES: Duration = Duration::from_millis(25);

/// The system's folder for state that belongs to this machine: `ROLLCALL_STATE`, or the usual place.
#[must_use]
pub fn state_folder() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = variable("ROLLCALL_STATE") {
        return folder;
    }
    let base = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_STATE_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/state")))
    };
    base.unwrap_or_else(std::env::temp_dir).join("rollcall").join(if cfg!(target_os = "linux") { "" } else { "state" })
}

/// Which database asks, and how far it is.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    database: String,
    path: String,
    machine: String,
    claim: i64,
}

/// What became of asking for the right to send.
pub(crate) enum Taken {
    /// It is ours until the lease is dropped.
    Held(Lease),
    /// Another process has it.
    Elsewhere,
    /// The organizer has to say that this is the database to send from: why, in a sentence.
    Refused(String),
}

/// The right to send.
pub(crate) struct Lease {
    record: Mutex<File>,
    _lock: File,
}

/// Names a database that has no name yet. Before anything else is done with it: a backup without the name would be taken for another
/// database, and send again what was sent since.
pub(crate) async fn name(store: &Store) -> Result<()> {
    if store.read(|r| setting::get(r, DATABASE_ID)).await?.is_some() {
        return Ok(());
    }
    let fresh = random_name();
    // Looked at once more where nobody else writes: another process may just have opened it too.
    let named = store.write(move |w| if setting::get(w, DATABASE_ID)?.is_some() { Ok(()) } else { setting::put(w, DATABASE_ID, &fresh) });
    named.await.context("Name the database")
}

impl Identity {
    /// Reads who this database is.
    pub(crate) async fn of(store: &Store, state: &Path) -> Result<Self> {
        let (database, claim) = store.read(|r| Ok((setting::get(r, DATABASE_ID)?, store::delivery::turn::last_claim(r)?))).await?;
        let database = database.context("The database has no name")?;
        let path = store.path().canonicalize().with_context(|| format!("Find {}", store.path().display()))?;
        Ok(Self { database, path: path.to_string_lossy().into_owned(), machine: machine(state)?, claim })
    }

    fn file(&self, state: &Path, ending: &str) -> PathBuf {
        state.join(format!("{}.{ending}", self.database))
    }
}

/// Asks for the right to send.
///
/// # Errors
/// When the state folder cannot be used.
pub(crate) async fn acquire(store: &Store, state: &Path) -> Result<Taken> {
    loop {
        let identity = Identity::of(store, state).await?;
        let (folder, asks) = (state.to_owned(), identity.clone());
        let taken = tokio::task::spawn_blocking(move || take(&folder, &asks)).await.context("Look at the lease")??;
        match taken {
            // Whoever sent until a moment ago was further than this database when it was looked at.
            Taken::Refused(_) if Identity::of(store, state).await?.claim != identity.claim => {}
            taken => return Ok(taken),
        }
    }
}

fn take(state: &Path, identity: &Identity) -> Result<Taken> {
    let Some(lock) = lock(state, identity)? else { return Ok(Taken::Elsewhere) };
    let record = identity.file(state, "lease");
    let known = Record::read(&record)?;
    if let Some(reason) = why_refused(known.as_ref(), identity) {
        return Ok(Taken::Refused(reason));
    }
    if known.is_none() {
        Record::of(identity).write(&record)?;
    }
    Ok(Taken::Held(Lease { record: Mutex::new(open(&record)?), _lock: lock }))
}

/// Why this database may not send; none where it may, whoever holds the right just now.
///
/// # Errors
/// When the state folder cannot be used.
pub(crate) async fn refusal(store: &Store, state: &Path) -> Result<Option<String>> {
    loop {
        let identity = Identity::of(store, state).await?;
        match why_refused(Record::read(&identity.file(state, "lease"))?.as_ref(), &identity) {
            // Another process claimed between the two looks.
            Some(_) if Identity::of(store, state).await?.claim != identity.claim => {}
            reason => return Ok(reason),
        }
    }
}

fn why_refused(known: Option<&Record>, identity: &Identity) -> Option<String> {
    match known {
        Some(known) => known.refusal(identity),
        None => (identity.claim > 0).then(|| {
            "This database has sent before, but not from this computer: it may be a copy of one that still sends. \
             Adopt it if it is the one to send from now on."
                .to_owned()
        }),
    }
}

/// Makes this database the one that sends from here. Answers the claim number that it must go on from; none where another
/// process sends right now.
///
/// # Errors
/// When the state folder cannot be used.
pub(crate) async fn adopt(state: &Path, identity: &Identity) -> Result<Option<i64>> {
    let (folder, asks) = (state.to_owned(), identity.clone());
    tokio::task::spawn_blocking(move || adopt_blocking(&folder, &asks)).await.context("Adopt the ledger")?
}

fn adopt_blocking(state: &Path, identity: &Identity) -> Result<Option<i64>> {
    let Some(_lock) = lock_soon(state, identity)? else { return Ok(None) };
    let path = identity.file(state, "lease");
    let outside = Record::read(&path)?.map_or(0, |known| known.claim);
    let mut record = Record::of(identity);
    record.claim = record.claim.max(outside);
    record.write(&path)?;
    Ok(Some(record.claim))
}

impl Lease {
    /// Brings the record in step with a claim that was committed; what was claimed may leave when this returns.
    ///
    /// # Errors
    /// When the record cannot be written: then nothing may leave.
    pub(crate) fn advance(&self, claim: i64) -> Result<()> {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        record.seek(SeekFrom::Start(0))?;
        record.write_all(claim_line(claim).as_bytes())?;
        record.sync_data().context("Keep the number of the claim")
    }
}

/// What lies outside. The number stands first and has a fixed width, so that it is rewritten in place.
#[derive(Debug, PartialEq, Eq)]
struct Record {
    claim: i64,
    machine: String,
    path: String,
}

impl Record {
    fn of(identity: &Identity) -> Self {
        Self { claim: identity.claim, machine: identity.machine.clone(), path: identity.path.clone() }
    }

    fn read(path: &Path) -> Result<Option<Self>> {
        let mut text = String::new();
        match File::open(path) {
            Ok(mut file) => file.read_to_string(&mut text).with_context(|| format!("Read {}", path.display()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("Open {}", path.display())),
        };
        let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let claim = field("claim").and_then(|claim| claim.parse().ok());
        let record = claim.zip(field("machine")).zip(field("path")).map(|((claim, machine), path)| Self {
            claim,
            machine: machine.to_owned(),
            path: path.to_owned(),
        });
        record.with_context(|| format!("{} cannot be understood; adopt the ledger to write it anew", path.display())).map(Some)
    }

    fn write(&self, path: &Path) -> Result<()> {
        let beside = path.with_extension("new");
        let mut file = File::create(&beside).with_context(|| format!("Write {}", beside.display()))?;
        write!(file, "{}machine {}\npath {}\n", claim_line(self.claim), self.machine, self.path)?;
        file.sync_all()?;
        std::fs::rename(&beside, path).with_context(|| format!("Write {}", path.display()))
    }

    fn refusal(&self, identity: &Identity) -> Option<String> {
        if self.machine != identity.machine {
            return Some("This database last sent from another computer. Adopt it if it is to send from this one now.".to_owned());
        }
        if self.path != identity.path {
            return Some(format!(
                "This is a copy: the database that sends lies at {}. Adopt this one if it is to send instead.",
                self.path
            ));
        }
        (identity.claim < self.claim).then(|| {
            "This is an earlier state of the database, such as a restored backup: what it has queued may have been sent since. \
             Look at its campaigns, then adopt it to send again."
                .to_owned()
        })
    }
}

fn claim_line(claim: i64) -> String {
    format!("claim {claim:020}\n")
}

/// As [`lock`], but whoever only looks whether it may send, as a waiting sender does now and then, is waited for.
fn lock_soon(state: &Path, identity: &Identity) -> Result<Option<File>> {
    for _ in 0..LOOKS {
        if let Some(lock) = lock(state, identity)? {
            return Ok(Some(lock));
        }
        std::thread::sleep(LOOK_TAKES);
    }
    lock(state, identity)
}

fn lock(state: &Path, identity: &Identity) -> Result<Option<File>> {
    std::fs::create_dir_all(state).with_context(|| format!("Make {}", state.display()))?;
    let lock = open(&identity.file(state, "lock"))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error).context("Ask for the right to send"),
    }
}

fn open(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    options.open(path).with_context(|| format!("Open {}", path.display()))
}

/// Names this machine: the system's own name for it, or one kept beside the records.
fn machine(state: &Path) -> Result<String> {
    let kept = state.join("machine");
    for path in [Path::new("/etc/machine-id"), &kept] {
        if let Ok(name) = std::fs::read_to_string(path)
            && !name.trim().is_empty()
        {
            return Ok(name.trim().to_owned());
        }
    }
    std::fs::create_dir_all(state).with_context(|| format!("Make {}", state.display()))?;
    let name = random_name();
    std::fs::write(&kept, &name).with_context(|| format!("Write {}", kept.display()))?;
    Ok(name)
}

fn random_name() -> String {
    crate::campaigns::token(&mut rand::rng() as &mut dyn Rng, 24)
}
