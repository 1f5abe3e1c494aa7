//! Drafts: what a campaign will be.

use anyhow::Result;
use jiff::Timestamp;
use mail::template::{Template, TemplateProblem};
use store::campaign::{self, Campaign, Draft, Kind, State};
use store::{Reader, Writer, account, event, guest_list, template};

use super::audience::Audience;
use super::content::Content;
use super::hours::Hours;
use super::pilot::Pilot;
use super::status;
use super::view::{CampaignDetail, CampaignDraft, CampaignEventView, CampaignView};
use crate::error::{Code, Failure};
use crate::event::{Changed, EngineEvent};
use crate::{Engine, campaigns};

/// A week of minutes.
const MOST_SPACING: u32 = 7 * 24 * 60;

/// Every campaign, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn list_campaigns(engine: &Engine) -> Result<Vec<CampaignView>> {
    let rows = engine
        .store()
        .read(|r| {
            campaign::list(r)?
                .into_iter()
                .map(|campaign| {
                    let rehearsal = is_rehearsal(r, campaign.sender)?;
                    Ok((campaign::counts(r, campaign.id)?, rehearsal, campaign))
                })
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    let views = rows.into_iter().map(|(counts, rehearsal, campaign)| CampaignView {
        id: campaign.id.to_string(),
        name: campaign.name.clone(),
        kind: campaign.kind.as_str().to_owned(),
        created_at: campaign.created_at.to_string(),
        status: status::of(engine, &campaign, &counts),
        rehearsal,
    });
    Ok(views.collect())
}

/// Creates a draft.
///
/// # Errors
/// [`Code::InvalidInput`] or [`Code::InvalidTemplate`].
pub async fn create_campaign(engine: &Engine, draft: CampaignDraft) -> Result<CampaignDetail> {
    let now = engine.clock().now();
    let id = engine
        .store()
        .write(move |w| {
            let template = write_template(w, None, &draft, now)?;
            let read = read_draft(w, &draft, template)?;
            campaign::create(w, &read, now)
        })
        .await?;
    tell(engine);
    show_campaign(engine, &id.to_string()).await
}

/// Changes a draft.
///
/// # Errors
/// [`Code::InvalidInput`], [`Code::InvalidTemplate`], or [`Code::WrongState`] where it is none any more.
pub async fn update_campaign(engine: &Engine, id: &str, draft: CampaignDraft) -> Result<CampaignDetail> {
    let (row, now) = (super::row(id, "campaign")?, engine.clock().now());
    engine
        .store()
        .write(move |w| {
            let campaign = draft_of(w, row, "changed")?;
            let template = write_template(w, campaign.template_version, &draft, now)?;
            let read = read_draft(w, &draft, template)?;
            campaign::update(w, row, &read)
        })
        .await?;
    tell(engine);
    show_campaign(engine, id).await
}

/// Deletes a draft.
///
/// # Errors
/// [`Code::WrongState`] where it is none any more.
pub async fn delete_campaign(engine: &Engine, id: &str) -> Result<()> {
    let row = super::row(id, "campaign")?;
    engine
        .store()
        .write(move |w| {
            draft_of(w, row, "deleted")?;
            campaign::delete(w, row)
        })
        .await?;
    tell(engine);
    Ok(())
}

/// A campaign with all that was chosen.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn show_campaign(engine: &Engine, id: &str) -> Result<CampaignDetail> {
    let row = super::row(id, "campaign")?;
    let (campaign, status) = status::read(engine, row).await?;
    engine.store().read(move |r| detail(r, &campaign, status)).await
}

fn detail(r: &Reader<'_>, campaign: &Campaign, status: super::view::CampaignStatus) -> Result<CampaignDetail> {
    let events = campaign::events(r, campaign.id)?;
    let views = events.iter().map(|event| event_view(r, event.event)).collect::<Result<Vec<_>>>()?;
    let version = campaign.template_version.map(|version| template::version(r, version)).transpose()?.flatten();
    let (subject, body) = version.map(|version| (version.subject, version.body)).unwrap_or_default();
    let sender = campaign.sender.map(|sender| account::get(r, sender)).transpose()?.flatten();
    let inbox = campaign.inbox.map(|inbox| account::get(r, inbox)).transpose()?.flatten();
    let list = campaign.list.map(|list| guest_list::get(r, list)).transpose()?.flatten();
    let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    let at = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
    Ok(CampaignDetail {
        id: campaign.id.to_string(),
        draft: CampaignDraft {
            name: campaign.name.clone(),
            kind: campaign.kind.as_str().to_owned(),
            events: events.iter().map(|event| event.event.to_string()).collect(),
            list: id(campaign.list),
            subject,
            body,
            sender: id(campaign.sender),
            inbox: id(campaign.inbox),
            scheduled_at: at(campaign.scheduled_at),
            per_second: campaign.per_second,
            hours: campaign.hours.clone(),
            pilot: campaign.pilot.clone(),
            spacing: campaign.spacing,
            duplicates: Audience::of(campaign) == Audience::List { duplicates: true },
        },
        created_at: campaign.created_at.to_string(),
        started_at: at(campaign.started_at),
        finished_at: at(campaign.finished_at),
        status,
        events: views,
        list_name: list.map(|list| list.name).unwrap_or_default(),
        rehearsal: sender.as_ref().is_some_and(|sender| sender.kind == "rehearsal"),
        sender_label: sender.map(|sender| sender.label).unwrap_or_default(),
        inbox_address: inbox.map(|inbox| inbox.address).unwrap_or_default(),
    })
}

