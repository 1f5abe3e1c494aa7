//! Which calendars of an account are mirrored here.

use anyhow::Result;
use calendar::remote::{Access, RemoteCalendar, RemoteFailure};
use store::calendar::Role;
use store::calendar::mirror::{self, Mirror};
use store::{Reader, Writer, remote_item, remote_write};

use super::view::RemoteCalendarView;
use super::{accounts, opened};
use crate::error::{self, Code, Failure};
use crate::event::Changed;
use crate::{Engine, calendars};

/// The calendars that an account has at its provider.
///
/// # Errors
/// [`Code::NotFound`], [`Code::NeedsLogin`], or [`Code::Unreachable`].
pub async fn remote_calendars(engine: &Engine, account: &str) -> Result<Vec<RemoteCalendarView>> {
    let account = accounts::by_id(engine, account).await?;
    let there = ask(engine, account.id).await?;
    let (id, listed) = (account.id, there.clone());
    let mirrored = engine.store().write(move |w| {
        put_roles(w, id, &listed)?;
        mirror::of_account(w, id)
    });
    let mirrored = mirrored.await?;
    Ok(there.into_iter().map(|calendar| view(calendar, &mirrored)).collect())
}

/// Mirrors calendars of an account from now on. What is in them comes with the next sync. One that is mirrored already stays as it is.
///
/// # Errors
/// As [`remote_calendars`], and [`Code::NotFound`] for a calendar that the account does not have: then none is.
pub async fn mirror_calendars(engine: &Engine, account: &str, remote_ids: &[String]) -> Result<Vec<RemoteCalendarView>> {
    let account = accounts::by_id(engine, account).await?;
    let there = ask(engine, account.id).await?;
    let wanted = remote_ids.iter().map(|id| {
        let found = there.iter().find(|calendar| calendar.id == *id || calendar.name == *id).cloned();
        found.ok_or_else(|| {
            let sentence = format!("“{}” has no calendar “{id}”. Its calendars are {}.", account.label, names(&there));
            Failure::new(Code::NotFound, sentence).with("what", "remote_calendar").with("name", id).into()
        })
    });
    let wanted = wanted.collect::<Result<Vec<RemoteCalendar>>>()?;
    let (id, label, now, zone) = (account.id, account.label, engine.clock().now(), engine.clock().zone());
    let mirrored = engine.store().write(move |w| {
        for calendar in &wanted {
            let known = mirror::of_account(w, id)?;
            if known.iter().all(|mirror| mirror.remote_id != calendar.id) {
                let zone = if calendar.zone.is_empty() { &zone } else { &calendar.zone };
                let row = calendars::create_named_like(w, &calendar.name, &label, &calendar.colour, zone, now)?;
                mirror::link(w, row, id, &calendar.id, role(calendar.access))?;
            }
        }
        mirror::of_account(w, id)
    });
    let mirrored = mirrored.await?;
    engine.tell_changed(&[Changed::Calendars, Changed::Accounts]);
    engine.syncing().pace.wake();
    Ok(there.into_iter().map(|calendar| view(calendar, &mirrored)).collect())
}

/// Makes a calendar at the provider, and mirrors it.
///
/// # Errors
/// As [`remote_calendars`], and [`Code::InvalidInput`] where the provider refuses it.
pub async fn create_remote_calendar(engine: &Engine, account: &str, name: &str) -> Result<RemoteCalendarView> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Failure::new(Code::InvalidInput, "The name is empty. Fill it in.").with("field", "name").into());
    }
    let row = accounts::by_id(engine, account).await?;
    let zone = engine.clock().zone();
    let made = opened(engine, row.id).await?.create_calendar(name, &zone, "").await;
    let made = made.map_err(|failure| failed(&row.label, &failure))?;
    let all = mirror_calendars(engine, account, std::slice::from_ref(&made.id)).await?;
    let made = all.into_iter().find(|calendar| calendar.remote_id == made.id);
    made.ok_or_else(|| {
        Failure::new(Code::Unreachable, "The new calendar is not listed yet. Look again in a moment.").with("account", &row.label).into()
    })
}

