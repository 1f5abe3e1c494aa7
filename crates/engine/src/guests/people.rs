//! The guest table: pages, one guest, changes by hand, removal and suppression.

use anyhow::Result;
use mail::address::Address;
use store::guest::{self, Guest, PageQuery, Profile};
use store::receipt::evidence;
use store::suppression::Reason;
use store::{Reader, Store, guest_list, suppression};

use super::view::{GuestDraft, GuestPage, GuestQuery, GuestView};
use super::{columns, person_view, rows};
use crate::Engine;
use crate::error::{Code, Failure};
use crate::event::{Changed, EngineEvent};

/// More rows than any screen shows.
const LONGEST_PAGE: u32 = 500;
const USUAL_PAGE: u32 = 50;

/// A page of guests by name.
///
/// # Errors
/// When the database cannot be read.
pub async fn page(store: &Store, query: GuestQuery) -> Result<GuestPage> {
    let limit = if query.limit == 0 { USUAL_PAGE } else { query.limit.min(LONGEST_PAGE) };
    let query = PageQuery { search: query.search, list: query.list.parse().ok(), from: query.from, limit };
    store
        .read(move |r| {
            let rows = guest::page(r, &query)?.into_iter().map(|guest| view(r, guest)).collect::<Result<_>>()?;
            Ok(GuestPage { rows, total: guest::count_matching(r, &query)? })
        })
        .await
}

/// One guest.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn show(store: &Store, id: &str) -> Result<GuestView> {
    let row: i64 = id.parse().unwrap_or_default();
    store.read(move |r| view(r, found(r, row)?)).await
}

/// The guest of this address, or of one that they are known to answer from.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn named(store: &Store, address: &str) -> Result<GuestView> {
    let missing = Failure::new(Code::NotFound, format!("There is no guest with the address {address}."));
    let missing = missing.with("what", "guest").with("name", address);
    let typed = Address::parse(address).map_or_else(|_| address.to_lowercase(), |address| address.normalised);
    store
        .read(move |r| {
            let id = evidence::guest_of(r, &typed)?.ok_or(missing)?;
            view(r, found(r, id)?)
        })
        .await
}

/// Adds a guest (empty id) or changes one; with a list's id it is put on that list.
///
/// # Errors
/// [`Code::InvalidInput`], [`Code::NameTaken`] when another guest has the address, [`Code::NotFound`].
pub async fn save(engine: &Engine, id: &str, draft: GuestDraft, list: &str) -> Result<GuestView> {
    let (row, list, now) = (id.parse::<i64>().ok(), list.parse::<i64>().ok(), engine.clock().now());
    let typed = profile(draft)?;
    let saved = engine
        .store()
        .write(move |w| {
            let before = row.map(|row| found(w, row)).transpose()?;
            let holder = guest::by_address(w, &typed.address)?;
            let id = match (before, holder) {
                (Some(before), Some(holder)) if holder.id != before.id => return Err(taken(&typed.address_shown)),
                (None, Some(holder)) if !holder.deleted => return Err(taken(&typed.address_shown)),
                (Some(before), _) => {
                    guest::update(w, before.id, &kept_names(typed, &before.profile))?;
                    before.id
                }
                (None, Some(removed)) => {
                    guest::update(w, removed.id, &typed)?;
                    removed.id
                }
                (None, None) => guest::insert(w, &typed, now)?,
            };
            if let Some(list) = list {
                guest_list::add_member(w, list, id)?;
            }
            view(w, found(w, id)?)
        })
        .await?;
    engine.tell(EngineEvent::Changed { what: vec![Changed::Guests] });
    Ok(saved)
}

/// Removes guests from view and from every list. Undone by [`restore`].
///
/// # Errors
/// When the database cannot be written.
pub async fn delete(engine: &Engine, ids: &[String]) -> Result<()> {
    let (ids, now) = (numbers(ids), engine.clock().now());
    engine.store().write(move |w| ids.iter().try_for_each(|id| guest::remove(w, *id, now))).await?;
    engine.tell(EngineEvent::Changed { what: vec![Changed::Guests] });
    Ok(())
}

/// Brings removed guests back, with their lists.
///
/// # Errors
/// When the database cannot be written.
pub async fn restore(engine: &Engine, ids: &[String]) -> Result<()> {
    let ids = numbers(ids);
    engine.store().write(move |w| ids.iter().try_for_each(|id| guest::restore(w, *id))).await?;
    engine.tell(EngineEvent::Changed { what: vec![Changed::Guests] });
    Ok(())
}

/// Stops mail to these guests by hand, or lifts every reason.
///
/// # Errors
/// [`Code::NotFound`].
pub async fn suppress(engine: &Engine, ids: &[String], suppressed: bool) -> Result<()> {
    let (ids, now) = (numbers(ids), engine.clock().now());
    engine
        .store()
        .write(move |w| {
            for id in ids {
                let address = found(w, id)?.profile.address;
                if suppressed {
                    suppression::add(w, &address, Reason::ByHand, "", None, now)?;
                } else {
                    suppression::lift(w, &address, now)?;
                }
            }
            Ok(())
        })
        .await?;
    engine.tell(EngineEvent::Changed { what: vec![Changed::Guests] });
    Ok(())
}

pub(super) fn numbers(ids: &[String]) -> Vec<i64> {
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}

fn view(r: &Reader<'_>, guest: Guest) -> Result<GuestView> {
    let standing = guest::standing(r, &guest)?;
    Ok(person_view(guest, standing))
}

fn found(r: &Reader<'_>, id: i64) -> Result<Guest> {
    guest::get(r, id)?
        .ok_or_else(|| Failure::new(Code::NotFound, "This guest is no longer here.").with("what", "guest").with("name", id).into())
}

fn taken(address: &str) -> anyhow::Error {
    let failure = Failure::new(Code::NameTaken, format!("There is already a guest with the address {address}."));
    failure.with("what", "guest").with("name", address).into()
}

fn profile(draft: GuestDraft) -> Result<Profile> {
    let invalid = |field: &str, sentence: String| anyhow::Error::from(Failure::new(Code::InvalidInput, sentence).with("field", field));
    let address = Address::parse(&draft.address).map_err(|problem| invalid("address", format!("{problem}.")))?;
    let read = |field: &str, text: &str, value: Option<String>| match (text.trim(), value) {
        ("", _) => Ok(String::new()),
        (_, Some(value)) => Ok(value),
        (text, None) => Err(invalid(field, format!("“{text}” is not a {field} that is known here."))),
    };
    let name = draft.name.trim().to_owned();
    let (first_name, last_name) = rows::split_name(&name);
    let fields = draft.fields.into_iter().filter_map(|(name, value)| Some((columns::own_name(&name)?, value)));
    Ok(rows::completed(&Profile {
        address: address.normalised,
        address_shown: address.shown,
        zone: read("zone", &draft.zone, columns::zone(&draft.zone).map(str::to_owned))?,
        language: read("language", &draft.language, columns::language(&draft.language))?,
        role: read("role", &draft.role, columns::role(&draft.role).map(str::to_owned))?,
        fields: fields.collect(),
        name,
        first_name,
        last_name,
        ..Profile::default()
    }))
}

/// The form has one field for the name: first and last name stay as a file gave them while the name is the same.
fn kept_names(mut typed: Profile, before: &Profile) -> Profile {
    if typed.name == before.name {
        before.first_name.clone_into(&mut typed.first_name);
        before.last_name.clone_into(&mut typed.last_name);
    }
    before.consent.clone_into(&mut typed.consent);
    before.consent_source.clone_into(&mut typed.consent_source);
    typed
}
