//! What was edited in two places: the later edit was kept, the other is one press away.

use anyhow::Result;
use calendar::Event;
use store::clash::{self, Clash, Place};
use store::event_version::{self, Draft, Origin, Source};
use store::{Reader, Writer, account, calendar as calendars};

use super::view::ClashView;
use crate::Engine;
use crate::error::{Code, Failure};
use crate::event::Changed;

const MOST: u32 = 500;

/// What the organizer has not seen to yet, the newest first.
///
/// # Errors
/// When the database cannot be read.
pub async fn clashes(engine: &Engine) -> Result<Vec<ClashView>> {
    engine.store().read(|r| clash::open(r, MOST)?.iter().map(|clash| view(r, clash)).collect()).await
}

/// Sees to one: what was kept stays, or what the other had takes its place, as a new version that goes to the provider too.
///
/// # Errors
/// [`Code::NotFound`] where it was seen to already.
pub async fn settle_clash(engine: &Engine, id: &str, take_other: bool) -> Result<()> {
    let row: i64 = id.parse().unwrap_or_default();
    let now = engine.clock().now();
    engine
        .store()
        .write(move |w| {
            let found = clash::get(w, row)?
                .ok_or_else(|| Failure::new(Code::NotFound, "This was seen to already.").with("what", "clash").with("name", row))?;
            if take_other {
                take(w, &found, &Origin { source: Source::Restore, import: None, at: now })?;
            }
            clash::settle(w, row, now)
        })
        .await?;
    engine.tell_changed(&[Changed::Events, Changed::Calendars]);
    engine.syncing().pace.wake();
    Ok(())
}

fn take(w: &Writer<'_>, found: &Clash, origin: &Origin) -> Result<()> {
    let rows = event_version::of_uid(w, found.calendar, &found.uid)?;
    let row = rows.iter().find(|row| row.row.recurrence_id == found.recurrence_id);
    let drafts: Vec<(Option<i64>, Event, bool)> = match (&found.other, row) {
        (Some(other), Some(row)) if found.field != "event" => {
            vec![(Some(row.row.id), calendar::sync::with_field(&row.content, &found.field, other), false)]
        }
        (Some(other), row) => vec![(row.map(|row| row.row.id), Event { uid: found.uid.clone(), ..other.clone() }, false)],
        // With a series go its exceptions.
        (None, Some(_)) if found.recurrence_id.is_empty() => {
            rows.iter().filter(|row| !row.row.deleted).map(|row| (Some(row.row.id), row.content.clone(), true)).collect()
        }
        (None, Some(row)) => vec![(Some(row.row.id), row.content.clone(), true)],
        (None, None) => Vec::new(),
    };
    let drafts: Vec<Draft<'_>> = drafts
        .iter()
        .map(|(event, content, deleted)| Draft {
            calendar: found.calendar,
            event: *event,
            content,
            ical: "",
            deleted: *deleted,
            split_from: None,
        })
        .collect();
    event_version::append(w, &drafts, origin)?;
    Ok(())
}

fn view(r: &Reader<'_>, clash: &Clash) -> Result<ClashView> {
    let calendar = calendars::get(r, clash.calendar)?;
    let account = match (clash.feed, calendar.as_ref().and_then(|calendar| calendar.account)) {
        (Some(feed), _) => calendars::get(r, feed)?.map(|feed| feed.name),
        (None, Some(account)) => account::get(r, account)?.map(|account| account.label),
        (None, None) => None,
    };
    let rows = event_version::of_uid(r, clash.calendar, &clash.uid)?;
    let row = rows.iter().find(|row| row.row.recurrence_id == clash.recurrence_id).or(rows.first());
    Ok(ClashView {
        id: clash.id.to_string(),
        calendar: clash.calendar.to_string(),
        calendar_name: calendar.map(|calendar| calendar.name).unwrap_or_default(),
        event: row.map(|row| row.row.series().to_string()).unwrap_or_default(),
        uid: clash.uid.clone(),
        recurrence_id: clash.recurrence_id.clone(),
        summary: row.map(|row| row.content.summary.clone()).unwrap_or_default(),
        field: clash.field.clone(),
        here: clash.here.clone(),
        there: clash.there.clone(),
        kept: if clash.kept == Place::Here { "here" } else { "there" }.to_owned(),
        account: account.unwrap_or_default(),
        at: clash.at.to_string(),
    })
}
