//! An account that is changed while it sends: another server, another password, another rate hold for the next message.

use anyhow::Result;
use store::account::{self, Account};
use store::secret::{self, Sealed};

use super::desk::Desk;
use crate::accounts::CHECKED;
use crate::campaigns::accounts;
use crate::{Engine, Failure};

/// Everything of an account that a message leaves by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    kind: String,
    address: String,
    settings: serde_json::Value,
    secrets: Vec<(String, Sealed)>,
}

impl Opened {
    /// The account as it is now; none where it was removed.
    pub(super) async fn read(engine: &Engine, id: i64) -> Result<Option<Self>> {
        let (found, secrets) = engine.store().read(move |r| Ok((account::get(r, id)?, secret::of_account(r, id)?))).await?;
        Ok(found.map(|Account { kind, address, mut settings, .. }| {
            // What was found of it is no part of it.
            settings.as_object_mut().map(|fields| fields.remove(CHECKED));
            Self { kind, address, settings, secrets }
        }))
    }
}

impl Desk {
    /// Goes on with the account as it is now. What is on its way ends as it began.
    pub(super) async fn renew(&mut self) -> Result<()> {
        let now = Opened::read(&self.engine, self.account).await?;
        if now == self.opened {
            return Ok(());
        }
        match accounts::sender(&self.engine, self.account).await {
            Ok(sender) => self.sender = sender,
            Err(error) => {
                self.take_back(|_| true);
                self.hold_for(format!("Sending waits: {}", Failure::from(error).message), super::desk::LOOK_EVERY);
                return Ok(());
            }
        }
        self.opened = now;
        // Messages carry the account's address, and lines its server: both are made anew.
        self.stock.clear();
        self.campaigns.iter_mut().for_each(super::running::Running::forget);
        self.queue.retire_lines();
        self.take_back(|_| true);
        self.starts_anew();
        Ok(())
    }
}
