//! What changed since guests were told, and telling them.

use anyhow::Result;
use calendar::diff::FieldChange;
use jiff::Timestamp;
use store::campaign::{self, Campaign, Draft, Kind, State};
use store::{Reader, Writer, event, holding, revision, template};

use super::audience::{self, Audience};
use super::content::{self, Content};
use super::view::{AudiencePreview, CampaignDetail, ChangeView, Tell};
use super::{draft, flow, preview, wording};
use crate::Engine;
use crate::calendars::view::FieldChangeView;
use crate::error::{Code, Failure};

/// Events whose guests hold old details.
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

/// How an event differs from what its guests hold; none where everyone knows.
fn change_of(r: &Reader<'_>, event: i64) -> Result<Option<ChangeView>> {
    let current = content::up_to_date(r, event)?;
    let answers = audience::outdated(r, event, current.as_ref().map(|current| current.id))?;
    let guests: u64 = answers.values().sum();
    if guests == 0 {
        return Ok(None);
    }
    let now = Content::current(r, event)?;
    let Some(before) = most_held(r, event, current.as_ref().map(|current| current.id))? else { return Ok(None) };
    let changes = now.changes_since(&before);
    if changes.is_empty() {
        return Ok(None);
    }
    let count = |answer: &str| u32::try_from(answers.get(answer).copied().unwrap_or(0)).unwrap_or(u32::MAX);
    let view = draft::event_view(r, event)?;
    Ok(Some(ChangeView {
        event: event.to_string(),
        uid: now.master.uid.clone(),
        summary: view.summary,
        start: view.start,
        tzid: view.tzid,
        all_day: view.all_day,
        cancelled: now.cancelled,
        fields: changes.into_iter().map(field).collect(),
        guests: u32::try_from(guests).unwrap_or(u32::MAX),
        yes: count("yes"),
        maybe: count("maybe"),
        no: count("no"),
        none: count(""),
    }))
}

/// The old details that most guests hold.
fn most_held(r: &Reader<'_>, event: i64, current: Option<i64>) -> Result<Option<Content>> {
    let mut held = std::collections::BTreeMap::<i64, u64>::new();
    for count in holding::counts(r, event)? {
        if count.revision != 0 && Some(count.revision) != current {
            *held.entry(count.revision).or_default() += count.guests;
        }
    }
    let Some((most, _)) = held.into_iter().max_by_key(|(revision, guests)| (*guests, *revision)) else { return Ok(None) };
    let Some(most) = revision::get(r, most)? else { return Ok(None) };
    Ok(Some(Content::of_revision(r, &most)?))
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
    let id = engine.store().write(move |w| draft_update(w, row, to, &message, now)).await?.id;
    let sent = flow::send_campaign(engine, &id.to_string(), confirmed).await;
    if sent.is_err() {
        engine.store().write(move |w| campaign::delete(w, id)).await?;
    }
    sent
}

/// The campaign of an update: through the account and the inbox that the event's guests know.
fn draft_update(w: &Writer<'_>, event: i64, to: Tell, message: &str, now: Timestamp) -> Result<Campaign> {
    let row = event::get(w, event)?.ok_or_else(|| super::not_found("event", event))?;
    let event = row.series();
    let content = Content::current(w, event)?;
    let Some(first) = last_campaign_of(w, event)? else {
        let sentence = format!("Nobody was invited to “{}” yet: there is nobody to tell.", content.master.summary);
        return Err(Failure::new(Code::WrongState, sentence).with("state", "not invited").into());
    };
    let kind = if content.cancelled { Kind::Cancellation } else { Kind::Update };
    let what = if content.cancelled { "Cancellation" } else { "Update" };
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
        events: vec![event],
    };
    let id = campaign::create(w, &draft, now)?;
    campaign::get(w, id)?.ok_or_else(|| super::not_found("campaign", id))
}

pub(super) fn last_campaign_of(r: &Reader<'_>, event: i64) -> Result<Option<Campaign>> {
    let mut campaigns = campaign::of_event(r, event)?;
    campaigns.retain(|campaign| campaign.state != State::Draft);
    Ok(campaigns.pop())
}
