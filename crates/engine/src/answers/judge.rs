//! Which invitation a message is about, and whether it may count by itself.

use anyhow::Result;
use calendar::{EventTime, Participation};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use mail::address::{Address, same_mailbox};
use mail::incoming::{Answer, Bounce, BounceKind, Incoming, Kind};
use store::invitation::{self, Invitation};
use store::receipt::{About, MatchedBy, State, evidence};
use store::{Reader, account, delivery};

use super::authenticity;

/// What is known of the inbox that a message lies in.
#[derive(Clone, Debug)]
pub(super) struct InboxFacts {
    pub(super) account: i64,
    /// Its address, normalised: what comes from there is the organizer's own.
    pub(super) address: String,
    /// The name that its server signs Authentication-Results with, where the organizer gave it.
    pub(super) authserv_id: Option<String>,
    /// Its messages may be commands: it is read, and what lies in a file is not.
    pub(super) takes_commands: bool,
}

/// A message that concerns us.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) state: State,
    /// Why it does not count, in a sentence; empty if it does.
    pub(super) reason: String,
    pub(super) about: About,
    pub(super) effect: Effect,
    /// What the organizer is asked, where it waits for a ruling.
    pub(super) question: Option<Question>,
}

/// What the organizer is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Someone else answered a guest's invitation: whose answer is it?
    Whose,
    /// It answers nothing that was sent from here, or two things at once.
    Which,
    /// The guest passed the invitation on.
    PassedOn,
    /// Another time is proposed.
    Proposal,
    /// The inbox's own server could not confirm the sender.
    Unconfirmed,
    /// Something came back or was reported for a guest, and nobody knows what.
    CameBack,
    /// It is written in a person's own words.
    Letter,
}

/// What a message does once it is kept.
#[derive(Clone, Debug)]
pub(super) enum Effect {
    Nothing,
    /// The guest answered. The first one is the receipt's own.
    Answers(Vec<Said>),
    /// It proves only that the invitation arrived.
    Arrived,
    Bounced {
        suppress: bool,
        words: String,
    },
    /// The guest's server goes on trying.
    PutOff {
        words: String,
    },
    Complained,
    Unsubscribed,
    /// The guest asks for the current state.
    AskedAgain,
}

/// One answer of the guest.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) recurrence_id: String,
    pub(super) answer: store::receipt::Answer,
    pub(super) dtstamp: Timestamp,
    pub(super) extra_guests: u32,
    pub(super) comment: String,
}

impl Verdict {
    fn desk(about: About, question: Question, reason: impl Into<String>) -> Self {
        Self { state: State::Desk, reason: reason.into(), about, effect: Effect::Nothing, question: Some(question) }
    }

    fn shown(about: About, reason: impl Into<String>, effect: Effect) -> Self {
        Self { state: State::Shown, reason: reason.into(), about, effect, question: None }
    }

    fn counted(about: About, effect: Effect) -> Self {
        Self { state: State::Counted, reason: String::new(), about, effect, question: None }
    }
}

/// Judges a message; none where it does not concern an invitation of ours.
pub(super) fn judge(r: &Reader<'_>, inbox: &InboxFacts, incoming: &Incoming, received_at: Timestamp) -> Result<Option<Verdict>> {
    let verdict = judge_confirmed(r, inbox, incoming, received_at)?;
    Ok(verdict.map(|verdict| match doubt(inbox, incoming) {
        Some(reason)
            if verdict.state != State::Desk && !matches!(verdict.effect, Effect::Nothing | Effect::Arrived | Effect::AskedAgain) =>
        {
            Verdict::desk(verdict.about, Question::Unconfirmed, reason)
        }
        Some(_) if matches!(verdict.state, State::Shown | State::Desk) => Verdict { effect: Effect::Nothing, ..verdict },
        _ => verdict,
    }))
}

