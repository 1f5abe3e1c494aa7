//! What the organizer does for guests chosen on the board of an event: send the update, remind, send again, withdraw.

use anyhow::Result;
use jiff::Timestamp;
use mail::audience::{Holding, LeftOut};
use store::campaign::{self, Campaign, Draft, Kind};
use store::delivery::enqueue::Standing;
use store::holding::answer::Scope;
use store::holding::board::{self, Filter, Place};
use store::{Reader, Writer, campaign_guest, event, template};

use super::audience::Audience;
use super::content::Content;
use super::view::{AudiencePreview, BoardAct, BoardChoice, CampaignDetail};
use super::{changes, content, draft, flow, preview, reminder, wording};
use crate::Engine;
use crate::error::{Code, Failure};

/// Guests of one step while a filter becomes a choice.
const PAGE: u32 = 5_000;
const WITHDRAWN: (&str, &str) =
    ("No longer invited: {{ event.summary }}", "You are no longer invited to this event. It leaves your calendar.");
const DECLINED: (&str, &str) = (
    "Not moved: {{ event.summary }}",
    "Thank you for proposing another time. It cannot be moved: the time below stands. Please say whether you will come.",
);

/// How many mails it would be, and who is left out and why.
///
/// # Errors
/// [`Code::NotFound`], or [`Code::WrongState`] where it cannot be done for this event.
pub async fn preview_act(engine: &Engine, event: &str, act: BoardAct, choice: BoardChoice) -> Result<AudiencePreview> {
    let (row, now) = (super::row(event, "event")?, engine.clock().now());
    // The campaign is written, counted and taken back: what is counted is what would be sent.
    let campaign = engine.store().write(move |w| draft_act(w, row, act, &choice, "", now)).await?;
    let id = campaign.id;
    let preview = preview::of(engine, campaign).await;
    engine.store().write(move |w| campaign::delete(w, id)).await?;
    preview
}

/// Does it. `confirmed` is the number of mails that the organizer saw.
///
/// # Errors
/// As [`preview_act`], and [`Code::InvalidInput`] where the number is another one now.
pub async fn act_on_guests(
    engine: &Engine,
    event: &str,
    act: BoardAct,
    choice: BoardChoice,
    message: &str,
    confirmed: u32,
) -> Result<CampaignDetail> {
    act_together(engine, event, act, choice, (message, confirmed), |_| Ok(())).await.map(|(detail, ())| detail)
}

/// The same, with the words of the mail and the number that was confirmed, together with what else is written in the moment that it begins.
pub(crate) async fn act_together<T: Send + 'static>(
    engine: &Engine,
    event: &str,
    act: BoardAct,
    choice: BoardChoice,
    (message, confirmed): (&str, u32),
    also: impl FnOnce(&Writer<'_>) -> Result<T> + Send + 'static,
) -> Result<(CampaignDetail, T)> {
    let row = super::row(event, "event")?;
    let (now, message) = (engine.clock().now(), message.to_owned());
    let id = engine.store().write(move |w| draft_act(w, row, act, &choice, &message, now)).await?.id;
    let sent = flow::send_together(engine, &id.to_string(), confirmed, also).await;
    if sent.is_err() {
        engine.store().write(move |w| campaign::delete(w, id)).await?;
    }
    sent
}