/// An event as a campaign shows it.
pub(super) fn event_view(r: &Reader<'_>, event: i64) -> Result<CampaignEventView> {
    let master = Content::current(r, event)?.master;
    Ok(CampaignEventView {
        id: event.to_string(),
        summary: master.summary.clone(),
        start: master.start.iso_local(),
        tzid: master.start.zone().map(|zone| zone.as_str().to_owned()).unwrap_or_default(),
        all_day: master.start.is_all_day(),
        place: master.place.clone(),
        repeats: campaigns::wording::repeats(&master),
    })
}

fn is_rehearsal(r: &Reader<'_>, sender: Option<i64>) -> Result<bool> {
    let sender = sender.map(|sender| account::get(r, sender)).transpose()?.flatten();
    Ok(sender.is_some_and(|sender| sender.kind == "rehearsal"))
}

fn draft_of(r: &Reader<'_>, id: i64, done: &str) -> Result<Campaign> {
    let campaign = campaign::get(r, id)?.ok_or_else(|| super::not_found("campaign", id))?;
    if campaign.state == State::Draft { Ok(campaign) } else { Err(super::flow::wrong_state(&campaign, done)) }
}

/// Writes the words of a draft down; none where it has none.
fn write_template(w: &Writer<'_>, before: Option<i64>, draft: &CampaignDraft, now: Timestamp) -> Result<Option<i64>> {
    if draft.subject.trim().is_empty() && draft.body.trim().is_empty() {
        return Ok(None);
    }
    Template::new(&draft.subject, &draft.body).map_err(template_failure)?;
    let message = match before.map(|version| template::version(w, version)).transpose()?.flatten() {
        Some(version) => version.template,
        None => template::create(w, &draft.subject, now)?,
    };
    Ok(Some(template::add_version(w, message, &draft.subject, &draft.body, now)?.id))
}

/// A fault of a template as the organizer is told.
#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
pub(super) fn template_failure(problem: TemplateProblem) -> Failure {
    let place = if problem.line == 0 { "The subject".to_owned() } else { format!("Line {} of the message", problem.line) };
    Failure::new(Code::InvalidTemplate, format!("{place} cannot be used: {}", problem.reason)).with("line", problem.line)
}

fn read_draft(r: &Reader<'_>, draft: &CampaignDraft, template_version: Option<i64>) -> Result<Draft> {
    let kind = match draft.kind.as_str() {
        "" | "invitation" => Kind::Invitation,
        "message" => Kind::Message,
        other => return Err(invalid("kind", format!("A campaign is an invitation or a message, not “{other}”."))),
    };
    let scheduled_at = match draft.scheduled_at.trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| {
            invalid("scheduled_at", format!("“{text}” is no time; write it like 2027-03-14T09:00:00Z or 2027-03-14T09:00:00+01:00."))
        })?),
    };
    Hours::parse(&draft.hours).map_err(|sentence| invalid("hours", sentence))?;
    Pilot::parse(&draft.pilot).map_err(|sentence| invalid("pilot", sentence))?;
    if draft.spacing > MOST_SPACING {
        return Err(invalid("spacing", format!("Between two mails to one guest lie at most {MOST_SPACING} minutes, a week.")));
    }
    if draft.per_second.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) {
        return Err(invalid("per_second", "Messages a second is a number above zero, such as 14 or 0.5.".to_owned()));
    }
    let events = draft.events.iter().map(|id| series(r, id)).collect::<Result<Vec<_>>>()?;
    let list = optional(&draft.list, "list")?;
    let name = match draft.name.trim() {
        "" => default_name(r, &events, draft)?,
        name => name.to_owned(),
    };
    Ok(Draft {
        kind,
        name,
        list,
        audience: serde_json::to_string(&Audience::List { duplicates: draft.duplicates })?,
        template_version,
        sender: optional(&draft.sender, "sender")?,
        inbox: optional(&draft.inbox, "inbox")?,
        scheduled_at,
        per_second: draft.per_second,
        hours: draft.hours.trim().to_owned(),
        pilot: draft.pilot.trim().to_owned(),
        spacing: draft.spacing,
        events: if kind == Kind::Message { Vec::new() } else { events },
    })
}

/// The master of the event that an id names: guests are invited to whole series.
fn series(r: &Reader<'_>, id: &str) -> Result<i64> {
    let row = super::row(id, "event")?;
    Ok(event::get(r, row)?.ok_or_else(|| super::not_found("event", id))?.series())
}

fn optional(id: &str, what: &'static str) -> Result<Option<i64>> {
    if id.is_empty() { Ok(None) } else { super::row(id, what).map(Some) }
}

fn default_name(r: &Reader<'_>, events: &[i64], draft: &CampaignDraft) -> Result<String> {
    let Some(first) = events.first() else {
        return Ok(if draft.subject.trim().is_empty() { "New campaign".to_owned() } else { draft.subject.trim().to_owned() });
    };
    let summary = event::get(r, *first)?.map(|event| event.summary).unwrap_or_default();
    let summary = if summary.is_empty() { "Event".to_owned() } else { summary };
    Ok(match events.len() {
        1 => summary,
        more => format!("{summary} and {} more", more - 1),
    })
}

pub(super) fn invalid(field: &str, sentence: String) -> anyhow::Error {
    Failure::new(Code::InvalidInput, sentence).with("field", field).into()
}

fn tell(engine: &Engine) {
    engine.tell(EngineEvent::Changed { what: vec![Changed::Campaigns] });
}
