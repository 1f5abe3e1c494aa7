//! The account: settings in, batches out.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use calendar::remote::RemoteFailure;
use mail::port::{AccountConfig, Batch, Check, FolderCursor, InboxError, MailInbox, Place, Reach};
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::folders::INBOX;
use super::reading::Reading;
use super::session::{self, COMMAND_PATIENCE, Session, within};
use super::{check, read};
use crate::oauth::MailTokens;
use crate::settings::{self, Login, LoginKind};
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
    #[serde(default)]
    login: LoginKind,
    /// Further folders that answers are filed into.
    #[serde(default)]
    folders: Vec<String>,
    /// Where handled messages are put; none where they stay.
    #[serde(default)]
    handled: Option<String>,
}

/// A mailbox on an IMAP server. Reading and waiting have a connection each, so that a wait never holds up a read.
pub(crate) struct ImapInbox {
    pub(super) server: Server,
    pub(super) login: Login,
    pub(super) folders: Vec<String>,
    pub(super) handled: Option<String>,
    pub(super) address: String,
    reading: Mutex<Option<Reading>>,
    waiting: Mutex<Option<Session>>,
    /// The highest UID of INBOX that was read, for mail that came between a read and a wait.
    inbox_read_up_to: AtomicU32,
}

impl ImapInbox {
    pub(crate) fn new(account: &AccountConfig, tokens: Option<MailTokens>) -> Result<Self, String> {
        let settings: ImapSettings = settings::read(account)?;
        Ok(Self {
            server: Server::new(&settings.server)?,
            login: Login::read(account, settings.user, settings.login, tokens)?,
            folders: settings.folders,
            handled: settings.handled.filter(|name| !name.is_empty()),
            address: account.address.clone(),
            reading: Mutex::new(None),
            waiting: Mutex::new(None),
            inbox_read_up_to: AtomicU32::new(u32::MAX),
        })
    }

    pub(super) async fn session(&self) -> Result<Session, InboxError> {
        let shown = self.login.shown().await.map_err(without_consent)?;
        match session::open(&self.server, &self.login, &shown).await {
            Err(InboxError::NeedsLogin(_)) if self.login.has_another(&shown).await => {
                let shown = self.login.shown().await.map_err(without_consent)?;
                session::open(&self.server, &self.login, &shown).await.map_err(|error| match error {
                    InboxError::NeedsLogin(words) => InboxError::NeedsLogin(self.login.refused(&words)),
                    other => other,
                })
            }
            outcome => outcome,
        }
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
        let mailbox = session::examine(session, INBOX).await?;
        Ok(read::newest_uid(session, &mailbox).await? > self.inbox_read_up_to.load(Ordering::Relaxed))
    }

    /// Remembers how far INBOX was read.
    fn note(&self, batch: &Batch) {
        if let Some(cursor) = batch.cursors.iter().find(|cursor| cursor.folder == INBOX) {
            self.inbox_read_up_to.store(u32::try_from(cursor.last_uid).unwrap_or(u32::MAX), Ordering::Relaxed);
        }
    }

    async fn begin(&self) -> Result<Reading, InboxError> {
        Reading::begin(self.session().await?, &self.folders).await
    }
}

#[async_trait]
impl MailInbox for ImapInbox {
    async fn fetch(&self, cursors: &[FolderCursor], reach: Reach, limit: usize) -> Result<Batch, InboxError> {
        let mut kept = self.reading.lock().await;
        // A session that fails, or whose reading is dropped half-way, is not used again.
        if let Some(mut reading) = kept.take() {
            match reading.next(&self.folders, cursors, reach, limit.max(1)).await {
                Ok(batch) => {
                    self.note(&batch);
                    *kept = Some(reading);
                    return Ok(batch);
                }
                // The server hung up between two reads; that is no news.
                Err(InboxError::Unreachable(_)) => {}
                Err(other) => return Err(other),
            }
        }
        let mut reading = self.begin().await?;
        let batch = reading.next(&self.folders, cursors, reach, limit.max(1)).await?;
        self.note(&batch);
        *kept = Some(reading);
        Ok(batch)
    }

    fn files_handled(&self) -> bool {
        self.handled.is_some()
    }

    async fn file(&self, handled: &[Place]) -> Result<(), InboxError> {
        let Some(into) = self.handled.as_deref().filter(|_| !handled.is_empty()) else { return Ok(()) };
        let mut kept = self.reading.lock().await;
        let mut reading = match kept.take() {
            Some(reading) => reading,
            None => self.begin().await?,
        };
        reading.put_away(into, handled).await?;
        *kept = Some(reading);
        Ok(())
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

/// There is nothing to log in with.
fn without_consent(failure: RemoteFailure) -> InboxError {
    match failure {
        RemoteFailure::Later { reason, .. } => InboxError::Unreachable(reason),
        other => InboxError::NeedsLogin(other.to_string()),
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
