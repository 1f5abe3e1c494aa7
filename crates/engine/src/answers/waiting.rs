//! A message that waits for the organizer, together with what is made of it now.

use anyhow::Result;
use mail::incoming::{Answer, Incoming};
use store::invitation::Invitation;
use store::receipt::{self, About, MatchedBy, Receipt, State, evidence};
use store::{Reader, account};

use super::judge::{self, InboxFacts, Said, Verdict};
use super::pull;
use crate::{Code, Failure};

/// A message as the organizer looks at it.
pub(super) struct Waiting {
    pub(super) receipt: Receipt,
    pub(super) incoming: Incoming,
    pub(super) raw: Vec<u8>,
    pub(super) facts: InboxFacts,
    /// The invitation that it names, and by what.
    pub(super) named: Option<(Invitation, MatchedBy)>,
}

/// The row that an id names.
pub(super) fn row(id: &str) -> Result<i64> {
    id.parse().map_err(|_| missing(id))
}

pub(super) fn missing(id: &str) -> anyhow::Error {
    Failure::new(Code::NotFound, "This message is no longer there.").with("what", "receipt").with("name", id).into()
}

fn let_go(receipt: &Receipt) -> anyhow::Error {
    let sentence = format!("“{}” itself is no longer kept, so nothing more can be made of it. What it said stays.", receipt.subject);
    Failure::new(Code::NotFound, sentence).with("what", "message").with("name", receipt.id).into()
}

impl Waiting {
    pub(super) fn load(r: &Reader<'_>, id: i64) -> Result<Self> {
        let receipt = receipt::get(r, id)?.ok_or_else(|| missing(&id.to_string()))?;
        let raw = receipt::raw(r, id)?.ok_or_else(|| let_go(&receipt))?;
        let incoming = mail::incoming::read(&raw);
        let inbox = receipt.inbox.map(|inbox| account::get(r, inbox)).transpose()?.flatten();
        let nowhere =
            || InboxFacts { account: receipt.inbox.unwrap_or_default(), address: String::new(), authserv_id: None, takes_commands: false };
        let facts = inbox.as_ref().map_or_else(nowhere, pull::facts);
        let named = judge::invitation_of(r, &incoming)?;
        Ok(Self { receipt, incoming, raw, facts, named })
    }

    /// Refused where it was ruled on already.
    pub(super) fn expect_waiting(&self) -> Result<()> {
        if self.receipt.state == State::Desk {
            return Ok(());
        }
        let sentence = format!("“{}” does not wait for a ruling any more.", self.receipt.subject);
        Err(Failure::new(Code::WrongState, sentence).with("state", self.receipt.state.as_str()).into())
    }

    /// What is made of it by what is known now.
    pub(super) fn verdict(&self, r: &Reader<'_>) -> Result<Option<Verdict>> {
        judge::judge(r, &self.facts, &self.incoming, self.receipt.received_at)
    }

    /// The same where the sender is who they say.
    pub(super) fn verdict_confirmed(&self, r: &Reader<'_>) -> Result<Option<Verdict>> {
        judge::judge_confirmed(r, &self.facts, &self.incoming, self.receipt.received_at)
    }

    /// Why the inbox's own server could not confirm the sender.
    pub(super) fn doubt(&self) -> Option<String> {
        judge::doubt(&self.facts, &self.incoming)
    }

    /// What it was tied to, by token or UID.
    pub(super) fn about(&self) -> About {
        self.named.as_ref().map_or_else(About::default, |(invitation, by)| About {
            invitation: Some(invitation.id),
            delivery: None,
            guest: Some(invitation.guest),
            matched_by: Some(*by),
        })
    }

    /// The answers of whoever answers first in it.
    fn answers(&self) -> impl Iterator<Item = &Answer> {
        let first = self.incoming.answers.first().map(|answer| answer.attendee.as_str()).unwrap_or_default();
        self.incoming.answers.iter().filter(move |answer| answer.attendee == first)
    }

    /// What is said in it, whoever says it.
    pub(super) fn said(&self) -> Vec<Said> {
        self.answers().filter_map(|answer| judge::said_in(answer, &self.incoming, self.receipt.received_at)).collect()
    }

    /// Whoever wrote it, normalised: the first of ATTENDEE and From that is not the guest of the invitation it names.
    pub(super) fn other_address(&self, r: &Reader<'_>) -> Result<Option<String>> {
        let attendee = self.incoming.answers.first().map(|answer| answer.attendee.as_str()).unwrap_or_default();
        for address in [attendee, &self.incoming.from] {
            let address = judge::normalised(address);
            let is_guest = match &self.named {
                Some((invitation, _)) => judge::is_guest(r, invitation, &address)?,
                None => evidence::guest_of(r, &address)?.is_some(),
            };
            if address.contains('@') && !is_guest {
                return Ok(Some(address));
            }
        }
        Ok(None)
    }

    /// Whom the guest passed the invitation on to.
    pub(super) fn delegate(&self) -> Option<&str> {
        self.incoming.answers.iter().find_map(|answer| answer.delegated_to.as_deref())
    }

    /// The name that whoever wrote it goes by; may be empty.
    pub(super) fn name(&self) -> &str {
        let own = self.incoming.answers.first().map(|answer| answer.name.as_str()).filter(|name| !name.is_empty() && !name.contains('@'));
        own.unwrap_or(&self.incoming.from_name)
    }
}
