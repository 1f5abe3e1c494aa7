//! A message to an address that takes commands: recognised, judged, carried out and kept, in the transaction that reads the inbox.

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};
use mail::incoming::{Incoming, Kind};
use store::mail_command::taken::{self, NewTaken, Outcome};
use store::mail_command::{self, MailCommand};
use store::receipt::{self, About, NewReceipt, Said, State};
use store::{Reader, Writer, invitation};

use super::entry::{self, Done};
use super::form::normalised;
use super::letter::{self, Facts};
use super::sender::{self, Sender};

/// As an archive names a command.
const KIND: &str = "command";
/// Within this time, one address is told of so many failures at most: two programs cannot go on answering each other.
const WHILE: SignedDuration = SignedDuration::from_hours(24);
const MOST_FAILURES: u32 = 10;

/// A message that lies in an inbox.
pub(crate) struct Arrived<'a> {
    /// The inbox.
    pub(crate) inbox: i64,
    /// What its own server calls itself.
    pub(crate) authserv_id: Option<&'a str>,
    /// Names the message for ever.
    pub(crate) identity: &'a str,
    /// When it reached the inbox.
    pub(crate) received_at: Timestamp,
    /// The message.
    pub(crate) raw: &'a [u8],
    /// What was read of it.
    pub(crate) incoming: &'a Incoming,
}

/// Takes a message in where it is a command; false where it is none. It must not have been read before.
pub(crate) fn take_in(w: &Writer<'_>, arrived: &Arrived<'_>, now: Timestamp) -> Result<bool> {
    let Some(command) = recognise(w, arrived)? else { return Ok(false) };
    let incoming = arrived.incoming;
    let says_calendar = matches!(incoming.kind, Kind::Invitation | Kind::Cancellation);
    let done = match sender::of(&command.does, arrived.authserv_id, incoming) {
        // Other people's mail is not ours to keep.
        Sender::Refused(_) if !says_calendar => return Ok(false),
        Sender::Refused(why) => (Done::refused(why), None),
        Sender::Trusted(who) => (entry::carry_out(w, &command, incoming, arrived.received_at, now)?, Some(who)),
    };
    let (done, who) = done;
    let receipt = keep(w, arrived, &done, now)?;
    let reply_to = match who {
        Some(who) if is_answered(w, arrived, &done, &who, now)? => who,
        _ => String::new(),
    };
    let facts = Facts { command: &command.does, incoming, done: &done };
    let (letter, wording) = if reply_to.is_empty() { Default::default() } else { letter::write(w, &facts)? };
    let new = NewTaken {
        command: command.id,
        receipt,
        outcome: done.outcome,
        event: done.event,
        detail: &done.detail,
        reply_to: &reply_to,
        letter: &letter,
        wording,
    };
    taken::add(w, &new, now)?;
    Ok(true)
}

/// The address that a message commands. Mail that answers mail, or that machines make, says nothing to it, save invitations: those of some
/// calendars call themselves made by a machine.
fn recognise(r: &Reader<'_>, arrived: &Arrived<'_>) -> Result<Option<MailCommand>> {
    let incoming = arrived.incoming;
    let invited: &[_] = match incoming.kind {
        Kind::Invitation if matches!(incoming.method.as_deref(), Some("REQUEST" | "ADD")) => &incoming.answers,
        Kind::Cancellation => &incoming.answers,
        Kind::Calendar | Kind::Other if !incoming.auto_submitted && incoming.in_reply_to.is_empty() && !is_of_a_list(arrived.raw) => &[],
        _ => return Ok(None),
    };
    let commands: Vec<MailCommand> = mail_command::all(r)?.into_iter().filter(|command| command.does.inbox == arrived.inbox).collect();
    if commands.is_empty() {
        return Ok(None);
    }
    let named = incoming.to.iter().chain(invited.iter().map(|invited| &invited.attendee));
    let named: Vec<String> = named.map(|address| normalised(address)).collect();
    let Some(command) = commands.into_iter().find(|command| named.contains(&command.does.address)) else { return Ok(None) };
    for named in incoming.answers.iter().filter(|named| !named.uid.is_empty()) {
        // An invitation of ours that found its way to an address of ours.
        if invitation::by_uid(r, &named.uid)?.is_some() {
            return Ok(None);
        }
    }
    Ok(Some(command))
}

/// Whether somebody is told what became of a message: not of what said nothing new, and never where an answer would go round.
fn is_answered(r: &Reader<'_>, arrived: &Arrived<'_>, done: &Done, who: &str, now: Timestamp) -> Result<bool> {
    if matches!(done.outcome, Outcome::Unchanged | Outcome::Refused) || has_null_sender(arrived.raw) || is_of_a_list(arrived.raw) {
        return Ok(false);
    }
    let since = now.saturating_sub(WHILE).unwrap_or(Timestamp::MIN);
    Ok(done.outcome != Outcome::Failed || taken::failures_told(r, who, since)? < MOST_FAILURES)
}

/// Whether the server that delivered it noted an empty envelope sender (RFC 5321 §4.4): it is a report, whatever it looks like.
fn has_null_sender(raw: &[u8]) -> bool {
    fields(raw).any(|line| line.strip_prefix("return-path:").is_some_and(|path| path.trim() == "<>"))
}

/// Whether it came to many at once, so that nobody waits for an answer (RFC 3834 §2).
fn is_of_a_list(raw: &[u8]) -> bool {
    let is_bulk = |precedence: &str| matches!(precedence.trim(), "list" | "bulk" | "junk");
    fields(raw).any(|line| line.starts_with("list-") || line.strip_prefix("precedence:").is_some_and(is_bulk))
}

/// The lines of a header, in lower case.
fn fields(raw: &[u8]) -> impl Iterator<Item = String> {
    let lines = raw.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).take_while(|line| !line.is_empty());
    lines.map(|line| String::from_utf8_lossy(line).to_ascii_lowercase())
}

fn keep(w: &Writer<'_>, arrived: &Arrived<'_>, done: &Done, now: Timestamp) -> Result<i64> {
    let incoming = arrived.incoming;
    let first = incoming.answers.first();
    let (state, reason) = match done.outcome {
        Outcome::Created | Outcome::Updated | Outcome::Cancelled => (State::Counted, String::new()),
        Outcome::Unchanged => (State::Shown, done.detail.clone()),
        Outcome::Failed => (State::Shown, format!("An invitation by mail that could not be followed: {}", done.detail)),
        Outcome::Refused => (State::Shown, format!("Refused command: {}", done.detail)),
    };
    let new = NewReceipt {
        inbox: arrived.inbox,
        identity: arrived.identity,
        received_at: arrived.received_at,
        kind: KIND,
        state,
        about: About::default(),
        reason: &reason,
        sender: &incoming.from,
        subject: &incoming.subject,
        said: Said {
            uid: first.map_or("", |entry| &entry.uid),
            sequence: first.and_then(|entry| entry.sequence),
            dtstamp: first.and_then(|entry| entry.dtstamp),
            ..Said::default()
        },
        bounce_kind: "",
        status: "",
        words: "",
        raw: arrived.raw,
    };
    receipt::add(w, &new, now)
}
