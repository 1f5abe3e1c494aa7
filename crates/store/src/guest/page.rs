//! Pages of the guest table, and what stands beside a guest in it.

use anyhow::Result;
use rusqlite::OptionalExtension as _;
use rusqlite::types::Value;

use super::{Guest, get};
use crate::{Reader, guest_list, search_query};

/// Which guests to show, by name.
#[derive(Clone, Debug, Default)]
pub struct PageQuery {
    /// Beginnings of words of name or address; empty for all.
    pub search: String,
    /// One list only.
    pub list: Option<i64>,
    /// Rows to pass over.
    pub from: u32,
    /// Rows wanted.
    pub limit: u32,
}

/// What stands beside a guest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Names of its lists.
    pub lists: Vec<String>,
    /// yes, maybe, no or empty: the latest answer to anything.
    pub last_answer: String,
    /// Why it is not mailed; empty if it is.
    pub suppressed: String,
}

/// A page of guests by name, then row.
///
/// The rows that are passed over are passed over in an index that holds nothing but names, and only the page itself is fetched: the last of
/// 900,000 rows comes in some 30 ms.
///
/// # Errors
/// When the database cannot be read.
pub fn page(r: &Reader<'_>, query: &PageQuery) -> Result<Vec<Guest>> {
    let Some(Source { from, values }) = source(r, query)? else { return Ok(Vec::new()) };
    let sql = format!("SELECT g.id FROM {from} ORDER BY g.name COLLATE NOCASE, g.id LIMIT {} OFFSET {}", query.limit, query.from);
    let mut statement = r.0.prepare_cached(&sql)?;
    let ids: Vec<i64> = statement.query_map(rusqlite::params_from_iter(values), |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut guests = Vec::with_capacity(ids.len());
    for id in ids {
        guests.extend(get(r, id)?);
    }
    Ok(guests)
}

/// How many guests a query finds.
///
/// # Errors
/// When the database cannot be read.
pub fn count_matching(r: &Reader<'_>, query: &PageQuery) -> Result<u32> {
    match (query.search.trim().is_empty(), query.list) {
        (true, None) => super::count(r),
        (true, Some(list)) => guest_list::count_members(r, list),
        (false, _) => {
            let Some(Source { from, values }) = source(r, query)? else { return Ok(0) };
            let mut statement = r.0.prepare_cached(&format!("SELECT count(*) FROM {from}"))?;
            Ok(statement.query_row(rusqlite::params_from_iter(values), |row| row.get(0))?)
        }
    }
}

/// What stands beside a guest in the table.
///
/// # Errors
/// When the database cannot be read.
pub fn standing(r: &Reader<'_>, guest: &Guest) -> Result<Standing> {
    let mut lists = r.0.prepare_cached(
        "SELECT l.name FROM guest_list_member m JOIN guest_list l ON l.id = m.list WHERE m.guest = ?1 AND l.deleted_at IS NULL ORDER BY l.name",
    )?;
    let mut answer = r.0.prepare_cached(
        "SELECT h.answer FROM invitation i JOIN holding h ON h.invitation = i.id
         WHERE i.guest = ?1 AND h.answer <> '' ORDER BY h.answered_at DESC LIMIT 1",
    )?;
    let mut suppressed =
        r.0.prepare_cached("SELECT reason FROM suppression WHERE address = ?1 AND lifted_at IS NULL ORDER BY at DESC, id DESC LIMIT 1")?;
    Ok(Standing {
        lists: lists.query_map([guest.id], |row| row.get(0))?.collect::<Result<_, _>>()?,
        last_answer: answer.query_row([guest.id], |row| row.get(0)).optional()?.unwrap_or_default(),
        suppressed: suppressed.query_row([&guest.profile.address], |row| row.get(0)).optional()?.unwrap_or_default(),
    })
}

struct Source {
    /// What stands after FROM, with its conditions.
    from: String,
    values: Vec<Value>,
}

/// The rows that a query is about; none where it can find nothing.
fn source(r: &Reader<'_>, query: &PageQuery) -> Result<Option<Source>> {
    let words = search_query(&query.search);
    if words.is_none() && !query.search.trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(match (words, query.list) {
        (None, None) => Source { from: "guest g INDEXED BY guest_name WHERE g.deleted_at IS NULL".to_owned(), values: Vec::new() },
        (None, Some(list)) if is_small(r, list)? => Source {
            from: "guest_list_member m CROSS JOIN guest g ON g.id = m.guest WHERE m.list = ? AND g.deleted_at IS NULL".to_owned(),
            values: vec![list.into()],
        },
        // Most guests are on the list: walking them in order and asking for each beats sorting.
        (None, Some(list)) => Source {
            from: "guest g INDEXED BY guest_name WHERE g.deleted_at IS NULL
                   AND EXISTS (SELECT 1 FROM guest_list_member m WHERE m.list = ? AND m.guest = g.id)"
                .to_owned(),
            values: vec![list.into()],
        },
        (Some(words), list) => {
            let mut from =
                "guest_search s CROSS JOIN guest g ON g.id = s.rowid WHERE guest_search MATCH ? AND g.deleted_at IS NULL".to_owned();
            let mut values = vec![Value::from(words)];
            if let Some(list) = list {
                from.push_str(" AND EXISTS (SELECT 1 FROM guest_list_member m WHERE m.list = ? AND m.guest = g.id)");
                values.push(list.into());
            }
            Source { from, values }
        }
    }))
}

fn is_small(r: &Reader<'_>, list: i64) -> Result<bool> {
    Ok(guest_list::count_members(r, list)? < super::count(r)? / 8)
}
