//! What sending needs to know of accounts.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use mail::address;
use mail::invitation::NamedAddress;
use mail::port::MailSender;
use store::account::{self, Account};
use store::campaign::Campaign;

use crate::Engine;
use crate::accounts::view::OwnLimits;

/// Who a campaign is from and where answers to it go.
#[derive(Clone, Debug)]
pub(crate) struct Parties {
    /// The name that guests see; may be empty.
    pub(crate) name: String,
    from: String,
    inbox: Option<String>,
    plus: bool,
}

impl Parties {
    fn new(sender: &Account, inbox: Option<&Account>) -> Self {
        let name = |account: &Account| account.settings.get("name").and_then(|name| name.as_str()).unwrap_or_default().to_owned();
        Self {
            name: name(sender),
            from: sender.address.clone(),
            inbox: inbox.map(|inbox| inbox.address.clone()),
            plus: inbox.is_some_and(has_plus),
        }
    }

    /// From.
    pub(crate) fn from(&self) -> NamedAddress<'_> {
        NamedAddress { address: &self.from, name: &self.name }
    }

    /// Where answers go: the inbox, or the sender where there is none.
    pub(crate) fn answers(&self) -> &str {
        self.inbox.as_deref().unwrap_or(&self.from)
    }

    /// ORGANIZER of a new invitation: the inbox, with the token where it was seen to arrive.
    pub(crate) fn organizer(&self, token: &str) -> String {
        if self.plus { address::plus(self.answers(), token) } else { self.answers().to_owned() }
    }

    /// The envelope's sender, to which bounces come back. Of another domain than From it would fail SPF.
    pub(crate) fn envelope(&self, token: &str) -> String {
        let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase());
        match &self.inbox {
            Some(inbox) if domain(inbox) == domain(&self.from) && !token.is_empty() => self.organizer(token),
            _ => self.from.clone(),
        }
    }

    /// Addresses that calendars let answer nothing.
    pub(crate) fn own_addresses(&self) -> Vec<&str> {
        self.inbox.as_deref().into_iter().collect()
    }
}

fn has_plus(inbox: &Account) -> bool {
    inbox.settings.get("plus_addressing").and_then(serde_json::Value::as_bool).unwrap_or(false)
}

/// Who a campaign is from and where answers go.
pub(crate) async fn parties(engine: &Engine, campaign: &Campaign) -> Result<Parties> {
    let (sender, inbox) = (campaign.sender.context("the campaign has no sender")?, campaign.inbox);
    engine
        .store()
        .read(move |r| {
            let sender = account::get(r, sender)?.context("the campaign's sender was removed")?;
            let inbox = match inbox {
                Some(inbox) => account::get(r, inbox)?,
                None => None,
            };
            Ok(Parties::new(&sender, inbox.as_ref()))
        })
        .await
}

/// The sender behind an account.
pub(crate) async fn sender(engine: &Engine, id: i64) -> Result<Arc<dyn MailSender>> {
    crate::accounts::sender(engine, id).await
}

/// The organizer's own limits for an account.
pub(crate) async fn own_limits(engine: &Engine, id: i64) -> Result<OwnLimits> {
    let account = engine.store().read(move |r| account::get(r, id)).await?;
    Ok(account.map(|account| OwnLimits::of(&account.settings)).unwrap_or_default())
}