/// Why the inbox's own server could not confirm the sender. A server's own report is not signed by the guest's domain.
pub(super) fn doubt(inbox: &InboxFacts, incoming: &Incoming) -> Option<String> {
    let is_report = matches!(incoming.kind, Kind::Bounce | Kind::Complaint);
    if is_report { None } else { authenticity::failure(&incoming.authentication_results, inbox.authserv_id.as_deref()) }
}

/// The same for a message whose sender is taken to be who they say.
pub(super) fn judge_confirmed(r: &Reader<'_>, inbox: &InboxFacts, incoming: &Incoming, received_at: Timestamp) -> Result<Option<Verdict>> {
    match incoming.kind {
        Kind::Reply => reply(r, incoming, received_at),
        Kind::Counter => proposal(r, incoming),
        Kind::Bounce => bounce(r, incoming),
        Kind::Complaint => complaint(r, incoming),
        Kind::Unsubscribe => unsubscribe(r, incoming),
        Kind::AutoReply | Kind::Refresh | Kind::Other => letter(r, inbox, incoming),
        Kind::Invitation | Kind::Cancellation | Kind::Command | Kind::Calendar => Ok(None),
    }
}

/// An address as addresses are compared; as it is, in lower case, where it is none.
pub(super) fn normalised(address: &str) -> String {
    Address::parse(address).map_or_else(|_| address.trim().to_lowercase(), |address| address.normalised)
}

/// The invitation that a message names: by token, by UID, by the message that a guest replies to.
pub(super) fn invitation_of(r: &Reader<'_>, incoming: &Incoming) -> Result<Option<(Invitation, MatchedBy)>> {
    for token in &incoming.tokens {
        if let Some(found) = invitation::by_token(r, token)? {
            return Ok(Some((found, MatchedBy::Token)));
        }
    }
    let returned = incoming.bounce.iter().flat_map(|bounce| &bounce.original_invited);
    for named in incoming.answers.iter().chain(returned).filter(|named| !named.uid.is_empty()) {
        if let Some(found) = invitation::by_uid(r, &named.uid)? {
            return Ok(Some((found, MatchedBy::UidAttendee)));
        }
    }
    if matches!(incoming.kind, Kind::AutoReply | Kind::Refresh | Kind::Other)
        && let Some(replied_to) = tagged(r, incoming, &incoming.from)?.and_then(|delivery| delivery.invitation)
    {
        return Ok(invitation::get(r, replied_to)?.map(|found| (found, MatchedBy::MessageId)));
    }
    Ok(None)
}

fn about(invitation: &Invitation, by: MatchedBy) -> About {
    About { invitation: Some(invitation.id), delivery: None, guest: Some(invitation.guest), matched_by: Some(by) }
}

pub(super) fn is_guest(r: &Reader<'_>, invitation: &Invitation, address: &str) -> Result<bool> {
    if address.is_empty() {
        return Ok(false);
    }
    let address = normalised(address);
    let invited = normalised(&invitation.address);
    Ok(same_mailbox(&address, &invited) || evidence::is_of_guest(r, invitation.guest, &address)?)
}

/// Whether From or Sender is the guest.
fn is_from_guest(r: &Reader<'_>, invitation: &Invitation, incoming: &Incoming) -> Result<bool> {
    let sender = incoming.sender.as_deref().unwrap_or_default();
    Ok(is_guest(r, invitation, &incoming.from)? || is_guest(r, invitation, sender)?)
}

/// A message that names no invitation concerns us only when it speaks of one of our guests.
fn stranger(r: &Reader<'_>, addresses: &[&str], question: Question, reason: &str) -> Result<Option<Verdict>> {
    for address in addresses.iter().filter(|address| !address.is_empty()) {
        if let Some(guest) = evidence::guest_of(r, &normalised(address))? {
            let about = About { guest: Some(guest), matched_by: Some(MatchedBy::Address), ..About::default() };
            return Ok(Some(Verdict::desk(about, question, reason)));
        }
    }
    Ok(None)
}

