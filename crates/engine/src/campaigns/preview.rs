//! The last look before sending: who gets it, who does not and why, and how it looks to one guest.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use mail_parser::{Address, MessageParser, MimeHeaders as _};
use store::account::{self, State as AccountState};
use store::campaign::{self, Campaign, CampaignEvent, Kind};
use store::delivery::Method;
use store::delivery::due::{self, Due, Place, Recipient};
use store::revision::Revision;
use store::{Reader, guest_list, invitation, revision};

use super::accounts::{self, Parties};
use super::audience::{self, Chooser, Count};
use super::content::{self, Content};
use super::draft::event_view;
use super::message::{Made, MessageMaker};
use super::view::{AudiencePreview, Blocker, LeftOut, MessagePreview, MissingField};
use super::{status, stopped, wording};
use crate::Engine;
use crate::error::{Code, Failure};

/// Who gets a campaign, who does not and why, and how long it takes.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn preview_audience(engine: &Engine, id: &str) -> Result<AudiencePreview> {
    let row = super::row(id, "campaign")?;
    let (campaign, _) = status::read(engine, row).await?;
    of(engine, campaign).await
}

pub(super) async fn of(engine: &Engine, campaign: Campaign) -> Result<AudiencePreview> {
    let sender = campaign.sender;
    let own = campaign.per_second;
    let spacing = campaign.spacing;
    if let Some(sender) = sender {
        stopped::learn(engine, sender).await?;
    }
    let (count, blockers) = engine.store().read(move |r| counted(r, &campaign)).await?;
    let seconds = match sender {
        Some(sender) => seconds(engine, sender, own, count.mails.into()).await,
        None => None,
    };
    let spaced = spacing.saturating_mul(60).saturating_mul(count.most.saturating_sub(1));
    let seconds = if spaced > 0 { Some(seconds.unwrap_or(0).max(spaced)) } else { seconds };
    Ok(AudiencePreview {
        guests: count.guests,
        mails: count.mails,
        left_out: count
            .left_out
            .into_iter()
            .map(|(reason, named)| LeftOut { reason: reason.to_owned(), guests: named.guests, examples: named.examples })
            .collect(),
        missing: count
            .missing
            .into_iter()
            .map(|(field, named)| MissingField { field, guests: named.guests, examples: named.examples })
            .collect(),
        seconds,
        blockers,
    })
}

/// How long so many messages take, as far as the account says so quickly.
async fn seconds(engine: &Engine, sender: i64, campaign: Option<f64>, mails: u64) -> Option<u32> {
    let own = accounts::own_limits(engine, sender).await.ok()?;
    let stated = async { accounts::sender(engine, sender).await.ok()?.limits().await.ok() };
    let stated = tokio::time::timeout(Duration::from_secs(2), stated).await.ok().flatten();
    let least = own.least_time(mails, own.share(stated, campaign.into_iter()))?;
    Some(u32::try_from(least.as_millis().div_ceil(1000)).unwrap_or(u32::MAX))
}

fn counted(r: &Reader<'_>, campaign: &Campaign) -> Result<(Count, Vec<Blocker>)> {
    let events = campaign::events(r, campaign.id)?;
    let mut blockers = Vec::new();
    let mut block = |step: &str, message: String| blockers.push(Blocker { step: step.to_owned(), message });
    if campaign.kind != Kind::Message && events.is_empty() {
        block("what", "Choose the events that guests are invited to.".to_owned());
    }
    for event in &events {
        let content = Content::current(r, event.event)?;
        if content.cancelled && campaign.kind == Kind::Invitation {
            block("what", format!("“{}” is cancelled: nobody can be invited to it.", content.master.summary));
        }
    }
    let is_list = matches!(audience::Audience::of(campaign), audience::Audience::List { .. });
    let list = campaign.list.map(|list| guest_list::get(r, list)).transpose()?.flatten();
    if is_list && list.is_none() {
        block("who", "Choose the list of guests.".to_owned());
    }
    let (subject, body) = wording::of(r, campaign)?;
    let template = match mail::template::Template::new(&subject, &body) {
        Ok(template) => Some(template),
        Err(problem) => {
            block("message", super::draft::template_failure(problem).message);
            None
        }
    };
    if campaign.kind == Kind::Message && (subject.trim().is_empty() || body.trim().is_empty()) {
        block("message", "Write the subject and the message.".to_owned());
    }
    for (step, message) in account_blockers(r, campaign)? {
        block(step, message);
    }
    let inbox = campaign.inbox.map(|inbox| account::get(r, inbox)).transpose()?.flatten();
    let own: Vec<&str> = inbox.as_ref().map(|inbox| inbox.address.as_str()).into_iter().collect();
    let mut chooser = Chooser::new(r, campaign, &events, &own)?;
    let count = audience::count(r, &mut chooser, template.as_ref())?;
    if count.mails == 0 && blockers.is_empty() {
        let organizer = count.left_out.contains_key("organizer");
        let why = if organizer {
            "Only the organizer's own address is left: calendars give an organizer no answer buttons. Answers need another inbox."
        } else if count.left_out.is_empty() {
            "Nobody is on the list."
        } else {
            "Nobody is left to send to: everyone is left out for a reason."
        };
        blockers.push(Blocker { step: "who".to_owned(), message: why.to_owned() });
    }
    Ok((count, blockers))
}

