//! A test to the organizer's own address: it leaves as the real thing would, and counts nowhere.

use anyhow::Result;
use mail::address::Address;
use mail::port::SendOutcome;

use super::{accounts, preview, status};
use crate::Engine;
use crate::error::{Code, Failure};

/// What a test's subject begins with.
const MARK: &str = "[Test] ";

/// Sends a test to an address of the organizer's; it counts nowhere.
///
/// # Errors
/// [`Code::InvalidInput`], or what the account answered.
pub async fn test_campaign(engine: &Engine, id: &str, to: &str) -> Result<()> {
    let to = Address::parse(to).map_err(|problem| super::draft::invalid("to", format!("A test cannot be sent there: {problem}.")))?;
    let (mut outgoing, _) = preview::example(engine, id, "", "", Some(to.normalised)).await?;
    outgoing.message = marked(&outgoing.message).into();
    "test".clone_into(&mut outgoing.tag);
    let (campaign, _) = status::read(engine, super::row(id, "campaign")?).await?;
    let Some(account) = campaign.sender else {
        return Err(super::draft::invalid("sender", "Choose the account that sends.".to_owned()));
    };
    let sender = accounts::sender(engine, account).await?;
    let outcome = match sender.open().await {
        Ok(mut line) => {
            let outcome = line.send(&outgoing).await;
            line.close().await;
            outcome
        }
        Err(outcome) => outcome,
    };
    let (code, reason) = match outcome {
        SendOutcome::Accepted { .. } => return Ok(()),
        SendOutcome::NeedsLogin { reason } => (Code::NeedsLogin, reason),
        SendOutcome::Retry { reason, .. } | SendOutcome::Uncertain { reason } => (Code::Unreachable, reason),
        SendOutcome::AccountStopped { reason, .. } | SendOutcome::Refused { reason } => (Code::CheckFailed, reason),
    };
    Err(Failure::new(code, format!("The test was not sent: {reason}")).with("account", account).into())
}

/// With a mark in the subject, so that nobody takes the test for the real thing.
fn marked(message: &[u8]) -> Vec<u8> {
    const SUBJECT: &[u8] = b"Subject: ";
    let mut message = message.to_vec();
    let starts = |at: usize| at == 0 || message.get(..at).is_some_and(|before| before.ends_with(b"\r\n"));
    let found = message.windows(SUBJECT.len()).enumerate().find(|(at, window)| window.eq_ignore_ascii_case(SUBJECT) && starts(*at));
    if let Some((at, _)) = found {
        let after = at + SUBJECT.len();
        message.splice(after..after, MARK.bytes());
    }
    message
}