fn reply(r: &Reader<'_>, incoming: &Incoming, received_at: Timestamp) -> Result<Option<Verdict>> {
    let Some((invitation, by)) = invitation_of(r, incoming)? else {
        let attendee = incoming.answers.first().map_or("", |answer| answer.attendee.as_str());
        return stranger(r, &[attendee, &incoming.from], Question::Which, "It answers an event that was not sent from here");
    };
    let uid = incoming.answers.iter().map(|answer| answer.uid.as_str()).find(|uid| !uid.is_empty() && *uid != invitation.uid);
    if uid.is_some() {
        return Ok(Some(Verdict::desk(about(&invitation, by), Question::Which, "Its address names one invitation and its entry another")));
    }
    let mut own = Vec::new();
    for answer in &incoming.answers {
        if is_guest(r, &invitation, &answer.attendee)? {
            own.push(answer);
        }
    }
    let mut by = by;
    let is_from_guest = is_from_guest(r, &invitation, incoming)?;
    if !own.is_empty() && !is_from_guest {
        // Every program of a guest sends answers from the guest's own address: whoever has the invitation could write their name into it.
        let reason = format!("{} sent the answer of {}", incoming.from, invitation.address);
        return Ok(Some(Verdict::desk(about(&invitation, by), Question::Whose, reason)));
    }
    if own.is_empty() {
        if !is_from_guest {
            let who =
                incoming.answers.first().map(|answer| answer.attendee.as_str()).filter(|who| !who.is_empty()).unwrap_or(&incoming.from);
            let reason = format!("{who} answered the invitation of {}", invitation.address);
            return Ok(Some(Verdict::desk(about(&invitation, by), Question::Whose, reason)));
        }
        // Their program knows them by another address, which only they could have sent it from.
        let first = incoming.answers.first().map(|answer| answer.attendee.as_str()).unwrap_or_default();
        own = incoming.answers.iter().filter(|answer| answer.attendee == first).collect();
        by = if by == MatchedBy::UidAttendee { MatchedBy::UidFrom } else { by };
    }
    Ok(Some(answered(about(&invitation, by), &invitation, &own, incoming, received_at)))
}

/// The guest's own answers: counted, outdated, or not an answer yet.
fn answered(about: About, invitation: &Invitation, own: &[&Answer], incoming: &Incoming, received_at: Timestamp) -> Verdict {
    if let Some(other) = own.iter().find(|answer| answer.partstat == Some(Participation::Delegated)) {
        let whom = other.delegated_to.as_deref().unwrap_or("someone else");
        return Verdict::desk(about, Question::PassedOn, format!("The guest passed the invitation on to {whom}"));
    }
    // An answer that echoes a lower SEQUENCE was given before the time, the place or the like changed (IMIP, RFC 5546 §2.1.5).
    let (current, outdated): (Vec<&&Answer>, Vec<&&Answer>) =
        own.iter().partition(|answer| answer.sequence.is_none_or(|sequence| sequence >= invitation.sequence));
    let said: Vec<Said> = current.into_iter().filter_map(|answer| said_in(answer, incoming, received_at)).collect();
    if said.is_empty() {
        return match outdated.into_iter().find_map(|answer| said_in(answer, incoming, received_at)) {
            Some(said) => Verdict {
                state: State::Outdated,
                reason: "It answers details that have since changed".to_owned(),
                about,
                effect: Effect::Answers(vec![said]),
                question: None,
            },
            None => Verdict::shown(about, "It says neither yes nor no nor maybe", Effect::Arrived),
        };
    }
    Verdict::counted(about, Effect::Answers(said))
}

/// What a guest said, where it is an answer.
pub(super) fn word(partstat: Option<Participation>) -> Option<store::receipt::Answer> {
    match partstat? {
        Participation::Accepted => Some(store::receipt::Answer::Yes),
        Participation::Tentative => Some(store::receipt::Answer::Maybe),
        Participation::Declined => Some(store::receipt::Answer::No),
        Participation::NeedsAction | Participation::Delegated => None,
    }
}

