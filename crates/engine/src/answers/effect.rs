//! What a message changes, in the transaction that keeps it.

use anyhow::Result;
use jiff::Timestamp;
use mail::incoming::{BounceKind, Incoming, Kind};
use store::delivery::settle::{self, Known};
use store::delivery::trouble::Trouble;
use store::holding::answer::{self, Given};
use store::receipt::{self, NewReceipt, Receipt, State, evidence};
use store::suppression::{self, Reason};
use store::{Reader, Writer};

use super::judge::{Effect, InboxFacts, Said, Verdict, judge, word};
use super::patience;
use crate::commands;

/// A message read from an inbox.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub(super) identity: String,
    pub(super) received_at: Timestamp,
    pub(super) raw: Vec<u8>,
    pub(super) incoming: Incoming,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// Kept before.
    Known,
    /// Not about an invitation, or it changed nothing.
    Other,
    /// An answer that counts.
    Answer,
    /// A delivery that came back.
    Bounce,
    /// Waits for the organizer.
    Desk,
    /// The guest asks for the current state, by this message.
    AskedAgain(i64),
    /// An invitation to an address that takes commands.
    Command,
}

/// Keeps a message that concerns us and lets it take effect. The same message changes nothing a second time, whichever inbox it lies in.
pub(super) fn take_in(w: &Writer<'_>, inbox: &InboxFacts, read: &Read, now: Timestamp) -> Result<Taken> {
    if receipt::is_known(w, &read.identity)? {
        return Ok(Taken::Known);
    }
    if inbox.takes_commands && commands::take_in(w, &arrived_in(inbox, read), now)? {
        return Ok(Taken::Command);
    }
    let Some(verdict) = judge(w, inbox, &read.incoming, read.received_at)? else { return Ok(Taken::Other) };
    let kept = keep(w, inbox, read, &verdict, now)?;
    apply(w, &verdict, read, kept, now)
}

fn arrived_in<'a>(inbox: &'a InboxFacts, read: &'a Read) -> commands::Arrived<'a> {
    commands::Arrived {
        inbox: inbox.account,
        authserv_id: inbox.authserv_id.as_deref(),
        identity: &read.identity,
        received_at: read.received_at,
        raw: &read.raw,
        incoming: &read.incoming,
    }
}

/// Whether nothing of a message is left for the organizer to do or to read: letters and what waits at the desk are theirs.
pub(super) fn is_handled(r: &Reader<'_>, identity: &str) -> Result<bool> {
    const BY_PROGRAMS: [Kind; 6] = [Kind::Reply, Kind::Refresh, Kind::Bounce, Kind::Complaint, Kind::AutoReply, Kind::Unsubscribe];
    let kept = receipt::by_identity(r, identity)?;
    let followed = |kept: &Receipt| kept.kind == kind_word(Kind::Command) && kept.state == State::Counted;
    Ok(kept
        .is_some_and(|kept| followed(&kept) || kept.state != State::Desk && BY_PROGRAMS.iter().any(|kind| kind_word(*kind) == kept.kind)))
}

fn keep(w: &Writer<'_>, inbox: &InboxFacts, read: &Read, verdict: &Verdict, now: Timestamp) -> Result<i64> {
    let incoming = &read.incoming;
    let own = match &verdict.effect {
        // The answer to the whole is the one that the course of answers is drawn from.
        Effect::Answers(said) => said.iter().find(|said| said.recurrence_id.is_empty()).or_else(|| said.first()),
        _ => None,
    };
    let first = incoming.answers.first();
    let new = NewReceipt {
        inbox: inbox.account,
        identity: &read.identity,
        received_at: read.received_at,
        kind: kind_word(incoming.kind),
        state: verdict.state,
        about: verdict.about,
        reason: &verdict.reason,
        sender: &incoming.from,
        subject: &incoming.subject,
        said: receipt::Said {
            uid: first.map_or("", |answer| &answer.uid),
            recurrence_id: own.map_or("", |said| &said.recurrence_id),
            attendee: first.map_or("", |answer| &answer.attendee),
            answer: own.map(|said| said.answer).or_else(|| first.and_then(|answer| word(answer.partstat))),
            comment: own.map_or_else(|| first.map_or("", |answer| answer.comment.as_str()), |said| &said.comment),
            extra_guests: own.map_or(0, |said| said.extra_guests),
            sequence: first.and_then(|answer| answer.sequence),
            dtstamp: own.map(|said| said.dtstamp),
        },
        bounce_kind: incoming.bounce.as_ref().map_or("", |bounce| bounce_word(bounce.kind)),
        status: incoming.bounce.as_ref().map_or("", |bounce| &bounce.status),
        words: beginning(&incoming.text),
        raw: &read.raw,
    };
    receipt::add(w, &new, now)
}

/// As much of a text as a message is found by: what a person writes, not what hangs below it.
fn beginning(text: &str) -> &str {
    const LONGEST: usize = 1_000;
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text)
}