/// The campaign of an act: through the account and the inbox that the event's guests know.
fn draft_act(w: &Writer<'_>, event: i64, act: BoardAct, choice: &BoardChoice, message: &str, now: Timestamp) -> Result<Campaign> {
    let event = event::get(w, event)?.ok_or_else(|| super::not_found("event", event))?.series();
    let content = Content::current(w, event)?;
    let summary = &content.master.summary;
    let refused = |sentence: String, state: &str| anyhow::Error::from(Failure::new(Code::WrongState, sentence).with("state", state));
    if content.cancelled && act != BoardAct::Update {
        return Err(refused(format!("“{summary}” is cancelled: its guests can only be told that."), "cancelled"));
    }
    let Some(first) = changes::last_campaign_of(w, event)? else {
        return Err(refused(format!("Nobody was invited to “{summary}” yet."), "not invited"));
    };
    let (kind, what) = match act {
        BoardAct::Update if content.cancelled => (Kind::Cancellation, "Cancellation"),
        BoardAct::Update => (Kind::Update, "Update"),
        BoardAct::Remind => (Kind::Reminder, "Reminder"),
        BoardAct::Again => (Kind::Invitation, "Sent again"),
        BoardAct::Withdraw => (Kind::Cancellation, "Withdrawn"),
        BoardAct::Decline => (Kind::Single, "Not moved"),
    };
    let draft = Draft {
        kind,
        name: format!("{what}: {summary}"),
        list: None,
        audience: serde_json::to_string(&Audience::Chosen { act, reminded_since: reminder::since(w, now)? })?,
        template_version: write_words(w, act, kind, what, message, now)?,
        sender: first.sender,
        inbox: first.inbox,
        scheduled_at: None,
        per_second: None,
        hours: String::new(),
        pilot: String::new(),
        spacing: 0,
        events: vec![event],
    };
    let id = campaign::create(w, &draft, now)?;
    choose(w, id, event, choice)?;
    campaign::get(w, id)?.ok_or_else(|| super::not_found("campaign", id))
}

/// The words of its mail; none where those of its kind will do.
fn write_words(w: &Writer<'_>, act: BoardAct, kind: Kind, what: &str, message: &str, now: Timestamp) -> Result<Option<i64>> {
    let own = match act {
        BoardAct::Withdraw => Some(WITHDRAWN),
        BoardAct::Decline => Some(DECLINED),
        BoardAct::Update | BoardAct::Remind | BoardAct::Again => None,
    };
    let (subject, body) = own.unwrap_or_else(|| wording::default(kind));
    let is_usual = own.is_none() && message.trim().is_empty();
    if is_usual {
        return Ok(None);
    }
    let body = if message.trim().is_empty() { body } else { message };
    mail::template::Template::new(subject, body).map_err(draft::template_failure)?;
    let row = template::create(w, what, now)?;
    Ok(Some(template::add_version(w, row, subject, body, now)?.id))
}

/// Writes down who was chosen: what the organizer saw is what is sent.
fn choose(w: &Writer<'_>, campaign: i64, event: i64, choice: &BoardChoice) -> Result<()> {
    if !choice.guests.is_empty() {
        let guests = choice.guests.iter().map(|guest| super::row(guest, "guest")).collect::<Result<Vec<_>>>()?;
        return campaign_guest::add(w, campaign, guests);
    }
    let unknown = || draft::invalid("filter", format!("“{}” shows no guests of an event.", choice.filter));
    let filter = Filter::from_word(&choice.filter).ok_or_else(unknown)?;
    let (scope, current) = (Scope::Event(event), content::up_to_date(w, event)?.map(|current| current.id));
    let mut after = Place::default();
    loop {
        let rows = board::guests(w, scope, filter, current, after, PAGE)?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.place(scope, filter);
        campaign_guest::add(w, campaign, rows.iter().map(|row| row.guest))?;
    }
}

/// Why a chosen guest is left out, whatever else may speak against them.
pub(super) fn obstacle(
    r: &Reader<'_>,
    act: BoardAct,
    reminded_since: Timestamp,
    guest: i64,
    standing: &Standing,
) -> Result<Option<LeftOut>> {
    let held = standing.held.as_ref();
    let holds = held.is_some_and(|held| held.revision.is_some());
    Ok(match act {
        BoardAct::Update | BoardAct::Remind | BoardAct::Withdraw | BoardAct::Decline if !holds => Some(LeftOut::NothingHeld),
        BoardAct::Remind if held.is_some_and(|held| !held.answer.is_empty()) => Some(LeftOut::Answered),
        BoardAct::Remind if campaign_guest::was_reminded(r, guest, reminded_since)? => Some(LeftOut::RemindedLately),
        BoardAct::Again | BoardAct::Update | BoardAct::Remind | BoardAct::Withdraw | BoardAct::Decline => None,
    })
}

/// What a chosen guest counts as holding: whoever has this version gets it all the same, unless they were chosen for what is new.
pub(super) fn holding(act: BoardAct, holding: Holding) -> Holding {
    match (act, holding) {
        (BoardAct::Remind | BoardAct::Again | BoardAct::Withdraw | BoardAct::Decline, Holding::Current) => Holding::Older,
        (_, holding) => holding,
    }
}
