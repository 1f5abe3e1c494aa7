//! The practice sender: keeps each message on this computer and lets its guest decide what to do.

use std::sync::Arc;

use async_trait::async_trait;
use mail::port::{AccountConfig, Check, CheckState, Limits, MailSender, Outgoing, SendOutcome, SenderLine};

use crate::guest;
use crate::world::World;

/// Sends nowhere.
pub(crate) struct Outbox {
    world: Arc<World>,
    per_second: Option<f64>,
}

impl Outbox {
    pub(crate) fn new(world: &Arc<World>, account: &AccountConfig) -> Self {
        Self { world: Arc::clone(world), per_second: account.settings.get("per_second").and_then(serde_json::Value::as_f64) }
    }
}

#[async_trait]
impl MailSender for Outbox {
    async fn open(&self) -> Result<Box<dyn SenderLine>, SendOutcome> {
        Ok(Box::new(Line { world: Arc::clone(&self.world) }))
    }

    async fn limits(&self) -> Result<Limits, SendOutcome> {
        Ok(Limits { per_second: self.per_second, per_day: None, sent_last_day: 0, connections: 2 })
    }

    async fn check(&self) -> Vec<Check> {
        let message = format!("Practice: every message stays on this computer, in {}", self.world.outbox().display());
        vec![Check { code: "practice".to_owned(), state: CheckState::Good, message, copy: String::new() }]
    }
}

struct Line {
    world: Arc<World>,
}

#[async_trait]
impl SenderLine for Line {
    async fn send(&mut self, message: &Outgoing) -> SendOutcome {
        match self.world.keep(&message.message).and_then(|number| guest::receive(&self.world, message).map(|()| number)) {
            Ok(number) => SendOutcome::Accepted { remote_id: format!("practice-{number}") },
            Err(error) => SendOutcome::AccountStopped { reason: error.to_string(), until: None },
        }
    }

    fn is_open(&self) -> bool {
        true
    }

    async fn close(self: Box<Self>) {}
}
