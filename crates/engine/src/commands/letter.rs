//! What an answer says, written down in the transaction that it is about.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use calendar::{Event, EventStatus};
use mail::EventWords;
use mail::incoming::Incoming;
use mail::template::{self, Rendered, Template, TemplateProblem};
use serde::{Deserialize, Serialize};
use store::mail_command::NewCommand;
use store::mail_command::taken::Outcome;
use store::{Reader, calendar as calendars};

use super::entry::Done;
use super::wording;

/// The answer to a message, until it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) paragraphs: Vec<String>,
    pub(super) event: Option<Event>,
    /// Message-ID of what it answers.
    pub(super) in_reply_to: String,
}

/// What a letter is written from.
pub(super) struct Facts<'a> {
    pub(super) command: &'a NewCommand,
    pub(super) incoming: &'a Incoming,
    pub(super) done: &'a Done,
}

impl Letter {
    pub(super) fn words(&self) -> Option<EventWords> {
        self.event.as_ref().map(|event| EventWords::new(event, "en"))
    }

    pub(super) fn is_off(&self) -> bool {
        self.event.as_ref().is_some_and(|event| event.status == EventStatus::Cancelled)
    }
}

/// Writes a letter in the organizer's words; as JSON, with the version of the words.
pub(super) fn write(r: &Reader<'_>, facts: &Facts<'_>) -> Result<(String, Option<i64>)> {
    let Facts { command, incoming, done } = facts;
    let calendar = calendars::get(r, command.calendar)?.map(|calendar| calendar.name).unwrap_or_default();
    let values = [
        ("address", command.address.clone()),
        ("calendar", calendar),
        ("subject", incoming.subject.clone()),
        ("details", done.detail.clone()),
        ("others", done.others.join(", ")),
    ];
    let fields: BTreeMap<String, String> = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let event = done.told.clone();
    let words = event.as_ref().map(|event| EventWords::new(event, "en"));
    let (subject, body, version) = wording::of(r, done.outcome)?;
    let (rendered, version) = match render(&subject, &body, &fields, words.as_ref()) {
        Ok(rendered) => (rendered, version),
        // Words that fit every other message can lack a field of this one.
        Err(_) => (plain(done.outcome, &fields, words.as_ref())?, None),
    };
    let Rendered { subject, text_paragraphs: paragraphs } = rendered;
    let letter = Letter { subject, paragraphs, event, in_reply_to: incoming.message_id.clone() };
    Ok((serde_json::to_string(&letter).context("Write down what an answer says")?, version))
}

fn plain(kind: Outcome, fields: &BTreeMap<String, String>, words: Option<&EventWords>) -> Result<Rendered> {
    let (subject, body) = wording::default(kind);
    render(subject, body, fields, words).context("Write an answer in the words that come with the program")
}

fn render(subject: &str, body: &str, fields: &BTreeMap<String, String>, event: Option<&EventWords>) -> Result<Rendered, TemplateProblem> {
    Template::new(subject, body)?.render(&template::Context { fields, event })
}
