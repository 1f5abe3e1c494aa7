//! The probe: a test mail to the inbox's own address with a plus-part, which either comes back or does not.

use std::time::Duration;

use anyhow::Result;
use jiff::Timestamp;
use mail::address::plus;
use mail::port::{CheckState, FolderCursor, InboxError, MailInbox, Outgoing, Reach, SendOutcome};
use serde_json::json;
use store::account::{self, Account};
use store::inbox_cursor;
use tokio::time::{Instant, timeout_at};

use super::check::line;
use super::view::CheckView;
use super::{find, open};
use crate::Engine;
use crate::error::{Code, Failure};
use crate::event::{Changed, EngineEvent};

/// Most mailboxes show a mail within seconds; greylisting may hold the first one back for minutes.
pub const PROBE_PATIENCE: Duration = Duration::from_mins(2);
/// A practice or loopback mailbox shows it at once; the others are asked again this often at least.
const LOOK_EVERY: Duration = Duration::from_secs(5);
const READ_AT_ONCE: usize = 200;

/// Sends a test mail to the inbox's own address with a plus-part and waits until the inbox shows it. Whether it did is kept with the inbox.
///
/// # Errors
/// [`Code::NotFound`], [`Code::Locked`], or [`Code::Unreachable`] when the inbox cannot be read.
pub async fn probe_inbox(engine: &Engine, inbox: &str, sender: &str, patience: Duration) -> Result<Vec<CheckView>> {
    let (inbox, sender) = (find(engine.store(), inbox).await?, find(engine.store(), sender).await?);
    if inbox.kind == "rehearsal" {
        return Ok(vec![line(
            "plus_addressing",
            CheckState::Good,
            "Practice: every answer finds its invitation, and no test mail is needed.",
        )]);
    }
    let mailbox = open::inbox(engine, inbox.id).await?;
    let token = format!("{:016x}", rand::random::<u64>());
    let id = inbox.id;
    let read_already = engine.store().read(move |r| inbox_cursor::of(r, id)).await?;
    let before = skip_to_end(mailbox.as_ref(), read_already).await.map_err(|error| unreachable(&inbox, &error))?;
    let sent = send(engine, &sender, &inbox, &token).await?;
    if let Some(refusal) = sent {
        return Ok(vec![line("sent", CheckState::Bad, &format!("The test mail was not taken by “{}”: {refusal}", sender.label))]);
    }
    let mut lines = vec![line("sent", CheckState::Good, &format!("“{}” took the test mail.", sender.label))];
    let arrived =
        wait_for(mailbox.as_ref(), before, &token, Instant::now() + patience).await.map_err(|error| unreachable(&inbox, &error))?;
    keep(engine, &inbox, arrived).await?;
    lines.push(if arrived {
        line("plus_addressing", CheckState::Good, "It arrived at the plus-part of the address: each answer will name its invitation.")
    } else {
        line(
            "plus_addressing",
            CheckState::Warning,
            "It did not arrive while this was waiting. Answers are matched without a plus-part; if the mailbox is slow, probe it again later.",
        )
    });
    Ok(lines)
}

async fn keep(engine: &Engine, inbox: &Account, arrived: bool) -> Result<()> {
    let mut settings = inbox.settings.clone();
    if let Some(fields) = settings.as_object_mut() {
        fields.insert("plus_addressing".to_owned(), json!(arrived));
    }
    let id = inbox.id;
    engine.store().write(move |w| account::put_settings(w, id, &settings)).await?;
    engine.tell(EngineEvent::Changed { what: vec![Changed::Accounts] });
    Ok(())
}

/// Sends the test mail; the server's words where it was not taken.
async fn send(engine: &Engine, sender: &Account, inbox: &Account, token: &str) -> Result<Option<String>> {
    let recipient = plus(&inbox.address, token);
    let message = Outgoing {
        envelope_from: sender.address.clone(),
        message: test_mail(&sender.address, &recipient, token, engine.clock().now()).into(),
        recipient,
        tag: format!("probe-{token}"),
        feedback_address: String::new(),
    };
    let outcome = match open::sender(engine, sender.id).await?.open().await {
        Ok(mut line) => {
            let outcome = line.send(&message).await;
            line.close().await;
            outcome
        }
        Err(outcome) => outcome,
    };
    Ok(match outcome {
        SendOutcome::Accepted { .. } | SendOutcome::Uncertain { .. } => None,
        SendOutcome::Retry { reason, .. }
        | SendOutcome::Refused { reason }
        | SendOutcome::AccountStopped { reason, .. }
        | SendOutcome::NeedsLogin { reason } => Some(reason),
    })
}

fn test_mail(from: &str, to: &str, token: &str, now: Timestamp) -> Vec<u8> {
    let date = now.strftime("%a, %d %b %Y %H:%M:%S +0000");
    let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    format!(
        "From: <{from}>\r\nTo: <{to}>\r\nSubject: Rollcall test {token}\r\nDate: {date}\r\nMessage-ID: <probe.{token}@{domain}>\r\n\
         Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
         Rollcall sent this to itself to see whether answers to this address arrive.\r\nYou can delete it.\r\n"
    )
    .into_bytes()
}

/// Where the mailbox ends now. Its mails go to the reader of answers in their own time.
async fn skip_to_end(mailbox: &dyn MailInbox, mut cursors: Vec<FolderCursor>) -> Result<Vec<FolderCursor>, InboxError> {
    loop {
        let batch = mailbox.fetch(&cursors, Reach::Nothing, READ_AT_ONCE).await?;
        merge(&mut cursors, batch.cursors);
        if !batch.more {
            return Ok(cursors);
        }
    }
}

async fn wait_for(mailbox: &dyn MailInbox, mut cursors: Vec<FolderCursor>, token: &str, until: Instant) -> Result<bool, InboxError> {
    loop {
        let batch = mailbox.fetch(&cursors, Reach::Nothing, READ_AT_ONCE).await?;
        merge(&mut cursors, batch.cursors);
        if batch.messages.iter().any(|mail| contains(&mail.message, token.as_bytes())) {
            return Ok(true);
        }
        if batch.more {
            continue;
        }
        match timeout_at(until, mailbox.wait(LOOK_EVERY)).await {
            Ok(waited) => waited?,
            Err(_) => return Ok(false),
        }
    }
}

fn merge(cursors: &mut Vec<FolderCursor>, newer: Vec<FolderCursor>) {
    for cursor in newer {
        cursors.retain(|old| old.folder != cursor.folder);
        cursors.push(cursor);
    }
}

fn contains(message: &[u8], token: &[u8]) -> bool {
    message.windows(token.len()).any(|window| window == token)
}

fn unreachable(inbox: &Account, error: &InboxError) -> anyhow::Error {
    let code = if matches!(error, InboxError::NeedsLogin(_)) { Code::NeedsLogin } else { Code::Unreachable };
    Failure::new(code, format!("The inbox “{}” cannot be read: {error}", inbox.label)).with("account", &inbox.label).into()
}
