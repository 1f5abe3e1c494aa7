//! The folder behind the practice world: what was sent, what is coming, what has arrived, and how far time is.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use mail::port::{Practice, PracticeState};
use tokio::sync::Notify;

/// A practice world in its folder.
pub struct World {
    folder: PathBuf,
    seed: u64,
    real: RealTime,
    ledger: Mutex<Ledger>,
    arrived: Notify,
}

/// What the computer's clock says.
pub type RealTime = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// Why the practice world cannot go on.
#[derive(Debug, thiserror::Error)]
#[error("the practice folder {path} cannot be used: {source}")]
pub struct WorldError {
    path: String,
    source: io::Error,
}

/// A message in the practice inbox.
pub(crate) struct Arrived {
    pub(crate) uid: u64,
    pub(crate) at: Timestamp,
    pub(crate) path: PathBuf,
}

struct Ledger {
    ahead: SignedDuration,
    sent: u64,
    coming: Vec<(Timestamp, u64)>,
    scheduled: u64,
    last_uid: u64,
}

impl World {
    /// Opens the world in `folder`, or begins one. `seed` decides who answers what and when; `real` tells the time.
    ///
    /// # Errors
    /// When the folder cannot be used.
    pub fn open(folder: &Path, seed: u64, real: RealTime) -> Result<Self, WorldError> {
        for part in ["outbox", "coming", "inbox"] {
            let path = folder.join(part);
            fs::create_dir_all(&path).map_err(|source| fault(&path, source))?;
        }
        let ledger = Ledger {
            ahead: SignedDuration::from_millis(
                fs::read_to_string(folder.join("ahead")).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0),
            ),
            sent: numbers(&folder.join("outbox"))?.into_iter().map(|(number, _)| number).max().unwrap_or(0),
            coming: numbers(&folder.join("coming"))?
                .into_iter()
                .filter_map(|(number, millis)| Some((Timestamp::from_millisecond(millis?).ok()?, number)))
                .collect(),
            scheduled: numbers(&folder.join("coming"))?.into_iter().map(|(number, _)| number).max().unwrap_or(0),
            last_uid: numbers(&folder.join("inbox"))?.into_iter().map(|(number, _)| number).max().unwrap_or(0),
        };
        Ok(Self { folder: folder.to_owned(), seed, real, ledger: Mutex::new(ledger), arrived: Notify::new() })
    }

    /// Where sent messages lie, one file each.
    #[must_use]
    pub fn outbox(&self) -> PathBuf {
        self.folder.join("outbox")
    }

    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// Keeps a sent message.
    pub(crate) fn keep(&self, message: &[u8]) -> Result<u64, WorldError> {
        let number = {
            let mut ledger = self.ledger();
            ledger.sent += 1;
            ledger.sent
        };
        let path = self.outbox().join(format!("{number:08}.eml"));
        fs::write(&path, message).map_err(|source| fault(&path, source))?;
        Ok(number)
    }

    /// Lets a message come back at `at`.
    pub(crate) fn schedule(&self, at: Timestamp, message: &[u8]) -> Result<(), WorldError> {
        let number = {
            let mut ledger = self.ledger();
            ledger.scheduled += 1;
            ledger.scheduled
        };
        let path = self.coming_path(at, number);
        fs::write(&path, message).map_err(|source| fault(&path, source))?;
        self.ledger().coming.push((at, number));
        Ok(())
    }

    /// What arrived after `last_uid`, in order, at most `limit` of it, and whether there is more.
    pub(crate) fn arrived_after(&self, last_uid: u64, limit: usize) -> Result<(Vec<Arrived>, bool), WorldError> {
        self.deliver(&mut self.ledger())?;
        let folder = self.folder.join("inbox");
        let mut found: Vec<Arrived> = numbers(&folder)?
            .into_iter()
            .filter(|(uid, _)| *uid > last_uid)
            .filter_map(|(uid, millis)| {
                let at = Timestamp::from_millisecond(millis?).ok()?;
                Some(Arrived { uid, at, path: folder.join(name(uid, at)) })
            })
            .collect();
        found.sort_by_key(|message| message.uid);
        let more = found.len() > limit;
        found.truncate(limit);
        Ok((found, more))
    }

    pub(crate) async fn arrival(&self) {
        self.arrived.notified().await;
    }

    fn pass(&self, by: SignedDuration) -> Result<(), WorldError> {
        let mut ledger = self.ledger();
        ledger.ahead += by;
        let path = self.folder.join("ahead");
        fs::write(&path, ledger.ahead.as_millis().to_string()).map_err(|source| fault(&path, source))?;
        self.deliver(&mut ledger)
    }

    fn deliver(&self, ledger: &mut Ledger) -> Result<(), WorldError> {
        let now = self.time(ledger);
        ledger.coming.sort_unstable();
        let due = ledger.coming.partition_point(|(at, _)| *at <= now);
        let coming = ledger.coming.split_off(due);
        for (at, number) in std::mem::replace(&mut ledger.coming, coming) {
            ledger.last_uid += 1;
            let path = self.coming_path(at, number);
            fs::rename(&path, self.folder.join("inbox").join(name(ledger.last_uid, at))).map_err(|source| fault(&path, source))?;
        }
        Ok(())
    }

    fn time(&self, ledger: &Ledger) -> Timestamp {
        let real = (self.real)();
        real.saturating_add(ledger.ahead).unwrap_or(real)
    }

    fn coming_path(&self, at: Timestamp, number: u64) -> PathBuf {
        self.folder.join("coming").join(name(number, at))
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        // Whoever panicked left whole files behind: the counts may be taken over.
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Practice for World {
    fn now(&self) -> Timestamp {
        self.time(&self.ledger())
    }

    fn advance(&self, by: SignedDuration) -> Result<PracticeState, String> {
        self.pass(by).map_err(|error| error.to_string())?;
        self.arrived.notify_waiters();
        Ok(self.state())
    }

    fn state(&self) -> PracticeState {
        let ledger = self.ledger();
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        PracticeState { sent: count(ledger.sent), arrived: count(ledger.last_uid), coming: ledger.coming.len() }
    }

    fn next_arrival(&self) -> Option<Timestamp> {
        self.ledger().coming.iter().map(|(at, _)| *at).min()
    }

    fn last_arrival(&self) -> Option<Timestamp> {
        self.ledger().coming.iter().map(|(at, _)| *at).max()
    }
}

fn name(number: u64, at: Timestamp) -> String {
    format!("{number:08}-{}.eml", at.as_millisecond())
}

/// The numbers that the names of a folder's files begin with, and the instants that follow them.
fn numbers(folder: &Path) -> Result<Vec<(u64, Option<i64>)>, WorldError> {
    let entries = fs::read_dir(folder).map_err(|source| fault(folder, source))?;
    let parse = |name: &str| {
        let stem = name.strip_suffix(".eml")?;
        let (number, millis) = stem.split_once('-').map_or((stem, None), |(number, millis)| (number, millis.parse().ok()));
        Some((number.parse().ok()?, millis))
    };
    Ok(entries.filter_map(|entry| parse(entry.ok()?.file_name().to_str()?)).collect())
}

fn fault(path: &Path, source: io::Error) -> WorldError {
    WorldError { path: path.display().to_string(), source }
}
