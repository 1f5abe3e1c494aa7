//! The account: settings in, batches out.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use mail::port::{AccountConfig, Batch, Check, FolderCursor, InboxError, MailInbox};
use secrecy::SecretString;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::folders::INBOX;
use super::session::{self, COMMAND_PATIENCE, Session, within};
use super::{check, folders, read};
use crate::settings;
use crate::wire::{Server, ServerSettings};

/// Routers forget a connection on which nothing is said for long; RFC 2177 asks for less than 29 minutes.
const LONGEST_IDLE: Duration = Duration::from_mins(9);
/// How often a server without IDLE is asked.
const POLL_PAUSE: Duration = Duration::from_mins(1);

#[derive(Deserialize)]
struct ImapSettings {
    #[serde(flatten)]
    server: ServerSettings,
    user: String,
    /// One more folder that answers are filed into.
    #[serde(default)]
    folder: Option<String>,
}

/// A mailbox on an IMAP server. Reading and waiting have a connection each, so that a wait never holds up a read.
pub(crate) struct ImapInbox {
    pub(super) server: Server,
    pub(super) user: String,
    password: SecretString,
    pub(super) folder: Option<String>,
    pub(super) address: String,
    reading: Mutex<Option<Session>>,
    waiting: Mutex<Option<Session>>,
    /// The highest UID of INBOX that was read, for mail that came between a read and a wait.
    inbox_read_up_to: AtomicU32,
}

impl ImapInbox {
    pub(crate) fn new(account: &AccountConfig) -> Result<Self, String> {
        let settings: ImapSettings = settings::read(account)?;
        Ok(Self {
            server: Server::new(&settings.server)?,
            user: settings.user,
            folder: settings.folder,
            password: settings::secret(account, "password")?,
            address: account.address.clone(),
            reading: Mutex::new(None),
            waiting: Mutex::new(None),
            inbox_read_up_to: AtomicU32::new(u32::MAX),
        })
    }

    pub(super) async fn session(&self) -> Result<Session, InboxError> {
        session::open(&self.server, &self.user, &self.password).await
    }

    /// Whether INBOX holds more than was read; in the session that was kept, if it still lives.
    async fn look(&self, kept: Option<Session>) -> Result<(Session, bool), InboxError> {
        if let Some(mut session) = kept {
            match self.has_news(&mut session).await {
                Ok(has_news) => return Ok((session, has_news)),
                Err(InboxError::Unreachable(_)) => {}
                Err(other) => return Err(other),
            }
        }
        let mut session = self.session().await?;
        let has_news = self.has_news(&mut session).await?;
        Ok((session, has_news))
    }

    async fn has_news(&self, session: &mut Session) -> Result<bool, InboxError> {
        let mailbox = within(COMMAND_PATIENCE, session.examine(INBOX)).await?;
        Ok(read::newest_uid(session, &mailbox).await? > self.inbox_read_up_to.load(Ordering::Relaxed))
    }

    async fn read_folders(&self, session: &mut Session, cursors: &[FolderCursor], limit: usize) -> Result<Batch, InboxError> {
        let mut batch = Batch::default();
        for folder in folders::to_read(session, self.folder.as_deref()).await? {
            let cursor = cursors.iter().find(|cursor| cursor.folder == folder);
            let room = limit.saturating_sub(batch.messages.len());
            if room == 0 {
                batch.more = true;
                break;
            }
            let read = read::folder(session, &folder, cursor, room).await?;
            if folder == INBOX {
                self.inbox_read_up_to.store(u32::try_from(read.cursor.last_uid).unwrap_or(u32::MAX), Ordering::Relaxed);
            }
            batch.more |= read.more;
            batch.messages.extend(read.messages);
            batch.cursors.push(read.cursor);
        }
        Ok(batch)
    }
}

#[async_trait]
impl MailInbox for ImapInbox {
    async fn fetch(&self, cursors: &[FolderCursor], limit: usize) -> Result<Batch, InboxError> {
        let mut kept = self.reading.lock().await;
        // A session that fails, or whose reading is dropped half-way, is not used again.
        if let Some(mut session) = kept.take() {
            match self.read_folders(&mut session, cursors, limit.max(1)).await {
                Ok(batch) => {
                    *kept = Some(session);
                    return Ok(batch);
                }
                // The server hung up between two reads; that is no news.
                Err(InboxError::Unreachable(_)) => {}
                Err(other) => return Err(other),
            }
        }
        let mut session = self.session().await?;
        let batch = self.read_folders(&mut session, cursors, limit.max(1)).await?;
        *kept = Some(session);
        Ok(batch)
    }

    async fn wait(&self, at_most: Duration) -> Result<(), InboxError> {
        let mut kept = self.waiting.lock().await;
        let (mut session, has_news) = self.look(kept.take()).await?;
        if has_news {
            *kept = Some(session);
            return Ok(());
        }
        if within(COMMAND_PATIENCE, session.capabilities()).await?.has_str("IDLE") {
            *kept = Some(idle(session, at_most.min(LONGEST_IDLE)).await?);
        } else {
            *kept = Some(session);
            tokio::time::sleep(at_most.min(POLL_PAUSE)).await;
        }
        Ok(())
    }

    async fn check(&self) -> Vec<Check> {
        check::run(self).await
    }
}

/// IDLE (RFC 2177) until the server speaks.
async fn idle(session: Session, at_most: Duration) -> Result<Session, InboxError> {
    let mut idle = session.idle();
    within(COMMAND_PATIENCE, idle.init()).await?;
    {
        let (news, _stop) = idle.wait_with_timeout(at_most);
        if let Ok(Err(error)) = timeout(at_most, news).await {
            return Err(session::inbox_error(&error));
        }
    }
    within(COMMAND_PATIENCE, idle.done()).await
}