fn account_blockers(r: &Reader<'_>, campaign: &Campaign) -> Result<Vec<(&'static str, String)>> {
    let mut blockers = Vec::new();
    match campaign.sender.map(|sender| account::get(r, sender)).transpose()?.flatten() {
        None => blockers.push(("send", "Choose the account that sends.".to_owned())),
        Some(sender) => match sender.state {
            AccountState::Ok => {}
            AccountState::NeedsLogin(problem) => {
                blockers.push(("send", format!("The sender “{}” cannot sign in: {problem}", sender.label)));
            }
            AccountState::Stopped(problem) => blockers.push(("send", format!("“{}” was stopped by its service: {problem}", sender.label))),
        },
    }
    let inbox = campaign.inbox.map(|inbox| account::get(r, inbox)).transpose()?.flatten();
    if campaign.kind != Kind::Message && inbox.is_none() {
        blockers.push(("send", "Choose the inbox that answers come back to: an invitation needs one.".to_owned()));
    }
    Ok(blockers)
}

/// The message as one guest gets it; the first guest and the first event where they are empty.
///
/// # Errors
/// [`Code::NotFound`], or [`Code::InvalidInput`] where the draft is not yet complete enough.
pub async fn preview_message(engine: &Engine, id: &str, guest: &str, event: &str) -> Result<MessagePreview> {
    let (outgoing, card) = example(engine, id, guest, event, None).await?;
    let mut shown = shown(&outgoing.message)?;
    shown.card = match card {
        Some(event) => Some(engine.store().read(move |r| event_view(r, event)).await?),
        None => None,
    };
    Ok(shown)
}

/// A message that no row of the ledger stands for. `to` puts another address in the guest's place.
pub(super) async fn example(
    engine: &Engine,
    id: &str,
    guest: &str,
    event: &str,
    to: Option<String>,
) -> Result<(mail::port::Outgoing, Option<i64>)> {
    let row = super::row(id, "campaign")?;
    let (campaign, _) = status::read(engine, row).await?;
    let parties = accounts::parties(engine, &campaign)
        .await
        .map_err(|_| super::draft::invalid("sender", "Choose the account that sends, to see the message as it would leave.".to_owned()))?;
    let guest = if guest.is_empty() { None } else { Some(super::row(guest, "guest")?) };
    let event = if event.is_empty() { None } else { Some(super::row(event, "event")?) };
    let now = engine.clock().now();
    let (maker, due) = engine.store().read(move |r| rehearse(r, &campaign, parties, guest, event, to, now)).await?;
    let card = due.invitation.as_ref().map(|invitation| invitation.event);
    match maker.make(&due, now)? {
        Made::Message { outgoing, .. } => Ok((outgoing, card)),
        Made::LeftOut(reason) => Err(Failure::new(Code::InvalidInput, reason).with("field", "message").into()),
    }
}

fn rehearse(
    r: &Reader<'_>,
    campaign: &Campaign,
    parties: Parties,
    guest: Option<i64>,
    event: Option<i64>,
    to: Option<String>,
    now: jiff::Timestamp,
) -> Result<(MessageMaker, Due)> {
    let events = campaign::events(r, campaign.id)?;
    let is_test = to.is_some();
    let mut recipient = recipient(r, campaign, &events, guest)?;
    if let Some(to) = to {
        recipient.address = to;
    }
    let chosen = events.iter().find(|known| event.is_none_or(|event| event == known.event)).copied();
    if campaign.kind != Kind::Message && chosen.is_none() {
        return Err(super::draft::invalid("events", "Choose the events that guests are invited to.".to_owned()));
    }
    let mut due = example_row(r, campaign, chosen, recipient, &parties)?;
    if is_test {
        due.invitation = due.invitation.map(|own| nobodys(own, &super::token(&mut rand::rng(), 20), &parties));
    }
    let contents = chosen.map(|chosen| told(r, chosen, now)).transpose()?.into_iter().collect::<BTreeMap<_, _>>();
    let mut maker = MessageMaker::new(r, campaign, parties, contents)?;
    maker.learn(r, std::slice::from_ref(&due))?;
    Ok((maker, due))
}

