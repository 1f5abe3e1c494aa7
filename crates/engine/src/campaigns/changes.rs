//! What changed since guests were told, and telling them.

use anyhow::Result;
use calendar::diff::FieldChange;
use jiff::Timestamp;
use store::campaign::{self, Campaign, Draft, Kind, State};
use store::telling::{self, Telling, Told};
use store::{Reader, Writer, event, template};

use super::audience::Audience;
use super::content::{self, Content};
use super::pending::{self, Pending, Stage};
use super::view::{AudiencePreview, CampaignDetail, ChangeView, SettledView, Tell};
use super::{draft, flow, preview, standing, wording};
use crate::Engine;
use crate::calendars::view::FieldChangeView;
use crate::error::{Code, Failure};
use crate::event::Changed;

/// Events whose guests hold old details, and on which nothing was decided yet.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_changes(engine: &Engine) -> Result<Vec<ChangeView>> {
    engine
        .store()
        .read(|r| {
            let mut changes = Vec::new();
            for event in campaign::invited_events(r)? {
                changes.extend(change_of(r, event)?);
            }
            Ok(changes)
        })
        .await
}

/// Changes that were decided, where some guests keep what they hold.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_settled(engine: &Engine) -> Result<Vec<SettledView>> {
    engine
        .store()
        .read(|r| {
            let mut settled = Vec::new();
            for event in campaign::invited_events(r)? {
                settled.extend(settled_of(r, event)?);
            }
            Ok(settled)
        })
        .await
}

fn change_of(r: &Reader<'_>, event: i64) -> Result<Option<ChangeView>> {
    let Some(pending) = Pending::of(r, event)? else { return Ok(None) };
    if !matches!(pending.stage, Stage::Open | Stage::Asked) {
        return Ok(None);
    }
    let sends_at = standing::due(r, event, &pending)?;
    let view = draft::event_view(r, event)?;
    Ok(Some(ChangeView {
        event: event.to_string(),
        uid: pending.content.master.uid.clone(),
        summary: view.summary,
        start: view.start,
        tzid: view.tzid,
        all_day: view.all_day,
        cancelled: pending.kind() == Kind::Cancellation,
        guests: pending.all(),
        yes: pending.answered("yes"),
        maybe: pending.answered("maybe"),
        no: pending.answered("no"),
        none: pending.answered(""),
        fields: pending.fields.into_iter().map(field).collect(),
        sends_at: sends_at.map(|at| at.to_string()).unwrap_or_default(),
    }))
}

fn settled_of(r: &Reader<'_>, event: i64) -> Result<Option<SettledView>> {
    let Some(pending) = Pending::of(r, event)? else { return Ok(None) };
    let Stage::Settled(telling) = pending.stage else { return Ok(None) };
    Ok(Some(SettledView {
        event: event.to_string(),
        uid: pending.content.master.uid.clone(),
        summary: pending.content.master.summary.clone(),
        cancelled: pending.kind() == Kind::Cancellation,
        told: telling.told.as_str().to_owned(),
        told_words: in_words(telling.told).to_owned(),
        at: telling.at.to_string(),
        guests: pending.all(),
    }))
}

fn field(change: FieldChange) -> FieldChangeView {
    FieldChangeView { name: change.name, old: change.old, new: change.new, significant: change.significant }
}

/// How many mails an update or cancellation would be.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn preview_update(engine: &Engine, event: &str, to: Tell) -> Result<AudiencePreview> {
    let row = super::row(event, "event")?;
    let now = engine.clock().now();
    // The campaign is written, counted and taken back: what is counted is what would be sent.
    let campaign = engine.store().write(move |w| draft_update(w, row, to, "", now)).await?;
    let id = campaign.id;
    let preview = preview::of(engine, campaign).await;
    engine.store().write(move |w| campaign::delete(w, id)).await?;
    preview
}

/// Sends the update or cancellation of an event. `confirmed` is the number of mails that the organizer saw.
///
/// # Errors
/// [`Code::NotFound`], or [`Code::InvalidInput`] where the number is another one now.
pub async fn send_update(engine: &Engine, event: &str, to: Tell, message: &str, confirmed: u32) -> Result<CampaignDetail> {
    let row = super::row(event, "event")?;
    let (now, message) = (engine.clock().now(), message.to_owned());
    let campaign = engine.store().write(move |w| draft_update(w, row, to, &message, now)).await?;
    let id = campaign.id;
    match flow::send_campaign(engine, &id.to_string(), confirmed).await {
        Ok(sent) => {
            engine.store().write(move |w| note_told(w, id, to, now)).await?;
            engine.tell_changed(&[Changed::Campaigns]);
            Ok(sent)
        }
        Err(error) => {
            engine.store().write(move |w| campaign::delete(w, id)).await?;
            Err(error)
        }
    }
}

