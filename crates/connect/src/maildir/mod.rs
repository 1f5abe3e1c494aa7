//! A Maildir on this computer: one file a message, in `new/` and `cur/`. It is read and never changed.
//!
//! A file's name does not say when it arrived (restored and moved files keep theirs), and there is no place of our own to keep numbers in. What
//! only grows is the moment a file came to stand where it stands: the inode's change time. It is the UID's upper part; the rank among files
//! of the same moment is the lower. A file that its mail program renames (to mark it read) gets a new UID: it is read again, and whoever
//! reads knows the message by its content.

mod listing;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use mail::incoming::LONGEST_MESSAGE;
use mail::port::{AccountConfig, Batch, Check, FolderCursor, InboxError, MailInbox, Reach, Received};
use serde::Deserialize;
use tokio::io::AsyncReadExt as _;

use crate::settings::{self, bad, good};
use listing::{Entry, FolderTimes};

/// The numbering never starts again, so this never changes.
const VALIDITY: u64 = 1;
const LOOK_PAUSE: Duration = Duration::from_secs(1);

#[derive(Deserialize)]
struct MaildirSettings {
    path: PathBuf,
}

/// A Maildir on this computer.
pub(crate) struct Maildir {
    path: PathBuf,
    /// The folders' times before the last listing, for mail that came between a read and a wait.
    listed_at: Mutex<Option<FolderTimes>>,
}

impl Maildir {
    pub(crate) fn new(account: &AccountConfig) -> Result<Self, String> {
        let settings: MaildirSettings = settings::read(account)?;
        Ok(Self { path: settings.path, listed_at: Mutex::new(None) })
    }

    async fn list(&self) -> Result<Vec<Entry>, InboxError> {
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || listing::settled(&path))
            .await
            .map_err(|error| InboxError::Unreachable(error.to_string()))?
            .map_err(|error| {
                InboxError::Unreachable(format!(
                    "The Maildir {} cannot be read: {error}. It needs the folders new and cur.",
                    self.path.display()
                ))
            })
    }
}

#[async_trait]
impl MailInbox for Maildir {
    async fn fetch(&self, cursors: &[FolderCursor], reach: Reach, limit: usize) -> Result<Batch, InboxError> {
        *self.listed_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(listing::changed_at(&self.path));
        let entries = self.list().await?;
        let known = cursors.iter().find(|cursor| cursor.validity == VALIDITY && cursor.folder.is_empty());
        let read_up_to = known.map_or_else(|| listing::before(&entries, reach), |cursor| cursor.last_uid);
        let fresh = listing::after(&entries, read_up_to);
        let chosen = listing::whole_moments(fresh, limit.max(1));
        let mut batch = Batch { more: chosen.len() < fresh.len(), ..Batch::default() };
        for entry in chosen {
            // A file that was renamed meanwhile has a later moment and comes next time.
            match read(&entry.path).await {
                Ok(message) => {
                    batch.messages.push(Received { folder: String::new(), uid: entry.uid, received_at: entry.written_at, message });
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(InboxError::Unreachable(format!("{} cannot be read: {error}.", entry.path.display()))),
            }
        }
        let last_uid = chosen.last().map_or(read_up_to, |entry| entry.uid);
        batch.cursors.push(FolderCursor { folder: String::new(), validity: VALIDITY, last_uid });
        Ok(batch)
    }

    async fn wait(&self, at_most: Duration) -> Result<(), InboxError> {
        let before = self.listed_at.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_else(|| listing::changed_at(&self.path));
        let watch = async {
            while listing::changed_at(&self.path) == before {
                tokio::time::sleep(LOOK_PAUSE).await;
            }
        };
        let _ = tokio::time::timeout(at_most, watch).await;
        Ok(())
    }

    async fn check(&self) -> Vec<Check> {
        vec![match self.list().await {
            Ok(entries) => good("folder", format!("{} holds {} messages; nothing there is changed.", self.path.display(), entries.len())),
            Err(error) => bad("folder", error.to_string()),
        }]
    }
}

/// A message, or the beginning of a long one.
async fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut message = Vec::new();
    tokio::fs::File::open(path).await?.take(LONGEST_MESSAGE as u64).read_to_end(&mut message).await?;
    Ok(message)
}