/// Mirrors a calendar no more. What was mirrored of it stays here, as a calendar that lives only here.
///
/// # Errors
/// [`Code::NotFound`] where it mirrors nothing.
pub async fn stop_mirroring(engine: &Engine, calendar: &str) -> Result<()> {
    let id: i64 = calendar.parse().unwrap_or_default();
    let stopped = engine.store().write(move |w| {
        let mirrored = mirror::of_calendar(w, id)?.is_some();
        if mirrored {
            unlink(w, id)?;
        }
        Ok(mirrored)
    });
    if !stopped.await? {
        let sentence = "This calendar mirrors none of an account’s.";
        return Err(Failure::new(Code::NotFound, sentence).with("what", "calendar").with("name", calendar).into());
    }
    engine.tell_changed(&[Changed::Calendars, Changed::Accounts]);
    Ok(())
}

/// Makes a mirror a calendar of its own: nothing more is read from its provider, and nothing written there.
pub(super) fn unlink(w: &Writer<'_>, calendar: i64) -> Result<()> {
    remote_write::remove_all(w, calendar)?;
    remote_item::remove_all(w, calendar)?;
    mirror::unlink(w, calendar)
}

/// A calendar that is renamed or recoloured here is so at its provider, if the account may.
///
/// # Errors
/// As [`remote_calendars`].
pub(crate) async fn rename_there(engine: &Engine, calendar: i64, name: &str) -> Result<()> {
    let Some(mirror) = engine.store().read(move |r| mirror::of_calendar(r, calendar)).await? else { return Ok(()) };
    if mirror.role != Role::Owner {
        return Ok(());
    }
    let changed = opened(engine, mirror.account).await?.change_calendar(&mirror.remote_id, name, None).await;
    changed.map_err(|failure| failed(&mirror.name, &failure))
}

async fn ask(engine: &Engine, account: i64) -> Result<Vec<RemoteCalendar>> {
    let row = engine.store().read(move |r: &Reader<'_>| store::account::get(r, account)).await?;
    let label = row.map(|row| row.label).unwrap_or_default();
    opened(engine, account).await?.calendars().await.map_err(|failure| failed(&label, &failure))
}

/// A failure of the provider's as the engine names it.
fn failed(label: &str, failure: &RemoteFailure) -> anyhow::Error {
    let code = match failure {
        RemoteFailure::NeedsLogin { .. } => Code::NeedsLogin,
        RemoteFailure::Refused { .. } => Code::InvalidInput,
        RemoteFailure::Later { .. } | RemoteFailure::TokenExpired | RemoteFailure::CalendarGone { .. } => Code::Unreachable,
    };
    Failure::new(code, error::as_sentence(&failure.to_string())).with("account", label).with("field", "calendar").into()
}

fn role(access: Access) -> Role {
    match access {
        Access::Owner => Role::Owner,
        Access::Writer => Role::Writer,
        Access::Reader => Role::Reader,
    }
}

fn view(calendar: RemoteCalendar, mirrored: &[Mirror]) -> RemoteCalendarView {
    let here = mirrored.iter().find(|mirror| mirror.remote_id == calendar.id).map(|mirror| mirror.calendar.to_string());
    RemoteCalendarView {
        remote_id: calendar.id,
        name: calendar.name,
        colour: calendar.colour,
        read_only: calendar.access == Access::Reader,
        primary: calendar.primary,
        calendar: here.unwrap_or_default(),
    }
}

fn names(calendars: &[RemoteCalendar]) -> String {
    calendars.iter().map(|calendar| format!("“{}”", calendar.name)).collect::<Vec<_>>().join(", ")
}

/// Puts what an account may do in its calendars right, as it lists them now.
fn put_roles(w: &Writer<'_>, account: i64, there: &[RemoteCalendar]) -> Result<()> {
    for mirror in mirror::of_account(w, account)? {
        let now = there.iter().find(|calendar| calendar.id == mirror.remote_id).map(|calendar| role(calendar.access));
        if let Some(now) = now.filter(|now| *now != mirror.role) {
            mirror::put_role(w, mirror.calendar, now)?;
        }
    }
    Ok(())
}
