//! Answers out of files: mailbox files, Maildirs, folders of messages and single messages. They count like those that an inbox brings, and once
//! with them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use mail::address::Address;
use mail::incoming::{Incoming, Kind};
use store::account::{self, Account, Role};
use tokio::sync::mpsc;

use super::effect::{Read, Taken, take_in};
use super::judge::InboxFacts;
use super::letters_on_disk::{self, Letter, Step};
use super::pull;
use super::view::{AnswerImport, FileProblem, PullResult};
use crate::{Code, Engine, Failure};

/// Steps that are read ahead while another is kept.
const AHEAD: usize = 2;

/// Imports what files and folders hold. Nothing is sent for it, whatever a guest asks for in it, and a message that is known already changes
/// nothing. `inbox` names the inbox whose answers they are; without it each message belongs to the inbox that it was sent to.
///
/// # Errors
/// When there is no inbox, or none of that name. A file that cannot be read is a problem of the result.
pub async fn import(engine: &Engine, inbox: Option<&str>, paths: &[PathBuf]) -> Result<AnswerImport, Failure> {
    let inboxes = Arc::new(inboxes(engine, inbox).await?);
    let (steps, mut coming) = mpsc::channel(AHEAD);
    let paths = paths.to_vec();
    let reading = tokio::task::spawn_blocking(move || letters_on_disk::read(&paths, |step| steps.blocking_send(step).is_ok()));
    let mut total = PullResult::default();
    let mut problems = Vec::new();
    while let Some(step) = coming.recv().await {
        let Step { letters, problems: unreadable } = step;
        problems.extend(unreadable.into_iter().map(|(file, reason)| problem(&file, reason)));
        let result = keep(engine, &inboxes, letters, &mut problems).await?;
        pull::tell(engine, &result);
        pull::add(&mut total, &result);
    }
    reading.await.context("Read the files")?;
    let PullResult { messages, answers, bounces, desk, other, known } = total;
    Ok(AnswerImport { messages, answers, bounces, desk, other, known, problems })
}

async fn inboxes(engine: &Engine, name: Option<&str>) -> Result<Vec<InboxFacts>, Failure> {
    let accounts: Vec<Account> =
        engine.store().read(account::all).await?.into_iter().filter(|account| account.role == Role::Inbox).collect();
    let wanted: Vec<InboxFacts> = accounts.iter().filter(|account| name.is_none_or(|name| account.label == name)).map(facts).collect();
    if wanted.is_empty() {
        let sentence = match name {
            Some(name) => format!("There is no inbox named “{name}”."),
            None => "Answers belong to the inbox that they were sent to, and there is no inbox yet.".to_owned(),
        };
        return Err(Failure::new(Code::NotFound, sentence).with("what", "inbox").with("name", name.unwrap_or_default()));
    }
    Ok(wanted)
}

/// What lies in a file was said once: it commands nothing any more.
fn facts(account: &Account) -> InboxFacts {
    InboxFacts { takes_commands: false, ..pull::facts(account) }
}

/// Reads letters on as many threads as there are, and keeps what they say in one transaction.
async fn keep(
    engine: &Engine,
    inboxes: &Arc<Vec<InboxFacts>>,
    letters: Vec<Letter>,
    problems: &mut Vec<FileProblem>,
) -> Result<PullResult, Failure> {
    let (files, messages): (Vec<_>, Vec<_>) = letters.into_iter().map(|letter| (letter.file, letter.received)).unzip();
    let now = engine.clock().now();
    let mut read = Vec::with_capacity(messages.len());
    for (message, file) in pull::read_messages(messages).await?.into_iter().zip(files) {
        if let Some(file) = file.filter(|_| is_no_message(&message.incoming)) {
            problems.push(problem(&file, "This is neither a message nor a mailbox file.".to_owned()));
            continue;
        }
        // What a copy on disk says of its own age is when it was copied.
        let received_at = message.incoming.date.unwrap_or(message.received_at).min(now);
        read.push(Read { received_at, ..message });
    }
    let inboxes = Arc::clone(inboxes);
    let kept = engine.store().write(move |w| {
        let mut result = PullResult::default();
        for message in &read {
            let taken = match addressed(&inboxes, &message.incoming) {
                Some(inbox) => take_in(w, inbox, message, now)?,
                None => Taken::Other,
            };
            pull::count(&mut result, taken);
        }
        Ok(result)
    });
    Ok(kept.await.context("Keep what the files say")?)
}

/// The inbox that a message was sent to; the first where it names none of them.
fn addressed<'a>(inboxes: &'a [InboxFacts], incoming: &Incoming) -> Option<&'a InboxFacts> {
    let is_to = |inbox: &&InboxFacts| incoming.to.iter().any(|to| without_plus(to) == inbox.address);
    inboxes.iter().find(is_to).or_else(|| inboxes.first())
}

fn without_plus(address: &str) -> String {
    let address = Address::parse(address).map_or_else(|_| address.to_lowercase(), |address| address.normalised);
    match address.split_once('@') {
        Some((local, domain)) => format!("{}@{domain}", local.split('+').next().unwrap_or_default()),
        None => address,
    }
}

/// A picture or a letter of a word processor, say.
fn is_no_message(incoming: &Incoming) -> bool {
    incoming.kind == Kind::Other && incoming.from.is_empty() && incoming.to.is_empty() && incoming.message_id.is_empty()
}

fn problem(file: &Path, reason: String) -> FileProblem {
    FileProblem { file: file.display().to_string(), reason }
}
