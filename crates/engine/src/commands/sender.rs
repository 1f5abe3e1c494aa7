//! Who sent a message to an address that takes commands, and whether they may.

use mail::authentication::{Confirmation, confirmation};
use mail::incoming::Incoming;
use store::mail_command::NewCommand;

use super::form::normalised;

/// What is known of who sent a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sender {
    /// They may command, and are who they say.
    Trusted(String),
    /// It may be anybody: why, in a sentence.
    Refused(String),
}

/// Whether a message may command. Exchange names in From for whom a delegate acts, and in Sender the delegate.
pub(super) fn of(does: &NewCommand, authserv_id: Option<&str>, incoming: &Incoming) -> Sender {
    let named = [Some(&incoming.from), incoming.sender.as_ref()];
    let allowed = named.into_iter().flatten().map(|address| normalised(address)).find(|address| does.allowed.contains(address));
    let Some(who) = allowed else {
        let who = if incoming.from.is_empty() { "Somebody without a name" } else { &incoming.from };
        return Sender::Refused(format!("{who} is not among those who may send invitations to {}", does.address));
    };
    match confirmation(&incoming.authentication_results, authserv_id, &who, incoming.sender.as_deref()) {
        Confirmation::Confirmed => Sender::Trusted(who),
        Confirmation::Silent if does.trusts_silence => Sender::Trusted(who),
        Confirmation::Silent => Sender::Refused(format!(
            "Nobody checked whether {who} sent it: the inbox's server says nothing of it, and {} does not take what nobody checked",
            does.address
        )),
        Confirmation::Failed(why) => Sender::Refused(why),
    }
}
