//! The practice inbox: what has come back by now.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use mail::port::{Batch, Check, CheckState, FolderCursor, InboxError, MailInbox, Reach, Received};

use crate::world::World;

/// Reads what arrived.
pub(crate) struct Inbox {
    world: Arc<World>,
}

impl Inbox {
    pub(crate) fn new(world: &Arc<World>) -> Self {
        Self { world: Arc::clone(world) }
    }
}

#[async_trait]
impl MailInbox for Inbox {
    async fn fetch(&self, cursors: &[FolderCursor], _reach: Reach, limit: usize) -> Result<Batch, InboxError> {
        let mut cursor = cursors.first().cloned().unwrap_or(FolderCursor { folder: String::new(), validity: 1, last_uid: 0 });
        let unreadable = |error: &dyn std::fmt::Display| InboxError::Unreachable(error.to_string());
        let (arrived, more) = self.world.arrived_after(cursor.last_uid, limit).map_err(|error| unreadable(&error))?;
        let mut messages = Vec::with_capacity(arrived.len());
        for message in arrived {
            cursor.last_uid = message.uid;
            let raw = fs::read(&message.path).map_err(|error| unreadable(&error))?;
            messages.push(Received { folder: cursor.folder.clone(), uid: message.uid, received_at: message.at, message: raw });
        }
        Ok(Batch { messages, cursors: vec![cursor], more })
    }

    async fn wait(&self, at_most: Duration) -> Result<(), InboxError> {
        // Both ends of the wait are answers.
        drop(tokio::time::timeout(at_most, self.world.arrival()).await);
        Ok(())
    }

    async fn check(&self) -> Vec<Check> {
        let message = "Practice: answers come from practice guests on this computer".to_owned();
        vec![Check { code: "practice".to_owned(), state: CheckState::Good, message, copy: String::new() }]
    }
}
