//! What a guest held at some moment: of each event the revision that they were last sent, with its words, and what the event says otherwise now.

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use store::delivery::told::{self, Told};
use store::delivery::{Method, State};
use store::holding::given;
use store::{Reader, calendar as calendars, event, guest, invitation, revision};

use super::view::HeldThen;
use crate::Engine;
use crate::calendars::moment_or_day;
use crate::calendars::view::FieldChangeView;
use crate::campaigns::Content;
use crate::error::{Code, Failure};

/// What a guest held at an instant, or at the end of a day, the soonest event first.
///
/// # Errors
/// `NotFound` for the guest, or `InvalidInput` for the time.
pub async fn show_at(engine: &Engine, id: &str, at: &str) -> Result<Vec<HeldThen>, Failure> {
    let row: i64 = id.parse().unwrap_or_default();
    let by = moment_or_day(at, &engine.clock().zone())?;
    Ok(engine.store().read(move |r| held(r, row, by)).await?)
}

fn held(r: &Reader<'_>, guest: i64, by: Timestamp) -> Result<Vec<HeldThen>> {
    if guest::get(r, guest)?.is_none() {
        return Err(Failure::new(Code::NotFound, "There is no such guest.").with("what", "guest").with("name", guest).into());
    }
    let mut held = told::last_by(r, guest, by)?.iter().map(|told| view(r, told, by)).collect::<Result<Vec<_>>>()?;
    held.sort_by(|left, right| left.start.cmp(&right.start));
    Ok(held)
}

fn view(r: &Reader<'_>, told: &Told, by: Timestamp) -> Result<HeldThen> {
    let invitation = invitation::get(r, told.invitation)?.context("the invitation is missing")?;
    let revision = revision::get(r, told.revision)?.context("the revision is missing")?;
    let row = event::get(r, invitation.event)?.context("the event is missing")?;
    let then = Content::of_revision(r, &revision)?;
    let now = Content::current(r, invitation.event)?;
    let changes = now.changes_since(&then).into_iter().map(|change| FieldChangeView {
        name: change.name,
        old: change.old,
        new: change.new,
        significant: change.significant,
    });
    let kind = match (told.method, revision.number) {
        (Method::Cancel, _) if !told.only_dates => "cancellation",
        (Method::Withdraw, _) => "withdrawal",
        (_, 1) => "invitation",
        _ => "update",
    };
    Ok(HeldThen {
        event: invitation.event.to_string(),
        uid: row.uid,
        calendar_name: calendars::get(r, row.calendar)?.map(|calendar| calendar.name).unwrap_or_default(),
        kind: kind.to_owned(),
        revision: revision.number,
        sent_at: told.at.to_string(),
        campaign: told.campaign.clone(),
        uncertain: matches!(told.state, State::Uncertain | State::HandedOver),
        cancelled: then.cancelled || matches!(kind, "cancellation" | "withdrawal"),
        start: then.master.start.iso_local(),
        when: calendar::words::span(&then.master.start, &then.master.end, None),
        summary: then.master.summary.clone(),
        place: then.master.place.clone(),
        description: then.master.description.clone(),
        answer: given::answer_by(r, told.invitation, by)?,
        changes: changes.collect(),
    })
}
