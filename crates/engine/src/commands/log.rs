//! What became of every message to an address that takes commands.

use anyhow::Result;
use store::mail_command;
use store::mail_command::taken::{self, Taken};
use store::{Reader, event, receipt};

use super::form::normalised;
use super::view::CommandLogView;
use crate::Engine;
use crate::error::{Code, Failure};

/// The log, the newest first: of one address, also a removed one, or of all.
///
/// # Errors
/// `NotFound` where there is no such address.
pub async fn log(engine: &Engine, address: Option<&str>, limit: u32) -> Result<Vec<CommandLogView>, Failure> {
    let address = address.map(normalised);
    let log = engine.store().read(move |r| {
        let command = match address {
            Some(address) => Some(mail_command::by_address(r, &address)?.ok_or_else(|| {
                Failure::new(Code::NotFound, format!("{address} never took invitations.")).with("what", "command").with("name", &address)
            })?),
            None => None,
        };
        taken::log(r, command.map(|command| command.id), limit)?.into_iter().map(|taken| view(r, taken)).collect()
    });
    Ok(log.await?)
}

fn view(r: &Reader<'_>, taken: Taken) -> Result<CommandLogView> {
    let receipt = receipt::get(r, taken.receipt)?;
    let (from, subject) = receipt.map(|receipt| (receipt.sender, receipt.subject)).unwrap_or_default();
    let address = mail_command::get(r, taken.command)?.map(|command| command.does.address).unwrap_or_default();
    let event = taken.event.map(|event| event::get(r, event)).transpose()?.flatten();
    Ok(CommandLogView {
        at: taken.at.to_string(),
        address,
        from,
        subject,
        outcome: taken.outcome.as_str().to_owned(),
        detail: taken.detail,
        event: event.as_ref().filter(|event| !event.deleted).map(|event| event.series().to_string()).unwrap_or_default(),
        uid: event.map(|event| event.uid).unwrap_or_default(),
        reply: taken.reply.as_str().to_owned(),
        reply_problem: taken.problem,
        receipt: taken.receipt.to_string(),
    })
}