fn apply(w: &Writer<'_>, verdict: &Verdict, read: &Read, kept: i64, now: Timestamp) -> Result<Taken> {
    if verdict.state == State::Desk {
        if matches!(verdict.effect, Effect::Arrived) {
            arrived(w, verdict, read, now)?;
        }
        return Ok(Taken::Desk);
    }
    match &verdict.effect {
        Effect::Answers(said) if verdict.state == State::Counted => answers(w, verdict, said, read, kept, now),
        Effect::AskedAgain => {
            arrived(w, verdict, read, now)?;
            Ok(Taken::AskedAgain(kept))
        }
        Effect::Answers(_) | Effect::Nothing => Ok(Taken::Other),
        Effect::Arrived => {
            arrived(w, verdict, read, now)?;
            Ok(Taken::Other)
        }
        Effect::Bounced { suppress, words } => {
            if let Some(delivery) = verdict.about.delivery {
                let status = read.incoming.bounce.as_ref().map_or("", |bounce| &bounce.status);
                settle::came_back(w, delivery, Trouble::of(status, words), words)?;
            }
            if *suppress {
                stop_mail(w, verdict, Reason::HardBounce, words, kept, now)?;
            } else {
                put_off(w, verdict, words, kept, now)?;
            }
            Ok(Taken::Bounce)
        }
        Effect::PutOff { words } => {
            put_off(w, verdict, words, kept, now)?;
            Ok(Taken::Other)
        }
        Effect::Complained => {
            if let Some(delivery) = verdict.about.delivery {
                settle::came_back(w, delivery, Trouble::Complaint, "The guest reported it as spam")?;
            }
            stop_mail(w, verdict, Reason::Complaint, &read.incoming.subject, kept, now)?;
            Ok(Taken::Bounce)
        }
        Effect::Unsubscribed => {
            arrived(w, verdict, read, now)?;
            stop_mail(w, verdict, Reason::Unsubscribed, &read.incoming.subject, kept, now)?;
            Ok(Taken::Other)
        }
    }
}

fn answers(w: &Writer<'_>, verdict: &Verdict, said: &[Said], read: &Read, kept: i64, now: Timestamp) -> Result<Taken> {
    let Some(invitation) = verdict.about.invitation else { return Ok(Taken::Other) };
    let applied = give(w, invitation, said, read.received_at, kept)?;
    arrived(w, verdict, read, now)?;
    Ok(if applied { Taken::Answer } else { Taken::Other })
}

/// Gives an invitation the answers of a message; false where later ones stand, which is then the message's own state.
pub(super) fn give(w: &Writer<'_>, invitation: i64, said: &[Said], received_at: Timestamp, kept: i64) -> Result<bool> {
    let mut applied = false;
    for said in said {
        let given = Given {
            invitation,
            recurrence_id: &said.recurrence_id,
            answer: said.answer,
            dtstamp: said.dtstamp,
            at: received_at,
            extra_guests: said.extra_guests,
            comment: &said.comment,
            receipt: kept,
        };
        applied |= answer::put(w, &given)?;
    }
    if !applied {
        receipt::put_state(w, kept, State::Shown, "The guest gave a later answer, which arrived before this one")?;
    }
    Ok(applied)
}

/// Whoever reacts to a message has got it: the one that is named, else the only one that can be meant.
fn arrived(w: &Writer<'_>, verdict: &Verdict, read: &Read, now: Timestamp) -> Result<()> {
    if let Some(delivery) = verdict.about.delivery {
        settle::settle(w, delivery, Known::Sent, "", now)?;
        return Ok(());
    }
    let Some(invitation) = verdict.about.invitation else { return Ok(()) };
    // Clients echo the SEQUENCE of the message that they answer (RFC 5546 §2.1.5).
    let echoed = read.incoming.answers.iter().filter_map(|answer| answer.sequence).max();
    settle::arrived(w, invitation, echoed, now)
}

/// A server that puts off one message may take the next; one that puts off many in a row costs the organizer's good name.
fn put_off(w: &Writer<'_>, verdict: &Verdict, words: &str, kept: i64, now: Timestamp) -> Result<()> {
    let Some(guest) = verdict.about.guest else { return Ok(()) };
    let limit = patience::of(w)?;
    let count = evidence::put_off_in_a_row(w, guest)?;
    if limit.is_none_or(|limit| count < limit) {
        return Ok(());
    }
    let evidence = if count == 1 { words.to_owned() } else { format!("{count} messages in a row, the last: {words}") };
    stop_mail(w, verdict, Reason::SoftBounces, &evidence, kept, now)
}

fn stop_mail(w: &Writer<'_>, verdict: &Verdict, reason: Reason, words: &str, kept: i64, now: Timestamp) -> Result<()> {
    if let Some(guest) = verdict.about.guest {
        let address = evidence::address_of(w, guest)?;
        suppression::add(w, &address, reason, words, Some(kept), now)?;
    }
    Ok(())
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Invitation => "invitation",
        Kind::Reply => "reply",
        Kind::Counter => "counter",
        Kind::Refresh => "refresh",
        Kind::Cancellation => "cancellation",
        Kind::Bounce => "bounce",
        Kind::Complaint => "complaint",
        Kind::AutoReply => "auto-reply",
        Kind::Unsubscribe => "unsubscribe",
        Kind::Command => "command",
        Kind::Calendar => "calendar",
        Kind::Other => "other",
    }
}

fn bounce_word(kind: BounceKind) -> &'static str {
    match kind {
        BounceKind::Hard => "hard",
        BounceKind::Soft => "soft",
        BounceKind::Delayed => "delayed",
        BounceKind::Relayed => "relayed",
    }
}