/// What would be told of an event now.
fn told(r: &Reader<'_>, event: CampaignEvent, now: jiff::Timestamp) -> Result<(i64, (Revision, Content))> {
    let frozen = event.revision.map(|frozen| revision::get(r, frozen)).transpose()?.flatten();
    if let Some(frozen) = frozen {
        let content = Content::of_revision(r, &frozen)?;
        return Ok((event.event, (frozen, content)));
    }
    let content = Content::current(r, event.event)?;
    let sequence = content::next_sequence(r, event.event, &content)?;
    let revision =
        Revision { id: 0, event: event.event, number: 0, sequence, cancelled: content.cancelled, changed: "[]".to_owned(), at: now };
    Ok((event.event, (revision, content)))
}

fn recipient(r: &Reader<'_>, campaign: &Campaign, events: &[CampaignEvent], guest: Option<i64>) -> Result<Recipient> {
    if let Some(guest) = guest {
        return due::recipient_of(r, guest)?.ok_or_else(|| super::not_found("guest", guest));
    }
    let chooser = Chooser::new(r, campaign, events, &[])?;
    let first = chooser.candidates(r, 0, 1)?.into_iter().next();
    Ok(first.map_or_else(
        || Recipient {
            address: "guest@example.com".to_owned(),
            name: "Example Guest".to_owned(),
            first_name: "Example".to_owned(),
            last_name: "Guest".to_owned(),
            fields: "{}".to_owned(),
            ..Recipient::default()
        },
        |first| first.recipient,
    ))
}

fn example_row(r: &Reader<'_>, campaign: &Campaign, event: Option<CampaignEvent>, recipient: Recipient, parties: &Parties) -> Result<Due> {
    let known = match event {
        Some(event) => invitation::of(r, recipient.guest, event.event)?,
        None => None,
    };
    let held = known.as_ref().map(|known| store::holding::held(r, known.id)).transpose()?.flatten();
    let sent = known.as_ref().filter(|known| known.dtstamp > 0);
    let told = held.as_ref().and_then(|held| held.revision).map(|held| revision::get(r, held)).transpose()?.flatten();
    let told = told.map(|told| told.sequence);
    let before =
        sent.map(|known| due::Before { method: Method::Request, sequence: known.sequence, revision: told.unwrap_or(known.sequence) });
    let invitation = event.map(|event| {
        let none =
            invitation::Invitation { guest: recipient.guest, event: event.event, address: recipient.address.clone(), ..Default::default() };
        known.unwrap_or_else(|| nobodys(none, "preview", parties))
    });
    let is_first = campaign.kind == Kind::Invitation;
    Ok(Due {
        id: 0,
        place: Place::default(),
        method: if event.is_some() { Method::Request } else { Method::Message },
        tries: 0,
        recipient,
        invitation,
        revision: None,
        held: held.as_ref().filter(|_| !is_first).and_then(|held| held.revision),
        answer: held.map(|held| held.answer).unwrap_or_default(),
        answered: None,
        base: None,
        owed: None,
        before,
        kept: None,
    })
}

/// The same invitation under a code that is nobody's: what answers it counts for nobody.
fn nobodys(invitation: invitation::Invitation, token: &str, parties: &Parties) -> invitation::Invitation {
    let uid = format!("{}.preview@example.invalid", invitation.event);
    invitation::Invitation { id: 0, token: token.to_owned(), uid, organizer: parties.organizer(token), ..invitation }
}

/// A message taken apart again: the preview shows what will leave, not what it was made from.
fn shown(message: &[u8]) -> Result<MessagePreview> {
    let parsed = MessageParser::default().parse(message).context("the message cannot be read back")?;
    let calendar = parsed.parts.iter().find(|part| part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar")));
    Ok(MessagePreview {
        from: people(parsed.from()),
        to: people(parsed.to()),
        reply_to: people(parsed.reply_to()),
        subject: parsed.subject().unwrap_or_default().to_owned(),
        html: parsed.body_html(0).unwrap_or_default().into_owned(),
        text: parsed.body_text(0).unwrap_or_default().into_owned(),
        calendar: calendar.and_then(|part| part.text_contents()).unwrap_or_default().to_owned(),
        raw: String::from_utf8_lossy(message).into_owned(),
        card: None,
    })
}

/// Names and addresses as a person reads them.
fn people(addresses: Option<&Address<'_>>) -> String {
    let shown = addresses.into_iter().flat_map(Address::iter).map(|person| match (person.name(), person.address().unwrap_or_default()) {
        (Some(name), address) => format!("{name} <{address}>"),
        (None, address) => address.to_owned(),
    });
    shown.collect::<Vec<_>>().join(", ")
}
