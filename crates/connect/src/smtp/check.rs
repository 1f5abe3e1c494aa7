//! The pre-flight check of an SMTP account: as far as a message would go, without sending one.

use mail::port::{Check, SendOutcome, SenderLine as _};

use super::address;
use super::line::{COMMAND_PATIENCE, Failure, SmtpLine};
use super::outcome::{self, Stage};
use crate::dns;
use crate::settings::{Login, bad, domain_of, good, warning};
use crate::wire::Server;

/// Connection, encryption, login, sender address, and what the sender's domain says in the DNS.
pub(super) async fn run(server: &Server, login: Option<&Login>, address: &str, line: Result<SmtpLine, Failure>) -> Vec<Check> {
    let mut checks = Vec::new();
    match line {
        Ok(mut line) => {
            checks.push(connection(server, &line));
            checks.push(match login {
                Some(login) => good("login", format!("The server let {} in.", login.user)),
                None => {
                    warning("login", "No user is set: this works only with a server that takes mail from this computer without a login.")
                }
            });
            checks.push(sender(&mut line, address).await);
            Box::new(line).close().await;
        }
        Err(failure) => checks.push(failed(&failure, login)),
    }
    checks.push(dns::dmarc(domain_of(address)).await);
    checks
}

fn connection(server: &Server, line: &SmtpLine) -> Check {
    match line.dialogue.stream().protocol() {
        Some(protocol) => good("connection", format!("{}:{} answers, encrypted with {protocol}.", server.host, server.port)),
        None => good("connection", format!("{}:{} on this computer answers, in clear.", server.host, server.port)),
    }
}

fn failed(failure: &Failure, login: Option<&Login>) -> Check {
    let reason = match &failure.outcome {
        SendOutcome::Retry { reason, .. }
        | SendOutcome::Refused { reason }
        | SendOutcome::Uncertain { reason }
        | SendOutcome::AccountStopped { reason, .. }
        | SendOutcome::NeedsLogin { reason } => reason.as_str(),
        SendOutcome::Accepted { .. } => "",
    };
    match (failure.stage, &failure.outcome) {
        (Stage::Login, SendOutcome::NeedsLogin { .. }) => match login {
            Some(login) => login.refused_check(reason),
            None => bad("login", format!("The server refused the login: {reason}")),
        },
        (Stage::Login, _) => bad("connection", format!("The server answers and lets nobody in just now: {reason} Try it again later.")),
        (Stage::Encryption, _) => bad("connection", format!("No encrypted connection: {reason}")),
        _ => bad("connection", format!("No connection: {reason} Check host, port and encryption.")),
    }
}

/// MAIL FROM and RSET: shows whether the account may send from its address.
async fn sender(line: &mut SmtpLine, from: &str) -> Check {
    if !address::is_safe(from) {
        return bad("sender", format!("“{from}” is not an address that mail can come from."));
    }
    match line.dialogue.command(&format!("MAIL FROM:<{from}>\r\n"), COMMAND_PATIENCE).await {
        Ok(reply) if reply.is_positive() => {
            line.open = line.dialogue.command("RSET\r\n", COMMAND_PATIENCE).await.is_ok();
            good("sender", format!("The server takes mail from {from}."))
        }
        Ok(reply) => {
            bad("sender", format!("The server takes no mail from {from}: {} Use an address of this account.", outcome::words(&reply)))
        }
        Err(broken) => {
            line.open = false;
            bad("sender", format!("While {from} was tried, {broken}."))
        }
    }
}
