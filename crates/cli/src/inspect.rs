//! `rollcall-cli inspect`: what Rollcall understands of a mail, a calendar file or a mailbox file.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use calendar::ical::{self, Effect};
use clap::Args;
use mail::incoming::{self, Answer, Bounce, BounceKind, Incoming, Kind};
use serde::Serialize;

use crate::output::Output;

/// What to inspect.
#[derive(Args)]
pub(crate) struct Arguments {
    /// A message (.eml), a calendar (.ics) or a mailbox (mbox).
    file: PathBuf,
}

/// One message as it was understood. Uid, attendee and answer are those of the first event; `answers` has all, also of an
/// invitation that came back.
#[derive(Serialize)]
struct Inspection {
    kind: Kind,
    method: Option<String>,
    uid: Option<String>,
    recurrence_id: Option<String>,
    sequence: Option<u32>,
    attendee: Option<String>,
    partstat: Option<String>,
    comment: Option<String>,
    /// VEVENTs that can be imported, and those that stand in `problems`.
    events: usize,
    bounce: Option<InspectedBounce>,
    problems: Vec<InspectedProblem>,
    tokens: Vec<String>,
    answers: Vec<InspectedAnswer>,
    further_bounces: Vec<InspectedBounce>,
}

#[derive(Clone, Serialize)]
struct InspectedAnswer {
    uid: Option<String>,
    recurrence_id: Option<String>,
    sequence: Option<u32>,
    attendee: Option<String>,
    partstat: Option<String>,
    comment: Option<String>,
}

#[derive(Serialize)]
struct InspectedBounce {
    recipient: String,
    status: String,
    kind: BounceKind,
    diagnostic: String,
    original_message_id: Option<String>,
}

#[derive(Serialize)]
struct InspectedProblem {
    line: u32,
    reason: String,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<ExitCode> {
    let bytes = std::fs::read(&arguments.file).with_context(|| format!("{} cannot be read", arguments.file.display()))?;
    let mut understood = false;
    // A message saved as .eml may begin with a mailbox's `From ` line and quote another: it is one message all the same.
    let is_one = arguments.file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("eml"));
    let messages = if is_one { vec![incoming::read(&bytes)] } else { incoming::read_all(&bytes) };
    for incoming in messages {
        let inspection = inspect(incoming, &bytes);
        understood |= inspection.is_understood();
        output.result(&inspection, |inspection| serde_json::to_string_pretty(inspection).unwrap_or_default())?;
    }
    if !understood {
        output.say(&format!("{}: nothing in this file could be read as a mail message or a calendar", arguments.file.display()));
    }
    Ok(if understood { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn inspect(incoming: Incoming, file: &[u8]) -> Inspection {
    // A report answers nothing; what it returns named a guest.
    let returned = incoming.bounce.iter().flat_map(|bounce| &bounce.original_invited);
    let answers: Vec<InspectedAnswer> = incoming.answers.iter().chain(returned).map(answer).collect();
    let mut problems: Vec<InspectedProblem> =
        incoming.problems.into_iter().map(|problem| InspectedProblem { line: problem.line, reason: problem.reason }).collect();
    let mut events = 0;
    if let Some(calendar) = &incoming.calendar {
        let reading = ical::read(if incoming::is_calendar_file(file) { file } else { calendar.as_bytes() });
        events = reading.events.len() + reading.problems.iter().filter(|problem| problem.effect == Effect::EventLeftOut).count();
        // An answer need not have what an event must; what its event lacks is no problem of the answer.
        if !matches!(incoming.kind, Kind::Reply | Kind::Counter | Kind::Refresh) {
            problems =
                reading.problems.into_iter().map(|problem| InspectedProblem { line: problem.line, reason: problem.reason }).collect();
        }
    }
    let first = answers.first().cloned();
    let returned_method = incoming.bounce.as_ref().and_then(|bounce| bounce.original_method.clone());
    Inspection {
        kind: incoming.kind,
        method: incoming.method.or(returned_method),
        uid: first.as_ref().and_then(|answer| answer.uid.clone()),
        recurrence_id: first.as_ref().and_then(|answer| answer.recurrence_id.clone()),
        sequence: first.as_ref().and_then(|answer| answer.sequence),
        attendee: first.as_ref().and_then(|answer| answer.attendee.clone()),
        partstat: first.as_ref().and_then(|answer| answer.partstat.clone()),
        comment: first.as_ref().and_then(|answer| answer.comment.clone()),
        events,
        bounce: incoming.bounce.map(bounce),
        problems,
        tokens: incoming.tokens,
        answers,
        further_bounces: incoming.further_bounces.into_iter().map(bounce).collect(),
    }
}

impl Inspection {
    /// A letter is understood as a letter; bytes that are neither mail nor calendar, and a calendar without a usable event, are not.
    fn is_understood(&self) -> bool {
        match self.kind {
            Kind::Other => !self.problems.iter().any(|problem| problem.line == 0),
            Kind::Calendar => self.events > self.problems.len() || self.problems.is_empty() || self.uid.is_some(),
            _ => true,
        }
    }
}

fn answer(answer: &Answer) -> InspectedAnswer {
    InspectedAnswer {
        uid: some(&answer.uid),
        recurrence_id: some(&answer.recurrence_id_text),
        sequence: answer.sequence,
        attendee: some(&answer.attendee),
        partstat: answer.partstat.map(|partstat| incoming::partstat_text(partstat).to_owned()),
        comment: some(&answer.comment),
    }
}

fn bounce(bounce: Bounce) -> InspectedBounce {
    InspectedBounce {
        recipient: bounce.recipient,
        status: bounce.status,
        kind: bounce.kind,
        diagnostic: bounce.diagnostic,
        original_message_id: bounce.original_message_id,
    }
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
