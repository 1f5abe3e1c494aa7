//! Sending the answers that are due. One that was handed over is never sent again by itself, whatever became of it.

use std::time::Duration;

use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp};
use mail::invitation::NamedAddress;
use mail::port::{Outgoing, SendOutcome};
use mail::reply::{self, ReplyMail};
use mail::template::Rendered;
use store::account::{self, Account};
use store::mail_command::taken::{self, ReplyState, Taken};
use store::{Reader, mail_command};

use super::letter::Letter;
use crate::error::Failure;
use crate::event::Changed;
use crate::{Engine, accounts, campaigns};

/// Answers that are sent at once.
const AT_ONCE: u32 = 50;
/// After so many tries the answer is lost: what was asked for was done long ago.
const MOST_TRIES: u32 = 12;
/// Between two tries, where the service says nothing.
const PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// Sends what is due. What cannot be sent now waits for the next look at the inbox.
pub(crate) async fn answer_due(engine: &Engine) -> Result<()> {
    loop {
        let now = engine.clock().now();
        let due = engine.store().read(move |r| taken::due(r, now, AT_ONCE)).await?;
        if due.is_empty() || engine.stopping().is_cancelled() {
            return Ok(());
        }
        // A copy of the database would say everything a second time.
        if !campaigns::lease_refusal(engine).await?.is_empty() {
            return Ok(());
        }
        for answer in due {
            send(engine, answer, now).await?;
        }
        engine.tell_changed(&[Changed::Answers]);
    }
}

async fn send(engine: &Engine, answer: Taken, now: Timestamp) -> Result<()> {
    let id = answer.id;
    if !engine.store().write(move |w| taken::claim(w, id)).await? {
        return Ok(());
    }
    let (state, problem, not_before) = match hand_over(engine, &answer, now).await {
        Ok(outcome) => settled(outcome, answer.attempts + 1, now),
        Err(error) => (ReplyState::Lost, Failure::from(error).message, now),
    };
    engine.store().write(move |w| taken::finish(w, id, state, &problem, not_before)).await
}

async fn hand_over(engine: &Engine, answer: &Taken, now: Timestamp) -> Result<SendOutcome> {
    let letter: Letter = serde_json::from_str(&answer.letter).context("Read what an answer says")?;
    let command = answer.command;
    let account = engine.store().read(move |r| confirming(r, command)).await?;
    let account = account.context("The account that confirms was removed, so nobody was told.")?;
    let name = account.settings.get("name").and_then(serde_json::Value::as_str).unwrap_or_default();
    let (rendered, tag) =
        (Rendered { subject: letter.subject.clone(), text_paragraphs: letter.paragraphs.clone() }, format!("command{}", answer.id));
    let words = letter.words();
    let mail = ReplyMail {
        from: NamedAddress { address: &account.address, name },
        to: &answer.reply_to,
        rendered: &rendered,
        event: words.as_ref(),
        is_off: letter.is_off(),
        in_reply_to: &letter.in_reply_to,
        date: now,
        name: &format!("{tag}.{}", now.as_second()),
    };
    let outgoing = Outgoing {
        envelope_from: account.address.clone(),
        recipient: answer.reply_to.clone(),
        message: reply::build(&mail)?.into(),
        tag,
        feedback_address: account.address.clone(),
    };
    let sender = accounts::sender(engine, account.id).await?;
    Ok(match sender.open().await {
        Ok(mut line) => {
            let outcome = line.send(&outgoing).await;
            line.close().await;
            outcome
        }
        Err(outcome) => outcome,
    })
}

/// The account that confirms; none where it was removed.
fn confirming(r: &Reader<'_>, command: i64) -> Result<Option<Account>> {
    let sender = mail_command::get(r, command)?.map(|command| command.does.sender);
    Ok(account::all(r)?.into_iter().find(|account| Some(account.id) == sender))
}

/// How an answer stands after a try, why, and when it may be tried again.
fn settled(outcome: SendOutcome, tries: u32, now: Timestamp) -> (ReplyState, String, Timestamp) {
    let later = |reason: String, after: Option<Duration>| {
        let after = after.and_then(|after| SignedDuration::try_from(after).ok()).unwrap_or(PAUSE * i32::try_from(tries).unwrap_or(1));
        let state = if tries < MOST_TRIES { ReplyState::Due } else { ReplyState::Lost };
        (state, reason, now.saturating_add(after).unwrap_or(Timestamp::MAX))
    };
    match outcome {
        SendOutcome::Accepted { .. } => (ReplyState::Sent, String::new(), now),
        SendOutcome::Refused { reason } => (ReplyState::Lost, reason, now),
        SendOutcome::Uncertain { reason } => (ReplyState::Handed, reason, now),
        SendOutcome::Retry { after, reason, .. } => later(reason, after),
        SendOutcome::AccountStopped { reason, .. } | SendOutcome::NeedsLogin { reason } => later(reason, None),
    }
}
