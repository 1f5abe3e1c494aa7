//! A session that reads, and what it knows of the mailbox.

use std::time::Duration;

use mail::port::{Batch, FolderCursor, InboxError, Place, Reach};
use tokio::time::Instant;

use super::read::{self, Extent, Wanted};
use super::session::{COMMAND_PATIENCE, Session, within};
use super::{filing, folders};

/// Folders come and go seldom.
const LISTING_LASTS: Duration = Duration::from_mins(10);

/// A session with the folders that it reads.
pub(super) struct Reading {
    session: Session,
    folders: Vec<String>,
    listed_at: Instant,
    /// The folder that is open: STATUS says nothing sure of it (RFC 3501 §6.3.10).
    open: Option<String>,
    /// How far it goes, where it is open to be read.
    extent: Option<Extent>,
}

impl Reading {
    pub(super) async fn begin(mut session: Session, also: &[String]) -> Result<Self, InboxError> {
        let folders = folders::to_read(&mut session, also).await?;
        Ok(Self { session, folders, listed_at: Instant::now(), open: None, extent: None })
    }

    /// What is new in each folder, one after the other. Where nothing is, a folder costs one command.
    pub(super) async fn next(
        &mut self,
        also: &[String],
        cursors: &[FolderCursor],
        reach: Reach,
        limit: usize,
    ) -> Result<Batch, InboxError> {
        if self.listed_at.elapsed() > LISTING_LASTS {
            self.folders = folders::to_read(&mut self.session, also).await?;
            self.listed_at = Instant::now();
        }
        let mut batch = Batch::default();
        for folder in self.folders.clone() {
            let cursor = cursors.iter().find(|cursor| cursor.folder == folder);
            if let Some(cursor) = cursor
                && !self.may_have_news(cursor).await?
            {
                batch.cursors.push(cursor.clone());
                continue;
            }
            let room = limit.saturating_sub(batch.messages.len());
            if room == 0 {
                batch.more = true;
                break;
            }
            self.open = Some(folder.clone());
            let read = read::folder(&mut self.session, &folder, cursor, Wanted { reach, limit: room }, self.extent.take()).await?;
            self.extent = Some(read.extent);
            batch.messages.extend(read.messages);
            batch.cursors.push(read.cursor);
            if read.more {
                // The others come after all of it.
                batch.more = true;
                break;
            }
        }
        Ok(batch)
    }

    /// Puts handled messages into a folder.
    pub(super) async fn put_away(&mut self, into: &str, handled: &[Place]) -> Result<(), InboxError> {
        self.extent = None;
        let left_open = filing::put_away(&mut self.session, into, handled).await?;
        self.open = left_open.or_else(|| self.open.take());
        Ok(())
    }

    /// False only where the server says that no message came. Flags are of no interest, so what CONDSTORE would add is not asked for.
    async fn may_have_news(&mut self, cursor: &FolderCursor) -> Result<bool, InboxError> {
        if self.open.as_ref() == Some(&cursor.folder) {
            return Ok(true);
        }
        let status = within(COMMAND_PATIENCE, self.session.status(&cursor.folder, "(UIDNEXT UIDVALIDITY)")).await?;
        Ok(match (status.uid_validity, status.uid_next) {
            (Some(validity), Some(next)) => u64::from(validity) != cursor.validity || u64::from(next) > cursor.last_uid + 1,
            _ => true,
        })
    }
}
