//! The pre-flight check of an IMAP inbox.

use mail::port::{Check, InboxError};

use super::filing::Way;
use super::inbox::ImapInbox;
use super::session::{COMMAND_PATIENCE, Session, examine, within};
use super::{folders, read};
use crate::settings::{bad, good, warning};

/// Connection, login, folders, and whether the server tells of new mail by itself.
pub(super) async fn run(inbox: &ImapInbox) -> Vec<Check> {
    let mut session = match inbox.session().await {
        Ok(session) => session,
        Err(InboxError::NeedsLogin(words)) => {
            return vec![
                good("connection", format!("{}:{} answers.", inbox.server.host, inbox.server.port)),
                inbox.login.refused_check(&words),
            ];
        }
        Err(error) => return vec![bad("connection", format!("No connection: {error} Check host, port and encryption."))],
    };
    let mut checks = vec![
        good("connection", format!("{}:{} answers.", inbox.server.host, inbox.server.port)),
        good("login", format!("The server let {} in.", inbox.login.user)),
    ];
    match look(&mut session, inbox).await {
        Ok(found) => checks.extend(found),
        Err(error) => checks.push(bad("folders", format!("The mailbox cannot be read: {error}"))),
    }
    // The mailbox may be anywhere; its address says whose answers are mailed at all (IMIP facts, Google).
    if ["@gmail.com", "@googlemail.com"].iter().any(|domain| inbox.address.to_ascii_lowercase().ends_with(domain)) {
        checks.push(warning(
            "provider",
            "Guests with Google Calendar answer a Google address inside Google, often without a mail. \
             An address elsewhere gets every answer.",
        ));
    }
    let _ = within(COMMAND_PATIENCE, session.logout()).await;
    checks
}

async fn look(session: &mut Session, inbox: &ImapInbox) -> Result<Vec<Check>, InboxError> {
    let mut checks = Vec::new();
    let names = folders::to_read(session, &inbox.folders).await?;
    for name in &names {
        let mailbox = examine(session, name).await?;
        read::newest_uid(session, &mailbox).await?;
    }
    let stays = if inbox.handled.is_none() { "; nothing there is changed" } else { "" };
    checks.push(good("folders", format!("Answers are looked for in {}{stays}.", names.join(" and "))));
    for missing in inbox.folders.iter().filter(|wanted| !names.contains(&folders::on_the_wire(wanted))) {
        checks.push(bad(
            "folder",
            format!("The mailbox has no folder “{missing}”. Write its name as the mailbox shows it, with the folders above it."),
        ));
    }
    if let Some(handled) = &inbox.handled {
        checks.push(match Way::of(session).await? {
            Way::Move | Way::Copy => good("handled", format!("Handled messages are put into “{handled}”.")),
            Way::CopyAndMark => warning(
                "handled",
                format!(
                    "Handled messages are copied into “{handled}”. The server cannot move them, so the first ones stay, marked as deleted."
                ),
            ),
        });
    }
    checks.push(if within(COMMAND_PATIENCE, session.capabilities()).await?.has_str("IDLE") {
        good("idle", "The server tells of new mail at once.")
    } else {
        warning("idle", "The server does not tell of new mail by itself; it is asked once a minute.")
    });
    Ok(checks)
}
