//! What the sending service itself mails no more, read before a run: it would take such a message and never deliver it.

use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use mail::address::Address;
use mail::port::{SendOutcome, StoppedAddress, StoppedFor};
use store::suppression::{self, Reason};
use store::{Writer, setting};

use super::accounts;
use crate::Engine;
use crate::error::Failure;

/// Longer than a list of many thousands takes; what was read by then counts, and the rest is read the next time.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes over what a sender's service stopped since it was last asked. A service that does not answer holds up nothing.
pub(super) async fn learn(engine: &Engine, sender: i64) -> Result<()> {
    match tokio::time::timeout(PATIENCE, read(engine, sender)).await {
        Ok(Err(error)) => {
            tracing::warn!(error = %error, "the service's list of stopped addresses could not be read");
            Ok(())
        }
        Ok(Ok(())) | Err(_) => Ok(()),
    }
}

async fn read(engine: &Engine, sender: i64) -> Result<()> {
    let (name, now) = (format!("stopped.read.{sender}"), engine.clock().now());
    let key = name.clone();
    let since = engine.store().read(move |r| setting::get(r, &key)).await?.and_then(|text| text.parse::<Timestamp>().ok());
    let service = accounts::sender(engine, sender).await?;
    let mut page = None;
    loop {
        let found = service.stopped(since, page).await.map_err(refused)?;
        let addresses = found.addresses;
        if !addresses.is_empty() {
            engine.store().write(move |w| keep(w, &addresses, now)).await?;
        }
        page = found.next;
        if page.is_none() {
            break;
        }
    }
    engine.store().write(move |w| setting::put(w, &name, &now.to_string())).await
}

fn keep(w: &Writer<'_>, stopped: &[StoppedAddress], now: Timestamp) -> Result<()> {
    for StoppedAddress { address, reason, at } in stopped {
        let Ok(address) = Address::parse(address) else { continue };
        let (reason, why) = match reason {
            StoppedFor::Bounce => (Reason::HardBounce, "a bounce"),
            StoppedFor::Complaint => (Reason::Complaint, "a complaint"),
        };
        let evidence = format!("Your sending service keeps it on its suppression list for {why} of {}.", at.strftime("%Y-%m-%d"));
        suppression::add(w, &address.normalised, reason, &evidence, None, now)?;
    }
    Ok(())
}

fn refused(outcome: SendOutcome) -> anyhow::Error {
    let reason = match outcome {
        SendOutcome::Retry { reason, .. }
        | SendOutcome::Refused { reason }
        | SendOutcome::Uncertain { reason }
        | SendOutcome::AccountStopped { reason, .. }
        | SendOutcome::NeedsLogin { reason } => reason,
        SendOutcome::Accepted { .. } => String::new(),
    };
    Failure::new(crate::error::Code::Unreachable, reason).into()
}