pub(super) fn said_in(answer: &Answer, incoming: &Incoming, received_at: Timestamp) -> Option<Said> {
    Some(Said {
        recurrence_id: answer.recurrence_id.as_ref().map(occurrence_key).unwrap_or_default(),
        answer: word(answer.partstat)?,
        // A clock that runs ahead would keep every later answer out.
        dtstamp: answer.dtstamp.or(incoming.date).unwrap_or(received_at).min(received_at),
        extra_guests: answer.extra_guests,
        comment: answer.comment.clone(),
    })
}

/// An occurrence by the instant of its original start: clients write it in UTC, in the event's zone, or in one of their own.
/// What the answer to one occurrence is filed under.
pub(crate) fn occurrence_key(start: &EventTime) -> String {
    match start {
        EventTime::Zoned(..) => start.to_instant(&TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string(),
        EventTime::Date(_) | EventTime::Floating(_) => start.value(),
    }
}

fn proposal(r: &Reader<'_>, incoming: &Incoming) -> Result<Option<Verdict>> {
    let Some((invitation, by)) = invitation_of(r, incoming)? else { return Ok(None) };
    let reason = if is_from_guest(r, &invitation, incoming)? {
        "The guest proposes another time".to_owned()
    } else {
        format!("{} proposes another time for {}", incoming.from, invitation.address)
    };
    Ok(Some(Verdict::desk(about(&invitation, by), Question::Proposal, reason)))
}

fn bounce(r: &Reader<'_>, incoming: &Incoming) -> Result<Option<Verdict>> {
    let Some(report) = &incoming.bounce else { return Ok(None) };
    let Some(about) = reported(r, incoming, report.original_message_id.as_deref(), &report.recipient)? else {
        let recipients = std::iter::once(report).chain(&incoming.further_bounces).map(|bounce| bounce.recipient.as_str());
        return stranger(
            r,
            &recipients.collect::<Vec<_>>(),
            Question::CameBack,
            "A message to this guest came back, but it does not say which",
        );
    };
    Ok(Some(match report.kind {
        BounceKind::Hard => Verdict::counted(about, Effect::Bounced { suppress: true, words: words(report) }),
        BounceKind::Soft => Verdict::counted(about, Effect::Bounced { suppress: false, words: words(report) }),
        BounceKind::Delayed => {
            Verdict::shown(about, "The guest's server has not taken it yet and goes on trying", Effect::PutOff { words: words(report) })
        }
        BounceKind::Relayed => Verdict::shown(about, "The guest's server says that it arrived", Effect::Arrived),
    }))
}

/// The delivery that a report is about: the one that it names; else the last of the invitation that it names.
fn reported(r: &Reader<'_>, incoming: &Incoming, message_id: Option<&str>, recipient: &str) -> Result<Option<About>> {
    let invitation = invitation_of(r, incoming)?;
    let named = match tagged(r, incoming, recipient)? {
        Some(delivery) => Some(delivery),
        None => returned(r, message_id)?,
    };
    let named = named.filter(|named| invitation.as_ref().is_none_or(|(known, _)| named.invitation == Some(known.id)));
    let by = match &invitation {
        Some((_, MatchedBy::Token)) => MatchedBy::Token,
        _ => MatchedBy::MessageId,
    };
    let delivery = match (named, invitation) {
        (Some(named), _) => Some(named),
        (None, Some((invitation, _))) => delivery::last_of(r, invitation.id)?,
        (None, None) => None,
    };
    Ok(delivery.map(|delivery| About {
        invitation: delivery.invitation,
        delivery: Some(delivery.id),
        guest: Some(delivery.guest),
        matched_by: Some(by),
    }))
}

/// The delivery of the tag in a message, where the message is of its guest: another database may have a row of the same number.
fn tagged(r: &Reader<'_>, incoming: &Incoming, address: &str) -> Result<Option<delivery::DeliveryKey>> {
    let Some(row) = incoming.tag.as_ref().and_then(|tag| tag.parse().ok()) else { return Ok(None) };
    let Some(delivery) = delivery::get(r, row)? else { return Ok(None) };
    let invitation = delivery.invitation.map(|invitation| invitation::get(r, invitation)).transpose()?.flatten();
    if let Some(invitation) = &invitation
        && (incoming.tokens.contains(&invitation.token) || is_guest(r, invitation, address)?)
    {
        return Ok(Some(delivery));
    }
    let is_theirs = !address.is_empty() && evidence::guest_of(r, &normalised(address))? == Some(delivery.guest);
    Ok(is_theirs.then_some(delivery))
}

/// The server's words, or its code where it has none.
pub(super) fn words(report: &Bounce) -> String {
    if report.diagnostic.is_empty() { report.status.clone() } else { report.diagnostic.clone() }
}

/// The delivery that a Message-ID names. A service knows its own by the part before the `@`.
fn returned(r: &Reader<'_>, message_id: Option<&str>) -> Result<Option<delivery::DeliveryKey>> {
    let Some(message_id) = message_id else { return Ok(None) };
    if let Some(found) = delivery::by_remote_id(r, message_id)? {
        return Ok(Some(found));
    }
    match message_id.split_once('@') {
        Some((name, _)) => delivery::by_remote_id(r, name),
        None => Ok(None),
    }
}

fn complaint(r: &Reader<'_>, incoming: &Incoming) -> Result<Option<Verdict>> {
    let report = incoming.complaint.as_ref();
    let original = report.and_then(|report| report.original_message_id.as_deref());
    let recipient = report.map_or("", |report| report.recipient.as_str());
    match reported(r, incoming, original, recipient)? {
        Some(about) => Ok(Some(Verdict::counted(about, Effect::Complained))),
        None => stranger(r, &[recipient], Question::CameBack, "This guest reported a message as spam, but it does not say which"),
    }
}

fn unsubscribe(r: &Reader<'_>, incoming: &Incoming) -> Result<Option<Verdict>> {
    if let Some((invitation, by)) = invitation_of(r, incoming)? {
        return Ok(Some(Verdict::counted(about(&invitation, by), Effect::Unsubscribed)));
    }
    let Some(guest) = evidence::guest_of(r, &normalised(&incoming.from))? else { return Ok(None) };
    let about = About { guest: Some(guest), matched_by: Some(MatchedBy::Address), ..About::default() };
    Ok(Some(Verdict::counted(about, Effect::Unsubscribed)))
}

/// A letter, an out-of-office note, a question for the current state: kept where it names an invitation. Only a person knows what a letter says.
fn letter(r: &Reader<'_>, inbox: &InboxFacts, incoming: &Incoming) -> Result<Option<Verdict>> {
    let from = normalised(&incoming.from);
    if from == inbox.address || account::all(r)?.iter().any(|own| normalised(&own.address) == from) {
        return Ok(None);
    }
    let Some((invitation, by)) = invitation_of(r, incoming)? else { return Ok(None) };
    let is_from_guest = is_from_guest(r, &invitation, incoming)?;
    let delivery = tagged(r, incoming, &incoming.from)?.filter(|delivery| delivery.invitation == Some(invitation.id));
    let about = About { delivery: delivery.map(|delivery| delivery.id), ..about(&invitation, by) };
    Ok(Some(match incoming.kind {
        Kind::AutoReply => Verdict::shown(about, "An automatic reply", Effect::Arrived),
        Kind::Refresh if is_from_guest => Verdict::shown(about, "Asks for the current state", Effect::AskedAgain),
        Kind::Refresh => Verdict::shown(about, "Someone else asks for the current state", Effect::Nothing),
        _ if is_from_guest => {
            Verdict { effect: Effect::Arrived, ..Verdict::desk(about, Question::Letter, "The guest wrote in their own words") }
        }
        _ => Verdict::desk(about, Question::Letter, format!("{} wrote about the invitation of {}", incoming.from, invitation.address)),
    }))
}
