//! Lists of guests. Whatever is taken away here can be brought back.

use anyhow::Result;
use store::guest_list::{self, GuestList};
use store::{Reader, Store, Writer};

use super::people::numbers;
use super::view::GuestListView;
use crate::Engine;
use crate::error::{Code, Failure};
use crate::event::{Changed, EngineEvent};

/// Every list by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn all_lists(store: &Store) -> Result<Vec<GuestListView>> {
    store.read(|r| guest_list::all(r)?.into_iter().map(|list| view(r, list)).collect()).await
}

/// The list of that name.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn list_named(store: &Store, name: &str) -> Result<GuestListView> {
    let name = name.to_owned();
    store
        .read(move |r| {
            if let Some(list) = guest_list::by_name(r, &name)? {
                return view(r, list);
            }
            let failure = Failure::new(Code::NotFound, format!("There is no list named “{name}”."));
            Err(failure.with("what", "list").with("name", &name).into())
        })
        .await
}

/// Creates an empty list.
///
/// # Errors
/// [`Code::InvalidInput`], [`Code::NameTaken`].
pub async fn create_list(engine: &Engine, name: &str) -> Result<GuestListView> {
    let (name, now) = (clean_name(name)?, engine.clock().now());
    write(engine, move |w| {
        free(w, &name, None)?;
        let id = guest_list::insert(w, &name, now)?;
        view(w, found(w, id)?)
    })
    .await
}

/// Renames a list.
///
/// # Errors
/// [`Code::InvalidInput`], [`Code::NameTaken`], [`Code::NotFound`].
pub async fn rename_list(engine: &Engine, id: &str, name: &str) -> Result<GuestListView> {
    let (id, name) = (number(id), clean_name(name)?);
    write(engine, move |w| {
        found(w, id)?;
        free(w, &name, Some(id))?;
        guest_list::rename(w, id, &name)?;
        view(w, found(w, id)?)
    })
    .await
}

/// Deletes a list, not its guests. Undone by [`restore_list`].
///
/// # Errors
/// [`Code::NotFound`].
pub async fn delete_list(engine: &Engine, id: &str) -> Result<()> {
    let (id, now) = (number(id), engine.clock().now());
    write(engine, move |w| {
        found(w, id)?;
        guest_list::remove(w, id, now)
    })
    .await
}

/// Brings a deleted list back.
///
/// # Errors
/// [`Code::NameTaken`] when another list has its name now, [`Code::NotFound`].
pub async fn restore_list(engine: &Engine, id: &str) -> Result<GuestListView> {
    let id = number(id);
    write(engine, move |w| {
        let list = found(w, id)?;
        free(w, &list.name, Some(id))?;
        guest_list::restore(w, id)?;
        view(w, list)
    })
    .await
}

/// Puts guests on a list.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn add_members(engine: &Engine, list: &str, guests: &[String]) -> Result<()> {
    let (list, guests) = (number(list), numbers(guests));
    write(engine, move |w| {
        found(w, list)?;
        guests.iter().try_for_each(|guest| guest_list::add_member(w, list, *guest).map(drop))
    })
    .await
}

/// Takes guests off a list.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn remove_members(engine: &Engine, list: &str, guests: &[String]) -> Result<()> {
    let (list, guests) = (number(list), numbers(guests));
    write(engine, move |w| {
        found(w, list)?;
        guests.iter().try_for_each(|guest| guest_list::remove_member(w, list, *guest))
    })
    .await
}

/// A name that a list can have.
pub(super) fn clean_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 {
        let failure = Failure::new(Code::InvalidInput, "A list needs a name of 1 to 200 characters.");
        return Err(failure.with("field", "list").into());
    }
    Ok(name.to_owned())
}

async fn write<T: Send + 'static>(engine: &Engine, work: impl FnOnce(&Writer<'_>) -> Result<T> + Send + 'static) -> Result<T> {
    let value = engine.store().write(work).await?;
    engine.tell(EngineEvent::Changed { what: vec![Changed::Guests] });
    Ok(value)
}

fn number(id: &str) -> i64 {
    id.parse().unwrap_or_default()
}

fn found(r: &Reader<'_>, id: i64) -> Result<GuestList> {
    guest_list::get(r, id)?
        .ok_or_else(|| Failure::new(Code::NotFound, "This list is no longer here.").with("what", "list").with("name", id).into())
}

fn free(r: &Reader<'_>, name: &str, own: Option<i64>) -> Result<()> {
    match guest_list::by_name(r, name)? {
        Some(other) if Some(other.id) != own => {
            let failure = Failure::new(Code::NameTaken, format!("There is already a list named “{name}”. Choose another name."));
            Err(failure.with("what", "list").with("name", name).into())
        }
        _ => Ok(()),
    }
}

fn view(r: &Reader<'_>, list: GuestList) -> Result<GuestListView> {
    Ok(GuestListView { id: list.id.to_string(), guests: guest_list::count_members(r, list.id)?, name: list.name })
}