/// Remembers that a campaign that sends is what was decided on its events.
pub(super) fn note_told(w: &Writer<'_>, campaign: i64, to: Tell, now: Timestamp) -> Result<()> {
    for event in campaign::events(w, campaign)? {
        let Some(revision) = event.revision else { continue };
        telling::put(w, &Telling { event: event.event, revision, told: told(to), campaign: Some(campaign), at: now })?;
    }
    Ok(())
}

fn in_words(told: Told) -> &'static str {
    match told {
        Told::All => "Everyone was told",
        Told::Affected => "Everyone but No was told",
        Told::YesMaybe => "Yes and Maybe were told",
        Told::Nobody | Told::Ask => "Nobody was told",
    }
}

fn told(to: Tell) -> Told {
    match to {
        Tell::All => Told::All,
        Tell::Affected => Told::Affected,
        Tell::YesMaybe => Told::YesMaybe,
    }
}

/// Decides that nobody is told: the guests keep what they hold, until the event changes again.
///
/// # Errors
/// [`Code::NotFound`], or [`Code::WrongState`] where there is nothing to decide.
pub async fn tell_nobody(engine: &Engine, event: &str) -> Result<()> {
    decide(engine, event, Told::Nobody).await
}

/// Opens a change that was decided, and stops what a standing order would send: the organizer is asked.
///
/// # Errors
/// [`Code::NotFound`], or [`Code::WrongState`] where there is nothing to decide.
pub async fn ask_again(engine: &Engine, event: &str) -> Result<()> {
    decide(engine, event, Told::Ask).await
}

async fn decide(engine: &Engine, event: &str, told: Told) -> Result<()> {
    let row = super::row(event, "event")?;
    let now = engine.clock().now();
    engine
        .store()
        .write(move |w| {
            let event = event::get(w, row)?.ok_or_else(|| super::not_found("event", row))?.series();
            if Pending::of(w, event)?.is_none_or(|pending| pending.stage == Stage::BeingTold) {
                let name = Content::current(w, event)?.master.summary;
                let sentence = format!("There is nothing to decide on “{name}”: its guests know how it stands, or are being told.");
                return Err(Failure::new(Code::WrongState, sentence).with("state", "told").into());
            }
            let revision = content::current_or_create(w, event, now)?.id;
            telling::put(w, &Telling { event, revision, told, campaign: None, at: now })
        })
        .await?;
    engine.tell_changed(&[Changed::Campaigns]);
    Ok(())
}

/// The campaign of an update: through the account and the inbox that the event's guests know.
pub(super) fn draft_update(w: &Writer<'_>, event: i64, to: Tell, message: &str, now: Timestamp) -> Result<Campaign> {
    let row = event::get(w, event)?.ok_or_else(|| super::not_found("event", event))?;
    let event = row.series();
    let content = Content::current(w, event)?;
    let Some(first) = last_campaign_of(w, event)? else {
        let sentence = format!("Nobody was invited to “{}” yet: there is nobody to tell.", content.master.summary);
        return Err(Failure::new(Code::WrongState, sentence).with("state", "not invited").into());
    };
    let successors = pending::successors(w, event)?;
    let kind = pending::kind(&content, &successors);
    let what = if kind == Kind::Cancellation { "Cancellation" } else { "Update" };
    let template_version = if message.trim().is_empty() {
        None
    } else {
        let (subject, _) = wording::default(kind);
        let message_row = template::create(w, what, now)?;
        Some(template::add_version(w, message_row, subject, message, now)?.id)
    };
    let draft = Draft {
        kind,
        name: format!("{what}: {}", content.master.summary),
        list: None,
        audience: serde_json::to_string(&Audience::Holders { tell: to })?,
        template_version,
        sender: first.sender,
        inbox: first.inbox,
        scheduled_at: None,
        per_second: None,
        hours: String::new(),
        pilot: String::new(),
        spacing: 0,
        events: std::iter::once(event).chain(successors).collect(),
    };
    let id = campaign::create(w, &draft, now)?;
    campaign::get(w, id)?.ok_or_else(|| super::not_found("campaign", id))
}

pub(super) fn last_campaign_of(r: &Reader<'_>, event: i64) -> Result<Option<Campaign>> {
    let mut campaigns = campaign::of_event(r, event)?;
    campaigns.retain(|campaign| campaign.state != State::Draft);
    Ok(campaigns.pop())
}
