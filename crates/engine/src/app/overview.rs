//! What the first screen needs, in one reading.

use store::account::{self, Role};
use store::copy_rule::copy;
use store::{Reader, campaign, clash, guest, invitation, receipt, setting};

use super::Overview;
use crate::{Engine, Failure, calendars, campaigns};

/// The latest receipt that the organizer has seen on the Answers screen.
const SEEN: &str = "answers_seen";

/// Counts what there is. `rehearsal` says whether this engine is the practice one.
///
/// # Errors
/// When the database cannot be read.
pub async fn overview(engine: &Engine, rehearsal: bool) -> Result<Overview, Failure> {
    let calendars = calendars::list_calendars(engine).await?;
    let changes = campaigns::list_changes(engine).await?;
    let lease = campaigns::lease_refusal(engine).await?;
    let locked = engine.vault().trouble(engine.store()).await?.unwrap_or_default();
    let overview = engine
        .store()
        .read(move |r| {
            Ok(Overview {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                rehearsal,
                calendars: count(calendars.len()),
                events: calendars.iter().map(|calendar| calendar.events).sum(),
                guests: guest::count(r)?,
                senders: account::count(r, Role::Sender)?,
                inboxes: account::count(r, Role::Inbox)?,
                campaigns: count(campaign::list(r)?.len()),
                invitations: u32::try_from(invitation::count(r)?).unwrap_or(u32::MAX),
                new_answers: receipt::counted_after(r, seen(r)?)?,
                desk: receipt::desk_count(r)?,
                changes: count(changes.len()),
                calendar_accounts: account::count(r, Role::Calendar)?,
                clashes: clash::count(r)?,
                twins: copy::waiting(r)?,
                lease,
                locked,
            })
        })
        .await?;
    Ok(overview)
}

/// Notes that the organizer has seen every answer there is.
///
/// # Errors
/// When the database cannot be written.
pub async fn mark_answers_seen(engine: &Engine) -> Result<(), Failure> {
    engine.store().write(|w| setting::put(w, SEEN, &receipt::newest(w)?.to_string())).await?;
    Ok(())
}

fn seen(r: &Reader<'_>) -> anyhow::Result<i64> {
    Ok(setting::get(r, SEEN)?.and_then(|id| id.parse().ok()).unwrap_or(0))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
